"""Opens the database for one command, reports its errors in plain words, closes it complete."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.store.database import (
    check_place,
    close_after_writing,
    must_exist,
    open_for_reading,
    open_for_writing,
)
from modelsearch.store.distrust import bound_memory
from modelsearch.store.failures import database_failures

if TYPE_CHECKING:
    from pathlib import Path


@contextlib.contextmanager
def reading(path: Path | str) -> Iterator[apsw.Connection]:
    """Open a database to read; what goes wrong with it inside is a DatabaseError."""
    bound_memory()
    connection = open_for_reading(path)
    try:
        with asking(connection, path):
            yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def asking(connection: apsw.Connection, path: Path | str) -> Iterator[None]:
    """Run one question on an open database; errors are reported as by :func:`reading`."""
    with database_failures(path, lambda: _is_sound(connection)):
        yield


def _is_sound(connection: apsw.Connection) -> bool:
    from modelsearch.store.soundness import is_sound

    return is_sound(connection)


@contextlib.contextmanager
def presenting(path: Path | str) -> Iterator[None]:
    """Show values of a database that is closed by now; errors are reported as by
    :func:`reading`.
    """
    with database_failures(path, lambda: _is_sound_file(path)):
        yield


def _is_sound_file(path: Path | str) -> bool:
    try:
        with contextlib.closing(open_for_reading(path)) as connection:
            return _is_sound(connection)
    except DatabaseError:
        return False


@contextlib.contextmanager
def writing(path: Path) -> Iterator[apsw.Connection]:
    """Open a database to write, alone; at the end the one file is complete, or DatabaseError says
    why not. What was committed before a failure is kept.
    """
    from modelsearch.store.locks import writer_lock

    check_place(path)
    with writer_lock(path):
        connection = open_for_writing(path)
        try:
            with database_failures(path, lambda: _is_sound(connection)):
                yield connection
        except BaseException:
            with contextlib.suppress(Exception):
                close_after_writing(connection)
            raise
        close_after_writing(connection)


@contextlib.contextmanager
def writing_existing(path: Path | str) -> Iterator[apsw.Connection]:
    """Open a database as :func:`writing` does, but make none where there is none."""
    from pathlib import Path

    must_exist(path)
    with writing(Path(path)) as connection:
        yield connection
