"""What the trained networks consist of: layers, ready-made networks, objects of project classes.

The walk starts at the values whose parameters an optimizer updates and follows attributes, lists
and arguments. Where the stages name none (functional JAX, raw TensorFlow), all reached calls count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence
from modelsearch.static.libraries.layer_kinds import (
    continued,
    estimator,
    is_module,
    kind_of,
    may_have_weights,
)
from modelsearch.static.libraries.ready_made import ready_made
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Instance,
    Item,
    Map,
    Seq,
    Varying,
    first,
    given_argument,
    options,
)
from modelsearch.static.network.tracing import whole_of
from modelsearch.static.source.nodes import kinds
from modelsearch.static.source.program import ClassInfo, Program
from modelsearch.vocabulary.roles import role

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

MAX_VALUES = 20_000
_GIVES_TABLE = re.compile(r"get_(\w+_)?embeddings?$")
_OBJECTIVE = re.compile(r"Loss(es)?$|(^|_)[Ll]oss(es)?(_|$)|Criterion$|_criterion$")
#: Kinds of layers that hold no weights.
WEIGHTLESS = ("dropout", "pool", "global_pool", "activation", "upsample", "flatten")
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
_OPTIMIZERS = role("optimizer module")
_INPUTS_FIRST = role("inputs first")


@dataclass(slots=True)
class Layer:
    """One call that makes (or applies) a layer; ``owner`` is the object it belongs to."""

    kind: str
    name: str
    evidence: Evidence
    args: Sequence[Abstract]
    kwargs: dict[str, Abstract]
    owner: Instance | None = None
    node: ast.AST | None = None

    def argument(self, position: int | None, *names: str) -> Abstract | None:
        """Return the argument at a position or under one of the names."""
        return given_argument(self.args, self.kwargs, position, names)

    @property
    def inputs_first(self) -> bool:
        """Return whether its first argument is the number of inputs, the second that of outputs."""
        return _INPUTS_FIRST.begins(self.name)

    @property
    def outputs(self) -> Abstract | None:
        """Return how many outputs a dense layer is given."""
        if self.inputs_first:
            return self.argument(1, "out_features")
        return self.argument(0, "units", "features", "num_hidden")


@dataclass(slots=True)
class Network:
    """Layers, ready-made networks (family → where) and project objects, in order.

    ``open`` says that a chain of layers holds more than could be listed; ``unknown`` are library
    classes in it that no table knows, which may have weights.
    """

    layers: list[Layer] = field(default_factory=list)
    zoo: dict[str, Evidence] = field(default_factory=dict)
    estimators: dict[str, Evidence] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    open: bool = False
    spread: bool = False  # parts may have been given that are not known
    unknown: list[str] = field(default_factory=list)
    #: Functions that give a network without a class back, with where they are called.
    makers: dict[str, Evidence] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Layer]:
        """Return the layers of the given kinds."""
        return [layer for layer in self.layers if layer.kind in kinds]

    def has(self, *kinds: str) -> bool:
        """Return whether there is a layer of one of the kinds."""
        return any(layer.kind in kinds for layer in self.layers)

    def class_names(self) -> list[str]:
        """Return the names of the project classes, each once, in order."""
        return list(dict.fromkeys(instance.name for instance in self.instances))

    def classes(self) -> list[ClassInfo]:
        """Return the project classes and their project bases, each once."""
        found: dict[int, ClassInfo] = {}
        for instance in self.instances:
            for klass in instance.klass.mro():
                found.setdefault(id(klass.info), klass.info)
        return list(found.values())


def is_objective(name: str) -> bool:
    """Return whether a class compares, by its name, though it may hold weights that are trained."""
    return _OBJECTIVE.search(name) is not None


def texts_of(args: Iterable[Abstract], kwargs: dict[str, Abstract]) -> list[str]:
    """Return the strings among the arguments, the first alternative of each."""
    found = []
    for value in (*args, *kwargs.values()):
        for option in options(value)[:1]:
            if isinstance(option, Const) and isinstance(option.value, str):
                found.append(option.value)
    return found


class _Walk:
    """Collects a network from values without recursion."""

    def __init__(self, program: Program, evaluator: Evaluator) -> None:
        self.program = program
        self.evaluator = evaluator
        self.network = Network()
        self.seen: set[int] = set()

    def run(self, roots: Iterable[Abstract]) -> None:
        stack: list[tuple[Abstract, Instance | None]] = []
        stack.extend((root, None) for root in reversed(list(roots)))
        while stack and len(self.seen) < MAX_VALUES:
            value, owner = stack.pop()
            if id(value) in self.seen:
                continue
            self.seen.add(id(value))
            children = list(self._visit(value, owner))
            stack.extend(reversed(children))

    def _visit(
        self, value: Abstract, owner: Instance | None
    ) -> Iterator[tuple[Abstract, Instance | None]]:
        if isinstance(value, Instance):
            yield from self._parts(value, owner)
        elif isinstance(value, Call):
            begun = continued(value)
            self.network.spread |= begun is not None
            yield from self._call(value, owner)
            yield from ([(begun, owner)] if begun is not None else ())
        elif isinstance(value, Seq):
            parts = [item for item in value.items if _is_part(item)]
            if parts and (value.open or len({id(part) for part in parts}) < len(parts)):
                self.network.open = True  # more may follow, or copies of one part
                known = [i for i in value.items if isinstance(i, Call | Instance | Const)]
                self.network.spread |= len(known) < len(value.items)
            yield from ((item, owner) for item in value.items)
        elif isinstance(value, Dotted) and owner is None:
            self._named_network(value)
        else:
            yield from ((child, owner) for child in _inside(value))

    def _named_network(self, value: Dotted) -> None:
        """A ready-made network that is named and not called: ``vision_learner(dls, resnet18)``."""
        family = ready_made(value.name, [])
        place = value.at
        if family is not None and place is not None and place.module and place.node:
            evidence = self.program.evidence(place.module, place.node)
            self.network.zoo.setdefault(family, evidence)

    def _parts(
        self, value: Instance, owner: Instance | None
    ) -> Iterator[tuple[Abstract, Instance | None]]:
        """Yield the attributes of an object, which own what is made in them if it is a module."""
        self.network.instances.append(value)
        self._as_layer(value)
        inner = value if is_module(value) or owner is None else owner
        for name, child in value.attrs.items():
            if not _is_settings(name, child):
                yield child, inner

    def _as_layer(self, value: Instance) -> None:
        """An object of a class that extends a library's layer is that layer; one of a class that
        the vocabulary knows as a family is of that family.
        """
        known = vocabulary.find_constructor("family", value.klass.info.name)
        if known is not None and value.call is not None:
            self.network.zoo.setdefault(known.name, _evidence(self.program, value.call))
        for base in value.klass.library_bases():
            kind = kind_of(base)
            if kind is not None and value.call is not None:
                evidence = _evidence(self.program, value.call)
                self.network.layers.append(
                    Layer(kind, base, evidence, value.args, value.kwargs, value, value.call.at.node)
                )
                return
            family = ready_made(base, [])
            if family is not None and value.call is not None:
                self.network.zoo.setdefault(family, _evidence(self.program, value.call))
                return

    def _call(
        self, call: Call, owner: Instance | None
    ) -> Iterator[tuple[Abstract, Instance | None]]:
        table = _GIVES_TABLE.match(call.method or "")  # of a network of which no more is taken
        name = "Embedding" if table else called_name(self.evaluator, call)
        if _OPTIMIZERS.begins(name):
            return
        evidence = _evidence(self.program, call)
        if call.star and name.endswith(_CONTAINERS):
            self.network.open = self.network.spread = True
            yield from ((part, owner) for part in self._spread(call))
        self.add(name, call.args, call.kwargs, evidence, owner, call.at.node)
        if owner is not None:
            self._note_unknown(call)
        elif name.endswith(_CONTAINERS):
            for child in call.args:
                for part in child.items if isinstance(child, Seq) else [child]:
                    self._note_unknown(first(part))
        if call.receiver is not None and not table:
            yield call.receiver, owner
        for child in (*call.args, *call.kwargs.values(), *call.attrs.values()):
            if not isinstance(child, Const):
                yield child, owner

    def _spread(self, call: Call) -> Iterator[Abstract]:
        """Yield the networks whose parts a chain is made of: ``*list(net.children())[:-1]``."""
        node, module = call.at.node, call.at.module
        if not isinstance(node, ast.Call) or module is None:
            return
        for argument in node.args:
            for each in ast.walk(argument) if isinstance(argument, ast.Starred) else ():
                asked = each.func if isinstance(each, ast.Call) else None
                if isinstance(asked, ast.Attribute) and asked.attr in _PARTS:
                    yield from self.evaluator.abstract(whole_of(asked.value), module)[:2]

    def _note_unknown(self, part: Abstract) -> None:
        """Remember a library class that may have weights and that no table knows."""
        if not isinstance(part, Call):
            return
        name = called_name(self.evaluator, part)
        known = kind_of(name) or ready_made(name, texts_of(part.args, part.kwargs))
        if name and not known and may_have_weights(name):
            self.network.unknown.append(name)

    def add(
        self,
        name: str,
        args: Sequence[Abstract],
        kwargs: dict[str, Abstract],
        evidence: Evidence,
        owner: Instance | None,
        node: ast.AST | None,
    ) -> None:
        """Enter a call under what it makes, if it makes a layer, a network or an estimator."""
        kind = kind_of(name)
        if kind is not None:
            self.network.layers.append(Layer(kind, name, evidence, args, kwargs, owner, node))
            return
        family = estimator(name)
        if family is not None:
            self.network.estimators.setdefault(family, evidence)
            return
        family = ready_made(name, texts_of(args, kwargs)) if name else None
        if family is not None:
            self.network.zoo.setdefault(family, evidence)


#: What gives the parts of a network.
_PARTS = ("children", "named_children", "modules")


def _inside(value: Abstract) -> list[Abstract]:
    """Return what a value that is no object, call or list holds."""
    if isinstance(value, Map):
        return [] if value.namespace else list(value.items.values())
    if isinstance(value, Item):
        return [value.base]  # a state that a layer returned beside its output
    if isinstance(value, Choice):
        return [value.options[0]]
    return [value.initial] if isinstance(value, Varying) else []


def _is_part(value: Abstract) -> bool:
    """Return whether a value is a layer or a module, rather than what a loop collects."""
    if isinstance(value, Instance):
        return is_module(value)
    kind = kind_of(value.name) if isinstance(value, Call) else None
    return kind is not None and kind not in WEIGHTLESS


def called_name(evaluator: Evaluator, call: Call) -> str:
    """Return the dotted name of what was called, also for ``models.__dict__[name]()``."""
    name = call.name or ""
    node = call.at.node
    if name.endswith(".__dict__") and isinstance(node, ast.Call) and call.at.module is not None:
        key = node.func.slice if isinstance(node.func, ast.Subscript) else None
        values = evaluator.values(key, call.at.module) if key is not None else []
        if values and isinstance(values[0].value, str):
            return name.removesuffix("__dict__") + values[0].value
    return name


def _is_settings(name: str, value: Abstract) -> bool:
    """Attributes that hold options, data or optimizers rather than parts of the network."""
    if isinstance(value, Map) and value.namespace:
        return True
    return name in ("args", "opt", "config", "hparams", "cfg", "env", "envs", "dataset", "logger")


def _evidence(program: Program, call: Call) -> Evidence:
    place = call.at
    if place.module is not None and place.node is not None:
        return program.evidence(place.module, place.node)
    return Evidence(program.main.path)


def collect(program: Program, evaluator: Evaluator, roots: Sequence[Abstract]) -> Network:
    """Return what the values ``roots`` consist of.

    Layers that a network makes while it runs (Flax ``@nn.compact``, functional layers in
    ``forward``) are those of reached calls inside its objects' methods. An object whose methods
    were never reached gives the layers that its class names.
    """
    visit = _Walk(program, evaluator)
    visit.run(roots)
    network = visit.network
    inside = {id(instance) for instance in network.instances}
    for record in evaluator.calls():
        owner = record.self_value
        if not isinstance(owner, Instance) or id(owner) not in inside or record.name is None:
            continue
        if isinstance(record.result, Instance) and is_module(record.result):
            known = len(network.instances)
            visit.run([record.result])
            inside.update(id(instance) for instance in network.instances[known:])
            continue
        made = isinstance(record.result, Call) and id(record.result) in visit.seen
        if not made and kind_of(record.name) is not None:
            visit.add(record.name, record.args, record.kwargs, record.evidence, owner, record.node)
            if isinstance(record.result, Call):
                visit.seen.add(id(record.result))
    owners = {id(layer.owner) for layer in network.layers}
    for instance in network.instances:
        if id(instance) not in owners and is_module(instance):
            _from_source(program, instance, visit)
    return network


def _from_source(program: Program, instance: Instance, visit: _Walk) -> None:
    """Enter the layer calls that the text of a class holds."""
    for klass in instance.klass.mro():
        for node in kinds(klass.info.node)[ast.Call]:
            name = klass.info.module.qualified(node.func)
            if name and kind_of(name):
                evidence = program.evidence(klass.info.module, node)
                values = _constants(node)
                visit.add(name, values[0], values[1], evidence, instance, node)


def _constants(node: ast.Call) -> tuple[list[Abstract], dict[str, Abstract]]:
    def constant(value: ast.AST) -> Abstract:
        return Const(value.value) if isinstance(value, ast.Constant) else Abstract()

    keywords: dict[str, Any] = {k.arg: constant(k.value) for k in node.keywords if k.arg}
    return [constant(arg) for arg in node.args], keywords


def everything(program: Program, evaluator: Evaluator) -> Network:
    """Return all layers, networks and estimators that reached calls make."""
    visit = _Walk(program, evaluator)
    visit.run([instance for instance in evaluator.instances() if is_module(instance)])
    for record in evaluator.calls():
        if record.name is None or (
            isinstance(record.result, Call) and id(record.result) in visit.seen
        ):
            continue
        owner = record.self_value if isinstance(record.self_value, Instance) else None
        visit.add(record.name, record.args, record.kwargs, record.evidence, owner, record.node)
    return visit.network


def defined(program: Program, evaluator: Evaluator) -> Network:
    """Return what the module classes that the script defines name, for a script that another one
    calls.
    """
    made = []
    for name in program.main.classes:
        value = evaluator.global_value(name)
        if isinstance(value, ClassValue):
            instance = Instance(value)
            if is_module(instance):
                made.append(instance)
    return collect(program, evaluator, made)
