"""Training by one call: Keras and Paddle ``fit``, Lightning, Hugging Face, scikit-learn, boosting,
fastai, MXNet modules, reinforcement learning libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from modelsearch.records.artefacts import Fact
from modelsearch.static.machine.evaluator import place_of
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Map,
    Place,
    Seq,
    constant,
    first,
    number,
    options,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.training import loop_batches, stage_settings
from modelsearch.static.training.loops import read_loops
from modelsearch.static.training.optimizers import (
    Optimizer,
    canonical,
    find_optimizer,
    optimizer_name,
)


@dataclass(eq=False, slots=True)
class Fit:
    """One such call and what it states. Counts and sizes are values, not yet facts."""

    record: CallRecord
    model: Abstract
    optimizers: list[Optimizer] = field(default_factory=list)
    rate: Abstract | None = None
    batch: Abstract | None = None
    epochs: Abstract | None = None
    steps: Abstract | None = None
    episodes: Abstract | None = None
    weight_decay: Abstract | None = None
    accumulation: Abstract | None = None
    loss: list[Fact] = field(default_factory=list)
    estimator: str | None = None
    rule: str = ""


Reader = Callable[[CallRecord, list[CallRecord]], Fit | None]


def find_fits(records: list[CallRecord]) -> list[Fit]:
    """List the training calls of a script in order."""
    found = []
    for record in records:
        if record.target is not None and record.last not in _NAMES:
            continue
        for reader in _READERS:
            fit = reader(record, records)
            if fit is not None:
                found.append(fit)
                break
    return found


_NAMES = frozenset({"fit", "train"})


def _named_optimizer(value: Abstract | None, place: Place) -> Optimizer | None:
    """An optimizer given as an object, a class or a name."""
    found = find_optimizer(value)
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


# ---- Keras, Paddle -------------------------------------------------------------------------------

_KERAS_FIT = frozenset({"fit", "fit_generator", "train_on_batch"})
_NOT_KERAS = (
    "sklearn", "xgboost", "lightgbm", "catboost", "transformers", "pytorch_lightning", "lightning",
    "fastai", "torch", "scipy", "statsmodels", "stable_baselines3",
)  # fmt: skip


def _keras(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    if record.method not in _KERAS_FIT or record.receiver is None:
        return None
    model = unwrap(record.receiver)
    compiled = _compiled(model, record, records)
    if compiled is None and record.kwargs.get("optimizer") is None:
        return None
    foreign = isinstance(model, Call) and (model.name or "").startswith(_NOT_KERAS)
    if foreign and not (compiled is not None and isinstance(model, Call) and _in_keras(model)):
        return None
    fit = Fit(record, model, rule="the model given to fit")
    source = compiled or record
    position = 0 if compiled is not None else None
    optimizer = _named_optimizer(source.argument(position, "optimizer"), source.place)
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    fit.loss = stage_settings.loss_argument(source.argument(1, "loss"), source)
    if compiled is None:
        _module_fit(fit, record)
    _keras_counts(fit, record)
    return fit


def _in_keras(model: Call) -> bool:
    """Whether a model of Hugging Face is one of those that Keras trains."""
    name = (model.name or "").removeprefix("transformers.")
    return name.startswith("TF") and (model.name or "") != name


def _module_fit(fit: Fit, record: CallRecord) -> None:
    """MXNet's ``Module.fit(optimizer=…, optimizer_params=…, num_epoch=…)``."""
    given = first(record.kwargs.get("optimizer_params"))
    if isinstance(given, Map):
        fit.rate = given.items.get("learning_rate")
        fit.weight_decay = given.items.get("wd")
    fit.loss = []


def _compiled(model: Abstract, record: CallRecord, records: list[CallRecord]) -> CallRecord | None:
    """The last ``compile`` of a model before a call."""
    found = None
    for each in records:
        if each is record:
            break
        if each.method not in ("compile", "prepare") or each.receiver is None:
            continue
        if unwrap(each.receiver) is model or any(
            unwrap(option) is model for option in options(each.receiver)
        ):
            found = each
    return found


