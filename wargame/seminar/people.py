"""People and seats: who joins where, who decides for a seat, who has read what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wargame.errors import InputError, allowed, did_you_mean
from wargame.seminar.room import Done, Person, Room, Seat
from wargame.seminar.rules import (
    CONTROLS,
    FACILITATOR,
    IDENTIFIER,
    NOTHING,
    OBSERVER,
    PEOPLE,
    RESERVED,
    SEATS,
    Ask,
    Refused,
    expect_phase,
)

_IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")
READABLE = ("messages", "role", "picture", "news", "reports")


def seats_of(room: Room, names: Sequence[str]) -> dict[str, Seat]:
    """Return the seats of these actors, played by their documented policies until somebody joins. At most 64."""
    if not names:
        raise Refused("No actor of this scenario has a policy: there is nobody to play.")
    if len(names) > SEATS:
        raise Refused(f"A session has 1 to {SEATS} seats (got {len(names)}).")
    for name in names:
        if name not in room.game.actors:
            raise Refused(
                f"There is no actor {name!r}; seats may be {allowed(room.game.actors)}{did_you_mean(name, room.game.actors)}"
            )
    for name in names:
        if name in RESERVED:
            raise Refused(f"No seat can be called {name!r}: the seminar uses this name itself. Rename the actor.")
    actors = room.scenario.actors
    return {name: Seat(name, actors[name].name) for name in dict.fromkeys(names)}


def check_identity(identity: object) -> str:
    """Return an identity that a client may have, or refuse it."""
    if not isinstance(identity, str) or not _IDENTITY.fullmatch(identity):
        raise Refused(f"A person's identity is 1 to {IDENTIFIER} letters, digits, - and _.")
    return identity


def join(room: Room, who: Person | None, ask: Ask) -> Done:
    """Let somebody in, bring him back, or (the facilitator only, once the game has begun) move him to another seat."""
    lead = who is not None and who.seat == FACILITATOR
    target = check_identity(ask.command.get("person") or ask.command.get("by"))
    if not lead and target != ask.command.get("by"):
        raise Refused("You can only join for yourself.")
    known = room.people.get(target)
    seat = ask.choice("seat", [*room.seats, OBSERVER, FACILITATOR], default=known.seat if known else None)
    if seat == FACILITATOR and not lead and (known is None or known.seat != FACILITATOR):
        raise Refused("Only the facilitator can let somebody in as facilitator.")
    if known is not None and known.seat != seat and not lead and room.phase != "lobby":
        raise Refused(f"You sit with {room.seat_name(known.seat)}. Once the game has begun, only the facilitator can move you.")
    if known is not None and known.seat == FACILITATOR and seat != FACILITATOR and len(room.members(FACILITATOR)) == 1:
        raise Refused("A seminar needs a facilitator: let another one in first.")
    name = ask.name() if known is None or ask.has("name") else known.name
    _free(room, target, seat, name)
    if known is None:
        if sum(one.here for one in room.people.values()) >= PEOPLE or len(room.people) >= 10 * PEOPLE:
            raise Refused(f"The seminar is full: at most {PEOPLE} people have a place.")
        room.people[target] = Person(target, name, seat)
    else:
        _out(room, known)
        known.name, known.seat, known.here = name, seat, True
    if seat in room.seats and room.seats[seat].control == "staff":
        room.seats[seat].control = "people"
    return Done(f"{name} joined {room.seat_name(seat)}", "people")


def _free(room: Room, identity: str, seat: str, name: str) -> None:
    """Refuse a name that somebody else in the seat goes by."""
    for other in room.members(seat):
        if other.id != identity and other.name.casefold() == name.casefold():
            raise Refused(f"Somebody called {name} is here already. Come back by your own link, or add a letter to your name.")


def _out(room: Room, person: Person) -> None:
    """Take a person out of his seat; a seat left empty goes to its staff."""
    person.here = False
    seat = room.seats.get(person.seat)
    if seat is not None and seat.control == "people" and not room.members(person.seat):
        seat.control, seat.ready = "staff", False


def leave(room: Room, who: Person, ask: Ask) -> Done:
    """Somebody leaves, or the facilitator takes him out. His place is kept: the same identity may join again."""
    target = room.people.get(ask.text("person", IDENTIFIER, who.id))
    if target is not who and who.seat != FACILITATOR:
        raise Refused("Only the facilitator can take somebody else out.")
    if target is None or not target.here:
        raise Refused("Nobody of that identity is here.")
    if target.seat == FACILITATOR and len(room.members(FACILITATOR)) == 1:
        raise Refused("A seminar needs a facilitator: let another one in before you leave.")
    _out(room, target)
    room.desk.forecasts.pop(target.id, None)
    return Done(f"{target.name} left {room.seat_name(target.seat)}", "people")


def rename(room: Room, who: Person, ask: Ask) -> Done:
    """Somebody changes his name, or the facilitator another's."""
    target = room.people.get(ask.text("person", IDENTIFIER, who.id))
    if target is None or (target is not who and who.seat != FACILITATOR):
        raise Refused("Only the facilitator can rename somebody else.")
    name, old = ask.name(), target.name
    _free(room, target.id, target.seat, name)
    target.name = name
    return Done(f"{old} is now called {name}", "people", (target.seat,))


