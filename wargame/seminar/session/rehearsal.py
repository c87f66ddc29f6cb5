"""A rehearsal: every seat is played by its documented policy, through the same commands that people send.

The teams order what their staff would, give its reasons, write to those whom their diplomacy is about, and forecast. An
instructor can go through a whole seminar like this, and tests have games with everything in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wargame.scenario.schema import HandOrder
from wargame.seminar.rules.bounds import FACILITATOR, NAME, SIZES, TEXT
from wargame.seminar.session.records import Json
from wargame.seminar.session.room import Room
from wargame.seminar.session.session import Session

RUNS = 100  # futures behind a forecast: enough to tell 20 % from 40 %, and quick
BIAS = 0.2  # judgement: the most confident team and the most cautious one differ by so much, so that their scores differ
EDGE = 0.02  # nobody is surer than that
_WHO = "demo-"

Apply = Callable[[Mapping[str, Any]], object]


def joins(session: Session, seats: Sequence[str] = ()) -> list[Json]:
    """Return the commands by which one person joins each of these seats (all that are empty, if left out)."""
    room = session.room
    wanted = [seat for seat in seats or room.seats if not room.members(seat)]
    names = {seat: f"Demo, {room.seats[seat].name}"[:NAME].strip() for seat in wanted}
    return _numbered(session, [{"do": "join", "by": _WHO + seat, "seat": seat, "name": names[seat]} for seat in wanted])


def acts(session: Session, runs: int = RUNS) -> list[Json]:
    """Return what the demo's people do now: in the orders phase their turn, once; before and after it they read.

    The forecasts come from the live game's cone (``runs`` futures); a team that knew it would be well informed.
    """
    room = session.room
    people = [_WHO + seat for seat in room.seats if _WHO + seat in room.people and room.people[_WHO + seat].here]
    if room.phase in ("briefing", "reveal"):
        what = "role" if room.phase == "briefing" else "news"
        return _numbered(session, [{"do": "read", "by": one, "what": what} for one in people])
    idle = [
        one for one in people if room.seats[room.people[one].seat].control == "people" and not room.acted(room.people[one].seat)
    ]
    if room.phase != "orders" or not idle:
        return []
    odds = _odds(room, session, runs)
    turn: list[Json] = []
    for one in idle:
        turn += _letters(room, one) + _turn(room, one) + _forecasts(room, one, odds) + [{"do": "ready", "by": one}]
    return _numbered(session, turn)


def rehearse(session: Session, apply: Apply, *, runs: int = RUNS, lead: str = FACILITATOR) -> None:
    """Play an opened session to its debrief: the people act, then the facilitator (whose identity is ``lead``) goes on."""
    for command in joins(session):
        apply(command)
    while session.phase != "debrief":
        for command in acts(session, runs):
            apply(command)
        apply({"do": "next", "by": lead, "id": f"demo-next-{session.n}", "from": session.phase})


def _numbered(session: Session, commands: list[Json]) -> list[Json]:
    """Give every command an id that no earlier one had."""
    return [{**command, "id": f"demo-{session.n}-{i}"} for i, command in enumerate(commands)]


def _ordered(room: Room, person: str) -> list[tuple[HandOrder, Json]]:
    """Return what the staff of a person's seat would order this morning, with the cards; those that are not possible left out."""
    seat = room.people[person].seat
    cards = {(card["action"], card["target"], card["item"], card["site"]): card for card in room.cards(seat)}
    found = []
    for order in room.staff(seat):
        card = cards.get((order.action, order.target, order.item, order.site))
        if card is not None and card["legal"] is not False:
            found.append((order, card))
    return found


def _reason(order: HandOrder) -> str:
    return (order.reason or "Our staff advises it")[:TEXT]


def _turn(room: Room, person: str) -> list[Json]:
    """Return the orders of a seat, each with the staff's reasons."""
    made: list[Json] = []
    for order, card in _ordered(room, person):
        size = {"size": order.size} if card["sized"] and order.size in SIZES else {}
        made.append({"do": "order", "by": person, "card": card["id"], "rationale": _reason(order), **size})
    titles = "; ".join(str(card["title"]) for _, card in _ordered(room, person))
    words = f"The staff's advice, taken as it is: {titles}." if titles else "The staff advises to wait and see."
    return [*made, {"do": "note", "by": person, "text": words[:TEXT]}]


def _letters(room: Room, person: str) -> list[Json]:
    """Return a message to each seat that a diplomatic order of this turn is about: a demand if unfriendly, else a proposal."""
    made: list[Json] = []
    own = room.people[person].seat
    for order, card in _ordered(room, person):
        if card["channel"] == "diplomatic" and order.target in room.seats and order.target != own:
            weight = room.scenario.actions[order.action].goldstein or 0.0
            kind = "demand" if weight < 0 else "proposal"
            made.append(
                {
                    "do": "message",
                    "by": person,
                    "to": [order.target],
                    "kind": kind,
                    "text": f"{room.seat_name(own)}: {card['title']}.",
                }
            )
    return made


def _odds(room: Room, session: Session, runs: int) -> dict[str, float]:
    """Return the share of futures in which the answer to each question of this turn is yes."""
    if not room.questions:
        return {}
    found = session.game.cone(session.hands(), session.injects(), runs)["odds"]
    return {name: float(found[name]["mean"] or 0.0) for name in room.questions}


def _forecasts(room: Room, person: str, odds: Mapping[str, float]) -> list[Json]:
    """Return a seat's forecasts: the odds, with the bias of the team (the first seat is the most cautious)."""
    if not odds:
        return []
    seats = list(room.seats)
    bias = BIAS * (seats.index(room.people[person].seat) / max(len(seats) - 1, 1) - 0.5)
    answers = {name: round(min(max(chance + bias, EDGE), 1.0 - EDGE), 2) for name, chance in odds.items()}
    return [{"do": "forecast", "by": person, "answers": answers}]
