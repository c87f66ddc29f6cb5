"""The debrief in the background: made once on request, shown to everybody when the game is over."""

from __future__ import annotations

import asyncio
import copy
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from wargame.seminar.host.memory import give_back
from wargame.seminar.host.shared import SharedSession
from wargame.seminar.host.worker import FAULT, LOOK, DebriefFailure, DebriefJob, read_progress, worker_process, write_debrief
from wargame.seminar.rules.bounds import PUBLIC, Refusal
from wargame.seminar.session.session import Session

KEPT, PAGE = "debrief", "debrief.html"  # where a seminar's file says which game has been debriefed, and in which folder


class Debriefing:
    """Makes the debrief of a game; ``page`` is where it lies when it is done, for the game as it was then (``of``)."""

    def __init__(self, session: SharedSession, folder: Path) -> None:
        self._session, self._folder = session, folder
        self._task: asyncio.Task[None] | None = None
        self.share, self.doing, self.problem = 0.0, "", ""
        self.page: Path | None = None
        self.of = ""
        self._recall()

    def _recall(self) -> None:
        """Take up the debrief that was made before the server was started again, if it is still there."""
        kept = self._session.logged.log.meta.get(KEPT, "")
        of, _, name = kept.partition(" ")
        page = self._folder.parent / name / PAGE
        if name and page.is_file():
            self.page, self.of = page, of

    @property
    def busy(self) -> bool:
        """Whether it is being made."""
        return self._task is not None and not self._task.done()

    async def ask(self) -> None:
        """Begin to make the debrief of the game as it stands, unless it is being made."""
        if self.busy:
            return
        of, game = await self._session.read(_material)
        if self.busy:  # it was asked for twice in the meantime
            return
        self.share, self.doing, self.problem, self.page, self.of = 0.0, "", "", None, ""
        self._task = asyncio.get_running_loop().create_task(self._work(of, replace(game, folder=self._folder)))

    async def _work(self, of: str, game: DebriefJob) -> None:
        with tempfile.TemporaryDirectory(prefix="wargame-") as place:
            progress = Path(place) / "progress"
            progress.touch()
            pool = worker_process(progress)
            try:
                working = asyncio.get_running_loop().run_in_executor(pool, write_debrief, game, progress)
                while not (await asyncio.wait([working], timeout=LOOK))[0]:
                    self._look(progress)
                found = working.result()
                if isinstance(found, DebriefFailure):
                    self.problem = found.says
                else:
                    self.page, self.of = found, of
                    await self._session.read(lambda session: self._session.logged.log.put(KEPT, f"{of} {found.parent.name}"))
            finally:  # a fault of the program goes on to the terminal, and is not silent here
                pool.shutdown(wait=False, cancel_futures=True)
                self.problem = self.problem or ("" if self.of else FAULT)
                self._task = None
                give_back()
                self._session.tell((PUBLIC,))

    def _look(self, progress: Path) -> None:
        """Tell the facilitator's page how far it is, when that has changed."""
        now = read_progress(progress)
        if now != (self.share, self.doing):
            self.share, self.doing = now
            self._session.tell(())

    def ready(self, session: Session) -> Path | None:
        """Return the debrief's page when there is one of the game as it stands."""
        return self.page if self.page is not None and self.of == state(session) else None

    def close(self) -> None:
        """Give up what is being made."""
        if self._task is not None:
            self._task.cancel()


def state(session: Session) -> str:
    """Return which game a debrief is of: the turns played, and the branches left."""
    return f"{session.room.game.turn}-{len(session.room.branches)}"


def _material(session: Session) -> tuple[str, DebriefJob]:
    if session.phase != "debrief":
        raise Refusal(f"expected phase debrief (got {session.phase})")
    game: Any = session.game
    white = copy.deepcopy(session.white())
    return state(session), DebriefJob(game.as_played(), game.to_be_played_on(), game.seed, game.fingerprint, white, Path())