def control(room: Room, who: Person, ask: Ask) -> Done:
    """The facilitator says who decides for a seat: its people, its documented policy, or the policy until its people act."""
    seat = room.seats[ask.choice("seat", room.seats)]
    to = ask.choice("control", CONTROLS)
    if to == "people" and not room.members(seat.actor):
        raise Refused(f"There is nobody in the seat of {seat.name}. Somebody must join first.")
    seat.control, seat.ready = to, False
    words = {"people": "its people", "policy": "its documented policy", "staff": "its staff, until its people act"}
    return Done(f"{seat.name} is now played by {words[to]}", "seats")


def policy(room: Room, who: Person, ask: Ask) -> Done:
    """The facilitator changes the documented policy that stands behind a seat, from this turn on."""
    expect_phase(room.phase, ("lobby", "briefing", "orders"))
    if room.practice:
        raise Refused("Policies are changed before or after the practice turn, not within it.")
    seat = room.seats[ask.choice("seat", room.seats)]
    names = ask.names("names", list(room.scenario.policies))
    try:
        room.game.set_policy(seat.actor, names)
    except InputError as error:
        raise Refused(str(error)) from None
    room.moved()
    return Done(f"{seat.name} now follows the policy {'+'.join(names)}", "policies", (FACILITATOR,))


def woken(room: Room, who: Person) -> None:
    """The people of a seat have acted: it is theirs again. Refused when the facilitator gave it to its policy."""
    seat = room.seats[who.seat]
    if seat.control == "policy":
        raise Refused(f"The facilitator has given {seat.name} to its documented policy for now; your orders are not asked for.")
    seat.control = "people"


def read(room: Room, who: Person, ask: Ask) -> Done:
    """Somebody has opened his role sheet, his picture, a turn's news, reports or messages; only what he may see can be read."""
    what = ask.choice("what", READABLE)
    if what == "messages":
        open_to = {one.id for one in room.messages if one.reaches(who.seat)}
        items = list(ask.names("ids", None))
        if not open_to.issuperset(items):
            raise Refused("There is no such message for you.")
    elif what == "reports":
        items = list(ask.names("ids", None))
        reports = room.picture(who.seat)["reports"] if who.seat in room.seats else []
        if not {str(one["id"]) for one in reports}.issuperset(items):
            raise Refused("There is no such report for you.")
    else:
        items = [str(room.turn)]
    have = who.read.get(what, [])
    new = [item for item in items if item not in have]
    if not new:
        return Done("", NOTHING)
    who.read[what] = have + new
    return Done(f"{who.name} opened {what}", "read", (who.seat,))
