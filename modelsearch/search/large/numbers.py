"""Many different numbers of many models: counted, averaged and ordered without a look at each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from modelsearch.search.large.columns import reading_packed
from modelsearch.search.large.postings import BLOCK, Row
from modelsearch.search.large.remembered import bits_of, ids_of
from modelsearch.search.sources.base import ValueCount

_FEW = 4  #: numbers of a set are put in order where it has fewer models than one of so many


class Column:
    """The numbers of a field that are packed, in the order of the models and in their own."""

    def __init__(self, rows: Iterable[Row]) -> None:
        ids, values = [np.zeros(0, np.int64)], []
        for block, count, packed in rows:
            with reading_packed():
                places = np.frombuffer(packed, "<u2", count, 1)
                dtype = {b"q": "<i8", b"d": "<f8"}[packed[:1]]
                values.append(np.frombuffer(packed, dtype, count, 1 + 2 * count))
                ids.append(places.astype(np.int64) + block * BLOCK)
        self._ids = np.concatenate(ids)
        self._values = np.concatenate(values) if values else np.zeros(0)
        #: Of each model where its number stands, -1 where it has none.
        self._places = np.full(int(self._ids[-1]) + 1 if len(self._ids) else 0, -1, np.int32)
        self._places[self._ids] = np.arange(len(self._ids), dtype=np.int32)
        order = np.argsort(self._values, kind="stable")
        self._ids_by_value, self._ascending = self._ids[order], self._values[order]

    def among(self, members: int, listed: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return the numbers that the models of a set have, ascending; ``listed`` are its row ids,
        ascending, where they are at hand.
        """
        count = members.bit_count() if listed is None else len(listed)
        if count * _FEW < len(self._ids):
            wanted = ids_of(members, count) if listed is None else listed
            at = self._places[wanted[: np.searchsorted(wanted, len(self._places))]]
            return np.sort(self._values[at[at >= 0]])
        inside = bits_of(members, len(self._places))
        found: NDArray[Any] = self._ascending[inside[self._ids_by_value]]
        return found


class NumberCounts(Sequence[ValueCount]):
    """Numbers with how many models have each: frequent ones first, equally frequent ones by size.

    They are given ascending, and put in that order only where one of them is asked for: what is
    said of all of them needs none.
    """

    def __init__(self, values: NDArray[Any], counts: NDArray[np.int64]) -> None:
        self._values, self._counts = values, counts
        self._order: NDArray[np.int64] | None = None

    @classmethod
    def joined(cls, known: Iterable[ValueCount], others: NDArray[Any]) -> NumberCounts:
        """Count single ascending numbers together with those that are counted already."""
        pairs = list(known)
        new = np.ones(len(others), np.bool_)
        new[1:] = others[1:] != others[:-1]
        first = np.flatnonzero(new)
        values, counts = others[first], np.diff(np.append(first, len(others)))
        if pairs:
            values = np.concatenate([np.array([value for value, _ in pairs]), values])
            counts = np.concatenate([np.array([count for _, count in pairs]), counts])
            order = np.argsort(values, kind="stable")  # most of them are in order already
            values, counts = values[order], counts[order]
            first = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
            values, counts = values[first], np.add.reduceat(counts, first)
        return cls(values, counts)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, place: int) -> ValueCount: ...
    @overload
    def __getitem__(self, place: slice) -> list[ValueCount]: ...
    def __getitem__(self, place: int | slice) -> ValueCount | list[ValueCount]:
        if place == 0:  # the most frequent one needs no order of the others
            most = np.argmax(self._counts)
            return self._values[most].item(), int(self._counts[most])
        if self._order is None:
            self._order = np.argsort(-self._counts, kind="stable")
        if isinstance(place, slice):
            chosen = self._order[place]
            return list(
                zip(self._values[chosen].tolist(), self._counts[chosen].tolist(), strict=True)
            )
        return self[place : place + 1 or None][0]

    def __iter__(self) -> Iterator[ValueCount]:
        return iter(self[:])

    def spread(self) -> tuple[Any, Any, Any, Any, int]:
        """Return the lowest and the highest number, median, total, and of how many models.

        The total is as exact as the sum of the numbers one by one.
        """
        reached = np.cumsum(self._counts)
        known = int(reached[-1])
        at = [(known - 1) // 2, known // 2]
        below, above = (self._values[np.searchsorted(reached, one, "right")].item() for one in at)
        median = above if known % 2 else (below + above) / 2
        return self._values[0].item(), self._values[-1].item(), median, self._total(), known

    def _total(self) -> int | float:
        if self._values.dtype.kind == "f":
            return math.fsum((self._values * self._counts).tolist())
        # In two halves, of which neither sum is too large for 64 bits.
        high, low = self._values >> 32, self._values & 0xFFFFFFFF
        return (int(np.dot(high, self._counts)) << 32) + int(np.dot(low, self._counts))
