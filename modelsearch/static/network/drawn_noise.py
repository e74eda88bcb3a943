"""What is drawn at random while a generative model trains: noise that is predicted, and labels that
are left out now and then.

A loss between drawn noise and a network's output shows diffusion; one between that output and the
difference of noise and data shows flow matching.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelsearch.records.artefacts import Evidence
from modelsearch.records.wordlists import word_tuple
from modelsearch.static.machine.values import Call, options
from modelsearch.static.network.features import Scene
from modelsearch.static.network.loss_pairs import (
    Body,
    bodies,
    compared,
    plain,
)
from modelsearch.static.network.tracing import came_from, from_network
from modelsearch.static.source.nodes import last_name, walk

_NOISE = ("randn_like", "randn", "normal", "standard_normal", "random_normal", "normal_like")
_TIME = re.compile(
    r"(?i)^(t|ts|tt|k|time|times|time_?steps?|steps?|sigmas?|noise_?levels?|diffusion_times|t_\w+)$"
)
_DRAWN = word_tuple("""
    rand randint uniform integers rand_like sample random_uniform choice multinomial
    random_integers sample_timesteps random
""")
_ENCODES = re.compile(r"(?i)enc(ode|oder|oding)?\b|encode|vae|auto_?enc|first_stage|latent")


@dataclass(frozen=True, slots=True)
class NoisePrediction:
    """Where predicted and drawn noise are compared, and whether latents were noised."""

    evidence: Evidence
    latent: bool


def noise_prediction(scene: Scene) -> NoisePrediction | None:
    """Find a loss between drawn noise and what a network says of a noisy input at some time."""
    for body in bodies(scene):
        if not _has_time(body):
            continue
        for node, predicted, target in compared(body.features):
            if _is_prediction(body.behind(predicted)) and is_noise(scene, body, target):
                evidence = scene.evidence(body.features, node)
                return NoisePrediction(evidence, _is_latent(scene, body, target))
    return None


def is_noise(scene: Scene, body: Body, node: ast.expr) -> bool:
    """Return whether an expression is drawn noise, here or in a function that gives it back."""
    drawn = body.behind(node)
    if isinstance(drawn, ast.Call) and last_name(drawn.func) in _NOISE:
        return True
    return bool(_draws(scene, body, node))


def _draws(scene: Scene, body: Body, node: ast.expr) -> list[Call]:
    """Return the calls that drew what an expression held."""
    values = scene.evaluator.abstract(plain(node), body.features.module)
    return [value for value in values if isinstance(value, Call) and value.last in _NOISE]


def velocity_prediction(scene: Scene) -> Evidence | None:
    """Find a loss between a prediction and the difference of drawn noise and data."""
    for body in bodies(scene):
        if not _has_time(body):
            continue
        for node, predicted, target in compared(body.features):
            wanted = body.behind(target)
            if not (isinstance(wanted, ast.BinOp) and isinstance(wanted.op, ast.Sub)):
                continue
            noise = [is_noise(scene, body, side) for side in (wanted.left, wanted.right)]
            names = all(isinstance(plain(s), ast.Name) for s in (wanted.left, wanted.right))
            if names and sum(noise) == 1 and _is_prediction(body.behind(predicted)):
                return scene.evidence(body.features, node)
    return None


def _has_time(body: Body) -> bool:
    """Return whether a time is drawn, or given to the function."""
    for name, values in body.made.items():
        if _TIME.match(name):
            for _, value in values:
                if any(last_name(each) in _DRAWN for each in _calls_in(value)):
                    return True
    info = body.features.info
    if info is None or isinstance(info.node, ast.Lambda):
        return False
    return any(_TIME.match(arg.arg) for arg in info.node.args.args)


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in walk(node) if isinstance(each, ast.Call))


def _is_prediction(node: ast.expr) -> bool:
    """A call of a network with the noisy input and the time (or with one joined input)."""
    if not isinstance(node, ast.Call):
        return False
    if last_name(node.func) in _NOISE or not node.args:
        return False
    return isinstance(node.func, ast.Name | ast.Attribute)


def _is_latent(scene: Scene, body: Body, target: ast.expr) -> bool:
    """Return whether noise takes its shape from the output of a network."""
    for call in _draws(scene, body, target):
        if any(from_network(option) for value in call.args for option in options(value)):
            return True
    drawn = body.behind(target)
    if not isinstance(drawn, ast.Call):
        return False
    for name in _shape_names(drawn):
        if re.search(r"(?i)latent", name.id):
            return True
        source = body.behind(name)
        if isinstance(source, ast.Call) and _ENCODES.search(ast.unparse(source.func)):
            return True
    return False


def noised_encoding(scene: Scene) -> bool:
    """Return whether noise was drawn in the shape of what an encoder gave."""
    return any(
        came_from(value, lambda call: call.method in ("encode", "encode_first_stage"))
        for record in scene.evaluator.calls_of(*_NOISE)
        for value in record.args[:1]
    )


def _shape_names(drawn: ast.Call) -> Iterator[ast.Name]:
    for argument in [*drawn.args, *(k.value for k in drawn.keywords if k.arg in ("size", "shape"))]:
        node = argument
        if isinstance(node, ast.Call) and last_name(node.func) in ("shape", "size"):
            node = node.args[0] if node.args else node.func
        while isinstance(node, ast.Attribute | ast.Starred | ast.Subscript):
            node = node.value
        node = plain(node)
        if isinstance(node, ast.Name):
            yield node


# ---- labels --------------------------------------------------------------------------------------

_LABEL = re.compile(r"(?i)^(y|c|cond(itions?)?|labels?|class(es)?|cls|context|prompt_?emb\w*|ctx)$")


def dropped_labels(scene: Scene) -> Evidence | None:
    """Find labels that are left out now and then, by a draw, for guidance without a classifier.

    ``if random() < 0.1: labels = None`` and ``where(rand(n) < 0.1, null, labels)``.
    """
    for features in scene.functions:
        for node in features.walk():
            if isinstance(node, ast.If) and _is_draw(node.test) and any(map(_forgets, node.body)):
                return scene.evidence(features, node)
            if isinstance(node, ast.Call) and last_name(node.func) == "where" and node.args:
                names = {each.id for each in walk(node) if isinstance(each, ast.Name)}
                if _is_draw(node.args[0]) and any(_LABEL.match(name) for name in names):
                    return scene.evidence(features, node)
    return None


def _is_draw(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Lt)
        and isinstance(node.left, ast.Call)
        and last_name(node.left.func) in _DRAWN
    )


def _forgets(statement: ast.stmt) -> bool:
    """Return whether a statement sets labels to nothing."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is None
        and any(isinstance(t, ast.Name) and _LABEL.match(t.id) for t in statement.targets)
    )
