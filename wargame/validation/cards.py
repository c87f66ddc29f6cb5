"""The levers of a scenario card, tried value by value: does a measure change?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.scenario.layers import JoinedLayers, find, join
from wargame.scenario.load import Loaded, load
from wargame.scenario.schema import Scenario
from wargame.scenario.values import CHANNELS
from wargame.simulation.play import play_block, play_columns
from wargame.simulation.simulation import Simulation

DAYS = 800  # that a first look plays of a scenario that lasts longer; the closer look plays it whole
MANY = 400  # runs in which a number that a card offers is tried where it was not felt in the first 40
FEW = 4  # runs in which a lever's value is tried first, in NumPy: programs of its own would take longer
LONG = 80_000  # days that the runs of a scenario may play in all: a history of many years tries its rules often enough by itself


@dataclass(frozen=True)
class Task:
    """One scenario to look at."""

    scenario: str
    runs: int
    seed: int


def rules_of(bound: Bound) -> dict[tuple[int, int], str]:
    """Return the rules in play, as the policy that holds each, by actor and place in its menu."""
    found: dict[tuple[int, int], str] = {}
    for menu in bound.menus:
        held = bound.joined[menu.actor].rules
        for i, candidate in enumerate(menu.candidates):
            channel = CHANNELS[candidate.channel]
            if (channel, candidate.rule) in held:
                found[menu.actor, i] = f"policies.{held[channel, candidate.rule][0]}.{channel}.{candidate.rule}"
    return found


def idle_levers(task: Task, bound: Bound, among: Collection[str] | None = None) -> tuple[list[str], set[str]]:
    """Return the values of the card's levers (of those ``among`` them) that change no measure against the scenario as it stands,
    and the rules that come into play with the others.
    """
    runs = min(task.runs, 40)
    base = play_columns(bound, seed=task.seed, replications=range(runs), standing=range(len(bound.measures)))
    own = {given.path: given.quantity.value for given in bound.givens}
    found: list[str] = []
    others = set[str]()
    for name, lever in bound.scenario.levers.items():
        if among is not None and name not in among:
            continue
        idle = []
        for value in lever.values:
            if _number(value) and lever.path in own and _number_moves(task, bound, lever.path, own[lever.path], float(value)):
                continue  # as columns of what is there: a binding of its own takes far longer
            loaded = _loaded(task, bound, lever.path, value)
            if _same(loaded.scenario, bound.scenario):
                idle.append(value)
                continue
            changed = bind(loaded, spares=False)
            others |= set(rules_of(changed).values())
            if not _moves(task, changed, base.measures, base.series):
                idle.append(value)
        if len(idle) > 1 or (idle and len(idle) == len(lever.values)):  # one value is the scenario's own
            found += [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for value in idle]
    return found, others


def _number_moves(task: Task, bound: Bound, path: str, own: float, value: float) -> bool:
    """Return whether a number in place of the scenario's own changes a measure, in few runs or else in many."""
    for runs in (min(task.runs, 40), min(MANY, max(1, LONG // bound.scenario.horizon))) if value != own else ():
        rows = {path: np.repeat([own, value], runs)}
        found = play_columns(bound, seed=task.seed, replications=[*range(runs), *range(runs)], overrides=rows).measures
        if any(not np.array_equal(row[:runs], row[runs:], equal_nan=True) for row in found.values()):
            return True
    return False


def with_value(task: Task, bound: Bound, path: str, value: Any) -> Bound:
    """Return the scenario, as long as ``bound``, with a lever's value."""
    return bind(_loaded(task, bound, path, value), spares=False)


def _loaded(task: Task, bound: Bound, path: str, value: Any) -> Loaded:
    """Return the scenario with a lever's value, and no longer than it was; what is set is no longer uncertain."""
    gone = path.removesuffix("enabled") if value is False and path.endswith(".enabled") else None
    kept = [one for one in bound.scenario.uncertainties if one != path and not (gone and one.startswith(gone))]
    return load(layers(task.scenario), sets={"horizon": bound.scenario.horizon, path: value, "uncertainties": kept})


@lru_cache(maxsize=1)
def layers(scenario: str) -> JoinedLayers:
    """Return a scenario's layers, joined."""
    return join(find(scenario))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Scenario, other: Scenario) -> bool:
    return one.model_copy(update={"uncertainties": other.uncertainties}) == other


def _moves(task: Task, changed: Bound, base: Mapping[str, Array], series: Array) -> bool:
    """Return whether a setting changes a measure in some run; the first days of a few runs are nearly always enough to see it."""
    runs, horizon = series.shape[2], series.shape[1]
    if horizon > DAYS:
        return _apart(base, play_block(changed, seed=task.seed, runs=runs))
    model = Simulation(changed, seed=task.seed, replications=range(min(runs, FEW))).in_numpy()
    alike = [measure.name for measure in changed.measures] == list(base) and changed.scenario.horizon == horizon
    try:
        while model.running:
            tick = model.world.tick
            model.step()
            values = model.recorder.values[: len(series)]
            if not alike or not np.array_equal(values, series[:, tick, : model.runs], equal_nan=True):
                return True
    finally:
        model.forget()
    return runs > FEW and _apart(base, play_block(changed, seed=task.seed, runs=runs))


def _apart(base: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    """Return whether a measure differs, or is there no more."""
    return any(key not in other or not np.array_equal(base[key], other[key], equal_nan=True) for key in base)
