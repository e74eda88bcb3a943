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

from modelsearch.static.source.nodes import children
from modelsearch.static.source.program import Module, Program

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

    ``imports`` maps the dotted name of an import statement to that statement, ``names`` the
    resolved dotted name of each Name or Attribute chain to the first one.
    """

    imports: dict[str, Use] = field(default_factory=dict)
    names: dict[str, Use] = field(default_factory=dict)

    def add(self, module: Module) -> None:
        """Enter what a module imports and uses, after what is known already."""
        own = _of_module(module)
        for known, new in ((self.imports, own[0]), (self.names, own[1])):
            for name, node in new.items():
                if name not in known:
                    known[name] = (module, node)

    @cached_property
    def _imports(self) -> _Heads:
        return _by_head(self.imports)

    @cached_property
    def _ordered_imports(self) -> list[Use]:
        return list(self.imports.values())

    @cached_property
    def _names(self) -> _Heads:
        return _by_head(self.names)

    def imported(self, *roots: str) -> Use | None:
        """Return the first import of one of ``roots`` (or of something inside one)."""
        places = [
            place
            for root in roots
            for place, name in self._imports.get(root.partition(".")[0], ())
            if name == root or name.startswith(f"{root}.")
        ]
        return self._ordered_imports[min(places)] if places else None

    def matching(self, *prefixes: str) -> Iterator[tuple[str, Use]]:
        """Yield the used names that start with one of ``prefixes``."""
        heads = {prefix.partition(".")[0] for prefix in prefixes if "." in prefix}
        whole = tuple(prefix for prefix in prefixes if "." not in prefix)
        heads |= {head for head in self._names if whole and head.startswith(whole)}
        found = [each for head in heads for each in self._names.get(head, ())]
        for _, name in sorted(found):
            if name.startswith(prefixes):
                yield name, self.names[name]

    def uses(self, *prefixes: str) -> bool:
        """Return whether a name with one of ``prefixes`` is used."""
        return any(True for _ in self.matching(*prefixes))


def _chains(tree: ast.AST) -> list[ast.AST]:
    """Return each outermost Name or Attribute chain and each import, in order of the text."""
    found: list[ast.AST] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        kind = node.__class__
        if kind is ast.Name or kind is ast.Import or kind is ast.ImportFrom:
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


_Names = dict[str, ast.AST]
_USAGE = "_usage"


def _of_module(module: Module) -> tuple[_Names, _Names]:
    """Return what a file imports and what it uses, read once for all scripts that import it: it is
    kept with the tree, which the script and the module of a file share.
    """
    kept = module.tree.__dict__
    found: tuple[_Names, _Names] | None = kept.get(_USAGE)
    if found is None:
        found = kept[_USAGE] = _read(module)
    return found


def _read(module: Module) -> tuple[_Names, _Names]:
    imports: _Names = {}
    names: _Names = {}
    seen: set[str | None] = {None}  # what was written so before is resolved to the same
    for node in _chains(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imported_names(node):
                imports.setdefault(name, node)
            continue
        written = node.id if isinstance(node, ast.Name) else module.dotted(node)
        if written in seen:
            continue
        seen.add(written)
        used = module.qualified(node)
        if used and used not in names:
            names[used] = node
            for full in _star_names(module, used):
                names.setdefault(full, node)
    return imports, names


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
            own.names.setdefault(f"{library}.{rest}" if rest else library, used)


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
