"""What reached functions look like: the names they use, what they call, how they wire values.

One walk per function gives a :class:`Features`; the rules of
:mod:`modelsearch.static.network.families`
and :mod:`modelsearch.static.network.techniques` ask it questions.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.values import Function, first
from modelsearch.static.source.nodes import children, kinds, walk
from modelsearch.static.source.program import ClassInfo, FunctionInfo, Module, Program

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator


_Node = TypeVar("_Node", bound=ast.AST)
_Answer = TypeVar("_Answer")
_LISTED = "_listed"


@dataclass(slots=True)
class Listed:
    """What one body holds, kept with its tree for all scripts that share it."""

    names: dict[str, ast.AST] = field(default_factory=dict)
    calls: dict[str, ast.AST] = field(default_factory=dict)
    nodes: list[ast.AST] = field(default_factory=list)
    by_kind: dict[type[ast.AST], list[Any]] = field(default_factory=dict)
    #: Calls and operations on two values, of which some compare what a network is taught.
    pairing: list[ast.AST] = field(default_factory=list)


@dataclass(slots=True)
class Features:
    """Identifiers (``names``) and called last names (``calls``) of one function or of the top
    level of a module, each with its first line.
    """

    module: Module
    info: FunctionInfo | None
    body: list[ast.stmt]
    names: dict[str, ast.AST] = field(default_factory=dict)
    calls: dict[str, ast.AST] = field(default_factory=dict)
    listed: Listed = field(default_factory=lambda: Listed())

    @property
    def owner(self) -> ClassInfo | None:
        """The class of a method."""
        return self.info.owner if self.info else None

    def name_like(self, pattern: re.Pattern[str]) -> ast.AST | None:
        """Return the first place of an identifier that matches a pattern from its start."""
        for name, node in self.names.items():
            if pattern.match(name):
                return node
        return None

    def calls_any(self, *last: str) -> ast.AST | None:
        """Return the first place of a call of one of the names."""
        for name in last:
            if name in self.calls:
                return self.calls[name]
        return None

    def walk(self) -> list[ast.AST]:
        """Return all nodes; they are listed when first asked for."""
        nodes = self.listed.nodes
        if not nodes:
            for statement in self.body:
                nodes += walk(statement)
        return nodes

    def of(self, kind: type[_Node]) -> list[_Node]:
        """Return the nodes of a kind, in the order of :meth:`walk`."""
        by_kind = self.listed.by_kind
        if not by_kind:
            for node in self.walk():
                by_kind.setdefault(node.__class__, []).append(node)
        return by_kind.get(kind, [])


def _called(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def nodes_of(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes of a body, but not those of functions and classes defined in it."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        stack.extend(reversed(children(node)))


def read_features(module: Module, info: FunctionInfo | None, body: list[ast.stmt]) -> Features:
    """Walk a body once, whichever script asks for it."""
    holder = info.node if info is not None else module.tree
    listed: Listed | None = holder.__dict__.get(_LISTED)
    if listed is None:
        listed = holder.__dict__[_LISTED] = _listed(info, body)
    return Features(module, info, body, listed.names, listed.calls, listed)


def _listed(info: FunctionInfo | None, body: list[ast.stmt]) -> Listed:
    found = Listed()
    names, calls = found.names, found.calls
    for node in nodes_of(body):
        if isinstance(node, ast.Name):
            names.setdefault(node.id, node)
        elif isinstance(node, ast.Attribute):
            names.setdefault(node.attr, node)
        elif isinstance(node, ast.keyword) and node.arg:
            names.setdefault(node.arg, node.value)
        elif isinstance(node, ast.Call):
            calls.setdefault(_called(node.func), node)
            found.pairing.append(node)
        elif isinstance(node, ast.BinOp):
            found.pairing.append(node)
    if info is not None and not isinstance(info.node, ast.Lambda):
        arguments = info.node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            names.setdefault(argument.arg, info.node)
    return found


class Scene:
    """All that was reached: features of each function, of each module's top level."""

    def __init__(self, program: Program, evaluator: Evaluator) -> None:
        """Keep what the rules read; features are made when they are first asked for."""
        self.program = program
        self.evaluator = evaluator
        self._read: dict[int, Features] = {}
        self._named: dict[str, Evidence | None] = {}
        self._answers: dict[str, Any] = {}

    def _features(self, info: FunctionInfo) -> Features | None:
        """Features of one function, made once."""
        if isinstance(info.node, ast.Lambda):
            return None
        found = self._read.get(id(info))
        if found is None:
            found = self._read[id(info)] = read_features(info.module, info, info.node.body)
        return found

    def features_of(self, info: FunctionInfo) -> Features:
        """Return the features of a function, reached or not."""
        found = self._features(info)
        return found if found is not None else Features(info.module, info, [])

    @cached_property
    def functions(self) -> list[Features]:
        """Features of the reached functions and of the script's top level."""
        found = [read_features(self.program.main, None, self.program.main.tree.body)]
        for module in self.program.modules.values():
            for info in _infos(module):
                features = self._features(info) if self.reached(info) else None
                if features is not None:
                    found.append(features)
        return found

    @cached_property
    def library(self) -> bool:
        """Return whether the script only defines things that another one calls."""
        return not any(self.evaluator.executed(info) for info in _infos(self.program.main))

    @cached_property
    def given(self) -> frozenset[int]:
        """Functions that reached calls are given to call later (``Lambda(sampling)``)."""
        values = (
            first(value)
            for record in self.evaluator.calls()
            for value in (*record.args, *record.kwargs.values())
        )
        return frozenset(id(value.info) for value in values if isinstance(value, Function))

    def reached(self, info: FunctionInfo) -> bool:
        """Return whether a function was entered; in a script that calls nothing itself, all of its
        own functions count.
        """
        if self.library and info.module is self.program.main:
            return True
        return self.evaluator.executed(info) or id(info) in self.given

    def skipped(self, features: Features, call: ast.Call) -> bool:
        """Return whether a function was executed and one of its calls was not: a branch not
        taken.
        """
        info = features.info
        if info is None or self.evaluator.exhausted or not self.evaluator.executed(info):
            return False
        return id(call) not in self._called

    @cached_property
    def _called(self) -> frozenset[int]:
        return frozenset(id(record.node) for record in self.evaluator.calls())

    def methods(self, classes: Iterable[ClassInfo]) -> list[Features]:
        """Features of all methods of classes, reached or not (a library may call them)."""
        found = []
        for klass in classes:
            for info in klass.methods.values():
                features = self._features(info)
                if features is not None:
                    found.append(features)
        return found

    def evidence(self, features: Features, node: ast.AST | None = None) -> Evidence:
        """Say where something of a function stands."""
        place = node or (features.info.node if features.info else features.module.tree)
        return self.program.evidence(features.module, place)

    def once(self, question: str, answer: Callable[[Scene], _Answer]) -> _Answer:
        """Return the answer to a question about the whole script, found once."""
        if question not in self._answers:
            self._answers[question] = answer(self)
        found: _Answer = self._answers[question]
        return found

    def says(self, *texts: str) -> bool:
        """Return whether one of the strings stands in the script (a loss given by its name)."""
        return bool(self.strings.intersection(texts))

    @cached_property
    def strings(self) -> frozenset[str]:
        """The short string literals of the script, and those that other files compile with."""
        compiled = (
            call
            for each in self.functions
            if not each.module.is_main
            for call in each.of(ast.Call)
            if _called(call.func) == "compile"
        )
        literals = (n for call in compiled for n in walk(call) if isinstance(n, ast.Constant))
        own = kinds(self.program.main.tree)[ast.Constant]
        return frozenset(
            node.value
            for node in itertools.chain(own, literals)
            if isinstance(node.value, str) and len(node.value) < 100
        )

    def named(self, pattern: str, only: Iterable[Features] | None = None) -> Evidence | None:
        """Return where an identifier that matches ``pattern`` first stands."""
        if only is None:
            if pattern not in self._named:
                self._named[pattern] = self._first_named(re.compile(pattern))
            return self._named[pattern]
        compiled = re.compile(pattern)
        for features in only:
            node = features.name_like(compiled)
            if node is not None:
                return self.evidence(features, node)
        return None

    def _first_named(self, pattern: re.Pattern[str]) -> Evidence | None:
        name = next((name for name in self.identifiers if pattern.match(name)), None)
        return self.evidence(*self.identifiers[name]) if name is not None else None

    @cached_property
    def identifiers(self) -> dict[str, tuple[Features, ast.AST]]:
        """The identifiers of all reached functions, each with its first place."""
        found: dict[str, tuple[Features, ast.AST]] = {}
        for features in self.functions:
            for name, node in features.names.items():
                if name not in found:
                    found[name] = (features, node)
        return found

    def called(self, *last: str) -> Evidence | None:
        """Return where a function or method of one of the names is first called."""
        for features in self.functions:
            node = features.calls_any(*last)
            if node is not None:
                return self.evidence(features, node)
        return None


def _infos(module: Module) -> Iterator[FunctionInfo]:
    seen: set[int] = set()
    for klass in module.class_of.values():
        for info in klass.methods.values():
            seen.add(id(info))
            yield info
    for info in module.all_functions.values():
        if id(info) not in seen:
            yield info
