"""Small wording that several kinds of answers share."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 5


def spaced(name: str) -> str:
    """Write a field's name as words."""
    return name.replace("_", " ")


def listed(names: Sequence[str]) -> str:
    """Name the first few of some things, and count the others."""
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
