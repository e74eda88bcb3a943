"""Where the keys and the listed values of a configuration's text stand, found in one pass.

A parsed document says no lines. Its keys come in the order of the text, so each is looked up from
where the last one stood; each look is a bisection, however many keys there are and however often
one stands nowhere.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from modelsearch.records.tomltext import Name, names

#: A text of JSON and whether a colon follows, or another value.
_JSON = re.compile(r'"((?:[^"\\]|\\.)*+)"?(\s*+:)?|[^\s,:\[\]{}"]++', re.DOTALL)
_TOML_VALUE = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[^\s,=\[\]{}"\']++')


class _Found(NamedTuple):
    """Where lines begin, and where keys and listed values stand, by what is written."""

    starts: list[int]
    keys: dict[str, list[tuple[int, int]]]
    values: dict[str, list[tuple[int, int]]]


class KeyPlaces:
    """Goes through the places of a document's keys and listed values."""

    def __init__(self, found: _Found) -> None:
        """Begin at the top."""
        self._starts, self._keys, self._values = found
        self._at = 0
        self.line: int | None = None  #: of what was passed last; None: not known

    def pass_key(self, key: str) -> None:
        """Go on to where a key stands next; what is out of order stands where it is first."""
        places = self._keys.get(key)
        if not places:
            self.line = None
            return
        at = bisect_left(places, (self._at,))
        if at < len(places):
            self._at = places[at][1]
        self._line_of(places[at if at < len(places) else 0])

    def pass_value(self, written: str) -> None:
        """Go on to where a listed value stands next; what stands nowhere is on the same line."""
        places = self._values.get(written, [])
        at = bisect_left(places, (self._at,))
        if at < len(places):
            self._at = places[at][1]
            self._line_of(places[at])

    def _line_of(self, place: tuple[int, int]) -> None:
        self.line = bisect_right(self._starts, place[0])


def of_json(content: str) -> KeyPlaces:
    """Return the places of a text of JSON; keys may be written with escapes."""
    return KeyPlaces(_in_json(content))


def of_toml(content: str) -> KeyPlaces:
    """Return the places of a text of TOML."""
    return KeyPlaces(_in_toml(content))


@lru_cache(maxsize=8)  # a script may load one file a hundred times
def _in_json(content: str) -> _Found:
    keys, values = [], []
    for found in _JSON.finditer(content):
        if found[2] is None:
            values.append(Name(found[0], found.start(), found.end()))
        else:
            keys.append(Name(_unescaped(found[1]), found.start(), found.end()))
    return _Found(_lines(content), _by_text(keys), _by_text(values))


@lru_cache(maxsize=8)
def _in_toml(content: str) -> _Found:
    values = (Name(found[0], *found.span()) for found in _TOML_VALUE.finditer(content))
    return _Found(_lines(content), _by_text(names(content)), _by_text(values))


def _lines(content: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", content))]


def _by_text(found: Iterable[Name]) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, list[tuple[int, int]]] = {}
    for name in found:
        places.setdefault(name.text, []).append((name.start, name.end))
    return places


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    try:
        return str(json.loads(f'"{written}"'))
    except ValueError:
        return written
