"""The room: who is there, where the game stands, what has been given this turn. Plain data over a ``GameLike``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from wargame.scenario.schema import HandOrder, Scenario
from wargame.seminar.rules.bounds import FACILITATOR, OBSERVER, OUT, PUBLIC, QUESTIONS, Refusal
from wargame.seminar.rules.timers import Timer
from wargame.simulation.record import Event

if TYPE_CHECKING:
    from wargame.binding.bound import Bound

Json = dict[str, Any]
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


@dataclass(frozen=True)
class CommandResult:
    """What a command did: a sentence for the facilitator's journal, and whose pages are out of date (seats, or ``all``)."""

    says: str
    what: str
    whom: tuple[str, ...] = (PUBLIC,)


@dataclass
class Person:
    """Somebody who has joined; ``read`` is what he has opened, by kind. ``here`` is false after he has left; ``out`` is true
    when the facilitator took him out. ``device`` and ``network`` are marks of where he joined from, not the addresses themselves.
    """

    id: str
    name: str
    seat: str
    here: bool = True
    read: dict[str, list[str]] = field(default_factory=dict)
    out: bool = False
    device: str = ""
    network: str = ""


@dataclass
class Waiting:
    """Somebody at a door, as he would come in, and why he waits; ``denied`` when the facilitator did not let him in."""

    id: str
    name: str
    seat: str
    device: str = ""
    network: str = ""
    at: float = 0.0
    why: str = ""
    denied: bool = False


@dataclass
class Seat:
    """An actor and who decides for it. ``silent`` counts the turns in a row that passed without a word from its people."""

    actor: str
    name: str
    control: str = "staff"
    ready: bool = False
    silent: int = 0


@dataclass(frozen=True)
class SeatOrder:
    """An order on the table of a seat; without an ``order`` the channel holds."""

    channel: str
    order: HandOrder | None
    card: str | None
    title: str
    by: str
    rationale: str

    def as_json(self, names: Mapping[str, Person]) -> Json:
        """Return the order as pages show it."""
        size = self.order.size if self.order else None
        return {
            "channel": self.channel, "card": self.card, "title": self.title, "hold": self.order is None, "size": size,
            "by": names[self.by].name, "person": self.by, "rationale": self.rationale,
        }  # fmt: skip


@dataclass(frozen=True)
class Message:
    """Words from a seat or the facilitator to others; ``card`` is the order that went with them."""

    id: str
    sender: str
    person: str
    to: tuple[str, ...]
    kind: str
    text: str
    turn: int
    phase: str
    at: float
    card: str | None = None
    practice: bool = False

    def reaches(self, seat: str) -> bool:
        """Return whether a seat may read it: it wrote it, it is addressed, or everybody is."""
        return seat in (FACILITATOR, self.sender) or seat in self.to or PUBLIC in self.to


@dataclass(frozen=True)
class PlannedInject:
    """An inject of the facilitator's (a ``FreeInject``), and the entry of the events list that it comes from."""

    inject: Any
    entry: str = ""


@dataclass(frozen=True)
class Override:
    """What the facilitator changed in an adjudication, and why."""

    number: int
    turn: int
    what: str  # strike grant inject
    reason: str
    says: str
    seat: str = ""
    channel: str = ""
    order: HandOrder | None = None
    planned: PlannedInject | None = None

    def as_json(self) -> Json:
        """Return the override as pages show it."""
        return {
            "number": self.number,
            "turn": self.turn,
            "what": self.what,
            "seat": self.seat,
            "says": self.says,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Turn:
    """A turn that has been played for good, with all that was given for it and what came of it."""

    number: int
    date: str
    orders: Mapping[str, Mapping[str, SeatOrder]]
    staff: Mapping[str, tuple[HandOrder, ...]]  # seats that were played by their policy, and what it ordered on the first morning
    notes: Mapping[str, str]
    forecasts: Mapping[str, Mapping[str, float]]  # person -> question -> chance
    seats: Mapping[str, str]  # person -> seat at the time
    overrides: tuple[Override, ...]
    injects: tuple[PlannedInject, ...]
    events: tuple[Event, ...]


@dataclass
class TurnDraft:
    """What is being prepared for the present turn."""

    orders: dict[str, dict[str, SeatOrder]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    forecasts: dict[str, dict[str, float]] = field(default_factory=dict)
    injects: dict[int, PlannedInject] = field(default_factory=dict)
    overrides: list[Override] = field(default_factory=list)
    hands: dict[str, tuple[HandOrder, ...]] = field(default_factory=dict)  # from here on filled when the turn is played
    staff: dict[str, tuple[HandOrder, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


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
