"""What goes with a stage besides its optimizer: schedule, losses, accumulation, precision, EMA."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from modelsearch import vocabulary
from modelsearch.records.artefacts import Fact
from modelsearch.static.libraries.library import Optimizer
from modelsearch.static.machine.evaluator import place_of
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.naming_lines import name_place
from modelsearch.static.machine.scopes import CallRecord, Loop
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    Const,
    Function,
    Instance,
    Item,
    Place,
    Seq,
    constant,
    first,
    number,
    options,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.source.nodes import walk
from modelsearch.static.training.facts import fact, number_fact

_ACCUMULATE = re.compile(r"accum", re.I)
_EMA = re.compile(r"^(EMA|ExponentialMovingAverage|AveragedModel|ModelEma(V2)?|EMAModel|LitEma)$")


def scheduler(records: list[CallRecord], optimizers: list[Optimizer]) -> Fact | None:
    """Return the learning rate schedule of one of the optimizers."""
    for optimizer in optimizers:
        found = _schedule_fact(optimizer.schedule)
        if found is not None:
            return found
    calls = {id(optimizer.value) for optimizer in optimizers}
    for record in records:
        name = _scheduler_name(record)
        if name is None:
            continue
        given = [unwrap(each) for each in [*record.args[:2], *record.kwargs.values()]]
        own = any(id(each) in calls for each in given)
        if own or len(optimizers) == 1:
            made = record.result if isinstance(record.result, Call) else None
            place = made.named if made is not None and made.named is not None else record.place
            return fact(name, place, _rate_note(record, name))
    return None


def _schedule_fact(schedule: Abstract | None) -> Fact | None:
    head = first(schedule) if schedule is not None else None
    if isinstance(head, Call) and head.name:
        term = vocabulary.find_constructor("scheduler", head.name)
        return fact(term.name if term else head.last, head.at)
    if isinstance(head, Instance) and head.call is not None:
        return fact(head.name, head.call.at)
    return None


def named_schedule(
    value: Abstract | None,
    meant: Mapping[str, tuple[str, str]],
    warmed: bool,
    fallback: Place,
) -> Fact | None:
    """Return the schedule that a library is given by a name, or by the member of an enumeration
    (``SchedulerType.COSINE``); ``meant`` is what the names stand for, alone and ``warmed`` up.
    """
    for option in options(value):
        written = text(option) or str(getattr(option, "name", "")).rpartition(".")[2]
        known = meant.get(written.lower())
        if known is not None:
            return fact(known[warmed], place_of(option) or fallback)
    return None


def _scheduler_name(record: CallRecord) -> str | None:
    if not record.name or record.target is not None or not isinstance(record.result, Call):
        return None
    term = vocabulary.find_constructor("scheduler", record.name)
    if term is not None:
        return term.name
    last = record.last
    if "lr_scheduler" in record.name and (last[:1].isupper() or last.startswith("get_")):
        return last
    if last.startswith("get_") and last.endswith(("warmup", "schedule", "scheduler")):
        return last.removeprefix("get_").replace("_", " ")
    return None


def _rate_note(record: CallRecord, name: str) -> str | None:
    if name != "OneCycleLR":
        return None
    peak = number(record.argument(1, "max_lr"))
    return f"max_lr={peak}" if peak is not None else None


def losses(records: list[CallRecord], loop: Loop | None) -> tuple[list[Fact], list[Call]]:
    """Return the loss terms that are computed inside a loop, by the vocabulary's names."""
    found: dict[str, Fact] = {}
    calls: list[Call] = []
    for record in records:
        if loop is not None and loop not in record.loops:
            continue
        name, place = _loss(record)
        if name is None or name in found:
            continue
        made = fact(name, place)
        if made is not None:
            found[name] = made
            if isinstance(record.result, Call):
                calls.append(record.result)
    return list(found.values())[:8], calls


def losses_of(update: CallRecord) -> list[Fact]:
    """Return the loss terms that an update of a graph minimizes, from what it is given."""
    found: dict[str, Fact] = {}
    queue: list[tuple[Abstract, int]] = [(each, 0) for each in update.args[:1]]
    seen: set[int] = set()
    while queue and len(seen) < 400:
        value, depth = queue.pop(0)
        for option in options(value):
            if id(option) in seen or depth > 10:
                continue
            seen.add(id(option))
            if isinstance(option, Call):
                term = vocabulary.find_constructor("loss", option.name) if option.name else None
                made = fact(term.name, option.at) if term is not None else None
                if made is not None:
                    found.setdefault(str(made.value), made)
                    continue
                queue += [(each, depth + 1) for each in [*option.args[:4], option.receiver] if each]
            elif isinstance(option, Seq):
                queue += [(each, depth + 1) for each in option.items[:8]]
            elif isinstance(option, Item | Attr):
                queue.append((option.base, depth + 1))
    return list(found.values())[:8]


