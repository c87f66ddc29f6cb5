"""What figures and reports ask of a record: who plays which role, what happened on which day, in words where needed."""

from __future__ import annotations

import datetime as dt

import numpy as np

from wargame.engine.types import Array
from wargame.scenario.schema import Exercise
from wargame.simulation.record import Event, Record

# The labels of the ladder and of the basing ladder, in general terms; a scenario's own rungs say more.
RUNGS = (
    "routine",
    "rhetoric, monitoring",
    "posture moves",
    "hybrid pressure",
    "contained incident",
    "local armed clash",
    "coercive crisis",
    "limited use of force",
    "large-scale attack",
    "war with the alliance",
)
BASING = ("visits only", "technical facilities", "joint training centre", "near-permanent rotation", "permanent base", "absorbed")
TRANSPARENCY = (
    "full openness",
    "compliance at the minimum",
    "kept just below the threshold",
    "numbers withheld, compliance asserted",
    "withheld, with undeclared sites and suppression",
    "concealed",
)


def has(record: Record, *fields: str) -> bool:
    """Return whether the record has all these fields, none of them empty."""
    layout = record.bound.layout
    return len(record.days) > 0 and all(name in layout.fields and 0 not in layout.shape(name) for name in fields)


def role(record: Record, name: str) -> str | None:
    """Return the actor in a role, or None."""
    index = record.bound.cast.role(name)
    return None if index is None else record.bound.cast.actors[index]


def group(record: Record, *names: str) -> tuple[str, ...]:
    """Return the actors in any of some roles, each once, in the order of their names."""
    cast = record.bound.cast
    return tuple(cast.actors[i] for i in sorted({i for name in names for i in cast.group(name)}))


def named(record: Record, actor: str | None) -> str:
    """Return an actor's display name; empty for nobody."""
    return record.bound.scenario.actors[actor].name if actor else ""


def observer(record: Record) -> str | None:
    """Return whose view is told: the scenario's observer, else the alliance, else the first of the front line."""
    chosen = record.bound.scenario.observer
    if chosen in record.bound.cast.actors:
        return chosen
    alliance = role(record, "alliance")
    front = group(record, "frontline", "members")
    return alliance or (front[0] if front else None)


def of_actor(record: Record, field: str, actor: str | None) -> Array | None:
    """Return an actor's row of a field over the days ``(days,)``, or None where either is missing."""
    if actor is None or not has(record, field) or record.bound.layout.fields[field].axes != ("actor",):
        return None
    return record.series(field, actor)


def scalar(record: Record, field: str) -> Array | None:
    """Return a field without axes over the days ``(days,)``, or None where it is missing."""
    return record.series(field) if has(record, field) and record.bound.layout.fields[field].axes == () else None


def exercises(record: Record) -> list[tuple[str, Exercise]]:
    """Return the enabled exercises in order of their start."""
    plan = record.bound.scenario.exercises
    return sorted(((name, plan[name]) for name in record.bound.cast.exercises), key=lambda pair: (pair[1].start, pair[0]))


def exercise_days(record: Record, name: str) -> tuple[int, int]:
    """Return the first and the last day (counted from 0) on which an exercise ran; planned days where it left no trace."""
    exercise, start = record.bound.scenario.exercises[name], record.bound.scenario.start
    planned = (exercise.start - start).days, (exercise.end - start).days
    if not has(record, "exercise_active"):
        return planned
    active = np.flatnonzero(record.series("exercise_active", name))
    return (int(active[0]), int(active[-1])) if len(active) else planned


def peak_day(record: Record) -> int:
    """Return the day with most guest troops in the host country; without any, the day of highest tension."""
    for field in ("guest_troops", "tension"):
        values = scalar(record, field)
        if values is not None and values.max() > 0:
            return int(np.argmax(values))
    return len(record.days) - 1


def events(record: Record, *kinds: str) -> list[Event]:
    """Return the events of some kinds, in the order in which they happened."""
    return [event for event in record.events if event.kind in kinds]


def day_of(record: Record, date: dt.date) -> int:
    """Return the day of a date, counted from 0."""
    return (date - record.bound.scenario.start).days


def date_of(record: Record, day: int) -> dt.date:
    """Return the date of a day counted from 0."""
    return record.bound.scenario.start + dt.timedelta(days=day)
