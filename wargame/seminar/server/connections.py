"""Connections: as many as the system lets one program have, and none that is held without asking for anything."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

from uvicorn.protocols.http.h11_impl import H11Protocol

from wargame.seminar.server.origin import network

PATIENCE = 30.0  # seconds that a connection, or the rest of a form, may keep us waiting
SHARE = 4  # no address has more than one part in so many of the connections that there can be
LEAST = 200  # connections that an address may have where there are few: a class behind one router
WANTED = 8192  # files that may be open at once: connections of a large room with many pages each


class TimedConnection(H11Protocol):
    """A connection that is closed when its first request has not come in time (browsers open such ones in advance), and at once
    when its address has ``most`` open: nobody else would find one free.
    """

    most = WANTED // SHARE
    open: Counter[str] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late = self.loop.call_later(PATIENCE, self._give_up)
        self._whose = network(self.client[0] if self.client else "")
        TimedConnection.open[self._whose] += 1
        if TimedConnection.open[self._whose] > self.most:
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._late.cancel()
        TimedConnection.open[self._whose] -= 1
        if not TimedConnection.open[self._whose]:
            del TimedConnection.open[self._whose]
        super().connection_lost(exc)

    def _give_up(self) -> None:
        if self.cycle is None:
            self.transport.close()


def allow_many() -> None:
    """Have as many connections allowed as a large room needs, as far as the system lets us; where it cannot be asked, nothing."""
    if sys.platform == "win32":
        return
    import resource

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if most == resource.RLIM_INFINITY else min(WANTED, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    TimedConnection.most = max(LEAST, wanted // SHARE)
