"""Training that is written out in NumPy: weights that a loop moves by a rate times a gradient."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from modelsearch.records.artefacts import Fact
from modelsearch.static.source.program import Module, Program

_RATE = re.compile(r"(?i)^(alpha|eta|lr|learning_?rate|step_?size|\w+_lr|lr_\w+)$")
_GRADIENT = re.compile(r"^(d[A-Z]\w*|d_?[wbhuv]\d*|g|g_\w+|\w*[gG]rad\w*|delta\w*|nabla\w*)$")
_WEIGHTS = re.compile(
    r"(?i)^_?([wb]\d*|weights?\w*|\w+_weights?|theta\w*|coef\w*|bias\w*|params?\w*)_?$"
)
_ARRAYS = frozenset(["numpy", "cupy"])
_OTHERS = frozenset(["torch", "tensorflow", "jax", "mxnet", "theano", "paddle", "keras"])


@dataclass(frozen=True, slots=True)
class Change:
    """A step of gradient descent: what it moves and the rate, as written. ``sure`` says that
    their names tell; without it only the class around it can.
    """

    target: ast.expr
    rate: ast.expr
    sure: bool


def change_of(node: ast.AST) -> Change | None:
    """Read ``W -= rate * dW`` and ``W = W - rate * dW``; None for other statements."""
    target, change = _moved(node)
    if target is None:
        return None
    factors = _factors(change)
    rate = next((each for each in factors if _RATE.match(_name(each))), None)
    if rate is None or len(factors) < 2:
        return None
    names = [_name(each) for part in factors if part is not rate for each in ast.walk(part)]
    sure = bool(_WEIGHTS.match(_name(target))) or any(map(_GRADIENT.match, names))
    return Change(target, rate, sure)


def _moved(node: ast.AST) -> tuple[ast.expr | None, ast.expr]:
    """What a statement moves and by what."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        return node.target, node.value
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        moves = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub)
        if moves and ast.unparse(target) == ast.unparse(value.left):  # type: ignore[attr-defined]
            return target, value.right  # type: ignore[attr-defined]
    return None, ast.Constant(None)


def _factors(node: ast.expr) -> list[ast.expr]:
    """The factors of a product; what it is divided by is none."""
    if isinstance(node, ast.UnaryOp):
        return _factors(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
        return [*_factors(node.left), *_factors(node.right)]
    return _factors(node.left) if _is_quotient(node) else [node]  # type: ignore[attr-defined]


def _is_quotient(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def _name(node: ast.AST) -> str:
    """The last name of a variable, an attribute or an entry."""
    if isinstance(node, ast.Subscript):
        key = node.slice
        known = isinstance(key, ast.Constant) and isinstance(key.value, str)
        return key.value if known else _name(node.value)  # type: ignore[attr-defined]
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def by_arrays(module: Module) -> bool:
    """Whether a module computes with NumPy arrays and no framework, but for a framework's data."""
    names = [*module.aliases.values(), *module.stars]
    roots = {name.partition(".")[0] for name in names if not _DATA.search(name)}
    return bool(roots & _ARRAYS) and not roots & _OTHERS


_DATA = re.compile(r"\.(datasets|examples)(\.|$)")


def written_by_hand(program: Program, imports: bool = True) -> Fact | None:
    """Return the framework NumPy, where it is imported, if a loop of the script updates weights,
    or, with ``imports``, a function of a project module that it imports.
    """
    for module in program.modules.values() if imports else [program.main]:
        if by_arrays(module) and _updates(module):
            source = program.main if by_arrays(program.main) else module
            imported = _numpy(source)
            return Fact("NumPy", program.evidence(source, imported)) if imported else None
    return None


def _updates(module: Module) -> bool:
    """Whether weights are moved: in a loop of the script, anywhere in a module it imports."""
    loops = (ast.For, ast.While) if module.is_main else (ast.FunctionDef,)
    return any(
        (change := change_of(node)) is not None and change.sure
        for top in ast.walk(module.tree)
        if isinstance(top, loops)
        for node in ast.walk(top)
    )


def _numpy(module: Module) -> ast.AST | None:
    for node in ast.walk(module.tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.partition(".")[0] in _ARRAYS for name in names):
            return node
    return None
