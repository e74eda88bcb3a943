"""Reading a database that anybody may have made: it is data, and never trusted to be ours.

SQLite is told to trust nothing that stands in the file, what the file defines is compared with
``schema.sql``, and every statement has bounds of length, memory and work.
"""

from __future__ import annotations

import time
from functools import cache

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.patterns import lazy
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MOST_LENGTH = 64 << 20  #: bytes of one text, BLOB or row
MOST_MEMORY = 1 << 30  #: bytes that SQLite may hold in a process that reads
MOST_STEPS = 1_000_000_000  #: steps of SQLite's machine for one statement: some ten seconds
_EVERY = 100_000  #: steps between two looks at the clock, and for Ctrl-C

#: What a definition is made of: texts and names in quotes, comments, words, single marks.
_TOKENS = lazy(
    r"""(?s)'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\[\]]*\]|--[^\n]*|/\*.*?\*/|\w+|\S"""
)
_PLAINLY_QUOTED = lazy(r'"\w+"')
_STATEMENT = lazy(r"(?m)^(?=CREATE |PRAGMA )")
_CREATED = lazy(r"CREATE (?:VIRTUAL )?(TABLE|VIEW|TRIGGER) (\w+)")
#: What follows a statement in schema.sql: its semicolon and comments.
_TAIL = lazy(r";[ \t]*(?:--[^\n]*)?\s*(?:--[^\n]*\s*)*\Z")
_PARTS = ("data", "idx", "content", "docsize", "config")
#: What the full-text index keeps for itself.
_KEPT = frozenset(f"passage_fts_{part}" for part in _PARTS)
#: What an FTS5 table keeps under its own name.
_PRIVATE = lazy(r"\w+_fts_(?:data|idx|content|docsize|config)")


def distrust(connection: apsw.Connection) -> None:
    """Tell SQLite to trust nothing in the file, and to stop at what no file of ours needs."""
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.limit(apsw.SQLITE_LIMIT_LENGTH, MOST_LENGTH)
    connection.execute("PRAGMA cell_size_check = ON")


def bound_memory() -> None:
    """Limit the memory that SQLite may use in this process; for processes that only read."""
    apsw.hard_heap_limit(MOST_MEMORY)


def watch(connection: apsw.Connection, most: int | None = MOST_STEPS) -> None:
    """Let Ctrl-C end a statement at any moment, and ``most`` steps of it at the latest."""
    steps = 0

    def begin(_cursor: object, _sql: str, _bindings: object) -> bool:
        nonlocal steps
        steps = 0
        return True

    def tick() -> bool:
        nonlocal steps
        steps += _EVERY
        if most is not None and steps > most:
            raise DatabaseError(
                f"{connection.filename} took too long to read and was stopped; if it was "
                "made by someone else, do not trust it"
            )
        return False

    connection.exec_trace = begin
    connection.set_progress_handler(tick, _EVERY)


def check_schema(connection: apsw.Connection, path: Path | str) -> None:
    """Compare the definitions in a file with schema.sql.

    Raises DatabaseError for a missing table, a differing definition, or a trigger that is not ours.
    Further tables and views, which a person may have added, are allowed.
    """
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    if _as_written(rows):
        return
    missing = dict(_definitions())
    for kind, name, sql in rows:
        wanted = missing.pop(str(name), None)
        if wanted is not None:
            fits = _fits(str(kind), str(sql), wanted)
        elif _PRIVATE.fullmatch(str(name)):
            fits = kind == "table" and str(sql).upper().startswith("CREATE TABLE")
        else:
            fits = kind != "trigger"
        if not fits:
            raise _not_ours(path, f"its {kind} {name} is not what it should be")
    if missing:
        name, (kind, _) = next(iter(missing.items()))
        raise _not_ours(path, f"the {kind} {name} is missing")


def _as_written(rows: Sequence[tuple[Any, ...]]) -> bool:
    """Return whether everything is defined as schema.sql writes it, letter for letter: the usual
    case, in a fiftieth of the time that comparing the meaning of definitions takes.
    """
    from modelsearch.store.schema import schema_sql

    statements = schema_sql().split("\nCREATE ")[1:]
    wanted = {_named(statement): statement for statement in statements}
    for kind, name, sql in rows:
        if sql is None or name in _KEPT or str(name).startswith("sqlite_"):
            if kind not in ("table", "index"):
                return False
            continue
        said = str(sql).removeprefix("CREATE ")
        if not wanted.pop(_named(said), "").startswith(f"{said};"):
            return False
    return not wanted


def _named(statement: str) -> tuple[str, ...]:
    """Return the first words of a definition, among which is the name."""
    return tuple(statement.split(None, 3)[:3])


@cache
def _definitions() -> Mapping[str, tuple[str, str]]:
    """Return the kind and the text of each table, view and trigger of schema.sql."""
    from modelsearch.store.schema import schema_sql

    found = {}
    for statement in _STATEMENT.split(schema_sql()):
        created = _CREATED.match(statement)
        if created is not None:
            found[created[2]] = (created[1].lower(), _TAIL.sub("", statement))
    return found


def stop_after(connection: apsw.Connection, seconds: int, advice: str = "") -> None:
    """Let statements take so many seconds of processor time together; 0 is any number. The error
    ends with an ``advice``: only the caller knows who may give more.
    """
    until = time.thread_time() + seconds

    def tick() -> bool:
        if seconds and time.thread_time() > until:
            told = f"the statement took more than {seconds} s of processor time"
            raise DatabaseError(f"{told}; {advice}" if advice else told)
        return False

    connection.set_progress_handler(tick, _EVERY)


def _fits(kind: str, sql: str, wanted: tuple[str, str]) -> bool:
    return kind == wanted[0] and (sql == wanted[1] or _meaning(sql) == _meaning(wanted[1]))


def _meaning(sql: str) -> list[str]:
    """Return the tokens of a definition: comments and white space say nothing, quotes around a
    plain name neither.
    """
    tokens = _TOKENS.findall(sql)
    said = [_unquoted(token) for token in tokens if not token.startswith(("--", "/*"))]
    return said[:-1] if said[-1:] == [";"] else said


def _unquoted(token: str) -> str:
    return token[1:-1] if _PLAINLY_QUOTED.fullmatch(token) else token


def _not_ours(path: Path | str, what: str) -> DatabaseError:
    return DatabaseError(
        f"{path} is not as modelsearch makes it: {what}. If it was made by someone else, do not "
        "trust it; if another development version made it, use that one, or index the folders "
        "into another --db"
    )
