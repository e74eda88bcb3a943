"""What a script's expressions hold, and which calls it reaches, by default and without running it.

:class:`Evaluator` executes a :class:`~modelsearch.static.source.program.Program` abstractly, once,
when first asked. See :mod:`modelsearch.static.machine.values` for what values look like.
"""

from __future__ import annotations

import ast
import heapq
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.execution import Execution
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Names, OutOfFuel, Scope
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Map,
    Place,
    Seq,
    Varying,
    options,
)
from modelsearch.static.source.program import FunctionInfo, Module, Program

_RECURSION = 6000


@dataclass(frozen=True, slots=True)
class Value:
    """A Python value (scalar, list or dict) and where it stands; evidence is None when it was
    made by no expression of the project.
    """

    value: Any
    evidence: Evidence | None


class Evaluator:
    """Values and reached calls of one program.

    ``explore`` takes both sides of conditions that the defaults decide. :attr:`used_files` are
    configuration files that were read; :attr:`exhausted` says that the bound on work was hit.
    """

    def __init__(self, program: Program, explore: bool = False) -> None:
        """Prepare; nothing is done before the first question."""
        self.program = program
        self._machine = Execution(program, explore)
        self._ran = False
        self._by_last: defaultdict[str, list[int]] = defaultdict(list)
        self._sorted = 0

    @property
    def machine(self) -> Machine:
        """The finished execution."""
        if not self._ran:
            self._ran = True
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(max(limit, _RECURSION))
            try:
                self._machine.run()
            finally:
                sys.setrecursionlimit(limit)
        return self._machine

    @property
    def ran(self) -> bool:
        """Return whether anything was asked yet."""
        return self._ran

    @property
    def exhausted(self) -> bool:
        """Return whether the bound on work was reached."""
        return self.machine.exhausted

    @property
    def used_files(self) -> list[str]:
        """Configuration files whose content was used, relative to the root."""
        return self.machine.used_files

    def calls(self) -> list[CallRecord]:
        """Every call that is reached, in order."""
        return self.machine.records

    def calls_of(self, *last: str) -> list[CallRecord]:
        """Every call that is reached and whose name ends so, in order. The calls are sorted by
        their names once, for all who ask for a few among thousands.
        """
        records, by_last = self.machine.records, self._by_last
        for place in range(self._sorted, len(records)):
            by_last[records[place].last].append(place)
        self._sorted = len(records)
        places = [by_last[each] for each in dict.fromkeys(last) if each in by_last]
        return [records[place] for place in heapq.merge(*places)]

    def instances(self) -> list[Instance]:
        """Objects of project classes, in order of creation."""
        return self.machine.instances

    def executed(self, info: FunctionInfo) -> bool:
        """Return whether a function's body was entered."""
        return info.node in self.machine.counts

    def enter(self, function: Function, args: list[Abstract] | None = None) -> Abstract | None:
        """Enter a function that the script itself does not call, with unknown arguments."""
        machine = self.machine
        try:
            return machine.call_function(function, args or [], {})
        except (OutOfFuel, RecursionError):
            machine.exhausted = True
            return None

    def global_value(self, name: str, module: Module | None = None) -> Abstract | None:
        """Return what a module-level name holds at the end."""
        scope = self.machine.globals.get((module or self.program.main).path)
        return scope.names.get(name) if scope else None

    def abstract(self, node: ast.AST, module: Module, scope: Scope | None = None) -> list[Abstract]:
        """Return the abstract values that an expression held when reached, or holds at the end."""
        machine = self.machine
        found = machine.seen.get(node)
        if found is None:
            where = scope or machine.globals.get(module.path) or Scope(module, Names())
            machine.fuel = max(machine.fuel, 2000)
            try:
                found = [machine.eval(node, where)]
            except (OutOfFuel, RecursionError):
                found = []
        return [option for value in found for option in options(value)]

    def values(self, node: ast.AST, module: Module, scope: Scope | None = None) -> list[Value]:
        """Return the Python values of an expression, all alternatives in order; empty when
        unknown.
        """
        found: list[Value] = []
        for each in self.abstract(node, module, scope):
            for value in self.scalars(each):
                if not any(_same(value.value, other.value) for other in found):
                    found.append(value)
        return found

    def scalars(self, value: Abstract | None) -> list[Value]:
        """Return the Python values of an abstract value (alternatives in order) with evidence."""
        found = []
        for option in options(value):
            if isinstance(option, Varying):
                option = option.initial
            known, plain = _plain(option, 0)
            if known:
                found.append(Value(plain, self.evidence(option)))
        return found

    def evidence(self, value: Abstract | None) -> Evidence | None:
        """Return where a value stands: its literal if it is one, else what computed it."""
        place = place_of(value)
        return place_evidence(place) if place else None


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def place_of(value: Abstract | None) -> Place | None:
    """Return the place that shows a value best."""
    for option in options(value):
        if isinstance(option, Varying):
            option = option.initial
        if isinstance(option, Const):
            for place in option.places:
                if _same(place.literal, option.value) or place.literal == option.value:
                    return place
            return option.at or (option.places[0] if option.places else None)
        if isinstance(option, Call | Dotted | Seq | Map):
            return option.at
        if isinstance(option, Instance):
            return option.call.at if option.call else None
        if isinstance(option, ClassValue | Function):
            return Place(option.info.module, option.info.node)
    return None


def place_evidence(place: Place) -> Evidence | None:
    """A place as evidence."""
    if place.file is not None:
        return Evidence(place.file, "config", place.line, place.key)
    if place.module is None or place.node is None:
        return None
    line = getattr(place.node, "lineno", None)
    key = place.module.notebook.key(line) if place.module.notebook and line else None
    return Evidence(place.module.path, "code", line, key)


def _plain(value: Abstract, depth: int) -> tuple[bool, Any]:
    """Turn an abstract value into a Python one; the flag says whether it is wholly known."""
    if isinstance(value, Const):
        return True, value.value
    if depth > 6:
        return False, None
    if isinstance(value, Varying):
        return _plain(value.initial, depth + 1)
    if isinstance(value, Choice):
        return _plain(value.options[0], depth + 1)
    if isinstance(value, Seq) and not value.open and len(value.items) <= 2000:
        pairs = [_plain(each, depth + 1) for each in value.items]
        if all(known for known, _ in pairs):
            items = [item for _, item in pairs]
            return True, tuple(items) if value.kind == "tuple" else items
    if isinstance(value, Map) and not value.open and len(value.items) <= 2000:
        entries = {key: _plain(each, depth + 1) for key, each in value.items.items()}
        if all(known for known, _ in entries.values()):
            return True, {key: item for key, (_, item) in entries.items()}
    return False, None
