"""Reading one period of the calendar at a token: "March 2025", "Q1", "last week", "3 days ago"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from modelsearch.query import calendar
from modelsearch.query.calendar import Found, Period
from modelsearch.query.monthnames import MONTHS, WEEKDAYS
from modelsearch.query.relative import UNITS, read_relative
from modelsearch.query.state import Reading

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
#: Names of months that are everyday words too, or abbreviations: they need a sign of a date.
_UNSURE = frozenset({"march", "may", "mar", "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept",
                     "oct", "nov", "dec", "august", "june", "spring", "fall", "winter", "summer",
                     "autumn"})  # fmt: skip
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4,
             "4th": 4, "fifth": 5, "5th": 5, "last": -1, "final": -1}  # fmt: skip
_PARTS = {"early": "early", "beginning": "early", "start": "early", "mid": "mid", "middle": "mid",
          "late": "late", "end": "late", "begin": "early"}  # fmt: skip
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


def read_period(reading: Reading, index: int) -> Found | None:
    """Return the longest period that begins at a token, else None."""
    if not reading.free(index, index):
        return None
    start = index + 1 if reading.lower(index) == "the" else index
    best: Found | None = None
    for rule in _RULES:
        try:
            found = rule(reading, start)
        except (ValueError, OverflowError):  # 31 February, or beyond the calendar
            continue
        if found and reading.free(index, found.last) and (best is None or found.last > best.last):
            best = found
    return best


def read_year(reading: Reading, index: int) -> int | None:
    """Return the four-digit year at a token, if it is one that models may come from."""
    token = reading.tokens[index] if 0 <= index < len(reading.tokens) else None
    if token is None or token.kind != "number" or len(token.text) != 4 or not token.text.isdigit():
        return None
    year = int(token.text)
    return year if calendar.FIRST_YEAR <= year <= reading.today.year + 1 else None


def read_day(reading: Reading, index: int) -> int | None:
    """Return the day of a month at a token: 12, 12th."""
    match = _DAY.fullmatch(reading.lower(index))
    day = int(match[1]) if match else 0
    return day if 1 <= day <= 31 else None


def _iso(reading: Reading, i: int) -> Found | None:
    year = read_year(reading, i)
    sign = reading.lower(i + 1)
    if year is None or sign not in ("-", "/", "."):
        return _compact(reading, i)
    following = reading.lower(i + 2)
    quarter = re.fullmatch(r"q([1-4])", following)
    if quarter:
        return Found(calendar.month_period(year, 3 * int(quarter[1]) - 2, 3, "quarter"), i + 2)
    week = re.fullmatch(r"w(\d{1,2})", following)
    if week:
        return Found(calendar.week_period(date.fromisocalendar(year, int(week[1]), 1)), i + 2)
    month = int(following) if following.isdigit() and len(following) <= 2 else 0
    if not 1 <= month <= 12 or not reading.tokens[i + 2].glued:
        return None
    third = reading.lower(i + 4)
    if reading.lower(i + 3) == sign and third.isdigit() and len(third) <= 2:
        return Found(calendar.day_period(date(year, month, int(third))), i + 4)
    # "2025-03-01T10:00": the day is part of the same word as the hour.
    hour = re.fullmatch(r"(\d{2})t\d{2}", third)
    if reading.lower(i + 3) == sign and hour:
        return Found(calendar.day_period(date(year, month, int(hour[1]))), i + 4)
    return Found(calendar.month_period(year, month), i + 2)


def _compact(reading: Reading, i: int) -> Found | None:
    text = reading.tokens[i].text if i < len(reading.tokens) else ""
    if len(text) != 8 or not text.isdigit():
        return None
    day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    plausible = calendar.FIRST_YEAR <= day.year <= reading.today.year + 1
    return Found(calendar.day_period(day), i) if plausible else None


def _numeric(reading: Reading, i: int) -> Found | None:
    """31/12/2025 and 31.12.2025; where both could be the month, slashes put it first."""
    if i >= len(reading.tokens) or not reading.tokens[i].text[0].isdigit():
        return None
    for last in range(i, min(i + 5, len(reading.tokens))):
        match = _DOTTED.fullmatch(reading.text(i, last))
        if match is None or (last + 1 < len(reading.tokens) and reading.tokens[last + 1].glued
                             and reading.tokens[last + 1].is_word):  # fmt: skip
            continue
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        month_first = "/" in match[0] and first <= 12
        month, day = (first, second) if month_first else (second, first)
        if "/" in match[0] and first <= 12 and second <= 12 and first != second:
            reading.note(
                f"Read {match[0]} as {date(year, month, day).isoformat()}; "
                "write dates as YYYY-MM-DD to be sure."
            )
        return Found(calendar.day_period(date(year, month, day)), last)
    return None


def _month(reading: Reading, i: int) -> Found | None:
    """March, March 2025, March 12, March 12-16 2025, March 12th, 2025."""
    month = MONTHS.get(reading.lower(i))
    if month is None:
        return None
    at = i + 2 if reading.lower(i + 1) == "." and reading.tokens[i + 1].glued else i + 1
    at = at + 1 if reading.lower(at) == "the" else at
    day = read_day(reading, at)
    if day is not None and not _is_count(reading, at):
        return _days_of_month(reading, month, day, at)
    year, last = _year_after(reading, at)
    if year is not None:
        return Found(calendar.month_period(year, month), last)
    return Found(calendar.month_period(None, month), i, reading.lower(i) not in _UNSURE)


def _is_count(reading: Reading, i: int) -> bool:
    """Whether the number counts something else: "in March 10 epochs"."""
    following = reading.lower(i + 1)
    return following in ("epochs", "models", "layers", "heads", "steps", "%") or following in UNITS


def _days_of_month(reading: Reading, month: int, day: int, at: int) -> Found:
    """Finish "March 12", "March 12-16" and "March 12 to 16", each with or without a year."""
    last, end = at, day
    until = read_day(reading, at + 2)
    joined = reading.lower(at + 1) in ("-", "to", "through", "until")
    if joined and until and until >= day and reading.lower(at + 3) not in MONTHS:
        last, end = at + 2, until
    year, year_at = _year_after(reading, last + 1)
    base = 2000 if year is None else year
    period = Period(date(base, month, day), date(base, month, end) + calendar.DAY,
                    "day" if end == day else "span", yearly=year is None)  # fmt: skip
    return Found(period, last if year is None else year_at)


def _year_after(reading: Reading, i: int) -> tuple[int | None, int]:
    """Return a year at i, or after "," or "of" there, and its token."""
    for at in (i, i + 1):
        if at == i + 1 and reading.lower(i) not in (",", "of", "in", "'"):
            break
        year = read_year(reading, at)
        if year is not None:
            return year, at
    if reading.lower(i) in ("last", "this") and reading.lower(i + 1) == "year":
        return reading.today.year - (reading.lower(i) == "last"), i + 1
    if reading.lower(i) == "of" and reading.words(i + 1, 2) in ("last year", "this year"):
        return reading.today.year - (reading.lower(i + 1) == "last"), i + 2
    return None, i


def _day_month(reading: Reading, i: int) -> Found | None:
    """12 March, 12th of March 2025, 12-16 March, 12 to 16 March 2025."""
    day = read_day(reading, i)
    if day is None:
        return None
    end, at = day, i + 1
    if reading.lower(at) in ("-", "to", "through", "and", "&", "until", "/"):
        until = read_day(reading, at + 1)
        if until is None or until < day:
            return None
        end, at = until, at + 2
    if reading.lower(at) == "of":
        at += 1
    if reading.lower(at) == "the" or reading.lower(at) not in MONTHS:
        return None
    month = MONTHS[reading.lower(at)]
    year, last = _year_after(reading, at + 1)
    base = 2000 if year is None else year
    period = Period(date(base, month, day), date(base, month, end) + calendar.DAY,
                    "day" if end == day else "span", yearly=year is None)  # fmt: skip
    return Found(period, at if year is None else last)


def _year(reading: Reading, i: int) -> Found | None:
    at = i + 1 if reading.lower(i) == "year" else i
    year = read_year(reading, at)
    return None if year is None else Found(calendar.year_period(year), at, sure=at > i)


def _quarter(reading: Reading, i: int) -> Found | None:
    """Q1, Q1 2025, 2025 Q1, H2 2024, the second quarter of 2025, the first half of March."""
    year = read_year(reading, i)
    at = i if year is None else i + 1
    code = re.fullmatch(r"([qh])([1-4])", reading.lower(at))
    if code:
        length, last = (3 if code[1] == "q" else 6), at
        number = int(code[2])
    elif _ORDINALS.get(reading.lower(i), 0) > 0 and reading.lower(i + 1) in ("quarter", "half"):
        length, last = (3 if reading.lower(i + 1) == "quarter" else 6), i + 1
        number, year = _ORDINALS[reading.lower(i)], None
    else:
        return None
    if number * length > 12:
        return None
    if year is None:
        year, last = _owner_year(reading, last)
    if year is None and reading.lower(last + 1) == "of" and length == 6:
        return _half_of(reading, last + 2, number)
    grain = "quarter" if length == 3 else "half"
    sure = code is None or year is not None or code[1] == "q"
    return Found(calendar.month_period(year, (number - 1) * length + 1, length, grain), last, sure)


def _owner_year(reading: Reading, last: int) -> tuple[int | None, int]:
    year, at = _year_after(reading, last + 1)
    if year is not None:
        return year, at
    for words, back in (("of the year", 0), ("of this year", 0), ("of last year", 1),
                        ("this year", 0), ("last year", 1)):  # fmt: skip
        count = len(words.split())
        if reading.words(last + 1, count) == words:
            return reading.today.year - back, last + count
    return None, last


def _half_of(reading: Reading, i: int, number: int) -> Found | None:
    whole = read_period(reading, i)
    if whole is None:
        return None
    return Found(calendar.part_of(whole.period, "first half" if number == 1 else "second half"),
                 whole.last)  # fmt: skip


def _season(reading: Reading, i: int) -> Found | None:
    which = reading.lower(i) if reading.lower(i) in ("last", "this", "past", "next") else ""
    at = i + 1 if which else i
    month = _SEASONS.get(reading.lower(at))
    if month is None:
        return None
    if not which:
        year, last = _year_after(reading, at + 1)
        sure = year is not None
        return Found(calendar.season_period(year, month), last if sure else at, sure)
    today = reading.today
    if which == "this":
        return Found(calendar.season_period(today.year, month), at)
    season = calendar.season_period(None, month).latest(today)
    if season.end and season.end > today:  # still running: the one before
        season = calendar.season_period(None, month).latest(calendar.add_months(today, -12))
    if which == "next" and season.start:
        season = calendar.season_period(season.start.year + 1, month)
    return Found(season, at)


def _week(reading: Reading, i: int) -> Found | None:
    """The first week of March 2025, the week of 10 March, week 10 of 2025, the weekend of …"""
    number = _ORDINALS.get(reading.lower(i))
    if number is not None and reading.words(i + 1, 2) in ("week of", "week in"):
        return _nth_week(reading, i + 3, number)
    if number is not None and reading.words(i + 1, 2) in ("weekend of", "weekend in"):
        return _nth_weekend(reading, i + 3, number)
    if reading.words(i, 2) in ("week of", "week starting", "week beginning"):
        inner = read_period(reading, i + 2)
        if inner and inner.period.start:
            return Found(_weekly(inner.period.latest(reading.today)), inner.last)
    if reading.words(i, 2) == "weekend of":
        return _weekend_of(reading, i + 2)
    if reading.lower(i) == "week" and reading.lower(i + 1).isdigit():
        year, last = _year_after(reading, i + 2)
        week = date.fromisocalendar(year or reading.today.year, int(reading.lower(i + 1)), 1)
        return Found(calendar.week_period(week), last if year else i + 1)
    return None


def _weekly(period: Period) -> Period:
    return calendar.week_period(period.start) if period.start else period


def _nth_week(reading: Reading, i: int, number: int) -> Found | None:
    whole = read_period(reading, i)
    if whole is None or whole.period.start is None or whole.period.end is None:
        return None
    start, end = whole.period.start, whole.period.end
    first = end - 7 * calendar.DAY if number < 0 else start + (number - 1) * 7 * calendar.DAY
    return Found(Period(first, min(first + 7 * calendar.DAY, end), "week", whole.period.yearly),
                 whole.last)  # fmt: skip


def _nth_weekend(reading: Reading, i: int, number: int) -> Found | None:
    whole = read_period(reading, i)
    if whole is None:
        return None
    period = whole.period.latest(reading.today)
    if period.start is None or period.end is None:
        return None
    saturday = period.start + ((5 - period.start.weekday()) % 7) * calendar.DAY
    saturday += (number - 1) * 7 * calendar.DAY
    if number < 0:
        last = period.end - calendar.DAY
        saturday = last - ((last.weekday() - 5) % 7) * calendar.DAY
    return Found(Period(saturday, saturday + 2 * calendar.DAY), whole.last)


def _weekend_of(reading: Reading, i: int) -> Found | None:
    inner = read_period(reading, i)
    if inner is None or inner.period.start is None or inner.period.end is None:
        return None
    if inner.period.grain != "day":
        return inner
    day = inner.period.latest(reading.today).start or inner.period.start
    saturday = (
        day + ((5 - day.weekday()) % 7 if day.weekday() < 5 else 5 - day.weekday()) * calendar.DAY
    )
    return Found(Period(saturday, saturday + 2 * calendar.DAY), inner.last)


def _part(reading: Reading, i: int) -> Found | None:
    """Early 2025, mid-March, the end of April, the beginning of last year."""
    part = _PARTS.get(reading.lower(i))
    if part is None:
        return None
    noun = reading.lower(i) in ("beginning", "start", "middle", "end", "begin")
    at = i + 1
    if reading.lower(at) in ("of", "-", "in"):
        at += 1
    elif noun:
        return None
    if reading.words(at, 2) in ("the year", "the month", "the week"):
        unit = reading.lower(at + 1)
        return Found(calendar.part_of(calendar.unit_period(reading.today, unit), part), at + 1)
    whole = read_period(reading, at)
    if whole is None or whole.period.start is None or whole.period.end is None:
        return None
    return Found(calendar.part_of(whole.period, part), whole.last)


def _weekday(reading: Reading, i: int) -> Found | None:
    number = WEEKDAYS.get(reading.lower(i))
    if number is None:
        return None
    day = reading.today - ((reading.today.weekday() - number) % 7) * calendar.DAY
    return Found(calendar.day_period(day), i, sure=False)


_RULES: tuple[Callable[[Reading, int], Found | None], ...] = (
    _iso, _numeric, _month, _day_month, _year, _quarter, _season, _week, _part, read_relative, _weekday,
)  # fmt: skip
