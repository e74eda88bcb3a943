"""Dates in other languages, by dateparser, which is imported only here and only when needed.

Months are asked for word by word; relative phrases ("gestern", "hace 3 días") only where one of
their own words stands in the question, so that an English question never pays for the import.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.calendar import Found, Period
from modelsearch.records.wordlists import word_tuple

_LANGUAGES = word_tuple("""
    de fr es it pt nl sv da pl cs fi tr ru uk zh ja ko
""")
#: Words that only phrases of relative time hold, and the language to read them in.
_SIGNS = {
    "gestern": "de", "vorgestern": "de", "heute": "de", "vor": "de", "hier": "fr",
    "aujourd'hui": "fr", "il": "fr", "ayer": "es", "anteayer": "es", "hoy": "es", "hace": "es",
    "ieri": "it", "oggi": "it", "fa": "it", "ontem": "pt", "hoje": "pt", "há": "pt",
    "gisteren": "nl", "vandaag": "nl", "geleden": "nl", "igår": "sv", "sedan": "sv", "вчера": "ru",
    "сегодня": "ru", "назад": "ru", "昨日": "ja", "昨天": "zh", "今天": "zh", "어제": "ko",
}  # fmt: skip
#: Those that stand before or after a number and a unit, and those that are a day by themselves.
_WITH_NUMBER = frozenset({"vor", "il", "hace", "fa", "há", "geleden", "sedan", "назад"})
_LONGEST = 5
_UNITS = frozenset({"day", "week", "month", "year"})


@lru_cache(maxsize=4096)
def read_foreign_month(word: str) -> int | None:
    """Return the month that ``word`` names in another language, else None."""
    if any(c.isdecimal() for c in word):
        return None
    try:
        import dateparser.date
    except ImportError:
        return None
    # A language's own parser is asked about "1 <word> 2001", so that only month names answer.
    for language in _LANGUAGES:
        parser = dateparser.date.DateDataParser(
            languages=[language],
            settings={"REQUIRE_PARTS": ["month", "year", "day"], "PARSERS": ["absolute-time"]},
        )
        try:
            found = parser.get_date_data(f"1 {word} 2001")
        except (ValueError, OverflowError, RecursionError):
            continue
        when = found.date_obj
        if when is not None and when.year == 2001 and when.day == 1:
            return int(when.month)
    return None


def has_foreign_words(reading: Reading) -> bool:
    """Return whether a word of relative time in another language stands anywhere."""
    return any(token.text.casefold() in _SIGNS for token in reading.tokens)


def read_foreign_phrase(reading: Reading, i: int) -> Found | None:
    """Return the day or unit that a phrase with one of the signs at or near token i means."""
    for last in range(min(i + _LONGEST, len(reading.tokens)) - 1, i - 1, -1):
        if not reading.free(i, last):
            continue
        words = [reading.tokens[index].text.casefold() for index in range(i, last + 1)]
        sign = next((word for word in words if word in _SIGNS), None)
        if sign is None or not _whole(words, sign):
            continue
        period = _ask(" ".join(words), _SIGNS[sign], reading.today)
        if period is not None:
            return Found(period, last)
    return None


def _whole(words: list[str], sign: str) -> bool:
    """Return whether the words are a day's name alone, or a sign with a number."""
    if sign not in _WITH_NUMBER:
        return len(words) == 1
    return (
        len(words) >= 3
        and any(word.isdecimal() for word in words)
        and (words[0] == sign or words[-1] == sign)
    )


def _ask(text: str, language: str, today: date) -> Period | None:
    try:
        import dateparser.date
    except ImportError:
        return None
    noon = datetime.combine(today, time(12))
    parser = dateparser.date.DateDataParser(
        languages=[language],
        settings={"RELATIVE_BASE": noon, "PARSERS": ["relative-time"], "PREFER_DATES_FROM": "past"},
    )
    try:
        found = parser.get_date_data(text)
    except (ValueError, OverflowError, RecursionError):
        return None
    day: date | None = found.date_obj.date() if found.date_obj is not None else None
    if day is None or abs(day - today) > timedelta(days=40_000):
        return None
    return calendar.unit_period(day, found.period if found.period in _UNITS else "day")
