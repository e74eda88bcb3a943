"""The name index: every name in the database by its normalised spelling, for the parser."""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from modelsearch.store.database import fetch_all, fetch_value, transaction
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
    ("tag", "SELECT DISTINCT value, value FROM remark WHERE kind = 'tag'"),
    ("metric", "SELECT DISTINCT name, name FROM metric"),
    ("hyperparameter", "SELECT DISTINCT name, name FROM hyperparameter"),
    ("layer_fact", "SELECT DISTINCT name, name FROM layer_fact"),
)

_INSERT = "INSERT OR IGNORE INTO name_index (normalised, reversed, kind, value) VALUES (?, ?, ?, ?)"
#: What limits a query of _SOURCES to changed models, by the table that it reads.
_OF_CHANGED = {
    "model": " WHERE id IN (SELECT model FROM posting_dirty)",
    **dict.fromkeys(
        ("training_stage", "metric", "hyperparameter", "layer_fact"),
        " WHERE model IN (SELECT model FROM posting_dirty)",
    ),
}
#: The index is written anew in small catalogues, and where this share of the models changed.
_SMALL, _MANY = 2_000, 0.2


def refresh_name_index(connection: apsw.Connection) -> None:
    """Add the names of models that changed, or write the index anew where many did.

    A name that no model has any more goes at the next rewriting; until then a question that names
    it is understood, and answered with nothing.
    """
    known = int(fetch_value(connection, "SELECT count(*) FROM name_index"))
    changed = int(fetch_value(connection, "SELECT count(*) FROM posting_dirty"))
    models = int(fetch_value(connection, "SELECT count(*) FROM model"))
    if not known or changed > models * _MANY or models < _SMALL:
        rebuild_name_index(connection)
        return
    with transaction(connection):
        connection.executemany(_INSERT, _rows(connection, changed=True))


def rebuild_name_index(connection: apsw.Connection) -> int:
    """Write the name index anew, in one transaction; return its number of rows."""
    with transaction(connection):
        connection.execute("DELETE FROM name_index")
        connection.executemany(_INSERT, _rows(connection, changed=False))
    return int(fetch_value(connection, "SELECT count(*) FROM name_index"))


def _rows(connection: apsw.Connection, *, changed: bool) -> Iterator[tuple[str, str, str, str]]:
    for kind, asked, value in list(_names(connection, changed=changed)):
        normalised = normalise(asked)
        if normalised:
            yield normalised, normalised[::-1], kind, value


def _names(connection: apsw.Connection, *, changed: bool) -> Iterator[tuple[str, str, str]]:
    for kind, sql in _SOURCES:
        for row in fetch_all(
            connection, sql + (_OF_CHANGED.get(sql.split()[-1], "") if changed else "")
        ):
            if None in row:
                continue  # unknown, or a name that a damaged file has lost
            if not kind:
                yield row[0], row[1], row[2]
            elif kind == "loss":
                # A loss cell holds its terms joined by commas; each is a name of its own.
                yield from ((kind, part, part) for part in row[0].split(", "))
            else:
                yield kind, row[0], row[1]
