"""Estimators against functions whose indices are known, intervals that cover them, and the share of luck."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from wargame.influence.designs import Design, make_design
from wargame.influence.estimators import indices, luck_of
from wargame.influence.factors import VARIED, Factor
from wargame.types import Array

Function = Callable[[Array], Array]  # (points, factors) in the unit cube -> (points,)


def factors(count: int) -> tuple[Factor, ...]:
    return tuple(Factor(f"x{i + 1}", VARIED, True, low=0.0, high=1.0) for i in range(count))


def found(design: Design, function: Function) -> dict[str, Any]:
    y = function(design.u)[:, None]
    return dict(indices(design, y, design.u.T).numbers)


def ishigami(u: Array) -> Array:
    x = math.pi * (2 * u - 1)
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def ishigami_indices() -> tuple[list[float], list[float]]:
    """First and total order after Ishigami & Homma (1990), with a = 7 and b = 0.1."""
    a, b, pi4 = 7.0, 0.1, math.pi**4
    alone = [0.5 * (1 + b * pi4 / 5) ** 2, a * a / 8, 0.0]
    both = b * b * pi4**2 * (1 / 18 - 1 / 50)
    variance = sum(alone) + both
    return [one / variance for one in alone], [(alone[0] + both) / variance, alone[1] / variance, both / variance]


G = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def sobol_g(u: Array) -> Array:
    return np.asarray(np.prod((np.abs(4 * u - 2) + G) / (1 + G), axis=1))


def sobol_g_indices() -> tuple[Array, Array]:
    """First and total order after Sobol' (1993): V_i = 1 / (3 (1 + a_i)^2)."""
    own = 1 / (3 * (1 + G) ** 2)
    variance = np.prod(1 + own) - 1
    return own / variance, own * np.prod(1 + own) / (1 + own) / variance


@pytest.mark.parametrize(
    ("function", "count", "known"), [(ishigami, 3, ishigami_indices()), (sobol_g, 5, sobol_g_indices())], ids=["ishigami", "g"]
)
def test_sobol_finds_the_known_indices(function: Function, count: int, known: tuple[Any, Any]) -> None:
    told = found(make_design(factors(count), "sobol", 8192, 3), function)
    for name, truth in zip(("first", "total"), known, strict=True):
        assert [one.value for one in told[name]] == pytest.approx(list(truth), abs=0.02)


