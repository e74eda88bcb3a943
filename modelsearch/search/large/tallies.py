"""How many models of a set have each value, from the sets of a catalogue that has them.

A value is counted by the sets that a filter by it would read, so that both say the same. Models
that changed since the sets were made are counted by SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search import memory
from modelsearch.search.large import bitsets
from modelsearch.search.large.lookup import Postings
from modelsearch.search.ranking import keep_models
from modelsearch.search.sources import source_of
from modelsearch.search.sources.base import LISTED, Posting, ValueCount, folded
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field

if TYPE_CHECKING:
    from modelsearch.search.large.numbers import Column


def tally(connection: apsw.Connection, members: int, field: Field) -> Sequence[ValueCount] | None:
    """Return (value, number of models), or None where there are no lists of the field."""
    stored = Postings(connection)
    listed = source_of(field).posting(field)
    if not listed or not stored.usable:
        return None
    fresh = members & bitsets.from_ids(stored.changed())
    old = members & ~fresh if fresh else members
    if listed[0].kind == "numbers":
        found: Sequence[ValueCount] = _numbers(connection, stored, field, old)
    else:
        named = _named(connection, stored, field, old)
        if named is None:
            return None
        found = named
    if not fresh:
        return found
    keep_models(connection, list(bitsets.ids_of(fresh)))
    return _joined(found, source_of(field).count(connection, field))


def _joined(one: Iterable[ValueCount], other: Iterable[ValueCount]) -> list[ValueCount]:
    """Add counts of different models; names that differ in case alone are one."""
    found: dict[object, ValueCount] = {}
    for value, count in (*one, *other):
        key = folded(value) if isinstance(value, str) else value
        first, before = found.get(key, (value, 0))
        found[key] = (first, before + count)
    return list(found.values())


def _numbers(
    connection: apsw.Connection, stored: Postings, field: Field, members: int
) -> Sequence[ValueCount]:
    """Count numbers: frequent ones have lists, the others are packed."""
    lists = stored.names(f"{field.name} =", f"{field.name} >")
    counts = stored.counts(lists, members)
    values = _values_of_lists(connection, stored, field, counts, members)
    found: dict[int | float, int] = {}
    for name, count in counts.items():  # frequent in one block, rare in another: still one value
        if name in values:
            found[values[name]] = found.get(values[name], 0) + count
    rare = numbers_alone(connection, stored, field)
    if rare is None:
        return list(found.items())
    from modelsearch.search.large.numbers import NumberCounts

    return NumberCounts.joined(found.items(), rare.among(members, stored.row_ids(members)))


def numbers_alone(connection: apsw.Connection, stored: Postings, field: Field) -> Column | None:
    """Return the numbers that no list names exactly; None where there are none. A server keeps
    them.
    """
    kept = memory.kept(connection, f"numbers of {field.name}", lambda _: _packed(stored, field))
    return kept or _packed(stored, field)


def _values_of_lists(
    connection: apsw.Connection,
    stored: Postings,
    field: Field,
    lists: Iterable[str],
    members: int,
) -> dict[str, int | float]:
    """Return the number that each list is of: that of any of the ``members`` that it names. Where
    more is asked, as for each of many groups, it is looked up once.
    """
    kept = memory.kept(connection, f"numbers of lists of {field.name}", _none_yet)
    values = {} if kept is None else kept
    one_of = {
        next(bitsets.ids_of(members & stored.members([name]))): name
        for name in lists
        if name not in values
    }
    if one_of:
        (posting,) = source_of(field).posting(field)
        for value, model in connection.execute(posting.within(LISTED), (numbers_json(one_of),)):
            values[one_of[model]] = value
    return values


def _none_yet(connection: apsw.Connection) -> dict[str, int | float]:
    return {}


def _packed(stored: Postings, field: Field) -> Column | None:
    rows = list(stored.packed(field))
    if not rows:
        return None
    from modelsearch.search.large.numbers import Column

    return Column(rows)


def _named(
    connection: apsw.Connection, stored: Postings, field: Field, members: int
) -> list[ValueCount] | None:
    listed = memory.kept(
        connection, f"lists of {field.name}", lambda _: _lists(connection, stored, field)
    ) or _lists(connection, stored, field)
    if listed is None:
        return None
    counts = _counts(stored, {one.key: one.lists for one in listed}, members)
    return [(one.name, counts[one.key]) for one in listed if counts[one.key]]


@frozen
class _Listed:
    """A value, its name in lower case, and the lists that count for it."""

    name: str
    key: str
    lists: set[str]


def _lists(connection: apsw.Connection, stored: Postings, field: Field) -> list[_Listed] | None:
    """Return the values of a field with their lists; None where these do not tell values apart."""
    found: dict[str, _Listed] = {}
    for posting in source_of(field).posting(field):
        pairs = _lists_of(connection, stored, field, posting)
        if pairs is None:
            return None
        for name, key in pairs:
            found.setdefault(folded(name), _Listed(name, folded(name), set())).lists.add(key)
    return list(found.values())


def _lists_of(
    connection: apsw.Connection, stored: Postings, field: Field, posting: Posting
) -> list[tuple[str, str]] | None:
    """Return (value, list) of each list that counts for a value, or None where it is not known."""
    if posting.kind == "terms" and posting.listed:
        return [(name, f"term {term}") for name, term in fetch_all(connection, posting.listed)]
    if posting.kind == "days":
        start = f"{field.name} month "
        return [(name.removeprefix(start), name) for name in stored.names(start, start[:-1] + "!")]
    return _spelt(connection, stored, field, posting) if posting.kind == "names" else None


def _spelt(
    connection: apsw.Connection, stored: Postings, field: Field, posting: Posting
) -> list[tuple[str, str]] | None:
    start = f"{field.name} "
    spelt = _spellings(connection, field)
    found = []
    for key in stored.names(start, start[:-1] + "!"):
        spellings = spelt.get(key.removeprefix(start), set())
        if len(spellings) != 1:
            return None  # two spellings share a list
        (name,) = spellings
        found.append((name, key))
        if posting.vocabulary:
            broader = vocabulary.ancestors(posting.vocabulary, name)
            found += [(above, key) for above, _ in broader]
    return found


def _counts(stored: Postings, lists: dict[str, set[str]], members: int) -> dict[str, int]:
    """Return how many models of a set are in some of each value's lists."""
    several = {value: keys for value, keys in lists.items() if len(keys) > 1}
    alone = {next(iter(keys)) for keys in lists.values() if len(keys) == 1}
    numbers, joined = stored.counts_and_unions(alone, several, members)
    return {
        value: joined[value] if value in several else numbers.get(next(iter(keys)), 0)
        for value, keys in lists.items()
    }


def _spellings(connection: apsw.Connection, field: Field) -> dict[str, set[str]]:
    """Return the names that a field may have by their lower-case form: those of the vocabulary
    where the database has none.
    """
    found: dict[str, set[str]] = {}
    sql = "SELECT value, lower(value) FROM name_index WHERE kind = ?"
    for name, small in fetch_all(connection, sql, (field.name,)):
        found.setdefault(small, set()).add(name)
    for term in vocabulary.terms(field.vocabulary) if field.vocabulary else ():
        found.setdefault(folded(term.name), {term.name})
    return found
