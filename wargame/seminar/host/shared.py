"""A session that many share: read and changed on one thread, in the order of what came; open pages are told of changes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from wargame.seminar.host.log import LoggedSession
from wargame.seminar.rules.bounds import FACILITATOR, PUBLIC
from wargame.seminar.session.session import Session

T = TypeVar("T")
GATHER = 0.15  # seconds: changes that come together are told together
REST = 0.8  # seconds more before a page is told again: however much happens, it is drawn about once a second


class SharedSession:
    """Everything that touches the session runs on one thread: no page is drawn of half a turn, and the web stays awake."""

    def __init__(self, logged: LoggedSession) -> None:
        self.logged = logged
        self._over = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="session")
        self._born = secrets.token_hex(4)
        self._count: dict[str, int] = {}
        self._waiting: dict[asyncio.Event, str] = {}

    async def read(self, make: Callable[[Session], T]) -> T:
        """Return what ``make`` makes of the session, with nothing changing meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, make, self.logged.session)

    def tell(self, seats: list[str] | tuple[str, ...]) -> None:
        """Tell the pages of these seats, and the facilitator's, that something has changed."""
        everybody = PUBLIC in seats
        for seat in {*self._waiting.values(), *seats, FACILITATOR}:
            if everybody or seat in seats or seat == FACILITATOR:
                self._count[seat] = self._count.get(seat, 0) + 1
        for event, seat in self._waiting.items():
            if everybody or seat in seats or seat == FACILITATOR:
                event.set()

    def mark(self, seat: str) -> str:
        """Return what a stream carries: which start of the server, and how many changes a seat has seen since."""
        return f"{self._born}-{self._count.get(seat, 0)}"

    async def stream(self, seat_of: Callable[[Session], str]) -> AsyncIterator[str]:
        """Yield a seat's mark at once and whenever something changes for it. It never carries anything else.

        ``seat_of`` is asked anew each time: the facilitator may have moved the person meanwhile.
        """
        event = asyncio.Event()
        self._waiting[event] = await self.read(seat_of)
        try:
            yield self.mark(self._waiting[event])
            while not self._over:
                await event.wait()
                await asyncio.sleep(GATHER)
                event.clear()
                self._waiting[event] = await self.read(seat_of)
                yield self.mark(self._waiting[event])
                await asyncio.sleep(REST)
        finally:
            self._waiting.pop(event, None)

    @property
    def open_streams(self) -> int:
        """How many pages listen."""
        return len(self._waiting)

    def close(self) -> None:
        """End the streams and the thread."""
        self._over = True
        for event in self._waiting:
            event.set()
        self._thread.shutdown(wait=False, cancel_futures=True)
