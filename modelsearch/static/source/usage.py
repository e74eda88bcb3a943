"""Which library names a program uses: one walk per module, shared by the readers of facts.

Static reading of frameworks, devices and techniques asks the same question of the syntax tree:
which dotted names of libraries appear, and where first.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from modelsearch.static.source.nodes import children
from modelsearch.static.source.program import Module, Program

#: One place of a module: the module and a node of it.
Use = tuple[Module, ast.AST]


@dataclass(slots=True)
class Usage:
    """Names that a program imports and uses, each with its first place.

    ``imports`` maps the dotted name of an import statement to that statement, ``names`` the
    resolved dotted name of each Name or Attribute chain to the first one.
    """

    imports: dict[str, Use] = field(default_factory=dict)
    names: dict[str, Use] = field(default_factory=dict)

    def imported(self, *roots: str) -> Use | None:
        """Return the first import of one of ``roots`` (or of something inside one)."""
        for name, use in self.imports.items():
            if any(name == root or name.startswith(f"{root}.") for root in roots):
                return use
        return None

    def matching(self, *prefixes: str) -> Iterator[tuple[str, Use]]:
        """Yield the used names that start with one of ``prefixes``."""
        for name, use in self.names.items():
            if name.startswith(prefixes):
                yield name, use

    def uses(self, *prefixes: str) -> bool:
        """Say whether a name with one of ``prefixes`` is used."""
        return any(True for _ in self.matching(*prefixes))


def _chains(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield each outermost Name or Attribute chain and each import, in order of the text."""
    queue: deque[ast.AST] = deque([tree])
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
            continue
        if isinstance(node, ast.Attribute | ast.Name):
            yield node
            inner: ast.AST = node
            while isinstance(inner, ast.Attribute):
                inner = inner.value
            if not isinstance(inner, ast.Name):
                queue.append(inner)
            continue
        queue.extend(reversed(children(node)))


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


def _read(module: Module, usage: Usage) -> None:
    for node in _chains(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imported_names(node):
                usage.imports.setdefault(name, (module, node))
            continue
        used = module.qualified(node)
        if used:
            usage.names.setdefault(used, (module, node))
            for full in _star_names(module, used):
                usage.names.setdefault(full, (module, node))


_CACHE: WeakKeyDictionary[Program, tuple[Usage, Usage]] = WeakKeyDictionary()


def usage_of(program: Program) -> Usage:
    """Return what the script and the project modules it imports use, the script first."""
    return _both(program)[1]


def main_usage(program: Program) -> Usage:
    """Return what the script alone uses."""
    return _both(program)[0]


def _both(program: Program) -> tuple[Usage, Usage]:
    found = _CACHE.get(program)
    if found is None:
        own, everything = Usage(), Usage()
        _read(program.main, own)
        everything.imports.update(own.imports)
        everything.names.update(own.names)
        for module in program.modules.values():
            if module is not program.main:
                _read(module, everything)
        found = _CACHE[program] = (own, everything)
    return found
