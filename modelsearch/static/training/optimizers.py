"""Recognising optimizers among values: their class, rate, decay and the models they update."""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.static.libraries.library import KNOWN, Optimizer
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    Place,
    Seq,
    Varying,
    first,
    flattened,
    number,
    options,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.training.schedules import schedule_rate
from modelsearch.static.training.trained_models import parameter_models
from modelsearch.vocabulary import libraries as packages
from modelsearch.vocabulary.roles import role

_HOLDERS = role("optimizer")
_NUMBER = role("number")
_NEVER = frozenset({"Optimizer", "step", "update", "clip", "optimizers", "optim", "scale"})


def canonical(name: str) -> str | None:
    """Return the vocabulary's name of an optimizer class, or None."""
    short = name.removesuffix("Optimizer") or name
    for spelling in (name, short, short.removesuffix("W_hf")):
        if vocabulary.find("optimizer", spelling):
            term = vocabulary.find("optimizer", spelling)
            return term.name if term else None
    return None


def optimizer_name(dotted: str | None) -> str | None:
    """Return the name of the optimizer that a library's dotted name makes, or None."""
    if not dotted:
        return None
    head, _, last = dotted.rpartition(".")
    if last in _NEVER or not head:
        return None
    known = vocabulary.find_constructor("optimizer", dotted)
    if known is not None:
        return known.name
    package = packages.find(dotted)
    kind = package.optimizers if package is not None else None
    place = head.lower()
    if re.search("scheduler|schedules|swa_utils", place) or _is_loss(last):
        return None
    about = "optim" in place or place.endswith(("train", "opt"))
    named = canonical(last)
    if named is not None and (kind is not None or about):
        return named
    if kind == "only" and last[:1].isupper():
        return last
    if "optim" in place and last[:1].isupper() and "LR" not in last:
        return last.removesuffix("Optimizer") or last
    return None


def _is_loss(name: str) -> bool:
    return name.lower().endswith(("loss", "entropy"))


def find_optimizer(value: Abstract | None, depth: int = 0) -> Optimizer | None:
    """Recognise an optimizer, also inside wrappers; None when a value is none."""
    if depth > 6:
        return None
    found = [each for option in options(value) if (each := _one(unwrap(option), depth)) is not None]
    if not found:
        return None
    found[0].alternatives = len({each.name for each in found})
    return found[0]


def stepped_optimizer(value: Abstract | None) -> Optimizer | None:
    """Return what is stepped without being known: a class that is given the parameters of models.

    A library's class is called by its own name; what an option chose by name has none.
    """
    head = unwrap(value)
    if not isinstance(head, Call) or head.method not in (None, "__call__"):
        return None
    given = head.argument(0, "params", "parameters")
    if not parameter_models(given) and not _holds_parameters(given):
        return None
    last = head.last if head.name and ":" not in head.name and head.last[:1].isupper() else ""
    if _SCHEDULES.search(last):
        return None
    return _describe(last, head)


#: Names of classes that change a rate; they may be given parameters, too.
_SCHEDULES = re.compile(r"(?i)schedul|anneal|warm_?up_?restart|lr$")


def _holds_parameters(value: Abstract | None) -> bool:
    """Return whether a list holds weights that the script makes one by one."""
    listed = first(value)
    items = listed.items if isinstance(listed, Seq) else [listed]
    return any(isinstance(each := first(item), Call) and each.last == "Parameter" for item in items)


def _one(value: Abstract, depth: int) -> Optimizer | None:
    if isinstance(value, Call):
        return _from_call(value, depth)
    if isinstance(value, Instance):
        return _from_instance(value, depth)
    if isinstance(value, Item | Attr):
        return _from_part(value, depth)
    if isinstance(value, Varying):
        return _one(first(value), depth)
    return None


def _from_part(value: Item | Attr, depth: int) -> Optimizer | None:
    """``optimizers[i]``, ``state.tx``, ``self.optimizers()``."""
    base = first(value.base)
    if isinstance(base, Seq):
        for each in base.items:
            found = find_optimizer(each, depth + 1)
            if found is not None:
                return found
    if isinstance(value, Attr) and isinstance(base, Call) and value.name in ("tx", "optimizer"):
        inner = base.argument(None, "tx", "optimizer")
        return find_optimizer(inner, depth + 1)
    return None


def _from_call(value: Call, depth: int) -> Optimizer | None:
    name = optimizer_name(value.name)
    if name is not None:
        return _describe(name, value)
    holds = value.last in _HOLDERS or value.last.endswith(("Optimizer", "TrainState"))
    found = _wrapped(value, depth) if holds else None
    finder = Finder(depth + 1)
    readers = (reader(finder, value) for reader in KNOWN.optimizers)
    found = found or next((each for each in readers if each is not None), None)
    if found is not None or holds:
        return found
    if value.method in ("replace", "apply_gradients", "minimize", "get_optimizer", "create"):
        return find_optimizer(value.receiver, depth + 1) or _wrapped(value, depth)
    return None


def _wrapped(value: Call, depth: int) -> Optimizer | None:
    """An optimizer that another one (or a training state) is made from."""
    given = [value.argument(None, "tx", "optimizer", "optim", "base_optimizer", "opt")]
    given.extend(value.args)
    found: Optimizer | None = None
    for each in given:
        for item in flattened(each):
            found = find_optimizer(item, depth + 1)
            if found is not None:
                break
        if found is not None:
            break
    if found is not None and not found.models:
        found.models = _models_of(value, found)
    return found


