"""A disk that is full: SQLite's files may take so many bytes together, and no more."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

_NAME = "small-disk"


class _Disk(apsw.VFS):
    """The system's files, of which those in one folder share ``size`` bytes."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self.base = apsw.vfs_details()[0]["zName"]
        super().__init__(_NAME, self.base)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        """Open a file whose writes are counted."""
        return _File(self, name, flags)

    def taken(self) -> int:
        """Return the bytes that the folder holds now."""
        return sum(one.stat().st_size for one in self.folder.iterdir() if one.is_file())


class _File(apsw.VFSFile):
    def __init__(self, disk: _Disk, name: Any, flags: list[int]) -> None:
        super().__init__(disk.base, name, flags)
        self.disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:
        grown = max(0, offset + len(data) - self.xFileSize())
        if grown and self.disk.taken() + grown > self.disk.size:
            raise apsw.FullError("database or disk is full")
        super().xWrite(data, offset)


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """Let the files of SQLite in a folder take at most ``size`` bytes together."""
    disk = _Disk(folder, size)
    apsw.set_default_vfs(_NAME)
    try:
        yield
    finally:
        apsw.set_default_vfs(disk.base)
        disk.unregister()
