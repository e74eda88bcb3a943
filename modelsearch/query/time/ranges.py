"""Intervals between two dates, and those measured from one: "from A to B", "A - B",
"10 days from 18 December", "two weeks before 13 May", "since", "older than 6 months".
"""

from __future__ import annotations

from datetime import date

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.calendar import Found, Period
from modelsearch.query.time.durations import Duration, read_duration, unit_of
from modelsearch.query.time.monthnames import MONTHS
from modelsearch.query.time.ordinals import ordinal_at
from modelsearch.query.time.periods import read_edge, read_period
from modelsearch.query.time.years import read_day, read_year

Interval = tuple[Period, int]

#: Before this a year by itself is more likely a number of something.
FIRST_MODEL_YEAR = 2001

#: Words before a period, the longest first, and how they bound it.
_BOUNDS: tuple[tuple[str, str], ...] = (
    ("year greater than", "after"), ("year less than", "before"), ("any time after", "after"),
    ("up to and including", "through"), ("no later than", "through"),
    ("no earlier than", "since"), ("not later than", "through"), ("not before", "since"),
    ("not after", "through"), ("on or after", "since"), ("on or before", "through"),
    ("from before", "before"), ("from after", "after"),
    ("in or after", "since"), ("in or before", "through"), ("more recently than", "after"),
    ("before or on", "through"), ("after or on", "since"), ("at or after", "since"),
    ("at or before", "through"), ("prior to", "before"),
    ("earlier than", "before"), ("older than", "before"), ("later than", "after"),
    ("newer than", "after"), ("younger than", "after"), ("more recent than", "after"),
    ("up to", "through"), ("up until", "through"), ("as of", "since"), ("starting from", "since"),
    ("starting in", "since"), ("starting with", "since"), ("starting on", "since"),
    ("beginning in", "since"), ("beginning on", "since"), ("ever since", "since"),
    ("before", "before"), ("until", "through"), ("till", "through"), ("til", "through"),
    ("after", "after"), ("since", "since"), ("starting", "since"), ("beginning", "since"),
    ("through", "through"),
    ("by", "through"), ("following", "after"), ("preceding", "before"), ("pre", "before"),
    ("post", "after"),
)  # fmt: skip
_BOUNDS_BY_WORD: dict[str, list[tuple[str, int, str]]] = {}
for _phrase, _bound in _BOUNDS:
    _words = _phrase.split()
    _BOUNDS_BY_WORD.setdefault(_words[0], []).append((_phrase, len(_words), _bound))
_SIGNS = {
    "<": "before",
    "<=": "through",
    "=<": "through",
    ">": "after",
    ">=": "since",
    "=>": "since",
    "=": "in",
    "==": "in",
    ":": "in",
}
_TO = frozenset({"to", "-", "..", "through", "until", "till", "and", "til", "thru", "~"})
_NOW = frozenset({"now", "date", "present", "today"})
_OPENING = frozenset({"between", "from", "during"})
_NOT_DAYS = frozenset({"epochs", "layers", "models"})
#: "Since the end of April" still begins within April; the other bounds take its very end.
_EDGE_OF_SINCE = frozenset({"beginning", "start"})


def read_range(reading: Reading, i: int, *, dated: bool) -> Interval | None:
    """Return the range or bound at a token; ``dated`` says that a word of dates precedes it."""
    return (
        read_between(reading, i, dated=dated)
        or _duration_bound(reading, i)
        or _measured(reading, i)
        or _bounded(reading, i)
        or (_compared(reading, i) if dated else None)
    )


def read_between(reading: Reading, i: int, *, dated: bool) -> Interval | None:
    """Read an interval between two dates: between A and B, from A to B, A to B, A - B, A .. B."""
    word = reading.lower(i)
    opened = word in _OPENING
    start = i + 1 if opened else i
    left = read_period(reading, start)
    day, after = _bare_day(reading, start) if left is None else (None, start)
    if left is None and day is None:
        return None
    joiner = left.last + 1 if left else after
    if reading.lower(joiner) == "up":
        joiner += 1
    slash = reading.lower(joiner) == "/" and left is not None and left.period.grain == "month"
    if not slash and reading.lower(joiner) not in _TO:
        return None
    if reading.lower(joiner) == "and" and word != "between":
        return None
    loose = left is not None and left.period.grain in ("year", "season") and not left.sure
    if loose and not (opened or dated or _two_years(reading, left, joiner)):
        return None  # "2024 - 2025" needs "from"; "summer to winter" may be of anything
    now = joiner + 2 if reading.lower(joiner + 1) in ("the", "current") else joiner + 1
    if left is not None and reading.lower(now) in _NOW:
        return _until_now(reading, left, now)
    same_month = _same_month(reading, left, joiner)
    if same_month is not None:
        return same_month
    right = read_period(reading, joiner + 1)
    if right is None or (slash and right.period.grain != "month"):
        return None
    first = left.period if left else _adopted_day(day or 1, right.period)
    return None if first is None else (_joined(first, right.period), right.last)


