"""Discoveries in ensembles whose boxes are known: how often 95 % intervals of coverage, density and lift hold the truth.

Something happens with one chance in a box of the inputs and with another outside of it. The truth about the box that a study has
found is its share of all that happens, and so on, over a large sample of the same inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

import numpy as np

from tests.covering import Entry
from wargame.studies.discovery import find as discovering
from wargame.studies.discovery.boxes import FoundBox
from wargame.studies.discovery.find import discover
from wargame.studies.discovery.prim import Input
from wargame.studies.discovery.table import Condition, Table

INPUTS = 4
MANY = 200_000  # runs that stand for all


@dataclass(frozen=True)
class World:
    """The chance of what is of interest inside and outside of the box ``x0 > 0.6 and x1 < 0.7``; ``cases`` runs of a replication
    share their luck, and differ in the last input.
    """

    name: str
    inside: float
    outside: float
    cases: int = 1


WORLDS = {one.name: one for one in (
    World("planted", 0.7, 0.1), World("rare", 0.08, 0.01), World("sharp", 1.0, 0.05), World("shared", 0.6, 0.15, 4),
)}  # fmt: skip


def _drawn(world: World, replications: int, rng: np.random.Generator) -> tuple[tuple[Input, ...], Any, Any]:
    """Return inputs, chance of each run, and its unit."""
    x = np.repeat(rng.random((replications, INPUTS)), world.cases, axis=0)
    if world.cases > 1:
        x[:, -1] = np.tile(np.arange(world.cases) / (world.cases - 1), replications)
    chance = np.where((x[:, 0] > 0.6) & (x[:, 1] < 0.7), world.inside, world.outside)
    return tuple(Input(f"x{i}", x[:, i]) for i in range(INPUTS)), chance, np.repeat(np.arange(replications), world.cases)


def study(world: World, runs: int, seed: int) -> FoundBox:
    """Return the first box that a discovery finds, whether it is told or not."""
    rng = np.random.default_rng(seed)
    inputs, chance, unit = _drawn(world, runs // world.cases, rng)
    luck = np.repeat(rng.random(runs // world.cases), world.cases)
    table = Table(inputs, luck < chance, unit, "m", Condition("m == 1"), "a measure", "replication")
    with patch.object(discovering, "AGAIN", 1):  # how often limits come again is not asked here
        return discover(table, boxes=1, seed=seed).shown


def truth(world: World, one: FoundBox) -> dict[str, float]:
    """Return what is true of a box."""
    inputs, chance, _ = _drawn(world, MANY // world.cases, np.random.default_rng(12345))
    inside = one.box.holds(inputs)
    density = float(chance[inside].mean())
    return {
        "coverage": float(chance[inside].sum() / chance.sum()), "density": density, "lift": density / float(chance.mean()),
    }  # fmt: skip


@cache
def _found(name: str, runs: int, count: int) -> list[tuple[FoundBox, dict[str, float]]]:
    """Return the boxes of studies number 0 … ``count - 1``, told or not, and what is true of them."""
    found = [study(WORLDS[name], runs, seed) for seed in range(count)]
    return [(one, truth(WORLDS[name], one)) for one in found if one.box.limits]


def coverage(world: World, runs: int, studies: int = 300) -> dict[str, float]:
    """Return how often each interval holds the truth, of all boxes that restrict something."""
    found = _found(world.name, runs, studies)
    return {
        name: float(np.mean([getattr(one, name).low <= true[name] <= getattr(one, name).high for one, true in found]))
        for name in ("coverage", "density", "lift")
    }


def _entry(world: World, runs: int, name: str) -> Entry:
    def studies(rng: np.random.Generator, count: int) -> Iterator[tuple[float, float]]:
        del rng  # each study has its own seed
        for one, true in _found(world.name, runs, count):
            found = getattr(one, name)
            yield found.low / true[name], found.high / true[name]

    return Entry(f"discover, {name} over the truth", f"{world.name}, {runs:,} runs", 1.0, studies)


ENTRIES = tuple(
    _entry(world, runs, name)
    for world in WORLDS.values()
    for runs in (800, 4000)
    for name in ("coverage", "density", "lift")
    if (world.name, runs) != ("rare", 800)  # too little of interest for any box
)
