"""The values of runs at one point of their learning curves."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.records.text import number
from modelsearch.records.typed import Any
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import fetch_all

_MOST_SAID = 12


def put_at(connection: apsw.Connection, rows: Sequence[dict[str, Any]], point: str) -> None:
    """Give each run the value that it is judged by as it was at a point ("epoch 100"), under
    ``value`` and ``at``; None where its curve has none there.
    """
    counter, _, written = point.partition(" ")
    step = int(written)
    for row in rows:
        told = fetch_all(
            connection,
            "SELECT counter, points, data FROM curve WHERE run = ? AND name = ? AND split IS ? "
            "ORDER BY counter = ? DESC",
            (row["id"], row["metric"], row["split"], counter),
        )
        row.update(value=None, at=None, last=None, others={}, ends=None)
        for its, points, data in told[:1]:
            steps, values = unpack(data, points)
            row["ends"] = (its, steps[0], steps[-1])
            if (its == "epoch") == (counter == "epoch") and step in steps:
                row.update(value=plain32(values[steps.index(step)]), at=step, counter=its)


def points_said(rows: Sequence[dict[str, Any]], point: str) -> str:
    """Say the value of each run at a point, and of those that have none what their curves have."""
    told = []
    for row in rows[:_MOST_SAID]:
        if row["metric"] is None:
            told.append(f"{row['run_id']}: no such result is recorded")
            continue
        label = f"{row['split']} {row['metric']}" if row["split"] else row["metric"]
        if row["value"] is not None:
            told.append(f"{row['run_id']}: {label} {number(row['value'])} at {point}")
            continue
        ends = row["ends"]
        has = f"; its curve has {ends[0]}s {ends[1]} to {ends[2]}" if ends else ""
        told.append(f"{row['run_id']}: no {label} is recorded at {point}{has}")
    more = f" … and {len(rows) - _MOST_SAID} more" if len(rows) > _MOST_SAID else ""
    return "; ".join(told) + f".{more}"
