"""The boundary of the program: every expected failure becomes one line and an exit code.

Whatever a command meets (its own refusals, the database, files, memory, encodings, libraries that
decode) passes here and nowhere else. Any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from modelsearch.records.errors import Interrupted, ModelsearchError, UnreadError, UsageError


class Told(NamedTuple):
    """What a failure says to a person, and the exit code of the process."""

    message: str
    code: int


#: Errors of libraries by module and name, so that no library is imported to name its errors.
_OF_LIBRARIES = {
    ("apsw", "Error"): "the database cannot be used",
    ("zlib", "error"): "what is compressed in the database is damaged",
    ("PIL.Image", "DecompressionBombError"): "a picture is too large to be opened",
    ("PIL", "UnidentifiedImageError"): "a picture cannot be read",
    ("struct", "error"): "a value is not packed as it should be",
}


def told(error: BaseException) -> Told | None:
    """Return what to say about an expected failure, or None for a bug of the program."""
    if isinstance(error, ModelsearchError):
        return _ours(error)
    if isinstance(error, KeyboardInterrupt):
        return Told("interrupted; what was committed is kept", 130)
    if isinstance(error, MemoryError):
        return Told("not enough memory for this; ask for less, or index fewer folders at once", 1)
    if isinstance(error, RecursionError):
        return Told("something is nested too deeply to be read", 1)
    if isinstance(error, UnicodeEncodeError):
        return Told(f"{error.object[:200]!a} is not valid Unicode; write it as UTF-8", 2)
    if isinstance(error, UnicodeError):
        return Told(f"a text is not UTF-8 ({_one_line(error)})", 1)
    if isinstance(error, OSError):
        return Told(_of_system(error), 1)
    for kind in type(error).__mro__:
        said = _OF_LIBRARIES.get((kind.__module__, kind.__name__))
        if said is not None:
            return Told(f"{said}: {_one_line(error)}", 1)
    return None


def _ours(error: ModelsearchError) -> Told:
    if isinstance(error, Interrupted):
        return Told(_one_line(error), 130)
    if isinstance(error, UnreadError):
        return Told(f"{_one_line(error)} (--lenient answers without it)", 1)
    return Told(_one_line(error), 2 if isinstance(error, UsageError) else 1)


def tell(error: BaseException) -> int:
    """Write the line to stderr and return the exit code; an unexpected exception is raised
    again.
    """
    found = told(error)
    if found is None:
        raise error
    if sys.stderr is not None:
        from modelsearch.records.text import escape

        sys.stderr.write(f"modelsearch: {escape(found.message)}\n")
    return found.code


def _of_system(error: OSError) -> str:
    words = error.strerror or _one_line(error)
    if error.filename is None:
        return f"cannot read or write: {words}"
    name = error.filename if isinstance(error.filename, str) else repr(error.filename)
    return f"cannot use {_shown(name)}: {words}"


def _shown(name: str) -> str:
    return name if name.isprintable() and len(name) <= 200 else ascii(name[:200])


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
