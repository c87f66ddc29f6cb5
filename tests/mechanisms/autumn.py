"""A large scheduled exercise on the border in a tense autumn, like that of September 2021, for Monte Carlo tests.

The other mechanisms' fields are given by hand, as they stood in the documents' column of September 2021: an erratic client,
bad relations, migrants at the border, an emergency in one front-line state, an exercise from day 11 to day 17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.mechanisms.marches import Told, play, row, scenario, world_of
from wargame.engine.types import Array
from wargame.world.world import World

DAYS = 98
FIRST, LAST = 11, 17
ACTORS = {
    "ostmark": {"threat": 0.70, "rhetoric": 0.35, "posture": 0.55},
    "vale": {"erraticism": 0.6, "rhetoric": 0.4},
    "league": {"threat": 0.35, "posture": 0.55},
    "north": {"threat": 0.5, "memory": 0.4, "roe_clarity": 0.7, "vigilance": 0.4, "posture": 0.55, "battalions": 1},
    "south": {"threat": 0.5, "memory": 0.4, "roe_clarity": 0.7, "vigilance": 0.4, "posture": 0.55, "battalions": 1},
    "steppe": {"threat": 0.5, "memory": 0.6},
    "isles": {"threat": 0.3, "memory": 0.3},
}
LADDER = {
    "b1": {"track": "border", "level": 1, "label": "words", "when": "true", "judgement": "test"},
    "b2": {"track": "border", "level": 2, "label": "moves", "when": "true", "judgement": "test"},
    "b4": {"track": "border", "level": 4, "label": "incident", "when": "true", "hold": 5, "judgement": "test"},
    "b5": {"track": "border", "level": 5, "label": "clash", "when": "true", "hold": 14, "judgement": "test"},
}


@dataclass
class Autumn:
    """What was counted, day by day: incidents at borders, unauthorised acts, levels, per run."""

    world: World
    incidents: Array  # (days, runs)
    rates: Array  # (days, runs), summed over borders
    levels: Array  # (days, tracks, runs), after the day
    unintended: Array  # (days, runs), so far
    told: Told | None


def autumn(
    runs: int, *, parameters: Mapping[str, Mapping[str, float]] | None = None,
    actors: Mapping[str, Mapping[str, float]] | None = None, days: int = DAYS, seed: int = 1, exercise: bool = True,
    listen: bool = False,
) -> Autumn:  # fmt: skip
    """Play the autumn and return what happened."""
    merged = {name: {**values, **(actors or {}).get(name, {})} for name, values in ACTORS.items()}
    made = scenario(
        parameters, actors=merged, world={"relations": -0.75, "target_progress": 0.25, "tension": 0.35}, ladder=LADDER
    )
    w = world_of(made, runs, seed=seed)
    w.ladder = lambda state: np.stack(
        [
            np.full(runs, 1.0),
            np.full(runs, 1.0),
            (row(w, "incident", "north") + row(w, "incident", "south") > 0) * 1.0,
            (row(w, "clash", "north") + row(w, "clash", "south") > 0) * 1.0,
        ]
    )
    w["opacity"][:], w["basing_public"][:], w["massed"][:] = 0.5, 2.0, 3000.0
    w["sanctions"][:], w["fortification"][:] = 0.6, 0.3
    row(w, "emergency", "north")[:] = 1.0
    for name, flow in (("north", 200.0), ("south", 60.0)):
        row(w, "migrant_flow", name)[:] = flow
    empty = (days, runs)
    told = Told(w) if listen else None
    kept = Autumn(w, np.zeros(empty), np.zeros(empty), np.zeros((days, 2, runs)), np.zeros(empty), told)
    for day in range(days):
        on = float(exercise and FIRST <= day <= LAST)
        w["exercise_level"][:], w["indicators"][:], w["exercise_near"][:] = on, 1.0, 0.7 * on
        w["seen_force"][:] = 8000.0 + 12000.0 * on
        w["force_near"][:] = 8000.0 + 12000.0 * on
        so_far = w["incidents"].copy()
        play(w, 1)
        kept.incidents[day] = w["incidents"] - so_far
        kept.rates[day] = row(w, "incident_rate", "north") + row(w, "incident_rate", "south")
        kept.levels[day] = w["esc"]
        kept.unintended[day] = w["unintended"]
    return kept
