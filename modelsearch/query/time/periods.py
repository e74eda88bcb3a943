"""Reading one period of the calendar at a token: "March 2025", "Q1", "last week", "3 days ago"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.calendar import Found, Period
from modelsearch.query.time.durations import COUNTS, UNITS, unit_of
from modelsearch.query.time.monthnames import MONTHS, NAMED_DAYS, ORDINALS, TENS, misspelt_month
from modelsearch.query.time.numericdates import LAST_YEAR, read_numeric
from modelsearch.query.time.ordinals import ordinal_at, read_ordinal, read_weekday
from modelsearch.query.time.relative import SEASONS, read_relative
from modelsearch.query.time.years import read_day, read_year, short_year, year_after
from modelsearch.records.patterns import lazy
from modelsearch.records.structs import replace
from modelsearch.records.wordlists import word_set

#: Names of months that are everyday words too, or abbreviations: they need a sign of a date.
_UNSURE = word_set("""
    march may mar jan feb apr jun jul aug sep sept oct nov dec august june spring fall winter
    summer autumn
""")
_WORDS_TOO = frozenset({"may", "march", "mar"})
_PARTS = {
    "early": "early",
    "beginning": "early",
    "start": "early",
    "mid": "mid",
    "middle": "mid",
    "late": "late",
    "end": "late",
    "begin": "early",
    "ending": "late",
}
_NOUNS = frozenset({"beginning", "start", "middle", "end", "begin", "ending"})
_HAVE_PARTS = frozenset({"week", "month", "quarter", "year"})
_FISCAL = lazy(r"fy(\d{2}|\d{4})", needs=("fy",))
_COUNTED = frozenset({"epochs", "models", "layers", "heads", "steps", "%"})
_BEFORE_MONTHS = frozenset({"in", "since", "before", "after", "until", "during", "from", "of"})
_DAY = lazy(r"(\d{1,2})(?:st|nd|rd|th)?")
#: Periods within periods are read this deep.
_DEEPEST = 6


def read_period(reading: Reading, index: int) -> Found | None:
    """Return the longest period that begins at a token, else None."""
    if not reading.free(index, index) or reading.nesting >= _DEEPEST:
        return None
    start = index
    while reading.lower(start) == "the":
        start += 1
    best: Found | None = None
    reading.nesting += 1
    for rule in _RULES:
        try:
            found = rule(reading, start)
        except (ValueError, OverflowError):  # 31 February, or beyond the calendar
            continue
        if found and reading.free(index, found.last) and (best is None or found.last > best.last):
            best = found
    reading.nesting -= 1
    return _with_hour(reading, best) if best and best.period.grain == "day" else best


def _with_hour(reading: Reading, day: Found) -> Found:
    """Take "14:30" behind a day along: dates are whole days."""
    at = day.last + 2 if reading.lower(day.last + 1) in ("at", ",") else day.last + 1
    hours, colon, minutes = (reading.lower(index) for index in range(at, at + 3))
    if not (hours.isdecimal() and colon == ":" and minutes.isdecimal() and len(minutes) == 2):
        return day
    last = at + 4 if reading.lower(at + 3) == ":" and reading.lower(at + 4).isdecimal() else at + 2
    return replace(day, last=last) if reading.free(at, last) else day


def _month(reading: Reading, i: int) -> Found | None:
    """March, March 2025, March 12, March third, March 12-16 2025, March 12th, 2025."""
    month = month_at(reading, i)
    if month is None:
        return None
    at = i + 2 if reading.lower(i + 1) == "." and reading.tokens[i + 1].glued else i + 1
    at = at + 1 if reading.lower(at) in ("the", ",") and _day_at(reading, at + 1)[0] else at
    day, after = _day_at(reading, at)
    if day is not None and not _is_count(reading, after - 1):
        return _days_of_month(reading, month, day, after - 1)
    year, last = year_after(reading, at)
    if year is not None:
        return Found(calendar.month_period(year, month), last)
    return Found(calendar.month_period(None, month), i, reading.lower(i) not in _UNSURE)


def _day_at(reading: Reading, i: int) -> tuple[int | None, int]:
    """A day in figures or as an ordinal word, and the token after it."""
    day = read_day(reading, i)
    if day is not None:
        return day, i + 1
    ordinal = ordinal_at(reading, i) or _counted_day(reading, i)
    if ordinal is None or not 1 <= ordinal[0] <= 31 or reading.lower(ordinal[1]) in UNITS:
        return None, i
    return ordinal


def _counted_day(reading: Reading, i: int) -> tuple[int, int] | None:
    """May twenty nine: a day as a number in words, after its month."""
    if reading.lower(i - 1) not in MONTHS or reading.lower(i) not in TENS:
        return None
    at = i + 2 if reading.lower(i + 1) == "-" else i + 1
    unit = COUNTS.get(reading.lower(at), 0)
    return (TENS[reading.lower(i)] + unit, at + 1) if 1 <= unit <= 9 else None


def month_at(reading: Reading, i: int) -> int | None:
    """Return the month that a token names; misspelt ("Febuary 2025") where a year follows it or
    a preposition of time precedes it, which is announced.
    """
    word = reading.lower(i)
    if word in MONTHS:
        return MONTHS[word]
    name = misspelt_month(word)
    if name is None:
        return None
    if year_after(reading, i + 1)[0] is None and reading.lower(i - 1) not in _BEFORE_MONTHS:
        return None
    reading.note(f"Read {reading.text(i, i)!r} as {name.capitalize()}.")
    return MONTHS[name]


def _is_count(reading: Reading, i: int) -> bool:
    """Return whether the number counts something else: "in March 10 epochs"."""
    following = reading.lower(i + 1)
    return following in _COUNTED or following in UNITS


def _days_of_month(reading: Reading, month: int, day: int, at: int) -> Found:
    """Finish "March 12", "March 12-16" and "March 12 to 16", each with or without a year."""
    last, end = at, day
    joined = reading.lower(at + 1) in ("-", "to", "through", "thru", "until", "till", "~")
    until, after = _day_at(reading, at + 2)
    if joined and until and until >= day and reading.lower(after) not in MONTHS:
        last, end = after - 1, until
    year, year_at = year_after(reading, last + 1)
    base = 2000 if year is None else year
    period = Period(date(base, month, day), date(base, month, end) + calendar.DAY,
                    "day" if end == day else "span", yearly=year is None)  # fmt: skip
    return Found(period, last if year is None else year_at)


def _day_month(reading: Reading, i: int) -> Found | None:
    """12 March, 12th of March 2025, 12-16 March, 12 to the 16th of March 2025, 16. Nov. 2016."""
    day, at = _day_at(reading, i)
    if day is None:
        return None
    end = day
    if reading.lower(at) in ("-", "to", "through", "and", "&", "until", "till", "thru", "/", "~"):
        at = at + 2 if reading.lower(at + 1) == "the" else at + 1
        until, at = _day_at(reading, at)
        if until is None or until < day:
            return None
        end = until
    if reading.lower(at) in ("of", "."):
        at += 1
    month = month_at(reading, at)
    if month is None:
        return None
    stop = at + 1 if reading.lower(at + 1) == "." and reading.tokens[at + 1].glued else at
    year, last = year_after(reading, stop + 1)
    base = 2000 if year is None else year
    period = Period(date(base, month, day), date(base, month, end) + calendar.DAY,
                    "day" if end == day else "span", yearly=year is None)  # fmt: skip
    return Found(period, at if year is None else last)


def _year(reading: Reading, i: int) -> Found | None:
    short = short_year(reading, i)
    if short is not None and short <= reading.today.year + 1:
        return Found(calendar.year_period(short), i + 1, sure=False)
    at = i + 1 if reading.lower(i) == "year" else i
    year = read_year(reading, at, last=LAST_YEAR)
    if year is None:
        return None
    ahead = year > reading.today.year + 1
    month = _month_behind(reading, at) if at == i else None
    if month is not None:
        return Found(calendar.month_period(year, MONTHS[reading.lower(month)]), month)
    return Found(calendar.year_period(year), at, sure=at > i and not ahead, ahead=ahead)


def _month_behind(reading: Reading, i: int) -> int | None:
    """2016 June, 2016, Nov: the token of a month that stands behind its year."""
    at = i + 2 if reading.lower(i + 1) == "," else i + 1
    name = reading.lower(at)
    if name not in MONTHS or _day_at(reading, at + 1)[0]:
        return None
    behind = reading.lower(at + 1)
    if name in _WORDS_TOO and behind not in ("", ",", "?", ".", "and", "or", "to", "-", ")"):
        return None
    return None if read_year(reading, at + 1) else at


def _quarter(reading: Reading, i: int) -> Found | None:
    """Q1, Q1 2025, 2025 Q1, H2 2024, the second quarter of 2025, the first half of March."""
    year = read_year(reading, i, last=LAST_YEAR)
    at = i if year is None else i + 2 if reading.lower(i + 1) == "the" else i + 1
    code = reading.lower(at) if reading.lower(at)[:-1] in ("q", "h") else ""
    code = code if code[1:] in ("1", "2", "3", "4") else ""
    unit = unit_of(reading.lower(at + 1))[0]
    if code:
        length, last = (3 if code[0] == "q" else 6), at
        number = int(code[1])
    elif reading.lower(at) == "quarter" and reading.lower(at + 1) in ("1", "2", "3", "4"):
        length, last, number = 3, at + 1, int(reading.lower(at + 1))
    elif reading.lower(at) in ("last", "latter") and reading.words(at + 1, 2) == "half of":
        length, last, number = 6, at + 1, 2
    elif _ordinal(reading.lower(at)) and (unit == "quarter" or reading.lower(at + 1) == "half"):
        length, last = (3 if unit == "quarter" else 6), at + 1
        number = _ordinal(reading.lower(at))
    else:
        return None
    if number * length > 12:
        return None
    if year is None:
        year, last = _owner_year(reading, last)
    if year is None:
        year, last = _fiscal_year(reading, last)
    if year is None and reading.lower(last + 1) == "of" and length == 6:
        return _half_of(reading, last + 2, number)
    grain = "quarter" if length == 3 else "half"
    sure = not code or year is not None or code[0] == "q"
    return Found(calendar.month_period(year, (number - 1) * length + 1, length, grain), last, sure)


def _ordinal(word: str) -> int:
    in_figures = word[:1] in ("1", "2", "3", "4") and word[1:] in ("st", "nd", "rd", "th")
    return ORDINALS.get(word, int(word[0]) if in_figures else 0)


def _owner_year(reading: Reading, last: int) -> tuple[int | None, int]:
    year, at = year_after(reading, last + 1)
    if year is not None:
        return year, at
    for words, back in (("of the year", 0), ("of this year", 0), ("of last year", 1),
                        ("this year", 0), ("last year", 1)):  # fmt: skip
        count = len(words.split())
        if reading.words(last + 1, count) == words:
            return reading.today.year - back, last + count
    return None, last


def _fiscal_year(reading: Reading, last: int) -> tuple[int | None, int]:
    """FY24 behind a quarter: taken for the calendar year, which is said."""
    at = last + 2 if reading.lower(last + 1) == "of" else last + 1
    match = _FISCAL.fullmatch(reading.lower(at))
    if match is None:
        return None, last
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    reading.note(f"Read {reading.text(at, at)!r} as the calendar year {year}.")
    return year, at


def _half_of(reading: Reading, i: int, number: int) -> Found | None:
    whole = read_period(reading, i)
    if whole is None:
        return None
    return Found(
        calendar.part_of(whole.period, "first half" if number == 1 else "second half"), whole.last
    )


def _season(reading: Reading, i: int) -> Found | None:
    month = SEASONS.get(reading.lower(i))
    if month is None:
        return None
    year, last = year_after(reading, i + 1)
    if year is None:
        return Found(calendar.season_period(None, month), i, sure=False)
    over = f"{(year + 1) % 100:02}"  # winter 2024/25
    if reading.words(last + 1, 2) in (f"/ {over}", f"- {over}"):
        last += 2
    return Found(calendar.season_period(year, month), last)


def _week(reading: Reading, i: int) -> Found | None:
    """Read the week of 10 March, week 10 of 2025, the weekend of …, the last weekend of
    October.
    """
    number = _ordinal(reading.lower(i)) or -(reading.lower(i) == "last")
    if number and reading.words(i + 1, 2) in ("weekend of", "weekend in"):
        return _nth_weekend(reading, i + 3, number)
    if reading.lower(i) == "week":
        return _named_week(reading, i)
    if reading.words(i, 2) == "weekend of":
        return _weekend_of(reading, i + 2)
    if reading.lower(i) in ("weekend", "wkend") and reading.lower(i - 1) == "the":
        return Found(_latest_weekend(reading.today), i)
    return None


def _latest_weekend(today: date) -> Period:
    """Return the weekend that is or was last."""
    back = today.weekday() - 5 if today.weekday() >= 5 else today.weekday() + 2
    saturday = today - back * calendar.DAY
    return Period(saturday, saturday + 2 * calendar.DAY)


def _named_week(reading: Reading, i: int) -> Found | None:
    if reading.lower(i + 1) in ("of", "starting", "beginning", "commencing"):
        at = i + 3 if reading.lower(i + 2) == "on" else i + 2
        inner = read_period(reading, at)
        if inner is None or inner.period.start is None or inner.period.grain != "day":
            return None
        day = inner.period.latest(reading.today).start or inner.period.start
        return Found(calendar.week_period(day), inner.last)
    number = reading.lower(i + 1)
    if not number.isdecimal() or len(number) > 2:
        return None
    year, last = year_after(reading, i + 2)
    week = date.fromisocalendar(year or reading.today.year, int(number), 1)
    return Found(calendar.week_period(week), last if year else i + 1)


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


def read_edge(reading: Reading, i: int) -> tuple[date | None, int] | None:
    """Return the day that the end or beginning of a period is, for "until the end of May"."""
    at = i + 1 if reading.lower(i) == "the" else i
    word = reading.lower(at)
    if word not in ("end", "beginning", "start"):
        return None
    whole = _whole_of_part(reading, at)
    if whole is None:
        return None
    period = whole.period.latest(reading.today)
    return (period.end if word == "end" else period.start), whole.last


def _part(reading: Reading, i: int) -> Found | None:
    """Early 2025, mid-March, the end of April, the beginning of last year."""
    part = _PARTS.get(reading.lower(i))
    whole = _whole_of_part(reading, i) if part else None
    if part is None or whole is None or whole.period.start is None or whole.period.end is None:
        return None
    if whole.period.grain == "day":
        return None
    return Found(calendar.part_of(whole.period, part), whole.last)


def _whole_of_part(reading: Reading, i: int) -> Found | None:
    """Read the period after "early", "mid-", "the end of": a calendar unit for "the past
    week".
    """
    at = i + 1
    noun = reading.lower(i) in ("start", "begin", "end")  # "what did I start in Q4" is no part
    if reading.lower(at) in (("of",) if noun else ("of", "-", "in")):
        at += 1
    elif reading.lower(i) in _NOUNS:
        return None
    at = at + 1 if reading.lower(at) == "the" else at
    if reading.lower(at) in _HAVE_PARTS:
        return Found(calendar.unit_period(reading.today, reading.lower(at)), at)
    unit = reading.lower(at + 1)
    if reading.lower(at) in ("past", "last", "previous") and unit in _HAVE_PARTS:
        day = calendar.add_units(reading.today, unit, -1)
        return Found(calendar.unit_period(day, unit), at + 1)
    return read_period(reading, at)


def _ordinal_period(reading: Reading, i: int) -> Found | None:
    return read_ordinal(reading, i, read_period)


def _weekday(reading: Reading, i: int) -> Found | None:
    return read_weekday(reading, i, read_period)


def _named_day(reading: Reading, i: int) -> Found | None:
    """Christmas 2024, on New Year's Eve, Valentine's day."""
    for count in (3, 2, 1):
        day = NAMED_DAYS.get(reading.words(i, count))
        if day is None:
            continue
        year, last = year_after(reading, i + count)
        start = date(2000 if year is None else year, *day)
        period = Period(start, start + calendar.DAY, "day", yearly=year is None)
        return Found(period, i + count - 1 if year is None else last, sure=year is not None)
    return None


_RULES: tuple[Callable[[Reading, int], Found | None], ...] = (
    read_numeric, _month, _day_month, _year, _quarter, _season, _week, _part, _ordinal_period,
    read_relative, _weekday, _named_day,
)  # fmt: skip
