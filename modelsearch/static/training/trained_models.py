"""Which models an optimizer is given, and what their classes are called."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.values import (
    MAX_CHOICES,
    Abstract,
    Attr,
    Call,
    Choice,
    ClassValue,
    Instance,
    Item,
    Map,
    Seq,
    first,
    options,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.vocabulary.roles import role

MOST_MODELS = 8  #: of one optimizer; of more, the others are not looked at
_PARAMETERS = frozenset(
    [
        "parameters",
        "named_parameters",
        "named_modules",
        "named_children",
        "trainable_variables",
        "trainable_weights",
        "collect_params",
        "variables",
        "get_parameters",
        "weights",
        "trainable_params",
        "group_parameters",
        "state_dict",
        "optim_groups",
    ]
)


def parameter_models(value: Abstract | None, depth: int = 0) -> list[Abstract]:
    """Return the models whose parameters a value holds (``model.parameters()`` and what is made of
    it).
    """
    found: list[Abstract] = []
    if depth > 6:
        return found
    for option in options(value):
        _collect(option, found, depth)
    unique: list[Abstract] = []
    for model in found:
        if not any(model is other for other in unique):
            unique.append(model)
    return unique[:MOST_MODELS]


def _collect(option: Abstract, found: list[Abstract], depth: int) -> None:
    holder = _holder(option)
    if holder is not None:
        found.append(holder if _is_open(holder) else unwrap(holder))
        return
    for each in _made_from(option):
        found.extend(parameter_models(each, depth + 1))


def _holder(option: Abstract) -> Abstract | None:
    """Return the model of ``model.parameters()`` and ``model.trainable_variables``."""
    if isinstance(option, Call) and option.method in _PARAMETERS:
        return option.receiver
    if isinstance(option, Attr) and option.name in _PARAMETERS:
        return option.base
    return None


def _made_from(option: Abstract) -> list[Abstract]:
    """Return the values that a value is made from."""
    if isinstance(option, Call):
        inner = [*option.args, *option.kwargs.values()]
        return [*inner, *([option.receiver] if option.receiver is not None else [])][:12]
    if isinstance(option, Attr | Item):
        return [option.base]
    if isinstance(option, Seq):
        return option.items[:24]
    return list(option.items.values())[:12] if isinstance(option, Map) else []


def together(machine: Machine, models: list[Abstract]) -> list[Abstract]:
    """The network whose parts an optimizer is given one by one: ``model.backbone.parameters()``,
    ``model.classifier.parameters()``.
    """
    if len(models) < 2:
        return models
    bases = [first(part.base) for model in models if isinstance(part := unwrap(model), Attr)]
    if bases and isinstance(bases[0], Call) and all(each is bases[0] for each in bases):
        parts = {id(unwrap(value)) for value in bases[0].attrs.values()}
        if all(isinstance(p := unwrap(m), Attr) or id(p) in parts for m in models):
            return [bases[0]]
    for instance in machine.instances:
        held = {id(unwrap(value)) for value in instance.attrs.values()}
        if is_module(instance) and all(_is_part(unwrap(model), held) for model in models):
            return [instance]
    return models


def _is_part(model: Abstract, held: set[int]) -> bool:
    """Return whether a network is held itself, or is an attribute of what is: ``body.embed``."""
    inner = isinstance(model, Attr | Item) and _is_part(unwrap(model.base), held)
    return inner or id(model) in held


#: Of more classes than this, among which an option without a default chooses, none is stated.
_MOST_ALTERNATIVES = 2


def _is_open(value: Abstract) -> bool:
    """Return whether an option without a default chooses a model among many classes."""
    if not isinstance(value, Choice):
        return False
    return is_open(value.options, {class_of(each) for each in value.options} - {None})


def is_open(alternatives: Sequence[Abstract], classes: Collection[str | None]) -> bool:
    """Return whether too many classes are left to choose from, or more than are kept."""
    most = 1 if len(alternatives) >= MAX_CHOICES else _MOST_ALTERNATIVES
    return len(classes) > most


def class_of(value: Abstract | None) -> str | None:
    """Return the class name of a model: a project class, or the library's; none where it is
    open.
    """
    if value is not None and _is_open(value):
        return None
    head = unwrap(value)
    if isinstance(head, Instance):
        return None if is_trainer(head) else head.name
    if isinstance(head, ClassValue):
        return head.info.name
    if isinstance(head, Call):
        if head.method == "from_pretrained" or head.last == "from_pretrained":
            owner = (head.name or "").rpartition(".")[0].rpartition(".")[2]
            return owner or None
        if head.name and head.method is None and not loads_object(head.name):
            return name_given(head) if makes_by_name(head) else head.last or None
    return None


def is_trainer(instance: Instance) -> bool:
    """Return whether a class of the project is a library's trainer, and no network."""
    return any(base.endswith("Trainer") for base in instance.klass.library_bases())


#: Functions of libraries that make a network by its name.
_MAKERS = frozenset({
    "get_model", "create_model", "load_model", "load", "build_model", "load_from_name",
    "create_model_and_transforms", "create_model_from_pretrained",
})  # fmt: skip


def makes_by_name(made: Call) -> bool:
    """Return whether a function of a library makes the network that it is given the name of."""
    return made.name is not None and ":" not in made.name and made.last in _MAKERS


_FILE = re.compile(
    r"\.(h5|hdf5|keras|pth?|ckpt|pkl|pickle|joblib|bin|onnx|safetensors|json|ya?ml)$"
)


def name_given(made: Call) -> str | None:
    """The name of the network that a maker is asked for, without what its weights were trained on:
    ``create_model("vit_base_patch16_224.augreg_in21k")``; None for a file.
    """
    place = 1 if (made.name or "").endswith("hub.load") else 0
    name = text(made.argument(place, "name", "model_name", "model"))
    if name is None or _FILE.search(name):
        return None
    return name.partition(".")[0] or None


def loads_object(name: str) -> bool:
    """Return whether the name of a call says nothing of the model: it gives back what was stored or
    configured, or what trains it.
    """
    last = name.rpartition(".")[2]
    if last in _MADE_BY_SETTINGS or last.endswith(("Trainer", "Runner")):
        return True
    return name in _STORED


_STORED = role("stored object")
_MADE_BY_SETTINGS = ("instantiate", "from_cfg", "build_from_cfg", "get_cfg", "blank")
