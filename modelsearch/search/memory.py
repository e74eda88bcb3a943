"""What an open catalogue keeps in memory, once it has been asked a few times.

A process that answers one question reads what it needs and no more. Where more questions follow on
the same connection, reading the same table each time costs more than keeping it. What is kept is
bounded by whoever reads it, and read anew when the file has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

import apsw

from modelsearch.records.typed import Any, TypeVar
from modelsearch.store.database import fetch_value

T = TypeVar("T")

PATIENCE = 4  #: times that a thing is asked for before it is kept: two questions or so


class _Kept:
    """One thing of one connection: how often it was asked for, and as of which state it is kept."""

    def __init__(self) -> None:
        self.asked = 0
        self.version = -1
        self.value: Any = None


_KEPT: WeakKeyDictionary[apsw.Connection, dict[str, _Kept]] = WeakKeyDictionary()


def kept(
    connection: apsw.Connection, name: str, read: Callable[[apsw.Connection], T | None]
) -> T | None:
    """Return what ``read`` gives of the file as it is now, read once as long as it is unchanged.

    None while the connection is new, where it may write itself, and where ``read`` gives None.
    """
    if not connection.readonly("main"):
        return None
    one = _KEPT.setdefault(connection, {}).setdefault(name, _Kept())
    one.asked += 1
    if one.asked <= PATIENCE:
        return None
    version = int(fetch_value(connection, "PRAGMA data_version"))
    if version != one.version:
        one.version, one.value = version, read(connection)
    value: T | None = one.value
    return value
