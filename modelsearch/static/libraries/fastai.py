"""fastai: a learner that fits, in its versions before and after 1."""

from __future__ import annotations

from modelsearch.static.libraries.data_loading import Named, lookup
from modelsearch.static.libraries.library import Fit, Library, Training, named, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Seq, first, number, options, text
from modelsearch.static.machine.wrapping import unwrap

_LEARNERS = ("learner", "Learner", "create_cnn", "ConvLearner")


@named("fit_one_cycle", "fine_tune", "fit", "fit_flat_cos", "fit_sgdr")
def _read_fit(training: Training, record: CallRecord) -> Fit | None:
    if record.method not in ("fit_one_cycle", "fine_tune", "fit", "fit_flat_cos", "fit_sgdr"):
        return None
    learner = unwrap(record.receiver, "learner")
    if not isinstance(learner, Call) or not learner.last.endswith(_LEARNERS):
        return None
    model = learner.argument(1, "model", "arch", "base_arch")
    fit = Fit(record, unwrap(model), rule="the learner's model")
    fit.estimator = text(model) if model is not None else None
    fit.epochs, rate = _older(record) or _newer(record)
    if rate is None:
        rate = learner.argument(None, "lr")
    if isinstance(first(rate), Seq):
        rate = None
    fit.rate = rate
    optimizer = learner.argument(None, "opt_func")
    found = training.named_optimizer(optimizer, learner.at) if optimizer is not None else None
    if found is not None:
        fit.optimizers.append(found)
    data = learner.receiver if learner.last == "get_learner" else learner.argument(0, "dls", "data")
    fit.batch = training.batch_of(data)
    return fit


def _newer(record: CallRecord) -> tuple[Abstract | None, Abstract | None]:
    """Epochs and rate of ``fit(epochs, rate)`` and its like."""
    rate = record.argument(1, "lr_max", "lr", "max_lr", "base_lr")
    if record.method == "fine_tune":
        rate = record.argument(None, "base_lr") or record.argument(1)
    return record.argument(0, "n_epoch", "cyc_len", "epochs"), rate


def _older(record: CallRecord) -> tuple[Abstract | None, Abstract | None] | None:
    """Before version 1 it was ``fit(rate, cycles, cycle_len=1, cycle_mult=1)``; else None."""
    rate, cycles = record.argument(0, "lrs"), record.argument(1, "n_cycle")
    listed = isinstance(first(rate), Seq) or number(rate) is None
    old = {"cycle_len", "cycle_mult", "n_cycle", "use_clr", "wds"} & set(record.kwargs)
    small = 0 < (number(rate) or 0) < 1 and (number(cycles) or 0) >= 1
    if record.method != "fit" or not (small or (old and (listed or small))):
        return None
    longer = {"cycle_len", "cycle_mult"} & set(record.kwargs)
    return (None if longer else cycles), rate


@within("fastai")
def _fetched(record: CallRecord, name: str) -> list[Named] | None:
    """``untar_data(URLs.PETS)``."""
    if not name.startswith("fastai") or record.last not in ("untar_data", "download_data"):
        return None
    urls = (getattr(option, "name", None) for option in options(record.argument(0, "url")))
    names = [url.rpartition(".")[2] for url in urls if url is not None]
    return [lookup(f"fastai:{each}") or Named(each, False) for each in names]


LIBRARY = Library(
    name="fastai",
    companions={"fastbook": "fastai", "fastcore": "fastai"},
    trains_by=(_read_fit,),
    data=(_fetched,),
)
