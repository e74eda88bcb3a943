"""Return whether an interval is the one that a suite means, exactly or by a stated difference of
rules.

A catalogue looks back, and its weeks, seasons and thirds are defined; suites for appointments look
ahead and differ among themselves. Each difference that is allowed for has a name and is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bench.time_expressions.cases import Case, Interval

_DAY = timedelta(days=1)
_MONTHS = (
    "jan|january|feb|february|mar|march|apr|april|may|jun|june|jul|july|aug|august|sep|sept|"
    "september|oct|october|nov|november|dec|december"
)
_WEEKDAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?|thurs|weds"
_UNITS = "days?|weeks?|wks?|months?|mos?|quarters?|qtrs?|years?|yrs?|fortnights?|wkend|weekends?"

#: "The week", "that weekend", "the day before", "15": what is meant stands outside.
_CONTEXT = re.compile(
    r"(?:the|my|same|that|all|at this|on|till?|to)? ?(?:same )?(?:day|week|month|year|fortnight|"
    r"weekend|time|date|the day|\d{1,2})(?: (?:before|after))?"
)
#: Words that expressions of dates are made of; another word puts an expression out of scope.
_KNOWN = re.compile(
    rf"^(?:{_MONTHS}|{_WEEKDAYS}|{_UNITS}|spring|summer|autumn|fall|winter|a|an|the|of|in|on|at|to|"
    r"and|or|from|until|till|til|through|thru|between|since|before|after|by|prior|than|later|earlier|"
    r"older|newer|more|less|over|within|during|for|past|last|previous|this|current|present|next|"
    r"coming|upcoming|following|ago|back|old|now|today|yesterday|tomorrow|early|mid|middle|late|end|"
    r"beginning|start|first|second|third|fourth|fifth|half|early|couple|few|one|two|three|four|five|"
    r"six|seven|eight|nine|ten|eleven|twelve|\d+(?:st|nd|rd|th)?|q[1-4]|h[12]|year|begin|ending|"
    r"starting|onwards?|on|around|about|not|no|up|including|time|anytime|sometimes?|week-end|wkend|"
    r"all|whole|entire|my|our|that|same|ever|hence|date|day|is|date|it|dated|almost|nearly|like|"
    r"sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|twentieth|twenty|thirtieth|thirty|"
    r"exactly|ends?|ended|and|greater|lower|same|s|th|january|w\d+|as)$"
)
_AHEAD = re.compile(
    r"\b(next|coming|upcoming|following|tomorrow|hence|later|rest|remaining|"
    r"from (?:now|today|tomorrow)|in (?:the )?(?:\d+|an?|one|two|three|few|couple)\b)"
)
_TIME = re.compile(
    r"\b(\d+:\d+|\d+ ?[ap]\.?m?\b|o'?clock|noon|midnight|morning|evening|afternoon|night|tonight|"
    r"hours?|minutes?|mins?|secs?|seconds?|eod|cob|now|moment)\b"
)

_MONTH_NAME = rf"(?:{_MONTHS})"
#: The first that fits names the category. All are asked for.
_CATEGORIES: tuple[tuple[str, str], ...] = (
    ("dates in figures", rf"^(?:on )?\d{{1,4}} ?[-/.] ?(?:\d{{1,2}}|{_MONTH_NAME})"
     rf"(?: ?[-/., ] ?'?\d{{1,4}})?$|^\d{{8}}$|^\d{{1,2}} ?[-/] ?\d{{4}}$"
     rf"|^{_MONTH_NAME}[-/]\d{{1,4}}(?:[-/]\d{{1,4}})?$"),
    ("early, mid, late", r"^(?:at |in |by )?(?:the )?(early|mid|middle|late|end of|ending|"
     r"beginning of|start of|begin of)\b"),
    ("between, from to", r"\bbetween\b|\bfrom\b.*(?:\b(?:to|until|till|thru|through|and)\b|[-~])|"
     r"\S (?:to|until|till|thru|through|-|~) \S|\d(?:st|nd|rd|th)?\s*[-~]\s*\d|\d\s*[-~]\s*[a-z]"),
    ("since, before, until, after", r"\b(since|before|after|until|till|prior|older|newer|than|by|"
     r"onwards?|starting|beginning|through|not|up to|from|greater)\b"),
    ("ago", r"\b(ago|back|earlier)\b"),
    ("past N", r"\b(past|last|previous)\s+(?:\d+|one|two|three|four|five|six|couple|few|several|a)"
     r"\b|\b(?:\d+|two|three) (?:past|last|previous)\b"),
    ("weekend", r"\b(weekends?|wkend|week-end)\b"),
    ("week", r"\bweeks?\b"),
    ("quarter, half", r"\b(quarter|qtr|q[1-4]|h[12]|half)\b|\dq[1-4]|\dh[12]"),
    ("season", r"\b(spring|summer|autumn|fall|winter|season)\b"),
    ("this, last", r"\b(this|last|current|past|previous|today|yesterday)\b"),
    ("weekday", rf"^(?:on )?(?:{_WEEKDAYS})\.?$"),
    ("day", rf"\d.*\b{_MONTH_NAME}|\b{_MONTH_NAME}\b.*\d|\d[-/.]\d|\b(?:{_WEEKDAYS})\b|"
     r"\d(?:st|nd|rd|th)\b|\b(?:first|second|third|fourth)\b"),
    ("month, year", rf"\b(?:{_MONTH_NAME}|year|month|\d{{4}})\b"),
)  # fmt: skip
ASKED_FOR = tuple(name for name, _ in _CATEGORIES)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``right``, by which rule if not literally; ``wrong`` otherwise."""

    right: bool
    rule: str = ""


