"""How many examples a loop takes at once: from what it iterates back to where that was made."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    Const,
    Instance,
    Item,
    Map,
    Seq,
    Span,
    Varying,
    constant,
    first,
    number,
    options,
)
from modelsearch.static.training.batch_sizes import BATCH_NAME, checked, draw, is_batch_size

_KEYWORDS = (
    "batch_size",
    "bs",
    "batchsize",
    "train_batch_size",
    "mini_batch_size",
    "per_device_train_batch_size",
    "batch_sz",
)
#: Position of the batch size in the arguments of a library call, where it may stand.
_POSITIONS = {
    "DataLoader": 1,
    "StatefulDataLoader": 1,
    "NDArrayIter": 2,
    "flow": 2,
    "batch": 0,
    "padded_batch": 0,
    "ragged_batch": 0,
    "next_batch": 0,
    "sample_batch": 0,
    "BucketIterator": 1,
    "BPTTIterator": 1,
    "Iterator": 1,
    "BatchSampler": 1,
    "BufferedShuffle": 1,
    "bucket_by_sequence_length": 2,
    "as_numpy_batches": 0,
}
#: Calls that cut their first argument, methods that cut their object, into parts of a size.
_CUTS = frozenset({"split", "batched", "chunked"})
_DEPTH = 14


def trace(value: Abstract | None, depth: int = 0) -> tuple[bool, Abstract | None]:
    """Follow a value back to the loader it comes from.

    The flag says whether a loader was found; the batch size may be unknown all the same.
    """
    if value is None or depth > _DEPTH:
        return False, None
    seen = False
    for option in options(value):
        handler = _TRACERS.get(type(option))
        if handler is None:
            continue
        found, size = handler(option, depth + 1)
        if size is not None:
            return True, size
        seen = seen or found
    return seen, None


def _call(value: Call, depth: int) -> tuple[bool, Abstract | None]:
    last = value.last
    if last == "generator":
        return _generator(value, depth)
    given = [value.kwargs[keyword] for keyword in _KEYWORDS if keyword in value.kwargs]
    named = [each for each in given if not _is_none(each)]
    if named:
        return True, checked(named[0])
    if "batch_sizes" in value.kwargs:
        sizes = first(value.kwargs["batch_sizes"])
        return True, checked(sizes.items[0]) if isinstance(sizes, Seq) and sizes.items else None
    sampler = _batch_sampler(value)
    if sampler is not None:
        return True, trace(sampler, depth)[1]
    if last in _POSITIONS and _POSITIONS[last] < len(value.args):
        return True, checked(value.args[_POSITIONS[last]])
    if last in ("DataLoader", "NDArrayIter", "BucketIterator"):
        return True, None
    size = _cut(value)
    if size is not None:
        return True, size
    if last in ("sample", "choices") and value.args:
        drawn = draw(value)
        if drawn is not None:
            return True, drawn
    return _through(value, depth)


def _batch_sampler(value: Call) -> Abstract | None:
    """Return what gives a loader whole batches, under either name."""
    drawn = first(value.kwargs.get("sampler"))
    if isinstance(drawn, Call) and drawn.last == "BatchSampler":
        return drawn
    return value.kwargs.get("batch_sampler")


def _cut(value: Call) -> Abstract | None:
    """What is cut into batches: ``x.split(64)``, ``batched(x, 64)``, ``x.view(n, -1).t()``."""
    if value.last in _CUTS:
        position = 1 if value.name else 0
        given = value.args[position] if len(value.args) > position else None
        return checked(given) if number(given) != 1 else None
    if value.last == "reshape" and value.receiver is not None:
        return _rows_of_places(value)
    inner = first(value.receiver) if value.last == "t" else None
    if isinstance(inner, Call) and inner.last == "view" and len(inner.args) == 2:
        return checked(inner.args[0]) if number(inner.args[1]) == -1 else None
    return None


def _rows_of_places(value: Call) -> Abstract | None:
    """The length of the rows that mixed places are laid out in: ``permutation(n).reshape(-1, 32)``,
    ``perms.reshape((steps, 32))``.
    """
    made = first(value.receiver)
    if not isinstance(made, Call) or made.last not in _PLACES:
        return None
    shape = first(value.args[0]) if len(value.args) == 1 else None
    given = shape.items if isinstance(shape, Seq) else value.args
    return checked(given[1]) if len(given) == 2 else None


def _is_none(value: Abstract) -> bool:
    return isinstance(first(value), Const) and constant(value) is None


def _through(value: Call, depth: int) -> tuple[bool, Abstract | None]:
    """Calls that pass a loader on: wrappers by their arguments, methods by their object."""
    if value.receiver is not None:
        found = trace(value.receiver, depth)
        if found[1] is not None or found[0]:
            return found
    for each in [*value.args[:4], *list(value.kwargs.values())[:4]]:
        if isinstance(first(each), Call | Instance | Item | Attr | Seq | Map):
            found = trace(each, depth)
            if found[0]:
                return found
    return False, None


def _generator(value: Call, depth: int) -> tuple[bool, Abstract | None]:
    """A generator function: the step of its loop, its ``batch_size`` argument, what it yields."""
    loops = value.attrs.get("loops")
    for iterable in loops.items if isinstance(loops, Seq) else []:
        _found, size = trace(iterable, depth)
        if size is not None:
            return True, size
    named = [v for k, v in value.kwargs.items() if BATCH_NAME.match(k)]
    node = value.at.node
    if isinstance(node, ast.FunctionDef):
        names = [arg.arg for arg in node.args.args]
        named += [v for k, v in zip(names, value.args, strict=False) if BATCH_NAME.match(k)]
        for name, default in zip(reversed(names), reversed(node.args.defaults), strict=False):
            if BATCH_NAME.match(name) and isinstance(default, ast.Constant):
                named.append(Const(default.value))
    for each in named:
        if checked(each) is not None:
            return True, checked(each)
    return trace(value.attrs.get("yields"), depth)


_LENGTH = re.compile(r"seq|bptt|len|stride|window|hop|context|block", re.I)


def _span(value: Span, depth: int) -> tuple[bool, Abstract | None]:
    """Return the step of ``range(0, n, batch_size)``; a sequence length is none."""
    step = number(value.step)
    if step is None or step <= 1:
        return False, None
    node = value.at.node if value.at else None
    written = node.args[2] if isinstance(node, ast.Call) and len(node.args) > 2 else None
    if written is not None and _LENGTH.search(ast.unparse(written)):
        return False, None
    return True, value.step


def _instance(value: Instance, depth: int) -> tuple[bool, Abstract | None]:
    seen = False
    for name, each in value.attrs.items():
        if BATCH_NAME.match(name) and checked(each) is not None:
            return True, checked(each)
    for each in value.attrs.values():
        for option in options(each)[:2]:
            if isinstance(option, Call | Seq | Map):
                found, size = trace(option, depth + 4)
                if size is not None:
                    return True, size
                seen = seen or found
    for name, each in _given(value):
        if BATCH_NAME.match(name) and checked(each) is not None:
            return True, checked(each)
    return seen, None


def _given(value: Instance) -> list[tuple[str, Abstract]]:
    """Return the arguments that an object was made with, by the names of its parameters."""
    found = list(value.kwargs.items())
    for klass in value.klass.mro():
        method = klass.info.methods.get("__init__")
        if method is not None:
            names = [arg.arg for arg in method.node.args.args[1:]]
            return [*found, *zip(names, value.args, strict=False)]
    return found


def _item(value: Item, depth: int) -> tuple[bool, Abstract | None]:
    base = first(value.base)
    index = constant(value.key) if value.key is not None else None
    if isinstance(base, Call) and base.last == "splits" and isinstance(index, int):
        sizes = first(base.kwargs.get("batch_sizes"))
        if isinstance(sizes, Seq) and index < len(sizes.items):
            return True, checked(sizes.items[index])
    key = first(value.key) if value.key is not None else None
    if isinstance(key, Seq) and key.kind == "slice" and len(key.items) == 3:
        return _slice(key, base, depth)
    found = trace(value.base, depth)
    if not found[0] and isinstance(key, Item):
        return trace(key, depth)  # ``x[places[:size]]``
    return found


#: Calls that say all places of the data.
_PLACES = frozenset({"randperm", "permutation", "arange", "range"})


def _slice(key: Seq, base: Abstract, depth: int) -> tuple[bool, Abstract | None]:
    """``x[i : i + batch_size]``, ``x[i * batch_size : (i + 1) * batch_size]`` and the first of
    places that were shuffled.
    """
    low, high = first(key.items[0]), first(key.items[1])
    node = high.at.node if isinstance(high, Call) else None
    length = isinstance(node, ast.expr) and _LENGTH.search(ast.unparse(node))
    if isinstance(high, Call) and high.last == "<Add>" and not length:
        for each in high.args:
            if is_batch_size(each) and (number(each) or 0) > 1:
                return True, each
    size = _multiples(low, high) or _shuffled(high, base)
    return (True, size) if size is not None else trace(base, depth)


def _multiples(low: Abstract, high: Abstract) -> Abstract | None:
    """``i * size`` and ``(i + 1) * size``: the number that both are multiples of."""
    if not (isinstance(low, Call) and isinstance(high, Call)):
        return None
    if low.last != "<Mult>" or high.last != "<Mult>":
        return None
    ends = {number(each) for each in high.args}
    shared = (each for each in low.args if is_batch_size(each) and number(each) in ends)
    return next((each for each in shared if (number(each) or 0) > 1), None)


def _shuffled(high: Abstract, base: Abstract) -> Abstract | None:
    """``places[:size]`` of all places of the data."""
    if isinstance(base, Span) or (isinstance(base, Call) and base.last in _PLACES):
        return checked(high) if (number(high) or 0) > 1 else None
    return None


def _attr(value: Attr, depth: int) -> tuple[bool, Abstract | None]:
    return trace(value.base, depth)


def _seq(value: Seq, depth: int) -> tuple[bool, Abstract | None]:
    seen = False
    for each in value.items[:4]:
        found, size = trace(each, depth)
        if size is not None:
            return True, size
        seen = seen or found
    return seen, None


def _map(value: Map, depth: int) -> tuple[bool, Abstract | None]:
    for key in ("train", "training", "trn"):
        if key in value.items:
            return trace(value.items[key], depth)
    return _seq(Seq(list(value.items.values())[:4]), depth)


def _varying(value: Varying, depth: int) -> tuple[bool, Abstract | None]:
    return trace(value.initial, depth)


_TRACERS: dict[type, Callable[[Any, int], tuple[bool, Abstract | None]]] = {
    Call: _call,
    Span: _span,
    Instance: _instance,
    Item: _item,
    Attr: _attr,
    Seq: _seq,
    Map: _map,
    Varying: _varying,
}
