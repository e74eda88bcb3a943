"""Dates in a question: what interval is meant, and of which date of a model.

Intervals are half-open. A month, season or day without a year recurs ("in March" is March of any
year), except after "since", "before" and the like, which count from its latest occurrence.
Names of the vocabulary win over dates: this runs on what is left of the question.
"""

from __future__ import annotations

from datetime import timedelta

from modelsearch.query import calendar
from modelsearch.query.calendar import Found, Period
from modelsearch.query.monthnames import MONTHS
from modelsearch.query.periods import read_day, read_period
from modelsearch.query.relative import read_count, unit_of
from modelsearch.query.state import Reading
from modelsearch.query.words import words

#: Words before a period, the longest first, and how they bound it.
_BOUNDS: tuple[tuple[str, str], ...] = (
    ("any time after", "after"), ("up to and including", "through"), ("no later than", "through"),
    ("no earlier than", "since"), ("not later than", "through"), ("not before", "since"),
    ("not after", "through"), ("on or after", "since"), ("on or before", "through"),
    ("from before", "before"), ("from after", "after"),
    ("at or after", "since"), ("at or before", "through"), ("prior to", "before"),
    ("earlier than", "before"), ("older than", "before"), ("later than", "after"),
    ("newer than", "after"), ("younger than", "after"), ("more recent than", "after"),
    ("up to", "through"), ("up until", "before"), ("as of", "since"), ("starting from", "since"),
    ("starting in", "since"), ("starting with", "since"), ("starting on", "since"),
    ("beginning in", "since"), ("ever since", "since"), ("before", "before"), ("until", "before"),
    ("till", "before"), ("til", "before"), ("after", "after"), ("since", "since"),
    ("starting", "since"), ("through", "through"), ("by", "through"), ("following", "after"),
    ("preceding", "before"), ("pre", "before"), ("post", "after"),
)  # fmt: skip
_INSIDE = frozenset({"in", "during", "on", "within", "of", "from", "over", "for", "at", "throughout",
                     "around", "about", "dated", "date", "year", "month", "late", "early"})  # fmt: skip
_TO = frozenset({"to", "-", "..", "through", "until", "till", "and", "til", "thru"})
_ONWARDS = ("onwards", "onward", "on", "forward", "and later", "and after", "or later", "to now",
            "until now", "to today", "until today", "to date", "till now", "up to now", "to present",
            "or after", "or newer", "and newer")  # fmt: skip
_BACKWARDS = ("or earlier", "and earlier", "or before", "and before", "or older")
_MODIFIED = frozenset({"modified", "changed", "updated", "edited", "touched", "revised", "change",
                       "modification", "edit", "update", "altered", "tweaked"})  # fmt: skip
_CREATED = frozenset({"created", "made", "built", "written", "added", "trained", "started", "create",
                      "wrote", "make", "train", "creation", "born", "committed", "developed",
                      "produced", "build"})  # fmt: skip
_VERB_REACH = 8


def find_dates(reading: Reading) -> None:
    """Claim every date of the question."""
    index = 0
    while index < len(reading.tokens):
        found = _read_interval(reading, index) if reading.free(index, index) else None
        if found is None:
            index += 1
            continue
        period, last = found
        field = _claim_verb(reading, index, last)
        node = reading.filter(field, "in", period.bounds(), index, last)
        reading.mention(index, last, node, field)
        index = last + 1


def _read_interval(reading: Reading, i: int) -> tuple[Period, int] | None:
    """Return the interval that begins at a token, with the token it ends at."""
    if _follows_name_sign(reading, i):
        return None
    return (
        _between(reading, i)
        or _duration_bound(reading, i)
        or _bounded(reading, i)
        or _plain(reading, i)
    )


def _follows_name_sign(reading: Reading, i: int) -> bool:
    """Whether the token is the tail of a word such as "wikitext-2020" or "v_2020"."""
    token = reading.tokens[i]
    if not token.glued or i == 0:
        return False
    before = reading.tokens[i - 1]
    return before.text in ("_", "/", ".") or (
        before.text == "-" and before.glued and i > 1 and reading.tokens[i - 2].is_word
    )


def _between(reading: Reading, i: int) -> tuple[Period, int] | None:
    """Between A and B, from A to B, A to B, A - B, A .. B."""
    word = reading.lower(i)
    opened = word in ("between", "from", "during")
    start = i + 1 if opened else i
    left = read_period(reading, start)
    day = read_day(reading, start) if left is None else None
    if left is None and day is None:
        return None
    last = left.last if left else start
    joiner = last + 1
    if reading.lower(joiner) == "up":
        joiner += 1
    if reading.lower(joiner) not in _TO or (reading.lower(joiner) == "and" and word != "between"):
        return None
    if left is not None and not opened and not left.sure and not left.period.yearly:
        return None  # "2024 - 2025" needs "from" or a month
    right = read_period(reading, joiner + 1)
    if right is None:
        return _same_month(reading, left, joiner)
    first = left.period if left else _adopted_day(day or 1, right.period)
    return None if first is None else (_joined(first, right.period, reading), right.last)


