"""Whether a folder is as the last run left it, from one look at the state of each file.

At its end an index run notes a hash of all names, sizes and times below its root, and what its
summary says. As long as the hash is the same there is nothing to read, so that the next run costs
hardly more than a walk. The system sets the time of a change (``st_ctime``) itself, and it has to
be two seconds old when it is noted: no later change can bear the same one. Windows has no such
time; there nothing is noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import apsw

from modelsearch.index import changes, pictures
from modelsearch.index.runs import collecting, weights
from modelsearch.index.runs.stage import RunSummary
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.records import plugins
from modelsearch.records.files import locate
from modelsearch.records.wordlists import word_tuple
from modelsearch.sources.discovery import is_entered
from modelsearch.sources.git_folder import Refused, newest_commit, repository_at
from modelsearch.store.database import fetch_all, fetch_value, read_meta, transaction, write_meta
from modelsearch.store.leaving_out import left_out
from modelsearch.vocabulary.own import in_use

#: Keys of meta that this module writes, each with the root's row behind it.
KEYS = "unchanged "
_YOUNG_NS = 2_000_000_000
_GIT = ".git"
_COUNTED = ("artefact", "model", "image", "run", "checkpoint", "run_source")
#: Counts and lists of a summary that an unchanged run says again.
_SAID_AGAIN = word_tuple("""
    unchanged images_unchanged images_unowned images_mislabelled runs skipped ignored failed
    links specials histories
