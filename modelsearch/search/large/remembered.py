"""Sets of models that stay in memory, where many questions are asked of one state of a file.

In a large catalogue they are the stored ones, each read and unpacked once. A small one stores none;
there they are made from the rows, field by field as they are asked for, so that its answers are
counted and combined as those of a large one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

import apsw
import numpy as np
from numpy.typing import NDArray

from modelsearch.search import memory
from modelsearch.search.large import bitsets, columns
from modelsearch.search.large.kept import kept
from modelsearch.search.large.postings import BLOCK, BYTES, Row, entries_of, ids_in, unpacked
from modelsearch.search.sources import source_of
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.vocabulary.fields import FIELDS, by_name
from modelsearch.vocabulary.fields.field import Field

_MOST_BYTES = 200 << 20  #: of lists
_SMALL = 20_000  #: models up to which sets are made from rows
_FEW = 32  #: a list is kept as row ids where it has fewer models than one of so many

_SPARSE = (
    128  #: a set is looked through by its ids, not by every row, where one of so many is in it
)
_BIT = np.left_shift(1, np.arange(8)).astype(np.uint8)  #: of a row id within its byte

#: A list of models: as a set where they are many, else their row ids, ascending.
Kept = int | NDArray[np.int32]


class Remembered:
    """Lists of models by name. ``whole``: they are made from the rows, for there are no others."""

    def __init__(self, models: int, *, whole: bool) -> None:
        self.whole = whole
        self._models = models
        self._lists: dict[str, Kept] = {}
        self._packed: dict[str, list[Row]] = {}
        self._names: list[str] = []
        self._loaded: set[str] = set()
        self._bytes = 0
        self._last: tuple[int, list[NDArray[np.int32]]] = (0, [])

    def members(self, connection: apsw.Connection, names: Iterable[str]) -> int:
        """Return the union of some lists."""
        found = 0
        few = []
        for name in names:
            one = self._list(connection, name)
            if isinstance(one, int):
                found |= one
            else:
                few.append(one)
        if found:
            return found | set_of(few)
        found = set_of(few)
        self._last = (found, few)
        return found

    def row_ids(self, members: int) -> NDArray[np.int32] | None:
        """Return the row ids of a set, ascending, where it is the one that was put together last
        from short lists: they are at hand, and taking a set apart takes longer than what is asked
        of them. None for any other set.
        """
        known, few = self._last
        if known is not members or not few:
            return None
        if len(few) == 1:
            return few[0]
        joined = np.sort(np.concatenate(few), kind="stable")  # which merges what is in order
        found: NDArray[np.int32] = joined[np.append(True, joined[1:] != joined[:-1])]
        return found

    def counts(
        self, connection: apsw.Connection, names: Iterable[str], members: int
    ) -> dict[str, int]:
        """Return how many models of a set each of some lists has."""
        lists = {name: self._list(connection, name) for name in names}
        sets = {name: one for name, one in lists.items() if isinstance(one, int)}
        few = {name: one for name, one in lists.items() if not isinstance(one, int) and len(one)}
        found = {name: (one & members).bit_count() for name, one in sets.items()}
        return found | (_shared_with(few, members) if few else {})

    def names(self, connection: apsw.Connection, first: str, last: str) -> list[str]:
        """Return the names of made lists from ``first`` (taken in) to ``last`` (left out)."""
        self._load(connection, _fields_of(first))
        return self._names[bisect_left(self._names, first) : bisect_left(self._names, last)]

    def packed(self, connection: apsw.Connection, field: Field) -> list[Row]:
        """Return the packed numbers of a field, made from its rows."""
        self._load(connection, iter([field.name]))
        return self._packed.get(field.name, [])

    def _list(self, connection: apsw.Connection, name: str) -> Kept:
        found = self._lists.get(name)
        if self.whole:
            if found is None:
                self._load(connection, _fields_of(name))
                found = self._lists.get(name, 0)
            return found
        if found is None:
            sql = "SELECT block, models, bits FROM posting WHERE list = ?"
            found = self._compact(fetch_all(connection, sql, (name,)))
            self._bytes += found.bit_length() // 8 if isinstance(found, int) else found.nbytes
            if self._bytes <= _MOST_BYTES:
                self._lists[name] = found
        return found

    def _compact(self, rows: list[Row]) -> Kept:
        if sum(models for _, models, _ in rows) * _FEW < self._models:
            ids = [np.array(ids_in(*row), np.int32) for row in rows]
            return np.concatenate(ids) if ids else np.zeros(0, np.int32)
        blocks = {block: unpacked(models, bits) for block, models, bits in rows}
        last = max(blocks, default=-1)
        data = b"".join(blocks.get(block, b"").ljust(BYTES, b"\0") for block in range(last + 1))
        return int.from_bytes(data, "little")

    def _load(self, connection: apsw.Connection, fields: Iterator[str]) -> None:
        """Make the lists of some fields that are not made yet."""
        missing = [name for name in fields if name not in self._loaded]
        for name in missing:
            lists: dict[str, set[int]] = {}
            for listed, model in entries_of(connection, name):
                lists.setdefault(listed, set()).add(model)
            for listed, models in lists.items():
                many = len(models) * _FEW >= self._models
                ids = np.array(sorted(models), np.int32)
                self._lists[listed] = bitsets.from_ids(models) if many else ids
            if name:
                rare = (ids for one, ids in lists.items() if one.startswith(f"{name} ~"))
                self._pack(connection, by_name()[name], set().union(*rare))
            self._loaded.add(name)
        if missing:
            self._names = sorted(self._lists)

    def _pack(self, connection: apsw.Connection, field: Field, rare: set[int]) -> None:
        """Make the packed values of a field of numbers: of the models in lists of ranges."""
        for posting in source_of(field).posting(field) if rare else ():
            inside = bitsets.Membership(bitsets.from_ids(rare))
            blocks: dict[int, dict[int, int | float | str]] = {}
            for model, value in columns.values_of(
                connection, posting, (0, max(rare)), inside
            ).items():
                blocks.setdefault(model // BLOCK, {})[model % BLOCK] = value
            self._packed[field.name] = [
                (block, len(values), columns.pack(values)) for block, values in blocks.items()
            ]


def _shared_with(few: dict[str, NDArray[np.int32]], members: int) -> dict[str, int]:
    """Return how many models of a set each of some lists of row ids has: all are looked up in one
    go, as there may be a thousand of them.
    """
    ids = np.concatenate(list(few.values()))
    lengths = np.array([len(one) for one in few.values()])
    inside = bits_of(members, int(ids.max()) + 1)
    counted = np.add.reduceat(inside[ids], np.cumsum(lengths) - lengths, dtype=np.int64)
    return dict(zip(few, counted.tolist(), strict=True))


def ids_of(members: int, count: int) -> NDArray[np.int64]:
    """Return the row ids of a set of ``count`` models, ascending: quickest where they are few."""
    if count * _SPARSE > members.bit_length():
        return np.flatnonzero(bits_of(members))
    # Eight bytes at a time: most of them are empty.
    words = np.frombuffer(members.to_bytes(-(-members.bit_length() // 64) * 8, "little"), "<u8")
    places = np.flatnonzero(words != 0)
    unpacked = np.unpackbits(words[places].view(np.uint8), bitorder="little")
    bits = np.flatnonzero(unpacked.view(np.bool_))
    found: NDArray[np.int64] = places[bits >> 6] * 64 + (bits & 63)
    return found


def bits_of(members: int, least: int = 0) -> NDArray[np.bool_]:
    """Return for each row id whether it is in a set: up to the last one, and of ``least`` ids."""
    data = np.frombuffer(bitsets.to_bytes(members), np.uint8)
    if len(data) * 8 >= least:
        return np.unpackbits(data, bitorder="little").view(np.bool_)
    inside = np.zeros(least, np.bool_)
    inside[: len(data) * 8] = np.unpackbits(data, bitorder="little").view(np.bool_)
    return inside


def remembered(connection: apsw.Connection) -> Remembered | None:
    """Return the lists that a connection shares with others; None where it shares nothing, and
    where sets are neither stored nor quickly made.
    """
    if memory.shared(connection) is None:
        return None
    return memory.kept(connection, "sets of models", _begin)


def _begin(connection: apsw.Connection) -> Remembered | None:
    models = int(fetch_value(connection, "SELECT count(*) FROM model"))
    if kept(connection):
        return Remembered(models, whole=False)
    return Remembered(models, whole=True) if models <= _SMALL else None


def _fields_of(name: str) -> Iterator[str]:
    """Yield the fields whose rows make a list, by the list's name."""
    first, _, rest = name.partition(" ")
    if first == "all":
        yield ""
    elif first == "term":
        yield from (one.name for one in FIELDS if one.vocabulary)
    else:
        yield from (one for one in ({"has": rest}.get(first, first),) if one in by_name())


def set_of(few: list[NDArray[np.int32]]) -> int:
    """Return the union of short lists as a set."""
    last = max((int(ids[-1]) for ids in few if len(ids)), default=-1)
    if last < 0:
        return 0
    if sum(map(len, few)) * _SPARSE > last:
        inside = np.zeros(last + 1, np.bool_)
        for ids in few:
            inside[ids] = True
        return int.from_bytes(np.packbits(inside, bitorder="little").tobytes(), "little")
    data = np.zeros((last >> 3) + 1, np.uint8)
    for ids in filter(len, few):
        places = ids >> 3
        new = np.ones(len(places), np.bool_)  # ids of one byte are neighbours
        np.not_equal(places[1:], places[:-1], out=new[1:])
        first = np.flatnonzero(new)
        data[places[first]] |= np.bitwise_or.reduceat(_BIT[ids & 7], first)
    return int.from_bytes(data.tobytes(), "little")
