"""The session: a plain state machine over a list of commands. No web, no files, no clock.

The state is a fold of the accepted commands over the game (``Session.apply``); equal lists of commands give equal states, views
and games. Whoever calls it says who sends a command (``by``); what that person may do is checked here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wargame.errors import InputError, allowed, did_you_mean
from wargame.scenario.schema import HandOrder
from wargame.seminar.rules.bounds import (
    DAY,
    FACILITATOR,
    IDENTIFIER,
    NOTHING,
    OBSERVER,
    PHASES,
    PUBLIC,
    TITLE,
    Refusal,
    expect_phase,
)
from wargame.seminar.rules.fields import CommandFields, check_form, number_within
from wargame.seminar.session import (
    adjudication,
    admission,
    branches,
    injects,
    messages,
    moderation,
    orders,
    overrides,
    people,
    phases,
    views,
)
from wargame.seminar.session.people import check_identity, seats_of
from wargame.seminar.session.records import CommandResult, Json, Person
from wargame.seminar.session.room import GameLike, Room

Factory = Callable[[Mapping[str, Any]], GameLike]
LEAD, MEMBER, WATCHER, STRANGER = "facilitator", "member", "observer", "stranger"
EVERYBODY = (LEAD, MEMBER, WATCHER)
PLAYING = ("orders", "adjudication", "reveal", "debrief")


@dataclass(frozen=True)
class Command:
    """A command: what it does, who may send it, in which phases (none named: in all), with which fields."""

    act: Callable[[Room, Any, CommandFields], CommandResult]
    who: tuple[str, ...]
    phases: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


COMMANDS: Mapping[str, Command] = {
    "join": Command(people.join, (*EVERYBODY, STRANGER), fields=("person", "name", "seat", "device", "network")),
    "leave": Command(people.leave, EVERYBODY, fields=("person",)),
    "rename": Command(people.rename, EVERYBODY, fields=("person", "name")),
    "read": Command(people.read, EVERYBODY, fields=("what", "ids")),
    "order": Command(orders.give, (MEMBER,), ("orders",), ("channel", "card", "size", "rationale", "seat", "turn")),
    "ready": Command(orders.ready, (MEMBER,), ("orders",), ("ready", "seat", "turn")),
    "forecast": Command(orders.forecast, (MEMBER,), ("orders",), ("answers", "turn")),
    "note": Command(orders.note, (MEMBER, LEAD), fields=("text", "seat", "turn")),
    "message": Command(messages.send, (MEMBER, LEAD), fields=("to", "kind", "text", "card", "size", "rationale", "seat", "turn")),
    "next": Command(phases.advance, (LEAD,), fields=("from", "turn")),
    "practice": Command(phases.practice, (LEAD,), ("briefing",)),
    "finish": Command(phases.finish, (LEAD,), ("orders", "reveal")),
    "rewind": Command(branches.rewind, (LEAD,), PLAYING, ("turn", "keep")),
    "pause": Command(phases.pause, (LEAD,)),
    "go": Command(phases.go, (LEAD,), fields=("seconds",)),
    "extend": Command(phases.extend, (LEAD,), fields=("seconds",)),
    "control": Command(people.control, (LEAD,), fields=("seat", "control")),
    "policy": Command(people.policy, (LEAD,), fields=("seat", "names")),
    "admit": Command(admission.admit, (LEAD,), fields=("person", "seat", "accept")),
    "door": Command(admission.door, (LEAD,), fields=("seat", "to")),
    "renew": Command(admission.renew, (LEAD,), fields=("seat", "code", "out")),
    "show": Command(admission.show, (LEAD,), fields=("on",)),
    "hold": Command(moderation.hold, (LEAD,), fields=("on",)),
    "release": Command(moderation.release, (LEAD,), fields=("message",)),
    "withdraw": Command(moderation.withdraw, (LEAD,), fields=("message",)),
    "inject": Command(injects.plan, (LEAD,), ("briefing", "orders"), (*injects.FIELDS, "drop")),
    "override": Command(overrides.override, (LEAD,), ("adjudication",), overrides.FIELDS),
}


class Session:
    """A seminar as a state machine.

    ``factory`` makes the game from the ``open`` command (its ``seats``, ``seed``, ``turn_days``, ``scenario``). ``n`` counts the
    commands accepted.
    """

    def __init__(self, factory: Factory) -> None:
        self._factory = factory
        self._room: Room | None = None
        self._seen: set[tuple[str, str]] = set()
        self.n = 0

    @property
    def room(self) -> Room:
        """The state. Raises :class:`Refusal` before the session has been opened."""
        if self._room is None:
            raise Refusal("The seminar has not been opened yet.")
        return self._room

    @property
    def game(self) -> GameLike:
        """The live game."""
        return self.room.game

    @property
    def phase(self) -> str:
        """The phase the session is in."""
        return self.room.phase

    @property
    def branches(self) -> Sequence[branches.Branch]:
        """The futures that were left by rewinding."""
        return self.room.branches

    def apply(self, command: Mapping[str, Any], at: float, *, again: bool = False) -> list[Json]:
        """Carry out a command that came at the time ``at`` (seconds); return what changed, and for whom.

        ``[{"n": number of the command, "what": kind of change, "for": seats whose pages changed, or "all"}]``; the facilitator's
        page always changes. A command that was accepted before (same ``by`` and ``id``) changes nothing and returns ``[]``; so
        does reading what one has read. What returns ``[]`` need not be kept. ``again``: it was accepted before and is read from
        a log; names and amounts are not judged anew.
        Raises :class:`Refusal` with nothing changed.
        """
        check_form(command)
        fields = CommandFields(command, again=again)
        key = (check_identity(command.get("by")), fields.text("id", IDENTIFIER))
        if key in self._seen:
            return []
        now = number_within(at, 0.0, 1e12, "The time")
        done = self._open(fields, now) if fields.do == "open" else self._do(fields, now)
        if done.what == NOTHING:
            return []
        self._seen.add(key)
        self.n += 1
        if fields.do != "read":  # who has read what stands with the people and the messages
            self.room.journal.append({"n": self.n, "at": self.room.now, "by": key[0], "what": fields.do, "text": done.says})
        return [{"n": self.n, "what": done.what, "for": list(done.whom)}]

    def _do(self, fields: CommandFields, now: float) -> CommandResult:
        room, command = self.room, COMMANDS.get(fields.do)
        if command is None:
            near = did_you_mean(fields.do, COMMANDS)
            raise Refusal(f"There is no request {fields.do!r}; there is {allowed(COMMANDS, 30)}{near}")
        who = room.people.get(str(fields.command["by"]))
        if who is None or not who.here:
            if STRANGER not in command.who:
                room.person(fields.command["by"])  # says why not
        else:
            _may(who, fields.do, command, room)
        if command.phases:
            expect_phase(room.phase, command.phases)
        fields.only(command.fields)
        before, room.now = room.now, max(room.now, now)  # a clock that is set back does not turn the session back
        try:
            done = command.act(room, who, fields)
        except Refusal:
            room.now = before
            raise
        if done.what == NOTHING:
            room.now = before
        return done

    def _open(self, fields: CommandFields, now: float) -> CommandResult:
        """Open the session; whoever does is the facilitator."""
        if self._room is not None:
            raise Refusal("The seminar is open already.")
        fields.only(("name", "title", "seats", "timers", "seed", "turn_days", "scenario"))
        timers = {}
        for phase, seconds in fields.mapping("timers").items():
            if phase not in PHASES:
                raise Refusal(f"There is no phase {phase[:IDENTIFIER]!r}; there is {', '.join(PHASES)}.")
            timers[phase] = number_within(seconds, 0, DAY, f"The time for the phase {phase}")
        name = fields.name() if fields.has("name") else "Facilitator"
        title = fields.text("title", TITLE, "")
        try:
            game = self._factory(fields.command)
        except InputError as error:
            raise Refusal(str(error)) from None
        room = Room(game, title or game.bound.scenario.title[:TITLE], timers, adjudication.restore_mornings, now=now)
        room.seats = seats_of(room, fields.names("seats", None) if fields.has("seats") else tuple(game.actors))
        lead = str(fields.command["by"])
        room.people[lead] = Person(lead, name, FACILITATOR)
        self._room = room
        phases.enter(room, "lobby")
        return CommandResult(f"{name} opened the seminar", "phase", (PUBLIC,))

    def view(self, person: str) -> Json:
        """Return what one person may see, JSON-able; not to be changed. Raises :class:`Refusal` for anybody who is not here."""
        return views.view(self.room, self.room.person(person))

    def white(self) -> Json:
        """Return everything, for the facilitator; JSON-able, not to be changed."""
        return views.white(self.room)

    def wall(self) -> Json:
        """Return the public board; JSON-able."""
        return views.wall(self.room)

    def hands(self) -> dict[str, tuple[HandOrder, ...]]:
        """Return the orders as the turn would be played with now: for the cone."""
        room = self.room
        return adjudication.hands_with(room, room.draft.overrides) if room.phase == "adjudication" else orders.hands(room)

    def injects(self) -> list[Any]:
        """Return the facilitator's injects of this turn: for the cone."""
        return adjudication.planned_injects(self.room, self.room.draft.overrides)


def _may(who: Person, do: str, command: Command, room: Room) -> None:
    """Refuse a command that this kind of person does not have."""
    kind = {FACILITATOR: LEAD, OBSERVER: WATCHER}.get(who.seat, MEMBER)
    if kind in command.who:
        return
    if command.who == (LEAD,):
        raise Refusal("Only the facilitator can do this.")
    if kind == WATCHER:
        raise Refusal("Observers watch: they give no orders, forecasts or messages.")
    raise Refusal("This is for those who sit in a seat; the facilitator does it by an override or an inject.")
