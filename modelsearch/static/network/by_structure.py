"""How a network is trained, told by the arithmetic of its losses, whatever the names.

* normalising flow: a part that is scaled by an exponential, whose logarithm is given back summed;
* energy-based: samples that go down the gradient of the network itself, with noise;
* policy gradient: the logarithm of a probability times a sum of discounted rewards;
* matrix factorisation: products of two vectors that tables of embeddings give;
* distillation (a technique): the divergence of shares that are softened by a temperature.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.values import UNKNOWN, Abstract, Const, first
from modelsearch.static.network.contrasting import PRODUCTS
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.loss_pairs import Body, bodies, plain, read_body
from modelsearch.static.network.networks import Network
from modelsearch.static.network.returns import is_discount
from modelsearch.static.source.nodes import last_name, walk

_DRAWS = ("randn_like", "randn", "normal", "standard_normal", "random_normal", "normal_")
_LOGS = ("log", "log_prob", "logp", "log_softmax")


# ---- normalising flows ---------------------------------------------------------------------------


def coupling(scene: Scene, network: Network) -> Evidence | None:
    """Find a part that is scaled by ``exp(s)`` and shifted, with the sum of ``s`` given back."""
    for features in scene.methods(network.classes()):
        body = read_body(features)
        for node in features.of(ast.BinOp):
            scale = _scale(body, node)
            if scale is not None and _sums_and_returns(features, scale):
                return scene.evidence(features, node)
    return None


def _scale(body: Body, node: ast.BinOp) -> str | None:
    """The name of ``s`` in ``x * exp(s) + t`` and ``(x - t) * exp(-s)`` where ``x`` is no noise."""
    for side in (node.left, node.right) if isinstance(node.op, ast.Add) else (node,):
        if not isinstance(side, ast.BinOp) or not isinstance(side.op, ast.Mult):
            continue
        for kept, wide in ((side.left, side.right), (side.right, side.left)):
            drawn = body.behind(kept)
            if isinstance(drawn, ast.Call) and last_name(drawn) in _DRAWS:
                continue
            name = _exponent(body, wide)
            if name is not None:
                return name
    return None


def _exponent(body: Body, node: ast.expr) -> str | None:
    """The name that an exponential is made of: ``exp(s)``, ``s.exp()``."""
    found = body.behind(node) if isinstance(node, ast.Name) else node
    if not isinstance(found, ast.Call) or last_name(found) != "exp":
        return None
    inner = found.args[0] if found.args else getattr(found.func, "value", None)
    if isinstance(inner, ast.UnaryOp):
        inner = inner.operand
    return inner.id if isinstance(inner, ast.Name) else None


def _sums_and_returns(features: Features, scale: str) -> bool:
    """Return whether the sum of a name is computed, and several values are given back."""
    summed = any(
        last_name(call) in ("sum", "reduce_sum", "sum_except_batch")
        and any(isinstance(n, ast.Name) and n.id == scale for n in walk(call))
        for call in features.of(ast.Call)
    )
    several = any(isinstance(r.value, ast.Tuple) for r in features.of(ast.Return))
    return summed and several


# ---- energies ------------------------------------------------------------------------------------


def langevin(scene: Scene) -> Evidence | None:
    """Find samples that go down the gradient of what a network says of them, with noise."""
    for features in scene.functions:
        if features.calls_any(*_DRAWS) is None:
            continue
        for loop in [*features.of(ast.For), *features.of(ast.While)]:
            moved = _descended(loop)
            if moved is not None:
                return scene.evidence(features, moved)
    return None


def _descended(loop: ast.stmt) -> ast.AST | None:
    """The statement of a loop that moves an input by its own gradient."""
    nodes = walk(loop)
    inputs = {
        inner.id
        for call in nodes
        if isinstance(call, ast.Call) and last_name(call) == "grad" and len(call.args) > 1
        for inner in walk(call.args[1])
        if isinstance(inner, ast.Name)
    }
    inputs |= {
        node.value.id
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr == "grad"
        if isinstance(node.value, ast.Name)
    }
    inputs -= _weights(nodes)
    noisy = any(isinstance(n, ast.Call) and last_name(n) in _DRAWS for n in nodes)
    if not inputs or not noisy:
        return None
    for node in nodes:
        target = _moved(node)
        if target is not None and target in inputs:
            return node
    return None


def _weights(nodes: Sequence[ast.AST]) -> set[str]:
    """Names that stand for one weight after another: ``for p in net.parameters()``."""
    return {
        each.id
        for node in nodes
        if isinstance(node, ast.For) and re.search(r"param|weights", ast.unparse(node.iter))
        for each in walk(node.target)
        if isinstance(each, ast.Name)
    }


def _moved(node: ast.AST) -> str | None:
    """What ``x = x - …``, ``x -= …`` and ``x.data.add_(…)`` move."""
    if isinstance(node, ast.AugAssign):
        return _root(node.target)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        name = _root(node.targets[0])
        named = {n.id for n in walk(node.value) if isinstance(n, ast.Name)}
        takes = any(isinstance(n, ast.Sub | ast.Add) for n in walk(node.value))
        return name if name in named and takes else None
    if isinstance(node, ast.Call) and last_name(node) in ("add_", "sub_"):
        return _root(node.func)
    return None


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


# ---- policies ------------------------------------------------------------------------------------


def preferred(scene: Scene) -> Evidence | None:
    """Find the logistic loss of how much more likely the preferred of two texts became than it is
    for a reference.
    """
    for features in scene.functions:
        logistic = features.calls_any("logsigmoid", "log_sigmoid", "LogSigmoid")
        if logistic is None or features.name_like(_REFERENCE) is None:
            continue
        if features.name_like(_PREFERRED) and features.name_like(_REJECTED):
            return scene.evidence(features, logistic)
    return None


_REFERENCE = re.compile(r"(?i)^(\w+_)?ref(erence)?(_\w+)?$")
_PREFERRED = re.compile(
    r"(?i)^(\w+_)?(chosen|preferred|prefered|win(ner|ning)?|accepted|pos|w)(_\w+)?$"
)
_REJECTED = re.compile(r"(?i)^(\w+_)?(reject(ed)?|dis_?preferred|lose(r)?|losing|neg|l)(_\w+)?$")


def policy_gradient(scene: Scene) -> Evidence | None:
    """Find a logarithm times a weight where rewards are summed up with a discount."""
    if not any(_discounts(features) for features in scene.functions):
        return None
    for body in bodies(scene):
        for node in body.features.of(ast.BinOp):
            if isinstance(node.op, ast.Mult) and _is_logarithm(body, node.left, node.right):
                return scene.evidence(body.features, node)
    return None


def _discounts(features: Features) -> bool:
    """Return whether a loop computes ``total = reward + discount * total``."""
    nodes = (node for loop in features.of(ast.For) for node in walk(loop))
    return any(isinstance(node, ast.Assign) and _is_return(node) for node in nodes)


def _is_return(node: ast.Assign) -> bool:
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or not isinstance(value, ast.BinOp):
        return False
    sides = (value.left, value.right)
    return isinstance(value.op, ast.Add) and any(_scaled(side, target.id) for side in sides)


def _scaled(node: ast.expr, name: str) -> bool:
    """Return whether an expression is a discount times a name."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    return any(
        isinstance(side, ast.Name) and side.id == name and is_discount(factor)
        for side, factor in ((node.left, node.right), (node.right, node.left))
    )


