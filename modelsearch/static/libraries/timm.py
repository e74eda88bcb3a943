"""timm: what its helpers return."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Optimizer, Optimizers
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Instance, Map, first
from modelsearch.static.machine.wrapping import unwrap


def _settings(m: Machine, record: CallRecord) -> Abstract | None:
    """``timm.optim.optimizer_kwargs(cfg=args)``: what an optimizer is made of."""
    given = first(record.argument(0, "cfg"))
    if not isinstance(given, Map):
        return None
    names = ("opt", "lr", "weight_decay", "momentum")
    return Map({name: given.items[name] for name in names if name in given.items}, open=True)


def _optimizer(optimizers: Optimizers, value: Call) -> Optimizer | None:
    """Timm's ``create_optimizer(args, model)`` and ``create_optimizer_v2(model, opt=…, lr=…)``."""
    if value.last not in ("create_optimizer", "create_optimizer_v2"):
        return None
    if "timm" not in (value.name or ""):
        return None
    settings = dict(value.kwargs)
    model = value.argument(0, "model_or_params", "model")
    given = first(value.args[0]) if value.args else None
    if isinstance(given, Map):
        settings = {**{str(key): item for key, item in given.items.items()}, **settings}
        model = value.argument(1, "model")
    made = optimizers.by_name(settings.get("opt"), value)
    if made is None:
        return None
    made.call = value
    made.rate, made.weight_decay = settings.get("lr"), settings.get("weight_decay")
    made.momentum = settings.get("momentum")
    head = unwrap(model)
    if isinstance(head, Call | Instance):
        made.models = [head]
    return made


LIBRARY = Library(
    name="timm",
    calls={
        "timm.optim.optimizer_kwargs": _settings,
        "timm.optim.optim_factory.optimizer_kwargs": _settings,
    },
    optimizers=(_optimizer,),
)
