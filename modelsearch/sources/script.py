"""Reading one script or notebook within bounds of time, in this process or in parallel ones.

A file that takes too long, exhausts memory or kills its worker is reported like any other
unreadable file; the run goes on.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from modelsearch.records.artefacts import ScriptReading
from modelsearch.records.errors import ReaderFault, ReadingError
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.processes import fresh_processes

TIME_LIMIT_S = 20.0  #: seconds of processor time for one file
CLOCK_LIMIT_S = 120.0  #: seconds on the clock for one file
_SERIAL_UP_TO = 24  #: fewer files than this are read without starting processes
_CHUNK = 16
_RECURSION_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The reading of one path, or why there is none; ``fault`` says that the reader is to blame."""

    path: str
    reading: ScriptReading | None
    failure: str | None = None
    fault: bool = False


def read_all(root: Path, paths: Sequence[str], jobs: int) -> Iterator[ReadResult]:
    """Yield a result for every path, in the order of ``paths``, read by ``jobs`` processes."""
    if jobs <= 1 or len(paths) <= _SERIAL_UP_TO:
        for path in paths:
            yield read_one(root, path)
        return
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    position = 0
    while position < len(chunks):
        for results in _parallel(root, chunks[position:], jobs):
            yield from results
            position += 1
        if position < len(chunks):  # a worker died in this chunk: find the file that killed it
            for path in chunks[position]:
                yield _read_isolated(root, path)
            position += 1


def read_one(root: Path, path: str) -> ReadResult:
    """Read one file in this process."""
    from modelsearch.static.reading import read_script

    try:
        with time_limit(TIME_LIMIT_S, CLOCK_LIMIT_S):
            return ReadResult(path, read_script(root, path))
    except ReadingError as error:
        return ReadResult(path, None, str(error))
    except ReaderFault as error:
        return ReadResult(path, None, str(error), fault=True)
    except TimeUp:
        return ReadResult(path, None, f"took longer than {TIME_LIMIT_S:.0f} s to read")
    except (RecursionError, MemoryError) as error:
        return ReadResult(path, None, f"too deep or too large to read ({type(error).__name__})")


def _read_chunk(root: Path, paths: Sequence[str]) -> list[ReadResult]:
    return [read_one(root, path) for path in paths]


def _parallel(root: Path, chunks: Sequence[Sequence[str]], jobs: int) -> Iterator[list[ReadResult]]:
    """Yield the results of chunks in order, up to the first chunk whose worker died."""
    with ProcessPoolExecutor(jobs, fresh_processes(), initializer=_prepare_worker) as pool:
        futures = [pool.submit(_read_chunk, root, chunk) for chunk in chunks]
        try:
            for future in futures:
                try:
                    yield future.result()
                except BrokenExecutor:
                    return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read_isolated(root: Path, path: str) -> ReadResult:
    with ProcessPoolExecutor(1, fresh_processes(), initializer=_prepare_worker) as pool:
        try:
            return pool.submit(read_one, root, path).result()
        except BrokenExecutor:
            return ReadResult(path, None, "reading it ended the reader process")


def _prepare_worker() -> None:
    """Workers leave Ctrl-C to the parent and keep deep sources from overflowing the C stack."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setrecursionlimit(_RECURSION_LIMIT)
