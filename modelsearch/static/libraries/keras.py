"""Keras: what ``compile`` and ``fit`` do to an object of a project class."""

from __future__ import annotations

from functools import partial

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Loop, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Function,
    Instance,
    Seq,
    first,
)
from modelsearch.static.machine.wrapping import unwrap


def _fit(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    """``fit`` of a model with a training step of its own."""
    if not isinstance(head, Instance):
        return False
    loop = Loop("fit", record.node, record.module, record.function, call=record)
    loop.epochs = record.argument(None, "epochs", "nb_epoch")
    loop.loader = record.argument(0, "x")
    data = Seq([UNKNOWN, UNKNOWN], "tuple")
    m.run_loop(loop, partial(m.run_method, head, "train_step", [data]))
    return True


def _compile(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    """``compile`` keeps the optimizer and the loss that a training step uses."""
    if not isinstance(head, Instance):
        return False
    for position, name in enumerate(("optimizer", "loss")):
        given = record.argument(position, name)
        if given is not None:
            m.put(head.attrs, name, given)
    return True


_VALIDATES = frozenset({"cross_val_score", "cross_validate", "cross_val_predict"})


@named("fit", *_VALIDATES)
def _read_wrapped(training: Training, record: CallRecord) -> Fit | None:
    """``KerasClassifier(build_fn, epochs=…)`` that is fitted or validated by scikit-learn."""
    if record.method != "fit" and record.last not in _VALIDATES:
        return None
    given = record.receiver if record.method == "fit" else record.argument(0, "estimator")
    made = unwrap(given, "estimator")
    if not isinstance(made, Call) or made.last not in ("KerasClassifier", "KerasRegressor"):
        return None
    build = first(made.argument(0, "build_fn", "model"))
    own = [
        each
        for each in training.records
        if each.method == "compile"
        and each.function is not None
        and isinstance(build, Function)
        and each.function.node is build.info.node
    ]
    fit = Fit(record, own[-1].receiver or made if own else made, rule="the model given to fit")
    if own:
        optimizer = training.named_optimizer(own[-1].argument(0, "optimizer"), own[-1].place)
        fit.optimizers += [optimizer] if optimizer is not None else []
        fit.loss = training.losses(own[-1].argument(1, "loss"), own[-1])
    fit.epochs = made.argument(None, "epochs", "nb_epoch")
    fit.batch = made.argument(None, "batch_size")
    return fit


LIBRARY = Library(
    name="Keras",
    names={"layered model": ("keras.Model", "keras.models.Model")},
    method_effects={"fit": _fit, "fit_generator": _fit, "compile": _compile},
    trains_by=(_read_wrapped,),
)
