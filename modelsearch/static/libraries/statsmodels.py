"""Statistics: ``sm.OLS(y, x).fit()``, ``smf.ols("y ~ x", table).fit()``, ``auto_arima(y)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Call, first

_FITS = frozenset({"fit", "fit_regularized"})
_BY_CALL = frozenset({"auto_arima"})


@named(*_FITS, *_BY_CALL)
def _read(training: Training, record: CallRecord) -> Fit | None:
    made = first(record.receiver) if record.receiver is not None else None
    known = isinstance(made, Call) and (made.name or "").startswith("statsmodels.")
    if record.method in _FITS and known and isinstance(made, Call):
        return Fit(record, made, estimator=made.last, rule="the model that is fitted")
    name = record.name or ""
    if record.last in _BY_CALL and name.startswith("pmdarima.") and record.result is not None:
        return Fit(record, record.result, estimator="ARIMA", rule="the model that is fitted")
    return None


LIBRARY = Library(name="statsmodels", trains_by=(_read,))
