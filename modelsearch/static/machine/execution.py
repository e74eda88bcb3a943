"""Abstract execution: forward, once through each loop, both ways at open branches.

Nothing of the script is run: expressions are evaluated over
:mod:`modelsearch.static.machine.values` by :mod:`modelsearch.static.machine.expressions`, calls are
followed by :mod:`modelsearch.static.machine.calling`.
"""

from __future__ import annotations

import ast

from modelsearch.static.machine import attributes, calling, entering, expressions, statements
from modelsearch.static.machine.machine import FUEL, Machine
from modelsearch.static.machine.scopes import CallRecord, Names, OutOfFuel, Scope, Signal
from modelsearch.static.machine.unrolling import changes
from modelsearch.static.machine.values import (
    Abstract,
    ClassValue,
    Const,
    Function,
    Instance,
    Place,
    Varying,
)
from modelsearch.static.source.program import Module, Program

_CHANGES = "_changes"
#: Fuel for what follows a statement that took all there was, and how much of it at once.
_RESERVE, _PART = 60_000, 15_000


class Execution(Machine):
    """One abstract execution of a program."""

    def __init__(self, program: Program, explore: bool = False, fuel: int = FUEL) -> None:
        """Prepare; :meth:`run` executes."""
        super().__init__(program, explore, fuel)
        self._reserve = _RESERVE

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
        scope = Scope(module, Names())
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
            self.fuel -= 1
            if self.fuel < 0:
                raise OutOfFuel
            handler = statements.STATEMENTS.get(type(statement))
            if handler is None:
                continue
            try:
                signal = handler(self, statement, scope)
            except RecursionError:
                if self.depth > 1 or not scope.module.is_main:
                    raise
                continue
            except OutOfFuel:
                if not self._goes_on(scope):
                    raise
                continue
            if signal is not None:
                return signal
        return None

    def _goes_on(self, scope: Scope) -> bool:
        """Return whether to leave a statement of the script that took all the fuel and go on with
        the next: a reserve is spent on these, part by part.
        """
        if len(self.stack) > 1 or not scope.module.is_main or self._reserve <= 0:
            return False
        self.exhausted = True
        self._reserve -= _PART
        self.fuel = _PART
        return True

    def assign(self, target: ast.AST, value: Abstract, scope: Scope) -> None:
        """Bind the target of an assignment to a value."""
        statements.assign(self, target, value, scope)

    eval = expressions.evaluate

    def decide(self, value: Abstract) -> bool | None:
        """Return whether a condition holds; None when unknown, or when exploring."""
        known = attributes.truth(value)
        if known is not None and self.explore and not _fixed(value):
            return None
        return known

    # ---- loops -------------------------------------------------------------------------------

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
        """Return the names (and ``self.x``) that a loop's body computes from themselves, and
        whether the body trains.
        """
        found: tuple[set[str], bool] | None = node.__dict__.get(_CHANGES)
        if found is None:  # the same for all scripts that share the file
            found = node.__dict__[_CHANGES] = changes(node)
        return found

    # ---- calls -------------------------------------------------------------------------------

    def call_value(
        self, callee: Abstract, record: CallRecord, scope: Scope, star: bool = False
    ) -> Abstract:
        """Call a value with the arguments of a record; sets the record's name and target."""
        return calling.call_value(self, callee, record, scope, star)

    def call_library(self, name: str, record: CallRecord, scope: Scope, star: bool) -> Abstract:
        """Call a library function by its dotted name."""
        return calling.call_library(self, name, record, scope, star)

    def call_function(
        self,
        function: Function,
        args: list[Abstract],
        kwargs: dict[str, Abstract],
        star: bool = False,
    ) -> Abstract:
        """Enter a project function and return what it returns."""
        return entering.call_function(self, function, args, kwargs, star)

    def call_object(self, callee: Instance, record: CallRecord) -> Abstract:
        """Call an object of a project class: ``__call__``, or the forward pass of a module."""
        return entering.call_object(self, callee, record)

    def construct(
        self,
        klass: ClassValue,
        args: list[Abstract],
        kwargs: dict[str, Abstract],
        star: bool,
        place: Place,
    ) -> Abstract:
        """Make an object of a project class."""
        return entering.construct(self, klass, args, kwargs, star, place)

    def run_method(
        self, owner: Instance, name: str, args: list[Abstract] | None = None
    ) -> Abstract | None:
        """Enter a method that the project defines; None when it does not."""
        return entering.run_method(self, owner, name, args)

    def run_callbacks(self, record: CallRecord) -> None:
        """Enter the functions and classes that a library call was given."""
        calling.run_callbacks(self, record)


def _fixed(value: Abstract) -> bool:
    """Return whether a condition is no option of the user (``__name__`` tests, version tests)."""
    return isinstance(value, Const) and not value.places
