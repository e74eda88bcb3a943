"""Ignite: an ``Engine`` runs a function for each batch, and the handlers that are added to it."""

from __future__ import annotations

import ast
from functools import partial

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine import elements
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Loop, Scope
from modelsearch.static.machine.values import UNKNOWN, Abstract, Call, Const, Function, Seq, first

_HANDLERS = "<handlers>"


def _run(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    """``Engine(step).run(data, max_epochs=…)``."""
    if not isinstance(head, Call) or head.last != "Engine" or not head.args:
        return False
    function = first(head.args[0])
    if not isinstance(function, Function):
        return False
    loop = Loop("fit", record.node, record.module, record.function, call=record)
    loop.epochs = record.argument(1, "max_epochs")
    loop.loader = record.argument(0, "data")
    item = elements.element(m, loop.loader or UNKNOWN)
    handlers = head.attrs.get(_HANDLERS)
    called = handlers.items[:8] if isinstance(handlers, Seq) else []
    m.run_loop(loop, partial(m.call_function, function, [head, item], {}))
    for each in called:
        if isinstance(each, Function):
            m.run_loop(loop, partial(m.call_function, each, [head], {}))
    return True


def _on(
    m: Machine, node: ast.expr, scope: Scope, made: Abstract, value: Abstract, function: Function
) -> Abstract | None:
    """``@engine.on(Events.…)`` adds a handler."""
    if isinstance(made, Call) and made.method == "on" and isinstance(made.receiver, Call):
        handlers = made.receiver.attrs.setdefault(_HANDLERS, Seq([]))
        if isinstance(handlers, Seq):
            handlers.items.append(function)
    return None


def _launched(record: CallRecord) -> list[Abstract]:
    """``Parallel(…).run(training, config)`` gives the rank before what it is given."""
    launcher = first(record.receiver)
    if isinstance(launcher, Call) and launcher.last == "Parallel":
        return [Const(0), *record.args[1:]]
    given = first(record.argument(None, "args"))
    return list(given.items) if isinstance(given, Seq) else []


LIBRARY = Library(
    name="Ignite",
    method_effects={"run": _run},
    decorators=(_on,),
    passed_on={"run": _launched},
)
