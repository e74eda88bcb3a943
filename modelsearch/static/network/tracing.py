"""What a value went through: layers, networks, recurrent cells; followed back from the value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from modelsearch.static.libraries.layer_kinds import is_module, kind_of
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    Instance,
    Item,
    Seq,
    Unknown,
    Varying,
    first,
    options,
)
from modelsearch.vocabulary.roles import role

_LAYERED = role("layered model")
_MAX_TRACED = 300
_CELLS = ("lstm", "gru", "rnn")
_UNROLLS = (
    "dynamic_rnn",
    "static_rnn",
    "bidirectional_dynamic_rnn",
    "raw_rnn",
    "basic_rnn_seq2seq",
)


def came_from(value: Abstract | None, wanted: Callable[[Call], bool]) -> bool:
    """Return whether a value comes from a call that is wanted, through whatever else."""
    stack, seen = list(options(value)), 0
    while stack and seen < _MAX_TRACED:
        current = stack.pop()
        seen += 1
        if isinstance(current, Call) and wanted(current):
            return True
        stack.extend(_sources(current))
    return False


def _sources(value: Abstract) -> Iterator[Abstract]:
    if isinstance(value, Call):
        yield from value.args
        if value.receiver is not None and "state" not in (value.method or ""):
            yield value.receiver  # a cell's zero state comes from nowhere
    elif isinstance(value, Item | Attr):
        yield value.base
    elif isinstance(value, Seq):
        yield from value.items[:8]
    elif isinstance(value, Varying):
        yield value.initial
    elif isinstance(value, Unknown) and value.source is not None:
        yield value.source


def is_network(value: Abstract) -> bool:
    """Return whether a value is a layer, a chain of layers or an object of a module class."""
    if isinstance(value, Instance):
        return is_module(value)
    name = value.name if isinstance(value, Call) else None
    return bool(name) and (kind_of(name) is not None or _LAYERED.ends(str(name)))


def from_network(value: Abstract | None) -> bool:
    """Return whether a value went through a network."""
    return came_from(
        value,
        lambda call: call.method == "__call__" and any(map(is_network, options(call.receiver))),
    )


def from_recurrent(value: Abstract | None) -> bool:
    """Return whether a value is what a recurrent layer gave: its output or its last state."""
    return came_from(value, _is_unrolled)


def _is_unrolled(call: Call) -> bool:
    if call.last in _UNROLLS:
        return True
    made = first(call.receiver) if call.method == "__call__" else None
    if not isinstance(made, Call):
        return False
    inner = [made, *(first(each) for each in made.args)]  # Bidirectional(LSTM(…)) too
    return any(isinstance(each, Call) and kind_of(each.name) in _CELLS for each in inner)


def whole_of(node: ast.expr) -> ast.expr:
    """Return the network that a part was taken from: ``net`` of ``net.features``."""
    while isinstance(node, ast.Attribute) and not (
        isinstance(node.value, ast.Name) and node.value.id == "self"
    ):
        node = node.value
    return node
