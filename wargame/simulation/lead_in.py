"""The weeks before the first morning: what every actor has lately done, so that not everybody acts on the first day.

Nobody begins with a clean slate. For ``lead_in`` days before the start the actors choose by their policies, once per
``decide_every``, in a world that stands still as it is on the first morning. Nothing that they choose takes effect; only the
day on which they last took each action is kept (``days_since``). So the first week of a history is a week like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.jit import compiles
from wargame.world.menu import Choice
from wargame.world.view import View
from wargame.world.world import World

if TYPE_CHECKING:
    from wargame.engine.program.executable import Executable
    from wargame.engine.program.kernel import Plan


OnChoice = Callable[[int, int, Choice], None]  # day before the start (negative), actor, what it chose
FEW, ONCE = 64, 3  # so few runs, or worlds made, are not worth a program: it takes longer to make than they do in NumPy


def lead_in(bound: Bound, world: World, told: OnChoice | None = None) -> None:
    """Write into ``since`` when each actor last took each action before the first morning; nothing else is changed.

    Luck is that of days before the start; the past is that of the declared values, whatever number a run overrides. Policies that
    do not weigh rules (scripts) have no past, unless people have decided it. ``told`` hears every choice.
    """
    found = None if told is not None else _traced(bound, world)
    if found is not None:
        executable, plan = found
        executable.play_days(plan, world.draws, world.state, np.empty((1, world.runs)))
        return
    choosing = _choosing(bound)
    for tick in _days(bound):
        world.tick = tick
        _live(bound, world, choosing, told)
    world.tick = 0


def _days(bound: Bound) -> range:
    """Return the days before the start on which actors choose."""
    every = bound.scenario.decide_every
    return range(-(bound.scenario.lead_in // every) * every, 0, every)


def _choosing(bound: Bound) -> list[int]:
    """Return the actors that have a past."""
    acting = [
        policy.traits.weighs or min(days, default=0) < 0 for policy, days in zip(bound.policies, bound.hand_days, strict=True)
    ]
    return [i for i, acts in enumerate(acting) if acts and bound.menus[i].candidates]


def _live(bound: Bound, world: World, choosing: list[int], told: OnChoice | None = None) -> None:
    """Let actors choose on one day, which then is ``decide_every`` days ago."""
    since = world["since"]
    for actor in choosing:
        candidates = bound.menus[actor].candidates
        choice = bound.policies[actor].choose(View(world, bound.menus[actor]))
        if told is not None:
            told(world.tick, actor, choice)
        for chosen in choice.chosen:
            for index in _perhaps(chosen, len(candidates)):
                action = bound.actions[candidates[index].action]
                done = (chosen == index) & (action.legal(world.state) != 0.0)
                since[actor, action.index] = np.where(done, 0.0, since[actor, action.index])
    since += float(bound.scenario.decide_every)


def _perhaps(chosen: Any, count: int) -> list[int]:
    """Return the candidates that some run may have chosen: of a symbol, any."""
    return list(range(count)) if hasattr(chosen, "tracing") else np.unique(chosen[chosen >= 0]).tolist()


def _traced(bound: Bound, world: World) -> tuple[Executable, Plan] | None:
    """Return the lead-in as a plan of programs; None where it is not worth it, or cannot be traced."""
    kept = bound.programs
    if "lead-in" not in kept:
        made = kept["worlds"] = kept.get("worlds", 0) + 1
        rare = world.runs < FEW and made < ONCE
        if rare or not compiles() or not all(policy.traits.traced for policy in bound.policies):
            return None
        kept["lead-in"] = _planned(bound, world)
    found: tuple[Executable, Plan] | None = kept["lead-in"]
    return found


def _planned(bound: Bound, world: World) -> tuple[Executable, Plan] | None:
    from wargame.engine.program.executable import (
        Executable,  # loads the compiled machine, which checking a scenario does not need
    )
    from wargame.engine.program.passes import trim
    from wargame.engine.program.steps import NotTraceable
    from wargame.world.symbolic import symbolic

    choosing, executable = _choosing(bound), Executable()
    traced: list[tuple[int, Callable[[int], bool]]] = []
    days: list[tuple[int, Any]] = []
    clock = bound.layout.slots  # the state's own clock stands still: the day is a row of its own
    try:
        for world.tick in _days(bound):
            number = next((number for number, serves in traced if serves(world.tick)), None)
            if number is None:
                stage = symbolic(world, clock)
                _live(bound, stage, choosing)
                stage.store()
                number = executable.add(trim(stage.steps), last=True)
                traced.append((number, stage.questions.serves()))
            days.append((world.tick, np.array([number], dtype=np.int32)))
    except NotTraceable:
        return None
    finally:
        world.tick = 0
    return executable, executable.plan(days, clock, (), clock)
