"""The regime: hump in tension, drawn-out crisis, fear of war, guarantee (stylised facts 43 and 46)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, listen, play, world
from wargame.mechanisms.regime import MECHANISM, rally

ONLY = (MECHANISM,)


def test_the_rally_is_a_hump() -> None:
    values = [float(rally(world(tension=t))[0]) for t in (0.0, 0.1, 0.3, 0.55, 0.8, 1.0)]
    assert values[0] == 0.0
    assert values[1] == pytest.approx(0.0, abs=1e-12)  # 0.45 below the peak nothing is left
    assert values[3] == 1.0
    assert values[:4] == sorted(values[:4])
    assert values[3] > values[4] > values[5] == pytest.approx(1.0 - (0.45 / 0.35) ** 2)


def test_stability_is_higher_in_a_crisis_than_in_calm_and_in_war() -> None:
    calm, crisis, war = (client(play(world(runs=100, tension=t), 120), "stability").mean() for t in (0.1, 0.55, 1.0))
    assert crisis > calm + 0.05
    assert crisis > war + 0.05


def test_the_crisis_is_drawn_out() -> None:
    w = world(runs=400)
    highest = np.zeros(w.runs)
    for _ in range(182):
        play(w, 1)
        np.maximum(highest, client(w, "stability"), out=highest)
    assert 1.0 - client(w, "collapsed").mean() >= 0.9
    assert float((highest < 0.70).mean()) >= 0.99


def test_protest_of_august_2020_fades_as_it_did() -> None:
    w = world("aug_2020", runs=200)
    play(w, 35, ONLY)
    five_weeks = client(w, "protest").mean() / 0.9
    play(w, 63, ONLY)
    fourteen = client(w, "protest").mean() / 0.9
    assert 0.25 <= five_weeks <= 0.5  # 50,000 to 100,000 of 200,000
    assert fourteen < 0.12  # small dispersed marches


def test_mass_protest_brings_a_fast_crackdown_by_itself() -> None:
    w = world("jan_2020", protest=0.9)
    play(w, 60, ONLY)
    assert client(w, "repression")[0] > 0.6
    assert client(play(world("jan_2020"), 60, ONLY), "repression")[0] < 0.4


def test_repression_costs_legitimacy() -> None:
    low, high = (client(play(world(repression=r), 120, ONLY), "legitimacy")[0] for r in (0.4, 0.9))
    assert high < low - 0.1


@pytest.mark.parametrize("field", ["tension", "exercise_near"])
def test_fear_of_war_and_exercises_mute_protest(field: str) -> None:
    quiet, loud = world("jan_2020", tension=0.2), world("jan_2020", tension=0.2)
    loud[field][:] = 0.6
    for w in (quiet, loud):
        play(w, 30, ONLY)
        w.impulse("protest")[actor(w, "lowland")] = 0.5
        play(w, 1, ONLY)
    assert client(loud, "protest")[0] < client(quiet, "protest")[0]


def test_an_exercise_for_control_mutes_protest_more_than_one_for_readiness() -> None:
    """The purposes of exercises compete (D5): who holds it to control streets silences more of them."""

    def protest(control: float) -> float:
        w = world("jan_2020", tension=0.2)
        w["exercise_near"][:] = 0.6
        w["exercise_level"][:], w["exercise_reach"][:], w["exercise_control"][:] = 1.0, 0.6, control
        return float(client(play(w, 60, ONLY), "protest")[0])

    none, some, full = (protest(control) for control in (0.0, 0.2, 1.0))
    assert none > some > full


def test_a_guarantee_takes_the_sting_out_of_protest() -> None:
    alone, backed = (client(play(world("aug_2020", guarantee=g), 30, ONLY), "stability")[0] for g in (0.0, 0.8))
    assert backed > alone + 0.05


def test_credit_helps_and_sanctions_hardly_hurt() -> None:
    plain, rich, bitten = world(), world(), world(bite=1.0)
    rich["credit"][actor(rich, "lowland")] = 1.0
    a, b, c = (client(play(w, 60, ONLY), "stability")[0] for w in (plain, rich, bitten))
    assert b > a + 0.03
    assert a - 0.06 < c < a


def test_orders_reach_their_fields() -> None:
    w, still = world(), world()
    pushes = {"repression": -0.05, "legitimacy": 0.1, "elite_loyalty": -0.2, "protest": -0.02}
    for name, push in pushes.items():
        w.impulse(name)[actor(w, "lowland")] = push
    play(w, 1, ONLY)
    play(still, 1, ONLY)
    for name, push in pushes.items():
        assert client(w, name)[0] - client(still, name)[0] == pytest.approx(push, abs=0.01)


@pytest.mark.parametrize(("level", "step"), [(0.2, 0.08), (0.8, 0.02)])
def test_each_wave_of_arrests_finds_fewer_to_arrest(level: float, step: float) -> None:
    w, still = world(repression=level), world(repression=level)
    w.impulse("repression")[actor(w, "lowland")] = 0.1
    for one in (w, still):
        play(one, 1, ONLY)
    assert client(w, "repression")[0] - client(still, "repression")[0] == pytest.approx(step)  # a tenth of what is left


def test_stability_falls_faster_than_it_recovers() -> None:
    shaken = world("jan_2020", protest=0.9, guarantee=0.0)
    before = client(shaken, "stability")[0]
    lowest = min(client(play(shaken, 1, ONLY), "stability")[0] for _ in range(30))
    healed = world("jan_2020", stability=lowest)
    play(healed, 30, ONLY)
    assert before - lowest > 0.2
    assert client(healed, "stability")[0] - lowest < 0.5 * (before - lowest)


def test_marks_are_told() -> None:
    w = world("aug_2020", stability=0.36, guarantee=0.0)
    heard = listen(w)
    play(w, 15, ONLY)
    assert "The grip of the regime in Lowland weakens: stability falls below 0.35." in [e["fact"] for e in heard]
    assert "Protest in Lowland falls below 0.60 of the greatest seen." in [e["fact"] for e in heard]
