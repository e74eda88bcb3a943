"""Which values the models of an answer have, with the number of models of each.

A count is what a filter by that value finds: both are made by the field's source.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.records.question import Filter
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search import memory
from modelsearch.search.large.kept import kept
from modelsearch.search.ranking import keep_candidates, keep_models
from modelsearch.search.sources import field_called, source_of
from modelsearch.search.sources.base import ValueCount
from modelsearch.vocabulary.fields import by_name
from modelsearch.vocabulary.fields.field import Field

if TYPE_CHECKING:
    from modelsearch.search.ranking import Ranking

#: Shown below an answer with --facets.
GUIDING_FIELDS = ("dataset", "family", "framework", "optimizer", "created")


def values_of(connection: apsw.Connection, field: Field) -> Sequence[ValueCount]:
    """Return the values that the candidate models have in ``field``, frequent first."""
    return _frequent_first(source_of(field).count(connection, field))


def guiding_facets(
    connection: apsw.Connection, ranking: Ranking
) -> dict[str, Sequence[ValueCount]]:
    """Return the counts that help to narrow an answer, by field."""
    fields = [by_name()[name] for name in GUIDING_FIELDS]
    counted = values_among(connection, ranking, fields)
    return dict(zip(GUIDING_FIELDS, counted, strict=True))


def values_among(
    connection: apsw.Connection, ranking: Ranking, fields: Sequence[Field]
) -> list[Sequence[ValueCount]]:
    """Return the values that the models of an answer have in each field, frequent first."""
    found: list[Sequence[ValueCount] | None] = [None] * len(fields)
    if ranking.members is not None or _at_hand(connection):
        from modelsearch.search.large.tallies import tally

        members = _members(ranking)
        found = [tally(connection, members, field) for field in fields]
    if None in found:
        keep_models(connection, ranking.everyone())
    return [
        values_of(connection, field) if counted is None else _frequent_first(counted)
        for field, counted in zip(fields, found, strict=True)
    ]


def values_anywhere(
    connection: apsw.Connection, field: Field, *, patient: bool = False
) -> Sequence[ValueCount] | None:
    """Return the values that any models have in a field, frequent first.

    None in a large catalogue that has not counted them, as it would take seconds; unless the
    caller is ``patient``.
    """
    if _at_hand(connection):
        from modelsearch.search.large.members import Members
        from modelsearch.search.large.tallies import tally

        counted = tally(connection, Members(connection).everything(), field)
        if counted is not None or not patient:
            return None if counted is None else _frequent_first(counted)
    keep_candidates(connection, "SELECT id FROM model", ())
    return values_of(connection, field)


def _at_hand(connection: apsw.Connection) -> bool:
    """Return whether sets of models may be counted: stored ones, or those that a server keeps."""
    return memory.shared(connection) is not None or kept(connection)


def _members(ranking: Ranking) -> int:
    """Return the models of an answer as a set."""
    if ranking.members is not None:
        return ranking.members
    from modelsearch.search.large import bitsets

    return bitsets.from_ids(ranking.everyone())


def _frequent_first(counted: Sequence[ValueCount]) -> Sequence[ValueCount]:
    """Order by frequency, what is equally frequent by name or size."""
    if not isinstance(counted, list):
        return counted  # many numbers, in order already
    return sorted(counted, key=_frequent_and_small)


def _frequent_and_small(pair: ValueCount) -> tuple[int, bool, float, str]:
    value, count = pair
    number = isinstance(value, int | float)
    return -count, not number, value if number else 0.0, str(value).casefold()


def in_group(name: str, value: Any) -> Filter:
    """Return the condition of one group; dates are grouped by month or by year."""
    if field_called(name).kind != "date":
        return Filter(name, "=", value)
    if "-" not in str(value):
        return Filter(name, "in", (f"{value}-01-01", f"{int(value) + 1:04}-01-01"))
    year, month = map(int, str(value).split("-"))
    following = f"{year + month // 12:04}-{month % 12 + 1:02}"
    return Filter(name, "in", (f"{value}-01", f"{following}-01"))
