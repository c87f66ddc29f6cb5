"""The weeks before the first morning: what every actor has lately done, so that not everybody acts on the first day.

Nobody begins with a clean slate. For ``lead_in`` days before the start the actors choose by their policies, once per
``decide_every``, in a world that stands still as it is on the first morning. Nothing that they choose takes effect; only the
day on which they last took each action is kept (``days_since``). So the first week of a history is a week like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from wargame.world.menu import Choice
from wargame.world.view import View
from wargame.world.world import World

if TYPE_CHECKING:
    from wargame.binding.bound import Bound


Told = Callable[[int, int, Choice], None]  # day before the start (negative), actor, what it chose


def lead_in(bound: Bound, world: World, told: Told | None = None) -> None:
    """Write into ``since`` when each actor last took each action before the first morning; nothing else is changed.

    Luck is that of days before the start; the past is that of the declared values, whatever number a run overrides. Policies that
    do not weigh rules (scripts) have no past, unless people have decided it. ``told`` hears every choice.
    """
    every = bound.scenario.decide_every
    acting = [
        policy.traits.weighs or min(days, default=0) < 0 for policy, days in zip(bound.policies, bound.hand_days, strict=True)
    ]
    choosing = [i for i, acts in enumerate(acting) if acts and bound.menus[i].candidates]
    since = world["since"]
    for back in range(bound.scenario.lead_in // every, 0, -1):
        world.tick = -back * every
        for actor in choosing:
            candidates = bound.menus[actor].candidates
            choice = bound.policies[actor].choose(View(world, bound.menus[actor]))
            if told is not None:
                told(world.tick, actor, choice)
            for chosen in choice.chosen:
                for index in np.unique(chosen[chosen >= 0]).tolist():
                    action = bound.actions[candidates[index].action]
                    done = (chosen == index) & (action.legal(world.state) != 0.0)
                    since[actor, action.index] = np.where(done, 0.0, since[actor, action.index])
        since += every
    world.tick = 0
