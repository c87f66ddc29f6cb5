"""The Rosetta table: histories scored by hand, and conclusions that flip with the scale."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import wargame as wg
from wargame.engine.types import Array
from wargame.validation.scales import SCALES, Scales, load, rosetta, score, score_runs, table

NOTHING = {"mid": 1, "payne": 0, "points": 0}
GAME = Scales.model_validate({
    "scales": {},
    "classes": {
        "calm": {**NOTHING, "points": -2, "actions": ["inspect"]},
        "hostile": {"points": 12, "mid": 3, "payne": 50, "actions": ["violate"]},
    },
    "states": {"nobody": {"when": "absentee.threat > 0", "mid": 5}},  # there is no such actor: it scores nothing
    "cases": {},
})  # fmt: skip
CHAIN = Scales.model_validate({
    "scales": {},
    "classes": {},
    "states": {
        "high": {"when": "esc.chain >= 5", "mid": 4, "icb": 2, "payne": 90, "goldstein": -10, "rivera": 28},
        "every_day": {"when": "esc.chain >= 1", "goldstein": -1, "each_day": True},
    },
    "cases": {},
})  # fmt: skip


def test_acts_are_scored_by_hand() -> None:
    """One day, two actors: each act counts once; points are per day and actor."""
    bound = wg.load("inspection_game")
    seen = set()
    for k in range(12):
        record = wg.run(bound, seed=0, replication=k)
        inspected, violated = record.measures["inspected"], record.measures["violated"]
        seen.add((inspected, violated))
        found = score(record, GAME)
        assert found["rivera"] == (12 * violated - 2 * inspected) / 2
        assert found["mid"] == (3 if violated else 1)
        assert found["payne"] == (50 if violated else 0)
        assert found["icb"] == 1
        assert found["goldstein"] == found["ladder"] == 0  # the actions of the game have no weight; it has no ladder
    assert len(seen) >= 3


def test_states_are_scored_by_hand() -> None:
    """A state that counts once is counted on its first day; one that counts each day on all of them."""
    bound = wg.load("birth_death_ladder")
    for k in range(6):
        record = wg.run(bound, seed=0, replication=k)
        level = record.series("esc", "chain")
        found = score(record, CHAIN)
        assert found["ladder"] == level.max()
        reached = level.max() >= 5
        assert (found["mid"], found["icb"], found["payne"]) == ((4, 2, 90) if reached else (1, 1, 0))
        assert found["goldstein"] == pytest.approx((10 * reached + (level >= 1).sum()) / len(level))
        assert found["rivera"] == pytest.approx(28 * reached / len(level))


def test_a_run_scores_the_same_alone_and_among_others() -> None:
    bound = wg.load("birth_death_ladder")
    many = score_runs(bound, runs=5, uncertain=False, scales=CHAIN)
    for k in range(5):
        alone = score(wg.run(bound, seed=0, replication=k), CHAIN)
        assert alone == {name: values[k] for name, values in many.items()}


def test_every_action_of_the_theatre_is_in_exactly_one_class() -> None:
    scales = load()
    listed = [action for one in scales.classes.values() for action in one.actions]
    assert len(listed) == len(set(listed))
    assert set(wg.load("zapad_2021").scenario.actions) - set(listed) == set()


def test_anchors_that_the_sources_give() -> None:
    scales = load()
    points = {one.points for one in scales.classes.values()}
    assert points == {-2, 0, 4, 12, 28}  # docking D25b; nothing in this theatre is nuclear (60)
    assert scales.classes["posturing"].payne == 40  # docking D25: large exercises
    assert scales.states["large_attack"].mid == 5
    assert scales.states["large_attack"].icb == 4


def test_a_conclusion_that_flips_is_named_and_one_that_does_not_is_not() -> None:
    runs = 40

    def case(goldstein: float, payne: float) -> dict[str, Array]:
        noise = np.linspace(-0.1, 0.1, runs)
        own = {"goldstein": goldstein, "payne": payne}
        return {scale: np.full(runs, own.get(scale, 1.0)) + (noise if scale in own else 0.0) for scale in SCALES}

    result = rosetta({"drill": case(7.2, 40.0), "spy": case(2.0, 50.0), "same": case(7.2, 40.0)})
    assert [(f.first, f.second, f.worse_on, f.better_on) for f in result.flips] == [
        ("drill", "spy", "goldstein", "payne"), ("spy", "same", "payne", "goldstein"),
    ]  # fmt: skip
    assert result.agreement["goldstein", "payne"] == pytest.approx(-1.0)
    assert set(result.agreement) == set(combinations(SCALES, 2))
    lines = table(result)
    assert lines[-2] == "  drill is worse than spy on goldstein, and better on payne"