def _two_years(reading: Reading, left: Found | None, joiner: int) -> bool:
    """Return whether "2024-2025" stands alone: two years of models, in order, joined by a dash."""
    years = [read_year(reading, left.last if left else joiner), read_year(reading, joiner + 1)]
    if years[0] is None or years[1] is None or reading.lower(joiner) != "-":
        return False
    return FIRST_MODEL_YEAR <= years[0] < years[1]


def _bare_day(reading: Reading, i: int) -> tuple[int | None, int]:
    at = i + 1 if reading.lower(i) == "the" else i
    ordinal = ordinal_at(reading, at)
    if ordinal is not None and 1 <= ordinal[0] <= 31:
        return ordinal
    return read_day(reading, at), at + 1


def _until_now(reading: Reading, left: Found, last: int) -> Interval | None:
    """From March to date, between 22 January and now: today belongs."""
    start = left.period.latest(reading.today).start
    tomorrow = reading.today + calendar.DAY
    if start is None or start >= tomorrow:
        return None
    return Period(start, tomorrow), last


def _same_month(reading: Reading, left: Found | None, joiner: int) -> Interval | None:
    """From May 10 to 14: the second number is a day of the same month."""
    day, after = _bare_day(reading, joiner + 1)
    if left is None or day is None or left.period.grain != "day" or left.period.start is None:
        return None
    start = left.period.start
    following = reading.lower(after)
    if day < start.day or following in _NOT_DAYS or following in MONTHS or following == "of":
        return None
    if following in ("/", ".", "-") and reading.tokens[after].glued:
        return None  # the first figures of another date
    try:
        end = start.replace(day=day) + calendar.DAY
    except ValueError:
        return None
    return Period(start, end, yearly=left.period.yearly), after - 1


def _adopted_day(day: int, right: Period) -> Period | None:
    """The 12 of "between 12 and 16 March" takes month and year from the right."""
    if right.grain != "day" or right.start is None:
        return None
    try:
        start = right.start.replace(day=day)
    except ValueError:
        return None
    return Period(start, start + calendar.DAY, "day", right.yearly)


def _joined(left: Period, right: Period) -> Period:
    """One interval from the start of the left period to the end of the right one."""
    if left.yearly and not right.yearly and right.end is not None and left.start is not None:
        year = (right.start or right.end).year
        candidate = left.in_year(year)
        if candidate.start and right.start and candidate.start > right.start:
            candidate = left.in_year(year - 1)
        left = candidate
    elif right.yearly and not left.yearly and left.start is not None and right.start is not None:
        candidate = right.in_year(left.start.year)
        if candidate.end and candidate.end <= left.start:
            candidate = right.in_year(left.start.year + 1)
        right = candidate
    if left.start and right.end and not left.yearly and right.end <= left.start:
        left, right = right, left
    return Period(left.start, right.end, "span", left.yearly)


def _duration_bound(reading: Reading, i: int) -> Interval | None:
    """More than 2 weeks ago, less than a month old, in the last 3 days, newer than 5 days."""
    for phrase, before in (
        ("more than", True),
        ("over", True),
        ("longer than", True),
        ("older than", True),
        ("less than", False),
        ("newer than", False),
        ("within", False),
        ("under", False),
        ("younger than", False),
        ("at most", False),
        ("at least", True),
        ("up to", False),
        ("no more than", False),
        ("not more than", False),
        ("no older than", False),
        ("not older than", False),
    ):
        length = len(phrase.split())
        if reading.words(i, length) != phrase:
            continue
        duration = read_duration(reading, i + length)
        if duration is None:
            continue
        at = duration.after
        if reading.lower(at) in ("before", "after", "from") or (
            phrase == "within" and reading.lower(at) == "of"
        ):
            return _far(reading, duration, before)
        ending = reading.lower(at) in ("ago", "old")
        if not ending and phrase.split()[-2:-1] not in (["older"], ["newer"], ["younger"], []):
            continue
        if not ending and phrase == "under":
            continue
        day = duration.before(reading.today)
        last = at if ending else at - 1
        return (Period(None, day) if before else Period(day, None)), last
    return None


def _far(reading: Reading, duration: Duration, beyond: bool) -> Interval | None:
    """More than 2 weeks before today; less than 3 days after 4 May."""
    anchor = _anchor(reading, duration.after + 1)
    if anchor is None:
        return None
    start, end, last = anchor
    if reading.lower(duration.after) == "of":
        return Period(duration.before(start), duration.beyond(end)), last
    if reading.lower(duration.after) == "before":
        day = duration.before(start)
        return (Period(None, day) if beyond else Period(day, start)), last
    day = duration.beyond(start)
    return (Period(day, None) if beyond else Period(end, day)), last


def _anchor(reading: Reading, i: int) -> tuple[date, date, int] | None:
    """Return the day, or first and last day, that something is measured from."""
    found = read_period(reading, i)
    if found is None or found.ahead:
        return None
    period = found.period.latest(reading.today)
    if period.start is None or period.end is None:
        return None
    return period.start, period.end, found.last