def _keras_counts(fit: Fit, record: CallRecord) -> None:
    generator = record.method == "fit_generator"
    if record.method != "train_on_batch":
        fit.epochs = record.argument(
            2 if generator else 3, "epochs", "nb_epoch", "num_epoch", "n_epochs"
        )
        fit.batch = record.argument(None if generator else 2, "batch_size")
        if number(fit.batch) is None:
            source = record.argument(0, "x", "generator", "train_data")
            fit.batch = loop_batches.trace(source)[1] if source is not None else None
        if number(fit.epochs) not in (None, 1) or not record.loops:
            return
    if not record.loops:
        return
    counted = read_loops(record.loops)
    fit.epochs = counted.epochs if counted.epochs is not None else fit.epochs
    if record.method == "train_on_batch" or counted.epochs is None:
        fit.steps, fit.episodes = counted.steps, counted.episodes
        if counted.steps is not None and record.method == "fit" and number(fit.epochs) == 1:
            fit.epochs, fit.steps = counted.steps, None
    if fit.episodes is not None and number(fit.epochs) == 1:
        fit.epochs = None  # one pass over the batch of a replay is no epoch of the training
    if number(fit.batch) is None:
        size = loop_batches.trace(counted.loader)[1]
        fit.batch = size if size is not None else fit.batch


