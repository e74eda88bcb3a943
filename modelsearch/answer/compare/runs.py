"""Runs side by side: ``compare flower_v2@train2 flower_v2@train3`` shows what differs."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.query.names.references import resolve
from modelsearch.records.errors import ResolveError
from modelsearch.records.structs import field, frozen
from modelsearch.records.typed import Any
from modelsearch.records.wordlists import word_tuple
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import fetch_all

_FACTS = word_tuple("""
    tool status started_at duration_s program commit_hash dataset hardware devices epochs_done
    steps_done
""")
_MOST = 8  #: runs whose names an error lists


@frozen
class RunsCompared:
    """Rows of (group, field, a value for each run), those that differ, and the results; ``same``
    counts what all runs share. ``curves`` are the values of each curve that all have, a list a run;
    ``steps`` what counts their points, and ``counters`` its name: epoch, step.
    """

    names: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    same: int
    curves: dict[str, list[list[float]]] = field(default_factory=dict)
    steps: dict[str, list[list[int]]] = field(default_factory=dict)
    counters: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "runs": list(self.names),
            "rows": list(self.rows),
            "same": self.same,
            "curves": self.curves,
        }


def compare_runs(
    connection: apsw.Connection, names: Sequence[str], *, everything: bool = False
) -> RunsCompared:
    """Compare runs, each named as ``model@run``. Raises ResolveError for what names no run."""
    runs = [_run(connection, name) for name in names]
    rows: list[dict[str, Any]] = []
    same = 0
    known: dict[str, list[Any]] = {}
    for group, told in (("run", _facts), ("setting", _settings), ("result", _results)):
        values = [told(connection, run) for run in runs]
        for name in dict.fromkeys(key for one in values for key in one):
            row = [one.get(name) for one in values]
            if group == "setting" and known.get(name.lower()) == row:
                continue  # a setting that fills a column of the run is said once
            known.setdefault(name.lower(), row)
            if everything or group == "result" or len({repr(value) for value in row}) > 1:
                rows.append({"group": group, "field": name, **dict(zip(names, row, strict=True))})
            else:
                same += 1
    curves, steps, counters = _curves(connection, runs)
    return RunsCompared(tuple(names), tuple(rows), same, curves, steps, counters)


def _run(connection: apsw.Connection, name: str) -> int:
    model, _, run = name.rpartition("@")
    model_id = resolve(connection, model)
    found = fetch_all(
        connection,
        "SELECT r.id, r.run_id FROM run r JOIN model m ON m.id = r.model WHERE m.model_id = ? "
        "ORDER BY r.position",
        (model_id,),
    )
    exact = [row for row, run_id in found if run_id.casefold() == run.casefold()]
    part = [row for row, run_id in found if run.casefold() in run_id.casefold()]
    chosen = exact or part
    if len(chosen) == 1:
        return int(chosen[0])
    known = [run_id for _, run_id in found]
    shown = ", ".join(known[:_MOST]) + (f" and {len(known) - _MOST} more" if known[_MOST:] else "")
    problem = f"{run!r} fits several runs" if chosen else f"no run is called {run!r}"
    raise ResolveError(f"{problem} of {model_id}; it has {shown or 'none'}", tuple(known[:_MOST]))


def _facts(connection: apsw.Connection, run: int) -> dict[str, Any]:
    (row,) = fetch_all(connection, f"SELECT {', '.join(_FACTS)} FROM run WHERE id = ?", (run,))
    return {name: value for name, value in zip(_FACTS, row, strict=True) if value is not None}


def _settings(connection: apsw.Connection, run: int) -> dict[str, Any]:
    return dict(
        fetch_all(
            connection,
            "SELECT name, coalesce(text, number) FROM run_setting WHERE run = ? ORDER BY name",
            (run,),
        )
    )


def _results(connection: apsw.Connection, run: int) -> dict[str, Any]:
    """Return the best value of each result, the last one where no best is known."""
    found: dict[str, Any] = {}
    for name, split, value in fetch_all(
        connection,
        "SELECT name, split, value FROM run_result WHERE run = ? ORDER BY reported_at = 'last', id",
        (run,),
    ):
        label = f"{split} {name}" if split else name
        found.setdefault(label, value)
    return found


def _curves(
    connection: apsw.Connection, runs: Sequence[int]
) -> tuple[dict[str, list[list[float]]], dict[str, list[list[int]]], dict[str, str]]:
    """Return the values of each curve that all runs have, their steps, and what counts them."""
    by_run: list[dict[str, tuple[list[float], list[int], str]]] = []
    for run in runs:
        its: dict[str, tuple[list[float], list[int], str]] = {}
        for name, split, points, counter, data in fetch_all(
            connection,
            "SELECT c.name, c.split, c.points, c.counter, c.data FROM curve c WHERE c.run = ? "
            "AND EXISTS (SELECT 1 FROM run_result x WHERE x.run = c.run AND x.name = c.name) "
            "ORDER BY c.id",
            (run,),
        ):
            steps, values = unpack(data, points)
            told = [plain32(value) for value in values], list(steps), counter
            its.setdefault(f"{split} {name}" if split else name, told)
        by_run.append(its)
    common = [name for name in by_run[0] if all(name in its for its in by_run)]
    counted = {name: {its[name][2] for its in by_run} for name in common}
    return (
        {name: [its[name][0] for its in by_run] for name in common},
        {name: [its[name][1] for its in by_run] for name in common},
        {name: min(told) if len(told) == 1 else "step" for name, told in counted.items()},
    )
