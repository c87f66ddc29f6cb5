"""Inspections and evaluation visits: quotas by the year, lead times, force majeure, and what they do to belief."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import COMPACT, DUNE, FAR, REED, SALTMARSH, Told, play, scenario, world_of
from wargame.mechanisms import declaration, detection, exercises, forces, inspections, lingering, suppression
from wargame.world.world import World

ONLY = (inspections.MECHANISM,)
SEEN = tuple(m.MECHANISM for m in (exercises, forces, lingering, inspections, declaration, suppression, detection))


def quiet(change: Callable[[dict[str, Any]], None] | None = None) -> World:
    return world_of(scenario(None, change), mechanisms=ONLY)


def ask(w: World, *who: int) -> None:
    for one in who:
        w.impulse("inspect")[one] = 1.0
    play(w, 1, ONLY)


def test_a_team_enters_two_days_after_it_was_asked_for() -> None:
    w = quiet()
    ask(w, REED)
    assert (w["inspections_used"][SALTMARSH, 0], w["inspecting"][0]) == (1.0, 0.0)
    play(w, 1, ONLY)
    assert w["inspecting"][0] == 0.0
    play(w, 1, ONLY)
    assert w["inspecting"][0] == 1.0
    play(w, 1, ONLY)
    assert w["inspecting"][0] == 0.0


def test_no_more_than_one_a_year_from_the_same_state_and_three_in_all() -> None:
    w = quiet()
    ask(w, REED)
    play(w, 5, ONLY)
    ask(w, REED)
    assert w["inspections_used"][SALTMARSH, 0] == 1.0
    ask(w, FAR, DUNE, COMPACT)
    assert w["inspections_used"][SALTMARSH, 0] == 3.0
    assert [w["inspections_made"][i, 0] for i in (COMPACT, DUNE, FAR, REED)] == [1.0, 1.0, 0.0, 1.0]  # by name
    assert w["inspection_refused"].max() == 0.0  # a full quota is no breach


def test_quotas_start_anew_with_the_year() -> None:
    def in_december(data: dict[str, Any]) -> None:
        data["start"] = "2021-12-28"

    w = quiet(in_december)
    ask(w, REED)
    play(w, 3, ONLY)
    assert w["inspections_used"][SALTMARSH, 0] == 1.0
    play(w, 1, ONLY)  # 1 January
    assert w["inspections_used"][SALTMARSH, 0] == 0.0
    ask(w, REED)
    assert w["inspections_used"][SALTMARSH, 0] == 1.0


def test_what_was_used_up_before_the_first_day_counts() -> None:
    def used(data: dict[str, Any]) -> None:
        data["actors"]["saltmarsh"]["initial"] = {"inspections_used": 3}

    w = quiet(used)
    told = Told(w)
    ask(w, REED)
    assert np.isnan(w["inspection_in"][REED, 0])
    assert told.facts("need not accept") == [(0, "Saltmarsh need not accept another inspection by Reed this year.")]


def test_force_majeure_turns_teams_away_and_that_wears_the_norm() -> None:
    w, open_door = quiet(), quiet()
    told = Told(w)
    ask(w, REED)
    w.impulse("close_to_inspections")[SALTMARSH] = 1.0
    play(w, 1, ONLY)
    assert w["inspection_refused"][SALTMARSH, 0] == 1.0
    assert np.isnan(w["inspection_in"][REED, 0])
    assert told.facts("force majeure") == [(1, "Saltmarsh turns away inspectors of Reed, pleading force majeure.")]
    ask(w, DUNE)
    assert w["inspections_used"][SALTMARSH, 0] == 1.0
    ask(open_door, REED)
    assert open_door["inspection_refused"].max() == 0.0


def test_evaluation_visits_have_a_quota_that_neighbours_enlarge() -> None:
    w = quiet()  # two in any case and one for the one neighbour
    for _ in range(5):
        w.impulse("evaluate")[REED] = 1.0
        play(w, 1, ONLY)
    assert w["evaluations_used"][SALTMARSH, 0] == 3.0
    assert 0.25 < w["verified"][0] < 0.3  # three visits of 0.1, the first ones a little faded


def test_an_inspection_narrows_belief_and_lets_details_count_less() -> None:
    w, other = (world_of(scenario("autumn"), 200, mechanisms=SEEN) for _ in range(2))
    for one in (w, other):
        play(one, 24, SEEN)
    w.impulse("inspect")[REED, :100] = 1.0
    for one in (w, other):
        play(one, 3, SEEN)
    assert np.all(w["belief_sd"][FAR, 0, :100] <= other["belief_sd"][FAR, 0, :100])
    assert w["belief_sd"][FAR, 0, :100].mean() < other["belief_sd"][FAR, 0, :100].mean()
    assert np.array_equal(w["seen_guest"][:, 100:], other["seen_guest"][:, 100:])  # nothing changes where nobody inspects
    play(w, 1, SEEN)
    play(other, 1, SEEN)
    assert w["opacity"][REED, :100].mean() < other["opacity"][REED, :100].mean()


def test_refusal_wears_the_norm_by_its_share_of_a_breach() -> None:
    w, other = (world_of(scenario(None), mechanisms=SEEN) for _ in range(2))
    for one in (w, other):
        play(one, 1, SEEN)
    w.impulse("inspect")[REED] = 1.0
    w.impulse("close_to_inspections")[SALTMARSH] = 1.0
    for one in (w, other):
        play(one, 1, SEEN)
    assert w["norm_strength"][0] == pytest.approx(other["norm_strength"][0] * (1 - 0.12 * 0.3))
