"""The packages that scripts import: what each is, by the first part of its dotted names.

``libraries.json`` beside this module has a row a package. Within one rank the frameworks are
listed in the order in which they are principal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal

from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json

#: Wrappers are principal over what they wrap, deep learning over classical learning.
Rank = Literal["wrapper", "core", "classical"]


@dataclass(frozen=True, slots=True)
class Package:
    """One package. ``framework`` is the vocabulary's name of what a script that imports it is
    written in. ``local`` says that a project may have a module of the same name.
    """

    root: str
    framework: str | None = None
    rank: Rank | None = None
    #: Its classes are estimators, which ``fit`` trains; ``boosting``: by trees that are added up.
    estimators: bool = False
    boosting: bool = False
    #: ``fit`` of its objects is not that of Keras.
    own_fit: bool = False
    #: Its objects are given their device by keyword.
    devices: bool = False
    #: Whether some of its names are optimizers, or all; where these take their learning rate
    #: (None: by keyword alone).
    optimizers: Literal["some", "only"] | None = None
    rate: int | None = 1
    local: bool = False


@cache
def _rows() -> dict[str, Package]:
    rows = shipped_json(read_text(__file__, "libraries.json"))
    return {row["root"]: Package(**row) for row in rows}


def add(package: Package) -> None:
    """Add a package that the file does not have."""
    _rows().setdefault(package.root, package)
    of_rank.cache_clear()


def packages() -> Collection[str]:
    """Return the names of all packages that are known."""
    return _rows().keys()


def find(dotted: str | None) -> Package | None:
    """Return the package of a dotted name, if it is known."""
    return _rows().get(dotted.partition(".")[0]) if dotted else None


def is_installed(dotted: str) -> bool:
    """Return whether a dotted name is of an installed package, never of a project's module."""
    found = find(dotted)
    return found is not None and not found.local


def is_boosting(dotted: str | None) -> bool:
    """Return whether a dotted name is of a boosting library."""
    found = find(dotted)
    return found is not None and found.boosting


def has_estimators(dotted: str | None) -> bool:
    """Return whether a dotted name is of a library of estimators."""
    found = find(dotted)
    return found is not None and found.estimators


@cache
def of_rank(rank: Rank) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the frameworks of a rank with the packages that are theirs, in order."""
    found: dict[str, list[str]] = {}
    for row in _rows().values():
        if row.rank == rank and row.framework is not None:
            found.setdefault(row.framework, []).append(row.root)
    return tuple((framework, tuple(roots)) for framework, roots in found.items())


def with_framework() -> tuple[str, ...]:
    """Return the packages whose import names a framework."""
    return tuple(row.root for row in _rows().values() if row.framework is not None)


def roots_of(framework: str) -> tuple[str, ...]:
    """Return the packages of a framework."""
    return tuple(row.root for row in _rows().values() if row.framework == framework)
