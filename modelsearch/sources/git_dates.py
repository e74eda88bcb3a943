"""When files were made and last changed: from git where it tracks them, else from the file system.

Git is asked once per repository (``git log --name-status``), not once per file. A file's creation
is the commit that added it, followed through renames but not through copies: ``git log --follow``
would jump to a copied ancestor. Author dates are used, with the author's offset.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from modelsearch.records.artefacts import FileDates

_GIT_TIMEOUT_S = 600
_RECORD = "\x1e"


@dataclass(slots=True)
class History:
    """What git knows of one repository: dates by path relative to ``top``.

    ``state`` changes whenever the dates may have changed: it names the newest commit and the
    files that differ from it.
    """

    top: Path
    state: str
    dates: dict[str, FileDates] = field(default_factory=dict)


def repository_of(folder: Path) -> Path | None:
    """Return the top folder of the git working tree that holds ``folder``, or None."""
    out = _git(folder, "rev-parse", "--show-toplevel")
    return Path(out.strip()) if out and out.strip() else None


def repository_state(top: Path) -> str:
    """Return a short text that changes with the newest commit and with uncommitted edits."""
    head = (_git(top, "rev-parse", "HEAD") or "").strip()
    return head + "\n" + "\n".join(sorted(_dirty(top)))


def read_history(top: Path) -> History:
    """Read the whole history of a repository in one pass.

    Files with uncommitted changes take their modification time from the file system. In a
    shallow clone the oldest commit adds every file; what only it knows is left out.
    """
    history = History(top, repository_state(top))
    shallow = _shallow_commits(top)
    log = _log(top)
    created: dict[str, str] = {}
    modified: dict[str, str] = {}
    commits: dict[str, int] = {}
    current: dict[str, str] = {name: name for name in _tracked(top)}
    for commit, date, changes in _commits(log):
        for status, old, new in changes:
            name = current.get(new)
            if name is None:
                continue
            commits[name] = commits.get(name, 0) + 1
            modified.setdefault(name, date)
            if status in "AC":
                del current[new]
                if commit not in shallow:
                    created[name] = date
                elif commits[name] == 1:
                    modified.pop(name)
            elif status == "R":
                del current[new]
                current[old] = name
    dirty = _dirty(top)
    for name, count in commits.items():
        changed = _file_time(top / name) if name in dirty else modified.get(name)
        history.dates[name] = FileDates(created.get(name), changed, "git", count)
    return history


def file_dates(path: Path) -> FileDates:
    """Dates of an untracked file: birth time where the system has it, else modification time.

    The inode change time is never used: it is no creation time.
    """
    stat = path.stat()
    modified = stat.st_mtime
    birth = getattr(stat, "st_birthtime", None)
    created = min(birth, modified) if birth else modified
    return FileDates(_local(created), _local(modified), "file")


def _local(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")


def _file_time(path: Path) -> str | None:
    try:
        return _local(path.stat().st_mtime)
    except OSError:
        return None


def _commits(log: str) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    """Yield (hash, date, [(status, old name, new name)]) from newest to oldest."""
    for block in log.split(_RECORD)[1:]:
        header, _, rest = block.partition("\0")
        commit, _, date = header.strip().partition(" ")
        yield commit, date, list(_changes(rest.lstrip("\n").split("\0")))


def _changes(fields: list[str]) -> Iterator[tuple[str, str, str]]:
    position = 0
    while position + 1 < len(fields):
        letters = fields[position].strip().rstrip("0123456789")
        if not letters:
            position += 1
            continue
        # A rename names two paths; a merge the path in each of its parents, then its own.
        count = len(letters) + 1 if len(letters) > 1 or letters in "RC" else 1
        paths = fields[position + 1 : position + 1 + count]
        yield _change(letters, paths)
        position += 1 + count


def _change(letters: str, paths: list[str]) -> tuple[str, str, str]:
    """Return (status, old name, new name); a merge has a letter for each of its parents.

    A merge adds a file only if no parent has it, and renames it only if none has it by its name.
    """
    if "M" in letters:
        return "M", paths[-1], paths[-1]
    if "R" in letters:
        return "R", paths[letters.index("R")], paths[-1]
    return letters[0], paths[0], paths[-1]


def _log(top: Path) -> str:
    """Every commit with the files it changed, newest first.

    Of a merge, only what differs from all its parents: what was made in the merge itself.

    Finding renames of changed files needs their contents; where a clone lacks some (a partial
    clone), only renames of unchanged files are followed.
    """
    for renames in ("-M", "-M100%"):
        log = _git(
            top, "-c", "core.quotePath=false", "-c", "log.showSignature=false", "log",
            "--topo-order", "-c", "--combined-all-paths", renames, "--no-color", "--name-status",
            "-z", f"--format={_RECORD}%H %aI",
        )  # fmt: skip
        if log is not None:
            return log
    return ""


def _tracked(top: Path) -> list[str]:
    return [
        name
        for name in (
            _git(top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD") or ""
        ).split("\0")
        if name
    ]


def _dirty(top: Path) -> set[str]:
    out = _git(top, "diff", "--name-only", "-z", "HEAD") or ""
    return {name for name in out.split("\0") if name}


def _shallow_commits(top: Path) -> set[str]:
    out = (_git(top, "rev-parse", "--git-path", "shallow") or "").strip()
    path = top / out
    if not out or not path.is_file():
        return set()
    return set(path.read_text(encoding="ascii", errors="replace").split())


def _git(folder: Path, *arguments: str) -> str | None:
    """Run a reading git command; None when git is missing, refuses or takes too long.

    Hooks and file-system monitors that a foreign repository configures are switched off: nothing
    in an indexed folder may run.
    """
    environment = {
        **os.environ,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
    }
    command = [
        "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
        "-c", "diff.external=", "-C", str(folder), *arguments,
    ]  # fmt: skip
    try:
        result = subprocess.run(
            command, capture_output=True, timeout=_GIT_TIMEOUT_S, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if result.returncode != 0:
        return None
    return result.stdout.decode("utf-8", "surrogateescape")
