"""Denials of two words with the verb between them: the French ``ne … pas``, ``n'… plus``.

The particle says nothing by itself; the second word denies (``pas``, ``plus``) or narrows
(``que``). Read apart they would deny twice, or not at all: ``plus`` alone is "more" or "and".
"""

from __future__ import annotations

from modelsearch.query.tokens import Token
from modelsearch.records.structs import replace
from modelsearch.vocabulary import normalise

#: What the second word of a denial is read as; others keep their own meaning.
_SECOND = {"pas": "not", "point": "not", "plus": "not", "aucun": "not", "aucune": "not",
           "guère": "hardly", "jamais": "never", "que": "only", "qu": "only"}  # fmt: skip
_REACH = 5  #: tokens behind the particle within which the second word stands
_SILENT = "the"


def particle_at(tokens: list[Token], index: int) -> int:
    """Return how many tokens are the particle ``ne`` or ``n'`` at one, else 0."""
    if tokens[index].lower == "ne":
        return 1
    follows = tokens[index + 1] if index + 1 < len(tokens) else None
    elided = tokens[index].lower == "n" and follows is not None and follows.text == "'"
    return 2 if elided and follows is not None and follows.glued else 0


def joined_denials(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each denial of two words read as one English word."""
    found = list(tokens)
    for index in range(len(found)):
        count = particle_at(found, index)
        second = _second_after(found, index + count) if count else None
        if second is None:
            continue
        for at in range(index, index + count):
            found[at] = _read_as(found[at], _SILENT)
        found[second] = _read_as(found[second], _SECOND[found[second].lower])
    return found


def _second_after(tokens: list[Token], first: int) -> int | None:
    for at in range(first + 1, min(first + _REACH, len(tokens))):
        if tokens[at].lower in _SECOND:
            return at
    return None


def _read_as(token: Token, english: str) -> Token:
    return replace(token, lower=english, norm=normalise(english), kind="word")
