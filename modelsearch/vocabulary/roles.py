"""Names of calls, methods, classes and modules that have the same role in every library.

``roles.json`` beside this module lists them: a role, what its names have in common, and the
names. ``DataParallel(model)`` has the role *value*: as far as facts are concerned it is the model.
A library may add names of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json


class Role:
    """The names of one role, in the order of the file."""

    __slots__ = ("listed", "names")

    def __init__(self, names: Iterable[str]) -> None:
        """Hold the names."""
        self.listed: tuple[str, ...] = tuple(names)
        self.names: set[str] = set(self.listed)

    def __contains__(self, name: object) -> bool:
        """Return whether a name is one of the role."""
        return name in self.names

    def ends(self, name: str) -> bool:
        """Return whether a name ends with one of the role's."""
        return name.endswith(self.listed)

    def begins(self, name: str) -> bool:
        """Return whether a dotted name begins with one of the role's."""
        return name.startswith(self.listed)

    def add(self, names: Iterable[str]) -> None:
        """Add names that are not there yet."""
        self.listed += tuple(name for name in names if name not in self.names)
        self.names.update(self.listed)


@cache
def _roles() -> dict[str, Role]:
    rows = shipped_json(read_text(__file__, "roles.json"))
    return {row["role"]: Role(row["names"]) for row in rows}


def role(name: str) -> Role:
    """Return a role by its name.

    Raises:
        KeyError: when the file has no such role.

    """
    return _roles()[name]


def add(name: str, names: Iterable[str]) -> None:
    """Add names to a role."""
    role(name).add(names)
