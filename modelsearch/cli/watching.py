"""What `modelsearch watch` does: index folders now, and again when something in them changes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from modelsearch.cli.failures import tell
from modelsearch.cli.indexing import Indexed, index
from modelsearch.cli.options import option, options
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.text import escape

_LONGEST_WAIT = 60_000  #: milliseconds after which a folder that never rests is indexed anyway
_HEARTBEAT = 500  #: milliseconds after which a watch of unchanged folders says so


@options
class Watched(Indexed):
    """The options of `modelsearch watch`: those of `index`, and how long a folder must rest."""

    rest: float = option(
        2.0, "--rest", help="Seconds without a change before the folders are indexed again."
    )


def watch(paths: Sequence[Path | str], options: Watched) -> None:
    """Index folders now and after every change, until Ctrl-C.

    Raises ModelsearchError where the first run fails; what a later one fails on is a line on
    stderr, and the watch goes on.
    """
    changes = _changes([Path(path) for path in paths], Path(options.db), options.rest)
    next(changes)  # from here on nothing is missed
    index(paths, options)
    sys.stderr.write(f"watching {', '.join(escape(str(path)) for path in paths)}; Ctrl-C ends it\n")
    for changed in changes:
        if not changed:
            continue
        try:
            index(paths, options)
        except Exception as error:
            tell(error)  # a line; what is a defect of the program ends the watch


def _changes(paths: Sequence[Path], db: Path, rest: float) -> Iterator[int]:
    """Yield the number of changed files when the folders have come to rest, 0 while they are.

    Raises ModelsearchError where the library that the operating system tells of changes is not
    installed, or the system tells of no more folders.
    """
    try:
        from watchfiles import DefaultFilter, watch
    except ImportError:
        raise ModelsearchError(
            "watch needs the extra: pip install 'modelsearch-db[watch]'"
        ) from None
    for path in paths:
        if not path.exists():
            raise ModelsearchError(f"{path} does not exist; name a folder to watch")
    own = [str(db.absolute()) + end for end in ("", "-wal", "-shm", "-journal", "-lock")]
    begin = partial(
        watch,
        *paths,
        watch_filter=DefaultFilter(ignore_paths=own),
        step=max(50, int(rest * 1000)),
        debounce=_LONGEST_WAIT,
        raise_interrupt=False,
        ignore_permission_denied=True,
        yield_on_timeout=True,
        rust_timeout=_HEARTBEAT,
    )
    return _watched(begin, paths)


def _watched(begin: Callable[[], Iterable[Sized]], paths: Sequence[Path]) -> Iterator[int]:
    """Watch, and begin anew when a folder was removed or exchanged for another one, of which the
    system tells nothing, or when the watcher gave up over a name that is no text. What came before
    a new watch began counts as a change once it has, so that nothing is missed in between.
    """
    missed = 0
    while True:
        told = False
        try:
            with _held(paths) as there:
                for batch in begin():
                    told = True
                    yield len(batch) + missed
                    missed = 0
                    if _identities(paths) != there:
                        break
                else:
                    return  # Ctrl-C
        except FileNotFoundError:
            pass  # it is waited for
        except (RuntimeError, OSError) as error:
            if not told:
                raise ModelsearchError(f"the folders cannot be watched: {error}") from error
        while None in _identities(paths):
            time.sleep(_HEARTBEAT / 1000)
            yield 0
        missed = 1


@contextmanager
def _held(paths: Sequence[Path]) -> Iterator[list[tuple[int, int] | None]]:
    """Give what the system knows each folder by; as long as a folder is held open, that is nobody
    else's, however quickly it is removed and another one made.
    """
    with ExitStack() as stack:
        if sys.platform != "win32":
            for path in paths:
                stack.callback(os.close, os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        yield _identities(paths)


def _identities(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    """Return what the system knows each folder by, None for one that is not there."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((state.st_dev, state.st_ino))
    return found
