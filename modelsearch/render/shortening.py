"""Making names and lists shorter where a column is too narrow: never inside a number or a word.

A name loses parts between its separators, from the middle; a list its last entries, which are
counted. What had to be left out is always marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from modelsearch.records.spans import number_spans
from modelsearch.records.text import display_width, is_one_character

ELLIPSIS = "…"

_SEPARATORS = frozenset("_/.: -")
_SHORTEST_START = 6  #: cells from which a beginning in common is worth a line that explains it


def shorten_name(text: str, room: int, *, start: bool = True) -> str:
    """Return a name or path in at most ``room`` cells: its last parts and, with ``start``, its
    first one.
    """
    if display_width(text) <= room:
        return text
    parts = _parts(text)
    tail, head = "", ""
    first = parts[0] + (parts[1] if len(parts) > 1 else "")
    left = room - 1
    keeps_first = start and len(parts) > 2 and display_width(first) <= room // 3
    if keeps_first:
        head, left = first, left - display_width(first)
    index = len(parts) - 1
    while index > (1 if keeps_first else 0) and display_width(parts[index] + tail) <= left:
        tail = parts[index] + tail
        index -= 1
    if not tail.strip("_/.: -"):
        return _cut_word(text, room)
    return head + ELLIPSIS + tail


def _parts(text: str) -> list[str]:
    """Split a name at its separators, which stay parts of their own; numbers stay whole."""
    numbers = number_spans(text)
    parts: list[str] = []
    at = 0
    for _, signs in groupby(text, _SEPARATORS.__contains__):
        part = "".join(signs)
        if parts and any(start < at < end for start, end in numbers):
            parts[-1] += part
        else:
            parts.append(part)
        at += len(part)
    return parts or [text]


def _humps_of(text: str) -> Iterator[int]:
    """Yield where a name in camel case may be cut: before a capital that follows a small letter and
    begins a word.
    """
    for at in range(1, len(text) - 2):
        begins = "a" <= text[at - 1] <= "z" and "A" <= text[at] <= "Z"
        if begins and all(sign.isalnum() or sign == "_" for sign in text[at + 1 : at + 3]):
            yield at


def _cut_word(text: str, room: int) -> str:
    """Cut a word that has no separators: at a capital, else beside numbers and whole characters."""
    if room < 2:
        return ELLIPSIS[:room]
    for hump in _humps_of(text):
        if display_width(text[hump:]) < room:
            return ELLIPSIS + text[hump:]
    numbers = number_spans(text)

    def may_cut(position: int) -> bool:
        inside = any(start < position < end for start, end in numbers)
        return not inside and not is_one_character(text, position)

    head = _end(text, (room - 1) // 2, may_cut)
    tail = _start(text, room - 1 - display_width(text[:head]), may_cut)
    return text[:head] + ELLIPSIS + text[max(tail, head) :]


def _end(text: str, room: int, may_cut: Callable[[int], bool]) -> int:
    """Return the end of the longest beginning that fits."""
    best = 0
    for position in range(1, min(len(text), room + 1)):
        if display_width(text[:position]) > room:
            break
        if may_cut(position):
            best = position
    return best


def _start(text: str, room: int, may_cut: Callable[[int], bool]) -> int:
    """Return the start of the longest end that fits."""
    best = len(text)
    for position in range(len(text) - 1, max(len(text) - 2 * room, 0) - 1, -1):
        if display_width(text[position:]) > room:
            break
        if position == 0 or may_cut(position):
            best = position
    return best


def shorten_list(text: str, room: int) -> str:
    """Return entries joined by commas in at most ``room`` cells; the others are counted."""
    if display_width(text) <= room:
        return text
    entries = text.split(", ")
    for kept in range(len(entries) - 1, 0, -1):
        shown = f"{', '.join(entries[:kept])} +{len(entries) - kept}"
        if display_width(shown) <= room:
            return shown
    rest = f" +{len(entries) - 1}" if len(entries) > 1 else ""
    left = room - len(rest)
    shorten = shorten_text if " " in entries[0] else shorten_name
    return shorten(entries[0], left) + rest if left > 0 else ELLIPSIS


def wrap_list(text: str, room: int) -> list[str]:
    """Break a cell into lines of at most ``room`` cells: after commas, else at spaces; a word that
    is longer still is shortened.
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text, room):
        joined = f"{line} {word}" if line else word
        if display_width(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        line = shorten_name(word, room)
    return [*lines, line]


def _pieces(text: str, room: int) -> list[str]:
    """Return the entries of a list, those that are longer than the room word by word."""
    entries = text.split(", ")
    marked = [f"{one}," for one in entries[:-1]] + entries[-1:]
    return [
        piece
        for entry in marked
        for piece in ([entry] if display_width(entry) <= room else entry.split(" "))
    ]


def shorten_text(text: str, room: int) -> str:
    """Return the first words of a text in at most ``room`` cells."""
    if display_width(text) <= room:
        return text
    words = text.split(" ")
    shown = ""
    for word in words:
        longer = f"{shown} {word}" if shown else word
        if display_width(longer) > room - 1:
            break
        shown = longer
    return shown + ELLIPSIS if shown else _cut_word(words[0], room)


def common_start(names: Sequence[str]) -> str:
    """Return how all names begin, up to a separator, leaving something of each; or nothing where
    that is too short to be worth saying.
    """
    if len(set(names)) < 2:
        return ""
    first, last = min(names), max(names)
    pairs = zip(first, last, strict=False)
    length = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))
    shortest = min(map(len, names))
    while length and (first[length - 1] not in "_-/. " or shortest <= length):
        length -= 1
    return first[:length] if length >= _SHORTEST_START else ""
