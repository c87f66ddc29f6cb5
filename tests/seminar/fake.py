"""A small game for the tests of the session: three actors, two cards a channel, and words that say who may read them.

Every secret text is a *canary*: ``CANARY(seats)`` names the seats that may see it, ``CANARY()`` is for the facilitator alone,
``CANARY(all)`` for everybody. Whatever is sent to a person is searched for canaries that are not his.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from wargame.binding.bound import Bound
from wargame.errors import mistake
from wargame.scenario.schema import HandOrder, Scenario
from wargame.seminar.game.free_injects import FreeInject
from wargame.seminar.host.log import Log
from wargame.seminar.session.session import Session
from wargame.simulation.record import Event

SEATS = ("highland", "reed", "saltmarsh")
CANARY = re.compile(r"CANARY\(([a-z+]*)\)")
ACTIONS = {
    "exercise": ("military", True), "probe": ("military", False), "offer": ("diplomatic", True), "promise": ("diplomatic", False),
}  # fmt: skip


def canary(*seats: str) -> str:
    """Return a word that these seats may read."""
    return f"CANARY({'+'.join(seats)})"


def foreign(text: str, seat: str) -> list[str]:
    """Return the canaries in a text that a seat may not read."""
    return [
        found[0]
        for found in CANARY.finditer(text)
        if not {seat, "all"}.intersection(found[1].split("+")) and seat != "facilitator"
    ]


def scenario() -> Scenario:
    """Return the shape of a scenario; nothing of it is played by the engine."""
    actors = {
        name: {
            "name": name.title(), "short": name[:3].upper(), "goals": [f"goals {canary(name)}"], "policy": ["quiet"],
            "judgement": "invented",
        }
        for name in SEATS
    }  # fmt: skip
    asks = {f"q{i}": {"value": 0, "asks": f"Will thing {i} happen?", "unit": "0/1"} for i in range(4)}
    actions = {name: {"channel": channel, "says": name, "public": public} for name, (channel, public) in ACTIONS.items()}
    listed = {"title": f"leaflets {canary('reed')}", "date": "2021-01-11", "orders": [], "seen_by": ["reed"]}
    pushing = {"title": f"the end {canary()}", "date": "2021-01-11", "enabled": False, "impulses": {"doom": {"reed": 1.0}}}
    return Scenario.model_validate({
        "name": "fake", "title": "A strait", "start": "2021-01-04", "horizon": 28, "decide_every": 7, "actors": actors,
        "actions": actions, "measures": {**asks, "plain": {"value": 0}},
        "policies": {"quiet": {}, "loud": {"says": canary()}}, "injects": {"leaflets": listed, "doom": pushing},
    })  # fmt: skip


def order_text(order: HandOrder) -> str:
    return f"{order.action}:{order.target or ''}:{order.size:g}:{'granted' if order.granted else ''}"


class FakeGame:
    """Plays nothing, remembers everything: what happened is a digest of all that was decided."""

    turns = 4
    turn_days = 7

    def __init__(self) -> None:
        self._scenario = scenario()
        self.bound = cast(Bound, SimpleNamespace(scenario=self._scenario))
        self.actors: Sequence[str] = SEATS
        self.played: list[tuple[dict[str, tuple[HandOrder, ...]], tuple[FreeInject, ...]]] = []
        self._policies: list[tuple[int, str, tuple[str, ...]]] = []

    def check_order(self, actor: str, order: HandOrder) -> None:
        if order.action not in ACTIONS:
            raise mistake("no such action", file="order")

    @property
    def turn(self) -> int:
        return len(self.played)

    @property
    def date(self) -> dt.date:
        return self._scenario.start + dt.timedelta(days=min(7 * self.turn, 27))

    @property
    def over(self) -> bool:
        return self.turn >= self.turns

    def digest(self) -> str:
        """Return what all decisions so far come to."""
        hands = [sorted((seat, [order_text(one) for one in orders]) for seat, orders in turn[0].items()) for turn in self.played]
        events = [[one.title for one in turn[1]] for turn in self.played]
        return hashlib.sha256(
            repr((hands, events, sorted({one[:2]: one[2] for one in self._policies}.items()))).encode()
        ).hexdigest()[:12]

    def cards(self, actor: str) -> list[dict[str, Any]]:
        def card(action: str, channel: str, target: str | None, legal: bool | None) -> dict[str, Any]:
            return {
                "id": f"{action}|{target or ''}||", "action": action, "channel": channel, "title": f"{action} {target or ''}".strip(),
                "target": target, "item": None, "site": None, "sized": action == "exercise", "cost": [], "legal": legal,
                "why": f"not before the thaw {canary(actor)}" if legal is False else "", "occasion": True, "consent": "", "sources": [],
                "advice": None,
            }  # fmt: skip

        others = [name for name in self.actors if name != actor]
        made = [card(name, ACTIONS[name][0], None, name != "probe" or self.turn > 0) for name in ("exercise", "probe", "promise")]
        return made + [card("offer", "diplomatic", other, None) for other in others]

    def picture(self, actor: str) -> dict[str, Any]:
        return {"actor": actor, "date": self.date.isoformat(), "situation": [canary(actor)], "turn": self.turn,
                "reports": [{"id": f"r{self.turn}", "text": canary(actor)}]}  # fmt: skip

    def truth(self) -> dict[str, Any]:
        return {"situation": [canary()], "digest": self.digest()}

    def play(self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[FreeInject] = ()) -> tuple[Event, ...]:
        if self.over:
            raise mistake("the game is over", file="game")
        if any(one.title == "impossible" for one in injects):
            raise mistake("cannot happen", file="event")
        date, turn = self.date, self.turn
        self.played.append(({seat: tuple(orders) for seat, orders in hands.items()}, tuple(injects)))
        events = [Event(date, 0, "record", "", "note", f"{self.digest()} {canary()}", seen=())]
        for seat, orders in sorted(hands.items()):
            for one in orders:
                seen = ("all",) if ACTIONS[one.action][1] else (seat,)
                words = f"{seat} orders {one.action}" + ("" if seen == ("all",) else canary(seat))
                events.append(Event(date, 0, "decide", seat, "order", words, one.reason, seen=seen))
        for free in injects:
            events.append(Event(date, 0, "inject", "", "inject", f"{turn}: {free.title} {free.text}", seen=free.to))
        return tuple(events)

    def rewind(self, turn: int) -> None:
        if not 0 <= turn <= self.turn:
            raise mistake(f"expected a turn from 0 to {self.turn} (got {turn})", file="turn")
        del self.played[turn:]
        self._policies = [one for one in self._policies if one[0] < turn or one[0] == 0]

    def policies(self, actor: str) -> tuple[str, ...]:
        now = tuple(self._scenario.actors[actor].policy)
        for _, who, names in self._policies:
            now = names if who == actor else now
        return now

    def set_policy(self, actor: str, names: Sequence[str]) -> None:
        self._policies.append((self.turn, actor, tuple(names)))

    def staff(self, actor: str) -> tuple[HandOrder, ...]:
        return (HandOrder(action="exercise", reason=canary(actor)), HandOrder(action="promise"))

    def cone(
        self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[FreeInject] = (), runs: int = 1000
    ) -> dict[str, Any]:
        return {"runs": runs, "odds": {f"q{i}": {"mean": i / 3} for i in range(4)}}

    def measures(self) -> dict[str, float]:
        return {"q0": float(self.turn), "plain": 0.5}

    def safe_pushes(self) -> list[dict[str, Any]]:
        rows = [{"row": name, "name": name.title()} for name in SEATS]
        return [{"impulse": "rhetoric", "label": "its words", "unit": "", "low": -0.5, "high": 0.5, "step": 0.1, "rows": rows}]

    def scenario(self) -> dict[str, Any]:
        return {"name": "fake", "digest": self.digest()}


class Table:
    """A session over a fake game, with short ways to say things. Times are the numbers of the commands."""

    def __init__(self, log: Log | None = None, **options: Any) -> None:
        self.session = Session(lambda _: FakeGame())
        self.commands: list[dict[str, Any]] = []
        self.log = log
        self.at = 0.0
        self.say("facilitator", "open", name="Ms Field", **options)

    def say(self, by: str, do: str, **fields: Any) -> list[dict[str, Any]]:
        """Send a command with an id of its own."""
        return self.send({"do": do, "by": by, "id": f"n{len(self.commands)}", **fields})

    def send(self, command: dict[str, Any]) -> list[dict[str, Any]]:
        self.at += 1.0
        changes = self.session.apply(command, self.at)
        self.commands.append(command)
        if self.log is not None and changes:
            self.log.append(command, self.at)
        return changes

    def seat(self, *people: tuple[str, str]) -> Table:
        """Seat people: ``(identity, seat)``."""
        for identity, seat in people:
            self.say(identity, "join", name=identity.title(), seat=seat)
        return self

    def next(self, times: int = 1) -> Table:
        for _ in range(times):
            self.say("facilitator", "next")
        return self

    @property
    def game(self) -> FakeGame:
        return cast(FakeGame, self.session.game)


def playing(**options: Any) -> Table:
    """Return a table in the orders phase of turn 1: Anna and Ben play Highland, Cleo Reed, Olga watches, Saltmarsh is empty."""
    return Table(**options).seat(("anna", "highland"), ("ben", "highland"), ("cleo", "reed"), ("olga", "observer")).next(2)
