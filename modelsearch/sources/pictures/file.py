"""Reading one picture file: what it is by its bytes, how large, what it looks like, and the
settings that a generator wrote into it.

Nothing here knows the picture's model or trusts its name. Files are foreign: a file that lies,
breaks off, or would unpack to gigabytes is an error with a reason, and memory stays bounded by
:data:`MAX_PIXELS` and :data:`MAX_BYTES`, whatever the file says.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import FileTooLarge, read_bytes
from modelsearch.sources.generators.reading import read_generation
from modelsearch.sources.generators.settings import Generation
from modelsearch.sources.pictures.colours import dominant_colours
from modelsearch.sources.pictures.hashes import perceptual_hash
from modelsearch.sources.pictures.magic import UNREAD, magic_format, suffix_format
from modelsearch.sources.pictures.plots import PLOT_PIXELS, looks_like_plot
from modelsearch.sources.pictures.texts import exif_texts, xmp_texts

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 100_000_000  #: larger files are reported, not read
MAX_PIXELS = 36_000_000  #: larger pictures are reported, not decoded
_MAX_FRAMES = 10_000
_MAX_TEXT = 4_000_000  #: of PNG text after decompression, in one picture
_MODEST = 512  #: a decoded picture is brought to about this size before it is looked at


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small copy of a picture, for people who have the database but not the files."""

    format: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PictureContent:
    """What a picture file holds. ``colours`` are names with their share, ``texts`` what stands in
    the file beside the pixels; ``mislabelled`` says how its name and its bytes disagree; ``plot``
    that it looks like one.
    """

    size_bytes: int
    format: str
    width: int
    height: int
    frames: int
    sha256: str
    perceptual_hash: str | None
    colours: tuple[tuple[str, float], ...]
    generation: Generation | None = None
    software: str | None = None
    mislabelled: str | None = None
    thumbnail: Thumbnail | None = None
    plot: bool = False


def read_picture(path: Path, *, thumbnail: int = 0, within: Path | None = None) -> PictureContent:
    """Read one picture; with ``thumbnail``, make a copy of at most so many pixels a side.
    ``within`` is the indexed folder that links must not leave; None for a person's own file.

    Raises ReadingError when the file is empty, no picture, broken, cut short or too large.
    """
    content = _bytes_of(path, within)
    actual = _format_of(content)
    try:
        return _decode(path, content, actual, thumbnail)
    except ReadingError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever their formats make them
        raise ReadingError(f"not a readable picture ({_reason(error)})") from error
    except MemoryError as error:
        raise ReadingError("not a readable picture (it needs too much memory)") from error


def open_small(path: Path, side: int, within: Path | None = None) -> Image.Image:
    """Return a picture of at most ``side`` pixels a side, as RGB.

    Raises ReadingError as :func:`read_picture`.
    """
    content = _bytes_of(path, within)
    actual = _format_of(content)
    try:
        with _opened(content, actual) as (picture, _width, _height):
            small = _modest(picture)
    except ReadingError:
        raise
    except Exception as error:
        raise ReadingError(f"not a readable picture ({_reason(error)})") from error
    small.thumbnail((side, side))
    return small


def _format_of(content: bytes) -> str:
    actual = magic_format(content[:32])
    if actual is None:
        raise ReadingError(f"not a readable picture ({_what(content)})")
    if actual in UNREAD or (actual == "AVIF" and not _decodes_avif()):
        raise ReadingError(f"a picture in {actual}, which is not read here")
    return actual


def _decodes_avif() -> bool:
    from PIL import features

    return "avif" in features.modules and bool(features.check("avif"))


def _bytes_of(path: Path, within: Path | None) -> bytes:
    try:
        content = read_bytes(path, MAX_BYTES, within)
    except FileTooLarge as error:
        raise ReadingError(f"picture of {error.size // 1_000_000} MB; up to "
                           f"{MAX_BYTES // 1_000_000} MB are read") from error  # fmt: skip
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else None
        raise ReadingError(reason or "cannot be read") from error
    if not content:
        raise ReadingError("not a readable picture (empty file)")
    return content


