"""The phases: one after the other by the facilitator's Next. A turn is tried first, and committed when it is shown."""

from __future__ import annotations

from wargame.seminar.rules.bounds import DAY, PHASES, Refusal, expect_phase
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.rules.timers import Timer
from wargame.seminar.session.adjudication import play
from wargame.seminar.session.orders import hands
from wargame.seminar.session.records import CommandResult, Person, Turn, TurnDraft
from wargame.seminar.session.room import Room


def advance(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Go to the next phase. ``from`` and ``turn`` say where the facilitator's page was: a second press of Next is refused."""
    if fields.has("from"):
        expect_phase(room.phase, (fields.choice("from", PHASES),))
    if fields.has("turn") and fields.command["turn"] != room.turn:
        raise Refusal(f"expected turn {fields.whole('turn', 0, 10**6)} (got {room.turn})")
    steps = {
        "lobby": _brief, "briefing": _begin, "orders": _try, "adjudication": _commit, "reveal": _go_on,
    }  # fmt: skip
    if room.phase not in steps:
        raise Refusal("The game is over; there is no next phase. Rewind to an earlier turn to play on from there.")
    steps[room.phase](room)
    return CommandResult(f"{who.name} went on to {_where(room)}", "phase")


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
    room.draft = TurnDraft()
    for seat in room.seats.values():
        seat.ready = False


def _brief(room: Room) -> None:
    enter(room, "briefing")


def _begin(room: Room) -> None:
    room.turn = room.game.turn + 1
    clear(room)
    enter(room, "orders")


def practice(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Begin the practice turn: played like any other, then undone."""
    if room.practice:
        raise Refusal("This is the practice turn.")
    room.practice, room.turn = True, 0
    clear(room)
    enter(room, "orders")
    return CommandResult(f"{who.name} began the practice turn", "phase")


def _try(room: Room) -> None:
    """Play the turn provisionally. Seats keep the picture of its first morning."""
    morning = room.looked_at()
    given = hands(room)
    staff = {actor: room.staff(actor) for actor in room.game.actors if actor not in given}
    date = room.game.date.isoformat()
    draft = room.draft
    events = play(room, given, [one.inject for one in draft.injects.values()])
    draft.hands, draft.staff, draft.events = given, staff, events
    room.morning, room.morning_date = morning, date
    enter(room, "adjudication")


def _commit(room: Room) -> None:
    """Make the turn final and show it; the seats that said nothing are counted silent."""
    draft = room.draft
    injected = [*draft.injects.values(), *(one.planned for one in draft.overrides if one.planned)]
    for seat in room.seats.values():
        seat.silent = seat.silent + 1 if seat.control != "policy" and seat.actor not in draft.hands else 0
    if not room.practice:
        room.done.append(Turn(
            room.turn, room.morning_date, draft.orders, draft.staff, draft.notes, draft.forecasts,
            {one.id: one.seat for one in room.people.values()}, tuple(draft.overrides), tuple(injected), draft.events,
        ))  # fmt: skip
        for one in injected:
            if one.entry:
                room.sent.setdefault(one.entry, []).append(room.turn)
    room.shown = draft.events
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


def finish(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """End the game here and go to the debrief; a turn that has not been played is not counted."""
    if room.practice:
        raise Refusal("Finish the practice turn first; it is not debriefed.")
    if not room.done:
        raise Refusal("No turn has been played yet: there is nothing to debrief.")
    if room.phase == "orders":
        clear(room)
        room.turn = room.done[-1].number
    enter(room, "debrief")
    return CommandResult(f"{who.name} ended the game after turn {room.turn}", "phase", ("all",))


def pause(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Stop the phase's clock. Orders may still be given: the phase ends only with Next."""
    room.timer = room.timer.pause(room.now)
    return CommandResult(f"{who.name} paused the clock", "timer")


def go(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Let the clock run on; with ``seconds``, start it afresh with so many."""
    room.timer = Timer.started(fields.number("seconds", 1, DAY), room.now) if fields.has("seconds") else room.timer.go(room.now)
    return CommandResult(f"{who.name} let the clock run", "timer")


def extend(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Give more time (or take some away, with negative seconds)."""
    seconds = fields.number("seconds", -DAY, DAY)
    room.timer = room.timer.extend(seconds, room.now)
    return CommandResult(f"{who.name} changed the time left by {seconds:+g} seconds", "timer")
