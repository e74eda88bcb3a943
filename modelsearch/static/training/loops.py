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
    Item,
    Map,
    Seq,
    Span,
    Unknown,
    first,
)
from modelsearch.static.source.nodes import last_name, walk
from modelsearch.static.training.counts import (
    core,
    count,
    span_count,
    stating,
    whole,
    yields_numbers,
)
from modelsearch.static.training.games import plays_to_the_end
from modelsearch.static.training.loop_batches import trace

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


@dataclass(frozen=True, slots=True)
class Counted:
    """What a stage's loops count; at most one of the three is known."""

    epochs: Abstract | None = None
    steps: Abstract | None = None
    episodes: Abstract | None = None
    loader: Abstract | None = None
    has_loader: bool = False


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
    if isinstance(iterable, Call) and yields_numbers(iterable):
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
        return "episodes" if not inner_data and not _is_short_for_epochs(loop, name) else "epochs"
    if _OUTER.search(name):
        return "outer"
    if inner_data and _REPEATS.search(bound):
        return "outer"
    if inner_data:
        return _around_data(loop, name, bound)
    if _EPOCH.match(name) and name != "e":
        return "epochs"
    return "steps"


_PLAYS = re.compile(r"(?i)\breward|\.reset\(|\bgym")


def _is_short_for_epochs(loop: Loop, name: str) -> bool:
    """Return whether ``for ep in …`` counts epochs: nothing in its file plays."""
    return name == "ep" and not any(map(_PLAYS.search, loop.module.source_lines))


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
    """Loops of unknown length that end at a step: ``if global_step >= max_steps: break``, or at an
    epoch.
    """
    for loop in loops:
        limit = whole(loop.broken_at)
        kind = _ends_at(loop)
        if limit is None or loop.broken_at is None or kind is None:
            continue
        rounds = limit + loop.broken_late - _begins_at(loop)
        if rounds > 0:
            stated = stating(rounds, loop.broken_at, None)
            if kind == "epochs" and isinstance(stated, Const):
                stated = Const(rounds, stated.at, stated.places)  # numbered from zero
            return _with(found, kind, stated)
    return found


def _ends_at(loop: Loop) -> str | None:
    """What the test that ends a loop asks for: epochs, steps or nothing that is known."""
    if re.search("epoch", loop.broken_name, re.I):
        endless = core(loop.iterable)
        counts = isinstance(endless, Call) and endless.last == "count"
        return "epochs" if counts else None  # others may be left early, on trial
    steps = re.search("step|iter", loop.broken_name, re.I) or _counts_itself(loop)
    return "steps" if steps else None


def _begins_at(loop: Loop) -> int:
    """The number that ``itertools.count(1)`` starts from, where its own number ends the loop."""
    head = first(loop.iterable)
    if not isinstance(head, Call) or head.last != "count" or not head.args:
        return 0
    return whole(head.args[0]) or 0


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
