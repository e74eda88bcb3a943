"""What is said of runs that a question names: one fact of theirs, or how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from modelsearch.records.question import AskedRuns
from modelsearch.records.text import number
from modelsearch.store.curves import plain32

_MOST_SAID = 12  #: values that differ, in sentences
_LABELS = {"commit_hash": "commit", "started_at": "started", "duration_s": "seconds that it took"}


def fact_said(rows: Sequence[dict[str, Any]], asked: AskedRuns) -> str:
    """Say the asked fact of each run: "PPO_9: seed 7."; of those that recorded none, that."""
    label = _LABELS.get(asked.fact, asked.fact.replace("_", " "))
    told = []
    for row in rows:
        value = row.get(asked.fact)
        said = f"{label} {_written(value)}" if value is not None else f"no {label} is recorded"
        told.append(f"{row['run_id']}: {said}")
    return "; ".join(told) + "."


def reached_said(row: dict[str, Any]) -> str:
    """Say what one run reached: its result where it stands best, and the last value."""
    if row["value"] is None:
        return f"{row['run_id']}: no result is recorded."
    of = f"{row['split']} " if row["split"] else ""
    at = f" at {row['counter']} {row['at']}" if row["at"] is not None else ""
    last = row["last"]
    ends = f", {number(plain32(last))} at last" if last is not None and at else ""
    return f"{row['run_id']}: {of}{row['metric']} {number(plain32(row['value']))}{at}{ends}."


def differences_said(connection: apsw.Connection, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Say in which settings and results runs differ, results first; of runs of unknown models that
    they cannot be laid side by side.
    """
    names = [f"{row['model_id']}@{row['run_id']}" for row in rows if row["model_id"] is not None]
    if len(names) < 2 or len(names) < len(rows):
        return ["Only runs whose model is known are compared setting by setting."]
    from modelsearch.answer.compare.runs import compare_runs

    told = compare_runs(connection, names).rows
    said = []
    for row in sorted(told, key=lambda one: one["group"] != "result"):
        values = [row[name] for name in names]
        if len({repr(value) for value in values}) > 1:
            each = ", ".join(
                f"{_written(value) if value is not None else 'none'} ({name.rpartition('@')[2]})"
                for name, value in zip(names, values, strict=True)
            )
            said.append(f"{row['field']}: {each}")
    more = len(said) - _MOST_SAID
    rest = [f"… and {more} more"] if more > 0 else []
    curves = f"All values and curves: modelsearch compare {' '.join(names)}"
    return [*said[:_MOST_SAID], *rest, curves]


def _written(value: Any) -> str:
    return number(plain32(value)) if isinstance(value, float) else str(value)
