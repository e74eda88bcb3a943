"""One writer at a time: a lock file beside the database that says who holds it.

SQLite's own locks keep a file sound, but they say neither who writes nor for how long, and two
index runs that take turns would undo each other's work. The operating system drops the lock when
its process ends, however it ends; a file that is left behind holds nobody up.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from modelsearch.records.errors import DatabaseError

try:
    import fcntl

    _HAS_LOCKS = True
except ImportError:  # Windows: SQLite's own locks are all there is
    _HAS_LOCKS = False

SUFFIX = "-lock"  #: what the lock file's name adds to the database's
PATIENCE = 10.0  #: seconds that a second writer waits for the first
_PAUSE = 0.1
_MOST_RECORD = 4_096
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)


@contextlib.contextmanager
def writer_lock(database: Path) -> Iterator[None]:
    """Hold the right to write a database. Raises DatabaseError, with the holder's name, when
    another process has it for longer than PATIENCE.
    """
    if not _HAS_LOCKS:
        yield
        return
    file = Path(f"{database}{SUFFIX}")
    handle = _acquire(file, database)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
        os.close(handle)


def _acquire(file: Path, database: Path) -> int:
    until = time.monotonic() + PATIENCE
    while True:
        handle = _try(file)
        if handle is not None:
            return handle
        if time.monotonic() >= until:
            raise DatabaseError(f"{database} is being written by {_holder(file)}; wait for its end")
        time.sleep(_PAUSE)


def _try(file: Path) -> int | None:
    """Return a handle that holds the lock, or None while another process has it."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DatabaseError(f"cannot write {file}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = os.fstat(handle)
        if os.path.samestat(held, file.stat()):  # not one that its holder has just removed
            _sign(handle)
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:  # a file system without locks: SQLite's own are all there is
        if error.errno in _NO_LOCKS:
            return handle
        os.close(handle)
        raise
    os.close(handle)
    return None


def _sign(handle: int) -> None:
    """Write who holds the lock; where the disk is full, the lock holds without a name."""
    since = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    record = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(record).encode(), 0)


def _holder(file: Path) -> str:
    try:
        with file.open("rb") as record:
            read = json.loads(record.read(_MOST_RECORD))
        return f"process {int(read['pid'])} on {read['host']} since {read['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
