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

from modelsearch.records.artefacts import Evidence, EvidenceKind
from modelsearch.records.errors import ReadingError
from modelsearch.records.files import locate, path_raw, path_text
from modelsearch.static.source.notebook import read_notebook
from modelsearch.static.source.parsing import (
    ClassInfo,
    FunctionInfo,
    Module,
    added_paths,
    parse_cells,
)
from modelsearch.static.source.tree import SourceTree, folder_of
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


#: Letters of a name that no other folder has by chance.
_TELLING = 4
#: Modules beyond the limit that may be asked for by name once the imports are followed.
_RESERVE = 12


class Program:
    """One script with the project modules that it imports, directly or not."""

    def __init__(self, tree: SourceTree, main: Module, limits: Limits) -> None:
        """Start with the script alone; :meth:`load` follows the imports."""
        self.tree = tree
        self.root = tree.root
        self.main = main
        self.limits = limits
        self.modules: dict[str, Module] = {main.path: main}
        self.folder = locate(self.root, main.path).parent
        self._found: dict[tuple[str, str], Module | None] = {}
        self._bytes = 0
        self._reserve = 0
        self._added: list[str] | None = None

    @classmethod
    def load(
        cls, tree: SourceTree, path: str, limits: Limits | None = None, *, follow: bool = True
    ) -> Program:
        """Parse a file (``.py`` or ``.ipynb``) and, unless it is not to be followed, what it
        imports from the project.

        Raises :class:`ReadingError` when the script is too large, not text or not Python.
        """
        limits = limits or Limits()
        if path.endswith(".ipynb"):
            book = read_notebook(tree.text(path, limits.notebook_bytes))
            if book.language not in ("python", "ipython", "python3"):
                raise ReadingError(f"a notebook in {book.language}, not Python")
            main = parse_cells(book, path)
            main.is_main = True
            tree.opened(path, main)
        else:
            main = tree.main(path_raw(path), limits.script_bytes)
        program = cls(tree, main, limits)
        if follow:
            program._follow()
        program._reserve = _RESERVE
        return program

    def _follow(self) -> None:
        """Load the imports of every module, breadth first, within the limits."""
        queue = deque([self.main])
        while queue:
            module = queue.popleft()
            for dotted in _imports(module):
                before = len(self.modules)
                found = self.module_for(dotted, module)
                if found is not None and len(self.modules) > before:
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
        if dotted.startswith("."):
            return self._relative(dotted, folder_of(importer.path))
        if not dotted or is_installed(dotted):
            return None
        here, own = folder_of(importer.path), folder_of(self.main.path)
        tried = set()
        for start in dict.fromkeys((here, own, *self._added_folders())):
            for path in self.tree.places(start, dotted):
                if path not in tried:
                    tried.add(path)
                    found = self._open(path)
                    if found is not None:
                        return found
        return self._within(dotted, own)

    def _within(self, dotted: str, folder: str) -> Module | None:
        """Return the module of a package that is called after a folder around the script, where
        that is spelled so that Python could not import it: ``Ring_Net.model`` in ``Ring-Net-main``.
        """
        head, _, rest = dotted.partition(".")
        wanted = _letters(head)
        while rest and len(wanted) >= _TELLING:
            name = folder.rpartition("/")[2] if folder else self.root.name
            if wanted in _letters(name):
                path = self.tree.module_file(folder, rest)
                return self._open(path) if path is not None else None
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        return None

    def _relative(self, dotted: str, folder: str) -> Module | None:
        """Return the module that ``..package.name`` means in a folder."""
        name = dotted.lstrip(".")
        for _ in range(len(dotted) - len(name) - 1):
            if not folder:
                return None  # above the root
            folder = folder.rpartition("/")[0]
        path = self.tree.module_file(folder, name)
        return self._open(path) if path is not None else None

    def _added_folders(self) -> list[str]:
        """Folders within the root that the script adds to ``sys.path``."""
        if self._added is None:
            root = self.root.resolve()
            added = added_paths(self.main.tree)
            named = ((self.folder / each).resolve() for each in added)
            inside = (each for each in named if each == root or root in each.parents)
            relative = (each.relative_to(root).as_posix() for each in inside)
            self._added = ["" if each == "." else each for each in relative]
        return self._added

    def _open(self, path: str) -> Module | None:
        """Return the module of a file, unless the bounds are reached."""
        known = self.modules.get(path_text(path))
        if known is not None:
            return known
        size = self.tree.size(path)
        if size is None or size > self.limits.module_bytes:
            return None
        if len(self.modules) > self.limits.modules + self._reserve:
            return None
        if self._bytes + size > self.limits.total_bytes:
            return None
        module = self.tree.module(path, self.limits.module_bytes)
        if module is not None:
            self._bytes += size
            self.modules[module.path] = module
        return module

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


def _letters(name: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return "".join(each for each in name.lower() if each.isalnum())


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