def out_of_scope(case: Case) -> str:
    """Return why a case says nothing about ranges of days, or ""."""
    text = _plain(case.text)
    if case.grain == "time" or _TIME.search(text):
        return "time of day"
    if not case.expected:
        return ""
    if case.holiday:
        return "holidays"
    if not all(_KNOWN.match(word) for word in re.findall(r"[a-z]+[a-z0-9]*|\d+[a-z]*", text)):
        return "other words (holidays, business days, decades, spelt numbers)"
    first = case.expected[0]
    edges = [edge for edge in first if edge is not None]
    if all(edge.year < 1950 for edge in edges):
        return "years before 1950"
    if _AHEAD.search(text) or (text.startswith("within ") and first[0] == case.today):
        return "the future"
    if re.fullmatch(r"\d{4}", text) and int(text) > case.today.year + 1:
        return "bare years ahead (a number in a catalogue: 2048)"
    if re.search(r"\d0 ?s?$|\d0s\b", text) and re.search(r"\d0 ?'?s\b", case.text.casefold()):
        return "decades"
    return "a unit or number of the context" if _CONTEXT.fullmatch(text) else ""


def category(case: Case) -> str:
    """Return what kind of expression a case is."""
    if not case.expected:
        return "no date at all"
    text = _plain(case.text)
    for name, pattern in _CATEGORIES:
        if re.search(pattern, text):
            return name
    return "others"


def judge(case: Case, found: list[tuple[str | None, str | None]]) -> Verdict:
    """Compare the intervals that were read with what the suite means."""
    if not case.expected:
        return Verdict(not found)
    if len(found) != 1:
        return Verdict(False)
    start, end = found[0]
    if (start or end or "").startswith("--"):
        return _judge_yearly(case, start, end)
    return _compared(case, (_day(start), _day(end)))


def _judge_yearly(case: Case, start: str | None, end: str | None) -> Verdict:
    """A month or day of any year: it must be right in a year that the suite means."""
    if start is None or end is None:
        return Verdict(False)
    for year in {one[0].year for one in case.expected if one[0] is not None}:
        for first in (year, year - 1):
            last = first + (start > end)
            try:
                ours = (_day(f"{first}{start[1:]}"), _day(f"{last}{end[1:]}"))
            except ValueError:  # 29 February
                continue
            verdict = _compared(case, ours)
            if verdict.right and verdict.rule != "looks back":
                return Verdict(True, verdict.rule or "any year")
    return Verdict(False)


def _compared(case: Case, ours: Interval) -> Verdict:
    if ours in case.expected:
        return Verdict(True)
    for name, rule in _RULES:
        if any(rule(case, one, ours) for one in case.expected):
            return Verdict(True, name)
    return Verdict(False)


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'").replace("'s", "").strip()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _month_end(day: date) -> date:
    return (day.replace(day=1) + 31 * _DAY).replace(day=1)


def _is_range(case: Case) -> bool:
    return category(case) == "between, from to"


def _looks_back(case: Case, one: Interval, ours: Interval) -> bool:
    """The suite's next occurrence is ahead; ours is the last one: a week or a year before."""
    if one[0] is None or one[0] < case.today or ours[0] is None:
        return False
    shifts = [7 * _DAY, 14 * _DAY]
    same = one[1] is None if ours[1] is None else one[1] is not None
    if not same:
        return False
    for shift in shifts:
        if ours == (one[0] - shift, one[1] and one[1] - shift):
            return True
    back = (_year_back(one[0]), one[1] and _year_back(one[1]))
    if ours == back:
        return True
    gap = (one[0] - ours[0]).days
    text = _plain(case.text)
    if " for " in f" {text}" and ours[0] == back[0]:  # the suite counts one day more
        return True
    if ours[0] <= case.today and gap % 7 == 0 and one[0].day == ours[0].day:
        return True  # a weekday with its number
    return 357 <= gap <= 371 and gap % 7 == 0  # the first Monday, the week of a day


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _looks_back_open(case: Case, one: Interval, ours: Interval) -> bool:
    """Open on one side, from the last occurrence instead of the next one."""
    for theirs, mine, other in (
        (one[0], ours[0], (one[1], ours[1])),
        (one[1], ours[1], (one[0], ours[0])),
    ):
        if theirs and mine and other == (None, None) and theirs > case.today:
            return mine in (_year_back(theirs), theirs - 7 * _DAY)
    return False


