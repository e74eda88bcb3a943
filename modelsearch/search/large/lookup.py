"""Reads the sets that :mod:`modelsearch.search.large.postings` writes, from the file or memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import apsw

from modelsearch.records.jsontext import texts_json
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search import memory
from modelsearch.search.large import bitsets, columns
from modelsearch.search.large.columns import PackedTexts
from modelsearch.search.large.kept import changed, kept
from modelsearch.search.large.postings import (
    BYTES,
    SPARSE,
    Row,
    number_of,
    places_of,
    union,
    unpacked,
)
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.vocabulary.fields.field import Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from modelsearch.search.large.remembered import Remembered

_LAST = "\U0010ffff"
_ROWS = "SELECT block, models, bits FROM posting WHERE list = ?"


class Postings:
    """The sets of models of one open database; what has no list is empty."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._memory = _memory_of(connection)
        self._whole = self._memory is not None and self._memory.whole

    @property
    def usable(self) -> bool:
        """Whether there are sets, so that rows need not be asked."""
        return self._whole or kept(self._connection)

    def changed(self) -> list[int]:
        """Return the models that changed since the sets were made."""
        return [] if self._whole else changed(self._connection)

    def members(self, names: Iterable[str]) -> int:
        """Return the union of some lists."""
        if self._memory is not None:
            return self._memory.members(self._connection, names)
        blocks: dict[int, _Block] = {}
        for name in names:
            _join(blocks, self._connection.execute(_ROWS, (name,)))
        return _assembled(blocks)

    def any_of(self, names: Iterable[str]) -> bool:
        """Return whether any of some lists has a model."""
        if self._memory is not None:
            return bool(self._memory.members(self._connection, names))
        sql = "SELECT 1 FROM posting WHERE list = ? LIMIT 1"
        return any(fetch_value(self._connection, sql, (name,)) for name in names)

    def row_ids(self, members: int) -> NDArray[np.int32] | None:
        """Return the row ids of a set, ascending, where they are at hand; else None."""
        return None if self._memory is None else self._memory.row_ids(members)

    def between(self, first: str, last: str) -> int:
        """Return the union of the lists from ``first`` (taken in) to ``last`` (left out)."""
        if self._whole:
            return self.members(self.names(first, last))
        blocks: dict[int, _Block] = {}
        sql = "SELECT block, models, bits FROM posting WHERE list >= ? AND list < ?"
        _join(blocks, self._connection.execute(sql, (first, last)))
        return _assembled(blocks)

    def ends(self, start: str) -> tuple[str | None, str | None]:
        """Return the first and the last list whose name begins with ``start``, without it."""
        if self._whole:
            names = self.names(start, start + _LAST)
            return _rest(names[0] if names else None, start), _rest(
                names[-1] if names else None, start
            )
        least, most = (
            f"SELECT {which}(list) FROM posting WHERE list >= ? AND list < ?"
            for which in ("min", "max")
        )
        span = (start, start + _LAST)
        return self._name(least, span, start), self._name(most, span, start)

    def nearest(self, start: str, low: str, high: str) -> tuple[str | None, str | None]:
        """Return the last name up to ``low`` and the first from ``high``, of the lists whose names
        begin with ``start``, without it.
        """
        if self._whole:
            below = self.names(start, start + low + "\0")
            above = self.names(start + high, start + _LAST)
            return _rest(below[-1] if below else None, start), _rest(
                above[0] if above else None, start
            )
        last = "SELECT max(list) FROM posting WHERE list >= ? AND list <= ?"
        first = "SELECT min(list) FROM posting WHERE list >= ? AND list < ?"
        return (
            self._name(last, (start, start + low), start),
            self._name(first, (start + high, start + _LAST), start),
        )

    def packed(self, field: Field) -> Iterable[Row]:
        """Return the packed values of a field (:mod:`modelsearch.search.large.columns`)."""
        if self._memory is not None and self._whole:
            return self._memory.packed(self._connection, field)
        return self._connection.execute(_ROWS, (columns.list_of(field),))

    def texts(self, field: Field) -> list[tuple[int, PackedTexts]]:
        """Return the packed texts of a field by block; none in a small catalogue."""
        if self._whole:
            return []
        name = f"texts of {field.name}"
        kept = memory.kept(self._connection, name, lambda _: self._read_texts(field))
        return self._read_texts(field) if kept is None else kept

    def _read_texts(self, field: Field) -> list[tuple[int, PackedTexts]]:
        rows = self._connection.execute(_ROWS, (columns.list_of(field),))
        return [(block, PackedTexts(count, packed)) for block, count, packed in rows]

    def counts_of_all(self, names: Iterable[str]) -> dict[str, int]:
        """Return how many models each of some lists has; without those that have none."""
        sql = (
            "SELECT p.list, sum(p.models) FROM json_each(?) j CROSS JOIN posting p "
            "ON p.list = j.value GROUP BY p.list"
        )
        return dict(fetch_all(self._connection, sql, (texts_json(names),)))

    def counts(self, names: Iterable[str], members: int) -> dict[str, int]:
        """Return how many models of a set each of some lists has; without those that have none."""
        if self._memory is not None:
            found = self._memory.counts(self._connection, names, members)
        elif members == self.members(["all"]):
            return self.counts_of_all(names)
        else:
            found = self._tallied(_Tally(members, names, {})).counts
        return {name: count for name, count in found.items() if count}

    def counts_and_unions(
        self, names: Collection[str], unions: Mapping[str, Collection[str]], members: int
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Return :meth:`counts` of some lists, and how many models of the set each of some unions
        of lists has: every list is read once, however many unions it belongs to.
        """
        if self._memory is not None:
            joined = {
                one: (self.members(lists) & members).bit_count() for one, lists in unions.items()
            }
            return self.counts(names, members), joined
        whole = members == self.members(["all"])
        tally = self._tallied(_Tally(members, () if whole else names, unions))
        return self.counts_of_all(names) if whole else tally.counts, tally.joined()

    def _tallied(self, tally: _Tally) -> _Tally:
        """Let a tally count the rows of its lists, each read once."""
        sql = (
            "SELECT p.list, p.block, p.models, p.bits FROM json_each(?) j "
            "CROSS JOIN posting p ON p.list = j.value"
        )
        for row in self._connection.execute(sql, (texts_json(tally.lists),)):
            tally.add(*row)
        return tally

    def names(self, first: str, last: str) -> list[str]:
        """Return the names of the lists from ``first`` (taken in) to ``last`` (left out)."""
        if self._memory is not None and self._whole:
            return self._memory.names(self._connection, first, last)
        return list(self._each_name(first, last, descending=False))

    def walked(self, start: str, *, descending: bool) -> Iterator[str]:
        """Yield the names of the lists that begin with ``start``, in order, as they are asked for:
        who has enough after the first few reads no more.
        """
        last = start[:-1] + chr(ord(start[-1]) + 1)
        if self._memory is not None and self._whole:
            names = self._memory.names(self._connection, start, last)
            return reversed(names) if descending else iter(names)
        return self._each_name(start, last, descending=descending)

    def _each_name(self, first: str, last: str, *, descending: bool) -> Iterator[str]:
        which = "max" if descending else "min"
        sql = f"SELECT {which}(list) FROM posting WHERE list >= ? AND list < ?"
        while (name := fetch_value(self._connection, sql, (first, last))) is not None:
            yield name
            first, last = (first, name) if descending else (name + "\0", last)

    def _name(self, sql: str, span: tuple[str, str], start: str) -> str | None:
        return _rest(fetch_value(self._connection, sql, span), start)


def _memory_of(connection: apsw.Connection) -> Remembered | None:
    """Return the lists that a server keeps; a process that answers one question loads no arrays."""
    if memory.shared(connection) is None:
        return None
    from modelsearch.search.large.remembered import remembered

    return remembered(connection)


def _rest(name: object, start: str) -> str | None:
    return None if name is None else str(name).removeprefix(start)


class _Block:
    """What some lists have of a block: the places of short ones, which are joined as one bitmap,
    and the bitmaps of others.
    """

    def __init__(self) -> None:
        self.places: list[int] = []
        self.bitmaps: list[bytes] = []

    def united(self) -> bytes:
        """Return the union, as long as a block is."""
        if len(self.bitmaps) == 1 and not self.places:
            return self.bitmaps[0].ljust(BYTES, b"\0")
        few = bytes(bitsets.bytes_of(self.places))
        if not self.bitmaps:
            return few.ljust(BYTES, b"\0")
        return union(map(number_of, (few, *self.bitmaps))).to_bytes(BYTES, "little")


class _Tally:
    """Counts the models of a set in some lists, and in some unions of lists: every list is looked
    at once, however many unions it belongs to.
    """

    def __init__(
        self, members: int, names: Iterable[str], unions: Mapping[str, Collection[str]]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._names = frozenset(names)
        self._unions: dict[str, list[str]] = {one: [] for lists in unions.values() for one in lists}
        for one, lists in unions.items():
            for name in lists:
                self._unions[name].append(one)
        #: By union and block: what long lists have of the set, and the places of short ones.
        self._sets: dict[tuple[str, int], int] = {}
        self._places: dict[tuple[str, int], list[int]] = {}
        self._wanted = tuple(unions)
        data = bitsets.to_bytes(members)
        parts = (number_of(data[at : at + BYTES]) for at in range(0, len(data), BYTES))
        #: The part of the set that lies in each block, in both forms.
        self._blocks = [(part, bitsets.Membership(part)) for part in parts]

    @property
    def lists(self) -> set[str]:
        """The lists whose rows are wanted."""
        return {*self._names, *self._unions}

    def add(self, name: str, block: int, models: int, bits: bytes) -> None:
        """Count a block of a list."""
        if block >= len(self._blocks):
            return
        part, inside = self._blocks[block]
        if models <= SPARSE:
            places = places_of(models, bits)
            for one in self._unions.get(name, ()):
                self._places.setdefault((one, block), []).extend(places)
            count = inside.count(places) if name in self._names else 0
        else:
            found = number_of(unpacked(models, bits)) & part
            for one in self._unions.get(name, ()):
                self._sets[one, block] = self._sets.get((one, block), 0) | found
            count = found.bit_count()
        if name in self._names:
            self.counts[name] += count

    def joined(self) -> dict[str, int]:
        """Return how many models of the set each union has."""
        counts = dict.fromkeys(self._wanted, 0)
        for place in {*self._sets, *self._places}:
            short = bitsets.from_ids(self._places.get(place, ())) & self._blocks[place[1]][0]
            counts[place[0]] += (self._sets.get(place, 0) | short).bit_count()
        return counts


def _join(blocks: dict[int, _Block], rows: Iterable[Row]) -> None:
    for number, models, bits in rows:
        block = blocks.get(number)
        if block is None:
            block = blocks[number] = _Block()
        if models <= SPARSE:
            block.places += places_of(models, bits)
        else:
            block.bitmaps.append(unpacked(models, bits))


def _assembled(blocks: dict[int, _Block]) -> int:
    if not blocks:
        return 0
    joined = b"".join(
        blocks[number].united() if number in blocks else bytes(BYTES)
        for number in range(max(blocks) + 1)
    )
    return int.from_bytes(joined, "little")