def _same_month(reading: Reading, left: Found | None, joiner: int) -> tuple[Period, int] | None:
    """From May 10 to 14: the second number is a day of the same month."""
    day = read_day(reading, joiner + 1)
    if left is None or day is None or left.period.grain != "day" or left.period.start is None:
        return None
    start = left.period.start
    if day < start.day or reading.lower(joiner + 2) in ("epochs", "layers", "models"):
        return None
    try:
        end = start.replace(day=day) + calendar.DAY
    except ValueError:
        return None
    return Period(start, end, yearly=left.period.yearly), joiner + 1


def _adopted_day(day: int, right: Period) -> Period | None:
    """The 12 of "between 12 and 16 March" takes month and year from the right."""
    if right.grain != "day" or right.start is None:
        return None
    try:
        start = right.start.replace(day=day)
    except ValueError:
        return None
    return Period(start, start + calendar.DAY, "day", right.yearly)


def _joined(left: Period, right: Period, reading: Reading) -> Period:
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


def _duration_bound(reading: Reading, i: int) -> tuple[Period, int] | None:
    """More than 2 weeks ago, less than a month old, in the last 3 days, newer than 5 days."""
    for phrase, before in (("more than", True), ("over", True), ("longer than", True),
                           ("older than", True), ("less than", False), ("newer than", False),
                           ("within", False), ("under", False), ("younger than", False)):  # fmt: skip
        length = len(phrase.split())
        if reading.words(i, length) != phrase:
            continue
        count, at = read_count(reading, i + length)
        unit, factor = unit_of(reading.lower(at))
        ending = reading.lower(at + 1) in ("ago", "old")
        if count is None or not unit or not (ending or phrase in ("older than", "newer than",
                                                                  "younger than")):  # fmt: skip
            continue
        day = calendar.add_units(reading.today, unit, -count * factor)
        last = at + 1 if ending else at
        return (Period(None, day) if before else Period(day, None)), last
    return None


def _bounded(reading: Reading, i: int) -> tuple[Period, int] | None:
    """Since March, before 2025, until 3 May, after last week."""
    for phrase, bound in _BOUNDS:
        length = len(phrase.split())
        if reading.words(i, length) != phrase:
            continue
        at = i + length
        if reading.lower(at) == "-":
            at += 1
        for filler in ("the year", "year", "the month of"):
            if reading.words(at, len(filler.split())) == filler:
                at += len(filler.split())
        found = read_period(reading, at)
        if found is None or not _date_word(reading, at, found, bound):
            return None
        return _apply_bound(found.period.latest(reading.today), bound), found.last
    return None


def _date_word(reading: Reading, at: int, found: Found, bound: str) -> bool:
    """Whether "by may" or "through march" speaks of a month."""
    if found.sure or bound not in ("through",):
        return True
    return reading.lower(at) not in ("may", "march", "mar", "sun", "fall")


def _apply_bound(period: Period, bound: str) -> Period:
    if bound == "before":
        return Period(None, period.start)
    if bound == "after":
        return Period(period.end, None)
    if bound == "since":
        return Period(period.start, None)
    return Period(None, period.end)


def _plain(reading: Reading, i: int) -> tuple[Period, int] | None:
    """In March 2025, on 12 May, from 2024 onwards; or a period that needs no such word."""
    inside = reading.lower(i) in _INSIDE
    start = i + 1 if inside and reading.lower(i) not in ("late", "early") else i
    if inside and reading.words(start, 3) == "the month of":
        start += 3
    if inside and reading.lower(start) == "the" and reading.lower(start + 1) in ("year", "month"):
        start += 1
    found = read_period(reading, start)
    if found is None and reading.lower(start) == "month" and reading.lower(start + 1) == "of":
        found = read_period(reading, start + 2)
    if found is None:
        return None
    if not found.sure and not inside and not _stands_as_date(reading, start, found):
        return None
    if inside and not found.sure and not _preposition_fits(reading, i, start):
        return None
    return _with_ending(reading, found, reading.lower(i) == "from")


def _preposition_fits(reading: Reading, i: int, start: int) -> bool:
    word, name = reading.lower(i), reading.lower(start)
    if name == "fall":
        return word in ("in", "during", "of", "from") and reading.lower(start + 1) != "back"
    if word == "on":
        return name.endswith("day")
    return word != "for" or name not in ("may", "march")


