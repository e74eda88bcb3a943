"""How many models of a set have each value, from the stored sets of a large catalogue."""

from __future__ import annotations

import apsw

from modelsearch.search.large import postings
from modelsearch.search.large.postings import Postings
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import Field


def tally(connection: apsw.Connection, members: int, field: Field) -> list[tuple[str, int]] | None:
    """Return (value, number of models), or None where there are no lists or models changed."""
    if not postings.kept(connection) or postings.changed(connection):
        return None
    stored = Postings(connection)
    if field.source == "term":
        terms = fetch_all(
            connection, "SELECT id, name FROM term WHERE kind = ?", (field.vocabulary,)
        )
        named = [(name, f"term {term}") for term, name in terms]
    elif field.kind == "date":
        start = f"{field.name} month "
        named = [(name.removeprefix(start), name) for name in stored.names(start, start[:-1] + "!")]
    elif field.name in ("optimizer", "scheduler", "task"):
        start = f"{field.name} "
        spelt = _spellings(connection, field.name)
        keys = stored.names(start, start[:-1] + "!")
        if any(len(spelt.get(key.removeprefix(start), ())) != 1 for key in keys):
            return None  # two spellings share a list
        named = [(spelt[key.removeprefix(start)][0], key) for key in keys]
    else:
        return None
    if members == stored.members(["all"]):
        numbers = stored.counts(key for _, key in named)
    else:
        numbers = stored.counts_among((key for _, key in named), members)
    counted = [(name, numbers.get(key, 0)) for name, key in named]
    return [(name, count) for name, count in counted if count]


def _spellings(connection: apsw.Connection, kind: str) -> dict[str, list[str]]:
    """Return the stored names of a kind by their lower-case form."""
    found: dict[str, list[str]] = {}
    for name, lower in fetch_all(
        connection, "SELECT value, lower(value) FROM name_index WHERE kind = ?", (kind,)
    ):
        found.setdefault(lower, []).append(name)
    return {lower: sorted(set(names)) for lower, names in found.items()}
