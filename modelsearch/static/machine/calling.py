"""Following calls: project functions and classes are entered, library calls are recorded.

A function that a library is given (``mp.spawn(main)``, ``app.run(main)``) is entered too, since
the library will call it. What a library's calls return, the registry of libraries says; everything
else becomes a :class:`Call` that keeps its arguments.
"""

from __future__ import annotations

import ast

from modelsearch.static.machine import attributes, elements
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Choice,
    ClassValue,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    Place,
    Seq,
    Varying,
    choice,
    first,
    options,
)
from modelsearch.vocabulary.roles import role

_VALUE = role("value")
_SAME = role("same")
_CHAIN = role("chain")
_DEFERRED = role("deferred")
_BINDING = role("binding")
_GRADIENT = role("gradient")
_VALUE_AND_GRADIENT = role("value and gradient")
_SILENT = role("silent")
_COMMAND = role("command")
_THREAD = role("thread")


def call(m: Machine, node: ast.Call, scope: Scope) -> Abstract:
    """Evaluate a call expression."""
    func = node.func
    method: str | None = None
    receiver: Abstract | None = None
    if isinstance(func, ast.Attribute):
        receiver = m.eval(func.value, scope)
        method = func.attr
        callee = _super_method(m, receiver, method, scope)
        if isinstance(callee, Attr) and isinstance(callee.base, Instance):
            receiver = callee.base
        if callee is None:
            callee = attributes.get_attribute(m, receiver, method)
        m.seen.setdefault(func, []).append(callee)
    else:
        callee = m.eval(func, scope)
    args, kwargs, star = _arguments(m, node, scope)
    record = CallRecord(
        None, node, scope.module, args, kwargs, scope.function, scope.self_value, receiver, method
    )
    record.loops, record.stack = m.loops, m.stack
    m.record(record)
    if isinstance(callee, Dotted) and callee.name == "builtins.super":
        return Call("builtins.super", args, kwargs, record.place)
    result = call_value(m, callee, record, scope, star)
    record.result = result
    return result


def _super_method(m: Machine, receiver: Abstract, method: str, scope: Scope) -> Abstract | None:
    """Resolve ``super().method`` against the bases of the class whose body is running."""
    if not isinstance(receiver, Call) or receiver.name != "builtins.super":
        return None
    owner = scope.function.owner if scope.function else None
    me = scope.self_value
    klass = me.klass if isinstance(me, Instance) else me
    if not isinstance(klass, ClassValue):
        return Attr(me or UNKNOWN, method)
    passed = owner is None
    for each in klass.mro():
        if passed and method in each.attrs:
            found = each.attrs[method]
            return attributes.bind(m, found, me) if isinstance(found, Function) and me else found
        passed = passed or each.info is owner
    if isinstance(me, Instance) and method in _SAME:
        return Attr(me, method)  # an own ``to`` that calls the library's gives the object back
    return Attr(Call("builtins.super", [me or UNKNOWN], {}, receiver.at), method)


