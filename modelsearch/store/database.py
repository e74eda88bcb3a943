"""Opening, creating and migrating the one database file.

APSW is used because the ``sqlite3`` module of many Pythons cannot load extensions. The file
itself needs none: ``sqlite3`` 3.40 reads and writes it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.store.distrust import check_schema, distrust, watch
from modelsearch.store.failures import database_failures

if TYPE_CHECKING:
    from pathlib import Path

    from modelsearch.store.migrations import Migration

APPLICATION_ID = 0x6D737263  #: 'msrc'; the same number stands in schema.sql
CACHE = 64 << 20  #: bytes of a file's pages that a reader keeps, so that each is fetched once
SCHEMA_VERSION = 5  #: PRAGMA user_version that this program writes

_GROWN = 2  #: times the pages it had, at which a file is written anew
PAGE_SIZE = 8192  #: bytes; the same number stands in schema.sql

_BUSY_TIMEOUT_MS = 10_000
_BESIDE = ("-journal", "-wal", "-shm", "-lock")


class Opened(apsw.Connection):
    """A connection, and what is kept of its catalogue in memory, which goes when it goes: see
    :mod:`modelsearch.search.memory`. (Maps with weak keys would do; importing them takes a
    hundredth of a short answer.)
    """

    def __init__(
        self, file: str, flags: int = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    ) -> None:
        super().__init__(file, flags=flags)
        self.kept: dict[str, Any] = {}
        self.shared: Any = None
        self.with_vectors = False


def open_for_writing(path: Path) -> apsw.Connection:
    """Open the database for an index run, creating or migrating it first.

    Raises DatabaseError when the file is not ours, is newer than this program, or cannot be
    written. Holds no lock against other runs: :func:`modelsearch.store.sessions.writing` does.
    """
    check_place(path)
    connection = _open(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        with database_failures(path):
            distrust(connection)
            watch(connection, None)
            connection.execute("PRAGMA secure_delete = ON")
            if _is_empty(connection):  # new, or a run was ended while it made the tables
                _create(connection)
            else:
                _check(connection, path)
                migrate(connection)
                check_schema(connection, path)
            # Readers go on while a long run writes; close_after_writing() folds the log back in.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            from modelsearch.store.erasing import note_erasures

            note_erasures(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def check_place(path: Path) -> None:
    """Raise DatabaseError where no database can be written."""
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder; name a file for the database, such as models.db")
    if path.exists() and not path.is_file():
        raise DatabaseError(f"{path} is not a file; choose another --db")
    if path.exists() and path.stat().st_nlink > 1:
        raise DatabaseError(
            f"{path} is one of several names (hard links) of a file, and what is written would "
            "change all of them: make it a file of its own (a copy), or choose another --db"
        )
    for suffix in _BESIDE:
        _check_beside(f"{path}{suffix}")
    if not path.parent.is_dir():
        raise DatabaseError(f"{path.parent} does not exist; create it or choose another --db")


def _check_beside(path: str) -> None:
    """Raise DatabaseError where a journal or lock would be written to another file."""
    with contextlib.suppress(FileNotFoundError):
        state = os.lstat(path)
        if stat.S_ISLNK(state.st_mode) or state.st_nlink > 1:
            raise DatabaseError(f"{path} is a link to another file; remove it")


def must_exist(path: Path | str) -> None:
    """Raise DatabaseError with the remedy where no file has this path."""
    if not os.path.exists(path):
        raise DatabaseError(
            f"there is no database at {path}; make one with: modelsearch index FOLDER --db {path}"
        )


def open_for_reading(path: Path | str) -> apsw.Connection:
    """Open an existing database read-only. Raises DatabaseError as :func:`open_for_writing`."""
    must_exist(path)
    if os.path.isdir(path):
        raise DatabaseError(f"{path} is a folder; name the database file, such as models.db")
    if not os.path.isfile(path):
        raise DatabaseError(f"{path} is not a file; name the database file, such as models.db")
    with database_failures(path):
        try:
            return _checked_reader(_open(path, apsw.SQLITE_OPEN_READONLY), path)
        except (apsw.ReadOnlyError, apsw.CantOpenError):
            from modelsearch.store.recovery import as_only_file, left_behind, recover

            if left_behind(path) is None:
                alone = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
                return _checked_reader(Opened(as_only_file(path), alone), path)
            recover(path)
            return _checked_reader(_open(path, apsw.SQLITE_OPEN_READONLY), path)


def _checked_reader(connection: apsw.Connection, path: Path | str) -> apsw.Connection:
    try:
        distrust(connection)
        watch(connection)
        connection.execute(f"PRAGMA cache_size = -{CACHE >> 10}")
        if _is_empty(connection):
            raise DatabaseError(
                f"{path} holds nothing: a run was ended before it began to write; index again: "
                f"modelsearch index FOLDER --db {path}"
            )
        _check(connection, path)
        _check_current(connection, path)
        check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def close_after_writing(connection: apsw.Connection) -> None:
    """Fold the write-ahead log back so that the one file is complete, and close.

    Raises DatabaseError when the file alone does not hold everything: while another program keeps
    reading an older state, or without space on the disk.
    """
    path = connection.filename
    with database_failures(path):  # closing may write, too
        try:
            _complete(connection, path)
        finally:
            connection.close()


def _complete(connection: apsw.Connection, path: str) -> None:
    from modelsearch.store.erasing import erase

    erase(connection)
    with contextlib.suppress(apsw.BusyError, apsw.LockedError, apsw.FullError):
        connection.execute("PRAGMA optimize")
    busy = fetch_value(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise DatabaseError(
            f"{path} is not complete yet: another program is reading it, so the newest part stays "
            f"in {path}-wal. Close that program and run the same command again before you copy it"
        )
    with contextlib.suppress(apsw.BusyError, apsw.LockedError, apsw.FullError):
        # What follows may fail without harm: the file is whole.
        if fetch_value(connection, "PRAGMA journal_mode = DELETE") == "delete":
            connection.execute("PRAGMA synchronous = FULL")
            _compact(connection)


def _compact(connection: apsw.Connection) -> None:
    """Write the file anew, without gaps, when it has doubled since that was done last: rows that
    were added in an order of their own leave pages half full.
    """
    pages = _pragma(connection, "page_count")
    if pages >= _GROWN * read_count(connection, "compacted_pages"):
        write_meta(connection, "compacted_pages", str(pages))
        connection.execute("VACUUM")


def migrate(
    connection: apsw.Connection,
    migrations: Mapping[int, Migration] | None = None,
    target: int = SCHEMA_VERSION,
) -> list[int]:
    """Bring an older file up to ``target``; return the versions it went through.

    Each step runs in the transaction that also raises ``user_version``, so that a killed upgrade
    leaves the old file. Raises DatabaseError when a step is missing.
    """
    version = _pragma(connection, "user_version")
    if version >= target:
        return []
    if migrations is None:
        from modelsearch.store.migrations import MIGRATIONS

        migrations = MIGRATIONS
    done: list[int] = []
    while version < target:
        version += 1
        step = migrations.get(version)
        if step is None:
            raise DatabaseError(
                f"{connection.filename} was made by a version of modelsearch that this one cannot "
                "upgrade; keep it, as it may hold tags and notes: upgrade modelsearch, or index "
                "the folders into another --db"
            )
        with connection:
            step(connection)
            connection.execute(f"PRAGMA user_version = {version:d}")
        done.append(version)
    return done


def load_vector_functions(connection: apsw.Connection) -> None:
    """Make sqlite-vec's functions available on this connection, if they are not yet."""
    opened = connection if isinstance(connection, Opened) else None
    if opened is not None and opened.with_vectors:
        return
    connection.enable_load_extension(True)
    try:
        connection.load_extension(_vector_extension())
    finally:
        connection.enable_load_extension(False)
    if opened is not None:
        opened.with_vectors = True


