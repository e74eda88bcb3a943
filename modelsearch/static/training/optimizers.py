"""Recognising optimizers among values: their class, rate, decay and the models they update."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from modelsearch import vocabulary
from modelsearch.static.machine.values import (
    Abstract,
    Attr,
    Call,
    ClassValue,
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
    number,
    options,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.training.schedules import chain_of, flattened, positive, schedule_rate

_ROOTS = (
    "torch", "tensorflow", "tf", "keras", "optax", "paddle", "mxnet", "transformers",
    "apex", "bitsandbytes", "timm", "lion_pytorch", "flax", "jax", "tensorflow_addons",
    "pytorch_optimizer", "deepspeed", "adabelief_pytorch", "sophia", "haiku", "mindspore",
    "chainer", "lightning", "dadaptation", "prodigyopt", "schedulefree", "muon",
    "torchcontrib", "pytorch_pretrained_bert", "oneflow", "tinygrad",
)  # fmt: skip
#: Packages that hold nothing but optimizers.
_ONLY_OPTIMIZERS = frozenset(
    ["schedulefree", "lion_pytorch", "sophia", "dadaptation", "prodigyopt", "adabelief_pytorch",
     "muon", "pytorch_optimizer", "torch_optimizer", "ranger", "adan_pytorch"]
)  # fmt: skip
_NEVER = frozenset({"Optimizer", "step", "update", "clip", "optimizers", "optim", "scale"})
_OPTAX_WRAPPERS = frozenset(
    [
        "chain",
        "MultiSteps",
        "apply_if_finite",
        "lookahead",
        "inject_hyperparams",
        "masked",
        "apply_every",
        "create",
        "multi_transform",
        "adaptive_grad_clip",
        "flatten",
        "Optimizer",
        "ModelAndOptimizer",
        "with_extra_args_support",
        "named_chain",
        "contrib_schedule_free",
        "schedule_free",
    ]
)
_PARAMETERS = frozenset(
    [
        "parameters",
        "named_parameters",
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
#: Calls that hold the number that they are given.
_HOLDERS = frozenset(["Variable", "tensor", "constant", "convert_to_tensor", "as_tensor", "asarray",
                      "array", "float32"])  # fmt: skip


@dataclass(eq=False, slots=True)
class Optimizer:
    """An optimizer that a script makes.

    ``name`` is canonical where the vocabulary knows it, and empty where only its use tells that it
    is an optimizer; ``alternatives`` counts the names that the code chooses from. ``call`` is its
    construction, ``rate`` the learning rate as given (None: not stated), ``schedule`` what the rate
    follows.
    """

    name: str
    value: Abstract
    place: Place
    call: Call | None = None
    rate: Abstract | None = None
    schedule: Abstract | None = None
    weight_decay: Abstract | None = None
    betas: Abstract | None = None
    momentum: Abstract | None = None
    models: list[Abstract] = field(default_factory=list)
    alternatives: int = 1

    @property
    def named(self) -> Place | None:
        """Where its name stands, when its construction goes by another one."""
        return self.call.named if self.call is not None else None


def canonical(name: str) -> str | None:
    """The vocabulary's name of an optimizer class, or None."""
    short = name.removesuffix("Optimizer") or name
    for spelling in (name, short, short.removesuffix("W_hf")):
        if vocabulary.find("optimizer", spelling):
            term = vocabulary.find("optimizer", spelling)
            return term.name if term else None
    return None


def optimizer_name(dotted: str | None) -> str | None:
    """The name of the optimizer that a library's dotted name makes, or None."""
    if not dotted:
        return None
    head, _, last = dotted.rpartition(".")
    if last in _NEVER or not head:
        return None
    known = vocabulary.find_constructor("optimizer", dotted)
    if known is not None:
        return known.name
    root = dotted.partition(".")[0]
    place = head.lower()
    if re.search("scheduler|schedules|swa_utils", place) or _is_loss(last):
        return None
    about = "optim" in place or place.endswith(("train", "optax", "optax.contrib", "opt"))
    named = canonical(last)
    if named is not None and (root in _ROOTS or about):
        return named
    if root in _ONLY_OPTIMIZERS and last[:1].isupper():
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
    """What is stepped without being known: a class that is given the parameters of models.

    A library's class is called by its own name; what an option chose by name has none.
    """
    head = unwrap(value)
    if not isinstance(head, Call) or not head.args or head.method not in (None, "__call__"):
        return None
    if not parameter_models(head.args[0]):
        return None
    last = head.last if head.name and ":" not in head.name and head.last[:1].isupper() else ""
    return _describe(last, head)


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
    if value.method == "__call__" and isinstance(first(value.receiver), Call):
        inner = first(value.receiver)
        assert isinstance(inner, Call)
        if inner.last == "inject_hyperparams" and inner.args:
            made = first(inner.args[0])
            if isinstance(made, Dotted):
                name = optimizer_name(made.name)
                fake = Call(made.name, value.args, value.kwargs, value.at)
                return _describe(name, fake) if name else None
    if value.last in ("create_optimizer", "create_optimizer_v2") and "timm" in (value.name or ""):
        return _made_by_name(value)
    if value.last in _OPTAX_WRAPPERS or value.last.endswith(("Optimizer", "TrainState")):
        return _wrapped(value, depth) or _chained(value)
    if value.last == "Trainer" and value.name and "gluon" in value.name:
        return _gluon(value)
    if value.method in ("replace", "apply_gradients", "minimize", "get_optimizer", "create"):
        return find_optimizer(value.receiver, depth + 1) or _wrapped(value, depth)
    return None


