"""Plain pieces of a text: its words, its chunks between spaces, its numbers, without patterns.

A plain question is read with these alone. Importing ``re`` and compiling the dozen patterns that
stood here took 5 of its 59 milliseconds of processor time, and each piece is easily told by its
signs.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import groupby

from modelsearch.records.patterns import lazy
from modelsearch.records.structs import frozen

_ASCII = "".join(map(chr, range(128)))
#: Every ASCII sign that is no letter and no digit, as a space.
_ONLY_WORDS = "".join(sign if sign.isalnum() else " " for sign in _ASCII)
#: The same, with the underscore kept.
_WORD_SIGNS = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in _ASCII)
#: Every ASCII sign that is no letter, as a space.
_ONLY_LETTERS = "".join(sign if sign.isalpha() else " " for sign in _ASCII)
_HUMPS = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_JOINS = ".,:/-"  #: what may stand between the digits of one number, date or rate


@frozen
class Piece:
    """A piece of a text, where it starts and where it ends."""

    text: str
    start: int
    end: int


def name_parts(text: str) -> list[str]:
    """Return the runs of letters and digits of a text: ``my_model-2`` has three."""
    if text.isascii():
        return text.translate(_ONLY_WORDS).split()
    return "".join(sign if sign.isalnum() else " " for sign in text).split()


def word_runs(text: str) -> list[str]:
    """Return the runs of letters, digits and underscores of a text."""
    if text.isascii():
        return text.translate(_WORD_SIGNS).split()
    return "".join(sign if sign.isalnum() or sign == "_" else " " for sign in text).split()


def letter_runs(text: str) -> list[str]:
    """Return the runs of signs that are letters, not decimal digits."""
    if text.isascii():
        return text.translate(_ONLY_LETTERS).split()
    return "".join(sign if is_letter(sign) else " " for sign in text).split()


def is_letter(sign: str) -> bool:
    """Return whether a sign may stand in a word and is no decimal digit."""
    return sign.isalnum() and not sign.isdecimal()


def humps(text: str) -> list[str]:
    """Return the parts of a name in camel case: ``ResNet18`` has three."""
    if not text.isascii():
        return _HUMPS.findall(text)
    parts: list[str] = []
    capitals = ""
    for kind, signs in groupby(text, _kind_of_letter):
        run = "".join(signs)
        if kind == "small" and capitals:  # the last capital begins a word with them
            parts += [capitals[:-1], capitals[-1] + run]
            capitals = ""
            continue
        parts.append(capitals)
        capitals = run if kind == "capital" else ""
        parts.append(run if kind in ("small", "figure") else "")
    return [part for part in (*parts, capitals) if part]


def _kind_of_letter(sign: str) -> str:
    if sign.isalpha():
        return "capital" if sign.isupper() else "small"
    return "figure" if sign.isdecimal() else ""


@lru_cache(maxsize=4)  # several stages ask for those of the same question
def chunks(text: str, between: str = "") -> tuple[Piece, ...]:
    """Return the pieces of a text between spaces and the signs in ``between``, with their place."""
    apart = text.translate(_spaces(between)) if between else text
    found: list[Piece] = []
    end = 0
    for piece in apart.split():
        start = apart.index(piece, end)
        end = start + len(piece)
        found.append(Piece(piece, start, end))
    return tuple(found)


@cache
def _spaces(signs: str) -> dict[int, str]:
    return dict.fromkeys(map(ord, signs), " ")


def number_spans(text: str) -> list[tuple[int, int]]:
    """Return where the numbers, dates and rates of a text start and end; what stands between two
    digits (``2025-03-04``, ``1e-4``, ``0,5``) belongs to them.
    """
    found: list[tuple[int, int]] = []
    end = 0
    for start, sign in enumerate(text):
        if start >= end and sign.isdecimal():
            end = _end_of_number(text, start)
            found.append((start, end))
    return found


def _end_of_number(text: str, start: int) -> int:
    end = _end_of_digits(text, start)
    while text[end : end + 1] in _JOINS and text[end + 1 : end + 2].isdecimal():
        end = _end_of_digits(text, end + 1)
    if text[end : end + 1] in ("e", "E"):
        signed = end + 2 if text[end + 1 : end + 2] in ("+", "-") else end + 1
        if text[signed : signed + 1].isdecimal():
            return _end_of_digits(text, signed)
    return end


def _end_of_digits(text: str, start: int) -> int:
    end = start
    while text[end : end + 1].isdecimal():
        end += 1
    return end
