"""The name index: every name in the database by its normalised spelling, for the parser."""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from modelsearch.database import fetch_all, fetch_value, transaction
from modelsearch.vocabulary import normalise

#: (kind, query for (name as it may be asked, value as stored)).
_SOURCES: tuple[tuple[str, str], ...] = (
    ("", "SELECT kind, name, name FROM term"),
    ("", "SELECT t.kind, a.alias, t.name FROM term_alias a JOIN term t ON t.id = a.term"),
    ("optimizer", "SELECT DISTINCT optimizer, optimizer FROM training_stage"),
    ("scheduler", "SELECT DISTINCT scheduler, scheduler FROM training_stage"),
    ("loss", "SELECT DISTINCT loss, loss FROM training_stage"),
    ("architecture", "SELECT DISTINCT model_class, model_class FROM training_stage"),
    ("architecture", "SELECT DISTINCT architecture, architecture FROM model"),
    ("task", "SELECT DISTINCT task, task FROM model"),
    ("application", "SELECT DISTINCT application, application FROM model"),
    ("metric", "SELECT DISTINCT name, name FROM metric"),
    ("hyperparameter", "SELECT DISTINCT name, name FROM hyperparameter"),
    ("layer_fact", "SELECT DISTINCT name, name FROM layer_fact"),
    ("model", "SELECT model_id, model_id FROM model"),
)


def rebuild_name_index(connection: apsw.Connection) -> int:
    """Write the name index anew, in one transaction; return its number of rows."""
    with transaction(connection):
        connection.execute("DELETE FROM name_index")
        connection.executemany(
            "INSERT OR IGNORE INTO name_index (normalised, reversed, kind, value) "
            "VALUES (?, ?, ?, ?)",
            _rows(connection),
        )
    return int(fetch_value(connection, "SELECT count(*) FROM name_index"))


def _rows(connection: apsw.Connection) -> Iterator[tuple[str, str, str, str]]:
    for kind, asked, value in list(_names(connection)):
        normalised = normalise(asked)
        if normalised:
            yield normalised, normalised[::-1], kind, value


def _names(connection: apsw.Connection) -> Iterator[tuple[str, str, str]]:
    for kind, sql in _SOURCES:
        for row in fetch_all(connection, sql):
            if not kind:
                yield row[0], row[1], row[2]
            elif row[0] is not None and kind == "loss":
                # A loss cell holds its terms joined by commas; each is a name of its own.
                yield from ((kind, part, part) for part in row[0].split(", "))
            elif row[0] is not None:
                yield kind, row[0], row[1]
