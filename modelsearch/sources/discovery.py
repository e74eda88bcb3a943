"""Finding the files of interest under a folder.

Symbolic links to folders are not followed (no loops), nor is any link that leads out of the
folder. Pipes, sockets and devices are never opened. Folders that hold other people's code or
machine state (environments, caches, version control) are left out.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from modelsearch.records.files import entries, leads_out, locate, path_text
from modelsearch.records.places import place_of
from modelsearch.sources.checkpoints.registry import recognise as may_be_weights
from modelsearch.sources.ignoring import IgnoreRules, Ignoring
from modelsearch.sources.runs.registry import recognise

#: Folders that never hold a person's own experiments.
SKIPPED_FOLDERS = frozenset(
    {
        "__pycache__",
        "node_modules",
        "site-packages",
        "dist-packages",
        "venv",
        "env",
        "build",
        "dist",
    }
)
#: Files whose presence marks a folder as a Python environment.
_ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")

SCRIPT_SUFFIXES = {".py": "script", ".ipynb": "notebook"}
IMAGE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".avif", ".jxl", ".bmp", ".tif", ".tiff"}
    | {".mp4", ".m4v", ".mov", ".webm", ".mkv"}
)
#: Hidden folders that hold what a run left.
_HIDDEN = frozenset({".hydra", ".aim"})
#: Copies of the source that trackers keep beside a run: versions of a script, no scripts.
_SNAPSHOTS = re.compile(
    r"(^|/)(_sources|\.hydra|wandb/[^/]+/files/code|(m-)?[0-9a-f]{32}/artifacts)(/|$)"
)
COPY = "a copy of a script that a tracker keeps"
_README_STEMS = ("readme",)
_README_SUFFIXES = frozenset({".md", ".rst", ".txt", ""})
_REQUIREMENT_NAMES = frozenset(
    {
        "requirements.txt",
        "pyproject.toml",
        "environment.yml",
        "environment.yaml",
        "setup.py",
        "setup.cfg",
        "poetry.lock",
        "uv.lock",
        "pipfile.lock",
        "pipfile",
    }
)


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file that may matter: ``path`` is relative to the root, with forward slashes. ``run`` is
    the reader of a file that belongs to a run, and the run's folder.
    """

    path: str
    kind: str
    size_bytes: int
    mtime_ns: int
    run: tuple[str, str] | None = None

    def moved(self, path: str) -> Artefact:
        """Return the artefact under another path, as one of another root."""
        return replace(self, path=path, run=recognise(path) if self.run else None)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder or file that the system would not let us look at, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Untouched:
    """A link that leads out of the folder, or a pipe, socket or device that bears the name of a
    file of interest: not followed, not opened.
    """

    path: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or folder that is left alone, and what says so."""

    path: str
    reason: str
    is_folder: bool = False


Found = Artefact | Unreadable | Untouched | Ignored


def kind_of(name: str) -> str | None:
    """Return script, notebook, image, readme or requirements for a file name, else None."""
    place = place_of(name.lower())
    stem, suffix = place.stem, place.suffix
    if name.lower() in _REQUIREMENT_NAMES:
        return "requirements" if suffix != ".py" else "script"
    if suffix in SCRIPT_SUFFIXES:
        return SCRIPT_SUFFIXES[suffix]
    if suffix in IMAGE_SUFFIXES:
        return "image"
    if stem in _README_STEMS and suffix in _README_SUFFIXES:
        return "readme"
    return None


def kind_at(path: str, *, snapshot: bool) -> tuple[str | None, tuple[str, str] | None]:
    """Return the kind of a file at its place, and the reader and folder of its run. Beside a run
    that a tracker keeps, pictures and weights count, texts and scripts are copies.
    """
    found = kind_of(path.rpartition("/")[2])
    if snapshot and found != "image":
        found = None
    run = recognise(path) if found in (None, "readme") else None
    if found is None and run is not None:
        return "run", run
    return found or ("checkpoint" if may_be_weights(path) else None), run


def discover(
    root: Path, within: Path | None = None, rules: IgnoreRules | None = None
) -> Iterator[Found]:
    """Yield the artefacts under ``root``, sorted within each folder, files before folders.

    ``root`` may be a single file; then it alone is yielded. Every yielded path is relative to
    ``root`` (to its folder for a single file), as :func:`path_text` writes it. Links may lead
    anywhere ``within`` (default: the root itself). ``rules`` say what is ignored.
    """
    if root.is_file():
        found = _single(root, within or root.parent)
        if found is not None:
            yield found
        return
    walk = _Walk(root, within or root, rules or IgnoreRules())
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        folders: list[str] = []
        yield from _of_folder(walk, prefix, folders)
        waiting += reversed(folders)


class _Walk:
    """Where a walk began, how far links may lead, and what it leaves alone."""

    def __init__(self, root: Path, within: Path, rules: IgnoreRules) -> None:
        self.root, self.within = root, within
        self.ignoring = Ignoring(within, rules)
        below = path_text(root.relative_to(within).as_posix()) if within in root.parents else ""
        self._above = f"{below}/" if below else ""
        self.ignoring.enter_above(below)

    def enter(self, prefix: str, names: Collection[str]) -> None:
        """Note what a folder holds."""
        self.ignoring.enter(f"{self._above}{prefix}".rstrip("/"), names)

    def ignored(self, path: str, *, is_folder: bool = False, kind: str | None = None) -> str | None:
        """Return what says that a path is left alone."""
        is_code = kind in SCRIPT_SUFFIXES.values()
        return self.ignoring.reason(self._above + path, is_folder=is_folder, is_code=is_code)


def _of_folder(walk: _Walk, prefix: str, folders: list[str]) -> Iterator[Found]:
    """Yield what one folder holds, and add the folders in it that are worth a look."""
    found: list[Found] = []
    snapshot = _SNAPSHOTS.search(prefix) is not None
    try:
        with entries(locate(walk.root, prefix), walk.within) as inside:
            names = {entry.name for entry in inside}
            if prefix and not names.isdisjoint(_ENVIRONMENT_MARKS):
                return
            walk.enter(prefix, names)
            for entry in inside:
                name = path_text(entry.name)
                path = f"{prefix}/{name}" if prefix else name
                if not entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        found += _of_entry(walk, path, entry, snapshot=snapshot)
                elif is_entered(entry.name):
                    reason = walk.ignored(path, is_folder=True)
                    if reason is None:
                        folders.append(path)
                    else:
                        found.append(Ignored(path, reason, is_folder=True))
    except OSError as error:
        yield Unreadable(prefix or ".", error.strerror or "cannot be read")
        return
    yield from found


def is_entered(name: str) -> bool:
    """Return whether a folder of this name may hold a person's own experiments."""
    if name.startswith("."):
        return name in _HIDDEN
    return name not in SKIPPED_FOLDERS


