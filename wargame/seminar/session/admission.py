"""The doors of the seats: who may come in, who waits until the facilitator lets him in, who is out; codes that were renewed.

What was accepted once is not judged again when a log is played again: limits may have changed since.
"""

from __future__ import annotations

import re

from wargame.seminar.rules import names
from wargame.seminar.rules.bounds import DOORS, FACILITATOR, IDENTIFIER, NOTHING, OBSERVER, OUT, PEOPLE, PUBLIC, Refusal
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.rules.limits import BOUNDS
from wargame.seminar.session.records import CommandResult, Person, Waiting
from wargame.seminar.session.room import Room

_CODE = re.compile(r"[A-Z2-9]{8}")


def check_name(room: Room, identity: str, name: str, *, lead: bool) -> None:
    """Refuse a name that somebody else goes by or looks like, and one of a seat, an actor or the facilitator."""
    taken = [one.name for one in room.people.values() if (one.here or one.out) and one.id != identity]
    taken += [one.name for one in room.waiting.values() if not one.denied and one.id != identity]
    roles: dict[str, str] = {}
    if not lead:
        for key, actor in room.scenario.actors.items():
            roles |= dict.fromkeys((key.replace("_", " "), actor.name, actor.short or actor.name), actor.name)
    wrong = names.fault(name, taken, roles)
    if wrong and not (lead and wrong.startswith("That is what")):
        raise Refusal(wrong)


def check_out(room: Room, known: Person | None, device: str) -> None:
    """Refuse whoever was taken out, by person and by device; nobody has two places with one device."""
    if known is not None and known.out:
        raise Refusal(OUT)
    for one in room.people.values():
        if device and one.device == device and one is not known:
            if one.out:
                raise Refusal(OUT)
            if one.here:
                raise Refusal(
                    f"This device has a place already, as {one.name} with {room.seat_name(one.seat)}. Leave that one first."
                )


def must_wait(room: Room, known: Person | None, seat: str, device: str, network: str) -> str:
    """Return why somebody waits for the facilitator before he has a place in a seat; nothing when he comes in at once.

    Raises :class:`Refusal` when the seat is locked.
    """
    if known is not None and known.here and known.seat == seat:
        return ""
    door = room.doors.get(seat, DOORS[0])
    if door == "locked":
        raise Refusal(f"The facilitator has locked {room.seat_name(seat)}: nobody can join it now.")
    if room.phase != "lobby" and any(one.seat != seat for one in _before(room, known, device)):
        return "has sat in another seat"
    if any(one.out and one.seat == seat and network and one.network == network for one in room.people.values()):
        return "comes from where somebody was taken out of this seat"
    return "" if door == "open" else "joins a seat whose door is on approval"


def _before(room: Room, known: Person | None, device: str) -> list[Person]:
    """Return who somebody is or was in this game, with the same identity or on the same device."""
    same = [one for one in room.people.values() if device and one.device == device]
    return same if known is None or known in same else [*same, known]


def check_room(room: Room, known: Person | None, seat: str) -> None:
    """Refuse when a seat, or the room, has no place left."""
    if known is None and (sum(one.here for one in room.people.values()) >= PEOPLE or len(room.people) >= 10 * PEOPLE):
        raise Refusal(f"The seminar is full: at most {PEOPLE} people have a place.")
    bound = BOUNDS["watchers" if seat == OBSERVER else "places"]
    stays = seat == FACILITATOR or (known is not None and known.here and known.seat == seat)
    if not stays and len(room.members(seat)) >= bound.most:
        raise Refusal(f"There is no place left with {room.seat_name(seat)}: at most {bound.most} {bound.what}.")


def wait(room: Room, one: Waiting) -> CommandResult:
    """Put somebody on the list of those who wait at a door."""
    bound = BOUNDS["waiting"]
    mine = room.waiting.get(one.id)
    if mine is not None and not mine.denied and (mine.seat, mine.name) == (one.seat, one.name):
        return CommandResult("", NOTHING)
    at_door = [other for other in room.waiting.values() if other.seat == one.seat and not other.denied and other.id != one.id]
    if len(at_door) >= bound.most:
        raise Refusal(f"Too many are waiting for {room.seat_name(one.seat)}: at most {bound.most}. Try again later.")
    denied = [other.id for other in room.waiting.values() if other.denied]
    for old in denied[: max(0, len(denied) - PEOPLE)]:
        del room.waiting[old]
    room.waiting[one.id] = one
    known = room.people.get(one.id)
    whom = (FACILITATOR, known.seat) if known is not None and known.here else (FACILITATOR,)
    return CommandResult(f"{one.name} waits for {room.seat_name(one.seat)}: {one.why}", "people", whom)


