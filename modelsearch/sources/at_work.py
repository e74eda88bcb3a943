"""What reader processes tell the one that waits for them: files done, and which one takes long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from typing import TypeVar

_SLOW_S = 1.0  #: seconds from which a file is worth naming
_GLANCE_S = 0.2  #: seconds between two looks at what the processes say
_DONE, _PLACES, _FIRST = 0, 1, 2
_Result = TypeVar("_Result")

#: Told how many files were read, and which one is at hand: of several the one that takes long.
Moved = Callable[[int, str], None]


def unmoved(done: int, at: str) -> None:
    """Ignore progress: the default where nobody watches."""


def after(tell: Moved, before: int, done: int, at: str) -> None:
    """Tell of files that are read after ``before`` others."""
    tell(before + done, at)


class AtWork:
    """Progress that reader processes share: how many files are done, and which file each reads
    since when.

    A file is given by its number. The clock is the machine's, the same in every process.
    """

    mine: AtWork | None = None  #: where this process says what it does

    def __init__(self, context: BaseContext, processes: int) -> None:
        self._said = context.Array("q", _FIRST + 2 * processes)
        self._place = _FIRST

    def take_place(self) -> None:
        """Say, in a new process, that it is one of those that read."""
        with self._said.get_lock():
            place = self._said[_PLACES]
            self._said[_PLACES] = place + 1
        self._place = _FIRST + 2 * place % (len(self._said) - _FIRST)
        AtWork.mine = self

    def begins(self, file: int) -> None:
        """Say that this process reads a file now."""
        with self._said.get_lock():
            self._said[self._place : self._place + 2] = [file + 1, _now()]

    def ends(self) -> None:
        """Say that this process has read its file."""
        with self._said.get_lock():
            self._said[_DONE] += 1
            self._said[self._place] = 0

    def result_of(self, work: Future[_Result], paths: Sequence[str], moved: Moved) -> _Result:
        """Wait for a process's result; meanwhile tell, by the ``paths``, how far all are."""
        while True:
            finished = wait([work], _GLANCE_S).done
            moved(int(self._said[_DONE]), self._slowest(paths))
            if finished:
                return work.result()

    def _slowest(self, paths: Sequence[str]) -> str:
        """Return the file that is read for the longest time, where that is long, and seconds."""
        told = self._said[_FIRST:]
        since, file = min(
            ((at, file) for file, at in zip(told[::2], told[1::2], strict=True) if file),
            default=(0, 0),
        )
        seconds = (_now() - since) / 1000
        return f"{paths[file - 1]} {seconds:.0f} s" if file and seconds >= _SLOW_S else ""


@contextmanager
def at_hand(file: int) -> Iterator[None]:
    """Say that a file is read, where another process waits to be told."""
    told = AtWork.mine
    if told is not None:
        told.begins(file)
    yield
    if told is not None:
        told.ends()


def _now() -> int:
    return int(time.monotonic() * 1000)
