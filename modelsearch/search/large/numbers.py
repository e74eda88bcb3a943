"""Many different numbers of many models: counted, averaged and ordered without a look at each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from modelsearch.search.large import bitsets
from modelsearch.search.large.postings import BYTES
from modelsearch.search.large.remembered import Row
from modelsearch.search.sources.base import ValueCount


class Column:
    """The numbers of a field that are packed, by block."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._blocks: dict[int, tuple[NDArray[np.uint16], NDArray[Any]]] = {}
        for block, count, packed in rows:
            kind = packed[:1].decode()
            places = np.frombuffer(packed, "<u2", count, 1)
            values = np.frombuffer(packed, {"q": "<i8", "d": "<f8"}[kind], count, 1 + 2 * count)
            self._blocks[block] = places, values

    def among(self, members: int) -> NDArray[Any]:
        """Return the numbers that the models of a set have."""
        data = bitsets.to_bytes(members)
        found = []
        for block, (places, values) in self._blocks.items():
            part = data[block * BYTES : (block + 1) * BYTES]
            if part.strip(b"\0"):
                bits = np.frombuffer(part.ljust(BYTES, b"\0"), np.uint8)
                found.append(values[np.unpackbits(bits, bitorder="little").view(bool)[places]])
        return np.concatenate(found) if found else np.zeros(0)


class NumberCounts(Sequence[ValueCount]):
    """Numbers with how many models have each: frequent ones first, equally frequent ones by size.

    They are put in order only where one of them is asked for; what is said of all of them is not.
    """

    def __init__(self, values: NDArray[Any], counts: NDArray[np.int64]) -> None:
        ascending = np.argsort(values, kind="stable")
        self._values, self._counts = values[ascending], counts[ascending]
        self._order: NDArray[np.int64] | None = None

    @classmethod
    def joined(cls, known: Iterable[ValueCount], others: NDArray[Any]) -> NumberCounts:
        """Count single numbers together with those that are counted already."""
        pairs = list(known)
        values, counts = np.unique(others, return_counts=True)
        if pairs:
            values = np.concatenate([np.array([value for value, _ in pairs]), values])
            counts = np.concatenate([np.array([count for _, count in pairs]), counts])
            values, places = np.unique(values, return_inverse=True)
            counts = np.bincount(places.reshape(-1), weights=counts).astype(np.int64)
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
        total: int = sum(
            a * b for a, b in zip(self._values.tolist(), self._counts.tolist(), strict=True)
        )
        return total
