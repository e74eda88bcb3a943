"""The nodes of a syntax tree: below a node, in the order of :func:`ast.walk`, listed fast.

The children of a node are found once and kept with it, however many questions are asked of the
tree. ``Load``, ``Store`` and ``Del`` say nothing that the place of a node does not, and are left
out. A tree that was asked about must not be changed afterwards.
"""

from __future__ import annotations

import ast

_CHILDREN = "_children"
#: Fields of nodes that never hold a node worth a look.
_PLAIN = frozenset({"ctx", "id", "attr", "arg", "kind", "type_comment", "level", "asname"})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
#: Kinds without a node below them worth a look; nothing is kept with them.
_LEAVES = frozenset({ast.Constant, ast.Name, ast.alias})
_NONE: list[ast.AST] = []


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly below a node, in the order of the text."""
    if node.__class__ in _LEAVES:
        return _NONE
    known: list[ast.AST] | None = node.__dict__.get(_CHILDREN)
    return _found(node) if known is None else known


def walk(node: ast.AST) -> list[ast.AST]:
    """Return a node and all nodes below it, level by level."""
    nodes = [node]
    for each in nodes:  # the list grows while it is gone through
        if each.__class__ in _LEAVES:
            continue
        known = each.__dict__.get(_CHILDREN)
        if known is None:
            known = _found(each)
        if known:
            nodes += known
    return nodes


def last_name(node: ast.AST) -> str:
    """Return the last part of what is called: ``F.mse_loss(x, y)`` → ``mse_loss``."""
    return last_name(node.func) if isinstance(node, ast.Call) else plain_name(node)


def plain_name(node: ast.AST) -> str:
    """Return the last part of a dotted name, "" for what is none (a call, an item)."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _found(node: ast.AST) -> list[ast.AST]:
    kind = node.__class__
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _PLAIN)
    held = node.__dict__
    found: list[ast.AST] = []
    for name in fields:
        value = held.get(name)
        if value.__class__ is list:
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    held[_CHILDREN] = found
    return found
