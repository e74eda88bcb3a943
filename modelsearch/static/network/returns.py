"""Reinforcement learning told by the arithmetic of what is learnt from, whatever the names.

* a target that looks ahead: a reward, plus a discount times what a network says of the next state.
  How the next action is chosen tells the method: the largest value (Q-networks), what a policy
  proposes (DDPG), the smaller of two values of that (TD3), less its entropy (SAC);
* a policy whose ratio of probabilities, ``exp(new - old)``, is kept around one (PPO).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.loss_pairs import Body, bodies, plain
from modelsearch.static.network.reconstructions import calls_network
from modelsearch.static.source.nodes import children, last_name

Method = tuple[str, Evidence]

_DISCOUNT = re.compile(r"(?i)gamma|discount")
_LOWEST = 0.8  #: a smaller factor is no discount that is usual
#: What factors are called that leave nothing where the game is over.
_GOES_ON = re.compile(
    r"(?i)(^|_)(not_?dones?|masks?|continues?|non_?final\w*|(non|not)_?terminals?|ends?|alive|live"
    r"|undones?|terminal_?masks?)$"
)
_LARGEST = frozenset({"max", "amax", "argmax", "reduce_max", "maximum"})
_SMALLEST = frozenset({"min", "amin", "minimum", "reduce_min"})
_CLIPS = frozenset({"clamp", "clip", "clip_by_value", "clamp_"})
_MOST_NODES = 300
_MOST_STEPS = 6


def clipped_policy(scene: Scene) -> Method | None:
    """Find a ratio of probabilities that is kept around one."""
    for body in bodies(scene):
        for call in body.features.of(ast.Call):
            if last_name(call) in _CLIPS and _is_ratio(body, call):
                return "PPO", scene.evidence(body.features, call)
    return None


def _is_ratio(body: Body, call: ast.Call) -> bool:
    """Return whether ``exp(a - b)`` is clipped to bounds that lie around one."""
    ratio, given = _clipped(call)
    if ratio is None or len(given) < 2 or not around_one(*given[:2]):
        return False
    made = body.behind(ratio)
    if not isinstance(made, ast.Call) or last_name(made) != "exp":
        return False
    inner = made.args[0] if made.args else getattr(made.func, "value", None)
    apart = body.behind(inner) if isinstance(inner, ast.expr) else None
    return isinstance(apart, ast.BinOp) and isinstance(apart.op, ast.Sub)


def _clipped(call: ast.Call) -> tuple[ast.expr | None, list[ast.expr]]:
    """What a call clips, and to which bounds: a method's object or the first argument."""
    bounds = [*call.args, *(word.value for word in call.keywords)]
    if len(bounds) >= 3:
        return bounds[0], bounds[1:]
    return (call.func.value if isinstance(call.func, ast.Attribute) else None), bounds


def around_one(low: ast.expr, high: ast.expr) -> bool:
    """Return whether bounds lie around one: ``1 - x`` and ``1 + x``, or numbers like these."""
    if isinstance(low, ast.Constant) and isinstance(high, ast.Constant):
        numbers = [each.value for each in (low, high) if isinstance(each.value, int | float)]
        return len(numbers) == 2 and 0.5 <= numbers[0] < 1 < numbers[1] <= 1.5
    one, other = ast.unparse(low), ast.unparse(high)
    return bool(re.match(r"1(\.0?)? - ", one)) and other == one.replace(" - ", " + ", 1)


def learnt_ahead(scene: Scene) -> Method | None:
    """Find what a target that looks ahead says of the method."""
    found = None
    for body in bodies(scene):
        going_on = _while_it_goes_on(body)
        for node in body.features.of(ast.BinOp):
            if not isinstance(node.op, ast.Add):
                continue
            for later, now in ((node.right, node.left), (node.left, node.right)):
                rewarded = _REWARD.search(last_name(plain(now))) is not None
                family = _method(scene, body, later, rewarded, id(node) in going_on)
                if family is not None:
                    found = found or (family, scene.evidence(body.features, node))
                    if family != "DQN":
                        return family, scene.evidence(body.features, node)
    return found


#: What a reward is called.
_REWARD = re.compile(r"(?i)(^|_)(r|rs|rew|rewards?)(_|$)")


#: What tells that a game is over, and calls that choose by it.
_OVER = re.compile(r"(?i)(^|_|\b)(dones?|ends?|terminals?|terminated|is_?over|finished)(_|\b|$)")
_CHOOSES = ("where", "select", "cond")


def _while_it_goes_on(body: Body) -> set[int]:
    """The targets that hold unless the game is over: ``where(done, reward, target)``."""
    return {
        id(each)
        for call in body.features.of(ast.Call)
        if last_name(call) in _CHOOSES and call.args and _OVER.search(ast.unparse(call.args[0]))
        for each in call.args[1:]
    }


def _method(
    scene: Scene, body: Body, later: ast.expr, rewarded: bool, ends: bool = False
) -> str | None:
    """The method whose target adds a value, where that is a discounted look at what follows.
    ``ends``: it is told beside that nothing follows where the game is over.
    """
    product = body.behind(later) if isinstance(later, ast.Name) else later
    factors = list(_factors(product))
    if len(factors) < 2 or not any(map(is_discount, factors)):
        return None
    ends = ends or any(map(_ends, factors))
    if not ends and not (rewarded and any(map(_is_called_discount, factors))):
        return None  # a game that has no end, or one that is told elsewhere, has rewards at least
    ahead = [each for each in factors if not is_discount(each) and not _ends(each)]
    nodes = [node for each in ahead for node in _resolved(body, each)]
    asked = [n for n in nodes if isinstance(n, ast.Call) and calls_network(scene, body, n)]
    if not asked:
        return None
    names = {last_name(node) for node in nodes if isinstance(node, ast.Call)}
    if names & _LARGEST:
        return "DQN" if ends else None
    if not any(_proposed(scene, body, call) for call in asked):
        return None
    if any(map(_less_entropy, nodes)):
        return "SAC"
    return "TD3" if names & _SMALLEST else "DDPG"


