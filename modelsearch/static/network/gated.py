"""Recurrent cells that are written out, told by their arithmetic whatever the names.

* LSTM: a state that is kept by one gate and filled by another (``c = f * c + i * g``), given out
  through a third (``h = o * tanh(c)``);
* GRU: a state mixed of the old one and of a candidate by a gate and what it leaves
  (``h = (1 - z) * h + z * n``), where the candidate looks at the state through another gate.

A gate is what comes out of a sigmoid.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from modelsearch.static.network.features import Features
from modelsearch.static.source.nodes import last_name, walk

_SIGMOIDS = frozenset({"sigmoid", "Sigmoid", "hard_sigmoid", "hardsigmoid", "expit", "logistic"})
_TIMES = frozenset({"mul", "multiply"})
_SUMS = frozenset({"add"})
#: Calls that give parts of a value, or the same in another form.
_PARTS = frozenset({"chunk", "split", "view", "reshape", "unsqueeze", "squeeze", "unbind", "to"})
#: What is no state that was kept, but what is made of one.
_ACTIVATIONS = frozenset({"relu", "gelu", "silu", "elu", "selu", "leaky_relu", "softplus", "tanh"})
_DEEPEST = 6


def cell_of(functions: Sequence[Features]) -> tuple[str, Features, ast.AST] | None:
    """Return the family of the first cell that one of some functions computes, with the function
    and the place of its state.
    """
    for features in functions:
        if not _SIGMOIDS.isdisjoint(features.calls) or "exp" in features.calls:
            found = _Cell(features).family()
            if found is not None:
                return found[0], features, found[1]
    return None


class _Cell:
    """The arithmetic of one function."""

    def __init__(self, features: Features) -> None:
        self._made: dict[str, list[ast.expr]] = {}
        for node in features.of(ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        self._features = features

    def family(self) -> tuple[str, ast.AST] | None:
        """The family of the cell and the place of its state."""
        for name, value in self._values():
            pair = _both(value, ast.Add, _SUMS)
            if pair is None:
                continue
            if self._keeps(pair) and self._given_out(name, value):
                return "LSTM", value
            if self._mixes(pair) or self._mixes(pair[::-1]) or self._moves(pair):
                return "GRU", value
        return None

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            values = value.elts if same else [value] * len(target.elts)  # type: ignore[attr-defined]
            for one, each in zip(target.elts, values, strict=True):
                self._bind(one, each)
        elif name := _name(target):
            self._made.setdefault(name, []).append(value)

    def _values(self) -> Iterator[tuple[str, ast.expr]]:
        for name, values in self._made.items():
            for value in values:
                yield name, value
        for node in self._features.of(ast.Return):
            given = node.value
            for one in given.elts if isinstance(given, ast.Tuple | ast.List) else [given]:
                if one is not None:
                    yield "", one

    def _behind(self, node: ast.expr) -> list[ast.expr]:
        """What a name was given, else the expression itself."""
        return self._made.get(_name(node), []) or [node]

    def _is_gate(self, node: ast.expr, depth: int = 0) -> bool:
        if depth > _DEEPEST:
            return False
        if isinstance(node, ast.Call):
            name = last_name(node)
            if name in _SIGMOIDS:
                return True
            if name == "map":
                return bool(node.args) and last_name(node.args[0]) in _SIGMOIDS
            of = getattr(node.func, "value", None) if name in _PARTS else None
            inner = [one for one in (of, *node.args[:1]) if isinstance(one, ast.expr)]
            return name in _PARTS and any(self._is_gate(one, depth + 1) for one in inner)
        if isinstance(node, ast.Subscript):
            return self._is_gate(node.value, depth + 1)
        if isinstance(node, ast.BinOp):
            return _written_sigmoid(node)
        made = self._made.get(_name(node), ())
        return any(self._is_gate(one, depth + 1) for one in made if one is not node)

    def _is_squashed(self, node: ast.expr) -> bool:
        return any(last_name(one) == "tanh" for one in self._behind(node))

    def _gated(self, node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
        """The gate and the other factor of a product."""
        pair = _both(node, ast.Mult, _TIMES)
        if pair is None:
            return None
        first, second = pair
        if self._is_gate(first):
            return first, second
        return (second, first) if self._is_gate(second) else None

    def _keeps(self, pair: tuple[ast.expr, ast.expr]) -> bool:
        """Return whether two gated parts are added, of which just one is a squashed candidate."""
        parts = [self._gated(one) for at in pair for one in self._behind(at)]
        others = [part[1] for part in parts if part is not None]
        return len(others) == 2 and sum(map(self._is_squashed, others)) == 1

    def _given_out(self, name: str, value: ast.expr) -> bool:
        """Return whether a gate lets the squashed state through."""
        wanted = {name, *(one for one, values in self._made.items() if value in values)} - {""}
        for node in self._features.walk():
            parts = self._gated(node) if isinstance(node, ast.BinOp | ast.Call) else None
            for one in self._behind(parts[1]) if parts is not None else ():
                if isinstance(one, ast.Call) and last_name(one) == "tanh":
                    of = getattr(one.func, "value", None)
                    if any(_name(each) in wanted for each in (*one.args, of) if each is not None):
                        return True
        return False

    def _mixes(self, pair: tuple[ast.expr, ast.expr]) -> bool:
        """Return whether one part is let through by a gate, the other by what that leaves."""
        kept = self._gated(pair[0])
        left = _both(pair[1], ast.Mult, _TIMES)
        if kept is None or left is None:
            return False
        gate = ast.dump(kept[0])
        for rest, other in (left, left[::-1]):
            if _rest_of(rest, self._made) == gate:
                seen = self._looks_through(kept[1]), self._looks_through(other)
                state = other if seen[0] else kept[1]
                return seen[0] != seen[1] and last_name(state) not in _ACTIVATIONS
        return False

    def _moves(self, pair: tuple[ast.expr, ast.expr]) -> bool:
        """Return whether a gate moves a state towards a candidate: ``n + z * (h - n)``."""
        for start, step in (pair, pair[::-1]):
            gated = self._gated(step)
            way = gated[1] if gated is not None else None
            if isinstance(way, ast.BinOp) and isinstance(way.op, ast.Sub):
                candidates = [one for one in (way.left, way.right) if self._looks_through(one)]
                if len(candidates) == 1 and ast.dump(way.right) == ast.dump(start):
                    return True
        return False

    def _looks_through(self, node: ast.expr) -> bool:
        """Return whether a value is a squashed one, in which a gate lets something through."""
        for one in self._behind(node):
            if isinstance(one, ast.Call) and last_name(one) == "tanh":
                of = getattr(one.func, "value", None)
                inner = [each for each in (*one.args, of) if isinstance(each, ast.expr)]
                seen = [deep for each in inner for deep in self._unfolded(each)]
                if any(self._gated(deep) is not None for deep in seen):
                    return True
        return False

    def _unfolded(self, node: ast.expr) -> Iterator[ast.expr]:
        """Yield an expression's parts, and those of the names in it, one step back."""
        for part in walk(node):
            if isinstance(part, ast.expr):
                yield part
                for made in self._made.get(_name(part), ()):
                    yield from (one for one in walk(made) if isinstance(one, ast.expr))


