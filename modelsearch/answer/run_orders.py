"""The order of runs: by what they reached, by a column, by a setting."""

from __future__ import annotations

from collections import Counter

from modelsearch.records.question import AskedRuns, Sort
from modelsearch.records.typed import Any
from modelsearch.vocabulary.fields import by_name


def ordered(rows: list[dict[str, Any]], asked: AskedRuns) -> list[dict[str, Any]]:
    """Return runs in the order that the words of a question ask for: the best by the result that
    most of them are judged by, or by a column.
    """
    if asked.best or asked.first == "worst":
        names = Counter((row["metric"], row["split"]) for row in rows if row["value"] is not None)
        if not names:
            return rows
        judged = names.most_common(1)[0][0]
        kept = [row for row in rows if (row["metric"], row["split"]) == judged]
        descending = asked.descending
        if descending is None:
            descending = bool(kept[0]["higher"]) != (asked.first == "worst")
        kept.sort(key=lambda row: row["starts"])  # of equal ones the trial, not its search
        return sorted(kept, key=lambda row: row["value"], reverse=descending)
    column = asked.first.removeprefix("-")
    if not column:
        return rows
    known = [row for row in rows if recorded_in(row, column) is not None]
    known.sort(
        key=lambda row: _in_order(recorded_in(row, column)),
        reverse=not asked.first.startswith("-"),
    )
    if asked.all or not known:
        known += [row for row in rows if recorded_in(row, column) is None]
    return known


def recorded_in(row: dict[str, Any], name: str) -> Any:
    """Return what a run recorded under the name of a column or a setting, None where nothing."""
    own = row.get(name)
    return row.get("settings", {}).get(name) if own is None else own


def sorted_by(rows: list[dict[str, Any]], order: Sort) -> list[dict[str, Any]]:
    """Sort runs by a field of theirs, or by a result; those that have no value come last."""
    field = by_name().get(order.field)
    key = field.column if field is not None and field.source in ("run", "run date") else order.field
    key = {"created": "started_at"}.get(key, key)

    def value(row: dict[str, Any]) -> Any:
        if key in row.get("settings", {}):
            return row["settings"][key]
        if key not in row and str(row["metric"]).lower() == key.lower():
            return row["value"]
        return row.get(key)

    known = [row for row in rows if value(row) is not None]
    known.sort(key=lambda row: _in_order(value(row)), reverse=order.descending)
    return known + [row for row in rows if value(row) is None]


def _in_order(value: Any) -> tuple[bool, Any]:
    """Return what places a value among others: numbers before texts."""
    return isinstance(value, str), value
