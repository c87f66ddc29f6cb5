"""Migration: lag, calibration to the counts of 2021, fences, emergencies (stylised fact 37)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, listen, play, world
from wargame.mechanisms import sanctions
from wargame.mechanisms.migration import MECHANISM
from wargame.world.world import World

ONLY = (MECHANISM,)
BOTH = (sanctions.MECHANISM, MECHANISM)
MONTHS = {"aug": 31, "sep": 30, "oct": 31, "nov": 30, "dec": 31}
COUNTED = {"aug": (3500, 3500), "sep": (7500, 7700), "oct": (17300, 17500), "nov": (8900, 8900), "dec": (838, 1700)}
# migrants are pushed once a fortnight from mid-August to October; from the fifth of November the instrument is laid down week by week
PUSHES = {14: 0.2, 28: 0.2, 42: 0.2, 56: 0.2, 70: 0.2, 97: -0.3, 104: -0.3, 111: -0.3, 118: -0.3}


def _summer(runs: int = 1) -> World:
    """Return the first of August: sanctions of May and June are five weeks old, an order to leave the border unguarded stands."""
    return world(runs=runs, resentment=0.47, instrument=0.3, ordered_use=0.2)


def test_the_counts_of_autumn_2021_come_out_within_a_third() -> None:
    w = _summer(runs=100)
    fen, day, massed = actor(w, "fenmark"), 0, 0.0
    for month, days in MONTHS.items():
        counted = np.zeros(w.runs)
        for _ in range(days):
            w.impulse("migration")[actor(w, "lowland")] = PUSHES.get(day, 0.0)
            w.impulse("sanctions")[actor(w, "lowland")] = 0.08 * (day == 8)  # the package of the ninth of August
            play(w, 1, BOTH)
            counted += w["migrant_flow"][fen]
            massed = max(massed, float(w["massed"].mean()))
            day += 1
        low, high = COUNTED[month]
        assert 0.66 * low <= counted.mean() <= 1.34 * high, month
    assert 5_000 < massed < 10_000  # about 7,000 in the country in mid-November


def _wave(days: int, *steps: int, size: float = 0.2) -> list[float]:
    """Return the attempts a day, mean over runs and smoothed over a week, when sanctions are imposed on the days of ``steps``."""
    w, flow = world("jan_2020", runs=20), []
    for day in range(days):
        w.impulse("sanctions")[actor(w, "lowland")] = size * (day in steps)
        play(w, 1, BOTH)
        flow.append(float(w["migrant_flow"].sum(axis=0).mean()))
    return [float(np.mean(flow[max(day - 6, 0) : day + 1])) for day in range(days)]


def test_new_sanctions_turn_into_migrants_with_a_lag() -> None:
    flow = _wave(400, 0)
    peak = int(np.argmax(flow))
    assert flow[peak] > 50.0
    assert 60 <= peak <= 150  # months, not days
    assert flow[14] < 0.2 * flow[peak]
    half = next(day for day in range(400) if flow[day] > 0.5 * flow[peak])
    assert 30 <= half <= 90


def test_what_is_got_used_to_brings_nobody_and_what_is_added_does() -> None:
    once, twice = _wave(600, 0), _wave(600, 0, 400)
    assert max(once[500:]) < 0.1 * max(once)  # the sanctions still stand
    assert max(twice[400:]) > 0.5 * max(once)


@pytest.mark.parametrize("level", [0.1, 0.6, 0.9])
def test_old_sanctions_bring_nobody_whatever_their_level(level: float) -> None:
    w = play(world(sanctions=level), 100, BOTH)
    assert client(w, "instrument")[0] == 0.0
    assert w["migrants_total"][0] == 0.0


def test_relief_takes_the_resentment_away() -> None:
    kept, eased = _summer(), _summer()
    eased.impulse("sanctions")[actor(eased, "lowland")] = -0.2
    for w in (kept, eased):
        play(w, 1, BOTH)
    assert client(kept, "resentment")[0] == pytest.approx(0.47, abs=0.01)
    assert client(eased, "resentment")[0] == 0.0


def test_an_order_takes_weeks_to_be_felt_and_its_withdrawal_a_day() -> None:
    w = world()
    w.impulse("migration")[actor(w, "lowland")] = 0.6
    play(w, 1, ONLY)
    assert client(w, "instrument")[0] < 0.02
    w.impulse("migration")[:] = 0.0
    play(w, 59, ONLY)
    before = client(w, "instrument")[0]
    assert before > 0.2
    w.impulse("migration")[actor(w, "lowland")] = -0.6
    play(w, 1, ONLY)
    assert client(w, "instrument")[0] == 0.0
    assert client(w, "ordered_use")[0] == 0.0


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
    w, total = _summer(runs=3), np.zeros(3)
    for _ in range(30):
        play(w, 1, ONLY)
        total += w["migrant_flow"][actor(w, "fenmark")] + w["migrant_flow"][actor(w, "saltmark")]
    assert w["migrants_total"] == pytest.approx(total)


def test_a_fence_takes_weeks_and_deters_some() -> None:
    open_border, fenced = _summer(runs=50), _summer(runs=50)
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
    w = world(instrument=1.0, ordered_use=1.0)
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
