"""Abstract evaluation of expressions. Never raises on what a script says; unknown is a value."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

from modelsearch.static.machine import attributes, calling, elements
from modelsearch.static.machine.arithmetic import MAX_SEQ, MAX_TEXT, compare, operate, places_of
from modelsearch.static.machine.definitions import defaults
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.scopes import Names, OutOfFuel, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Function,
    Item,
    Map,
    Place,
    Seq,
    Unknown,
    choice,
    first,
    options,
)
from modelsearch.static.source.program import FunctionInfo

MAX_NESTING = 120
_BUILTINS = frozenset(dir(builtins)) | {
    "get_ipython",
    "display",
    "xrange",
    "raw_input",
    "unicode",
}


def evaluate(m: Machine, node: ast.AST | None, scope: Scope) -> Abstract:
    """Evaluate one expression; remember what it held for :meth:`Evaluator.values`."""
    if node is None:
        return UNKNOWN
    kind = node.__class__
    if kind is ast.Constant:
        return _constant(m, node, scope)
    m.fuel -= 1
    if m.fuel < 0:
        raise OutOfFuel
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
    seen = m.seen.get(node)
    if seen is None:
        m.seen[node] = [value]
    elif len(seen) < 4:
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
    usual = LIBRARIES.usual.get(node.id)
    if usual is not None and usual.partition(".")[0] in scope.module.aliases.values():
        return Dotted(usual, Place(scope.module, node))
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
    library = LIBRARIES.companions.get(stars[0].partition(".")[0])
    return next((star for star in stars if star.partition(".")[0] == library), stars[0])


def _is_optimizer_name(name: str) -> bool:
    return name.lower() in {"adam", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam"}


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Abstract:
    base = m.eval(node.value, scope)
    value = attributes.get_attribute(m, base, node.attr)
    if isinstance(base, Dotted) and isinstance(value, Dotted) and value.name != base.name:
        value.at = Place(scope.module, node)  # where it is named, not where its package is
    return value


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Abstract:
    base = m.eval(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        ends = [
            m.eval(end, scope) if end else Const(None)
            for end in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return elements.get_slice(base, *ends)
    return elements.get_item(m, base, m.eval(node.slice, scope))


def _sequence(m: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Abstract:
    kind = "tuple" if isinstance(node, ast.Tuple) else "list"
    result = Seq([], kind, at=Place(scope.module, node))
    for each in node.elts:
        if len(result.items) > MAX_SEQ:
            result.open = True
            break
        if isinstance(each, ast.Starred):
            inner = m.eval(each.value, scope)
            found = elements.elements(m, inner, MAX_SEQ)
            result.items.extend(found)
            empty = isinstance(inner, Seq) and not inner.items and not inner.open
            if not found and not empty:
                result.items.append(Item(inner))  # one of those that are not known
                result.open = True
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
            inner = first(value)
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
    places: tuple[Place, ...] = ()
    sure = True
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            value = first(m.eval(piece.value, scope))
            if piece.format_spec is None and isinstance(value, Const):
                parts.append(str(value.value))
                places += places_of(value)
            else:
                sure = False
        elif isinstance(piece, ast.Constant):
            parts.append(str(piece.value))
            places += (Place(scope.module, piece, piece.value),)
    joined = "".join(parts)
    if not sure or len(joined) >= MAX_TEXT:
        return UNKNOWN
    return Const(joined, Place(scope.module, node), places[:6])


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
        return UNKNOWN if known is None else Const(not known, None, places_of(value))
    if isinstance(value, Const) and isinstance(value.value, int | float):
        if isinstance(node.op, ast.Invert) and not isinstance(value.value, int):
            return UNKNOWN
        result = _UNARY[type(node.op)](value.value)
        place = Place(scope.module, node, result)
        literal = isinstance(node.operand, ast.Constant) or not value.places
        return Const(result, place, (place,) if literal else value.places)
    return Unknown(value) if not isinstance(value, Unknown) else value


_UNARY: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def _bin_op(m: Machine, node: ast.BinOp, scope: Scope) -> Abstract:
    left = m.eval(node.left, scope)
    return operate(m, node.op, left, m.eval(node.right, scope), node, scope)


def _compare(m: Machine, node: ast.Compare, scope: Scope) -> Abstract:
    left = m.eval(node.left, scope)
    results: list[bool | None] = []
    places: tuple[Place, ...] = places_of(left)
    for op, side in zip(node.ops, node.comparators, strict=True):
        right = m.eval(side, scope)
        places += places_of(right)
        results.append(compare(m, op, left, right))
        left = right
    if any(result is False for result in results):
        return Const(False, None, places[:6])
    return Const(True, None, places[:6]) if all(results) else UNKNOWN


def _comprehension(m: Machine, node: Any, scope: Scope) -> Abstract:
    """Evaluate a list, set or generator: every element when they are few, else a typical one."""
    inner = Scope(scope.module, Names(), scope, scope.function, scope.self_value)
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
    items = elements.elements(m, iterable, 64)
    if not items and not (isinstance(iterable, Seq) and not iterable.open and not iterable.items):
        result.open = True
        items = [elements.element(m, iterable)]
    for item in items:
        m.spend(2)
        m.assign(generator.target, item, scope)
        tests = [m.decide(m.eval(test, scope)) for test in generator.ifs]
        if False in tests:
            continue
        if None in tests:
            result.open = True
        _generate(m, node, depth + 1, scope, result)


def _dict_comp(m: Machine, node: ast.DictComp, scope: Scope) -> Abstract:
    pair = ast.Tuple(elts=[node.key, node.value], ctx=ast.Load())
    inner = Scope(scope.module, Names(), scope, scope.function, scope.self_value)
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
    m.assign(node.target, value, scope)
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
    return calling.call(m, node, scope)


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
