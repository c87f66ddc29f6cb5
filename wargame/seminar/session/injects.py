"""What the facilitator puts into the world: entries of the master scenario events list, and free ones from the safe list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from wargame.errors import InputError, allowed, did_you_mean
from wargame.scenario.schema import Inject
from wargame.seminar.game.free_injects import FreeInject, check_free
from wargame.seminar.rules.bounds import FACILITATOR, IDENTIFIER, INJECTS, PUBLIC, TEXT, TITLE, Refusal
from wargame.seminar.rules.fields import CommandFields, number_within
from wargame.seminar.session.records import CommandResult, Json, Person, PlannedInject
from wargame.seminar.session.room import Room

FIELDS = ("inject", "title", "text", "to", "pushes")


def plan(room: Room, who: Person, fields: CommandFields) -> CommandResult:
    """Add an inject to this turn, or with ``drop`` take one back that has not been played."""
    if fields.has("drop"):
        number = fields.whole("drop", 1, 10**6)
        if number not in room.draft.injects:
            raise Refusal(f"No inject of that number waits for this turn; waiting: {_waiting(room)}.")
        dropped = room.draft.injects.pop(number)
        return CommandResult(f"{who.name} took back the inject: {dropped.inject.title}", "injects", (FACILITATOR,))
    made = make(room, fields)
    room.draft.injects[room.number("inject")] = made
    return CommandResult(f"{who.name} planned the inject: {made.inject.title}", "injects", (FACILITATOR,))


def _waiting(room: Room) -> str:
    return ", ".join(map(str, room.draft.injects)) or "none"


def make(room: Room, fields: CommandFields) -> PlannedInject:
    """Return the inject that a request describes, checked; nothing is added anywhere."""
    if room.counted.get("inject", 0) >= INJECTS:
        raise Refusal(f"There is room for {INJECTS} injects, and they are all used.")
    if fields.has("inject"):
        return _listed(room, fields.choice("inject", list(room.scenario.injects)))
    to: tuple[str, ...] = (PUBLIC,)
    if fields.command.get("to") == []:
        to = ()
    elif fields.has("to"):
        to = fields.names("to", [*room.game.actors, PUBLIC])
        to = (PUBLIC,) if PUBLIC in to else to
    return PlannedInject(FreeInject(fields.text("title", TITLE), fields.text("text", TEXT, ""), to, _pushes(room, fields)))


def _listed(room: Room, name: str) -> PlannedInject:
    """Return an entry of the list as the facilitator sends it now, whatever its date and condition."""
    entry: Inject = room.scenario.injects[name]
    pushes = {impulse: {row: number.value for row, number in rows.items()} for impulse, rows in entry.impulses.items()}
    to = (PUBLIC,) if entry.seen_by is None else _actors(room, entry.seen_by)
    made = FreeInject(entry.title, entry.text, to, pushes, entry.orders)
    try:
        check_free(room.game.bound, made)
    except InputError as error:
        raise Refusal(f"This entry of the list can only happen by itself: {error}") from None
    return PlannedInject(made, name)


def _actors(room: Room, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the actors that names of actors and roles stand for."""
    roles = room.scenario.roles
    return tuple(dict.fromkeys(actor for name in names for actor in roles.get(name, (name,))))


def _pushes(room: Room, fields: CommandFields) -> dict[str, dict[str, float]]:
    """Return the changes of a free inject: only impulses, rows and sizes of the safe list."""
    safe = {str(one["impulse"]): one for one in room.game.safe_pushes()}
    pushes: dict[str, dict[str, float]] = {}
    for impulse, rows in fields.mapping("pushes").items():
        if impulse not in safe:
            raise Refusal(
                f"An inject may not push {impulse[:IDENTIFIER]!r}; it may push {allowed(safe)}{did_you_mean(impulse, safe)}"
            )
        if not isinstance(rows, Mapping):
            raise Refusal(f"Say on whose row {impulse!r} is pushed, and by how much.")
        entry = safe[impulse]
        places = [str(one["row"]) for one in entry["rows"]]
        for row, amount in rows.items():
            if row not in places:
                raise Refusal(f"{impulse!r} has no row {str(row)[:IDENTIFIER]!r}; allowed: {allowed(places)}")
            low, high = float(entry["low"]), float(entry["high"])
            pushes.setdefault(impulse, {})[row] = number_within(amount, low, high, f"A push of {entry['label']}")
    return pushes


def msel(room: Room) -> list[Json]:
    """Return the master scenario events list for the facilitator, each entry with where it stands."""
    return [
        {
            "id": name, "title": entry.title, "text": entry.text, "date": entry.date.isoformat() if entry.date else None,
            "when": None if entry.when is None else str(entry.when), "enabled": entry.enabled,
            "seen_by": None if entry.seen_by is None else list(entry.seen_by),
            "state": _state(entry, room.game.date, room.game.turn_days),
            "sent": room.sent.get(name, []), "sources": list(entry.source),
        }
        for name, entry in room.scenario.injects.items()
    ]  # fmt: skip


def _state(entry: Inject, today: dt.date, days: int) -> str:
    """Return ``off``, ``conditional`` (no date), ``past``, ``now`` (in the turn that begins today) or ``coming``."""
    if not entry.enabled:
        return "off"
    if entry.date is None:
        return "conditional"
    if entry.date < today:
        return "past"
    return "now" if entry.date < today + dt.timedelta(days=days) else "coming"
