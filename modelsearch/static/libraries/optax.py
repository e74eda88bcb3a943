"""optax: optimizers that are made of parts, and optimizers whose settings are injected."""

from __future__ import annotations

from dataclasses import replace

from modelsearch.static.libraries.library import Library, Optimizer, Optimizers
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Dotted,
    first,
    flattened,
    number,
)

_SCALES = {
    "scale_by_adam": "Adam",
    "scale_by_rms": "RMSprop",
    "scale_by_lamb": "LAMB",
    "scale_by_radam": "RAdam",
    "scale_by_lion": "Lion",
    "scale_by_belief": "AdaBelief",
}


def _chain(optimizers: Optimizers, value: Call) -> Optimizer | None:
    """``optax.chain(optax.scale_by_adam(), optax.scale(-rate))``."""
    if not (value.name or "").startswith("optax.") or value.last != "chain":
        return None
    parts = {
        part.last: part for each in value.args for part in flattened(each) if isinstance(part, Call)
    }
    scale = next((part for last, part in parts.items() if last in _SCALES), None)
    if scale is None:
        return None
    decay = parts.get("add_decayed_weights")
    name = _SCALES[scale.last]
    steps = [
        parts[last].argument(0, "learning_rate", "step_size", "step_size_fn")
        for last in ("scale_by_learning_rate", "scale", "scale_by_schedule")
        if last in parts
    ]
    name = "AdamW" if name == "Adam" and decay is not None else name
    found = Optimizer(name, value, scale.at, value)
    found.weight_decay = decay.argument(0, "weight_decay") if decay is not None else None
    rate, found.schedule = optimizers.rate_of(steps[0] if steps else None)
    found.rate = _positive(rate)
    return found


def _injected(optimizers: Optimizers, value: Call) -> Optimizer | None:
    """``optax.inject_hyperparams(optax.adam)(learning_rate=…)``."""
    inner = first(value.receiver) if value.method == "__call__" else None
    if not isinstance(inner, Call) or inner.last != "inject_hyperparams" or not inner.args:
        return None
    chosen = first(inner.args[0])
    return optimizers.described(chosen.name, value) if isinstance(chosen, Dotted) else None


def _positive(rate: Abstract | None) -> Abstract | None:
    """Return the rate that is written as a step downwards: ``scale(-1e-3)``."""
    found, head = number(rate), first(rate)
    if found is None or found >= 0 or not isinstance(head, Const):
        return rate
    places = tuple(
        replace(place, literal=-place.literal) if place.literal == found else place
        for place in head.places
    )
    return Const(-found, head.at, places)


def _peak(schedule: Call, rates: list[Abstract]) -> list[Abstract] | None:
    """Return the peak of a schedule with a warm-up, of a line, of several that are joined."""
    if not (schedule.name or "").startswith(("optax", "jax")):
        return None
    if "warmup" in schedule.last:
        return rates[1:2]
    if schedule.last == "linear_schedule":  # from, to, steps
        rates = [each for each in schedule.args[:2] if number(each) is not None]
    if schedule.last in ("join_schedules", "linear_schedule"):
        return sorted(rates, key=lambda rate: -(number(rate) or 0))[:1]
    return None


LIBRARY = Library(
    name="optax",
    optimizers=(_chain, _injected),
    schedules=(_peak,),
)
