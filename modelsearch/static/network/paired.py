"""Generators that make one picture of another, judged by what they were given and what they made.

``fake = G(x)`` and ``D(x, fake)``, joined or not, whatever the names of the pictures; where the
generator is given drawn noise it makes pictures of nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.backward import DRAWN, NOISE
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.loss_pairs import Body, plain, read_body
from modelsearch.static.source.nodes import last_name

_DISTANCES = (
    "L1Loss",
    "l1_loss",
    "MeanAbsoluteError",
    "abs",
    "mean_absolute_error",
    "SmoothL1Loss",
)
_JOINS = frozenset({"cat", "concat", "concatenate", "Concatenate", "hstack", "stack"})
_NOISY = re.compile(r"(?i)(z|noise|latent)\w*$")
_OWN = frozenset({"forward", "call", "__init__", "build"})


def judged_beside(
    scene: Scene, generator: re.Pattern[str], judge: re.Pattern[str]
) -> Evidence | None:
    """Find a picture that a generator made of another, judged beside that, and compared with what
    it should have been.
    """
    if not (scene.called(*_DISTANCES) or scene.says("mae", "mean_absolute_error", "l1")):
        return None
    for features in scene.functions:
        if features.info is not None and features.info.name in _OWN and _makes_layers(features):
            continue
        for made, given in _made(features, generator):
            found = _beside(features, judge, made, given)
            if found is not None:
                return scene.evidence(features, found)
    return None


def _makes_layers(features: Features) -> bool:
    """Return whether a function of a network joins its own layers: no loss is called there."""
    return features.name_like(re.compile(r"(?i)^\w*(loss|criterion)\w*$")) is None


def _made(features: Features, generator: re.Pattern[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what generators made, and of what, where none of that is noise."""
    body = read_body(features)
    for node in features.of(ast.Assign):
        call = node.value
        if not isinstance(call, ast.Call) or not generator.match(last_name(call)):
            continue
        given = list(_given(call))
        if any(_is_drawn(body, each) for each in given):
            continue
        texts = frozenset(ast.unparse(plain_value(each)) for each in given if _is_value(each))
        for target in node.targets:
            if texts and isinstance(target, ast.Name | ast.Attribute):
                yield ast.unparse(target), texts


def _beside(
    features: Features, judge: re.Pattern[str], made: str, given: frozenset[str]
) -> ast.AST | None:
    """The call of a discriminator that is given what was made and what it was made of."""
    joined = {
        ast.unparse(target): node.value
        for node in features.of(ast.Assign)
        if isinstance(node.value, ast.Call) and last_name(node.value) in _JOINS
        for target in node.targets
    }
    for call in features.of(ast.Call):
        if judge.match(last_name(call)):
            texts = set(_texts(call, joined))
            if made in texts and texts & given:
                return call
    return None


def _texts(call: ast.Call, joined: dict[str, ast.Call]) -> Iterator[str]:
    """Yield what a call is given, as written; what is joined taken apart."""
    for each in _given(call):
        value = plain_value(each)
        text = ast.unparse(value)
        inner = joined.get(text, value)
        if isinstance(inner, ast.Call) and last_name(inner) in _JOINS:
            yield from (ast.unparse(plain_value(part)) for part in _given(inner))
        else:
            yield text


def _given(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call is given, lists taken apart."""
    for each in [*call.args, *(word.value for word in call.keywords)]:
        if isinstance(each, ast.List | ast.Tuple):
            yield from each.elts
        else:
            yield each


def plain_value(node: ast.expr) -> ast.expr:
    """Look through ``x.detach()`` and the like; an item stays an item."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        node = node.func.value
    return node


def _is_value(node: ast.expr) -> bool:
    return isinstance(plain_value(node), ast.Name | ast.Attribute | ast.Subscript)


def _is_drawn(body: Body, node: ast.expr) -> bool:
    found = body.behind(node)
    names = (last_name(found), last_name(plain(node)))
    return any(
        name in NOISE | DRAWN or re.match(r"(?i)(z|noise|latent)\w*$", name) for name in names
    )
