"""Which reader reads which file of a run, and the runs of a folder as those files group them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from modelsearch.records.errors import ReadingError
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.records.runs import RunReading
from modelsearch.sources.runs import (
    agents,
    boosting,
    cards,
    configured,
    dvc,
    huggingface,
    logs,
    mlflow,
    pickled,
    sacred,
    settings_texts,
    tensorboard,
    textlogs,
    trackerdb,
    wandb,
)
from modelsearch.sources.runs.added import added
from modelsearch.sources.runs.opening import Folder

_BUSY_S, _CLOCK_S = 60.0, 300.0  #: seconds for the files of one run


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
READERS: tuple[Reader, ...] = (
    mlflow,
    wandb,
    tensorboard,
    sacred,
    trackerdb,
    boosting,
    huggingface,
    agents,
    dvc,
    configured,
    settings_texts,
    pickled,
    logs,
    textlogs,
    cards,
)


def readers() -> tuple[Reader, ...]:
    """Return all readers; those of other packages are asked first."""
    return (*added(), *READERS)


def recognise(path: str) -> tuple[str, str] | None:
    """Return (kind of the reader, folder of the run) for a file of a run, else None."""
    for reader in readers():
        run = reader.recognise(path)
        if run is not None:
            return reader.KIND, run
    return None


def group(paths: Mapping[str, tuple[str, str] | None]) -> dict[str, dict[str, list[str]]]:
    """Return the files of runs by the run's folder and the reader's kind; ``paths`` have what
    :func:`recognise` says of each.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for path, known in paths.items():
        if known is not None:
            found.setdefault(known[1], {}).setdefault(known[0], []).append(path)
    for run in [run for run, files in found.items() if list(files) == [tensorboard.KIND]]:
        whole = tensorboard.whole_run(run, found)
        if whole != run:
            events = found.pop(run)[tensorboard.KIND]
            found.setdefault(whole, {}).setdefault(tensorboard.KIND, []).extend(events)
    for run in [run for run, files in found.items() if dvc.KIND in files]:
        its = dvc.lives_in(run)
        if its in found and any(path.endswith("dvc.lock") for path in found[run][dvc.KIND]):
            for kind, inner in found.pop(its).items():
                found[run].setdefault(kind, []).extend(inner)
    _take_in(found)
    for run in wandb.copies({run: its.get(wandb.KIND, ()) for run, its in found.items()}):
        del found[run]
    return found


#: What a run's folder may hold below it, and the kinds of runs that it then belongs to.
_INNER = frozenset({logs.KIND, textlogs.KIND, tensorboard.KIND, agents.KIND, boosting.KIND})
_OUTER = frozenset({mlflow.KIND, wandb.KIND, sacred.KIND})


def _take_in(found: dict[str, dict[str, list[str]]]) -> None:
    """Give what lies below a tracker's run or a job of Hydra to it. The console's copy that W&B
    keeps repeats its history and is left out.
    """
    outer = {
        run
        for run, files in found.items()
        if not _OUTER.isdisjoint(files)
        or any("/.hydra/" in f"/{path}" for path in files.get(configured.KIND, ()))
    }
    outer.discard(".")
    if not outer:
        return
    inside: dict[str, list[str]] = {}
    for run in found:
        above = next((str(one) for one in PurePosixPath(run).parents if str(one) in outer), None)
        if above is not None and run not in outer:
            inside.setdefault(above, []).append(run)
    for above, runs in inside.items():
        single = len(runs) == 1
        for run in runs:
            if not (single or found[run].keys() <= _INNER):
                continue
            for kind, paths in found.pop(run).items():
                if not (kind == textlogs.KIND and wandb.KIND in found[above]):
                    found[above].setdefault(kind, []).extend(paths)


def read(folder: Folder, run: str, files: Mapping[str, Sequence[str]]) -> RunReading:
    """Return what all files of a run's folder tell, joined; ``files`` are by kind of reader."""
    joined = RunReading()
    for reader in readers():
        paths = files.get(reader.KIND)
        if not paths:
            continue
        try:
            with time_limit(_BUSY_S, _CLOCK_S):
                found = reader.read(folder, run, sorted(paths))
        except TimeUp:
            joined.notes.append(f"{paths[0]}: took longer than {_BUSY_S:.0f} s to read")
            continue
        except (ReadingError, RecursionError, MemoryError, ValueError, KeyError) as error:
            joined.notes.append(f"{paths[0]}: {error or type(error).__name__}")
            continue
        if found.left_out is not None:
            return found
        joined.parts += found.parts
        joined.checkpoints += found.checkpoints
        joined.notes += found.notes
    return joined
