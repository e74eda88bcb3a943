"""Configuration classes whose values registered functions make: labml's ``BaseConfigs``.

``@option(Configs.model)`` registers a function for an attribute, ``experiment.configs(conf, {…})``
overrides values and chooses options by name (``"optimizer.learning_rate": 1e-3`` reaches into the
configuration that an option returned). A value is made when it is first asked for.
"""

from __future__ import annotations

import ast

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine import attributes
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    ClassValue,
    Function,
    Instance,
    Map,
    first,
    text,
)
from modelsearch.static.source.nodes import walk

_OPTIONS, _NESTED, _CHOICE = "<options>", "<nested>", "<choice>"
_MAKERS = ("labml.configs.option", "labml.configs.calculate")


def _register(
    m: Machine, node: ast.expr, scope: Scope, made: Abstract, value: Abstract, function: Function
) -> Abstract | None:
    """Register a function that is decorated with ``@option(Configs.attribute, "name")``."""
    if not isinstance(made, Call) or made.name not in _MAKERS or not isinstance(value, Function):
        return None
    if not isinstance(node, ast.Call) or not node.args:
        return None
    targets = node.args[0].elts if isinstance(node.args[0], ast.List) else [node.args[0]]
    label = text(made.args[1]) if len(made.args) > 1 else None
    for target in targets:
        owner = m.eval(target.value, scope) if isinstance(target, ast.Attribute) else None
        if isinstance(target, ast.Attribute) and isinstance(owner, ClassValue):
            _add(owner, target.attr, label or value.info.name, value)
    return None


def _calculated(m: Machine, record: CallRecord, result: Call) -> None:
    """``calculate(Configs.n_classes, lambda c: …)``."""
    target, function = first(record.argument(0)), first(record.args[-1] if record.args else None)
    if not isinstance(target, Attr) or not isinstance(function, Function):
        return
    if isinstance(target.base, ClassValue):
        _add(target.base, target.name, function.info.name, function)


def _add(owner: ClassValue, name: str, label: str, function: Function) -> None:
    table = owner.attrs.setdefault(_OPTIONS, Map({}))
    if isinstance(table, Map):
        known = table.items.setdefault(name, Map({}))
        if isinstance(known, Map):
            known.items[label] = function


def _configured(m: Machine, record: CallRecord, result: Call) -> None:
    """``experiment.configs(conf, {…})``: override values and choose options."""
    owner = first(record.argument(0))
    for given in record.args[1:]:
        overrides = first(given)
        if isinstance(owner, Instance) and isinstance(overrides, Map):
            _override(m, owner, overrides)


def _override(m: Machine, owner: Instance, overrides: Map) -> None:
    for key, value in overrides.items.items():
        head, _, rest = str(key).partition(".")
        if rest:
            nested = owner.attrs.setdefault(_NESTED, Map({}))
            inner = nested.items.setdefault(head, Map({})) if isinstance(nested, Map) else None
            if isinstance(inner, Map):
                inner.items[rest] = value
        elif text(value) is not None and text(value) in _options(owner.klass, head):
            m.put(owner.attrs, f"{_CHOICE}{head}", value)
        else:
            m.put(owner.attrs, head, value)


def _options(klass: ClassValue, name: str) -> dict[str, Function]:
    """All functions registered for an attribute, those of the nearest class first."""
    found: dict[str, Function] = {}
    for each in klass.mro():
        table = each.attrs.get(_OPTIONS)
        known = table.items.get(name) if isinstance(table, Map) else None
        for label, function in known.items.items() if isinstance(known, Map) else ():
            if isinstance(function, Function):
                found.setdefault(str(label), function)
    return found


def _nearest(klass: ClassValue, name: str) -> list[Abstract]:
    """Return the functions of the nearest class that registers any for an attribute."""
    for each in klass.mro():
        table = each.attrs.get(_OPTIONS)
        known = table.items.get(name) if isinstance(table, Map) else None
        if isinstance(known, Map) and known.items:
            return list(known.items.values())
    return []


def _value_of(m: Machine, owner: Instance, name: str) -> Abstract | None:
    """Return what an attribute of a configuration is: chosen, registered or declared; None:
    unknown.
    """
    if not _is_configuration(owner):
        return None
    declared = attributes.class_attribute(owner.klass, name)
    given = owner.attrs.get(name)
    chosen = text(owner.attrs.get(f"{_CHOICE}{name}")) or text(given) or text(declared)
    function: Abstract | None = _options(owner.klass, name).get(chosen) if chosen else None
    if function is None:
        if given is not None or (declared is not None and not isinstance(declared, Instance)):
            return None
        near = _nearest(owner.klass, name)
        function = near[0] if len(near) == 1 else None
    result = declared if function is None else None
    if isinstance(function, Function):
        takes = bool(function.info.node.args.args)
        result = m.call_function(function, [owner] if takes else [], {})
    if result is None:
        return None
    settled = _settled(m, owner, name, result)
    m.put(owner.attrs, name, settled)
    return settled


def _settled(m: Machine, owner: Instance, name: str, result: Abstract) -> Abstract:
    """Overrides reach into a configuration that is a value; its primary value stands for it."""
    inner = first(result)
    if not isinstance(inner, Instance) or not _is_configuration(inner):
        return result
    nested = owner.attrs.get(_NESTED)
    overrides = nested.items.get(name) if isinstance(nested, Map) else None
    if isinstance(overrides, Map):
        _override(m, inner, overrides)
    primary = _primary(inner.klass)
    return attributes.get_attribute(m, inner, primary) if primary else result


def _is_configuration(owner: Instance) -> bool:
    """Return whether an object is of a class derived from labml's ``BaseConfigs``."""
    return owner.is_a("labml.configs.BaseConfigs")


def _primary(klass: ClassValue) -> str | None:
    """Return the attribute named by ``super().__init__(_primary="optimizer")``."""
    for each in klass.mro():
        method = each.info.methods.get("__init__")
        for node in walk(method.node) if method else ():
            if isinstance(node, ast.keyword) and node.arg == "_primary":
                return str(getattr(node.value, "value", "")) or None
    return None


LIBRARY = Library(
    name="labml",
    effects={
        "labml.configs.calculate": _calculated,
        "labml.experiment.configs": _configured,
    },
    attributes={Instance: _value_of},
    decorators=(_register,),
)
