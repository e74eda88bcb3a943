"""The architecture of what is trained: main class, families, sizes, techniques, task."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact, Evidence, Fact, NamedFact
from modelsearch.static.libraries.layer_kinds import estimator, is_module, kind_of
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Dotted,
    Instance,
    first,
    options,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.network.adversarial import GENERATOR
from modelsearch.static.network.families import read_families
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.gaps import without_fillers
from modelsearch.static.network.networks import (
    Network,
    called_name,
    collect,
    defined,
    everything,
    is_objective,
)
from modelsearch.static.network.sizes import read_layers
from modelsearch.static.network.tasks import read_task
from modelsearch.static.network.techniques import read_techniques
from modelsearch.static.network.weights import count_trained
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.program import ClassInfo, FunctionInfo, Program
from modelsearch.static.training.trained_models import (
    is_open,
    is_trainer,
    loads_object,
    makes_by_name,
    name_given,
)
from modelsearch.vocabulary.libraries import is_boosting
from modelsearch.vocabulary.roles import role

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator
    from modelsearch.static.training.stages import StageInfo


@dataclass(slots=True)
class ArchitectureReading:
    """What is known about the trained networks."""

    architecture: Fact | None = None
    families: list[Fact] = field(default_factory=list)
    layer_facts: list[NamedFact] = field(default_factory=list)
    parameters: Fact | None = None
    techniques: list[Fact] = field(default_factory=list)
    task: Fact | None = None


_GENERATOR_NAME = re.compile(r"(?i)generator|^g$|^gen|^net_?g|^g_")
_DISCRIMINATOR_NAME = re.compile(r"(?i)discriminator|critic|^d$|^disc|^net_?d|^d_")
_WRAPS = role("value")
_LOADERS = ("from_pretrained", "from_config", "from_name", "from_scratch")


def class_name(value: Abstract | None) -> str | None:
    """Return the name of the class or constructor that made a model."""
    value = unwrap(value, "model")
    if isinstance(value, Instance):
        return None if is_trainer(value) else value.name
    if isinstance(value, Call) and value.name:
        parts = value.name.rpartition(":")[2].split(".")  # a project's own module stands before
        if loads_object(value.name) or parts[-1] in ("Estimator", "TPUEstimator"):
            return None  # what was stored, or what a function makes: the call says nothing of it
        loads = parts[-1] in (*_LOADERS, *_WRAPS.listed) or re.match(r"from_\w+$", parts[-1])
        if loads and len(parts) > 1 and parts[-2][:1].isupper():
            return parts[-2]
        if parts[-1] in _WRAPS.listed and parts[-1][:1].islower():
            return None  # a function that wraps what is not known
        if makes_by_name(value):
            return name_given(value)
        if is_boosting(value.name) and parts[-1] in ("train", "cv"):
            return "Booster"
        return parts[-1]
    if isinstance(value, Dotted):
        return value.name.rpartition(".")[2]
    return None


def _stage_models(stage: StageInfo) -> list[Abstract]:
    """Return the models that a stage trains; an objective stands for what it is given."""
    return [part for model in stage.models if (part := _trained(model)) is not None]


def _models(stages: Sequence[StageInfo]) -> Iterator[Abstract]:
    for stage in sorted(stages, key=lambda each: not each.main):
        yield from _stage_models(stage)


def _principal(scene: Scene, stages: Sequence[StageInfo]) -> Abstract | None:
    """Return the model that the main stage trains: of an adversarial pair the generator."""
    main = [stage for stage in stages if stage.main] or list(stages[-1:])
    for stage in main:
        models = [model for model in _stage_models(stage) if class_name(model)]
        if not models:
            continue
        named = [model for model in models if not _is_discriminator(scene, model)]
        generators = [m for m in named if _GENERATOR_NAME.search(class_name(m) or "")]
        others = [m for s in stages for m in s.models]
        if _is_discriminator(scene, models[0]) and not generators:
            generators = [m for m in others if _GENERATOR_NAME.search(class_name(m) or "")]
        return _whole(
            scene,
            (generators or named or models)[0] if _has_discriminator(scene, others) else models[0],
        )
    return None


def _trained(model: Abstract) -> Abstract | None:
    """Return what a model is, or the network that an objective is given or holds; None where that
    is not known.
    """
    objective = unwrap(model, "model")
    parts: list[Abstract] = []
    if isinstance(objective, Call) and is_objective(objective.last):
        parts = [*objective.args, *objective.kwargs.values()]
    elif isinstance(objective, Instance) and is_objective(objective.name):
        parts = [each for each in objective.attrs.values() if _is_network(each)]
    else:
        return model
    return next((part for part in parts if class_name(part)), None)


def _is_network(value: Abstract) -> bool:
    made = first(value)
    return isinstance(made, Instance) and is_module(made) and not is_objective(made.name)


def _whole(scene: Scene, model: Abstract) -> Abstract:
    """Return the object whose layer a model is, where an optimizer is given the layers one by
    one.
    """
    layer = unwrap(model, "model")
    if not isinstance(layer, Call) or not (kind_of(layer.name) or layer.last in _CONTAINERS):
        return model
    for instance in scene.evaluator.instances():
        if is_module(instance) and any(first(held) is layer for held in instance.attrs.values()):
            return instance
    return model


def _is_discriminator(scene: Scene, model: Abstract) -> bool:
    return bool(_DISCRIMINATOR_NAME.search(class_name(model) or ""))


def _has_discriminator(scene: Scene, models: list[Abstract]) -> bool:
    return any(_is_discriminator(scene, model) for model in models)


def _architecture(scene: Scene, network: Network, stages: Sequence[StageInfo]) -> Fact | None:
    """Return the main class of what is trained: its constructor's name, or what a container is
    called.
    """
    principal = _principal(scene, stages)
    made = unwrap(principal, "model")
    name = class_name(principal)
    if isinstance(made, Call) and name == "__dict__":
        name = called_name(scene.evaluator, made).rpartition(".")[2]
    if isinstance(made, Call) and name in _CONTAINERS:
        name = _container_name(scene, made, stages) or name
    if principal is not None and name is not None:
        evidence = scene.evaluator.evidence(made)
        if evidence is not None:
            return Fact(name, evidence)
    stated = next((s.record.model_class for s in stages if s.main and s.record.model_class), None)
    if stated is not None and not is_objective(str(stated.value)):
        return stated
    return _only_module(scene, network)


#: Library classes that say nothing of what they hold.
_CONTAINERS = ("Sequential", "Model", "Functional", "HybridSequential")


def _container_name(scene: Scene, made: Call, stages: Sequence[StageInfo]) -> str | None:
    """Return what tells a container apart: the name it was given, the function that makes it, or,
    of an adversarial pair, the variable that holds the generator.
    """
    if made.last in ("Model", "Functional"):
        given = text(made.argument(None, "name"))
        if given:
            return given
    maker = _maker(scene, made)
    if maker is not None:
        return maker
    label = scene.evaluator.machine.label(made)
    return label if GENERATOR.match(label) and _two_models(stages) else None


def _two_models(stages: Sequence[StageInfo]) -> bool:
    return len({id(model) for stage in stages for model in stage.models}) >= 2


def _maker(scene: Scene, made: Call) -> str | None:
    """Return the function that gives a container back, where its name is that of a network."""
    for record in scene.evaluator.calls():
        if record.target is None and record.result is made and record.function is not None:
            name = record.function.name
            known = vocabulary.find("family", name) is not None or _FUNCTION.search(name)
            return name if known and not _NO_FUNCTION.search(name) else None
    return None


def _makers(scene: Scene, stages: Sequence[StageInfo]) -> dict[str, Evidence]:
    """Return the functions that give the trained containers back, and where these are made."""
    found: dict[str, Evidence] = {}
    for model in _models(stages):
        made = unwrap(model, "model")
        if isinstance(made, Call) and made.last in _CONTAINERS:
            name, where = _maker(scene, made), scene.evaluator.evidence(made)
            if name is not None and where is not None:
                found[name] = where
    return found


def _only_module(scene: Scene, network: Network) -> Fact | None:
    """Without a stage that says: the one outermost module that the script makes."""
    evaluator = scene.evaluator
    made = [instance for instance in evaluator.instances() if _is_network(instance)]
    if not made and scene.library:
        made = [each for each in network.instances if _is_network(each)]
        own = _defined_class(scene, {each.name for each in made})
        if own is not None:
            return own
        made = []
    inner: set[int] = set()
    for each in made[:200]:
        if id(each) in inner:
            continue  # and so are its parts
        parts = collect(scene.program, evaluator, [each]).instances
        inner |= {id(part) for part in parts if part is not each}
    outer = [instance for instance in made if id(instance) not in inner]
    names = list(dict.fromkeys(instance.name for instance in outer))
    generators = [name for name in names if GENERATOR.match(name)]
    name = generators[0] if generators else names[0] if len(names) == 1 else None
    for instance in outer:
        if instance.name == name:
            evidence = evaluator.evidence(instance) or scene.program.evidence(
                instance.klass.info.module, instance.klass.info.node
            )
            return Fact(instance.name, evidence)
    for record in evaluator.calls():
        if estimator(record.name) and record.name:
            return Fact(record.last, record.evidence)
    return _only_function(scene) or _only_layer(scene)


def _defined_class(scene: Scene, modules: set[str]) -> Fact | None:
    """Of a script that only defines: the one module class that nothing else in it names."""
    main = scene.program.main
    used: set[str] = set()
    owners: list[ClassInfo | FunctionInfo] = [*main.classes.values(), *main.functions.values()]
    for owner in owners:
        names = {each.id for each in walk(owner.node) if isinstance(each, ast.Name)}
        used |= names - {owner.name}
    free = [info for name, info in main.classes.items() if name in modules and name not in used]
    if len(free) != 1:
        return None
    return Fact(free[0].name, scene.program.evidence(main, free[0].node))


def _only_layer(scene: Scene) -> Fact | None:
    """Return the one library layer or chain that is applied at the outermost level: ``fc =
    nn.Linear``.
    """
    applied: dict[int, Call] = {}
    for record in scene.evaluator.calls():
        made = first(record.receiver) if record.method == "__call__" else None
        if not isinstance(made, Call) or record.self_value is not None:
            continue
        if kind_of(made.name) == "linear" or made.last in _CONTAINERS:
            applied[id(made)] = made
    if len(applied) != 1:
        return None
    made = next(iter(applied.values()))
    evidence = scene.evaluator.evidence(made)
    return Fact(made.last, evidence) if evidence is not None else None


_FUNCTION = re.compile(r"(?i)net|cnn|rnn|generator|encoder|classifier|mlp|perceptron")
_NO_FUNCTION = re.compile(
    r"(?i)^(build|create|make|get|define|main|train|run|model_fn|_)|model$|^net(work)?$"
)


def _only_function(scene: Scene) -> Fact | None:
    """Return the one function that makes a network without classes: ``def conv_net(x): …``."""
    found: dict[str, FunctionInfo] = {}
    for record in scene.evaluator.calls():
        layered = kind_of(record.name) in ("conv", "linear", "lstm", "gru", "rnn")
        if record.function and (layered or record.last in ("matmul", "dot")):
            found[record.function.name] = record.function
    for features in scene.functions if not found else ():
        if features.info is not None and _multiplies(features):
            found[features.info.name] = features.info
    if len(found) != 1:
        return None
    name, info = next(iter(found.items()))
    if info.owner is not None or not _FUNCTION.search(name) or _NO_FUNCTION.search(name):
        return None
    return Fact(name, scene.program.evidence(info.module, info.node))


def _multiplies(features: Features) -> bool:
    return any(isinstance(node.op, ast.MatMult) for node in features.of(ast.BinOp))


def _network(program: Program, evaluator: Evaluator, stages: Sequence[StageInfo]) -> Network:
    models = without_fillers(evaluator, list(_models(stages)))
    network = collect(program, evaluator, models)
    if network.layers or network.zoo or network.estimators or _is_known(models):
        return network
    if not stages and not _makes_own(program, evaluator):
        own = defined(program, evaluator)
        if own.instances:
            return own
    network = everything(program, evaluator)
    if network.layers or network.zoo or network.estimators or network.instances:
        return network
    return defined(program, evaluator)


def _makes_own(program: Program, evaluator: Evaluator) -> bool:
    """Return whether an object of one of the script's own module classes is made."""
    return any(
        instance.klass.info.module is program.main and is_module(instance)
        for instance in evaluator.instances()
    )


