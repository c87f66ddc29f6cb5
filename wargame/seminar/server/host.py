"""The one place where a session, its log, the clock and the open pages meet.

Everything that touches the session runs on one thread, in the order it came: no page is drawn of half a turn, and the web stays
awake meanwhile. A command is answered when it is on the disk, not before.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from wargame.errors import WargameError
from wargame.seminar.rules.bounds import FACILITATOR, PUBLIC, Refused
from wargame.seminar.rules.limits import Buckets
from wargame.seminar.server.auth import Keys
from wargame.seminar.server.closing import FAULT, Closing
from wargame.seminar.server.log import Kept
from wargame.seminar.session.session import Session
from wargame.seminar.system.memory import give_back
from wargame.seminar.system.reach import Reach

T = TypeVar("T")
Json = dict[str, Any]
LEAD = "facilitator"  # the identity of whoever opened the seminar
WALL = "wall"
SHOWN = "shown"  # where a seminar's file keeps the address that its links show, when one was chosen
RUNS = 1000  # futures of the cone
GATHER = 0.15  # seconds: changes that come together are told together
REST = 0.8  # seconds more before a page is told again: however much happens, it is drawn about once a second
PING = 15.0  # seconds between signs of life on a quiet stream


class Host:
    """Holds a session for the web. ``now`` is the clock, in seconds; ``reach`` tells where the pages are for others, or
    ``address`` where that is known; ``folder`` is where the debrief goes."""

    def __init__(
        self, kept: Kept, keys: Keys, *, address: str = "", reach: Reach | None = None, folder: Path = Path("debrief"),
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.kept, self.keys, self.now = kept, keys, now
        self.reach = reach or Reach.by(address)
        self.ticks: Callable[[], float] = time.monotonic  # a clock that nobody sets, for limits
        self.buckets = Buckets()
        self.title = kept.session.room.title
        self.codes = codes_now(keys, kept.session)  # join codes that open a seat now, by seat
        self.ahead = Ahead(self)
        self.closing = Closing(self, folder)
        self._over = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="session")
        self._born = secrets.token_hex(4)
        self._count: dict[str, int] = {}
        self._waiting: dict[asyncio.Event, str] = {}

    @property
    def address(self) -> str:
        """Where the pages are for others; empty while there is no such place."""
        return self.reach.address

    async def read(self, make: Callable[[Session], T]) -> T:
        """Return what ``make`` makes of the session, with nothing changing meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, make, self.kept.session)

    async def do(self, command: Mapping[str, Any]) -> list[Json]:
        """Carry out a command; when this returns, it is on the disk. Raises :class:`Refused` with nothing changed."""
        changes = await self.read(lambda session: self.kept.apply(command, self.now()))
        if command["do"] == "renew":
            self.codes = await self.read(lambda session: codes_now(self.keys, session))
        if command["do"] == "next":
            await self.read(lambda session: give_back())  # of what a turn and its pages took
        for change in changes:
            self.tell(change["for"])
        return changes

    async def advertise(self, address: str) -> None:
        """Show another address or name in links and codes, from now on and after a restart. Raises :class:`Refused`."""
        self.reach.choose(address)
        await self.read(lambda session: self.kept.log.put(SHOWN, self.reach.chosen))
        self.tell((PUBLIC,))

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
        """End the streams and the threads."""
        self._over = True
        for event in self._waiting:
            event.set()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self.ahead.close()
        self.closing.close()


def codes_now(keys: Keys, session: Session) -> Mapping[str, str]:
    """Return the join codes: those of the beginning, and those that were renewed since."""
    return {**keys.codes, **session.room.codes}


class Ahead:
    """The look ahead: futures of the present under the orders on the table, one computation at a time, the newest wins."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._wanted: tuple[str, Callable[[], Json]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._cache: dict[str, Json] = {}
        self.key = ""  # of what was asked for last
        self.problem = ""

    async def ask(self) -> None:
        """Begin to compute the futures of the present, unless they are known; the page is told when they are there."""
        key, job = await self._host.read(_job)
        self.key, self.problem = key, ""
        if key in self._cache:
            self._host.tell(())
            return
        self._wanted = (key, job)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
        self._host.tell(())

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()

        def play(job: Callable[[], Json]) -> Json:
            try:
                return job()
            finally:
                give_back()

        while self._wanted is not None:
            (key, job), self._wanted = self._wanted, None
            began = time.perf_counter()
            try:
                found = await loop.run_in_executor(self._thread, play, job)
            except WargameError as error:
                self.problem = str(error)
            else:
                while len(self._cache) >= 4:
                    self._cache.pop(next(iter(self._cache)))
                self._cache[key] = found | {"took": time.perf_counter() - began}
            finally:  # a fault of the program goes on to the terminal, and is not silent here
                self.problem = self.problem or ("" if key in self._cache else FAULT)
                self._host.tell(())

    @property
    def busy(self) -> bool:
        """Whether futures are being computed."""
        return self._task is not None and not self._task.done()

    @property
    def result(self) -> Json | None:
        """The futures that were asked for last, when they are there."""
        return self._cache.get(self.key)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def key_of(session: Session) -> str:
    """Return what the futures of the present depend on, as text."""
    hands = session.hands() if session.phase == "orders" else {}
    injects = session.injects() if session.phase == "orders" else []
    room, game = session.room, session.room.game
    policies = {name: game.policies(name) for name in room.seats}
    over = room.desk.overrides if session.phase == "adjudication" else ()
    return repr(
        (room.game.turn, session.phase == "adjudication", len(room.branches), room.practice, hands, injects, policies, over)
    )


def _job(session: Session) -> tuple[str, Callable[[], Json]]:
    if session.game.over:
        raise Refused("The game is over: it has no futures.")
    tabled = session.phase == "orders"
    game: Any = session.game
    return key_of(session), game.cone_later(session.hands() if tabled else {}, session.injects() if tabled else [], RUNS)
