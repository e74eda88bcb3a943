"""Sacred: ``@ex.config`` assigns the parameters of ``@ex.capture`` and ``@ex.automain``."""

from __future__ import annotations

import ast

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import Abstract, Attr, Call, Const, Function, Map, first

_CONFIG, _MAIN = "<config>", "<main>"
_GIVEN = ("capture", "main", "automain", "command")


def _experiment(value: Abstract | None) -> Call | None:
    """An experiment, or an ingredient of one, with settings of its own."""
    head = first(value)
    known = isinstance(head, Call) and (head.name or "").startswith("sacred.")
    return head if known and isinstance(head, Call) else None


def _config(experiment: Call) -> Map:
    """Return what the settings of an experiment are, as far as the script says."""
    found = experiment.attrs.get(_CONFIG)
    if not isinstance(found, Map):
        found = experiment.attrs[_CONFIG] = Map({}, namespace=True, open=True)
    return found


def _decorated(
    m: Machine, node: ast.expr, scope: Scope, made: Abstract, value: Abstract, function: Function
) -> Abstract | None:
    holder = made if isinstance(made, Attr) else None
    if isinstance(made, Call) and made.method in _GIVEN:
        holder = Attr(made.receiver or made, made.method)
    experiment = _experiment(holder.base) if holder is not None else None
    if experiment is None or holder is None or not isinstance(value, Function):
        return None
    if holder.name == "config":
        _config(experiment).items.update(_assigned(m, value))
    elif holder.name in _GIVEN:
        _give(experiment, value)
    if holder.name == "main":
        experiment.attrs[_MAIN] = value
    elif holder.name == "automain":
        m.call_function(value, [], {})
    return None


def _assigned(m: Machine, function: Function) -> dict[str, Abstract]:
    """Return what a function assigns to its own names."""
    before = len(m.outer_scopes)
    m.call_function(function, [], {})
    if len(m.outer_scopes) == before:
        return {}
    return {name: held for name, held in m.outer_scopes.pop().items() if name[:1] != "_"}


def _give(experiment: Call, function: Function) -> None:
    """Settings are the defaults of a function that takes them by name."""
    spec = function.info.node.args
    settings = _config(experiment)
    for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        if arg.arg in settings.items:
            function.defaults[arg.arg] = settings.items[arg.arg]
        elif arg.arg == "_config":
            function.defaults[arg.arg] = settings


def _method(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """``ex.add_config({…})``, ``ex.run()``."""
    experiment = _experiment(head)
    if experiment is None:
        return None
    if name == "add_config":
        table = first(record.argument(0, "config"))
        _config(experiment).items.update(table.items if isinstance(table, Map) else {})
        _config(experiment).items.update(record.kwargs)
        return Const(None)
    start = experiment.attrs.get(_MAIN)
    if name in ("run", "run_commandline") and isinstance(start, Function):
        _give(experiment, start)
        return m.call_function(start, [], {})
    return None


LIBRARY = Library(name="sacred", methods={Call: _method}, decorators=(_decorated,))
