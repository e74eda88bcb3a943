"""Which library names a program uses: one walk per module, shared by the readers of facts.

Static reading of frameworks, devices and techniques asks the same question of the syntax tree:
which dotted names of libraries appear, and where first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from modelsearch.static.source.nodes import children, imports, kinds
from modelsearch.static.source.program import Module, Program
from modelsearch.vocabulary.libraries import packages

#: One place of a module: the module and a node of it.
Use = tuple[Module, ast.AST]


#: Names with their places in the order, by the first part of each.
_Heads = dict[str, list[tuple[int, str]]]


def _by_head(names: dict[str, Use]) -> _Heads:
    found: _Heads = {}
    for place, name in enumerate(names):
        found.setdefault(name.partition(".")[0], []).append((place, name))
    return found


@dataclass
class Usage:
    """Names that a program imports and uses, each with its first place.

    ``imports`` maps the dotted name of an import statement to that statement, ``names`` are the
    resolved dotted names of Name and Attribute chains that may be of a library that is known.
    """

    imports: dict[str, Use] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    modules: list[Module] = field(default_factory=list)

    def add(self, module: Module) -> None:
        """Enter what a module imports and uses, after what is known already."""
        imported, names = _of_module(module)
        for name, node in imported.items():
            if name not in self.imports:
                self.imports[name] = (module, node)
        self.names |= names
        self.modules.append(module)

    @cached_property
    def _imports(self) -> _Heads:
        return _by_head(self.imports)

    @cached_property
    def _ordered_imports(self) -> list[Use]:
        return list(self.imports.values())

    def imported(self, *roots: str) -> Use | None:
        """Return the first import of one of ``roots`` (or of something inside one)."""
        places = [
            place
            for root in roots
            for place, name in self._imports.get(root.partition(".")[0], ())
            if name == root or name.startswith(f"{root}.")
        ]
        return self._ordered_imports[min(places)] if places else None

    def matching(self, *prefixes: str) -> list[str]:
        """Return the used names that start with one of ``prefixes``."""
        return [name for name in self.names if name.startswith(prefixes)]

    def first(self, *prefixes: str) -> Use | None:
        """Return the first use of a name that starts with one of ``prefixes``."""
        for module in self.modules:
            if any(name.startswith(prefixes) for name in _of_module(module)[1]):
                for node in _chains(module.tree):
                    if any(name.startswith(prefixes) for name in _meant(module, node)):
                        return module, node
        return None

    def uses(self, *prefixes: str) -> bool:
        """Return whether a name with one of ``prefixes`` is used."""
        return any(name.startswith(prefixes) for name in self.names)


def _chains(tree: ast.AST) -> list[ast.AST]:
    """Return each outermost Name or Attribute chain, in order of the text."""
    found: list[ast.AST] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        kind = node.__class__
        if kind is ast.Name:
            found.append(node)
        elif kind is ast.Attribute:
            found.append(node)
            while node.__class__ is ast.Attribute:
                node = node.value
            if node.__class__ is not ast.Name:
                waiting.append(node)
        elif kind is not ast.Constant:
            waiting += children(node)[::-1]
    return found


def _imported_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [item.name for item in node.names]
    if node.level:
        return []
    base = node.module or ""
    return [base, *(f"{base}.{item.name}" for item in node.names if item.name != "*")]


def _star_names(module: Module, name: str) -> list[str]:
    """Spell out what a bare name may be when it came from ``from library import *``."""
    if "." in name or ":" in name or name in module.aliases:
        return []
    return [f"{star}.{name}" for star in module.stars if not star.startswith(".")]


def _meant(module: Module, node: ast.AST) -> list[str]:
    """Return the names that a Name or Attribute chain may stand for."""
    used = module.qualified(node)
    return [used, *_star_names(module, used)] if used else []


_USAGE = "_usage"


def _of_module(module: Module) -> tuple[dict[str, ast.AST], frozenset[str]]:
    """Return what a file imports and what it uses, read once for all scripts that import it: it is
    kept with the tree, which the script and the module of a file share.
    """
    kept = module.tree.__dict__
    found: tuple[dict[str, ast.AST], frozenset[str]] | None = kept.get(_USAGE)
    if found is None:
        found = kept[_USAGE] = (_imports_of(module), frozenset(_names_of(module)))
    return found


def _imports_of(module: Module) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in sorted(imports(module.tree), key=lambda node: (node.lineno, node.col_offset)):
        for name in _imported_names(node):
            found.setdefault(name, node)
    return found


def _names_of(module: Module) -> Iterator[str]:
    """Yield the names of known libraries that a file uses; of ``a.b.c`` not ``a.b`` and ``a``. The
    nodes are asked by their kind: most names are no library's, and are passed over at once.
    """
    heads = _Libraries(module)
    inner: set[int] = set()
    seen: set[str] = set()
    for node in kinds(module.tree)[ast.Attribute]:  # the outer ones come first
        chain, below = [node.attr], node.value
        while below.__class__ is ast.Attribute:
            chain.append(below.attr)
            below = below.value
        if below.__class__ is ast.Name and heads[below.id] and id(node) not in inner:
            part = node
            while part is not below:
                part = part.value
                inner.add(id(part))
            chain.append(below.id)
            seen.add(".".join(reversed(chain)))
    seen.update(
        node.id for node in kinds(module.tree)[ast.Name] if heads[node.id] and id(node) not in inner
    )
    for written in seen:
        used = module.resolved(written)
        yield used
        yield from _star_names(module, used)


class _Libraries(dict[str, bool]):
    """Whether what a file calls by a name may be of a known library."""

    def __init__(self, module: Module) -> None:
        super().__init__()
        self._module = module
        self._all = any(map(_is_library, module.stars))

    def __missing__(self, name: str) -> bool:
        found = self[name] = self._all or _is_library(self._module.resolved(name))
        return found


def _is_library(name: str) -> bool:
    return name.startswith(("torch", "keras")) or name.partition(".")[0] in packages()


_CACHE: WeakKeyDictionary[Program, tuple[Usage, Usage]] = WeakKeyDictionary()


def usage_of(program: Program) -> Usage:
    """Return what the script and the project modules it imports use, the script first."""
    return _both(program)[1]


def main_usage(program: Program) -> Usage:
    """Return what the script alone uses."""
    return _both(program)[0]


def _inherited(program: Program, module: Module, depth: int = 3) -> dict[str, str]:
    """Return what ``from settings import *`` of the project's modules calls libraries."""
    found: dict[str, str] = {}
    for star in module.stars if depth else ():
        other = program.module_for(star, module)
        if other is not None and other is not module:
            found.update(_inherited(program, other, depth - 1))
            found.update(other.aliases)
    return found


def _add_inherited(program: Program, own: Usage) -> None:
    """Enter the libraries that the script uses by names that another module has imported."""
    aliases = _inherited(program, program.main)
    for node in _chains(program.main.tree) if aliases else ():
        written = node.id if isinstance(node, ast.Name) else program.main.dotted(node) or ""
        head, _, rest = written.partition(".")
        library = aliases.get(head) if head not in program.main.aliases else None
        if library is not None and not library.startswith("."):
            used = (program.main, node)
            own.imports.setdefault(library, used)
            own.names.add(f"{library}.{rest}" if rest else library)


def _both(program: Program) -> tuple[Usage, Usage]:
    found = _CACHE.get(program)
    if found is None:
        own, everything = Usage(), Usage()
        own.add(program.main)
        _add_inherited(program, own)
        everything.add(program.main)
        for module in program.modules.values():
            if module is not program.main:
                everything.add(module)
        found = _CACHE[program] = (own, everything)
    return found
