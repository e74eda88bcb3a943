"""Which models have a value, as stored sets: written at the end of an index run, read by filters.

A list is named after what its models share: ``term 17``, ``optimizer adamw``, ``created day
2025-03-01``, ``batch_size =C050…`` (a frequent number, in hexadecimal that sorts like numbers),
``batch_size ~C050`` (the other numbers of that range), ``has batch_size``; under ``batch_size #``
stand packed values (:mod:`modelsearch.search.large.columns`). Which fields have lists is said by
their sources (:class:`modelsearch.search.sources.base.Posting`). A list is kept in blocks of 65,536
row ids. Small catalogues have none; see :data:`SMALLEST`.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import reduce
from operator import or_

import apsw

from modelsearch.records.typed import Any
from modelsearch.search.large import bitsets, columns
from modelsearch.search.large.kept import KEPT, META, changed
from modelsearch.search.sources import source_of
from modelsearch.search.sources.base import BETWEEN, Posting, folded
from modelsearch.store.database import fetch_all, fetch_value, read_meta, transaction, write_meta
from modelsearch.vocabulary.fields import FIELDS, by_name
from modelsearch.vocabulary.fields.field import Field

BLOCK = 65_536  #: row ids in a block
BYTES = BLOCK // 8  #: of a whole bitmap
SPARSE = 128  #: models of a block up to which their places are stored
_DENSE = 3_000  #: bytes from which on a compressed bitmap is stored as it is
SMALLEST = 12_000  #: models from which on sets are kept; below, plain SQL is quicker
_FREQUENT = 32  #: a number that so many models of a block share has a list of its own
_PATCHED = 2_000  #: changed models of a block up to which it is patched, not written anew
_INSERT = "INSERT OR REPLACE INTO posting (list, block, models, bits) VALUES (?, ?, ?, ?)"

#: How much of a date names its year, month and day.
_UNITS = (("year", 4), ("month", 7), ("day", 10))


def refresh(connection: apsw.Connection, *, smallest: int = SMALLEST) -> int:
    """Write the blocks anew that hold changed models; return how many blocks that were."""
    models = int(fetch_value(connection, "SELECT count(*) FROM model"))
    if models < smallest:
        with transaction(connection):
            for table in ("posting", "posting_dirty"):
                connection.execute(f"DELETE FROM {table}")
            write_meta(connection, META, "none")
        return 0
    blocks: dict[int, list[int]] = {}
    if read_meta(connection, META) == KEPT:
        for model in changed(connection):
            blocks.setdefault(model // BLOCK, []).append(model)
    else:
        last = int(fetch_value(connection, "SELECT max(id) FROM model")) // BLOCK
        blocks = {block: [] for block in range(last + 1)}
    with transaction(connection):
        for block, inside in blocks.items():
            if 0 < len(inside) <= _PATCHED:
                _patch_block(connection, block, inside)
            else:
                _write_block(connection, block)
        connection.execute("DELETE FROM posting_dirty")
        write_meta(connection, META, KEPT)
    return len(blocks)


def _write_block(connection: apsw.Connection, block: int) -> None:
    first = block * BLOCK
    maps: dict[str, bytearray] = {}
    span = (first, first + BLOCK - 1)
    for name, model in _entries(connection, *span):
        bits = maps.get(name)
        if bits is None:
            bits = maps[name] = bytearray(BYTES)
        place = model - first
        bits[place >> 3] |= 1 << (place & 7)
    connection.execute("DELETE FROM posting WHERE block = ?", (block,))
    connection.executemany(_INSERT, ((name, block, *packed(bits)) for name, bits in maps.items()))
    for field, posting in columns.packed_fields():
        rare = _packed_models(connection, field, posting, block)
        values = columns.values_of(connection, posting, span, rare) if rare else {}
        _write_values(connection, field, block, values)


def _packed_models(
    connection: apsw.Connection, field: Field, posting: Posting, block: int
) -> range | bitsets.Membership:
    """Return the models of a block of which a field's values are packed."""
    if posting.kind == "parts":
        return range(block * BLOCK, (block + 1) * BLOCK)
    sql = "SELECT models, bits FROM posting WHERE block = ? AND list >= ? AND list < ?"
    rows = fetch_all(connection, sql, (block, f"{field.name} ~", f"{field.name} \x7f"))
    ranges = union(number_of(unpacked(*row)) for row in rows)
    return bitsets.Membership(ranges << block * BLOCK)


