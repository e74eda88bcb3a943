"""How many models of a set have each value, from the stored sets of a large catalogue.

A value is counted by the sets that a filter by it would read, so that both say the same.
"""

from __future__ import annotations

import apsw

from modelsearch import vocabulary
from modelsearch.search.large.kept import changed, kept
from modelsearch.search.large.postings import Postings
from modelsearch.search.sources import source_of
from modelsearch.search.sources.base import Posting, folded
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field


def tally(connection: apsw.Connection, members: int, field: Field) -> list[tuple[str, int]] | None:
    """Return (value, number of models), or None where there are no lists or models changed."""
    listed = source_of(field).posting(field)
    if not listed or not kept(connection) or changed(connection):
        return None
    stored = Postings(connection)
    lists: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for posting in listed:
        found = _lists_of(connection, stored, field, posting)
        if found is None:
            return None
        for name, key in found:
            names.setdefault(folded(name), name)
            lists.setdefault(folded(name), set()).add(key)
    counts = _counts(stored, lists, members)
    return [(names[value], count) for value, count in counts.items() if count]


def _lists_of(
    connection: apsw.Connection, stored: Postings, field: Field, posting: Posting
) -> list[tuple[str, str]] | None:
    """Return (value, list) of each list that counts for a value, or None where it is not known."""
    if posting.kind == "terms" and posting.listed:
        return [(name, f"term {term}") for name, term in fetch_all(connection, posting.listed)]
    if posting.kind == "days":
        start = f"{field.name} month "
        return [(name.removeprefix(start), name) for name in stored.names(start, start[:-1] + "!")]
    return _names(connection, stored, field, posting) if posting.kind == "names" else None


def _names(
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
    alone = {next(iter(keys)) for keys in lists.values() if len(keys) == 1}
    if members == stored.members(["all"]):
        numbers = stored.counts(alone)
    else:
        numbers = stored.counts_among(alone, members)
    return {
        value: numbers.get(next(iter(keys)), 0)
        if len(keys) == 1
        else (stored.members(keys) & members).bit_count()
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