@contextlib.contextmanager
def _opened(content: bytes, actual: str) -> Iterator[tuple[Image.Image, int, int]]:
    """Give a decoded picture with its true width and height; a JPEG may be decoded smaller."""
    from PIL import Image, PngImagePlugin

    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _MAX_TEXT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=[actual]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise ReadingError(
                    f"picture of {width}x{height} pixels; up to "
                    f"{MAX_PIXELS // 1_000_000} million are decoded"
                )
            if actual == "JPEG":
                picture.draft("RGB", (_MODEST, _MODEST))
            picture.load()
            yield picture, width, height


def _decode(path: Path, content: bytes, actual: str, thumbnail: int) -> PictureContent:
    with _opened(content, actual) as (picture, width, height):
        small = _modest(picture)
        ordinary = width * height <= PLOT_PIXELS and not picture.mode.startswith(("I", "F"))
        plot = ordinary and _mostly_white(small) and looks_like_plot(_on_white(picture))
        frames = min(int(getattr(picture, "n_frames", 1)), _MAX_FRAMES)
        texts = _texts(picture)
    expected = suffix_format(path.suffix)
    lies = expected not in (actual, None)
    return PictureContent(
        size_bytes=len(content),
        format=actual,
        width=width,
        height=height,
        frames=frames,
        sha256=hashlib.sha256(content).hexdigest(),
        perceptual_hash=perceptual_hash(small),
        colours=dominant_colours(small),
        generation=read_generation(texts),
        software=(texts.get("Software") or "").strip()[:200] or None,
        mislabelled=f"named {path.suffix.lower()}, holds {actual}" if lies else None,
        thumbnail=_thumbnail(small, thumbnail) if thumbnail else None,
        plot=plot,
    )


def _modest(picture: Image.Image) -> Image.Image:
    """Return an RGB copy of modest size; what is transparent becomes white."""
    from PIL import Image

    factor = max(1, min(picture.size) // _MODEST)
    if factor > 1 and picture.mode in ("L", "RGB", "RGBA"):
        picture = picture.reduce(factor)
    elif factor > 1:  # averages of palette places mean nothing, and wide pixels take much memory
        size = (picture.width // factor, picture.height // factor)
        picture = picture.resize(size, Image.Resampling.NEAREST)
    if picture.mode.startswith(("I", "F")):
        picture = _stretched(picture)
    return _on_white(picture)


def _on_white(picture: Image.Image) -> Image.Image:
    """Return RGB; what is transparent becomes white."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _mostly_white(small: Image.Image) -> bool:
    """Whether it is worth looking for axes: cheap, and false for nearly all samples."""
    counts = small.convert("L").histogram()
    return sum(counts[235:]) > sum(counts) / 2


def _stretched(picture: Image.Image) -> Image.Image:
    """Return 16-bit and float pixels between black and white, whatever their range."""
    floats = picture.convert("F")
    low, high = (float(one) for one in floats.getextrema()[:2])  # type: ignore[arg-type]
    scale = 255 / (high - low) if high > low else 0.0
    return floats.point(lambda value: value * scale - low * scale).convert("L")


def _thumbnail(picture: Image.Image, side: int) -> Thumbnail:
    from PIL import Image, features

    small = picture.copy()
    # Tiny pictures keep their pixels: a 28x28 digit is shown as it is.
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    kind = "WEBP" if features.check("webp") else "JPEG"
    out = io.BytesIO()
    small.save(out, kind, quality=70, method=2) if kind == "WEBP" else small.save(
        out, kind, quality=75
    )
    return Thumbnail(kind, small.width, small.height, out.getvalue())


def _texts(picture: Image.Image) -> dict[str, str]:
    """Collect the texts of a picture: PNG chunks, comments, EXIF, XMP."""
    texts: dict[str, str] = {}
    for source in (picture.info, getattr(picture, "text", None) or {}):
        for key, value in source.items():
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            if (
                isinstance(key, str)
                and isinstance(value, str)
                and key not in ("exif", "icc_profile")
            ):
                texts[key] = value
    for key in ("xmp", "XML:com.adobe.xmp"):
        if key in texts:
            texts = {**xmp_texts(texts.pop(key)), **texts}
    with contextlib.suppress(Exception):  # broken EXIF says nothing
        exif = picture.getexif()
        texts = {**texts, **exif_texts(exif, little=getattr(exif, "endian", None) == "<")}
    return texts


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
