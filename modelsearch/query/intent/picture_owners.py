"""Whose pictures are asked for, beyond names of models: those of no model, and those whose own
path has a text.
"""

from __future__ import annotations

from modelsearch.query.logic import negation_at
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import Filter, Not
from modelsearch.records.wordlists import word_set

_OWNERS = word_set("model models owner owners")
_SMALL = word_set("a an any the known of with have has")
_UNOWNED = word_set("unowned ownerless orphan orphaned orphans")


def find_unowned(reading: Reading) -> list[Mention]:
    """Claim "without a model", "of no model", "unowned"; return the conditions on pictures."""
    found = []
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        if not reading.free(index, index):
            continue
        owned = reading.filter("model", "exists", None, index, index)
        if word in _UNOWNED:
            found.append(_mention(reading, index, Not(owned)))
        elif word in _OWNERS and _denied(reading, index):
            found.append(_mention(reading, index, owned))  # the negation itself is read later
    return found


def _mention(reading: Reading, index: int, node: Filter | Not) -> Mention:
    reading.claim(index, index, "filter", "model known")
    return Mention(index, index, node, "model")


def _denied(reading: Reading, index: int) -> bool:
    """Return whether a negation stands before a token, with nothing but small words between."""
    at = index - 1
    while at >= 0 and reading.lower(at) in _SMALL and not negation_at(reading, at):
        at -= 1
    return at >= 0 and bool(negation_at(reading, at))


def is_own_path(one: Filter) -> bool:
    """Return whether a filter is ``path:…`` as it is written, which a picture's own path answers;
    a folder that is named in words ("pictures of weather") says whose pictures are meant.
    """
    return one.field == "path" and one.text.lower().startswith("path")
