"""What each kind of person may see. A seat's view is made of what the seat may know, and of nothing else."""

from __future__ import annotations

from functools import partial

from wargame.scenario.values import CHANNELS
from wargame.seminar.rules.bounds import DOORS, FACILITATOR, OBSERVER, PUBLIC
from wargame.seminar.session import moderation
from wargame.seminar.session.branches import turn_json
from wargame.seminar.session.injects import msel
from wargame.seminar.session.records import Json, Message, Person, Turn
from wargame.seminar.session.room import Room
from wargame.seminar.views.picture import news
from wargame.simulation.record import or_null

JOURNAL = 200  # lines of the journal on the facilitator's page


def board(room: Room) -> Json:
    """Return what everybody may know: where the session stands."""
    date = room.morning_date if room.phase == "adjudication" else room.game.date.isoformat()
    return {
        "title": room.title, "phase": room.phase, "turn": room.turn, "turns": room.game.turns, "practice": room.practice,
        "date": date, "timer": room.timer.as_json(room.now), "over": room.game.over and room.phase in ("reveal", "debrief"),
        "seats": [
            {
                "actor": seat.actor, "name": seat.name, "taken": bool(room.members(seat.actor)), "control": seat.control,
                "ready": seat.ready,
            }
            for seat in room.seats.values()
        ],
    }  # fmt: skip


def view(room: Room, person: Person) -> Json:
    """Return all that one person may see. Observers see what the wall shows; a facilitator has :func:`white` besides."""
    seat = person.seat if person.seat in room.seats else None
    page = board(room) | {
        "me": {"id": person.id, "name": person.name, "seat": person.seat},
        "seat": person.seat,
        "messages": [_message(room, one, person) for one in room.messages if moderation.reaches(room, one, person.seat)],
        "asked": _asked(room, person.id),
        "news": news(room.game.bound, room.shown, seat or ""),
        "role": None, "picture": None, "cards": [], "orders": [], "rationale": "", "questions": [], "history": [], "team": [],
        "staff_decides": False,
    }  # fmt: skip
    return page | _of_seat(room, person, seat) if seat is not None else page


def _asked(room: Room, identity: str) -> str:
    """Return the seat that somebody waits for; empty when there is none."""
    one = room.waiting.get(identity)
    return room.seat_name(one.seat) if one is not None and not one.denied else ""


def _of_seat(room: Room, person: Person, seat: str) -> Json:
    """Return the parts of a view that only members of the seat get."""
    if room.phase == "lobby":
        return {"role": _role(room, seat), "team": _team(room, seat)}
    orders = room.draft.orders.get(seat, {})
    mine = room.draft.forecasts.get(person.id, {})
    return {
        "role": _role(room, seat),
        "team": _team(room, seat),
        "picture": room.picture(seat),
        "cards": room.cards(seat) if room.phase in ("briefing", "orders", "adjudication") else [],
        "orders": [orders[channel].as_json(room.people) for channel in CHANNELS if channel in orders],
        "rationale": room.draft.notes.get(seat, ""),
        "questions": [{"id": name, "text": text, "mine": mine.get(name)} for name, text in room.questions.items()],
        "history": [_past(room, turn, person, seat) for turn in room.done],
        "staff_decides": room.phase == "orders" and (room.seats[seat].control != "people" or not room.acted(seat)),
    }


def _role(room: Room, seat: str) -> Json:
    """Return a seat's role sheet, from the scenario."""
    actor = room.scenario.actors[seat]
    return {
        "name": actor.name, "short": actor.short, "says": actor.says, "goals": list(actor.goals),
        "constraints": list(actor.constraints), "observes": actor.notes.get("observes", ""),
        "does_not_observe": actor.notes.get("does_not_observe", ""), "sources": list(actor.source),
        "judgement": actor.judgement,
    }  # fmt: skip


def _team(room: Room, seat: str) -> list[Json]:
    return [{"id": one.id, "name": one.name} for one in room.members(seat)]


def _message(room: Room, one: Message, person: Person) -> Json:
    """Return a message as a reader sees it; who of a team wrote it is known to that team and to the facilitator."""
    own = person.seat in (one.sender, FACILITATOR)
    open_to = moderation.readable(room, one, person.seat)
    return {
        "id": one.id, "from": one.sender, "name": room.seat_name(one.sender), "to": list(one.to), "kind": one.kind,
        "text": one.text if open_to else "", "state": moderation.state(room, one), "turn": one.turn, "phase": one.phase,
        "at": one.at, "read": not open_to or one.id in person.read.get("messages", ()) or one.person == person.id,
        "by": room.people[one.person].name if own else None, "order": one.card if own else None, "public": PUBLIC in one.to,
    }  # fmt: skip


def _past(room: Room, turn: Turn, person: Person, seat: str) -> Json:
    """Return what a seat gave in a turn that has been played, with this person's own forecasts."""
    orders = turn.orders.get(seat, {})
    mine = turn.forecasts.get(person.id, {}) if turn.seats.get(person.id) == seat else {}
    return {
        "turn": turn.number, "date": turn.date, "staff": seat in turn.staff, "rationale": turn.notes.get(seat, ""),
        "orders": [orders[channel].as_json(room.people) for channel in CHANNELS if channel in orders],
        "forecasts": [{"id": name, "value": chance} for name, chance in mine.items()],
    }  # fmt: skip


