"""The phases: one after the other by the facilitator's Next. A turn is tried first, and committed when it is shown."""

from __future__ import annotations

from wargame.seminar.rules.bounds import DAY, PHASES, Ask, Refused, expect_phase
from wargame.seminar.rules.timers import Timer
from wargame.seminar.session.adjudication import play
from wargame.seminar.session.orders import hands
from wargame.seminar.session.room import Desk, Done, Person, Room, Turn


def advance(room: Room, who: Person, ask: Ask) -> Done:
    """Go to the next phase. ``from`` and ``turn`` say where the facilitator's page was: a second press of Next is refused."""
    if ask.has("from"):
        expect_phase(room.phase, (ask.choice("from", PHASES),))
    if ask.has("turn") and ask.command["turn"] != room.turn:
        raise Refused(f"expected turn {ask.whole('turn', 0, 10**6)} (got {room.turn})")
    steps = {
        "lobby": _brief, "briefing": _begin, "orders": _try, "adjudication": _commit, "reveal": _go_on,
    }  # fmt: skip
    if room.phase not in steps:
        raise Refused("The game is over; there is no next phase. Rewind to an earlier turn to play on from there.")
    steps[room.phase](room)
    return Done(f"{who.name} went on to {_where(room)}", "phase")


def _where(room: Room) -> str:
    turn = "the practice turn" if room.practice else f"turn {room.turn}"
    return f"{room.phase}, {turn}" if room.phase in ("orders", "adjudication", "reveal") else room.phase


def enter(room: Room, phase: str) -> None:
    """Enter a phase and start its clock."""
    room.phase = phase
    room.codes_shown = False
    room.timer = Timer.started(room.timers.get(phase), room.now)


def clear(room: Room) -> None:
    """Clear the desk for a new turn: nobody has ordered anything or is ready."""
    room.desk = Desk()
    for seat in room.seats.values():
        seat.ready = False


def _brief(room: Room) -> None:
    enter(room, "briefing")


def _begin(room: Room) -> None:
    room.turn = room.game.turn + 1
    clear(room)
    enter(room, "orders")


def practice(room: Room, who: Person, ask: Ask) -> Done:
    """Begin the practice turn: played like any other, then undone."""
    if room.practice:
        raise Refused("This is the practice turn.")
    room.practice, room.turn = True, 0
    clear(room)
    enter(room, "orders")
    return Done(f"{who.name} began the practice turn", "phase")


def _try(room: Room) -> None:
    """Play the turn provisionally. Seats keep the picture of its first morning."""
    morning = room.looked_at()
    given = hands(room)
    staff = {actor: room.staff(actor) for actor in room.game.actors if actor not in given}
    date = room.game.date.isoformat()
    desk = room.desk
    events = play(room, given, [one.inject for one in desk.injects.values()])
    desk.hands, desk.staff, desk.events = given, staff, events
    room.morning, room.morning_date = morning, date
    enter(room, "adjudication")


def _commit(room: Room) -> None:
    """Make the turn final and show it; the seats that said nothing are counted silent."""
    desk = room.desk
    injected = [*desk.injects.values(), *(one.planned for one in desk.overrides if one.planned)]
    for seat in room.seats.values():
        seat.silent = seat.silent + 1 if seat.control != "policy" and seat.actor not in desk.hands else 0
    if not room.practice:
        room.done.append(Turn(
            room.turn, room.morning_date, desk.orders, desk.staff, desk.notes, desk.forecasts,
            {one.id: one.seat for one in room.people.values()}, tuple(desk.overrides), tuple(injected), desk.events,
        ))  # fmt: skip
        for one in injected:
            if one.entry:
                room.sent.setdefault(one.entry, []).append(room.turn)
    room.shown = desk.events
    room.morning = {}
    enter(room, "reveal")


def _go_on(room: Room) -> None:
    if room.practice:
        room.game.rewind(0)
        room.moved()
        room.practice, room.shown = False, ()
        room.messages = [one for one in room.messages if not one.practice]
        for seat in room.seats.values():
            seat.silent = 0
        clear(room)
        enter(room, "briefing")
    elif room.game.over:
        enter(room, "debrief")
    else:
        _begin(room)


def finish(room: Room, who: Person, ask: Ask) -> Done:
    """End the game here and go to the debrief; a turn that has not been played is not counted."""
    if room.practice:
        raise Refused("Finish the practice turn first; it is not debriefed.")
    if not room.done:
        raise Refused("No turn has been played yet: there is nothing to debrief.")
    if room.phase == "orders":
        clear(room)
        room.turn = room.done[-1].number
    enter(room, "debrief")
    return Done(f"{who.name} ended the game after turn {room.turn}", "phase", ("all",))


def pause(room: Room, who: Person, ask: Ask) -> Done:
    """Stop the phase's clock. Orders may still be given: the phase ends only with Next."""
    room.timer = room.timer.pause(room.now)
    return Done(f"{who.name} paused the clock", "timer")


def go(room: Room, who: Person, ask: Ask) -> Done:
    """Let the clock run on; with ``seconds``, start it afresh with so many."""
    room.timer = Timer.started(ask.number("seconds", 1, DAY), room.now) if ask.has("seconds") else room.timer.go(room.now)
    return Done(f"{who.name} let the clock run", "timer")


def extend(room: Room, who: Person, ask: Ask) -> Done:
    """Give more time (or take some away, with negative seconds)."""
    seconds = ask.number("seconds", -DAY, DAY)
    room.timer = room.timer.extend(seconds, room.now)
    return Done(f"{who.name} changed the time left by {seconds:+g} seconds", "timer")
