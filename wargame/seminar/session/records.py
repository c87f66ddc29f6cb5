"""What a session keeps of people, orders, messages and turns: plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wargame.scenario.schema import HandOrder
from wargame.seminar.rules.bounds import FACILITATOR, PUBLIC
from wargame.simulation.record import Event

Json = dict[str, Any]


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
