"""JAX, Flax and Haiku: loops that are functions, and modules that are set up and applied."""

from __future__ import annotations

from functools import partial

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Loop, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Const,
    Function,
    Instance,
    Span,
    Varying,
    first,
)


def _control_flow(m: Machine, record: CallRecord, result: Call) -> None:
    """Loops of JAX: the body is entered once, inside a loop."""
    functions = [first(a) for a in record.args if isinstance(first(a), Function | Call)]
    loop = Loop("for", record.node, record.module, record.function)
    if record.last == "fori_loop" and len(record.args) > 2:
        loop.iterable = Span(record.args[0], record.args[1], Const(1), record.place)
    elif record.last == "scan":
        length = record.argument(3, "length")
        xs = record.argument(2, "xs")
        loop.iterable = Span(Const(0), length, Const(1)) if length is not None else xs
    state = record.args[-1] if record.args and record.last != "scan" else None
    state = state or record.argument(1, "init") or UNKNOWN
    for function in functions:
        if isinstance(function, Function):
            given = [Varying(Const(0)), state] if record.last == "fori_loop" else [state, UNKNOWN]
            if record.last == "while_loop":
                given = [state]
            m.run_loop(loop, partial(_enter, m, function, given, result))


def _enter(m: Machine, function: Function, given: list[Abstract], result: Call) -> None:
    result.attrs["returned"] = m.call_function(function, given, {})


def _transformed(m: Machine, record: CallRecord) -> Abstract | None:
    """``hk.transform(f)``: what ``f`` makes is the network; nothing else calls ``f`` visibly."""
    inner = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(inner, Function):
        m.call_function(inner, [], {}, star=True)
    return None


def _set_up(m: Machine, made: Instance) -> None:
    """A module of Flax is set up before it is used."""
    if made.is_a("linen.Module"):
        m.run_method(made, "setup")


def _apply(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    """``module.apply(params, x)`` calls the module."""
    if not isinstance(head, Instance):
        return False
    if head.is_a("Module"):
        m.run_method(head, "__call__", record.args[1:])
    return True


LIBRARY = Library(
    name="JAX",
    calls={
        "haiku.transform": _transformed,
        "haiku.transform_with_state": _transformed,
    },
    effects_by_last=dict.fromkeys(("scan", "fori_loop", "while_loop", "cond"), _control_flow),
    method_effects=dict.fromkeys(("init", "apply", "init_with_output", "tabulate"), _apply),
    on_made=(_set_up,),
)