def _of_entry(
    walk: _Walk, path: str, entry: os.DirEntry[str], *, snapshot: bool
) -> Iterator[Found]:
    if entry.is_symlink() and leads_out(locate(walk.root, path), walk.within):
        yield Untouched(path, is_link=True)
        return
    kind, run = kind_at(path, snapshot=snapshot)
    if snapshot and kind_of(entry.name) in SCRIPT_SUFFIXES.values():
        yield Ignored(path, COPY)
        return
    if kind is None:
        return
    reason = walk.ignored(path, kind=kind)
    if reason is not None:
        yield Ignored(path, reason)
        return
    try:
        status = entry.stat()
    except FileNotFoundError:  # a broken link
        return
    except OSError as error:
        yield Unreadable(path, error.strerror or "cannot be read")
        return
    if stat.S_ISREG(status.st_mode):
        yield Artefact(path, kind, status.st_size, _nanoseconds(status), run)
    elif not stat.S_ISDIR(status.st_mode):
        yield Untouched(path, is_link=False)


def _single(file: Path, within: Path) -> Found | None:
    path = path_text(file.name)
    kind, run = kind_at(path, snapshot=False)
    if leads_out(file, within):
        return Untouched(path, is_link=True)
    try:
        status = file.stat()
    except OSError as error:
        return Unreadable(path, error.strerror or "cannot be read")
    return Artefact(path, kind, status.st_size, _nanoseconds(status), run) if kind else None


def _nanoseconds(status: os.stat_result) -> int:
    """Return when a file was changed, at most what a database's integer holds (the year 2262).

    The time that a person may set back counts, or the system's own, whichever is later.
    """
    return max(-(2**63), min(max(status.st_mtime_ns, status.st_ctime_ns), 2**63 - 1))
