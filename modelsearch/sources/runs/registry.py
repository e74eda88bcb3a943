"""Which reader reads which file of a run, and the runs of a folder as those files group them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import RunReading
from modelsearch.sources.runs import configured, logs
from modelsearch.sources.runs.opening import Folder


class Reader(Protocol):
    """A module that reads one kind of files."""

    KIND: str

    def recognise(self, path: str) -> str | None:
        """Return the run's folder (or file) that a file belongs to, None where it is not ours."""
        ...

    def read(self, folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
        """Return what the recognised files of one run's folder tell."""
        ...


#: In the order in which they are asked; the first that recognises a file reads it.
READERS: tuple[Reader, ...] = (configured, logs)


def recognise(path: str) -> tuple[str, str] | None:
    """Return (kind of the reader, folder of the run) for a file of a run, else None."""
    for reader in READERS:
        run = reader.recognise(path)
        if run is not None:
            return reader.KIND, run
    return None


def group(paths: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return the files of runs by the run's folder and the reader's kind."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in paths:
        known = recognise(path)
        if known is not None:
            found.setdefault(known[1], {}).setdefault(known[0], []).append(path)
    return found


def read(folder: Folder, run: str, files: Mapping[str, Sequence[str]]) -> RunReading:
    """Return what all files of a run's folder tell, joined; ``files`` are by kind of reader."""
    joined = RunReading()
    for reader in READERS:
        paths = files.get(reader.KIND)
        if not paths:
            continue
        try:
            found = reader.read(folder, run, sorted(paths))
        except (ReadingError, RecursionError, MemoryError, ValueError, KeyError) as error:
            joined.notes.append(f"{paths[0]}: {error or type(error).__name__}")
            continue
        joined.parts += found.parts
        joined.checkpoints += found.checkpoints
        joined.cards += found.cards
        joined.notes += found.notes
    return joined
