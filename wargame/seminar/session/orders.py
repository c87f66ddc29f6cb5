"""Orders, reasons and forecasts of the seats: what lies on the table when the turn is played."""

from __future__ import annotations

from wargame.binding.hands import order_by_hand
from wargame.errors import InputError
from wargame.scenario.schema import HandOrder
from wargame.scenario.values import CHANNELS
from wargame.seminar.rules.bounds import FACILITATOR, IDENTIFIER, NOTES, SIZES, TEXT, Ask, Refused, bounded
from wargame.seminar.session.people import woken
from wargame.seminar.session.room import Done, Given, Json, Person, Room

HOLD, BACK = "hold", "none"


def this_turn(room: Room, ask: Ask) -> None:
    """Refuse a form that was filled in for another turn (a second device that slept, say)."""
    if ask.has("turn") and ask.command["turn"] != room.turn:
        raise Refused(
            f"This was written for turn {ask.whole('turn', 0, 10**6)}, and it is now turn {room.turn}. Please look again."
        )


def give(room: Room, who: Person, ask: Ask) -> Done:
    """Put an order on the seat's table: one per channel, the last one stands. ``hold`` is an order; ``none`` takes back."""
    this_turn(room, ask)
    mine(room, who, ask)
    choice = ask.text("card", 4 * IDENTIFIER)
    rationale = ask.text("rationale", TEXT, "")
    if choice in (HOLD, BACK):
        channel = ask.choice("channel", CHANNELS)
        given = Given(channel, None, None, "No order: hold", who.id, rationale)
    else:
        given = from_card(room, who, choice, ask, rationale)
        if ask.has("channel") and ask.command["channel"] != given.channel:
            raise Refused(
                f"This order is given in the {given.channel} channel, not in the {ask.choice('channel', CHANNELS)} one."
            )
    woken(room, who)
    desk = room.desk.orders.setdefault(who.seat, {})
    if choice == BACK:
        desk.pop(given.channel, None)
    else:
        desk[given.channel] = given
    if not desk:
        del room.desk.orders[who.seat]
    room.seats[who.seat].ready = False  # ready was said of other orders
    words = "took back its order" if choice == BACK else f"ordered: {given.title}"
    return Done(f"{who.name} ({room.seat_name(who.seat)}) {words} ({given.channel})", "orders", (who.seat,))


def mine(room: Room, who: Person, ask: Ask) -> None:
    """Refuse to act for another seat than one's own."""
    if ask.has("seat") and ask.command["seat"] != who.seat:
        raise Refused(f"You sit with {room.seat_name(who.seat)} and can act for no other seat.")


def from_card(room: Room, who: Person, choice: str, ask: Ask, rationale: str) -> Given:
    """Return the order of a card of the person's own seat, if it may be given."""
    card = find_card(room, who.seat, choice)
    if card["legal"] is False:
        raise Refused(f"This order is not possible now: {card['why'] or 'its conditions are not met'}")
    size = 1.0
    if ask.has("size"):
        size = ask.number("size", min(SIZES), max(SIZES))
        if size not in SIZES:
            raise Refused(f"An order is given at half, full or double strength: 0.5, 1 or 2 (got {size:g}).")
        if size != 1.0 and not card["sized"]:
            raise Refused("This order has no strength to choose: it is given or not.")
    order = as_order(card, size, rationale)
    try:
        order_by_hand(room.game.bound, who.seat, order)
    except InputError as error:
        raise Refused(str(error)) from None
    return Given(str(card["channel"]), order, choice, str(card["title"]), who.id, rationale)


def find_card(room: Room, seat: str, choice: str) -> Json:
    """Return a card of a seat by its id."""
    for card in room.cards(seat):
        if card["id"] == choice:
            return card
    raise Refused("Your seat has no such order card this turn.")


def as_order(card: Json, size: float = 1.0, reason: str = "", *, granted: bool = False) -> HandOrder:
    """Return the order that a card stands for."""
    return HandOrder(
        action=card["action"], target=card["target"] or None, item=card["item"] or None, site=card["site"] or None,
        size=size, reason=reason, granted=granted,
    )  # fmt: skip


def ready(room: Room, who: Person, ask: Ask) -> Done:
    """A seat says that its orders stand (or that they do not yet). Ready without an order is: hold everywhere."""
    this_turn(room, ask)
    mine(room, who, ask)
    value = ask.flag("ready", True)
    woken(room, who)
    room.seats[who.seat].ready = value
    return Done(f"{room.seat_name(who.seat)} is {'ready' if value else 'not ready yet'}", "seats")


def forecast(room: Room, who: Person, ask: Ask) -> Done:
    """A person gives the chances, 0 to 1, of this turn's questions; the last answer to each stands."""
    this_turn(room, ask)
    questions = room.questions
    answers = ask.mapping("answers")
    if not answers:
        raise Refused("A forecast needs an answer to at least one of this turn's questions.")
    for name in answers:
        if name not in questions:
            raise Refused(f"This turn does not ask {str(name)[:IDENTIFIER]!r}.")
    chances = {name: bounded(value, 0.0, 1.0, "A chance") for name, value in answers.items()}
    if room.seats[who.seat].control == "staff":
        room.seats[who.seat].control = "people"
    room.desk.forecasts.setdefault(who.id, {}).update(chances)
    words = " ".join(f"“{questions[name]}” {chance:.0%}." for name, chance in chances.items())
    return Done(f"{who.name} ({room.seat_name(who.seat)}) forecast: {words}", "forecasts", (who.seat,))


def note(room: Room, who: Person, ask: Ask) -> Done:
    """A seat writes down why it does what it does this turn (the last text stands); the facilitator keeps a remark of his own."""
    if who.seat == FACILITATOR:
        if len(room.remarks) >= NOTES:
            raise Refused(f"There is room for {NOTES:,} remarks, and they are all written.")
        room.remarks.append({"turn": room.turn, "at": room.now, "by": who.id, "text": ask.text("text")})
        return Done(f"{who.name} made a remark", "remarks", (FACILITATOR,))
    if room.phase != "orders":
        raise Refused(f"expected phase orders (got {room.phase})")
    this_turn(room, ask)
    mine(room, who, ask)
    woken(room, who)
    room.desk.notes[who.seat] = ask.text("text", TEXT, "")
    return Done(f"{who.name} ({room.seat_name(who.seat)}) wrote its reasons", "orders", (who.seat,))


def hands(room: Room) -> dict[str, tuple[HandOrder, ...]]:
    """Return the orders of the seats that people decided this turn; a seat that is not in it is played by its policy.

    A seat whose people said ready, or gave an order in any channel, holds in the other channels.
    """
    given: dict[str, tuple[HandOrder, ...]] = {}
    for name, seat in room.seats.items():
        if seat.control == "people" and room.acted(name):
            orders = room.desk.orders.get(name, {})
            made = (orders[channel].order for channel in CHANNELS if channel in orders)
            given[name] = tuple(order for order in made if order is not None)
    return given
