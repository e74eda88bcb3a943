"""KerasTuner: ``tuner.search(x, y, epochs=5)`` fits what the function that it was given builds."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Call, first
from modelsearch.static.machine.wrapping import unwrap


@named("search")
def _read(training: Training, record: CallRecord) -> Fit | None:
    made = first(record.receiver) if record.receiver is not None else None
    if record.method != "search" or not isinstance(made, Call):
        return None
    if not (made.name or "").startswith(("keras_tuner.", "kerastuner.")):
        return None
    built = [r for r in training.records if r.method == "compile" and r.receiver is not None]
    if not built:
        return None
    compiled = built[-1]
    fit = Fit(record, unwrap(compiled.receiver), rule="the model that a search fits")
    source = compiled.argument(0, "optimizer")
    optimizer = training.named_optimizer(source, compiled.place) if source is not None else None
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    fit.loss = training.losses(compiled.argument(1, "loss"), compiled)
    fit.epochs = record.argument(None, "epochs")
    fit.batch = record.argument(None, "batch_size")
    return fit


LIBRARY = Library(name="keras_tuner", trains_by=(_read,))