def _name(node: ast.AST) -> str:
    """A name, or an attribute of the object itself; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _both(
    node: ast.expr, operator: type[ast.operator], calls: frozenset[str]
) -> tuple[ast.expr, ast.expr] | None:
    """The two sides of an operation, written as an operator or as a call."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
        return node.left, node.right
    if isinstance(node, ast.Call) and last_name(node) in calls and len(node.args) == 2:
        return node.args[0], node.args[1]
    return None


def _rest_of(node: ast.expr, made: dict[str, list[ast.expr]]) -> str | None:
    """What ``1 - x`` takes away, also through a name."""
    for one in made.get(_name(node), []) or [node]:
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub):
            start = one.left
            if isinstance(start, ast.Constant) and start.value == 1:
                return ast.dump(one.right)
            if last_name(start) == "ones_like":
                return ast.dump(one.right)
    return None


def _written_sigmoid(node: ast.BinOp) -> bool:
    """Return whether an expression is ``1 / (1 + exp(-x))``."""
    if not (isinstance(node.op, ast.Div) and isinstance(node.left, ast.Constant)):
        return False
    return any(
        isinstance(one, ast.Call)
        and last_name(one) == "exp"
        and bool(one.args)
        and isinstance(one.args[0], ast.UnaryOp)
        for one in walk(node.right)
    )
