"""What libraries tell the kernel: the :class:`Hooks` of each family of packages,
joined in :data:`LIBRARIES`.

The kernel knows the language alone. What a library's calls return, which of the project's
functions it calls, what its objects hold: a file in :mod:`modelsearch.static.libraries` (or a
user's own package) says it in tables of handlers, and registers them with ``LIBRARIES.add(…)``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import Abstract, Call, Function, Instance
from modelsearch.vocabulary import roles

#: What a call returns; None when that is not computable.
CallHandler = Callable[[Machine, CallRecord], Abstract | None]
#: What a method of a value returns (value, name of the method, call); None for other methods.
Method = Callable[[Machine, Any, str, CallRecord], Abstract | None]
#: What else a library call does: it is given the value that stands for its result.
Effect = Callable[[Machine, CallRecord, Call], None]
#: What else a method does (object, call, result, scope of the call). Returns whether it is dealt
#: with: if not, the functions that the method is given are entered.
MethodEffect = Callable[[Machine, Abstract, CallRecord, Call, Scope], bool]
#: What an attribute of a value is; None when the library does not know it.
Getter = Callable[[Machine, Any, str], Abstract | None]
#: Assigns an attribute of a value; returns whether it did.
Setter = Callable[[Machine, Any, str, Abstract], bool]
#: What an item of a value is; None when the library does not know it.
ItemGetter = Callable[[Machine, Any, Abstract], Abstract | None]
#: What a decorator (its node, the scope, its value) makes of a function that it is given as it
#: stands now and as it was defined; None for other decorators.
Decorator = Callable[[Machine, ast.expr, Scope, Abstract, Abstract, Function], Abstract | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What the kernel asks about one family of packages. All tables may be empty."""

    name: str
    #: What calls return, by dotted name, by its last part, by its last two parts.
    calls: Mapping[str, CallHandler] = field(default_factory=dict)
    calls_by_last: Mapping[str, CallHandler] = field(default_factory=dict)
    calls_by_tail: Mapping[str, CallHandler] = field(default_factory=dict)
    #: What methods return, by the kind of value; ``Abstract`` stands for any kind.
    methods: Mapping[type[Abstract], Method] = field(default_factory=dict)
    #: What else calls do, by dotted name, by its last part, by its last two parts, by how the
    #: last part begins.
    effects: Mapping[str, Effect] = field(default_factory=dict)
    effects_by_last: Mapping[str, Effect] = field(default_factory=dict)
    effects_by_tail: Mapping[str, Effect] = field(default_factory=dict)
    effects_by_start: Mapping[str, Effect] = field(default_factory=dict)
    #: What else methods do, by name.
    method_effects: Mapping[str, MethodEffect] = field(default_factory=dict)
    #: Attributes and items of values, by the kind of value.
    attributes: Mapping[type[Abstract], Getter] = field(default_factory=dict)
    set_attributes: Mapping[type[Abstract], Setter] = field(default_factory=dict)
    items: Mapping[type[Abstract], ItemGetter] = field(default_factory=dict)
    #: Decorators of functions, and calls that stand as the default of a parameter.
    decorators: tuple[Decorator, ...] = ()
    defaults: tuple[Callable[[Call], Abstract | None], ...] = ()
    #: The arguments of a function that a call is given and will call, by the call's last name.
    passed_on: Mapping[str, Callable[[CallRecord], list[Abstract]]] = field(default_factory=dict)
    #: Observers: an object of a project class was made, a statement assigns, an item is assigned.
    on_made: tuple[Callable[[Machine, Instance], None], ...] = ()
    on_assign: tuple[Callable[[Machine, ast.Assign | ast.AugAssign, Scope], None], ...] = ()
    on_set_item: tuple[Callable[[Machine, Abstract, Abstract, Abstract], None], ...] = ()
    #: Whether a statement trains, which tells that the loop around it is one of training.
    trains: tuple[Callable[[ast.AST], bool], ...] = ()
    #: What everybody calls parts of the library, where nothing binds the name.
    usual: Mapping[str, str] = field(default_factory=dict)
    #: Packages that are starred beside a library, whose names are the library's where both are.
    companions: Mapping[str, str] = field(default_factory=dict)
    #: Further names of a role: see :mod:`modelsearch.vocabulary.roles`.
    names: Mapping[str, Iterable[str]] = field(default_factory=dict)


