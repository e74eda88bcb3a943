"""What a picture or a video says before its pixels: size, frames, and texts, without decoding
anything.

PNG, JPEG, WebP and GIF are walked here, part by part, which takes a fraction of the time of opening
them with a picture library; other formats are opened by Pillow, which stops at the header, too.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.magic import VIDEOS
from modelsearch.sources.pictures.matroska import read_matroska
from modelsearch.sources.pictures.mp4 import Video, read_mp4
from modelsearch.sources.pictures.opening import check_size, failures_told
from modelsearch.sources.pictures.texts import exif_texts, xmp_texts

_MAX_TEXT = 4_000_000  #: of text after decompression, in one picture
_MAX_FRAMES = 10_000
#: Markers of JPEG with a frame's size; C4, C8 and CC in their midst are tables.
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  #: markers of JPEG that nothing belongs to
_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"


@dataclass(slots=True)
class Header:
    """Pixels, frames, how long an animation lasts where it says so, and the texts by keyword."""

    width: int = 0
    height: int = 0
    frames: int | None = 1
    seconds: float | None = None
    texts: dict[str, str] = field(default_factory=dict)
    seen: int = 0  #: characters of all texts, also of those that were not kept

    def add(self, key: str, text: str) -> None:
        """Keep the first text of a keyword; all texts together are bounded."""
        self.seen += len(text)
        if self.seen > _MAX_TEXT:
            raise ReadingError("not a readable picture (its texts are too long)")
        self.texts.setdefault(key, text)

    def add_all(self, texts: Mapping[str, str]) -> None:
        """Keep texts of several keywords."""
        for key, text in texts.items():
            self.add(key, text)


def read_header(content: bytes, actual: str) -> Header:
    """Read the header of a file of a known format.

    Raises ReadingError when it is broken, cut short, or tells of too many pixels.
    """
    with failures_told():
        header = _WALKS.get(actual, _by_pillow)(content)
        if header.width <= 0 or header.height <= 0:
            raise ReadingError("not a readable picture (it has no size)")
        check_size(header.width, header.height)
        if actual not in VIDEOS:
            header.frames = max(1, min(header.frames or 1, _MAX_FRAMES))
        return header


def _png(content: bytes) -> Header:
    header, at, size = Header(), 8, len(content)
    hundredths = 0.0
    while at + 8 <= size:
        length, kind = struct.unpack_from(">I4s", content, at)
        start, at = at + 8, at + 12 + length
        if at > size:
            raise ReadingError("not a readable picture (it breaks off)")
        if kind == b"IDAT":
            continue
        if kind == b"IEND":
            break
        body = content[start : start + length]
        if kind == b"IHDR":
            header.width, header.height = struct.unpack_from(">II", body)
        elif kind == b"acTL":
            header.frames = struct.unpack_from(">I", body)[0]
        elif kind == b"fcTL":
            shown, of = struct.unpack_from(">HH", body, 20)
            hundredths += 100 * shown / (of or 100)
        elif kind == b"eXIf":
            header.add_all(_exif(body))
        elif kind in _PNG_TEXTS:
            _PNG_TEXTS[kind](header, body)
    else:
        raise ReadingError("not a readable picture (it breaks off)")
    header.seconds = hundredths / 100 if (header.frames or 1) > 1 else None
    return header


def _plain_text(header: Header, body: bytes) -> None:
    key, _, text = body.partition(b"\0")
    _add_png(header, key, _latin(text))


def _packed_text(header: Header, body: bytes) -> None:
    key, _, packed = body.partition(b"\0")
    _add_png(header, key, _latin(_unpacked(packed[1:])))


def _world_text(header: Header, body: bytes) -> None:
    key, _, rest = body.partition(b"\0")
    packed = rest[:1] == b"\1"
    parts = rest[2:].split(b"\0", 2)
    text = _unpacked(parts[-1]) if packed else parts[-1]
    _add_png(header, key, text.decode("utf-8", "replace"))


_PNG_TEXTS: dict[bytes, Callable[[Header, bytes], None]] = {
    b"tEXt": _plain_text,
    b"zTXt": _packed_text,
    b"iTXt": _world_text,
}


def _add_png(header: Header, key: bytes, text: str) -> None:
    if key == b"XML:com.adobe.xmp":
        header.add_all(xmp_texts(text))
    else:
        header.add(_latin(key), text)


def _latin(text: bytes) -> str:
    """PNG says Latin-1 for tEXt; many write UTF-8 all the same."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(packed, _MAX_TEXT)
    if unpacker.unconsumed_tail:
        raise ReadingError("not a readable picture (its texts are too long)")
    return text


