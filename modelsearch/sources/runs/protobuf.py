"""Walking protobuf messages without their definitions: (field number, wire type, value)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from modelsearch.records.errors import ReadingError

#: What a field's value is: a number, or bytes.
Value = int | float | memoryview
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def fields(data: memoryview) -> Iterator[tuple[int, int, Value]]:
    """Yield the fields of a message. Raises ReadingError where it is none."""
    at, end = 0, len(data)
    while at < end:
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        value: Value
        if wire == VARINT:
            value, at = varint(data, at)
        elif wire == BYTES:
            length, at = varint(data, at)
            if length > end - at:
                raise ReadingError("cut off")
            value, at = data[at : at + length], at + length
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
            if size > end - at:
                raise ReadingError("cut off")
            value, at = int.from_bytes(data[at : at + size], "little"), at + size
        else:
            raise ReadingError("not a protobuf message")
        yield number, wire, value


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """Return the number at a place and the place behind it."""
    result = shift = 0
    while shift < 70:
        if at >= len(data):
            raise ReadingError("cut off")
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result, at
        shift += 7
    raise ReadingError("not a protobuf message")


def message(data: memoryview) -> dict[int, list[Value]]:
    """Return a message's values by field number."""
    found: dict[int, list[Value]] = {}
    for number, _, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def text(value: Value) -> str:
    """Return a bytes field as text."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview) else str(value)


def double(value: Value) -> float:
    """Return a fixed 64-bit field as the float that it is."""
    return float(struct.unpack("<d", int(value).to_bytes(8, "little"))[0])


def single(value: Value) -> float:
    """Return a fixed 32-bit field as the float that it is."""
    return float(struct.unpack("<f", int(value).to_bytes(4, "little"))[0])


def signed(value: Value) -> int:
    """Return a varint as the signed 64-bit number that it is."""
    number = int(value)
    return number - (1 << 64) if number >= 1 << 63 else number


def first(found: dict[int, list[Value]], number: int) -> memoryview:
    """Return a field's first bytes, empty where there are none."""
    value = found.get(number, [b""])[0]
    return value if isinstance(value, memoryview) else memoryview(b"")
