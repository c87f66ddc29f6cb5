"""The one place where a session, its log, the clock and the open pages meet.

A command is answered when it is on the disk, not before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wargame.seminar.host.cone import Cone
from wargame.seminar.host.debriefing import Debriefing
from wargame.seminar.host.keys import Keys
from wargame.seminar.host.log import LoggedSession
from wargame.seminar.host.memory import give_back
from wargame.seminar.host.reach import Reach
from wargame.seminar.host.shared import SharedSession
from wargame.seminar.rules.bounds import PUBLIC
from wargame.seminar.rules.limits import TokenBuckets
from wargame.seminar.session.session import Session

Json = dict[str, Any]
LEAD = "facilitator"  # the identity of whoever opened the seminar
WALL = "wall"
SHOWN = "shown"  # where a seminar's file keeps the address that its links show, when one was chosen
PING = 15.0  # seconds between signs of life on a quiet stream


class Host(SharedSession):
    """Holds a session for the web. ``now`` is the clock, in seconds; ``reach`` tells where the pages are for others, or
    ``address`` where that is known; ``folder`` is where the debrief goes."""

    def __init__(
        self, logged: LoggedSession, keys: Keys, *, address: str = "", reach: Reach | None = None, folder: Path = Path("debrief"),
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        super().__init__(logged)
        self.keys, self.now = keys, now
        self.reach = reach or Reach.by(address)
        self.ticks: Callable[[], float] = time.monotonic  # a clock that nobody sets, for limits
        self.buckets = TokenBuckets()
        self.title = logged.session.room.title
        self.codes = codes_now(keys, logged.session)  # join codes that open a seat now, by seat
        self.cone = Cone(self)
        self.debriefing = Debriefing(self, folder)

    @property
    def address(self) -> str:
        """Where the pages are for others; empty while there is no such place."""
        return self.reach.address

    async def do(self, command: Mapping[str, Any]) -> list[Json]:
        """Carry out a command; when this returns, it is on the disk. Raises :class:`Refusal` with nothing changed."""
        changes = await self.read(lambda session: self.logged.apply(command, self.now()))
        if command["do"] == "renew":
            self.codes = await self.read(lambda session: codes_now(self.keys, session))
        if command["do"] == "next":
            await self.read(lambda session: give_back())  # of what a turn and its pages took
        for change in changes:
            self.tell(change["for"])
        return changes

    async def advertise(self, address: str) -> None:
        """Show another address or name in links and codes, from now on and after a restart. Raises :class:`Refusal`."""
        self.reach.choose(address)
        await self.read(lambda session: self.logged.log.put(SHOWN, self.reach.chosen))
        self.tell((PUBLIC,))

    def close(self) -> None:
        """End the streams and the threads."""
        super().close()
        self.cone.close()
        self.debriefing.close()


def codes_now(keys: Keys, session: Session) -> Mapping[str, str]:
    """Return the join codes: those of the beginning, and those that were renewed since."""
    return {**keys.codes, **session.room.codes}