def _jpeg(content: bytes) -> Header:
    header, at = Header(), 2
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 4 > len(content):
            raise ReadingError("not a readable picture (it breaks off)")
        marker = content[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (0xDA, 0xD9):  # the pixels
            return header
        length = struct.unpack_from(">H", content, at + 2)[0]
        body = content[at + 4 : at + 2 + length]
        at += 2 + length
        if marker in _SIZES:
            header.height, header.width = struct.unpack_from(">HH", body, 1)
        elif marker == 0xE1 and body.startswith(b"Exif\0"):
            header.add_all(_exif(body[6:]))
        elif marker == 0xE1 and body.startswith(_XMP_MARK):
            header.add_all(xmp_texts(body[len(_XMP_MARK) :].decode("utf-8", "replace")))
        elif marker == 0xFE:
            header.add("comment", _latin(body))


def _webp(content: bytes) -> Header:
    header, at = Header(), 12
    frames, milliseconds = 0, 0
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + min(length, _MAX_TEXT)]
        at += 8 + length + length % 2
        if kind == b"VP8X":
            header.width = 1 + int.from_bytes(body[4:7], "little")
            header.height = 1 + int.from_bytes(body[7:10], "little")
        elif kind == b"VP8 " and not header.width:
            header.width, header.height = (
                one & 0x3FFF for one in struct.unpack_from("<HH", body, 6)
            )
        elif kind == b"VP8L" and not header.width:
            bits = int.from_bytes(body[1:5], "little")
            header.width, header.height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        elif kind == b"ANMF":
            frames += 1
            milliseconds += int.from_bytes(body[12:15], "little")
        elif kind == b"EXIF":
            header.add_all(_exif(body.removeprefix(b"Exif\0\0")))
        elif kind == b"XMP ":
            header.add_all(xmp_texts(body.decode("utf-8", "replace")))
    if frames:
        header.frames, header.seconds = frames, milliseconds / 1000
    return header


def _gif(content: bytes) -> Header:
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    header, at = Header(width, height), 13 + _palette(flags)
    frames, hundredths = 0, 0
    while at < len(content) and content[at] != 0x3B:
        kind = content[at]
        if kind == 0x2C:  # a frame
            frames += 1
            at += 10 + _palette(content[at + 9]) + 1
            at = _after_blocks(content, at)
        elif kind == 0x21:
            label = content[at + 1]
            if label == 0xF9:
                hundredths += struct.unpack_from("<H", content, at + 4)[0]
            end = _after_blocks(content, at + 2)
            if label == 0xFE:
                header.add("comment", _latin(b"".join(_blocks(content, at + 2))))
            at = end
        else:
            raise ReadingError("not a readable picture (it breaks off)")
    if not frames:
        raise ReadingError("not a readable picture (it breaks off)")
    header.frames = frames
    header.seconds = hundredths / 100 if frames > 1 else None
    return header


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while (length := content[at]) != 0:
        at += 1 + length
    return at + 1


def _blocks(content: bytes, at: int) -> Iterator[bytes]:
    while (length := content[at]) != 0:
        yield content[at + 1 : at + 1 + length]
        at += 1 + length


def _by_pillow(content: bytes) -> Header:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["TIFF", "BMP", "AVIF"]) as picture:
        header = Header(*picture.size, frames=int(getattr(picture, "n_frames", 1)))
        check_size(*picture.size)
        exif = picture.getexif()
        header.add_all(exif_texts(exif, little=getattr(exif, "endian", None) == "<"))
        packet: Any = picture.info.get("xmp")
        if isinstance(packet, bytes):
            header.add_all(xmp_texts(packet.decode("utf-8", "replace")))
    return header


def _video(read: Callable[[bytes], Video]) -> Callable[[bytes], Header]:
    def walk(content: bytes) -> Header:
        video = read(content)
        header = Header(video.width, video.height, video.frames, video.seconds)
        header.add_all(video.texts)
        return header

    return walk


def _exif(data: bytes) -> dict[str, str]:
    from PIL import Image

    exif = Image.Exif()
    try:
        exif.load(data)
    except Exception:  # broken EXIF says nothing; the picture is still a picture
        return {}
    return exif_texts(exif, little=data.startswith(b"II"))


_WALKS: dict[str, Callable[[bytes], Header]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
    "GIF": _gif,
    "MP4": _video(read_mp4),
    "WebM": _video(read_matroska),
    "Matroska": _video(read_matroska),
}
