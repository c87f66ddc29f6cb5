"""Rewinding: the table goes back to an earlier morning, and the future that was played is kept as a branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wargame.scenario.values import CHANNELS
from wargame.seminar.rules.bounds import BRANCHES, Refusal
from wargame.seminar.rules.fields import CommandFields
from wargame.seminar.session.adjudication import to_this_morning
from wargame.seminar.session.phases import clear, enter
from wargame.seminar.session.records import CommandResult, Json, Message, Person, Turn, TurnDraft
from wargame.seminar.session.room import Room
from wargame.simulation.record import or_null


@dataclass(frozen=True)
class Branch:
    """A future that was left: the turns of it, what lay on the table and was said then, its measures and its scenario.

    ``scenario`` is resolved data that the command line plays and verifies like any other.
    """

    number: int
    turn: int  # the turn that the table went back to
    at: float
    turns: tuple[Turn, ...]
    draft: TurnDraft
    messages: tuple[Message, ...]
    measures: dict[str, float]
    scenario: dict[str, Any]

    def as_json(self) -> Json:
        """Return the branch as the facilitator's page shows it."""
        played = [one.number for one in self.turns]
        return {"number": self.number, "turn": self.turn, "at": self.at, "turns": played, "measures": or_null(self.measures)}


def rewind(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Go back to the morning of a turn.

    From the adjudication of that same turn this takes back Next, and everything that was given stands. Otherwise the later
    turns become a branch; orders are given anew, or with ``keep`` those of that turn stand as they were, to be changed.
    """
    target = fields.whole("turn", 0, 10**6)
    keep = fields.flag("keep", False)
    if room.phase == "adjudication" and target == room.turn:
        _take_back(room)
        return CommandResult(f"{who.name} took back the adjudication of turn {target}", "phase")
    if room.practice:
        raise Refusal("The practice turn leaves nothing to go back to: it is undone when it ends.")
    last = len(room.done)
    if not 1 <= target <= last:
        raise Refusal(
            f"You can go back to turn {'1' if last == 1 else f'1 to {last}'} (got {target})."
            if last
            else "No turn has been played yet."
        )
    if len(room.branches) >= BRANCHES:
        raise Refusal(f"There is room for {BRANCHES} branches, and they are all used.")
    _leave(room, target, keep)
    return CommandResult(
        f"{who.name} went back to turn {target}; what was played is kept as branch {len(room.branches)}", "phase"
    )


def _take_back(room: Room) -> None:
    """Undo the provisional turn and open the orders again."""
    to_this_morning(room)
    draft = room.draft
    draft.hands, draft.staff, draft.events, draft.overrides = {}, {}, (), []
    room.morning = {}
    enter(room, "orders")


def _leave(room: Room, target: int, keep: bool) -> None:
    if room.phase == "adjudication":
        to_this_morning(room)  # a turn that was only tried is no part of the branch
    gone = tuple(turn for turn in room.done if turn.number >= target)
    dropped = tuple(one for one in room.messages if one.turn >= target)
    room.branches.append(Branch(
        len(room.branches) + 1, target, room.now, gone, room.draft, dropped, dict(room.game.measures()), room.game.scenario(),
    ))  # fmt: skip
    room.game.rewind(target - 1)
    room.moved()
    room.done = [turn for turn in room.done if turn.number < target]
    room.messages = [one for one in room.messages if one.turn < target]
    room.sent = {name: before for name, turns in room.sent.items() if (before := [turn for turn in turns if turn < target])}
    room.shown = room.done[-1].events if room.done else ()
    room.morning = {}
    room.turn = target
    clear(room)
    if keep:
        room.draft.orders = {seat: dict(orders) for seat, orders in gone[0].orders.items()}
        room.draft.notes = dict(gone[0].notes)
    enter(room, "orders")


def turn_json(turn: Turn, room: Room) -> Json:
    """Return a turn that has been played as the facilitator's page shows it: everything that was given for it."""
    return {
        "turn": turn.number, "date": turn.date,
        "orders": {
            seat: [orders[channel].as_json(room.people) for channel in CHANNELS if channel in orders]
            for seat, orders in turn.orders.items()
        },
        "staff": {actor: [order.model_dump() for order in orders] for actor, orders in turn.staff.items()},
        "rationale": dict(turn.notes), "forecasts": {person: dict(chances) for person, chances in turn.forecasts.items()},
        "overrides": [one.as_json() for one in turn.overrides], "injects": [one.inject.title for one in turn.injects],
    }  # fmt: skip
