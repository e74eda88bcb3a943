"""A script's statements without comments, docstrings and formatting, as they are kept.

One line a statement, each with its place in the file, so that two scripts can be compared by what
they do when neither file is at hand any more. :mod:`modelsearch.static.codepacking` makes them.
"""

from __future__ import annotations

import zlib

from modelsearch.records.structs import frozen

MOST_TEXT = 1_000_000  #: characters; longer code is not kept


@frozen
class CodeLine:
    """One statement, or the head of one that holds others; ``place`` is ``12`` or, in a notebook,
    ``cell 3, line 2``.
    """

    place: str
    text: str  # with its indentation


def unpacked(length: int, data: bytes) -> list[CodeLine]:
    """Return the statements that were packed. Raises ValueError when the bytes are not that."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, min(length, 4 * MOST_TEXT) + 1)
    except zlib.error as error:
        raise ValueError(f"stored code cannot be unpacked: {error}") from None
    if not stream.eof or len(text) != length:
        raise ValueError("stored code is cut short")
    lines = text.decode("utf-8", "replace").split("\n") if text else []
    return [CodeLine(place, code) for place, _, code in (line.partition("\t") for line in lines)]
