"""Libraries that put training on devices and processes: Accelerate, Fabric, amp, DeepSpeed, Ray."""

from __future__ import annotations

import ast

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine import elements
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Function,
    Seq,
    first,
)


def _given_back(record: CallRecord) -> Abstract | None:
    """``prepare(a, b)`` gives its arguments back, wrapped."""
    if len(record.args) == 1:
        return record.args[0]
    return Seq(list(record.args), "tuple") if record.args else None


def _prepare(m: Machine, head: Call, method: str, record: CallRecord) -> Abstract | None:
    """``accelerator.prepare(…)``, ``fabric.setup(…)``."""
    if method == "prepare":
        known = head.last.endswith(("Accelerator", "Fabric"))
        return _given_back(record) if known else None
    return _given_back(record) if method in ("setup", "setup_dataloaders") else None


def _initialize(m: Machine, record: CallRecord) -> Abstract | None:
    if record.name and "amp" in record.name and len(record.args) >= 2:
        return Seq(list(record.args[:2]), "tuple")
    if record.name and "deepspeed" in record.name:
        engine = Call(record.name, record.args, record.kwargs, record.place)
        return Seq([engine, record.argument(1, "optimizer") or UNKNOWN, UNKNOWN, UNKNOWN], "tuple")
    return None


def _remote(m: Machine, base: Abstract, name: str) -> Abstract | None:
    """``learn.remote(…)``, ``learn.delay(…)``, ``learn.spawn(…)`` call ``learn``, elsewhere."""
    return base if name in ("remote", "delay", "spawn") else None


def _mapped(m: Machine, head: Function, name: str, record: CallRecord) -> Abstract | None:
    """``learn.map(settings)`` calls ``learn`` with each of them, elsewhere."""
    if name not in ("map", "starmap"):
        return None
    given = [elements.element(m, each) for each in record.args] if name == "map" else []
    return Seq([m.call_function(head, given, {})], "list", True)


def _batch_size(
    m: Machine, node: ast.expr, scope: Scope, made: Abstract, value: Abstract, function: Function
) -> Abstract | None:
    """``@find_executable_batch_size(starting_batch_size=64)`` gives the first parameter."""
    if not isinstance(made, Call) or made.last != "find_executable_batch_size":
        return None
    if not isinstance(value, Function):
        return None
    names = [arg.arg for arg in value.info.node.args.args]
    size = made.argument(1, "starting_batch_size")
    if names and size is not None:
        value.defaults[names[0]] = size
    return None


def _spawned(record: CallRecord) -> list[Abstract]:
    """``mp.spawn(main, args=(…))`` gives the rank first."""
    given = first(record.argument(1, "args"))
    return [Const(0), *(given.items if isinstance(given, Seq) else [])]


def _launched(record: CallRecord) -> list[Abstract]:
    """``notebook_launcher(main, (…))``."""
    given = first(record.argument(1, "args"))
    return list(given.items) if isinstance(given, Seq) else []


def _same(m: Machine, record: CallRecord) -> Abstract | None:
    return record.args[0] if record.args else None


LIBRARY = Library(
    name="distributed",
    calls={"ray.get": _same, "ray.put": _same},
    calls_by_last={"initialize": _initialize},
    methods={Call: _prepare, Function: _mapped},
    attributes={ClassValue: _remote, Function: _remote},
    decorators=(_batch_size,),
    passed_on={
        "spawn": _spawned,
        "start_processes": _spawned,
        "notebook_launcher": _launched,
    },
)
