"""Conditions on one value, by the kind of its field: numbers, names, texts, dates, versions.

A question's words reach SQL only as parameters.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from functools import cache

from modelsearch import vocabulary
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import Filter
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any

Parameter = str | int | float | None
#: Two numbers with a point are equal when they differ by no more than this share.
NUMBERS_EQUAL_WITHIN = 1e-9
_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISONS = frozenset(_COMPARE)
_LONGEST_PART = 5  #: digits of a part of a version that are compared


@frozen
class Sql:
    """An SQL expression and the parameters of its question marks, in order.

    ``rows`` is the query for the models that satisfy it, with the same parameters, where the
    expression says no more than that ``model m`` is one of them; ``passages`` the query for the
    passages whose models these are, where that is how they are found.
    """

    text: str
    params: tuple[Parameter, ...] = ()
    rows: str = ""
    passages: str = ""


def models_in(rows: str, params: tuple[Parameter, ...] = (), passages: str = "") -> Sql:
    """Return the condition that ``model m`` is one of those that a query finds."""
    return Sql(f"(m.id IN ({rows}))", params, rows, passages)


def with_ids(ids: Iterable[object]) -> Sql:
    """Return the condition that a model's id is one of some: they are looked up together, not tried
    in turn on every model.
    """
    return Sql("(m.model_id IN (SELECT value FROM json_each(?)))", (texts_json(map(str, ids)),))


def where_known(found: Sql, known: Sql) -> Sql:
    """Return a condition on a number that is itself unknown for models without one: they satisfy
    neither it nor its negation.
    """
    text = f"(CASE WHEN {known.text} THEN {found.text} END)"
    return Sql(text, (*known.params, *found.params))


EVERY = Sql("1")  #: the condition that everything satisfies


def comparison(expression: str, kind: str, one: Filter) -> Sql:
    """Return the condition that a value of a kind satisfies a filter."""
    if kind == "date":
        return interval(expression, one)
    if kind == "version":
        return version_test(expression, one)
    if kind == "number" and not isinstance(one.value, str):
        return number_test(expression, one)
    return text_test(expression, one)


def text_test(expression: str, one: Filter) -> Sql:
    """Return the condition that a text is the filter's, or contains it."""
    if one.op == "like":
        return Sql(f"({expression} LIKE ? ESCAPE '\\')", (text_of(one),))
    if one.op in ("contains", "phrase"):
        return Sql(f"(instr(lower({expression}), lower(?)) > 0)", (text_of(one),))
    return Sql(f"({expression} = ? COLLATE NOCASE)", (text_of(one),))


def text_of(one: Filter) -> str:
    """Return a filter's value as text."""
    return one.value if isinstance(one.value, str) else str(one.value)


def number_test(expression: str, one: Filter) -> Sql:
    """Return the condition that a number compares as the filter says."""
    if one.op == "between" and isinstance(one.value, tuple):
        low, high = one.value
        return Sql(f"({expression} BETWEEN ? AND ?)", (_real(low), _real(high)))
    if one.op not in _COMPARISONS:
        return Sql("(0)")
    value = _real(one.value)
    if one.op == "=" and isinstance(value, float):
        gap = abs(value) * NUMBERS_EQUAL_WITHIN
        return Sql(f"(abs({expression} - ?) <= ?)", (value, gap))
    return Sql(f"({expression} {one.op} ?)", (value,))


def number_satisfies(number: float, one: Filter) -> bool:
    """Return whether a number compares as the filter says, as :func:`number_test` has it."""
    if one.op == "between" and isinstance(one.value, tuple):
        bounds = [_real(bound) for bound in one.value]
        low, high = (bound if isinstance(bound, int | float) else math.nan for bound in bounds)
        return low <= number <= high
    value = _real(one.value)
    if one.op not in _COMPARISONS or not isinstance(value, int | float):
        return False
    if one.op == "=" and isinstance(value, float):
        return abs(number - value) <= abs(value) * NUMBERS_EQUAL_WITHIN
    return bool(_COMPARE[one.op](number, value))


def _real(value: Any) -> Parameter:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, float) or abs(value) < 2**63 else float(value)


def interval(expression: str, one: Filter) -> Sql:
    """Return the condition that a date lies in a half-open interval."""
    if one.op != "in" or not isinstance(one.value, tuple) or len(one.value) != 2:
        return Sql("(0)")
    start, end = (None if bound is None else str(bound) for bound in one.value)
    if (start or end or "").startswith("--"):
        return _yearly(expression, (start or "--01-01")[2:], (end or "--12-32")[2:])
    bounds = [(f"{expression} >= ?", start), (f"{expression} < ?", end)]
    given = [(text, bound) for text, bound in bounds if bound is not None]
    if not given:
        return Sql(f"({expression} IS NOT NULL)")
    return Sql("(" + " AND ".join(t for t, _ in given) + ")", tuple(b for _, b in given))


def _yearly(expression: str, start: str, end: str) -> Sql:
    """Month and day of any year; an interval that ends before it begins runs over New Year."""
    joiner = "AND" if start < end else "OR"
    day = f"substr({expression}, 6, 5)"
    return Sql(f"({day} >= ? {joiner} {day} < ?)", (start, end))


def version_test(expression: str, one: Filter) -> Sql:
    """Return the condition that a version compares as the filter says.

    ``2.1`` finds ``2.1.3`` and ``2.1+cu118``, too; ``2.10`` comes after ``2.9``.
    """
    said = text_of(one)
    if one.op == "=":
        length = len(said)
        begins = f"substr({expression}, 1, {length:d}) = ? COLLATE NOCASE"
        ends = f"substr({expression}, {length + 1:d}, 1) NOT BETWEEN '0' AND '9'"
        return Sql(f"({begins} AND {ends})", (said,))
    if one.op not in _COMPARISONS:
        return Sql("(0)")
    return Sql(f"({version_key(expression)} {one.op} ?)", (_version_number(said),))


def version_key(expression: str) -> str:
    """Return an SQL expression of a number that sorts like versions do (three parts of them)."""
    rest = f"substr({expression}, instr({expression} || '.', '.') + 1)"
    last = f"substr({rest}, instr({rest} || '.', '.') + 1)"
    parts = [f"CAST({part} AS INTEGER)" for part in (expression, rest, last)]
    return f"(({parts[0]} * 100000 + {parts[1]}) * 100000 + {parts[2]})"


def _version_number(text: str) -> int:
    number = 0
    for part in [*text.split("."), "0", "0"][:3]:
        digits = ""
        for sign in part.strip():
            if not sign.isascii() or not sign.isdigit() or len(digits) >= _LONGEST_PART:
                break
            digits += sign
        number = number * 100_000 + int(digits or 0)
    return number


@vocabulary.remembered
def names_below(kind: str, name: str) -> tuple[str, ...]:
    """Return a name of the vocabulary and everything narrower."""
    return (name, *vocabulary.narrower(kind, name))


def names_around(kind: str, name: str) -> set[str]:
    """Return a name of the vocabulary, everything narrower and everything broader."""
    return {*names_below(kind, name), *(above for above, _ in vocabulary.ancestors(kind, name))}


@cache
def literal(name: str) -> str:
    """Quote a stored name; ORDER BY takes no parameters here. Other signs than those of names
    are dropped, so that no text of a question can leave the quotes.
    """
    return "'" + "".join(c for c in name if c.isalnum() or c in " _-.@/%+") + "'"


def literals(names: Iterable[str]) -> str:
    """Return names as a list for ``IN``."""
    return ", ".join(literal(name) for name in names)
