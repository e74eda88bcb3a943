"""Library functions of numbers and texts whose results are known from their arguments."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine import attributes, elements
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import CallHandler
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Choice,
    Const,
    Function,
    Instance,
    Item,
    Map,
    Seq,
    Span,
    Varying,
    choice,
    first,
    number,
    text,
)


def _derived(source: Abstract, value: Any, record: CallRecord) -> Abstract:
    """A constant computed from another, keeping the literals it came from."""
    places = source.places if isinstance(source, Const) else ()
    return Const(value, record.place, places)


def _map_constant(record: CallRecord, convert: Callable[[Any], Any]) -> Abstract | None:
    """Apply a function to the constant first argument, through choices and varying values."""
    if not record.args:
        return None
    return _apply(record.args[0], convert, record)


def _apply(value: Abstract, convert: Callable[[Any], Any], record: CallRecord) -> Abstract | None:
    if isinstance(value, Choice):
        found = [_apply(option, convert, record) for option in value.options]
        return choice([each or UNKNOWN for each in found])
    if isinstance(value, Varying):
        inner = _apply(value.initial, convert, record)
        return Varying(inner) if inner is not None else None
    if not isinstance(value, Const):
        return None
    try:
        result = convert(value.value)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return UNKNOWN
    if isinstance(result, complex) or (isinstance(result, int) and result.bit_length() > 256):
        return UNKNOWN
    return _derived(value, result, record)


def _int(m: Machine, record: CallRecord) -> Abstract | None:
    found = _map_constant(record, lambda v: int(v) if not _long(v) else None)
    if found is None and record.args and isinstance(record.args[0], Call | Item):
        return record.args[0]
    return found


def _long(value: Any) -> bool:
    return isinstance(value, str | bytes) and len(value) > 80


def _float(m: Machine, record: CallRecord) -> Abstract | None:
    found = _map_constant(record, lambda v: float(v) if not _long(v) else None)
    if found is None and record.args and isinstance(record.args[0], Call | Item):
        return record.args[0]
    return found


def _str(m: Machine, record: CallRecord) -> Abstract | None:
    return _map_constant(record, lambda v: str(v)[:10_000])


def _bool(m: Machine, record: CallRecord) -> Abstract | None:
    known = attributes.truth(record.args[0]) if record.args else None
    return Const(known, record.place) if known is not None else None


def _len(m: Machine, record: CallRecord) -> Abstract | None:
    value = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(value, Seq | Map) and not value.open:
        return Const(len(value.items), record.place)
    if isinstance(value, Const) and isinstance(value.value, str | bytes):
        return Const(len(value.value), record.place)
    if isinstance(value, Span):
        found = elements.elements(m, value, 10_000)
        return Const(len(found), record.place) if found else None
    if isinstance(value, Instance):
        method = attributes.class_attribute(value.klass, "__len__")
        if isinstance(method, Function):
            bound = attributes.bind(m, method, value)
            if isinstance(bound, Function):
                result = m.call_function(bound, [], {})
                return result if number(result) is not None else None
    return None


def _range(m: Machine, record: CallRecord) -> Abstract | None:
    args = record.args
    zero, one = Const(0), Const(1)
    if not args or len(args) > 3:
        return None
    if len(args) == 1:
        return Span(zero, args[0], one, record.place)
    return Span(args[0], args[1], args[2] if len(args) > 2 else one, record.place)


def _fold(name: str) -> CallHandler:
    functions: dict[str, Callable[..., Any]] = {"min": min, "max": max, "sum": sum}

    def fold(m: Machine, record: CallRecord) -> Abstract | None:
        items = record.args
        if len(items) == 1:
            inner = first(items[0])
            if not isinstance(inner, Seq) or inner.open:
                # A list made at run time (checkpoints found) is empty on a first run.
                return record.kwargs.get("default")
            items = inner.items
        if record.kwargs or not items:
            return None
        values = [each.value for each in items if isinstance(each, Const)]
        if len(values) != len(items) or not all(_is_number(value) for value in values):
            return None
        places = tuple(p for each in items if isinstance(each, Const) for p in each.places)
        return Const(functions[name](values), record.place, places[:6])

    return fold


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _numeric(function: Callable[..., Any]) -> CallHandler:
    def compute(m: Machine, record: CallRecord) -> Abstract | None:
        values = [number(each) for each in record.args[:2]]
        if not values or any(value is None or abs(value) > 1e18 for value in values):
            return None
        varying = any(isinstance(each, Varying) for each in record.args)
        places = tuple(p for each in map(first, record.args) for p in getattr(each, "places", ()))
        try:
            result = Const(function(*values), record.place, places[:6])
        except (TypeError, ValueError, ArithmeticError):
            return None
        if not isinstance(result.value, int | float):
            return None
        return Varying(result) if varying else result

    return compute


def _bounded_pow(base: float, exponent: float) -> float | None:
    if abs(exponent) > 64 or abs(base) > 1e6:
        return None
    result = base**exponent
    return result if isinstance(result, int | float) else None


def _product(m: Machine, record: CallRecord) -> Abstract | None:
    inner = first(record.args[0]) if record.args else UNKNOWN
    if not isinstance(inner, Seq) or inner.open or len(inner.items) > 16:
        return None
    values = [number(each) for each in inner.items]
    if any(value is None or abs(value) > 1e9 for value in values):
        return None
    result = math.prod(value for value in values if value is not None)
    return Const(result, record.place) if abs(result) < 1e18 else None


def _literal_text(m: Machine, record: CallRecord) -> Abstract | None:
    value = text(record.args[0]) if record.args else None
    if value is None or len(value) > 200:
        return None
    try:
        return _lift(ast.literal_eval(value), record)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _lift(value: Any, record: CallRecord) -> Abstract:
    if isinstance(value, list | tuple):
        return Seq([_lift(each, record) for each in value], at=record.place)
    if isinstance(value, int | float | str | bool) or value is None:
        return Const(value, record.place)
    return UNKNOWN


#: Functions of numbers, whichever module they are taken from.
_MATH: dict[str, CallHandler] = {
    "sqrt": _numeric(math.sqrt),
    "log2": _numeric(math.log2),
    "log": _numeric(math.log),
    "ceil": _numeric(math.ceil),
    "floor": _numeric(math.floor),
    "pow": _numeric(_bounded_pow),
    "power": _numeric(_bounded_pow),
    "exp": _numeric(lambda v: math.exp(v) if v < 100 else None),
    "prod": _product,
    "product": _product,
}
_MODULES = ("math", "np", "numpy", "jnp", "onp")

LIBRARY = Library(
    name="numbers",
    calls={
        "builtins.int": _int,
        "builtins.float": _float,
        "builtins.str": _str,
        "builtins.bool": _bool,
        "builtins.len": _len,
        "builtins.range": _range,
        "builtins.xrange": _range,
        "six.moves.range": _range,
        "builtins.min": _fold("min"),
        "builtins.max": _fold("max"),
        "builtins.sum": _fold("sum"),
        "builtins.abs": _numeric(abs),
        "builtins.round": _numeric(lambda v, n=0: round(v, int(n)) if n else round(v)),
        "builtins.pow": _numeric(_bounded_pow),
        "ast.literal_eval": _literal_text,
    },
    calls_by_tail={
        f"{module}.{name}": handler for module in _MODULES for name, handler in _MATH.items()
    },
)
