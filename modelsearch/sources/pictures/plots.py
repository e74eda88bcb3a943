"""Telling plots from pictures by what they look like: mostly white, inside one frame of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

PLOT_PIXELS = 4_000_000  #: larger figures are not looked at
_DARK, _WHITE = 110, 245
_LEAST_WHITE = 0.6
#: Share of the height (width) that an axis takes.
_LONG = 0.5


def looks_like_plot(picture: Image.Image) -> bool:
    """Whether a picture is a plot: white for the most part, with dark lines along whole axes.

    One pair of axes, drawn as two lines or as a box; a figure of many small axes is a grid of
    pictures as often as a plot, so that it is left open.
    """
    import numpy

    if not 64 * 64 <= picture.width * picture.height <= PLOT_PIXELS:
        return False
    grey = numpy.asarray(picture.convert("L"))
    if float((grey >= _WHITE).mean()) < _LEAST_WHITE:
        return False
    dark = grey < _DARK
    columns, rows = _lines(_longest_runs(dark.T)), _lines(_longest_runs(dark))
    return 1 <= columns <= 2 and 1 <= rows <= 2


def _longest_runs(dark: Any) -> Any:
    """Return for each row the share that its longest dark run takes."""
    import numpy

    height, width = dark.shape
    longest = numpy.zeros(height, dtype=numpy.int32)
    current = numpy.zeros(height, dtype=numpy.int32)
    for column in range(width):
        current = (current + 1) * dark[:, column]
        numpy.maximum(longest, current, out=longest)
    return longest / width


def _lines(shares: Any) -> int:
    """Count lines; neighbours are one thick line, and thick bars are none."""
    count, thickness = 0, 0
    for share in [*shares.tolist(), 0.0]:
        if share >= _LONG:
            thickness += 1
        elif thickness:
            if thickness > 6:
                return 99
            count, thickness = count + 1, 0
    return count
