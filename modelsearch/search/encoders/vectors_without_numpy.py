"""A few vectors in plain Python, to the same bytes as numpy makes of many.

Importing numpy takes longer than a whole question. Its float32 rounds every single operation;
computing in double precision and rounding each result to float32 gives the same numbers, for sums,
products, quotients and square roots alike (double has more than twice the digits that it takes).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from operator import mul

_SMALLEST = array("f", [1e-12])[0]


def as_int8(vector: Sequence[float]) -> bytes:
    """Return one vector of float32 as :func:`modelsearch.search.encoders.to_int8` does."""
    largest = max(max(map(abs, vector), default=0.0), _SMALLEST)
    shares = array("f", [value / largest for value in vector])
    scaled = array("f", [value * 127 for value in shares])
    return array("b", map(round, scaled)).tobytes()


def as_unit(blob: bytes) -> array[float]:
    """Return one blob as :func:`modelsearch.search.encoders.from_int8` does."""
    values = array("b", blob)
    norm = array("f", [math.sqrt(sum(map(mul, values, values)))])[0]
    largest = max(norm, _SMALLEST)
    return array("f", [value / largest for value in values])


def mean(vectors: Sequence[array[float]]) -> array[float]:
    """Return the mean of some vectors of one length, component by component."""
    total: Iterable[float] = vectors[0]
    for vector in vectors[1:]:
        total = added(total, vector)
    return array("f", [value / len(vectors) for value in total])


def added(one: Iterable[float], other: Iterable[float], weight: float = 1.0) -> array[float]:
    """Return ``one`` plus ``weight`` times ``other``."""
    factor = array("f", [weight])[0]
    scaled = array("f", [factor * value for value in other])
    return array("f", [a + b for a, b in zip(one, scaled, strict=True)])