def test_sobol_is_what_scipy_computes_from_the_same_values() -> None:
    from scipy.stats import sobol_indices

    design = make_design(factors(3), "sobol", 512, 1)
    y = ishigami(design.u).reshape(512, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = sobol_indices(func={"f_A": y[None, :, 0], "f_B": y[None, :, 1], "f_AB": y[:, 2:].T[:, None]}, n=512)
    own = found(design, ishigami)
    assert [one.value for one in own["first"]] == pytest.approx(theirs.first_order.ravel().tolist(), abs=1e-9)
    assert [one.value for one in own["total"]] == pytest.approx(theirs.total_order.ravel().tolist(), abs=1e-9)


def test_sobol_intervals_cover_the_known_indices() -> None:
    first, total = ishigami_indices()
    inside = []
    for seed in range(60):
        told = found(make_design(factors(3), "sobol", 128, seed), ishigami)
        for name, truth in (("first", first), ("total", total)):
            inside += [one.low <= value <= one.high for one, value in zip(told[name], truth, strict=True)]
    assert np.mean(inside) >= 0.9  # Sobol' points are better than random ones: the intervals are wide rather than narrow


def test_morris_effects_of_a_linear_function_are_half_its_slopes() -> None:
    """A step is half the range: Morris' own effect, the slope, is twice as large. Nothing interacts, so sigma is 0."""
    slopes = np.array([4.0, -2.0, 0.5, 0.0])
    told = found(make_design(factors(4), "morris", 10, 0), lambda u: u @ slopes)
    assert [one.value for one in told["mu"]] == pytest.approx((slopes / 2).tolist(), abs=1e-12)
    assert [one.value for one in told["mu_star"]] == pytest.approx((np.abs(slopes) / 2).tolist(), abs=1e-12)
    assert [one.value for one in told["sigma"]] == pytest.approx([0.0] * 4, abs=1e-6)
    assert all(one.low <= one.value <= one.high for numbers in told.values() for one in numbers)


def test_morris_tells_interaction_and_curvature_from_slope() -> None:
    """y = x1 x2 + (x3 - 1/2)^2: x1 moves by x2 / 2 on average 1/4, x3 up here and down there."""
    told = found(make_design(factors(3), "morris", 4000, 0), lambda u: u[:, 0] * u[:, 1] + (u[:, 2] - 0.5) ** 2)
    mu, size, sigma = ([one.value for one in told[name]] for name in ("mu", "mu_star", "sigma"))
    assert mu == pytest.approx([0.25, 0.25, 0.0], abs=0.01)
    assert size == pytest.approx([0.25, 0.25, 0.125], abs=0.01)
    assert sigma[2] > 0.1
    assert sigma[0] == pytest.approx(math.sqrt(np.var([0.125, 0.375, 0.625, 0.875]) / 4), abs=0.01)


def morris(u: Array) -> Array:
    """Morris' own test function of twenty inputs (1991, section 5): the first ten matter, the first six of them together."""
    w = 2 * (u - 0.5)
    for i in (2, 4, 6):
        w[:, i] = 2 * (1.1 * u[:, i] / (u[:, i] + 0.1) - 0.5)
    rng = np.random.default_rng(0)
    y = w @ np.where(np.arange(20) < 10, 20.0, rng.normal(size=20))
    for count, first, weight in ((2, 6, -15.0), (3, 5, -10.0), (4, 4, 5.0)):
        for places in itertools.combinations(range(first), count):
            y = y + weight * np.prod(w[:, places], axis=1)
    return np.asarray(y)


def test_morris_ranks_his_own_test_function() -> None:
    told = found(make_design(factors(20), "morris", 30, 0), morris)
    size = np.array([one.value for one in told["mu_star"]])
    sigma = np.array([one.value for one in told["sigma"]])
    assert size[:10].min() > 3 * size[10:].max()
    assert size[7:10] == pytest.approx([20.0] * 3)  # slope 20 over a range from -1 to 1, half of it
    assert sigma[:6].min() > 3.0
    assert sigma[7:].max() < 1e-6  # these act alone


def test_morris_intervals_cover_the_known_effects() -> None:
    def function(u: Array) -> Array:
        return np.asarray(u[:, 0] * u[:, 1] + (u[:, 2] - 0.5) ** 2 + 0.3 * np.exp(u[:, 3]))

    truth = [one.value for one in found(make_design(factors(4), "morris", 20_000, 99), function)["mu_star"]]
    inside = []
    for seed in range(150):
        told = found(make_design(factors(4), "morris", 12, seed), function)["mu_star"]
        inside += [one.low - 1e-9 <= value <= one.high + 1e-9 for one, value in zip(told, truth, strict=True)]
    assert 0.9 <= np.mean(inside) <= 1.0


def test_the_share_of_luck_is_found() -> None:
    """Points with variance 4, luck that all points share with variance 1, and luck of their own with variance 4."""
    rng = np.random.default_rng(1)
    y = rng.normal(0, 2, (4000, 1)) + rng.normal(0, 1, (1, 300)) + rng.normal(0, 2, (4000, 300))
    told = luck_of(y)
    assert told.share == pytest.approx(5 / 9, abs=0.03)
    assert told.left == pytest.approx((4 / 300) / (4 + 4 / 300), rel=0.1)
    assert luck_of(np.repeat(rng.normal(size=(50, 1)), 4, axis=1)).share == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(luck_of(y[:, :1]).share)
    assert math.isnan(luck_of(np.ones((5, 5))).share)


def test_luck_alone_passes_for_no_effect() -> None:
    """What does nothing but is played with other luck at every point has effects of the mean size of luck, well below its bound."""
    design = make_design(factors(6), "morris", 40, 0)
    y = np.random.default_rng(0).normal(size=(len(design.u), 20))
    told = indices(design, y, design.u.T)
    ratio = [one.value / noise for one, noise in zip(told.numbers["mu_star"], told.noise, strict=True)]
    assert ratio == pytest.approx([math.sqrt(2 / math.pi) / 1.96] * 6, abs=0.15)
    assert luck_of(y).left == pytest.approx(1.0, abs=0.15)
