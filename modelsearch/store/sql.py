"""Read-only SQL for people who want to ask in their own words."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import apsw

from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.records.suggestions import did_you_mean
from modelsearch.records.typed import Any
from modelsearch.records.wordlists import word_set
from modelsearch.store.distrust import stop_after

_NOTHING = r"--[^\n]*|/\*.*?\*/|[\s;]+"  #: what may follow a statement
_ALLOWED = frozenset(
    {apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE}
)
_PRAGMAS = word_set("""
    table_info table_xinfo table_list index_list index_info integrity_check quick_check
    user_version application_id foreign_key_check data_version
""")


def run_select(
    connection: apsw.Connection, statement: str, seconds: int = 0, advice: str = ""
) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """Run one reading statement; return its column names and its rows, as they are found.

    Columns of the same name are numbered; BLOBs are given as hexadecimal text. The statement may
    take so many ``seconds`` of processor time, 0 for any number; the error then ends with
    ``advice``. Raises ModelsearchError with
    SQLite's own words when the statement is wrong or does more than read, also from the rows.
    """
    names: list[str] = []

    def describe(cursor: apsw.Cursor, sql: str, _bindings: object) -> bool:
        if re.sub(_NOTHING, "", statement[len(sql) :], flags=re.S):
            raise UsageError("the sql command runs one statement at a time")
        names[:] = _distinct([str(column[0]) for column in cursor.get_description()])
        return True

    cursor = connection.cursor()
    cursor.exec_trace = describe
    stop_after(connection, seconds, advice)
    with _told(connection), _reading_alone(connection):
        cursor.execute(statement)
    if not names:
        raise UsageError('the sql command needs a statement: "SELECT model_id FROM models"')
    return names, _rows(cursor, names)


@contextlib.contextmanager
def _reading_alone(connection: apsw.Connection) -> Iterator[None]:
    """Refuse statements that do more than read, of those that are prepared in the block: other
    questions that are put to the connection later, also between two rows, are the program's own.
    """
    connection.authorizer = _authorise
    try:
        yield
    finally:
        connection.authorizer = None


_UNKNOWN = re.compile(r"no such (?:table|column): (?:\w+\.)?(\w+)")


def _meant(connection: apsw.Connection, message: str) -> str:
    """Say which table, view or column may have been meant by one that there is not."""
    unknown = _UNKNOWN.search(message)
    if unknown is None:
        return ""
    tables = [
        str(row[0])
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
        )
    ]
    if "column" not in unknown.group():
        return did_you_mean(unknown.group(1), tables)
    columns = (
        str(row[0])
        for table in tables
        for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    )
    return did_you_mean(unknown.group(1), dict.fromkeys(columns))


def _rows(cursor: apsw.Cursor, names: list[str]) -> Iterator[dict[str, Any]]:
    with _told():
        for row in cursor:
            yield dict(zip(names, map(_plain, row), strict=True))


@contextlib.contextmanager
def _told(connection: apsw.Connection | None = None) -> Iterator[None]:
    """Turn the errors of a person's own statement into SQLite's words on it."""
    try:
        yield
    except (apsw.AuthError, apsw.ReadOnlyError):
        raise ModelsearchError(
            "the sql command only reads (SELECT); use the sqlite3 shell to change the file"
        ) from None
    except (apsw.CorruptError, apsw.NotADBError):
        raise
    except apsw.Error as error:
        said = " ".join(str(error).split())
        hint = _meant(connection, said) if connection is not None else ""
        raise ModelsearchError(f"SQL: {said}{hint}") from error


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