def _arguments(
    m: Machine, node: ast.Call, scope: Scope
) -> tuple[list[Abstract], dict[str, Abstract], bool]:
    """Evaluate the arguments; the flag says that more may come through ``*`` or ``**``."""
    args: list[Abstract] = []
    kwargs: dict[str, Abstract] = {}
    star = False
    for each in node.args[:400]:
        if isinstance(each, ast.Starred):
            value = _longest(m.eval(each.value, scope))
            found = elements.elements(m, value, 200)
            known = isinstance(value, Seq) and not value.open
            star = star or not (found or known)
            if not found and _is_container(node):
                found = _at_least(value)
            args.extend(found)
        else:
            args.append(m.eval(each, scope))
    for keyword in node.keywords[:400]:
        value = m.eval(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
            continue
        inner = first(value)
        if isinstance(inner, Instance):
            inner = Map(inner.attrs)
        if isinstance(inner, Map):
            kwargs.update({k: v for k, v in inner.items.items() if isinstance(k, str)})
            star = star or inner.open
        else:
            star = True
    return args, kwargs, star


def _is_container(node: ast.Call) -> bool:
    """Return whether a call makes a chain of layers, whose order and number may stay open."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return _CHAIN.ends(name)


def _at_least(value: Abstract) -> list[Abstract]:
    """Return what a chain of layers holds at least: what a loop adds once, or another network's
    parts.
    """
    if isinstance(value, Seq):
        return value.items[:200]
    return [value] if isinstance(value, Call) else []


def _longest(value: Abstract) -> Abstract:
    """Of alternative lists the longest: a branch of a loop adds to what another leaves alone."""
    lists = [option for option in options(value) if isinstance(option, Seq)]
    return max(lists, key=lambda each: len(each.items)) if lists else first(value)


def call_value(
    m: Machine, callee: Abstract, record: CallRecord, scope: Scope, star: bool = False
) -> Abstract:
    """Call a value with the arguments of a record; sets the record's name and target."""
    args, kwargs = record.args, record.kwargs
    if isinstance(callee, Function):
        record.names(callee.info)
        return m.call_function(callee, args, kwargs, star)
    if isinstance(callee, ClassValue):
        record.names(callee.info)
        return m.construct(callee, args, kwargs, star, record.place)
    if isinstance(callee, Dotted):
        return _call_dotted(m, callee, record, scope, star)
    if isinstance(callee, Instance):
        return m.call_object(callee, record)
    if isinstance(callee, Choice):
        return _call_choice(m, callee, record, scope, star)
    if isinstance(callee, Varying):
        return call_value(m, callee.initial, record, scope, star)
    if isinstance(callee, Call) and callee.args and callee.last in _DEFERRED:
        return _call_deferred(m, callee, record, scope)
    if isinstance(callee, Attr) and record.method is None:
        record.calls_method(callee.base, callee.name)
    if record.method is None:
        record.calls_method(callee, "__call__")
    return call_method(m, record, scope, star)


def _call_dotted(
    m: Machine, callee: Dotted, record: CallRecord, scope: Scope, star: bool
) -> Abstract:
    record.names_library(callee.name)
    result = call_library(m, callee.name, record, scope, star)
    if isinstance(result, Call) and result.at.node is record.node:
        result.named = _elsewhere(callee, record)
    return result


def _elsewhere(callee: Dotted, record: CallRecord) -> Place | None:
    """Return where what is called is named, if the call goes by another name: ``ALGO = A2C``."""
    func, name = record.node.func, callee.name.rpartition(".")[2]
    written = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return callee.at if written != name else None


def _call_choice(
    m: Machine, callee: Choice, record: CallRecord, scope: Scope, star: bool
) -> Abstract:
    results: list[Abstract] = []
    for option in callee.options[:3]:
        copy = CallRecord(
            None, record.node, record.module, record.args, record.kwargs, record.function,
            record.self_value, record.receiver, record.method,
        )  # fmt: skip
        copy.loops, copy.stack = record.loops, record.stack
        results.append(call_value(m, option, copy, scope, star))
        copy.result = results[-1]
        m.record(copy)
    return choice(results)


def _call_deferred(m: Machine, callee: Call, record: CallRecord, scope: Scope) -> Abstract:
    inner = first(callee.args[0])
    args, kwargs = record.args, record.kwargs
    if callee.last in _BINDING:
        args = record.args = [*callee.args[1:], *args]
        kwargs = record.kwargs = {**callee.kwargs, **kwargs}
    elif record.method is not None and record.receiver is callee:
        args = record.args = []
    if callee.last in _GRADIENT:
        record.receiver = callee  # what is computed is a gradient
    if isinstance(inner, Function | ClassValue | Instance | Dotted | Call):
        result = call_value(m, inner, record, scope)
        if callee.last in _VALUE_AND_GRADIENT:
            return Seq([result, UNKNOWN], "tuple")
        return result
    record.calls_method(callee, "__call__")
    return call_method(m, record, scope, True)


# ---- libraries -------------------------------------------------------------------------------


def call_library(m: Machine, name: str, record: CallRecord, scope: Scope, star: bool) -> Abstract:
    """Call a library function by its dotted name."""
    handler = LIBRARIES.call_handler(name)
    found = handler(m, record) if handler is not None else None
    if found is not None:
        return found
    if name == "builtins.locals":
        return Map(scope.names, open=True)
    if record.last in _VALUE and record.args:
        inner = first(record.args[0])
        if isinstance(inner, Instance | Call | Map | Seq | Attr):
            return record.args[0]
    result = Call(name, record.args, record.kwargs, record.place, star=star)
    effect = LIBRARIES.effect(name, record.last)
    if effect is not None:
        effect(m, record, result)
    elif record.last not in _DEFERRED and record.last not in _SILENT:
        run_callbacks(m, record)
    return result


def call_method(m: Machine, record: CallRecord, scope: Scope, star: bool) -> Abstract:
    """Call a method of a value that no project class defines."""
    receiver, method = record.receiver, record.method or ""
    head = first(receiver)
    found = LIBRARIES.method(m, head, record)
    if found is not None:
        return found
    if method in _SAME and isinstance(head, Call | Instance | Item):
        return receiver or UNKNOWN
    result = Call(None, record.args, record.kwargs, record.place, receiver, method, star=star)
    for effect in LIBRARIES.method_effects.get(method, ()):
        if effect(m, head, record, result, scope):
            return result
    run_callbacks(m, record)
    return result


def run_callbacks(m: Machine, record: CallRecord) -> None:
    """Enter the functions and classes that a library call was given."""
    for value in (*record.args, *record.kwargs.values()):
        head = first(value)
        if isinstance(head, Function):
            if head.info.name != "<lambda>" or record.last in _THREAD:
                m.call_function(head, _passed_on(record), {})
        elif _starts_function(head):
            call_value(m, head, record, Scope(record.module, {}))


def _starts_function(value: Abstract) -> bool:
    """Return whether a value is a command that calls a project function."""
    if not isinstance(value, Call) or value.last not in _COMMAND or not value.args:
        return False
    return isinstance(first(value.args[0]), Function)


def _passed_on(record: CallRecord) -> list[Abstract]:
    """Return the arguments that a library call passes on to a function that it is given."""
    known = LIBRARIES.passed_on.get(record.last)
    if known is not None:
        return known(record)
    given = first(record.argument(None, "args"))
    return list(given.items) if isinstance(given, Seq) else []
