"""Text after text: what is learnt is what follows in the same sequence, whatever the names.

``x[i:i + n]`` beside ``x[i + n]``, ``x[i:i + n]`` beside ``x[i + 1:i + n + 1]``, ``x[:, :-1]``
beside ``x[:, 1:]``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.features import Features, Scene

_Bounds = tuple[str, str]


def following(scene: Scene) -> Evidence | None:
    """Find a window of a sequence beside what follows it."""
    for features in scene.functions:
        windows: dict[str, set[_Bounds]] = {}
        points: dict[str, set[str]] = {}
        for node, base, place in _taken(features):
            if isinstance(place, ast.Slice):
                bounds = _sum(place.lower), _sum(place.upper)
                if place.step is None and _meets(bounds, windows.get(base, set())):
                    return scene.evidence(features, node)
                if bounds[1] and bounds[1] in points.get(base, set()) and bounds[0]:
                    return scene.evidence(features, node)
                windows.setdefault(base, set()).add(bounds)
            else:
                at = _sum(place)
                if any(upper == at and lower for lower, upper in windows.get(base, set())):
                    return scene.evidence(features, node)
                points.setdefault(base, set()).add(at)
    return None


def _taken(features: Features) -> Iterator[tuple[ast.Subscript, str, ast.expr]]:
    """Yield what is taken from what, with where along the last axis."""
    for node in features.of(ast.Subscript):
        place = node.slice
        if isinstance(place, ast.Tuple) and place.elts:
            yield node, ast.unparse(node.value), place.elts[-1]
        elif isinstance(place, ast.Slice | ast.BinOp):
            yield node, ast.unparse(node.value), place


def _meets(bounds: _Bounds, known: set[_Bounds]) -> bool:
    """Return whether a window is one of the known ones, one place on or back."""
    return any(_is_next(one, bounds) or _is_next(bounds, one) for one in known)


def _is_next(one: _Bounds, other: _Bounds) -> bool:
    """Return whether the bounds of a window are those of another, one place on."""
    if one == ("", "-1"):
        return other == ("1", "")
    moved = _more(one[0]), _more(one[1])
    return one[1] != "" and other[1] == moved[1] and other[0] == moved[0]


def _more(bound: str) -> str:
    """A bound and one, as it is written."""
    return "+".join(sorted([*bound.split("+"), "1"])) if bound else "1"


def _sum(node: ast.expr | None) -> str:
    """What is added up, in an order of its own."""
    return "" if node is None else "+".join(sorted(ast.unparse(node).split(" + ")))
