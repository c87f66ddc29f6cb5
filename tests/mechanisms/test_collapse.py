"""Collapse, intervention, takeover (stylised fact 45)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, listen, play, world
from wargame.mechanisms.collapse import MECHANISM, collapse_hazard

ONLY = (MECHANISM,)


def test_the_hazard_is_small_above_the_threshold_and_grows_below_it() -> None:
    # 0.0001 (1 - S) everywhere, and 0.04 (0.2 - S)/0.2 below 0.2
    for stability, hazard in ((0.55, 0.000045), (0.20, 0.00008), (0.10, 0.02009), (0.0, 0.0401)):
        w = world(stability=stability)
        assert collapse_hazard(w, actor(w, "lowland"))[0] == pytest.approx(hazard)


def test_foreign_troops_keep_a_regime_from_falling() -> None:
    w = world(stability=0.1)
    free = collapse_hazard(w, actor(w, "lowland"))[0]
    w["intervention"][actor(w, "lowland")] = 1.0
    assert collapse_hazard(w, actor(w, "lowland"))[0] == pytest.approx(0.1 * free)


def test_without_a_guarantee_fewer_regimes_survive_a_protest_shock() -> None:
    backed, alone = (play(world("aug_2020", runs=500, guarantee=g), 182) for g in (0.7, 0.0))
    difference = client(alone, "collapsed") - client(backed, "collapsed")
    assert difference.mean() - 1.96 * difference.std() / np.sqrt(500) > 0.0
    assert client(alone, "intervention").max() == 0.0


def test_intervention_comes_when_unrest_is_out_of_control_and_only_then() -> None:
    above = world("sep_2021", runs=500, stability=0.12, protest=0.9, elite_loyalty=0.4)
    below = world("sep_2021", runs=500)
    for w in (above, below):
        play(w, 60)
    assert client(above, "intervention").mean() >= 0.8
    assert client(below, "intervention").mean() <= 0.05


def test_a_patron_without_resolve_stays_away() -> None:
    w = world(runs=200, stability=0.1)
    w["resolve"][:] = 0.0
    play(w, 30, ONLY)
    assert client(w, "intervention").max() == 0.0
    assert client(w, "takeover").max() == 0.0


def test_about_half_of_the_successors_turn_west_and_the_patron_takes_over_there_only() -> None:
    w = world(runs=1000)
    w.impulse("collapse")[actor(w, "lowland")] = 1.0
    play(w, 1, ONLY)
    assert client(w, "collapsed").min() == 1.0
    west = client(w, "successor_west") + client(w, "takeover")
    assert west.mean() == pytest.approx(0.5, abs=0.06)  # 4 standard errors
    play(w, 365, ONLY)
    assert (client(w, "takeover") <= west).all()
    assert client(w, "takeover")[west > 0.0].mean() > 0.95  # a hazard of 0.03 x 0.7 x 0.7 for a year


def test_a_client_that_turns_west_by_itself_risks_a_takeover() -> None:
    w = world(runs=300, alignment=0.1)
    play(w, 59, ONLY)
    assert client(w, "takeover").mean() < 0.02  # a turn has to last for sixty days
    play(w, 60, ONLY)
    assert 0.4 < client(w, "takeover").mean() < 0.75  # 1 - exp(-60 x 0.0147) = 0.59
    assert client(play(world(runs=300), 60, ONLY), "takeover").max() == 0.0


def test_orders_take_effect_at_once() -> None:
    w = world(runs=2)
    w.impulse("intervene")[actor(w, "lowland"), 0] = 1.0
    w.impulse("take_over")[actor(w, "lowland"), 1] = 1.0
    play(w, 1, ONLY)
    assert client(w, "intervention").tolist() == [1.0, 0.0]
    assert client(w, "takeover").tolist() == [0.0, 1.0]


def test_days_out_of_control_are_counted_in_a_row() -> None:
    w = world(stability=0.2, guarantee=0.0)
    play(w, 3, ONLY)
    assert client(w, "unruly_days")[0] == 3.0
    w["stability"][:] = 0.5
    play(w, 1, ONLY)
    assert client(w, "unruly_days")[0] == 0.0


def test_a_fall_and_a_takeover_are_told() -> None:
    w = world()
    heard = listen(w)
    w.impulse("collapse")[actor(w, "lowland")] = 1.0
    w.impulse("take_over")[actor(w, "lowland")] = 1.0
    play(w, 1, ONLY)
    facts = [e["fact"] for e in heard]
    assert facts[0].startswith("The regime in Lowland falls; its successor ")
    assert facts[1] == "Highmark takes control of Lowland."


@pytest.mark.parametrize(
    ("variant", "fields"),
    [
        (1.0, {"collapsed": 1.0, "successor_west": 1.0, "intervention": 0.0, "takeover": 0.0}),
        (2.0, {"collapsed": 1.0, "successor_west": 0.0, "intervention": 0.0, "takeover": 0.0}),
        (3.0, {"collapsed": 0.0, "successor_west": 0.0, "intervention": 0.0, "takeover": 1.0}),
        (4.0, {"collapsed": 0.0, "successor_west": 0.0, "intervention": 1.0, "takeover": 0.0}),
    ],
)
def test_a_variant_comes_about_on_its_day_and_nothing_before_it(variant: float, fields: dict[str, float]) -> None:
    chosen = {"parameters.collapse.variant": np.full(300, variant), "parameters.collapse.variant_day": np.full(300, 20.0)}
    w = world(runs=300, overrides=chosen, stability=0.05)  # at which a regime falls or is helped within weeks
    play(w, 20, ONLY)
    assert [client(w, name).max() for name in fields] == [0.0] * 4
    play(w, 1, ONLY)
    for name, value in fields.items():
        assert (client(w, name) == value).all(), name


def test_an_inject_may_say_which_way_a_successor_turns() -> None:
    for way, west in ((1.0, 1.0), (-1.0, 0.0)):
        w = world(runs=100)
        w.impulse("collapse")[actor(w, "lowland")] = 1.0
        w.impulse("successor")[actor(w, "lowland")] = way
        play(w, 1, ONLY)
        assert (np.maximum(client(w, "successor_west"), client(w, "takeover")) == west).all()


def test_a_successor_of_the_patron_s_lets_it_in() -> None:
    w = world()
    w.impulse("collapse")[actor(w, "lowland")] = 1.0
    w.impulse("successor")[actor(w, "lowland")] = -1.0
    play(w, 60)
    assert w["basing_state"][0] >= 3.0


@pytest.mark.parametrize(("field", "stays"), [(None, False), ("intervention", True)])
def test_a_successor_that_turns_west_ends_the_stay_unless_the_patron_s_troops_are_in(field: str | None, stays: bool) -> None:
    w = world()
    w["resolve"][:] = 0.0  # nobody takes over
    if field is not None:
        w[field][actor(w, "lowland")] = 1.0
    w.impulse("collapse")[actor(w, "lowland")] = 1.0
    w.impulse("successor")[actor(w, "lowland")] = 1.0
    play(w, 90)
    assert bool(w["basing_state"][0] >= 2.0) is stays
    assert bool(w["contingent"].sum() > 0.0) is stays


@pytest.mark.parametrize("order", ["collapse", "intervene", "take_over"])
def test_before_its_day_a_variant_lets_nothing_else_happen(order: str) -> None:
    w = world(
        runs=50, overrides={f"parameters.collapse.{k}": np.full(50, v) for k, v in (("variant", 4.0), ("variant_day", 5.0))}
    )
    w["stability"][actor(w, "lowland")] = 0.0
    for _ in range(5):
        w.impulse(order)[actor(w, "lowland")] = 1.0
        play(w, 1, ONLY)
    assert max(client(w, name).max() for name in ("collapsed", "intervention", "takeover")) == 0.0
    play(w, 1, ONLY)
    assert client(w, "intervention").min() == 1.0
