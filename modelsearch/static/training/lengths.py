"""Epochs in the bound of a loop that counts steps: ``range(epochs * len(loader))``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import Loop
from modelsearch.static.machine.values import Abstract, number
from modelsearch.static.source.nodes import last_name, walk

_EPOCHS = re.compile(r"(?i)^(\w*_)?(n|num|max|total|nb)?_?epochs?$")
_LENGTH = re.compile(r"(?i)len\(|//|per_epoch|num_batches|n_batches|iters|size")


def epochs_of(m: Machine, loops: tuple[Loop, ...]) -> Abstract | None:
    """Return the epochs that the bound of the outermost loop multiplies by what one epoch takes."""
    node = loops[0].node if loops else None
    if not isinstance(node, ast.For):
        return None
    spans = [each for each in walk(node.iter) if isinstance(each, ast.Call)
             and last_name(each) in ("range", "trange") and each.args]  # fmt: skip
    for span in spans:
        for bound in _written(loops[0], span.args[-1 if len(span.args) < 3 else 1]):
            for factor in _epochs(bound):
                known = [v for v in m.seen.get(factor, []) if (number(v) or 0) >= 1]
                if known:
                    return known[-1]
    return None


def _written(loop: Loop, bound: ast.expr) -> Iterator[ast.expr]:
    """Yield a bound as it is written, and what a name for it is assigned."""
    yield bound
    if not isinstance(bound, ast.Name | ast.Attribute):
        return
    around = loop.function.node if loop.function is not None else loop.module.tree
    name = ast.unparse(bound)
    for each in walk(around):
        if isinstance(each, ast.Assign) and any(ast.unparse(t) == name for t in each.targets):
            yield each.value


def _epochs(bound: ast.expr) -> Iterator[ast.expr]:
    """Yield the factors of a product that are called epochs, beside one that is a length."""
    if isinstance(bound, ast.Call) and last_name(bound) in ("int", "ceil") and bound.args:
        bound = bound.args[0]
    if not isinstance(bound, ast.BinOp) or not isinstance(bound.op, ast.Mult | ast.FloorDiv):
        return
    factors = list(_factors(bound))
    for factor in factors:
        others = [each for each in factors if each is not factor]
        if _EPOCHS.match(last_name(factor)) and any(_LENGTH.search(ast.unparse(o)) for o in others):
            yield factor


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors(node.left)
        yield from _factors(node.right)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
        yield from _factors(node.left)
    else:
        yield node
