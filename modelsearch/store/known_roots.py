"""Which folders this machine has indexed: kept beside the user's settings, never in a database.

A database says where its files lie, and anybody may have written that. What a page or a sheet
shows is read only below a folder that an index run on this machine went through.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path, PurePosixPath

from modelsearch.records.files import path_raw
from modelsearch.records.userfolders import user_folder

_MOST_READ = 4 << 20  #: bytes of the list


def remember_root(root: str) -> None:
    """Note that a folder was indexed here. Where that cannot be written, pictures are shown from
    the database, or with --files.
    """
    if root in _known():
        return
    file = _file()
    if file is None:
        return
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8", errors="surrogateescape") as lines:
            lines.write(json.dumps(root) + "\n")


class FilePlaces:
    """Finds the files that a database speaks of, below folders that may be read: ``files`` where
    it is given, else the roots that were indexed here. ``refused`` are the roots that were not.
    """

    def __init__(self, files: Path | None = None) -> None:
        self._files = files
        self._roots = None if files is not None else _known()
        self.refused: set[str] = set()

    def find(self, root: str, path: str) -> Path | None:
        """Return where a file is, or None where it may not be read or is not there."""
        base = self._base(root)
        inside = PurePosixPath(path_raw(path))
        if base is None or inside.is_absolute() or ".." in inside.parts or "\0" in path:
            return None
        try:
            found = (base / inside).resolve(strict=True)
            if not found.is_relative_to(base.resolve(strict=True)):
                return None
        except (OSError, ValueError, RuntimeError):
            return None
        return found if found.is_file() else None

    def _base(self, root: str) -> Path | None:
        if self._files is not None:
            return self._files
        if self._roots is not None and root in self._roots:
            return Path(path_raw(root))
        self.refused.add(root)
        return None


def _known() -> set[str]:
    found: set[str] = set()
    file = _file()
    if file is None:
        return found
    with contextlib.suppress(OSError), file.open("rb") as lines:
        for line in lines.read(_MOST_READ).splitlines():
            with contextlib.suppress(ValueError):
                found.add(str(json.loads(line)))
    return found


def _file() -> Path | None:
    folder = user_folder("XDG_STATE_HOME", ".local/state")
    return None if folder is None else folder / "roots"
