"""The facilitator's hand in an adjudication: an order struck or granted, an inject added; each with a reason, each on record."""

from __future__ import annotations

from wargame.scenario.schema import HandOrder
from wargame.scenario.values import CHANNELS
from wargame.seminar.rules.bounds import FACILITATOR, IDENTIFIER, OVERRIDES, TEXT, Refusal
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.session.adjudication import channel_of, hands_with, play_again
from wargame.seminar.session.injects import make
from wargame.seminar.session.orders import as_order, find_card
from wargame.seminar.session.records import CommandResult, Override, Person
from wargame.seminar.session.room import Room

FIELDS = ("what", "reason", "seat", "channel", "card", "number", "inject", "title", "text", "to", "pushes")


def override(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Change the adjudication and play the turn again from its morning. ``lift`` takes an earlier change back."""
    what = fields.choice("what", ("strike", "grant", "inject", "lift"))
    reason = fields.text("reason", TEXT)
    if room.counted.get("override", 0) >= OVERRIDES:
        raise Refusal(f"There is room for {OVERRIDES} overrides, and they are all used.")
    if what == "lift":
        number = fields.whole("number", 1, 10**6)
        rest = [one for one in room.draft.overrides if one.number != number]
        if len(rest) == len(room.draft.overrides):
            raise Refusal("There is no override of that number in this turn.")
        play_again(room, rest)
        return CommandResult(f"{who.name} took back override {number}: {reason}", "adjudication", (FACILITATOR,))
    made = {"strike": _strike, "grant": _grant, "inject": _inject}[what](room, fields, reason)
    play_again(room, [*room.draft.overrides, made])
    room.number("override")  # counted only now: a refusal leaves no trace
    if made.planned:
        room.number("inject")
    return CommandResult(f"{who.name} overrode the adjudication: {made.says} ({reason})", "adjudication", (FACILITATOR,))


def _next(room: Room) -> int:
    return room.counted.get("override", 0) + 1


def _strike(room: Room, fields: CommandFields, reason: str) -> Override:
    seat, channel = fields.choice("seat", room.seats), fields.choice("channel", CHANNELS)
    orders = hands_with(room, room.draft.overrides).get(seat, room.draft.staff.get(seat, ()))
    if not any(channel_of(room, order) == channel for order in orders):
        raise Refusal(f"{room.seat_name(seat)} has given no {channel} order that could be struck.")
    says = f"the {channel} order of {room.seat_name(seat)} is struck"
    return Override(_next(room), room.turn, "strike", reason, says, seat, channel)


def _grant(room: Room, fields: CommandFields, reason: str) -> Override:
    seat = fields.choice("seat", room.seats)
    card = find_card(room, seat, fields.text("card", 4 * IDENTIFIER))
    says = f"{room.seat_name(seat)} is granted: {card['title']}"
    orders = hands_with(room, room.draft.overrides).get(seat, room.draft.staff.get(seat, ()))
    wanted = as_order(card, granted=True)  # without the facilitator's reason: the seat will read the order
    given = [one.model_copy(update={"granted": True}) for one in orders if _aims(one) == _aims(wanted)]
    order = given[0] if given else wanted
    return Override(_next(room), room.turn, "grant", reason, says, seat, str(card["channel"]), order)


def _aims(order: HandOrder) -> tuple[str | None, ...]:
    return order.action, order.target, order.item, order.site


def _inject(room: Room, fields: CommandFields, reason: str) -> Override:
    planned = make(room, fields)
    return Override(_next(room), room.turn, "inject", reason, f"inject: {planned.inject.title}", planned=planned)
