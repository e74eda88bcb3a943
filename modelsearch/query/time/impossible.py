"""Days that the calendar does not have: 30 February, 31 June, 2025-13-01.

A rule that meets one reads nothing, and a coarser one would take the month for it; so such a day is
looked for by itself, and the question is asked back.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import groupby

from modelsearch.query.state import Reading
from modelsearch.query.time.monthnames import MONTHS
from modelsearch.records.patterns import lazy
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

_LEAP = 2000
_MOST_DAYS = 39  #: a larger number before a month's name counts something else


@cache
def _named() -> tuple[re.Pattern[str], ...]:
    """Days of a month by its name."""
    import re

    name = "|".join(sorted((m for m in MONTHS if len(m) > 2), key=len, reverse=True))
    day = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
    year = r"(?:,?\s+(?P<year>\d{4})\b)?"
    start = r"(?<![\w.,:/-])"
    return (
        re.compile(rf"{start}{day}\.?\s+(?:of\s+)?(?P<month>{name})\b\.?{year}", re.IGNORECASE),
        re.compile(
            rf"{start}(?P<month>{name})\.?\s+(?:the\s+)?{day}\b(?![.,:/%-]?\d){year}",
            re.IGNORECASE,
        ),
    )


_CENTURIES = ("19", "20")
#: Days in figures.
_FIGURES = (
    lazy(
        r"(?<![\w.,/-])(?P<year>(?:19|20)\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?![\w-])",
        needs=_CENTURIES,
    ),
    lazy(
        r"(?<![\w.,/-])(?P<day>\d{1,2})(?P<sep>[./])(?P<month>\d{1,2})(?P=sep)"
        r"(?P<year>(?:19|20)\d{2})(?![\w.])",
        needs=_CENTURIES,
    ),
)


def _forms(question: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of days that may stand in a question, by a quick look at it."""
    if not any(figure in question for figure in "0123456789"):
        return ()
    said = question.casefold()
    in_words = any(month in said for month in MONTHS if len(month) > 2)
    named = _named() if in_words and _has_a_day(question) else ()
    return (*named, *(_FIGURES if any(sign in question for sign in "-./") else ()))


def _has_a_day(question: str) -> bool:
    """Return whether a number as short as a day stands in a question: without one, no month's name
    has a day beside it.
    """
    return any(
        found and len([*signs]) <= 2 for found, signs in groupby(question, key=str.isdecimal)
    )


def impossible_days(reading: Reading) -> list[str]:
    """Return the words of the question that name a day which does not exist."""
    found = []
    for pattern in _forms(reading.question):
        for match in pattern.finditer(reading.question):
            if not _exists(match) and not _counts(reading, match):
                found.append(match[0].strip())
    return found


def _exists(match: re.Match[str]) -> bool:
    """Return whether the day exists, in either order of day and month where both are figures."""
    year = int(match["year"] or _LEAP)
    day, month = int(match["day"]), match["month"]
    if not month.isdecimal():
        return _is_day(year, MONTHS[month.casefold()], day)
    swapped = "/" in match[0] and _is_day(year, day, int(month))
    return _is_day(year, int(month), day) or swapped


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _counts(reading: Reading, match: re.Match[str]) -> bool:
    """Return whether the number is another field's, or no day at all ("batch size 32 March
    2025").
    """
    start = match.start("day")
    token = next((i for i, one in enumerate(reading.tokens) if one.start == start), None)
    if token is None or not 0 < int(match["day"]) <= _MOST_DAYS:
        return True
    dates = ("created", "modified")
    return any(m.first <= token <= m.last and m.field not in dates for m in reading.mentions)
