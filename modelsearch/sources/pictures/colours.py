"""The colours that dominate a picture, by the names that people use."""

from __future__ import annotations

import colorsys
from functools import cache
from typing import TYPE_CHECKING, Any

from modelsearch.records.wordlists import word_tuple

if TYPE_CHECKING:
    from PIL import Image

#: Every colour name that can be stored.
COLOURS = word_tuple("""
    black white grey red orange brown yellow green cyan blue purple pink
""")
_SAMPLES = 48  #: pixels looked at, across and down
_LEAST_SHARE = 0.08
_MOST = 4
#: Where each hue ends on the colour circle, in degrees.
_HUES = (
    (15, "red"),
    (42, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "cyan"),
    (255, "blue"),
    (292, "purple"),
    (345, "pink"),
    (361, "red"),
)


def dominant_colours(picture: Image.Image) -> tuple[tuple[str, float], ...]:
    """Return (name, share of the pixels from 0 to 1) of the colours that take at least 8 % of an
    RGB picture, the greatest first, at most four. Single pixels are looked at, never averages:
    black strokes on white are no grey.
    """
    import numpy
    from PIL import Image as Pillow

    small = picture.resize((_SAMPLES, _SAMPLES), Pillow.Resampling.NEAREST)
    pixels = numpy.asarray(small, dtype=numpy.uint16).reshape(-1, 3) >> 4
    names = _table()[pixels[:, 0] << 8 | pixels[:, 1] << 4 | pixels[:, 2]]
    shares = numpy.bincount(names, minlength=len(COLOURS)) / len(names)
    ranked = sorted(zip(COLOURS, shares.tolist(), strict=True), key=lambda item: -item[1])
    return tuple((name, round(share, 3)) for name, share in ranked[:_MOST] if share >= _LEAST_SHARE)


def colour_name(red: int, green: int, blue: int) -> str:
    """Return the name of one colour (components from 0 to 255)."""
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.2:
        return "black"
    if saturation < 0.18:
        return "white" if value > 0.85 else "grey"
    name = next(name for end, name in _HUES if hue * 360 < end)
    if name == "orange" and value < 0.7:
        return "brown"
    if name == "pink" and value < 0.6:
        return "purple"
    if name == "red" and saturation < 0.5 and value > 0.75:
        return "pink"
    return name


@cache
def _table() -> Any:
    """Places of the names in COLOURS, by the upper four bits of each component."""
    import numpy

    centre = [min(step * 16 + step, 255) for step in range(16)]
    return numpy.array(
        [COLOURS.index(colour_name(r, g, b)) for r in centre for g in centre for b in centre]
    )
