"""Finding what moved before anything is removed or read: a root, folders in it, single files.

A file that is gone and whose very bytes lie at one new place has moved there; a folder moved when
at least half of its files did so to the same places in another folder, and then the files in it
that were changed on the way moved, too. Old places must be gone: copies are new models.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from modelsearch.index.moved.matching import Matches, above, below, match
from modelsearch.index.moved.rows import Move, move_files, remove_files, wait_at
from modelsearch.records.files import locate, open_regular, path_raw, path_text
from modelsearch.records.structs import frozen
from modelsearch.records.text import sentence_list
from modelsearch.sources.discovery import Artefact
from modelsearch.store.database import fetch_all, fetch_value, transaction

_SCRIPTS = ("script", "notebook")
_KINDS = (*_SCRIPTS, "image")
_CHUNK = 1 << 20
_LARGE = 1_000_000  #: bytes; such files changed when their size or time did


@dataclass(slots=True)
class Followed:
    """What moved. ``models`` are the row ids of models that are read at their new places; ``ways``
    count the models that went from one place to another, ``notes`` say what is not known, and
    ``removed`` counts models that other files were moved over, or whose root moved without them.
    """

    models: set[int] = field(default_factory=set)
    ways: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    removed: int = 0


@frozen
class _Row:
    """A file as the database knows it; ``place`` is its whole path. A row without ``kind`` stands
    for remarks whose model went in an earlier run.
    """

    place: str
    root: int
    path: str
    kind: str
    size: int
    mtime: int
    content: bytes
    model: int | None


class Follower:
    """Finds what moved to the files of one root, and moves the rows."""

    def __init__(
        self, connection: apsw.Connection, root: Path, content_of: Callable[[str], bytes]
    ) -> None:
        self._connection = connection
        self._root = root
        self._here = path_text(root.as_posix()).rstrip("/")
        self._content_of = content_of
        self._there: dict[str, bool] = {}
        self._roots: dict[int, str] = {
            row: path.rstrip("/")
            for row, path in fetch_all(connection, "SELECT id, path FROM root")
            if Path(path_raw(path)).is_absolute()
        }

    def follow(self, artefacts: Sequence[Artefact], *, keep_missing: bool = False) -> Followed:
        """Move the rows of all that moved to the files that were discovered. A root that lies
        here now goes with what it has lost, unless ``keep_missing``.
        """
        files = {self._place(one.path): one for one in artefacts if one.kind in _KINDS}
        own = next((row for row, path in self._roots.items() if path == self._here), None)
        known = {row.place: row for row in self._rows("a.root = ?", own)} if own else {}
        new = self._new(files, known)
        gone = self._gone(files, known, own, new) if new else {}
        if not gone:
            return Followed()
        matches, gone = self._matched(gone, new, files)
        folders = self._whole(matches)
        relocated = self._relocated(folders)
        if relocated is not None:  # what moved inside it remains to be found
            inside = Follower(self._connection, self._root, self._content_of).follow(artefacts)
            inside.ways.insert(0, relocated)
            return inside
        followed = Followed(notes=self._said_of_open(matches, gone))
        with transaction(self._connection):
            over = [known[now] for now in matches.pairs.values() if now in known]
            followed.removed = remove_files(
                self._connection,
                [(row.root, row.path) for row in over if row.place not in matches.pairs],
            )
            self._move(matches, folders, gone, files, followed)
            if not keep_missing:
                followed.removed += self._leave(folders)
        return followed

    def _place(self, path: str) -> str:
        return f"{self._here}/{path}"

    # What is new, and what is gone.

    def _new(self, files: Mapping[str, Artefact], known: Mapping[str, _Row]) -> dict[str, Artefact]:
        """Return the files whose content the database does not have at their places."""
        found = {}
        for place, one in files.items():
            row = known.get(place)
            if row is None or (not _untouched(row, one) and self._content(one) != row.content):
                found[place] = one
        return found

    def _gone(
        self,
        files: Mapping[str, Artefact],
        known: Mapping[str, _Row],
        own: int | None,
        new: Mapping[str, Artefact],
    ) -> dict[str, _Row]:
        """Return what the database has and no longer lies in its place: files that are gone, those
        of other roots, too, files that were changed, and remarks whose model went.
        """
        sizes = {one.size_bytes for one in new.values()}
        rows = [*known.values(), *self._rows("a.root IS NOT ?", own)]
        waiting = {row.place: row for row in self._waiting() if not self._exists(row.place)}
        return waiting | {
            row.place: row
            for row in rows
            if row.content
            and row.size in sizes
            and (row.place in new if row.place in files else not self._exists(row.place))
        }

    def _rows(self, where: str, *values: object) -> list[_Row]:
        rows = fetch_all(
            self._connection,
            "SELECT a.root, a.path, a.kind, a.size_bytes, a.mtime_ns, "
            "coalesce(a.content_hash, m.content_hash), a.model FROM artefact a "
            "LEFT JOIN model m ON m.id = a.model "
            f"WHERE {where} AND (a.model IS NOT NULL OR a.kind = 'image')",
            values,
        )
        return [
            _Row(
                f"{self._roots[root]}/{path}", root, path, kind, size, mtime, content or b"", model
            )
            for root, path, kind, size, mtime, content, model in rows
            if root in self._roots
        ]

    def _waiting(self) -> list[_Row]:
        rows = fetch_all(
            self._connection,
            "SELECT DISTINCT root, path, content_hash FROM remark "
            "WHERE model IS NULL AND length(content_hash) > 0",
        )
        return [
            _Row(f"{self._roots[root]}/{path}", root, path, "", 0, 0, content, None)
            for root, path, content in rows
            if root in self._roots
        ]

    def _exists(self, place: str) -> bool:
        if place not in self._there:
            self._there[place] = os.path.lexists(path_raw(place))
        return self._there[place]

    def _content(self, one: Artefact) -> bytes:
        if one.kind != "image":
            return self._content_of(one.path)
        try:
            with open_regular(locate(self._root, one.path), self._root) as opened:
                digest = hashlib.sha256()
                while chunk := opened.read(_CHUNK):
                    digest.update(chunk)
                return digest.digest()
        except OSError:
            return b""

    # Which of them is which.

    def _matched(
        self, gone: dict[str, _Row], new: Mapping[str, Artefact], files: Mapping[str, Artefact]
    ) -> tuple[Matches, dict[str, _Row]]:
        """Match places. A file that is still there, changed, has moved only where what lies in
        its place now came from elsewhere: else it was edited, and what has its old content is a
        copy. What a file was moved over is gone.
        """
        sizes = {row.size for row in gone.values()}
        anything = any(not row.kind for row in gone.values())
        contents = {
            place: self._content(one)
            for place, one in new.items()
            if anything or one.size_bytes in sizes
        }
        contents = {place: content for place, content in contents.items() if content}
        while True:
            found = match({place: row.content for place, row in gone.items()}, contents)
            lost = {row.content for row in gone.values()}
            wrong = {old for old in found.pairs if old in files and contents.get(old) not in lost}
            if not wrong:
                return found, gone
            gone = {place: row for place, row in gone.items() if place not in wrong}

    def _said_of_open(self, matches: Matches, gone: Mapping[str, _Row]) -> list[str]:
        """Say of models that are gone that it is not known which of several files they became."""
        lines = []
        for old, new in matches.open:
            if any(gone[place].model is not None and gone[place].kind in _SCRIPTS for place in old):
                was, now = _some([*map(self._short, old)]), _some([*map(self._short, new)])
                lines.append(
                    f"{was} {'is' if len(old) == 1 else 'are'} gone, and {now} "
                    f"{'has' if len(new) == 1 else 'have'} the same content: which became which "
                    "is not known, so nothing was moved (what was said waits in `modelsearch "
                    "remarks`)"
                )
        return lines

    # Moving.

    def _move(
        self,
        matches: Matches,
        folders: Mapping[str, str],
        gone: Mapping[str, _Row],
        files: Mapping[str, Artefact],
        followed: Followed,
    ) -> None:
        rows = {place: gone[place] for place in matches.pairs}
        pairs = dict(matches.pairs)
        filled = set(pairs.values())
        for folder, other in folders.items():
            for row in self._inside(folder):
                target = below(folder, other, row.place)
                free = row.place not in pairs and target not in filled
                if free and self._may_lie(row, target, files):
                    filled.add(target)
                    pairs[row.place], rows[row.place] = target, row
        own = self._own_root()
        move_files(
            self._connection,
            [
                Move(row.root, row.path, own, self._path(pairs[place]))
                for place, row in rows.items()
            ],
        )
        followed.models = {row.model for row in rows.values() if row.model is not None}
        followed.ways = self._ways(rows, pairs, folders)

    def _whole(self, matches: Matches) -> dict[str, str]:
        """Return the folders that moved as a whole, the outermost of each."""
        found: dict[str, str] = {}
        for (folder, other), count in sorted(
            matches.folders.items(), key=lambda one: (len(one[0][0]), -one[1], one[0])
        ):
            if self._exists(folder) or any(one in found for one in (folder, *above(folder))):
                continue
            files = sum(row.kind in _KINDS for row in self._inside(folder))
            if 2 * count >= files:
                found[folder] = other
        return found

    def _inside(self, folder: str) -> list[_Row]:
        """Return the rows of all files in a folder, whatever their roots."""
        found: list[_Row] = []
        for root, path in self._roots.items():
            if path == folder or path.startswith(f"{folder}/"):
                found += self._rows("a.root = ?", root)
            elif folder.startswith(f"{path}/"):
                inside = folder[len(path) + 1 :] + "/"
                found += self._rows(
                    "a.root = ? AND substr(a.path, 1, ?) = ?", root, len(inside), inside
                )
        return found

    def _may_lie(self, row: _Row, target: str, files: Mapping[str, Artefact]) -> bool:
        """Return whether a row of a folder that moved may stand at a place of the other one."""
        if not target.startswith(f"{self._here}/"):
            return False
        if row.kind in _KINDS:
            return target in files and files[target].kind == row.kind and not self._taken(target)
        return not self._taken(target)  # of runs and checkpoints

    def _taken(self, place: str) -> bool:
        sql = (
            "SELECT 1 FROM artefact a JOIN root r ON r.id = a.root WHERE r.path = ? AND a.path = ?"
        )
        own = path_text(self._root.as_posix())
        return fetch_value(self._connection, sql, (own, self._path(place))) is not None

    def _relocated(self, folders: Mapping[str, str]) -> tuple[int, str, str] | None:
        """Where a whole root lies here now, and no root did before: let it be this one, and return
        its models and its way.
        """
        if self._here in self._roots.values():
            return None
        here = path_text(self._root.as_posix())
        for root, path in self._roots.items():
            if self._now(path, folders) == self._here:
                with transaction(self._connection):
                    self._connection.execute("UPDATE root SET path = ? WHERE id = ?", (here, root))
                count = "SELECT count(*) FROM model WHERE root = ?"
                return int(fetch_value(self._connection, count, (root,))), path, here
        return None

    def _now(self, place: str, folders: Mapping[str, str]) -> str | None:
        """Return where a folder lies now, None where it did not move."""
        for folder in (place, *above(place)):
            if folder in folders:
                return below(folder, folders[folder], place)
        return None

    def _own_root(self) -> int:
        here = path_text(self._root.as_posix())
        self._connection.execute(
            "INSERT INTO root (path) VALUES (?) ON CONFLICT (path) DO NOTHING", (here,)
        )
        return int(fetch_value(self._connection, "SELECT id FROM root WHERE path = ?", (here,)))

    def _leave(self, folders: Mapping[str, str]) -> int:
        """Remove roots that lie here now, and return how many models they had left; what was said
        of these waits here.
        """
        left, own = 0, self._own_root()
        for root, path in self._roots.items():
            now = self._now(path, folders)
            if now is not None and f"{now}/".startswith(f"{self._here}/"):
                count = "SELECT count(*) FROM model WHERE root = ?"
                left += int(fetch_value(self._connection, count, (root,)))
                wait_at(self._connection, root, own, self._path(now))
                self._connection.execute("DELETE FROM root WHERE id = ?", (root,))
        return left

    # Saying it.

    def _ways(
        self, rows: Mapping[str, _Row], pairs: Mapping[str, str], folders: Mapping[str, str]
    ) -> list[tuple[int, str, str]]:
        """Count the models that went from one folder to another, or of one name to another."""
        ways: Counter[tuple[str, str]] = Counter()
        for place, row in rows.items():
            if row.model is None:
                continue
            whole = next((one for one in above(place) if one in folders), None)
            old, _, name = place.rpartition("/")
            new, _, other = pairs[place].rpartition("/")
            if whole is not None:
                ways[f"{whole}/", f"{folders[whole]}/"] += 1
            else:
                ways[(f"{old}/", f"{new}/") if name == other else (place, pairs[place])] += 1
        return [(count, self._short(old), self._short(new)) for (old, new), count in ways.items()]

    def _short(self, place: str) -> str:
        """Return a place as it is told: relative to the indexed folder, where it lies in it."""
        return place.removeprefix(f"{self._here}/") or "./"

    def _path(self, place: str) -> str:
        """Return a place below the root as a path relative to it."""
        return place[len(self._here) + 1 :]


def _untouched(row: _Row, one: Artefact) -> bool:
    """Return whether a file need not be opened to know that it is as it was."""
    same = (row.size, row.mtime) == (one.size_bytes, one.mtime_ns)
    return same and (one.kind == "image" or one.size_bytes > _LARGE)


def _some(places: Sequence[str]) -> str:
    """``a.py, b.py and 3 more``."""
    shown = places if len(places) < 4 else [*places[:2], f"{len(places) - 2:,} more"]
    return sentence_list(shown)
