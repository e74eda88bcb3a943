"""Networks that are taught to solve an equation: their own derivatives stand in what is to vanish.

A residual is a sum of which one part is a second derivative of what a network says, or in which
derivatives by two inputs stand beside one another (``u_t + c * u_x``). A gradient alone, as in a
penalty or a force, is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.features import Scene
from modelsearch.static.network.loss_pairs import Body, plain, read_body
from modelsearch.static.source.nodes import last_name, walk
from modelsearch.static.source.program import FunctionInfo

_DERIVES = frozenset({"grad", "gradient", "gradients"})
_OF_FUNCTIONS = frozenset({"grad", "jacfwd", "jacrev", "hessian", "jacobian"})
_VALUES = ("outputs", "ys", "target", "y")
_INPUTS = ("inputs", "xs", "sources", "x")
_STEPS = 4
#: Scores of densities are derivatives, too, and so are what an energy says of a sample.
_SCORES = re.compile(r"(?i)score|log_?p(rob)?\b|energy")


@dataclass(frozen=True, slots=True)
class _Derivative:
    """How often something was derived, and by what."""

    order: int
    by: str


def residual(scene: Scene) -> Evidence | None:
    """Find a sum of derivatives of what a network says, by its inputs."""
    called = _DERIVES | _OF_FUNCTIONS
    deriving = [each for each in scene.functions if not called.isdisjoint(each.calls)]
    called |= {each.info.name for each in deriving if each.info is not None}
    for features in scene.functions if deriving else ():
        if called.isdisjoint(features.calls):
            continue
        reader = _Reader(scene, read_body(features))
        for node in features.of(ast.BinOp):
            if isinstance(node.op, ast.Add | ast.Sub) and reader.is_residual(node):
                return scene.evidence(features, node)
    return None


class _Reader:
    """Reads the derivatives of one function."""

    def __init__(self, scene: Scene, body: Body) -> None:
        self.scene = scene
        self.body = body

    def is_residual(self, node: ast.BinOp) -> bool:
        found = [each for part in _parts(node) if (each := self.derivative(part)) is not None]
        if not found or _SCORES.search(ast.unparse(node)):
            return False
        return max(each.order for each in found) > 1 or len({each.by for each in found}) > 1

    def derivative(self, node: ast.expr, steps: int = _STEPS) -> _Derivative | None:
        """Say what a value is derived by, if it is a derivative."""
        item = ""
        while steps:
            if isinstance(node, ast.Subscript):
                item = item or _column(node)
                node = node.value
            elif isinstance(node, ast.Name):
                made = self.body.last(node)
                if made is node:
                    return None
                node, steps = made, steps - 1
            else:
                break
        if not isinstance(node, ast.Call):
            return None
        return self._of_function(node) or self._of_value(node, item, steps)

    def _of_function(self, call: ast.Call) -> _Derivative | None:
        """``grad(grad(u))(x, t)``, ``u_xx(x, t)`` where ``u_xx = grad(u_x)``."""
        order, by = 0, ""
        func = call.func
        for _ in range(8):
            if isinstance(func, ast.Name):
                made = self.body.last(func)
                if made is func or not isinstance(made, ast.Call):
                    break
                func = made
            if not isinstance(func, ast.Call) or not func.args:
                break
            name = last_name(func)
            if name in _OF_FUNCTIONS and (func is not call.func or call.args):
                order += 1 + (name == "hessian")
                by += ",".join(map(ast.unparse, func.args[1:])) + "|"
            elif name not in ("vmap", "jit"):
                break
            func = func.args[0]
        return _Derivative(order, by) if order > 1 else None

    def _of_value(self, call: ast.Call, item: str, steps: int) -> _Derivative | None:
        """``grad(u, x)`` of torch, ``tape.gradient(u, x)``, and functions that give these back."""
        value, inputs = _given(call)
        if value is None or inputs is None:
            return None
        if last_name(call) not in _DERIVES and not self._derives(call):
            return None
        said = self.body.behind(value)
        inner = self.derivative(_summed(value), steps - 1) if steps else None
        if inner is not None:
            return _Derivative(inner.order + 1, f"{inner.by}|{ast.unparse(inputs)}{item}")
        if isinstance(said, ast.Call) and self._is_asked(said, inputs):
            return _Derivative(1, f"{ast.unparse(inputs)}{item}")
        return None

    def _derives(self, call: ast.Call) -> bool:
        """Return whether a function of the project gives a gradient of what it is given back."""
        module = self.body.features.module
        info = self.scene.program.resolve(module, call.func)
        if info is None and isinstance(call.func, ast.Attribute):
            owner = self.body.features.owner
            info = owner.methods.get(call.func.attr) if owner is not None else None
        if not isinstance(info, FunctionInfo) or isinstance(info.node, ast.Lambda):
            return False
        given = [each.arg for each in info.node.args.args if each.arg not in ("self", "cls")]
        return any(
            isinstance(node, ast.Call) and last_name(node) in _DERIVES and _takes(node, given)
            for node in walk(info.node)
        )

    def _is_asked(self, call: ast.Call, inputs: ast.expr) -> bool:
        """Return whether what is derived was said of what it is derived by."""
        names = {node.id for node in walk(inputs) if isinstance(node, ast.Name)}
        waiting: list[ast.AST] = [*call.args, *(word.value for word in call.keywords)]
        for _ in range(24):
            if not waiting:
                return False
            for node in walk(waiting.pop()):
                if isinstance(node, ast.Name):
                    if node.id in names:
                        return True
                    made = self.body.last(node)
                    waiting += [made] if made is not node else []
        return False


def _takes(call: ast.Call, names: list[str]) -> bool:
    """Return whether a gradient is of the first parameter by the second."""
    value, inputs = _given(call)
    if value is None or inputs is None or len(names) < 2:
        return False
    texts = [{n.id for n in walk(each) if isinstance(n, ast.Name)} for each in (value, inputs)]
    return names[0] in texts[0] and names[1] in texts[1]


def _given(call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
    """Return what is derived and by what."""
    words = {word.arg: word.value for word in call.keywords}
    value = call.args[0] if call.args else next((words[w] for w in _VALUES if w in words), None)
    inputs = (
        call.args[1]
        if len(call.args) > 1
        else next((words[w] for w in _INPUTS if w in words), None)
    )
    return value, inputs


def _summed(node: ast.expr) -> ast.expr:
    """Look through ``u.sum()`` and ``tf.reduce_sum(u)``; an item stays what it is."""
    if isinstance(node, ast.Call) and last_name(node) in ("sum", "reduce_sum", "mean"):
        return node.args[0] if node.args and not _is_number(node.args[0]) else plain(node)
    return node


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _column(node: ast.Subscript) -> str:
    """Tell one column from another: ``[:, 0:1]``; the first of several results is no column."""
    return f"[{ast.unparse(node.slice)}]" if isinstance(node.slice, ast.Tuple) else ""


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the factors of the parts of a sum."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, ast.UnaryOp):
        yield from _parts(node.operand)
    else:
        yield node