def _models_of(value: Call, found: Optimizer) -> list[Abstract]:
    """Return the model that a training state or an ``nnx.Optimizer`` is made for."""
    models: list[Abstract] = []
    for each in [value.argument(None, "apply_fn"), *value.args]:
        head = first(each)
        if isinstance(head, Attr | Function):
            owner = head.base if isinstance(head, Attr) else head.bound
            head = unwrap(owner)
        if isinstance(head, Instance) and head.is_a("Module"):
            models.append(head)
    return models


def _literal(name: Abstract | None, call: Call) -> Place:
    """Return where the text stands that names an optimizer, else the call that is given it."""
    head = first(name)
    return head.places[0] if isinstance(head, Const) and head.places else call.at


def _from_instance(value: Instance, depth: int) -> Optimizer | None:
    """A project class: an optimizer of its own, or an object that holds one."""
    if value.is_a("Optimizer"):
        held = _held(value, depth)
        name = canonical(value.name) or value.name
        place = value.call.at if value.call else Place(None, None)
        made = Optimizer(name, value, place, value.call)
        made.rate = value.kwargs.get("lr") or value.attrs.get("lr")
        made.models = parameter_models(value.args[0]) if value.args else []
        return held or made
    return _held(value, depth)


def _held(value: Instance, depth: int) -> Optimizer | None:
    for name, each in value.attrs.items():
        if re.search(r"opt", name, re.I):
            found = find_optimizer(each, depth + 1)
            if found is not None:
                return found
    return None


def _describe(name: str, call: Call) -> Optimizer:
    made = Optimizer(name, call, call.at, call)
    package = packages.find(call.name)
    position = 1 if package is None else package.rate
    rate = call.argument(None, "lr", "learning_rate", "step_size")
    if rate is None:
        rate = _group_rate(call)
    if rate is None and position is not None and position < len(call.args):
        given = call.args[position]
        rate = given if not parameter_models(given) else None
    made.rate, made.schedule = _rate(rate)
    made.weight_decay = call.argument(None, "weight_decay", "wd", "decay_weight")
    made.betas = call.argument(None, "betas") or _beta_pair(call)
    made.momentum = call.argument(None, "momentum")
    made.models = parameter_models(call.argument(0, "params", "parameters"))
    return made


def _beta_pair(call: Call) -> Abstract | None:
    names = (("beta_1", "beta_2"), ("b1", "b2"), ("beta1", "beta2"))
    for one, two in names:
        if one in call.kwargs:
            rest = [call.kwargs[two]] if two in call.kwargs else []
            return Seq([call.kwargs[one], *rest], "tuple", at=call.at)
    return None


def _group_rate(call: Call) -> Abstract | None:
    """Return the rate of the first parameter group that states one."""
    for option in options(call.args[0] if call.args else None):
        for group in option.items if isinstance(option, Seq) else []:
            if isinstance(group, Map) and "lr" in group.items:
                return group.items["lr"]
    return None


def _rate(value: Abstract | None) -> tuple[Abstract | None, Abstract | None]:
    """Take a rate apart into a number and the schedule that it follows."""
    if value is None:
        return None, None
    for option in options(value):
        head = first(option)
        if isinstance(head, Const):
            return (value, None) if number(head) is not None else (None, None)
    head = first(value)
    if isinstance(head, Call) and head.last in _NUMBER and head.args:
        return _rate(head.args[0])
    if isinstance(head, Call | Instance):
        return schedule_rate(head), head
    if isinstance(head, Function):
        return _closure_rate(head), head
    return None, None


_BASE_RATE = re.compile(r"^(base|init(ial)?|max|peak)?_?(lr|learning_rate)$|^base$")


def _closure_rate(function: Function) -> Abstract | None:
    """Return the base rate that a hand-written schedule closes over."""
    names = getattr(function.scope, "names", {})
    for name, value in names.items():
        if _BASE_RATE.match(name) and 0 < (number(value) or 0) < 10:
            found: Abstract = value
            return found
    return None


class Finder:
    """What the readers of libraries ask about optimizers: see
    :class:`~modelsearch.static.libraries.library.Optimizers`.
    """

    def __init__(self, depth: int = 0) -> None:
        """Start at a depth of values inside values."""
        self._depth = depth

    def optimizer(self, value: Abstract | None) -> Optimizer | None:
        """Return the optimizer that a value is or holds."""
        return find_optimizer(value, self._depth)

    def named_optimizer(self, value: Abstract | None, place: Place) -> Optimizer | None:
        """Return the optimizer that is given as an object, a class or a name."""
        found = find_optimizer(value, self._depth)
        if found is not None:
            return found
        head = first(value)
        if isinstance(head, Dotted):
            name = optimizer_name(head.name)
            return Optimizer(name, head, place) if name else None
        name = text(head)
        if not name:
            return None
        where = head.places[0] if isinstance(head, Const) and head.places else place
        return Optimizer(canonical(name) or name, head, where)

    def by_name(self, name: Abstract | None, made: Call) -> Optimizer | None:
        """Return the optimizer that a call makes of the one that a text names."""
        named = text(name)
        return Optimizer(canonical(named) or named, made, _literal(name, made)) if named else None

    def described(self, dotted: str, made: Call) -> Optimizer | None:
        """Return the optimizer that a dotted name makes of the arguments of a call."""
        name = optimizer_name(dotted)
        return _describe(name, Call(dotted, made.args, made.kwargs, made.at)) if name else None

    def models_of(self, parameters: Abstract | None) -> list[Abstract]:
        """Return the models whose parameters a value holds."""
        return parameter_models(parameters)

    def rate_of(self, value: Abstract | None) -> tuple[Abstract | None, Abstract | None]:
        """Take a rate apart into a number and the schedule that it follows."""
        return _rate(value)
