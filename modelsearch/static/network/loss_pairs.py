"""What the losses of a function compare: pairs of values, and what stands behind their names.

A loss is a call of two values under a telling name, or a difference. Names are followed through
the assignments of the same function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from modelsearch.static.network.features import Features, Scene
from modelsearch.static.source.nodes import last_name

_LOSS = re.compile(
    r"(?i)loss|mse|mae|bce|\bl1|\bl2|huber|criterion|cross_?entropy|square|norm$|dist(ance)?$"
)
#: Methods that give the same values back in another form.
SAME_VALUES = frozenset(
    [
        "detach",
        "view",
        "reshape",
        "flatten",
        "squeeze",
        "unsqueeze",
        "float",
        "to",
        "cpu",
        "cuda",
        "clone",
        "contiguous",
        "type",
        "expand",
        "mean",
        "sum",
        "pow",
        "permute",
        "transpose",
        "double",
        "half",
    ]
)


@dataclass(slots=True)
class Body:
    """The assignments of one function, by name, with their lines."""

    features: Features
    made: dict[str, list[tuple[int, ast.expr]]] = field(default_factory=dict)

    def last(self, node: ast.Name) -> ast.expr:
        """Return what a name was last assigned before it is used, else the name."""
        earlier = [value for line, value in self.made.get(node.id, []) if line < node.lineno]
        return earlier[-1] if earlier else node

    def behind(self, node: ast.expr) -> ast.expr:
        """Return what a name was last assigned before it is used, forms of it looked through."""
        for _ in range(4):
            node = plain(node)
            if not isinstance(node, ast.Name):
                return node
            before, node = node, self.last(node)
            if node is before:
                return node
        return node


def read_body(features: Features) -> Body:
    """Collect the assignments of a function; ``a, b = f(x), g(y)`` pairwise."""
    body = Body(features)
    for node in features.of(ast.Assign):
        for target in node.targets:
            _assigned(body, target, node.value)
    return body


def _assigned(body: Body, target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        body.made.setdefault(target.id, []).append((target.lineno, value))
    elif isinstance(target, ast.Tuple | ast.List):
        value = _each_of(value)
        pairwise = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        values = value.elts if pairwise and isinstance(value, ast.Tuple | ast.List) else None
        for number, each in enumerate(target.elts):
            _assigned(body, each, values[number] if values else value)


def _each_of(value: ast.expr) -> ast.expr:
    """What something is done to one by one: ``map(f, [a, b])``, ``(f(x) for x in (a, b))``."""
    if isinstance(value, ast.GeneratorExp | ast.ListComp) and len(value.generators) == 1:
        return value.generators[0].iter
    if isinstance(value, ast.Call) and last_name(value) == "map" and len(value.args) == 2:
        return value.args[1]
    return value


#: What packages of arrays are called, whose functions are the methods of others.
_PACKAGES = frozenset({"torch", "paddle", "tf", "np", "jnp", "mx", "ops", "K", "F", "P"})


def plain(node: ast.expr) -> ast.expr:
    """Look through ``x.detach()``, ``x.view(…)`` and ``x[…]``."""
    for _ in range(8):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in SAME_VALUES:
                return node
            function = isinstance(node.func.value, ast.Name) and node.func.value.id in _PACKAGES
            node = node.args[0] if function and node.args else node.func.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return node
    return node


def compared(features: Features) -> Iterator[tuple[ast.AST, ast.expr, ast.expr]]:
    """Yield the pairs of values that losses of a function compare, each in both orders."""
    return compared_in(features.walk())


def compared_in(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.AST, ast.expr, ast.expr]]:
    """Yield the pairs of values that losses among some nodes compare, each in both orders."""
    for node in nodes:
        pair: tuple[ast.expr, ast.expr] | None = None
        if isinstance(node, ast.Call):
            given = [*node.args, *(k.value for k in node.keywords if k.arg in _PAIRED)]
            if len(given) >= 2 and _LOSS.search(last_name(node.func)):
                pair = given[0], given[1]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            pair = node.left, node.right
        if pair is not None:
            yield node, pair[0], pair[1]
            yield node, pair[1], pair[0]


_PAIRED = ("input", "target", "y_true", "y_pred", "predictions", "targets", "labels")


def bodies(scene: Scene) -> list[Body]:
    """Return the functions of a script, with their assignments."""
    return [read_body(features) for features in scene.functions]