def enter_seat(room: Room, one: Waiting) -> None:
    """Give somebody a place: a new one, his own again, or another in the place of the one he had."""
    known = room.people.get(one.id)
    if known is None:
        room.people[one.id] = Person(one.id, one.name, one.seat, device=one.device, network=one.network)
    else:
        out_of_seat(room, known)
        known.name, known.seat, known.here, known.out = one.name, one.seat, True, False
        known.device, known.network = one.device or known.device, one.network or known.network
    room.waiting.pop(one.id, None)
    if one.seat in room.seats and room.seats[one.seat].control == "staff":
        room.seats[one.seat].control = "people"


def out_of_seat(room: Room, person: Person) -> None:
    """Take a person out of his seat; a seat left empty goes to its staff."""
    person.here = False
    seat = room.seats.get(person.seat)
    if seat is not None and seat.control == "people" and not room.members(person.seat):
        seat.control, seat.ready = "staff", False


def admit(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator lets in one who waits, or all at a door (``seat``, or ``all``); with ``accept`` false he does not."""
    if fields.has("person"):
        one = room.waiting.get(fields.text("person", IDENTIFIER))
        chosen = [] if one is None or one.denied else [one]
    else:
        seat = fields.choice("seat", [*room.seats, OBSERVER, PUBLIC])
        chosen = [one for one in room.waiting.values() if not one.denied and seat in (one.seat, PUBLIC)]
    if not chosen:
        raise Refusal("Nobody waits there.")
    accept = fields.flag("accept", True)
    if accept:
        check_places(room, chosen)
    for one in chosen:
        if accept:
            enter_seat(room, one)
        else:
            one.denied = True
    said = ", ".join(f"{one.name} ({room.seat_name(one.seat)})" for one in chosen)
    return CommandResult(f"{who.name} {'let in' if accept else 'did not let in'} {said}", "people")


def check_places(room: Room, chosen: list[Waiting]) -> None:
    """Refuse to let in more than there are places for: nothing is done by halves."""
    for seat in dict.fromkeys(one.seat for one in chosen):
        more = sum(one.seat == seat for one in chosen)
        bound = BOUNDS["watchers" if seat == OBSERVER else "places"]
        if len(room.members(seat)) + more > bound.most:
            raise Refusal(f"There is no place for {more} more with {room.seat_name(seat)}: at most {bound.most} {bound.what}.")
    if sum(one.here for one in room.people.values()) + len(chosen) > PEOPLE:
        raise Refusal(f"There is no place for {len(chosen)} more: at most {PEOPLE} people have a place.")


def door(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator opens a seat's door (or ``all``), locks it, or has those who come wait until he lets them in."""
    seat = fields.choice("seat", [*room.seats, OBSERVER, PUBLIC])
    to = fields.choice("to", DOORS)
    for one in [*room.seats, OBSERVER] if seat == PUBLIC else [seat]:
        room.doors[one] = to
    what = "every door" if seat == PUBLIC else f"the door of {room.seat_name(seat)}"
    said = {"open": "opened", "approve": "put on approval", "locked": "locked"}[to]
    return CommandResult(
        f"{who.name} {said} {what}" if to != "approve" else f"{who.name} put {what} on approval", "people", (FACILITATOR,)
    )


def renew(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator gives a seat a new join code; the old one is dead. With ``out`` everybody leaves the seat, and comes back
    by the new code."""
    seat = fields.choice("seat", [*room.seats, OBSERVER])
    code = fields.text("code", IDENTIFIER)
    if not _CODE.fullmatch(code) or code in room.codes.values():
        raise Refusal("A join code is eight letters and digits that no other seat has had.")
    room.codes[seat] = code
    gone = room.members(seat) if fields.flag("out", False) else []
    for one in gone:
        out_of_seat(room, one)
        room.draft.forecasts.pop(one.id, None)
    more = f" and had {len(gone)} {'person' if len(gone) == 1 else 'people'} leave it" if gone else ""
    return CommandResult(
        f"{who.name} renewed the code of {room.seat_name(seat)}{more}", "people", (PUBLIC,) if gone else (FACILITATOR,)
    )


def show(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator has the join codes on the wall (of his own browser), until the next phase or until he takes them off."""
    room.codes_shown = fields.flag("on", True)
    return CommandResult(
        f"{who.name} {'put the join codes on' if room.codes_shown else 'took the join codes off'} the wall", "wall"
    )
