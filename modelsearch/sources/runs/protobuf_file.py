"""Walking a protobuf message that stands in a file: what is large is passed over, not read.

Plain reads, no map of the file: one that shrinks meanwhile is cut off, and one that is larger than
memory takes none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from modelsearch.records.errors import ReadingError
from modelsearch.sources.runs.protobuf import BYTES, FIXED32, FIXED64, VARINT, varint

_WINDOW = 1 << 15  #: bytes that are read at once
_MOST_HEAD = 20  #: bytes of a field's number and length


class Span:
    """A stretch of a file that holds a message, or the bytes of a field."""

    __slots__ = ("_window", "end", "start")

    def __init__(self, window: Window, start: int, end: int) -> None:
        """Note where it stands, in bytes from the file's beginning."""
        self._window, self.start, self.end = window, start, end

    def __len__(self) -> int:
        return self.end - self.start

    def fields(self) -> Iterator[tuple[int, int | Span]]:
        """Yield each field's number and its value: a number, or the span of its bytes. Raises
        ReadingError where this is no message, or where the file ends before it.
        """
        window, at, end = self._window, self.start, self.end
        while at < end:
            head, offset = window.head(at)
            tag, next_offset = varint(head, offset)
            number, wire = tag >> 3, tag & 7
            value: int | Span
            if wire in (VARINT, BYTES):
                size, next_offset = varint(head, next_offset)
                at += next_offset - offset
                value = size
                if wire == BYTES:
                    value, at = Span(window, at, at + size), at + size
            elif wire in (FIXED64, FIXED32):
                size = 8 if wire == FIXED64 else 4
                value = int.from_bytes(head[next_offset : next_offset + size], "little")
                at += next_offset - offset + size
            else:
                raise ReadingError("not a protobuf message")
            if at > end:
                raise ReadingError("cut off")
            yield number, value

    def data(self, most: int) -> memoryview:
        """Return the first ``most`` bytes, or all where there are fewer."""
        return self._window.data(self.start, min(self.end, self.start + most))

    def text(self, most: int) -> str:
        """Return the first ``most`` bytes as text."""
        return bytes(self.data(most)).decode("utf-8", "replace")


class Window:
    """The part of a file that was read last."""

    def __init__(self, file: BinaryIO) -> None:
        """Read nothing yet."""
        self._file, self._start, self._data = file, 0, memoryview(b"")

    def head(self, at: int) -> tuple[memoryview, int]:
        """Return bytes among which a field's head stands, and where in them it begins."""
        offset = at - self._start
        if not 0 <= offset <= len(self._data) - _MOST_HEAD:
            self._read(at, _WINDOW)
            offset = 0
        return self._data, offset

    def data(self, start: int, end: int) -> memoryview:
        """Return the bytes from one place to another. Raises ReadingError where the file ends
        before it.
        """
        if start < self._start or end > self._start + len(self._data):
            self._read(start, max(end - start, _WINDOW))
        found = self._data[start - self._start : end - self._start]
        if len(found) < end - start:
            raise ReadingError("cut off")
        return found

    def _read(self, at: int, most: int) -> None:
        self._file.seek(at)
        self._start, self._data = at, memoryview(self._file.read(most))


def whole_file(file: BinaryIO, size: int) -> Span:
    """Return a file of ``size`` bytes as one message."""
    return Span(Window(file), 0, size)
