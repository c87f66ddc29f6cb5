"""Talk, accusations, debunking (stylised fact 42)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import rhetoric

ONLY = [rhetoric.MECHANISM]
FALSE = {"rhetoric": {"false_share": 1.0}}
RUNS = 2000


def _debunked_within(days: int, sensor_rate: float, denial: float = 0.0) -> float:
    w = world_of(scenario(FALSE), RUNS, mechanisms=ONLY)
    w["sensor_rate"][:] = sensor_rate
    push(w, "claim", 1.0, "vale")
    fallen = np.zeros(RUNS, dtype=bool)
    for day in range(days):
        if day == 1:
            push(w, "deny", denial, "steppe")
        play(w, 1, ONLY)
        fallen |= row(w, "debunked", "vale") > 0
    return float(fallen.mean())


def test_most_false_claims_fall_within_two_weeks_with_open_sources_and_few_without() -> None:
    assert _debunked_within(14, 0.3) > 0.5
    assert 0.0 < _debunked_within(14, 0.0) < 0.2


def test_a_denial_by_the_accused_helps() -> None:
    assert _debunked_within(14, 0.0, denial=1.0) > _debunked_within(14, 0.0)


def test_debunking_costs_credibility_abroad_and_no_rhetoric_at_home() -> None:
    with_sources, without = (world_of(scenario(FALSE), 200, mechanisms=ONLY) for _ in range(2))
    with_sources["sensor_rate"][:] = 5.0
    without["sensor_rate"][:] = 0.0
    for w in (with_sources, without):
        push(w, "claim", 1.0, "vale")
        play(w, 20, ONLY)
    assert row(with_sources, "credibility", "vale").mean() < row(without, "credibility", "vale").mean() - 0.05
    assert np.array_equal(row(with_sources, "rhetoric", "vale"), row(without, "rhetoric", "vale"))


def test_a_true_claim_is_never_debunked() -> None:
    w = world_of(scenario({"rhetoric": {"false_share": 0.0}}), 200, mechanisms=ONLY)
    w["sensor_rate"][:] = 5.0
    push(w, "claim", 1.0, "vale")
    for _ in range(28):
        play(w, 1, ONLY)
        assert not w["debunked"].any()


def test_a_claim_is_debunked_once_and_stands_for_four_weeks() -> None:
    w = world_of(scenario(FALSE), 50, mechanisms=ONLY)
    w["sensor_rate"][:] = 5.0
    push(w, "claim", 1.0, "vale")
    times = np.zeros(50)
    for day in range(29):
        play(w, 1, ONLY)
        times += row(w, "debunked", "vale")
        assert list(row(w, "claim_days", "vale")) == [day] * 50
    assert set(times) <= {0.0, 1.0}
    play(w, 1, ONLY)
    assert np.isnan(row(w, "claim_days", "vale")).all()


def test_rhetoric_halves_in_its_half_life_without_a_base() -> None:
    bare = {"rhetoric": {"tone": 0.0, "enemy_need": 0.0, "half_life": 14.0}}
    w = world_of(scenario(bare, actors={"vale": {"rhetoric": 0.8}}), mechanisms=ONLY)
    play(w, 14, ONLY)
    assert row(w, "rhetoric", "vale")[0] == pytest.approx(0.4, abs=1e-12)


def test_a_regime_without_legitimacy_talks_more() -> None:
    loved, unloved = world_of(scenario(), mechanisms=ONLY), world_of(scenario(), mechanisms=ONLY)
    row(loved, "legitimacy", "vale")[:] = 0.8
    row(unloved, "legitimacy", "vale")[:] = 0.2
    for w in (loved, unloved):
        play(w, 60, ONLY)
    assert row(unloved, "rhetoric", "vale")[0] > row(loved, "rhetoric", "vale")[0] + 0.1
    assert row(unloved, "rhetoric", "vale")[0] > row(unloved, "rhetoric", "steppe")[0]


def test_suppression_weakens_the_sources_that_can_be_suppressed() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    w["sensor_suppressible"][:] = 0.8
    free = rhetoric.open_sources(w).copy()
    row(w, "suppression", "vale")[:] = 1.0
    assert rhetoric.open_sources(w)[0] < free[0] - 0.2


def test_a_government_s_number_shows_nobody_that_a_claim_is_false() -> None:
    made = scenario()
    official = made.sensors["pictures"].model_copy(update={"official": True})
    assert rhetoric.open_sources(world_of(made, mechanisms=ONLY))[0] > 0.5
    made.sensors["pictures"] = official
    assert rhetoric.open_sources(world_of(made, mechanisms=ONLY))[0] == 0.0


def test_the_accusation_and_its_fall_are_told_with_sources() -> None:
    w = world_of(scenario(FALSE), 1, mechanisms=ONLY)
    w["sensor_rate"][:] = 50.0
    told = Told(w)
    push(w, "claim", 1.0, "vale")
    play(w, 28, ONLY)
    assert told.facts("message")[0] == "Vale makes an open accusation"
    (fact,) = told.facts("belief")
    assert fact.startswith("Open sources show that the accusation made by Vale")
    assert all(sources for *_, sources in told.events)


def test_a_staged_incident_is_false_for_certain_and_its_pretext_ends_when_it_is_debunked() -> None:
    w = world_of(scenario({"rhetoric": {"false_share": 0.0}}), 500, mechanisms=ONLY)
    w["sensor_rate"][:] = 1.0
    push(w, "stage", 1.0, "vale")
    play(w, 1, ONLY)
    open_claim = row(w, "claim_refuted", "vale") == 0.0
    assert np.array_equal(w["pretext"] > 0.0, open_claim)
    play(w, 20, ONLY)
    refuted = row(w, "claim_refuted", "vale") > 0.0
    assert refuted.mean() > 0.8
    assert np.array_equal(w["pretext"] > 0.0, ~refuted)
    believed = row(w, "claim_belief", "vale")
    assert believed[refuted].max() < 0.2 * believed[~refuted].min()


def test_a_true_accusation_stands_until_it_is_forgotten() -> None:
    w = world_of(scenario({"rhetoric": {"false_share": 0.0, "claim_life": 10.0}}), 50, mechanisms=ONLY)
    w["sensor_rate"][:] = 5.0
    push(w, "claim", 1.0, "ostmark")
    play(w, 9, ONLY)
    assert w["pretext"].min() == 1.0
    play(w, 5, ONLY)
    assert w["pretext"].max() == 0.0
    assert row(w, "claim_belief", "ostmark").max() == 0.0


def test_refusing_to_explain_costs_credibility() -> None:
    w, other = (world_of(scenario(), mechanisms=ONLY) for _ in range(2))
    row(w, "consultation_breach", "vale")[:] = 1.0
    for one in (w, other):
        play(one, 1, ONLY)
    assert row(w, "credibility", "vale")[0] == pytest.approx(0.9 * row(other, "credibility", "vale")[0])
