"""Giving runs and checkpoints to models.

Runs whose folder has no script above it get a model of their own (kind run), one for the runs of
a folder; they move to a script as soon as one appears. Runs that several scripts may have made
belong to nobody.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import apsw

from modelsearch.index.runs.likeness import AGREEING, PRINTED, alike, by_settings, printers
from modelsearch.index.runs.namesakes import namesakes
from modelsearch.index.runs.owners import Owners
from modelsearch.index.runs.recorded import Owner, Recorded, only_near
from modelsearch.index.runs.standins import StandIns, containers
from modelsearch.index.runs.telling import tell_models
from modelsearch.index.runs.weights import MADE_BY, nearest, series
from modelsearch.static.usefulness import NO_LIBRARY
from modelsearch.store.database import fetch_all, read_meta, transaction, write_meta

#: Why a run is nobody's.
CONTESTED = "several scripts may own it"
BARE = "settings without a result, and no script"
KEPT = "a copy that a tracker keeps of a run that is not here"
#: The runs of checkpoints that a tracker keeps, NULL where such a run is not here.
_MADE_BY_SQL = (
    "SELECT k.id, r.id FROM checkpoint k JOIN checkpoint_fact f ON f.checkpoint = k.id "
    f"AND f.name = '{MADE_BY}' LEFT JOIN run r ON r.root = k.root AND r.native_id = f.text "
    "WHERE k.root = ?"
)
_ANYTHING_SQL = (
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM checkpoint WHERE root = ?1) OR EXISTS "
    "(SELECT 1 FROM model WHERE root = ?1 AND kind IN ('run', 'checkpoint'))"
)
#: What is known of a run or checkpoint that is nobody's: the scripts of which one made it.
POSSIBLE = "possible owner"
_FORGET_SQL = (
    f"DELETE FROM run_evidence WHERE field = '{POSSIBLE}' AND run IN "
    "(SELECT id FROM run WHERE root = ?)",
    f"DELETE FROM checkpoint_fact WHERE name LIKE '{POSSIBLE}%' AND checkpoint IN "
    "(SELECT id FROM checkpoint WHERE root = ?)",
)
_POSSIBLE_SQL = {
    "run": "INSERT INTO run_evidence (run, position, field, value, path) SELECT ?1, "
    f"coalesce(max(position), 0) + 1, '{POSSIBLE}', ?2, ?2 FROM run_evidence WHERE run = ?1",
    "checkpoint": "INSERT INTO checkpoint_fact (checkpoint, name, text, path) SELECT ?1, "
    f"'{POSSIBLE} ' || (count(*) + 1), ?2, ?2 FROM checkpoint_fact WHERE checkpoint = ?1 "
    f"AND name LIKE '{POSSIBLE}%'",
}
#: Folders of one model: what the Trainer writes, and what a card describes.
_SINGLE_SQL = (
    "SELECT DISTINCT r.path FROM run r LEFT JOIN run_setting s ON s.run = r.id "
    "AND s.name LIKE 'card %' WHERE r.root = ? AND (r.tool = 'Hugging Face' OR s.run IS NOT NULL)"
)
_BARE_SQL = (
    "SELECT r.id FROM run r WHERE r.root = ? AND r.status IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM curve c WHERE c.run = r.id) AND NOT EXISTS "
    "(SELECT 1 FROM run_result x WHERE x.run = r.id) AND r.tool <> 'card'"
)
_MOST_POSSIBLE = 20
#: Suffixes of files that a script names when it writes them.
_TOLD = frozenset({".csv", ".tsv", ".json", ".jsonl", ".log", ".txt", ".out", ".pkl", ".npz"})


@dataclass(frozen=True, slots=True)
class LinkSummary:
    """How many runs of a root belong to a script, to a model of their own, and to nobody."""

    owned: int = 0
    alone: int = 0
    contested: int = 0
    bare: int = 0


class RunLinker:
    """Finds the models of all runs of one root anew."""

    def __init__(self, connection: apsw.Connection, root: Path, root_id: int) -> None:
        self._connection = connection
        self._root = root
        self._root_id = root_id
        self._state_key = f"run owners {root_id}"
        #: Scripts that are no model and made a run or a checkpoint that lies here.
        self.proven: set[str] = set()

    def link(self, *, changed: bool) -> None:
        """Find owners where runs or scripts changed since the last time."""
        state = self._scripts_state()
        if not changed and read_meta(self._connection, self._state_key) == state:
            return
        runs = self._rows(
            "SELECT id, path, program, command, tool, dataset, model FROM run WHERE root = ? "
            "ORDER BY id"
        )
        if not runs and not self._rows(_ANYTHING_SQL):
            return
        with transaction(self._connection):
            self._link(runs)
            write_meta(self._connection, self._state_key, state)

    def follow(self, moved: Mapping[str, str]) -> None:
        """Let models that stand for runs or checkpoints which lie elsewhere now go with them."""
        if moved:
            with transaction(self._connection):
                StandIns(self._connection, self._root, self._root_id).follow(moved)

    def summary(self) -> LinkSummary:
        """Count whose the runs of the root are."""
        rows = self._rows(
            "SELECT CASE WHEN r.model IS NULL THEN r.owner_from WHEN m.kind = 'run' THEN '' "
            "ELSE 'owned' END, count(*) FROM run r LEFT JOIN model m ON m.id = r.model "
            "WHERE r.root = ? GROUP BY 1"
        )
        counts = dict(rows)
        return LinkSummary(
            counts.get("owned", 0), counts.get("", 0), counts.get(CONTESTED, 0), counts.get(BARE, 0)
        )

    def _link(self, runs: Sequence[tuple[Any, ...]]) -> None:
        models = dict(
            self._rows(
                "SELECT path, id FROM model WHERE root = ? AND kind IN ('script', 'notebook')"
            )
        )
        owners = self._owners(models)
        columns = ", ".join(AGREEING)
        recorded = self._by_id(f"SELECT id, {columns} FROM run WHERE root = ?")
        scripted = self._by_id(
            f"SELECT s.model, {columns} FROM training_stage s JOIN model m ON m.id = s.model "
            "WHERE m.root = ? AND s.main = 1"
        )
        unknown = (None,) * len(AGREEING)
        contested: list[tuple[str, int, Owner]] = []
        alone: list[tuple[int, str, str | None]] = []
        owned: dict[int, tuple[Recorded, int, str | None, int | None]] = {}
        unlinked: list[tuple[int, str, str | None, Owner, int | None]] = []
        names, files = self._names_of_settings(), self._names_of_files()
        for run, path, program, command, tool, dataset, before in runs:
            told = Recorded(path, program, command, tool, names.get(run, ()), files.get(run, ()))
            owner = owners.of_run(told)
            self._note(owner)
            model, rule = models.get(owner.model or ""), owner.rule
            if owner.contested:
                equal = by_settings(
                    recorded[run], {one: scripted.get(models[one], unknown) for one in owner.among}
                )
                model = models[equal] if equal else None
                rule = "the same settings"
            if model is not None:
                owned[run] = (told, model, rule, before)
            else:
                unlinked.append((run, path, dataset, owner, before))
        given = self._give_owned(owned, owners, {number: path for path, number in models.items()})
        found = alike(self._connection, self._root_id, given, [one[0] for one in unlinked])
        for run, path, dataset, owner, before in unlinked:
            if run in found:
                self._give("run", run, found[run].model, found[run].rule, before)
            elif owner.contested:
                self._give("run", run, None, CONTESTED, before)
                contested.append(("run", run, owner))
            else:
                alone.append((run, path, dataset))
        standins = StandIns(self._connection, self._root, self._root_id)
        places = standins.of_runs(self._worth_a_model(alone))
        contested += self._link_checkpoints(models, owners, places, standins)
        self._link_namesakes(set(models.values()))
        self._say_possible(contested)
        tell_models(self._connection, self._root_id)

    def _note(self, owner: Owner) -> None:
        if owner.proven is not None:
            self.proven.add(owner.proven)

    def _give_owned(
        self,
        owned: Mapping[int, tuple[Recorded, int, str | None, int | None]],
        owners: Owners,
        paths: Mapping[int, str],
    ) -> dict[int, int]:
        """Give runs to their models and return these. That a script trains nearby says less than
        that one notebook printed the run's results, unless it read them from the run's file.
        """
        nearby = [run for run, (_, _, rule, _) in owned.items() if only_near(rule)]
        printed = printers(self._connection, self._root_id, nearby)
        found = {}
        for run, (told, model, rule, before) in owned.items():
            notebook = printed.get(run, model)
            if notebook != model and not owners.only_reads(paths[notebook], told):
                model, rule = notebook, PRINTED
            self._give("run", run, model, rule, before)
            found[run] = model
        return found

    def _names_of_settings(self) -> dict[int, tuple[str, ...]]:
        """Return the names of the settings that each run recorded."""
        names: dict[int, list[str]] = defaultdict(list)
        for run, name in self._rows(
            "SELECT s.run, s.name FROM run_setting s JOIN run r ON r.id = s.run WHERE r.root = ?"
        ):
            names[run].append(name)
        return {run: tuple(found) for run, found in names.items()}

    def _names_of_files(self) -> dict[int, tuple[str, ...]]:
        """Return the names of the files in which the results of each run stand."""
        names: dict[int, dict[str, None]] = defaultdict(dict)
        for run, path in self._rows(
            "SELECT DISTINCT c.run, c.path FROM curve c JOIN run r ON r.id = c.run "
            "WHERE r.root = ? AND c.path IS NOT NULL"
        ):
            name = PurePosixPath(path).name
            if PurePosixPath(name).suffix in _TOLD:
                names[run][name] = None
        return {run: tuple(found) for run, found in names.items()}

    def _worth_a_model(self, alone: Sequence[tuple[int, str, str | None]]) -> dict[str, list[int]]:
        """Return the runs without a script by the place of the model that stands for them; where
        no run of a place has a result, they are nobody's.
        """
        bare = {run for (run,) in self._rows(_BARE_SQL)}
        members: dict[str, list[int]] = defaultdict(list)
        single = {path for (path,) in self._rows(_SINGLE_SQL)}
        places = containers([(path, dataset) for _, path, dataset in alone], single)
        for (run, *_), place in zip(alone, places, strict=True):
            members[place].append(run)
        found = {}
        for place, runs in members.items():
            if bare.issuperset(runs):
                for run in runs:
                    self._give("run", run, None, BARE, -1)
            else:
                found[place] = runs
        return found

    def _link_checkpoints(
        self, models: dict[str, int], owners: Owners, places: dict[str, int], standins: StandIns
    ) -> list[tuple[str, int, Owner]]:
        """Give checkpoints to the run whose folder holds them and to its model, unless another
        script puts their names together; else to a script, else to the stand-in of their folder,
        else to one of their own. Return those that several scripts may have made.
        """
        contested: list[tuple[str, int, Owner]] = []
        runs = dict(self._rows("SELECT path, id FROM run WHERE root = ? ORDER BY position DESC"))
        of_run = dict(self._rows("SELECT id, model FROM run WHERE root = ?"))
        made_by = dict(self._rows(_MADE_BY_SQL))
        alone: dict[str, int] = {}
        for checkpoint, path, form, before in self._rows(
            "SELECT id, path, format, model FROM checkpoint WHERE root = ?"
        ):
            run = made_by.get(checkpoint) or nearest(path, runs)
            if checkpoint not in made_by and of_run.get(run) is not None:
                writer = models.get(owners.writer_of(path) or "")
                run = run if writer in (None, of_run[run]) else None
            self._connection.execute(
                "UPDATE checkpoint SET run = ? WHERE id = ? AND run IS NOT ?",
                (run, checkpoint, run),
            )
            if run is not None and of_run[run] is not None:
                self._give("checkpoint", checkpoint, of_run[run], "the run's folder", before)
                continue
            owner = owners.of_checkpoint(path, form)
            self._note(owner)
            place = nearest(path, places)
            if owner.model is not None:
                self._give("checkpoint", checkpoint, models[owner.model], owner.rule, before)
            elif owner.contested or run is not None:
                self._give("checkpoint", checkpoint, None, CONTESTED, before)
                contested.append(("checkpoint", checkpoint, owner))
            elif place is not None:
                self._give("checkpoint", checkpoint, place, "the runs beside it", before)
            elif checkpoint in made_by:
                self._give("checkpoint", checkpoint, None, KEPT, before)
            else:
                alone[path] = checkpoint
        members: dict[str, list[int]] = defaultdict(list)
        for path, first in series(list(alone)).items():
            members[first].append(alone[path])
        standins.of_checkpoints(members)
        return contested

    def _link_namesakes(self, scripts: set[int]) -> None:
        """Give what several scripts may have made to the one that made what has its name."""
        rows = [
            (table, *row)
            for table in ("run", "checkpoint")
            for row in self._rows(f"SELECT id, path, model, owner_from FROM {table} WHERE root = ?")
        ]
        owned = [(path, model) for _, _, path, model, _ in rows if model in scripts]
        wanted = {path for _, _, path, _, rule in rows if rule == CONTESTED}
        found = namesakes(owned, wanted)
        for table, row, path, before, rule in rows:
            if rule == CONTESTED and path in found:
                model, namesake = found[path]
                self._give(table, row, model, f"the same name as {namesake}", before)

    def _say_possible(self, contested: Sequence[tuple[str, int, Owner]]) -> None:
        """Say of what is still nobody's which scripts may have made it."""
        for sql in _FORGET_SQL:
            self._connection.execute(sql, (self._root_id,))
        for table, row, owner in contested:
            sql = f"SELECT 1 FROM {table} WHERE id = ? AND model IS NULL"
            nobodys = fetch_all(self._connection, sql, (row,))
            for script in sorted(owner.among)[:_MOST_POSSIBLE] if nobodys else ():
                self._connection.execute(_POSSIBLE_SQL[table], (row, script))

    def _owners(self, models: dict[str, int]) -> Owners:
        others = {
            path: reason != NO_LIBRARY
            for path, reason in self._rows(
                "SELECT path, reason FROM artefact WHERE root = ? AND kind IN ('script', "
                "'notebook') AND status <> 'model'"
            )
        }
        modules: dict[str, list[str]] = defaultdict(list)
        for script, module in self._rows(
            "SELECT DISTINCT a.path, d.path FROM artefact a JOIN dependency d "
            "ON d.reading = a.reading WHERE a.root = ? AND a.status = 'model' ORDER BY 1, 2"
        ):
            if not module.endswith((".md", ".rst", ".txt")):
                modules[script].append(module)
        training = self._rows(
            "SELECT DISTINCT m.path FROM training_stage s JOIN model m ON m.id = s.model "
            "WHERE m.root = ?"
        )
        return Owners(self._root, models, others, modules, [path for (path,) in training])

    def _give(
        self, table: str, row: int, model: int | None, rule: str | None, before: int | None
    ) -> None:
        """Give a run or a checkpoint to a model, where it was another's."""
        if model == before:
            self._connection.execute(
                f"UPDATE {table} SET owner_from = ? WHERE id = ? AND owner_from IS NOT ?",
                (rule, row, rule),
            )
            return
        self._connection.execute(
            f"UPDATE {table} SET model = ?, owner_from = ? WHERE id = ?", (model, rule, row)
        )

    def _scripts_state(self) -> str:
        """A text that changes whenever a script of this root came, went or changed."""
        digest = hashlib.blake2b(digest_size=16)
        for row in self._rows(
            "SELECT a.path, a.status, coalesce(a.content_hash, m.content_hash) FROM artefact a "
            "LEFT JOIN model m ON m.id = a.model WHERE a.root = ? "
            "AND a.kind IN ('script', 'notebook') ORDER BY a.path"
        ):
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _by_id(self, sql: str) -> dict[int, tuple[Any, ...]]:
        return {row[0]: tuple(row[1:]) for row in self._rows(sql)}

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return fetch_all(self._connection, sql, (self._root_id,))
