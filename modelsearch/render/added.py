"""Output formats that other installed packages bring; looked for only when one is asked for that
the program has not itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from modelsearch.records import plugins
from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.records.typed import Any, TextIO


def names() -> list[str]:
    """Return the names of the formats that packages bring."""
    return [entry.name for entry in plugins.found(plugins.FORMATS)]


def write(format: str, rows: Sequence[Any], columns: Sequence[str], stream: TextIO) -> None:
    """Write rows in a package's format. Raises UsageError where there is none of the name, and
    ModelsearchError where it cannot be used or fails.
    """
    writer, reason = _writer(format)
    if writer is None:
        raise UsageError(f"the format {format} cannot be used: {reason}")
    try:
        writer(rows, columns, stream)
    except Exception as error:
        raise ModelsearchError(f"the format {format} failed: {error!r}") from error


def is_writer(named: Any) -> bool:
    """Return whether an object can be called with rows, columns and a stream."""
    return callable(named)


@cache
def _writer(format: str) -> tuple[Any, str]:
    for entry in plugins.found(plugins.FORMATS):
        if entry.name == format:
            return plugins.load(entry, is_writer)
    return None, "no installed package brings it"
