"""Readers of runs that other installed packages bring, kept from ending a run by their mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from modelsearch.records import plugins
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import RunReading
from modelsearch.sources.runs.opening import Folder


class Added:
    """A reader of another package: what it raises is a reason why a file was not read."""

    def __init__(self, reader: Any) -> None:
        self.KIND: str = reader.KIND
        self._reader = reader
        self.failed: str = ""

    def recognise(self, path: str) -> str | None:
        """Return the run that a file belongs to, None where it is not the reader's."""
        try:
            run = self._reader.recognise(path)
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"
            return None
        return run if isinstance(run, str) else None

    def read(self, folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
        """Return what the files tell. Raises ReadingError for whatever the reader raises."""
        try:
            found = self._reader.read(folder, run, paths)
        except Exception as error:
            raise ReadingError(f"its reader failed: {type(error).__name__}: {error}") from error
        if not isinstance(found, RunReading):
            raise ReadingError(f"its reader returned {type(found).__name__}, not a RunReading")
        return found


@cache
def added() -> tuple[Added, ...]:
    """Return the readers of other packages that can be used."""
    return tuple(Added(reader) for _, reader, reason in _loaded() if not reason)


def problems() -> list[str]:
    """Return a line for each reader that cannot be used, and for each that failed over a name since
    this was last asked.
    """
    lines = [f"the reader of runs {name} is left out: {why}" for name, _, why in _loaded() if why]
    for reader in added():
        if reader.failed:
            lines.append(f"the reader of {reader.KIND} failed over names of files: {reader.failed}")
            reader.failed = ""
    return lines


@cache
def _loaded() -> tuple[tuple[str, Any, str], ...]:
    found = plugins.found(plugins.RUNS)
    return tuple((entry.name, *plugins.load(entry, is_reader)) for entry in found)


def is_reader(named: Any) -> bool:
    """Return whether an object has what a reader of runs has."""
    return isinstance(getattr(named, "KIND", None), str) and all(
        callable(getattr(named, name, None)) for name in ("recognise", "read")
    )
