"""Files that a person asks for (pages, contact sheets, exports): whole or not there at all.

What is written stands under another name until it is complete, then takes its place at once. It
bears a mark near its beginning or its end, and only files that bear one are written over: a slip of
the pen must not destroy a script, a note, a photo.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from modelsearch.records.errors import ModelsearchError
from modelsearch.records.version import __version__

#: What a page says in its head, as the content of its ``generator``.
GENERATOR = f"modelsearch {__version__}"
#: What a picture says as the software that made it.
SOFTWARE = "modelsearch contact sheet"
_MARKS = (b'<meta name="generator" content="modelsearch ', SOFTWARE.encode())
_WITHIN = 4_096  #: bytes of a file's beginning and of its end in which a mark stands
_DATABASE = b"SQLite format 3\0"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


@contextlib.contextmanager
def put_in_place(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give the path of a file to write to; after the block it is the file at ``path``.

    Links are followed; to pipes and devices the finished file is written. Raises ModelsearchError,
    before anything is written, where a file stands that this program did not write, unless
    ``force`` is given, and where a database stands; later, where the file cannot be written.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            with tempfile.TemporaryDirectory() as folder:
                made = Path(folder) / path.name
                yield made
                with made.open("rb") as content, path.open("wb") as stream:
                    shutil.copyfileobj(content, stream)
            return
        target = Path(os.path.realpath(path))
        _refuse(target, path, force=force)
        part = target.with_name(f".{target.name}.part{target.suffix}")
        part.unlink(missing_ok=True)
        try:
            os.close(os.open(part, _NEW, 0o666))
            yield part
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ModelsearchError(f"cannot write {path}: {error.strerror or error}") from error


def _refuse(target: Path, path: Path, *, force: bool) -> None:
    """Raise ModelsearchError where something stands that is not to be written over."""
    if target.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not target.exists():
        return
    with target.open("rb") as file:
        beginning = file.read(_WITHIN)
        file.seek(max(file.seek(0, os.SEEK_END) - _WITHIN, 0))
        end = file.read(_WITHIN)
    if beginning.startswith(_DATABASE):
        raise ModelsearchError(f"cannot write {path}: a database stands there; name another file")
    ours = not beginning or any(mark in beginning or mark in end for mark in _MARKS)
    if not (ours or force):
        raise ModelsearchError(
            f"{path} is there already, and modelsearch did not write it; name another file, or "
            "write over it with --force"
        )
