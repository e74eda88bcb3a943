"""Bringing the file of an earlier version up to the present schema, in place.

Every version has an entry in :data:`STEPS`; what it added stands in ``schema.sql``: :func:`align`
compares a file with it and
adds, rewrites or drops what differs, keeping the rows of every table that both know. A change that
moves or computes rows needs a step of its own in :data:`STEPS`, which runs before the comparison.
Everything from one version to the next happens in one transaction, so that a killed upgrade leaves
the old file as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import apsw

from modelsearch import vocabulary
from modelsearch.records.patterns import lazy
from modelsearch.store.schema import schema_sql

Migration = Callable[[apsw.Connection], None]

#: What SQLite keeps for itself, and what an FTS5 table keeps under its own name.
_PRIVATE = lazy(r"sqlite_|.*_fts_(data|idx|content|docsize|config)$")
_COMMENT = lazy(r"--[^\n]*")
_SPACE = lazy(r"\s+")


def align(connection: apsw.Connection) -> None:
    """Make a file's schema that of ``schema.sql``; rows of tables and columns in both are kept.

    Call it inside a transaction with foreign keys off. Views, triggers and indexes are made anew
    where they differ. A table that differs is written anew, column by column of the same name; a
    full-text table is filled from its content table.
    """
    wanted = _wanted()
    present = _objects(connection)
    changed = {
        name
        for name, (_, sql) in present.items()
        if name not in wanted or _normal(sql) != _normal(wanted[name][1])
    }
    rewritten = {
        name
        for name in changed
        if present[name][0] == "table" and name in wanted and not _is_virtual(wanted[name][1])
    }
    for kind in ("view", "trigger"):  # they may name what changes below
        for name, (its_kind, _) in present.items():
            if its_kind == kind:
                connection.execute(f'DROP {kind.upper()} "{name}"')
    for name in changed - rewritten:
        if present[name][0] in ("table", "index"):
            connection.execute(f'DROP {present[name][0].upper()} IF EXISTS "{name}"')
    for name in sorted(rewritten):
        _rewrite(connection, name, wanted[name][1])
    _add_missing(connection, wanted)


def _add_missing(connection: apsw.Connection, wanted: Mapping[str, tuple[str, str]]) -> None:
    """Make what the file lacks; ``wanted`` is in the order of schema.sql."""
    present = _objects(connection)
    for name, (_, sql) in wanted.items():
        if name in present:
            continue
        connection.execute(sql)
        if _is_virtual(sql):
            connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def _rewrite(connection: apsw.Connection, name: str, sql: str) -> None:
    """Write a table anew under its present definition, with the rows that it has."""
    fresh = f"{name}__new"
    connection.execute(re.sub(rf'(?i)^(CREATE TABLE )"?{name}"?', rf"\1{fresh}", sql, count=1))
    both = set(_columns(connection, name))
    kept = ", ".join(column for column in _columns(connection, fresh) if column in both)
    connection.execute(f"INSERT INTO {fresh} ({kept}) SELECT {kept} FROM {name}")
    connection.execute(f"DROP TABLE {name}")
    connection.execute(f"ALTER TABLE {fresh} RENAME TO {name}")


@cache
def _wanted() -> dict[str, tuple[str, str]]:
    """Return the objects of schema.sql by name, in its order: their kind and their text."""
    empty = apsw.Connection(":memory:")
    try:
        empty.execute(schema_sql())
        return _objects(empty)
    finally:
        empty.close()


def _objects(connection: apsw.Connection) -> dict[str, tuple[str, str]]:
    rows = connection.execute(
        "SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
    )
    return {
        str(name): (str(kind), str(sql))
        for name, kind, sql in rows
        if not _PRIVATE.match(str(name))
    }


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _is_virtual(sql: str) -> bool:
    return sql.upper().startswith("CREATE VIRTUAL")


def _normal(sql: str) -> str:
    """A definition without comments, spaces and quotes, for telling whether two are the same."""
    return _SPACE.sub("", _COMMENT.sub("", sql)).replace('"', "")


def _to_5(connection: apsw.Connection) -> None:
    """Version 5 says on which axis a family stands and how strongly a task is known."""
    connection.execute("ALTER TABLE term ADD COLUMN axis TEXT")
    names = connection.execute("SELECT id, name FROM term WHERE kind = 'family'").fetchall()
    connection.executemany(
        "UPDATE term SET axis = ? WHERE id = ?",
        [(vocabulary.axis(str(name)), term) for term, name in names],
    )
    connection.execute("ALTER TABLE model ADD COLUMN task_strength TEXT")
    connection.execute(
        "UPDATE model SET task_strength = (SELECT CASE WHEN e.kind = 'name' THEN 'named' "
        "WHEN e.kind IN ('card', 'readme', 'docstring', 'comment') THEN 'stated' ELSE 'code' END "
        "FROM evidence e WHERE e.model = model.id AND e.field = 'task' AND e.agrees = 1) "
        "WHERE task IS NOT NULL"
    )


#: What a version needs beyond :func:`align`, by the version that it leads to.
STEPS: Mapping[int, Migration] = {5: _to_5}


def _with_alignment(step: Migration) -> Migration:
    def migration(connection: apsw.Connection) -> None:
        step(connection)
        align(connection)

    return migration


#: The steps from an older file: the key is the version that a step leads to.
MIGRATIONS: Mapping[int, Migration] = {
    version: _with_alignment(step) for version, step in STEPS.items()
}
