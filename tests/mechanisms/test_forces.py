"""Forces: what moves, how fast, and that nobody is lost on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import HIGHLAND, REED, SALTMARSH, Told, play, scenario, seen, world_of


def _rail(trains: float) -> dict[str, float]:
    return {"trains_per_day": trains, "troops_per_train": 150, "rail_noise": 0}


def test_the_guest_is_there_when_the_exercise_opens_and_gone_after() -> None:
    w = seen("autumn", 22, runs=50)
    assert np.all(w["guest_troops"] > 0.9 * 3_300)
    gone = seen("autumn", 60, runs=400, stay_precedent=0.0, hedging=1.0)
    assert np.median(gone["guest_troops"]) < 0.1 * 3_300


def test_the_first_arrivals_are_no_later_than_the_announcement() -> None:
    """Stylised fact 15: movement starts with or before the notice."""
    w = world_of(scenario("snap"), 100)
    play(w, 29)  # the announcement is on day 28
    assert np.mean(w["guest_troops"] > 0) >= 0.9


@pytest.mark.parametrize("trains", [1.0, 3.0])
def test_arrivals_are_bounded_by_the_railway(trains: float) -> None:
    def slow(data: dict[str, Any]) -> None:
        data["parameters"] = {"forces": _rail(trains)}

    w = world_of(scenario("snap", slow))
    before = 0.0
    for _ in range(60):
        play(w, 1)
        there = float(w["guest_troops"][0] + sum(w["en_route"][s, HIGHLAND, 0] for s in range(3)))
        assert there - before <= trains * 150 + 1e-6
        before = there
    assert before < 19_500  # so slow a railway cannot bring them all


def test_capacity_shapes_the_flow_as_observed() -> None:
    """Facts D4: 200 trains in the weeks before an exercise of thirty thousand, some 29 before one of a few thousand."""

    def trains(exercise: str, share: float) -> float:
        def shares(data: dict[str, Any]) -> None:
            data["exercises"][exercise]["parts"][("all" if exercise == "snap" else "home")]["contingents"] = {"highland": share}
            data["parameters"] = {"forces": _rail(12)}

        w, count = world_of(scenario(exercise, shares)), 0.0
        for _ in range(60 if exercise == "snap" else 25):
            play(w, 1)
            count += float(w["trains"][0])
        return count

    assert 190 <= trains("snap", 1.0) <= 205
    assert 15 <= trains("autumn", 0.2) <= 29


def test_nobody_appears_or_is_lost_between_dispatch_and_arrival() -> None:
    def alone(data: dict[str, Any]) -> None:
        data["parameters"] = {"forces": _rail(1000)}

    w = world_of(scenario(None, alone), 3)
    w.impulse("reinforce")[w.cast.sites.index("bay")] = [0, 1_000, 5_000]
    play(w, 20)
    assert w["guest_troops"] == pytest.approx([0, 1_000, 5_000], rel=1e-4)
    w.impulse("reinforce")[w.cast.sites.index("bay")] = -2_000
    play(w, 20)
    assert w["guest_troops"] == pytest.approx([0, 0, 3_000], abs=1)
    assert np.all(w["deployed"][HIGHLAND] == w["guest_troops"])


def test_a_garrison_and_a_contingent_stand_there_from_the_first_day() -> None:
    def garrison(data: dict[str, Any]) -> None:
        data["sites"]["dike"]["garrison"] = {"highland": 850}

    w = world_of(scenario(None, garrison))
    w["contingent"][w.cast.sites.index("bay"), HIGHLAND] = 150
    play(w, 1)
    assert w["guest_troops"][0] == pytest.approx(1_000)
    play(w, 30)
    assert w["guest_troops"][0] == pytest.approx(1_000)


def test_force_near_weighs_strength_by_distance() -> None:
    w = seen(None, 1)
    w.impulse("reinforce")[w.cast.sites.index("dike")] = 1_000
    play(w, 25)
    km = w.cast.actor_km[w.cast.sites.index("dike"), REED]
    assert w["force_near"][REED, 0] == pytest.approx(1_000 * np.exp(-km / 200), rel=1e-3)
    assert w["force_near"][REED, 0] > w["force_near"][w.cast.actors.index("far"), 0]


def test_the_clients_own_troops_count_as_near_but_not_as_guests() -> None:
    w = seen("autumn", 22)
    assert w["troops"][w.cast.sites.index("bay"), SALTMARSH, 0] > 5_000
    assert w["guest_troops"][0] < 3_400
    assert w["deployed"][SALTMARSH, 0] == 0


def test_the_timeline_tells_first_trains_and_large_forces() -> None:
    w = world_of(scenario("snap"))
    told = Told(w)
    play(w, 60)
    assert len(told.facts("Military trains from Highland begin to arrive")) == 1
    assert [fact for _, fact in told.facts("More than")] == ["More than 10,000 soldiers of Highland are now in Saltmarsh."]
