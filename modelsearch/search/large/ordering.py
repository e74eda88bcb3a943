"""The first models of a set in an order, without sorting all of a large set.

A small set is sorted by SQL. A large one is walked group by group (months and their days, ranges of
numbers) from the end that comes first, until enough models are found.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Sort
from modelsearch.search import memory
from modelsearch.search.compile import listed, sorted_by, sorted_value
from modelsearch.search.large import bitsets, postings
from modelsearch.search.large.lookup import Postings
from modelsearch.search.large.members import having_value
from modelsearch.search.large.postings import sortable
from modelsearch.search.ranking import NEWEST
from modelsearch.search.sources import source_of
from modelsearch.search.sources.base import LISTED, Posting, folded
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import by_name

SORTABLE = 3_000  #: sets up to this size are sorted by SQL
_FEW = 200  #: sets up to this size are sorted sooner than walked
_LOOKED_AT = 200  #: models whose first name is looked at together, at first
_WORTH = 8  #: all models are put in order where more than one of so many is asked for


def in_order(
    connection: apsw.Connection,
    members: int,
    order_by: str,
    limit: int | None = None,
    sort: Sort = NEWEST,
) -> list[int]:
    """Return the first ``limit`` models of a set in the order that ``order_by`` states in SQL.

    ``sort`` says the same as a field and a direction, ties broken by model id.
    """
    size = members.bit_count()
    if limit is None or size <= min(SORTABLE, max(_FEW, limit)):
        return _sorted(connection, members, order_by)[:limit]
    walk = _Walk(connection, sort, order_by)
    groups: Iterator[Iterable[int]] | None = walk.groups(members)
    if size <= SORTABLE and (groups is None or not walk.by_days):
        return _sorted(connection, members, order_by)[:limit]
    if groups is None:
        groups = walk.known_first(members)
    return list(itertools.islice(itertools.chain.from_iterable(groups), limit))


def is_walked(connection: apsw.Connection, sort: Sort) -> bool:
    """Return whether there are lists of a field that are walked in its order, so that no order of
    all models is made.
    """
    return _Walk(connection, sort, "").groups(0) is not None


def _sorted(
    connection: apsw.Connection, members: int, order_by: str, known: str = "1"
) -> list[int]:
    """Return a set sorted by SQL: of it the models of which an expression is ``known``."""
    rows = fetch_all(
        connection,
        f"SELECT m.id FROM json_each(?) j CROSS JOIN {listed(known, order_by)} "
        f"WHERE {known} IS NOT NULL "
        f"ORDER BY {order_by}",
        (numbers_json(bitsets.ids_of(members)),),
    )
    return [row[0] for row in rows]


class _Walk:
    """Walks a set group by group."""

    def __init__(self, connection: apsw.Connection, sort: Sort, order_by: str) -> None:
        self._connection = connection
        self._sort = sort
        self._order_by = order_by
        self._postings = Postings(connection)
        self._field = by_name().get(sort.field)

    @property
    def by_days(self) -> bool:
        """Whether the order is by days, whose lists are as quick to walk as a set is to sort."""
        return self._field is not None and postings.posting_of(self._field, "days") is not None

    def groups(self, members: int) -> Iterator[list[int] | Iterator[int]] | None:
        """Yield the models of a set, a group at a time, or None for an order without lists."""
        if self._field is None:
            return None
        if self.by_days:
            return self._months(members)
        numbers = postings.posting_of(self._field, "numbers")
        if numbers:
            return self._ranges(members, numbers)
        listed = self._listed_names()
        return None if listed is None else iter([self._by_name(members, listed)])

    def known_first(self, members: int) -> Iterator[Iterable[int]]:
        """Yield the models that have a value, and those that have none, by model id: only the
        former need to be looked at. Where each has a number, those with 0 are the latter.
        """
        everyone = source_of(sorted_by(self._sort.field)).everyone
        found, known = self._whole(members) or self._known(members)
        rest = self._tied(members & ~known)
        yield from (rest, found) if everyone and not self._sort.descending else (found, rest)

    def _known(self, members: int) -> tuple[Iterable[int], int]:
        """Return the models that have a value in their order, and as a set."""
        from array import array  # a library of its own to load

        having = members & having_value(self._connection, self._sort)
        value, _ = sorted_value(self._sort)
        found = memory.latest(
            self._connection,
            "orders",
            (self._order_by, having),
            lambda: array("q", _sorted(self._connection, having, self._order_by, value)),
        )
        return found, bitsets.from_ids(found)

    def _whole(self, members: int) -> tuple[Iterable[int], int] | None:
        """Return the same from the order of all models, where a server has it or so many are asked
        for that it is worth making. Names that are no fields are too many to be kept.
        """
        if self._field is None or self._sort.split or memory.shared(self._connection) is None:
            return None
        from modelsearch.search.large.orders import known_order, make_order

        order = known_order(self._connection, self._sort)
        if order is None:
            if members.bit_count() * _WORTH < self._postings.members(["all"]).bit_count():
                return None
            order = make_order(self._connection, self._sort)
        return order.of(members, descending=self._sort.descending), order.known

    def _names(self, start: str) -> Iterator[str]:
        return self._postings.walked(start, descending=self._sort.descending)

    def _months(self, members: int) -> Iterator[list[int] | Iterator[int]]:
        for name in self._names(f"{self._sort.field} month "):
            found = members & self._postings.members([name])
            if found.bit_count() > min(SORTABLE, _FEW):
                yield from self._days(found, name[-7:])
            elif found:
                yield self._sorted(found)
        yield self._unknown(members)

    def _sorted(self, members: int) -> list[int]:
        return _sorted(self._connection, members, self._order_by) if members else []

    def _days(self, members: int, month: str) -> Iterator[list[int]]:
        for name in self._names(f"{self._sort.field} day {month}-"):
            found = members & self._postings.members([name])
            if found:
                yield self._sorted(found)

    def _ranges(self, members: int, numbers: Posting) -> Iterator[list[int] | Iterator[int]]:
        exact: dict[str, list[str]] = {}
        for name in self._names(f"{self._sort.field} ="):
            exact.setdefault(name[-16:-12], []).append(name)
        rest = {name[-4:]: name for name in self._names(f"{self._sort.field} ~")}
        for key in sorted({*exact, *rest}, reverse=self._sort.descending):
            others = members & self._postings.members([rest[key]] if key in rest else [])
            values = {
                name[-16:]: members & self._postings.members([name]) for name in exact.get(key, ())
            }
            if others.bit_count() + sum(v.bit_count() for v in values.values()) <= SORTABLE:
                yield self._sorted(others | postings.union(values.values()))
                continue
            for value, one in self._valued(others, numbers):
                values[value] = values.get(value, 0) | 1 << one
            for value in sorted(values, reverse=self._sort.descending):
                yield self._tied(values[value])
        yield self._unknown(members)

    def _unknown(self, members: int) -> list[int] | Iterator[int]:
        """Return the models whose value is not known, which come last in every order."""
        return self._tied(members & ~self._postings.members([f"has {self._sort.field}"]))

    def _valued(self, members: int, numbers: Posting) -> list[tuple[str, int]]:
        models = numbers_json(bitsets.ids_of(members))
        rows = self._connection.execute(numbers.within(LISTED), (models,))
        return [(sortable(value), one) for value, one in rows]

    def _listed_names(self) -> list[tuple[str, list[str]]] | None:
        """Return each name in lower case with its lists, first ones first; None where the field has
        no lists of names.
        """
        assert self._field is not None
        found: dict[str, list[str]] = {}
        for posting in source_of(self._field).posting(self._field):
            if posting.kind == "names" and not posting.many:
                start = f"{self._field.name} "
                for name in self._postings.names(start, start[:-1] + "!"):
                    found.setdefault(name.removeprefix(start), []).append(name)
            elif posting.kind == "terms" and posting.own:
                for name, term in fetch_all(self._connection, posting.own):
                    found.setdefault(folded(name), []).append(f"term {term}")
            else:
                return None
        return sorted(found.items(), reverse=self._sort.descending) or None

    def _by_name(self, members: int, names: list[tuple[str, list[str]]]) -> Iterator[int]:
        """Yield the models whose first name is each, by model id, then those without one.

        A model stands in the lists of all its names, but is ordered by the first that it is shown
        with.
        """
        field = self._field
        assert field is not None
        value = source_of(field).order(field, "max" if self._sort.descending else "min")
        seen: list[int] = []
        for name, lists in names:
            found = members & self._postings.members(lists)
            for one in self._called(found, f"{value} = ? COLLATE NOCASE", name):
                seen.append(one)
                yield one
        yield from self._tied(members & ~bitsets.from_ids(seen))

    def _called(self, members: int, condition: str, name: str) -> Iterator[int]:
        """Yield the models of a set that satisfy a condition on their name, by model id, a few at a
        time.
        """
        by_id = iter(self._tied(members))
        size = _LOOKED_AT
        while some := list(itertools.islice(by_id, size)):
            sql = (
                f"SELECT m.id FROM json_each(?) j CROSS JOIN {listed(condition)} WHERE {condition}"
            )
            rows = fetch_all(self._connection, sql, (numbers_json(some), name))
            fitting = {row[0] for row in rows}
            yield from (one for one in some if one in fitting)
            size *= 2

    def _tied(self, members: int) -> list[int] | Iterator[int]:
        """Models of one value, by model id."""
        if members.bit_count() <= SORTABLE:
            return self._sorted(members)  # all else is the same
        inside = bitsets.Membership(members)
        rows = self._connection.execute("SELECT id FROM model ORDER BY model_id")
        return (row[0] for row in rows if row[0] in inside)