def _less_entropy(node: ast.AST) -> bool:
    """Return whether a weighted logarithm, or a weighted entropy, is taken away, or an entropy is
    added.
    """
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub | ast.Add):
        return False
    if isinstance(node.op, ast.Add):
        return re.search(r"(?i)entrop|log_?p", ast.unparse(node)) is not None
    weighted = isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Mult)
    return weighted or re.search(r"(?i)log|entrop", ast.unparse(node.right)) is not None


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def is_discount(node: ast.expr) -> bool:
    """Return whether a factor is called a discount, or is a number that usual ones are."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float) and _LOWEST <= node.value < 1
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return is_discount(node.left)  # of several steps
    return _DISCOUNT.search(last_name(node)) is not None


def _is_called_discount(node: ast.expr) -> bool:
    """Return whether a factor is called a discount; a number may be any other factor."""
    return not isinstance(node, ast.Constant | ast.BinOp) and is_discount(node)


def _ends(node: ast.expr) -> bool:
    """Return whether a factor leaves nothing where the game is over: ``1 - done``, ``~done``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        node = node.func.value  # (~done).float()
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Invert | ast.Not)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return isinstance(node.left, ast.Constant) and node.left.value == 1
    return _GOES_ON.search(last_name(node)) is not None


def _resolved(body: Body, node: ast.expr) -> list[ast.AST]:
    """The nodes of an expression, and of what its names were made of, a few steps back."""
    found: list[ast.AST] = []
    waiting: list[tuple[ast.AST, int]] = [(node, 0)]
    seen: set[int] = set()
    while waiting and len(found) < _MOST_NODES:
        each, steps = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        found.append(each)
        if isinstance(each, ast.Name) and steps < _MOST_STEPS:
            made = body.last(each)
            if made is not each:
                waiting.append((made, steps + 1))
        waiting += [(child, steps) for child in children(each)]
    return found


def _proposed(scene: Scene, body: Body, call: ast.Call) -> bool:
    """Return whether a network is asked about what another network proposes."""
    own = ast.unparse(call.func)
    given = [*call.args, *(word.value for word in call.keywords)]
    return any(
        isinstance(node, ast.Call)
        and calls_network(scene, body, node)
        and ast.unparse(node.func) != own
        for argument in given
        for node in _resolved(body, argument)
    )


def baseline(scene: Scene, alone: bool = False) -> Evidence | None:
    """Find a logarithm that is weighted by returns less what a network expected of them, where the
    expectation is learnt too. ``alone``: nothing else says that an agent learns, so the expectation
    must be seen to come from a network.
    """
    for body in bodies(scene):
        for node in body.features.of(ast.BinOp):
            if not isinstance(node.op, ast.Mult):
                continue
            for weight, other in ((node.left, node.right), (node.right, node.left)):
                apart = body.behind(_stopped(body, weight))
                less = isinstance(apart, ast.BinOp) and isinstance(apart.op, ast.Sub)
                if not less or not _is_log(body, other, alone):
                    continue
                if _is_learnt(scene, body, apart) and not (
                    alone and not _expects(scene, body, apart)
                ):
                    return scene.evidence(body.features, node)
    return None


def _expects(scene: Scene, body: Body, apart: ast.expr) -> bool:
    """Return whether what a network says is taken from something that is computed or given."""
    if not isinstance(apart, ast.BinOp) or isinstance(apart.left, ast.Constant):
        return False
    said = body.behind(apart.right)
    return isinstance(said, ast.Call) and calls_network(scene, body, said)


_LOGARITHM = re.compile(r"\blog\(|log_softmax\(|log_prob\(")


def _is_log(body: Body, node: ast.expr, taken: bool) -> bool:
    """Return whether a value, or what its name was made of, is called a logarithm. ``taken``: it
    must be seen to be taken, and not undone again, as the spread of a density is.
    """
    texts = [ast.unparse(each) for each in (node, body.behind(node))]
    if not taken:
        return any("log" in each.lower() for each in texts)
    return _LOGARITHM.search(" ".join(texts)) is not None and not re.search(r"\bexp\b", texts[1])


def _stopped(body: Body, node: ast.expr) -> ast.expr:
    """Look through ``stop_gradient(x)``."""
    made = body.behind(node)
    if isinstance(made, ast.Call) and last_name(made) == "stop_gradient" and made.args:
        return made.args[0]
    return node


def _is_learnt(scene: Scene, body: Body, apart: ast.expr) -> bool:
    """Return whether a loss of expectations is called, or a difference is squared."""
    if scene.called(*_VALUE_LOSSES) is not None:
        return True
    return any(body.behind(each) is apart for each in _squared(body.features))


def _squared(features: Features) -> Iterator[ast.expr]:
    """Yield what is squared: ``x ** 2``, ``square(x)``, ``x.pow(2)``."""
    for node in features.of(ast.BinOp):
        if isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2":
            yield node.left
    for call in features.of(ast.Call):
        if last_name(call) == "square" and call.args:
            yield call.args[0]
        elif last_name(call) == "pow" and isinstance(call.func, ast.Attribute) and call.args:
            yield call.func.value


_VALUE_LOSSES = ("mse_loss", "MSELoss", "smooth_l1_loss", "SmoothL1Loss", "huber_loss", "HuberLoss")
