"""Finding updates: every place where an optimizer changes weights, with the loops around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from modelsearch.static.libraries.library import KNOWN, Optimizer
from modelsearch.static.machine.scopes import CallRecord, Loop
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    Choice,
    Instance,
    Item,
    Map,
    Seq,
    Varying,
    first,
    options,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.training.optimizers import (
    find_optimizer,
    optimizer_name,
    stepped_optimizer,
)
from modelsearch.static.training.trained_models import parameter_models

_STEPS = frozenset(
    {
        "step",
        "minimize",
        "apply_gradients",
        "update",
        "apply",
        "step_and_update_lr",
        "stateless_apply",
    }
)
_SCALED = frozenset({"step", "optimizer_step", "minimize", "clip_grad_and_step"})


@dataclass(eq=False, slots=True)
class Update:
    """One update: the optimizer, the call that makes it, the loops around that call; ``graph`` is
    the call that described it, where a session only runs it.
    """

    optimizer: Optimizer
    record: CallRecord
    loops: tuple[Loop, ...]
    graph: CallRecord | None = None


@dataclass(eq=False, slots=True)
class Group:
    """Updates of one optimisation loop; ``loops`` are those around the first of them."""

    updates: list[Update] = field(default_factory=list)
    loops: tuple[Loop, ...] = ()
    first: int = 0

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers in order of their first update, each once."""
        found: list[Optimizer] = []
        for update in self.updates:
            if not any(update.optimizer.value is other.value for other in found):
                found.append(update.optimizer)
        return found


class _Finder:
    """Recognises optimizers once per value."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Abstract, Optimizer | None]] = {}

    def find(self, value: Abstract | None) -> Optimizer | None:
        if value is None:
            return None
        key = id(value)
        if key not in self.known:
            self.known[key] = (value, find_optimizer(value))
        found = self.known[key][1]
        if found is not None:
            same = self.known.setdefault(id(found.value), (found.value, found))[1]
            return same if same is not None else found
        return None

    def stepped(self, value: Abstract) -> Optimizer | None:
        """An optimizer that only its use tells, once per value."""
        head = unwrap(value)
        known = self.known.get(id(head))
        if known is None or known[1] is None:
            known = self.known[id(head)] = (head, stepped_optimizer(head))
        return known[1]


def find_updates(records: list[CallRecord]) -> list[Update]:
    """List the updates that a script makes, in order of execution."""
    finder = _Finder()
    found: list[Update] = []
    for record in records:
        optimizer = _updated(record, finder)
        if optimizer is not None:
            _name_models(optimizer, record)
            found.append(Update(optimizer, record, record.loops))
    found = _graph_runs(records, found)
    return found or _handed_over(records, finder)


def _updated(record: CallRecord, finder: _Finder) -> Optimizer | None:
    method = record.last
    if method in KNOWN.steps and record.name:
        return finder.find(KNOWN.steps[method](record))
    if record.method in _STEPS and record.receiver is not None:
        if isinstance(first(record.receiver), Map | Seq):
            return None
        if record.method in ("update", "apply") and not _functional(record.receiver):
            return None
        optimizer = finder.find(record.receiver)
        if optimizer is None and record.method == "step":
            optimizer = finder.stepped(record.receiver)
        if optimizer is not None and not _is_scheduler(record.receiver):
            return optimizer
    if method in _SCALED and record.args and (record.method or record.name):
        head = unwrap(record.args[0])
        if isinstance(head, Call | Instance | Item) and not _is_scheduler(head):
            return finder.find(record.args[0])
    if record.method == "__call__" and isinstance(first(record.receiver), Item):
        return _tuple_update(record)
    return None


def _functional(receiver: Abstract) -> bool:
    """Return whether ``update`` is an optimizer's own (optax, nnx), not that of a container."""
    for option in options(receiver):
        head = unwrap(option)
        if isinstance(head, Call) and (head.name or head.method):
            return True
        if isinstance(head, Attr | Item):
            return True
    return False


def _tuple_update(record: CallRecord) -> Optimizer | None:
    """``opt_init, opt_update, get_params = optimizers.adam(…)`` of JAX, and the pair of optax."""
    item = first(record.receiver)
    base = first(item.base) if isinstance(item, Item) else None
    if not isinstance(base, Call) or not optimizer_name(base.name):
        return None
    return find_optimizer(base) if len(record.args) in (2, 3) else None


def _is_scheduler(value: Abstract) -> bool:
    head = unwrap(value)
    name = ""
    if isinstance(head, Call):
        name = head.name or ""
    elif isinstance(head, Instance):
        name = head.name
    return "scheduler" in name.lower() and "optim" not in name.lower().rpartition(".")[2]


def _name_models(optimizer: Optimizer, record: CallRecord) -> None:
    """TensorFlow names the weights only when it applies gradients."""
    if optimizer.models:
        return
    for each in [*record.args, *record.kwargs.values()]:
        found = [m for m in parameter_models(each) if not _is_optimizer(m)]
        if found:
            optimizer.models = found
            return


