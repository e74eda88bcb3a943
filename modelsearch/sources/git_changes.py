"""Which files differ from the newest commit, found without git.

Git would run a repository's own filters to find that out. Here the sizes and times that git noted
in its index tell first; where they differ, a file's own hash tells, as it is, with line ends made
plain, or as the pointer that Git LFS keeps instead of it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelsearch.records.files import path_raw, path_text, read_bytes

_MAX_INDEX = 500_000_000
_MAX_HASHED = 64_000_000  #: larger files count as changed where git's notes do not fit
_EXTENDED = 0x4000
_LINK = "120000"
_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"


@dataclass(frozen=True, slots=True)
class Noted:
    """What git's index says of a file: its content's hash, its size and when it was changed."""

    digest: str
    size: int
    mtime: tuple[int, int]


class Changes:
    """Tells whether files of one working tree differ from the newest commit.

    ``committed`` gives each committed path's mode and hash; paths are in their text form.
    """

    def __init__(self, top: Path, own: Path, committed: Mapping[str, tuple[str, str]]) -> None:
        self._top = top
        self._committed = committed
        self._file = own / "index"
        self._noted: dict[str, Noted] | None = None
        self._written = (0, 0)

    def differs(self, name: str) -> bool:
        """Return whether a file is not what was committed; also where it cannot be read."""
        if name not in self._committed:
            return True
        mode, digest = self._committed[name]
        place = self._top / path_raw(name)
        try:
            status = place.lstat()
            if mode == _LINK:
                return _blob(os.fsencode(place.readlink()), digest) != digest
            if not stat.S_ISREG(status.st_mode):
                return True
            return not (self._as_noted(name, digest, status) or self._same(place, digest))
        except OSError:
            return True

    def _as_noted(self, name: str, digest: str, status: os.stat_result) -> bool:
        if self._noted is None:
            self._noted, self._written = read_index(self._file, len(digest) // 2)
        noted = self._noted.get(name)
        if noted is None or noted.digest != digest or noted.mtime >= self._written:
            return False  # what was changed as the index was written may have changed again
        seconds, nanoseconds = divmod(status.st_mtime_ns, 1_000_000_000)
        same_time = noted.mtime[0] == seconds & 0xFFFFFFFF and noted.mtime[1] in (0, nanoseconds)
        return same_time and noted.size == status.st_size & 0xFFFFFFFF

    def _same(self, place: Path, digest: str) -> bool:
        content = read_bytes(place, _MAX_HASHED, self._top)
        if _blob(content, digest) == digest:
            return True
        if b"\r\n" in content and _blob(content.replace(b"\r\n", b"\n"), digest) == digest:
            return True
        pointer = _POINTER % (hashlib.sha256(content).hexdigest().encode(), len(content))
        return _blob(pointer, digest) == digest


def read_index(file: Path, width: int) -> tuple[dict[str, Noted], tuple[int, int]]:
    """Return the entries of git's index by path, and when it was written; nothing where it is
    missing or broken.

    ``width`` is the length of a hash in bytes.
    """
    try:
        content = read_bytes(file, _MAX_INDEX, file.parent)
        written = divmod(file.lstat().st_mtime_ns, 1_000_000_000)
        return dict(_entries(content, width)), written
    except (OSError, struct.error, ValueError, IndexError):
        return {}, (0, 0)


def _entries(content: bytes, width: int) -> Iterator[tuple[str, Noted]]:
    magic, version, count = struct.unpack_from(">4sII", content)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index")
    at, name = 12, b""
    fixed = 40 + width + 2
    for _ in range(count):
        start = at
        _, _, seconds, nanoseconds, *_, size = struct.unpack_from(">10I", content, at)
        digest = content[at + 40 : at + 40 + width].hex()
        (flags,) = struct.unpack_from(">H", content, at + 40 + width)
        at += fixed + (2 if flags & _EXTENDED else 0)
        kept = 0
        if version == 4:
            removed, at = _varint(content, at)
            kept = len(name) - removed
            if kept < 0:
                raise ValueError("no name")
        end = content.index(b"\0", at)
        name = name[:kept] + content[at:end]
        at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        yield _text(name), Noted(digest, size, (seconds, nanoseconds))


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = content[at] & 0x7F
    while content[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (content[at] & 0x7F)
        if value > 1 << 20:
            raise ValueError("no name")
    return value, at + 1


def _text(name: bytes) -> str:
    return path_text(name.decode("utf-8", "surrogateescape"))


def _blob(content: bytes, like: str) -> str:
    """Return the hash that git gives to a content, of the same length as another."""
    made = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return made(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
