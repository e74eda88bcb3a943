"""What to offer instead of a value that no model has: the stored values that come closest to it.

Names come close by their spelling, or by what the vocabulary knows of both: a broader name in
common, a subject in common. Numbers and days come close from below and from above.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.records.question import Filter, Node, Not
from modelsearch.records.suggestions import closest
from modelsearch.records.typed import Any
from modelsearch.search.compile import value_expression
from modelsearch.search.facets import values_anywhere
from modelsearch.search.large.kept import kept
from modelsearch.search.large.lookup import Postings
from modelsearch.search.large.members import Members
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.vocabulary import ancestors, find
from modelsearch.vocabulary.fields import by_name
from modelsearch.vocabulary.fields.field import Field
from modelsearch.vocabulary.wording import said

_MOST = 4  #: values that are named
MODELS = "model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"


def instead(connection: apsw.Connection, part: Node) -> str:
    """Return sentences that say which values the field of an unsatisfied filter has; none where
    these do not help.
    """
    if isinstance(part, Not):
        return _all_have(connection, part.part)
    if not isinstance(part, Filter) or part.op in ("exists", "contains", "phrase", "stored"):
        return ""
    if part.by is not None:
        return ""  # the family is here; it is the name that nothing carries
    field = by_name().get(part.field)
    if field is not None and field.kind == "date":
        return _days(connection, part)
    if field is None or field.kind == "number":
        return _numbers(connection, part)
    values = values_anywhere(connection, field)
    if values is None:
        return ""
    return _names(field, str(part.value), values) if values else _none(part.field)


def _all_have(connection: apsw.Connection, part: Node) -> str:
    """Say of a value that may not be there how many models have it."""
    known = Members(connection)
    having, everyone = known.matching(part).bit_count(), known.everything().bit_count()
    if having == everyone:
        return f"; all {everyone:,} are or have it"
    return f"; {having:,} of {everyone:,} are or have it, of the others it is not known"


def _names(field: Field, wanted: str, values: Sequence[tuple[Any, int]]) -> str:
    counts = {str(value): count for value, count in values}
    like = closest(wanted, counts, _MOST)
    related = [one for one in counts if one not in like and _related(field, wanted, one)]
    near = [*like, *related][:_MOST]
    if near:
        return f"; the closest {field.plural.lower()} here: {_listed(near, counts)}"
    most = list(counts)[:_MOST]
    if len(counts) <= _MOST:
        return f"; {field.plural.lower()} here: {_listed(most, counts)}"
    return (
        f"; none of the {len(counts):,} {field.plural.lower()} here comes close, "
        f"most have {_listed(most, counts)}"
    )


def _listed(names: Sequence[str], counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({counts[name]:,})" for name in names)


def _related(field: Field, one: str, other: str) -> bool:
    """Return whether the vocabulary knows something that two names share, or one as the broader."""
    kind = field.vocabulary
    if not kind:
        return False
    above = [{name, *(parent for parent, _ in ancestors(kind, name))} for name in (one, other)]
    if above[0] & above[1]:
        return True
    first, second = find(kind, one), find(kind, other)
    return bool(first and second and set(first.subjects) & set(second.subjects))


def _numbers(connection: apsw.Connection, part: Filter) -> str:
    if kept(connection):
        return ""  # would walk all rows
    expression = value_expression(part.field)
    low, high = part.value if isinstance(part.value, tuple) else (part.value, part.value)
    if part.op in (">", ">="):
        high = None
    elif part.op in ("<", "<="):
        low = None
    return _between(connection, part.field, expression, low, high)


def _days(connection: apsw.Connection, part: Filter) -> str:
    bounds = part.value if isinstance(part.value, tuple) else (None, None)
    expression = f"substr({value_expression(part.field)}, 1, 10)"
    days = [None if bound is None else str(bound) for bound in bounds]
    if any(day is not None and day.startswith("--") for day in days):
        days = ["", "~"]  # days of any year: there is no nearest one
    if kept(connection):
        start, known = f"{part.field} day ", Postings(connection)
        low, high = ("" if days[0] is None else days[0]), ("~" if days[-1] is None else days[-1])
        return _near(part.field, known.ends(start), known.nearest(start, low, high))
    return _between(connection, part.field, expression, days[0], days[-1])


def _between(connection: apsw.Connection, name: str, expression: str, low: Any, high: Any) -> str:
    """Say which stored values come closest from below and from above, and the range of all."""
    rows = f"(SELECT {expression} AS v FROM {MODELS})"
    sql = f"SELECT min(v), max(v) FROM {rows}"
    least, most = fetch_all(connection, sql)[0]
    below = fetch_value(connection, f"SELECT max(v) FROM {rows} WHERE v <= ?", (low,))
    above = fetch_value(connection, f"SELECT min(v) FROM {rows} WHERE v >= ?", (high,))
    return _near(name, (least, most), (below, above))


def _near(name: str, ends: tuple[Any, Any], nearest: tuple[Any, Any]) -> str:
    """Say the nearest values from below and above, or the range of all where there are none."""
    (least, most), (below, above) = ends, nearest
    if least is None:
        return _none(name)
    near = [value for value in dict.fromkeys((below, above)) if value is not None]
    if least == most or not near:
        return f"; here it is {_range(*(said(name, one) for one in (least, most)))}"
    if len(near) == 1:
        end = "highest" if near == [below] else "lowest"
        if name in ("created", "modified"):
            end = "latest" if near == [below] else "earliest"
        return f"; the {end} here is {said(name, near[0])}"
    return f"; the closest here: {' and '.join(said(name, one) for one in near)}"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _none(name: str) -> str:
    field = by_name().get(name)
    label = name.replace("_", " ") if field is None else field.label.lower()
    many = label.endswith("s") and not label.endswith("ss") and " of " not in label
    return f"; no {label} {'are' if many else 'is'} stored here"
