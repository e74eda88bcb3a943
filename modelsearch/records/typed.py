"""What modules that a question passes through name of ``typing``, without importing it.

Importing ``typing`` takes as long as importing ten of these modules. Annotations are not evaluated
here, so at run time its names need only be there; type checkers see those of ``typing``.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Protocol, Self, TextIO, TypeVar, cast, dataclass_transform
else:
    Any = Protocol = Self = TextIO = object

    def TypeVar(name, **_):
        return name

    def cast(_type, value):
        return value

    def dataclass_transform(**_):
        return lambda decorator: decorator


__all__ = ["TYPE_CHECKING", "Any", "Protocol", "Self", "TextIO", "TypeVar", "cast",
           "dataclass_transform"]  # fmt: skip
