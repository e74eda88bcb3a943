"""How often a loop runs: what it counts, as the value of the code that states it."""

from __future__ import annotations

import ast
import re

from modelsearch.static.machine.scopes import Loop
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Instance,
    Seq,
    Span,
    Varying,
    first,
    number,
    options,
)
from modelsearch.vocabulary.roles import role

_ITERABLE = role("iterable")
#: Calls that give a row of their arguments' elements.
_ROWS = ("enumerate", "zip")


def core(value: Abstract | None) -> Abstract:
    """What a loop really runs over, without ``tqdm`` and ``enumerate``."""
    head = first(value)
    for _ in range(6):
        if isinstance(head, Call) and head.last == "trange":
            return _span_of(head) or head
        if not isinstance(head, Call) or not (head.last in _ITERABLE or head.last in _ROWS):
            break
        of_data = head.name is None and head.last in _SAME_ROWS
        inner = head.receiver if of_data else head.argument(0, "iterable")
        if inner is None:
            break
        head = first(inner)
    return head


def _span_of(call: Call) -> Span | None:
    """``trange(…)`` and ``np.arange(…)`` as the range that they are."""
    args = call.args
    if not args:
        return None
    start, stop = (Const(0), args[0]) if len(args) == 1 else (args[0], args[1])
    return Span(start, stop, args[2] if len(args) > 2 else Const(1), call.at)


def count(loop: Loop) -> Abstract | None:
    """How often a loop runs, where that is a known number."""
    if loop.kind == "fit":
        return loop.epochs
    if loop.kind == "while":
        return _while_count(loop)
    cut = first(loop.iterable)
    if isinstance(cut, Call) and cut.last == "islice" and len(cut.args) == 2:
        return cut.args[1] if whole(cut.args[1]) else None
    iterable = core(loop.iterable)
    if isinstance(iterable, Call) and iterable.last in ("range", "arange"):
        iterable = _span_of(iterable) or iterable
    if isinstance(iterable, Span):
        return span_count(iterable)
    if isinstance(iterable, Call) and iterable.last == "loop" and iterable.args:
        return iterable.args[0] if whole(iterable.args[0]) else None
    if isinstance(iterable, Instance | Seq):
        return _counter(iterable) if isinstance(iterable, Instance) else _listed(iterable)
    while isinstance(iterable, Call) and iterable.last in _SAME_ROWS:
        iterable = first(iterable.receiver)
    if isinstance(iterable, Call) and iterable.last == "take" and iterable.args:
        return _take_count(iterable)
    return _yields(iterable) if isinstance(iterable, Call) else None


def _listed(rows: Seq) -> Abstract | None:
    """How many numbers of a range are listed: ``list(range(1, 41))``, cut or not. What is written
    out one by one is chosen, and counts nothing.
    """
    made = [each for each in rows.items if isinstance(each, Const) and each.at is not None]
    numbers = [number(each) for each in made]
    if rows.open or len(numbers) != len(rows.items) or len(numbers) < 2:
        return None
    if any(each.at is None or not isinstance(each.at.node, ast.Call) for each in made):
        return None
    start = numbers[0]
    if start is None or numbers != [start + place for place in range(len(numbers))]:
        return None
    return Const(len(numbers), made[-1].at)


#: Methods of a data set that give as many rows as it has.
_SAME_ROWS = ("as_numpy_iterator", "prefetch", "cache", "map", "with_options")


def _yields(call: Call) -> Abstract | None:
    """How often a project's generator yields that counts to a known number."""
    inside = call.attrs.get("loops") if call.last == "generator" else None
    if isinstance(inside, Seq) and not inside.items:
        return _yields_each(call)
    if not isinstance(inside, Seq) or len(inside.items) != 1:
        return None
    span = core(inside.items[0])
    return span_count(span) if isinstance(span, Span) and number(span.step) == 1 else None


def _yields_each(call: Call) -> Abstract | None:
    """How many numbers a generator yields whose loop is so short that each round was followed."""
    yielded = options(call.attrs.get("yields"))
    if len(yielded) < 2 or [number(each) for each in yielded] != [*range(len(yielded))]:
        return None
    stated = [each for each in call.args if number(each) == len(yielded)]
    return stated[0] if len(stated) == 1 else None


def yields_numbers(call: Call) -> bool:
    """Return whether a project's generator yields nothing but the numbers that it counts."""
    yielded = options(call.attrs.get("yields"))
    return _yields(call) is not None and all(
        isinstance(each, Varying) or number(each) is not None for each in yielded
    )


_COUNTER = re.compile(r"^_*(loop_count|(n_|num_|max_)?epochs|total_epochs)$")


def _counter(loop: Instance) -> Abstract | None:
    """The number of rounds that a project's own loop object was made with."""
    for name, value in loop.attrs.items():
        if _COUNTER.match(name) and whole(value):
            return value
    return None


def _take_count(call: Call) -> Abstract | None:
    value = call.args[0]
    length = whole(value)
    return stating(length, value, None) if length is not None else None


def whole(value: Abstract | None) -> int | None:
    """Return a whole number that a value may be."""
    for option in options(value):
        found = number(option)
        if found is not None and float(found).is_integer():
            return int(found)
    return None


def span_count(span: Span) -> Abstract | None:
    """The length of a range, as the value that states it where one does."""
    if any(isinstance(option, Varying) for option in options(span.stop)):
        return None
    start, stop, step = whole(span.start), whole(span.stop), whole(span.step)
    if isinstance(first(span.start), Const) and start is None:
        return None
    start = 0 if start is None else start
    if stop is None or not step or step < 1:
        return None
    length = len(range(start, stop, step))
    if length <= 0:
        return None
    return stating(length, span.stop, span.at)


def stating(length: int, stop: Abstract, at: object) -> Abstract:
    """Choose the value whose literal is the count (``range(1, n + 1)`` → n)."""
    for option in options(stop):
        if isinstance(option, Const):
            places = tuple(p for p in option.places if p.literal == length)
            meant = tuple(p for p in option.places if p.literal == length - 1)
            if meant and not places and length > 2:
                # ``range(n + 1)`` makes n and one more for good measure: the code states n
                return Const(length - 1, option.at or None, meant)
            if option.value == length:
                return option
            return Const(length, option.at or None, places or option.places)
    return Const(length)


def _while_count(loop: Loop) -> Abstract | None:
    limit = whole(loop.limit)
    if limit is None or limit <= 1:
        return None
    initial = loop.initial
    start = whole(initial)
    if start is None:
        start = 0
    # ``while step <= total`` from 0 is meant to make ``total`` steps; from 1 it makes exactly that.
    length = limit - start + (loop.inclusive and start > 0)
    if loop.stride is not None:
        stride = whole(loop.stride)
        return Const(-(-length // stride)) if stride and length > 0 else None
    return stating(length, loop.limit or Const(limit), None) if length > 0 else None
