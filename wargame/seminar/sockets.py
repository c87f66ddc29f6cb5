"""Connections: as many as the system lets one program have, and none that is held without asking for anything."""

from __future__ import annotations

import asyncio
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0  # seconds that a connection, or the rest of a form, may keep us waiting
WANTED = 8192  # files that may be open at once: connections of a large room with many pages each


class Patient(H11Protocol):
    """A connection that is closed when its first request has not come in time; browsers open such ones in advance."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late = self.loop.call_later(PATIENCE, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._late.cancel()
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
