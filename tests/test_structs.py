"""The project's own classes of named values against dataclasses."""

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.records.structs import FrozenError, field, frozen, made, mutable, names, replace


@frozen
class Point:
    x: int
    y: int = 0
    labels: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.x + self.y


@mutable
class Counter:
    count: int = 0
    seen: list[int] = field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Expected:
    x: int
    y: int = 0
    labels: list[str] = dataclasses.field(default_factory=list)


values = st.lists(st.one_of(st.integers(0, 2), st.just([])), max_size=4)
keywords = st.dictionaries(st.sampled_from(["x", "y", "labels", "z"]), st.integers(0, 2))


@given(values, keywords)
def test_made_like_a_dataclass_or_refused_like_one(by_place, by_name):
    try:
        expected = Expected(*by_place, **by_name)
    except TypeError:
        with pytest.raises(TypeError, match="takes x, y, labels, each once"):
            Point(*by_place, **by_name)
        return
    made = Point(*by_place, **by_name)
    assert [getattr(made, name) for name in names(Point)] == list(vars(expected).values())
    assert repr(made) == repr(expected).replace("Expected", "Point")


@given(values, values)
def test_compared_and_hashed_like_a_dataclass(first, second):
    try:
        expected = Expected(*first) == Expected(*second)
    except TypeError:
        return
    assert (Point(*first) == Point(*second)) is expected
    try:
        expected_hash = hash(Expected(*first))
    except TypeError:
        with pytest.raises(TypeError):
            hash(Point(*first))
        return
    assert hash(Point(*first)) == expected_hash


def test_values_of_other_classes_differ():
    assert Point(0, 0) != Counter(0)
    assert Point(1) != (1, 0, [])


def test_a_frozen_value_stays_as_it_is():
    point = Point(1, 2)
    with pytest.raises(FrozenError, match=r"Point\.x cannot be changed"):
        point.x = 3
    with pytest.raises(FrozenError):
        del point.y
    assert replace(point, x=3) == Point(3, 2)
    assert point == Point(1, 2)
    assert point.total == 3
    with pytest.raises(TypeError):
        replace(point, z=1)


def test_a_mutable_value_changes_and_is_not_hashed():
    counter = Counter()
    counter.count += 1
    counter.seen.append(1)
    assert counter == Counter(1, [1])
    assert Counter() == Counter(0, [])
    with pytest.raises(TypeError):
        hash(counter)


def test_values_are_copied_and_pickled():
    point = Point(1, labels=["a"])
    for other in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert other == point


def test_values_are_matched_by_place():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@frozen
class Quick:
    x: int
    y: int

    def __init__(self, x: int, y: int = 2) -> None:
        self.__dict__.update(x=x, y=y)


def test_a_class_may_bring_its_own_way_of_being_made():
    assert Quick(1) == Quick(x=1, y=2)
    assert replace(Quick(1), x=5) == Quick(5, 2)
    assert repr(Quick(1)) == "Quick(x=1, y=2)"
    with pytest.raises(FrozenError):
        Quick(1).x = 2


@given(st.lists(st.tuples(st.integers(), st.integers(), st.lists(st.integers())), max_size=4))
def test_rows_become_what_calling_the_class_makes_of_them(rows):
    found = made(Point, rows)
    assert found == [Point(*row) for row in rows]
    assert [replace(one, y=7).total for one in found] == [row[0] + 7 for row in rows]
    with pytest.raises(ValueError, match="shorter"):
        made(Point, [(1, 2)])
