"""Reading many pictures on all cores, whatever is to be read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import locate
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.at_work import AtWork, Moved, after, at_hand, unmoved
from modelsearch.sources.processes import become_reader, ended_early, fresh_processes

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
    moved: Moved = unmoved,
) -> Iterator[PictureResult[_Content]]:
    """Yield a result for every path, in order, of what ``read`` returns for its file; with
    ``jobs`` processes where there are more than ``serial_up_to``. ``read`` raises ReadingError,
    ``moved`` is told how many files were read and which one takes long.
    """
    if jobs <= 1 or len(paths) <= serial_up_to:
        for done, result in enumerate(_read_chunk(root, paths, read)):
            moved(done + 1, paths[done + 1] if done + 1 < len(paths) else "")
            yield result
        return
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    position = 0
    while position < len(chunks):
        before = position * _CHUNK
        for results in _parallel(
            root, chunks[position:], jobs, read, partial(after, moved, before)
        ):
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
    root: Path, first: int, paths: Sequence[str], read: Callable[[Path], _Content]
) -> list[PictureResult[_Content]]:
    results: list[PictureResult[_Content]] = []
    for number, path in enumerate(paths, first):
        with at_hand(number):
            results += _read_chunk(root, [path], read)
    return results


def _parallel(
    root: Path,
    chunks: Sequence[Sequence[str]],
    jobs: int,
    read: Callable[[Path], _Content],
    moved: Moved,
) -> Iterator[list[PictureResult[_Content]]]:
    """Yield the results of chunks in order, up to the first whose process died."""
    context = fresh_processes()
    told = AtWork(context, jobs)
    paths = [path for chunk in chunks for path in chunk]
    with ProcessPoolExecutor(jobs, context, _prepare, (told,)) as pool, ended_early():
        numbered = [(number * _CHUNK, chunk) for number, chunk in enumerate(chunks)]
        waiting = [
            pool.submit(_read_list, root, first, chunk, read)
            for first, chunk in numbered[: jobs * _AHEAD]
        ]
        following = iter(numbered[jobs * _AHEAD :])
        try:
            while waiting:
                try:
                    results = told.result_of(waiting.pop(0), paths, moved)
                except BrokenExecutor:
                    return
                for first, chunk in islice(following, 1):
                    try:
                        waiting.append(pool.submit(_read_list, root, first, chunk, read))
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
            return pool.submit(_read_list, root, 0, [path], read).result()[0]
        except BrokenExecutor:
            return PictureResult(path, None, "reading it ended the reader process")


def _prepare(told: AtWork | None = None) -> None:
    become_reader()
    if told is not None:
        told.take_place()
