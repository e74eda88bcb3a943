"""Models that stand for runs of which no script is known: one for the runs of a folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import apsw

from modelsearch.records.artefacts import (
    DatasetFact,
    Evidence,
    Fact,
    FileDates,
    ModelRecord,
    Passage,
    ScriptReading,
    TrainingStage,
)
from modelsearch.records.identifiers import choose_id
from modelsearch.records.text import split_words
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.store.store import MODEL_AT, Store

KINDS = ("run", "checkpoint", "card")
_STAGE = ("optimizer", "learning_rate", "batch_size", "epochs")
_MOST_NAMES = 40


class StandIns:
    """Writes the stand-in models of one root, and removes those that are not needed any more."""

    def __init__(self, connection: apsw.Connection, root: Path, root_id: int) -> None:
        self._connection = connection
        self._root = root
        self._root_id = root_id
        self._store = Store(connection)

    def write(self, alone: Sequence[tuple[int, str, str | None]]) -> None:
        """Give each of the runs (id, path, dataset) that no script owns a model of its own kind."""
        places = containers([(path, dataset) for _, path, dataset in alone])
        members: dict[str, list[int]] = defaultdict(list)
        for (run, _, _), place in zip(alone, places, strict=True):
            members[place].append(run)
        for place, runs in members.items():
            model = self._write(place, runs)
            self._connection.executemany(
                "UPDATE run SET model = ?, owner_from = NULL WHERE id = ? AND "
                "(model IS NOT ? OR owner_from IS NOT NULL)",
                [(model, run, model) for run in runs],
            )
        for path, model in self._rows("SELECT path, id FROM model WHERE root = ? AND kind = 'run'"):
            if path not in members:
                self._remove(model)

    def _remove(self, model: int) -> None:
        self._connection.execute("UPDATE run SET model = NULL WHERE model = ?", (model,))
        self._connection.execute("DELETE FROM model WHERE id = ?", (model,))

    def _write(self, place: str, runs: Sequence[int]) -> int:
        known = fetch_value(self._connection, MODEL_AT, (self._root_id, place))
        model_id = None
        if known is not None:
            model_id = fetch_value(
                self._connection, "SELECT model_id FROM model WHERE id = ?", (known,)
            )
        if model_id is None:
            model_id = choose_id(self._root.name, place, self._taken)
        model = self._store.write_model(self._root_id, self._record(place, model_id, runs))
        self._connection.execute(
            "INSERT INTO artefact (root, path, kind, size_bytes, mtime_ns, status, model) "
            "VALUES (?, ?, 'run', 0, 0, 'model', ?) ON CONFLICT (root, path) DO UPDATE SET "
            "model = excluded.model, kind = excluded.kind, status = excluded.status",
            (self._root_id, place, model),
        )
        return model

    def _record(self, place: str, model_id: str, runs: Sequence[int]) -> ModelRecord:
        name = PurePosixPath(place).name or self._root.name
        facts = self._agreed(runs)
        stage = TrainingStage(
            "training", optimizer=facts.get("optimizer"), learning_rate=facts.get("learning_rate"),
            batch_size=facts.get("batch_size"), epochs=facts.get("epochs"), main=True,
        )  # fmt: skip
        reading = ScriptReading(is_model=True, reason="recorded runs")
        reading.stages = [stage] if any(column in facts for column in _STAGE) else []
        dataset = facts.get("dataset")
        if dataset is not None:
            reading.datasets = [DatasetFact(str(dataset.value), dataset.evidence)]
        reading.passages = [self._passage(place, name, runs)]
        started, ended = self._span(runs)
        return ModelRecord(
            model_id=model_id, name=name, kind="run", path=place, size_bytes=0, content_hash=b"",
            dates=FileDates(started, ended, "run"), reading=reading,
        )  # fmt: skip

    def _agreed(self, runs: Sequence[int]) -> dict[str, Fact]:
        """The settings on which all runs agree that state them, with where the first one does."""
        found: dict[str, Fact] = {}
        for column in (*_STAGE, "dataset"):
            rows = [row for run in runs for row in fetch_all(
                self._connection,
                f"SELECT r.{column}, e.value, r.path, e.path, e.line, e.key FROM run r "
                "LEFT JOIN run_evidence e ON e.run = r.id AND e.field = ? AND e.agrees = 1 "
                f"WHERE r.id = ? AND r.{column} IS NOT NULL", (column, run),
            )]  # fmt: skip
            if rows and len({row[0] for row in rows}) == 1:
                value, _, path, below, line, key = rows[0]
                where = path if below is None else below
                where = path + below[1:] if below and below.startswith("./") else where
                note = None if len(rows) == 1 else f"the same in {len(rows)} runs"
                found[column] = Fact(value, Evidence(where, "config", line, key), note)
        return found

    def _span(self, runs: Sequence[int]) -> tuple[str | None, str | None]:
        starts: list[str] = []
        ends: list[str] = []
        for run in runs:
            started, ended = fetch_all(
                self._connection, "SELECT started_at, ended_at FROM run WHERE id = ?", (run,)
            )[0]
            starts += [started] if started else []
            ends += [one for one in (ended or started,) if one]
        return min(starts, default=None), max(ends, default=None)

    def _passage(self, place: str, name: str, runs: Sequence[int]) -> Passage:
        words: dict[str, None] = {}
        for run in runs[:_MOST_NAMES]:
            row = fetch_all(
                self._connection,
                "SELECT tool, run_id, experiment, name, dataset FROM run WHERE id = ?", (run,),
            )[0]  # fmt: skip
            words.update(dict.fromkeys(split_words(str(one)) for one in row if one))
        return Passage("run", f"recorded runs: {', '.join(words)}", split_words(name), place)

    def _taken(self, model_id: str) -> bool:
        sql = "SELECT 1 FROM model WHERE model_id = ?"
        return fetch_value(self._connection, sql, (model_id,)) is not None

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return fetch_all(self._connection, sql, (self._root_id,))


def containers(runs: Sequence[tuple[str, str | None]]) -> list[str]:
    """Return, for each run (path, dataset), the path of the model that stands for it: the folder
    that holds it with its sisters, or the run itself where sisters are of other data.
    """
    data: dict[str, set[str]] = defaultdict(set)
    for path, dataset in runs:
        if dataset is not None:
            data[_parent(path)].add(dataset)
    return [path if len(data[_parent(path)]) > 1 else _parent(path) for path, _ in runs]


def _parent(path: str) -> str:
    parent = str(PurePosixPath(path).parent)
    return path if parent == "." else parent
