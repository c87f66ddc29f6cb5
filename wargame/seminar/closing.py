"""The debrief in the background: made once on request, shown to everybody when the game is over."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wargame.errors import WargameError
from wargame.seminar.memory import give_back
from wargame.seminar.rules import PUBLIC, Refused

if TYPE_CHECKING:
    from wargame.seminar.host import Host
    from wargame.seminar.session import Session

Progress = Callable[[float, str], None]
FAULT = "It could not be made, through a fault of the program. The terminal says more; nothing that was given is lost."
STEP = 0.05  # of the work: how often the facilitator's page is told


class Closing:
    """Makes the debrief of a game; ``page`` is where it lies when it is done, for the game as it was then (``of``)."""

    def __init__(self, host: Host, folder: Path) -> None:
        self._host, self._folder = host, folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="debrief")
        self._task: asyncio.Task[None] | None = None
        self.share, self.doing, self.problem = 0.0, "", ""
        self.page: Path | None = None
        self.of = ""

    @property
    def busy(self) -> bool:
        """Whether it is being made."""
        return self._task is not None and not self._task.done()

    async def ask(self) -> None:
        """Begin to make the debrief of the game as it stands, unless it is being made."""
        if self.busy:
            return
        of, record, white = await self._host.read(_material)
        if self.busy:  # it was asked for twice in the meantime
            return
        self.share, self.doing, self.problem, self.page, self.of = 0.0, "", "", None, ""
        self._task = asyncio.get_running_loop().create_task(self._work(of, record, white))

    async def _work(self, of: str, record: Any, white: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()

        def progress(share: float, doing: str) -> None:
            if share - self.share >= STEP or doing != self.doing:
                self.share, self.doing = share, doing
                loop.call_soon_threadsafe(self._host.tell, ())

        def make() -> Path:
            from wargame.seminar.debrief import debrief  # draws: brings in much that a running game does not need

            try:
                return debrief(record, white, self._folder, progress=progress)
            finally:
                give_back()

        try:
            self.page = await loop.run_in_executor(self._thread, make)
            self.of = of
        except WargameError as error:
            self.problem = str(error)
        finally:  # a fault of the program goes on to the terminal, and is not silent here
            self.problem = self.problem or ("" if self.of else FAULT)
            self._task = None
            self._host.tell((PUBLIC,))

    def ready(self, session: Session) -> Path | None:
        """Return the debrief's page when there is one of the game as it stands."""
        return self.page if self.page is not None and self.of == state(session) else None

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def state(session: Session) -> str:
    """Return which game a debrief is of: the turns played, and the branches left."""
    return f"{session.room.game.turn}-{len(session.room.branches)}"


def _material(session: Session) -> tuple[str, Any, dict[str, Any]]:
    if session.phase != "debrief":
        raise Refused(f"expected phase debrief (got {session.phase})")
    game: Any = session.game
    return state(session), game.record(), copy.deepcopy(session.white())
