"""Comparisons with the number first: the "64 <" of "64 < batch size < 256"."""

from __future__ import annotations

from modelsearch.query.numbers.quantities import Quantity, read_number
from modelsearch.query.state import Reading
from modelsearch.records.structs import replace

_MIRRORED = {
    "<": ">",
    "<=": ">=",
    "=<": ">=",
    "≤": ">=",
    ">": "<",
    ">=": "<=",
    "=>": "<=",
    "≥": "<=",
    "==": "=",
    "=": "=",
}
_LONGEST = 4


def mirrored_before(reading: Reading, first: int) -> Quantity | None:
    """Return the bound that a number and a comparing sign right before a field make, else None."""
    op = _MIRRORED.get(reading.lower(first - 1))
    if op is None or not reading.free(first - 1, first - 1):
        return None
    for start in range(max(first - 1 - _LONGEST, 0), first - 1):
        number = read_number(reading, start)
        if number is not None and number.last == first - 2:
            return replace(number, op=op, last=first - 1, compared=True)
    return None
