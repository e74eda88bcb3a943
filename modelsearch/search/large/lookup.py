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
    shared_by,
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
            found = self._counted(names, members)
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
        counts = self.counts_of_all(names) if whole else {}
        tally = _Tally((), unions) if whole else _Tally(names, unions)
        rows: dict[int, list[tuple[str, int, bytes]]] = {}
        for name, block, models, bits in self._rows_of(tally.lists):
            rows.setdefault(block, []).append((name, models, bits))
        for block, (part, inside) in enumerate(_in_blocks(members)):
            tally.add(rows.get(block, ()), part, inside)
        return counts or tally.counts, tally.joined

    def _rows_of(self, names: Iterable[str]) -> Iterator[tuple[str, int, int, bytes]]:
        sql = (
            "SELECT p.list, p.block, p.models, p.bits FROM json_each(?) j "
            "CROSS JOIN posting p ON p.list = j.value"
        )
        return self._connection.execute(sql, (texts_json(names),))

    def _counted(self, names: Iterable[str], members: int) -> dict[str, int]:
        blocks, found = _in_blocks(members), Counter[str]()
        for name, block, models, bits in self._rows_of(names):
            if block < len(blocks):
                found[name] += shared_by(models, bits, *blocks[block])
        return found

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


def _in_blocks(members: int) -> list[tuple[int, bitsets.Membership]]:
    """Return the part of a set that lies in each block, in both forms."""
    data = bitsets.to_bytes(members)
    parts = (number_of(data[at : at + BYTES]) for at in range(0, len(data), BYTES))
    return [(part, bitsets.Membership(part)) for part in parts]


class _Tally:
    """Counts the models of a set in some lists and in some unions of lists, a block at a time."""

    def __init__(self, names: Collection[str], unions: Mapping[str, Collection[str]]) -> None:
        self.counts: Counter[str] = Counter()
        self.joined = dict.fromkeys(unions, 0)
        self._names = names
        self._unions: dict[str, list[str]] = {}  # those that each list belongs to
        for joined, lists in unions.items():
            for name in lists:
                self._unions.setdefault(name, []).append(joined)

    @property
    def lists(self) -> set[str]:
        """The lists whose rows are wanted."""
        return {*self._names, *self._unions}

    def add(
        self, rows: Iterable[tuple[str, int, bytes]], part: int, inside: bitsets.Membership
    ) -> None:
        """Count a block's rows (list, models, bits), given the set's part of it in both forms."""
        sets: dict[str, int] = {}
        few: dict[str, list[int]] = {}
        for name, models, bits in rows:
            if models <= SPARSE:
                places = places_of(models, bits)
                for one in self._unions.get(name, ()):
                    few.setdefault(one, []).extend(places)
                number = inside.count(places) if name in self._names else 0
            else:
                found = number_of(unpacked(models, bits)) & part
                for one in self._unions.get(name, ()):
                    sets[one] = sets.get(one, 0) | found
                number = found.bit_count()
            if name in self._names:
                self.counts[name] += number
        for one, places_of_all in few.items():
            sets[one] = sets.get(one, 0) | bitsets.from_ids(places_of_all) & part
        for one, found in sets.items():
            self.joined[one] += found.bit_count()


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
