"""A script and the project modules it imports, parsed and indexed by name. Nothing is executed.

:meth:`Program.load` parses one file and follows its imports to files beside it, within
:class:`Limits`. A :class:`Module` knows its functions, classes and import aliases, and resolves
names to dotted ones (``optim.Adam`` → ``torch.optim.Adam``).
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modelsearch.records.artefacts import Evidence, EvidenceKind
from modelsearch.records.errors import ReadingError
from modelsearch.records.files import FileTooLarge, locate, path_text, read_bytes
from modelsearch.static.source.notebook import read_notebook
from modelsearch.static.source.parsing import (
    ClassInfo,
    FunctionInfo,
    Module,
    added_paths,
    cached_module,
    parse_cells,
    parse_module,
)
from modelsearch.vocabulary.libraries import is_installed

__all__ = ["ClassInfo", "FunctionInfo", "Limits", "Module", "Program"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading: bytes of the script, of each imported module, of all of them
    together, and the number of imported modules.
    """

    script_bytes: int = 1_500_000
    notebook_bytes: int = 40_000_000
    module_bytes: int = 300_000
    total_bytes: int = 900_000
    modules: int = 40


#: Modules beyond the limit that may be asked for by name once the imports are followed.
_RESERVE = 12


def _bounded_text(file: Path, root: Path, limit: int) -> str:
    """Read a file as UTF-8 text, or say why not."""
    try:
        data = read_bytes(file, limit, root)
    except FileTooLarge as error:
        raise ReadingError(error.strerror) from error
    except OSError as error:
        raise ReadingError(f"cannot be read: {error.strerror or error}") from error
    if b"\0" in data:
        raise ReadingError("not text: contains NUL bytes")
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


