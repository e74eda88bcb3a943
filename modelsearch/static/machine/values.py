"""The values that abstract execution works with: constants, containers, objects, calls, unknowns.

A constant remembers the literals that it came from, so that a fact can name the line where it
stands. Whatever a library returns is a :class:`Call` that keeps its arguments, so that what flows
through names, attributes and parameters can be traced back to the call that made it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelsearch.static.source.program import ClassInfo, FunctionInfo, Module

MAX_CHOICES = 8


@dataclass(slots=True, unsafe_hash=True)
class Place:
    """A node of a module, or a line of a configuration file (then ``module`` is None). Never
    changed once it is made; it is not frozen only because very many are made.

    ``named`` marks a literal whose text is its value, rather than an expression that computes it.
    """

    module: Module | None
    node: ast.AST | None
    literal: Any = None
    file: str | None = None
    line: int | None = None
    key: str | None = None


@dataclass(eq=False, slots=True)
class Abstract:
    """Base of all values."""


@dataclass(eq=False, slots=True)
class Unknown(Abstract):
    """Nothing is known. ``source`` may be a value that it was derived from."""

    source: Abstract | None = None


UNKNOWN = Unknown()


@dataclass(eq=False, slots=True)
class Const(Abstract):
    """A number, string, boolean, None or bytes; ``places`` are the literals it came from,
    ``at`` the expression that made it.
    """

    value: Any
    at: Place | None = None
    places: tuple[Place, ...] = ()


@dataclass(eq=False, slots=True)
class Varying(Abstract):
    """A value that a loop changes; ``initial`` is what it holds in the first round."""

    initial: Abstract


@dataclass(eq=False, slots=True)
class Choice(Abstract):
    """One of several values, in the order of the text (or of preference)."""

    options: tuple[Abstract, ...]


@dataclass(eq=False, slots=True)
class Seq(Abstract):
    """A list, tuple or set. ``open`` says that more items may follow than are listed."""

    items: list[Abstract]
    kind: str = "list"
    open: bool = False
    at: Place | None = None


@dataclass(eq=False, slots=True)
class Map(Abstract):
    """A dictionary or an object whose attributes are its entries (``namespace``): argparse
    results, configuration objects. ``open`` says that other keys may exist.
    """

    items: dict[Any, Abstract]
    namespace: bool = False
    open: bool = False
    kind: str = "dict"
    at: Place | None = None


@dataclass(eq=False, slots=True)
class Span(Abstract):
    """``range(start, stop, step)``."""

    start: Abstract
    stop: Abstract
    step: Abstract
    at: Place | None = None


@dataclass(eq=False, slots=True)
class Dotted(Abstract):
    """A library module, class or function by its dotted name."""

    name: str
    at: Place | None = None


@dataclass(eq=False, slots=True)
class ModuleValue(Abstract):
    """A project module."""

    module: Module


@dataclass(eq=False, slots=True)
class ClassValue(Abstract):
    """A project class; ``scope`` is where its body's names are looked up, ``attrs`` its class
    attributes and ``bases`` what it derives from.
    """

    info: ClassInfo
    scope: Any = None
    attrs: dict[str, Abstract] = field(default_factory=dict)
    bases: tuple[Abstract, ...] = ()

    def mro(self) -> Iterator[ClassValue]:
        """Yield the class and its project bases, nearest first."""
        seen: set[int] = set()
        queue: list[ClassValue] = [self]
        while queue:
            klass = queue.pop(0)
            if id(klass) in seen:
                continue
            seen.add(id(klass))
            yield klass
            queue.extend(base for base in klass.bases if isinstance(base, ClassValue))

    def library_bases(self) -> list[str]:
        """Dotted names of the library classes that it derives from, nearest first."""
        return [
            base.name for klass in self.mro() for base in klass.bases if isinstance(base, Dotted)
        ]


@dataclass(eq=False, slots=True)
class Function(Abstract):
    """A project function with the scope it closes over and what its defaults evaluated to.
    ``bound`` is the object (or class) of a method; ``extra`` what ``partial`` has bound.
    """

    info: FunctionInfo
    scope: Any
    defaults: dict[str, Abstract] = field(default_factory=dict)
    bound: Abstract | None = None
    kind: str = "function"
    extra: tuple[tuple[Abstract, ...], dict[str, Abstract]] | None = None


@dataclass(eq=False, slots=True)
class Instance(Abstract):
    """An object of a project class; ``attrs`` are the attributes it was given. ``call`` is the
    construction.
    """

    klass: ClassValue
    attrs: dict[str, Abstract] = field(default_factory=dict)
    call: Call | None = None
    args: list[Abstract] = field(default_factory=list)
    kwargs: dict[str, Abstract] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of its class."""
        return self.klass.info.name

    def is_a(self, *suffixes: str) -> bool:
        """Return whether a library base ends with one of the given names."""
        return any(base.endswith(suffixes) for base in self.klass.library_bases())


