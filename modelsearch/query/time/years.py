"""Years and days of a month at a token: "2025", "'25", "of last year", "12th"."""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.numericdates import LAST_YEAR


def read_year(reading: Reading, index: int, *, last: int | None = None) -> int | None:
    """Return the four-digit year at a token, if models may come from it (or up to ``last``)."""
    token = reading.tokens[index] if 0 <= index < len(reading.tokens) else None
    if (
        token is None
        or token.kind != "number"
        or len(token.text) != 4
        or not token.text.isdecimal()
    ):
        return None
    year = int(token.text)
    return year if calendar.FIRST_YEAR <= year <= (last or reading.today.year + 1) else None


def read_day(reading: Reading, index: int) -> int | None:
    """Return the day of a month at a token: 12, 12th."""
    word = reading.lower(index)
    figures = word[:-2] if word[-2:] in ("st", "nd", "rd", "th") else word
    day = int(figures) if len(figures) <= 2 and figures.isdecimal() else 0
    return day if 1 <= day <= 31 else None


def year_after(reading: Reading, i: int) -> tuple[int | None, int]:
    """Return a year at i, or after "," or "of" there, and its token."""
    for at in (i, i + 1):
        if at == i + 1 and reading.lower(i) not in (",", "of", "in", "'"):
            break
        year = read_year(reading, at, last=LAST_YEAR)
        if year is not None:
            return year, at
    short = short_year(reading, i + 1 if reading.lower(i) == "," else i)
    if short is not None:
        return short, i + 1 + (reading.lower(i) == ",")
    at = i + 1 if reading.lower(i) == "of" else i
    if reading.words(at, 2) in ("last year", "this year"):
        return reading.today.year - (reading.lower(at) == "last"), at + 1
    return None, i


def short_year(reading: Reading, i: int) -> int | None:
    """Return the year of '25 at a token."""
    figures = reading.lower(i + 1)
    if reading.lower(i) != "'" or len(figures) != 2 or not figures.isdecimal():
        return None
    if not reading.tokens[i + 1].glued:
        return None
    return int(figures) + (1900 if int(figures) >= 70 else 2000)
