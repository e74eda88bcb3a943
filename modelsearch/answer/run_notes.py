"""What is said below a list of runs: which others reached the same, by which result they were
judged, and of which a setting is known by their script alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelsearch.records.question import AskedRuns, Filter, Node, leaves
from modelsearch.records.typed import Any
from modelsearch.vocabulary.runs import ENDED_EARLY, columns

_MOST_TOLD = 8  #: unfinished runs of which it is said where they stopped
#: Settings for which what the script says stands in where a run recorded none.
SCRIPTED = {
    "learning_rate": "number", "batch_size": "number", "epochs": "number", "optimizer": "term"
}  # fmt: skip
#: The steps that what run ``r`` printed says it was to go.
STEPS_PLANNED = (
    "(SELECT CAST(e.value AS INTEGER) FROM run_evidence e WHERE e.run = r.id "
    "AND e.field = 'steps_planned')"
)


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
    return [
        f"{count} of these recorded no {label}; what their script says counts."
        for label, count in _lent(where, rows)
    ]


def of_recorded(asked: AskedRuns) -> list[str]:
    """Say of runs that recorded a setting, or did not, that what scripts say does not count."""
    names = [columns()[one.field].label for one in asked.where if _lacks_scripted(one)]
    if not names:
        return []
    return [f"Counted is the {' and '.join(names)} that runs recorded, not what their scripts say."]


def _lacks_scripted(one: Filter) -> bool:
    return one.op in ("exists", "missing") and one.field in SCRIPTED


def matching_said(where: Node | None, rows: Sequence[dict[str, Any]]) -> str:
    """Say how many runs match, and first of all where it is their script alone that says so."""
    total = len(rows)
    for label, count in _lent(where, rows):
        if count == total:
            verb = "matches" if total == 1 else "match"
            such = f"such {label}" if label.endswith("s") else f"such {_article(label)} {label}"
            return f"No run recorded {such}; {total:,} {verb} by their script."
        return f"{total:,} runs match, {count:,} of them by their script alone."
    return f"{total:,} {'run matches' if total == 1 else 'runs match'}."


def _lent(where: Node | None, rows: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    told = []
    for field in dict.fromkeys(leaf.field for leaf, _ in leaves(where)):
        if field == "steps":
            continue  # those that a run went
        if rows and field in rows[0].get("settings", {}):
            lacking = sum(row["settings"][field] is None for row in rows)
            told += [(field, lacking)] if lacking else []
            continue
        own = ("epochs", "epochs_done") if field == "epochs" else (field,)
        lent = field in SCRIPTED
        without = sum(all(row[one] is None for one in own) for row in rows) if lent else 0
        if without:
            told.append((field.replace("_", " "), without))
    return told


def _article(label: str) -> str:
    return "an" if label[0] in "aeiou" else "a"


def unfinished_said(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Say of unfinished runs why they are: what their state says, or where they stopped."""
    said = []
    for row in rows:
        done, planned = row["epochs_done"], row["planned"]
        if row["status"] in ENDED_EARLY:
            continue
        if done is None:
            steps, planned = row["steps_done"], row["steps_planned"]
            said.append(f"{row['run_id']}: stopped after step {steps} of {planned} of its output.")
            continue
        by = "" if row["epochs"] is not None else " that its script plans"
        said.append(f"{row['run_id']}: stopped after epoch {done} of {planned}{by}.")
    states = Counter(row["status"] for row in rows if row["status"] in ENDED_EARLY)
    told = [f"{count:,} by their state: {state}." for state, count in states.items()]
    return [*said[:_MOST_TOLD], *told]