def _is_optimizer(value: Abstract) -> bool:
    return isinstance(value, Call) and optimizer_name(value.name) is not None


# ---- TensorFlow 1 graphs -------------------------------------------------------------------------


def _graph_runs(records: list[CallRecord], found: list[Update]) -> list[Update]:
    """Move updates that a graph describes to the ``session.run`` calls that make them."""
    graph = {id(update.record.result): update for update in found if _is_graph(update)}
    if not graph:
        return found
    moved: list[Update] = []
    done: set[int] = set()
    for record in records:
        if record.method not in ("run", "eval", "train") or not record.args:
            continue
        for part in _parts(record.args[0], 0):
            update = graph.get(id(part))
            if update is not None and (id(update), record.loops) not in done:  # type: ignore[comparison-overlap]
                done.add(id(update))
                moved.append(Update(update.optimizer, record, record.loops, update.record))
    rest = [update for update in found if id(update) not in done]
    return [*[u for u in rest if u.loops or not moved], *moved]


def _is_graph(update: Update) -> bool:
    last = update.record.last
    return last in ("minimize", "apply_gradients", "apply") or last in KNOWN.steps


def _parts(value: Abstract, depth: int) -> list[Abstract]:
    """A value and what it is made of."""
    found: list[Abstract] = []
    if depth > 4:
        return found
    for option in options(value):
        found.append(option)
        inner: list[Abstract] = []
        if isinstance(option, Seq):
            inner = option.items[:12]
        elif isinstance(option, Map):
            inner = list(option.items.values())[:12]
        elif isinstance(option, Call) and option.last in ("group", "tuple", "control_dependencies"):
            inner = option.args[:8]
        elif isinstance(option, Item):
            inner = [option.base]
        for each in inner:
            found.extend(_parts(each, depth + 1))
    return found


# ---- optimizers given to library code ----------------------------------------------------------

_HANDED = re.compile(r"train|fit|engine|learn|step|epoch|optimi[sz]e|prepare|run|initialize", re.I)


def _handed_over(records: list[CallRecord], finder: _Finder) -> list[Update]:
    """Calls of unknown code that are given an optimizer to train with, for want of an update."""
    found = []
    for record in records:
        if record.target is not None or not _HANDED.search(record.last):
            continue
        for each in [*record.args, *record.kwargs.values()]:
            head = unwrap(each)
            if isinstance(head, Call | Instance | Choice | Varying):
                optimizer = finder.find(head)
                if optimizer is not None and not _is_scheduler(record.result or head):
                    found.append(_started(records, Update(optimizer, record, record.loops)))
    return found


_START = frozenset({"run", "fit", "train", "start", "launch", "__call__"})
_EPOCHS = ("max_epochs", "epochs", "num_epochs", "n_epochs", "nb_epochs")
_DATA = ("data", "train_loader", "train_dataloader", "dataloader", "loader", "train_dataset")


def _started(records: list[CallRecord], update: Update) -> Update:
    """A trainer that was made with an optimizer trains where it is started: with that call's
    epochs and loader.
    """
    made = update.record.result
    for record in records:
        if record.method in _START and made is not None and unwrap(record.receiver) is made:
            loop = Loop("fit", record.node, record.module, record.function, call=record)
            loop.epochs = record.argument(None, *_EPOCHS)
            loop.loader = record.argument(0, *_DATA)
            return Update(update.optimizer, record, (*record.loops, loop))
    return update


def group(updates: list[Update]) -> list[Group]:
    """Group updates by their outermost training loop."""
    groups: dict[object, Group] = {}
    for number, update in enumerate(updates):
        key: object = "none"
        if update.loops:
            key = id(_outermost(update.loops))
        made = groups.setdefault(key, Group(loops=update.loops, first=number))
        made.updates.append(update)
        if len(update.loops) > len(made.loops):
            made.loops = update.loops
    return _merged(list(groups.values()))


def _outermost(loops: tuple[Loop, ...]) -> Loop:
    return loops[0]


def _merged(groups: list[Group]) -> list[Group]:
    """Join groups that are the same loop entered again with the same optimizers."""
    merged: list[Group] = []
    for each in groups:
        nodes = [loop.node for loop in each.loops[:1]]
        calls = {id(o.value) for o in each.optimizers}
        for other in merged:
            same = nodes == [loop.node for loop in other.loops[:1]]
            if same and calls == {id(o.value) for o in other.optimizers}:
                other.updates.extend(each.updates)
                break
        else:
            merged.append(each)
    return merged


def without_others(records: list[CallRecord], each: Group, own: Update) -> list[CallRecord]:
    """The calls without those of a training of another function that the loop calls: a probe that
    measures what is learnt.
    """
    mine = {id(loop.node) for loop in own.loops}
    others = {
        id(loop.node)
        for update in each.updates
        if update.optimizer.value is not own.optimizer.value
        for loop in update.loops
        if id(loop.node) not in mine and loop.module is not own.record.module
    }
    if not others:
        return records
    return [r for r in records if others.isdisjoint(id(loop.node) for loop in r.loops)]
