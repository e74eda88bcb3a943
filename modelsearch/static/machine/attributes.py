"""Attributes and truth of abstract values."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.values import (
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
    ModuleValue,
    Seq,
    Span,
    Unknown,
    Varying,
    choice,
)
from modelsearch.vocabulary.libraries import is_installed


def truth(value: Abstract) -> bool | None:
    """Return whether a value is true, or None when unknown."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Seq | Map):
        items = bool(value.items)
        return items if items or not value.open else None
    if isinstance(value, Instance | Function | ClassValue | ModuleValue):
        return True
    if isinstance(value, Choice):
        found = {truth(option) for option in value.options}
        return found.pop() if len(found) == 1 else None
    return None


# ---- attributes ------------------------------------------------------------------------------


def get_attribute(m: Machine, base: Abstract, name: str, module: Any = None) -> Abstract:
    """Return ``base.name``."""
    handler = _GETTERS.get(type(base))
    return handler(m, base, name) if handler else Attr(base, name)


def _of_instance(m: Machine, base: Instance, name: str) -> Abstract:
    known = base.attrs.get(name)
    if known is not None:
        offered = LIBRARIES.attribute(m, base, name) if isinstance(known, Const) else None
        return known if offered is None else offered
    if name == "__dict__":
        return Map(base.attrs, namespace=True, open=True)
    if name == "__class__":
        return base.klass
    found = class_attribute(base.klass, name)
    if isinstance(found, Function):
        return bind(m, found, base)
    if found is None or isinstance(found, Const | Instance):
        offered = LIBRARIES.attribute(m, base, name)
        found = offered if offered is not None else found
    if found is None and name[:1] != "_":
        found = looked_up(m, base, "__getattr__", Const(name))
    return found if found is not None else Attr(base, name)


def looked_up(m: Machine, owner: Instance, method: str, key: Abstract) -> Abstract | None:
    """Return what ``__getattr__`` or ``__getitem__`` of a project class gives for a name, if it
    gives something that is known.
    """
    found = class_attribute(owner.klass, method)
    if not isinstance(found, Function):
        return None
    bound = bind(m, found, owner)
    if not isinstance(bound, Function):
        return None
    value = m.call_function(bound, [key], {})
    nothing = isinstance(value, Unknown | Attr | Item) or is_none(value)
    return None if nothing else value


def bind(m: Machine, function: Function, owner: Abstract) -> Abstract:
    """Bind a function of a class to an object (or to the class)."""
    if function.kind == "static":
        return function
    bound = Function(
        function.info, function.scope, function.defaults, owner, function.kind, function.extra
    )
    if function.kind in ("property", "cached_property") and isinstance(owner, Instance):
        return m.call_function(bound, [], {})
    if function.kind == "class" and isinstance(owner, Instance):
        bound.bound = owner.klass
    elif isinstance(owner, ClassValue) and function.kind != "class":
        bound.bound = None
    return bound


def class_attribute(klass: ClassValue, name: str) -> Abstract | None:
    """Look an attribute up in a class and its project bases."""
    for each in klass.mro():
        if name in each.attrs:
            return each.attrs[name]
    return None


def _of_class(m: Machine, base: ClassValue, name: str) -> Abstract:
    if name == "__name__":
        return Const(base.info.name)
    found = class_attribute(base, name)
    if isinstance(found, Function):
        return bind(m, found, base)
    return found if found is not None else _offered(m, base, name)


def _offered(m: Machine, base: Abstract, name: str) -> Abstract:
    """Return what a library says of an attribute, else the attribute as such."""
    found = LIBRARIES.attribute(m, base, name)
    return found if found is not None else Attr(base, name)


def _of_module(m: Machine, base: ModuleValue, name: str) -> Abstract:
    names = m.run_module(base.module).names
    if name in names:
        return names[name]
    if name == "__dict__":
        return Map(dict(names), open=True)
    deep = m.program.module_for(f".{name}", base.module)
    if deep is not None and base.module.path.endswith("__init__.py"):
        m.run_module(deep)
        return ModuleValue(deep)
    return Attr(base, name)


def _of_dotted(m: Machine, base: Dotted, name: str) -> Abstract:
    full = f"{base.name}.{name}"
    offered = LIBRARIES.attribute(m, base, name)
    if offered is not None:
        return offered
    if not is_installed(base.name):
        found = m.program.module_for(full, m.program.main)
        if found is not None:
            m.run_module(found)
            return ModuleValue(found)
    return Dotted(full, base.at)


def _of_map(m: Machine, base: Map, name: str) -> Abstract:
    if base.namespace:
        if name in base.items:
            return base.items[name]
        if name == "__dict__":
            return Map(base.items, open=base.open)
    return Attr(base, name)


def _of_call(m: Machine, base: Call, name: str) -> Abstract:
    return base.attrs[name] if name in base.attrs else _offered(m, base, name)


def _of_choice(m: Machine, base: Choice, name: str) -> Abstract:
    return choice([get_attribute(m, option, name) for option in base.options])


def _of_const(m: Machine, base: Const, name: str) -> Abstract:
    """``value`` of an enumeration's member, and the parts of a path."""
    if name == "value":
        return base
    if isinstance(base.value, str) and name in _PATH_PARTS:
        path = PurePosixPath(base.value)
        if name == "parents":
            above = [Const(str(each), base.at, base.places) for each in list(path.parents)[:8]]
            return Seq([*above], "tuple", True)
        return Const(str(getattr(path, name)), base.at, base.places)
    return Attr(base, name)


_PATH_PARTS = frozenset(["parent", "parents", "name", "stem", "suffix"])


_GETTERS: dict[type, Any] = {
    Const: _of_const,
    Instance: _of_instance,
    ClassValue: _of_class,
    ModuleValue: _of_module,
    Function: _offered,
    Dotted: _of_dotted,
    Map: _of_map,
    Call: _of_call,
    Choice: _of_choice,
    Attr: _offered,
}


def set_attribute(m: Machine, base: Abstract, name: str, value: Abstract) -> None:
    """Assign ``base.name = value``."""
    if isinstance(base, Instance | ClassValue | Call):
        m.put(base.attrs, name, value)
    elif isinstance(base, Map):
        m.put(base.items, name, value)
    elif isinstance(base, ModuleValue):
        m.put(m.run_module(base.module).names, name, value)
    elif isinstance(base, Choice):
        for option in base.options:
            if isinstance(option, Instance | Map):
                set_attribute(m, option, name, value)
    else:
        any(setter(m, base, name, value) for setter in LIBRARIES.set_attributes.get(type(base), ()))


def is_none(value: Abstract) -> bool | None:
    """Return whether a value is None."""
    if isinstance(value, Const):
        return value.value is None
    if isinstance(value, Instance | Seq | Map | Function | ClassValue | Dotted | Span | Varying):
        return False
    if isinstance(value, Call):
        return False if value.last[:1].isupper() else None
    if isinstance(value, Choice):
        found = {is_none(option) for option in value.options}
        return found.pop() if len(found) == 1 else None
    return None
