"""Periods counted from today: "last week", "the past 10 days", "3 months ago", "last Monday"."""

from __future__ import annotations

from datetime import date

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.calendar import Found, Period
from modelsearch.query.time.durations import read_count, read_duration, unit_of
from modelsearch.query.time.monthnames import MONTHS, weekday_of
from modelsearch.query.time.numericdates import read_numeric
from modelsearch.query.time.years import read_day
from modelsearch.records.structs import replace
from modelsearch.records.wordlists import word_set

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_BACK = frozenset({"past", "previous", "last", "preceding", "trailing"})
_AHEAD = frozenset({"next", "coming", "following", "upcoming"})
_ROLLING = _BACK | _AHEAD
_THIS = frozenset({"this", "current"})
_AFTER_MONTHS = word_set("""
    and or to until on with using for in that but through by which from
""")
#: "In the last week" counts back from today; "last week" is the one before this.
_SPANNING = frozenset({"in", "within", "over", "during", "for", "throughout"})


def read_relative(reading: Reading, i: int) -> Found | None:
    """Read a period counted from today: yesterday, this week, the past 10 days, 3 weeks ago, last
    Monday.
    """
    today = reading.today
    word = reading.lower(i).removesuffix("'s")
    simple = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
    if word in simple:
        day = calendar.day_period(today + simple[word] * calendar.DAY)
        return Found(day, i, ahead=word == "tomorrow")
    if reading.words(i, 3) == "day before yesterday":
        return Found(calendar.day_period(today - 2 * calendar.DAY), i + 2)
    then = _today_in_another_year(reading, i) or _before_last(reading, i)
    if then is not None:
        return then
    if reading.words(i, 3) == "day after tomorrow":
        return Found(calendar.day_period(today + 2 * calendar.DAY), i + 2, ahead=True)
    if word in _THIS:
        return _this(reading, i)
    if reading.lower(i + 1) == "~last":
        return _rolling_behind(reading, i)
    if word in _ROLLING:
        found = _hours(reading, i + 1, i + 1) or _rolling(reading, i, word)
        # Nothing was made in the future: "predict the next day" is no date of a model.
        return replace(found, ahead=True) if found and word in _AHEAD else found
    if word in ("earlier", "so", "year"):
        return _so_far(reading, i)
    return (
        _hours(reading, i, None)
        or _ago(reading, i)
        or _many_past(reading, i)
        or _weekday_of_week(reading, i)
    )


def _before_last(reading: Reading, i: int) -> Found | None:
    """Read the week before last, the Friday before last."""
    if reading.words(i + 1, 2) != "before last":
        return None
    today, word = reading.today, reading.lower(i).removesuffix("'s")
    unit, factor = unit_of(word)
    if unit and factor == 1:
        return Found(calendar.unit_period(calendar.add_units(today, unit, -2), unit), i + 2)
    weekday = weekday_of(word)
    if weekday is None:
        return None
    back = (today.weekday() - weekday) % 7 or 7
    return Found(calendar.day_period(today - (back + 7) * calendar.DAY), i + 2)


def _today_in_another_year(reading: Reading, i: int) -> Found | None:
    """A year ago today, this time last year (a week on both sides)."""
    today = reading.today
    if reading.words(i, 4) == "this time last year":
        day = calendar.add_units(today, "year", -1)
        reading.note("Read 'this time last year' as the two weeks around that day.")
        return Found(Period(day - 7 * calendar.DAY, day + 8 * calendar.DAY), i + 3)
    duration = read_duration(reading, i)
    if duration is None or reading.words(duration.after, 2) != "ago today":
        return None
    return Found(calendar.day_period(duration.before(today)), duration.after + 1)


def _this(reading: Reading, i: int) -> Found | None:
    today, name = reading.today, reading.lower(i + 1)
    unit, factor = unit_of(name)
    if unit and factor == 1:
        return _with_weekday(reading, Found(calendar.unit_period(today, unit), i + 1))
    if name in ("morning", "evening", "afternoon"):
        return Found(calendar.day_period(today), i + 1)
    if name in ("weekend", "wkend"):
        return Found(_weekend(today), i + 1)
    if name in MONTHS and not (name in ("may", "march") and _goes_on(reading, i + 2)):
        return Found(calendar.month_period(today.year, MONTHS[name]), i + 1)
    if name in SEASONS:
        running = calendar.season_period(None, SEASONS[name]).latest(today)
        over = running.end is not None and running.end <= today
        this_year = calendar.season_period(today.year, SEASONS[name])
        return Found(this_year if over else running, i + 1)
    weekday = weekday_of(name)
    dated = _dated_weekday(reading, i + 1)
    if dated is not None:
        return dated
    if weekday is not None:
        monday = calendar.week_period(today).start or today
        return Found(calendar.day_period(monday + weekday * calendar.DAY), i + 1)
    return None


