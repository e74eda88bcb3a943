"""The exact form inside a question: ``field:value``, ``field:>1e-3``, ``a..b``, ``-field:value``,
``has:metrics``, ``"a phrase"``.

Qualifiers are found in the question's own characters and claim the tokens they span.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from modelsearch.errors import UsageError
from modelsearch.query.fields import FIELDS, Field, find_field
from modelsearch.query.model import Filter, Node, Not, Value
from modelsearch.query.spelling import nearest
from modelsearch.query.state import Reading

_QUALIFIER = re.compile(
    r"(?<![\w:/.])(?P<sign>-?)(?P<field>[A-Za-z][A-Za-z_]*):"
    r"(?P<value>\"[^\"]*\"|(?:<=|>=|<|>|=)?[^\s\"(),;]+)"
)
_PHRASE = re.compile(r'"([^"]{1,200})"')
_COMPARISON = re.compile(r"^(<=|>=|<|>|=)?(.*)$", re.DOTALL)
_NUMBER = re.compile(r"^(-?\d+(?:\.\d+)?(?:e-?\d+)?)([kmgKMG]?)(i?[bB])?(%?)$")
_SCALES = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}
_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")


def find_qualifiers(reading: Reading) -> None:
    """Claim every qualifier and quoted phrase. Raises UsageError for a malformed qualifier."""
    for match in _QUALIFIER.finditer(reading.question):
        _claim_qualifier(reading, match)
    for match in _PHRASE.finditer(reading.question):
        span = _tokens_of(reading, match.start(), match.end())
        if span is not None and reading.free(*span) and match.group(1).strip():
            node = Filter("text", "phrase", match.group(1).strip(), match.group(), match.span())
            reading.mention(*span, node, "text")


def _claim_qualifier(reading: Reading, match: re.Match[str]) -> None:
    name, raw = match["field"], match["value"].strip('"')
    span = _tokens_of(reading, match.start(), match.end())
    if span is None or not reading.free(*span):
        return
    if name.lower() in ("http", "https", "ftp"):
        return
    node: Node
    if name.lower() in ("has", "missing"):
        target = find_field(raw)
        if target is None:
            raise UsageError(_unknown_field(raw, name))
        known = Filter(target.name, "exists", None, match.group(), match.span())
        node = known if name.lower() == "has" else Not(known)
        field_name = target.name
    else:
        field = find_field(name)
        if field is None:
            raise UsageError(_unknown_field(name, ""))
        op, value = read_value(field, raw, reading)
        node, field_name = Filter(field.name, op, value, match.group(), match.span()), field.name
    negated = match["sign"] == "-"
    reading.mention(*span, Not(node) if negated else node, field_name)


def _unknown_field(name: str, prefix: str) -> str:
    close = nearest(name, [field.name for field in FIELDS])
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    shown = f"{prefix}:{name}" if prefix else f"{name}:"
    return f"there is no field {name!r} (in {shown}){hint} `modelsearch fields` lists them"


def read_value(field: Field, raw: str, reading: Reading) -> tuple[str, Value]:
    """Return operator and value of a qualifier. Raises UsageError when they do not fit."""
    if field.kind == "number":
        return _number(field, raw)
    if field.kind == "date":
        return _date(field, raw)
    if field.kind == "thing":
        return "exists", None
    value = raw.lstrip("=")
    if not value:
        raise UsageError(f"{field.name}: needs a value, as in {field.name}:{field.example or 'x'}")
    if field.kind == "term":
        return "=", reading.lexicon.named(field.vocabulary or field.name, value) or value
    return ("contains" if field.name in ("path", "description", "model") else "="), value


def _number(field: Field, raw: str) -> tuple[str, Value]:
    if ".." in raw:
        low, _, high = raw.partition("..")
        ends = tuple(None if end in ("", "*") else _parse(field, end) for end in (low, high))
        if ends[0] is None and ends[1] is not None:
            return "<=", ends[1]
        if ends[1] is None and ends[0] is not None:
            return ">=", ends[0]
        return "between", ends
    match = _COMPARISON.match(raw)
    op, rest = (match.group(1), match.group(2)) if match else (None, raw)
    return op or "=", _parse(field, rest)


def _parse(field: Field, text: str) -> float | int:
    match = _NUMBER.match(text.replace(",", "").replace("_", ""))
    if match is None:
        raise UsageError(
            f"{field.name} takes a number, not {text!r}: write {field.name}:64, "
            f"{field.name}:>64 or {field.name}:32..128"
        )
    number = float(match.group(1)) * _SCALES[match.group(2).lower()]
    number = number / 100 if match.group(4) else number
    return int(number) if number == int(number) else number


def _date(field: Field, raw: str) -> tuple[str, Value]:
    if ".." in raw:
        low, _, high = raw.partition("..")
        start = None if low in ("", "*") else _interval(field, low)[0]
        end = None if high in ("", "*") else _interval(field, high)[1]
        return "in", (start, end)
    match = _COMPARISON.match(raw)
    op, rest = (match.group(1), match.group(2)) if match else (None, raw)
    start, end = _interval(field, rest)
    bounds: dict[str | None, Value] = {
        None: (start, end), "=": (start, end), ">=": (start, None), ">": (end, None),
        "<": (None, start), "<=": (None, end),
    }  # fmt: skip
    return "in", bounds[op]


def _interval(field: Field, text: str) -> tuple[str, str]:
    match = _DATE.match(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        first = date(year or 1, month or 1, day or 1)
        if day:
            after = first + timedelta(days=1)
        elif month:
            after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
        else:
            after = date(first.year + 1, 1, 1)
    except ValueError:
        raise UsageError(
            f"{field.name} takes a date, not {text!r}: write {field.name}:2025-03, "
            f"{field.name}:>=2025-03-01 or {field.name}:2025-01..2025-03"
        ) from None
    return first.isoformat(), after.isoformat()


def _tokens_of(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last token inside a stretch of characters."""
    inside = [i for i, t in enumerate(reading.tokens) if t.start < end and t.end > start]
    return (inside[0], inside[-1]) if inside else None
