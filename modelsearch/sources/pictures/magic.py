"""Formats of pictures and videos by the first bytes of a file, and by its suffix."""

from __future__ import annotations

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
)
_SUFFIXES = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jfif": "JPEG",
    ".gif": "GIF",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
    ".jxl": "JPEG XL",
    ".mp4": "MP4",
    ".m4v": "MP4",
    ".mov": "MP4",
    ".webm": "WebM",
    ".mkv": "Matroska",
}
#: Formats that are known but not decoded, whatever reads pictures.
UNREAD = frozenset({"JPEG XL"})
#: Formats of videos: their headers are read, what they show is not looked at.
VIDEOS = frozenset({"MP4", "WebM", "Matroska"})
HEAD = 64  #: bytes that tell a format
#: Brands of files that are built like MP4 and hold single pictures, or something else.
_NO_VIDEO = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"crx ", b"jp2 "})
#: Sizes that the header of a bitmap may state; "BM" alone also begins ordinary words.
_BITMAP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})


def magic_format(head: bytes) -> str | None:
    """Return the name of the format that the first 64 bytes of a file show, else None."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:12] in (b"ftypavif", b"ftypavis"):
        return "AVIF"
    if head[4:8] == b"ftyp" and head[8:12] not in _NO_VIDEO:
        return "MP4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "WebM" if b"webm" in head[:HEAD] else "Matroska"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "BMP"
    return None


def suffix_format(suffix: str) -> str | None:
    """Return the format that a file's suffix promises, or None."""
    return _SUFFIXES.get(suffix.lower())