def _write_values(
    connection: apsw.Connection, field: Field, block: int, values: Mapping[int, int | float | str]
) -> None:
    """Write the packed values of a block, given by model."""
    name = columns.list_of(field)
    if values:
        packed_values = columns.pack({model % BLOCK: one for model, one in values.items()})
        connection.execute(_INSERT, (name, block, len(values), packed_values))
    else:
        connection.execute("DELETE FROM posting WHERE list = ? AND block = ?", (name, block))


def _patch_values(connection: apsw.Connection, block: int, models: list[int]) -> None:
    """Write the packed values of a block anew where models changed."""
    gone = {model % BLOCK for model in models}
    for field, posting in columns.packed_fields():
        sql = "SELECT models, bits FROM posting WHERE list = ? AND block = ?"
        rows = fetch_all(connection, sql, (columns.list_of(field), block))
        with columns.reading_packed():
            before = columns.unpack(*rows[0]) if rows else {}
        rare = _packed_models(connection, field, posting, block)
        values = columns.values_of_some(connection, posting, models, rare)
        kept = {block * BLOCK + place: one for place, one in before.items() if place not in gone}
        if values or len(kept) < len(before):
            _write_values(connection, field, block, {**kept, **values})


#: A block of a list: its number, how many models it has, and which, as they are stored.
Row = tuple[int, int, bytes]


def packed(bits: bytes | bytearray) -> tuple[int, bytes]:
    """Return how many models a bitmap has, and the bitmap as it is stored: places where they are
    few, compressed where that saves much. A bitmap of many models hardly shrinks, and is asked for
    often.
    """
    members = int.from_bytes(bits, "little")
    models = members.bit_count()
    if models <= SPARSE:
        return models, struct.pack(f"<{models}H", *bitsets.ids_of(members))
    small = zlib.compress(bits.rstrip(b"\0"), 6)
    return models, small if len(small) < _DENSE else bytes(bits[:BYTES].ljust(BYTES, b"\0"))


def number_of(bits: bytes) -> int:
    """Return a bitmap as a set."""
    return int.from_bytes(bits, "little")


def unpacked(models: int, stored: bytes) -> bytes:
    """Return the bitmap of a block."""
    if models <= SPARSE:
        return bytes(bitsets.bytes_of(places_of(models, stored)))
    return stored if len(stored) == BYTES else zlib.decompress(stored)


def ids_in(block: int, models: int, stored: bytes) -> list[int]:
    """Return the row ids of the models of a stored block, ascending."""
    if models <= SPARSE:
        return [block * BLOCK + place for place in places_of(models, stored)]
    return [block * BLOCK + place for place in bitsets.ids_of(number_of(unpacked(models, stored)))]


def places_of(models: int, stored: bytes) -> tuple[int, ...]:
    """Return the places of the few models of a block."""
    return struct.unpack(f"<{models}H", stored)


def _patch_block(connection: apsw.Connection, block: int, models: list[int]) -> None:
    """Take some models out of the lists of a block and put them into those they belong to now."""
    first = block * BLOCK
    sql = "SELECT list, models, bits FROM posting WHERE block = ? AND list NOT LIKE '% #'"
    rows = connection.execute(sql, (block,))
    lists = {name: number_of(unpacked(*stored)) for name, *stored in rows}
    others = ~reduce(or_, (1 << (model - first) for model in models))
    patched = {name: bits & others for name, bits in lists.items() if bits & ~others}
    for model in models:
        for name, _ in _entries(connection, model, model, lists):
            patched[name] = patched.get(name, lists.get(name, 0)) | 1 << (model - first)
    for name, bits in patched.items():
        place = (name, block)
        if bits == 0:
            connection.execute("DELETE FROM posting WHERE list = ? AND block = ?", place)
        elif bits != lists.get(name):
            connection.execute(_INSERT, (*place, *packed(bits.to_bytes(BYTES, "little"))))
    _patch_values(connection, block, models)


