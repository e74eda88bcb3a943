"""The learning rate that a schedule object makes: its peak."""

from __future__ import annotations

import re

from modelsearch.static.libraries.library import KNOWN
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Instance,
    flattened,
    number,
)

_SCHEDULE = re.compile(
    r"Decay|Schedule|LR$|schedule|_decay|Restarts|Warmup|warmup|annealing|onecycle", re.I
)


_PEAK = (
    "peak_value",
    "learning_rate",
    "initial_learning_rate",
    "init_value",
    "max_lr",
    "base_lr",
    "value",
    "end_value",
)


def schedule_rate(value: Abstract, depth: int = 0) -> Abstract | None:
    """Return the (peak) rate of a schedule object."""
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
    for peak in KNOWN.schedules:
        rates = peak(value, found)
        if rates is not None:
            return rates[0] if rates else None
    known = _SCHEDULE.search(value.last) or depth
    return found[0] if found and known else None


def _inner_rates(value: Call, depth: int) -> list[Abstract]:
    """Return the numbers, and the rates of schedules, that a schedule is made from."""
    found: list[Abstract] = []
    given = value.kwargs.get("schedules")
    positional = value.args[:1] if value.last == "join_schedules" else value.args
    for each in [*positional, *([given] if given is not None else [])]:
        for item in flattened(each):
            rate = schedule_rate(item, depth + 1) if isinstance(item, Call) else item
            if rate is not None and number(rate) is not None:
                found.append(rate)
    return found
