"""Periods counted from today: "last week", "the past 10 days", "3 months ago", "last Monday"."""

from __future__ import annotations

from datetime import date

from modelsearch.query import calendar
from modelsearch.query.calendar import Found, Period
from modelsearch.query.monthnames import MONTHS, WEEKDAYS
from modelsearch.query.state import Reading

_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
           "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
           "couple": 2, "few": 3, "several": 3, "fourteen": 14, "twenty": 20, "thirty": 30,
           "ninety": 90, "sixty": 60, "fifteen": 15}  # fmt: skip
UNITS = {unit + ending: unit for unit in ("day", "week", "month", "quarter", "year")
          for ending in ("", "s")}  # fmt: skip
UNITS |= {"fortnight": "fortnight", "fortnights": "fortnight", "yr": "year", "yrs": "year",
           "wk": "week", "wks": "week", "mo": "month", "mos": "month", "decade": "decade",
           "decades": "decade"}  # fmt: skip
_ROLLING = frozenset({"past", "previous", "last", "preceding", "trailing", "next", "coming",
                      "following", "upcoming"})  # fmt: skip
_AHEAD = frozenset({"next", "coming", "following", "upcoming"})


def read_relative(reading: Reading, i: int) -> Found | None:
    """Today, yesterday, this week, last month, the past 10 days, 3 weeks ago, last Monday."""
    today = reading.today
    word = reading.lower(i)
    simple = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if word in simple:
        return Found(calendar.day_period(today + simple[word] * calendar.DAY), i)
    if reading.words(i, 3) == "day before yesterday":
        return Found(calendar.day_period(today - 2 * calendar.DAY), i + 2)
    if reading.words(i, 3) == "day after tomorrow":
        return Found(calendar.day_period(today + 2 * calendar.DAY), i + 2)
    if word in ("this", "current"):
        return _this(reading, i)
    if word in _ROLLING:
        return _rolling(reading, i, word)
    return _ago(reading, i)


def _this(reading: Reading, i: int) -> Found | None:
    name = reading.lower(i + 1)
    unit = UNITS.get(name)
    if unit in ("day", "week", "month", "quarter", "year"):
        return Found(calendar.unit_period(reading.today, unit), i + 1)
    if name in ("morning", "evening", "afternoon"):
        return Found(calendar.day_period(reading.today), i + 1)
    if name == "weekend":
        return Found(_weekend(reading.today), i + 1)
    if name in MONTHS:
        return Found(calendar.month_period(reading.today.year, MONTHS[name]), i + 1)
    if name in WEEKDAYS:
        monday = calendar.week_period(reading.today).start or reading.today
        return Found(calendar.day_period(monday + WEEKDAYS[name] * calendar.DAY), i + 1)
    return None


def _weekend(day: date) -> Period:
    monday = calendar.week_period(day).start or day
    return Period(monday + 5 * calendar.DAY, monday + 7 * calendar.DAY)


def _rolling(reading: Reading, i: int, word: str) -> Found | None:
    """Past week: the seven days up to today; last week: Monday to Sunday before this week."""
    today = reading.today
    count, at = read_count(reading, i + 1)
    unit, factor = unit_of(reading.lower(at))
    if unit and (count is not None or word in ("past", "trailing", "preceding")):
        many = (count or 1) * factor
        if word in _AHEAD:
            return Found(Period(today, calendar.add_units(today, unit, many) + calendar.DAY), at)
        return Found(Period(calendar.add_units(today, unit, -many), today + calendar.DAY), at)
    if count is not None:
        return None
    step = 1 if word in _AHEAD else -1
    if unit and factor == 1:
        return Found(calendar.unit_period(calendar.add_units(today, unit, step), unit), at)
    return _named_rolling(reading, at, step)


def _named_rolling(reading: Reading, at: int, step: int) -> Found | None:
    """Last Monday, last March, last weekend, last night."""
    today, name = reading.today, reading.lower(at)
    if name == "weekend":
        return Found(_weekend(today + step * 7 * calendar.DAY), at)
    if name in ("night", "evening"):
        return Found(calendar.day_period(today + step * calendar.DAY), at)
    if name in WEEKDAYS:
        gap = (WEEKDAYS[name] - today.weekday()) % 7 or 7
        day = today + (gap if step > 0 else gap - 7 if gap < 7 else -7) * calendar.DAY
        return Found(calendar.day_period(day), at)
    if name in MONTHS:
        month = MONTHS[name]
        year = today.year - (month >= today.month) if step < 0 else today.year + (
            month <= today.month)  # fmt: skip
        return Found(calendar.month_period(year, month), at)
    return None


def _ago(reading: Reading, i: int) -> Found | None:
    count, at = read_count(reading, i)
    unit, factor = unit_of(reading.lower(at))
    if count is None or not unit or reading.lower(at + 1) not in ("ago", "back", "earlier"):
        return None
    day = calendar.add_units(reading.today, unit, -count * factor)
    # "Two weeks ago" is that week, "three months ago" that month: nobody means one day.
    return Found(calendar.unit_period(day, unit), at + 1)


def read_count(reading: Reading, i: int) -> tuple[int | None, int]:
    """Return a small whole number at a token and the token after it."""
    token = reading.lower(i)
    if token in ("a", "the") and reading.lower(i + 1) in ("couple", "few"):
        return read_count(reading, i + 1)
    if token.isdigit() and token.isascii() and len(token) <= 4:
        return int(token), i + 1
    if token in _COUNTS:
        return _COUNTS[token], i + 2 if reading.lower(i + 1) == "of" else i + 1
    return None, i


def unit_of(word: str) -> tuple[str, int]:
    """Return the calendar unit that a word means and how many of it."""
    unit = UNITS.get(word, "")
    return {"fortnight": ("week", 2), "decade": ("year", 10)}.get(unit, (unit, 1))
