"""Libraries that other installed packages describe, by an entry point.

A package that knows a framework of its own names a
:class:`~modelsearch.static.libraries.library.Library` in the group ``modelsearch.libraries``. They
are looked for when the first script is read, never by a question.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

GROUP = "modelsearch.libraries"


@cache
def found() -> tuple[EntryPoint, ...]:
    """Return the entry points of installed packages, in the order of their names.

    The folder that the program was started in is left out: what is indexed may lie there, and
    nothing of that is imported.
    """
    here = Path.cwd().resolve()
    places = [place for place in sys.path if place and Path(place).resolve() != here]
    named = {
        (entry.name, entry.value): entry
        for package in distributions(path=places)
        for entry in package.entry_points
        if entry.group == GROUP
    }
    return tuple(named[key] for key in sorted(named))


def versions() -> str:
    """Return what tells which libraries of other packages a script was read with."""
    named = [f"{entry.value} {entry.dist.version if entry.dist else ''}" for entry in found()]
    return "".join(f", {each.strip()}" for each in named)
