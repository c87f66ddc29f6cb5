"""Exercises: calendar, demand, nearness, marks of an unusual exercise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import (
    DUNE,
    FAR,
    GROUP,
    HIGHLAND,
    REED,
    SALTMARSH,
    Told,
    open_book,
    play,
    scenario,
    seen,
    world_of,
)  # fmt: skip
from wargame.mechanisms.tables import tables

START, END = 21, 27  # of the autumn exercise, days after the scenario's start


@pytest.mark.parametrize(
    ("day", "active", "level", "since"),
    [
        (6, 0, 0, np.nan),
        (7, 0, 1 / 15, np.nan),
        (20, 0, 14 / 15, np.nan),
        (START, 1, 1, np.nan),
        (END, 1, 1, np.nan),
        (28, 0, 14 / 15, 1),
        (42, 0, 0, 15),
    ],
)
def test_the_calendar_ramps_up_runs_and_ramps_down(day: int, active: int, level: float, since: float) -> None:
    w = seen("autumn", day + 1)
    assert w["exercise_active"][0] == active
    assert w["exercise_level"][0] == pytest.approx(level)
    assert w["days_since_end"][0] == pytest.approx(since, nan_ok=True)
    assert w["days_to_start"][0] == START - day


def test_demand_is_the_contingents_share_at_each_place() -> None:
    w = seen("autumn", START + 1)
    bay = w.cast.sites.index("bay")
    assert w["demand"][bay, HIGHLAND] == pytest.approx(16_500 * 0.2 * 0.5)
    assert w["demand"][bay, SALTMARSH] == pytest.approx(16_500 * 0.8 * 0.5)  # what no contingent covers is the country's own
    assert w["demand"][w.cast.sites.index("ridge"), HIGHLAND] == pytest.approx(40_000)


def test_trains_are_wanted_a_day_ahead_of_the_ramp() -> None:
    w = seen("autumn", 7)  # the day before the ramp begins
    assert w["exercise_level"][0] == 0
    assert w["demand"][:, HIGHLAND].sum() > 0


def test_an_exercise_is_near_those_at_its_places_and_far_from_the_others() -> None:
    w = seen("autumn", START + 1)
    near = w["exercise_near"][:, 0]
    assert 0.5 < near[REED] < 1
    assert near[REED] > near[DUNE] > near[FAR]
    assert near[FAR] < 1e-6
    assert seen("autumn", 6)["exercise_near"].max() == 0


def test_host_or_guest_may_extend_a_running_exercise_and_nobody_else() -> None:
    w = world_of(scenario("autumn"), 2)
    play(w, START + 3)
    w.impulse("extend_exercise")[REED] = 30
    w.impulse("extend_exercise")[HIGHLAND, 1] = 10.7
    play(w, 1)
    assert w["exercise_extension"][0].tolist() == [0, 10]
    play(w, 5)
    assert w["exercise_active"][0].tolist() == [0, 1]
    play(w, 60)
    w.impulse("extend_exercise")[HIGHLAND] = 5
    play(w, 1)
    assert w["exercise_extension"][0].tolist() == [0, 10]  # it is over


def test_marks_of_an_unusual_exercise_add_up() -> None:
    """Stylised fact 50: at least four in an exercise like that of February 2022, at most two in one like that of 2021."""
    unusual = seen("snap", 45, runs=200)["indicators"][0]
    routine = seen("autumn", 25, runs=200)["indicators"][0]
    assert unusual.min() >= 5  # unscheduled, withheld, three of the scenario's; the place off the list once it is found
    assert unusual.max() == 6
    assert routine.max() == 0
    assert seen("snap", 20)["indicators"].max() == 0  # nothing to be seen before it moves or is announced


def test_a_marker_the_mechanism_finds_itself_counts_once() -> None:
    def twice(data: dict[str, Any]) -> None:
        data["exercises"]["snap"]["markers"] = ["unscheduled", "withheld", "off_list", "far_units"]

    assert seen("snap", 45, change=twice)["indicators"][0].max() <= 4


def test_an_open_declaration_leaves_fewer_marks() -> None:
    assert seen("snap", 45, change=open_book)["indicators"][0] == 3


def test_the_timeline_tells_announcement_beginning_and_end() -> None:
    w = world_of(scenario("snap"))
    told = Told(w)
    play(w, 70)
    assert [day for day, _ in told.facts("Snap is announced")] == [28]
    assert [day for day, _ in told.facts("Snap begins")] == [51]
    assert [day for day, _ in told.facts("Snap is over")] == [62]


def test_disabled_or_absent_exercises_leave_the_world_alone() -> None:
    w = world_of(scenario(None), 2)
    play(w, 10, GROUP)
    assert tables(w).exercises == ()
    assert np.all(w["demand"] == 0)
    assert np.all(np.isnan(w["transparency_index"]))
