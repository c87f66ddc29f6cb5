"""Battalions ordered are not battalions there: notices of days and of weeks, a small spearhead, recalls."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.marches import STAND_INS, Told, play, push, row, scenario
from wargame.mechanisms import posture, reinforcement
from wargame.simulation.isolated import build_world
from wargame.world.fields import Field
from wargame.world.world import World

BOTH = [reinforcement.MECHANISM, posture.MECHANISM]


def made(runs: int = 1, **parameters: float) -> World:
    own = {"notice_spread": 0.0, **parameters}
    foreign = [*STAND_INS, Field("article_5", "", ()), Field("threat", ""), Field("anomaly", "", ()), Field("posture", "")]
    return build_world(scenario({"reinforcement": own}), BOTH, seed=1, replications=range(runs), stand_ins=foreign)


def test_the_spearhead_arrives_after_its_notice_and_counts_from_then_on() -> None:
    w = made()
    push(w, "reinforce_member", 2.0, "north")
    play(w, 1, BOTH)
    assert (row(w, "battalions", "north")[0], row(w, "battalions_coming", "north")[0]) == (0.0, 2.0)
    play(w, 6, BOTH)
    assert row(w, "battalions", "north")[0] == 0.0
    play(w, 1, BOTH)
    assert (row(w, "battalions", "north")[0], row(w, "battalions_coming", "north")[0]) == (2.0, 0.0)
    play(w, 1, BOTH)
    assert row(w, "battalions", "north")[0] == 2.0


def test_what_the_spearhead_has_not_comes_within_a_month() -> None:
    w = made(spearhead=3.0)
    push(w, "reinforce_member", 5.0, "north")
    play(w, 8, BOTH)
    assert row(w, "battalions", "north")[0] == 3.0
    play(w, 22, BOTH)
    assert row(w, "battalions", "north")[0] == 3.0
    play(w, 1, BOTH)
    assert row(w, "battalions", "north")[0] == 5.0


def test_the_pool_is_shared_in_the_order_of_names_and_fills_again() -> None:
    w = made(spearhead=3.0)
    push(w, "reinforce_member", 2.0, "north")
    push(w, "reinforce_member", 2.0, "south")
    play(w, 1, BOTH)
    assert (row(w, "spearhead_coming", "south")[0], row(w, "response_coming", "south")[0]) == (1.0, 1.0)
    assert w["spearhead_free"][0] == 0.0
    play(w, 90, BOTH)
    assert w["spearhead_free"][0] == pytest.approx(1.5)


def test_collective_defence_hurries_them() -> None:
    w = made()
    w["article_5"][:] = 1.0
    push(w, "reinforce_member", 1.0, "north")
    play(w, 5, BOTH)
    assert row(w, "battalions", "north")[0] == 1.0  # 7 days less two fifths are four


def test_times_differ_from_run_to_run_about_the_notice() -> None:
    w = made(4000, notice_spread=0.25)
    push(w, "reinforce_member", 1.0, "north")
    play(w, 1, BOTH)
    days = row(w, "spearhead_days", "north")
    assert np.median(days) == pytest.approx(7.0, abs=0.5)
    assert np.quantile(days, 0.1) >= 4.0
    assert np.quantile(days, 0.9) <= 11.0


def test_a_recall_cuts_what_is_on_its_way() -> None:
    w = made()
    push(w, "reinforce_member", 3.0, "north")
    play(w, 1, BOTH)
    push(w, "reinforce_member", -2.0, "north")
    play(w, 12, BOTH)
    assert row(w, "battalions", "north")[0] == 1.0


def test_order_and_arrival_are_told() -> None:
    w = made()
    told = Told(w)
    push(w, "reinforce_member", 2.0, "north")
    play(w, 9, BOTH)
    assert told.facts("move") == [
        "Reinforcements for North are ordered; 2 battalions are on their way, the first in about 7 days",
        "2 allied battalions arrive in North",
        "North now hosts 2 allied battalions",
    ]
