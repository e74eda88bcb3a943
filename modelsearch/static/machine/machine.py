"""Abstract execution of statements: forward, once through each loop, both ways at open branches.

A :class:`Machine` holds the state of one execution. Nothing of the script is run: expressions are
evaluated over :mod:`modelsearch.static.machine.values` by :mod:`modelsearch.static.machine.expressions`, calls are
followed by :mod:`modelsearch.static.machine.invoking`. Every assignment goes through :meth:`Machine.put`,
so that a branch can be undone and joined with its alternative. Work is bounded by fuel.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelsearch.static.machine import attributes, expressions
from modelsearch.static.machine.scopes import CallRecord, Loop, OutOfFuel, Scope, Signal
from modelsearch.static.machine.statements import STATEMENTS
from modelsearch.static.machine.unrolling import changes
from modelsearch.static.machine.values import Abstract, Call, Const, Instance, Map, Varying, choice
from modelsearch.static.source.program import FunctionInfo, Module, Program

if TYPE_CHECKING:
    from modelsearch.static.training.hand_steps import HandChange

FUEL = 120_000
_MISSING = object()


class Machine:
    """The state of one abstract execution.

    With ``explore`` both sides of every condition are taken, even when the defaults decide it:
    used when the default run trains nothing (``if args.train:``).
    """

    def __init__(self, program: Program, explore: bool = False, fuel: int = FUEL) -> None:
        """Prepare; :meth:`run` executes."""
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
        self.flags: dict[Any, Abstract] = {}
        self.wandb = Map({}, namespace=True, open=True)
        self.used_files: list[str] = []
        self.skipped = False
        self.rounds = 0
        self.rates_set: list[Abstract] = []
        self.by_hand: list[HandChange] = []
        self.exhausted = False
        self.depth = 0
        self.outer_scopes: list[dict[str, Abstract]] = []
        self._journal: list[tuple[dict[Any, Abstract], Any, Any]] | None = None
        self._labels: dict[int, tuple[Abstract, str]] = {}
        self._changed: dict[ast.AST, tuple[set[str], bool]] = {}

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

    def name(self, value: Abstract, name: str) -> None:
        """Remember the first name that an object was given."""
        if isinstance(value, Call | Instance):
            self._labels.setdefault(id(value), (value, name))

    def label(self, value: Abstract | None) -> str:
        """The first name that an object was given, or nothing."""
        found = self._labels.get(id(value))
        return found[1] if found and found[0] is value else ""

    def entered(self, loop: Loop) -> list[FunctionInfo]:
        """Functions that were entered inside a loop, innermost of each call."""
        found: dict[int, FunctionInfo] = {}
        for record in self.records:
            if loop in record.loops and record.function is not None:
                found[id(record.function.node)] = record.function
        return list(found.values())

    def record(self, record: CallRecord) -> None:
        """Keep a call that was reached."""
        self.spend(2)
        self.records.append(record)

    # ---- running -----------------------------------------------------------------------------

    def run(self) -> None:
        """Execute the script from its top; stop quietly when fuel runs out."""
        try:
            self.run_module(self.program.main)
        except (OutOfFuel, RecursionError):
            self.exhausted = True

    def run_module(self, module: Module) -> Scope:
        """Execute a module's top level once and return its scope."""
        scope = self.globals.get(module.path)
        if scope is not None:
            return scope
        scope = Scope(module, {})
        scope.names["__name__"] = Const("__main__" if module.is_main else module.path)
        scope.names["__file__"] = Const(module.path)
        self.globals[module.path] = scope
        loops, stack = self.loops, self.stack
        journal, self._journal = self._journal, None
        self.loops, self.stack = (), ()
        try:
            self.block(module.tree.body, scope)
        finally:
            self.loops, self.stack = loops, stack
            self._journal = journal
        return scope

    def block(self, body: list[ast.stmt], scope: Scope) -> Signal:
        """Execute statements until one leaves the block."""
        for statement in body:
            self.spend()
            handler = STATEMENTS.get(type(statement))
            if handler is None:
                continue
            try:
                signal = handler(self, statement, scope)
            except RecursionError:
                if self.depth > 1 or not scope.module.is_main:
                    raise
                continue
            if signal is not None:
                return signal
        return None

    def eval(self, node: ast.AST | None, scope: Scope) -> Abstract:
        """Evaluate an expression."""
        return expressions.evaluate(self, node, scope)

    # ---- branches ----------------------------------------------------------------------------

    def fork(self, bodies: list[Callable[[], Signal]]) -> Signal:
        """Execute alternatives from the same state and join their ends."""
        outer = self._journal
        ends: list[tuple[Signal, dict[tuple[int, Any], tuple[dict[Any, Abstract], Any]]]] = []
        originals: dict[tuple[int, Any], tuple[dict[Any, Abstract], Any, Any]] = {}
        for body in bodies:
            log: list[tuple[dict[Any, Abstract], Any, Any]] = []
            self._journal = log
            try:
                signal = body()
            finally:
                self._journal = outer
                if outer is not None:
                    outer.extend(log)
            final: dict[tuple[int, Any], tuple[dict[Any, Abstract], Any]] = {}
            for table, key, _old in log:
                final[id(table), key] = (table, table.get(key, _MISSING))
            for table, key, old in reversed(log):
                originals[id(table), key] = (table, key, old)
                if old is _MISSING:
                    table.pop(key, None)
                else:
                    table[key] = old
            ends.append((signal, final))
        going = [final for signal, final in ends if signal in (None, "break", "continue")]
        for place, (table, key, old) in originals.items():
            values = [end[place][1] if place in end else old for end in going]
            known = [value for value in values if value is not _MISSING]
            if known:
                self.put(table, key, choice(known))
        signals = [signal for signal, _ in ends]
        if None in signals or not signals:
            return None
        return next((signal for signal in signals if signal != "raise"), "raise")

    def decide(self, value: Abstract) -> bool | None:
        """Say whether a condition holds; None when unknown, or when exploring."""
        known = attributes.truth(value)
        if known is not None and self.explore and not _fixed(value):
            return None
        return known

    # ---- loops -------------------------------------------------------------------------------

    def run_loop(self, loop: Loop, body: Callable[[], Signal]) -> Signal:
        """Execute a body inside a loop."""
        loops = self.loops
        loop.depth = len(self.stack)
        self.loops = (*loops, loop)
        try:
            signal = body()
        finally:
            self.loops = loops
        return signal if signal in ("return", "raise") and loop.kind == "once" else None

    def blur(self, node: ast.AST, scope: Scope) -> None:
        """Mark what a loop changes as varying, before its body is executed once."""
        names, _ = self.changed(node)
        for name in names:
            owner = scope.outer.get(name, scope)
            table, key = owner.names, name
            if "." in name:
                head, _, key = name.partition(".")
                holder = scope.find(head)
                if not isinstance(holder, Instance):
                    continue
                table = holder.attrs
            value = table.get(key)
            if isinstance(value, Const) and not isinstance(value.value, str):
                self.put(table, key, Varying(value))

    def changed(self, node: ast.AST) -> tuple[set[str], bool]:
        """Names (and ``self.x``) that a loop's body computes from themselves, and whether the
        body trains.
        """
        if node not in self._changed:
            self._changed[node] = changes(node)
        return self._changed[node]


def _fixed(value: Abstract) -> bool:
    """Say whether a condition is no option of the user (``__name__`` tests, version tests)."""
    return isinstance(value, Const) and not value.places


# ---- statements -------------------------------------------------------------------------------