def _loss(record: CallRecord) -> tuple[str | None, Place]:
    """Return the loss that a call computes, and where it is named: at the call, or where its object
    was made.
    """
    made = record.result
    named = made.named if isinstance(made, Call) and made.at.node is record.node else None
    names: list[tuple[str | None, Place]] = [(record.name, named or record.place)]
    head = first(record.receiver) if record.receiver is not None else None
    for held in _called(record, head):
        names.append((held.name, held.named or held.at))
    for name, place in names:
        if not name or ":" in name:
            continue
        last = name.rpartition(".")[2]
        term = vocabulary.find_constructor("loss", name)
        if term is None and re.search(r"(?i)loss|entropy|\.losses\.", f"{last} {name}"):
            term = vocabulary.find("loss", last)
        if term is not None:
            return term.name, place
    return None, record.place


def _called(record: CallRecord, head: Abstract | None) -> list[Call]:
    """Return the library objects that a call may call: the receiver, or what an object of the
    project holds under the name that is called (``self.criterion(x, y)``).
    """
    if isinstance(head, Instance):
        held = head.attrs.get(record.method or "")
        return [made for each in options(held) if isinstance(made := unwrap(each), Call)]
    return [head] if record.method == "__call__" and isinstance(head, Call) else []


def loss_argument(value: Abstract | None, record: CallRecord) -> list[Fact]:
    """Return the losses given to ``compile``: names, objects or a list of them."""
    found: list[Fact] = []
    for option in options(value):
        items = getattr(option, "items", None)
        parts = list(items.values()) if isinstance(items, dict) else items or [option]
        for part in parts:
            name = _loss_name(part)
            made = fact(name, name_place(part) or record.place) if name else None
            if made is not None and made.value not in [each.value for each in found]:
                found.append(made)
    return found


def _loss_name(value: Abstract) -> str | None:
    head = first(value)
    name = text(head)
    if isinstance(head, Call):
        name = head.last
    elif isinstance(head, Function):
        name = head.info.name
    elif hasattr(head, "name"):
        name = str(head.name).rpartition(".")[2]
    if not name:
        return None
    term = vocabulary.find("loss", name)
    return term.name if term else name


def accumulation(machine: Machine, records: list[CallRecord], loop: Loop | None) -> Fact | None:
    """Return how many batches one update gathers."""
    for record in records:
        if record.last in ("Accelerator", "Trainer", "Fabric", "TrainingArguments"):
            given = record.argument(None, "gradient_accumulation_steps", "accumulate_grad_batches")
            found = number_fact(given, record.place, whole=True, low=1)
            if found is not None:
                return found
    if loop is None:
        return None
    for node in walk(loop.node):
        label = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        if label and _ACCUMULATE.search(label) and not isinstance(node, ast.Call):
            for value in machine.seen.get(node, []):
                found = number_fact(value, None, whole=True, low=1)
                if found is not None:
                    return found
    return None


def mixed_precision(records: list[CallRecord]) -> Fact | None:
    """Return whether and how training runs in reduced precision."""
    for record in records:
        found = _precision(record)
        if found is not None:
            return fact(found, record.place)
    return None


def _precision(record: CallRecord) -> str | None:
    last = record.last
    if last in ("autocast", "GradScaler") and _enabled(record):
        dtype = record.argument(None, "dtype", "cache_dtype")
        name = getattr(first(dtype), "name", None)
        return str(name).rpartition(".")[2] if name else "autocast"
    if last == "Accelerator":
        value = text(record.argument(None, "mixed_precision"))
        return value if value and value != "no" else None
    if last in ("set_global_policy", "set_policy", "Policy"):
        value = text(record.argument(0, "policy", "name"))
        return value if value and "16" in value else None
    if last.endswith(("TrainingArguments", "Config")):
        return next(
            (key for key in ("fp16", "bf16") if constant(record.kwargs.get(key)) is True), None
        )
    if last in ("Trainer", "Fabric") and "precision" in record.kwargs:
        value = constant(record.kwargs["precision"])
        return str(value) if value is not None and "16" in str(value) else None
    return None


def _enabled(record: CallRecord) -> bool:
    flag = record.argument(None, "enabled")
    if flag is None:
        return True
    head = first(flag)
    return isinstance(head, Const) and bool(head.value)


def moving_average(records: list[CallRecord]) -> Fact | None:
    """Return the decay of an exponential moving average of the weights, or the class that keeps
    one.
    """
    for record in records:
        name = record.last
        target = record.target
        if target is not None:
            name = target.name
        if not _EMA.match(name):
            continue
        decay = record.argument(None, "beta", "decay", "mu", "alpha", "ema_decay")
        if decay is None:
            decay = next((a for a in record.args if 0.5 < (number(a) or 0) < 1), None)
        return number_fact(decay, record.place) or fact(name, record.place)
    return None
