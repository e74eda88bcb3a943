"""Texts against code: "where does the README disagree with the code", "outdated READMEs"."""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.records.wordlists import word_set

_TEXTS = word_set("""
    readme readmes docs doc documentation docstring docstrings comment comments text texts card
    cards description descriptions
""")
_CODE = word_set("code script scripts source reality model models")
#: Words that say that two things differ, and those that say it of texts alone.
_DIFFER = word_set("""
    disagree disagrees disagreeing contradict contradicts contradicting contradiction
    contradictions conflict conflicts mismatch mismatches differ differs inconsistent
    inconsistencies discrepancy discrepancies diverge diverges deviate deviates
""")
_WRONG = word_set("outdated stale wrong obsolete lie lies incorrect misleading")
_AGREE = word_set("agree agrees match matches consistent reflect reflects correspond corresponds")
_OPENERS = word_set("where which in what how do does did is are a the")
TELLING = _DIFFER | _WRONG | _AGREE
_LINKS = word_set("""
    the a its their with from to of and what says say does do did not is are where which that in
    my actual between don't doesn't isn't aren't no longer
""")


def find_contradictions(reading: Reading) -> None:
    """Claim the words that ask for models whose texts and code say different things."""
    texts = _places(reading, _TEXTS)
    told = _places(reading, TELLING)
    code = _places(reading, _CODE)
    if not texts or not told:
        return
    if not code and not any(reading.lower(i) in _WRONG for i in told):
        return
    first, last = min(*texts, *told, *code), max(*texts, *told, *code)
    while reading.lower(first - 1) in _OPENERS:
        first -= 1
    asked = [i for i in range(first, last + 1) if reading.lower(i) == "where"]
    reading.say(dict.fromkeys(asked, "which"))  # the place that is asked for is said with each
    node = reading.filter("contradiction", "exists", None, first, last)
    for index in range(first, last + 1):
        if reading.lower(index) in _LINKS | _OPENERS | _TEXTS | TELLING | _CODE:
            reading.claim(index, index, "filter", "contradiction known")
    reading.uses[told[0]] = ""
    reading.mention(told[0], told[0], node, "contradiction")


def _places(reading: Reading, wanted: frozenset[str]) -> list[int]:
    return [
        index
        for index in range(len(reading.tokens))
        if reading.lower(index) in wanted and reading.free(index, index)
    ]
