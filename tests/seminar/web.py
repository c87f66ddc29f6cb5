"""A seminar on the web for tests: the fake game with pictures that pages can draw, clients with the cookies of every role."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.seminar.fake import SEATS, FakeGame, canary
from wargame.seminar.host.host import Host
from wargame.seminar.host.keys import Keys
from wargame.seminar.host.log import Log, LoggedSession
from wargame.seminar.server.app import create_app
from wargame.seminar.session.session import Session

HOME = "http://testserver"
PEOPLE = {"anna": "highland", "ben": "highland", "cleo": "reed", "olga": "observer"}
NONCE = re.compile(r'name="id" value="([^"]+)"')


class DrawnGame(FakeGame):
    """The fake game with whole pictures: every text that a page writes holds a canary."""

    def picture(self, actor: str) -> dict[str, Any]:
        return super().picture(actor) | self._whole(canary(actor), [{"id": f"r{self.turn}", "text": canary(actor)}])

    def truth(self) -> dict[str, Any]:
        return super().truth() | self._whole(canary(), [])

    def _whole(self, word: str, reports: list[dict[str, Any]]) -> dict[str, Any]:
        date = self.date.isoformat()
        gauge = {
            "id": "own.threat",
            "label": word,
            "value": 0.5,
            "unit": "0-1",
            "low": 0.0,
            "high": 1.0,
            "spread": 0.1,
            "of": word,
        }
        site = {"site": word, "label": word, "lat": 53.0, "lon": 24.0, "kind": "base", "country": word, "own": 1200, "level": 1,
                "estimate": {"median": 900, "low": 300, "high": 2500, "age": 20}}  # fmt: skip
        declared = {"exercise": word, "name": word, "host": word, "guest": word, "start": date, "end": date, "declared": 9000,
                    "declared_total": 12000, "withheld": False, "observers": True, "status": word, "verdict": "below", "says": word,
                    "paragraphs": ["40.1"], "clause": word}  # fmt: skip
        return {
            "name": word, "short": word, "day": 1, "gauges": [gauge | {"series": [0.1, 0.4, 0.5]}], "map": [site],
            "declarations": [declared], "basing": [{"item": word, "label": word, "state": word}],
            "reports": [one | {"date": date, "kind": "signal", "reason": word, "sources": []} for one in reports], "tracks": [],
        }  # fmt: skip

    def cards(self, actor: str) -> list[dict[str, Any]]:
        return [
            card | {"cost": [f"costs {canary(actor)}"], "reason": canary(actor), "public": True} for card in super().cards(actor)
        ]

    def cone_later(self, hands: Mapping[str, Any], injects: Any = (), runs: int = 1000) -> Callable[[], dict[str, Any]]:
        one = {"mean": 0.3, "low": 0.27, "high": 0.33, "now": 0.0, "q05": 0.0, "q50": 0.0, "q95": 1.0, "says": canary(), "unit": "0/1",
               "main": True, "share": True}  # fmt: skip
        fan = {"label": canary(), "unit": "0-1", "dates": ["2021-01-04", "2021-01-05"]}
        bands = {f"q{q:02d}": [q / 100, q / 90] for q in (5, 25, 50, 75, 95)}
        return lambda: {
            "runs": runs,
            "odds": {"q0": one, "plain": one | {"main": False, "share": False}},
            "fan": {"w": fan | bands},
        }

    def scenario(self) -> dict[str, Any]:
        return super().scenario() | {"secret": canary()}


class Web:
    """A seminar that is served: ``lead``, ``anna``, ``ben`` (Highland), ``cleo`` (Reed), ``olga`` (observer), ``stranger``."""

    def __init__(self, folder: Path, keys: Keys | None = None) -> None:
        self.log = Log.create(folder / "game.db")
        self.session = Session(lambda _: DrawnGame())
        self.keys = keys or Keys.new(SEATS)
        self.time = 1000.0
        kept = LoggedSession(self.session, self.log)
        kept.apply({"do": "open", "by": "facilitator", "id": "open", "name": "Ms Field", "timers": {"orders": 600}}, self.time)
        for name, seat in PEOPLE.items():
            kept.apply({"do": "join", "by": name, "id": f"join-{name}", "name": name.title(), "seat": seat}, self.time)
        self.host = Host(kept, self.keys, address=HOME, folder=folder / "debrief", now=lambda: self.time)
        self.ticks: float | None = None  # the clock of limits; it runs by itself until a test sets it
        self.host.ticks = lambda: time.monotonic() if self.ticks is None else self.ticks
        self.app = create_app(self.host)
        self.count = 0

    def client(self, who: str) -> TestClient:
        """Return a browser with the cookie of a role."""
        cookies = {}
        if who == "lead":
            cookies["wargame_white"] = self.keys.white_cookie()
        elif who != "stranger":
            cookies["wargame_seat"] = self.keys.seat_cookie(who)
        return TestClient(self.app, base_url=HOME, headers={"origin": HOME}, cookies=cookies, follow_redirects=False)

    def say(self, by: str, do: str, **fields: Any) -> None:
        """Carry out a command without the web."""
        self.count += 1
        self.host.logged.apply({"do": do, "by": by, "id": f"w{self.count}", **fields}, self.time)

    def next(self, times: int = 1) -> None:
        for _ in range(times):
            self.say("facilitator", "next")

    def post(self, who: str, path: str, **fields: Any) -> Any:
        """Send a form with an id of its own, as a page's script does."""
        self.count += 1
        return self.client(who).post(path, data={"id": f"p{self.count}", **fields}, headers={"hx-request": "true"})


@contextmanager
def serving(folder: Path) -> Iterator[Web]:
    """Hold a seminar, and close its file afterwards."""
    web = Web(folder)
    try:
        yield web
    finally:
        web.host.close()
        web.log.close()