def _stands_as_date(reading: Reading, start: int, found: Found) -> bool:
    """Whether an unsure period stands beside a date word or another date of a list."""
    before = reading.lower(start - 1)
    if before in _MODIFIED or before in ("created", "since", "dated"):
        return True
    if before in ("and", "or", ",", "&", "/") and reading.lower(start) in MONTHS | {"2": 0}:
        return _date_before(reading, start - 2)
    if before in ("and", "or", ",", "&") and found.period.grain in ("year", "season"):
        return _date_before(reading, start - 2)
    listed = reading.lower(found.last + 1) in ("and", "or", ",")
    following = read_period(reading, found.last + 2) if listed else None
    return following is not None and following.sure and found.period.grain == following.period.grain \
        and found.period.grain != "year"  # fmt: skip


def _date_before(reading: Reading, index: int) -> bool:
    return any(
        mention.last == index and mention.field in ("created", "modified")
        for mention in reading.mentions
    )


def _with_ending(reading: Reading, found: Found, opened: bool) -> tuple[Period, int]:
    """Apply "onwards" and "or earlier" after a period."""
    at = found.last + 1
    for endings, bound in ((_ONWARDS, "since"), (_BACKWARDS, "through")):
        for ending in endings:
            count = len(ending.split())
            if reading.words(at, count) != ending or not reading.free(at, at + count - 1):
                continue
            if ending in ("on", "forward") and not opened:
                continue
            if ending == "on" and at + 1 < len(reading.tokens) and reading.lower(at + 1) != ",":
                continue  # "from March on MNIST"
            period = found.period.latest(reading.today)
            return _apply_bound(period, bound), at + count - 1
    return found.period, found.last


def _claim_verb(reading: Reading, first: int, last: int) -> str:
    """Return which date is meant, by the nearest verb before it, and claim that verb."""
    for index in range(first - 1, max(first - _VERB_REACH, -1), -1):
        if any(m.first <= index <= m.last and m.field in ("created", "modified")
               and not _joined_list(reading, m.last, first) for m in reading.mentions):  # fmt: skip
            break
        earlier = next((m for m in reading.mentions if m.first <= index <= m.last
                        and m.field in ("created", "modified")), None)  # fmt: skip
        if earlier is not None:
            return earlier.field
        word = reading.lower(index)
        if word in _MODIFIED:
            reading.claim(index, index, "filter", "modified")
            if reading.lower(index - 1) in ("last", "recently", "most"):
                reading.claim(index - 1, index - 1, "filter", "modified")
            return "modified"
        if word in _CREATED and reading.uses[index] in ("", "filter"):
            reading.claim(index, index, "filter", "created")
            return "created"
    for index in range(last + 1, min(last + 3, len(reading.tokens))):
        if reading.lower(index) in _MODIFIED:
            reading.claim(index, index, "filter", "modified")
            return "modified"
    return "created"


def _joined_list(reading: Reading, end: int, start: int) -> bool:
    """Whether only "and", "or" or a comma stands between two dates."""
    between = [reading.lower(index) for index in range(end + 1, start)]
    return bool(between) and all(word in ("and", "or", ",", "nor", "in", "&") for word in between)


def find_foreign_dates(reading: Reading) -> None:
    """Ask dateparser, last, for dates in other languages: a word and a year left unclaimed.

    It is imported only when an unknown word stands next to a year or a day number, and is never
    given numbers or single letters alone: it reads those as dates too.
    """
    for index in range(len(reading.tokens) - 1):
        word, year = reading.tokens[index], index + 1
        if reading.lower(year) in ("de", "del", "von"):
            year += 1
        text = reading.lower(year)
        if not (len(text) == 4 and text.isdigit() and reading.free(index, year)):
            continue
        if word.kind != "word" or word.lower in words("stop") or len(word.lower) < 3:
            continue
        if not calendar.FIRST_YEAR <= int(text) <= reading.today.year + 1:
            continue
        _foreign(reading, index, year)


def _foreign(reading: Reading, index: int, year: int) -> None:
    from modelsearch.query.foreign import read_foreign_month

    month = read_foreign_month(reading.lower(index))
    if month is None:
        return
    period = calendar.month_period(int(reading.lower(year)), month)
    first = index
    day = read_day(reading, index - 1) if index else None
    if day is None and reading.lower(index - 1) in (".", "de"):
        day = read_day(reading, index - 2) if index > 1 else None
        first -= day is not None
    if day is not None and period.start is not None:
        first -= 1
        start = min(period.start + timedelta(days=day - 1), period.end or period.start)
        period = calendar.day_period(start)
    field = _claim_verb(reading, first, year)
    node = reading.filter(field, "in", period.bounds(), first, year)
    reading.mention(first, year, node, field)


def read_interval(reading: Reading, index: int, *, sure: bool) -> tuple[Period, int] | None:
    """Return the interval at a token, as :func:`find_dates` does; ``sure`` takes bare years too."""
    if sure:
        found = read_period(reading, index)
        if found is not None and found.last == len(reading.tokens) - 1:
            return found.period, found.last
    return _read_interval(reading, index)
