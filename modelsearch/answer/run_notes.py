"""What is said below a list of runs: which others reached the same, by which result they were
judged, and of which a setting is known by their script alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelsearch.records.question import AskedRuns, Node, leaves

#: Settings for which what the script says stands in where a run recorded none.
SCRIPTED = {
    "learning_rate": "number", "batch_size": "number", "epochs": "number", "optimizer": "term"
}  # fmt: skip


def ties(rows: Sequence[dict[str, Any]], shown: Sequence[dict[str, Any]]) -> list[str]:
    """Say which runs that are not shown reached what the last of the shown did."""
    same = [row["run_id"] for row in rows[len(shown) :] if row["value"] == shown[-1]["value"]]
    if not same:
        return []
    more = f" and {len(same) - 5} more" if len(same) > 5 else ""
    return [f"{', '.join(same[:5])}{more} reached the same."]


def rule(rows: Sequence[dict[str, Any]], asked: AskedRuns) -> list[str]:
    """Say by which result the runs were judged, where the question did not."""
    if not (asked.best or asked.first == "worst") or not rows or asked.metric:
        return []
    split = f"{rows[0]['split']} " if rows[0]["split"] else ""
    return [
        f"Judged by the {split}{rows[0]['metric']} at its best point; name a result for "
        "another order."
    ]


def by_script(where: Node | None, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Say of which runs a setting is known by their script alone."""
    said = []
    for field in dict.fromkeys(leaf.field for leaf, _ in leaves(where)):
        without = sum(row[field] is None for row in rows) if field in SCRIPTED else 0
        if without:
            label = field.replace("_", " ")
            said.append(f"{without} of these recorded no {label}; what their script says counts.")
    return said
