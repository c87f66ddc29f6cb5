"""A seminar from a scenario: made or resumed from its file, its addresses found, its server run until it is stopped."""

from __future__ import annotations

import asyncio
import gc
import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from wargame import __version__
from wargame.errors import mistake
from wargame.scenario.load import Loaded, dump
from wargame.seminar.game.export import load_kept, make_folder
from wargame.seminar.game.game import Game
from wargame.seminar.host.host import LEAD, SHOWN, Host
from wargame.seminar.host.keys import Keys
from wargame.seminar.host.log import Log, LoggedSession
from wargame.seminar.host.memory import give_back
from wargame.seminar.host.reach import Reach
from wargame.seminar.host.worker import compile_in_worker
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.server.app import create_app
from wargame.seminar.server.connections import TimedConnection, allow_many
from wargame.seminar.session import rehearsal
from wargame.seminar.session.session import Session

PORT, TRIES = 8000, 20  # the first free one from here on, when none is asked for
PACE = 2.0  # seconds between looks of the demo's people
MINUTES = {"briefing": 10, "orders": 12, "reveal": 8}  # the clock of each phase; the facilitator may change it as it runs


@dataclass(frozen=True)
class OpenSeminar:
    """A seminar that is ready to be served."""

    logged: LoggedSession
    keys: Keys
    path: Path
    port: int | None  # it was served on before
    shown: str  # the address or name that its links showed, when one was chosen
    name: str  # of the scenario
    version: str  # of the program that began it


def factory(loaded: Loaded) -> Callable[[Mapping[str, Any]], Game]:
    """Return what makes the game of an ``open`` command from a scenario."""

    def made(command: Mapping[str, Any]) -> Game:
        compile_in_worker(loaded)
        game = Game(loaded, int(command.get("seed") or 0), command.get("turn_days"), tuple(command.get("seats") or ()))
        game.warm()
        gc.collect()
        give_back()
        return game

    return made


def begin(
    loaded: Loaded, path: Path, *, seed: int = 0, turn_days: int | None = None, seats: Sequence[str] = (), at: float
) -> OpenSeminar:  # fmt: skip
    """Return a new seminar kept in a file. Raises :class:`WargameError` for seats, turns or a file that cannot be."""
    session = Session(factory(loaded))
    timers = {phase: 60 * minutes for phase, minutes in MINUTES.items()}
    command: dict[str, Any] = {"do": "open", "by": LEAD, "id": "open", "timers": timers, "seed": seed}
    command |= {"turn_days": turn_days} if turn_days else {}
    command |= {"seats": list(seats)} if seats else {}
    session.apply(command, at)  # says what is wrong with what was asked for, before a file is made
    keys = Keys.new(session.room.seats)
    make_folder(path.parent)
    texts = {"name": loaded.scenario.name, "keys": json.dumps(keys.data()), "version": __version__}
    log = Log.create(path, {"scenario": dump(dict(loaded.resolved)), **texts})
    log.append(command, at)
    return OpenSeminar(LoggedSession(session, log), keys, path, None, "", loaded.scenario.name, __version__)


def resume(path: Path) -> OpenSeminar:
    """Return the seminar kept in a file, as it stood. Raises :class:`wargame.errors.InputError` when it cannot be made again."""
    log = Log.open(path)
    try:
        meta = log.meta
        if not {"scenario", "name", "keys"} <= meta.keys():
            raise mistake("is no seminar of this program: it lacks its scenario or its keys", file=str(path))
        keys = _keys(meta["keys"], path)
        session = Session(factory(load_kept(meta["name"], meta["scenario"], path)))
        if log.replay(session) == 0:
            raise mistake("is empty: the seminar was never opened; begin a new one", file=str(path))
    except BaseException:
        log.close()
        raise
    port = meta.get("port", "")
    before = int(port) if port.isdecimal() and len(port) < 6 else None
    return OpenSeminar(
        LoggedSession(session, log), keys, path, before, meta.get(SHOWN, ""), meta["name"], meta.get("version", "")
    )


