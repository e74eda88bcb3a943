"""Splitting a question into tokens that know their place in it.

A token is a number, a word or one sign. Words break at every sign, so ``CIFAR-10`` is three
tokens; names are found again by joining neighbours (see :mod:`modelsearch.query.names.entities`).
"""

from __future__ import annotations

import re

from modelsearch.query.numbers.written import FORMS
from modelsearch.records.patterns import lazy
from modelsearch.records.structs import frozen
from modelsearch.vocabulary import normalise

#: Longer questions are cut here; the parser says so.
MAX_TOKENS = 400

_TOKEN = lazy(
    r"""
    (?P<number>__FORMS__)
  | (?P<word>(?:\d+\.\d+)?[^\W_]+(?:['’](?:s|t|re|ve|d|ll)\b)?)
  | (?P<range>\.\.)
  | (?P<sign>===|=/=|!==|<=|>=|=>|=<|!=|<>|==|=~|!~|&&|\|\||[^\w\s]|_)
    """.replace("__FORMS__", FORMS),
    re.VERBOSE,
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-",
                         "−": "-", "×": "x", "…": " "})  # fmt: skip


@frozen
class Token:
    """One token: its text as written, lower case, normalised, and its place in the question.

    ``glued`` says that no space stands before it.
    """

    text: str
    lower: str
    norm: str
    kind: str
    start: int
    end: int
    glued: bool

    @property
    def is_word(self) -> bool:
        """Return whether this is a word or a number, not a sign."""
        return self.kind != "sign"


def tokenise(question: str) -> tuple[list[Token], bool]:
    """Return the tokens of ``question`` and whether it was too long to be read whole."""
    text = question.translate(_QUOTES) if len(question) <= 100_000 else question[:100_000]
    found: list[Token] = []
    previous = -1
    for match in _TOKEN.finditer(text):
        if len(found) == MAX_TOKENS:
            return found, True
        raw = match.group()
        kind = "sign" if match.lastgroup == "range" else str(match.lastgroup)
        lower = raw.casefold()
        found.append(
            Token(raw, lower, normalise(raw) if kind != "sign" and len(raw) < 200 else "", kind,
                  match.start(), match.end(), match.start() == previous)
        )  # fmt: skip
        previous = match.end()
    return found, len(question) > len(text)