def _is_logarithm(body: Body, *sides: ast.expr) -> bool:
    for side in sides:
        found = body.behind(side)
        while isinstance(found, ast.UnaryOp):
            found = body.behind(found.operand)
        if isinstance(plain(found), ast.Call) and last_name(found) in _LOGS:
            return True
    return False


# ---- distillation --------------------------------------------------------------------------------


def distilled(scene: Scene) -> Evidence | None:
    """Find the divergence between what two networks say, both softened by a temperature."""
    for body in bodies(scene):
        for call in body.features.of(ast.Call):
            compares = len(call.args) >= 2 and last_name(call).lower() in _DIVERGENCES
            if compares and all(_softened(body, each) for each in call.args[:2]):
                return scene.evidence(body.features, call)
    return None


_DIVERGENCES = frozenset({"kl_div", "kldivloss", "kl_loss", "kld_loss", "kl_divergence", "kd_loss",
                          "criterion_kd", "kl", "kld", "kl_criterion", "criterion_kl"})  # fmt: skip
_SHARES = ("softmax", "log_softmax", "Softmax", "LogSoftmax")


def _softened(body: Body, node: ast.expr) -> bool:
    """Return whether a value is ``softmax(x / t)``."""
    made = body.behind(node)
    if not isinstance(made, ast.Call) or last_name(made) not in _SHARES:
        return False
    for given in (*made.args[:1], getattr(made.func, "value", None)):
        inner = body.last(given) if isinstance(given, ast.Name) else given
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div):
            return True
    return False


# ---- products of vectors -------------------------------------------------------------------------


def factorised(scene: Scene, network: Network) -> tuple[str, Evidence] | None:
    """Find the product of two vectors of tables, in a network that has nothing but tables, and say
    what it learns: two tables of the same things are words and their neighbours, two of different
    things are users and what they rate.
    """
    product = _product_of_tables(scene, network)
    if product is None:
        return None
    sizes = [first(layer.argument(0, "num_embeddings")) for layer in network.of("embedding")]
    same = all(_same_size(sizes[0], other) for other in sizes[1:])
    return ("Word2vec" if same else "Matrix factorisation"), product


def _same_size(one: Abstract, other: Abstract) -> bool:
    """Return whether two sizes are one value of one place."""
    if isinstance(one, Const) and isinstance(other, Const):
        return one.value == other.value and one.places == other.places
    return one is other and one is not UNKNOWN


def _product_of_tables(scene: Scene, network: Network) -> Evidence | None:
    others = ("linear", "conv", "lstm", "gru", "rnn", "transformer", "attention", "graph")
    if len(network.of("embedding")) < 2 or network.has(*others) or network.zoo:
        return None
    for features in scene.methods(network.classes()):
        body = read_body(features)
        for node in features.of(ast.BinOp):
            multiplies = isinstance(node.op, ast.Mult | ast.MatMult)
            if multiplies and all(_is_looked_up(body, s) for s in (node.left, node.right)):
                return scene.evidence(features, node)
        for call in features.of(ast.Call):
            multiplied = [*call.args[:2]] if last_name(call) in (*PRODUCTS, "mul", "Dot") else []
            if len(multiplied) == 2 and all(_is_looked_up(body, each) for each in multiplied):
                return scene.evidence(features, call)
    return None


def _is_looked_up(body: Body, node: ast.expr) -> bool:
    """Return whether a value is what a part of the object gives: ``self.users(u)``."""
    made = body.behind(node)
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Attribute):
        return False
    holder = made.func.value
    return isinstance(holder, ast.Name) and holder.id == "self"
