"""The libraries that the reader knows: one file a family here, and those of other packages.

A package adds its own by an entry point of the group ``modelsearch.libraries`` that names a
:class:`~modelsearch.static.libraries.library.Library`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint
from pkgutil import iter_modules

from modelsearch.static import libraries
from modelsearch.static.libraries import installed
from modelsearch.static.libraries.library import KNOWN, Library
from modelsearch.static.machine.registry import LIBRARIES


@cache
def load() -> tuple[str, ...]:
    """Register every library that is known, once a process.

    Returns a line for each library of another package that cannot be used.
    """
    for library in _built_in():
        KNOWN.add(library)
    lines = [_add(entry) for entry in installed.found()]
    return tuple(line for line in lines if line is not None)


def _built_in() -> Iterator[Library]:
    """Yield what each module of this folder describes, if it describes a library."""
    for module in sorted(iter_modules(libraries.__path__), key=lambda each: each.name):
        described = getattr(import_module(f"{libraries.__name__}.{module.name}"), "LIBRARY", None)
        if isinstance(described, Library):
            yield described


def _add(entry: EntryPoint) -> str | None:
    """Register the library of another package; return why that is not possible."""
    try:
        library = entry.load()
    except Exception as error:  # a package of the user's own; without it reading goes on
        return f"the library {entry.name} is left out: {type(error).__name__}: {error}"
    if not isinstance(library, Library):
        return f"the library {entry.name} is left out: {entry.value} is no Library"
    if library.name in LIBRARIES.known:
        return f"the library {entry.name} is left out: {library.name} is known already"
    KNOWN.add(library)
    return None
