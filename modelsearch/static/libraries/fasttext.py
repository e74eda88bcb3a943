"""fastText: ``fasttext.train_supervised(input=…, epoch=25, lr=1.0)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training
from modelsearch.static.machine.scopes import CallRecord

_TRAINS = frozenset({"train_supervised", "train_unsupervised", "supervised", "skipgram", "cbow"})


def _read(training: Training, record: CallRecord) -> Fit | None:
    name = record.name or ""
    if not name.startswith(("fasttext.", "fastText.")) or record.last not in _TRAINS:
        return None
    if record.result is None:
        return None
    fit = Fit(record, record.result, estimator="fastText", rule="the model that is trained")
    fit.rate = record.argument(None, "lr")
    fit.epochs = record.argument(None, "epoch")
    return fit


LIBRARY = Library(name="fasttext", trains_by=(_read,))
