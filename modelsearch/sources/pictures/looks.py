"""What a picture looks like: its colours, its likeness to others, whether it is a plot, a copy.

A picture is decoded once, a JPEG no larger than is needed, and brought to a modest size before
anything is converted.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.colours import dominant_colours
from modelsearch.sources.pictures.hashes import perceptual_hash
from modelsearch.sources.pictures.magic import VIDEOS
from modelsearch.sources.pictures.opening import check_size, failures_told, picture_bytes
from modelsearch.sources.pictures.plots import PLOT_PIXELS, looks_like_plot

if TYPE_CHECKING:
    from PIL import Image

_MAX_TEXT = 4_000_000  #: of PNG text after decompression, in one picture
_MODEST = 512  #: what is shown is brought to about this size before it is converted
#: Pixels across and down of which likeness and colours are told; more of them tell no more.
_HASHED, _SAMPLED = 384, 192


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small copy of a picture, for people who have the database but not the files."""

    format: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Looks:
    """``colours`` are names with their share; ``plot`` says that it looks like one."""

    perceptual_hash: str | None
    colours: tuple[tuple[str, float], ...]
    plot: bool = False
    thumbnail: Thumbnail | None = None


def read_looks(path: Path, *, thumbnail: int = 0, within: Path | None = None) -> Looks:
    """Look at one picture; with ``thumbnail``, make a copy of at most so many pixels a side.

    Raises ReadingError when the file is no picture, broken, cut short or too large.
    """
    return looks_of(*picture_bytes(path, within), thumbnail)


def looks_of(content: bytes, actual: str, thumbnail: int = 0) -> Looks:
    """Look at the picture that some bytes hold. Raises ReadingError as :func:`read_looks`."""
    if actual in VIDEOS:
        raise ReadingError("a video, which is not decoded here")
    with failures_told(), _opened(content, actual) as (picture, width, height):
        hashed = _sampled(picture, _HASHED)
        sampled = _sampled(hashed, _SAMPLED)
        ordinary = width * height <= PLOT_PIXELS and not picture.mode.startswith(("I", "F"))
        plot = ordinary and _mostly_white(sampled) and looks_like_plot(picture)
        return Looks(
            perceptual_hash(hashed),
            dominant_colours(sampled),
            plot,
            _thumbnail(_modest(picture, 2 * thumbnail), thumbnail) if thumbnail else None,
        )


def open_small(path: Path, side: int, within: Path | None = None) -> Image.Image:
    """Return a picture of at most ``side`` pixels a side, as RGB.

    Raises ReadingError as :func:`read_looks`.
    """
    content, actual = picture_bytes(path, within)
    if actual in VIDEOS:
        raise ReadingError("a video, which is not decoded here")
    with failures_told(), _opened(content, actual) as (picture, _width, _height):
        small = _modest(picture, max(side, _MODEST)).copy()
    small.thumbnail((side, side))
    return small


@contextlib.contextmanager
def _opened(content: bytes, actual: str) -> Iterator[tuple[Image.Image, int, int]]:
    """Give a decoded picture with its true width and height; a JPEG may be decoded smaller."""
    from PIL import Image, PngImagePlugin

    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _MAX_TEXT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=[actual]) as picture:
            width, height = picture.size
            check_size(width, height)
            if actual == "JPEG":
                picture.draft("RGB", (_MODEST, _MODEST))
            picture.load()
            yield picture, width, height


def _sampled(picture: Image.Image, most: int) -> Image.Image:
    """Return RGB of pixels that stand apart, at most so many across and down, as they are: averages
    of black and white are grey.
    """
    from PIL import Image

    side = (min(picture.width, most), min(picture.height, most))
    sampled = picture.resize(side, Image.Resampling.NEAREST) if side != picture.size else picture
    if sampled.mode.startswith(("I", "F")):
        sampled = _stretched(sampled)
    sampled.info = picture.info
    return _on_white(sampled)


def _modest(picture: Image.Image, least: int) -> Image.Image:
    """Return the picture as RGB; its shorter side is little more than ``least`` where it was more;
    what is transparent becomes white.
    """
    from PIL import Image

    factor = max(1, min(picture.size) // least)
    if factor > 1 and picture.mode in ("L", "RGB", "RGBA"):
        picture = picture.reduce(factor)
    elif factor > 1:  # averages of palette places mean nothing, and wide pixels take much memory
        size = (picture.width // factor, picture.height // factor)
        picture = picture.resize(size, Image.Resampling.NEAREST)
    if picture.mode.startswith(("I", "F")):
        picture = _stretched(picture)
    return _on_white(picture)


def _on_white(picture: Image.Image) -> Image.Image:
    """Return RGB, the same picture where it is that; what is transparent becomes white."""
    from PIL import Image

    if _is_transparent(picture):
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _is_transparent(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _mostly_white(sampled: Image.Image) -> bool:
    """Return whether it is worth looking for axes: cheap, and false for nearly all samples."""
    counts = sampled.convert("L").histogram()
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
