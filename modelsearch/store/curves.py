"""The points of a curve as bytes, and back: what the blobs of the table ``curve`` hold."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence

from modelsearch.records.errors import DatabaseError

_MOST_BITS = 77  #: of a packed number; steps have 64


def pack(steps: Sequence[int], values: Sequence[float]) -> bytes:
    """Return the points of a curve as they are stored (see schema.sql)."""
    deltas = bytearray()
    before = 0
    for step in steps:
        _append(deltas, step - before)
        before = step
    floats = struct.pack(f"<{len(values)}f", *map(_as_float32, values))
    planes = b"".join(floats[at::4] for at in range(4))
    return zlib.compress(bytes(deltas) + planes, 9)


def unpack(data: bytes, points: int) -> tuple[list[int], list[float]]:
    """Return the steps and values that :func:`pack` packed. Raises DatabaseError where a file holds
    fewer points than it says.
    """
    plain = zlib.decompress(data)
    steps = []
    at = step = 0
    for _ in range(points):
        delta, at = _take(plain, at)
        step += delta
        steps.append(step)
    if len(plain) < at + 4 * points:
        raise _cut_off()
    floats = bytearray(4 * points)
    for plane in range(4):
        floats[plane::4] = plain[at + plane * points : at + (plane + 1) * points]
    return steps, list(struct.unpack(f"<{points}f", floats))


def plain32(value: float) -> float:
    """Return the shortest number that is stored as the same float32: 0.9, not 0.8999999762."""
    if not math.isfinite(value):
        return value
    for digits in (6, 7, 8):
        short = float(f"{value:.{digits}g}")
        if struct.pack("<f", short) == struct.pack("<f", value):
            return short
    return value


def _as_float32(value: float) -> float:
    return math.copysign(math.inf, value) if abs(value) > 3.4028235e38 else value


def _append(data: bytearray, number: int) -> None:
    """A signed number, low seven bits first; the sign lies in the lowest bit."""
    rest = number << 1 if number >= 0 else (-number << 1) - 1
    while rest > 127:
        data.append(rest & 127 | 128)
        rest >>= 7
    data.append(rest)


def _take(data: bytes, at: int) -> tuple[int, int]:
    rest = 0
    for shift in range(0, _MOST_BITS, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        rest |= (byte & 127) << shift
        if byte < 128:
            return (rest >> 1 if not rest & 1 else -((rest + 1) >> 1)), at
    raise _cut_off()


def _cut_off() -> DatabaseError:
    return DatabaseError(
        "a curve in the database is damaged; index its folders again, into another --db"
    )


MAX_POINTS = (
    100  #: of a longer curve so many are shown: the first, the best and the last among them
)


def thinned(values: Sequence[float], higher: bool | None) -> list[int]:
    """Return the places of at most :data:`MAX_POINTS` finite values, evenly spread, the best of
    them and the last included.
    """
    finite = [at for at, value in enumerate(values) if math.isfinite(value)]
    if len(finite) <= MAX_POINTS:
        return finite
    count = MAX_POINTS - 2
    chosen = {finite[round(at * (len(finite) - 1) / (count - 1))] for at in range(count)}
    if higher is not None:
        pick = max if higher else min
        chosen.add(pick(finite, key=lambda at: values[at]))
    return sorted(chosen)
