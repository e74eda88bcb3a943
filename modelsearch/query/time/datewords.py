"""Where a date may begin: a quick test, so that the rules of dates run on few tokens.

Every interval begins with a number, a name of the calendar or one of the words that lead to one,
and holds a number or such a name within a few tokens.
"""

from __future__ import annotations

from functools import lru_cache

from modelsearch.query.state import Reading
from modelsearch.query.time.durations import COUNTS, UNITS
from modelsearch.query.time.monthnames import (
    MONTHS,
    NAMED_DAYS,
    ORDINALS,
    SHORT_WEEKDAYS,
    TENS,
    WEEKDAYS,
    misspelt_month,
)

_NAMES = frozenset(
    {*MONTHS, *WEEKDAYS, *SHORT_WEEKDAYS, *UNITS, *ORDINALS, *TENS}
    | {f"{name}s" for name in (*WEEKDAYS, *SHORT_WEEKDAYS)}
    | {f"{unit}'s" for unit in UNITS}
    | {word for phrase in NAMED_DAYS for word in phrase.split()}
    | {"spring", "summer", "autumn", "fall", "winter", "weekend", "wkend", "half", "night"}
    | {"today", "yesterday", "tomorrow", "today's", "yesterday's", "tomorrow's", "evening"}
    | {"morning", "afternoon", "tonight", "hour", "hours", "minute", "minutes", "hrs", "mins"}
)
_LEADING = frozenset(
    {
        *COUNTS,
        "the",
        "this",
        "current",
        "last",
        "final",
        "past",
        "previous",
        "preceding",
        "trailing",
    }
    | {"next", "coming", "following", "upcoming", "earlier", "so", "first", "opening", "closing"}
    | {"early", "beginning", "start", "mid", "middle", "late", "end", "begin", "ending"}
    | {"between", "from", "during", "for", "in", "on", "within", "of", "over", "at", "throughout"}
    | {"'", "recently", "<", "<=", "=<", ">", ">=", "=>", "=", "==", ":"}
    | {"around", "about", "dated", "date", "month", "more", "longer", "older", "less", "newer"}
    | {"under", "younger", "any", "up", "no", "not", "prior", "later", "as", "starting", "ever"}
    | {"before", "until", "till", "til", "after", "since", "through", "by", "pre", "post"}
)
#: The furthest that the first number or name stands behind the word that leads to it.
_REACH = 7


def of_dates(word: str) -> bool:
    """Return whether a word occurs in dates."""
    return word in _NAMES or word in _LEADING


def names_a_time(word: str) -> bool:
    """Return whether a word is a time or a unit of it: March, Monday, spring, weeks."""
    return word in _NAMES or word.removesuffix("s") in _NAMES


def beginnings(reading: Reading) -> list[bool]:
    """Return for each token whether a date may begin there. What a filter has ("on CIFAR-10") is
    no part of one.
    """
    words = [reading.lower(index) for index in range(len(reading.tokens))]
    named = [
        use != "filter" and _is_named(word) for use, word in zip(reading.uses, words, strict=True)
    ]
    nearest, distance = [False] * len(words), _REACH
    for index in range(len(words) - 1, -1, -1):
        distance = 0 if named[index] else distance + 1
        nearest[index] = distance < _REACH
    return [
        near and (named[index] or words[index] in _LEADING) for index, near in enumerate(nearest)
    ]


@lru_cache(maxsize=4096)
def _is_named(word: str) -> bool:
    if word in _NAMES or _in_figures(word):
        return True
    return 6 <= len(word) <= 10 and misspelt_month(word) is not None


def _in_figures(word: str) -> bool:
    """Return whether a word begins with a figure, or names a quarter, a half, a week ("q1") or a
    month in Chinese ("三月").
    """
    if word[:1] in ("q", "h", "w"):
        return len(word) <= 3 and word[1:].isdecimal()
    return word[:1].isdecimal() or "月" in word
