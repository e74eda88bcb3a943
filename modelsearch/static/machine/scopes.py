"""What abstract execution keeps beside values: scopes, loops, and a record of every call."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.values import Abstract, Instance, Place, given_argument
from modelsearch.static.source.program import ClassInfo, FunctionInfo, Module

#: How a block of statements was left: ``return``, ``raise``, ``break``, ``continue`` or None.
Signal = str | None


class OutOfFuel(Exception):
    """The bound on work was reached; what was found so far stands."""


class Names(dict[str, Abstract]):
    """The variables of one scope, told apart from the tables of objects and dictionaries."""


@dataclass(eq=False, slots=True)
class Scope:
    """The names of one running function, class body or module."""

    module: Module
    names: dict[str, Abstract]
    parent: Scope | None = None
    function: FunctionInfo | None = None
    self_value: Abstract | None = None
    returns: list[Abstract] = field(default_factory=list)
    yields: list[Abstract] = field(default_factory=list)
    yield_loops: tuple[Loop, ...] = ()
    outer: dict[str, Scope] = field(default_factory=dict)
    is_class: bool = False

    def find(self, name: str) -> Abstract | None:
        """Look a name up from here outwards."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            scope = scope.parent
        return None


@dataclass(eq=False, slots=True)
class Loop:
    """One loop around what is being executed.

    ``iterable`` is what a ``for`` runs over; ``target`` its variable as written. A ``while`` has
    ``limit`` (the right side of its comparison), ``target`` (the left side) and ``initial``;
    ``inclusive`` says that the limit itself is reached. ``broken_name`` and ``broken_at`` are the
    sides of a test under which the body leaves it early, ``broken_late`` when that test comes
    after a round's work on the loop's own counter.
    ``stride`` is what a ``while`` adds to its counter where that is a number of examples.
    ``kind`` ``fit`` is a library's own training loop, with ``epochs`` and ``loader``.
    """

    kind: str
    node: ast.AST
    module: Module
    function: FunctionInfo | None = None
    iterable: Abstract | None = None
    target: str = ""
    limit: Abstract | None = None
    initial: Abstract | None = None
    epochs: Abstract | None = None
    loader: Abstract | None = None
    call: CallRecord | None = None
    increments: tuple[str, ...] = ()
    depth: int = 0
    inclusive: bool = False
    broken_at: Abstract | None = None
    broken_name: str = ""
    broken_late: bool = False
    stride: Abstract | None = None


@dataclass(eq=False, slots=True)
class CallRecord:
    """One call that was reached."""

    name: str | None
    node: ast.Call
    module: Module
    args: list[Abstract]
    kwargs: dict[str, Abstract]
    function: FunctionInfo | None = None
    self_value: Abstract | None = None
    receiver: Abstract | None = None
    method: str | None = None
    target: ClassInfo | FunctionInfo | None = None
    result: Abstract | None = None
    loops: tuple[Loop, ...] = ()
    stack: tuple[FunctionInfo, ...] = ()
    #: The last part of the called name: a plain field, for it is what most rules ask first.
    last: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Keep the last part of the name."""
        self.last = self.method or (self.name or "").rpartition(".")[2]

    def names(self, target: ClassInfo | FunctionInfo) -> None:
        """Keep what of the project is called."""
        self.target, self.name = target, target.qualified
        self.last = self.method or self.name.rpartition(".")[2]

    def names_library(self, name: str) -> None:
        """Keep the dotted name of what is called, which is no method of a value."""
        self.name, self.receiver, self.method = name, None, None
        self.last = name.rpartition(".")[2]

    def calls_method(self, receiver: Abstract | None, method: str) -> None:
        """Keep the value whose method is called."""
        self.receiver, self.method = receiver, method
        self.last = method or (self.name or "").rpartition(".")[2]

    @property
    def instance(self) -> Instance | None:
        """The object whose method made the call, or None."""
        return self.self_value if isinstance(self.self_value, Instance) else None

    @property
    def place(self) -> Place:
        """Where the call stands."""
        return Place(self.module, self.node)

    @property
    def evidence(self) -> Evidence:
        """Where the call stands, for a fact."""
        return self._evidence(self.node.lineno)

    @property
    def method_evidence(self) -> Evidence:
        """Where the called method's name stands, which may be lines below the start of a chain."""
        return self._evidence(self.node.func.end_lineno or self.node.lineno)

    def _evidence(self, line: int) -> Evidence:
        key = self.module.notebook.key(line) if self.module.notebook else None
        return Evidence(self.module.path, "code", line, key)

    def argument(self, position: int | None, *names: str) -> Abstract | None:
        """Return the argument at a position (None: keyword only) or under one of the names."""
        return given_argument(self.args, self.kwargs, position, names)
