"""Dates in figures: 2025-03-14, 14.03.2025, 3/14/25, 2025/Mar/14, 3/2025, 2025-Q1, 2025-W10.

Each form is a pattern over the question's own text from a token on; it must end where a token
ends. A form that other things are written in too (versions, fractions, sizes) is not sure: it needs
a word of a date beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.calendar import Found, Period
from modelsearch.query.time.monthnames import MONTHS
from modelsearch.query.words import words
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

#: Whole dates may lie further ahead than bare years, which are more often plain numbers.
LAST_YEAR = 2100
_LONGEST = 14
_SHORTEST_DATE = 8  #: figures of a whole date without signs

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_DASH = "[-‐-−]"
_SEP = f"(?:{_DASH}|[/.])"
_YEAR = r"(?P<year>\d{4})"
_SHORT_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_HAN = "〇一二三四五六七八九"
_EAST_MONTH = rf"(?P<month>\d{{1,2}}|十[一二]?|[{_HAN[1:]}])[月월]"
_EAST_DAY = rf"(?P<day>\d{{1,2}}|[二三]?十[{_HAN[1:]}]?|[{_HAN[1:]}])[日号號일]"
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"


def read_numeric(reading: Reading, i: int) -> Found | None:
    """Return the date in figures that begins at a token, the longest, else None."""
    if i >= len(reading.tokens) or reading.tokens[i].kind == "sign":
        return None
    start = reading.tokens[i].start
    if not _may_begin(reading, i):
        return None
    ends = {
        reading.tokens[last].end: last for last in range(i, min(i + _LONGEST, len(reading.tokens)))
    }
    best: Found | None = None
    for pattern, rule in _forms():
        match = pattern.match(reading.question, start)
        last = ends.get(match.end()) if match else None
        if match is None or last is None or (best and last <= best.last):
            continue
        try:
            found = rule(reading, match, last)
        except (ValueError, OverflowError):  # 31 February, month 13
            continue
        best = found or best
    return best


def _year_of(text: str) -> int:
    text = text.lstrip("'")
    if len(text) == 4:
        return int(text)
    return int(text) + (1900 if int(text) >= 70 else 2000)


def _plausible(year: int) -> bool:
    return calendar.FIRST_YEAR <= year <= LAST_YEAR


def _month_of(text: str) -> int:
    name = text.casefold().rstrip(".")
    return MONTHS[name] if name in MONTHS else _number_of(name)


def _number_of(text: str) -> int:
    """Return a number in figures or in Chinese: 十 is ten, 二十三 is 23."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    above = _HAN.index(tens) if tens else int(bool(ten))
    return above * 10 + (_HAN.index(ones) if ones else 0)


