"""Sentence Transformers before its own Trainer: ``model.fit(train_objectives=[…], epochs=4)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Call, Map, first


@named("fit", "old_fit")
def _read(training: Training, record: CallRecord) -> Fit | None:
    made = first(record.receiver)
    if record.method not in ("fit", "old_fit") or not isinstance(made, Call):
        return None
    if not (made.name or "").startswith("sentence_transformers."):
        return None
    fit = Fit(record, made, estimator=made.last, rule="the model that is fitted")
    fit.epochs = record.argument(None, "epochs")
    fit.batch = training.batch_of(record.argument(0, "train_objectives"))
    settings = first(record.argument(None, "optimizer_params"))
    if isinstance(settings, Map):
        fit.rate = settings.items.get("lr")
    fit.weight_decay = record.argument(None, "weight_decay")
    return fit


_LOADED = (
    "SentenceTransformer",
    "CrossEncoder",
    "SparseEncoder",
    "cross_encoder.CrossEncoder",
    "models.Transformer",
)

LIBRARY = Library(
    name="sentence_transformers",
    names={"loaded by name": tuple(f"sentence_transformers.{each}" for each in _LOADED)},
    trains_by=(_read,),
)
