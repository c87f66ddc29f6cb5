"""Brier, Murphy and calibration: answers that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wargame.studies.statistics.scoring import COIN, Forecast, brier, calibration, murphy, scores


def test_brier_is_the_mean_squared_error() -> None:
    assert brier([1.0, 0.0], [1, 0]) == 0.0
    assert brier([0.0, 1.0], [1, 0]) == 1.0
    assert brier([0.5] * 4, [1, 0, 0, 1]) == COIN
    assert brier([0.75, 0.25, 0.5], [1, 0, 0]) == pytest.approx((0.0625 + 0.0625 + 0.25) / 3, abs=1e-15)
    assert math.isnan(brier([], []))


def test_murphy_of_ten_forecasts_worked_out_by_hand() -> None:
    # 0.8 was said five times and happened four times; 0.2 was said five times and happened twice. Base rate 6 of 10.
    said = [0.8] * 5 + [0.2] * 5
    was = [1, 1, 1, 1, 0, 1, 1, 0, 0, 0]
    parts = murphy(said, was)
    assert parts.reliability == pytest.approx(0.5 * (0.8 - 0.8) ** 2 + 0.5 * (0.2 - 0.4) ** 2)  # 0.02
    assert parts.resolution == pytest.approx(0.5 * (0.8 - 0.6) ** 2 + 0.5 * (0.4 - 0.6) ** 2)  # 0.04
    assert parts.uncertainty == pytest.approx(0.6 * 0.4)
    assert parts.brier == pytest.approx(0.02 - 0.04 + 0.24)
    assert parts.n == 10


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.sampled_from([0, 1])), min_size=1, max_size=60))
def test_the_three_parts_add_up_exactly(pairs: list[tuple[float, int]]) -> None:
    parts = murphy([p for p, _ in pairs], [o for _, o in pairs])
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(parts.brier, abs=1e-12)
    assert parts.reliability >= 0
    assert 0 <= parts.resolution <= parts.uncertainty + 1e-12


def test_a_perfect_forecaster_and_one_who_always_says_the_base_rate() -> None:
    was = [1, 0, 0, 1]
    perfect, dull = murphy([1.0, 0.0, 0.0, 1.0], was), murphy([0.5] * 4, was)
    assert (perfect.reliability, perfect.resolution) == (0.0, perfect.uncertainty)
    assert (dull.reliability, dull.resolution, dull.brier) == (0.0, 0.0, 0.25)


def test_calibration_puts_edges_into_the_upper_bin_and_leaves_empty_bins_out() -> None:
    found = calibration([0.0, 0.2, 0.2, 0.6, 1.0], [0, 1, 0, 1, 1], bins=5)
    assert [(b.low, b.high, b.said, b.happened.value, b.happened.n) for b in found] == [
        (0.0, 0.2, 0.0, 0.0, 1), (0.2, 0.4, 0.2, 0.5, 2), (0.6, 0.8, 0.6, 1.0, 1), (0.8, 1.0, 1.0, 1.0, 1),
    ]  # fmt: skip


def test_scores_by_person_and_by_seat() -> None:
    given = [
        Forecast("Ann", "west", 1, "war", 0.0, 0),
        Forecast("Bob", "west", 1, "war", 1.0, 0),
        Forecast("Cy", "east", 1, "war", 0.5, 0),
    ]
    people = scores(given)
    assert [(s.who, s.parts.brier, s.skill, s.bias) for s in people] == [
        ("Ann", 0.0, 1.0, 0.0),
        ("Cy", 0.25, 0.0, 0.5),
        ("Bob", 1.0, -3.0, 1.0),
    ]
    seats = {s.who: s.parts.brier for s in scores(given, by="seat")}
    assert seats == {"west": 0.5, "east": 0.25}


def test_what_is_no_forecast_is_refused() -> None:
    with pytest.raises(ValueError, match="a probability lies from 0 to 1"):
        brier([1.2], [1])
    with pytest.raises(ValueError, match="a probability lies from 0 to 1"):
        brier([math.nan], [1])
    with pytest.raises(ValueError, match="an outcome is 0 or 1"):
        brier([0.2], [0.5])
    with pytest.raises(ValueError, match=r"as many outcomes as probabilities \(got 1 and 2\)"):
        brier([0.2, 0.3], np.array([1.0]))
    with pytest.raises(ValueError, match='by is "person" or "seat"'):
        scores([], by="town")


def test_a_question_that_the_history_does_not_answer_is_in_no_score() -> None:
    asked = [("a", 0.8, 1.0), ("a", 0.3, math.nan), ("b", 0.6, math.nan)]
    forecasts = [Forecast(who, "x", 1, "q", chance, outcome) for who, chance, outcome in asked]
    (only,) = scores(forecasts)
    assert (only.who, only.parts.n) == ("a", 1)
    assert only.parts.brier == pytest.approx(0.04)
    assert brier([0.8, 0.3], [1.0, math.nan]) == pytest.approx(0.04)
    assert sum(one.happened.n for one in calibration([0.8, 0.3], [1.0, math.nan])) == 1
