"""What changed since the last run: by content; files over 1 MB first by size and time.

A script's reading depends on more than the script: modules and settings it imports, the READMEs
and requirement files around it, and this program's own reading rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import apsw

from modelsearch.records import plugins
from modelsearch.records.files import digest_of, entries, locate, path_text
from modelsearch.sources.discovery import Artefact
from modelsearch.store.database import fetch_all, fetch_value, read_meta, write_meta
from modelsearch.store.leaving_out import left_out
from modelsearch.vocabulary.own import in_use

#: Raised whenever the reading rules change, so that unchanged files are read again.
READER_VERSION = "20"
#: Larger files, beyond every reader's bound, are not hashed whole.
_MAX_HASHED = 48_000_000
_SMALL = 1_000_000  #: bytes; such files are hashed whatever their times say
_CONTEXT_KINDS = ("readme", "requirements")


@dataclass(frozen=True, slots=True)
class ArtefactState:
    """How an artefact stands: whether it must be read again, else what it was found to be."""

    changed: bool
    status: str = ""
    reason: str | None = None


class Contents:
    """Hashes of the files of one root, each made once a run."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._hashes: dict[str, bytes] = {}

    def of(self, path: str) -> bytes:
        """Return a hash of a file's content, empty where it cannot be read.

        A path that ends in ``/*.py`` stands for the names and contents of a folder's scripts.
        """
        if path not in self._hashes:
            if path.endswith("/*.py"):
                digest = hashlib.blake2b(digest_size=16)
                for script in self._scripts_in(path.removesuffix("/*.py")):
                    digest.update(script.encode("utf-8", "surrogateescape") + b"\0")
                    digest.update(self._file_hash(script) + b"\0")
                self._hashes[path] = digest.digest()
            else:
                self._hashes[path] = self._file_hash(path)
        return self._hashes[path]

    def were(self, digests: Mapping[str, bytes]) -> None:
        """Take the hashes that files had when they were read, rather than those of before or
        after.
        """
        self._hashes.update(digests)

    def _scripts_in(self, folder: str) -> list[str]:
        try:
            with entries(locate(self._root, folder), self._root) as inside:
                names = [path_text(entry.name) for entry in inside]
        except OSError:
            return []
        return [f"{folder}/{name}" for name in names if name.endswith(".py")]

    def _file_hash(self, path: str) -> bytes:
        try:
            return digest_of(locate(self._root, path), _MAX_HASHED, self._root)
        except OSError:
            return b""


class ChangeDetector:
    """Compares the artefacts of one root with what the database knows of them."""

    def __init__(
        self,
        connection: apsw.Connection,
        root_id: int,
        contents: Contents,
        artefacts: Sequence[Artefact],
    ) -> None:
        self._connection = connection
        self._root_id = root_id
        self.content_hash = contents.of
        self.were_read = contents.were
        self._context = _by_folder(a.path for a in artefacts if a.kind in _CONTEXT_KINDS)
        self._scripts = _by_folder(
            a.path for a in artefacts if a.kind in ("script", "notebook", "readme")
        )
        version = READER_VERSION + plugins.versions(plugins.LIBRARIES)
        version += f"{sorted(left_out(connection)) or ''}{in_use().digest}"
        self._same_reader = read_meta(connection, "reader_version") == version
        write_meta(connection, "reader_version", version)

    def state(self, artefact: Artefact) -> ArtefactState:
        """Return whether an artefact must be read again."""
        rows = fetch_all(
            self._connection,
            "SELECT a.reading, a.size_bytes, a.mtime_ns, coalesce(a.content_hash, m.content_hash), "
            "a.status, a.reason FROM artefact a LEFT JOIN model m ON m.id = a.model "
            "WHERE a.root = ? AND a.path = ?",
            (self._root_id, artefact.path),
        )
        if not rows or not self._same_reader:
            return ArtefactState(True)
        reading, size, mtime, content, status, reason = rows[0]
        if status == "fault":
            return ArtefactState(True)
        untouched = size == artefact.size_bytes > _SMALL and mtime == artefact.mtime_ns
        if not untouched and self.content_hash(artefact.path) != content:
            return ArtefactState(True)
        known = dict(
            fetch_all(
                self._connection,
                "SELECT path, content_hash FROM dependency WHERE reading = ?",
                (reading,),
            )
        )
        if artefact.kind != "image" and not set(self.context_of(artefact.path)) <= set(known):
            return ArtefactState(True)
        if any(self.content_hash(path) != digest for path, digest in known.items()):
            return ArtefactState(True)
        return ArtefactState(False, status, reason)

    def look_around(self, artefact: Artefact) -> None:
        """Hash the READMEs and requirement files of an artefact before it is read: a change from
        then on is noticed by the next run.
        """
        for path in self.context_of(artefact.path):
            self.content_hash(path)

    def record(
        self,
        artefact: Artefact,
        status: str,
        reason: str | None,
        dependencies: Iterable[str],
        model: int | None = None,
        pictures: str | None = None,
    ) -> None:
        """Note what was made of an artefact (``model``: the row that it is), what that depended
        on, and the names under which it writes pictures.
        """
        place = (self._root_id, artefact.path)
        self._connection.execute("DELETE FROM artefact WHERE root = ? AND path = ?", place)
        wanted = {*dependencies}
        if artefact.kind != "image":
            wanted.update(self.context_of(artefact.path))
        wanted.discard(artefact.path)
        last = fetch_value(self._connection, "SELECT max(reading) FROM dependency")
        reading = (last or 0) + 1 if wanted else None
        self._connection.execute(
            "INSERT INTO artefact (root, path, kind, size_bytes, mtime_ns, content_hash, status, "
            "reason, model, reading, pictures) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *place,
                artefact.kind,
                artefact.size_bytes,
                artefact.mtime_ns,
                None if model else self.content_hash(artefact.path),
                status,
                reason,
                model,
                reading,
                pictures,
            ),
        )
        self._connection.executemany(
            "INSERT INTO dependency (reading, path, content_hash) VALUES (?, ?, ?)",
            [(reading, path, self.content_hash(path)) for path in sorted(wanted)],
        )

    def context_of(self, path: str) -> list[str]:
        """Return the READMEs and requirement files from a script's folder up, nearest first."""
        return [
            found
            for folder in PurePosixPath(path).parents
            for found in self._context.get(folder, ())
        ]

    def neighbours(self, path: str) -> list[str]:
        """Return the scripts in the same folder."""
        found = self._scripts.get(PurePosixPath(path).parent, ())
        return [other for other in found if other.endswith((".py", ".ipynb"))]

    def scripts_below(self, folder: PurePosixPath) -> list[str]:
        """Return the scripts in a folder and all folders below it."""
        return [
            path
            for place, found in self._scripts.items()
            if place == folder or folder in place.parents
            for path in found
            if path.endswith((".py", ".ipynb"))
        ]


def _by_folder(paths: Iterable[str]) -> dict[PurePosixPath, list[str]]:
    folders: dict[PurePosixPath, list[str]] = {}
    for path in sorted(paths):
        folders.setdefault(PurePosixPath(path).parent, []).append(path)
    return folders
