"""Words between the seats: structured or free, to some or to all, and with the order they stand for."""

from __future__ import annotations

import hashlib

from wargame.scenario.values import CHANNELS
from wargame.seminar.rules.bounds import (
    FACILITATOR,
    IDENTIFIER,
    KINDS,
    MESSAGES,
    PUBLIC,
    TEXT,
    Ask,
    Refused,
    expect_phase,
    listed,
)
from wargame.seminar.session.moderation import check_volume, hold_new
from wargame.seminar.session.orders import from_card, mine, this_turn
from wargame.seminar.session.people import woken
from wargame.seminar.session.room import Done, Message, Person, Room

TALK = ("briefing", "orders", "adjudication", "reveal", "debrief")


def send(room: Room, who: Person, ask: Ask) -> Done:
    """Send words to seats, to the facilitator or to all. With a ``card`` the sender's seat also gives that order."""
    lead = who.seat == FACILITATOR
    if not lead:
        expect_phase(room.phase, TALK)
        mine(room, who, ask)
    elif ask.has("card"):
        raise Refused("The facilitator gives no orders of his own; grant one in the adjudication.")
    if len(room.messages) >= MESSAGES:
        raise Refused(f"There is room for {MESSAGES:,} messages, and they are all sent.")
    kind = ask.choice("kind", KINDS, "free")
    to = ask.names("to", [*room.seats, FACILITATOR, PUBLIC])
    to = (PUBLIC,) if PUBLIC in to else to
    if to == (who.seat,):
        raise Refused("A message goes to somebody else.")
    text = ask.text("text", TEXT, None if kind == "free" else "")
    with_order = "" if not ask.has("card") else _order(room, who, ask, text)
    if not text and not with_order:
        raise Refused("The message says nothing: write a text, or choose the order that it stands for.")
    if not lead and not ask.again:
        check_volume(room, who.seat, text, everybody=PUBLIC in to)
    if not lead and room.seats[who.seat].control == "staff":
        room.seats[who.seat].control = "people"
    key = f"{who.id}|{ask.text('id', IDENTIFIER)}".encode()
    room.messages.append(Message(
        hashlib.sha256(key).hexdigest()[:16], who.seat, who.id, to, kind, text, room.turn, room.phase, room.now,
        with_order or None, room.practice,
    ))  # fmt: skip
    hold_new(room, room.messages[-1])
    names = listed(["everybody" if name == PUBLIC else room.seat_name(name) for name in to], "and")
    whom = (PUBLIC,) if PUBLIC in to else (*to, who.seat)
    return Done(f"{who.name} ({room.seat_name(who.seat)}) wrote to {names}: {kind}", "messages", tuple(dict.fromkeys(whom)))


def _order(room: Room, who: Person, ask: Ask, text: str) -> str:
    """Give the order that the message stands for; its reason is the message unless one is written. Returns its title."""
    expect_phase(room.phase, ("orders",))
    this_turn(room, ask)
    given = from_card(room, who, ask.text("card", 4 * IDENTIFIER), ask, ask.text("rationale", TEXT, text))
    woken(room, who)
    assert given.channel in CHANNELS
    room.desk.orders.setdefault(who.seat, {})[given.channel] = given
    room.seats[who.seat].ready = False
    return given.title