def _measured(reading: Reading, i: int) -> Interval | None:
    """(For) 10 days from 18 December; two weeks starting 20 May; 3 days after the 12th; in the two
    weeks before 1 June; the day after 4 April.
    """
    spanning = reading.lower(i) in ("for", "in", "during", "within", "over")
    at = i + 1 if spanning else i
    at = at + 1 if reading.lower(at) == "the" else at
    duration = read_duration(reading, at)
    if duration is None and reading.lower(at - 1) == "the":
        duration = _one_unit(reading, at)
    if duration is None:
        return _for_some(reading, i)
    joiner = duration.after + (reading.lower(duration.after) == ",")
    word = reading.lower(joiner)
    begins = word in ("starting", "beginning", "from")
    if not (begins or word in ("before", "after", "prior", "following")):
        return None
    step = 2 if reading.lower(joiner + 1) in ("on", "to", "from") else 1
    anchor = _anchor(reading, joiner + step)
    if anchor is None:
        return None
    start, end, last = anchor
    if begins and (word != "from" or reading.lower(i) == "for"):
        return Period(start, duration.beyond(start)), last
    if word in ("before", "prior"):
        day = duration.before(start)
        if spanning:
            return Period(day, start), last
        # The month before March is February; two weeks before 13 May is a day.
        whole = calendar.unit_period(start, duration.grain)
        same = (whole.start, whole.end) == (start, end) and len(duration.parts) == 1
        return calendar.unit_period(day, duration.grain if same else "day"), last
    if spanning:
        return Period(end, duration.beyond(end)), last
    return calendar.day_period(duration.beyond(start)), last


def _one_unit(reading: Reading, i: int) -> Duration | None:
    """Read the "day" (after 4 April): one unit without its number."""
    unit, factor = unit_of(reading.lower(i))
    if not unit or reading.lower(i + 1) not in ("before", "after"):
        return None
    return Duration(((unit, factor),), i + 1)


def _for_some(reading: Reading, i: int) -> Interval | None:
    """(From) 18 December for 10 days."""
    found = read_period(reading, i + 1 if reading.lower(i) == "from" else i)
    if found is None or reading.lower(found.last + 1) != "for" or found.period.grain != "day":
        return None
    duration = read_duration(reading, found.last + 2)
    start = found.period.latest(reading.today).start
    if duration is None or start is None:
        return None
    return Period(start, duration.beyond(start)), duration.after - 1


def _bounded(reading: Reading, i: int) -> Interval | None:
    """Since March, before 2025, until the end of May, after last week."""
    for phrase, length, bound in _BOUNDS_BY_WORD.get(reading.lower(i), ()):
        if length > 1 and reading.words(i, length) != phrase:
            continue
        at = i + length
        if reading.lower(at) == "-":
            at += 1
        for filler in ("the year", "year", "the month of"):
            if reading.words(at, len(filler.split())) == filler:
                at += len(filler.split())
        edge = _edge_bound(reading, at, bound)
        if edge is not None:
            return edge
        found = read_period(reading, at)
        if found is None or not _date_word(reading, at, found, bound):
            return None
        return apply_bound(found.period.latest(reading.today), bound), found.last
    return None


def _compared(reading: Reading, i: int) -> Interval | None:
    """Created >= 2024, modified < May 2025: signs, where a verb of dates stands before them."""
    sign = reading.lower(i)
    at = i + 1
    if sign in ("<", ">") and reading.lower(at) == "=":
        sign, at = sign + "=", at + 1
    bound = _SIGNS.get(sign)
    found = read_period(reading, at) if bound else None
    if bound is None or found is None:
        return None
    if bound == "in":
        return found.period, found.last
    return apply_bound(found.period.latest(reading.today), bound), found.last


def _edge_bound(reading: Reading, at: int, bound: str) -> Interval | None:
    """Until the end of May, after the beginning of March: a day, not a third of the month."""
    word = reading.lower(at + 1 if reading.lower(at) == "the" else at)
    if bound == "since" and word not in _EDGE_OF_SINCE:
        return None
    edge = read_edge(reading, at)
    if edge is None or edge[0] is None:
        return None
    day, last = edge
    return (Period(day, None) if bound in ("since", "after") else Period(None, day)), last


def _date_word(reading: Reading, at: int, found: Found, bound: str) -> bool:
    """Return whether "by may" or "through march" speaks of a month."""
    if found.sure or bound not in ("through",):
        return True
    return reading.lower(at) not in ("may", "march", "mar", "sun", "fall")


def apply_bound(period: Period, bound: str) -> Period:
    """Return what lies before, after, since or through a period."""
    if bound == "before":
        return Period(None, period.start)
    if bound == "after":
        return Period(period.end, None)
    if bound == "since":
        return Period(period.start, None)
    return Period(None, period.end)
