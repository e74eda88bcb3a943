"""PyCaret: ``setup(data)``, then ``create_model("rf")`` or ``compare_models()``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import text

_TRAINS = frozenset({"create_model", "compare_models"})


@named(*_TRAINS)
def _read(training: Training, record: CallRecord) -> Fit | None:
    named = (record.name or "").startswith("pycaret.")
    if not named or record.last not in _TRAINS or record.result is None:
        return None
    estimator = text(record.argument(0, "estimator")) or None
    return Fit(record, record.result, estimator=estimator, rule="the model that is made")


LIBRARY = Library(name="pycaret", trains_by=(_read,))
