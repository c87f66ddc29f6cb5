"""A turn that is tried: played from its morning, played again with the facilitator's overrides, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wargame.errors import InputError
from wargame.scenario.schema import HandOrder
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.records import Override
from wargame.seminar.session.room import Room
from wargame.simulation.record import Event


def play(room: Room, given: Mapping[str, Sequence[HandOrder]], injects: Sequence[object]) -> tuple[Event, ...]:
    """Play one turn, or leave the game where it was and refuse."""
    before = room.game.turn
    try:
        events = room.game.play(given, injects)
    except InputError as error:
        if room.game.turn != before:
            room.game.rewind(before)
        raise Refusal(f"The turn cannot be played like this: {error}") from None
    room.moved()
    return events


def to_this_morning(room: Room) -> None:
    """Take the game back to the morning of the turn being tried; policies that were changed on that morning stay changed."""
    policies = {actor: tuple(room.game.policies(actor)) for actor in room.game.actors}
    room.game.rewind(room.game.turn - 1)
    for actor, names in policies.items():
        if tuple(room.game.policies(actor)) != names:
            room.game.set_policy(actor, names)
    room.moved()


def play_again(room: Room, overrides: list[Override]) -> None:
    """Play the turn again from its morning with these overrides. When that cannot be, the turn stays as it was."""
    to_this_morning(room)
    try:
        events = play(room, hands_with(room, overrides), planned_injects(room, overrides))
    except Refusal:
        play(room, hands_with(room, room.draft.overrides), planned_injects(room, room.draft.overrides))
        raise
    room.draft.overrides, room.draft.events = overrides, events


def planned_injects(room: Room, overrides: Sequence[Override]) -> list[object]:
    """Return the injects of the turn with these overrides."""
    all_of_them = [*room.draft.injects.values(), *(one.planned for one in overrides if one.planned)]
    return [one.inject for one in all_of_them]


def channel_of(room: Room, order: HandOrder) -> str:
    """Return the channel of an order."""
    return str(room.scenario.actions[order.action].channel)


def hands_with(room: Room, overrides: Sequence[Override]) -> dict[str, tuple[HandOrder, ...]]:
    """Return the hands of the turn with these overrides; a seat of the staff whose orders are changed gives them by hand."""
    given = dict(room.draft.hands)
    for one in overrides:
        orders = given.get(one.seat, room.draft.staff.get(one.seat, ()))
        if one.what == "strike":
            given[one.seat] = tuple(order for order in orders if channel_of(room, order) != one.channel)
        elif one.order is not None:
            given[one.seat] = (*(order for order in orders if channel_of(room, order) != one.channel), one.order)
    return given


def restore_mornings(room: Room) -> None:
    """Fill in the pictures and cards of the tried turn's morning that nobody looked at then; the game ends where it was."""
    to_this_morning(room)
    for seat in room.seats:
        if seat not in room.morning:
            room.morning[seat] = (room.game.picture(seat), room.game.cards(seat))
    room.draft.events = play(room, hands_with(room, room.draft.overrides), planned_injects(room, room.draft.overrides))
