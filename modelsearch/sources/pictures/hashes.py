"""Likeness of pictures by a 64-bit perceptual hash: the same picture in another size or format
has the same hash or one that differs in a few bits.

The hash is the sign pattern of the 64 slowest waves of a picture's brightness (a discrete cosine
transform of 32x32 cells), each against their median.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_CELLS = 32
_WAVES = 8


def perceptual_hash(picture: Image.Image) -> str | None:
    """Return 16 hexadecimal digits; None for a picture without structure, which is like nothing."""
    import numpy
    from PIL import Image as Pillow

    small = picture.convert("L").resize((_CELLS, _CELLS), Pillow.Resampling.BOX, reducing_gap=3.0)
    cells = numpy.asarray(small, dtype=numpy.float32)
    if float(cells.max() - cells.min()) < 3:
        return None
    waves = _transform() @ cells @ _transform().T
    median = numpy.median(waves.ravel()[1:])  # the first wave is only the mean brightness
    bits = (waves.ravel() > median).tolist()
    return f"{sum(1 << (63 - at) for at, bit in enumerate(bits) if bit):016x}"


@cache
def _transform() -> Any:
    """Return the rows of a discrete cosine transform for the slowest waves."""
    import numpy

    wave, cell = numpy.mgrid[0:_WAVES, 0:_CELLS]
    return numpy.cos(numpy.pi * wave * (2 * cell + 1) / (2 * _CELLS)).astype(numpy.float32)


def distance(first: str, second: str) -> int:
    """Return in how many of 64 bits two hashes differ."""
    return (int(first, 16) ^ int(second, 16)).bit_count()
