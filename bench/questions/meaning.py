"""What a condition means, so that two that are written differently compare as equal.

A condition becomes a truth function of leaves without negation ("not more than 20" and "at most 20"
have the same leaf); two conditions are the same where their leaves are, and where they agree for
every truth of these.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.questions import facts
from modelsearch import vocabulary
from modelsearch.records.question import And, Filter, Node, Not

Key = tuple[str, str, Any]

#: Vocabulary that the names of a field are looked up in before they are compared.
_KINDS = {
    name: name
    for name in (
        "family",
        "dataset",
        "framework",
        "technique",
        "hardware",
        "optimizer",
        "scheduler",
        "loss",
        "task",
        "subject",
    )
}
#: Comparisons that are the negation of another: "not more than 20" is "at most 20".
_FOLDED = {"!=": "=", "<=": ">", "<": ">="}
_MOST_LEAVES = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """A condition as a truth function of leaves that have no negation of their own."""

    leaves: tuple[Key, ...]
    holds: Callable[[dict[Key, bool]], bool] = field(compare=False)


def meaning_of_label(filters: Sequence[dict[str, Any]], logic: str | None) -> Meaning:
    """Return what a label's filters say together."""
    leaves = [_leaf(one["field"], one["op"], one["value"]) for one in filters]
    code = compile(
        _named(logic or facts.default_logic(list(filters)), len(leaves)), "logic", "eval"
    )

    def holds(truth: dict[Key, bool]) -> bool:
        names = {f"f{i}": truth[key] != flipped for i, (key, flipped) in enumerate(leaves)}
        return bool(eval(code, {"__builtins__": {}}, names))

    return Meaning(tuple(sorted({key for key, _ in leaves}, key=repr)), holds)


def _named(logic: str, count: int) -> str:
    words = logic.replace("(", " ( ").replace(")", " ) ").split()
    return " ".join(f"f{word}" if word.isdigit() and int(word) < count else word for word in words)


def meaning_of_tree(tree: Node | None) -> Meaning:
    """Return what a parsed condition says."""
    keys: set[Key] = set()

    def build(node: Node) -> Callable[[dict[Key, bool]], bool]:
        if isinstance(node, Filter):
            key, flipped = _leaf(node.field, node.op, node.value)
            keys.add(key)
            return lambda truth: truth[key] != flipped
        if isinstance(node, Not):
            inner = build(node.part)
            return lambda truth: not inner(truth)
        parts = [build(part) for part in node.parts]
        if isinstance(node, And):
            return lambda truth: all(part(truth) for part in parts)
        return lambda truth: any(part(truth) for part in parts)

    holds = build(tree) if tree is not None else lambda _truth: True
    return Meaning(tuple(sorted(keys, key=repr)), holds)


def same_meaning(one: Meaning, other: Meaning) -> bool:
    """Return whether two conditions have the same leaves and agree whatever those are."""
    if one.leaves != other.leaves:
        return False
    if len(one.leaves) > _MOST_LEAVES:
        return False
    for truth in itertools.product((False, True), repeat=len(one.leaves)):
        values = dict(zip(one.leaves, truth, strict=True))
        if one.holds(values) != other.holds(values):
            return False
    return True


def _leaf(name: str, op: str, value: Any) -> tuple[Key, bool]:
    folded = _FOLDED.get(op, op)
    return (name.casefold(), folded, _canonical(name, value)), folded != op


def _canonical(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_canonical(name, one) for one in value)
    if isinstance(value, str):
        term = vocabulary.find(_KINDS[name], value) if name in _KINDS else None
        return (term.name if term else value).casefold()
    if isinstance(value, int | float) and value and math.isfinite(value):
        return float(f"{value:.9g}")
    return value


def canonical_name(name: str, value: Any) -> Any:
    """Return a value in the vocabulary's spelling where the field has a vocabulary."""
    term = vocabulary.find(_KINDS[name], value) if name in _KINDS and value else None
    return term.name if term else value