def _dated_weekday(reading: Reading, i: int) -> Found | None:
    """Read "this Friday (15 June)", "this Friday 5/12", "this 5/12": the date in figures counts."""
    at = i + 1 if weekday_of(reading.lower(i)) is not None else i
    opened = at > i and reading.lower(at) in ("(", "-", ",")
    found = read_numeric(reading, at + 1 if opened else at)
    if found is None or found.period.grain != "day" or found.period.start is None:
        return None
    closed = reading.lower(found.last + 1) == ")" and reading.lower(at) == "("
    day = found.period.start
    if found.period.yearly:
        day = day.replace(year=reading.today.year)
    return Found(calendar.day_period(day), found.last + closed)


def _goes_on(reading: Reading, i: int) -> bool:
    """Return whether a verb may follow: "this may help" is no month."""
    return reading.lower(i).isalpha() and reading.lower(i) not in _AFTER_MONTHS


def _weekend(day: date) -> Period:
    monday = calendar.week_period(day).start or day
    return Period(monday + 5 * calendar.DAY, monday + 7 * calendar.DAY)


def _rolling(reading: Reading, i: int, word: str) -> Found | None:
    """Past week: the seven days up to today; last week: Monday to Sunday before this week."""
    duration = read_duration(reading, i + 1)
    if duration is not None:
        return _counted(
            reading.today,
            word,
            duration.before(reading.today),
            duration.beyond(reading.today),
            duration.after - 1,
        )
    unit, factor = unit_of(reading.lower(i + 1))
    if not unit:
        return _named_rolling(reading, i + 1, 1 if word in _AHEAD else -1)
    if factor > 1 or word in ("past", "trailing", "preceding") or _spans(reading, i, word):
        before = calendar.add_units(reading.today, unit, -factor)
        after = calendar.add_units(reading.today, unit, factor)
        return _counted(reading.today, word, before, after, i + 1)
    step = 1 if word in _AHEAD else -1
    there = calendar.unit_period(calendar.add_units(reading.today, unit, step), unit)
    return _with_weekday(reading, Found(there, i + 1))


def _rolling_behind(reading: Reading, i: int) -> Found | None:
    """La semana pasada, as translated: the adjective stands behind the unit."""
    unit, factor = unit_of(reading.lower(i))
    if not unit or factor > 1:
        return None
    day = calendar.add_units(reading.today, unit, -1)
    return Found(calendar.unit_period(day, unit), i + 1)


def _spans(reading: Reading, i: int, word: str) -> bool:
    return word == "last" and reading.lower(i - 1) == "the" and reading.lower(i - 2) in _SPANNING


def _counted(today: date, word: str, before: date, after: date, last: int) -> Found:
    if word in _AHEAD:
        return Found(Period(today, after + calendar.DAY), last)
    return Found(Period(before, today + calendar.DAY), last)


