"""The texts that stand in a picture file beside its pixels, by keyword: PNG text as it is called
there, EXIF by the names of its tags, XMP by the last part of its names.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

#: Texts of EXIF, in whichever of its directories they stand.
_EXIF_TEXTS = {
    0x010D: "DocumentName",
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x9286: "UserComment",
    0x927C: "MakerNote",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
}
_USER_COMMENT = 0x9286
_WIDE = range(0x9C9B, 0x9CA0)  #: tags of Windows, always UTF-16LE
_DIRECTORIES = (0x8769, 0x8825, 0xA005)
_MAX_TEXT = 4_000_000
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
#: Simple text in an XMP packet: an element or the items of a list in it, or an attribute.
_XMP_ELEMENT = re.compile(
    r"<(?:\w{1,20}:)(UserComment|description|CreatorTool|parameters)\b[^<>]{0,200}>"
    r"(?:\s{0,50}<rdf:(?:Alt|Seq|Bag)\b[^<>]{0,100}>\s{0,50}<rdf:li\b[^<>]{0,100}>)?([^<]*)<"
)
_XMP_ATTRIBUTE = re.compile(r"\bxmp:(CreatorTool)=[\"']([^\"']*)[\"']")
_XMP_NAMES = {"description": "ImageDescription"}


def exif_texts(exif: Image.Exif, *, little: bool | None = None) -> dict[str, str]:
    """Return the texts of every directory of EXIF; ``little`` is its byte order where known.
    Broken EXIF says nothing; the picture is still a picture.
    """
    found: dict[str, str] = {}
    for tag, value in _tags(exif):
        text = user_comment(value, little=little) if tag == _USER_COMMENT else _text(tag, value)
        if text and text.strip():
            found.setdefault(_EXIF_TEXTS[tag], text[:_MAX_TEXT])
    return found


def xmp_texts(packet: str) -> dict[str, str]:
    """Return what an XMP packet says of the program and of the picture. No XML reader is asked:
    a packet may be made to explode one.
    """
    found: dict[str, str] = {}
    for name, text in (*_XMP_ELEMENT.findall(packet), *_XMP_ATTRIBUTE.findall(packet)):
        if text.strip():
            found.setdefault(_XMP_NAMES.get(name, name), html.unescape(text))
    return found


def user_comment(value: object, *, little: bool | None = None) -> str:
    """Return the text of an EXIF comment. Its first eight bytes name the encoding; writers differ
    in the byte order, and some leave the name out.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes):
        return ""
    head, text = value[:8], value[8:]
    if head.startswith(b"UNICODE"):
        return wide_text(text, little=little)
    if head.startswith((b"ASCII\0\0\0", b"\0\0\0\0\0\0\0\0")):
        return _narrow(text)
    return _narrow(value)


def wide_text(text: bytes, *, little: bool | None = None) -> str:
    """Decode UTF-16 of either order; without a mark the order counts whose text is the likelier,
    and UTF-8 where somebody wrote that under the wrong name.
    """
    for mark, encoding in _MARKS:
        if text.startswith(mark):
            return text[len(mark) :].decode(encoding, "replace").rstrip("\0")
    orders = ("utf-16-le", "utf-16-be") if little else ("utf-16-be", "utf-16-le")
    decoded = [text.decode(order, "replace") for order in orders]
    best = max(decoded, key=_plausible)  # the first of two equals
    if _plausible(best) < 0.05 and b"\0" not in text[:400]:
        return _narrow(text)
    return best.rstrip("\0")


def _plausible(text: str) -> float:
    """Return the share of characters that every prompt has: letters and marks of ASCII."""
    start = text[:4000]
    return sum(" " <= one <= "~" or one == "\n" for one in start) / max(len(start), 1)


def _narrow(text: bytes) -> str:
    return text.decode("utf-8", "replace").rstrip("\0")


def _text(tag: int, value: object) -> str:
    if isinstance(value, tuple) and value and all(isinstance(one, int) for one in value):
        value = bytes(one & 0xFF for one in value)
    if isinstance(value, bytes):
        if tag in _WIDE:
            return value.decode("utf-16-le", "replace").rstrip("\0")
        # What cameras note for themselves is no text.
        return _narrow(value) if b"\0" not in value.rstrip(b"\0") else ""
    if not isinstance(value, str):
        return ""
    try:  # Pillow reads ASCII tags as Latin-1; what programs write there is UTF-8
        return value.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value


def _tags(exif: Image.Exif) -> Iterator[tuple[int, Any]]:
    """Yield the tags with texts of all directories."""
    directories: list[Mapping[int, Any]] = []
    try:
        directories.append(dict(exif))
        for directory in _DIRECTORIES:
            if directory in exif:
                directories.append(exif.get_ifd(directory))
    except Exception:  # noqa: S110 - what was read till then counts
        pass
    for one in directories:
        yield from ((tag, value) for tag, value in one.items() if tag in _EXIF_TEXTS)
