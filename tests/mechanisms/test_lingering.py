"""Lingering: what makes forces stay, and what does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import HIGHLAND, SALTMARSH, Told, play, scenario, seen, world_of

RUNS = 1_000


def test_most_of_an_unannounced_build_up_on_own_soil_stays() -> None:
    """Stylised fact 18: the median share after 90 days is above one half."""
    w = seen("spring", 125, RUNS)
    assert np.median(w["linger_share_90"]) > 0.5


def test_most_guests_of_a_scheduled_exercise_go_home_and_some_stay() -> None:
    w = seen("autumn", 60, RUNS)
    assert np.median(w["linger_share_30"]) < 0.2
    assert 0.05 < np.mean(w["linger_share_30"] > 0.1) < 0.75  # lingering is likelier than one in twenty: stylised fact 16


def test_a_calm_hedged_exercise_is_left_almost_entirely() -> None:
    """As in 2017, when the last train left eight days after the end (facts B)."""
    w = seen("autumn", 60, RUNS, dependence=0.5, hedging=0.6, stay_precedent=0.0)
    assert np.median(w["linger_share_30"]) < 0.05


@pytest.mark.parametrize(
    ("field", "low", "high"), [("dependence", 0.4, 0.95), ("stay_precedent", 0.0, 0.9), ("hedging", 0.9, 0.1)]
)
def test_it_rises_with_dependence_and_precedent_and_falls_with_hedging(field: str, low: float, high: float) -> None:
    shares = []
    for value in (low, high):
        w = world_of(scenario("autumn"), 300)
        w[field][:] = value
        shares.append(play(w, 60)["linger_share_30"])
    assert np.all(shares[1] > shares[0])  # paired: the same luck


def test_orders_decide_over_inclination() -> None:
    w = world_of(scenario("autumn"), 300)
    play(w, 24)
    w.impulse("leave_troops")[HIGHLAND] = 0.5
    play(w, 40)
    assert np.all(w["linger_share_30"] >= 0.48)
    w.impulse("withdraw")[HIGHLAND] = 1.0
    play(w, 25)
    assert np.all(w["linger_share"] < 0.02)
    assert np.all(w["guest_troops"] < 60)


def test_no_more_can_be_left_behind_than_is_still_there() -> None:
    w = world_of(scenario("autumn"), 300)
    play(w, 70)
    there = w["linger_share"][0].copy()
    w.impulse("leave_troops")[HIGHLAND] = 0.9
    play(w, 20)
    assert np.all(w["linger_share"][0] <= there + 0.02)


def test_the_clients_request_counts_for_its_autonomy() -> None:
    def left(dependence: float) -> float:
        w = world_of(scenario("autumn"), 300)
        w["dependence"][:] = dependence
        play(w, 60)
        before = w["guest_troops"].copy()
        w.impulse("ask_to_leave")[SALTMARSH] = 1.0
        play(w, 20)
        return float(np.mean(w["guest_troops"] / before))

    assert left(0.3) < 0.4
    assert left(0.95) > 0.85


def test_whether_an_attack_follows_changes_nothing() -> None:
    """Lingering knows nothing of intent: the same luck gives the same share."""
    assert np.array_equal(
        seen("snap", 95, 50, intent=0.0)["linger_share_30"], seen("snap", 95, 50, intent=2.0)["linger_share_30"]
    )


def test_more_stays_in_a_crisis_than_in_calm() -> None:
    def left(tension: float) -> Any:
        w = world_of(scenario("spring"), 300)
        for _ in range(60):
            w["tension"][:] = tension
            play(w, 1)
        return w["stay_share"].copy()

    assert np.all(left(0.9) > left(0.1))


def test_purposes_compete_over_who_stays() -> None:
    """D5: a foothold and pressure hold troops back, readiness sends them home to their garrisons."""

    def left(purpose: str, weight: float) -> Any:
        w = world_of(scenario("autumn"), 300)
        w[f"exercise_{purpose}"][:] = weight
        return play(w, 60)["linger_share_30"].copy()

    assert np.all(left("foothold", 0.9) > left("foothold", 0.1))
    assert np.all(left("pressure", 0.9) > left("pressure", 0.1))
    assert np.all(left("readiness", 0.9) < left("readiness", 0.1))


def test_kit_stays_more_readily_than_men() -> None:
    w = seen("spring", 60, 300)
    assert np.all(w["equipment_left"] > w["stay_share"])


def test_agreed_contingents_are_no_lingering_force() -> None:
    w = world_of(scenario("autumn"), 300)
    w["contingent"][w.cast.sites.index("bay"), HIGHLAND] = 1_000
    w["hedging"][:], w["stay_precedent"][:] = 1.0, 0.0
    play(w, 60)
    assert np.median(w["linger_share_30"]) < 0.1
    assert np.all(w["guest_troops"] >= 999)


def test_a_case_becomes_the_next_precedent() -> None:
    w = seen("spring", 125, 300)
    assert np.allclose(w["stay_precedent"], 0.3 + 0.5 * (w["linger_share_90"] - 0.3))


def test_what_stayed_before_the_scenario_began_is_there_on_the_first_day() -> None:
    def earlier(data: dict[str, Any]) -> None:
        data["exercises"]["spring"] |= {"start": "2021-06-01", "end": "2021-06-20"}

    w = seen("spring", 1, 300, earlier)
    ridge = w["troops"][w.cast.sites.index("ridge"), HIGHLAND]
    assert np.median(ridge) > 30_000
    assert np.allclose(w["linger_share"][0], ridge / 60_000, rtol=1e-6)


def test_marks_are_minus_one_before_and_told_on_their_days() -> None:
    w = world_of(scenario("autumn"))
    told = Told(w)
    play(w, 57)
    assert np.isnan(w["linger_share_30"][0])
    play(w, 70)
    assert [day for day, _ in told.facts("30 days after Autumn")] == [57]
    assert [day for day, _ in told.facts("90 days after Autumn")] == [117]
