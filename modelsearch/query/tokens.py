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

LONGEST = 7  #: tokens in a name, signs not counted
_JOINERS = frozenset("-_./'+&")  #: signs that hold a name together

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


def _hyphenated(word: str, start: int) -> list[tuple[int, str, str]]:
    """Return the parts of a name with hyphens, such as ``CIFAR-10``, as :func:`_parts` does; none
    of another word.
    """
    parts = word.split("-")
    if len(parts) < 2 or not parts[0][:1].isalpha():
        return []
    found: list[tuple[int, str, str]] = []
    for part in parts:
        number = part.isdecimal()
        if not part.isalnum() or not (number or part[0].isalpha()):
            return []
        if found:
            found.append((start - 1, "-", "sign"))
        found.append((start, part, "number" if number else "word"))
        start += len(part) + 1
    return found


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
            parts = _hyphenated(word, start) if word.isascii() and chunk.isascii() else []
            if word and not parts:
                return None
            found += parts
        elif word:
            found.append((start, word, "number" if number else "word"))
        if len(word) < len(chunk):
            found.append((start + len(word), chunk[-1], "sign"))
        start += len(chunk) + 1
    return found


def grams(tokens: list[Token], start: int, longest: int = LONGEST) -> Iterator[tuple[int, str]]:
    """Yield (last token, joined spelling) of the runs from ``start``, shortest first."""
    if not tokens[start].is_word:
        return
    joined, count, index = "", 0, start
    while index < len(tokens) and count < longest:
        token = tokens[index]
        if token.is_word:
            if not token.norm:
                return
            joined += token.norm
            count += 1
            yield index, joined
        elif not holds_together(tokens, index):
            return
        index += 1


def holds_together(tokens: list[Token], index: int) -> bool:
    """Return whether the sign at index holds a name together: ``-`` in CIFAR-10, not `` - ``."""
    if tokens[index].text not in _JOINERS or index + 1 >= len(tokens):
        return False
    return tokens[index].glued and (tokens[index + 1].glued or tokens[index + 1].text == "_")
