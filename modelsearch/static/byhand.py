"""Training that is written out in NumPy: weights that a loop moves by a rate times a gradient."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.records import Fact
from modelsearch.static.program import Program

_RATE = re.compile(r"(?i)^(alpha|eta|lr|learning_?rate|step_?size|\w+_lr|lr_\w+)$")
_GRADIENT = re.compile(r"^(d[A-Z]\w*|d_?[wbhuv]\d*|g|g_\w+|\w*[gG]rad\w*|delta\w*|nabla\w*)$")


def written_by_hand(program: Program) -> Fact | None:
    """Return the framework NumPy, where it is imported, if a loop of the script updates weights."""
    imported = _numpy(program)
    if imported is None or not any(_is_update(node) for node in _in_loops(program.main.tree)):
        return None
    return Fact("NumPy", program.evidence(program.main, imported))


def _numpy(program: Program) -> ast.AST | None:
    for node in program.main.tree.body:
        if isinstance(node, ast.Import) and any(each.name == "numpy" for each in node.names):
            return node
    return None


def _in_loops(tree: ast.AST) -> Iterator[ast.AST]:
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.While):
            yield from ast.walk(loop)


def _is_update(node: ast.AST) -> bool:
    """``W += alpha / size * g``: a step in place, by a rate and a gradient."""
    if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Add | ast.Sub):
        return False
    if not isinstance(node.value, ast.BinOp) or not isinstance(node.value.op, ast.Mult | ast.Div):
        return False
    names = {_last(each) for each in ast.walk(node.value)}
    return any(map(_RATE.match, names)) and any(map(_GRADIENT.match, names))


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
