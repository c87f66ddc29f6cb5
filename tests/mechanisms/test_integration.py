"""Military integration: exercises, presence, agreements, hedging and arms (stylised facts 32 and 36)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, item, listen, play, world
from wargame.mechanisms.integration import MECHANISM, willingness
from wargame.world.world import World

ONLY = (MECHANISM,)


def _exercise(w: World, name: str, days: int) -> World:
    w["exercise_active"][w.cast.exercises.index(name)] = 1.0
    play(w, days, ONLY)
    w["exercise_active"][:] = 0.0
    return w


def test_a_joint_exercise_adds_a_step_and_the_neighbours_exercise_does_not() -> None:
    quiet = play(world(), 7, ONLY)
    joint, mirror = _exercise(world(), "joint", 7), _exercise(world(), "mirror", 7)
    assert client(joint, "integ_mil")[0] > client(quiet, "integ_mil")[0] + 0.01
    assert client(mirror, "integ_mil")[0] == client(quiet, "integ_mil")[0]


def test_a_week_of_exercise_in_september_2021_does_not_subordinate() -> None:
    w = play(_exercise(world(hedging=0.3), "joint", 7), 91, ONLY)
    assert 0.65 < client(w, "integ_mil")[0] < 0.8


def test_a_large_presence_subordinates_within_two_months_of_december_2021() -> None:
    w = world(integ_mil=0.76, dependence=0.88, hedging=0.3)
    for day in range(58):  # a build-up to 25,000 over a month, ten days of exercise at the end
        w["guest_troops"][:] = min(day / 30.0, 1.0) * 25_000.0
        w["exercise_active"][w.cast.exercises.index("joint")] = float(day >= 46)
        play(w, 1, ONLY)
    assert 0.8 < client(w, "integ_mil")[0] < 0.9


def test_an_agreement_is_carried_out_over_weeks_and_braked_by_hedging() -> None:
    w, hedger = world(hedging=0.0, dependence=0.0), world(hedging=1.0, dependence=0.0)
    for one in (w, hedger):
        one["agreed"][item(one, "command")] = 1.0
        play(one, 45, ONLY)
    # a share 1 - 1/e of the step of 0.05 after one time constant; perfect hedging halves it
    assert client(w, "integ_mil")[0] - 0.65 == pytest.approx(0.05 * (1 - np.exp(-1.0)), abs=1e-9)
    assert client(hedger, "integ_mil")[0] - 0.65 == pytest.approx(0.025 * (1 - np.exp(-1.0)), abs=1e-9)


def test_what_was_agreed_before_the_first_day_adds_nothing() -> None:
    w = world(dependence=0.0)
    w["agreed"][item(w, "command")] = 1.0
    assert MECHANISM.begin is not None
    MECHANISM.begin(w)
    assert client(play(w, 30, ONLY), "integ_mil")[0] == 0.65


def test_an_economic_item_adds_no_military_integration() -> None:
    w = world(dependence=0.0)
    w["agreed"][item(w, "package")] = 1.0
    assert client(play(w, 60, ONLY), "integ_mil")[0] == 0.65


@pytest.mark.parametrize(("hedging", "slower"), [(0.7, True), (0.2, False), (0.0, False)])
def test_an_arms_promise_slows_a_hedger_and_nobody_else(hedging: float, slower: bool) -> None:
    w = world(hedging=hedging)
    i = actor(w, "lowland")
    without = willingness(w, i)[0]
    w["arms_days"][i] = 0.0
    assert (willingness(w, i)[0] < without) == slower


def test_it_rises_in_every_run_and_never_by_chance() -> None:
    w = world(runs=50)
    before = client(w, "integ_mil")
    play(w, 98)
    assert (client(w, "integ_mil") > before).all()
    assert np.ptp(client(world(runs=50), "integ_mil")) == 0.0


def test_subordination_is_told() -> None:
    w = world(integ_mil=0.799)
    w["guest_troops"][:] = 20_000.0
    heard = listen(w)
    play(w, 2, ONLY)
    assert [e["fact"] for e in heard] == [
        "Military integration of Lowland with its patron passes 80%. Its forces are now subordinate in all but name."
    ]
