"""What the header of an MP4 or QuickTime video says: size, length, frames and texts.

A file is boxes within boxes. Only those on the way to a header are entered, none is decoded, and
what stands in them is never taken for a length of anything that is made.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from modelsearch.records.errors import ReadingError

_MOST_BOXES = 200_000
_MOST_TEXT = 4_000_000
_MOST_FRAMES = 100_000_000
_NO_LENGTH = frozenset({0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF})
_BROKEN = "not a readable video (it breaks off)"
#: What the items of a list of texts are called here.
_TEXTS = {
    b"\xa9cmt": "comment",
    b"\xa9nam": "Title",
    b"desc": "ImageDescription",
    b"\xa9too": "Software",
}

Box = tuple[bytes, int, int]


@dataclass(slots=True)
class Video:
    """What a video says of itself; ``frames`` and ``seconds`` are None where it doesn't."""

    width: int = 0
    height: int = 0
    frames: int | None = None
    seconds: float | None = None
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Track:
    """One track: its number, what it holds, its clock, and what is told of samples."""

    number: int = 0
    kind: bytes = b""
    width: int = 0
    height: int = 0
    scale: int = 0
    length: int = 0
    samples: int = 0


def read_mp4(content: bytes) -> Video:
    """Read a video's header. Raises ReadingError where it is broken or shows no pictures."""
    boxes = _Boxes(content, _MOST_BOXES)
    top = list(boxes.within(0, len(content)))
    movie = next((box for box in top if box[0] == b"moov"), None)
    if movie is None:
        raise ReadingError(_BROKEN)
    video = Video()
    scale, length, tracks = 0, 0, list[_Track]()
    for kind, start, end in boxes.within(*movie[1:]):
        if kind == b"mvhd":
            scale, length = boxes.clock(start)
        elif kind == b"trak":
            tracks.append(boxes.track(start, end))
        elif kind in (b"udta", b"meta"):
            boxes.texts(kind, start, end, video.texts)
    track = next((one for one in tracks if one.kind == b"vide"), None)
    if track is None:
        raise ReadingError("not a readable video (it shows no pictures)")
    pieces = [box for box in top if box[0] == b"moof"]
    video.width, video.height = track.width, track.height
    samples = track.samples or sum(boxes.samples(piece, track.number) for piece in pieces)
    video.frames = samples if 0 < samples <= _MOST_FRAMES else None
    for one_length, one_scale in ((track.length, track.scale), (length, scale)):
        if one_length not in _NO_LENGTH and one_scale:
            video.seconds = round(one_length / one_scale, 3)
            break
    return video


class Parts:
    """The parts that one file consists of; how many are gone through is bounded."""

    def __init__(self, content: bytes, most: int) -> None:
        self._content = content
        self._left = most

    def count(self) -> None:
        """Count one more part. Raises ReadingError when there are too many."""
        self._left -= 1
        if self._left < 0:
            raise ReadingError("not a readable video (it has too many parts)")


class _Boxes(Parts):
    """The boxes of one file."""

    def within(self, at: int, end: int) -> Iterator[Box]:
        """Yield the boxes between two places: kind, where their content begins and where it ends.
        Zeros at the end are padding.
        """
        while at + 8 <= end:
            self.count()
            size, kind = struct.unpack_from(">I4s", self._content, at)
            head = 8
            if size == 1:
                if at + 16 > end:
                    raise ReadingError(_BROKEN)
                (size,) = struct.unpack_from(">Q", self._content, at + 8)
                head = 16
            elif size == 0 and kind == bytes(4):
                return
            elif size == 0:
                size = end - at
            if size < head or at + size > end:
                raise ReadingError(_BROKEN)
            yield kind, at + head, at + size
            at += size

    def clock(self, at: int) -> tuple[int, int]:
        """Return ticks a second and the length in ticks, of a movie's or a track's header."""
        if self._content[at] == 1:
            scale, length = struct.unpack_from(">IQ", self._content, at + 20)
        else:
            scale, length = struct.unpack_from(">II", self._content, at + 12)
        return scale, length

    def track(self, start: int, end: int) -> _Track:
        """Read a track's headers."""
        track = _Track()
        waiting = [(start, end)]
        while waiting:
            for kind, at, stop in self.within(*waiting.pop()):
                if kind in (b"mdia", b"minf", b"stbl"):
                    waiting.append((at, stop))
                elif kind == b"tkhd":
                    new = self._content[at] == 1
                    (track.number,) = struct.unpack_from(
                        ">I", self._content, at + (20 if new else 12)
                    )
                    sides = struct.unpack_from(">II", self._content, at + (88 if new else 76))
                    track.width, track.height = (side >> 16 for side in sides)
                elif kind == b"mdhd":
                    track.scale, track.length = self.clock(at)
                elif kind == b"hdlr" and not track.kind:  # QuickTime has others further below
                    track.kind = self._content[at + 8 : at + 12]
                elif kind == b"stts":
                    track.samples = self._times(at, stop)
        return track

    def _place(self, track: _Track, at: int) -> None:
        """Read a track's number and size."""
        longer = 8 if self._content[at] == 1 else 0
        (track.number,) = struct.unpack_from(">I", self._content, at + 12 + longer)
        sides = struct.unpack_from(">II", self._content, at + 76 + longer + longer // 2)
        track.width, track.height = (side >> 16 for side in sides)

    def _times(self, at: int, stop: int) -> int:
        """Return how many samples a table of times speaks of."""
        (count,) = struct.unpack_from(">I", self._content, at + 4)
        count = min(count, (stop - at - 8) // 8)
        runs = struct.iter_unpack(">II", self._content[at + 8 : at + 8 + 8 * count])
        return sum(samples for samples, _ in runs)

    def samples(self, piece: Box, track: int) -> int:
        """Return how many samples of a track one fragment holds."""
        found = 0
        for kind, start, end in self.within(*piece[1:]):
            if kind != b"traf":
                continue
            ours = False
            for inner, at, _ in self.within(start, end):
                if inner == b"tfhd":
                    ours = struct.unpack_from(">I", self._content, at + 4)[0] == track
                elif inner == b"trun" and ours:
                    found += struct.unpack_from(">I", self._content, at + 4)[0]
        return found

    def texts(self, kind: bytes, start: int, end: int, found: dict[str, str]) -> None:
        """Add the texts of a list of them, by the names that a table of keys gives, or by those
        that are usual.
        """
        if kind == b"udta":
            for inner, at, stop in self.within(start, end):
                if inner == b"meta":
                    self.texts(inner, at, stop, found)
            return
        if self._content[start + 4 : start + 8] != b"hdlr":
            start += 4  # version and flags, which QuickTime leaves out
        keys: list[str] = []
        for inner, at, stop in self.within(start, end):
            if inner == b"keys":
                keys = [
                    self._content[one:last].decode("utf-8", "replace")
                    for _, one, last in self.within(at + 8, stop)
                ]
            elif inner == b"ilst":
                for name, one, last in self.within(at, stop):
                    number = int.from_bytes(name, "big")
                    key = keys[number - 1] if 0 < number <= len(keys) else _TEXTS.get(name)
                    if key:
                        self._text(key, one, last, found)

    def _text(self, key: str, start: int, end: int, found: dict[str, str]) -> None:
        for kind, at, stop in self.within(start, end):
            if kind == b"data" and stop - at > 8 and self._content[at + 3] == 1:  # UTF-8
                text = self._content[at + 8 : stop]
                if sum(map(len, found.values())) + len(text) <= _MOST_TEXT:
                    found.setdefault(key, text.decode("utf-8", "replace"))
