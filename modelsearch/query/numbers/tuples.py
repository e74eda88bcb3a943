"""Numbers that are one value together: "betas 0.5 0.999", "betas=(0.5, 0.999)".

A list of numbers behind a field usually says which of them may be there. Where the field's values
are written as one, all of them are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelsearch.query.numbers.quantities import DIFFERENT, Quantity, read_number
from modelsearch.query.state import Reading
from modelsearch.records.question import And, Node, Not
from modelsearch.vocabulary.fields import by_name

_LINKS = frozenset({"of", "is", "are", "=", ":", "=="})
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")
_BETWEEN = frozenset({",", "and", "/", ";"})


def find_tuples(reading: Reading, named: Mapping[int, Sequence[tuple[int, str]]]) -> None:
    """Claim the numbers behind every field whose values are written as one; ``named`` are the runs
    of tokens that spell fields: by their first, the last and the field.
    """
    for first, spelled in named.items():
        for last, name in spelled:
            field = by_name().get(name)
            if field is None or not field.together or not reading.free(first, last):
                continue
            at, other = _difference(reading, last + 1)
            numbers, end = _numbers_at(reading, at)
            if len(numbers) > 1:
                parts = (reading.filter(name, "=", one.value, first, end) for one in numbers)
                node: Node = And(tuple(parts))
                reading.mention(first, end, Not(node) if other else node, name)
                break


def _difference(reading: Reading, index: int) -> tuple[int, bool]:
    """Return where numbers may begin behind "other than" or "!=", and whether such words stood
    there.
    """
    while reading.lower(index) in ("is", "are"):
        index += 1
    for count in (3, 2, 1):
        if reading.words(index, count) in DIFFERENT and reading.free(index, index + count - 1):
            return index + count, True
    return index, False


def _numbers_at(reading: Reading, index: int) -> tuple[list[Quantity], int]:
    """Return the numbers that stand from a token on, and the last token of them."""
    while reading.lower(index) in _LINKS | _OPEN and reading.free(index, index):
        index += 1
    numbers: list[Quantity] = []
    end = index
    while (number := read_number(reading, index)) is not None and not number.unit:
        numbers.append(number)
        end, index = number.last, number.last + 1
        while reading.lower(index) in _BETWEEN:
            index += 1
    closed = reading.lower(end + 1) in _CLOSE and reading.free(end + 1, end + 1)
    return numbers, end + 1 if closed else end
