"""Operators on abstract values: arithmetic and comparison, computed within bounds or unknown."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from modelsearch.static.machine import attributes
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Choice,
    Const,
    Map,
    Place,
    Seq,
    Unknown,
    Varying,
    choice,
    first,
    options,
)
from modelsearch.vocabulary.roles import role

MAX_TEXT = 10_000


MAX_BITS = 256


MAX_SEQ = 2000


def places_of(*values: Abstract) -> tuple[Place, ...]:
    """Return the literals that some values came from, a few of them."""
    return tuple(p for value in values if isinstance(value, Const) for p in value.places)[:6]


_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}


def operate(
    m: Machine, op: ast.operator, left: Abstract, right: Abstract, node: ast.AST, scope: Scope
) -> Abstract:
    """Apply a binary operator to two values."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        pairs = [(a, b) for a in options(left) for b in options(right)][:8]
        return choice([operate(m, op, a, b, node, scope) for a, b in pairs])
    if isinstance(left, Varying) or isinstance(right, Varying):
        a = left.initial if isinstance(left, Varying) else left
        b = right.initial if isinstance(right, Varying) else right
        result = operate(m, op, a, b, node, scope)
        return Varying(result) if isinstance(result, Const) else result
    place = Place(scope.module, node)
    if isinstance(left, Const) and isinstance(right, Const):
        result = safe_operation(type(op), left.value, right.value)
        return UNKNOWN if result is None else Const(result, place, places_of(left, right))
    if isinstance(left, Seq):
        return _seq_operation(op, left, right)
    found = _partly_known(op, left, right, place)
    if found is not None:
        return found
    known = left if not isinstance(left, Const | Unknown) else right
    if isinstance(known, Const | Unknown):
        return UNKNOWN
    return Call(None, [left, right], {}, place, method=f"<{type(op).__name__}>")


def _partly_known(
    op: ast.operator, left: Abstract, right: Abstract, place: Place
) -> Abstract | None:
    """Operations whose result is known though one side is no constant."""
    if isinstance(op, ast.Mod) and isinstance(left, Const) and isinstance(right, Seq):
        return _filled_in(left, right, place)
    if isinstance(left, Map) and isinstance(right, Map) and isinstance(op, ast.BitOr):
        return Map({**left.items, **right.items}, left.namespace, left.open or right.open)
    shared = isinstance(op, ast.Mult | ast.Div | ast.FloorDiv) and _counts_devices(right)
    if shared and isinstance(left, Const):
        return left
    return _cancelled(left, right) if isinstance(op, ast.Div | ast.FloorDiv) else None


_DEVICE_COUNTS = role("device count")


def _cancelled(left: Abstract, right: Abstract) -> Abstract | None:
    """``epochs * steps_an_epoch / steps_an_epoch``: the factor that is left."""
    product = first(left)
    if isinstance(product, Call) and product.method == "<Mult>":
        for one, other in (product.args, reversed(product.args)):
            if _alike(other, right, 0):
                return one
    return None


def _alike(one: Abstract, other: Abstract, depth: int) -> bool:
    """Return whether two unknown values are computed in the same way from the same things."""
    one, other = first(one), first(other)
    if one is other:
        return True
    if isinstance(one, Const) and isinstance(other, Const):
        return bool(one.value == other.value)
    if not isinstance(one, Call) or not isinstance(other, Call) or depth > 4:
        return False
    if (one.name, one.method, len(one.args)) != (other.name, other.method, len(other.args)):
        return False
    if not one.args or one.kwargs or other.kwargs:
        return False
    return all(_alike(a, b, depth + 1) for a, b in zip(one.args, other.args, strict=True))


def _counts_devices(value: Abstract) -> bool:
    """Return whether a value is the number of devices or processes: one, when nothing is said."""
    head = first(value)
    if isinstance(head, Call):
        return head.last in _DEVICE_COUNTS
    return isinstance(head, Attr) and head.name in _DEVICE_COUNTS


