"""When files were made and last changed: from git where it tracks them, else from the file system.

Git is asked once per repository (``git log --name-status``), not once per file. A file's creation
is the commit that added it, followed through renames but not through copies: ``git log --follow``
would jump to a copied ancestor. Author dates are used, with the author's offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from modelsearch.records.artefacts import FileDates
from modelsearch.records.files import path_raw, path_text
from modelsearch.sources.git_changes import Changes
from modelsearch.sources.git_folder import (
    Git,
    Refused,
    Repository,
    newest_commit,
    quarantined,
    shallow_commits,
)

_RECORD = "\x1e"


@dataclass(slots=True)
class History:
    """What git knows of one repository: dates by path relative to ``top``, as committed."""

    top: Path
    committed: dict[str, FileDates] = field(default_factory=dict)
    changes: Changes | None = None

    def of(self, name: str) -> FileDates | None:
        """Return a file's dates, None where git does not know it. A file with uncommitted changes
        was last changed when its file says so.
        """
        dates = self.committed.get(name)
        if dates is None or self.changes is None or not self.changes.differs(name):
            return dates
        changed = _file_time(self.top / path_raw(name))
        return replace(dates, modified_at=changed, modified_from="file")


def read_history(repository: Repository) -> History:
    """Read the whole history of a repository in one pass.

    In a shallow clone the oldest commit adds every file; what only it knows is left out. Raises
    Refused where the repository is not one that can be read.
    """
    commit = newest_commit(repository)
    history = History(repository.top)
    if commit is None:
        return history
    with quarantined(repository, commit) as git:
        committed = _committed(git)
        log = _log(git)
    history.changes = Changes(repository.top, repository.own, committed)
    history.committed = _dates(log, list(committed), shallow_commits(repository))
    return history


def _dates(log: str, tracked: list[str], shallow: set[str]) -> dict[str, FileDates]:
    """Follow each tracked file back through a log, newest commit first."""
    created: dict[str, str] = {}
    modified: dict[str, str] = {}
    commits: dict[str, int] = {}
    current: dict[str, str] = {name: name for name in tracked}
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
    return {
        name: FileDates(created.get(name), modified.get(name), "git", count)
        for name, count in commits.items()
    }


def file_dates(path: Path) -> FileDates:
    """Dates of an untracked file: birth time where the system has it, else modification time.

    The inode change time is never used: it is no creation time.
    """
    stat = path.stat()
    modified = stat.st_mtime
    birth = getattr(stat, "st_birthtime", None)
    created = min(birth, modified) if birth else modified
    return FileDates(_local(created), _local(modified), "file")


def _local(seconds: float) -> str | None:
    """Return a time as ISO 8601 with the local offset; None where no calendar reaches."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None


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


def _log(git: Git) -> str:
    """Every commit with the files it changed, newest first.

    Of a merge, only what differs from all its parents: what was made in the merge itself.

    Finding renames of changed files needs their contents; where a clone lacks some (a partial
    clone), only renames of unchanged files are followed.
    """
    for renames in ("-M", "-M100%"):
        log = git.ask(
            "log",
            "--topo-order",
            "-c",
            "--combined-all-paths",
            renames,
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--name-status",
            "-z",
            f"--format={_RECORD}%H %aI",
        )
        if log is not None:
            return path_text(log.decode("utf-8", "surrogateescape"))
    raise Refused("its history is incomplete or damaged, or git is missing")


def _committed(git: Git) -> dict[str, tuple[str, str]]:
    """Return the mode and the hash of each file of the newest commit."""
    listed = git.ask("ls-tree", "-r", "-z", "--full-tree", "HEAD")
    if listed is None:
        raise Refused("its newest commit cannot be read, or git is missing")
    found: dict[str, tuple[str, str]] = {}
    for line in path_text(listed.decode("utf-8", "surrogateescape")).split("\0"):
        about, tab, name = line.partition("\t")
        mode, _, kind_and_hash = about.partition(" ")
        if tab:
            found[name] = mode, kind_and_hash.rpartition(" ")[2]
    return found
