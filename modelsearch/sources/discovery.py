"""Finding the files of interest under a folder.

Symbolic links to folders are not followed (no loops), and folders that hold other people's code
or machine state (environments, caches, version control) are left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelsearch.sources.checkpoints.registry import recognise as may_be_weights
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
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
#: Hidden folders that hold what a run left.
_HIDDEN = frozenset({".hydra", ".aim"})
#: Copies of the source that trackers keep beside a run: versions of a script, no scripts.
_SNAPSHOTS = re.compile(r"(^|/)(_sources|\.hydra|wandb/[^/]+/files/code)(/|$)")
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
    """A file that may matter: ``path`` is relative to the root, with forward slashes."""

    path: str
    kind: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder or file that the system would not let us look at, and why."""

    path: str
    reason: str


def kind_of(name: str) -> str | None:
    """Return script, notebook, image, readme or requirements for a file name, else None."""
    pure = PurePosixPath(name.lower())
    stem, suffix = pure.stem, pure.suffix
    if name.lower() in _REQUIREMENT_NAMES:
        return "requirements" if suffix != ".py" else "script"
    if suffix in SCRIPT_SUFFIXES:
        return SCRIPT_SUFFIXES[suffix]
    if suffix in IMAGE_SUFFIXES:
        return "image"
    if stem in _README_STEMS and suffix in _README_SUFFIXES:
        return "readme"
    return None


def _kind(path: str, name: str, *, snapshot: bool) -> str | None:
    """The kind of a file at its place: what is neither of the above may be of a run."""
    found = None if snapshot else kind_of(name)
    if found is None and recognise(path) is not None:
        return "run"
    return found or ("checkpoint" if may_be_weights(path) else None)


def discover(root: Path) -> Iterator[Artefact | Unreadable]:
    """Yield the artefacts under ``root``, sorted within each folder, files before folders.

    ``root`` may be a single file; then it alone is yielded. Every yielded path is relative to
    ``root`` (to its folder for a single file).
    """
    if root.is_file():
        found = _artefact(root.parent, root.name, root, snapshot=False)
        if found is not None:
            yield found
        return
    yield from _walk(root, "")


def _walk(root: Path, prefix: str) -> Iterator[Artefact | Unreadable]:
    try:
        entries = sorted(os.scandir(root / prefix), key=lambda entry: entry.name)
    except OSError as error:
        yield Unreadable(prefix or ".", error.strerror or "cannot be read")
        return
    if any(entry.name in _ENVIRONMENT_MARKS for entry in entries) and prefix:
        return
    snapshot = _SNAPSHOTS.search(prefix) is not None
    folders: list[str] = []
    for entry in entries:
        path = f"{prefix}/{entry.name}" if prefix else entry.name
        if entry.is_dir(follow_symlinks=False):
            if _entered(entry.name):
                folders.append(path)
        elif not entry.name.startswith("."):
            found = _artefact(root, path, entry, snapshot=snapshot)
            if found is not None:
                yield found
    for folder in folders:
        yield from _walk(root, folder)


def _entered(name: str) -> bool:
    if name.startswith("."):
        return name in _HIDDEN
    return name not in SKIPPED_FOLDERS


def _artefact(
    root: Path, path: str, entry: os.DirEntry[str] | Path, *, snapshot: bool
) -> Artefact | Unreadable | None:
    kind = _kind(path, entry.name, snapshot=snapshot)
    if kind is None:
        return None
    try:
        stat = entry.stat()
        if not (root / path).is_file():  # sockets, pipes, devices, broken links
            return None
    except OSError as error:
        return Unreadable(path, error.strerror or "cannot be read")
    return Artefact(path, kind, stat.st_size, stat.st_mtime_ns)
