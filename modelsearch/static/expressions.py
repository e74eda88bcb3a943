"""Abstract evaluation of expressions. Never raises on what a script says; unknown is a value."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelsearch.static import attributes, invoking
from modelsearch.static.program import FunctionInfo
from modelsearch.static.scopes import Scope
from modelsearch.static.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    Place,
    Seq,
    Unknown,
    Varying,
    choice,
    options,
)

if TYPE_CHECKING:
    from modelsearch.static.machine import Machine

MAX_TEXT = 10_000
MAX_BITS = 256
MAX_SEQ = 2000
MAX_NESTING = 120
_BUILTINS = frozenset(dir(builtins)) | {"get_ipython", "display"}


def evaluate(m: Machine, node: ast.AST | None, scope: Scope) -> Abstract:
    """Evaluate one expression; remember what it held for :meth:`Evaluator.values`."""
    if node is None:
        return UNKNOWN
    kind = type(node)
    if kind is ast.Constant:
        return _constant(m, node, scope)
    m.spend()
    if m.depth > MAX_NESTING:
        return UNKNOWN
    handler = _EXPRESSIONS.get(kind)
    if handler is None:
        return UNKNOWN
    m.depth += 1
    try:
        value = handler(m, node, scope)
    finally:
        m.depth -= 1
    seen = m.seen.setdefault(node, [])
    if len(seen) < 4:
        seen.append(value)
    return value


def _constant(m: Machine, node: Any, scope: Scope) -> Abstract:
    m.fuel -= 1
    place = Place(scope.module, node, node.value)
    if node.value is Ellipsis:
        return UNKNOWN
    return Const(node.value, place, (place,))


def _name(m: Machine, node: ast.Name, scope: Scope) -> Abstract:
    found = scope.outer[node.id].find(node.id) if node.id in scope.outer else scope.find(node.id)
    if found is not None:
        return found
    if node.id in _BUILTINS:
        return Dotted(f"builtins.{node.id}", Place(scope.module, node))
    stars = [star for star in scope.module.stars if star.lstrip(".")]
    outside = [star for star in stars if m.program.module_for(star, scope.module) is None]
    if outside:
        return Dotted(f"{_best_star(outside, node.id)}.{node.id}", Place(scope.module, node))
    return UNKNOWN


def _best_star(stars: list[str], name: str) -> str:
    """Choose the star import that a name probably comes from, by what the module is about."""
    hints = {"optim": _is_optimizer_name(name), "layers": name[:1].isupper(), "models": False}
    if name in ("Sequential", "Model"):
        hints["models"] = True
        hints["layers"] = False
    for hint, good in hints.items():
        if good:
            for star in stars:
                if hint in star.rpartition(".")[2]:
                    return star
    return stars[0]


def _is_optimizer_name(name: str) -> bool:
    return name.lower() in {"adam", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam"}


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Abstract:
    return attributes.get_attribute(m, m.eval(node.value, scope), node.attr)


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Abstract:
    base = m.eval(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        ends = [
            m.eval(end, scope) if end else Const(None)
            for end in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return attributes.get_slice(base, *ends)
    return attributes.get_item(m, base, m.eval(node.slice, scope))


def _sequence(m: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Abstract:
    kind = "tuple" if isinstance(node, ast.Tuple) else "list"
    result = Seq([], kind, at=Place(scope.module, node))
    for each in node.elts:
        if len(result.items) > MAX_SEQ:
            result.open = True
            break
        if isinstance(each, ast.Starred):
            inner = m.eval(each.value, scope)
            found = attributes.elements(m, inner, MAX_SEQ)
            result.items.extend(found)
            empty = isinstance(inner, Seq) and not inner.items and not inner.open
            result.open = result.open or not (found or empty)
        else:
            result.items.append(m.eval(each, scope))
    return result


def _dict(m: Machine, node: ast.Dict, scope: Scope) -> Abstract:
    result = Map({}, at=Place(scope.module, node))
    for key, item in zip(node.keys, node.values, strict=True):
        if len(result.items) > MAX_SEQ:
            result.open = True
            break
        value = m.eval(item, scope)
        if key is None:
            inner = attributes.first(value)
            if isinstance(inner, Map):
                result.items.update(inner.items)
                result.open = result.open or inner.open
            else:
                result.open = True
            continue
        name = m.eval(key, scope)
        if isinstance(name, Const):
            result.items[name.value] = value
        elif isinstance(name, ClassValue | Function | Dotted):
            result.items[id(name)] = value
        else:
            result.open = True
    return result


def _joined(m: Machine, node: ast.JoinedStr, scope: Scope) -> Abstract:
    parts: list[str] = []
    sure = True
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            value = attributes.first(m.eval(piece.value, scope))
            if piece.format_spec is None and isinstance(value, Const):
                parts.append(str(value.value))
            else:
                sure = False
        elif isinstance(piece, ast.Constant):
            parts.append(str(piece.value))
    joined = "".join(parts)
    return Const(joined, Place(scope.module, node)) if sure and len(joined) < MAX_TEXT else UNKNOWN


def _lambda(m: Machine, node: ast.Lambda, scope: Scope) -> Abstract:
    info = FunctionInfo("<lambda>", node, scope.module)
    return Function(info, scope, defaults(m, node.args, scope))


def _if_exp(m: Machine, node: ast.IfExp, scope: Scope) -> Abstract:
    known = m.decide(m.eval(node.test, scope))
    if known is not None:
        return m.eval(node.body if known else node.orelse, scope)
    return choice([m.eval(node.body, scope), m.eval(node.orelse, scope)])


def _bool_op(m: Machine, node: ast.BoolOp, scope: Scope) -> Abstract:
    found: list[Abstract] = []
    stop = isinstance(node.op, ast.Or)
    for each in node.values:
        value = m.eval(each, scope)
        known = attributes.truth(value)
        if known is stop:
            return value if not found else choice([*found, value])
        if known is None:
            found.append(value)
    if not found:
        return value
    return UNKNOWN if not stop else choice(found)


def _unary(m: Machine, node: ast.UnaryOp, scope: Scope) -> Abstract:
    value = m.eval(node.operand, scope)
    if isinstance(node.op, ast.Not):
        known = attributes.truth(value)
        return UNKNOWN if known is None else Const(not known, None, _places(value))
    if isinstance(value, Const) and isinstance(value.value, int | float):
        if isinstance(node.op, ast.Invert) and not isinstance(value.value, int):
            return UNKNOWN
        result = _UNARY[type(node.op)](value.value)
        return Const(
            result, Place(scope.module, node, result), (Place(scope.module, node, result),)
        )
    return Unknown(value) if not isinstance(value, Unknown) else value


def _places(*values: Abstract) -> tuple[Place, ...]:
    return tuple(p for value in values if isinstance(value, Const) for p in value.places)[:6]


_UNARY: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
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


def _bin_op(m: Machine, node: ast.BinOp, scope: Scope) -> Abstract:
    left = m.eval(node.left, scope)
    return operate(m, node.op, left, m.eval(node.right, scope), node, scope)


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
        return UNKNOWN if result is None else Const(result, place, _places(left, right))
    if isinstance(left, Seq):
        return _seq_operation(op, left, right)
    if isinstance(left, Map) and isinstance(right, Map) and isinstance(op, ast.BitOr):
        return Map({**left.items, **right.items}, left.namespace, left.open or right.open)
    if isinstance(op, ast.Mult | ast.Div | ast.FloorDiv) and isinstance(left, Const):
        if _counts_devices(right):
            return left
    known = left if not isinstance(left, Const | Unknown) else right
    if isinstance(known, Const | Unknown):
        return UNKNOWN
    return Call(None, [left, right], {}, place, method=f"<{type(op).__name__}>")


_DEVICE_COUNTS = frozenset(
    [
        "get_world_size",
        "device_count",
        "local_device_count",
        "process_count",
        "world_size",
        "num_processes",
        "num_replicas_in_sync",
        "n_gpu",
        "local_world_size",
    ]
)


def _counts_devices(value: Abstract) -> bool:
    """Say whether a value is the number of devices or processes: one, when nothing is said."""
    head = attributes.first(value)
    if isinstance(head, Call):
        return head.last in _DEVICE_COUNTS
    return isinstance(head, Attr) and head.name in _DEVICE_COUNTS


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


def _compare(m: Machine, node: ast.Compare, scope: Scope) -> Abstract:
    left = m.eval(node.left, scope)
    results: list[bool | None] = []
    places: tuple[Place, ...] = _places(left)
    for op, side in zip(node.ops, node.comparators, strict=True):
        right = m.eval(side, scope)
        places += _places(right)
        results.append(_comparison(m, op, left, right))
        left = right
    if any(result is False for result in results):
        return Const(False, None, places[:6])
    return Const(True, None, places[:6]) if all(results) else UNKNOWN


def _comparison(m: Machine, op: ast.cmpop, left: Abstract, right: Abstract) -> bool | None:
    if isinstance(left, Choice) or isinstance(right, Choice):
        found = {_comparison(m, op, a, b) for a in options(left) for b in options(right)}
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


def _comprehension(m: Machine, node: Any, scope: Scope) -> Abstract:
    """Evaluate a list, set or generator: every element when they are few, else a typical one."""
    inner = Scope(scope.module, {}, scope, scope.function, scope.self_value)
    if scope.is_class:
        inner.names.update(scope.names)
    result = Seq([], "list", at=Place(scope.module, node))
    _generate(m, node, 0, inner, result)
    return result


def _generate(m: Machine, node: Any, depth: int, scope: Scope, result: Seq) -> None:
    generators = node.generators
    if depth == len(generators):
        result.items.append(m.eval(node.elt, scope))
        return
    if len(result.items) > 200:
        result.open = True
        return
    generator = generators[depth]
    iterable = m.eval(generator.iter, scope)
    items = attributes.elements(m, iterable, 64)
    if not items and not (isinstance(iterable, Seq) and not iterable.open and not iterable.items):
        result.open = True
        items = [attributes.element(m, iterable)]
    for item in items:
        m.spend(2)
        _bind(m, generator.target, item, scope)
        tests = [m.decide(m.eval(test, scope)) for test in generator.ifs]
        if False in tests:
            continue
        if None in tests:
            result.open = True
        _generate(m, node, depth + 1, scope, result)


def _bind(m: Machine, target: ast.AST, value: Abstract, scope: Scope) -> None:
    from modelsearch.static.machine import assign

    assign(m, target, value, scope)


def _dict_comp(m: Machine, node: ast.DictComp, scope: Scope) -> Abstract:
    pair = ast.Tuple(elts=[node.key, node.value], ctx=ast.Load())
    inner = Scope(scope.module, {}, scope, scope.function, scope.self_value)
    rows = Seq([])
    fake = _Pairs(node.generators, pair)
    _generate(m, fake, 0, inner, rows)
    result = Map({}, open=rows.open, at=Place(scope.module, node))
    for row in rows.items:
        if isinstance(row, Seq) and len(row.items) == 2 and isinstance(row.items[0], Const):
            result.items[row.items[0].value] = row.items[1]
        elif isinstance(row, Seq) and isinstance(row.items[0], Choice):
            for key in options(row.items[0]):
                if isinstance(key, Const):
                    result.items[key.value] = row.items[1]
        else:
            result.open = True
    return result


class _Pairs:
    """A dict comprehension seen as one that makes pairs."""

    def __init__(self, generators: list[ast.comprehension], elt: ast.expr) -> None:
        self.generators = generators
        self.elt = elt


def _named(m: Machine, node: ast.NamedExpr, scope: Scope) -> Abstract:
    value = m.eval(node.value, scope)
    _bind(m, node.target, value, scope)
    return value


def _yield(m: Machine, node: ast.Yield, scope: Scope) -> Abstract:
    if node.value is not None:
        scope.yields.append(m.eval(node.value, scope))
        if not scope.yield_loops:
            scope.yield_loops = m.loops
    return UNKNOWN


def _yield_from(m: Machine, node: ast.YieldFrom, scope: Scope) -> Abstract:
    scope.yields.append(Item(m.eval(node.value, scope)))
    return UNKNOWN


def _inner(m: Machine, node: Any, scope: Scope) -> Abstract:
    return m.eval(node.value, scope)


def _call(m: Machine, node: ast.Call, scope: Scope) -> Abstract:
    return invoking.call(m, node, scope)


_EXPRESSIONS: dict[type, Callable[[Machine, Any, Scope], Abstract]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.IfExp: _if_exp,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.BinOp: _bin_op,
    ast.Compare: _compare,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comp,
    ast.NamedExpr: _named,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Await: _inner,
    ast.Starred: _inner,
    ast.Call: _call,
}


# ---- definitions -----------------------------------------------------------------------------


def function_info(
    m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
) -> FunctionInfo:
    """Describe a definition that is being executed."""
    owner = None
    if scope.is_class:
        for klass in scope.module.class_of.values():
            if klass.methods.get(node.name) and klass.methods[node.name].node is node:
                return klass.methods[node.name]
    info = scope.module.functions.get(node.name)
    if info is not None and info.node is node:
        return info
    return FunctionInfo(node.name, node, scope.module, owner)


def defaults(m: Machine, arguments: ast.arguments, scope: Scope) -> dict[str, Abstract]:
    """Evaluate the default values of a definition."""
    found: dict[str, Abstract] = {}
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.defaults:
        for arg, value in zip(
            positional[-len(arguments.defaults) :], arguments.defaults, strict=False
        ):
            found[arg.arg] = m.eval(value, scope)
    for arg, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
        if keyword is not None:
            found[arg.arg] = m.eval(keyword, scope)
    return found


def decorate(
    m: Machine, node: ast.expr, value: Abstract, function: Function, scope: Scope
) -> Abstract:
    """Apply a decorator: the kinds of method, the makers of command lines; others change nothing."""
    made = m.eval(node, scope)
    name = made.name if isinstance(made, Dotted | Call) and made.name else ""
    last = name.rpartition(".")[2] or (made.method or "" if isinstance(made, Call) else "")
    if isinstance(made, Attr):
        last = made.name
    kinds = {
        "staticmethod": "static",
        "classmethod": "class",
        "property": "property",
        "cached_property": "property",
        "lazy_property": "property",
        "setter": "setter",
    }
    if last in kinds and isinstance(value, Function):
        value.kind = kinds[last]
        if last == "setter":
            found = scope.names.get(function.info.name)
            return found if found is not None else value
        return value
    return invoking.decorated(m, made, value, function)


def entered(m: Machine, value: Abstract, item: ast.withitem, scope: Scope) -> Abstract:
    """What ``with value as name`` binds."""
    head = attributes.first(value)
    if isinstance(head, Instance):
        enter = attributes.get_attribute(m, head, "__enter__")
        if isinstance(enter, Function):
            return invoking.call_function(m, enter, [], {})
    return value