class Program:
    """One script with the project modules that it imports, directly or not."""

    def __init__(self, root: Path, main: Module, limits: Limits) -> None:
        """Start with the script alone; :meth:`load` follows the imports."""
        self.root = root
        self.main = main
        self.limits = limits
        self.modules: dict[str, Module] = {main.path: main}
        self.folder = locate(root, main.path).parent
        self._found: dict[tuple[str, str], Module | None] = {}
        self._bytes = 0
        self._reserve = 0
        self._added: list[Path] | None = None

    @classmethod
    def load(cls, root: Path, path: str, limits: Limits | None = None) -> Program:
        """Parse ``root / path`` (``.py`` or ``.ipynb``) and what it imports from the project.

        Raises :class:`ReadingError` when the script is too large, not text or not Python.
        """
        limits = limits or Limits()
        file = locate(root, path)
        if file.suffix == ".ipynb":
            book = read_notebook(_bounded_text(file, root, limits.notebook_bytes))
            if book.language not in ("python", "ipython", "python3"):
                raise ReadingError(f"a notebook in {book.language}, not Python")
            main = parse_cells(book, path)
        else:
            main = parse_module(_bounded_text(file, root, limits.script_bytes), path)
        main.is_main = True
        program = cls(root, main, limits)
        program._follow()
        program._reserve = _RESERVE
        return program

    def _follow(self) -> None:
        """Load the imports of every module, breadth first, within the limits."""
        queue = deque([self.main])
        while queue:
            module = queue.popleft()
            for dotted in _imports(module):
                known = set(self.modules)
                found = self.module_for(dotted, module)
                if found is not None and found.path not in known:
                    queue.append(found)

    def module_for(self, dotted: str, importer: Module) -> Module | None:
        """Return the project module that ``dotted`` names when imported from ``importer``.

        A leading dot means relative, as in an import statement. None for libraries.
        """
        key = (dotted, importer.path)
        if key not in self._found:
            self._found[key] = self._find(dotted, importer)
        return self._found[key]

    def _find(self, dotted: str, importer: Module) -> Module | None:
        here = locate(self.root, importer.path).parent
        if dotted.startswith("."):
            level = len(dotted) - len(dotted.lstrip("."))
            for _ in range(level - 1):
                here = here.parent
            return self._open(here, dotted.lstrip("."))
        if not dotted or is_installed(dotted):
            return None
        tried = set()
        for start in (here, self.folder, *self._added_folders()):
            folder = start
            while True:
                for place in (folder, folder / "src"):
                    if place not in tried:
                        tried.add(place)
                        found = self._open(place, dotted)
                        if found is not None:
                            return found
                if folder == self.root or folder.parent == folder:
                    break
                folder = folder.parent
        return None

    def _added_folders(self) -> list[Path]:
        """Folders within the root that the script adds to ``sys.path``."""
        if self._added is None:
            root = self.root.resolve()
            named = ((self.folder / each).resolve() for each in added_paths(self.main.tree))
            inside = [each for each in named if each == root or root in each.parents]
            self._added = [self.root / each.relative_to(root) for each in inside]
        return self._added

    def _open(self, folder: Path, dotted: str) -> Module | None:
        base = folder.joinpath(*dotted.split(".")) if dotted else folder
        candidates = [base / "__init__.py"]
        most = self.limits.modules + self._reserve
        if dotted:
            candidates.insert(0, base.parent / f"{base.name}.py")
        for file in candidates:
            try:
                stat = file.stat()
                path = path_text(file.relative_to(self.root).as_posix())
            except (OSError, ValueError):
                continue
            if path in self.modules:
                return self.modules[path]
            if stat.st_size > self.limits.module_bytes or len(self.modules) > most:
                return None
            if self._bytes + stat.st_size > self.limits.total_bytes:
                return None
            module = cached_module(str(file), path, self.root, stat.st_mtime_ns, stat.st_size)
            if module is not None:
                self._bytes += stat.st_size
                self.modules[path] = module
            return module
        return None

    def resolve(self, module: Module, node: ast.AST) -> ClassInfo | FunctionInfo | None:
        """Return the project class or function that a Name or Attribute stands for."""
        text = module.dotted(node)
        return self.resolve_name(module, text) if text else None

    def resolve_name(
        self, module: Module, text: str, depth: int = 0
    ) -> ClassInfo | FunctionInfo | None:
        """Like :meth:`resolve`, for a dotted name as written in ``module``."""
        if depth > 8:
            return None
        head, _, rest = text.partition(".")
        found: ClassInfo | FunctionInfo | None = module.classes.get(head) or module.functions.get(
            head
        )
        if found is not None and head not in module.aliases:
            if rest and isinstance(found, ClassInfo):
                return found.methods.get(rest)
            return None if rest else found
        if head in module.aliases:
            target = module.aliases[head] + (f".{rest}" if rest else "")
            return self._resolve_path(module, target, depth)
        for star in module.stars:
            other = self.module_for(star, module)
            if other is not None:
                found = self.resolve_name(other, text, depth + 1)
                if found is not None:
                    return found
        if not rest:
            return module.all_classes.get(head) or module.all_functions.get(head)
        return None

    def _resolve_path(
        self, module: Module, target: str, depth: int
    ) -> ClassInfo | FunctionInfo | None:
        """Split a dotted path into a project module and a name in it."""
        dots = len(target) - len(target.lstrip("."))
        parts = target[dots:].split(".")
        for cut in range(len(parts) - 1, -1, -1):
            name = "." * dots + ".".join(parts[:cut])
            other = self.module_for(name, module) if name else None
            if other is not None and other is not module:
                return self.resolve_name(other, ".".join(parts[cut:]), depth + 1)
        return None

    def evidence(self, module: Module, node: ast.AST, kind: EvidenceKind = "code") -> Evidence:
        """Say where a node stands."""
        line = getattr(node, "lineno", None)
        key = module.notebook.key(line) if module.notebook and line else None
        return Evidence(module.path, kind, line, key)


def _imports(module: Module) -> Iterator[str]:
    """Yield every dotted name that may be a project module, in order of the text."""
    for target in [*module.stars, *module.aliases.values()]:
        if is_installed(target):
            continue
        yield target
        head = target.rpartition(".")[0]
        if head.strip("."):
            yield head
        elif target.startswith("."):
            yield "." * (len(target) - len(target.lstrip(".")))
