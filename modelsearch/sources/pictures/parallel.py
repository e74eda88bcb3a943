"""Reading many pictures on all cores: decoding and hashing take the time, not the disk."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import locate
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.pictures.file import PictureContent, read_picture
from modelsearch.sources.processes import fresh_processes

_SERIAL_UP_TO = 48  #: fewer pictures than this are read without starting processes
_CHUNK = 32
_BUSY_S, _CLOCK_S = 20.0, 120.0  #: seconds for one picture
_AHEAD = 4  #: chunks per process that wait for the database, which bounds memory


@dataclass(frozen=True, slots=True)
class PictureResult:
    """The content of one picture (by its path relative to the root), or why there is none."""

    path: str
    content: PictureContent | None
    failure: str | None = None


def read_pictures(
    root: Path, paths: Sequence[str], jobs: int, thumbnail: int = 0
) -> Iterator[PictureResult]:
    """Yield a result for every path, in order, read by ``jobs`` processes."""
    if jobs <= 1 or len(paths) <= _SERIAL_UP_TO:
        yield from _read_chunk(root, paths, thumbnail)
        return
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    position = 0
    while position < len(chunks):
        for results in _parallel(root, chunks[position:], jobs, thumbnail):
            yield from results
            position += 1
        if position < len(chunks):  # a process died in this chunk: find the picture that did it
            for path in chunks[position]:
                yield _read_isolated(root, path, thumbnail)
            position += 1


def _read_chunk(root: Path, paths: Sequence[str], thumbnail: int) -> Iterator[PictureResult]:
    for path in paths:
        try:
            with time_limit(_BUSY_S, _CLOCK_S):
                content = read_picture(locate(root, path), thumbnail=thumbnail, within=root)
            yield PictureResult(path, content)
        except ReadingError as error:
            yield PictureResult(path, None, str(error))
        except TimeUp:
            yield PictureResult(path, None, f"took longer than {_BUSY_S:.0f} s to read")


def _read_list(root: Path, paths: Sequence[str], thumbnail: int) -> list[PictureResult]:
    return list(_read_chunk(root, paths, thumbnail))


def _parallel(
    root: Path, chunks: Sequence[Sequence[str]], jobs: int, thumbnail: int
) -> Iterator[list[PictureResult]]:
    """Yield the results of chunks in order, up to the first whose process died."""
    with ProcessPoolExecutor(jobs, fresh_processes(), initializer=_prepare) as pool:
        waiting = [pool.submit(_read_list, root, one, thumbnail) for one in chunks[: jobs * _AHEAD]]
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
                        waiting.append(pool.submit(_read_list, root, chunk, thumbnail))
                    except BrokenExecutor:
                        following = iter(())
                yield results
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read_isolated(root: Path, path: str, thumbnail: int) -> PictureResult:
    with ProcessPoolExecutor(1, fresh_processes(), initializer=_prepare) as pool:
        try:
            return pool.submit(_read_list, root, [path], thumbnail).result()[0]
        except BrokenExecutor:
            return PictureResult(path, None, "reading it ended the reader process")


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
