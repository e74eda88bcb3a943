"""Definitions that are executed: functions with defaults and decorators, what ``with`` binds."""

from __future__ import annotations

import ast

from modelsearch.static.machine import attributes
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.scopes import Scope
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    ClassValue,
    Dotted,
    Function,
    Instance,
    first,
)
from modelsearch.static.source.program import FunctionInfo


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
    """Apply a decorator: kinds of method, makers of command lines; one of the project may register
    the function somewhere and changes nothing else.
    """
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
    for library in LIBRARIES.decorators:
        found = library(m, node, scope, made, value, function)
        if found is not None:
            return found
    register(m, made, function)
    return value


def register(m: Machine, made: Abstract, value: Function | ClassValue) -> None:
    """Let a decorator of the project put a function or a class where it is looked up later."""
    if isinstance(made, Function) and not m.stack:
        m.call_function(made, [value], {})


def entered(m: Machine, value: Abstract, item: ast.withitem, scope: Scope) -> Abstract:
    """Return what ``with value as name`` binds."""
    head = first(value)
    if isinstance(head, Instance):
        enter = attributes.get_attribute(m, head, "__enter__")
        if isinstance(enter, Function):
            return m.call_function(enter, [], {})
    return value