def _entries(
    connection: apsw.Connection, first: int, last: int, known: Container[str] = ()
) -> Iterator[tuple[str, int]]:
    """Yield (list, model) of a range of models; frequent numbers are those that ``known`` has a
    list of, or that are frequent in the range.
    """
    inside = (first, last)
    for (model,) in connection.execute(f"SELECT id FROM model WHERE id {BETWEEN}", inside):
        yield "all", model
    for field in FIELDS:
        yield from _entries_of(connection, field, inside, known)


def entries_of(connection: apsw.Connection, name: str) -> Iterator[tuple[str, int]]:
    """Yield (list, model) of a field, or without a name of all models."""
    inside = (0, int(fetch_value(connection, "SELECT max(id) FROM model") or 0))
    if name:
        yield from _entries_of(connection, by_name()[name], inside)
    else:
        rows = connection.execute(f"SELECT id FROM model WHERE id {BETWEEN}", inside)
        yield from (("all", model) for (model,) in rows)


def _entries_of(
    connection: apsw.Connection, field: Field, inside: tuple[int, int], known: Container[str] = ()
) -> Iterator[tuple[str, int]]:
    """Yield (list, model) of a field of a range of models."""
    for posting in source_of(field).posting(field):
        if posting.rows and posting.kind != "parts":
            rows = fetch_all(connection, posting.within(BETWEEN), inside)
            yield from ((f"has {field.name}", model) for _, model in rows)
            yield from _lists(posting, field.name, rows, known)


def _lists(
    posting: Posting, name: str, rows: list[tuple[Any, int]], known: Container[str]
) -> Iterator[tuple[str, int]]:
    """Yield (list, model) of the values of a field."""
    if posting.kind == "numbers":
        counts = Counter(value for value, _ in rows)
        lists = {value: _number_list(name, value, count, known) for value, count in counts.items()}
        yield from ((lists[value], model) for value, model in rows)
    elif posting.kind == "terms":
        yield from ((f"term {term}", model) for term, model in rows)
    elif posting.kind == "days":
        for value, model in rows:
            yield from ((f"{name} {unit} {value[:length]}", model) for unit, length in _UNITS)
    elif posting.kind == "names":
        for value, model in rows:
            parts = value.split(", ") if posting.many else (value,)
            yield from ((f"{name} {folded(part)}", model) for part in parts)


def _number_list(name: str, value: float, count: int, known: Container[str]) -> str:
    key = sortable(value)
    own = f"{name} ={key}"
    return own if count >= _FREQUENT or own in known else f"{name} ~{key[:4]}"


def posting_of(field: Field, kind: str) -> Posting | None:
    """Return the posting of a kind that a field has, else None."""
    return next((one for one in source_of(field).posting(field) if one.kind == kind), None)


def sortable(value: float) -> str:
    """Return a number in 16 hexadecimal digits that sort like numbers do."""
    bits = int.from_bytes(struct.pack(">d", value + 0.0), "big")  # -0.0 is 0.0
    flipped = bits ^ (1 << 63) if bits >> 63 == 0 else bits ^ ((1 << 64) - 1)
    return f"{flipped:016X}"


def union(sets: Iterable[int]) -> int:
    """Return the union of sets; that of one is the very same, which is known by its row ids then
    (:meth:`modelsearch.search.large.remembered.Remembered.row_ids`).
    """
    return reduce(_joined, sets, 0)


def _joined(one: int, other: int) -> int:
    return one | other if one else other
