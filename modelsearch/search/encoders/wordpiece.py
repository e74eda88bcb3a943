"""BERT's WordPiece for plain ASCII text, without importing the tokenizers library.

A single question needs none of that library's speed, and importing and filling it takes longer
than the whole of the encoding. Everything beyond plain ASCII is left to it: :func:`is_plain`
says which texts these are, and a test holds the two equal on the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.records.typed import Protocol

_CONTROLS = dict.fromkeys(code for code in (*range(32), 127) if chr(code) not in "\t\n\r")
#: Signs, each of which is a word of its own.
_SIGNS = {code: f" {chr(code)} " for code in range(33, 127) if not chr(code).isalnum()}
_LONGEST_WORD = 100


class Words(Protocol):
    """A vocabulary: words, and pieces that go on with one (``##ing``), by id."""

    def get(self, word: str, /) -> int | None:
        """Return the id of a word or a piece, or None."""


class WordList:
    """A vocabulary as one text, a word a line in order of ids.

    To look a question's words up in it takes a fraction of the time of making a table of its
    thirty thousand.
    """

    def __init__(self, lines: bytes) -> None:
        self._lines = b"\n%b\n" % lines
        self._known: dict[str, int | None] = {}

    def get(self, word: str, /) -> int | None:
        """Return the id of a word or a piece, or None."""
        if word not in self._known:
            place = self._lines.find(b"\n%b\n" % word.encode())
            self._known[word] = None if place < 0 else self._lines.count(b"\n", 0, place)
        return self._known[word]


def is_plain(text: str) -> bool:
    """Return whether :func:`token_ids` may be used: ASCII, and no ``[`` that may open a special
    token.
    """
    return text.isascii() and "[" not in text


def token_ids(text: str, vocabulary: Words, limit: int) -> list[int]:
    """Return at most ``limit`` ids, from ``[CLS]`` to ``[SEP]``, as BERT's uncased tokenizer does.

    Words are split by greedy longest match (Wu et al., arXiv:1609.08144, section 4.1).
    """
    first, last, unknown = (vocabulary.get(name) or 0 for name in ("[CLS]", "[SEP]", "[UNK]"))
    ids = [first]
    for word in text.translate(_CONTROLS | _SIGNS).lower().split():
        ids.extend(_pieces(word, vocabulary) or [unknown])
        if len(ids) >= limit:
            break
    return [*ids[: limit - 1], last]


def _pieces(word: str, vocabulary: Words) -> list[int] | None:
    if len(word) > _LONGEST_WORD:
        return None
    found: list[int] = []
    start = 0
    while start < len(word):
        match = next(_matches(word, start, vocabulary), None)
        if match is None:
            return None
        start, piece = match
        found.append(piece)
    return found


def _matches(word: str, start: int, vocabulary: Words) -> Iterator[tuple[int, int]]:
    """Yield (end, id) of the pieces at ``start`` that the vocabulary has, longest first."""
    prefix = "##" if start else ""
    for end in range(len(word), start, -1):
        piece = vocabulary.get(prefix + word[start:end])
        if piece is not None:
            yield end, piece
