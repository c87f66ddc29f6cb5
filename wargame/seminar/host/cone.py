"""The cone of futures in the background: computed on request, one at a time; the facilitator's page is told when it is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wargame.errors import WargameError
from wargame.seminar.host.memory import give_back
from wargame.seminar.host.shared import SharedSession
from wargame.seminar.host.worker import FAULT
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.session import Session

Json = dict[str, Any]
RUNS = 1000  # futures of the cone


class Cone:
    """Futures of the present under the orders on the table, one computation at a time, the newest wins."""

    def __init__(self, session: SharedSession) -> None:
        self._session = session
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._wanted: tuple[str, Callable[[], Json]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._cache: dict[str, Json] = {}
        self.key = ""  # of what was asked for last
        self.problem = ""

    async def ask(self) -> None:
        """Begin to compute the futures of the present, unless they are known; the page is told when they are there."""
        key, job = await self._session.read(_job)
        self.key, self.problem = key, ""
        if key in self._cache:
            self._session.tell(())
            return
        self._wanted = (key, job)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
        self._session.tell(())

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
                self._session.tell(())

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
    over = room.draft.overrides if session.phase == "adjudication" else ()
    return repr(
        (room.game.turn, session.phase == "adjudication", len(room.branches), room.practice, hands, injects, policies, over)
    )


def _job(session: Session) -> tuple[str, Callable[[], Json]]:
    if session.game.over:
        raise Refusal("The game is over: it has no futures.")
    tabled = session.phase == "orders"
    game: Any = session.game
    return key_of(session), game.cone_later(session.hands() if tabled else {}, session.injects() if tabled else [], RUNS)
