"""Likeness of pictures by a 64-bit difference hash: the same picture in another size or format
has the same hash or one that differs in a few bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

#: Bits in which two hashes of the same motif may differ.
CLOSE = 10


def difference_hash(picture: Image.Image) -> str | None:
    """Return 16 hexadecimal digits: for each of 8 rows, whether each of 8 cells is darker than
    its right neighbour. None for a picture without any structure, which is like nothing.
    """
    from PIL import Image as Pillow

    cells = picture.convert("L").resize((9, 8), Pillow.Resampling.BOX, reducing_gap=3.0).tobytes()
    if max(cells) - min(cells) < 3:
        return None
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (cells[at] < cells[at + 1])
    return f"{bits:016x}"


def distance(first: str, second: str) -> int:
    """Return in how many of 64 bits two hashes differ."""
    return (int(first, 16) ^ int(second, 16)).bit_count()