def _hours(reading: Reading, i: int, rolling: int | None) -> Found | None:
    """(Past) 48 hours, an hour ago: in days."""
    count, at = read_count(reading, i)
    if count is None or reading.lower(at).removesuffix("s") not in ("hour", "minute", "hr", "min"):
        return None
    hours = count if reading.lower(at).startswith("h") else count // 60
    if rolling is not None:
        start = calendar.add_units(reading.today, "day", -(-(-hours // 24) or 1))
        return Found(Period(start, reading.today + calendar.DAY), at)
    if reading.lower(at + 1) not in ("ago", "back", "earlier"):
        return None
    day = calendar.add_units(reading.today, "day", -(hours // 24))
    return Found(calendar.day_period(day), at + 1)


def _many_past(reading: Reading, i: int) -> Found | None:
    """5 past years, 10 previous weeks."""
    count = reading.lower(i)
    if not (count.isdecimal() and reading.lower(i + 1) in _BACK):
        return None
    unit, factor = unit_of(reading.lower(i + 2))
    if not unit or len(count) > 4:
        return None
    start = calendar.add_units(reading.today, unit, -int(count) * factor)
    return Found(Period(start, reading.today + calendar.DAY), i + 2)


def _named_rolling(reading: Reading, at: int, step: int) -> Found | None:
    """Last Monday, last March, last weekend, last night, last spring."""
    today, name = reading.today, reading.lower(at)
    if name in ("weekend", "wkend"):
        return Found(_weekend(today + step * 7 * calendar.DAY), at)
    if name in ("night", "evening"):
        return Found(calendar.day_period(today + step * calendar.DAY), at)
    if name in SEASONS:
        return Found(_season(today, SEASONS[name], step), at)
    weekday = weekday_of(name)
    if weekday is not None:
        gap = (weekday - today.weekday()) % 7 or 7
        day = today + (gap if step > 0 else gap - 7 if gap < 7 else -7) * calendar.DAY
        return Found(calendar.day_period(day), at)
    if name in MONTHS:
        month = MONTHS[name]
        number = (
            read_day(reading, at + 1) if not reading.lower(at + 2).startswith("epoch") else None
        )
        if number is not None and step < 0:
            first = date(2000, month, number)
            latest = Period(first, first + calendar.DAY, "day", yearly=True).latest(today)
            return Found(replace(latest, yearly=False), at + 1)
        year = (
            today.year - (month >= today.month) if step < 0 else today.year + (month <= today.month)
        )
        return Found(calendar.month_period(year, month), at)
    return None


def _season(today: date, month: int, step: int) -> Period:
    """Return the latest season that is over, or the next one."""
    season = calendar.season_period(None, month).latest(today)
    if step > 0:
        return calendar.season_period((season.start or today).year + 1, month)
    if season.end and season.end > today:  # still running: the one before
        return calendar.season_period(None, month).latest(calendar.add_months(today, -12))
    return season


def _so_far(reading: Reading, i: int) -> Found | None:
    """Earlier this year, earlier in the week, so far this year, year to date: up to today."""
    if reading.words(i, 3) == "year to date":
        return Found(Period(date(reading.today.year, 1, 1), reading.today + calendar.DAY), i + 2)
    earlier = reading.lower(i) == "earlier"
    if not earlier and reading.words(i, 2) != "so far":
        return None
    at = i + 1 if earlier else i + 2
    if reading.words(at, 2) == "in the":
        at += 1
    elif reading.lower(at) not in _THIS:
        return None
    unit, factor = unit_of(reading.lower(at + 1))
    if not unit or factor > 1:
        return None
    whole = calendar.unit_period(reading.today, unit)
    until = reading.today if earlier else reading.today + calendar.DAY
    if whole.start is None or whole.start >= until:
        return Found(whole, at + 1)
    return Found(Period(whole.start, until), at + 1)


def _ago(reading: Reading, i: int) -> Found | None:
    duration = read_duration(reading, i)
    if duration is None:
        return _weekdays_ago(reading, i)
    if reading.lower(duration.after) not in ("ago", "back", "earlier"):
        return None
    # "Two weeks ago" is that week, "three months ago" that month: nobody means one day.
    day = duration.before(reading.today)
    return Found(calendar.unit_period(day, duration.grain), duration.after)


def _weekdays_ago(reading: Reading, i: int) -> Found | None:
    """2 Thursdays ago: the second Thursday before today."""
    count, name = reading.lower(i), reading.lower(i + 1)
    number = {"two": 2, "three": 3, "four": 4}.get(count, int(count) if count.isdecimal() else 0)
    weekday = weekday_of(name.removesuffix("s"))
    if not 1 <= number <= 500 or weekday is None or reading.lower(i + 2) not in ("ago", "back"):
        return None
    gap = (reading.today.weekday() - weekday) % 7 or 7
    return Found(
        calendar.day_period(reading.today - (gap + 7 * (number - 1)) * calendar.DAY), i + 2
    )


def _with_weekday(reading: Reading, week: Found) -> Found:
    """A day of a week: this week Monday, last week's Sunday."""
    weekday = weekday_of(reading.lower(week.last + 1))
    if week.period.grain != "week" or weekday is None or week.period.start is None:
        return week
    return Found(calendar.day_period(week.period.start + weekday * calendar.DAY), week.last + 1)


def _weekday_of_week(reading: Reading, i: int) -> Found | None:
    """Monday of this week, Tuesday last week, Sunday from last week."""
    weekday = weekday_of(reading.lower(i))
    at = i + 2 if reading.lower(i + 1) in ("of", "from", "in") else i + 1
    which = reading.lower(at)
    if weekday is None or reading.lower(at + 1) != "week" or which not in _THIS | _ROLLING:
        return None
    step = 0 if which in _THIS else 1 if which in _AHEAD else -1
    monday = calendar.week_period(reading.today + 7 * step * calendar.DAY).start
    if monday is None:
        return None
    return Found(calendar.day_period(monday + weekday * calendar.DAY), at + 1)
