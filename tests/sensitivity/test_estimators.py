"""Estimators against functions whose indices are known, luck taken out of them, and the share of luck."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.covering_indices import PROCESSES, study
from wargame.engine.types import Array
from wargame.studies.sensitivity.designs import Design, make_design
from wargame.studies.sensitivity.estimators import crossed, indices, luck_of
from wargame.studies.sensitivity.factors import VARIED, Factor

Function = Callable[[Array], Array]  # (points, factors) in the unit cube -> (points,)


def factors(count: int) -> tuple[Factor, ...]:
    return tuple(Factor(f"x{i + 1}", VARIED, True, low=0.0, high=1.0) for i in range(count))


def found(design: Design, function: Function) -> dict[str, Any]:
    """Return the indices of a function without luck: two replications are alike."""
    y = np.repeat(function(design.u)[:, None], 2, axis=1)
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
    assert 0.92 <= np.mean(inside) <= 0.98


def test_morris_effects_of_a_linear_function_are_half_its_slopes() -> None:
    """A step is half the range: Morris' own effect, the slope, is twice as large. Nothing interacts, so sigma is 0."""
    slopes = np.array([4.0, -2.0, 0.5, 0.0])
    told = found(make_design(factors(4), "morris", 10, 0), lambda u: u @ slopes)
    assert [one.value for one in told["mu"]] == pytest.approx((slopes / 2).tolist(), abs=1e-12)
    assert [one.value for one in told["mu_star"]] == pytest.approx((np.abs(slopes) / 2).tolist(), abs=1e-12)
    assert [one.value for one in told["sigma"]] == pytest.approx([0.0] * 4, abs=1e-6)
    assert all(math.isnan(one.low) for numbers in told.values() for one in numbers)  # all trajectories are alike: no sample


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
        pairs = zip(told, truth, strict=True)  # the size of the third is the same everywhere: there is no interval
        inside += [one.low <= value <= one.high for one, value in pairs if math.isfinite(one.low)]
    assert 0.92 <= np.mean(inside) <= 0.98


def test_the_share_of_luck_is_found() -> None:
    """Points with variance 4, luck with variance 5 within them."""
    rng = np.random.default_rng(1)
    y = rng.normal(0, 2, (4000, 1)) + rng.normal(0, math.sqrt(5), (4000, 30))
    told = luck_of(y)
    assert told.share == pytest.approx(5 / 9, abs=0.03)
    assert told.left == pytest.approx((5 / 30) / (4 + 5 / 30), rel=0.1)
    assert luck_of(np.repeat(rng.normal(size=(50, 1)), 4, axis=1)).share == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(luck_of(y[:, :1]).share)
    assert math.isnan(luck_of(np.ones((5, 5))).share)


def test_products_of_different_replications_lose_luck() -> None:
    """The mean square of 1 plus luck of variance 4 is 5; of different replications it is 1. One alone is multiplied by itself."""
    y = 1.0 + 2.0 * np.random.default_rng(2).normal(size=(20_000, 4))
    assert float(crossed(y, y).mean()) == pytest.approx(1.0, abs=0.06)
    assert float(crossed(y[:, :1], y[:, :1]).mean()) == pytest.approx(5.0, abs=0.1)
    apart = [a * b for i, a in enumerate(y[0]) for j, b in enumerate(y[0]) if i != j]
    assert float(crossed(y, y)[0]) == pytest.approx(float(np.mean(apart)))


def lucky(design: Design, function: Function, size: float, replications: int, seed: int) -> Array:
    """Return values with luck that the points of a group share in part."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(design.groups, replications))[design.group]
    own = rng.normal(size=(len(design.u), replications))
    return np.asarray(function(design.u)[:, None] + size * (shared + 0.5 * own))


@pytest.mark.parametrize("replications", [2, 10])
def test_luck_does_not_count_as_effect(replications: int) -> None:
    """Luck with a variance of 25 times that of the points leaves Sobol' indices where they are, on average over studies."""
    first, total = ishigami_indices()
    variance, told = 13.8, []
    for seed in range(40):
        design = make_design(factors(3), "sobol", 512, seed)
        one = indices(design, lucky(design, ishigami, math.sqrt(variance), replications, seed), design.u.T)
        told.append([[number.value for number in one.numbers[name]] for name in ("first", "total")])
    spread = np.std(told, axis=0) / math.sqrt(len(told))
    assert (np.abs(np.mean(told, axis=0) - np.array([first, total])) < 4 * spread + 0.01).all()


def test_morris_sigma_and_mu_star_lose_luck() -> None:
    """An additive function has the same effect everywhere: sigma is 0 and mu* the effect, however much luck there is."""
    told = []
    for seed in range(60):
        design = make_design(factors(2), "morris", 20, seed)
        y = lucky(design, lambda u: u @ np.array([4.0, 1.0]), 2.0, 10, seed)
        one = indices(design, y, design.u.T).numbers
        told.append([one["mu_star"][0].value, one["mu_star"][1].value, one["mu"][1].value])
    assert np.mean(told, axis=0) == pytest.approx([2.0, 0.5, 0.5], abs=0.08)


def test_luck_alone_is_no_effect() -> None:
    """Luck that differs from point to point and nothing else: hardly a factor is said to move the expected value."""
    said: list[bool] = []
    for seed in range(60):
        design = make_design(factors(3), "morris", 10, seed)
        found = indices(design, np.random.default_rng(seed).normal(size=(len(design.u), 10)), design.u.T)
        said += found.moves
        assert all(not one.low > 0 for one, sure in zip(found.numbers["mu_star"], found.moves, strict=True) if not sure)
    assert np.mean(said) <= 0.1
    design = make_design(factors(3), "sobol", 128, 0)
    found = indices(design, np.random.default_rng(0).normal(size=(len(design.u), 10)), design.u.T)
    assert not any(found.moves)
    assert all(math.isnan(one.low) for one in (*found.numbers["first"], *found.numbers["total"]))
    assert found.needs[0] is not None
    assert found.needs[0].what == "replications"


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_one_replication_gives_no_interval_of_what_luck_would_change(method: str) -> None:
    design = make_design(factors(3), method, 16, 0)
    told = indices(design, ishigami(design.u)[:, None], design.u.T)
    names = ("mu_star",) if method == "morris" else ("first", "total")
    assert all(math.isnan(one.low) for name in names for one in told.numbers[name])
    assert {(one.what, one.count) for one in told.needs if one} == {("replications", 2)}


def test_what_it_would_take_is_enough() -> None:
    """Of studies that follow the advice most have intervals."""
    process = PROCESSES["end_day"]
    without = [study(process, "sobol", 128, 10, seed).needs[0] for seed in range(12)]
    given = [one for one in without if one is not None]
    assert len(given) >= 10
    assert all(one.what == "replications" and 15 <= one.count <= 200 for one in given)
    then = [study(process, "sobol", 128, one.count, 100 + seed).needs[0] is None for seed, one in enumerate(given)]
    assert np.mean(then) >= 0.7
