"""TensorFlow: estimators trained by ``train(input_fn, …)``, optimizers of version 1, its data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from modelsearch.static.libraries.data_loading import Named, by_name, strings
from modelsearch.static.libraries.library import Fit, Library, Training, named, within
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Function, Item, first, text

_LOADS = re.compile(r"^tensorflow_datasets\.(load|builder|\w+\.load|data_source)$")
_READY_MADE = re.compile(
    r"^tensorflow\.(?:compat\.v1\.)?estimator\.(?:\w+\.)*"
    r"(DNN|Linear|BoostedTrees)(?:Classifier|Regressor|Estimator)"
)
_CHAIN = 16  #: methods of data that are called one after another
_FAMILIES = {"DNN": "MLP", "Linear": "Linear model", "BoostedTrees": "Gradient boosting"}


@within("tensorflow_datasets")
def _load(record: CallRecord, name: str) -> list[Named] | None:
    """``tfds.load("mnist")``."""
    if not _LOADS.match(name):
        return None
    return [replace(by_name("tfds", each.value), at=each) for each in strings(record, 0, "name")]


def _applied(m: Machine, value: Abstract, method: str, record: CallRecord) -> Abstract | None:
    """``data.apply(prepare)`` is what the function makes of the data."""
    if method != "apply" or len(record.args) != 1 or not _is_data(value):
        return None
    function = first(record.args[0])
    return m.call_function(function, [value], {}) if isinstance(function, Function) else None


def _is_data(value: Abstract) -> bool:
    """Return whether TensorFlow made a value, whatever methods were called since."""
    for _ in range(_CHAIN):
        if isinstance(value, Call) and value.name:
            return value.name.startswith("tensorflow")
        if isinstance(value, Call) and value.receiver is not None:
            value = first(value.receiver)
        elif isinstance(value, Item):
            value = first(value.base)
        else:
            break
    return False


@within("tensorflow")
def _ready_made(record: CallRecord) -> Sequence[str]:
    """``tf.estimator.DNNClassifier(…)``."""
    found = _READY_MADE.match(record.name or "")
    return (_FAMILIES[found[1]],) if found else ()


def _optimize_loss(record: CallRecord) -> Call | None:
    """``optimize_loss(loss, step, learning_rate, "Adam")`` makes its optimizer."""
    named = text(record.argument(3, "optimizer"))
    rate = record.argument(2, "learning_rate")
    if not named or record.result is None:
        return None
    given = {} if rate is None else {"learning_rate": rate}
    return Call(f"tensorflow.train.{named}Optimizer", [], given, record.place)


@named("train", "train_and_evaluate")
def _read_estimator(training: Training, record: CallRecord) -> Fit | None:
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
    optimizer = training.named_optimizer(made.argument(None, "optimizer"), made.at)
    for each in training.records:
        if each.method == "minimize" and optimizer is None:
            optimizer = training.optimizer(each.receiver)
        elif each.method == "create_estimator_spec" and optimizer is None:
            optimizer = training.optimizer(each.kwargs.get("optimizer"))
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    given = spec if isinstance(spec, Call) else record
    fit.steps = given.argument(1 if both else None, "max_steps", "steps")
    source = given.argument(0, "input_fn")
    fit.batch = made.argument(None, "train_batch_size") or training.batch_of(source)
    return fit


LIBRARY = Library(
    name="tensorflow",
    trains_by=(_read_estimator,),
    steps={"optimize_loss": _optimize_loss},
    families=(_ready_made,),
    data=(_load,),
    methods={Abstract: _applied},
)
