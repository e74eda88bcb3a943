"""Which files of a project import which: a text search, bounded, once per project folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from modelsearch.records.files import entries, locate, read_start
from modelsearch.static.source.tree import SourceTree

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+([^\n#]*)|import[ \t]+([^\n#]+))", re.M
)
_MAX_FILES = 600
_MAX_TEXT = 200_000
_IGNORED = (".", "__pycache__", "node_modules", "venv", "site-packages", "build")
_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


#: The files that name a module, by each part of its dotted name.
_Index = dict[str, list[tuple[Path, str]]]


def is_imported(tree: SourceTree, path: str) -> bool:
    """Return whether another file of the project imports a file (tests do not count)."""
    file = locate(tree.root, path)
    project = _project(tree, file)
    index = tree.once(("importers", project), lambda: _indexed(project, tree.root))
    stem, folder = file.stem, file.parent.name
    if (file.parent / "__init__.py").exists() and any(
        file.parent not in other.parents for other, _ in index.get(folder, ())
    ):
        return True  # a part of a package that something else uses
    return any(
        other != file and _means(module, stem, folder, other.parent, file.parent)
        for other, module in index.get(stem, ())
    )


def _indexed(project: Path, root: Path) -> _Index:
    index: _Index = {}
    for other in _files(project, root):
        for module in _of_file(other, root):
            for part in set(module.split(".")):
                index.setdefault(part, []).append((other, module))
    return index


def _means(module: str, stem: str, folder: str, user: Path, used: Path) -> bool:
    """Return whether a dotted name, imported in folder ``user``, is the file ``used / stem``."""
    parts = [part for part in module.split(".") if part]
    if not parts or stem not in parts[-2:]:
        return False
    at = len(parts) - 1 - parts[::-1].index(stem)
    if at > 0:
        return parts[at - 1] == folder
    near = user == used or used in user.parents or user in used.parents
    return near or user.parent == used.parent


def _project(tree: SourceTree, file: Path) -> Path:
    """The nearest folder above with a project's mark, at most the root."""
    folder = file.parent
    while folder not in (tree.root, folder.parent):
        inside = tree.names(folder.relative_to(tree.root).as_posix())
        if any(mark in inside for mark in _MARKS):
            return folder
        folder = folder.parent
    return tree.root


def _of_file(file: Path, root: Path) -> frozenset[str]:
    """Read the imports of a file."""
    try:
        text = read_start(file, _MAX_TEXT, root).decode("utf-8", "replace")
    except OSError:
        return frozenset()
    if file.suffix == ".ipynb":  # lines are strings there, however they are laid out
        text = text.replace("\\n", "\n").replace('"', "\n")
    return frozenset(_modules(text))


def _modules(text: str) -> Iterator[str]:
    """Yield the dotted names that a text imports: ``a.b`` and, from it, ``a.b.c``."""
    likely = "\n".join(line for line in text.split("\n") if "import" in line)
    for base, names, plain in _IMPORT.findall(likely):
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
