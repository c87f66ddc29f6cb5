"""The arithmetic of belief, against known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wargame.engine.draws import Draws
from wargame.mechanisms.estimates import combine, expected, pooled, revise, split

NUMBER = st.floats(-20, 20)
SPREAD = st.floats(0.05, 5)


def test_known_answer_d16() -> None:
    """Docking D16: prior 0.2, a signal of 0.6 against 0.1 gives 0.6; a second, independent one 0.9."""
    once = revise(0.2, 0.6, 0.1)
    assert once == pytest.approx(0.6, abs=1e-15)
    assert revise(once, 0.6, 0.1) == pytest.approx(0.9, abs=1e-15)


def test_a_signal_equally_likely_either_way_teaches_nothing() -> None:
    assert revise(0.37, 0.4, 0.4) == pytest.approx(0.37)


def test_one_signal_as_good_as_the_prior_halves_the_variance_and_meets_in_the_middle() -> None:
    mean, sd = combine(np.array([1.0]), np.array([2.0]), np.array([0.25]), np.array([0.25 * 5.0]))
    assert mean[0] == pytest.approx(3.0)
    assert sd[0] == pytest.approx(np.sqrt(2.0))


@given(NUMBER, SPREAD, st.lists(st.tuples(NUMBER, SPREAD), min_size=1, max_size=5))
def test_signals_together_are_signals_one_by_one(mean: float, sd: float, signals: list[tuple[float, float]]) -> None:
    m, s = np.array([mean]), np.array([sd])
    for y, v in signals:
        m, s = combine(m, s, np.array([1 / v**2]), np.array([y / v**2]))
    precision = np.array([sum(1 / v**2 for _, v in signals)])
    score = np.array([sum(y / v**2 for y, v in signals)])
    m2, s2 = combine(np.array([mean]), np.array([sd]), precision, score)
    assert m2 == pytest.approx(m, abs=1e-8)
    assert s2 == pytest.approx(s, abs=1e-10)
    assert s2[0] < sd


def test_the_expectation_of_a_log_normal() -> None:
    assert expected(np.array([np.log(1_000)]), np.array([0.5]))[0] == pytest.approx(1_000 * np.exp(0.125))


def test_one_uniform_pays_for_two_independent_numbers() -> None:
    u, z = split(Draws(7, range(200_000)).uniform("x", 3))
    assert np.mean(u) == pytest.approx(0.5, abs=0.003)
    assert np.mean(z) == pytest.approx(0.0, abs=0.01)
    assert np.std(z) == pytest.approx(1.0, abs=0.01)
    assert abs(np.corrcoef(u, z)[0, 1]) < 0.01
    assert np.all(np.isfinite(z))


def test_pooling_leaves_its_parts_alone() -> None:
    parts = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    assert pooled(parts).tolist() == [4.0, 6.0]
    assert parts[0].tolist() == [1.0, 2.0]