def _filled_in(left: Const, right: Seq, place: Place) -> Abstract:
    """``"%s-%s.txt" % (one, other)`` with known texts and numbers and plain fields."""
    values = [each.value for each in right.items if isinstance(each, Const)]
    written = left.value
    if not isinstance(written, str) or len(written) > 200 or len(values) != len(right.items):
        return UNKNOWN
    if right.open or written.count("%") != written.count("%s") + written.count("%d"):
        return UNKNOWN
    try:
        filled = written % tuple(str(v)[:200] if isinstance(v, str) else v for v in values)
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN
    return Const(filled[:MAX_TEXT], place, places_of(left, *right.items))


def _seq_operation(op: ast.operator, left: Seq, right: Abstract) -> Abstract:
    if isinstance(op, ast.Add) and isinstance(right, Seq):
        items = [*left.items, *right.items][:MAX_SEQ]
        return Seq(items, left.kind, left.open or right.open)
    times = right.value if isinstance(right, Const) else None
    if isinstance(op, ast.Mult) and isinstance(times, int) and 0 <= times <= MAX_SEQ:
        items = (left.items * times)[:MAX_SEQ]
        return Seq(items, left.kind, left.open or len(left.items) * times > MAX_SEQ)
    if isinstance(op, ast.Add):
        return Seq(list(left.items), left.kind, True)
    return UNKNOWN


def safe_operation(op: type, left: Any, right: Any) -> Any:
    """Compute ``left op right`` within bounds; None when it fails or would be huge."""
    if isinstance(left, str | bytes):
        return _text_operation(op, left, right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    if op is ast.Pow and (abs(right) > MAX_BITS or _bits(left) * max(abs(right), 1) > MAX_BITS):
        return None
    if op is ast.LShift and (not isinstance(right, int) or right > MAX_BITS):
        return None
    try:
        result = _BINARY[op](left, right)
    except (ArithmeticError, TypeError, ValueError, KeyError):
        return None
    if isinstance(result, complex) or (isinstance(result, int) and _bits(result) > MAX_BITS):
        return None
    return result


def _bits(value: float) -> int:
    return value.bit_length() if isinstance(value, int) else 16


def _text_operation(op: type, left: Any, right: Any) -> Any:
    if op is ast.Add and type(right) is type(left) and len(left) + len(right) < MAX_TEXT:
        return left + right
    if op is ast.Mult and isinstance(right, int) and right >= 0 and len(left) * right < MAX_TEXT:
        return left * right
    if op is ast.Div and isinstance(left, str) and isinstance(right, str):
        joined = right if right.startswith("/") else f"{left.rstrip('/')}/{right}"
        return joined if len(joined) < MAX_TEXT else None
    if op is ast.Mod and isinstance(left, str) and isinstance(right, str | int | float):
        short = len(left) < 200 and left.count("%") == 1 and not any(c.isdigit() for c in left)
        try:
            return left % right if short and "*" not in left else None
        except (TypeError, ValueError, OverflowError):
            return None
    return None


def compare(m: Machine, op: ast.cmpop, left: Abstract, right: Abstract) -> bool | None:
    """Say how a comparison of two values comes out; None when that is not known."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        found = {compare(m, op, a, b) for a in options(left) for b in options(right)}
        return found.pop() if len(found) == 1 else None
    if isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Const) and one.value is None:
                known = attributes.is_none(other)
                return known if known is None or isinstance(op, ast.Is | ast.Eq) else not known
    if isinstance(op, ast.In | ast.NotIn):
        known = _contains(left, right)
        return known if known is None or isinstance(op, ast.In) else not known
    if isinstance(left, Const) and isinstance(right, Const) and type(op) in _COMPARE:
        try:
            return bool(_COMPARE[type(op)](left.value, right.value))
        except TypeError:
            return None
    return None


def _contains(item: Abstract, holder: Abstract) -> bool | None:
    if not isinstance(item, Const):
        return None
    if isinstance(holder, Map):
        try:
            found = item.value in holder.items
        except TypeError:
            return None
        return found if found or not holder.open else None
    if isinstance(holder, Seq):
        values = [each.value for each in holder.items if isinstance(each, Const)]
        if item.value in values:
            return True
        return False if len(values) == len(holder.items) and not holder.open else None
    if isinstance(holder, Const) and isinstance(holder.value, str) and isinstance(item.value, str):
        return item.value in holder.value
    return None


_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}
