"""Values of many models in packed blocks: nothing is lost, and what is counted is what is there."""

from __future__ import annotations

import contextlib
import math
import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.answer.shapes import FieldValues, ManyCounts, ValueCount
from modelsearch.records.errors import DatabaseError
from modelsearch.search.large import bitsets, columns
from modelsearch.search.large.numbers import Column, NumberCounts
from modelsearch.search.large.remembered import ids_of, set_of

PLACES = st.integers(0, 65_535)
WHOLE = st.integers(-(2**63), 2**63 - 1)
REAL = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(alphabet="abé\0/\udc80", max_size=6)


@given(st.one_of(*(st.dictionaries(PLACES, one, min_size=1) for one in (WHOLE, REAL, TEXTS))))
def test_what_is_packed_is_there_again(values):
    assert columns.unpack(len(values), columns.pack(values)) == values


@given(
    st.dictionaries(st.integers(0, 40), TEXTS, min_size=1),
    st.text(alphabet="abé/\0", max_size=3),
    st.booleans(),
)
def test_a_part_is_found_in_every_text_that_has_it(texts, part, many):
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr(columns, "_MANY", 0)
        _is_found(texts, part)


def _is_found(texts: dict[int, str], part: str) -> None:
    expected = sorted(place for place, text in texts.items() if part in text)
    found = columns.PackedTexts(len(texts), columns.pack(texts)).places_with(part)
    assert found == (expected if "\0" not in part else [])
    later = {place: f"{text[:2]}\0{text[2:]}" for place, text in texts.items() if "\0" not in text}
    expected = sorted(place for place, text in later.items() if part in text.partition("\0")[2])
    found = []
    if later:
        packed = columns.PackedTexts(len(later), columns.pack(later))
        found = packed.places_with(part, behind=True)
    assert found == (expected if "\0" not in part else [])


@given(
    st.dictionaries(PLACES, st.integers(-5, 5), min_size=1, max_size=50),
    st.frozensets(PLACES, max_size=50),
    st.dictionaries(st.integers(-5, 5), st.integers(1, 4), max_size=4),
)
def test_numbers_are_counted_among_a_set(values, others, known):
    members = frozenset(list(values)[::2]) | others
    column = Column([(1, len(values), columns.pack(values))])
    chosen = bitsets.from_ids(65_536 + place for place in members)
    among = column.among(chosen)
    at_hand = np.array(sorted(65_536 + place for place in members), np.int32)
    assert column.among(chosen, at_hand).tolist() == among.tolist()
    expected = Counter(values[place] for place in values if place in members)
    assert Counter(among.tolist()) == expected
    expected.update(known)
    if expected:
        counted = NumberCounts.joined(known.items(), among)
        assert list(counted) == sorted(expected.items(), key=lambda pair: (-pair[1], pair[0]))
        assert counted[0] == next(iter(counted))
        assert len(counted) == len(expected)


@pytest.mark.parametrize(
    "numbers", [st.integers(-(2**40), 2**40), REAL.filter(lambda x: abs(x) < 1e300)]
)
def test_what_is_said_of_many_numbers_is_what_is_said_of_few(numbers):
    @given(st.lists(numbers, min_size=1, max_size=30))
    def agree(values):
        counted = NumberCounts.joined((), np.sort(np.array(values)))
        many = FieldValues.of("epochs", ManyCounts(counted))
        few = FieldValues.of("epochs", [ValueCount(*pair) for pair in Counter(values).items()])
        for name in ("lowest", "highest", "mean", "median", "total", "known", "distinct"):
            assert getattr(many, name) == getattr(few, name), name
        assert (many.lowest, many.highest) == (min(values), max(values))
        assert many.median == statistics.median(values)
        assert math.isclose(many.total or 0, math.fsum(values), rel_tol=1e-12, abs_tol=1e290)
        assert {one.value: one.count for one in many.values} == Counter(values)

    agree()


@given(st.integers(-2, 2**40), st.binary(max_size=60), st.text(alphabet="ab", max_size=2))
def test_what_somebody_else_packed_is_read_or_refused(count, packed, part):
    for read in (
        lambda: columns.PackedTexts(count, packed).places_with(part, behind=True),
        lambda: Column([(0, count, packed)]).among(2**65_536 - 1),
    ):
        with contextlib.suppress(DatabaseError):
            read()


@given(
    st.integers(1, 30_000).flatmap(
        lambda last: st.lists(st.frozensets(st.integers(0, last), max_size=60), max_size=5)
    )
)
def test_sets_and_lists_of_ids_are_the_same(parts):
    lists = [np.array(sorted(one), np.int32) for one in parts]
    together = frozenset().union(*parts)
    members = set_of(lists)
    assert members == bitsets.from_ids(together)
    assert ids_of(members, len(together)).tolist() == sorted(together)
