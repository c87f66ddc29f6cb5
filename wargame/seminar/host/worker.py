"""Heavy work in a process of its own: the memory that it took is the system's again when it ends, and the server stays small."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wargame.engine.jit import note
from wargame.errors import CheckFailed, WargameError
from wargame.scenario.load import Loaded
from wargame.studies.processes import Workers

LOOK = 0.5  # seconds between looks whether anybody still waits
FAULT = "It could not be made, through a fault of the program. The terminal says more; nothing that was given is lost."


@dataclass(frozen=True)
class DebriefJob:
    """A game to be debriefed: what it is made of, the ``fingerprint`` it must have, what was said, where the debrief goes.

    ``rest`` is the game with the days that were not played, if it was ended early.
    """

    source: Loaded
    rest: Loaded | None
    seed: int
    fingerprint: str
    white: Mapping[str, Any]
    folder: Path


@dataclass(frozen=True)
class DebriefFailure:
    """What is wrong, for the person who asked: an error by itself does not survive the way between processes."""

    says: str


def worker_process(wanted: Path | None = None) -> Executor:
    """Return a fresh interpreter to work in. It ends with this process, and as soon as the file ``wanted`` is gone."""
    return Workers(1, _begin, os.getpid(), wanted)


def _begin(parent: int, wanted: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word; the server says what is to be said
    threading.Thread(target=_leave, args=(parent, wanted), daemon=True).start()


def _leave(parent: int, wanted: Path | None) -> None:
    while os.getppid() == parent and (wanted is None or wanted.exists()):
        time.sleep(LOOK)
    os._exit(1)


def compile_in_worker(loaded: Loaded) -> None:
    """Have what a game needs compiled, once per installation, by a process that ends: the compiler keeps what it took."""
    done = note("seminar")
    if done is None or done.exists():
        return
    try:
        with worker_process() as pool:
            if pool.submit(_compile, loaded).result():
                done.touch()
    except BrokenExecutor:  # no such process here: then it is compiled when it is needed
        pass


def _compile(loaded: Loaded) -> bool:
    from wargame.seminar.game.game import Game

    try:
        game = Game(loaded)
        game.warm()
        game.cone({}, runs=2)
    except WargameError:  # whoever asked hears it when the game is made
        return False
    return True


def write_debrief(job: DebriefJob, progress: Path) -> Path | DebriefFailure:
    """Write the debrief of a game, played again from what it is made of, and return its page; the file tells how far it is."""
    from wargame.binding.bind import bind
    from wargame.seminar.debrief.findings import played_on
    from wargame.seminar.debrief.folder import debrief
    from wargame.simulation.play import play_one

    def tell(share: float, doing: str) -> None:
        draft = progress.with_suffix(".part")
        draft.write_text(f"{share}\n{doing}", encoding="utf-8")
        draft.replace(progress)

    try:
        record = play_one(bind(job.source), seed=job.seed)
        if record.fingerprint != job.fingerprint:
            raise CheckFailed("the game, played again, is not the same game")
        return debrief(record, played_on(job.white, job.rest, job.seed), job.folder, progress=tell)
    except WargameError as error:
        return DebriefFailure(str(error))


def read_progress(progress: Path) -> tuple[float, str]:
    """Return what the file of a debrief in progress tells."""
    share, _, doing = progress.read_text(encoding="utf-8").partition("\n")
    return float(share or 0.0), doing
