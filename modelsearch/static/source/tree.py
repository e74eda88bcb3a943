"""The source files below one root, for all scripts of it that are read in one run.

A folder is listed once, a file is opened, decoded and parsed once, however many scripts import it.
What is kept of parsed files is bounded by the length of their texts: the files that were used
longest ago are let go first.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import (
    FileTooLarge,
    digest_of_bytes,
    entries,
    locate,
    path_raw,
    path_text,
    read_bytes,
)
from modelsearch.static.source.parsing import Module, parse_module, same_module

_Answer = TypeVar("_Answer")
#: Characters of source whose trees are kept; a tree takes some seventy times its text.
KEPT_SOURCE = 1_000_000
_NOTHING: dict[str, bool] = {}
_LONGEST_PATH = 4_096  #: characters; no system opens longer ones


@dataclass(slots=True)
class _Parsed:
    """A file's parsed text; why there is none; how it reads for the scripts that import it."""

    length: int
    module: Module | None
    failure: str | None = None


class SourceTree:
    """Folders and parsed files below a root. Paths are relative to it, as the system names them;
    those of modules are in their text form.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is read before it is asked for."""
        self.root = root
        self._folders: dict[str, dict[str, bool]] = {}
        self._sizes: dict[str, int | None] = {}
        self._places: dict[tuple[str, str], tuple[str, ...]] = {}
        self._parsed: OrderedDict[str, _Parsed] = OrderedDict()
        self._length = 0
        self._leaving: list[Module] = []
        #: The notebook that was read last: its path and what its cells are as one file.
        self.notebook: tuple[str, Module] | None = None
        #: Scripts of which runs or checkpoints show that they train, whatever their text says.
        self.proven: frozenset[str] = frozenset()
        self._answers: dict[Hashable, Any] = {}
        #: Hashes of the files that were read, by their paths in text form; empty for one that
        #: could not be opened. They say what was read even where a file changed before and after.
        self.digests: dict[str, bytes] = {}

    def once(self, question: Hashable, answer: Callable[[], _Answer]) -> _Answer:
        """Return the answer to a question that is the same for all scripts of the root."""
        if question not in self._answers:
            self._answers[question] = answer()
        found: _Answer = self._answers[question]
        return found

    def names(self, folder: str) -> dict[str, bool]:
        """Return the names in a folder, each with whether it is a folder; none where there is no
        such folder, or it lies outside the root.
        """
        known = self._folders
        if len(folder) > _LONGEST_PATH:
            return _NOTHING
        waiting = []  # from the inside out: folders may lie a thousand deep
        above = folder
        while above not in known:
            waiting.append(above)
            if not above:
                break
            above = above.rpartition("/")[0]
        for each in reversed(waiting):
            outer, _, name = each.rpartition("/")
            if each and not known[outer].get(name, False):
                return _NOTHING  # and so is all that would lie in it
            known[each] = self._list(each)
        return known[folder]

    def _list(self, folder: str) -> dict[str, bool]:
        place = str(self.root / folder)
        found = self._entries(place)
        if found is None:  # a link within the root; to find where to takes a look at each folder
            found = self._entries(os.path.realpath(place))
        return _NOTHING if found is None else found

    def _entries(self, place: str) -> dict[str, bool] | None:
        try:
            with entries(place, self.root) as inside:
                return {entry.name: entry.is_dir() for entry in inside}
        except OSError:
            return None

    def size(self, path: str) -> int | None:
        """Return how many bytes a file holds; None when there is no such file."""
        if path not in self._sizes:
            try:
                self._sizes[path] = (self.root / path).stat().st_size
            except (OSError, ValueError):
                self._sizes[path] = None
        return self._sizes[path]

    # ---- modules -----------------------------------------------------------------------------

    def places(self, start: str, dotted: str) -> tuple[str, ...]:
        """Return the files that a dotted name may mean when it is imported in a folder: those of
        that folder and of the ones above it, each with its ``src``, the nearest first.
        """
        key = (start, dotted)
        if key not in self._places:
            found = []
            folder: str | None = start
            while folder is not None:
                found += [self.module_file(folder, dotted)]
                found += [self.module_file(f"{folder}/src" if folder else "src", dotted)]
                folder = folder.rpartition("/")[0] if folder else None
            self._places[key] = tuple(each for each in found if each is not None)
        return self._places[key]

    def module_file(self, folder: str, dotted: str) -> str | None:
        """Return the file of a module or package that is named from a folder."""
        base = "/".join(part for part in (folder, dotted.replace(".", "/")) if part)
        above, _, name = base.rpartition("/")
        if dotted and self.names(above).get(f"{name}.py") is False:
            return f"{base}.py"
        if self.names(base).get("__init__.py") is False:
            return f"{base}/__init__.py" if base else "__init__.py"
        return None

    def module(self, path: str, limit: int) -> Module | None:
        """Return a parsed file as the scripts that import it see it; None when it is broken, too
        large or outside the root.
        """
        return self._read(path, limit).module

    def main(self, path: str, limit: int) -> Module:
        """Return the file as the script that is run. Raises ReadingError with the reason when it
        is no Python or cannot be read. What was read for the script before is let go.
        """
        self._let_go()
        parsed = self._read(path, limit)
        if parsed.module is None:
            raise ReadingError(parsed.failure or "cannot be read")
        script = same_module(parsed.module)
        self._leaving.append(script)
        return script

    def opened(self, path: str, notebook: Module) -> None:
        """Keep the notebook that is read now, and let go what was read for the script before."""
        self._let_go()
        self.notebook = (path, notebook)
        self._leaving.append(notebook)

    def close(self) -> None:
        """Let go what was parsed and answered, when the last file of the root is read."""
        self._leaving += (each.module for each in self._parsed.values() if each.module is not None)
        self._parsed.clear()
        self._answers.clear()
        self._length = 0
        self._let_go()

    def _let_go(self) -> None:
        while self._leaving:
            self._leaving.pop().let_go()

    def _read(self, path: str, limit: int) -> _Parsed:
        found = self._parsed.pop(path, None)
        if found is None or (found.module is None and found.length == 0):
            found = self._open(path, limit)
            self._length += found.length
        self._parsed[path] = found
        while self._length > KEPT_SOURCE and len(self._parsed) > 1:
            oldest = self._parsed.popitem(last=False)[1]
            self._length -= oldest.length
            if oldest.module is not None:
                self._leaving.append(oldest.module)
        return found

    def content(self, path: str, limit: int) -> bytes:
        """Return what a file holds, and note its hash. Raises OSError as
        :func:`modelsearch.records.files.read_bytes`.
        """
        self.digests[path] = b""
        try:
            data = read_bytes(locate(self.root, path), limit, self.root)
        except FileTooLarge:
            del self.digests[path]
            raise
        self.digests[path] = digest_of_bytes(data)
        return data

    def text(self, path: str, limit: int) -> str:
        """Return a file's text, decoded as UTF-8, and note its hash. Raises ReadingError that
        says why not.
        """
        try:
            data = self.content(path, limit)
        except FileTooLarge as error:
            raise ReadingError(error.strerror) from error
        except OSError as error:
            raise ReadingError(f"cannot be read: {error.strerror or error}") from error
        if b"\0" in data:
            raise ReadingError("not text: contains NUL bytes")
        return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")

    def _open(self, path: str, limit: int) -> _Parsed:
        length = 0
        try:
            text = self.text(path_text(path), limit)
            length = len(text)
            return _Parsed(length, parse_module(text, path_text(path)))
        except ReadingError as error:
            return _Parsed(length, None, str(error))


def folder_of(path: str) -> str:
    """Return the folder of a module's path, as the system names it."""
    return path_raw(path).rpartition("/")[0]
