"""timm: what its helpers return."""

from __future__ import annotations

from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import Library
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Map, first


def _settings(m: Machine, record: CallRecord) -> Abstract | None:
    """``timm.optim.optimizer_kwargs(cfg=args)``: what an optimizer is made of."""
    given = first(record.argument(0, "cfg"))
    if not isinstance(given, Map):
        return None
    names = ("opt", "lr", "weight_decay", "momentum")
    return Map({name: given.items[name] for name in names if name in given.items}, open=True)


LIBRARY = Library(
    name="timm",
    calls={
        "timm.optim.optimizer_kwargs": _settings,
        "timm.optim.optim_factory.optimizer_kwargs": _settings,
    },
)
