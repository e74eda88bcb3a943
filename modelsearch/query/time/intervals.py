"""The intervals of a question: which one begins at a token, and of which date of a model it is.

Intervals are half-open. A month, season or day without a year recurs ("in March" is March of any
year), except after "since", "before" and the like, which count from its latest occurrence.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from modelsearch.query.state import Mention, Reading
from modelsearch.query.time.calendar import Found, Period
from modelsearch.query.time.monthnames import MONTHS
from modelsearch.query.time.periods import read_period
from modelsearch.query.time.ranges import FIRST_MODEL_YEAR, apply_bound, read_between, read_range
from modelsearch.query.words import words
from modelsearch.records.question import Filter
from modelsearch.records.wordlists import word_set

_INSIDE = word_set("""
    in during on within of from over for at throughout around about dated date month late early
""")
_ONWARDS = ("onwards", "onward", "on", "forward", "and later", "and after", "or later", "to now",
            "until now", "to today", "until today", "to date", "till now", "up to now",
            "to present", "or after", "or newer", "and newer", "and greater",
            "or greater")  # fmt: skip
_BACKWARDS = ("or earlier", "and earlier", "or before", "and before", "or older", "まで", "为止")
#: Words of Chinese and Japanese that follow their date: "3月以降", "三月之前".
_EASTERN = {"since": ("以降", "以来", "以來", "から", "起"), "after": ("之后", "以后", "以後"),
            "before": ("之前", "以前", "前")}  # fmt: skip
_ENDINGS = (
    (_ONWARDS, "since"),
    (_BACKWARDS, "through"),
    *((endings, bound) for bound, endings in _EASTERN.items()),
)
_MODIFIED = word_set("""
    modified changed updated edited touched revised change modification edit update altered
    tweaked touch modify revise alter tweak changes edits modifies updates reworked refactored
    revision
""")
_CREATED = word_set("""
    created made built written added trained started create wrote make train creation born
    committed developed produced build
""")
#: Verbs that only a date follows directly; "trained 2000" may be steps.
_DATING = frozenset({"created", "made", "written", "dated", "committed", "started", "since"})
_EXCEPT = frozenset({"but", "except", "excluding", "not"})
#: Fields whose names a bare year or month may follow.
_NAMES = frozenset({"family", "dataset", "framework"})
_VERB_REACH = 8


def claim_dates(reading: Reading, possible: Sequence[bool]) -> None:
    """Claim the dates that begin at one of the tokens which ``possible`` tells."""
    index = 0
    while index < len(reading.tokens):
        possibly = possible[index] and reading.free(index, index)
        found = _read_interval(reading, index) if possibly else None
        if found is None or _empty(found[0]):
            index += 1
            continue
        period, last = found
        field = claim_verb(reading, index, last)
        node = reading.filter(field, "in", period.bounds(), index, last)
        reading.mention(index, last, node, field)
        index = last + 1
    _share_years(reading)


def _empty(period: Period) -> bool:
    """Return whether no day lies in a period: "between 5 May 2025 and 1 May 2025" and the like."""
    if period.yearly or period.start is None or period.end is None:
        return period.start is None and period.end is None
    return period.start >= period.end


def _share_years(reading: Reading) -> None:
    """Give "February" of "February and March 2025" the year of what it is listed with."""
    dates = sorted(
        (one for one in reading.mentions if one.field in ("created", "modified")),
        key=lambda one: one.first,
    )
    for left, right in reversed(list(pairwise(dates))):
        here, there = _bounds(left), _bounds(right)
        if here is None or there is None or not here[0].startswith("--"):
            continue
        if there[0].startswith("--") or not _joined_list(reading, left.last, right.first):
            continue
        year = int(there[0][:4])
        if here[0][1:] > there[0][4:]:  # November and March 2025: the November before
            year -= 1
        ends = (f"{year}{here[0][1:]}", f"{year + (here[1] <= here[0])}{here[1][1:]}")
        left.node = reading.filter(left.field, "in", ends, left.first, left.last)


def _bounds(mention: Mention) -> tuple[str, str] | None:
    """Return the ends of a mentioned interval that is closed."""
    value = mention.node.value if isinstance(mention.node, Filter) else None
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    return (value[0], value[1]) if isinstance(value[0], str) and isinstance(value[1], str) else None


def _read_interval(reading: Reading, i: int) -> tuple[Period, int] | None:
    """Return the interval that begins at a token, with the token it ends at."""
    if _follows_name_sign(reading, i):
        return None
    return read_range(reading, i, dated=_dated(reading, i)) or _plain(reading, i)


def _dated(reading: Reading, i: int) -> bool:
    """Return whether a verb of making or changing stands right before a token, or a word of
    time.
    """
    before = reading.lower(i - 1)
    return before in _MODIFIED or before in _DATING


def _follows_name_sign(reading: Reading, i: int) -> bool:
    """Return whether the token is the tail of a word such as "wikitext-2020" or "v_2020"."""
    token = reading.tokens[i]
    if not token.glued or i == 0:
        return False
    before = reading.tokens[i - 1]
    return before.text in ("_", "/", ".") or (
        before.text == "-" and before.glued and i > 1 and reading.tokens[i - 2].is_word
    )


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
    if found is None or _is_a_noun(reading, start, found):
        return None
    if found.ahead and not _dated(reading, i):
        return None
    if inside:
        joined = read_between(reading, start, dated=True)
        if joined is not None and joined[1] > found.last:
            return joined
    period, last = _with_ending(reading, found, reading.lower(i) == "from")
    if found.sure or last > found.last:
        return period, last
    fits = (
        _preposition_fits(reading, i, start, found.period.grain)
        if inside
        else _stands_as_date(reading, start, found)
    )
    return (period, last) if fits else None


def _is_a_noun(reading: Reading, start: int, found: Found) -> bool:
    """Return whether a month's name is a common noun: "in the march of progress"."""
    return (
        reading.lower(start) == "the"
        and found.last == start + 1
        and reading.lower(found.last) in ("march", "may", "fall", "spring")
        and reading.lower(found.last + 1) == "of"
    )


