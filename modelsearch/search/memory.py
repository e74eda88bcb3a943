"""What is kept of a catalogue in memory, where more than one question is asked of it.

A process that answers one question reads what it needs and no more. Where more questions follow on
the same connection, reading the same table each time costs more than keeping it. What is kept is
bounded by whoever reads it, and read anew when the file has changed.

A server opens the file for every request. It holds one :class:`Shared` for each state of the file,
and lets the connections of that state share it (:func:`share`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import apsw

from modelsearch.records.typed import Any, TypeVar
from modelsearch.store.database import Opened, fetch_value

T = TypeVar("T")

PATIENCE = 4  #: times that a thing is asked for before it is kept: two questions or so


class _Kept:
    """One thing of one connection: how often it was asked for, and as of which state it is kept."""

    def __init__(self) -> None:
        self.asked = 0
        self.version = -1
        self.value: Any = None


class Shared:
    """What the connections to one state of a file keep together, from the first time on."""

    LATEST = 64  #: answers of a kind that are kept

    def __init__(self) -> None:
        from threading import RLock  # a process that answers one question shares nothing

        self._things: dict[str, Any] = {}
        self._lock = RLock
        self._reading = RLock()
        self._alone: dict[str, Any] = {}  #: a lock for each name

    def kept(self, name: str, read: Callable[[], T]) -> T:
        """Return what ``read`` gives, which is called once. Whoever asks for the same meanwhile
        waits for it; whoever asks for something else does not.
        """
        with self._reading:
            alone = self._alone.setdefault(name, self._lock())
        with alone:
            if name not in self._things:
                self._things[name] = read()
            found: T = self._things[name]
            return found

    def known(self, name: str) -> Any:
        """Return what is kept by a name already, else None."""
        return self._things.get(name)

    def latest(self, name: str, key: Hashable, read: Callable[[], T]) -> T:
        """Return what ``read`` gives for a key; of a name the last :data:`LATEST` are kept."""
        known: dict[Hashable, T] = self.kept(name, dict)
        with self._reading:
            if key in known:
                known[key] = known.pop(key)  # the last that was asked for
                return known[key]
        found = read()  # may take long: others need not wait for it
        with self._reading:
            known[key] = found
            while len(known) > self.LATEST:
                del known[next(iter(known))]
        return found


def share(connection: apsw.Connection, things: Shared | None) -> None:
    """Let a connection keep things together with others to the same state of the same file; None:
    let it be on its own again. Raises TypeError for a connection that this program did not open.
    """
    if not isinstance(connection, Opened):
        raise TypeError("nothing can be kept on a connection that was opened elsewhere")
    connection.shared = things


def shared(connection: apsw.Connection) -> Shared | None:
    """Return what a connection keeps together with others; None where it is on its own."""
    return connection.shared if isinstance(connection, Opened) else None


def latest(connection: apsw.Connection, name: str, key: Hashable, read: Callable[[], T]) -> T:
    """Return what ``read`` gives; a server keeps the last answers of a name by their keys."""
    together = shared(connection)
    return read() if together is None else together.latest(name, key, read)


def kept(
    connection: apsw.Connection, name: str, read: Callable[[apsw.Connection], T | None]
) -> T | None:
    """Return what ``read`` gives of the file as it is now, read once as long as it is unchanged.

    None while the connection is new and shares nothing, where it may write itself, and where
    ``read`` gives None.
    """
    together = shared(connection)
    if together is not None:
        return together.kept(name, lambda: read(connection))
    if not isinstance(connection, Opened) or not connection.readonly("main"):
        return None
    one: _Kept = connection.kept.setdefault(name, _Kept())
    one.asked += 1
    if one.asked <= PATIENCE:
        return None
    version = int(fetch_value(connection, "PRAGMA data_version"))
    if version != one.version:
        one.version, one.value = version, read(connection)
    value: T | None = one.value
    return value
