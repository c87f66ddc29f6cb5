"""The numbers of the subset, read once from the engine, so that all three programs are given the same ones."""

from __future__ import annotations

from typing import Any

from candidates import subset

from wargame.simulation.first_morning import first_morning

MECHANISMS = ("exercises", "forces", "rhetoric", "threat", "posture", "incidents", "escalation")
STATE = ("threat", "memory", "rhetoric", "reassurance", "credibility", "vigilance", "posture", "hotline", "roe_clarity",
         "erraticism", "legitimacy", "provoked")  # fmt: skip
PAIRS = (("baranovichi", "belarus"), ("baranovichi", "russia"), ("brest", "belarus"), ("brest", "russia"), ("grodno", "belarus"),
         ("grodno", "russia"))  # fmt: skip


def numbers() -> dict[str, Any]:
    """Return parameters by mechanism, first values by actor, and how near places and the exercise are to every actor."""
    bound = subset()
    world = first_morning(bound, seed=0, replications=range(1))
    actors, sites = bound.cast.actors, bound.cast.sites
    return {
        "days": bound.scenario.horizon,
        "parameters": {m: {k: float(v[0]) for k, v in world.parameters(m).items()} for m in MECHANISMS},
        "actors": {name: {field: float(world[field][i, 0]) for field in STATE} for i, name in enumerate(actors)},
        "temperature": {name: float(world["temperature"][i, 0]) for i, name in enumerate(actors)},
        "near": {s: {a: float(world["proximity"][j, i, 0]) for i, a in enumerate(actors)} for j, s in enumerate(sites)},
        "reach": {a: float(world["exercise_reach"][0, i, 0]) for i, a in enumerate(actors)},
        "tension": float(world["tension"][0]),
        "relations": float(world["relations"][0]),
    }
