"""A game alone: the seminar's session with one person in a seat; the other seats follow their policies, the program goes on."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from wargame.errors import did_you_mean, mistake
from wargame.scenario.load import Loaded, dump
from wargame.seminar.game.export import load_kept, make_folder
from wargame.seminar.game.game import Game
from wargame.seminar.host.log import Log, LoggedSession
from wargame.seminar.rules.bounds import FACILITATOR
from wargame.seminar.session.session import Factory, Session

Json = dict[str, Any]
Clock = Callable[[], float]
PLAYER, NAME = "player", "Player"
SEAT, DEBRIEF = "solo", "debrief"  # what the log keeps under these keys: whose seat it is, the folder of its debrief


class SoloSession(Session):
    """A session that remembers how the dials of its player stood on the morning of the turn last played (``before``)."""

    def __init__(self, factory: Factory) -> None:
        super().__init__(factory)
        self.before: dict[str, float] = {}

    def apply(self, command: Mapping[str, Any], at: float, *, again: bool = False) -> list[Json]:
        """Carry out a command, as :meth:`Session.apply`."""
        plays = self.n > 0 and command.get("do") == "next" and self.phase == "orders"
        stood = {str(dial["id"]): float(dial["value"]) for dial in self._dials()} if plays else {}
        changes = super().apply(command, at, again=again)
        if plays and changes:
            self.before = stood
        return changes

    def _dials(self) -> list[Json]:
        """Return the player's dials that have a value."""
        return [dial for dial in self.view(PLAYER)["picture"]["gauges"] if dial["value"] is not None]


class SoloGame:
    """A game alone in progress; everything accepted is on the disk. ``seat`` is the player's actor, ``path`` the file.

    Use it as a context, or :meth:`close` it.
    """

    def __init__(self, session: SoloSession, log: Log, seat: str, now: Clock = time.time) -> None:
        self.session, self.seat, self.path = session, seat, log.path
        self._kept, self._now = LoggedSession(session, log), now

    @property
    def phase(self) -> str:
        """The phase the game is in."""
        return self.session.phase

    @property
    def before(self) -> Mapping[str, float]:
        """Dials as they stood on the morning of the turn last played; empty before the first."""
        return self.session.before

    def view(self) -> Json:
        """Return what the player may see. Nothing else may be shown while the game goes on."""
        return self.session.view(PLAYER)

    def do(self, do: str, **fields: Any) -> None:
        """Carry out a command of the player. Raises :class:`wargame.seminar.rules.bounds.Refusal` with nothing changed."""
        self._send(PLAYER, do, fields)

    def settle(self) -> None:
        """Go on from the phases in which nothing is asked of the player: the lobby and the adjudication."""
        while self.phase in ("lobby", "adjudication"):
            if PLAYER not in self.session.room.people:
                self.do("join", name=NAME, seat=self.seat)
            self.go_on()

    def go_on(self) -> None:
        """Go to the next phase; a game that has ended goes to its debrief."""
        self._send(FACILITATOR, "next", {"from": self.phase})

    def play(self) -> None:
        """Play the turn with the orders as they stand, to its reveal."""
        self.go_on()
        self.settle()

    def finish(self) -> None:
        """End the game after the turns that have been played."""
        self._send(FACILITATOR, "finish", {})

    def debrief(self, command: str, progress: Callable[[float, str], None]) -> Path:
        """Write the debrief of the finished game into a result folder beside its file, and return its page.

        A debrief that was written before is not written again. Raises :class:`wargame.errors.InputError` when it cannot be.
        """
        from wargame.seminar.debrief.findings import played_on  # draws: brings in much that a running game does not need
        from wargame.seminar.debrief.folder import PAGE, debrief

        known = self._kept.log.meta.get(DEBRIEF)
        if known is not None and (self.path.parent / known / PAGE).is_file():
            return self.path.parent / known / PAGE
        folder = self.path.parent / f"{self.path.stem}-debrief"
        game = cast(Game, self.session.game)
        white = played_on(copy.deepcopy(self.session.white()), game.to_be_played_on(), game.seed)
        page = debrief(game, white, folder, command=command, progress=progress)
        self._kept.log.put(DEBRIEF, page.parent.name)
        return page

    def close(self) -> None:
        """Let go of the file."""
        self._kept.log.close()

    def __enter__(self) -> SoloGame:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def open(self, seed: int, turn_days: int | None) -> None:
        """Open the session of a new game."""
        self._send(FACILITATOR, "open", {"seed": seed} | ({"turn_days": turn_days} if turn_days else {}))

    def _send(self, by: str, do: str, fields: Mapping[str, Any]) -> None:
        self._kept.apply({"do": do, "by": by, "id": f"solo-{self.session.n}", **fields}, self._now())


def begin(
    source: Loaded, seat: str, path: Path, *, seed: int = 0, turn_days: int | None = None, now: Clock = time.time
) -> SoloGame:  # fmt: skip
    """Return a new game, kept in a new file.

    Raises :class:`wargame.errors.InputError` for a seat, turns or a file that cannot be.
    """
    game = Game(source, seed, turn_days)
    check_seat(seat, game.actors)
    make_folder(path.parent)
    log = Log.create(path, {"scenario": dump(dict(source.resolved)), "name": source.scenario.name, SEAT: seat})
    solo = SoloGame(SoloSession(lambda command: game), log, seat, now)
    solo.open(seed, turn_days)
    return solo


def resume(path: Path, name: str, seat: str = "", now: Clock = time.time) -> SoloGame:
    """Return the game kept in a file as it stood: every command that was accepted is in it.

    ``name`` (of the scenario) and ``seat`` (if given) must be those of the game. Raises :class:`wargame.errors.InputError` when
    they are not, or the file holds no game alone.
    """
    log = Log.open(path)
    try:
        meta = log.meta
        if not {"scenario", "name", SEAT} <= meta.keys():
            raise mistake("is no game alone; a seminar is gone on with by: wargame seminar SCENARIO --resume", file=str(path))
        if name != meta["name"]:
            raise mistake(f'is a game of "{meta["name"]}" (got "{name}")', file=str(path))
        if seat and seat != meta[SEAT]:
            raise mistake(f'the game in {path} is played from the seat "{meta[SEAT]}" (got "{seat}")', file="--seat")
        source = load_kept(meta["name"], meta["scenario"], path)
        session = SoloSession(lambda command: Game(source, int(command.get("seed") or 0), command.get("turn_days")))
        if log.replay(session) == 0:
            raise mistake("is empty: the game was never begun; begin a new one", file=str(path))
    except BaseException:
        log.close()
        raise
    return SoloGame(session, log, meta[SEAT], now)


def check_seat(seat: str, seats: tuple[str, ...]) -> None:
    """Raise :class:`wargame.errors.InputError` unless there is such a seat."""
    if not seats:
        raise mistake("no actor of this scenario has a policy: there is nobody to play", file="--seat")
    names = ", ".join(sorted(seats))
    if not seat:
        raise mistake(f"whose seat will you take? There are {names}", file="--seat")
    if seat not in seats:
        raise mistake(f'there is no seat "{seat}"{did_you_mean(seat, seats) or f"; there are {names}"}', file="--seat")
