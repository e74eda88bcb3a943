"""Keras: what ``compile`` and ``fit`` do to an object of a project class."""

from __future__ import annotations

from functools import partial

from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import Library
from modelsearch.static.machine.scopes import CallRecord, Loop, Scope
from modelsearch.static.machine.values import UNKNOWN, Abstract, Call, Instance, Seq


def _fit(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    """``fit`` of a model with a training step of its own."""
    if not isinstance(head, Instance):
        return False
    loop = Loop("fit", record.node, record.module, record.function, call=record)
    loop.epochs = record.argument(None, "epochs", "nb_epoch")
    loop.loader = record.argument(0, "x")
    data = Seq([UNKNOWN, UNKNOWN], "tuple")
    m.run_loop(loop, partial(m.run_method, head, "train_step", [data]))
    return True


def _compile(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    """``compile`` keeps the optimizer and the loss that a training step uses."""
    if not isinstance(head, Instance):
        return False
    for position, name in enumerate(("optimizer", "loss")):
        given = record.argument(position, name)
        if given is not None:
            m.put(head.attrs, name, given)
    return True


LIBRARY = Library(
    name="Keras",
    method_effects={"fit": _fit, "fit_generator": _fit, "compile": _compile},
)
