"""scikit-learn, the libraries made like it, and boosting: ``fit`` of an estimator, ``train``."""

from __future__ import annotations

from typing import Any

from modelsearch.static.libraries.data_loading import Loader
from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Instance,
    Map,
    Seq,
    constant,
    first,
    text,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.vocabulary.libraries import has_estimators, is_boosting

_NOT_ESTIMATORS = ("preprocessing", "feature_extraction", "feature_selection", "impute", "compose",
                   "model_selection", "pipeline", "metrics", "datasets", "utils")  # fmt: skip


_VALIDATIONS = frozenset({"cross_val_score", "cross_validate", "cross_val_predict"})


#: Classes that a project's own estimator begins with: what they fit, the project says.
_UNFINISHED = ("BaseEstimator", "Mixin", "TransformerMixin")


def _estimator(made: Abstract) -> Call | None:
    """The estimator among the classes of a library of estimators; None for what prepares data."""
    if isinstance(made, Instance):
        bases = [base for base in made.klass.library_bases() if not base.endswith(_UNFINISHED)]
        return _named(made) if any(_is_estimator(base) for base in bases) else None
    if not isinstance(made, Call) or not _is_estimator(made.name):
        return None
    return made


def _named(made: Instance) -> Call | None:
    """The construction of a project class that derives from a library's, by the class's name."""
    if made.call is None:
        return None
    return Call(made.name, made.args, made.kwargs, made.call.at)


def _is_estimator(name: str | None) -> bool:
    """Return whether a dotted name is of an estimator's class."""
    if not has_estimators(name) or any(f".{part}." in (name or "") for part in _NOT_ESTIMATORS):
        return False
    return (name or "").rpartition(".")[2][:1].isupper()


@named("fit", "partial_fit", "fit_predict")
def _read_fit(training: Training, record: CallRecord) -> Fit | None:
    if record.method not in ("fit", "partial_fit", "fit_predict") or record.receiver is None:
        return None
    made = _estimator(unwrap(record.receiver, "estimator"))
    return _fit_of(training, record, made) if made is not None else None


@named(*_VALIDATIONS)
def _read_validation(training: Training, record: CallRecord) -> Fit | None:
    """``cross_val_score(estimator, X, y)`` fits its estimator on each part of the data."""
    if record.last not in _VALIDATIONS or not has_estimators(record.name):
        return None
    given = record.argument(0, "estimator")
    made = _estimator(unwrap(given, "estimator")) if given is not None else None
    return _fit_of(training, record, made) if made is not None else None


def _fit_of(training: Training, record: CallRecord, made: Call) -> Fit:
    """Describe the fit of an estimator."""
    fit = Fit(record, made, estimator=made.last, rule="the estimator that is fitted")
    fit.rate = made.argument(None, "learning_rate", "learning_rate_init", "eta0", "eta")
    if made.last.startswith("MLP"):
        fit.batch = made.argument(None, "batch_size")
        solver = made.argument(None, "solver")
        found = training.by_name(solver, made)
        if found is not None:
            fit.optimizers.append(found)
    if made.last.startswith(("MLP", "SGD", "Perceptron")):
        fit.epochs = made.argument(None, "max_iter", "n_iter")
    boosting = is_boosting(made.name)
    if not boosting and not (made.name or "").startswith("sklearn."):
        fit.epochs = record.argument(None, "epochs", "max_epochs") or fit.epochs
        fit.batch = record.argument(None, "batch_size") or fit.batch
        fit.epochs = fit.epochs or made.argument(None, "n_epochs", "max_epochs")
        fit.batch = fit.batch or made.argument(None, "batch_size")
    if boosting:
        fit.steps = made.argument(None, "n_estimators", "iterations", "num_boost_round")
    return fit


@named("train", "cv")
def _read_boosting(training: Training, record: CallRecord) -> Fit | None:
    if not is_boosting(record.name) or record.last not in ("train", "cv"):
        return None
    others = (each for each in training.records if is_boosting(each.name))
    if record.last == "cv" and any(each.last == "train" for each in others):
        return None
    fit = Fit(record, record.result or Const(None), estimator="Booster", rule="the booster trained")
    params = first(record.argument(0, "params", "param"))
    items = _table(params)
    fit.rate = items.get("eta") or items.get("learning_rate")
    fit.steps = record.argument(2, "num_boost_round", "num_round", "iterations")
    if fit.steps is None:
        fit.steps = items.get("num_iterations") or items.get("num_boost_round")
    return fit


def _table(value: Abstract) -> dict[Any, Abstract]:
    """A dictionary, or a list of pairs, as one."""
    if isinstance(value, Seq):
        pairs = [each.items for each in value.items if isinstance(each, Seq)]
        return {constant(p[0]): p[1] for p in pairs if len(p) == 2 and text(p[0])}
    return value.items if isinstance(value, Map) else {}


LIBRARY = Library(
    name="sklearn",
    trains_by=(_read_fit, _read_validation, _read_boosting),
    data=(
        Loader(
            calls=("sklearn.datasets.fetch_openml",),
            collection="openml",
            number=(None, "data_id", "openml:#"),
        ),
        Loader(calls=("sklearn.datasets.fetch_mldata",), collection="openml", keyword="dataname"),
    ),
)
