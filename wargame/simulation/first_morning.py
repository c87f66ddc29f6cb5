"""The world on the first morning of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.draws import Draws, name_key
from wargame.engine.types import Array
from wargame.errors import InputError, Mistake, did_you_mean
from wargame.simulation.lead_in import lead_in
from wargame.simulation.look_ahead import look_ahead
from wargame.world.world import World


def first_morning(
    bound: Bound, *, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None = None,
    state: Array | None = None,
) -> World:  # fmt: skip
    """Return the first morning of a bound scenario, or another in ``state``.

    ``overrides``: quantity path -> one value per run, shape ``(runs,)``. With ``state``, ``(slots, runs)`` or ``(slots, 1)``, it
    is that world instead, which begins with nothing but a copy of it. Raises :class:`InputError` for a path that is no quantity
    of the scenario.
    """
    look_ahead(bound, lambda: _declared(bound))
    if state is not None:
        taken = bound.layout.new(len(replications))
        taken[:] = state
        return World(
            bound.layout, taken, Draws(seed, replications), bound.scenario, bound.cast, bound.parameter_names, bound.rungs
        )
    rows, values = bound.given_values
    known = {given.path: given.row for given in bound.givens} if overrides else {}
    unknown = [path for path in overrides or {} if path not in known]
    if unknown:
        raise InputError(Mistake("", 0, 0, path, f"no number of the scenario{did_you_mean(path, known)}") for path in unknown)
    state = bound.layout.new(len(replications))
    state[rows] = values[:, np.newaxis]
    for given in bound.givens if overrides else ():
        if given.path in (overrides or {}):
            state[given.row] = (overrides or {})[given.path]
    world = World(bound.layout, state, Draws(seed, replications), bound.scenario, bound.cast, bound.parameter_names, bound.rungs)
    for mechanism in bound.mechanisms:
        if mechanism.begin is not None:
            mechanism.begin(world)
    if overrides and bound.scenario.lead_in:  # runs that differ in a number share their past, so that pairs stay pairs
        world["since"][:] = first_morning(bound, seed=seed, replications=replications)["since"]
    else:
        lead_in(bound, world)
    return world


def _declared(bound: Bound) -> Array:
    """Return the first morning as the scenario's file has it, ``(slots,)``, with luck that no run has."""
    return first_morning(bound, seed=name_key("imagined"), replications=range(1)).state[:, 0].copy()
