"""Read-only SQL for people who want to ask in their own words."""

from __future__ import annotations

from typing import Any

import apsw

from modelsearch.records.errors import ModelsearchError, UsageError

_ALLOWED = frozenset(
    {apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE}
)
_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "integrity_check",
     "quick_check", "user_version", "application_id", "foreign_key_check", "data_version"}
)  # fmt: skip


def run_select(
    connection: apsw.Connection, statement: str
) -> tuple[list[str], list[dict[str, Any]]]:
    """Run one reading statement; return its column names and its rows.

    Columns of the same name are numbered; BLOBs are given as hexadecimal text. Raises
    ModelsearchError with SQLite's own words when the statement is wrong or does more than read.
    """
    names: list[str] = []
    statements = 0

    def describe(cursor: apsw.Cursor, _sql: str, _bindings: object) -> bool:
        nonlocal statements
        statements += 1
        names[:] = _distinct([str(column[0]) for column in cursor.get_description()])
        return True

    cursor = connection.cursor()
    cursor.exec_trace = describe
    connection.authorizer = _authorise
    try:
        rows = cursor.execute(statement).fetchall()
    except (apsw.AuthError, apsw.ReadOnlyError):
        raise ModelsearchError(
            "the sql command only reads (SELECT); use the sqlite3 shell to change the file"
        ) from None
    except apsw.Error as error:
        raise ModelsearchError(f"SQL: {error}") from error
    finally:
        connection.authorizer = None
    if not statements:
        raise UsageError('the sql command needs a statement: "SELECT model_id FROM models"')
    if statements > 1:
        raise UsageError("the sql command runs one statement at a time")
    return names, [dict(zip(names, map(_plain, row), strict=True)) for row in rows]


def _authorise(
    operation: int,
    first: str | None,
    _second: str | None,
    _database: str | None,
    _inner: str | None,
) -> int:
    if operation in _ALLOWED or (operation == apsw.SQLITE_PRAGMA and first in _PRAGMAS):
        return apsw.SQLITE_OK
    return apsw.SQLITE_DENY


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return result


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
