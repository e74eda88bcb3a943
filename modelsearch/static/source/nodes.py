"""The nodes of a syntax tree: below a node, in the order of :func:`ast.walk`, listed fast.

The children of a node are found once and kept with it, however many questions are asked of the
tree. ``Load``, ``Store`` and ``Del`` say nothing that the place of a node does not, and are left
out. A tree that was asked about must not be changed afterwards.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable
from typing import Any

_CHILDREN = "_children"
_KINDS = "_kinds"
_IMPORTS = "_imports"
#: Fields of nodes that never hold a node worth a look.
_PLAIN = frozenset({"ctx", "id", "attr", "arg", "kind", "type_comment", "level", "asname"})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
#: Kinds without a node below them worth a look; nothing is kept with them.
_LEAVES = frozenset({
    ast.Constant, ast.Name, ast.alias, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal,
    *ast.operator.__subclasses__(), *ast.unaryop.__subclasses__(), *ast.cmpop.__subclasses__(),
    *ast.boolop.__subclasses__(),
})  # fmt: skip
#: What is directly below nodes of the kinds that stand most often, written out: the general way
#: takes four times as long, and this is done for each node of each file.
_BELOW: dict[type[ast.AST], Callable[[Any], list[ast.AST]]] = {
    ast.Attribute: lambda node: [node.value],
    ast.Call: lambda node: [node.func, *node.args, *node.keywords],
    ast.Expr: lambda node: [node.value],
    ast.keyword: lambda node: [node.value],
    ast.Assign: lambda node: [*node.targets, node.value],
    ast.Subscript: lambda node: [node.value, node.slice],
    ast.BinOp: lambda node: [node.left, node.op, node.right],
    ast.UnaryOp: lambda node: [node.op, node.operand],
    ast.Compare: lambda node: [node.left, *node.ops, *node.comparators],
    ast.Tuple: lambda node: list(node.elts),
    ast.List: lambda node: list(node.elts),
    ast.arg: lambda node: _NONE if node.annotation is None else [node.annotation],
    ast.Return: lambda node: _NONE if node.value is None else [node.value],
    ast.If: lambda node: [node.test, *node.body, *node.orelse],
    ast.For: lambda node: [node.target, node.iter, *node.body, *node.orelse],
    ast.Import: lambda node: list(node.names),
    ast.ImportFrom: lambda node: list(node.names),
    ast.JoinedStr: lambda node: list(node.values),
}
_NONE: list[ast.AST] = []
_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)
_IMPORTING = (ast.Import, ast.ImportFrom)


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


def kinds(tree: ast.AST) -> dict[type[ast.AST], list[Any]]:
    """Return the nodes below a node by their kind, each kind in the order of :func:`walk`, found
    once. It is for whole files, which are asked for one kind after the other.
    """
    found: dict[type[ast.AST], list[Any]] | None = tree.__dict__.get(_KINDS)
    if found is None:
        found = tree.__dict__[_KINDS] = defaultdict(list)
        nodes = iter(walk(tree))
        next(nodes)  # a node must not hold itself, or it would stay in memory
        for node in nodes:
            found[node.__class__].append(node)
    return found


def forget(node: ast.AST) -> None:
    """Forget what is below a node, which was changed."""
    node.__dict__.pop(_CHILDREN, None)


def imports(tree: ast.AST) -> list[Any]:
    """Return the import statements of a file, in the order of :func:`walk`, found once;
    expressions, in which no statement stands, are not gone through.
    """
    found: list[Any] | None = tree.__dict__.get(_IMPORTS)
    if found is None:
        nodes = [tree]
        for each in nodes:
            nodes += [one for one in children(each) if isinstance(one, _STATEMENTS)]
        found = [each for each in nodes if isinstance(each, _IMPORTING)]
        keep_imports(tree, found)
    return found


def keep_imports(tree: ast.AST, found: list[Any]) -> None:
    """Keep the import statements of a file, where all its statements were gone through."""
    tree.__dict__[_IMPORTS] = found


def last_name(node: ast.AST) -> str:
    """Return the last part of what is called: ``F.mse_loss(x, y)`` → ``mse_loss``."""
    return last_name(node.func) if isinstance(node, ast.Call) else plain_name(node)


def plain_name(node: ast.AST) -> str:
    """Return the last part of a dotted name, "" for what is none (a call, an item)."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _found(node: ast.AST) -> list[ast.AST]:
    below = _BELOW.get(node.__class__)
    found = node.__dict__[_CHILDREN] = below(node) if below is not None else _of_fields(node)
    return found


def _of_fields(node: ast.AST) -> list[ast.AST]:
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
    return found
