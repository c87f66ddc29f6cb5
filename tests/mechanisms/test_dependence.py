"""Dependence: what raises it, what slows it, how long alignment takes (stylised facts 27-29 and 34)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import COLUMNS, actor, client, item, listen, play, world
from wargame.mechanisms.dependence import MECHANISM, alignment_target, dependence_target
from wargame.world.world import World

ONLY = (MECHANISM,)


def _eighteen_months(w: World) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Play two years of orders like those of August 2020 to 2022; return the day alignment passes 0.8, per run."""
    i = actor(w, "lowland")
    sanctions = {55: 0.08, 90: 0.08, 130: 0.06, 320: 0.15, 365: 0.05, 480: 0.1}
    passed = np.full(w.runs, np.inf)
    for day in range(760):
        w.impulse("sanctions")[i] = sanctions.get(day, 0.0)
        w.impulse("loan")[i] = 500.0 if day in (65, 140, 300) else 0.0
        w.impulse("alignment")[i] = 0.01 if day % 60 == 30 else 0.0
        if day in (30, 210, 400):
            w["exercise_active"][w.cast.exercises.index("joint")] = 1.0
        if day in (40, 217, 407):
            w["exercise_active"][:] = 0.0
        if day in (395, 450):
            asked = item(w, "package" if day == 395 else "command")
            w.impulse("ask")[asked] = 1.0
            w.impulse("accept")[asked] = 1.0
        w["guest_troops"][:] = 15_000.0 if 525 <= day < 620 else 0.0
        play(w, 1)
        passed = np.where(np.isinf(passed) & (client(w, "alignment") > 0.8), day, passed)
    return passed


@pytest.mark.parametrize("hedging", [0.1, 0.3, 0.5])
def test_alignment_passes_eight_tenths_within_one_to_two_years_of_august_2020(hedging: float) -> None:
    w = world("aug_2020", runs=60, hedging=hedging)
    months = np.median(_eighteen_months(w)) / 30.4
    assert 12.0 <= months <= 24.0


@pytest.mark.parametrize("column", ["jan_2020", "mar_2021", "sep_2021", "feb_2022"])
def test_dated_columns_lie_near_their_own_targets(column: str) -> None:
    # August 2020 is left out: it is a shock, from which dependence rises
    w = world(column)
    assert dependence_target(w, actor(w, "lowland"))[0] == pytest.approx(COLUMNS[column]["dependence"], abs=0.04)


def test_targets_of_dependence_and_alignment_keep_the_order_of_the_dates() -> None:
    columns = ["jan_2020", "aug_2020", "mar_2021", "sep_2021", "feb_2022"]
    worlds = [world(column) for column in columns]
    for target in (dependence_target, alignment_target):
        values = [float(target(w, actor(w, "lowland"))[0]) for w in worlds]
        assert values == sorted(values)


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.3), (0.3, 0.6), (0.6, 0.9)])
def test_sanctions_raise_dependence(low: float, high: float) -> None:
    less, more = (client(play(world(runs=20, sanctions=s), 180), "dependence") for s in (low, high))
    assert (more > less).all()


def test_repression_raises_dependence_and_alignment() -> None:
    less, more = (play(world("mar_2021", runs=20, repression=r), 180) for r in (0.4, 0.9))
    assert (client(more, "dependence") > client(less, "dependence")).all()
    assert (client(more, "alignment") > client(less, "alignment")).all()


def test_a_hedger_leans_over_more_slowly_in_the_same_direction() -> None:
    hedger, dependent = (client(play(world("aug_2020", runs=20, hedging=h), 240), "dependence") for h in (0.8, 0.1))
    assert (hedger < dependent).all()
    assert (hedger > 0.65).all()


def test_hedging_does_not_speed_a_fall() -> None:
    hedger, dependent = (client(play(world("jan_2020", dependence=0.9, hedging=h), 60, ONLY), "dependence") for h in (0.9, 0.0))
    assert hedger[0] == dependent[0]


def test_a_unit_of_military_integration_binds_at_least_twice_as_much_as_economic() -> None:
    base = world("mar_2021")
    i = actor(base, "lowland")
    before = dependence_target(base, i)[0]
    base["integ_mil"][i] += 0.1
    military = dependence_target(base, i)[0] - before
    base["integ_mil"][i] -= 0.1
    base["integ_econ"][i] += 0.1
    assert military >= 2.0 * (dependence_target(base, i)[0] - before)


def test_a_gesture_reopens_the_west_for_a_while_and_costs_alignment() -> None:
    w, still = world(), world()
    start = client(w, "west_option")[0]
    assert start == pytest.approx(0.15 * 0.4)  # (1 - repression)(1 - sanctions)
    w.impulse("gesture_west")[actor(w, "lowland")] = 0.2
    play(w, 1, ONLY)
    play(still, 1, ONLY)
    assert client(w, "west_option")[0] == pytest.approx(start + 0.2)
    assert client(still, "alignment")[0] - client(w, "alignment")[0] == pytest.approx(0.1, abs=1e-4)  # half of it
    play(w, 400, ONLY)
    assert client(w, "west_option")[0] == pytest.approx(start, abs=0.001)


def test_a_takeover_ends_foreign_policy_and_a_western_successor_turns_it() -> None:
    taken, turned = world(), world()
    taken["takeover"][actor(taken, "lowland")] = 1.0
    turned["successor_west"][actor(turned, "lowland")] = 1.0
    assert client(play(taken, 1500, ONLY), "alignment")[0] > 0.99
    assert client(play(turned, 1500, ONLY), "alignment")[0] == pytest.approx(0.25, abs=0.01)


def test_passing_a_mark_is_told_with_its_reason() -> None:
    w = world(dependence=0.79, repression=0.9, integ_mil=0.8)
    heard = listen(w)
    play(w, 60, ONLY)
    assert "The dependence of Lowland on its patron passes 80%." in [e["fact"] for e in heard]
    assert all(e["sources"] for e in heard)