def wall(room: Room) -> Json:
    """Return the board for the projector: where the session stands, public news and what was said to everybody."""
    return board(room) | {
        "news": news(room.game.bound, room.shown),
        "statements": [
            {
                "id": one.id, "from": one.sender, "name": room.seat_name(one.sender), "kind": one.kind, "text": one.text,
                "turn": one.turn,
            }
            for one in moderation.public_messages(room)
        ],
    }  # fmt: skip


def white(room: Room) -> Json:
    """Return everything, for the facilitator."""
    game = room.game
    return board(room) | {
        "date": game.date.isoformat(),
        "truth": room.remember("truth", "", game.truth),
        "pictures": {seat: room.remember("picture", seat, partial(game.picture, seat)) for seat in room.seats},
        "orders": {seat: _table(room, seat) for seat in room.seats},
        "seats": [_seat(room, seat) for seat in room.seats],
        "people": [_person(room, one) for one in room.people.values()],
        "waiting": [
            {"id": one.id, "name": one.name, "seat": one.seat, "why": one.why, "at": one.at}
            for one in room.waiting.values()
            if not one.denied
        ],
        "doors": {seat: room.doors.get(seat, DOORS[0]) for seat in (*room.seats, OBSERVER)},
        "hold_back": room.hold_back, "codes_shown": room.codes_shown,
        "messages": [_letter(room, one) for one in room.messages],
        "log": room.journal[-JOURNAL:],
        "msel": msel(room),
        "injects": [
            {"number": number, "entry": one.entry, "title": one.inject.title, "text": one.inject.text, "to": list(one.inject.to)}
            for number, one in room.draft.injects.items()
        ],
        "pushes": room.remember("pushes", "", game.safe_pushes),
        "branches": [one.as_json() for one in room.branches],
        "overrides": [one.as_json() for one in room.draft.overrides],
        "forecasts": {person: dict(chances) for person, chances in room.draft.forecasts.items()},
        "questions": [{"id": name, "text": text} for name, text in room.questions.items()],
        "policies": {seat: list(game.policies(seat)) for seat in room.seats},
        "choices": list(room.scenario.policies),
        "measures": or_null(game.measures()),
        "events": [one.as_json() for one in (room.draft.events if room.phase == "adjudication" else room.shown)],
        "history": [turn_json(turn, room) for turn in room.done],
        "remarks": list(room.remarks),
    }  # fmt: skip


def _table(room: Room, seat: str) -> Json:
    """Return what lies on a seat's table, and what its staff would order (or, in the adjudication, has ordered)."""
    orders = room.draft.orders.get(seat, {})
    tried = room.phase == "adjudication"
    staff = room.draft.staff.get(seat, ()) if tried else room.staff(seat) if room.phase in ("briefing", "orders") else ()
    return {
        "given": [orders[channel].as_json(room.people) for channel in CHANNELS if channel in orders],
        "rationale": room.draft.notes.get(seat, ""),
        "staff_decides": seat not in room.draft.hands if tried else room.seats[seat].control != "people" or not room.acted(seat),
        "staff": [order.model_dump() | {"channel": room.scenario.actions[order.action].channel} for order in staff],
    }


def _seat(room: Room, name: str) -> Json:
    seat = room.seats[name]
    return {
        "actor": name, "name": seat.name, "people": [one.id for one in room.members(name)],
        "taken": bool(room.members(name)), "control": seat.control, "policy": list(room.game.policies(name)),
        "ready": seat.ready, "acted": room.acted(name), "silent": seat.silent,
        "offer_staff": _offer(room, name),
    }  # fmt: skip


def _offer(room: Room, name: str) -> bool:
    """Return whether a seat has been silent long enough to be offered to its staff: a whole turn, or its time ran out."""
    seat = room.seats[name]
    late = room.phase == "orders" and room.timer.ends is not None and room.now >= room.timer.ends
    return seat.control == "people" and not room.acted(name) and (seat.silent > 0 or late)


def _person(room: Room, one: Person) -> Json:
    have = {*one.read.get("messages", ())}
    others = (message for message in room.messages if moderation.reaches(room, message, one.seat) and message.person != one.id)
    unread = sum(message.id not in have and moderation.readable(room, message, one.seat) for message in others)
    return {"id": one.id, "name": one.name, "seat": one.seat, "here": one.here, "out": one.out, "unread": unread,
            "read": {what: list(items) for what, items in one.read.items()}}  # fmt: skip


def _letter(room: Room, one: Message) -> Json:
    """Return a message with who wrote it and who has read it."""
    readers = [person.id for person in room.people.values() if one.id in person.read.get("messages", ())]
    return {
        "id": one.id, "from": one.sender, "name": room.seat_name(one.sender), "to": list(one.to), "kind": one.kind,
        "text": one.text, "turn": one.turn, "phase": one.phase, "at": one.at, "by": room.people[one.person].name,
        "person": one.person,
        "order": one.card, "read_by": readers, "practice": one.practice, "state": moderation.state(room, one),
    }  # fmt: skip
