"""What the loops around an optimisation step count: passes over data, updates or games."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from modelsearch.static.machine.scopes import Loop
from modelsearch.static.machine.unrolling import is_sweep
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Choice,
    Const,
    Instance,
    Item,
    Map,
    Seq,
    Span,
    Unknown,
    Varying,
    first,
    number,
    options,
)
from modelsearch.static.source.nodes import last_name, walk
from modelsearch.static.training.games import plays_to_the_end
from modelsearch.static.training.loop_batches import trace
from modelsearch.vocabulary.roles import role

_EPOCH = re.compile(
    r"(^|[_.])(epochs?|ep|epoch_?(i|idx|num|n|no|id|count)?|cur_?epoch|e)$|epoch", re.I
)
_EPISODE = re.compile(r"episode|(^|_)(game|games|eps|epi|i_ep|ep_i|ep)s?($|_)|rollout", re.I)
_STEP = re.compile(
    r"step|iter|update|frame|(^|_)(t|it|itr|i|j|k|n|idx)$|batch|global|count|generation", re.I
)
_OUTER = re.compile(r"fold|seed|trial|run|experiment|repeat|resolution|depth|stage|split|cv", re.I)
#: Bounds of loops that train anew each time: ``for i in range(args.itr)`` around the epochs.
_REPEATS = re.compile(
    r"(^|[ _])(itr|trials?|runs?|repeats?|seeds?|folds?|experiments?)($| |_)", re.I
)
_ITERABLE = role("iterable")
#: Calls that give a row of their arguments' elements.
_ROWS = ("enumerate", "zip")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a stage's loops count; at most one of the three is known."""

    epochs: Abstract | None = None
    steps: Abstract | None = None
    episodes: Abstract | None = None
    loader: Abstract | None = None
    has_loader: bool = False


def core(value: Abstract | None) -> Abstract:
    """What a loop really runs over, without ``tqdm`` and ``enumerate``."""
    head = first(value)
    for _ in range(6):
        if isinstance(head, Call) and head.last == "trange":
            return _span_of(head) or head
        if not isinstance(head, Call) or not (head.last in _ITERABLE or head.last in _ROWS):
            break
        inner = head.argument(0, "iterable")
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
        return cut.args[1] if _whole(cut.args[1]) else None
    iterable = core(loop.iterable)
    if isinstance(iterable, Call) and iterable.last in ("range", "arange"):
        iterable = _span_of(iterable) or iterable
    if isinstance(iterable, Span):
        return span_count(iterable)
    if isinstance(iterable, Call) and iterable.last == "loop" and iterable.args:
        return iterable.args[0] if _whole(iterable.args[0]) else None
    if isinstance(iterable, Instance):
        return _counter(iterable)
    while isinstance(iterable, Call) and iterable.last in _SAME_ROWS:
        iterable = first(iterable.receiver)
    if isinstance(iterable, Call) and iterable.last == "take" and iterable.args:
        return _take_count(iterable)
    return _yields(iterable) if isinstance(iterable, Call) else None


#: Methods of a data set that give as many rows as it has.
_SAME_ROWS = ("as_numpy_iterator", "prefetch", "cache", "map", "with_options")


def _yields(call: Call) -> Abstract | None:
    """How often a project's generator yields that counts to a known number."""
    inside = call.attrs.get("loops") if call.last == "generator" else None
    if not isinstance(inside, Seq) or len(inside.items) != 1:
        return None
    span = core(inside.items[0])
    return span_count(span) if isinstance(span, Span) and number(span.step) == 1 else None


_COUNTER = re.compile(r"^_*(loop_count|(n_|num_|max_)?epochs|total_epochs)$")


def _counter(loop: Instance) -> Abstract | None:
    """The number of rounds that a project's own loop object was made with."""
    for name, value in loop.attrs.items():
        if _COUNTER.match(name) and _whole(value):
            return value
    return None


def _take_count(call: Call) -> Abstract | None:
    value = call.args[0]
    length = _whole(value)
    return _stating(length, value, None) if length is not None else None


def _whole(value: Abstract | None) -> int | None:
    for option in options(value):
        found = number(option)
        if found is not None and float(found).is_integer():
            return int(found)
    return None


def span_count(span: Span) -> Abstract | None:
    """The length of a range, as the value that states it where one does."""
    if any(isinstance(option, Varying) for option in options(span.stop)):
        return None
    start, stop, step = _whole(span.start), _whole(span.stop), _whole(span.step)
    if isinstance(first(span.start), Const) and start is None:
        return None
    start = 0 if start is None else start
    if stop is None or not step or step < 1:
        return None
    length = len(range(start, stop, step))
    if length <= 0:
        return None
    return _stating(length, span.stop, span.at)


