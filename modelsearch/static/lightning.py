"""Lightning's ways to train without a ``Trainer.fit`` in the script: its command line, and a
module that another script trains.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelsearch.static.scopes import CallRecord, Scope
from modelsearch.static.values import (
    Abstract,
    Call,
    ClassValue,
    Instance,
    Map,
    Place,
    constant,
    first,
)

if TYPE_CHECKING:
    from modelsearch.static.machine import Machine


def fit(m: Machine, trainer: Call, module: Abstract, data: Abstract | None, place: Place) -> None:
    """Run the hooks of a module as ``trainer.fit(module, datamodule=data)`` would at ``place``."""
    from modelsearch.static import protocols

    node = ast.parse("trainer.fit(module)").body[0]
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return
    if place.module is None or place.node is None:
        return
    call = ast.copy_location(node.value, place.node)
    extra = {"datamodule": data} if data is not None else {}
    record = CallRecord(None, call, place.module, [module], extra, receiver=trainer, method="fit")
    record.loops, record.stack = m.loops, m.stack
    m.record(record)
    record.result = Call(None, [module], extra, record.place, trainer, "fit")
    protocols.method_call(m, record, record.result, Scope(place.module, {}))


def command_line(m: Machine, record: CallRecord, result: Call) -> None:
    """``LightningCLI(Module, DataModule, trainer_defaults={…})`` makes both, a trainer, and fits."""
    module = _made(m, record.argument(0, "model_class"), record.place)
    data = _made(m, record.argument(1, "datamodule_class"), record.place)
    defaults = first(record.argument(None, "trainer_defaults"))
    settings = dict(defaults.items) if isinstance(defaults, Map) else {}
    trainer = Call("pytorch_lightning.Trainer", [], settings, record.place)
    made = {"model": module, "datamodule": data, "trainer": trainer}
    result.attrs.update({name: value for name, value in made.items() if value is not None})
    if module is not None and constant(record.argument(None, "run")) is not False:
        fit(m, trainer, module, data, record.place)


def _made(m: Machine, value: Abstract | None, place: Place) -> Instance | None:
    from modelsearch.static import invoking

    head = first(value)
    if not isinstance(head, ClassValue):
        return None
    made = invoking.construct(m, head, [], {}, False, place)
    return made if isinstance(made, Instance) else None
