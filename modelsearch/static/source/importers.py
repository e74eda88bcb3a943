"""Which files of a project import which: a text search, bounded, once per project folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from modelsearch.records.files import entries, locate, read_start

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+([^\n#]*)|import[ \t]+([^\n#]+))", re.M
)
_MAX_FILES = 600
_MAX_TEXT = 200_000
_IGNORED = (".", "__pycache__", "node_modules", "venv", "site-packages", "build")
_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


def is_imported(root: Path, path: str) -> bool:
    """Say whether another file of the project imports ``root / path`` (tests do not count)."""
    file = locate(root, path)
    project = _project(root, file)
    stem, folder = file.stem, file.parent.name
    package = (file.parent / "__init__.py").exists()
    for other, modules in _imports(project, root):
        outside = file.parent not in other.parents
        if package and outside and any(folder in module.split(".") for module in modules):
            return True  # a part of a package that something else uses
        if other != file and any(
            _means(module, stem, folder, other.parent, file.parent) for module in modules
        ):
            return True
    return False


def _means(module: str, stem: str, folder: str, user: Path, used: Path) -> bool:
    """Say whether a dotted name, imported in folder ``user``, is the file ``used / stem``."""
    parts = [part for part in module.split(".") if part]
    if not parts or stem not in parts[-2:]:
        return False
    at = len(parts) - 1 - parts[::-1].index(stem)
    if at > 0:
        return parts[at - 1] == folder
    near = user == used or used in user.parents or user in used.parents
    return near or user.parent == used.parent


def _project(root: Path, file: Path) -> Path:
    """The nearest folder above with a project's mark, at most the root."""
    folder = file.parent
    while folder not in (root, folder.parent):
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
        folder = folder.parent
    return root


def _imports(project: Path, root: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield the files of a project with the dotted names that each imports."""
    for file in _files(project, root):
        try:
            status = file.lstat()
            yield file, _of_file(str(file), root, status.st_mtime_ns, status.st_size)
        except OSError:
            continue


@lru_cache(maxsize=4_000)
def _of_file(path: str, root: Path, mtime_ns: int, size: int) -> frozenset[str]:
    """Read the imports of one version of a file."""
    text = read_start(path, _MAX_TEXT, root).decode("utf-8", "replace")
    if path.endswith(".ipynb"):  # lines are strings there, however they are laid out
        text = text.replace("\\n", "\n").replace('"', "\n")
    return frozenset(_modules(text))


def _modules(text: str) -> Iterator[str]:
    """Yield the dotted names that a text imports: ``a.b`` and, from it, ``a.b.c``."""
    for base, names, plain in _IMPORT.findall(text):
        if base:
            yield base
            for name in re.findall(r"\w+", names)[:40]:
                yield f"{base}.{name}"
        for name in plain.split(","):
            yield name.split(" as ")[0].strip()


def _files(folder: Path, root: Path) -> Iterator[Path]:
    """Yield Python files and notebooks below a folder, nearest first; tests are left out."""
    queue, count = [folder], 0
    while queue and count < _MAX_FILES:
        place = queue.pop(0)
        scripts: list[Path] = []
        try:
            with entries(place, root) as inside:
                for entry in inside:
                    if entry.name.startswith(_IGNORED) or entry.name in ("tests", "test"):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(place / entry.name)
                    elif _is_script(entry):
                        scripts.append(place / entry.name)
        except OSError:
            continue
        count += len(scripts)
        yield from scripts


def _is_script(entry: os.DirEntry[str]) -> bool:
    named = entry.name.endswith((".py", ".ipynb")) and not entry.name.startswith("test_")
    return named and entry.is_file(follow_symlinks=False)
