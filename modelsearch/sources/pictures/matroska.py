"""What the header of a WebM or Matroska video says: size, length, frames and texts.

A file is elements within elements, each with a number, a length and a content. Blocks of pictures
are counted by their heads; nothing is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.mp4 import Parts, Video

_MOST_ELEMENTS = 1_000_000
_MOST_TEXT = 4_000_000
_BROKEN = "not a readable video (it breaks off)"
_SEGMENT, _INFO, _TRACKS, _CLUSTER, _TAGS = (
    0x18538067,
    0x1549A966,
    0x1654AE6B,
    0x1F43B675,
    0x1254C367,
)
_SCALE, _DURATION, _WRITER = 0x2AD7B1, 0x4489, 0x5741
_TRACK, _NUMBER, _KIND, _FRAME_TIME, _PICTURE = 0xAE, 0xD7, 0x83, 0x23E383, 0xE0
_WIDTH, _HEIGHT = 0xB0, 0xBA
_TAG, _SIMPLE, _NAME, _TEXT = 0x7373, 0x67C8, 0x45A3, 0x4487
_TIME, _BLOCK, _GROUP, _INNER_BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
#: Elements that stand at the top of a segment: one of them ends another without a length.
_TOP = frozenset({_INFO, _TRACKS, _CLUSTER, _TAGS, 0x114D9B74, 0x1C53BB6B, 0x1941A469, 0x1043A770})
_VIDEO = 1
_KEYS = {
    "COMMENT": "comment",
    "PROMPT": "prompt",
    "WORKFLOW": "workflow",
    "DESCRIPTION": "ImageDescription",
    "PARAMETERS": "parameters",
}

Element = tuple[int, int, int]


@dataclass(slots=True)
class _State:
    """What is known while a segment is gone through."""

    number: int = 0
    scale: int = 1_000_000
    duration: float = 0.0
    blocks: int = 0
    last: int = 0


def read_matroska(content: bytes) -> Video:
    """Read a video's header. Raises ReadingError where it is broken or shows no pictures."""
    elements = _Elements(content, _MOST_ELEMENTS)
    segment = next((one for one in elements.within(0, len(content)) if one[0] == _SEGMENT), None)
    if segment is None:
        raise ReadingError(_BROKEN)
    video, state = Video(), _State()
    for name, start, end in elements.within(*segment[1:]):
        if name == _INFO:
            elements.info(start, end, state, video)
        elif name == _TRACKS:
            elements.tracks(start, end, state, video)
        elif name == _CLUSTER:
            elements.cluster(start, end, state)
        elif name == _TAGS:
            elements.tags(start, end, video.texts)
    if not state.number:
        raise ReadingError("not a readable video (it shows no pictures)")
    ticks = state.duration or state.last
    video.seconds = round(ticks * state.scale / 1e9, 3) if ticks else None
    video.frames = state.blocks or None
    return video


class _Elements(Parts):
    """The elements of one file."""

    def within(self, at: int, end: int) -> Iterator[Element]:
        """Yield the elements between two places: number, begin and end of their content."""
        while at < end:
            self.count()
            name, at = self._number(at, end, marked=True)
            size, at = self._number(at, end, marked=False)
            if size is None and name not in (_SEGMENT, _CLUSTER):
                raise ReadingError(_BROKEN)
            stop = end if size is None else at + size
            if stop > end:
                raise ReadingError(_BROKEN)
            if size is None and name == _CLUSTER:
                stop = self._next_top(at, end)
            yield name or 0, at, stop
            at = stop

    def _number(self, at: int, end: int, *, marked: bool) -> tuple[int | None, int]:
        """Return a number of variable length, and where it ends; None for an unknown length."""
        first = self._content[at] if at < end else 0
        length = 9 - first.bit_length()
        if not first or at + length > end:
            raise ReadingError(_BROKEN)
        number = int.from_bytes(self._content[at : at + length], "big")
        if marked:
            return number, at + length
        number &= (1 << 7 * length) - 1
        return None if number == (1 << 7 * length) - 1 else number, at + length

    def _next_top(self, at: int, end: int) -> int:
        """Return where a cluster without a length ends."""
        while at < end:
            self.count()
            name, after = self._number(at, end, marked=True)
            if name in _TOP:
                return at
            size, after = self._number(after, end, marked=False)
            if size is None or after + size > end:
                raise ReadingError(_BROKEN)
            at = after + size
        return at

    def _whole(self, start: int, end: int) -> int:
        return int.from_bytes(self._content[start:end][:8], "big")

    def _string(self, start: int, end: int) -> str:
        return self._content[start:end].decode("utf-8", "replace").rstrip("\0")

    def info(self, start: int, end: int, state: _State, video: Video) -> None:
        """Read how long the video lasts, and what wrote it."""
        for name, at, stop in self.within(start, end):
            if name == _SCALE:
                state.scale = self._whole(at, stop) or state.scale
            elif name == _DURATION and stop - at in (4, 8):
                form = ">f" if stop - at == 4 else ">d"
                (length,) = struct.unpack_from(form, self._content, at)
                state.duration = length if 0 < length < 1e15 else 0.0
            elif name == _WRITER:
                video.texts.setdefault("Software", self._string(at, min(stop, at + 200)))

    def tracks(self, start: int, end: int, state: _State, video: Video) -> None:
        """Read the first track of pictures: its number and their size."""
        for name, at, stop in self.within(start, end):
            if name != _TRACK or state.number:
                continue
            values = {inner: (begin, last) for inner, begin, last in self.within(at, stop)}
            kind = values.get(_KIND)
            if kind is None or self._whole(*kind) != _VIDEO or _NUMBER not in values:
                continue
            state.number = self._whole(*values[_NUMBER])
            for inner, begin, last in self.within(*values.get(_PICTURE, (0, 0))):
                if inner == _WIDTH:
                    video.width = self._whole(begin, last)
                elif inner == _HEIGHT:
                    video.height = self._whole(begin, last)

    def cluster(self, start: int, end: int, state: _State) -> None:
        """Count the blocks of the track of pictures, and note the time of the last."""
        time = 0
        for name, at, stop in self.within(start, end):
            if name == _TIME:
                time = self._whole(at, stop)
            elif name == _BLOCK:
                self._block(at, stop, time, state)
            elif name == _GROUP:
                for inner, begin, last in self.within(at, stop):
                    if inner == _INNER_BLOCK:
                        self._block(begin, last, time, state)

    def _block(self, at: int, stop: int, time: int, state: _State) -> None:
        track, at = self._number(at, stop, marked=False)
        if track == state.number and at + 2 <= stop:
            (after,) = struct.unpack_from(">h", self._content, at)
            state.blocks += 1
            state.last = max(state.last, time + after)

    def tags(self, start: int, end: int, texts: dict[str, str]) -> None:
        """Add the texts of the tags."""
        for name, at, stop in self.within(start, end):
            for inner, begin, last in self.within(at, stop) if name == _TAG else ():
                if inner != _SIMPLE:
                    continue
                values = {
                    one: self._string(*place)
                    for one, *place in self.within(begin, last)
                    if one in (_NAME, _TEXT)
                }
                key = _KEYS.get(values.get(_NAME, "").upper())
                text = values.get(_TEXT, "")
                if key and sum(map(len, texts.values())) + len(text) <= _MOST_TEXT:
                    texts.setdefault(key, text)
