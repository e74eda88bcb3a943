"""The learning rate that a schedule object makes: its peak; and chains of scaled gradients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Instance,
    Map,
    Place,
    Seq,
    first,
    number,
    options,
)

_SCHEDULE = re.compile(
    r"Decay|Schedule|LR$|schedule|_decay|Restarts|Warmup|warmup|annealing|onecycle", re.I
)


_PEAK = ("peak_value", "learning_rate", "initial_learning_rate", "init_value", "max_lr",
         "base_lr", "value", "end_value")  # fmt: skip


def flattened(value: Abstract | None) -> Iterator[Abstract]:
    """The alternatives of a value, the items of lists and mappings one by one."""
    for option in options(value):
        if isinstance(option, Seq):
            yield from option.items
        elif isinstance(option, Map):
            yield from option.items.values()
        else:
            yield option


def schedule_rate(value: Abstract, depth: int = 0) -> Abstract | None:
    """The (peak) rate of a schedule object."""
    if depth > 4 or isinstance(value, Instance):
        return None
    if not isinstance(value, Call):
        return value if number(value) is not None else None
    if value.name is None:
        return None
    named = next((value.kwargs[name] for name in _PEAK if number(value.kwargs.get(name))), None)
    if named is not None:
        return named
    found = _inner_rates(value, depth)
    if "optax" in value.name or value.name.startswith("jax"):
        if "warmup" in value.last:
            return found[1] if len(found) > 1 else None
        if value.last == "linear_schedule":  # from, to, steps
            found = [each for each in value.args[:2] if number(each) is not None]
        if value.last in ("join_schedules", "linear_schedule"):
            return max(found, key=lambda rate: number(rate) or 0, default=None)
    known = _SCHEDULE.search(value.last) or depth
    return found[0] if found and known else None


def _inner_rates(value: Call, depth: int) -> list[Abstract]:
    """The numbers, and the rates of schedules, that a schedule is made from."""
    found: list[Abstract] = []
    given = value.kwargs.get("schedules")
    positional = value.args[:1] if value.last == "join_schedules" else value.args
    for each in [*positional, *([given] if given is not None else [])]:
        for item in flattened(each):
            rate = schedule_rate(item, depth + 1) if isinstance(item, Call) else item
            if rate is not None and number(rate) is not None:
                found.append(rate)
    return found


# ---- optimizers that optax makes of parts --------------------------------------------------------

_SCALES = {"scale_by_adam": "Adam", "scale_by_rms": "RMSprop", "scale_by_lamb": "LAMB",
           "scale_by_radam": "RAdam", "scale_by_lion": "Lion",
           "scale_by_belief": "AdaBelief"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chain:
    """What a chain of optax is made of: the optimizer that its scaling is named for and where
    that stands, the weight decay, and the size of a step (mostly below zero).
    """

    name: str
    place: Place
    decay: Abstract | None
    step: Abstract | None


def chain_of(value: Call) -> Chain | None:
    """``optax.chain(optax.scale_by_adam(), optax.scale(-rate))``; None for other calls."""
    if not (value.name or "").startswith("optax.") or value.last != "chain":
        return None
    parts = {part.last: part for each in value.args for part in flattened(each)
             if isinstance(part, Call)}  # fmt: skip
    scale = next((part for last, part in parts.items() if last in _SCALES), None)
    if scale is None:
        return None
    decay = parts.get("add_decayed_weights")
    name = _SCALES[scale.last]
    steps = [parts[last].argument(0, "learning_rate", "step_size", "step_size_fn")
             for last in ("scale_by_learning_rate", "scale", "scale_by_schedule")
             if last in parts]  # fmt: skip
    return Chain(
        "AdamW" if name == "Adam" and decay is not None else name,
        scale.at,
        decay.argument(0, "weight_decay") if decay is not None else None,
        steps[0] if steps else None,
    )


def positive(rate: Abstract | None) -> Abstract | None:
    """A rate that is written as a step downwards: ``scale(-1e-3)``."""
    found, head = number(rate), first(rate)
    if found is None or found >= 0 or not isinstance(head, Const):
        return rate
    places = tuple(
        replace(place, literal=-place.literal) if place.literal == found else place
        for place in head.places
    )
    return Const(-found, head.at, places)
