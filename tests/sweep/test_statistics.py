"""Intervals that cover what they should, stopping, histograms, paired differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from wargame.api import load, sweep
from wargame.errors import InputError
from wargame.studies.statistics.means import student
from wargame.studies.statistics.missing import of_cases, of_difference, of_mean, of_share, saved
from wargame.studies.sweep.plan.until import Kind, parse_until, reached
from wargame.studies.sweep.play.histograms import ERROR, SMALLEST, counts_of, quantiles_of
from wargame.validation.known_answers import play, quantal_response

REPEATS, EACH = 1000, 100


@pytest.fixture(scope="module")
def games() -> dict[str, dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]]:
    """A thousand repetitions of a hundred inspection games, as they are and with an inspector who fears violations more."""
    cases = {"plain": {}, "wary": {"policies.inspector_logit.let.violation": 0.3}}
    return {
        case: {name: row.reshape(REPEATS, EACH) for name, row in play("inspection_game", REPEATS * EACH, sets).items()}
        for case, sets in cases.items()
    }


def covered(found: list[tuple[float, float]], truth: float) -> float:
    return sum(low <= truth <= high for low, high in found) / len(found)


def test_wilson_intervals_cover_the_known_share(
    games: dict[str, dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]],
) -> None:
    inspect, violate = quantal_response(1.0)
    for name, truth in (("inspected", inspect), ("violated", violate)):
        found = [of_share(row) for row in games["plain"][name]]
        assert 0.93 <= covered([(one.low, one.high) for one in found], truth) <= 0.97


def test_t_intervals_cover_the_known_mean(games: dict[str, dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]]) -> None:
    inspect, violate = quantal_response(1.0)
    score = games["plain"]["inspected"] + 2 * games["plain"]["violated"]
    found = [of_mean(row) for row in score]
    assert 0.93 <= covered([(one.low, one.high) for one in found], inspect + 2 * violate) <= 0.97


def test_intervals_of_paired_differences_cover_the_known_difference(
    games: dict[str, dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]],
) -> None:
    truth = 1 / (1 + math.exp(-(8 * 0.3 - 1))) - quantal_response(1.0)[0]  # the inspector's chance is logistic(8 v - 1)
    plain, wary = games["plain"]["inspected"], games["wary"]["inspected"]
    shares = [of_difference(a, b, share=True) for a, b in zip(plain, wary, strict=True)]
    numbers = [of_difference(a, b, share=False) for a, b in zip(plain, wary, strict=True)]
    assert 0.93 <= covered([(one.low, one.high) for one in shares], truth) <= 0.97
    assert 0.93 <= covered([(one.low, one.high) for one in numbers], truth) <= 0.97
    assert saved(plain.ravel(), wary.ravel()) > 1.5  # shared luck: who inspects when calm inspects when wary
    assert ((wary >= plain) | (plain == 0)).all()


@pytest.mark.parametrize("freedom", [1, 2, 30, 999, 1000, 1001, 4095, 9999, 10**5, 10**6, 10**9])
def test_students_quantile_is_exact_with_few_and_with_many_degrees_of_freedom(freedom: int) -> None:
    assert student(freedom) == pytest.approx(float(stdtrit(freedom, 0.975)), rel=1e-15)


def test_known_intervals() -> None:
    one = of_share(np.array([1.0] * 7 + [0.0] * 193))
    assert (one.low, one.high) == pytest.approx((0.017056, 0.070471), abs=1e-6)  # Wilson, 7 of 200
    two = of_mean(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (two.mean, two.sd) == pytest.approx((2.5, math.sqrt(5 / 3)))
    assert two.high - two.mean == pytest.approx(3.182446 * math.sqrt(5 / 3) / 2, rel=1e-6)  # t with 3 degrees of freedom
    a = np.array([1.0] * 20 + [0.0] * 12 + [1.0] * 2 + [0.0] * 16)
    b = np.array([1.0] * 20 + [1.0] * 12 + [0.0] * 2 + [0.0] * 16)
    three = of_difference(a, b, share=True)  # by hand: phi = 271 / sqrt(32 18 22 28) = 0.4549, Wilson of 32/50 and of 22/50
    (l1, u1), (l2, u2) = (0.50142, 0.75859), (0.31156, 0.57692)
    low = 0.2 - math.sqrt((0.64 - l1) ** 2 - 2 * 0.4549 * (0.64 - l1) * (u2 - 0.44) + (u2 - 0.44) ** 2)
    high = 0.2 + math.sqrt((u1 - 0.64) ** 2 - 2 * 0.4549 * (u1 - 0.64) * (0.44 - l2) + (0.44 - l2) ** 2)
    assert (three.mean, three.low, three.high) == pytest.approx((0.2, low, high), abs=1e-4)
    assert of_mean(np.array([3.0])).as_json() == {"mean": 3.0, "sd": 0.0, "low": None, "high": None, "n": 1}


def test_cases_that_share_luck_are_not_counted_twice() -> None:
    row = np.array([0.0, 1.0, 2.0, 5.0])
    both = of_cases(np.stack([row, row]), share=False)
    assert (both.low, both.high, both.n) == (of_mean(row).low, of_mean(row).high, 8)
    ones = np.array([0.0, 1.0, 1.0, 1.0])
    assert of_cases(np.stack([ones, ones]), share=True).low == of_share(ones).low


def test_what_pairing_saves() -> None:
    x = np.arange(10.0)
    assert saved(x, x + 1) == math.inf
    assert math.isnan(saved(x * 0, x * 0 + 1))
    assert saved(x, -x) == pytest.approx(0.5)  # luck that works against itself costs


@pytest.mark.parametrize(
    ("text", "width", "percent"), [("a±0.02", 0.02, False), ("a +- 1%", 1.0, True), ("a+/-1e-2", 0.01, False)]
)
def test_targets(text: str, width: float, percent: bool) -> None:
    found = parse_until(text)
    assert (found.measure, found.width, found.percent) == ("a", width, percent)


@pytest.mark.parametrize("text", ["a", "a±", "a±-1", "a±0", "a±1‰", "±1"])
def test_a_target_that_is_none_is_said_exactly(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_until(text)
    assert str(caught.value) == f"--until: expected MEASURE±W or MEASURE±W%, W above 0 (got text {text!r})"


def test_the_farthest_case_decides() -> None:
    tight, loose = np.array([0.0, 0.1] * 50), np.array([0.0, 9.0] * 50)
    (found,) = reached([parse_until("a±1")], [{"a": tight}, {"a": loose}], {})
    assert (found.case, found.met) == (1, True)
    (found,) = reached([parse_until("a±1%")], [{"a": tight}, {"a": loose}], {})
    assert (found.case, found.met, found.wanted) == (1, False, 0.045)
    (found,) = reached([parse_until("a±1%")], [{"a": np.array([0.0, 1.0] * 50)}], {"a": Kind(share=True)})
    assert (found.met, found.wanted) == (False, 0.01)  # percentage points of a share


def test_histograms_give_quantiles_within_their_error_in_any_parts() -> None:
    n = 4000
    u = (np.arange(n) + 0.5) / n
    values = np.stack([np.exp(6 * u - 3), -np.exp(u), np.where(u < 0.5, 0.0, 1e6 * u), u - 0.5]).reshape(2, 2, n)
    at = (0.05, 0.25, 0.5, 0.75, 0.95)
    whole = quantiles_of([counts_of(values)], 4, at)
    parts = quantiles_of([counts_of(values[..., i::3]) for i in (2, 0, 1)], 4, at)
    exact = np.quantile(values.reshape(4, n), at, axis=-1, method="lower")
    assert np.array_equal(whole, parts)
    assert (np.abs(whole - exact) <= ERROR * np.abs(exact) + SMALLEST).all()


def test_a_paired_comparison_of_the_ladder_finds_the_known_difference() -> None:
    from wargame.validation.known_answers import ruin

    found = sweep(
        load("birth_death_ladder", {"horizon": "90 days"}), runs=1500, vary={"parameters.escalation.odds_up": [0.45, 0.4]}
    )
    table = found.results.table("reached_top")
    one = of_difference(table[1], table[0], share=True)
    truth = ruin(0.45, 0.35, 2, 6)[0] - ruin(0.4, 0.35, 2, 6)[0]
    assert one.low - 0.01 <= truth <= one.high + 0.01  # 0.01: a few runs have not ended after 90 days
    assert one.high - one.low < 0.9 * (of_share(table[0]).high - of_share(table[0]).low) * math.sqrt(2)
