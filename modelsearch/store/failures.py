"""What SQLite's errors mean for a person: one line that says what, which file, and the remedy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import apsw

from modelsearch.records.errors import DatabaseError, ModelsearchError
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_REMAKE = "remove it, or choose another --db, and index the folders again"

#: What each error means; ``{path}`` is the database, ``{words}`` are SQLite's own. The first class
#: that fits speaks.
_MEANINGS: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.NotADBError, "{path} is not an SQLite database; choose another --db"),
    (apsw.CorruptError, "{path} is damaged, or was copied without the file {path}-wal beside it "
     f"({{words}}); {_REMAKE}"),
    (apsw.FormatError, f"{{path}} is damaged ({{words}}); {_REMAKE}"),
    (apsw.BusyError, "{path} is in use by another program; try again when that has ended"),
    (apsw.LockedError, "{path} is in use by another program; try again when that has ended"),
    (apsw.FullError, "no space is left for {path}; what was written before is kept: free some "
     "space and run the same command again"),
    (apsw.NoMemError, "{path} asks for more memory than a command may use; if it was made by "
     "someone else, do not trust it"),
    (apsw.TooBigError, "{path} holds a longer value than any that modelsearch writes; if it was "
     "made by someone else, do not trust it"),
    (apsw.SQLError, f"{{path}} is not as modelsearch makes it ({{words}}); {_REMAKE}"),
    (apsw.ConstraintError, f"{{path}} contradicts itself ({{words}}); {_REMAKE}"),
    (apsw.Error, "cannot use {path}: {words}"),
)  # fmt: skip


def meaning(path: Path | str, error: apsw.Error) -> str:
    """Return one line about what went wrong with a database file."""
    while isinstance(
        error.__context__, apsw.Error
    ):  # "cannot roll back" because of what was before
        error = error.__context__
    words = " ".join(str(error).split()) or type(error).__name__
    text = next(text for kind, text in _MEANINGS if isinstance(error, kind))
    return text.format(path=path, words=words)


@contextlib.contextmanager
def database_failures(
    path: Path | str, is_sound: Callable[[], bool] | None = None
) -> Iterator[None]:
    """Turn what goes wrong with a database into DatabaseError, with the file's name.

    A damaged file can bring any value where another is expected, and with it any exception. So
    for what is none of SQLite's own errors ``is_sound`` is asked: where it finds the file damaged,
    the file is blamed; where it does not, the exception stands.
    """
    try:
        yield
    except ModelsearchError:
        raise
    except apsw.Error as error:
        raise DatabaseError(meaning(path, error)) from error
    except (OSError, MemoryError):
        raise
    except Exception as error:
        if is_sound is None or is_sound():
            raise
        raise DatabaseError(
            f"{path} is damaged, or holds what modelsearch does not write; {_REMAKE}"
        ) from error
