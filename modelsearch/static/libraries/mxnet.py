"""MXNet: the optimizer of a Gluon trainer."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Optimizer, Optimizers
from modelsearch.static.machine.values import Call, Map, first


def _trainer(optimizers: Optimizers, value: Call) -> Optimizer | None:
    """``gluon.Trainer(params, "sgd", {"learning_rate": 0.1})``."""
    if value.last != "Trainer" or "gluon" not in (value.name or ""):
        return None
    given = value.argument(1, "optimizer")
    inner = optimizers.optimizer(given)
    if inner is not None:
        return inner
    settings = first(value.argument(2, "optimizer_params"))
    items = settings.items if isinstance(settings, Map) else {}
    made = optimizers.by_name(given, value)
    if made is None:
        return None
    made.call = value
    made.rate = items.get("learning_rate")
    made.weight_decay = items.get("wd")
    made.momentum = items.get("momentum")
    made.models = optimizers.models_of(value.argument(0, "params"))
    return made


LIBRARY = Library(
    name="mxnet",
    optimizers=(_trainer,),
)