def _last_unit_belongs(case: Case, one: Interval, ours: Interval) -> bool:
    """The suite ends a range where its last named day, month or year begins; ours holds it."""
    if not _is_range(case) or one[1] is None or ours[1] is None or ours[0] != one[0]:
        return False
    ends = {one[1] + _DAY, one[1] + 7 * _DAY}
    if one[1].day == 1:
        ends |= {_month_end(one[1]), _month_end(_month_end(_month_end(one[1])))}
        if one[1].month == 1:
            ends.add(date(one[1].year + 1, 1, 1))
    return ours[1] in ends


def _today_belongs(case: Case, one: Interval, ours: Interval) -> bool:
    """The past N days, weeks, months count back from today and hold it."""
    if one[1] != case.today or ours[1] != case.today + _DAY or one[0] is None or ours[0] is None:
        return False
    return abs((ours[0] - one[0]).days) <= 1


def _counts_from_today(case: Case, one: Interval, ours: Interval) -> bool:
    """The suite counts whole calendar units before this one; ours the same length up to today."""
    if (
        category(case) not in ("past N", "this, last", "week", "quarter, half")
        or one[0] is None
        or one[1] is None
    ):
        return False
    if ours[0] is None or ours[1] != case.today + _DAY or one[1] > case.today + _DAY:
        return False
    return abs((ours[1] - ours[0]).days - 1 - (one[1] - one[0]).days) <= 3


def _latest(case: Case, one: Interval, ours: Interval) -> bool:
    """Last Monday and last September are the latest ones; a suite takes those before."""
    if (
        not re.search(r"\b(last|previous)\b", _plain(case.text))
        or one[0] is None
        or ours[0] is None
    ):
        return False
    return ours[0] <= case.today and (ours[0] - one[0]).days in (7, 365, 366)


def _that_unit(case: Case, one: Interval, ours: Interval) -> bool:
    """Two weeks ago is that week, two months ago that month."""
    if category(case) != "ago" or one[0] is None or ours[0] is None or ours[1] is None:
        return False
    return ours[0] <= one[0] < ours[1] and (ours[1] - ours[0]).days in (7, 28, 29, 30, 31, 365, 366)


def _thirds(case: Case, one: Interval, ours: Interval) -> bool:
    """Early, mid and late are thirds; the suites take halves, quarters or their own days."""
    if category(case) != "early, mid, late" or None in one or None in ours:
        return False
    if re.search(r"\b(mid|middle)\b", _plain(case.text)):
        return bool(ours[0] < one[1] and one[0] < ours[1])  # type: ignore[operator]
    if re.search(r"\b(late|end|ending)\b", _plain(case.text)):
        return ours[1] == one[1]
    return ours[0] == one[0]


def _seasons(case: Case, one: Interval, ours: Interval) -> bool:
    """Seasons are whole months; the suite's begin with the sun."""
    if (
        category(case) != "season"
        or one[0] is None
        or ours[0] is None
        or one[1] is None
        or ours[1] is None
    ):
        return False
    return abs((ours[0] - one[0]).days) <= 24 and abs((ours[1] - one[1]).days) <= 26


def _weeks_of_a_month(case: Case, one: Interval, ours: Interval) -> bool:
    """The first week of a month is its first seven days; the suites take a Monday's week."""
    if not re.search(
        r"\b(first|second|third|fourth|last|1st|2nd|3rd|4th)\s.*week\b|week \d|week of",
        _plain(case.text),
    ):
        return False
    if one[0] is None or ours[0] is None or ours[1] is None:
        return False
    return (ours[1] - ours[0]).days == 7 and abs((ours[0] - one[0]).days) < 7


def _weekends(case: Case, one: Interval, ours: Interval) -> bool:
    """A weekend is Saturday and Sunday; the suite's begins on Friday evening."""
    if category(case) != "weekend" or one[0] is None or ours[0] is None:
        return False
    return ours[1] == one[1] and ours[0] - one[0] == _DAY


def _whole_unit(case: Case, one: Interval, ours: Interval) -> bool:
    """After a month or year begins when it is over; through one ends with it."""
    if category(case) != "since, before, until, after":
        return False
    for theirs, mine, others in (
        (one[0], ours[0], (one[1], ours[1])),
        (one[1], ours[1], (one[0], ours[0])),
    ):
        if theirs is None or mine is None or others != (None, None):
            continue
        return mine in (
            theirs + _DAY,
            theirs - _DAY,
            _month_end(theirs),
            date(theirs.year + 1, 1, 1),
        )
    return False


_RULES = (
    ("looks back", _looks_back),
    ("looks back", _looks_back_open),
    ("the last named unit belongs", _last_unit_belongs),
    ("today belongs", _today_belongs),
    ("counts back from today", _counts_from_today),
    ("ago is that unit", _that_unit),
    ("last is the latest", _latest),
    ("thirds", _thirds),
    ("whole-month seasons", _seasons),
    ("seven days of a month", _weeks_of_a_month),
    ("Saturday and Sunday", _weekends),
    ("whole unit", _whole_unit),
)
