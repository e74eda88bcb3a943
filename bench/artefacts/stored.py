"""What a database holds of one artefact file: its runs, their values, its checkpoint, its owner."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Columns of curve that a labelled point may stand in.
POINTS = {
    "first": ("first",),
    "last": ("last",),
    "best": ("best", "lowest", "highest"),
    None: ("last", "best", "lowest", "highest", "first"),
}
#: Short names that the labels use for results that files spell out.
ALIASES = {
    "mae": "mean absolute error",
    "mse": "mean squared error",
    "r2": "r squared",
    "auc": "roc auc",
    "rmse": "root mean squared error",
    "mape": "mean absolute percentage error",
    "log loss": "nll",
    "kld": "kl divergence",
    "kl div": "kl divergence",
    "return": "reward",
    "ep rew mean": "reward",
    "avg reward": "reward",
    "dloss": "d loss",
    "gloss": "g loss",
    "logloss": "nll",
    "wer": "word error rate",
    "acc": "accuracy",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A stored number or text of a run, and the file in which it was read."""

    run: int
    name: str
    tag: str
    split: str | None
    point: str
    value: Any
    at: int | None
    path: str


def plain(name: str) -> str:
    """Return a name in lower case with single spaces for all other signs."""
    return ALIASES.get(_words(name), _words(name))


def _words(name: str) -> str:
    return " ".join(re.split(r"[\W_]+", name.lower())).strip()


def same(stored: object, stated: object) -> bool:
    """Return whether two values are the same number, to four digits and also where it is stated in
    percent, or the same text.
    """
    try:
        one, other = float(str(stored)), float(str(stated))
    except ValueError:
        return str(stored).strip().lower() == str(stated).strip().lower()
    percent = (other / 100, other) if other > 1 else (other,)
    return any(math.isclose(one, each, rel_tol=2e-4, abs_tol=1e-9) for each in percent)


class Stored:
    """The runs and checkpoints of one indexed folder."""

    def __init__(self, database: Path) -> None:
        self._db = sqlite3.connect(database)
        self._db.row_factory = sqlite3.Row

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return the rows that a statement selects."""
        return self._db.execute(sql, values).fetchall()

    def runs_of(self, path: str) -> list[sqlite3.Row]:
        """Return the runs that a file belongs to: those read from it, or in its folder."""
        runs = self.rows("SELECT * FROM run")
        told = {run["id"] for run in runs if any(value.path == path for value in self.values(run))}
        holding = [
            run
            for run in runs
            if run["path"] in (".", path) or (path + "/").startswith(run["path"] + "/")
        ]
        longest = max((depth(run["path"]) for run in holding), default=0)
        near = {run["id"] for run in holding if depth(run["path"]) == longest}
        chosen = told or near
        return [run for run in runs if run["id"] in chosen]

    def values(self, run: sqlite3.Row) -> Iterator[Value]:
        """Yield everything that is stored of a run, each with its file."""
        yield from self._curves(run)
        yield from self._results(run)
        for row in self.rows("SELECT * FROM run_setting WHERE run = ?", run["id"]):
            value = row["text"] if row["number"] is None else row["number"]
            where = whole(run["path"], row["path"])
            yield Value(run["id"], row["name"], row["name"], None, "setting", value, None, where)
        for row in self.rows("SELECT * FROM run_evidence WHERE run = ?", run["id"]):
            where = whole(run["path"], row["path"])
            field = row["field"]
            yield Value(run["id"], field, field, None, "fact", row["value"], None, where)

    def _curves(self, run: sqlite3.Row) -> Iterator[Value]:
        places = {"first": None, "last": "last_at", "best": "best_at"}
        for row in self.rows("SELECT * FROM curve WHERE run = ?", run["id"]):
            where = whole(run["path"], row["path"])
            for point in ("first", "last", "best", "lowest", "highest"):
                if row[point] is not None:
                    at = row[places[point]] if places.get(point) else None
                    yield Value(
                        run["id"],
                        row["name"],
                        row["tag"],
                        row["split"],
                        point,
                        row[point],
                        at,
                        where,
                    )

    def _results(self, run: sqlite3.Row) -> Iterator[Value]:
        files = {
            (row["field"].lower().removeprefix("metric "), same_text(row["value"])): (
                whole(run["path"], row["path"]),
                row["key"],
            )
            for row in self.rows("SELECT * FROM run_evidence WHERE run = ?", run["id"])
        }
        for row in self.rows("SELECT * FROM run_result WHERE run = ?", run["id"]):
            stated = (row["name"].lower(), same_text(row["value"]))
            where, key = files.get(stated, (run["path"], None))
            yield Value(
                run["id"],
                row["name"],
                key or row["name"],
                row["split"],
                row["reported_at"],
                row["value"],
                row["step"],
                where,
            )

    def checkpoints_of(self, path: str) -> list[sqlite3.Row]:
        """Return the checkpoint that a file is or describes."""
        exact = self.rows("SELECT * FROM checkpoint WHERE path = ?", path)
        if exact:
            return exact
        told = "SELECT checkpoint FROM checkpoint_fact WHERE path = ?"
        return self.rows(f"SELECT * FROM checkpoint WHERE id IN ({told})", path)

    def facts_of(self, checkpoint: int) -> dict[str, Any]:
        """Return everything else that a checkpoint says of itself."""
        rows = self.rows("SELECT * FROM checkpoint_fact WHERE checkpoint = ?", checkpoint)
        return {
            row["name"]: row["text"] if row["number"] is None else row["number"] for row in rows
        }

    def model_path(self, model: int | None) -> str | None:
        """Return the path of a script or notebook; None for nobody and for models that stand in."""
        rows = self.rows(
            "SELECT path FROM model WHERE id = ? AND kind IN ('script', 'notebook')", model
        )
        return str(rows[0]["path"]) if rows else None


def depth(path: str) -> int:
    """Return how deep a path lies; the root itself at 0."""
    return 0 if path == "." else path.count("/") + 1


def same_text(value: object) -> str:
    """Return a number in one spelling."""
    try:
        return f"{float(str(value)):.6g}"
    except ValueError:
        return str(value)


def whole(run: str, path: str | None) -> str:
    """Return the path of a value's file: the run's own, below it, or as it stands."""
    if path is None:
        return run
    joined = run + path[1:] if path.startswith("./") else path
    return joined.removeprefix("./")


def named(values: Iterable[Value], name: str) -> list[Value]:
    """Return the values of a name, as the file or as the vocabulary spells it."""
    wanted = {plain(name), _words(name)}

    def fits(value: Value) -> bool:
        tags = {plain(value.tag), _words(value.tag)}
        return plain(value.name) in wanted or any(
            tag == one or tag.endswith(" " + one) for tag in tags for one in wanted
        )

    return [value for value in values if fits(value)]
