"""Incidents, clashes, unauthorised acts (stylised facts 38-40)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.autumn import FIRST, LAST, autumn
from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import incidents

ONLY = [incidents.MECHANISM]
RUNS = 1500


def test_the_rate_is_higher_during_the_exercise_than_before() -> None:
    seen = autumn(RUNS)
    during, before = seen.rates[FIRST : LAST + 1], seen.rates[:FIRST]
    assert during.mean() > 1.5 * before.mean()
    per_day = seen.incidents[FIRST : LAST + 1].mean() - seen.incidents[:FIRST].mean()
    assert per_day > 0.0


def test_unauthorised_acts_are_likely_even_with_perfect_rules_and_far_likelier_than_an_attack() -> None:
    usual = autumn(RUNS).world
    perfect = {name: {"roe_clarity": 1.0} for name in ("north", "south", "steppe")}
    none = {name: {"roe_clarity": 0.0} for name in ("north", "south", "steppe")}
    best, worst = autumn(RUNS, actors=perfect).world, autumn(RUNS, actors=none).world
    share = [float(w["unauthorised_any"].mean()) for w in (best, usual, worst)]
    assert share[0] >= 0.1
    assert share == sorted(share)
    assert share[1] >= 10 * usual["attack_alliance"].mean()
    assert usual["attack_alliance"].mean() <= 0.01


def test_clear_rules_make_clashes_rarer_and_never_impossible() -> None:
    clashes = []
    for clear in (0.0, 1.0):
        w = world_of(scenario({"incidents": {"rate": 3.0, "clash_share": 0.1}}), 4000, mechanisms=ONLY)
        w["roe_clarity"][:], w["tension"][:] = clear, 0.5
        play(w, 1, ONLY)
        clashes.append(row(w, "clash", "north").sum())
    assert 0 < clashes[1] < 0.7 * clashes[0]


def test_erraticism_raises_the_number_of_incidents() -> None:
    calm = autumn(600, actors={"vale": {"erraticism": 0.1}}).incidents.sum(axis=0)
    mad = autumn(600, actors={"vale": {"erraticism": 0.9}}).incidents.sum(axis=0)
    difference = mad - calm  # paired: the same luck
    assert difference.mean() > 4 * difference.std() / np.sqrt(600) > 0


def test_the_rate_matches_the_logged_encounters_it_is_anchored_in() -> None:
    rates = []
    for density, tension in ((0.3, 0.2), (0.7, 0.6)):
        w = world_of(scenario({"incidents": {"density_base": density, "density_force": 0.0}}), mechanisms=ONLY)
        w["erraticism"][:], w["tension"][:] = 0.2, tension
        play(w, 1, ONLY)
        rates.append(365 * row(w, "incident_rate", "north")[0])
    assert 0.5 < rates[0] < 2.0  # 8 to 9 a year in all, over some ten states
    assert 4.0 < rates[1] < 9.0  # 60 in the tense year


def test_counts_follow_the_rate_and_grow_with_it_for_the_same_luck() -> None:
    w = world_of(scenario({"incidents": {"density_base": 1.0, "rate": 1.0, "tension_floor": 0.0, "erratic_gain": 0.0}}), 20000,
                 mechanisms=ONLY)  # fmt: skip
    w["tension"][:] = 0.4
    play(w, 1, ONLY)
    few = row(w, "incident", "north").copy()
    assert few.mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.4 / 20000))
    again = world_of(w.scenario, 20000, mechanisms=ONLY)
    again["tension"][:] = 0.8
    play(again, 1, ONLY)
    assert (row(again, "incident", "north") >= few).all()


def test_no_incidents_away_from_the_border() -> None:
    w = autumn(200).world
    for name in ("isles", "league", "ostmark", "vale"):
        assert not row(w, "incident_rate", name).any()
        assert not row(w, "armed_density", name).any()


def test_provocation_brings_incidents_and_restraint_on_either_side_removes_them() -> None:
    worlds = [world_of(scenario(), 1, mechanisms=ONLY) for _ in range(4)]
    for w in worlds:
        w["tension"][:] = 0.5
    push(worlds[1], "provoke", 1.0, "north")
    push(worlds[2], "restraint", 1.0, "north")
    push(worlds[3], "restraint", 1.0, "vale")
    for w in worlds:
        play(w, 1, ONLY)
    plain, provoked, own, theirs = (row(w, "incident_rate", "north")[0] for w in worlds)
    assert provoked > plain + 0.05
    assert own == theirs < plain / 2
    assert row(worlds[1], "incident_rate", "south")[0] == row(worlds[0], "incident_rate", "south")[0]


def test_injected_events_happen_in_any_case_and_are_told() -> None:
    w = world_of(scenario({"incidents": {"rate": 0.0}}), 5, mechanisms=ONLY)
    told = Told(w)
    push(w, "incident", 2.0, "north")
    push(w, "unauthorised", 1.0, "south")
    push(w, "clash", 1.0, "steppe")
    play(w, 1, ONLY)
    assert list(row(w, "incident", "north")) == [2.0] * 5
    assert list(row(w, "unauthorised", "south")) == [1.0] * 5
    assert list(row(w, "clash", "steppe")) == [1.0] * 5
    assert list(w["incidents"]) == [4.0] * 5
    assert w["unauthorised_any"].all()
    facts = told.facts("incident")
    assert "An armed clash at the border of Steppe costs lives" in facts
    assert any("without the approval of superiors" in fact and "South" in fact for fact in facts)
    play(w, 1, ONLY)
    assert not w["incident"].any()


def test_density_adds_up_what_is_at_the_border() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    row(w, "emergency", "north")[:] = 1.0
    row(w, "fortification", "north")[:] = 0.4
    row(w, "migrant_flow", "north")[:] = 10.0
    w["massed"][:] = 1e6
    w["force_near"][:] = 0.0
    play(w, 1, ONLY)
    p = {q.name: q.value for q in incidents.MECHANISM.parameters}
    assert row(w, "armed_density", "north")[0] == pytest.approx(
        p["density_base"] + p["density_emergency"] + 0.4 * p["density_fortification"] + p["density_massed"]
    )
    assert row(w, "armed_density", "south")[0] == pytest.approx(p["density_base"])


def test_the_client_s_rules_of_engagement_count_at_every_border() -> None:
    acts = []
    for far in (0.0, 1.0):
        w = world_of(scenario({"incidents": {"rate": 3.0}}), 4000, mechanisms=ONLY)
        w["tension"][:] = 0.5
        row(w, "roe_clarity", "vale")[:] = far
        play(w, 1, ONLY)
        acts.append(row(w, "unauthorised", "north").sum())
    assert 0 < acts[1] < acts[0]
