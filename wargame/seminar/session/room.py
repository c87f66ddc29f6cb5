"""The state of a session: who is there, where the game stands, what has been given this turn, over a ``GameLike``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from wargame.scenario.schema import HandOrder, Scenario
from wargame.seminar.rules.bounds import FACILITATOR, OBSERVER, OUT, QUESTIONS, Refusal
from wargame.seminar.rules.timers import Timer
from wargame.seminar.session.records import Json, Message, Person, Seat, Turn, TurnDraft, Waiting
from wargame.simulation.record import Event

if TYPE_CHECKING:
    from wargame.binding.bound import Bound

T = TypeVar("T")


class GameLike(Protocol):
    """The live game as a session uses it (see ``wargame.seminar.game.game``). ``turn`` counts the turns played."""

    @property
    def bound(self) -> Bound: ...
    @property
    def turn(self) -> int: ...
    @property
    def turns(self) -> int: ...
    @property
    def date(self) -> dt.date: ...
    @property
    def over(self) -> bool: ...
    @property
    def turn_days(self) -> int: ...
    @property
    def actors(self) -> Sequence[str]: ...
    def cards(self, actor: str) -> list[Json]: ...
    def check_order(self, actor: str, order: HandOrder) -> None: ...
    def picture(self, actor: str) -> Json: ...
    def truth(self) -> Json: ...
    def play(self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[Any] = ()) -> tuple[Event, ...]: ...
    def rewind(self, turn: int) -> None: ...
    def policies(self, actor: str) -> Sequence[str]: ...
    def set_policy(self, actor: str, names: Sequence[str]) -> None: ...
    def staff(self, actor: str) -> tuple[HandOrder, ...]: ...
    def cone(self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[Any] = (), runs: int = 1000) -> Json: ...
    def measures(self) -> Mapping[str, float]: ...
    def safe_pushes(self) -> list[Json]: ...
    def scenario(self) -> dict[str, Any]: ...


@dataclass
class Room:
    """The whole state of a session; equal command lists make equal rooms."""

    game: GameLike
    title: str
    timers: dict[str, float]
    recall: Callable[[Room], None]  # makes what is missing in ``morning``
    people: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    phase: str = "lobby"
    turn: int = 0  # the turn being prepared, played or shown; 0 before the first and in the practice turn
    practice: bool = False
    timer: Timer = field(default_factory=Timer)
    now: float = 0.0
    draft: TurnDraft = field(default_factory=TurnDraft)
    messages: list[Message] = field(default_factory=list)
    remarks: list[Json] = field(default_factory=list)  # the white cell's own
    sent: dict[str, list[int]] = field(default_factory=dict)  # entry of the MSEL -> turns in which the facilitator sent it
    done: list[Turn] = field(default_factory=list)
    shown: tuple[Event, ...] = ()  # events of the last turn that was committed
    branches: list[Any] = field(default_factory=list)
    journal: list[Json] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)  # injects, overrides made so far
    morning: dict[str, tuple[Json, list[Json]]] = field(default_factory=dict)  # pictures and cards before the turn being tried
    morning_date: str = ""
    codes: dict[str, str] = field(default_factory=dict)  # join codes that were renewed, by seat; the first ones are with the keys
    doors: dict[str, str] = field(default_factory=dict)  # of seats; those that are not named are open
    waiting: dict[str, Waiting] = field(default_factory=dict)  # at the doors, by identity
    codes_shown: bool = False  # the wall shows the join codes
    hold_back: bool = False  # statements to everybody wait for the facilitator
    held: set[str] = field(default_factory=set)  # messages that wait
    down: set[str] = field(default_factory=set)  # messages that were taken down
    cache: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """The scenario being played."""
        return self.game.bound.scenario

    @property
    def questions(self) -> dict[str, str]:
        """Measure -> yes/no question, at most three: the next ones of the scenario's each turn, in its order, round and round."""
        asked = {name: one.asks for name, one in self.scenario.measures.items() if one.asks and one.each is None}
        names = list(asked)
        first = QUESTIONS * max(self.turn - 1, 0)
        few = [names[(first + i) % len(names)] for i in range(min(QUESTIONS, len(names)))]
        return {name: asked[name] for name in names if name in few}

    def members(self, seat: str) -> list[Person]:
        """Return the people of a seat who are here."""
        return [one for one in self.people.values() if one.seat == seat and one.here]

    def person(self, identity: object) -> Person:
        """Return a person who is here. Raises :class:`Refusal` for anybody else."""
        found = self.people.get(identity) if isinstance(identity, str) else None
        if found is None:
            raise Refusal("You have not joined this seminar, or your link is an old one: join first.")
        if found.out:
            raise Refusal(OUT)
        if not found.here:
            raise Refusal("You have left this seminar: join again with your link.")
        return found

    def seat_name(self, seat: str) -> str:
        """Return what a seat is called."""
        return (
            self.seats[seat].name
            if seat in self.seats
            else {FACILITATOR: "the facilitator", OBSERVER: "observers"}.get(seat, seat)
        )

    def acted(self, seat: str) -> bool:
        """Return whether the people of a seat have ordered, held or said ready this turn."""
        return bool(self.draft.orders.get(seat)) or self.seats[seat].ready

    def number(self, kind: str) -> int:
        """Return the next number of a kind of thing."""
        self.counted[kind] = self.counted.get(kind, 0) + 1
        return self.counted[kind]

    def remember(self, kind: str, name: str, make: Callable[[], T]) -> T:
        """Return something computed from the game as it stands, once per state of the game."""
        key = (kind, name)
        if key not in self.cache:
            self.cache[key] = make()
        found: T = self.cache[key]
        return found

    def moved(self) -> None:
        """The game has changed: forget what was computed from it."""
        self.cache.clear()

    def picture(self, seat: str) -> Json:
        """Return the picture a seat may see: of the turn's first morning while the turn is only tried."""
        if self.phase == "adjudication":
            return self._before(seat)[0]
        return self.remember("picture", seat, lambda: self.game.picture(seat))

    def looked_at(self) -> dict[str, tuple[Json, list[Json]]]:
        """Return the pictures and cards of this morning that somebody has looked at: there is no need to make them again."""
        both = {seat: [self.cache.get((kind, seat)) for kind in ("picture", "cards")] for seat in self.seats}
        return {seat: (one, cards) for seat, (one, cards) in both.items() if one is not None and cards is not None}

    def _before(self, seat: str) -> tuple[Json, list[Json]]:
        if seat not in self.morning:
            self.recall(self)
        return self.morning[seat]

    def cards(self, seat: str) -> list[Json]:
        """Return the order cards of a seat, as of the same morning."""
        if self.phase == "adjudication":
            return self._before(seat)[1]
        return [] if self.game.over else self.remember("cards", seat, lambda: self.game.cards(seat))

    def staff(self, seat: str) -> tuple[HandOrder, ...]:
        """Return what the documented policy of a seat would order this morning."""
        return () if self.game.over else self.remember("staff", seat, lambda: self.game.staff(seat))
