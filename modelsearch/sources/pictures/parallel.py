"""Reading many pictures on all cores, whatever is to be read of them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import locate
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.processes import fresh_processes

_SERIAL_UP_TO = 48  #: fewer pictures than this are read without starting processes
_CHUNK = 32
_BUSY_S, _CLOCK_S = 20.0, 120.0  #: seconds for one picture
_AHEAD = 4  #: chunks per process that wait for the database, which bounds memory
_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class PictureResult(Generic[_Content]):
    """What was read of one picture (by its path relative to the root), or why nothing was."""

    path: str
    content: _Content | None
    failure: str | None = None


def read_pictures(
    root: Path,
    paths: Sequence[str],
    jobs: int,
    read: Callable[[Path], _Content],
    serial_up_to: int = _SERIAL_UP_TO,
) -> Iterator[PictureResult[_Content]]:
    """Yield a result for every path, in order, of what ``read`` returns for its file; with
    ``jobs`` processes where there are more than ``serial_up_to``. ``read`` raises ReadingError.
    """
    if jobs <= 1 or len(paths) <= serial_up_to:
        yield from _read_chunk(root, paths, read)
        return
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    position = 0
    while position < len(chunks):
        for results in _parallel(root, chunks[position:], jobs, read):
            yield from results
            position += 1
        if position < len(chunks):  # a process died in this chunk: find the picture that did it
            for path in chunks[position]:
                yield _read_isolated(root, path, read)
            position += 1


def _read_chunk(
    root: Path, paths: Sequence[str], read: Callable[[Path], _Content]
) -> Iterator[PictureResult[_Content]]:
    for path in paths:
        try:
            with time_limit(_BUSY_S, _CLOCK_S):
                content = read(locate(root, path))
            yield PictureResult(path, content)
        except ReadingError as error:
            yield PictureResult(path, None, str(error))
        except TimeUp:
            yield PictureResult(path, None, f"took longer than {_BUSY_S:.0f} s to read")


def _read_list(
    root: Path, paths: Sequence[str], read: Callable[[Path], _Content]
) -> list[PictureResult[_Content]]:
    return list(_read_chunk(root, paths, read))


def _parallel(
    root: Path, chunks: Sequence[Sequence[str]], jobs: int, read: Callable[[Path], _Content]
) -> Iterator[list[PictureResult[_Content]]]:
    """Yield the results of chunks in order, up to the first whose process died."""
    with ProcessPoolExecutor(jobs, fresh_processes(), initializer=_prepare) as pool:
        waiting = [pool.submit(_read_list, root, one, read) for one in chunks[: jobs * _AHEAD]]
        following = iter(chunks[jobs * _AHEAD :])
        try:
            while waiting:
                try:
                    results = waiting.pop(0).result()
                except BrokenExecutor:
                    return
                chunk = next(following, None)
                if chunk is not None:
                    try:
                        waiting.append(pool.submit(_read_list, root, chunk, read))
                    except BrokenExecutor:
                        following = iter(())
                yield results
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read_isolated(
    root: Path, path: str, read: Callable[[Path], _Content]
) -> PictureResult[_Content]:
    with ProcessPoolExecutor(1, fresh_processes(), initializer=_prepare) as pool:
        try:
            return pool.submit(_read_list, root, [path], read).result()[0]
        except BrokenExecutor:
            return PictureResult(path, None, "reading it ended the reader process")


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
