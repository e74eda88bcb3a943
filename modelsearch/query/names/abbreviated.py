"""Settings that are spelled out: "entropy coefficient 0.01" where scripts say ``ent_coef``.

Code shortens the words of its names. Words beside a number that name nothing are compared with the
names that are stored here, part by part; only where one name fits it is meant, and a note says so.
"""

from __future__ import annotations

from modelsearch.query.numbers.quantities import comparison_at, read_number
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import lazy

_MOST_WORDS = 3
_LINKS = frozenset({"of", "is", "=", ":", "at", "to", "set"})
_SHORTEST = 2  #: letters of a part
_PARTS = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def spelled_out(reading: Reading) -> list[tuple[int, int, str]]:
    """Return (first token, last token, stored name) of words before a number that belongs to
    nothing, where they are one stored name in full.
    """
    found = []
    for index in range(1, len(reading.tokens)):
        skip = comparison_at(reading, index)[1]
        if not reading.free(index, index) or read_number(reading, index + skip) is None:
            continue
        last = index - 1
        while last > 0 and reading.lower(last) in _LINKS:
            last -= 1
        for first in range(max(last - _MOST_WORDS + 1, 0), last):
            name = _stored(reading, first, last)
            if name is not None:
                said = reading.text(first, last)
                reading.note(f"Read {said!r} as {name}, the only setting here that it may be.")
                found.append((first, last, name))
                break
    return found


def _stored(reading: Reading, first: int, last: int) -> str | None:
    """Return the one stored name whose parts shorten the words of some free tokens."""
    said = [reading.tokens[index] for index in range(first, last + 1)]
    plain = words("stop") | words("clause") | words("using") | words("model_words")
    if not reading.free(first, last) or any(
        one.kind != "word" or one.lower in plain or len(one.norm) <= _SHORTEST for one in said
    ):
        return None
    fitting = [
        name
        for name in reading.lexicon.settings_from(said[0].norm[0])
        if _shortens([part.casefold() for part in _PARTS.findall(name)], [t.norm for t in said])
    ]
    return fitting[0] if len(fitting) == 1 else None


def _shortens(parts: list[str], said: list[str]) -> bool:
    """Return whether each part is a word or its letters in order, from the first letter on."""
    return len(parts) == len(said) and all(
        len(part) >= _SHORTEST and part[0] == word[0] and _in_order(part, word)
        for part, word in zip(parts, said, strict=True)
    )


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)
