"""Decision impact: pairs with known answers, and mornings that go on exactly as the game did."""

from __future__ import annotations

import copy
import datetime as dt
import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.scenario.load import load
from wargame.scenario.schema import HandOrder, Scenario
from wargame.seminar.debrief import impact
from wargame.simulation.play import play_block, play_one
from wargame.simulation.record import Record

START = dt.date(2041, 5, 6)
HANDS: dict[str, dict[int, list[dict[str, Any]]]] = {
    "karsia": {0: [{"action": "pressure_target", "target": "ilmeria"}], 14: []},
    "selmora": {14: [{"action": "push_migrants"}, {"action": "talk_of_war", "size": 2.0}]},
}


@cache
def _plain() -> dict[str, Any]:
    return dict(load("strait").resolved)


def seated(hands: dict[str, dict[int, list[dict[str, Any]]]]) -> Bound:
    """The shipped invented theatre, six weeks of it, with these orders given by hand."""
    data = copy.deepcopy(_plain()) | {"horizon": 42}
    for actor, turns in hands.items():
        days = {(START + dt.timedelta(days=tick)).isoformat(): orders for tick, orders in turns.items()}
        data["policies"][f"seat_{actor}"] = {"kind": "human", "turns": days, "judgement": "a test"}
        data["actors"][actor]["policy"] = [*data["actors"][actor]["policy"], f"seat_{actor}"]
    scenario = Scenario.model_validate(data)
    return Bound(**{**bind(scenario).__dict__, "resolved": data})


@cache
def game() -> Record:
    return play_one(seated(HANDS), seed=3)


def test_the_difference_of_shares_is_that_of_agresti_and_min() -> None:
    # Of 100 pairs 12 go up and 4 go down: 0.08; with half a count added (12.5 - 4.5) / 102 = 0.0784 and
    # 1.96 * sqrt(17 - 8 * 8 / 102) / 102 = 0.0778 either side.
    first = np.array([1.0] * 12 + [0.0] * 4 + [1.0] * 84)
    second = np.array([0.0] * 12 + [1.0] * 4 + [1.0] * 84)
    found = impact.difference(first, second, share=True)
    assert found.n == 100
    assert found.value == pytest.approx(0.08)
    assert found.low == pytest.approx(0.0784 - 0.0778, abs=2e-4)
    assert found.high == pytest.approx(0.0784 + 0.0778, abs=2e-4)


def test_the_difference_of_means_is_paired() -> None:
    noise = np.array([3.0, -5.0, 8.0, 1.0])
    found = impact.difference(noise + 2.0, noise, share=False)
    assert (found.value, found.n) == (2.0, 4)  # the luck they share cancels
    assert math.isnan(found.low)  # nothing varies: there is no interval
    assert not impact.clear(found)  # of four pairs that are alike, one in eight is by chance
    assert impact.clear(impact.difference(np.tile(noise, 2) + 2.0, np.tile(noise, 2), share=False))
    found = impact.difference(np.array([1.0, 3.0]), np.zeros(2), share=False)
    assert found.value == 2.0
    assert found.high - found.value == pytest.approx(
        12.706205
    )  # Student's t, one degree of freedom; sd and root of n are the same


def test_the_percentile_counts_equals_half() -> None:
    others = np.array([0.1, 0.2, 0.2, 0.4])
    assert impact.percentile(0.2, others) == 0.5
    assert impact.percentile(0.05, others) == 0.0
    assert impact.percentile(0.5, others) == 1.0
    assert math.isnan(impact.percentile(0.5, np.empty(0)))


def test_orders_by_hand_are_read_from_the_record() -> None:
    found = impact.by_hand(game())
    assert {tick: sorted(hands) for tick, hands in found.items()} == {0: ["karsia"], 14: ["karsia", "selmora"]}
    assert found[0]["karsia"] == (HandOrder(action="pressure_target", target="ilmeria"),)
    assert found[14]["karsia"] == ()


def test_the_documented_scenario_has_no_order_by_hand() -> None:
    policies = impact.documented_policies(game())
    assert policies.scenario.actors["karsia"].policy == ("great_power",)
    assert "seat_karsia" not in policies.scenario.policies
    alone = play_one(policies, seed=3)
    assert impact.by_hand(alone) == {}
    assert impact.documented_policies(alone) is policies


