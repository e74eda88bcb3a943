"""What other installed packages add to the program, by entry points.

A package names an object in one of the :data:`GROUPS`: a library that the reader of scripts knows,
a reader of runs, names beside the shipped vocabulary, an output format, a part of the local page.
They are looked for when an index run begins, when a format is asked for that is not the program's
own, and when the page shows a model: never by a question.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

from modelsearch.records.typed import Any

LIBRARIES = "modelsearch.libraries"
RUNS = "modelsearch.runs"
VOCABULARY = "modelsearch.vocabulary"
FORMATS = "modelsearch.formats"
PANELS = "modelsearch.panels"
#: What an entry point of each group names.
GROUPS: Mapping[str, str] = {
    LIBRARIES: "a Library of modelsearch.static.libraries.library",
    RUNS: "a module or object with KIND, recognise and read, as those of modelsearch.sources.runs",
    VOCABULARY: "a text as in modelsearch.toml",
    FORMATS: "a function of rows, columns and a stream to write them to",
    PANELS: "a module or object with TITLE and lines",
}


@cache
def found(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of installed packages in one group, in the order of their names.

    The folder that the program was started in is left out: what is indexed may lie there, and
    nothing of that is imported.
    """
    named = {(entry.name, entry.value): entry for entry in _all() if entry.group == group}
    return tuple(named[key] for key in sorted(named))


@cache
def _all() -> tuple[EntryPoint, ...]:
    here = Path.cwd().resolve()
    places = [place for place in sys.path if place and Path(place).resolve() != here]
    return tuple(
        entry
        for package in distributions(path=places)
        for entry in package.entry_points
        if entry.group in GROUPS
    )


def load(entry: EntryPoint, is_right: Callable[[Any], bool]) -> tuple[Any, str]:
    """Return what an entry point names, or None and the reason why it cannot be used."""
    try:
        named = entry.load()
        right = is_right(named)
    except Exception as error:  # a package of the user's own; without it the run goes on
        return None, f"{type(error).__name__}: {error}"
    return (named, "") if right else (None, f"{entry.value} is not {GROUPS[entry.group]}")


def versions(*groups: str) -> str:
    """Return the names and versions of the packages that add to some groups: another version may
    read a file otherwise.
    """
    named = [
        f"{entry.value} {entry.dist.version if entry.dist else ''}"
        for group in groups
        for entry in found(group)
    ]
    return "".join(f", {each.strip()}" for each in named)
