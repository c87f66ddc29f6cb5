"""Remarks about days: what lies outside the scenario, what comes in the wrong order, what never comes round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from wargame.binding.checker import Path
from wargame.binding.remarks.subject import Remark, Subject
from wargame.scenario.schema import Exercise

LONG_NOTICE = 730  # days before an exercise, longer than any calendar of drills looks ahead


def _days(subject: Subject) -> str:
    return f"the scenario lasts from {subject.scenario.start} to {subject.scenario.end}"


def injects_outside(subject: Subject) -> Iterator[Remark]:
    """Dated events that never happen: each that the file itself dates, and all together where it moved the days."""
    scenario = subject.scenario
    dated = {name: inject.date for name, inject in scenario.injects.items() if inject.enabled and inject.date is not None}
    outside = {name: date for name, date in dated.items() if not scenario.start <= date <= scenario.end}
    for name, date in outside.items():
        yield (("injects", name, "date"),), f"{date} is no day of it, so it never happens; {_days(subject)}"
    inherited = [name for name in outside if not subject.own(("injects", name, "date"))]
    if 4 * len(inherited) > 3 * len(dated) and subject.loaded.marks.place(("start",))[0] in subject.files:
        first = min(outside[name] for name in inherited)
        last = max(outside[name] for name in inherited)
        yield (
            (("start",),),
            (
                f"{len(inherited)} of {len(dated)} dated events never happen: they are of other days ({first} to {last}); "
                f"move them, switch them off, or leave out the file they come from; {_days(subject)}"
            ),
        )


def orders_outside(subject: Subject) -> Iterator[Remark]:
    """Dated orders of scripts that are never given."""
    first, last = subject.scenario.start - dt.timedelta(days=subject.scenario.lead_in), subject.scenario.end
    for name, policy in subject.scenario.policies.items():
        for i, order in enumerate(policy.orders):
            if not first <= order.date <= last:
                yield (
                    (("policies", name, "orders", i, "date"),),
                    f"{order.date} is no day of it, so it is never given; {_days(subject)}",
                )


def exercises(subject: Subject) -> Iterator[Remark]:
    """Exercises that are never held, whose announcement does not fit, or within which the scenario begins."""
    for name, exercise in subject.scenario.exercises.items():
        if exercise.enabled:
            base: Path = ("exercises", name)
            yield from _held(base, exercise, subject)
            yield from _announced(base, exercise)


def _held(base: Path, exercise: Exercise, subject: Subject) -> Iterator[Remark]:
    start, scenario = exercise.start, subject.scenario
    back = exercise.end + dt.timedelta(days=exercise.withdraw)
    if start > scenario.end:
        yield ((*base, "start"),), f"{start} is after the last day, so it is never held; {_days(subject)}"
    elif back < scenario.start:
        yield (
            ((*base, "end"), (*base, "start"), ("start",)),
            (f"{base[1]} is over and everybody gone by {back}, before the first day, so it is never held; {_days(subject)}"),
        )
    elif start < scenario.start <= exercise.end:
        day = (scenario.start - start).days + 1
        yield (
            (("start",), (*base, "start")),
            (f"the scenario begins on day {day} of {base[1]} (from {start} to {exercise.end}): the days before are not played"),
        )


def _announced(base: Path, exercise: Exercise) -> Iterator[Remark]:
    if exercise.announced is None:
        return
    notice = (exercise.start - exercise.announced).days
    places = ((*base, "announced"), (*base, "start"))
    if notice < 0 and not exercise.no_notice:
        yield (
            places,
            f"announced on {exercise.announced}, after it begins ({exercise.start}); of an unannounced one say no_notice: true",
        )
    if notice > LONG_NOTICE:
        yield (
            places,
            f"announced on {exercise.announced}, {notice:,} days before it begins ({exercise.start}): was one of them not moved?",
        )


def windows(subject: Subject) -> Iterator[Remark]:
    """Measures whose window holds no day that is played."""
    scenario = subject.scenario
    for name, measure in scenario.measures.items():
        late = measure.since is not None and measure.since > scenario.end
        if late or (measure.until is not None and measure.until < scenario.start):
            key = "since" if late else "until"
            yield (("measures", name, key),), f"no day of it lies within, so nothing is measured; {_days(subject)}"


def tempo(subject: Subject) -> Iterator[Remark]:
    """Decisions that come round but once."""
    scenario = subject.scenario
    if scenario.decide_every > scenario.horizon:
        what = f"{scenario.decide_every} days between decisions in a scenario of {scenario.horizon}: everybody decides only once"
        yield (("decide_every",), ("horizon",)), what
    for name, actor in scenario.actors.items():
        if actor.decide_every is not None and actor.decide_every > scenario.horizon:
            what = f"{actor.decide_every} days between decisions in a scenario of {scenario.horizon}: it decides only once"
            yield (("actors", name, "decide_every"),), what


RULES = (injects_outside, orders_outside, exercises, windows, tempo)