def _year_month_day(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    year, number = int(match["year"]), _month_of(match["month"])
    day = date(year, number, _number_of(match["day"]))
    return Found(calendar.day_period(day), last) if _plausible(year) else None


def _day_month_year(reading: Reading, match: re.Match[str], last: int) -> Found | None:
    """31/12/2025 and 31.12.2025; where both could be the month, slashes put it first."""
    first, second, year = int(match["a"]), int(match["b"]), _year_of(match["year"])
    month_first = ("." not in match[0] and first <= 12) or second > 12
    month, day = (first, second) if month_first else (second, first)
    when = date(year, month, day)
    if not _plausible(year):
        return None
    if month_first and first <= 12 and second <= 12 and first != second:
        reading.note(
            f"Read {match[0]} as {when.isoformat()}; write dates as YYYY-MM-DD to be sure."
        )
    sure = len(match["year"]) == 4 or "/" in match[0]
    return Found(calendar.day_period(when), last, sure=sure)


def _day_name_year(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    year = _year_of(match["year"])
    day = date(year, _month_of(match["month"]), int(match["day"]))
    return Found(calendar.day_period(day), last) if _plausible(year) else None


def _month_year(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    year, number = _year_of(match["year"]), _month_of(match["month"])
    if not _plausible(year) or not 1 <= number <= 12:
        return None
    sure = "." not in match[0] and (" " not in match[0] or not match["month"].isdecimal())
    return Found(calendar.month_period(year, number), last, sure=sure)


def _month_day(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    """2/15 and Oct-2: a day of any year; figures alone may be a fraction or a range."""
    if match["month"].isdecimal():
        first, second = int(match["month"]), int(match["day"])
        month, day = (first, second) if first <= 12 else (second, first)
    else:
        month, day = _month_of(match["month"]), int(match["day"])
    start = date(2000, month, day)
    period = Period(start, start + calendar.DAY, "day", yearly=True)
    return Found(period, last, sure=not match["month"].isdecimal())


def _eastern_month(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    """3月, 三月 and 3月14日: a month or a day of any year."""
    month, day = _number_of(match["month"]), match["day"]
    if not 1 <= month <= 12:
        return None
    if day is None:
        return Found(calendar.month_period(None, month), last)
    start = date(2000, month, _number_of(day))
    return Found(Period(start, start + calendar.DAY, "day", yearly=True), last)


def _eastern_year(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    year = int(match["year"])
    return Found(calendar.month_period(year, 1, 12, "year"), last) if _plausible(year) else None


def _part_of_year(_reading: Reading, match: re.Match[str], last: int) -> Found | None:
    year, number = int(match["year"]), int(match["number"])
    kind = match["kind"].casefold()
    if not _plausible(year):
        return None
    if kind == "w":
        return Found(calendar.week_period(date.fromisocalendar(year, number, 1)), last)
    months = 3 if kind == "q" else 6
    if number * months > 12:
        return None
    grain = "quarter" if months == 3 else "half"
    period = calendar.month_period(year, (number - 1) * months + 1, months, grain)
    return Found(period, last)


def _compact(reading: Reading, match: re.Match[str], last: int) -> Found | None:
    found = _year_month_day(reading, match, last)
    return found if found and int(match["year"]) <= reading.today.year + 1 else None


Rule = Callable[[Reading, "re.Match[str]", int], Found | None]

_FORMS: tuple[tuple[str, Rule], ...] = (
    (
        rf"{_YEAR}(?P<sep>{_SEP})(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_TIME}",
        _year_month_day,
    ),
    (rf"{_YEAR}{_SEP}(?P<month>{_NAME}){_SEP}(?P<day>\d{{1,2}})", _year_month_day),
    (rf"(?P<month>{_NAME}){_DASH}{_YEAR}{_DASH}(?P<day>\d{{1,2}})", _year_month_day),
    (rf"{_YEAR}{_SEP}(?P<day>\d{{1,2}}){_SEP}(?P<month>{_NAME})", _year_month_day),
    (rf"(?P<day>\d{{1,2}}){_DASH}{_YEAR}{_DASH}(?P<month>{_NAME})", _year_month_day),
    (rf"{_YEAR} (?P<month>{_NAME}) (?P<day>\d{{1,2}})(?![\d:])", _year_month_day),
    (rf"{_YEAR} (?P<month>0?[1-9]|1[0-2]) (?P<day>\d{{1,2}})(?= |$)(?! ?[a-z%])", _year_month_day),
    (rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}}), ?{_YEAR}", _day_month_year),
    (rf"(?P<a>\d{{1,2}})(?P<sep>{_SEP})(?P<b>\d{{1,2}})(?P=sep){_SHORT_YEAR}", _day_month_year),
    (rf"{_DAY}(?:{_SEP} ?)?(?P<month>{_NAME})\.?(?:{_SEP} ?){_SHORT_YEAR}", _day_name_year),
    (rf"{_DAY}\.? ?(?P<month>{_NAME})\.?,? {_YEAR}", _day_name_year),
    (rf"(?P<month>{_NAME}){_SEP}(?P<day>\d{{1,2}}){_SEP}{_YEAR}", _day_name_year),
    (rf"{_YEAR} ?(?:{_DASH}|[/.]) ?(?P<month>\d{{1,2}}|{_NAME})(?![/.\-]?\d)", _month_year),
    (rf"(?P<month>\d{{1,2}}) ?(?:{_DASH}|/) ?{_YEAR}", _month_year),
    (rf"(?P<month>{_NAME})\.?(?:{_DASH}|[/.]){_YEAR}(?![\d/.])", _month_year),
    (rf"(?P<month>{_NAME})\.?(?: ?'\B|{_DASH}(?=[4-9]))(?P<year>\d{{2}})(?!\d)", _month_year),
    (rf"(?P<month>\d{{1,2}})(?: ?/ ?|{_DASH})(?P<day>\d{{1,2}})", _month_day),
    (rf"(?P<month>{_NAME})(?:{_DASH}|/)(?P<day>\d{{1,2}})(?![\d.\-])", _month_day),
    (rf"{_YEAR}{_SEP}?(?P<kind>[qhw])(?P<number>\d{{1,2}})", _part_of_year),
    (rf"(?P<kind>[qh])(?P<number>[1-4])(?:{_DASH}|/){_YEAR}", _part_of_year),
    (r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", _compact),
    (rf"{_YEAR}[年년] ?{_EAST_MONTH} ?{_EAST_DAY}", _year_month_day),
    (rf"{_YEAR}[年년] ?{_EAST_MONTH}", _month_year),
    (rf"{_EAST_MONTH}(?: ?{_EAST_DAY})?", _eastern_month),
    (rf"{_YEAR}[年년]", _eastern_year),
)


@cache
def _forms() -> tuple[tuple[re.Pattern[str], Rule], ...]:
    """Compile the forms when a question first may hold one: that takes milliseconds."""
    import re

    return tuple((re.compile(pattern, re.IGNORECASE), rule) for pattern, rule in _FORMS)


def _counts_something(reading: Reading, i: int) -> bool:
    """Return whether a token is a small figure before a plain English word that is none of the
    calendar: "10 models".
    """
    word = reading.lower(i + 1)
    return (
        reading.tokens[i].text.isdecimal()
        and len(reading.tokens[i].text) < _SHORTEST_DATE
        and reading.question[reading.tokens[i].end :][:1] == " "
        and word in words("model_words")
    )


def _may_begin(reading: Reading, i: int) -> bool:
    """Return whether a form may begin at a token: a word with a sign or a figure in or after it, or
    a
    figure with something after it (or long enough to be a whole date).
    """
    token = reading.tokens[i]
    after = reading.question[token.end : token.end + 2]
    if "月" in token.text:
        return True
    if _counts_something(reading, i):
        return False
    if not any(c.isdecimal() for c in token.text):
        return bool(after.strip()) and not after.lstrip()[0].isalnum()
    return not token.text.isdecimal() or len(token.text) >= _SHORTEST_DATE or bool(after.strip())
