"""Periods picked out of another by counting: "the first Monday of March", "last 3 days of May",
"20th of last month", "the 15th", "third month of 2024"; and days named by weekday and date.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.calendar import Found, Period
from modelsearch.query.time.durations import read_count, unit_of
from modelsearch.query.time.monthnames import MONTHS, ORDINALS, TENS, WEEKDAYS, weekday_of
from modelsearch.query.time.years import read_day, year_after

#: Reads the period that others are counted in; given by :mod:`modelsearch.query.time.periods`.
Inner = Callable[[Reading, int], Found | None]

_SUFFIXES = ("st", "nd", "rd", "th")
_WHICH_MONTH = {
    "this": 0,
    "current": 0,
    "present": 0,
    "last": -1,
    "previous": -1,
    "past": -1,
    "next": 1,
    "following": 1,
    "coming": 1,
}
#: What may follow "the 15th" when it is a day and not "the 15th model".
_AFTER_DAY = frozenset({"", ",", ".", "?", "!", ";", ")", "and", "or", "to", "until", "till",
                        "that", "through", "with", "using", "on", "which", "but", "not", "-",
                        "thru",
                        "by"})  # fmt: skip
_EDGES = frozenset({"first", "last", "final", "opening", "closing"})


def ordinal_at(reading: Reading, i: int) -> tuple[int, int] | None:
    """Return an ordinal (1st, third, twenty-first; -1 for last) and the token after it."""
    word = reading.lower(i)
    if word in ("last", "final"):
        return -1, i + 1
    if word[:-2].isdecimal() and word.endswith(_SUFFIXES) and len(word) <= 4:
        return int(word[:-2]), i + 1
    if word in TENS:
        at = i + 2 if reading.lower(i + 1) == "-" else i + 1
        unit = ORDINALS.get(reading.lower(at), 0)
        return (TENS[word] + unit, at + 1) if 1 <= unit <= 9 else None
    return (ORDINALS[word], i + 1) if word in ORDINALS else None


def read_ordinal(reading: Reading, i: int, inner: Inner) -> Found | None:
    """Return what an ordinal at a token picks out, else None."""
    found = ordinal_at(reading, i)
    if found is None:
        return _first_some(reading, i, inner) or _day_of_which_month(reading, i, None)
    number, at = found
    if number > 0 and reading.lower(at) == "last":  # the third last week of
        number, at = -number, at + 1
    return (
        _first_some(reading, i, inner)
        or _nth_unit(reading, number, at, inner)
        or _nth_weekday(reading, number, at, inner)
        or (_day_of_month(reading, number, at) if number > 0 else None)
        or (_day_of_which_month(reading, i, (number, at)) if number > 0 else None)
        or (_day_alone(reading, i, number, at) if number > 0 else None)
    )


def _owner(reading: Reading, at: int, inner: Inner) -> Found | None:
    """Return the period after "of", "in" or nothing, "the month" being this one."""
    if reading.lower(at) in ("of", "in"):
        at += 1
    elif reading.lower(at) not in ("this", "last", "next", "previous"):
        return None
    if reading.lower(at) in ("the", "each"):
        unit, factor = unit_of(reading.lower(at + 1))
        if unit and factor == 1 and reading.lower(at) == "the":
            return Found(calendar.unit_period(reading.today, unit), at + 1)
    return inner(reading, at)


def _first_some(reading: Reading, i: int, inner: Inner) -> Found | None:
    """Read the first ten days of March 2025, the last 3 weeks of the year."""
    edge = reading.lower(i)
    if edge not in _EDGES:
        return None
    count, at = read_count(reading, i + 1)
    unit, factor = unit_of(reading.lower(at))
    if count is None or not unit:
        return None
    whole = _owner(reading, at + 1, inner)
    if whole is None or whole.period.start is None or whole.period.end is None:
        return None
    start, end, many = whole.period.start, whole.period.end, count * factor
    if edge in ("first", "opening"):
        end = min(end, calendar.add_units(start, unit, many))
    else:
        start = max(start, calendar.add_units(end, unit, -many))
    return Found(Period(start, end, "span", whole.period.yearly), whole.last)


def _nth_unit(reading: Reading, number: int, at: int, inner: Inner) -> Found | None:
    """Read the third day of October, the last month of 2024, the second last week of May."""
    unit, factor = unit_of(reading.lower(at))
    if unit not in ("day", "week", "month", "quarter") or factor > 1:
        return None
    whole = _owner(reading, at + 1, inner)
    if whole is None or whole.period.start is None or whole.period.end is None:
        return None
    start, end = whole.period.start, whole.period.end
    if number > 0:
        first = calendar.add_units(start, unit, number - 1)
        last = calendar.add_units(start, unit, number)
    else:
        first = calendar.add_units(end, unit, number)
        last = calendar.add_units(end, unit, number + 1)
    if not start <= first < end:
        return None
    return Found(Period(first, min(last, end), unit, whole.period.yearly), whole.last)


def _nth_weekday(reading: Reading, number: int, at: int, inner: Inner) -> Found | None:
    """Read the first Monday of March, the last Friday in October 2024."""
    weekday = weekday_of(reading.lower(at))
    if weekday is None:
        return None
    whole = _owner(reading, at + 1, inner)
    if whole is None and reading.lower(at + 1) in _AFTER_DAY and number > 0:
        whole = Found(calendar.unit_period(reading.today, "month"), at)
    if whole is None:
        return None
    period = whole.period.latest(reading.today)
    if period.start is None or period.end is None:
        return None
    if number > 0:
        day = period.start + ((weekday - period.start.weekday()) % 7) * calendar.DAY
        day += (number - 1) * 7 * calendar.DAY
    else:
        day = period.end - calendar.DAY
        day -= ((day.weekday() - weekday) % 7 + 7 * (-number - 1)) * calendar.DAY
    inside = period.start <= day < period.end
    return Found(calendar.day_period(day), whole.last) if inside else None


def _day_of_month(reading: Reading, number: int, at: int) -> Found | None:
    """Read the first of March, fourth of July 1995, the 15th day of June."""
    if reading.lower(at) == "day":
        at += 1
    if reading.lower(at) != "of" or reading.lower(at + 1) not in MONTHS:
        return None
    month, last = MONTHS[reading.lower(at + 1)], at + 1
    year, year_at = year_after(reading, last + 1)
    start = date(2000 if year is None else year, month, number)
    return Found(
        Period(start, start + calendar.DAY, "day", yearly=year is None),
        last if year is None else year_at,
    )


def _day_of_which_month(reading: Reading, i: int, found: tuple[int, int] | None) -> Found | None:
    """20th of last month, 22 this month, the 20th day of the current month."""
    number, at = found or (0, i)
    if found is None:
        text = reading.lower(i)
        if not (text.isdecimal() and len(text) <= 2):
            return None
        number, at = int(text), i + 1
    for filler in ("day", "of", "in", "the"):
        if reading.lower(at) == filler:
            at += 1
    step = _WHICH_MONTH.get(reading.lower(at))
    if reading.lower(at + 1) != "month":
        return None
    if step is None or not 1 <= number <= 31:
        return None
    month = calendar.add_months(reading.today.replace(day=1), step)
    return Found(calendar.day_period(month.replace(day=number)), at + 1)


def _day_alone(reading: Reading, i: int, number: int, at: int) -> Found | None:
    """(On) the 15th: the latest such day that has begun. The 15th model is none."""
    before = reading.lower(i - 1)
    if before not in ("the", "on") or reading.lower(at) not in _AFTER_DAY:
        return None
    if not reading.lower(i)[0].isdecimal() and before == "the" and reading.lower(i - 2) != "on":
        return None
    for back in range(3):
        month = calendar.add_months(reading.today.replace(day=1), -back)
        try:
            day = month.replace(day=number)
        except ValueError:
            continue
        if day <= reading.today:
            return Found(calendar.day_period(day), at - 1, sure=False)
    return None


def read_weekday(reading: Reading, i: int, inner: Inner) -> Found | None:
    """Read a day named by its weekday: Monday; Monday, 18 February; Thu 15th; Friday the 11th."""
    weekday = weekday_of(reading.lower(i))
    if weekday is None:
        return None
    at = i + 1
    if reading.lower(at) == "." and reading.tokens[at].glued and reading.lower(i) not in WEEKDAYS:
        at += 1
    last = at - 1
    for filler in (",", "the"):
        if reading.lower(at) == filler:
            at += 1
    sure = reading.lower(i) in WEEKDAYS or _marked(reading, i)  # "mon", "sat" are other words, too
    figures = read_day(reading, at) if sure else None
    day = ordinal_at(reading, at) or ((figures, at + 1) if figures else None)
    if day is not None and day[0] > 0 and reading.lower(day[1]) in _AFTER_DAY:
        return _weekday_and_day(reading, weekday, *day)
    dated = inner(reading, at)
    if dated is not None and dated.period.grain == "day" and not _is_weekday(reading, at):
        return dated
    if not sure:
        return None
    back = (reading.today.weekday() - weekday) % 7
    return Found(calendar.day_period(reading.today - back * calendar.DAY), last, sure=False)


def _is_weekday(reading: Reading, i: int) -> bool:
    return weekday_of(reading.lower(i)) is not None


def _marked(reading: Reading, i: int) -> bool:
    return reading.lower(i - 1) in (
        "created",
        "modified",
        "changed",
        "updated",
        "edited",
        "since",
        "before",
        "until",
        "after",
    )


def _weekday_and_day(reading: Reading, weekday: int, number: int, after: int) -> Found | None:
    """Return the latest day with this number that fell on the weekday."""
    month = reading.today.replace(day=1)
    for back in range(60):
        try:
            day = calendar.add_months(month, -back).replace(day=number)
        except ValueError:
            continue
        if day <= reading.today and day.weekday() == weekday:
            return Found(calendar.day_period(day), after - 1)
    return None
