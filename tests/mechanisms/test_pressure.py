"""Pressure with and without intent, sufficiency of force, attack (stylised facts 47, 48, 51; D6)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import pressure
from wargame.world.world import World

ONLY = [pressure.MECHANISM]


def _massed(troops: float, runs: int = 1, **parameters: float) -> World:
    w = world_of(scenario({"pressure": parameters}), runs, mechanisms=ONLY)
    w["troops"][w.cast.sites.index("vale_south"), w.cast.actors.index("ostmark")] = troops
    return w


def test_intent_is_drawn_once_with_the_given_odds() -> None:
    w = world_of(scenario({"pressure": {"intent_limited": 0.3, "intent_large": 0.2}}), 20000, mechanisms=ONLY)
    intent = row(w, "intent", "ostmark")
    for level, share in ((0.0, 0.5), (1.0, 0.3), (2.0, 0.2)):
        assert (intent == level).mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 20000))
    before = intent.copy()
    play(w, 5, ONLY)
    assert np.array_equal(row(w, "intent", "ostmark"), before)


def test_an_intent_set_by_the_scenario_is_kept() -> None:
    w = world_of(scenario(actors={"ostmark": {"intent": 2}}), 50, mechanisms=ONLY)
    assert list(row(w, "intent", "ostmark")) == [2.0] * 50


def test_an_exercise_presses_without_any_intent() -> None:
    none = {"intent_limited": 0.0, "intent_large": 0.0}
    without, with_it = _massed(3000, 1, **none), _massed(3000, 1, **none)
    with_it["exercise_level"][:] = 1.0
    for w in (without, with_it):
        play(w, 30, ONLY)
    assert row(with_it, "pressure", "steppe")[0] > row(without, "pressure", "steppe")[0] + 0.1
    assert not with_it["invasion"].any()


def test_pressure_grows_with_force_and_with_the_target_s_progress() -> None:
    few, many = _massed(2000), _massed(60000)
    near = _massed(2000)
    near["target_progress"][:] = 1.0
    for w in (few, many, near):
        play(w, 60, ONLY)
    assert row(many, "pressure", "steppe")[0] > row(few, "pressure", "steppe")[0] + 0.15
    assert row(near, "pressure", "steppe")[0] > row(few, "pressure", "steppe")[0] + 0.15


def test_force_counts_by_proximity() -> None:
    w = _massed(10000)
    play(w, 1, ONLY)
    km = w.cast.actor_km[w.cast.sites.index("vale_south"), w.cast.actors.index("steppe")]
    reach = next(p.value for p in pressure.MECHANISM.parameters if p.name == "reach_km")
    assert w["force_at_target"][0] == pytest.approx(10000 * np.exp(-km / reach))


@pytest.mark.parametrize(("troops", "ordered", "comes"), [
    (100000.0, 2.0, 2.0), (20000.0, 2.0, 1.0), (20000.0, 1.0, 1.0), (2000.0, 2.0, 0.0), (100000.0, 1.0, 1.0),
])  # fmt: skip
def test_an_order_to_attack_takes_effect_as_far_as_the_force_suffices(troops: float, ordered: float, comes: float) -> None:
    w = _massed(troops)
    told = Told(w)
    push(w, "invade", ordered, "steppe")
    play(w, 1, ONLY)
    assert row(w, "invasion", "steppe")[0] == comes
    assert row(w, "intent", "ostmark")[0] >= ordered
    (fact,) = told.facts("outcome")
    assert (
        fact
        == {
            0.0: "An attack on Steppe is ordered and does not come about",
            1.0: "Force is used against Steppe on a limited scale",
            2.0: "Steppe is attacked on a large scale",
        }[comes]
    )


def test_without_an_order_there_is_no_attack() -> None:
    w = _massed(200000, 200, intent_limited=0.5, intent_large=0.5)
    play(w, 98, ONLY)
    assert not w["invasion"].any()


def test_a_member_of_the_alliance_takes_far_more_force() -> None:
    w = _massed(200000)
    push(w, "invade", 2.0, "north")
    play(w, 1, ONLY)
    assert row(w, "invasion", "north")[0] == 0.0


def test_aid_relieves_and_raises_what_an_attack_takes() -> None:
    plain, aided = _massed(30000), _massed(30000)
    for w in (plain, aided):
        play(w, 20, ONLY)
    push(aided, "aid", 0.5, "steppe")
    for w in (plain, aided):
        play(w, 1, ONLY)
    assert row(aided, "pressure", "steppe")[0] < row(plain, "pressure", "steppe")[0] - 0.1
    assert aided["required_force"][0] == plain["required_force"][0] + 5000


def test_a_demand_is_felt_at_once_by_whoever_it_is_put_to_and_fades() -> None:
    w = _massed(0)
    push(w, "pressure", 0.3, "north")
    play(w, 1, ONLY)
    assert row(w, "pressure", "north")[0] == 0.3
    play(w, 42, ONLY)
    assert 0.0 < row(w, "pressure", "north")[0] < 0.02


def test_a_level_of_pressure_passed_is_told() -> None:
    w = _massed(0)
    told = Told(w)
    push(w, "pressure", 0.5, "steppe")
    play(w, 1, ONLY)
    assert told.facts("signal") == ["Pressure on Steppe passes 0.4"]


def _covered(level: float, unscheduled: bool, vigilance: float, troops: float) -> World:
    made = scenario({"pressure": {"required_force": 10_000.0, "intent_limited": 0.0, "intent_large": 0.0}})
    made.exercises["shield"] = made.exercises["shield"].model_copy(update={"scheduled": not unscheduled})
    w = world_of(made, mechanisms=ONLY)
    w["troops"][w.cast.sites.index("vale_south"), w.cast.actors.index("ostmark")] = troops
    w["exercise_level"][:] = level
    row(w, "vigilance", "steppe")[:] = vigilance
    play(w, 1, ONLY)
    return w


def test_an_unscheduled_exercise_gives_more_surprise_than_a_scheduled_one_and_a_watchful_target_less() -> None:
    sudden, planned = _covered(1.0, True, 0.0, 0.0), _covered(1.0, False, 0.0, 0.0)
    assert sudden["surprise"][0] == pytest.approx(0.4)
    assert planned["surprise"][0] == 0.0  # no weight of cover among its purposes
    assert _covered(1.0, True, 0.5, 0.0)["surprise"][0] == pytest.approx(0.4 * 0.7)
    assert _covered(0.0, True, 0.0, 0.0)["surprise"][0] == 0.0


def test_cover_and_want_of_notice_surprise_together_more_than_either() -> None:
    made = scenario()
    made.exercises["shield"] = made.exercises["shield"].model_copy(update={"scheduled": False})
    w = world_of(made, mechanisms=ONLY)
    w["exercise_level"][:], w["exercise_cover"][:] = 1.0, 0.5
    play(w, 1, ONLY)
    assert w["surprise"][0] == pytest.approx(1.0 - 0.5 * 0.6)  # a cover of 0.5, and 0.4 for being in no calendar


def test_an_exercise_outside_the_calendar_makes_an_intent_likelier_by_the_factor_of_its_odds() -> None:
    given = {"pressure": {"intent_limited": 0.1, "intent_large": 0.1, "unscheduled_odds": 4.0}}
    made = scenario(given)
    planned = row(world_of(made, 20000, mechanisms=ONLY), "intent", "ostmark").copy()
    made.exercises["shield"] = made.exercises["shield"].model_copy(update={"scheduled": False})
    sudden = row(world_of(made, 20000, mechanisms=ONLY), "intent", "ostmark")
    assert (planned > 0).mean() == pytest.approx(0.2, abs=0.012)
    assert (sudden > 0).mean() == pytest.approx(0.5, abs=0.015)  # odds of 1 to 4, times 4
    assert (sudden == 2).mean() == pytest.approx(0.25, abs=0.013)
    assert (sudden >= planned).all()  # the same luck never takes an intent away


def test_surprise_lets_a_smaller_force_suffice_and_the_cover_is_noted() -> None:
    km = world_of(scenario(), mechanisms=ONLY).cast.actor_km
    w = world_of(scenario(), mechanisms=ONLY)
    near = float(np.exp(-km[w.cast.sites.index("vale_south"), w.cast.actors.index("steppe")] / 150.0))
    troops = 9_500.0 / near  # between 10,000 less 12 % and 10,000
    outcomes = []
    for unscheduled in (True, False):
        w = _covered(1.0, unscheduled, 0.0, troops)
        push(w, "invade", 2.0, "steppe")
        play(w, 1, ONLY)
        outcomes.append((row(w, "invasion", "steppe")[0], w["used_as_cover"][0], w["pretext_used"][0]))
    assert outcomes == [(2.0, 1.0, 0.0), (1.0, 1.0, 0.0)]


def test_a_standing_accusation_is_noted_as_a_pretext() -> None:
    w = _covered(0.0, False, 0.0, 1e6)
    w["pretext"][:] = 1.0
    push(w, "invade", 1.0, "steppe")
    play(w, 1, ONLY)
    assert (w["pretext_used"][0], w["used_as_cover"][0]) == (1.0, 0.0)
