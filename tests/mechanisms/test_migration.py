"""Migration: lag, calibration to the counts of 2021, fences, emergencies (stylised fact 37)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, listen, play, world
from wargame.mechanisms import sanctions
from wargame.mechanisms.migration import MECHANISM

ONLY = (MECHANISM,)
BOTH = (sanctions.MECHANISM, MECHANISM)
MONTHS = {"aug": 31, "sep": 30, "oct": 31, "nov": 30, "dec": 31}
COUNTED = {"aug": (3500, 3500), "sep": (7500, 7700), "oct": (17300, 17500), "nov": (8900, 8900), "dec": (838, 1700)}
# pushed from the first week of September, kept up through October, laid down from the fifth of November
PUSHES = {32: 0.25, 38: 0.2, 45: 0.2, 52: 0.2, 59: 0.1, 68: 0.1, 75: 0.1, 82: 0.1, 89: 0.1,
          97: -0.4, 104: -0.5, 109: -0.6, 116: -0.2, 123: -0.1, 130: -0.1, 137: -0.1}  # fmt: skip


def test_the_counts_of_autumn_2021_come_out_within_a_third() -> None:
    w = world(runs=100)
    fen, day, massed = actor(w, "fenmark"), 0, 0.0
    for month, days in MONTHS.items():
        counted = np.zeros(w.runs)
        for _ in range(days):
            w.impulse("migration")[actor(w, "lowland")] = PUSHES.get(day, 0.0)
            play(w, 1, BOTH)
            counted += w["migrant_flow"][fen]
            massed = max(massed, float(w["massed"].mean()))
            day += 1
        low, high = COUNTED[month]
        assert 0.66 * low <= counted.mean() <= 1.34 * high, month
    assert 5_000 < massed < 10_000  # about 7,000 in the country in mid-November


def test_sanctions_turn_into_migrants_with_a_lag() -> None:
    quiet, punished = world("jan_2020", runs=20), world("jan_2020", runs=20)
    punished.impulse("sanctions")[actor(punished, "lowland")] = 0.5
    flow = []
    for _ in range(150):
        play(quiet, 1, BOTH)
        play(punished, 1, BOTH)
        flow.append(float(punished["migrant_flow"].sum(axis=0).mean() - quiet["migrant_flow"].sum(axis=0).mean()))
    settled = float(np.mean(flow[-20:]))
    assert settled > 50.0
    half = next(day for day in range(150) if np.mean(flow[max(day - 6, 0) : day + 1]) > 0.5 * settled)
    assert 30 <= half <= 120  # weeks, not days
    assert (punished["migrants_total"] > quiet["migrants_total"]).all()


def test_without_sanctions_nobody_is_massed() -> None:
    w = play(world(sanctions=0.0), 100, ONLY)
    assert w["massed"][0] == 0.0
    assert w["migrants_total"][0] == 0.0


def test_shares_are_proportions_and_equal_when_none_is_given() -> None:
    w = world()
    assert w["border_share"][[actor(w, "fenmark"), actor(w, "saltmark")], 0].tolist() == [0.75, 0.25]
    w["border_share"][:] = 0.0
    assert MECHANISM.begin is not None
    MECHANISM.begin(w)
    assert w["border_share"][[actor(w, "fenmark"), actor(w, "saltmark")], 0].tolist() == [0.5, 0.5]
    assert w["border_share"][actor(w, "lowland"), 0] == 0.0


def test_the_total_is_the_sum_of_the_flows() -> None:
    w, total = world(runs=3), np.zeros(3)
    for _ in range(30):
        play(w, 1, ONLY)
        total += w["migrant_flow"][actor(w, "fenmark")] + w["migrant_flow"][actor(w, "saltmark")]
    assert w["migrants_total"] == pytest.approx(total)


def test_a_fence_takes_weeks_and_deters_some() -> None:
    open_border, fenced = world(runs=50), world(runs=50)
    fen = actor(fenced, "fenmark")
    fenced.impulse("fortify")[fen] = 0.8
    play(fenced, 1, ONLY)
    assert fenced["fortification"][fen, 0] < 0.05
    play(fenced, 119, ONLY)
    play(open_border, 120, ONLY)
    assert fenced["fortification"][fen, 0] == pytest.approx(0.8 * (1.0 - np.exp(-4.0)), abs=1e-9)
    assert 0.5 < fenced["migrant_flow"][fen].mean() / open_border["migrant_flow"][fen].mean() < 0.9


def test_an_emergency_lapses_unless_it_is_kept() -> None:
    kept, left = world(), world()
    fen = actor(kept, "fenmark")
    for w in (kept, left):
        w.impulse("emergency")[fen] = 1.0
        play(w, 50, ONLY)
    kept.impulse("emergency")[fen] = 1.0
    for w in (kept, left):
        play(w, 20, ONLY)
    assert (kept["emergency"][fen, 0], left["emergency"][fen, 0]) == (1.0, 0.0)
    kept.impulse("emergency")[fen] = -1.0
    assert play(kept, 1, ONLY)["emergency"][fen, 0] == 0.0


def test_an_emergency_given_at_the_start_has_its_time_to_run() -> None:
    w = world()
    fen = actor(w, "fenmark")
    w["emergency"][fen] = 1.0
    assert play(w, 30, ONLY)["emergency"][fen, 0] == 1.0
    assert play(w, 40, ONLY)["emergency"][fen, 0] == 0.0


def test_laying_the_instrument_down_empties_the_camps() -> None:
    w = world(instrument=1.0, massed=0.0)
    play(w, 60, ONLY)
    full = float(w["massed"][0])
    w.impulse("migration")[actor(w, "lowland")] = -1.0
    play(w, 30, ONLY)
    assert w["massed"][0] < 0.3 * full
    assert client(w, "instrument")[0] < 0.2


def test_surges_and_emergencies_are_told() -> None:
    w = world(instrument=1.0)
    heard = listen(w)
    w["massed"][:] = 1_000.0
    w.impulse("emergency")[actor(w, "fenmark")] = 1.0
    play(w, 25, ONLY)
    facts = [e["fact"] for e in heard]
    assert "Fenmark declares a state of emergency at its border." in facts
    assert "More than 5,000 people are massed at the borders of Lowland." in facts
    surges = [e for e in heard if e["fact"].startswith("Migrants surge at the border of Fenmark: about ")]
    assert len(surges) == 1
    assert surges[0]["sources"] == ("wapo-migrants-retaliation", "cbc-migration-surge")
