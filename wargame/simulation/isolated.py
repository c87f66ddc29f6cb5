"""Some mechanisms alone, without policies, injects and ladder: for those who write one, and for its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from wargame.binding.layout import make_layout
from wargame.engine.draws import Draws
from wargame.engine.types import Array
from wargame.mechanisms import in_order, registry
from wargame.mechanisms.base import Mechanism
from wargame.scenario.schema import Scenario
from wargame.world.cast import cast_of
from wargame.world.fields import Field
from wargame.world.given import givens
from wargame.world.world import World


def build_world(
    scenario: Scenario,
    mechanisms: Sequence[Mechanism] | None = None,
    *,
    seed: int = 0,
    replications: Sequence[int] = range(1),
    overrides: Mapping[str, Array] | None = None,
    stand_ins: Sequence[Field] = (),
) -> World:
    """Return a world of some mechanisms alone, without policies, injects and ladder: for tests of mechanisms."""
    used = in_order(list(registry().values() if mechanisms is None else mechanisms))
    cast = cast_of(scenario)
    layout = make_layout(cast, used, stand_ins)
    state = layout.new(len(replications))
    defaults = {m.name: {p.name: p.quantity() for p in m.parameters} for m in used}
    for given in givens(scenario, cast, layout, defaults):
        state[given.row] = (overrides or {}).get(given.path, given.quantity.value)
    names = {m.name: tuple(p.name for p in m.parameters) for m in used}
    silent = len(scenario.ladder)
    world = World(layout, state, Draws(seed, replications), scenario, cast, names, lambda s: np.zeros((silent, s.shape[1])))
    for mechanism in used:
        if mechanism.begin is not None:
            mechanism.begin(world)
    return world


def advance(world: World, mechanisms: Sequence[Mechanism]) -> None:
    """Play one day without injects and orders: every mechanism's hooks, then the next morning with no impulses left."""
    for phase in ("move", "detect", "adjudicate", "friction", "drift"):
        for mechanism in in_order(list(mechanisms)):
            if phase in mechanism.phases:
                mechanism.phases[phase](world)
    for name in world.layout.fields:
        if name.startswith("impulse."):
            world[name][:] = 0.0
    world.tick += 1