def test_what_some_futures_do_not_have_is_compared_in_those_pairs_that_do() -> None:
    first = np.array([10.0, math.nan, 12.0, 5.0, math.nan])
    second = np.array([8.0, 3.0, 11.0, math.nan, math.nan])
    found = impact.difference(first, second, share=False)
    assert (found.value, found.n) == (1.5, 2)
    assert not impact.difference(first[1:2], second[3:4], share=False).known
    assert impact.percentile(10.0, first) == pytest.approx((1 + 0.5) / 3)
    assert math.isnan(impact.percentile(math.nan, second))
    assert math.isnan(impact.percentile(1.0, np.full(3, math.nan)))


def test_a_morning_gone_on_from_with_the_same_luck_is_the_game_itself() -> None:
    record = game()
    ticks = [0, 7, 14, 15, 41]
    found = {}
    for tick, morning in impact.mornings(record, record.bound, ticks):
        assert morning.world.tick == tick
        found[tick] = {name: float(row[0]) for name, row in morning.branch(1).play().measures.items()}
    assert sorted(found) == ticks
    assert all(repr(measures) == repr(dict(record.measures)) for measures in found.values())  # what is missing too


def test_what_the_policy_would_have_ordered_is_what_it_orders() -> None:
    """Without orders by hand from a day on, the staff's orders of that morning are those of the policy's own history."""
    policies = impact.documented_policies(game())
    record = play_one(policies, seed=3)
    told = {e.more["action"] for e in record.events if e.kind == "order" and e.actor == "karsia" and e.date == START}
    held = play_one(seated({"karsia": {0: []}}), seed=3)
    (one,) = impact.decisions(held)
    assert {order.action for order in one.staff} == told
    assert one.differs


def test_an_order_that_the_policy_gives_as_well_changes_nothing() -> None:
    held = play_one(seated({"karsia": {0: []}}), seed=3)
    (one,) = impact.decisions(held)
    orders = [order.model_dump(exclude_defaults=True) for order in one.staff]
    same = play_one(seated({"karsia": {0: orders}}), seed=3)
    (found,) = impact.impacts(same, runs=4)
    assert not found.decision.differs
    assert (found.weight, dict(found.differences)) == (0.0, {})


def test_pushing_people_across_the_border_is_found_to_do_so() -> None:
    found = impact.impacts(game(), runs=40, of=[(14, "selmora")])
    (one,) = found
    assert (one.decision.tick, one.decision.actor) == (14, "selmora")
    assert not {"push_migrants", "unguard_border"} & {order.action for order in one.decision.staff}
    assert one.differences["migrant_flow"].low > 0
    assert one.weight > 0
    again = impact.impacts(game(), runs=40, of=[(14, "selmora")])
    assert again == found


def test_other_histories_are_those_that_a_sweep_plays() -> None:
    policies = impact.documented_policies(game())
    found = impact.histories(policies, seed=3, first=1, runs=6)
    block = play_block(policies, seed=3, runs=6, first=1)
    assert all(np.array_equal(found[name], block[name], equal_nan=True) for name in block)


def test_the_unit_of_a_difference_is_the_spread_or_a_twentieth_of_the_scale() -> None:
    policies = impact.documented_policies(game())
    half = np.array([0.0, 1.0])
    found = impact.units(policies, {
        "stability_end": np.array([0.5, 0.52]),  # 0-1, standard deviation 0.01: a twentieth of 1
        "strait_open": half,  # 0/1, standard deviation 0.5
        "transparency_class": np.array([3.0, 3.0]),  # T0-T5: a twentieth of 5
        "relations_end": np.array([-0.7, -0.7]),  # -1 to 1: a twentieth of 2
        "guests_end": np.array([1000.0, 1000.0]),  # persons: a twentieth of the mean
    })  # fmt: skip
    assert found == pytest.approx({
        "stability_end": 0.05, "strait_open": 0.5, "transparency_class": 0.25, "relations_end": 0.1, "guests_end": 50.0,
    })  # fmt: skip


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected at least 2 runs \(got 1\)"):
        impact.impacts(game(), runs=1)
