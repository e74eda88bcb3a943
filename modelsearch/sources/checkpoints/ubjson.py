"""Universal Binary JSON, in which XGBoost saves its models: names, texts and numbers. Arrays of
numbers of one type, which hold trees, are passed over.
"""

from __future__ import annotations

import struct
from typing import Any

from modelsearch.records.errors import ReadingError

_NUMBERS = {b"i": ">b", b"U": ">B", b"I": ">h", b"l": ">i", b"L": ">q", b"d": ">f", b"D": ">d"}
_PLAIN = {b"Z": None, b"N": None, b"T": True, b"F": False}
_MAX_DEPTH = 64
_MAX_TEXT = 1_000_000
_MAX_VALUES = 3_000_000


def load(data: bytes) -> Any:
    """Return what the bytes say; ``None`` for arrays of numbers. Raises ReadingError."""
    try:
        return _Reader(data).value(0)
    except (struct.error, IndexError, KeyError, TypeError) as error:
        raise ReadingError("damaged, or not UBJSON") from error


class _Reader:
    """Reads one value after the other, up to a number and a depth."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._values = 0

    def value(self, depth: int, kind: bytes | None = None) -> Any:
        """Return the next value, of a type that was said before or that stands before it."""
        self._values += 1
        if depth > _MAX_DEPTH or self._values > _MAX_VALUES:
            raise ReadingError("too deep or too large")
        kind = kind or self._marker()
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind in _NUMBERS:
            return self._number(kind)
        if kind in (b"S", b"H"):
            return self._text()
        if kind == b"C":
            return self._bytes(1).decode("latin-1")
        if kind == b"[":
            return self._array(depth)
        return self._object(depth) if kind == b"{" else _PLAIN[kind]

    def _array(self, depth: int) -> list[Any] | None:
        kind, count = self._head()
        if kind in _NUMBERS and count is not None:
            self._bytes(count * struct.calcsize(_NUMBERS[kind]))
            return None
        found: list[Any] = []
        while count is None or len(found) < count:
            if count is None and self._ends(b"]"):
                break
            found.append(self.value(depth + 1, kind))
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        kind, count = self._head()
        found: dict[str, Any] = {}
        read = 0
        while count is None or read < count:
            if count is None and self._ends(b"}"):
                break
            name = self._text()
            found[name] = self.value(depth + 1, kind)
            read += 1
        return found

    def _head(self) -> tuple[bytes | None, int | None]:
        """Return the type and the number of a container's values, where they are said."""
        kind = self._marker() if self._ends(b"$") else None
        count = self._length() if self._ends(b"#") else None
        return kind, count

    def _ends(self, sign: bytes) -> bool:
        while self._data[self._at : self._at + 1] == b"N":
            self._at += 1
        if self._data[self._at : self._at + 1] == sign:
            self._at += 1
            return True
        return False

    def _marker(self) -> bytes:
        return self._bytes(1)

    def _length(self) -> int:
        length = self._number(self._marker())
        if not isinstance(length, int) or length < 0:
            raise ReadingError("damaged, or not UBJSON")
        return length

    def _text(self) -> str:
        length = self._length()
        if length > _MAX_TEXT:
            self._bytes(length)
            return ""
        return self._bytes(length).decode("utf-8", "replace")

    def _number(self, kind: bytes) -> int | float:
        form = _NUMBERS[kind]
        number: int | float = struct.unpack(form, self._bytes(struct.calcsize(form)))[0]
        return number

    def _bytes(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise ReadingError("cut off")
        self._at += count
        return self._data[self._at - count : self._at]
