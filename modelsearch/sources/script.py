"""Reading one script or notebook within bounds of time, in this process or in parallel ones.

A file that takes too long, exhausts memory or kills its worker is reported like any other
unreadable file; the run goes on.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from pathlib import Path

from modelsearch.records.artefacts import ScriptReading
from modelsearch.records.errors import ReaderFault, ReadingError
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.at_work import AtWork, Moved, after, at_hand, unmoved
from modelsearch.sources.processes import become_reader, ended_early, fresh_processes
from modelsearch.static.source.tree import SourceTree
from modelsearch.vocabulary.own import Own, in_use, use

TIME_LIMIT_S = 20.0  #: seconds of processor time for one file
CLOCK_LIMIT_S = 120.0  #: seconds on the clock for one file
_SERIAL_UP_TO = 24  #: fewer files than this are read without starting processes
_CHUNK = 12  #: files that a process is given at least, and
_LONGEST = 48  #: at most at once
#: Files between two looks for garbage among all objects. What a tree of files lets go needs none:
#: of two thousand scripts a few thousand objects are left over, and a look takes a quarter second.
_COLLECTED_WHOLLY = 2_000
_RECURSION_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The reading of one path, or why there is none; ``fault`` says that the reader is to blame.
    ``pictures`` are the names under which the script writes pictures, packed. ``digests`` are
    hashes of the files as they were read, by path: empty for one that could not be opened.
    """

    path: str
    reading: ScriptReading | None
    failure: str | None = None
    fault: bool = False
    pictures: str = ""
    digests: dict[str, bytes] = field(default_factory=dict)


def read_all(
    root: Path, paths: Sequence[str], jobs: int, moved: Moved = unmoved
) -> Iterator[ReadResult]:
    """Yield a result for every path, in the order of ``paths``, read by ``jobs`` processes.

    ``moved`` is told how many files were read, file by file, and which one is at hand: of several
    the one that takes long.
    """
    if jobs <= 1 or len(paths) <= _SERIAL_UP_TO:
        tree = SourceTree(root)
        try:
            for done, path in enumerate(paths):
                moved(done, path)
                yield read_one(root, path, tree)
        finally:
            tree.close()
        moved(len(paths), "")
        return
    chunks = list(_chunks(paths))
    position = 0
    while position < len(chunks):
        before = sum(len(chunk) for chunk in chunks[:position])
        for results in _parallel(root, chunks[position:], jobs, partial(after, moved, before)):
            yield from results
            position += 1
        if position < len(chunks):  # a worker died in this chunk: find the file that killed it
            for path in chunks[position]:
                yield _read_isolated(root, path)
            position += 1


def read_proven(root: Path, paths: Sequence[str]) -> Iterator[ReadResult]:
    """Read scripts that made what lies here as models, whatever their own text says. They were
    read before, without harm.
    """
    tree = SourceTree(root)
    tree.proven = frozenset(paths)
    for path in paths:
        yield read_one(root, path, tree)


def _chunks(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut paths into parts, each for one process; scripts of one folder stay together as far as
    that keeps every process busy, for what they import is parsed once a process.
    """
    start = 0
    for end in range(1, len(paths) + 1):
        if (
            end == len(paths)
            or end - start >= _LONGEST
            or (end - start >= _CHUNK and _project(paths[end]) != _project(paths[end - 1]))
        ):
            yield paths[start:end]
            start = end


def _project(path: str) -> str:
    return path.rpartition("/")[0]


def read_one(root: Path, path: str, tree: SourceTree | None = None) -> ReadResult:
    """Read one file in this process; ``tree`` is what was read for others of the same run."""
    tree = tree or SourceTree(root)
    result = _read(root, path, tree)
    used = [path, *(result.reading.imported if result.reading else ())]
    return replace(result, digests={one: tree.digests[one] for one in used if one in tree.digests})


def _read(root: Path, path: str, tree: SourceTree) -> ReadResult:
    from modelsearch.sources.pictures.written import names_in
    from modelsearch.static.reading import read_script

    try:
        with time_limit(TIME_LIMIT_S, CLOCK_LIMIT_S), _rarely_collecting():
            reading = read_script(root, path, tree, gc.freeze)
            return ReadResult(path, reading, pictures=names_in(tree, path))
    except ReadingError as error:
        return ReadResult(path, None, str(error))
    except ReaderFault as error:
        return ReadResult(path, None, str(error), fault=True)
    except TimeUp:
        return ReadResult(path, None, f"took longer than {TIME_LIMIT_S:.0f} s to read")
    except (RecursionError, MemoryError) as error:
        return ReadResult(path, None, f"too deep or too large to read ({type(error).__name__})")


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for garbage after a file, among what it made, and now and then among all there is: while
    a file is read nearly all is alive. Parsed files are set aside (``gc.freeze``) before anything
    is made that only one script needs, or they would be gone through again and again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        _WORKER.collected += 1
        if _WORKER.collected % _COLLECTED_WHOLLY:
            gc.collect(0)
        else:
            gc.unfreeze()
            gc.collect()
        if enabled:
            gc.unfreeze()
            gc.enable()


def _read_chunk(root: Path, first: int, paths: Sequence[str]) -> list[ReadResult]:
    tree = _WORKER.tree or SourceTree(root)
    results = []
    for number, path in enumerate(paths, first):
        with at_hand(number):
            results.append(read_one(root, path, tree))
    return results


def _parallel(
    root: Path, chunks: Sequence[Sequence[str]], jobs: int, moved: Moved
) -> Iterator[list[ReadResult]]:
    """Yield the results of chunks in order, up to the first chunk whose worker died."""
    context = fresh_processes()
    told = AtWork(context, jobs)
    paths = [path for chunk in chunks for path in chunk]
    starts = accumulate((len(chunk) for chunk in chunks), initial=0)
    with (
        ProcessPoolExecutor(jobs, context, _prepare_worker, (root, in_use(), told)) as pool,
        ended_early(),
    ):
        futures = [
            pool.submit(_read_chunk, root, start, chunk)
            for start, chunk in zip(starts, chunks, strict=False)
        ]
        try:
            for future in futures:
                try:
                    yield told.result_of(future, paths, moved)
                except BrokenExecutor:
                    return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read_isolated(root: Path, path: str) -> ReadResult:
    with ProcessPoolExecutor(1, fresh_processes(), _prepare_worker, (root, in_use())) as pool:
        try:
            return pool.submit(read_one, root, path).result()
        except BrokenExecutor:
            return ReadResult(path, None, "reading it ended the reader process")


class _Worker:
    """What one reader process keeps: the files it parsed, and how many."""

    tree: SourceTree | None = None
    collected: int = 0


_WORKER = _Worker()


def _prepare_worker(root: Path, own: Own, told: AtWork | None = None) -> None:
    """Workers know the same names as the parent, leave Ctrl-C to it, end when it does, and keep
    deep sources from overflowing the C stack.
    """
    become_reader()
    sys.setrecursionlimit(_RECURSION_LIMIT)
    gc.disable()  # read_one looks for garbage when there is enough of it
    use(own)
    _WORKER.tree = SourceTree(root)
    if told is not None:
        told.take_place()
