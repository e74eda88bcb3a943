"""Lengths of time: "3 weeks", "a couple of months", "2 years, 1 month and 21 days"."""

from __future__ import annotations

from datetime import date

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.records.structs import frozen

#: Numbers as words, and what "a few" and "several" are taken for.
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
           "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "couple": 2,
           "few": 3, "several": 3, "fourteen": 14, "twenty": 20, "thirty": 30, "ninety": 90,
           "sixty": 60, "fifteen": 15, "forty": 40, "fifty": 50,
           "hundred": 100}  # fmt: skip
#: Units that are several of a calendar's: the unit and how many. Their plurals end in "s".
_SEVERAL = {"fortnight": ("week", 2), "decade": ("year", 10)}
_SHORT = {"yr": "year", "wk": "week", "mo": "month", "qtr": "quarter"}
#: What each word for a length of time means, in calendar units.
UNITS = {
    word + ending: meant
    for word, meant in (
        *((unit, (unit, 1)) for unit in ("day", "week", "month", "quarter", "year")),
        *((word, (unit, 1)) for word, unit in _SHORT.items()),
        *_SEVERAL.items(),
    )
    for ending in ("", "s")
}
_ORDER = ("day", "week", "month", "quarter", "half", "year")


@frozen
class Duration:
    """Some calendar units, the coarsest first, and the token that follows them."""

    parts: tuple[tuple[str, int], ...]
    after: int

    @property
    def grain(self) -> str:
        """The finest unit that was named."""
        return min((unit for unit, _ in self.parts), key=_ORDER.index)

    def before(self, day: date) -> date:
        """Return the day this long before ``day``."""
        return self._moved(day, -1)

    def beyond(self, day: date) -> date:
        """Return the day this long after ``day``."""
        return self._moved(day, 1)

    def _moved(self, day: date, sign: int) -> date:
        for unit, count in self.parts:
            day = calendar.add_units(day, unit, sign * count)
        return day


def read_duration(reading: Reading, i: int) -> Duration | None:
    """Return the length of time at a token, else None."""
    first = _part(reading, i)
    if first is None:
        return None
    parts, at = [first[0]], first[1]
    while True:
        joiner = at + 1 if reading.lower(at) in ("and", ",") else at
        if joiner > at and reading.lower(at) == "," and reading.lower(joiner) == "and":
            joiner += 1
        more = _part(reading, joiner)
        if more is None:
            return Duration(tuple(sorted(parts, key=lambda part: -_ORDER.index(part[0]))), at)
        parts.append(more[0])
        at = more[1]


def _part(reading: Reading, i: int) -> tuple[tuple[str, int], int] | None:
    if reading.lower(i) == "half" and reading.lower(i + 1) in ("a", "an"):
        unit, _ = unit_of(reading.lower(i + 2))
        return (("month", 6), i + 3) if unit == "year" else None
    halves = _with_half(reading, i)
    if halves is not None:
        return halves
    count, at = read_count(reading, i)
    unit, factor = unit_of(reading.lower(at))
    if count is None or not unit:
        return None
    return (unit, count * factor), at + 1


def _with_half(reading: Reading, i: int) -> tuple[tuple[str, int], int] | None:
    """A year and a half, two and a half years, 1.5 years: in months (of weeks and months: days)."""
    token = reading.lower(i)
    count, at = read_count(reading, i)
    if token.endswith(".5") and token[:-2].isdecimal():
        count, at = int(token[:-2]), i + 1
    elif count is not None and reading.words(at, 3) == "and a half":
        at += 3
    elif count is not None and reading.words(at + 1, 3) == "and a half":
        unit, _ = unit_of(reading.lower(at))
        return _halved(unit, count, at + 4)
    else:
        return None
    unit, _ = unit_of(reading.lower(at))
    return _halved(unit, count, at + 1)


def _halved(unit: str, count: int, after: int) -> tuple[tuple[str, int], int] | None:
    finer = {"year": ("month", 12), "month": ("day", 30), "week": ("day", 7)}.get(unit)
    return ((finer[0], finer[1] * count + finer[1] // 2), after) if finer else None


def read_count(reading: Reading, i: int) -> tuple[int | None, int]:
    """Return a small whole number at a token and the token after it."""
    token = reading.lower(i)
    if token in ("a", "the") and reading.lower(i + 1) in ("couple", "few", "hundred"):
        return read_count(reading, i + 1)
    if token.isdecimal() and token.isascii() and len(token) <= 4:
        return int(token), i + 1
    if token in COUNTS:
        return COUNTS[token], i + 2 if reading.lower(i + 1) == "of" else i + 1
    return None, i


def unit_of(word: str) -> tuple[str, int]:
    """Return the calendar unit that a word ("weeks", "month's") means and how many of it."""
    return UNITS.get(word.removesuffix("'s"), ("", 1))