def _stating(length: int, stop: Abstract, at: object) -> Abstract:
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
    limit = _whole(loop.limit)
    if limit is None or limit <= 1:
        return None
    initial = loop.initial
    start = _whole(initial)
    if start is None:
        start = 0
    # ``while step <= total`` from 0 is meant to make ``total`` steps; from 1 it makes exactly that.
    length = limit - start + (loop.inclusive and start > 0)
    if loop.stride is not None:
        stride = _whole(loop.stride)
        return Const(-(-length // stride)) if stride and length > 0 else None
    return _stating(length, loop.limit or Const(limit), None) if length > 0 else None


def is_data(loop: Loop) -> bool:
    """Return whether a loop runs over batches of data."""
    if loop.kind == "fit":
        return False
    iterable = core(loop.iterable)
    if isinstance(iterable, Span):
        return trace(iterable)[0]
    if loop.kind != "for" or isinstance(iterable, Const | Seq | Map):
        found = isinstance(iterable, Seq) and bool(iterable.items)
        return found and trace(iterable)[0]
    if isinstance(iterable, Call) and iterable.last in ("range", "count", "arange", "loop"):
        return False
    if isinstance(iterable, Call | Item | Attr | Choice):
        return True
    return trace(iterable)[0] or _takes_rows(loop, iterable)


_BATCHES = re.compile(r"(?i)loader|batch|(^|_)(data|dl|train)(_|$|set)")


def _takes_rows(loop: Loop, iterable: Abstract) -> bool:
    """Return whether a loop takes rows apart (``for x, y in loader``) of something that nothing is
    known of, or that is called as batches are.
    """
    node = loop.node
    if not isinstance(iterable, Unknown) or not isinstance(node, ast.For):
        return False
    if not isinstance(node.iter, ast.Name | ast.Attribute):
        return False
    return isinstance(node.target, ast.Tuple) or bool(_BATCHES.search(last_name(node.iter)))


def label(loop: Loop) -> str:
    """The name of a loop's variable, else of its bound."""
    if loop.target:
        return loop.target.rpartition(".")[2]
    node = loop.node
    if isinstance(node, ast.While):
        for child in walk(node.test):
            if isinstance(child, ast.Name):
                return child.id
            if isinstance(child, ast.Attribute):
                return child.attr
    return ""


def bound_name(loop: Loop) -> str:
    """Names in the expression that bounds a loop: ``range(num_epochs)`` → ``num_epochs``."""
    node = loop.node.iter if isinstance(loop.node, ast.For) else getattr(loop.node, "test", None)
    if node is None:
        return ""
    counted = core(loop.iterable) if isinstance(node, ast.Name) else None
    if isinstance(counted, Span) and counted.at is not None and counted.at.node is not None:
        node = counted.at.node  # ``for e in bar`` where ``bar = tqdm(range(args.nb_episodes))``
    names = [c.id if isinstance(c, ast.Name) else c.attr for c in walk(node)
             if isinstance(c, ast.Name | ast.Attribute)]  # fmt: skip
    return " ".join(names)


def kind_of(loop: Loop, inner_data: bool) -> str:
    """What a loop counts: ``epochs``, ``episodes``, ``steps``, ``data``, ``outer`` or ``other``."""
    if loop.kind == "fit":
        return "epochs"
    if is_data(loop):
        return "data"
    name, bound = label(loop), bound_name(loop)
    said = f"{name} {bound}"
    if re.search("epoch|training_?loop", said, re.I) and "update_epochs" not in bound:
        return "epochs"
    if re.search("episode|n_games", f"{name} {bound}", re.I):
        return "episodes"
    if _EPISODE.search(name):
        return "episodes" if not inner_data else "epochs"
    if _OUTER.search(name):
        return "outer"
    if inner_data and _REPEATS.search(bound):
        return "outer"
    if inner_data:
        return _around_data(loop, name, bound)
    if _EPOCH.match(name) and name != "e":
        return "epochs"
    return "steps"


def _around_data(loop: Loop, name: str, bound: str) -> str:
    """What a loop around passes over data counts, where its name does not say epochs."""
    if re.search("step|iter|update", f"{name} {bound}", re.I):
        return "steps"
    if isinstance(core(loop.iterable), Seq) and not _EPOCH.match(name):
        return "outer"  # over listed settings
    return "other" if loop.kind == "while" and not _EPOCH.match(name) else "epochs"


def _tries(loop: Loop) -> bool:
    """Return whether a loop tries one value of a setting after another."""
    return isinstance(loop.node, ast.For) and is_sweep(loop.node, loop.iterable or UNKNOWN)


def read_loops(loops: tuple[Loop, ...]) -> Counted:
    """Read the loops around a step, outermost first."""
    while len(loops) > 1 and isinstance(loops[0].node, ast.For) and _tries(loops[0]):
        loops = loops[1:]
    data = [is_data(loop) for loop in loops]
    loader = next((loop.iterable for loop, d in zip(loops, data, strict=True) if d), None)
    innermost = [loop for loop, d in zip(loops, data, strict=True) if d]
    if innermost:
        loader = innermost[-1].iterable
    for loop in reversed(loops):
        if loop.kind == "fit" and loop.loader is not None and loader is None:
            loader = loop.loader
    kinds = [kind_of(loop, any(data[i + 1 :])) for i, loop in enumerate(loops)]
    kinds = [_of_games(kind, *loops[i : i + 2]) for i, kind in enumerate(kinds)]
    kinds = [
        _of_e(kind, loop, kinds[i + 1 :])
        for i, (kind, loop) in enumerate(zip(kinds, loops, strict=True))
    ]
    found = _counted(loops, kinds, Counted(loader=loader, has_loader=loader is not None))
    if found.epochs is None and found.steps is None and found.episodes is None:
        passes = _passes(loops)
        if passes is not None:
            return _with(found, "epochs", passes)
        return _broken_off(loops, found)
    return found


def _of_games(kind: str, loop: Loop, inner: Loop | None = None) -> str:
    """What a loop counts when the one inside it plays a game to its end: games."""
    said = re.search("step|iter|update|frame", f"{label(loop)} {bound_name(loop)}", re.I)
    plays = inner is not None and plays_to_the_end(loop.node, inner.node)
    return "episodes" if kind == "steps" and plays and not said else kind


def _of_e(kind: str, loop: Loop, inside: list[str]) -> str:
    """``for e in …`` counts epochs where a loop of steps stands in it."""
    return "epochs" if kind == "steps" and label(loop) == "e" and "steps" in inside else kind


def _passes(loops: tuple[Loop, ...]) -> Abstract | None:
    """How often a generator of the project passes over the data that it yields."""
    for loop in loops:
        made = core(loop.iterable)
        span = made.attrs.get("epochs") if isinstance(made, Call) else None
        if isinstance(span, Span):
            return span_count(span)
    return None


def _broken_off(loops: tuple[Loop, ...], found: Counted) -> Counted:
    """Loops of unknown length that end at a step: ``if global_step >= max_steps: break``."""
    for loop in loops:
        if loop.broken_at is not None and (
            re.search("step|iter", loop.broken_name, re.I) or _counts_itself(loop)
        ):
            limit = _whole(loop.broken_at)
            if limit is not None:
                steps = _stating(limit + loop.broken_late, loop.broken_at, None)
                return _with(found, "steps", steps)
    return found


def _counts_itself(loop: Loop) -> bool:
    """Return whether the test that ends a loop asks for its own number (``for i, x in …``)."""
    head = first(loop.iterable)
    numbered = isinstance(head, Call) and head.last in ("enumerate", "count")
    return numbered and loop.broken_name in re.split(r"\W+", loop.target)


def _counted(loops: tuple[Loop, ...], kinds: list[str], found: Counted) -> Counted:
    """What the outermost loop that counts something counts."""
    for i, (loop, kind) in enumerate(zip(loops, kinds, strict=True)):
        if kind in ("data", "outer", "other"):
            if kind == "data" and "epochs" not in kinds[i + 1 :]:
                taken = count(loop)
                return _with(found, "steps", taken) if taken is not None else found
            continue
        if (
            kind == "steps"
            and not {"epochs", "episodes"}.isdisjoint(kinds[i + 1 :])
            and _wraps(loop, loops[i + 1 :], kinds[i + 1 :])
        ):
            continue
        return _with(found, kind, count(loop))
    return found


def _wraps(loop: Loop, inner: tuple[Loop, ...], kinds: list[str]) -> bool:
    """Return whether an outer loop is about settings (folds, models), not about training."""
    name = label(loop)
    named = re.search(
        "step|iter|update|frame|episode|generation", f"{name} {bound_name(loop)}", re.I
    )
    return not named and loop.kind != "while"


def _with(found: Counted, kind: str, value: Abstract | None) -> Counted:
    return Counted(
        epochs=value if kind == "epochs" else None,
        steps=value if kind == "steps" else None,
        episodes=value if kind == "episodes" else None,
        loader=found.loader,
        has_loader=found.has_loader,
    )
