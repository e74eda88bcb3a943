"""An example of a package that tells modelsearch about a library: a made-up one, tinytrain.

``tinytrain.fit(net, recipe)`` trains a network by the recipe that ``tinytrain.recipe(…)`` returns,
``tinytrain.examples("mnist")`` loads data by its name.
Its entry point stands in the dist-info folder beside this file; with a real package it stands in
pyproject.toml:

    [project.entry-points."modelsearch.libraries"]
    tinytrain = "tinytrain_modelsearch:LIBRARY"
"""

from __future__ import annotations

from modelsearch.static.libraries.data_loading import Loader
from modelsearch.static.libraries.library import Fit, Library, Trainer, Training, call, made
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Const, Map
from modelsearch.vocabulary.libraries import Package


def _recipe(m: Machine, record: CallRecord) -> Abstract | None:
    """``tinytrain.recipe("long")`` returns a table whose entries are attributes."""
    passes = Const(100, record.place, (record.place,))
    return Map({"passes": passes, **record.kwargs}, namespace=True)


def _read_fit(training: Training, record: CallRecord) -> Fit | None:
    """``tinytrain.fit(net, step="adam", size=0.1, passes=100)``."""
    if record.name != "tinytrain.fit":
        return None
    fit = Fit(record, record.args[0], rule="the network given to tinytrain.fit")
    fit.rate = record.argument(None, "size")
    fit.epochs = record.argument(None, "passes")
    step = training.named_optimizer(record.argument(None, "step"), record.place)
    fit.optimizers = [step] if step is not None else []
    return fit


LIBRARY = Library(
    name="tinytrain",
    packages=(Package("tinytrain", framework="tinytrain", rank="core"),),
    calls={"tinytrain.recipe": _recipe},
    data=(Loader(calls=("tinytrain.examples",), collection="tinytrain"),),
    trains_by=(
        _read_fit,
        Trainer(
            methods=("learn",),
            rule="the learner that learns",
            made_by=("tinytrain.",),
            estimator=True,
            optimizer=(made("step"),),
            rate=(made("size"),),
            epochs=(call("passes", at=0),),
        ),
    ),
)
