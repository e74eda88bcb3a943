"""Connections to the page: whoever opens many and says nothing on them keeps nobody out.

The server answers a bounded number of connections. Where there are more, the one that has waited
longest without a request is closed for the new one, and so is each that has none after a while.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 200  #: connections
_PATIENCE_S = 10.0  #: for the whole head of a request


class Connection(H11Protocol):
    """A connection of uvicorn's that gives way while it waits."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; let another connection go where there are too many."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer: TimerHandle = self.loop.call_later(_PATIENCE_S, self._give_up)
        if len(self.connections) > MOST:
            waiting = [one for one in self.connections if one is not self and _waits(one)]
            if waiting:
                min(waiting, key=_since).transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._timer.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        """Close the connection if no request has come; else look again later."""
        if _waits(self):
            self.transport.close()
        else:
            self._timer = self.loop.call_later(_PATIENCE_S, self._give_up)


def _waits(connection: Any) -> bool:
    """Return whether no request of a connection is being answered."""
    return connection.cycle is None or bool(connection.cycle.response_complete)


def _since(connection: Any) -> float:
    return float(getattr(connection, "_since", 0.0))
