"""The state of one abstract execution, and what its parts ask of one another.

A :class:`Machine` holds scopes, loops, records of calls and the fuel that bounds the work. Every
assignment goes through :meth:`Machine.put`, so that a branch can be undone and joined with its
alternative. How expressions, statements and calls are executed is left open here:
:class:`~modelsearch.static.machine.execution.Execution` joins the modules that do it, and these
reach one another through the machine alone.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from modelsearch.static.machine.scopes import CallRecord, Loop, Names, OutOfFuel, Scope, Signal
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    ClassValue,
    Function,
    Instance,
    Place,
    choice,
)
from modelsearch.static.source.program import FunctionInfo, Module, Program

FUEL = 120_000
#: Of the fuel there is, one part in so many is kept for what follows an open branch, if it is more
#: than the least.
_KEPT_SHARE = 6
_LEAST = 1_000
_MISSING = object()
_T = TypeVar("_T")
#: An assignment: the table, the key, what it held before; and what a branch left, by place.
_Entry = tuple[dict[Any, Abstract], Any, Any]
_End = dict[tuple[int, Any], tuple[dict[Any, Abstract], Any]]


class Machine(ABC):
    """The state of one abstract execution.

    With ``explore`` both sides of every condition are taken, even when the defaults decide it:
    used when the default run trains nothing (``if args.train:``).
    """

    def __init__(self, program: Program, explore: bool = False, fuel: int = FUEL) -> None:
        """Prepare; nothing is executed yet."""
        self.program = program
        self.explore = explore
        self.fuel = fuel
        self.globals: dict[str, Scope] = {}
        self.records: list[CallRecord] = []
        self.instances: list[Instance] = []
        self.seen: dict[ast.AST, list[Abstract]] = {}
        self.loops: tuple[Loop, ...] = ()
        self.stack: tuple[FunctionInfo, ...] = ()
        self.counts: dict[ast.AST, int] = {}
        self.object_calls: dict[tuple[ast.AST, int], int] = {}
        self.used_files: list[str] = []
        self.skipped = False
        self.rounds = 0
        self.exhausted = False
        self.depth = 0
        self.outer_scopes: list[dict[str, Abstract]] = []
        self._memory: dict[str, Any] = {}
        self._journal: list[_Entry] | None = None
        self._labels: dict[int, tuple[Abstract, str]] = {}

    # ---- state -------------------------------------------------------------------------------

    def spend(self, amount: int = 1) -> None:
        """Use fuel; raise :class:`OutOfFuel` when there is none left."""
        self.fuel -= amount
        if self.fuel < 0:
            raise OutOfFuel

    def put(self, table: dict[Any, Abstract], key: Any, value: Abstract) -> None:
        """Assign, undoably."""
        if self._journal is not None:
            self._journal.append((table, key, table.get(key, _MISSING)))
        table[key] = value

    def memory(self, key: str, make: Callable[[], _T]) -> _T:
        """Return what a library keeps during this execution, made when first asked for."""
        if key not in self._memory:
            self._memory[key] = make()
        found: _T = self._memory[key]
        return found

    def name(self, value: Abstract, name: str) -> None:
        """Remember the first name that an object was given."""
        if isinstance(value, Call | Instance):
            self._labels.setdefault(id(value), (value, name))

    def label(self, value: Abstract | None) -> str:
        """Return the first name that an object was given, or nothing."""
        found = self._labels.get(id(value))
        return found[1] if found and found[0] is value else ""

    def entered(self, loop: Loop) -> list[FunctionInfo]:
        """Return the functions that were entered inside a loop, innermost of each call."""
        found: dict[int, FunctionInfo] = {}
        for record in self.records:
            if loop in record.loops and record.function is not None:
                found[id(record.function.node)] = record.function
        return list(found.values())

    def record(self, record: CallRecord) -> None:
        """Keep a call that was reached."""
        self.spend(2)
        self.records.append(record)

    # ---- branches and loops ------------------------------------------------------------------

    def fork(self, bodies: list[Callable[[], Signal]]) -> Signal:
        """Execute alternatives from the same state and join their ends."""
        outer, spent = self._journal, None
        ends: list[tuple[Signal, _End]] = []
        originals: dict[tuple[int, Any], _Entry] = {}
        for body in bodies:
            log: list[_Entry] = []
            self._journal = log
            try:
                signal = self._within_bounds(body)
            except OutOfFuel as error:
                signal, spent = None, error
            finally:
                self._journal = outer
                if outer is not None:
                    outer.extend(log)
            final: _End = {}
            for table, key, _old in log:
                final[id(table), key] = (table, table.get(key, _MISSING))
            for table, key, old in reversed(log):
                originals[id(table), key] = (table, key, old)
                if old is _MISSING:
                    table.pop(key, None)
                else:
                    table[key] = old
            ends.append((signal, final))
            if spent is not None:
                break
        going = [end for signal, end in ends if signal not in ("return", "raise")]
        self._join(going, [end for signal, end in ends if signal == "return"], originals)
        if spent is not None:
            raise spent
        signals = [signal for signal, _ in ends]
        if None in signals or not signals:
            return None
        return next((signal for signal in signals if signal != "raise"), "raise")

    def _join(
        self, going: list[_End], returned: list[_End], originals: dict[tuple[int, Any], _Entry]
    ) -> None:
        """Assign what the alternatives that go on have left, as a choice. What others gave an
        object that they return, or a list, stays with it; their own variables do not.
        """
        for place, (table, key, old) in originals.items():
            values = [end[place][1] if place in end else old for end in going]
            known = [value for value in values if value is not _MISSING]
            if not known and not isinstance(table, Names):
                left = [end[place][1] for end in returned if place in end]
                known = [value for value in left if value is not _MISSING]
            if known:
                self.put(table, key, choice(known))

    def _within_bounds(self, body: Callable[[], Signal]) -> Signal:
        """Execute one alternative and leave some fuel for what comes after it: one that takes all
        it may have (a factory of forty networks) is cut short, not the script.
        """
        kept = self.fuel // _KEPT_SHARE
        self.fuel -= kept
        try:
            return body()
        except OutOfFuel:
            if kept < _LEAST:
                raise
            self.exhausted, self.fuel = True, 0
            return None
        finally:
            self.fuel += kept

    def run_loop(self, loop: Loop, body: Callable[[], object]) -> Signal:
        """Execute a body inside a loop."""
        loops = self.loops
        loop.depth = len(self.stack)
        self.loops = (*loops, loop)
        try:
            signal = body()
        finally:
            self.loops = loops
        return str(signal) if signal in ("return", "raise") and loop.kind == "once" else None

    # ---- what the parts do -------------------------------------------------------------------

    @abstractmethod
    def eval(self, node: ast.AST | None, scope: Scope) -> Abstract:
        """Evaluate an expression."""

    @abstractmethod
    def decide(self, value: Abstract) -> bool | None:
        """Return whether a condition holds; None when unknown, or when exploring."""

    @abstractmethod
    def block(self, body: list[ast.stmt], scope: Scope) -> Signal:
        """Execute statements until one leaves the block."""

    @abstractmethod
    def assign(self, target: ast.AST, value: Abstract, scope: Scope) -> None:
        """Bind the target of an assignment to a value."""

    @abstractmethod
    def run_module(self, module: Module) -> Scope:
        """Execute a module's top level once and return its scope."""

    @abstractmethod
    def blur(self, node: ast.AST, scope: Scope) -> None:
        """Mark what a loop changes as varying, before its body is executed once."""

    @abstractmethod
    def changed(self, node: ast.AST) -> tuple[set[str], bool]:
        """Return the names (and ``self.x``) that a loop's body computes from themselves, and
        whether the body trains.
        """

    @abstractmethod
    def call_value(
        self, callee: Abstract, record: CallRecord, scope: Scope, star: bool = False
    ) -> Abstract:
        """Call a value with the arguments of a record; sets the record's name and target."""

    @abstractmethod
    def call_library(self, name: str, record: CallRecord, scope: Scope, star: bool) -> Abstract:
        """Call a library function by its dotted name."""

    @abstractmethod
    def call_function(
        self,
        function: Function,
        args: list[Abstract],
        kwargs: dict[str, Abstract],
        star: bool = False,
    ) -> Abstract:
        """Enter a project function and return what it returns."""

    @abstractmethod
    def call_object(self, callee: Instance, record: CallRecord) -> Abstract:
        """Call an object of a project class: ``__call__``, or the forward pass of a module."""

    @abstractmethod
    def construct(
        self,
        klass: ClassValue,
        args: list[Abstract],
        kwargs: dict[str, Abstract],
        star: bool,
        place: Place,
    ) -> Abstract:
        """Make an object of a project class."""

    @abstractmethod
    def run_method(
        self, owner: Instance, name: str, args: list[Abstract] | None = None
    ) -> Abstract | None:
        """Enter a method that the project defines; None when it does not."""

    @abstractmethod
    def run_callbacks(self, record: CallRecord) -> None:
        """Enter the functions and classes that a library call was given."""
