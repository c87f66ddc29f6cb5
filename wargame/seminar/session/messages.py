"""Words between the seats: structured or free, to some or to all, and with the order they stand for."""

from __future__ import annotations

import hashlib

from wargame.scenario.values import CHANNELS
from wargame.scenario.words import enumerated
from wargame.seminar.rules.bounds import FACILITATOR, IDENTIFIER, KINDS, MESSAGES, PUBLIC, TEXT, Refusal, expect_phase
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.session.moderation import check_volume, hold_new
from wargame.seminar.session.orders import check_own_seat, check_turn, from_card
from wargame.seminar.session.people import take_control
from wargame.seminar.session.records import CommandResult, Message, Person
from wargame.seminar.session.room import Room

TALK = ("briefing", "orders", "adjudication", "reveal", "debrief")


def send(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Send words to seats, to the facilitator or to all. With a ``card`` the sender's seat also gives that order."""
    lead = who.seat == FACILITATOR
    if not lead:
        expect_phase(room.phase, TALK)
        check_own_seat(room, who, fields)
    elif fields.has("card"):
        raise Refusal("The facilitator gives no orders of his own; grant one in the adjudication.")
    if len(room.messages) >= MESSAGES:
        raise Refusal(f"There is room for {MESSAGES:,} messages, and they are all sent.")
    kind = fields.choice("kind", KINDS, "free")
    to = fields.names("to", [*room.seats, FACILITATOR, PUBLIC])
    to = (PUBLIC,) if PUBLIC in to else to
    if to == (who.seat,):
        raise Refusal("A message goes to somebody else.")
    text = fields.text("text", TEXT, None if kind == "free" else "")
    with_order = "" if not fields.has("card") else _order(room, who, fields, text)
    if not text and not with_order:
        raise Refusal("The message says nothing: write a text, or choose the order that it stands for.")
    if not lead and not fields.again:
        check_volume(room, who.seat, text, everybody=PUBLIC in to)
    if not lead and room.seats[who.seat].control == "staff":
        room.seats[who.seat].control = "people"
    key = f"{who.id}|{fields.text('id', IDENTIFIER)}".encode()
    room.messages.append(Message(
        hashlib.sha256(key).hexdigest()[:16], who.seat, who.id, to, kind, text, room.turn, room.phase, room.now,
        with_order or None, room.practice,
    ))  # fmt: skip
    hold_new(room, room.messages[-1])
    names = enumerated(["everybody" if name == PUBLIC else room.seat_name(name) for name in to])
    whom = (PUBLIC,) if PUBLIC in to else (*to, who.seat)
    return CommandResult(
        f"{who.name} ({room.seat_name(who.seat)}) wrote to {names}: {kind}", "messages", tuple(dict.fromkeys(whom))
    )


def _order(room: Room, who: Person, fields: CommandFields, text: str) -> str:
    """Give the order that the message stands for; its reason is the message unless one is written. Returns its title."""
    expect_phase(room.phase, ("orders",))
    check_turn(room, fields)
    given = from_card(room, who, fields.text("card", 4 * IDENTIFIER), fields, fields.text("rationale", TEXT, text))
    take_control(room, who)
    assert given.channel in CHANNELS
    room.draft.orders.setdefault(who.seat, {})[given.channel] = given
    room.seats[who.seat].ready = False
    return given.title
