"""Discoveries in ensembles whose boxes are known: how often 95 % intervals of coverage, density and lift hold the truth.

Something happens with one chance in a box of the inputs and with another outside of it. The truth about the box that a study has
found is its share of all that happens, and so on, over a large sample of the same inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wargame.discovery.discovering import FoundBox, discover
from wargame.discovery.prim import Input
from wargame.discovery.table import Condition, Table

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
    return discover(table, boxes=1, seed=seed).shown


def truth(world: World, one: FoundBox) -> dict[str, float]:
    """Return what is true of a box."""
    inputs, chance, _ = _drawn(world, MANY // world.cases, np.random.default_rng(12345))
    inside = one.box.holds(inputs)
    density = float(chance[inside].mean())
    return {
        "coverage": float(chance[inside].sum() / chance.sum()), "density": density, "lift": density / float(chance.mean()),
    }  # fmt: skip


def coverage(world: World, runs: int, studies: int = 300) -> tuple[dict[str, float], float]:
    """Return how often each interval holds the truth, of all boxes that restrict something, and how often one is told."""
    held: dict[str, list[bool]] = {}
    told = 0
    for seed in range(studies):
        one = study(world, runs, seed)
        told += one.holds
        if one.box.limits:
            for name, value in truth(world, one).items():
                found = getattr(one, name)
                held.setdefault(name, []).append(found.low <= value <= found.high)
    return {name: float(np.mean(one)) for name, one in held.items()}, told / studies


def main() -> None:
    """Print the coverage of the intervals in worlds and sizes."""
    for world in WORLDS.values():
        for runs in (400, 2000, 8000):
            held, told = coverage(world, runs)
            each = "  ".join(f"{name} {one:.3f}" for name, one in held.items())
            print(f"{world.name:8} {runs:>5}  {each}  told {told:.0%}", flush=True)


if __name__ == "__main__":
    main()
