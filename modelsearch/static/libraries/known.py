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

from modelsearch.records import plugins
from modelsearch.static import libraries
from modelsearch.static.libraries.library import KNOWN, Library
from modelsearch.static.machine.registry import LIBRARIES


@cache
def load() -> tuple[str, ...]:
    """Register every library that is known, once a process.

    Returns a line for each library of another package that cannot be used.
    """
    for library in _built_in():
        KNOWN.add(library)
    lines = [_add(entry) for entry in plugins.found(plugins.LIBRARIES)]
    return tuple(line for line in lines if line is not None)


def _built_in() -> Iterator[Library]:
    """Yield what each module of this folder describes, if it describes a library."""
    for module in sorted(iter_modules(libraries.__path__), key=lambda each: each.name):
        described = getattr(import_module(f"{libraries.__name__}.{module.name}"), "LIBRARY", None)
        if isinstance(described, Library):
            yield described


def _add(entry: EntryPoint) -> str | None:
    """Register the library of another package; return why that is not possible."""
    library, reason = plugins.load(entry, is_library)
    if library is not None and library.name in LIBRARIES.known:
        reason = f"{library.name} is known already"
    if reason:
        return f"the library {entry.name} is left out: {reason}"
    KNOWN.add(library)
    return None


def is_library(named: object) -> bool:
    """Return whether an object describes a library."""
    return isinstance(named, Library)
