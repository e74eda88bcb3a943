"""The one place where other people's files are opened.

A folder that is indexed may hold anything: links to the reader's own files, pipes that never end,
devices, files of terabytes, names that are no text. Every reader of the program opens files here
and nowhere else (a test holds that): only plain files, only within the folder that is indexed, and
never more bytes than the reader says.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

#: A name's bytes that are no UTF-8 are written ``\xe9``; so is a backslash that would read so.
_NO_TEXT = re.compile(r"[\udc80-\udcff]|\\(?=x(?:5c|[89a-f][0-9a-f]))")
_WRITTEN = re.compile(r"\\x(5c|[89a-f][0-9a-f])")
_CHUNK = 1 << 20
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FOLDER_FLAGS = _FLAGS | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)

LEADS_OUT = "a link that leads out of the indexed folder"
NO_PLAIN_FILE = "not a plain file"


class FileTooLarge(OSError):
    """A file holds more bytes than its reader takes; ``strerror`` says both numbers."""

    def __init__(self, size: int, limit: int) -> None:
        """Say how large the file is and how large it may be."""
        self.size = size
        super().__init__(errno.EFBIG, f"larger than the bound ({size} > {limit} bytes)")


def open_regular(file: Path | str, within: Path | None = None) -> BinaryIO:
    """Open a plain file for reading.

    ``within`` is the indexed folder: a file that lies elsewhere, whatever link leads there, is
    refused. None is for a file that a person names. Raises OSError; its ``strerror`` is the
    reason. Pipes, sockets and devices are never opened; the check is made once more on what was
    opened, so that exchanging files meanwhile gains nothing.
    """
    if not stat.S_ISREG(Path(file).stat().st_mode):
        raise OSError(errno.EINVAL, NO_PLAIN_FILE)
    descriptor = os.open(file, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, NO_PLAIN_FILE)
        if within is not None and not _lies_within(_place_of(descriptor, file), within):
            raise OSError(errno.EPERM, LEADS_OUT)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(file: Path | str, limit: int, within: Path | None = None) -> bytes:
    """Return what a plain file holds. Raises FileTooLarge beyond ``limit``, else OSError as
    :func:`open_regular`.
    """
    with open_regular(file, within) as opened:
        size = os.fstat(opened.fileno()).st_size
        if size > limit:
            raise FileTooLarge(size, limit)
        content = _taken(opened, limit + 1)
    if len(content) > limit:  # it grew meanwhile, or its size is not told
        raise FileTooLarge(len(content), limit)
    return content


def read_start(file: Path | str, limit: int, within: Path | None = None) -> bytes:
    """Return at most ``limit`` bytes from a plain file's beginning. Raises OSError as
    :func:`open_regular`.
    """
    with open_regular(file, within) as opened:
        return _taken(opened, limit)


def read_text(file: Path | str, limit: int, within: Path | None = None) -> str:
    """Return a plain file's text; what is no UTF-8 becomes the replacement character. Raises
    OSError as :func:`read_bytes`.
    """
    return read_bytes(file, limit, within).decode("utf-8", "replace")


def digest_of_bytes(content: bytes) -> bytes:
    """Return what :func:`digest_of` returns for a file of this content."""
    return hashlib.blake2b(content, digest_size=16).digest()


def digest_of(file: Path | str, limit: int, within: Path | None = None) -> bytes:
    """Return a hash of a plain file's content, or, beyond ``limit`` bytes, of its size, its
    beginning and its times. Raises OSError as :func:`open_regular`.
    """
    digest = hashlib.blake2b(digest_size=16)
    with open_regular(file, within) as opened:
        status = os.fstat(opened.fileno())
        if status.st_size > limit:
            digest.update(b"%d %d\0" % (status.st_size, status.st_mtime_ns))
            limit = _CHUNK
        while limit > 0 and (chunk := opened.read(min(limit, _CHUNK))):
            digest.update(chunk)
            limit -= len(chunk)
    return digest.digest()


@contextmanager
def entries(folder: Path | str, within: Path) -> Iterator[list[os.DirEntry[str]]]:
    """Give a folder's entries, sorted by name; they may be asked for their kinds and sizes inside
    the ``with`` block. Raises OSError where the folder is a link or lies elsewhere.
    """
    if sys.platform == "win32":
        if not _lies_within(os.path.realpath(folder), within):
            raise OSError(errno.EPERM, LEADS_OUT)
        with os.scandir(folder) as scan:
            yield sorted(scan, key=lambda entry: entry.name)
        return
    descriptor = os.open(folder, _FOLDER_FLAGS)
    try:
        if not _lies_within(_place_of(descriptor, folder), within):
            raise OSError(errno.EPERM, LEADS_OUT)
        with os.scandir(descriptor) as scan:
            yield sorted(scan, key=lambda entry: entry.name)
    finally:
        os.close(descriptor)


def leads_out(file: Path | str, within: Path) -> bool:
    """Return whether a path, with all links followed, ends outside a folder."""
    return not _lies_within(os.path.realpath(file), within)


def path_text(path: str) -> str:
    r"""Return a path as text that a database and a terminal take, without losing anything: a
    byte that is no UTF-8 is written ``\xe9``. :func:`locate` goes the way back.
    """
    return _NO_TEXT.sub(lambda one: rf"\x{ord(one[0]) & 0xFF:02x}", path)


def path_raw(text: str) -> str:
    """Return the path that :func:`path_text` made this text of."""
    if "\\" not in text:
        return text
    return _WRITTEN.sub(lambda one: "\\" if one[1] == "5c" else chr(0xDC00 + int(one[1], 16)), text)


def locate(root: Path, path: str) -> Path:
    """Return where a stored path (relative to a root, in its text form) lies on the disk."""
    return root / path_raw(path)


def _taken(opened: BinaryIO, limit: int) -> bytes:
    chunks: list[bytes] = []
    while limit > 0 and (chunk := opened.read(min(limit, _CHUNK))):
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _place_of(descriptor: int, name: Path | str) -> str:
    """Return where an opened file really lies; from the system where it can tell, which no
    exchange of links can deceive.
    """
    if sys.platform == "linux":
        try:
            return str(_link_of(descriptor).readlink())
        except OSError:  # no /proc
            pass
    place = os.path.realpath(name)
    opened, found = os.fstat(descriptor), Path(place).stat()
    if (opened.st_dev, opened.st_ino) != (found.st_dev, found.st_ino):
        raise OSError(errno.EPERM, LEADS_OUT)
    return place


@lru_cache(maxsize=64)
def _link_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}")


def _lies_within(place: str, folder: Path) -> bool:
    top = _real(str(folder))
    return place == top or place.startswith(top.rstrip(os.sep) + os.sep)


@lru_cache(maxsize=64)
def _real(folder: str) -> str:
    return os.path.realpath(folder)
