"""The architecture of what is trained: main class, families, sizes, techniques, task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelsearch.records import Fact, NamedFact
from modelsearch.static.adversarial import GENERATOR
from modelsearch.static.families import read_families
from modelsearch.static.features import Scene
from modelsearch.static.layer_kinds import estimator
from modelsearch.static.layers import count_parameters, read_layers
from modelsearch.static.networks import Network, collect, everything, is_module
from modelsearch.static.program import Program
from modelsearch.static.tasks import read_task
from modelsearch.static.techniques import read_techniques
from modelsearch.static.values import Abstract, Attr, Call, Dotted, Instance, Item, Seq, first, options

if TYPE_CHECKING:
    from modelsearch.static.evaluator import Evaluator


@dataclass(slots=True)
class ArchitectureReading:
    """What is known about the trained networks."""

    architecture: Fact | None = None
    families: list[Fact] = field(default_factory=list)
    layer_facts: list[NamedFact] = field(default_factory=list)
    parameters: Fact | None = None
    techniques: list[Fact] = field(default_factory=list)
    task: Fact | None = None


_GENERATOR_NAME = re.compile(r"(?i)generator|^g$|^gen|^net_?g|^g_|decoder")
_DISCRIMINATOR_NAME = re.compile(r"(?i)discriminator|critic|^d$|^disc|^net_?d|^d_")
_LOADERS = ("from_pretrained", "from_config", "from_name", "from_scratch")
_WRAPPERS = ("DataParallel", "DistributedDataParallel", "compile", "prepare", "get_peft_model")


def _unwrapped(value: Abstract | None) -> Abstract | None:
    """Look through ``DataParallel(model)``, ``model.to(device)`` and the like."""
    current = first(value) if value is not None else None
    for _ in range(6):
        if isinstance(current, Attr | Item) and isinstance(first(current.base), Call | Instance):
            current = first(current.base)
            continue
        if not isinstance(current, Call):
            return current
        inner: Abstract | None = None
        if current.last in _WRAPPERS and current.args:
            inner = first(current.args[0])
        elif current.last.endswith("SearchCV"):
            inner = first(current.argument(0, "estimator"))
        elif current.last in ("Pipeline", "make_pipeline"):
            inner = _last_step(current)
        elif current.method in ("to", "cuda", "cpu", "double", "float", "train", "eval", "half"):
            inner = first(current.receiver)
        if not isinstance(inner, Instance | Call):
            return current
        current = inner
    return current


def _last_step(call: Call) -> Abstract | None:
    """The estimator that a scikit-learn pipeline ends with."""
    steps = first(call.argument(0, "steps")) if call.last == "Pipeline" else None
    last = steps.items[-1] if isinstance(steps, Seq) and steps.items else None
    if isinstance(last, Seq) and last.items:
        last = last.items[-1]
    return first(last or call.args[-1]) if last is not None or call.args else None


def class_name(value: Abstract | None) -> str | None:
    """Return the name of the class or constructor that made a model."""
    value = _unwrapped(value)
    if isinstance(value, Instance):
        return value.name
    if isinstance(value, Call) and value.name:
        parts = value.name.split(".")
        if parts[-1] in _LOADERS and len(parts) > 1:
            return parts[-2]
        if value.name in ("xgboost.train", "lightgbm.train"):
            return "Booster"
        return parts[-1] if ":" not in parts[-1] else parts[-1].rpartition(":")[2]
    if isinstance(value, Dotted):
        return value.name.rpartition(".")[2]
    return None


def _models(stages: Sequence[Any]) -> Iterator[Abstract]:
    for stage in sorted(stages, key=lambda each: not each.main):
        yield from stage.models


def _principal(scene: Scene, stages: Sequence[Any]) -> Abstract | None:
    """The model that the main stage trains: of an adversarial pair the generator."""
    main = [stage for stage in stages if stage.main] or list(stages[-1:])
    for stage in main:
        models = [model for model in stage.models if class_name(model)]
        if not models:
            continue
        named = [model for model in models if not _is_discriminator(scene, model)]
        generators = [m for m in named if _GENERATOR_NAME.search(class_name(m) or "")]
        others = [m for s in stages for m in s.models]
        if _is_discriminator(scene, models[0]) and not generators:
            generators = [m for m in others if _GENERATOR_NAME.search(class_name(m) or "")]
        return (generators or named or models)[0] if _has_discriminator(scene, others) else models[0]
    return None


def _is_discriminator(scene: Scene, model: Abstract) -> bool:
    return bool(_DISCRIMINATOR_NAME.search(class_name(model) or ""))


def _has_discriminator(scene: Scene, models: list[Abstract]) -> bool:
    return any(_is_discriminator(scene, model) for model in models)


def _architecture(scene: Scene, stages: Sequence[Any]) -> Fact | None:
    principal = _principal(scene, stages)
    name = class_name(principal)
    if principal is not None and name is not None:
        evidence = scene.evaluator.evidence(_unwrapped(principal))
        if evidence is not None:
            return Fact(name, evidence)
    stated = next((s.record.model_class for s in stages if s.main and s.record.model_class), None)
    return stated if stated is not None else _only_module(scene)


def _only_module(scene: Scene) -> Fact | None:
    """Without a stage that says: the one outermost module that the script makes."""
    evaluator = scene.evaluator
    made = [instance for instance in evaluator.instances() if is_module(instance)]
    inner = {id(v) for i in made for a in i.attrs.values() for v in options(a)}
    inner |= {id(v) for i in made for a in (*i.args, *i.kwargs.values()) for v in options(a)}
    outer = [instance for instance in made if id(instance) not in inner]
    names = list(dict.fromkeys(instance.name for instance in outer))
    generators = [name for name in names if GENERATOR.match(name)]
    name = generators[0] if generators else names[0] if len(names) == 1 else None
    for instance in outer:
        if instance.name == name:
            evidence = evaluator.evidence(instance)
            return Fact(instance.name, evidence) if evidence else None
    for record in evaluator.calls():
        if estimator(record.name) and record.name:
            return Fact(record.last, record.evidence)
    return None


def _network(program: Program, evaluator: Evaluator, stages: Sequence[Any]) -> Network:
    models = list(_models(stages))
    network = collect(program, evaluator, models)
    if network.layers or network.zoo or network.estimators:
        return network
    return everything(program, evaluator)


def read_architecture(
    program: Program, evaluator: Evaluator, stages: Sequence[Any]
) -> ArchitectureReading:
    """Return what is known about the networks that ``stages`` train.

    ``stages`` are those of :mod:`modelsearch.static.stages`: each has ``models`` (the values whose
    parameters its optimizer updates, the principal first), ``main`` and ``record``.
    """
    scene = Scene(program, evaluator)
    network = _network(program, evaluator, stages)
    families = read_families(scene, network)
    names = {str(fact.value) for fact in families}
    return ArchitectureReading(
        architecture=_architecture(scene, stages),
        families=families,
        layer_facts=read_layers(scene, network, names),
        parameters=count_parameters(network),
        techniques=read_techniques(scene, network, names),
        task=read_task(scene, network, names),
    )
