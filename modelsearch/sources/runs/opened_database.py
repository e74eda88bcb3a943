"""Another program's SQLite file, read through a file that is already open.

SQLite opens files by their names, and a name may lead elsewhere a moment after it was checked.
Here the very file is read that was opened and checked, as it stands; its journals are left alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO

import apsw

_VFS = "modelsearch-opened"
_SECTOR = 4096  #: bytes, as disks have them; nothing is written


@contextlib.contextmanager
def opened_database(file: BinaryIO) -> Iterator[apsw.Connection]:
    """Open what an open file holds as a database that is only read. Raises apsw.Error."""
    system = _system()
    name = str(file.fileno())
    system.files[name] = file
    try:
        connection = apsw.Connection(
            f"file:/{name}?mode=ro&immutable=1",
            flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI,
            vfs=_VFS,
        )
        try:
            yield connection
        finally:
            connection.close()
    finally:
        del system.files[name]


class _System(apsw.VFS):
    """A file system whose only files are those that are open already."""

    def __init__(self) -> None:
        super().__init__(_VFS, "")
        self.files: dict[str, BinaryIO] = {}

    def xOpen(self, name: Any, _flags: list[int]) -> Any:
        return _File(self.files[name.filename().rpartition("/")[2]])

    def xFullPathname(self, name: str) -> str:
        return name

    def xAccess(self, _name: str, _flags: int) -> bool:
        return False  # no journal lies beside it


class _File:
    """What SQLite asks of a file that nobody writes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def xRead(self, amount: int, offset: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(amount)

    def xFileSize(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def xSectorSize(self) -> int:
        return _SECTOR

    def xDeviceCharacteristics(self) -> int:
        return int(apsw.SQLITE_IOCAP_IMMUTABLE)

    def xFileControl(self, _operation: int, _pointer: int) -> bool:
        return False

    def xCheckReservedLock(self) -> bool:
        return False

    def xLock(self, _level: int) -> None:
        """Nobody else is asked."""

    def xUnlock(self, _level: int) -> None:
        """Nobody else is told."""

    def xClose(self) -> None:
        """Who opened the file closes it."""


@cache
def _system() -> _System:
    return _System()