def _preposition_fits(reading: Reading, i: int, start: int, grain: str) -> bool:
    word, name = reading.lower(i), reading.lower(start)
    if name == "fall":
        return word in ("in", "during", "of", "from") and reading.lower(start + 1) != "back"
    if name[:1].isdecimal() and grain == "day":  # 2/15 may be a fraction
        return word == "on"
    if word == "on":
        return grain == "day" and name not in ("sun", "sat", "mon")
    return word != "for" or name not in ("may", "march")


def _stands_as_date(reading: Reading, start: int, found: Found) -> bool:
    """Return whether an unsure period stands beside a date word or another date of a list."""
    before = reading.lower(start - 1)
    if _dated(reading, start) or _year_of_models(reading, start, found):
        return True
    if found.period.grain == "month" and _alone(reading, start, found.last):
        return True
    if _beside_a_name(reading, start, found):
        return True
    if before in _EXCEPT and found.period.grain == "year":
        return True
    if before in ("and", "or", ",", "&", "/") and reading.lower(start) in MONTHS | {"2": 0}:
        return _date_before(reading, start - 2)
    if before in ("and", "or", ",", "&") and found.period.grain in ("year", "season"):
        return _date_before(reading, start - 2)
    listed = reading.lower(found.last + 1) in ("and", "or", ",")
    following = read_period(reading, found.last + 2) if listed else None
    if following is None or not following.sure:
        return False
    return found.period.grain == following.period.grain != "year"


def _alone(reading: Reading, first: int, last: int) -> bool:
    """Return whether the question has no other word."""
    rest = (*reading.tokens[:first], *reading.tokens[last + 1 :])
    return not any(token.is_word for token in rest)


def _beside_a_name(reading: Reading, start: int, found: Found) -> bool:
    """Return whether a bare year or month ends a question right behind a name: "vae May", "GAN
    2024".
    """
    year = found.period.start.year if found.period.start else 0
    grain = found.period.grain
    recent = grain == "month" or (
        grain == "year" and FIRST_MODEL_YEAR + 9 <= year <= reading.today.year
    )
    named = any(
        m.last == start - 1
        and m.field in _NAMES
        and not any(c.isdecimal() for c in reading.text(m.first, m.last))
        for m in reading.mentions
    )
    glued = reading.tokens[start].glued
    return recent and named and not glued and found.last == len(reading.tokens) - 1


def _year_of_models(reading: Reading, start: int, found: Found) -> bool:
    """Return whether a year stands before what was made in it: "2024 models", "my 2024 runs"."""
    year = found.period.start.year if found.period.start else 0
    return (
        found.period.grain == "year"
        and found.last == start
        and reading.lower(start + 1) in words("model_words")
        and year >= FIRST_MODEL_YEAR
    )


def _date_before(reading: Reading, index: int) -> bool:
    return any(
        mention.last == index and mention.field in ("created", "modified")
        for mention in reading.mentions
    )


def _with_ending(reading: Reading, found: Found, opened: bool) -> tuple[Period, int]:
    """Apply "onwards" and "or earlier" after a period."""
    at = found.last + 1
    for endings, bound in _ENDINGS:
        for ending in endings:
            count = len(ending.split())
            if reading.words(at, count) != ending or not reading.free(at, at + count - 1):
                continue
            if ending in ("on", "forward") and not opened:
                continue
            if ending == "on" and at + 1 < len(reading.tokens) and reading.lower(at + 1) != ",":
                continue  # "from March on MNIST"
            period = found.period.latest(reading.today)
            return apply_bound(period, bound), at + count - 1
    return found.period, found.last


def claim_verb(reading: Reading, first: int, last: int) -> str:
    """Return which date is meant, by the nearest verb before it, and claim that verb."""
    for index in range(first - 1, max(first - _VERB_REACH, -1), -1):
        if any(
            m.first <= index <= m.last
            and m.field in ("created", "modified")
            and not _joined_list(reading, m.last, first)
            for m in reading.mentions
        ):
            break
        earlier = next(
            (
                m
                for m in reading.mentions
                if m.first <= index <= m.last and m.field in ("created", "modified")
            ),
            None,
        )
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
    """Return whether only "and", "or" or a comma stands between two dates."""
    between = [reading.lower(index) for index in range(end + 1, start)]
    return bool(between) and all(word in ("and", "or", ",", "nor", "in", "&") for word in between)


def read_interval(reading: Reading, index: int, *, sure: bool) -> tuple[Period, int] | None:
    """Return the interval at a token as :func:`find_dates` reads it; with ``sure`` a bare year
    counts, too.
    """
    if sure:
        found = read_period(reading, index)
        if found is not None and found.last == len(reading.tokens) - 1:
            return found.period, found.last
    return _read_interval(reading, index)