def _is_known(models: list[Abstract]) -> bool:
    """Return whether what is trained is a library's class that no table knows: better nothing."""
    made = [unwrap(model, "model") for model in models]
    return any(
        isinstance(each, Call)
        and re.search(r"[A-Z]\w{0,100}Model\b|\.from_pretrained$", each.name or "")
        and not (each.name or "").endswith(".Model")
        for each in made
    )


def _principal_network(scene: Scene, stages: Sequence[StageInfo]) -> Network | None:
    """Return the network of the principal model alone."""
    principal = unwrap(_principal(scene, stages), "model")
    if not isinstance(principal, Instance | Call):
        return None
    return collect(scene.program, scene.evaluator, [principal])


def _alternatives(principal: Abstract | None) -> list[Abstract]:
    """One model for each class, where an open option chooses among many; else none."""
    found: dict[str, Abstract] = {}
    for each in options(principal):
        name = class_name(each)
        if name is not None:
            found.setdefault(name, each)
    return list(found.values()) if is_open(options(principal), found) else []


def _shared_families(scene: Scene, chosen: list[Abstract], families: list[Fact]) -> list[Fact]:
    """Return the families that all alternatives have, or imply."""
    shared = {str(fact.value) for fact in families}
    for each in chosen:
        network = collect(scene.program, scene.evaluator, [unwrap(each, "model")])
        own = {str(fact.value) for fact in read_families(scene, network, network)}
        implied = {name for term in own for name, _ in vocabulary.ancestors("family", term)}
        shared &= own | implied
    return [fact for fact in families if str(fact.value) in shared]


def read_architecture(
    program: Program,
    evaluator: Evaluator,
    stages: Sequence[StageInfo],
    datasets: Sequence[DatasetFact],
) -> ArchitectureReading:
    """Return what is known about the networks that ``stages`` train.

    ``stages`` are those of :mod:`modelsearch.static.training.stages`: each has ``models`` (the
    values whose parameters its optimizer updates, the principal first), ``main`` and ``record``;
    ``datasets`` tell what it is for.
    """
    scene = Scene(program, evaluator)
    network = _network(program, evaluator, stages)
    network.makers = _makers(scene, stages)
    principal = _principal_network(scene, stages)
    families = read_families(scene, network, principal)
    chosen = _alternatives(_principal(scene, stages))
    if chosen:
        families = _shared_families(scene, chosen, families)
    names = {str(fact.value) for fact in families}
    return ArchitectureReading(
        architecture=_architecture(scene, network, stages) if not chosen else None,
        families=families,
        layer_facts=read_layers(scene, network, names),
        parameters=count_trained(scene, unwrap(_principal(scene, stages), "model"), stages),
        techniques=read_techniques(scene, network, families),
        task=read_task(scene, network, names, datasets),
    )
