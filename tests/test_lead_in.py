"""The weeks before the first morning: memory of acts, and a first week that is a week like any other."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.engine.jit import compiles
from wargame.scenario.load import load
from wargame.scenario.values import CHANNELS
from wargame.simulation.first_morning import first_morning
from wargame.simulation.model import WargameModel

QUIET = "hedger_vs_dependent"  # begins in a January without an exercise or an event


def _bound(days: int) -> Bound:
    return bind(load(QUIET, sets={"lead_in": days, "horizon": 70}))


def test_without_a_lead_in_nobody_has_ever_done_anything() -> None:
    world = first_morning(_bound(0), seed=0, replications=range(2))
    assert np.isnan(world["since"]).all()


def test_a_lead_in_changes_what_actors_have_lately_done_and_lean_to_and_nothing_else() -> None:
    plain, lived = (first_morning(_bound(days), seed=0, replications=range(4)) for days in (0, 56))
    others = np.ones(plain.state.shape[0], dtype=bool)
    for name in ("since", *(f"leaning.{channel}" for channel in CHANNELS)):
        others[plain.layout.span(name)] = False
    assert np.array_equal(plain.state[others], lived.state[others], equal_nan=True)
    done = lived["since"][~np.isnan(lived["since"])]
    assert done.size > 0
    assert set(done.tolist()) <= {7.0 * week for week in range(1, 9)}  # a decision day of the eight weeks before
    assert lived.tick == 0


def test_a_run_has_the_same_past_alone_and_among_others() -> None:
    bound = _bound(56)
    together = first_morning(bound, seed=3, replications=range(5))
    alone = first_morning(bound, seed=3, replications=[4])
    assert np.array_equal(together["since"][:, :, 4], alone["since"][:, :, 0], equal_nan=True)


@pytest.mark.parametrize("scenario", [QUIET, "zapad_2021"])
def test_the_past_is_the_same_from_program_and_in_numpy(scenario: str) -> None:
    bound = bind(load(scenario))
    live = [
        first_morning(bound, seed=2, replications=[k]).state[:, 0] for k in (0, 1)
    ]  # the first worlds of a scenario are made in NumPy
    assert "lead-in" not in bound.programs
    traced = first_morning(bound, seed=2, replications=range(64)).state
    assert bound.programs.get("lead-in") is not None or not compiles()
    assert all(np.array_equal(traced[:, k], one, equal_nan=True) for k, one in enumerate(live))


def test_days_decided_by_people_before_the_start_are_the_same_from_program_and_in_numpy() -> None:
    plain = bind(load(QUIET))
    menu = next(menu for menu in plain.menus if any(one.target is one.site is one.item is None for one in menu.candidates))
    actor = plain.cast.actors[menu.actor]
    action = next(one.action for one in menu.candidates if one.target is one.site is one.item is None)
    day = (plain.scenario.start - dt.timedelta(days=21)).isoformat()
    human = {"kind": "human", "turns": {day: [{"action": action}]}, "judgement": "a test"}
    seat = [*plain.scenario.actors[actor].policy, "by_hand"]
    bound = bind(load(QUIET, sets={"policies.by_hand": human, f"actors.{actor}.policy": seat}))
    assert min(bound.hand_days[menu.actor]) == -21
    live = first_morning(bound, seed=2, replications=[1])
    assert np.array_equal(first_morning(bound, seed=2, replications=range(64)).state[:, 1], live.state[:, 0], equal_nan=True)
    assert live["since"][menu.actor, plain.cast.actions.index(action), 0] <= 21.0


def test_runs_that_differ_in_a_number_share_their_past() -> None:
    bound = _bound(56)
    path = "policies.minsk.let.enemy_need"
    low, high = (
        first_morning(bound, seed=0, replications=range(4), overrides={path: np.full(4, value)})["since"] for value in (0.0, 1.0)
    )
    assert np.array_equal(low, high, equal_nan=True)


@pytest.mark.parametrize(("days", "burst"), [(0, True), (56, False)])
def test_the_first_week_is_a_week_like_any_other(days: int, burst: bool) -> None:
    model = WargameModel(_bound(days), seed=0, runs=10, trace=range(10)).play()
    assert model.trace is not None
    start = model.bound.scenario.start
    weeks = Counter((event.date - start).days // 7 for event in model.trace.events if event.kind == "order")
    usual = sum(weeks[week] for week in range(3, 10)) / 7
    assert (weeks[0] > 1.8 * usual) == burst  # without a lead-in every order that may be given is given at once
