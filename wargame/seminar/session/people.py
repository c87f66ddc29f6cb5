"""People and seats: who joins where, who decides for a seat, who has read what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wargame.errors import InputError, allowed, did_you_mean
from wargame.seminar.rules.bounds import (
    CONTROLS,
    FACILITATOR,
    IDENTIFIER,
    NOTHING,
    OBSERVER,
    RESERVED,
    SEATS,
    Refusal,
    expect_phase,
)
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.session import admission
from wargame.seminar.session.moderation import reaches
from wargame.seminar.session.records import CommandResult, Person, Seat, Waiting
from wargame.seminar.session.room import Room

_IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")
READABLE = ("messages", "role", "picture", "news", "reports")


def seats_of(room: Room, names: Sequence[str]) -> dict[str, Seat]:
    """Return the seats of these actors, played by their documented policies until somebody joins. At most 64."""
    if not names:
        raise Refusal("No actor of this scenario has a policy: there is nobody to play.")
    if len(names) > SEATS:
        raise Refusal(f"A session has 1 to {SEATS} seats (got {len(names)}).")
    for name in names:
        if name not in room.game.actors:
            raise Refusal(
                f"There is no actor {name!r}; seats may be {allowed(room.game.actors)}{did_you_mean(name, room.game.actors)}"
            )
    for name in names:
        if name in RESERVED:
            raise Refusal(f"No seat can be called {name!r}: the seminar uses this name itself. Rename the actor.")
    actors = room.scenario.actors
    return {name: Seat(name, actors[name].name) for name in dict.fromkeys(names)}


def check_identity(identity: object) -> str:
    """Return an identity that a client may have, or refuse it."""
    if not isinstance(identity, str) or not _IDENTITY.fullmatch(identity):
        raise Refusal(f"A person's identity is 1 to {IDENTIFIER} letters, digits, - and _.")
    return identity


def join(room: Room, who: Person | None, fields: CommandFields) -> CommandResult:
    """Let somebody in, bring him back, or move him: at once, or when the facilitator has let him in (see ``doors``).

    The facilitator's own ``join`` of another lets him in whatever the doors say, and whoever was taken out is in again.
    """
    lead = who is not None and who.seat == FACILITATOR
    target = check_identity(fields.command.get("person") or fields.command.get("by"))
    if not lead and target != fields.command.get("by"):
        raise Refusal("You can only join for yourself.")
    known, waits = room.people.get(target), room.waiting.get(target)
    there = known or waits
    seat = fields.choice("seat", [*room.seats, OBSERVER, FACILITATOR], default=there.seat if there else None)
    if seat == FACILITATOR and not lead and (known is None or known.seat != FACILITATOR):
        raise Refusal("Only the facilitator can let somebody in as facilitator.")
    if known is not None and known.seat == FACILITATOR and seat != FACILITATOR and len(room.members(FACILITATOR)) == 1:
        raise Refusal("A seminar needs a facilitator: let another one in first.")
    name = fields.name() if there is None or fields.has("name") else there.name
    one = Waiting(target, name, seat, fields.text("device", IDENTIFIER, ""), fields.text("network", IDENTIFIER, ""), room.now)
    if not lead and seat != FACILITATOR:
        admission.check_out(room, known, one.device)
        one.why = admission.must_wait(room, known, seat, one.device, one.network)
    if not fields.again:
        admission.check_name(room, target, name, lead=lead or seat == FACILITATOR)
    if one.why:
        return admission.wait(room, one)
    if not fields.again:
        admission.check_room(room, known, seat)
    admission.enter_seat(room, one)
    return CommandResult(f"{name} joined {room.seat_name(seat)}", "people")


def leave(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Somebody leaves, and may come back; or the facilitator takes him out, and he stays out until he is let in again."""
    target = room.people.get(fields.text("person", IDENTIFIER, who.id))
    if target is not who and who.seat != FACILITATOR:
        raise Refusal("Only the facilitator can take somebody else out.")
    if target is None or not target.here:
        raise Refusal("Nobody of that identity is here.")
    if target.seat == FACILITATOR and len(room.members(FACILITATOR)) == 1:
        raise Refusal("A seminar needs a facilitator: let another one in before you leave.")
    admission.out_of_seat(room, target)
    target.out = target is not who
    room.waiting.pop(target.id, None)
    room.draft.forecasts.pop(target.id, None)
    said = f"{who.name} took {target.name} out of" if target.out else f"{target.name} left"
    return CommandResult(f"{said} {room.seat_name(target.seat)}", "people")


def rename(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Somebody changes his name, or the facilitator another's."""
    target = room.people.get(fields.text("person", IDENTIFIER, who.id))
    if target is None or (target is not who and who.seat != FACILITATOR):
        raise Refusal("Only the facilitator can rename somebody else.")
    name, old = fields.name(), target.name
    if not fields.again:
        admission.check_name(room, target.id, name, lead=who.seat == FACILITATOR)
    target.name = name
    return CommandResult(f"{old} is now called {name}", "people", (target.seat,))


def control(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator says who decides for a seat: its people, its documented policy, or the policy until its people act."""
    seat = room.seats[fields.choice("seat", room.seats)]
    to = fields.choice("control", CONTROLS)
    if to == "people" and not room.members(seat.actor):
        raise Refusal(f"There is nobody in the seat of {seat.name}. Somebody must join first.")
    seat.control, seat.ready = to, False
    words = {"people": "its people", "policy": "its documented policy", "staff": "its staff, until its people act"}
    return CommandResult(f"{seat.name} is now played by {words[to]}", "seats")


def policy(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator changes the documented policy that stands behind a seat, from this turn on."""
    expect_phase(room.phase, ("lobby", "briefing", "orders"))
    if room.practice:
        raise Refusal("Policies are changed before or after the practice turn, not within it.")
    seat = room.seats[fields.choice("seat", room.seats)]
    names = fields.names("names", list(room.scenario.policies))
    try:
        room.game.set_policy(seat.actor, names)
    except InputError as error:
        raise Refusal(str(error)) from None
    room.moved()
    return CommandResult(f"{seat.name} now follows the policy {'+'.join(names)}", "policies", (FACILITATOR,))


def take_control(room: Room, who: Person) -> None:
    """The people of a seat have acted: it is theirs again. Refused when the facilitator gave it to its policy."""
    seat = room.seats[who.seat]
    if seat.control == "policy":
        raise Refusal(f"The facilitator has given {seat.name} to its documented policy for now; your orders are not asked for.")
    seat.control = "people"


def read(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Somebody has opened his role sheet, his picture, a turn's news, reports or messages; only what he may see can be read."""
    what = fields.choice("what", READABLE)
    if what == "messages":
        open_to = {one.id for one in room.messages if reaches(room, one, who.seat)}
        items = list(fields.names("ids", None))
        if not open_to.issuperset(items):
            raise Refusal("There is no such message for you.")
    elif what == "reports":
        items = list(fields.names("ids", None))
        reports = room.picture(who.seat)["reports"] if who.seat in room.seats else []
        if not {str(one["id"]) for one in reports}.issuperset(items):
            raise Refusal("There is no such report for you.")
    else:
        items = [str(room.turn)]
    have = who.read.get(what, [])
    new = [item for item in items if item not in have]
    if not new:
        return CommandResult("", NOTHING)
    who.read[what] = have + new
    return CommandResult(f"{who.name} opened {what}", "read", (who.seat,))