def _keys(text: str, path: Path) -> Keys:
    try:
        return Keys.of(json.loads(text))
    except (ValueError, TypeError):
        raise mistake("is damaged: its keys cannot be read", file=str(path)) from None


def back_to(opened: OpenSeminar, turn: int, at: float) -> None:
    """Take a seminar back to the orders of an earlier turn; what was played since stays as a branch of its log.

    Raises :class:`InputError` when there is no such turn, or the game has not begun.
    """
    command = {"do": "rewind", "by": LEAD, "id": f"reopened-{opened.logged.log.n}", "turn": turn}
    try:
        opened.logged.apply(command, at)
    except Refusal as error:
        raise mistake(str(error), file="--turn") from None


async def free_port(host: str, asked: int | None, before: int | None = None) -> int:
    """Return the port to serve on: the one asked for, else the one it had before, else the first free one.

    Raises :class:`wargame.errors.InputError` when that one is taken or the address is none of this computer's.
    """
    if not host:
        raise mistake("is empty; name an address: 127.0.0.1 for this computer alone, 0.0.0.0 for everybody here", file="--host")
    wanted = [asked or before] if asked or before else range(PORT, PORT + TRIES)
    why = ""
    for port in wanted:
        assert port is not None
        try:
            server = await asyncio.start_server(_nothing, bound_to(host), port)
        except OSError as error:
            why = error.strerror or str(error)
        else:
            server.close()
            await server.wait_closed()
            return port
    shown = str(next(iter(wanted))) if len(wanted) == 1 else f"{PORT} to {PORT + TRIES - 1}"
    raise mistake(f"cannot serve on {host}, port {shown} ({why}); choose another with --port or --host", file="--port")


def _nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def bound_to(host: str) -> str | list[str]:
    """Return what a server listens on: on ``::`` it is opened on both kinds of addresses, as phones may have either."""
    return ["::", "0.0.0.0"] if host == "::" else host


async def serve(opened: OpenSeminar, reach: Reach, told: Callable[[Host], None], *, demonstrate: bool = False) -> None:
    """Serve a seminar until it is interrupted; ``told`` is called once, before the first request."""
    log, port = opened.logged.log, reach.port
    log.put("port", str(port))
    allow_many()
    folder = opened.path.parent / f"{opened.path.stem}-debrief"
    seminar = Host(opened.logged, opened.keys, reach=reach, folder=folder)
    listens: Any = bound_to(reach.host)  # several addresses are several sockets; the server takes a list as it is
    config = uvicorn.Config(
        create_app(seminar), host=listens, port=port, log_level="error", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=1, timeout_keep_alive=30, ws="none", http=TimedConnection,
    )  # fmt: skip
    server = uvicorn.Server(config)
    told(seminar)
    played = asyncio.create_task(rehearse(seminar)) if demonstrate else None
    try:
        with _hanging_up(server):
            await server.serve()
    finally:
        if played is not None:
            played.cancel()
        seminar.close()
        log.close()


@contextmanager
def _hanging_up(server: uvicorn.Server) -> Iterator[None]:
    """Let a server end in peace when its terminal is closed, as it does on Ctrl-C, where somebody answers for that signal."""
    number = getattr(signal, "SIGHUP", None)
    before = signal.getsignal(number) if number is not None else None
    if number is None or not callable(before):
        yield
        return
    signal.signal(number, lambda number, frame: setattr(server, "should_exit", True))
    try:
        yield
    finally:
        signal.signal(number, before)


async def rehearse(seminar: Host) -> None:
    """Have the demo's people join and do their turns, phase by phase, as long as the server runs; the facilitator leads."""
    for command in await seminar.read(rehearsal.joins):
        await seminar.do(command)
    while True:
        for command in await seminar.read(rehearsal.acts):
            try:
                await seminar.do(command)
            except Refusal:
                break  # the facilitator went on meanwhile: look again
        await asyncio.sleep(PACE)
