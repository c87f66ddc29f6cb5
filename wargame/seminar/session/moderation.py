"""Statements held back until the facilitator has read them, and messages taken down again. Nothing is deleted: the log has it."""

from __future__ import annotations

from wargame.seminar.rules.bounds import FACILITATOR, IDENTIFIER, PUBLIC, Refusal
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.rules.limits import BOUNDS
from wargame.seminar.session.records import CommandResult, Message, Person
from wargame.seminar.session.room import Room

HELD, DOWN = "held", "down"


def reaches(room: Room, one: Message, seat: str) -> bool:
    """Return whether a seat has a message on its page: its own always, others' unless they are held back."""
    return one.reaches(seat) and (one.id not in room.held or seat in (one.sender, FACILITATOR))


def state(room: Room, one: Message) -> str:
    """Return ``held``, ``down`` or nothing."""
    return HELD if one.id in room.held else DOWN if one.id in room.down else ""


def readable(room: Room, one: Message, seat: str) -> bool:
    """Return whether a seat may read the words of a message that it has on its page."""
    return one.id not in room.down or seat in (one.sender, FACILITATOR)


def public_messages(room: Room) -> list[Message]:
    """Return what was said to everybody and may be shown on a wall."""
    return [one for one in room.messages if PUBLIC in one.to and not state(room, one)]


def hold_new(room: Room, one: Message) -> None:
    """Hold a message back if it is a team's for everybody and the facilitator wants to read those first."""
    if room.hold_back and one.sender != FACILITATOR and PUBLIC in one.to:
        room.held.add(one.id)


def check_volume(room: Room, seat: str, text: str, *, everybody: bool) -> None:
    """Refuse what is more than a seat may say in one turn."""
    said = [one for one in room.messages if one.sender == seat and one.turn == room.turn and one.practice == room.practice]
    used = {
        "messages": len(said) + 1,
        "statements": sum(PUBLIC in one.to for one in said) + 1 if everybody else 0,
        "characters": sum(len(one.text) for one in said) + len(text),
    }
    for name, count in used.items():
        if count > BOUNDS[name].most:
            raise Refusal(f"Your seat has said what it can this turn: at most {BOUNDS[name].most:,} {BOUNDS[name].what}.")


def hold(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator wants to read the teams' statements to everybody before they are shown, or no longer."""
    room.hold_back = fields.flag("on", True)
    said = "holds back the teams' statements" if room.hold_back else "lets the teams' statements through"
    return CommandResult(f"{who.name} {said}", "messages", (FACILITATOR,))


def release(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator lets a statement through (or ``all`` that are held), or puts a message back that was taken down."""
    if fields.command.get("message") == PUBLIC:
        count = sum(one.id in room.held for one in room.messages)
        if not count:
            raise Refusal("No statement is held back.")
        room.held.clear()
        return CommandResult(f"{who.name} let {count} statements through", "messages", (PUBLIC,))
    one = _message(room, fields)
    if not state(room, one):
        raise Refusal("This message is neither held back nor taken down.")
    room.held.discard(one.id)
    room.down.discard(one.id)
    return CommandResult(f"{who.name} let through: a message of {room.seat_name(one.sender)}", "messages", _readers(one))


def withdraw(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """The facilitator takes a message off the wall and every page but the sender's and his own; the log keeps it."""
    one = _message(room, fields)
    if one.id in room.down:
        raise Refusal("This message has been taken down already.")
    room.held.discard(one.id)
    room.down.add(one.id)
    return CommandResult(f"{who.name} took down a message of {room.seat_name(one.sender)}", "messages", _readers(one))


def _message(room: Room, fields: CommandFields) -> Message:
    wanted = fields.text("message", IDENTIFIER)
    found = next((one for one in room.messages if one.id == wanted), None)
    if found is None:
        raise Refusal("There is no such message.")
    return found


def _readers(one: Message) -> tuple[str, ...]:
    return (PUBLIC,) if PUBLIC in one.to else tuple(dict.fromkeys((*one.to, one.sender)))
