"""What denies the name right before it: "attention-free", "CelebA excluded", "dropout is off".

Some words deny wherever they stand behind a name ("excluded"). Others do so only where the clause
ends with them: "where attention is missing" denies attention, "GANs missing a README" does not
deny the GANs.
"""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.query.words import words

_LINKS = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "must", "should", "has", "have", "had",
     "gets", "got", "to", "=", ":"}
)  # fmt: skip
_NOT = ("logic", "not")
_ENDS = frozenset({"", ")", "]", ",", ";", ".", "?", "!", "and", "or", "but", "please"})
_LONGEST = 3


def denial_behind(reading: Reading, index: int) -> int:
    """Return how many tokens from one on deny the name that ends right before it, else 0."""
    hyphened = reading.lower(index) == "-"
    at = index + hyphened
    linked = at
    while reading.lower(at) in _LINKS:
        at += 1
    last = _last_of_denial(reading, at, hyphened=hyphened, bare=at == linked == index)
    if last < 0 or not all(is_open(reading, i) for i in range(index, last + 1)):
        return 0
    return last - index + 1


def denied_before(reading: Reading, index: int) -> bool:
    """Return whether a negation denies the name before it: the "not" of "dropout was not used"."""
    at = index
    while reading.lower(at - 1) in _LINKS:
        at -= 1
    named = any(mention.last == at - 1 for mention in reading.mentions)
    return named and denial_behind(reading, at) > index - at


def is_open(reading: Reading, index: int) -> bool:
    """Return whether a token is free or was read as "not" by an earlier look at the same
    question.
    """
    return 0 <= index < len(reading.tokens) and (
        not reading.uses[index] or (reading.uses[index], reading.details[index]) == _NOT
    )


def _last_of_denial(reading: Reading, at: int, *, hyphened: bool, bare: bool) -> int:
    word = reading.lower(at)
    if (hyphened and word == "less") or ((hyphened or bare) and word == "free"):
        return at
    follows = reading.uses[at + 1] if at + 1 < len(reading.uses) else ""
    listed = word in words("negators_after") and follows != "filter"
    if listed and reading.lower(at + 1) not in words("negated_next"):
        return at
    for count in range(_LONGEST, 0, -1):
        whole = at + count <= len(reading.tokens)
        ends = whole and reading.lower(at + count) in _ENDS | words("clause")
        if ends and reading.words(at, count) in words("denied_after"):
            return at + count - 1
    return -1
