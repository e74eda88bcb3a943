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
_EVERY = 5  #: pixels along a line of which one is looked at


def looks_like_plot(picture: Image.Image) -> bool:
    """Return whether a picture is a plot: white for the most part, with dark lines along whole
    axes.

    One pair of axes, drawn as two lines or as a box; a figure of many small axes is a grid of
    pictures as often as a plot, so that it is left open.
    """
    import numpy

    if not 64 * 64 <= picture.width * picture.height <= PLOT_PIXELS:
        return False
    across, down = max(1, picture.width // _EVERY), max(1, picture.height // _EVERY)
    grey = numpy.asarray(_grey(picture, (across, picture.height)))
    if float((grey >= _WHITE).mean()) < _LEAST_WHITE:
        return False
    if not 1 <= _lines(_longest_runs(grey < _DARK)) <= 2:
        return False
    grey = numpy.asarray(_grey(picture, (picture.width, down)))
    return 1 <= _lines(_longest_runs((grey < _DARK).T)) <= 2


def _grey(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the greys of a picture on white, of every few pixels in one direction: a line that
    takes half of a picture is seen all the same.
    """
    from PIL import Image

    fewer = picture.resize(size, Image.Resampling.NEAREST)
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return fewer.convert("L")
    fewer.info = picture.info
    clear = fewer if fewer.mode in ("RGBA", "LA") else fewer.convert("RGBA")
    white = Image.new("L", size, 255)
    white.paste(clear.convert("L"), mask=clear.getchannel("A"))
    return white


def _longest_runs(dark: Any) -> Any:
    """Return for each row the share that its longest dark run takes; 0 where that is short."""
    import numpy

    height, width = dark.shape
    shares = numpy.zeros(height)
    # A long run is in a row that is dark enough; others need no closer look.
    (rows,) = (numpy.count_nonzero(dark, axis=1) >= width * _LONG).nonzero()
    longest = numpy.zeros(len(rows), dtype=numpy.int32)
    current = numpy.zeros(len(rows), dtype=numpy.int32)
    for column in dark[rows].T if len(rows) else ():
        current = (current + 1) * column
        numpy.maximum(longest, current, out=longest)
    shares[rows] = longest / width
    return shares


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
