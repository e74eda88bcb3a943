"""What a run tells of its origin, and whose it is: plain data between those who ask for owners and
those who find them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run tells of its origin: its folder or file, the program and the command that it
    names, the tool that recorded it, the names of its settings, and of the files that tell of it.
    """

    path: str
    program: str | None = None
    command: str | None = None
    tool: str | None = None
    settings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """The path of the model that something belongs to, and how it was found.

    ``model`` None with ``contested`` means that several scripts may own it; ``among`` are those
    of them that are models. ``proven`` is a script that is no model yet and made what is owned.
    """

    model: str | None
    rule: str | None = None
    contested: bool = False
    among: tuple[str, ...] = ()
    proven: str | None = None


NOBODY = Owner(None)
_NEAR = ("the only trainer ", "the only one of them that trains")


def only_near(rule: str | None) -> bool:
    """Return whether a rule says no more than that a script trains near what it is said to own."""
    return rule is not None and rule.startswith(_NEAR)
