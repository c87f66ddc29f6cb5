"""Blocks played as one batch: all days from here to the end in one call of the kernel, and what is measured with them.

The morning, the day's programs and the measures become one order a day; after the rows of the state come a row for every measure
and one for every watched variable. The results are those of playing day by day, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.program.kernel import Plan
from wargame.engine.program.passes import Program, trim
from wargame.engine.program.steps import Steps
from wargame.engine.program.symbols import Symbol
from wargame.engine.types import Array
from wargame.simulation import day
from wargame.simulation.first_morning import first_morning
from wargame.simulation.programs import DayPrograms, programs_of, trace_hook
from wargame.simulation.record import Recorder
from wargame.world.world import World


@dataclass
class BatchPlans:
    """How a bound scenario's days are played straight through: plans by their first day and what they keep."""

    source: DayPrograms
    plans: dict[tuple[int, bool, tuple[int, ...], tuple[int, ...]], Plan | None] = field(default_factory=dict)
    measuring: dict[tuple[bool, tuple[bool, ...]], int] = field(default_factory=dict)

    def plan(
        self, world: World, recorder: Recorder, watch: bool, standing: tuple[int, ...], rows: tuple[int, ...]
    ) -> Plan | None:  # fmt: skip
        """Return the plan of the days that are left; None where something of them cannot be traced."""
        name = world.tick, watch, standing, rows
        if name not in self.plans:
            self.plans[name] = self._planned(world, recorder, watch, standing, rows)
        return self.plans[name]

    def _planned(
        self, world: World, recorder: Recorder, watch: bool, standing: tuple[int, ...], rows: tuple[int, ...]
    ) -> Plan | None:  # fmt: skip
        source, bound, first = self.source, self.source.bound, world.tick
        slots, measures = bound.layout.slots, len(recorder.values)
        watched = len(bound.watch_names) if watch else 0
        source.rows = max(source.rows, slots + measures + len(bound.watch_names))
        ticks = range(first, bound.scenario.horizon)
        programs: list[list[int]] = []
        try:
            for world.tick in ticks:
                found = source.of_day(world)
                if found is None:
                    return None
                programs.append(found)
            dawn = source.executable.add(trace_hook(partial(day.dawn, bound, pushed=source.pushed), world).program)
        finally:
            world.tick = first
        days = [
            (tick, source.order([dawn, *own, self._measures(world, recorder, watch, tick)]))
            for tick, own in zip(ticks, programs, strict=True)
        ]
        kept = [*range(slots + measures, slots + measures + watched), *(slots + i for i in standing), *rows]
        return source.executable.plan(days, bound.layout.row("clock.day"), kept, slots)

    def _measures(self, world: World, recorder: Recorder, watch: bool, tick: int) -> int:
        """Return the program that takes the measures of a day, and the watched variables with them if they are asked for."""
        name = watch, recorder.open_on(tick)
        if name not in self.measuring:
            self.measuring[name] = self.source.executable.add(_measuring(world, recorder, self.source, watch, tick))
        return self.measuring[name]


def _measuring(world: World, recorder: Recorder, programs: DayPrograms, watch: bool, tick: int) -> Program:
    bound = programs.bound
    slots, measures = bound.layout.slots, len(recorder.values)
    steps = Steps(programs.rows)
    rows: Any = Symbol(steps, steps.morning.copy().reshape(-1, 1))
    state = rows[:slots]
    if measures:
        stamp = state[bound.layout.row("clock.day")]
        recorder.note(rows[slots : slots + measures], recorder.program(state), tick, stamp)
    if watch and bound.watch_names:
        rows[slots + measures : slots + measures + len(bound.watch_names)] = bound.watch(state)
    after = rows.ids[:, 0]
    changed: NDArray[np.intp] = np.flatnonzero(after != steps.morning)
    steps.store(changed, after[changed])
    return trim(steps)


def play_on(
    programs: DayPrograms, world: World, recorder: Recorder, *, watch: bool = False, standing: Sequence[int] = (),
    rows: Sequence[int] = (),
) -> Array | None:  # fmt: skip
    """Play a world to the end of its scenario; return, at the end of every day, the watched variables (with ``watch``), the
    measures numbered ``standing`` so far and these ``rows`` of the state, all ``(rows, days, runs)``. None, and nothing done,
    where a day cannot be traced.
    """
    bound = programs.bound
    plans = bound.programs.get("batch")
    if plans is None:
        plans = bound.programs["batch"] = BatchPlans(programs)
    plan = plans.plan(world, recorder, watch, tuple(standing), tuple(rows))
    if plan is None:
        return None
    world.state[bound.impulses] = 0.0
    measures = len(recorder.values)
    more = np.zeros((measures + len(bound.watch_names), world.runs))
    more[:measures] = recorder.values
    series = programs.executable.play_days(plan, world.draws, world.state, more)
    world.tick = bound.scenario.horizon
    recorder.taken(more[:measures], world.tick - 1)
    return series


@dataclass(frozen=True)
class Outcome:
    """What came of some columns: measures, each ``(columns,)``, and the days that were asked for, ``(rows, days, columns)``."""

    measures: dict[str, Array]
    series: Array


def play_batch(
    bound: Bound, *, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None, watch: bool,
    standing: Sequence[int],
) -> Outcome | None:  # fmt: skip
    """Return what comes of columns with any replications, as :func:`play_on` plays them; None where it cannot."""
    programs = programs_of(bound)
    if programs is None:
        return None
    world = first_morning(bound, seed=seed, replications=replications, overrides=overrides)
    recorder = Recorder(bound, len(replications))
    series = play_on(programs, world, recorder, watch=watch, standing=standing)
    return None if series is None else Outcome(recorder.result(), series)
