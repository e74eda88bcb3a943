"""Values of a large catalogue's models in packed blocks, beside the sets that are kept of them.

They stand among the lists, under the name of a field and ``#``:

- of a field of numbers those that no list names exactly, so that many different numbers are counted
  and averaged without a look at their rows;
- of a field that is found by a part of its text all texts, so that these are looked through as one.

A block's values are written with its sets: all of them, or those of the models that changed.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.jsontext import numbers_json
from modelsearch.search.large import bitsets
from modelsearch.search.sources import source_of
from modelsearch.search.sources.base import BETWEEN, LISTED, Posting
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import FIELDS
from modelsearch.vocabulary.fields.field import Field

_MANY = 5_000  #: finds in a block from which on loading arrays is worth its time

Number = int | float
#: Values that are packed: by place in a block, of models.
Values = Mapping[int, Number] | Mapping[int, str]


def list_of(field: Field) -> str:
    """Return the name under which a field's packed values stand."""
    return f"{field.name} #"


def packed_fields() -> Iterator[tuple[Field, Posting]]:
    """Yield the fields of which values are packed."""
    for field in FIELDS:
        for posting in source_of(field).posting(field):
            if posting.kind in ("numbers", "parts") and posting.rows:
                yield field, posting


def values_of(
    connection: apsw.Connection,
    posting: Posting,
    span: tuple[int, int],
    kept: range | bitsets.Membership,
) -> dict[int, Number | str]:
    """Return the values of the models of a range that are ``kept``, by model."""
    rows = fetch_all(connection, posting.within(BETWEEN), span)
    return {model: value for value, model in rows if model in kept}


def values_of_some(
    connection: apsw.Connection,
    posting: Posting,
    models: Sequence[int],
    kept: range | bitsets.Membership,
) -> dict[int, Number | str]:
    """Return the values of some models, of those that are ``kept``."""
    rows = fetch_all(connection, posting.within(LISTED), (numbers_json(models),))
    return {model: value for value, model in rows if model in kept}


def pack(values: Mapping[int, Number | str]) -> bytes:
    """Pack values by their places in a block: all numbers, or all texts without zeros at ends."""
    places = sorted(values)
    head = struct.pack(f"<{len(places)}H", *places)
    listed = [values[place] for place in places]
    if listed and isinstance(listed[0], str):
        return b"t" + head + _pack_texts([str(one) for one in listed])
    kind = "q" if all(isinstance(one, int) for one in listed) else "d"
    return kind.encode() + head + struct.pack(f"<{len(places)}{kind}", *listed)


@contextmanager
def reading_packed() -> Iterator[None]:
    """Report what is not packed as it is written here, in a file that somebody else made."""
    try:
        yield
    except (struct.error, ValueError, LookupError, OverflowError) as error:
        raise DatabaseError(
            f"the database is damaged (its packed values cannot be read: {error}); remove it, or "
            "choose another --db, and index the folders again"
        ) from None


def unpack(count: int, packed: bytes) -> dict[int, Number | str]:
    """Return what was packed: ``count`` values by their places."""
    places = struct.unpack_from(f"<{count}H", packed, 1)
    kind = packed[:1].decode()
    if kind != "t":
        return dict(
            zip(places, struct.unpack_from(f"<{count}{kind}", packed, 1 + 2 * count), strict=True)
        )
    starts = struct.unpack_from(f"<{count}I", packed, 1 + 2 * count)
    text = packed[1 + 6 * count :]
    ends = [*starts[1:], len(text)]
    parts = (
        text[a : b - 1].decode("utf-8", "surrogatepass") for a, b in zip(starts, ends, strict=True)
    )
    return dict(zip(places, parts, strict=True))


class PackedTexts:
    """The packed texts of a block, to be looked through as one."""

    def __init__(self, count: int, packed: bytes) -> None:
        with reading_packed():
            self._places = struct.unpack_from(f"<{count}H", packed, 1)
            starts = struct.unpack_from(f"<{count}I", packed, 1 + 2 * count)
            if not starts or list(starts) != sorted(starts) or packed[-1]:
                raise ValueError("texts are out of order")
        self._packed = packed
        self._starts = [1 + 6 * count + start for start in starts]
        self._ends = [*self._starts[1:], len(packed)]

    @property
    def size(self) -> int:
        """Bytes that the texts take."""
        return len(self._packed)

    def places_with(self, part: str, *, behind: bool = False) -> Sequence[int]:
        """Return the places of the texts that have a part (in lower case, as they are), ascending;
        ``behind``: after the zero in them.
        """
        wanted = part.encode("utf-8", "surrogatepass")
        if not wanted:
            return list(self._places)
        if b"\0" in wanted:
            return []
        found: list[int] = []
        for number in self._numbers_with(wanted, behind=behind):
            if len(found) == _MANY:
                return self._places_of_many(wanted, behind=behind)
            found.append(self._places[number])
        return found

    def _numbers_with(self, wanted: bytes, *, behind: bool) -> Iterator[int]:
        """Yield the numbers of the texts that have a part, ascending."""
        text, starts = self._packed, self._starts
        at = text.find(wanted, starts[0])
        while at >= 0:
            number = bisect_right(starts, at) - 1
            zero = text.find(0, starts[number], at) if behind else at
            if zero >= 0:
                yield number
                at = self._ends[number]  # the rest of the text tells no more
            else:
                at = text.find(0, at)  # the part may stand behind the zero, too
            at = text.find(wanted, at)

    def _places_of_many(self, wanted: bytes, *, behind: bool) -> list[int]:
        """Return the places of the texts that have a part, where very many have it."""
        import numpy as np

        starts = np.array(self._starts)
        letters = np.frombuffer(self._packed, np.uint8)[starts[0] :]
        at = np.flatnonzero(letters[: len(letters) - len(wanted) + 1] == wanted[0])
        for further, letter in enumerate(wanted[1:], 1):
            at = at[letters[at + further] == letter]
        at += starts[0]
        numbers = np.searchsorted(starts, at, "right") - 1
        if behind:
            zeros = np.flatnonzero(letters == 0) + starts[0]
            first = zeros[np.searchsorted(zeros, starts)]
            numbers = numbers[at > first[numbers]]
        each = numbers[np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]]
        found: list[int] = np.array(self._places)[each].tolist()
        return found


def _pack_texts(texts: Sequence[str]) -> bytes:
    """Texts one after the other, a zero after each, behind the places where each begins."""
    encoded = [one.encode("utf-8", "surrogatepass") + b"\0" for one in texts]
    starts, at = [], 0
    for one in encoded:
        starts.append(at)
        at += len(one)
    return struct.pack(f"<{len(starts)}I", *starts) + b"".join(encoded)
