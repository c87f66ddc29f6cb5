"""Orders, reasons and forecasts of the seats: what lies on the table when the turn is played."""

from __future__ import annotations

from wargame.errors import InputError
from wargame.scenario.schema import HandOrder
from wargame.scenario.values import CHANNELS
from wargame.seminar.rules.bounds import FACILITATOR, IDENTIFIER, NOTES, SIZES, TEXT, Refusal
from wargame.seminar.rules.fields import CommandFields, number_within
from wargame.seminar.session.people import take_control
from wargame.seminar.session.records import CommandResult, Json, Person, SeatOrder
from wargame.seminar.session.room import Room

HOLD, BACK = "hold", "none"


def check_turn(room: Room, fields: CommandFields) -> None:
    """Refuse a form that was filled in for another turn (a second device that slept, say)."""
    if fields.has("turn") and fields.command["turn"] != room.turn:
        raise Refusal(
            f"This was written for turn {fields.whole('turn', 0, 10**6)}, and it is now turn {room.turn}. Please look again."
        )


def give(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Put an order on the seat's table: one per channel, the last one stands. ``hold`` is an order; ``none`` takes back."""
    check_turn(room, fields)
    check_own_seat(room, who, fields)
    choice = fields.text("card", 4 * IDENTIFIER)
    rationale = fields.text("rationale", TEXT, "")
    if choice in (HOLD, BACK):
        channel = fields.choice("channel", CHANNELS)
        given = SeatOrder(channel, None, None, "No order: hold", who.id, rationale)
    else:
        given = from_card(room, who, choice, fields, rationale)
        if fields.has("channel") and fields.command["channel"] != given.channel:
            raise Refusal(
                f"This order is given in the {given.channel} channel, not in the {fields.choice('channel', CHANNELS)} one."
            )
    take_control(room, who)
    draft = room.draft.orders.setdefault(who.seat, {})
    if choice == BACK:
        draft.pop(given.channel, None)
    else:
        draft[given.channel] = given
    if not draft:
        del room.draft.orders[who.seat]
    room.seats[who.seat].ready = False  # ready was said of other orders
    words = "took back its order" if choice == BACK else f"ordered: {given.title}"
    return CommandResult(f"{who.name} ({room.seat_name(who.seat)}) {words} ({given.channel})", "orders", (who.seat,))


def check_own_seat(room: Room, who: Person, fields: CommandFields) -> None:
    """Refuse to act for another seat than one's own."""
    if fields.has("seat") and fields.command["seat"] != who.seat:
        raise Refusal(f"You sit with {room.seat_name(who.seat)} and can act for no other seat.")


def from_card(room: Room, who: Person, choice: str, fields: CommandFields, rationale: str) -> SeatOrder:
    """Return the order of a card of the person's own seat, if it may be given."""
    card = find_card(room, who.seat, choice)
    if card["legal"] is False:
        raise Refusal(f"This order is not possible now: {card['why'] or 'its conditions are not met'}")
    size = 1.0
    if fields.has("size"):
        size = fields.number("size", min(SIZES), max(SIZES))
        if size not in SIZES:
            raise Refusal(f"An order is given at half, full or double strength: 0.5, 1 or 2 (got {size:g}).")
        if size != 1.0 and not card["sized"]:
            raise Refusal("This order has no strength to choose: it is given or not.")
    order = as_order(card, size, rationale)
    try:
        room.game.check_order(who.seat, order)
    except InputError as error:
        raise Refusal(str(error)) from None
    return SeatOrder(str(card["channel"]), order, choice, str(card["title"]), who.id, rationale)


def find_card(room: Room, seat: str, choice: str) -> Json:
    """Return a card of a seat by its id."""
    for card in room.cards(seat):
        if card["id"] == choice:
            return card
    raise Refusal("Your seat has no such order card this turn.")


def as_order(card: Json, size: float = 1.0, reason: str = "", *, granted: bool = False) -> HandOrder:
    """Return the order that a card stands for."""
    return HandOrder(
        action=card["action"], target=card["target"] or None, item=card["item"] or None, site=card["site"] or None,
        size=size, reason=reason, granted=granted,
    )  # fmt: skip


def ready(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """A seat says that its orders stand (or that they do not yet). Ready without an order is: hold everywhere."""
    check_turn(room, fields)
    check_own_seat(room, who, fields)
    value = fields.flag("ready", True)
    take_control(room, who)
    room.seats[who.seat].ready = value
    return CommandResult(f"{room.seat_name(who.seat)} is {'ready' if value else 'not ready yet'}", "seats")


def forecast(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """A person gives the chances, 0 to 1, of this turn's questions; the last answer to each stands."""
    check_turn(room, fields)
    questions = room.questions
    answers = fields.mapping("answers")
    if not answers:
        raise Refusal("A forecast needs an answer to at least one of this turn's questions.")
    for name in answers:
        if name not in questions:
            raise Refusal(f"This turn does not ask {str(name)[:IDENTIFIER]!r}.")
    chances = {name: number_within(value, 0.0, 1.0, "A chance") for name, value in answers.items()}
    if room.seats[who.seat].control == "staff":
        room.seats[who.seat].control = "people"
    room.draft.forecasts.setdefault(who.id, {}).update(chances)
    words = " ".join(f"“{questions[name]}” {chance:.0%}." for name, chance in chances.items())
    return CommandResult(f"{who.name} ({room.seat_name(who.seat)}) forecast: {words}", "forecasts", (who.seat,))


def note(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """A seat writes down why it does what it does this turn (the last text stands); the facilitator keeps a remark of his own."""
    if who.seat == FACILITATOR:
        if len(room.remarks) >= NOTES:
            raise Refusal(f"There is room for {NOTES:,} remarks, and they are all written.")
        room.remarks.append({"turn": room.turn, "at": room.now, "by": who.id, "text": fields.text("text")})
        return CommandResult(f"{who.name} made a remark", "remarks", (FACILITATOR,))
    if room.phase != "orders":
        raise Refusal(f"expected phase orders (got {room.phase})")
    check_turn(room, fields)
    check_own_seat(room, who, fields)
    take_control(room, who)
    room.draft.notes[who.seat] = fields.text("text", TEXT, "")
    return CommandResult(f"{who.name} ({room.seat_name(who.seat)}) wrote its reasons", "orders", (who.seat,))


def hands(room: Room) -> dict[str, tuple[HandOrder, ...]]:
    """Return the orders of the seats that people decided this turn; a seat that is not in it is played by its policy.

    A seat whose people said ready, or gave an order in any channel, holds in the other channels.
    """
    given: dict[str, tuple[HandOrder, ...]] = {}
    for name, seat in room.seats.items():
        if seat.control == "people" and room.acted(name):
            orders = room.draft.orders.get(name, {})
            made = (orders[channel].order for channel in CHANNELS if channel in orders)
            given[name] = tuple(order for order in made if order is not None)
    return given