def _chained(value: Call) -> Optimizer | None:
    """``optax.chain(optax.scale_by_adam(), optax.scale(-rate))``."""
    parts = chain_of(value)
    if parts is None:
        return None
    made = Optimizer(parts.name, value, parts.place, value)
    made.weight_decay = parts.decay
    rate, made.schedule = _rate(parts.step)
    made.rate = positive(rate)
    return made


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
    """The model that a training state or an ``nnx.Optimizer`` is made for."""
    models: list[Abstract] = []
    for each in [value.argument(None, "apply_fn"), *value.args]:
        head = first(each)
        if isinstance(head, Attr | Function):
            owner = head.base if isinstance(head, Attr) else head.bound
            head = unwrap(owner)
        if isinstance(head, Instance) and head.is_a("Module"):
            models.append(head)
    return models


def _made_by_name(value: Call) -> Optimizer | None:
    """Timm's ``create_optimizer(args, model)`` and ``create_optimizer_v2(model, opt=…, lr=…)``."""
    settings = dict(value.kwargs)
    model = value.argument(0, "model_or_params", "model")
    given = first(value.args[0]) if value.args else None
    if isinstance(given, Map):
        settings = {**{str(key): item for key, item in given.items.items()}, **settings}
        model = value.argument(1, "model")
    name = text(settings.get("opt"))
    if name is None:
        return None
    made = Optimizer(canonical(name) or name, value, _literal(settings.get("opt"), value), value)
    made.rate, made.weight_decay = settings.get("lr"), settings.get("weight_decay")
    made.momentum = settings.get("momentum")
    head = unwrap(model)
    if isinstance(head, Call | Instance):
        made.models = [head]
    return made


def _literal(name: Abstract | None, call: Call) -> Place:
    """Where the text stands that names an optimizer, else the call that is given it."""
    head = first(name)
    return head.places[0] if isinstance(head, Const) and head.places else call.at


def _gluon(value: Call) -> Optimizer | None:
    name = text(value.argument(1, "optimizer"))
    inner = find_optimizer(value.argument(1, "optimizer"), 1)
    if inner is not None:
        return inner
    if name is None:
        return None
    settings = first(value.argument(2, "optimizer_params"))
    items = settings.items if isinstance(settings, Map) else {}
    where = _literal(value.argument(1, "optimizer"), value)
    made = Optimizer(canonical(name) or name, value, where, value)
    made.rate = items.get("learning_rate")
    made.weight_decay = items.get("wd")
    made.momentum = items.get("momentum")
    made.models = parameter_models(value.argument(0, "params"))
    return made


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
    root = (call.name or "").partition(".")[0]
    dotted = call.name or ""
    position: int | None = 1
    if (
        root in ("optax", "keras")
        or "keras" in dotted
        or root in ("tensorflow", "tf", "paddle")
        or root == "jax"
        or "flax" in root
        or "tensorflow_addons" in root
    ):
        position = 0
    elif root == "mxnet":
        position = None
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
    """The rate of the first parameter group that states one."""
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
    if isinstance(head, Call) and head.last in _HOLDERS and head.args:
        return _rate(head.args[0])
    if isinstance(head, Call | Instance):
        return schedule_rate(head), head
    if isinstance(head, Function):
        return _closure_rate(head), head
    return None, None


_BASE_RATE = re.compile(r"^(base|init(ial)?|max|peak)?_?(lr|learning_rate)$|^base$")


def _closure_rate(function: Function) -> Abstract | None:
    """The base rate that a hand-written schedule closes over."""
    names = getattr(function.scope, "names", {})
    for name, value in names.items():
        if _BASE_RATE.match(name) and 0 < (number(value) or 0) < 10:
            found: Abstract = value
            return found
    return None


# ---- which models -----------------------------------------------------------------------------


def parameter_models(value: Abstract | None, depth: int = 0) -> list[Abstract]:
    """The models whose parameters a value holds (``model.parameters()`` and what is made of it)."""
    found: list[Abstract] = []
    if depth > 6:
        return found
    for option in options(value):
        _collect(option, found, depth)
    unique: list[Abstract] = []
    for model in found:
        if not any(model is other for other in unique):
            unique.append(model)
    return unique[:8]


def _collect(option: Abstract, found: list[Abstract], depth: int) -> None:
    holder = _holder(option)
    if holder is not None:
        found.append(unwrap(holder))
        return
    for each in _made_from(option):
        found.extend(parameter_models(each, depth + 1))


def _holder(option: Abstract) -> Abstract | None:
    """The model of ``model.parameters()`` and ``model.trainable_variables``."""
    if isinstance(option, Call) and option.method in _PARAMETERS:
        return option.receiver
    if isinstance(option, Attr) and option.name in _PARAMETERS:
        return option.base
    return None


def _made_from(option: Abstract) -> list[Abstract]:
    """The values that a value is made from."""
    if isinstance(option, Call):
        inner = [*option.args, *option.kwargs.values()]
        return [*inner, *([option.receiver] if option.receiver is not None else [])][:12]
    if isinstance(option, Attr | Item):
        return [option.base]
    if isinstance(option, Seq):
        return option.items[:24]
    return list(option.items.values())[:12] if isinstance(option, Map) else []


def class_of(value: Abstract | None) -> str | None:
    """The class name of a model: a project class, or the library's."""
    head = unwrap(value)
    if isinstance(head, Instance):
        return head.name
    if isinstance(head, ClassValue):
        return head.info.name
    if isinstance(head, Call):
        if head.method == "from_pretrained" or head.last == "from_pretrained":
            owner = (head.name or "").rpartition(".")[0].rpartition(".")[2]
            return owner or None
        if head.name and head.method is None and not loads_object(head.name):
            return head.last or None
    return None


def loads_object(name: str) -> bool:
    """Say whether a call gives back whatever was stored: its name says nothing of that."""
    return name in ("torch.load", "joblib.load", "pickle.load", "dill.load", "pandas.read_pickle")