#: The tables of a library that are joined name by name; a later library wins.
_BY_NAME = (
    "calls",
    "calls_by_last",
    "calls_by_tail",
    "effects",
    "effects_by_last",
    "effects_by_tail",
    "effects_by_start",
    "usual",
    "companions",
    "passed_on",
)


class Registry:
    """All libraries joined, as the kernel asks for them."""

    def __init__(self) -> None:
        """Start without any library."""
        self.known: dict[str, Hooks] = {}
        self.calls: dict[str, CallHandler] = {}
        self.calls_by_last: dict[str, CallHandler] = {}
        self.calls_by_tail: dict[str, CallHandler] = {}
        self.effects: dict[str, Effect] = {}
        self.effects_by_last: dict[str, Effect] = {}
        self.effects_by_tail: dict[str, Effect] = {}
        self.effects_by_start: dict[str, Effect] = {}
        self.usual: dict[str, str] = {}
        self.companions: dict[str, str] = {}
        self.passed_on: dict[str, Callable[[CallRecord], list[Abstract]]] = {}
        self.methods: dict[type[Abstract], tuple[Method, ...]] = {}
        self.method_effects: dict[str, tuple[MethodEffect, ...]] = {}
        self.attributes: dict[type[Abstract], tuple[Getter, ...]] = {}
        self.set_attributes: dict[type[Abstract], tuple[Setter, ...]] = {}
        self.items: dict[type[Abstract], tuple[ItemGetter, ...]] = {}
        self.decorators: tuple[Decorator, ...] = ()
        self.defaults: tuple[Callable[[Call], Abstract | None], ...] = ()
        self.on_made: tuple[Callable[[Machine, Instance], None], ...] = ()
        self.on_assign: tuple[Callable[[Machine, Any, Scope], None], ...] = ()
        self.on_set_item: tuple[Callable[[Machine, Abstract, Abstract, Abstract], None], ...] = ()
        self.trains: tuple[Callable[[ast.AST], bool], ...] = ()

    def add(self, library: Hooks) -> None:
        """Join a library with those that are known; one of the same name is added once."""
        if library.name in self.known:
            return
        self.known[library.name] = library
        for name in _BY_NAME:
            getattr(self, name).update(getattr(library, name))
        for name in ("methods", "method_effects", "attributes", "set_attributes", "items"):
            table = getattr(self, name)
            for key, handler in getattr(library, name).items():
                table[key] = (*table.get(key, ()), handler)
        for name in ("decorators", "defaults", "on_made", "on_assign", "on_set_item", "trains"):
            setattr(self, name, getattr(self, name) + getattr(library, name))
        for role, names in library.names.items():
            roles.add(role, names)

    def call_handler(self, name: str) -> CallHandler | None:
        """Return what computes the result of a call by its dotted name, if anything does."""
        found = self.calls.get(name)
        if found is not None:
            return found
        last = name.rpartition(".")[2]
        return self.calls_by_last.get(last) or self.calls_by_tail.get(_tail(name))

    def effect(self, name: str, last: str) -> Effect | None:
        """Return what a library call does beside returning a value, if that is known."""
        found = self.effects.get(name) or self.effects_by_last.get(last)
        found = found or self.effects_by_tail.get(_tail(name))
        if found is not None:
            return found
        for start, effect in self.effects_by_start.items():
            if last.startswith(start):
                return effect
        return None

    def attribute(self, m: Machine, base: Abstract, name: str) -> Abstract | None:
        """Return an attribute of a value that a library knows, else None."""
        for getter in self.attributes.get(type(base), ()):
            found = getter(m, base, name)
            if found is not None:
                return found
        return None

    def item(self, m: Machine, base: Abstract, key: Abstract) -> Abstract | None:
        """Return an item of a value that a library knows, else None."""
        for getter in self.items.get(type(base), ()):
            found = getter(m, base, key)
            if found is not None:
                return found
        return None

    def method(self, m: Machine, head: Abstract, record: CallRecord) -> Abstract | None:
        """Return what a method of a value returns where a library knows it, else None."""
        name = record.method or ""
        for kind in (type(head), Abstract):
            for handler in self.methods.get(kind, ()):
                found = handler(m, head, name, record)
                if found is not None:
                    return found
        return None


def _tail(name: str) -> str:
    """Return the last two parts of a dotted name."""
    head, _, last = name.rpartition(".")
    return f"{head.rpartition('.')[2]}.{last}"


#: The libraries that this process knows. :func:`modelsearch.static.libraries.load` fills it.
LIBRARIES = Registry()
