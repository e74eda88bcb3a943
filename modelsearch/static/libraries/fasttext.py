"""fastText: ``fasttext.train_supervised(input=…, epoch=25, lr=1.0)``."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.static.libraries.library import Fit, Library, Training, named, within
from modelsearch.static.machine.scopes import CallRecord

_TRAINS = frozenset({"train_supervised", "train_unsupervised", "supervised", "skipgram", "cbow"})


@named(*_TRAINS)
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


@within("fasttext", "fastText")
def _vectors(record: CallRecord) -> Sequence[str]:
    """Word vectors by the words around: without labels."""
    words = record.last in ("train_unsupervised", "skipgram", "cbow")
    known = (record.name or "").startswith(("fasttext.", "fastText."))
    return ("Word2vec",) if words and known else ()


LIBRARY = Library(name="fasttext", trains_by=(_read,), families=(_vectors,))
