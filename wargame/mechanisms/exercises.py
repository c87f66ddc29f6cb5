"""Exercises: when they deploy, run and end, where they want troops, how near they are and how unusual they look.

What it does. An exercise e has a calendar (start, end, days to deploy and to withdraw) and a plan (parts, contingents,
places). From these the mechanism derives, day by day t,

* ``exercise_active`` (0/1): 1 from the start to the end, the end moved by the ``exercise_extension`` X_e (days);
* ``exercise_level`` L_e (0-1): ``min(1, max(0, (t - start + D + 1) / (D + 1)))`` while deploying over D days and running,
  then ``max(0, 1 - (t - end - X) / (W + 1))`` while withdrawing over W days;
* ``demand`` (persons) at place s of owner o: ``sum_p L_e(t + lead) N_p c_po q_ps``, with N the true strength of part p, c the
  contingent's share and q the place's share; trains leave ``lead`` days ahead, so that troops are there in time;
* ``proximity`` (0-1) of place s to actor a: ``exp(-km_sa / reach)``;
* ``exercise_near`` (0-1) for actor a: ``1 - prod_e (1 - L_e r_ea)`` with ``r_ea = max_p mean_s proximity_sa``, s over the places
  that the declaration of part p names, or over all of them if nobody declares it: it says how close by an exercise is, neither
  how large nor where its weight lies, which are hidden;
* ``indicators`` (count): how many marks of an unusual exercise can be seen. Three follow from facts (it was not scheduled; its
  numbers are withheld; a place that was not listed has become public), the others are the scenario's markers (units from far
  away, a southern axis, an open link to a crisis). None counts before the exercise is announced or on the move.

An exercise can be extended by its host or guest while it runs (impulse ``extend_exercise``, days).

Assumptions. Deployment and withdrawal are straight ramps; the shape of a real rail plan is not known. The fall of proximity with
distance is a judgement: places 20 to 40 km from a border alarm its neighbours, places at 500 km hardly (S16). That something is
held in a region is seen by everybody as soon as it moves, also where nobody declares it; places off a list are not.

Sources: `cbc-zapad21-many-sites`, `cbc-zapad21-dates`, `ft-quadrennial`, `odr-routine-cooperation-dozens`,
`odr-allied-resolve-qualitatively-different`, `odr-unscheduled`, `odr-first-far-east-forces`, `odr-numbers-withheld`,
`odr-units-off-declared-sites`, `odr-link-to-crisis-open`, `cbc-training-centre-distances`; extension: facts B (the exercise of
February 2022 went on after its last day).
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, highest, mean
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.tables import ExerciseTable, places, shares, tables
from wargame.world.fields import Field, Impulse
from wargame.world.world import World

DERIVED_MARKERS = frozenset({"unscheduled", "withheld", "off_list"})  # the mechanism finds these itself
UNUSUAL = 4.0  # marks at which an exercise is clearly unlike routine ones (`odr-allied-resolve-qualitatively-different`)


def level_at(exercise: ExerciseTable, day: float, extension: Array) -> Array:
    """Return the level of activity (0-1) on a day, shape ``(runs,)``."""
    rising = min(1.0, max(0.0, (day - exercise.start + exercise.deploy + 1) / (exercise.deploy + 1)))
    after = np.maximum(day - exercise.end - extension, 0.0)
    return rising * np.maximum(1.0 - after / (exercise.withdraw + 1), 0.0)


def begin(w: World) -> None:
    """Fix how near places and exercises are to every actor, and set the calendar."""
    w["proximity"][:] = exp(-w.cast.actor_km[:, :, None] / w.parameters("exercises")["reach"])
    for exercise in tables(w).exercises:
        for part in exercise.parts:
            named = part.sites[part.listed] if part.declared else part.sites
            if len(named):
                reach = w["exercise_reach"][exercise.index]
                np.maximum(reach, np.minimum(mean(w["proximity"][named]), 1.0), out=reach)
    _calendar(w)


def move(w: World) -> None:
    """Turn the calendar by a day, and say where troops are wanted."""
    before = w["exercise_active"].copy()
    _calendar(w)
    _demand(w)
    levels, near = w["exercise_level"], np.ones_like(w["exercise_near"])
    for exercise in tables(w).exercises:
        near *= 1.0 - levels[exercise.index] * w["exercise_reach"][exercise.index]
        _indicators(w, exercise)
        _report(w, exercise, before[exercise.index])
    w["exercise_near"][:] = 1.0 - near


def adjudicate(w: World) -> None:
    """Let host or guest extend an exercise that is running."""
    asked = w.impulse("extend_exercise")
    for exercise in tables(w).exercises:
        days = asked[exercise.host] + (asked[exercise.guest] if exercise.guest != exercise.host else 0.0)
        days = np.maximum(np.floor(days), 0.0) * w["exercise_active"][exercise.index]
        extension = w["exercise_extension"][exercise.index]
        extension[:] = np.minimum(extension + days, 365.0)
        w.say("move", days > 0, "{name} is extended by {days:.0f} days.", seen="all", actor=exercise.guest,
              sources=("odr-unscheduled",), name=exercise.name, days=days)  # fmt: skip


def _calendar(w: World) -> None:
    for exercise in tables(w).exercises:
        i, extension = exercise.index, w["exercise_extension"][exercise.index]
        after = w.tick - exercise.end - extension
        w["exercise_active"][i] = (w.tick >= exercise.start) & (after <= 0)
        w["days_to_start"][i] = exercise.start - w.tick
        w["days_since_end"][i] = np.where(after > 0, after, np.nan)
        w["exercise_level"][i] = level_at(exercise, w.tick, extension)


def _demand(w: World) -> None:
    demand, lead = w["demand"], w.parameters("exercises")["lead"]
    demand[:] = 0.0
    for exercise in tables(w).exercises:
        extension = w["exercise_extension"][exercise.index]
        now, ahead = level_at(exercise, w.tick, extension), _ahead(exercise, w.tick, lead)
        level = np.where(w.tick <= exercise.end + extension, ahead, now)
        if not level.any():
            continue
        for part in exercise.parts:
            if len(part.sites):
                sent = w["part_troops"][part.index] * level * shares(w, part)
                demand[part.sites[:, None], part.owners[None, :]] += places(w, part)[:, None, :] * sent[None, :, :]


def _ahead(exercise: ExerciseTable, day: int, lead: Array) -> Array:
    """Return the level that the trains leaving today must build up to."""
    return np.clip((day + lead - exercise.start + exercise.deploy + 1) / (exercise.deploy + 1), 0.0, 1.0)


def _indicators(w: World, exercise: ExerciseTable) -> None:
    plan, i = exercise.plan, exercise.index
    visible = (w.tick >= exercise.announced) | (w["exercise_level"][i] > 0.0)
    fixed = len(set(plan.markers) - DERIVED_MARKERS) + (not plan.scheduled)
    unlisted = [int(s) for part in exercise.parts for s, listed in zip(part.sites, part.listed, strict=True) if not listed]
    off_list = highest(w["public_site"][unlisted]) if unlisted else np.zeros(w.runs)
    count = np.where(visible, fixed + w["withheld"][i] + off_list, 0.0)
    crossed = (count >= UNUSUAL) & (w["indicators"][i] < UNUSUAL)
    w["indicators"][i] = count
    w.say("signal", crossed, "{name} now shows {count:.0f} marks that routine exercises do not have.",
          seen="all", reason="unscheduled, withheld numbers, places off the list, and what the scenario notes: {marks}",
          sources=("odr-allied-resolve-qualitatively-different",), name=exercise.name, count=count,
          marks=", ".join(plan.markers).replace("_", " ") or "nothing else")  # fmt: skip


def _report(w: World, exercise: ExerciseTable, before: Array) -> None:
    i = exercise.index
    if w.tick == exercise.announced:
        w.say("signal", True, "{name} is announced: {start} to {end}.", seen="all", actor=exercise.host,
              sources=exercise.plan.source, name=exercise.name, start=str(exercise.plan.start),
              end=str(exercise.plan.end))  # fmt: skip
    active = w["exercise_active"][i]
    w.say("move", (active > before) & (w.tick == exercise.start), "{name} begins.", seen="all", actor=exercise.host,
          sources=exercise.plan.source, name=exercise.name)  # fmt: skip
    w.say("move", active < before, "{name} is over; forces are due to leave within {days} days.", seen="all", actor=exercise.host,
          sources=exercise.plan.source, name=exercise.name, days=exercise.withdraw)  # fmt: skip


MECHANISM = Mechanism(
    name="exercises",
    says="Calendar, places and purpose of exercises: when they deploy, run and end, and how unusual they look.",
    systems=("S1",),
    fields=(
        Field("exercise_active", "Is the exercise running?", ("exercise",)),
        Field("days_to_start", "Days until it starts; negative afterwards", ("exercise",), "days", -20_000, 20_000),
        Field("days_since_end", "Days since it ended", ("exercise",), "days", 0, 20_000, np.nan, missing="not yet"),
        Field("exercise_level", "Activity: rises while deploying, 1 while running, falls while withdrawing", ("exercise",)),
        Field("exercise_extension", "Days by which the end was put off", ("exercise",), "days", 0, 365),
        Field("exercise_near", "How close by exercises are held"),
        Field("exercise_reach", "How close an exercise's named places are to an actor", ("exercise", "actor")),
        Field("proximity", "How close a place is to an actor", ("site", "actor")),
        Field("demand", "Troops that exercises want at a place", ("site", "actor"), "persons", 0, 1e6, seen="nobody"),
        Field("indicators", "Marks of an unusual exercise that can be seen", ("exercise",), "count", 0, 20),
    ),
    phases={"move": move, "adjudicate": adjudicate},
    begin=begin,
    parameters=(
        Parameter("reach", 200.0, "Distance at which proximity has fallen to 1/e", "km",
                  {"lognormal": {"median": 200.0, "sigma": 0.3}}, ("cbc-training-centre-distances", "odr-satellite-40-50km"),
                  "the sources call 20-50 km near and 200 km (to a capital) within reach; the curve between is judged",
                  1.0, 5_000.0),
        Parameter("lead", 1.0, "Days by which trains leave ahead of need", "days", {"uniform": {"low": 0.0, "high": 3.0}},
                  ("odr-trains-arrive-same-day",), "arrivals began on the day of the announcement, so trains left before",
                  0.0, 14.0),
    ),
    impulses=(
        Impulse("extend_exercise", "Days by which host or guest put off the end of a running exercise", unit="days",
                answers="{running}", otherwise="no drill of ours is running"),
    ),
    sources=("cbc-zapad21-dates", "ft-quadrennial", "odr-allied-resolve-qualitatively-different", "odr-unscheduled"),
)  # fmt: skip
