"""Splitting a question into tokens that know their place in it.

A token is a number, a word or one sign. Words break at every sign, so ``CIFAR-10`` is three
tokens; names are found again by joining neighbours (see :mod:`modelsearch.query.names.entities`).
"""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.query.numbers.written import EAST, FORMS
from modelsearch.records.patterns import VERBOSE, lazy
from modelsearch.records.structs import frozen
from modelsearch.vocabulary import normalise

#: Longer questions are cut here; the parser says so.
MAX_TOKENS = 400

_TOKEN = lazy(
    r"""
    (?P<number>__FORMS__)
  | (?P<east>[__EAST__]+)
  | (?P<word>(?:\d+\.\d+)?[^\W___EAST__]+(?:['’](?:s|t|re|ve|d|ll)\b)?)
  | (?P<range>\.\.)
  | (?P<sign>===|=/=|!==|<=|>=|=>|=<|!=|<>|==|=~|!~|&&|\|\||[^\w\s]|_)
    """.replace("__FORMS__", FORMS).replace("__EAST__", EAST),
    VERBOSE,
)
_KINDS = {"range": "sign", "east": "word"}
_ENDS = frozenset("?.,;:!")  #: signs behind a word that make none with what follows a space
_QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
        "…": " ",
    }
)


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
    for start, raw, kind in _plain_parts(text) or _parts(text):
        if len(found) == MAX_TOKENS:
            return found, True
        lower = raw.casefold()
        found.append(
            Token(
                raw,
                lower,
                normalise(raw) if kind != "sign" and len(raw) < 200 else "",
                kind,
                start,
                start + len(raw),
                start == previous,
            )
        )
        previous = start + len(raw)
    return found, len(question) > len(text)


def _parts(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield where each part of a text stands, what it says and its kind."""
    for match in _TOKEN.finditer(text):
        yield match.start(), match.group(), _KINDS.get(str(match.lastgroup), str(match.lastgroup))


def _plain_parts(text: str) -> list[tuple[int, str, str]] | None:
    """Return :func:`_parts` of a text of plain words and whole numbers, None where the pattern must
    tell: compiling it takes as long as all else that is done with such a text here.
    """
    found: list[tuple[int, str, str]] = []
    start = 0
    for chunk in text.split(" "):
        word = chunk[:-1] if chunk[-1:] in _ENDS else chunk
        number = word.isdecimal()
        if not (chunk.isascii() and (number or (word.isalnum() and word[0].isalpha()))):
            if word:
                return None
        elif word:
            found.append((start, word, "number" if number else "word"))
        if len(word) < len(chunk):
            found.append((start + len(word), chunk[-1], "sign"))
        start += len(chunk) + 1
    return found
