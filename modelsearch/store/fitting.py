"""Values as SQLite can hold them: fitted to their columns, never bent."""

from __future__ import annotations

from modelsearch.records.artefacts import Scalar

_NUMBERS = {
    "learning_rate",
    "batch_size",
    "epochs",
    "steps",
    "episodes",
    "weight_decay",
    "momentum",
    "gradient_accumulation",
}
_INTEGERS = {"batch_size", "epochs", "steps", "episodes", "gradient_accumulation", "parameters"}
_MAX_INTEGER = 2**63 - 1


def fitted(column: str, value: Scalar) -> Scalar | None:
    """Fit a value to its column's type; a value that does not fit is left out, never bent."""
    if column in _INTEGERS:
        found = finite(value)
        return int(found) if found is not None and found == int(found) else None
    if column in _NUMBERS:
        return finite(value)
    return str(value)


def finite(value: Scalar) -> float | None:
    """Return a finite number that SQLite can hold, or None."""
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) <= _MAX_INTEGER else None


def clean(text: str) -> str:
    """Replace what is not valid Unicode (undecodable file names) so that SQLite can hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")
