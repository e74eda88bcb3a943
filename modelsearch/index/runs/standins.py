"""Models that stand for runs and checkpoints of which no script is known: one for the runs of a
folder, one for a checkpoint or a series of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import apsw

from modelsearch.index.moved.rows import Move, move_files
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

_STAGE = ("optimizer", "learning_rate", "batch_size", "epochs")
_MOST_NAMES = 40


class StandIns:
    """Writes the stand-in models of one root, and removes those that are not needed any more."""

    def __init__(self, connection: apsw.Connection, root: Path, root_id: int) -> None:
        self._connection = connection
        self._root = root
        self._root_id = root_id
        self._store = Store(connection)

    def of_runs(self, members: Mapping[str, Sequence[int]]) -> dict[str, int]:
        """Write a model for the runs of each place and give them to it; return the models."""
        found = {}
        for place, runs in members.items():
            model = self._write(place, "run", self._record(place, runs))
            found[place] = model
            self._connection.executemany(
                "UPDATE run SET model = ?, owner_from = NULL WHERE id = ? AND "
                "(model IS NOT ? OR owner_from IS NOT NULL)",
                [(model, run, model) for run in runs],
            )
        self._remove_others("run", found)
        return found

    def of_checkpoints(self, members: Mapping[str, Sequence[int]]) -> None:
        """Write a model for the checkpoints of each place and give them to it."""
        for place, checkpoints in members.items():
            model = self._write(place, "checkpoint", self._of_weights(place, checkpoints))
            self._connection.executemany(
                "UPDATE checkpoint SET model = ?, owner_from = NULL WHERE id = ? AND "
                "(model IS NOT ? OR owner_from IS NOT NULL)",
                [(model, one, model) for one in checkpoints],
            )
        self._remove_others("checkpoint", members)

    def follow(self, moved: Mapping[str, str]) -> None:
        """Move the models whose runs or checkpoints all went to one other place, where nothing
        stands yet; ``moved`` has old and new paths. In a transaction.
        """
        there = [path for (path,) in self._of_root("SELECT path FROM run_source WHERE root = ?")]
        hold = {*there, *map(_parent, there)}
        targets: dict[str, set[str]] = defaultdict(set)
        for old, new in moved.items():
            targets[old].add(new)
            targets[_parent(old)].add(_parent(new))
        for (place,) in self._of_root(
            "SELECT path FROM artefact WHERE root = ? AND kind IN ('run', 'checkpoint')"
        ):
            to = targets.get(place, set())
            if len(to) == 1 and place not in hold and not self._stands(*to):
                move_files(self._connection, [Move(self._root_id, place, self._root_id, *to)])

    def _stands(self, path: str) -> bool:
        sql = "SELECT 1 FROM artefact WHERE root = ? AND path = ?"
        return fetch_value(self._connection, sql, (self._root_id, path)) is not None

    def _of_root(self, sql: str) -> list[tuple[Any, ...]]:
        return fetch_all(self._connection, sql, (self._root_id,))

    def _remove_others(self, kind: str, places: Mapping[str, Any]) -> None:
        rows = fetch_all(
            self._connection,
            "SELECT path, id FROM model WHERE root = ? AND kind = ?",
            (self._root_id, kind),
        )
        for path, model in rows:
            if path not in places:
                for table in ("run", "checkpoint"):
                    self._connection.execute(
                        f"UPDATE {table} SET model = NULL WHERE model = ?", (model,)
                    )
                self._connection.execute("DELETE FROM model WHERE id = ?", (model,))

    def _write(self, place: str, kind: str, told: _Told) -> int:
        known = fetch_value(self._connection, MODEL_AT, (self._root_id, place))
        model_id = None
        if known is not None:
            model_id = fetch_value(
                self._connection, "SELECT model_id FROM model WHERE id = ?", (known,)
            )
        if model_id is None:
            model_id = choose_id(self._root.name, place, self._taken)
        record = ModelRecord(
            model_id=model_id,
            name=told.name,
            kind=kind,
            path=place,
            size_bytes=told.size,
            content_hash=b"",
            dates=told.dates,
            reading=told.reading,
        )
        model = self._store.write_model(self._root_id, record)
        self._connection.execute(
            "INSERT INTO artefact (root, path, kind, size_bytes, mtime_ns, status, model) "
            "VALUES (?, ?, ?, 0, 0, 'model', ?) ON CONFLICT (root, path) DO UPDATE SET "
            "model = excluded.model, kind = excluded.kind, status = excluded.status",
            (self._root_id, place, kind, model),
        )
        return model

    def _record(self, place: str, runs: Sequence[int]) -> _Told:
        name = PurePosixPath(place).name or self._root.name
        facts = self._agreed(runs)
        stage = TrainingStage(
            "training",
            optimizer=facts.get("optimizer"),
            learning_rate=facts.get("learning_rate"),
            batch_size=facts.get("batch_size"),
            epochs=facts.get("epochs"),
            main=True,
        )
        reading = ScriptReading(is_model=True, reason="recorded runs")
        reading.stages = [stage] if any(column in facts for column in _STAGE) else []
        dataset = facts.get("dataset")
        if dataset is not None:
            reading.datasets = [DatasetFact(str(dataset.value), dataset.evidence)]
        reading.passages = [self._passage(place, name, runs)]
        return _Told(name, 0, FileDates(*self._span(runs), "run"), reading)

    def _of_weights(self, place: str, checkpoints: Sequence[int]) -> _Told:
        """A model for a checkpoint: its class and parameters where all of a series agree."""
        rows = [
            fetch_all(
                self._connection,
                "SELECT path, size_bytes, saved_at, class, parameters, format, base_model "
                "FROM checkpoint WHERE id = ?",
                (one,),
            )[0]
            for one in checkpoints
        ]
        reading = ScriptReading(is_model=True, reason="saved weights")
        for name, at in (("architecture", 3), ("parameters", 4)):
            values = {row[at] for row in rows}
            value = values.pop() if len(values) == 1 else None
            if value is not None:
                where = Evidence(rows[0][0], "output", None, "class" if at == 3 else "tensors")
                setattr(reading, name, Fact(value, where))
        words = dict.fromkeys(str(one) for row in rows for one in (row[5], row[3], row[6]) if one)
        stem = PurePosixPath(place).stem
        reading.passages = [
            Passage("checkpoint", f"saved weights: {', '.join(words)}", split_words(stem), place)
        ]
        saved = sorted(row[2] for row in rows if row[2])
        dates = FileDates(saved[0] if saved else None, saved[-1] if saved else None, "run")
        return _Told(stem, sum(row[1] for row in rows), dates, reading)

    def _agreed(self, runs: Sequence[int]) -> dict[str, Fact]:
        """The settings on which all runs agree that state them, with where the first one does."""
        found: dict[str, Fact] = {}
        for column in (*_STAGE, "dataset"):
            rows = [
                row
                for run in runs
                for row in fetch_all(
                    self._connection,
                    f"SELECT r.{column}, e.value, r.path, e.path, e.line, e.key FROM run r "
                    "LEFT JOIN run_evidence e ON e.run = r.id AND e.field = ? AND e.agrees = 1 "
                    f"WHERE r.id = ? AND r.{column} IS NOT NULL",
                    (column, run),
                )
            ]
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
                "SELECT tool, run_id, experiment, name, dataset FROM run WHERE id = ?",
                (run,),
            )[0]
            words.update(dict.fromkeys(split_words(str(one)) for one in row if one))
        return Passage("run", f"recorded runs: {', '.join(words)}", split_words(name), place)

    def _taken(self, model_id: str) -> bool:
        sql = "SELECT 1 FROM model WHERE model_id = ?"
        return fetch_value(self._connection, sql, (model_id,)) is not None


class _Told:
    """What is known of a stand-in: its name, size, dates, and reading."""

    def __init__(self, name: str, size: int, dates: FileDates, reading: ScriptReading) -> None:
        self.name, self.size, self.dates, self.reading = name, size, dates, reading


def containers(
    runs: Sequence[tuple[str, str | None]], themselves: Container[str] = ()
) -> list[str]:
    """Return, for each run (path, dataset), the path of the model that stands for it: the folder
    that holds it with its sisters, or the run itself where sisters are of other data and for
    ``themselves``: folders of one model, such as those with a card.
    """
    data: dict[str, set[str]] = defaultdict(set)
    for path, dataset in runs:
        if dataset is not None:
            data[_parent(path)].add(dataset)
    return [
        path if path in themselves or len(data[_parent(path)]) > 1 else _parent(path)
        for path, _ in runs
    ]


def _parent(path: str) -> str:
    parent = str(PurePosixPath(path).parent)
    return path if parent == "." else parent