def given_argument(
    args: Sequence[Abstract],
    kwargs: Mapping[str, Abstract],
    position: int | None,
    names: Sequence[str],
) -> Abstract | None:
    """Return the argument at a position (None: keyword only) or under one of the names."""
    for name in names:
        if name in kwargs:
            return kwargs[name]
    return args[position] if position is not None and position < len(args) else None


@dataclass(eq=False, slots=True)
class Call(Abstract):
    """What a library call, or an unknown one, returned.

    ``name`` is the dotted name of what was called (``torch.optim.Adam``), or None. For a method of
    a value, ``receiver`` is that value and ``method`` the method's name. ``attrs`` are attributes
    that were set on the result. ``named`` is where the name stands when it reached the call
    through another one (``ALGO = A2C``).
    """

    name: str | None
    args: list[Abstract]
    kwargs: dict[str, Abstract]
    at: Place
    receiver: Abstract | None = None
    method: str | None = None
    attrs: dict[str, Abstract] = field(default_factory=dict)
    star: bool = False
    named: Place | None = None

    @property
    def last(self) -> str:
        """The last part of the name: ``Adam``, ``step``."""
        return self.method or (self.name or "").rpartition(".")[2]

    def argument(self, position: int | None, *names: str) -> Abstract | None:
        """Return the argument at a position (None: keyword only) or under one of the names."""
        return given_argument(self.args, self.kwargs, position, names)


@dataclass(eq=False, slots=True)
class Attr(Abstract):
    """An attribute of a value that is not known by its attributes."""

    base: Abstract
    name: str


@dataclass(eq=False, slots=True)
class Item(Abstract):
    """An element of a value: ``base[key]``, or what a loop takes from it (``key`` None)."""

    base: Abstract
    key: Abstract | None = None


def options(value: Abstract | None) -> list[Abstract]:
    """Flatten choices: all alternatives of a value in order; none for None."""
    if value is None:
        return []
    if value.__class__ is Choice:
        return [each for option in value.options for each in options(option)]
    return [value]


def choice(values: list[Abstract]) -> Abstract:
    """Join alternatives: equal ones once, unknown ones dropped when something is known."""
    flat: list[Abstract] = []
    seen: set[Any] = set()
    for value in values:
        for each in options(value):
            if isinstance(each, Unknown) and each.source is None:
                continue
            key = (type(each.value), each.value) if isinstance(each, Const) else id(each)
            if key not in seen:
                seen.add(key)
                flat.append(each)
    if not flat:
        return UNKNOWN
    return flat[0] if len(flat) == 1 else Choice(tuple(flat[:MAX_CHOICES]))


def first(value: Abstract | None) -> Abstract:
    """Return the first alternative, without the mark of a changing one."""
    while isinstance(value, Choice):
        value = value.options[0] if value.options else UNKNOWN
    if value is None:
        return UNKNOWN
    return value.initial if isinstance(value, Varying) else value


def constant(value: Abstract | None) -> Any:
    """Return the Python value of a constant (first alternative), or None."""
    head = first(value)
    return head.value if isinstance(head, Const) else None


def text(value: Abstract | None) -> str | None:
    """Return the string that a value holds, or None."""
    found = constant(value)
    return found if isinstance(found, str) else None


def number(value: Abstract | None) -> int | float | None:
    """Return the number that a value holds (booleans are none), or None."""
    found = constant(value)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return found


def flattened(value: Abstract | None) -> Iterator[Abstract]:
    """Yield the alternatives of a value, the items of lists and mappings one by one."""
    for option in options(value):
        if isinstance(option, Seq):
            yield from option.items
        elif isinstance(option, Map):
            yield from option.items.values()
        else:
            yield option
