"""Abstract execution of statements: one handler for each kind."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import Any

from modelsearch.static.machine import attributes, definitions, elements
from modelsearch.static.machine.arithmetic import operate
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.scopes import Loop, Scope, Signal
from modelsearch.static.machine.unrolling import (
    examples_added,
    increments,
    is_sweep,
    items_to_unroll,
    leaving_test,
    limit_by_break,
    simple_name,
    target_text,
)
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    ClassValue,
    Const,
    Dotted,
    Function,
    Item,
    ModuleValue,
    Place,
    Seq,
    Unknown,
    Varying,
    constant,
)
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.parsing import ClassInfo, is_main_test
from modelsearch.vocabulary.libraries import is_installed


def assign(m: Machine, target: ast.AST, value: Abstract, scope: Scope) -> None:
    """Bind a target to a value."""
    if isinstance(target, ast.Name | ast.Attribute):
        m.name(value, target.id if isinstance(target, ast.Name) else target.attr)
    if isinstance(target, ast.Name):
        m.put(scope.outer.get(target.id, scope).names, target.id, value)
    elif isinstance(target, ast.Attribute):
        attributes.set_attribute(m, m.eval(target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        base, key = m.eval(target.value, scope), m.eval(target.slice, scope)
        elements.set_item(m, base, key, value)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = elements.unpack(m, value, len(target.elts), _starred(target))
        for each, part in zip(target.elts, parts, strict=True):
            assign(m, each, part, scope)


def _starred(target: ast.Tuple | ast.List) -> int | None:
    return next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)


def _assign(m: Machine, node: ast.Assign, scope: Scope) -> Signal:
    value = m.eval(node.value, scope)
    for observe in LIBRARIES.on_assign:
        observe(m, node, scope)
    for target in node.targets:
        assign(m, target, _counted(m, target, node.value, value, scope), scope)
    return None


def _counted(
    m: Machine, target: ast.expr, made: ast.expr, value: Abstract, scope: Scope
) -> Abstract:
    """Return what an attribute holds that each round of a loop makes from itself: a counter, also
    in a method that the loop calls (``self.step = (self.step + 1) % EVERY``).
    """
    if not m.loops or not isinstance(target, ast.Attribute) or not isinstance(made, ast.BinOp):
        return value
    if not isinstance(value, Const) or isinstance(value.value, str):
        return value
    same = ast.unparse(target)
    itself = next((e for e in walk(made) if _is_attribute(e, target.attr, same)), None)
    return Varying(m.eval(itself, scope)) if itself is not None else value


def _is_attribute(node: ast.AST, name: str, written: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and ast.unparse(node) == written


def _ann_assign(m: Machine, node: ast.AnnAssign, scope: Scope) -> Signal:
    if node.value is not None:
        assign(m, node.target, m.eval(node.value, scope), scope)
    return None


def _aug_assign(m: Machine, node: ast.AugAssign, scope: Scope) -> Signal:
    old = m.eval(node.target, scope)
    value = operate(m, node.op, old, m.eval(node.value, scope), node, scope)
    for observe in LIBRARIES.on_assign:
        observe(m, node, scope)
    if isinstance(old, Seq) and isinstance(value, Seq) and old.kind == "list":
        old.items, old.open = value.items, value.open
        return None
    if m.loops and isinstance(old, Const) and not isinstance(old.value, str):
        value = Varying(old)
    assign(m, node.target, value, scope)
    return None


def _expr(m: Machine, node: ast.Expr, scope: Scope) -> Signal:
    if not isinstance(node.value, ast.Constant):
        m.eval(node.value, scope)
    return None


def _refuses(body: list[ast.stmt]) -> bool:
    """Return whether a branch only complains: an option without a default that a user must give."""
    return isinstance(body[-1], ast.Raise) and len(body) <= 2


def _if(m: Machine, node: ast.If, scope: Scope) -> Signal:
    if is_main_test(node):
        return m.block(node.body if scope.module.is_main else node.orelse, scope)
    known = m.decide(m.eval(node.test, scope))
    if known is not None:
        m.skipped = True
        if known and _refuses(node.body):
            known = False
        return m.block(node.body if known else node.orelse, scope)
    return m.fork([lambda: m.block(node.body, scope), lambda: m.block(node.orelse, scope)])


def _for(m: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Signal:
    iterable = m.eval(node.iter, scope)
    items = items_to_unroll(m, node, iterable, scope) if isinstance(node, ast.For) else []
    if items:
        for item in items:
            m.spend(2)
            m.rounds += 1
            assign(m, node.target, item, scope)
            signal = m.block(node.body, scope)
            if signal in ("return", "raise"):
                return signal
            if signal == "break":
                break
        return m.block(node.orelse, scope)
    m.blur(node, scope)
    loop = Loop("for", node, scope.module, scope.function, iterable=iterable)
    loop.target = target_text(node.target)
    swept = is_sweep(node, iterable) and m.changed(node)[1]
    element = Unknown(iterable) if swept else elements.element(m, iterable)
    assign(m, node.target, element, scope)
    leaving = leaving_test(node)
    if leaving is not None:
        loop.broken_name = simple_name(leaving.left).rpartition(".")[2]
        loop.broken_at = m.eval(leaving.comparators[0], scope)
        own = loop.broken_name in loop.target.replace(",", " ").split()
        loop.broken_late = own and leaving.lineno > node.body[0].lineno
    m.run_loop(loop, lambda: m.block(node.body, scope))
    return m.block(node.orelse, scope)


def _while(m: Machine, node: ast.While, scope: Scope) -> Signal:
    loop = Loop("while", node, scope.module, scope.function)
    test = node.test.values[0] if isinstance(node.test, ast.BoolOp) else node.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], ast.Gt | ast.GtE):
            left, right = right, left
        loop.target = simple_name(left)
        loop.initial, loop.limit = m.eval(left, scope), m.eval(right, scope)
        loop.inclusive = isinstance(test.ops[0], ast.LtE | ast.GtE)
    elif isinstance(test, ast.Constant):
        limit_by_break(m, loop, node, scope)
    m.blur(node, scope)
    if m.decide(m.eval(node.test, scope)) is False and not m.explore:
        m.skipped = True
        return None
    loop.increments = tuple(sorted(increments(node)))
    counted = examples_added(node, loop.target)
    loop.stride = m.eval(counted, scope) if counted is not None else None
    m.run_loop(loop, lambda: m.block(node.body, scope))
    return None


def _try(m: Machine, node: ast.Try, scope: Scope) -> Signal:
    before = dict(scope.names)
    signal = m.block(node.body, scope)
    if signal == "raise":
        signal = None
    after = dict(scope.names)
    for handler in node.handlers:
        if handler.name:
            m.put(scope.names, handler.name, UNKNOWN)
        m.block(handler.body, scope)
        for name, value in list(scope.names.items()):
            kept = after.get(name, before.get(name))
            if kept is not None and kept is not value and not isinstance(kept, Unknown | Item):
                m.put(scope.names, name, kept)
    if signal is None:
        signal = m.block(node.orelse, scope)
    final = m.block(node.finalbody, scope)
    return signal or final


def _with(m: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Signal:
    for item in node.items:
        value = m.eval(item.context_expr, scope)
        if item.optional_vars is not None:
            assign(m, item.optional_vars, definitions.entered(m, value, item, scope), scope)
    return m.block(node.body, scope)


def _return(m: Machine, node: ast.Return, scope: Scope) -> Signal:
    scope.returns.append(m.eval(node.value, scope) if node.value else Const(None))
    return "return"


def _function(m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Signal:
    info = definitions.function_info(m, node, scope)
    closure = scope
    while closure.is_class and closure.parent is not None:
        closure = closure.parent
    function = Function(info, closure, definitions.defaults(m, node.args, scope))
    value: Abstract = function
    for decorator in reversed(node.decorator_list):
        value = definitions.decorate(m, decorator, value, function, scope)
    m.put(scope.outer.get(node.name, scope).names, node.name, value)
    return None


def _class(m: Machine, node: ast.ClassDef, scope: Scope) -> Signal:
    info = scope.module.class_of.get(node) or ClassInfo(node.name, node, scope.module)
    bases = tuple(m.eval(base, scope) for base in node.bases)
    klass = ClassValue(info, scope, bases=bases)
    for keyword in node.keywords:
        m.eval(keyword.value, scope)
    inner = Scope(scope.module, klass.attrs, scope, scope.function, is_class=True)
    m.block(node.body, inner)
    for decorator in node.decorator_list:
        definitions.register(m, m.eval(decorator, scope), klass)
    m.put(scope.outer.get(node.name, scope).names, node.name, klass)
    return None


def _import(m: Machine, node: ast.Import, scope: Scope) -> Signal:
    for item in node.names:
        name = item.name if item.asname else item.name.partition(".")[0]
        found = m.program.module_for(name, scope.module)
        if found is not None and not item.asname and "." in item.name:
            deep = m.program.module_for(item.name, scope.module)
            if deep is not None:
                m.run_module(deep)
        value: Abstract = Dotted(name, Place(scope.module, item))
        if found is not None:
            m.run_module(found)
            value = ModuleValue(found)
        m.put(scope.names, item.asname or name, value)
    return None


def _in_notebook(scope: Scope, base: str, item: ast.alias) -> bool:
    """Return whether a notebook has itself defined what it imports from no known package."""
    known = scope.names.get(item.asname or item.name)
    own = isinstance(known, Function | ClassValue)
    return own and scope.module.notebook is not None and not is_installed(base)


def _import_from(m: Machine, node: ast.ImportFrom, scope: Scope) -> Signal:
    base = "." * node.level + (node.module or "")
    source = m.program.module_for(base, scope.module)
    names = m.run_module(source).names if source is not None else None
    for item in node.names:
        if source is None and _in_notebook(scope, base, item):
            continue  # of a file that a cell above has written
        if item.name == "*":
            if names is not None:
                for name, value in list(names.items()):
                    if not name.startswith("__"):
                        m.put(scope.names, name, value)
            continue
        joint = "" if base.endswith(".") or not base else "."
        full = f"{base}{joint}{item.name}"
        if names is not None and item.name in names:
            value = names[item.name]
        else:
            deep = m.program.module_for(full, scope.module)
            if deep is not None:
                m.run_module(deep)
                value = ModuleValue(deep)
            else:
                value = Dotted(full.lstrip("."), Place(scope.module, item))
        m.put(scope.names, item.asname or item.name, value)
    return None


def _global(m: Machine, node: ast.Global, scope: Scope) -> Signal:
    for name in node.names:
        scope.outer[name] = m.globals[scope.module.path]
    return None


def _nonlocal(m: Machine, node: ast.Nonlocal, scope: Scope) -> Signal:
    for name in node.names:
        outer = scope.parent
        while outer is not None and name not in outer.names:
            outer = outer.parent
        if outer is not None:
            scope.outer[name] = outer
    return None


def _raise(m: Machine, node: ast.Raise, scope: Scope) -> Signal:
    if node.exc is not None and _is_in_main_block(scope, node):
        m.eval(node.exc, scope)  # ``raise SystemExit(main())``
    return "raise"


def _is_in_main_block(scope: Scope, node: ast.Raise) -> bool:
    """Return whether a script ends with what is raised: it stands in no function of the script."""
    return scope.module.is_main and scope.function is None and isinstance(node.exc, ast.Call)


def _break(m: Machine, node: ast.Break, scope: Scope) -> Signal:
    return "break"


def _continue(m: Machine, node: ast.Continue, scope: Scope) -> Signal:
    return "continue"


def _assert(m: Machine, node: ast.Assert, scope: Scope) -> Signal:
    m.eval(node.test, scope)
    return None


def _match(m: Machine, node: ast.Match, scope: Scope) -> Signal:
    subject = constant(m.eval(node.subject, scope))
    for case in node.cases:
        pattern = case.pattern
        literal = pattern.value if isinstance(pattern, ast.MatchValue) else None
        known = isinstance(literal, ast.Constant) and literal.value == subject
        if known and subject is not None and not m.explore:
            return m.block(case.body, scope)
    return m.fork([partial(m.block, case.body, scope) for case in node.cases])


STATEMENTS: dict[type, Callable[[Machine, Any, Scope], Signal]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Expr: _expr,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Assert: _assert,
    ast.Match: _match,
}
