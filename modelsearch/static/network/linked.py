"""Networks of graphs that learn which nodes are linked."""

from __future__ import annotations

import ast

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.loss_pairs import bodies

_PRODUCTS = frozenset({"mm", "matmul"})
_TURNED = frozenset({"t", "transpose", "T"})


def scores_pairs(scene: Scene) -> Evidence | None:
    """Where every node is multiplied with every other, of which a loss that is minimised is given
    the chosen pairs: ``pairs = torch.mm(out, out.t())``, ``loss = f(pairs[edges], labels)``.
    """
    for body in bodies(scene):
        for loss in _losses(body.features):
            pairs = body.last(loss.args[0]) if isinstance(loss.args[0], ast.Name) else None
            source = pairs.value if isinstance(pairs, ast.Subscript) else None
            product = body.last(source) if isinstance(source, ast.Name) else None
            if product is not None and _multiplies_all(product):
                return scene.evidence(body.features, product)
    return None


def _losses(features: Features) -> list[ast.Call]:
    """The calls on whose results ``backward`` is called, in the order of their lines."""
    backward = {
        call.func.value.id
        for call in features.of(ast.Call)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "backward"
        and isinstance(call.func.value, ast.Name)
    }
    found = [
        node.value
        for node in features.of(ast.Assign)
        if isinstance(node.value, ast.Call)
        and node.value.args
        and any(isinstance(each, ast.Name) and each.id in backward for each in node.targets)
    ]
    return sorted(found, key=lambda call: call.lineno)


def _multiplies_all(value: ast.expr) -> bool:
    """Return whether a value is the product of a matrix with itself, turned."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.MatMult):
        sides = [value.left, value.right]
    elif isinstance(value, ast.Call) and getattr(value.func, "attr", None) in _PRODUCTS:
        sides = value.args
    else:
        return False
    if len(sides) != 2 or not isinstance(sides[0], ast.Name):
        return False
    turned = sides[1].func if isinstance(sides[1], ast.Call) else sides[1]
    return (
        isinstance(turned, ast.Attribute)
        and turned.attr in _TURNED
        and isinstance(turned.value, ast.Name)
        and turned.value.id == sides[0].id
    )
