"""What losses compare: predicted with drawn noise, reconstructions with their input, cycles.

A loss is a call of two values under a telling name, or a difference. What stands behind the names
in it is followed through the assignments of the same function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from modelsearch.records.artefacts import Evidence
from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.machine.values import Abstract, Call, Instance, options
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.tracing import came_from, from_network, is_network
from modelsearch.static.source.nodes import walk

_LOSS = re.compile(
    r"(?i)loss|mse|mae|bce|\bl1|\bl2|huber|criterion|cross_?entropy|square|norm$|dist(ance)?$"
)
_NOISE = ("randn_like", "randn", "normal", "standard_normal", "random_normal", "normal_like")
_TIME = re.compile(
    r"(?i)^(t|ts|tt|k|time|times|time_?steps?|steps?|sigmas?|noise_?levels?|diffusion_times|t_\w+)$"
)
_DRAWN = ("rand", "randint", "uniform", "integers", "rand_like", "sample", "random_uniform",
          "choice", "multinomial", "random_integers", "sample_timesteps", "random")  # fmt: skip
_ENCODES = re.compile(r"(?i)enc(ode|oder|oding)?\b|encode|vae|auto_?enc|first_stage|latent")
#: Methods that give the same values back in another form.
_SAME = frozenset(
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
            earlier = [value for line, value in self.made.get(node.id, []) if line < node.lineno]
            if not earlier:
                return node
            node = earlier[-1]
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
        pairwise = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        values = value.elts if pairwise and isinstance(value, ast.Tuple | ast.List) else None
        for number, each in enumerate(target.elts):
            _assigned(body, each, values[number] if values else value)


def plain(node: ast.expr) -> ast.expr:
    """Look through ``x.detach()``, ``x.view(…)`` and ``x[…]``."""
    for _ in range(8):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in _SAME:
                return node
            node = node.func.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return node
    return node


def last_name(node: ast.AST) -> str:
    """Return the last part of what is called: ``F.mse_loss`` → ``mse_loss``."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


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


def _bodies(scene: Scene) -> list[Body]:
    return [read_body(features) for features in scene.functions]


# ---- noise ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoisePrediction:
    """Where predicted and drawn noise are compared, and whether latents were noised."""

    evidence: Evidence
    latent: bool


def noise_prediction(scene: Scene) -> NoisePrediction | None:
    """Find a loss between drawn noise and what a network says of a noisy input at some time."""
    for body in _bodies(scene):
        if not _has_time(body):
            continue
        for node, predicted, target in compared(body.features):
            if _is_prediction(body.behind(predicted)) and _is_noise(scene, body, target):
                evidence = scene.evidence(body.features, node)
                return NoisePrediction(evidence, _is_latent(scene, body, target))
    return None


def _is_noise(scene: Scene, body: Body, node: ast.expr) -> bool:
    """Say whether an expression is drawn noise, here or in a function that gives it back."""
    drawn = body.behind(node)
    if isinstance(drawn, ast.Call) and last_name(drawn.func) in _NOISE:
        return True
    return bool(_draws(scene, body, node))


def _draws(scene: Scene, body: Body, node: ast.expr) -> list[Call]:
    """The calls that drew what an expression held."""
    values = scene.evaluator.abstract(plain(node), body.features.module)
    return [value for value in values if isinstance(value, Call) and value.last in _NOISE]


def velocity_prediction(scene: Scene) -> Evidence | None:
    """Find a loss between a prediction and the difference of drawn noise and data."""
    for body in _bodies(scene):
        if not _has_time(body):
            continue
        for node, predicted, target in compared(body.features):
            wanted = body.behind(target)
            if not (isinstance(wanted, ast.BinOp) and isinstance(wanted.op, ast.Sub)):
                continue
            noise = [_is_noise(scene, body, side) for side in (wanted.left, wanted.right)]
            names = all(isinstance(plain(s), ast.Name) for s in (wanted.left, wanted.right))
            if names and sum(noise) == 1 and _is_prediction(body.behind(predicted)):
                return scene.evidence(body.features, node)
    return None


def _has_time(body: Body) -> bool:
    """Say whether a time is drawn, or given to the function."""
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
    """Say whether noise takes its shape from the output of a network."""
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
    """Say whether noise was drawn in the shape of what an encoder gave."""
    return any(
        came_from(value, lambda call: call.method in ("encode", "encode_first_stage"))
        for record in scene.evaluator.calls()
        if record.last in _NOISE
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


# ---- reconstructions and cycles ------------------------------------------------------------------


def reconstruction(scene: Scene) -> Evidence | None:
    """Find a loss between an input and what one network makes of it."""
    for body in _bodies(scene):
        for node, output, target in compared(body.features):
            made = body.behind(output)
            if _has_slice(target) or _has_slice(output) or _is_noise(scene, body, target):
                continue  # what comes next is predicted, or what was added
            if isinstance(node, ast.BinOp) and _only_subtracts(body.features):
                continue
            wanted = part_of(target)
            if wanted is None or not isinstance(made, ast.Call):
                continue
            if _calls_network(scene, body, made) and wanted in _inputs(body, made):
                return scene.evidence(body.features, node)
    return None


def part_of(node: ast.expr) -> str | None:
    """Return what a name or a fixed part of it is called: ``x``, ``batch['x']``, ``batch[0]``."""
    for _ in range(8):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in _SAME:
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
    """Say whether one part is taken by its key: ``batch["x"]``, ``batch[0]``."""
    return isinstance(node.slice, ast.Constant) and isinstance(node.value, ast.Name)


def _only_subtracts(features: Features) -> bool:
    """Say whether a network's own function takes a part away (a trend) and measures nothing."""
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
    waiting = [(call.lineno, each) for argument in given for each in _wholes(argument)]
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
                waiting += [(made_at, each) for each in _wholes(value)]
    return names


def _wholes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the names of an expression, and the fixed parts of names as wholes."""
    if isinstance(node, ast.Subscript) and _is_fixed(node):
        yield node
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _wholes(child)


def _calls_network(scene: Scene, body: Body, call: ast.Call) -> bool:
    values = scene.evaluator.abstract(call.func, body.features.module)
    return any(is_network(value) or _is_method(value) for value in values)


def _is_method(value: Abstract) -> bool:
    bound = getattr(value, "bound", None)
    return isinstance(bound, Instance) and is_module(bound)


def cycle(scene: Scene) -> Evidence | None:
    """Find two networks that undo one another: ``g(f(a))`` ~ ``a`` and ``f(g(b))`` ~ ``b``."""
    for body in _bodies(scene):
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
                found[ast.unparse(outer.func), ast.unparse(inner.func)] = node
        for (outer_name, inner_name), node in found.items():
            if outer_name != inner_name and (inner_name, outer_name) in found:
                return scene.evidence(body.features, node)
    return None


def _alike(scene: Scene, body: Body, one: ast.expr, other: ast.expr) -> bool:
    """Say whether two networks are of one class; an encoder and its decoder are not."""
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
    """Say whether a statement sets labels to nothing."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is None
        and any(isinstance(t, ast.Name) and _LABEL.match(t.id) for t in statement.targets)
    )
