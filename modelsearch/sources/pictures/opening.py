"""Opening a picture file: its bytes, what it is by the first of them, and how large it may be.

Nothing here knows the picture's model or trusts its name. Files are foreign: a file that lies,
breaks off, or would unpack to gigabytes is an error with a reason, and memory stays bounded by
:data:`MAX_PIXELS` and :data:`MAX_BYTES`, whatever the file says.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import FileTooLarge, read_bytes
from modelsearch.sources.pictures.magic import HEAD, UNREAD, magic_format

MAX_BYTES = 100_000_000  #: larger files are reported, not read
MAX_PIXELS = 36_000_000  #: larger pictures are reported, not decoded


def picture_bytes(path: Path, within: Path | None) -> tuple[bytes, str]:
    """Return what a picture file holds, and its format. ``within`` is the indexed folder that
    links must not leave; None for a person's own file.

    Raises ReadingError when the file is empty, no picture, too large or cannot be read.
    """
    content = _bytes_of(path, within)
    actual = magic_format(content[:HEAD])
    if actual is None:
        raise ReadingError(f"not a readable picture ({_what(content)})")
    if actual in UNREAD or (actual == "AVIF" and not _decodes_avif()):
        raise ReadingError(f"a picture in {actual}, which is not read here")
    return content, actual


def check_size(width: int, height: int) -> None:
    """Refuse pictures that hold too many pixels."""
    if width * height > MAX_PIXELS:
        raise ReadingError(
            f"picture of {width}x{height} pixels; up to "
            f"{MAX_PIXELS // 1_000_000} million are decoded"
        )


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn whatever decoders raise into a ReadingError with a reason; what they only warn of
    would stand in the midst of a run's summary.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ReadingError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever their formats make them
        raise ReadingError(f"not a readable picture ({_reason(error)})") from error
    except MemoryError as error:
        raise ReadingError("not a readable picture (it needs too much memory)") from error


def _decodes_avif() -> bool:
    from PIL import features

    return "avif" in features.modules and bool(features.check("avif"))


def _bytes_of(path: Path, within: Path | None) -> bytes:
    try:
        content = read_bytes(path, MAX_BYTES, within)
    except FileTooLarge as error:
        raise ReadingError(
            f"picture of {error.size // 1_000_000} MB; up to {MAX_BYTES // 1_000_000} MB are read"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else None
        raise ReadingError(reason or "cannot be read") from error
    if not content:
        raise ReadingError("not a readable picture (empty file)")
    return content


def _reason(error: Exception) -> str:
    if type(error).__name__ == "DecompressionBombError":
        return f"more than {MAX_PIXELS // 1_000_000} million pixels"
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "truncated" in text.lower() or "unexpected end" in text.lower():
        return "it breaks off"
    # Pillow names the stream's address, which differs from run to run.
    return type(error).__name__ if "0x" in text or len(text) > 80 else text


def _what(content: bytes) -> str:
    """Say what a file that is no picture seems to be."""
    head = content[:200].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html")):
        return "it holds a web page"
    if head.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer; fetch the file itself"
    if head.startswith((b"<svg", b"<?xml")):
        return "it holds XML"
    return "its first bytes are those of no picture format"