""")


@dataclass(frozen=True, slots=True)
class _Look:
    """A hash of the state of all files below a root, and the time of the latest change."""

    digest: str
    newest_ns: int


class Standstill:
    """What was noted of one root, and whether it still holds."""

    def __init__(
        self, connection: apsw.Connection, root_id: int, root: Path, options: IndexOptions
    ) -> None:
        self._connection = connection
        self._root_id = root_id
        self._root = root
        self._options = options
        self._began = time.time_ns()
        self._key = f"{KEYS}{root_id}"
        self._passed: tuple[str, ...] = ()
        self._look: _Look | None = None

    def summary(self) -> IndexSummary | None:
        """Return what a run over the folder would say, None where something may have changed."""
        noted = _parsed(read_meta(self._connection, self._key))
        if noted is None or noted.get("rules") != self._rules() or sys.platform == "win32":
            return None
        if noted["files"] != look_at(self._root, noted["passed"]).digest:
            return None
        return _restored(noted["summary"])

    def begin(self, passed: Collection[str] | None) -> None:
        """Forget what was noted, and look at the files before any of them is read. ``passed`` are
        folders that are left alone, None in a run over a part of the root: nothing is noted then.
        """
        if read_meta(self._connection, self._key) is not None:
            forget(self._connection, [self._root_id])
        if passed is not None:
            self._passed = tuple(sorted(passed))
            self._look = look_at(self._root, self._passed)

    def is_of(self, root_id: int) -> None:
        """Say which row stands for the root: one that moved here may be another than expected."""
        self._root_id = root_id
        self._key = f"{KEYS}{root_id}"

    def keep(self, summary: IndexSummary) -> None:
        """Note how the folder stands after a run over the whole of it, if the next one would say
        the same: nothing failed in this run that is tried again, all that was read is here.
        """
        look = self._look
        if look is None or look.newest_ns > self._began - _YOUNG_NS or sys.platform == "win32":
            return
        told = self._said_again(summary)
        if told is None or self._depends_on_others():
            return
        noted = {
            "files": look.digest,
            "rules": self._rules(),
            "passed": self._passed,
            "summary": told,
        }
        with transaction(self._connection):
            write_meta(self._connection, self._key, json.dumps(noted))

    def _said_again(self, summary: IndexSummary) -> dict[str, Any] | None:
        read = (
            summary.added,
            summary.moved,
            summary.updated,
            summary.removed,
            summary.images,
            summary.runs.read,
        )
        fell_short = summary.failed or summary.cut_short or summary.notes or summary.runs.notes
        if summary.faults or (any(read) and fell_short):
            return None
        units = fetch_value(
            self._connection,
            "SELECT count(*) FROM run_source WHERE root = ? AND kind = 'run'",
            (self._root_id,),
        )
        again = replace(
            summary,
            unchanged=summary.models,
            images_unchanged=summary.images + summary.images_unchanged,
            runs=replace(summary.runs, read=0, unchanged=units, notes=[]),
        )
        told = {name: getattr(again, name) for name in _SAID_AGAIN}
        told["runs"] = {one.name: getattr(again.runs, one.name) for one in fields(RunSummary)}
        return told

    def _depends_on_others(self) -> bool:
        """Return whether a script imports what lies in folders that are not looked at."""
        rows = fetch_all(
            self._connection,
            "SELECT DISTINCT d.path FROM artefact a JOIN dependency d ON d.reading = a.reading "
            "WHERE a.root = ?",
            (self._root_id,),
        )
        passed = tuple(f"{folder}/" for folder in self._passed)
        return any(
            path.startswith(("../", "/", *passed)) or not all(map(is_entered, path.split("/")[:-1]))
            for (path,) in rows
        )

    def _rules(self) -> str:
        """A text that changes with all that a run depends on beside the files: how they are read,
        what was asked for, the history of git, and the rows, which other commands may delete.
        """
        told = [
            changes.READER_VERSION,
            collecting.READER_VERSION,
            weights.READER_VERSION,
            pictures.READER_VERSION,
            *map(plugins.versions, plugins.GROUPS),
            sorted(left_out(self._connection)),
            in_use().digest,
            str(self._root),
            replace(self._options, jobs=0, own=type(self._options.own)()),
            [_git_state(folder, self._root) for folder in self._root.parents],
            [
                fetch_value(
                    self._connection,
                    f"SELECT count(*) FROM {table} WHERE root = ?",
                    (self._root_id,),
                )
                for table in _COUNTED
            ],
        ]
        return hashlib.blake2b(repr(told).encode("utf-8", "replace"), digest_size=16).hexdigest()


def forget(connection: apsw.Connection, roots: Collection[int]) -> None:
    """Forget what was noted of some roots: their next run looks at everything."""
    with transaction(connection):
        for root in roots:
            write_meta(connection, f"{KEYS}{root}", None)


def look_at(root: Path, passed: Collection[str]) -> _Look:
    """Look at all files below a folder, except in ``passed`` and in folders that no run enters."""
    digest = hashlib.blake2b(digest_size=16)
    newest = 0
    left_alone = {str(locate(root, folder)) for folder in passed}
    waiting = [str(root)]
    while waiting:
        folder = waiting.pop()
        told: list[str] = []
        inner: list[str] = []
        try:
            with os.scandir(folder) as inside:
                for entry in inside:
                    name = entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if name == _GIT:
                            told.append(_git_state(Path(folder), root))
                        elif is_entered(name) and entry.path not in left_alone:
                            inner.append(entry.path)
                        continue
                    state = entry.stat(follow_symlinks=False)
                    changed = state.st_ctime_ns
                    newest = max(newest, changed)
                    told.append(
                        f"{name}\0{state.st_size}\0{state.st_mtime_ns}\0{changed}\0{state.st_ino}"
                    )
                    if stat.S_ISLNK(state.st_mode):
                        told.append(_led_to(entry))
                    elif name == _GIT:
                        told.append(_git_state(Path(folder), root))
        except OSError as error:
            told.append(f"\0{error.errno}")
        inner.sort(reverse=True)
        told.sort()
        waiting += inner
        told.append(folder)
        digest.update("\n".join(told).encode("utf-8", "surrogatepass"))
    return _Look(digest.hexdigest(), newest)


def _led_to(link: os.DirEntry[str]) -> str:
    """Return where a link leads, and the state of what is there."""
    try:
        place = Path(link.path).resolve()
        there = place.stat()
    except RuntimeError:  # Python 3.11 and 3.12 say so of links that lead round in a circle
        return f"{link.name}\0circle"
    except OSError as error:
        return f"{link.name}\0{error.errno}"
    return f"{link.name}\0{place}\0{there.st_size}\0{there.st_mtime_ns}\0{there.st_ctime_ns}"


def _git_state(folder: Path, root: Path) -> str:
    """Return what the dates of files in a repository depend on: its newest commit, what is
    committed at all, and where a shallow history ends.
    """
    try:
        repository = repository_at(folder, root)
        if repository is None:
            return ""
        commit = newest_commit(repository)
    except Refused as why:
        return str(why)
    told = [str(commit)]
    for file in (repository.own / "index", repository.common / "shallow"):
        try:
            state = file.stat()
        except OSError:
            continue
        told.append(f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}")
    return "\0".join(told)


def _parsed(text: str | None) -> dict[str, Any] | None:
    try:
        noted = json.loads(text or "")
    except ValueError:
        return None
    return noted if isinstance(noted, dict) and isinstance(noted.get("passed"), list) else None


def _restored(told: dict[str, Any]) -> IndexSummary:
    """Make a summary of what was noted."""
    summary = IndexSummary()
    for target, values in ((summary.runs, told["runs"]), (summary, told)):
        for name, value in values.items():
            kept = getattr(target, name)
            if name == "runs":
                continue
            if isinstance(kept, dict):
                kept.update(value)
            elif isinstance(kept, list):
                kept += [tuple(one) if isinstance(one, list) else one for one in value]
            else:
                setattr(target, name, value)
    return summary