@cache
def _vector_extension() -> str:
    """Return where sqlite-vec's library is, without importing the package: it would import the
    sqlite3 module, which nothing here needs.
    """
    from importlib.util import find_spec

    package = find_spec("sqlite_vec")
    if package is None or package.origin is None:
        raise DatabaseError(
            "sqlite-vec is missing from the installation; install modelsearch again"
        )
    return os.path.join(os.path.dirname(package.origin), "vec0")


@contextlib.contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Run a batch: commit at the end, roll back when it raises."""
    with connection:
        yield


def fetch_all(
    connection: apsw.Connection, sql: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """Run a query and return all rows."""
    return connection.execute(sql, tuple(parameters)).fetchall()


def fetch_value(connection: apsw.Connection, sql: str, parameters: Sequence[object] = ()) -> Any:
    """Run a query and return the first column of its first row, or None without rows."""
    row = connection.execute(sql, tuple(parameters)).fetchone()
    return None if row is None else row[0]


def read_meta(connection: apsw.Connection, key: str) -> str | None:
    """Return the value of a meta key, or None."""
    value = fetch_value(connection, "SELECT value FROM meta WHERE key = ?", (key,))
    return None if value is None else str(value)


def read_count(connection: apsw.Connection, key: str) -> int:
    """Return the number that a meta key holds; 0 where it holds none."""
    value = read_meta(connection, key) or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0


def write_meta(connection: apsw.Connection, key: str, value: str | None) -> None:
    """Set a meta key."""
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def _open(path: Path | str, flags: int) -> apsw.Connection:
    try:
        connection = Opened(str(path), flags)
    except apsw.Error as error:
        raise DatabaseError(f"cannot open {path}: {error}") from error
    connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
    return connection


def _is_empty(connection: apsw.Connection) -> bool:
    """Return whether a file has no table and is nobody's yet."""
    return (
        not _pragma(connection, "application_id")
        and fetch_value(connection, "SELECT 1 FROM sqlite_schema LIMIT 1") is None
    )


def _create(connection: apsw.Connection) -> None:
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")  # of no effect inside a transaction
    with connection:
        from modelsearch.store.schema import schema_sql

        connection.execute(schema_sql())


def _check(connection: apsw.Connection, path: Path | str) -> None:
    application = _pragma(connection, "application_id")
    if application != APPLICATION_ID:
        raise DatabaseError(
            f"{path} is not a modelsearch database (application_id {application}); "
            "choose another --db"
        )
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{path} has schema version {version}, this modelsearch knows up to {SCHEMA_VERSION}; "
            "upgrade modelsearch to read it"
        )


def _check_current(connection: apsw.Connection, path: Path | str) -> None:
    """A reader cannot migrate: say what does."""
    version = _pragma(connection, "user_version")
    if version < SCHEMA_VERSION:
        raise DatabaseError(
            f"{path} has schema version {version}, made by an earlier modelsearch (this one reads "
            f"{SCHEMA_VERSION}); bring it up to date with: modelsearch index FOLDER --db {path}"
        )


def _pragma(connection: apsw.Connection, name: str) -> int:
    return int(fetch_value(connection, f"PRAGMA {name}"))
