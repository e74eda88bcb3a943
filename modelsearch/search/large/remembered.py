"""Sets of models that stay in memory, where many questions are asked of one state of a file.

In a large catalogue they are the stored ones, each read and unpacked once. A small one stores none;
there they are made from the rows, field by field as they are asked for, so that its answers are
counted and combined as those of a large one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import apsw

from modelsearch.search import memory
from modelsearch.search.large.kept import kept
from modelsearch.search.large.postings import (
    BLOCK,
    BYTES,
    SPARSE,
    entries_of,
    packed,
    unpacked,
)
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.vocabulary.fields import FIELDS, by_name

#: A block of a list as it is kept: its number, how many models it has, and which.
Row = tuple[int, int, bytes]

_MOST_BYTES = 200 << 20  #: of unpacked lists
_SMALL = 20_000  #: models up to which sets are made from rows


class Remembered:
    """Lists of models by name. ``whole``: they are made from the rows, for there are no others."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self._lists: dict[str, tuple[Row, ...]] = {}
        self._names: list[str] = []
        self._loaded: set[str] = set()
        self._bytes = 0

    def rows(self, connection: apsw.Connection, name: str) -> tuple[Row, ...]:
        """Return the blocks of a list; none where it is empty."""
        if self.whole:
            self._load(connection, _fields_of(name))
            return self._lists.get(name, ())
        found = self._lists.get(name)
        if found is None:
            sql = "SELECT block, models, bits FROM posting WHERE list = ?"
            stored = fetch_all(connection, sql, (name,))
            found = tuple((block, models, _opened(models, bits)) for block, models, bits in stored)
            self._bytes += sum(len(bits) for _, _, bits in found)
            if self._bytes <= _MOST_BYTES:
                self._lists[name] = found
        return found

    def names(self, connection: apsw.Connection, first: str, last: str) -> list[str]:
        """Return the names of made lists from ``first`` (taken in) to ``last`` (left out)."""
        self._load(connection, _fields_of(first))
        return self._names[bisect_left(self._names, first) : bisect_left(self._names, last)]

    def _load(self, connection: apsw.Connection, fields: Iterator[str]) -> None:
        """Make the lists of some fields that are not made yet."""
        missing = [name for name in fields if name not in self._loaded]
        for name in missing:
            blocks: dict[tuple[str, int], bytearray] = {}
            for listed, model in entries_of(connection, name):
                bits = blocks.setdefault((listed, model // BLOCK), bytearray(BYTES))
                place = model % BLOCK
                bits[place >> 3] |= 1 << (place & 7)
            for (listed, block), bits in sorted(blocks.items()):
                models, stored = packed(bits)
                row = (block, models, _opened(models, stored))
                self._lists[listed] = (*self._lists.get(listed, ()), row)
            self._loaded.add(name)
        if missing:
            self._names = sorted(self._lists)


def remembered(connection: apsw.Connection) -> Remembered | None:
    """Return the lists that a connection shares with others; None where it shares nothing, and
    where sets are neither stored nor quickly made.
    """
    if memory.shared(connection) is None:
        return None
    return memory.kept(connection, "sets of models", _begin)


def _begin(connection: apsw.Connection) -> Remembered | None:
    if kept(connection):
        return Remembered(whole=False)
    models = int(fetch_value(connection, "SELECT count(*) FROM model"))
    return Remembered(whole=True) if models <= _SMALL else None


def _fields_of(name: str) -> Iterator[str]:
    """Yield the fields whose rows make a list, by the list's name."""
    first, _, rest = name.partition(" ")
    if first == "all":
        yield ""
    elif first == "term":
        yield from (one.name for one in FIELDS if one.vocabulary)
    else:
        yield from (one for one in ({"has": rest}.get(first, first),) if one in by_name())


def _opened(models: int, bits: bytes) -> bytes:
    """Return a block as it is quickest to use: few models as places, more as the whole bitmap."""
    return bits if models <= SPARSE else unpacked(models, bits).ljust(BYTES, b"\0")
