"""How the values of fields are written: the same in tables, sentences, pages and papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modelsearch.records.text import UNKNOWN, human_size, plain, rate, short_date
from modelsearch.records.typed import Any, Protocol
from modelsearch.vocabulary.fields import FIELDS

#: A value as it is compared and written.
Value = str | int | float | tuple[str, ...]


class Compared(Protocol):
    """One field with its values, a value or None for each side."""

    @property
    def field(self) -> str:
        """Return the field's name."""

    @property
    def values(self) -> Sequence[Value | None]:
        """Return a value a side, None where it is unknown."""

    @property
    def ordered(self) -> bool:
        """Return whether the order of a list means something."""

    @property
    def known(self) -> Sequence[Value]:
        """Return the values that are known."""


def grouped(value: Any) -> str:
    """Write a large number with its thousands apart."""
    if value is None:
        return UNKNOWN
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _to_the_minute(moment: Any) -> str:
    return UNKNOWN if moment is None else plain(moment)[:16].replace("T", " ")


def _to_the_byte(size: Any) -> str:
    return UNKNOWN if size is None else f"{size:,}B"


#: The ways in which values are written (``written`` in the table of fields): the usual way, then
#: a longer one for values whose short forms agree. All others are written as :func:`plain` does.
_WAYS: dict[str, tuple[Callable[[Any], str], ...]] = {
    "rate": (rate,),
    "size": (human_size, _to_the_byte),
    "date": (short_date, _to_the_minute),
    "grouped": (grouped,),
}
_WRITERS = {field.key: _WAYS[field.written] for field in FIELDS if field.written}


def written(field: str, values: Sequence[Value | None]) -> list[str]:
    """Write the values of one field; longer where the short forms would hide that they differ."""
    name = field.rpartition(".")[2]
    writers = (*_WRITERS.get(name, ()), plain)
    differ = len({plain(value) for value in values if value is not None}) > 1
    for write in writers:
        texts = [write(value) for value in values]
        if not differ or len(set(texts) - {UNKNOWN}) > 1:
            break
    return texts


def said(field: str, value: Value) -> str:
    """Write one value inside a sentence."""
    return written(field, [value])[0]


def written_field(entry: Compared) -> list[str]:
    """Write a compared field; lists without an order begin with what all of them hold."""
    if entry.ordered or not all(isinstance(value, tuple) for value in entry.known):
        return written(entry.field, entry.values)
    lists = [value for value in entry.known if isinstance(value, tuple)]
    common = [one for one in lists[0] if all(one in other for other in lists)] if lists else []
    return written(
        entry.field,
        [
            (*common, *(one for one in value if one not in common))
            if isinstance(value, tuple)
            else value
            for value in entry.values
        ],
    )
