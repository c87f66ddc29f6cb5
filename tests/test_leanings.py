"""Leanings: the noise of a choice lasts, whoever looks at it and however often (law 11)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.report.citing import Bibliography
from wargame.report.history.narrate import as_text, timeline
from wargame.report.history.tables import deciders
from wargame.scenario.values import CHANNELS
from wargame.simulation.first_morning import first_morning
from wargame.simulation.play import play_block, play_one
from wargame.simulation.simulation import Simulation
from wargame.world.view import View

DAYS = 42
RUNS = 2_000


@cache
def lasting(days: float, every: int = 1, lead_in: int = 0) -> Bound:
    """Return the strait with leanings that last so long on average, and decisions every so many days."""

    def change(data: dict[str, Any]) -> None:
        data["decide_every"], data["lead_in"] = f"{every} days", f"{lead_in} days"
        for policy in data["policies"].values():
            policy["persistence"] = {"value": days, "judgement": "x"}

    return strait(change)


def ages(bound: Bound, days: int) -> list[np.ndarray[Any, Any]]:
    """Return, of every acting actor and channel, the days since its leaning was drawn anew, after so many days."""
    run = Simulation(bound, seed=3, replications=range(RUNS))
    for _ in range(days):
        run.step()
    acting = [menu.actor for menu in bound.menus if menu.candidates]
    return [run.world.tick - 1 - run.world[f"leaning.{channel}"][actor] for channel in CHANNELS for actor in acting]


@pytest.mark.parametrize("days", [0, 1, 20])
@pytest.mark.parametrize("mean", [1.0, 5.0, 42.0])
def test_a_leaning_is_as_old_on_one_day_as_on_another(mean: float, days: int) -> None:
    """Ages are geometric: P(age >= a) = (1 - 1/mean)^a, from the first morning on."""
    for age in ages(lasting(mean), days):
        assert (age >= 0).all()
        for a in (1, 3, 10):
            chance = (1 - 1 / mean) ** a
            assert np.mean(age >= a) == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / RUNS) + 1e-12)


def test_how_often_somebody_looks_changes_no_leaning() -> None:
    often, rarely = (ages(lasting(42.0, every), 30) for every in (1, 7))
    for one, other in zip(often, rarely, strict=True):
        assert np.array_equal(one, other)


def test_a_leaning_holds_between_two_draws_and_no_longer() -> None:
    bound = lasting(10.0)
    run = Simulation(bound, seed=1, replications=range(200))
    actor = next(menu.actor for menu in bound.menus if menu.candidates)
    first = CHANNELS[bound.menus[actor].candidates[0].channel]
    luck, since = [], []
    for _ in range(20):
        run.step()
        luck.append(View(run.world, bound.menus[actor]).gumbels()[0].copy())
        since.append(run.world[f"leaning.{first}"][actor].copy())
    for today, tomorrow in zip(range(19), range(1, 20), strict=True):
        assert np.array_equal(luck[today] == luck[tomorrow], since[today] == since[tomorrow])


def test_leanings_are_standard_gumbel_numbers() -> None:
    bound = lasting(42.0)
    run = Simulation(bound, seed=2, replications=range(20_000))
    menu = next(menu for menu in bound.menus if menu.candidates)
    for row in View(run.world, menu).gumbels():
        assert row.mean() == pytest.approx(np.euler_gamma, abs=0.04)
        assert row.var() == pytest.approx(np.pi**2 / 6, rel=0.06)


def test_another_persistence_shares_the_luck_of_renewal() -> None:
    """Pairs stay pairs: whoever draws anew on a day with long leanings does so with short ones too."""
    short, long = (Simulation(lasting(mean), seed=4, replications=range(500)) for mean in (5.0, 20.0))
    for _ in range(10):
        short.step()
        long.step()
    for channel in CHANNELS:
        new = long.world[f"leaning.{channel}"] == long.world.tick - 1
        assert (short.world[f"leaning.{channel}"][new] == short.world.tick - 1).all()


def test_the_lead_in_is_lived_through_with_leanings_that_change() -> None:
    bound = lasting(10.0, 7, 56)
    many = first_morning(bound, seed=0, replications=range(100))  # by programs, where there is a compiler
    few = [first_morning(bound, seed=0, replications=[k]) for k in (0, 99)]
    for channel in CHANNELS:
        for world, column in zip(few, (0, 99), strict=True):
            assert np.array_equal(world[f"leaning.{channel}"][:, 0], many[f"leaning.{channel}"][:, column])
    acting = [menu.actor for menu in bound.menus if menu.candidates]
    ages_now = np.concatenate([-1 - many[f"leaning.{channel}"][acting] for channel in CHANNELS])
    assert ages_now.min() == 0
    assert ages_now.mean() == pytest.approx(9.0, abs=0.6)  # of a geometric age with mean life 10


def test_a_run_is_the_same_alone_and_in_a_block() -> None:
    bound = lasting(20.0, 3, 28)
    together, alone = play_block(bound, seed=9, runs=7), play_block(bound, seed=9, runs=1, first=4)
    assert all(np.array_equal(together[name][4:5], alone[name], equal_nan=True) for name in together)


def test_an_order_that_is_worth_less_than_holding_is_told_as_luck() -> None:
    record = play_one(lasting(42.0), seed=0)
    orders = [event for event in record.events if event.kind == "order" and "weights" in event.more]
    below = [event for event in orders if event.more["weights"][event.more["rule"]] < event.more["weights"]["hold"]]
    assert 0 < len(below) < len(orders)
    assert below == [event for event in orders if event.more.get("against") is True]
    assert below == [event for event in orders if event.reason.startswith("against its own weighing, by luck")]
    told = as_text(timeline(record))
    assert "Against its own weighing, by luck" in told
    assert "Because against" not in told
    assert sum(one.against for one in deciders(record, Bibliography())) == len(below)
