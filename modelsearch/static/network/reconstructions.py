"""Losses that compare an input with what networks make of it: reconstructions and cycles."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.machine.values import Abstract, Attr, Instance, options
from modelsearch.static.network.drawn_noise import is_noise
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.loss_pairs import (
    SAME_VALUES,
    Body,
    bodies,
    compared,
    plain,
)
from modelsearch.static.network.tracing import is_network
from modelsearch.static.source.nodes import walk


def reconstruction(scene: Scene) -> Evidence | None:
    """Find a loss between an input and what one network makes of it."""
    for body in bodies(scene):
        for node, output, target in compared(body.features):
            made = body.behind(output)
            if _has_slice(target) or _has_slice(output) or is_noise(scene, body, target):
                continue  # what comes next is predicted, or what was added
            if isinstance(node, ast.BinOp) and _only_subtracts(body.features):
                continue
            wanted = part_of(target)
            if wanted is None or not isinstance(made, ast.Call):
                continue
            if calls_network(scene, body, made) and wanted in _inputs(body, made):
                return scene.evidence(body.features, node)
    return None


def part_of(node: ast.expr) -> str | None:
    """Return what a name or a fixed part of it is called: ``x``, ``batch['x']``, ``batch[0]``."""
    for _ in range(8):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in SAME_VALUES:
                return None
            node = node.func.value
        elif isinstance(node, ast.Subscript) and not _is_fixed(node):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name) or (isinstance(node, ast.Subscript) and _is_fixed(node)):
        return ast.unparse(node)
    return None


def _is_fixed(node: ast.Subscript) -> bool:
    """Return whether one part is taken by its key: ``batch["x"]``, ``batch[0]``."""
    return isinstance(node.slice, ast.Constant) and isinstance(node.value, ast.Name)


def _only_subtracts(features: Features) -> bool:
    """Return whether a network's own function takes a part away (a trend) and measures nothing."""
    if features.info is None or features.info.name not in ("forward", "call", "__call__"):
        return False
    if any(isinstance(node.op, ast.Pow) for node in features.of(ast.BinOp)):
        return False
    return features.calls_any("pow", "square", "abs", "mean", "norm", "sum", "reduce_mean") is None


def _has_slice(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Slice) for each in walk(node))


def _inputs(body: Body, call: ast.Call) -> set[str]:
    """Names that a call is first given, and those that they were made from."""
    given = call.args[:1] or [keyword.value for keyword in call.keywords[:1]]
    own = frozenset(body.features.module.all_functions)
    waiting = [(call.lineno, each) for argument in given for each in _wholes(argument, own)]
    names: set[str] = set()
    while waiting and len(names) < 60:
        line, node = waiting.pop()
        if isinstance(node, ast.Subscript):
            names.add(ast.unparse(node))
        if not isinstance(node, ast.Name) or node.id in names:
            continue
        names.add(node.id)
        for made_at, value in body.made.get(node.id, []):
            if made_at <= line:
                waiting += [(made_at, each) for each in _wholes(value, own)]
    return names


def _wholes(node: ast.AST, own: frozenset[str]) -> Iterator[ast.AST]:
    """Yield the names of an expression, and the fixed parts of names as wholes; of what a function
    of the project is given the first alone, for labels are given beside (``attacked(x, y)``).
    """
    if isinstance(node, ast.Subscript) and _is_fixed(node):
        yield node
        return
    yield node
    known = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own
    inner = node.args[:1] if known and isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    for child in inner:
        yield from _wholes(child, own)


def calls_network(scene: Scene, body: Body, call: ast.Call) -> bool:
    """Return whether a call asks a network, or a method of one (``net.predict(x)``)."""
    values = scene.evaluator.abstract(call.func, body.features.module)
    return any(is_network(value) or _is_method(value) or _predicts(value) for value in values)


def _predicts(value: Abstract) -> bool:
    """Return whether a method of a library's network is called that says what it thinks."""
    if not isinstance(value, Attr) or value.name not in _PREDICTS:
        return False
    return any(map(is_network, options(value.base)))


_PREDICTS = ("predict", "predict_on_batch", "call", "forward", "apply")


def _is_method(value: Abstract) -> bool:
    bound = getattr(value, "bound", None)
    return isinstance(bound, Instance) and is_module(bound)


def cycle(scene: Scene) -> Evidence | None:
    """Find two networks that undo one another: ``g(f(a))`` ~ ``a`` and ``f(g(b))`` ~ ``b``."""
    for body in bodies(scene):
        found: dict[tuple[str, str], ast.AST] = {}
        for node, output, target in compared(body.features):
            outer = body.behind(output)
            if not isinstance(outer, ast.Call) or not outer.args:
                continue
            inner = body.behind(outer.args[0])
            if not isinstance(inner, ast.Call) or not inner.args:
                continue
            source, target = plain(inner.args[0]), plain(target)
            if not isinstance(source, ast.Name) or not isinstance(target, ast.Name):
                continue
            if source.id == target.id and _alike(scene, body, outer.func, inner.func):
                found[_said(outer), _said(inner)] = node
        for (outer_name, inner_name), node in found.items():
            if outer_name != inner_name and (inner_name, outer_name) in found:
                return scene.evidence(body.features, node)
    return None


def _said(call: ast.Call) -> str:
    """Which network a call asks: by what is called, and by the name that a function is to give the
    weights that it makes.
    """
    named = [k.value for k in call.keywords if k.arg in ("name", "scope")]
    return " ".join(ast.unparse(each) for each in (call.func, *named))


def _alike(scene: Scene, body: Body, one: ast.expr, other: ast.expr) -> bool:
    """Return whether two networks are of one class; an encoder and its decoder are not."""
    classes = [
        {
            value.name
            for value in scene.evaluator.abstract(node, body.features.module)
            if isinstance(value, Instance)
        }
        for node in (one, other)
    ]
    if all(classes):
        return bool(classes[0] & classes[1])
    names = ast.unparse(one) + " " + ast.unparse(other)
    return re.search(r"(?i)enc|dec|infer", names) is None