def _wrapped_keras(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    """``KerasClassifier(build_fn, epochs=…)`` that is fitted or validated by scikit-learn."""
    made = _wrapper(record.receiver if record.method == "fit" else record.argument(0, "estimator"))
    if made is None or not (record.method == "fit" or record.last in _VALIDATES):
        return None
    build = first(made.argument(0, "build_fn", "model"))
    own = [
        each for each in records
        if each.method == "compile" and each.function is not None
        and isinstance(build, Function) and each.function.node is build.info.node
    ]  # fmt: skip
    fit = Fit(record, own[-1].receiver or made if own else made, rule="the model given to fit")
    if own:
        optimizer = _named_optimizer(own[-1].argument(0, "optimizer"), own[-1].place)
        fit.optimizers += [optimizer] if optimizer is not None else []
        fit.loss = stage_settings.loss_argument(own[-1].argument(1, "loss"), own[-1])
    fit.epochs = made.argument(None, "epochs", "nb_epoch")
    fit.batch = made.argument(None, "batch_size")
    return fit


_VALIDATES = frozenset({"cross_val_score", "cross_validate", "cross_val_predict"})


def _wrapper(value: Abstract | None, depth: int = 0) -> Call | None:
    """The Keras wrapper itself, inside a search or at the end of a pipeline."""
    head = first(value)
    if not isinstance(head, Call) or depth > 3:
        return None
    if head.last in ("KerasClassifier", "KerasRegressor"):
        return head
    if head.last == "Pipeline":
        steps = first(head.argument(0, "steps"))
        final = first(steps.items[-1]) if isinstance(steps, Seq) and steps.items else None
        return _wrapper(final.items[-1], depth + 1) if isinstance(final, Seq) else None
    return _wrapper(head.argument(0, "estimator"), depth + 1) if head.last.endswith("CV") else None


# ---- Lightning -----------------------------------------------------------------------------------


def _lightning(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    result = record.result
    if record.method != "fit" or not isinstance(result, Call) or "optimizers" not in result.attrs:
        return None
    model = unwrap(record.argument(0, "model"))
    fit = Fit(record, model, rule="the module given to Trainer.fit")
    _configured(result.attrs["optimizers"], fit, 0)
    trainer = first(record.receiver)
    if isinstance(trainer, Call):
        fit.epochs = trainer.argument(None, "max_epochs", "num_epochs")
        fit.steps = trainer.argument(None, "max_steps")
    fit.batch = loop_batches.trace(result.attrs.get("loader"))[1]
    if number(fit.batch) is None and isinstance(model, Instance):
        fit.batch = None
    if isinstance(model, Call):  # a library's module, made with its settings
        fit.rate = model.argument(None, "learning_rate", "lr")
        loader = record.argument(1, "train_dataloaders", "train_dataloader")
        fit.batch = fit.batch or (loop_batches.trace(loader)[1] if loader is not None else None)
    return fit


def _configured(value: Abstract, fit: Fit, depth: int) -> None:
    """What ``configure_optimizers`` returned: one, several, with or without schedulers."""
    for option in options(value):
        if isinstance(option, Seq) and depth < 3:
            for each in option.items:
                _configured(each, fit, depth + 1)
        elif isinstance(option, Map):
            _configured(option.items.get("optimizer", Const(None)), fit, depth + 1)
        else:
            found = find_optimizer(option)
            known = [each.value for each in fit.optimizers]
            scheduler = isinstance(option, Call) and "scheduler" in (option.name or "")
            if found is not None and not scheduler and not any(found.value is k for k in known):
                fit.optimizers.append(found)


# ---- Hugging Face --------------------------------------------------------------------------------


def _hugging_face(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    trainer = first(record.receiver) if record.receiver is not None else None
    if record.method != "train" or not isinstance(trainer, Call | Instance):
        return None
    made = trainer if isinstance(trainer, Call) else trainer.call
    name = (trainer.name or "") if isinstance(trainer, Call) else ""
    library = isinstance(trainer, Instance) and trainer.is_a("Trainer")
    if made is None or not (library or name.endswith("Trainer")):
        return None
    given = first(made.argument(1, "args"))
    fields = _arguments(given)
    fit = Fit(record, unwrap(made.argument(0, "model")), rule="the model given to Trainer")
    fit.epochs = fields.get("num_train_epochs")
    steps = fields.get("max_steps")
    if (number(steps) or 0) > 0:
        fit.steps, fit.epochs = steps, None
    fit.batch = fields.get("per_device_train_batch_size") or fields.get("train_batch_size")
    fit.rate = fields.get("learning_rate")
    fit.weight_decay = fields.get("weight_decay")
    fit.accumulation = fields.get("gradient_accumulation_steps")
    pair = first(made.argument(None, "optimizers"))
    if isinstance(pair, Seq) and pair.items:
        found = find_optimizer(pair.items[0])
        if found is not None:
            fit.optimizers.append(found)
    optim = _named_optimizer(fields.get("optim"), record.place)
    if optim is not None and not fit.optimizers:
        fit.optimizers.append(optim)
    return fit


def _arguments(value: Abstract) -> dict[str, Abstract]:
    if isinstance(value, Call):
        return value.kwargs
    if isinstance(value, Instance):
        return {**value.kwargs, **value.attrs}
    if isinstance(value, Map):
        return {str(k): v for k, v in value.items.items()}
    return {}


# ---- scikit-learn and boosting -------------------------------------------------------------------

_NOT_ESTIMATORS = ("preprocessing", "feature_extraction", "feature_selection", "impute", "compose",
                   "model_selection", "pipeline", "metrics", "datasets", "utils")  # fmt: skip
_BOOSTERS = ("xgboost", "lightgbm", "catboost")
#: Libraries whose estimators are trained by ``fit``.
_FITTED = (
    "sklearn.", *_BOOSTERS, "cuml.", "imblearn.", "autokeras.", "autosklearn.", "pytorch_tabnet.",
    "surprise.", "lightfm.", "prophet.", "fbprophet.", "ngboost.", "hmmlearn.", "pyod.",
    "tslearn.", "sktime.",
)  # fmt: skip


def _estimator(value: Abstract, depth: int = 0) -> Call | None:
    """The estimator that is fitted, inside a search or at the end of a pipeline."""
    head = first(value)
    if not isinstance(head, Call) or depth > 4:
        return None
    last = head.last
    if last in ("GridSearchCV", "RandomizedSearchCV", "CalibratedClassifierCV"):
        return _estimator(head.argument(0, "estimator") or head, depth + 1)
    if last == "make_pipeline" and head.args:
        return _estimator(head.args[-1], depth + 1)
    if last == "Pipeline" and head.args:
        steps = first(head.argument(0, "steps"))
        final = first(steps.items[-1]) if isinstance(steps, Seq) and steps.items else None
        if isinstance(final, Seq) and final.items:
            return _estimator(final.items[-1], depth + 1)
        return None
    name = head.name or ""
    known = name.startswith(_FITTED)
    if not known or any(f".{part}." in name for part in _NOT_ESTIMATORS):
        return None
    return head if last[:1].isupper() else None


def _sklearn(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    if record.method not in ("fit", "partial_fit", "fit_predict") or record.receiver is None:
        return None
    made = _estimator(record.receiver)
    if made is None:
        return None
    fit = Fit(record, made, estimator=made.last, rule="the estimator that is fitted")
    fit.rate = made.argument(None, "learning_rate", "learning_rate_init", "eta0", "eta")
    if made.last.startswith("MLP"):
        fit.batch = made.argument(None, "batch_size")
        solver = made.argument(None, "solver")
        name = text(solver)
        if name:
            where = place_of(solver) or made.at
            fit.optimizers.append(Optimizer(canonical(name) or name, made, where))
    if made.last.startswith(("MLP", "SGD", "Perceptron")):
        fit.epochs = made.argument(None, "max_iter", "n_iter")
    if not (made.name or "").startswith(("sklearn.", *_BOOSTERS)):
        fit.epochs = record.argument(None, "epochs", "max_epochs") or fit.epochs
        fit.batch = record.argument(None, "batch_size") or fit.batch
    if (made.name or "").startswith(_BOOSTERS):
        fit.steps = made.argument(None, "n_estimators", "iterations", "num_boost_round")
    return fit


def _table(value: Abstract) -> dict[Any, Abstract]:
    """A dictionary, or a list of pairs, as one."""
    if isinstance(value, Seq):
        pairs = [each.items for each in value.items if isinstance(each, Seq)]
        return {constant(p[0]): p[1] for p in pairs if len(p) == 2 and text(p[0])}
    return value.items if isinstance(value, Map) else {}


def _boosting(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    name = record.name or ""
    if not name.startswith(_BOOSTERS) or record.last not in ("train", "cv"):
        return None
    if record.last == "cv" and any(
        (r.name or "").startswith(_BOOSTERS) and r.last == "train" for r in records
    ):
        return None
    fit = Fit(record, record.result or Const(None), estimator="Booster", rule="the booster trained")
    params = first(record.argument(0, "params", "param"))
    items = _table(params)
    fit.rate = items.get("eta") or items.get("learning_rate")
    position = 2
    fit.steps = record.argument(position, "num_boost_round", "num_round", "iterations")
    if fit.steps is None:
        fit.steps = items.get("num_iterations") or items.get("num_boost_round")
    return fit


# ---- fastai, reinforcement learning --------------------------------------------------------------

_LEARNER_METHODS = ("to_fp16", "to_fp32", "to_bf16", "to_native_fp16", "to_distributed", "load")
_LEARNERS = ("learner", "Learner", "create_cnn", "ConvLearner")


def _fastai(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    learner = first(record.receiver) if record.receiver is not None else None
    while isinstance(learner, Call) and learner.method in _LEARNER_METHODS:
        learner = first(learner.receiver)
    if record.method not in ("fit_one_cycle", "fine_tune", "fit", "fit_flat_cos", "fit_sgdr"):
        return None
    if not isinstance(learner, Call) or not learner.last.endswith(_LEARNERS):
        return None
    model = learner.argument(1, "model", "arch", "base_arch")
    fit = Fit(record, unwrap(model), rule="the learner's model")
    fit.estimator = text(model) if model is not None else None
    fit.epochs, rate = _old_fastai(record) or _new_fastai(record)
    if rate is None:
        rate = learner.argument(None, "lr")
    if isinstance(first(rate), Seq):
        rate = None
    fit.rate = rate
    optimizer = learner.argument(None, "opt_func")
    found = _named_optimizer(optimizer, learner.at) if optimizer is not None else None
    if found is not None:
        fit.optimizers.append(found)
    data = learner.receiver if learner.last == "get_learner" else learner.argument(0, "dls", "data")
    fit.batch = loop_batches.trace(data)[1]
    return fit


def _new_fastai(record: CallRecord) -> tuple[Abstract | None, Abstract | None]:
    """Epochs and rate of ``fit(epochs, rate)`` and its like."""
    rate = record.argument(1, "lr_max", "lr", "max_lr", "base_lr")
    if record.method == "fine_tune":
        rate = record.argument(None, "base_lr") or record.argument(1)
    return record.argument(0, "n_epoch", "cyc_len", "epochs"), rate


def _old_fastai(record: CallRecord) -> tuple[Abstract | None, Abstract | None] | None:
    """Before version 1 it was ``fit(rate, cycles, cycle_len=1, cycle_mult=1)``; else None."""
    rate, cycles = record.argument(0, "lrs"), record.argument(1, "n_cycle")
    listed = isinstance(first(rate), Seq) or number(rate) is None
    old = {"cycle_len", "cycle_mult", "n_cycle", "use_clr", "wds"} & set(record.kwargs)
    small = 0 < (number(rate) or 0) < 1 and (number(cycles) or 0) >= 1
    if record.method != "fit" or not (small or (old and (listed or small))):
        return None
    longer = {"cycle_len", "cycle_mult"} & set(record.kwargs)
    return (None if longer else cycles), rate


def _ultralytics(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    """``YOLO("yolov8n.pt").train(data="coco128.yaml", epochs=3)``."""
    made = first(record.receiver) if record.method == "train" and record.receiver else None
    if not isinstance(made, Call) or not (made.name or "").startswith("ultralytics."):
        return None
    fit = Fit(record, made, estimator=made.last, rule="the detector that is trained")
    fit.epochs = record.argument(None, "epochs")
    fit.batch = record.argument(None, "batch", "batch_size")
    fit.rate = record.argument(None, "lr0")
    optimizer = record.argument(None, "optimizer")
    found = _named_optimizer(optimizer, record.place) if optimizer is not None else None
    if found is not None and found.name != "auto":
        fit.optimizers.append(found)
    return fit


def _reinforcement(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    if record.method != "learn" or record.receiver is None:
        return None
    made = unwrap(record.receiver)
    if not isinstance(made, Call) or "baselines" not in (made.name or "") + "":
        name = made.name if isinstance(made, Call) else ""
        if not name or not name.startswith(
            ("stable_baselines3", "sb3_contrib", "stable_baselines")
        ):
            return None
    assert isinstance(made, Call)
    fit = Fit(record, made, estimator=made.last, rule="the agent that learns")
    fit.rate = made.argument(None, "learning_rate")
    fit.batch = made.argument(None, "batch_size")
    fit.steps = record.argument(0, "total_timesteps")
    return fit


def _tflearn(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    """``tflearn.DNN(regression(net, optimizer=…, learning_rate=…)).fit(x, y, n_epoch=…)``."""
    made = unwrap(record.receiver) if record.receiver is not None else None
    if record.method != "fit" or not isinstance(made, Call) or made.last != "DNN":
        return None
    layer = first(made.argument(0, "network"))
    if not (made.name or "").startswith("tflearn") or not isinstance(layer, Call):
        return None
    fit = Fit(record, made, rule="the model given to fit")
    optimizer = _named_optimizer(layer.argument(2, "optimizer"), layer.at)
    fit.optimizers += [optimizer] if optimizer is not None else []
    fit.rate = layer.argument(5, "learning_rate")
    fit.loss = stage_settings.loss_argument(layer.argument(3, "loss"), record)
    fit.epochs = record.argument(2, "n_epoch")
    fit.batch = record.argument(None, "batch_size") or layer.argument(7, "batch_size")
    return fit


def _estimator_api(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    """TensorFlow's Estimator: the model function's optimizer, ``train(input_fn, steps=…)``."""
    made = first(record.receiver) if record.receiver is not None else None
    both = record.last == "train_and_evaluate" and (record.name or "").startswith("tensorflow.")
    spec = first(record.argument(1, "train_spec")) if both else None
    if both:
        made = first(record.argument(0, "estimator"))
    if not (both or record.method == "train") or not isinstance(made, Call):
        return None
    if "estimator" not in (made.name or "").lower() and made.last != "TPUEstimator":
        return None
    fit = Fit(record, made, rule="the estimator that is trained")
    function = first(made.argument(0, "model_fn"))
    name = function.info.name if isinstance(function, Function) else made.last
    fit.estimator = None if name.strip("_") == "model_fn" else name  # which says nothing
    optimizer = _named_optimizer(made.argument(None, "optimizer"), made.at)
    for each in records:
        if each.method == "minimize" and optimizer is None:
            optimizer = find_optimizer(each.receiver)
        elif each.method == "create_estimator_spec" and optimizer is None:
            optimizer = find_optimizer(each.kwargs.get("optimizer"))
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    given = spec if isinstance(spec, Call) else record
    fit.steps = given.argument(1 if both else None, "max_steps", "steps")
    source = given.argument(0, "input_fn")
    fit.batch = made.argument(None, "train_batch_size") or loop_batches.trace(source)[1]
    return fit


_WRAPPED = ("model", "net", "module", "network")


def _wrapped(record: CallRecord, records: list[CallRecord]) -> Fit | None:
    """A library's own loop that was given a network and its optimizer: ``Trainer(net, optimizer)``.

    skorch and poutyne, torchkeras, torchbearer and the like.
    """
    made = first(record.receiver) if record.receiver is not None else None
    if record.method not in ("fit", "train", "run") or not isinstance(made, Call):
        return None
    given = [*made.args[:2], *(made.kwargs[key] for key in _WRAPPED if key in made.kwargs)]
    models = [first(each) for each in given if isinstance(first(each), Instance | ClassValue)]
    if made.name is None or not models:
        return None
    source = made.kwargs.get("optimizer")
    optimizer = _named_optimizer(source, made.at) if source is not None else None
    if optimizer is None or optimizer_name(_called(optimizer.value)) is None:
        return None
    fit = Fit(record, models[0], optimizers=[optimizer], rule="the network given to a trainer")
    for holder in (record, made):
        fit.epochs = fit.epochs or holder.argument(None, "epochs", "max_epochs", "num_epochs")
        fit.batch = fit.batch or holder.argument(None, "batch_size")
    if optimizer.rate is None:
        fit.rate = made.argument(None, "lr", "learning_rate")
    loader = record.argument(0, "train_data", "train_loader", "train_dataloader", "dataloader")
    if fit.batch is None and loader is not None:
        fit.batch = loop_batches.trace(loader)[1]
    return fit


def _called(value: Abstract | None) -> str | None:
    return value.name if isinstance(value, Call | Dotted) else None


_READERS: tuple[Reader, ...] = (
    _wrapped_keras,
    _tflearn,
    _lightning,
    _hugging_face,
    _estimator_api,
    _sklearn,
    _boosting,
    _fastai,
    _ultralytics,
    _reinforcement,
    _wrapped,
    _keras,
)


def stated(value: Abstract | None) -> bool:
    """Say whether a value is a number that the file states."""
    return constant(value) is not None
