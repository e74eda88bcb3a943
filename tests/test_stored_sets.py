"""Sets of models as a large catalogue stores them, in blocks: what is read is what was written."""

from __future__ import annotations

import apsw
from hypothesis import example, given
from hypothesis import strategies as st

from modelsearch.search.large import bitsets
from modelsearch.search.large.lookup import Postings
from modelsearch.search.large.postings import BLOCK, ids_in, packed

#: Few places and many, near the beginning of a block and near its end.
places = st.sets(st.integers(0, BLOCK - 1), max_size=300) | st.sets(
    st.integers(0, BLOCK // 2), min_size=1, max_size=60
)


def connection_with(blocks: dict[int, set[int]]) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE TABLE posting (list TEXT, block INTEGER, models INTEGER, bits BLOB);"
        "CREATE TABLE meta (key TEXT, value TEXT)"
    )
    for block, inside in blocks.items():
        row = ("some", block, *packed(bitsets.bytes_of(sorted(inside))))
        connection.execute("INSERT INTO posting VALUES (?, ?, ?, ?)", row)
    return connection


@given(st.dictionaries(st.integers(0, 3), places, min_size=1, max_size=4))
@example({0: {725, 46_000}, 1: {1_299, 30_000}})
def test_a_list_is_the_models_of_its_blocks(blocks: dict[int, set[int]]) -> None:
    connection = connection_with(blocks)
    expected = {block * BLOCK + place for block, inside in blocks.items() for place in inside}
    found = Postings(connection).members(["some"])
    assert set(bitsets.ids_of(found)) == expected
    rows = connection.execute("SELECT block, models, bits FROM posting")
    assert {one for row in rows for one in ids_in(*row)} == expected


@given(places)
def test_a_bitmap_is_no_longer_than_its_last_place(inside: set[int]) -> None:
    bits = bitsets.bytes_of(inside)
    assert len(bits) == (max(inside) // 8 + 1 if inside else 0)
    assert set(bitsets.ids_of(int.from_bytes(bits, "little"))) == inside
