"""Small videos without pictures in them: headers as MP4 and Matroska state them."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def text_items(texts: dict[str, str]) -> bytes:
    """Texts under a table of keys, as ffmpeg writes them."""
    keys = b"".join(box(b"mdta", key.encode()) for key in texts)
    items = [
        box(at.to_bytes(4, "big"), box(b"data", struct.pack(">II", 1, 0), text.encode()))
        for at, text in enumerate(texts.values(), 1)
    ]
    handler = box(b"hdlr", bytes(8), b"mdta", bytes(12), b"\0")
    table = box(b"keys", struct.pack(">II", 0, len(texts)), keys)
    return box(b"udta", box(b"meta", bytes(4), handler, table, box(b"ilst", *items)))


def mp4(
    *,
    width: int = 64,
    height: int = 48,
    runs: Sequence[tuple[int, int]] = ((37, 512),),
    scale: int = 6400,
    texts: dict[str, str] | None = None,
    fragments: Sequence[int] = (),
    kind: bytes = b"vide",
) -> bytes:
    ticks = sum(count * ticks for count, ticks in runs)
    movie = box(b"mvhd", bytes(12), struct.pack(">II", scale, ticks), bytes(80))
    place = box(
        b"tkhd",
        bytes(12),
        struct.pack(">I", 1),
        bytes(60),
        struct.pack(">II", width << 16, height << 16),
    )
    clock = box(b"mdhd", bytes(12), struct.pack(">II", scale, ticks), bytes(4))
    handler = box(b"hdlr", bytes(8), kind, bytes(12), b"\0")
    times = box(
        b"stts",
        struct.pack(">II", 0, len(runs)),
        b"".join(struct.pack(">II", *run) for run in runs),
    )
    below = box(b"minf", box(b"hdlr", bytes(8), b"url ", bytes(12)), box(b"stbl", times))
    track = box(b"trak", place, box(b"mdia", clock, handler, below))
    told = text_items(texts) if texts else b""
    pieces = [
        box(
            b"moof",
            box(
                b"traf",
                box(b"tfhd", struct.pack(">II", 0, 1)),
                box(b"trun", struct.pack(">II", 0, count)),
            ),
        )
        for count in fragments
    ]
    head = box(b"ftyp", b"isom", bytes(4), b"isomiso2mp41")
    return b"".join((head, box(b"moov", movie, track, told), *pieces, box(b"mdat", bytes(64))))


def element(name: int, content: bytes, *, size: int | None = None) -> bytes:
    number = name.to_bytes((name.bit_length() + 7) // 8, "big")
    length = len(content) if size is None else size
    return number + ((1 << 56) | length).to_bytes(8, "big") + content


def whole(name: int, value: int) -> bytes:
    return element(name, value.to_bytes(4, "big"))


UNKNOWN = (1 << 56) - 1


def webm(
    *,
    width: int = 64,
    height: int = 48,
    frames: int = 25,
    duration: float | None = 2000.0,
    texts: dict[str, str] | None = None,
    kind: bytes = b"webm",
    live: bool = False,
) -> bytes:
    info = whole(0x2AD7B1, 1_000_000) + element(0x5741, b"a test")
    if duration is not None:
        info += element(0x4489, struct.pack(">d", duration))
    shown = element(0xE0, whole(0xB0, width) + whole(0xBA, height))
    sound = element(0xAE, whole(0xD7, 2) + whole(0x83, 2))
    tracks = sound + element(0xAE, whole(0xD7, 1) + whole(0x83, 1) + shown)
    blocks = [
        element(0xA3, b"\x81" + struct.pack(">h", 40 * at) + b"\0pixels") for at in range(frames)
    ]
    last = element(0xA0, element(0xA1, b"\x82\0\0\0sound"))
    told = b"".join(
        element(
            0x7373, element(0x67C8, element(0x45A3, key.encode()) + element(0x4487, text.encode()))
        )
        for key, text in (texts or {}).items()
    )
    size = UNKNOWN if live else None
    inside = (
        element(0x1549A966, info)
        + element(0x1654AE6B, tracks)
        + element(0x1F43B675, whole(0xE7, 0) + b"".join(blocks) + last, size=size)
        + (element(0x1254C367, told) if told else b"")
    )
    return element(0x1A45DFA3, element(0x4282, kind)) + element(0x18538067, inside, size=size)
