"""Traits are held, not moved."""

from __future__ import annotations

import pytest

from tests.mechanisms.marches import play, row, scenario, world_of
from wargame.mechanisms import traits


def test_traits_stay_as_the_scenario_sets_them() -> None:
    given = {"vale": {"erraticism": 0.6, "hedging": 0.7}, "north": {"roe_clarity": 0.9, "hotline": 0.2}}
    w = world_of(scenario(actors=given), runs=3)
    play(w, 40)
    assert list(row(w, "erraticism", "vale")) == [0.6] * 3
    assert list(row(w, "hedging", "vale")) == [0.7] * 3
    assert row(w, "roe_clarity", "north")[0] == pytest.approx(0.9)
    assert row(w, "hotline", "north")[0] == pytest.approx(0.2)


def test_traits_are_seen_by_all_and_have_no_phase() -> None:
    assert {field.seen for field in traits.MECHANISM.fields} == {"all"}
    assert not traits.MECHANISM.phases
    assert not traits.MECHANISM.impulses
