"""Priors: moments as declared, inverse functions that are inverse, luck of their own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.sweep.theatre import base
from wargame.binding.priors import draw
from wargame.engine.distributions import Beta, beta_shape, cdf, mean, ppf, sd
from wargame.scenario.values import Prior

PRIORS = [
    {"normal": {"mean": -2.0, "sd": 0.7}},
    {"lognormal": {"median": 1.2, "sigma": 0.5}},
    {"uniform": {"low": -1.0, "high": 3.0}},
    {"triangular": {"low": 0.0, "mode": 0.2, "high": 2.0}},
    {"triangular": {"low": 0.0, "mode": 0.0, "high": 2.0}},
    {"triangular": {"low": 0.0, "mode": 2.0, "high": 2.0}},
    {"beta": {"mean": 0.3, "sd": 0.12}},
]
U = (np.arange(200_000) + 0.5) / 200_000


@pytest.mark.parametrize("data", PRIORS, ids=lambda d: next(iter(d)))
def test_moments_are_those_declared(data: dict[str, object]) -> None:
    prior = Prior.model_validate(data).distribution()
    values = ppf(prior, U)
    assert values.mean() == pytest.approx(mean(prior), rel=2e-4, abs=2e-4)
    assert values.std() == pytest.approx(sd(prior), rel=2e-3)


@pytest.mark.parametrize("data", PRIORS, ids=lambda d: next(iter(d)))
def test_the_inverse_is_inverse_and_rises(data: dict[str, object]) -> None:
    prior = Prior.model_validate(data).distribution()
    values = ppf(prior, U[::100])
    assert cdf(prior, values) == pytest.approx(U[::100], abs=1e-9)
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("data", PRIORS, ids=lambda d: next(iter(d)))
def test_alone_and_together_give_the_same_bits(data: dict[str, object]) -> None:
    prior = Prior.model_validate(data).distribution()
    few = U[::20_000]
    assert np.array_equal(ppf(prior, few), [ppf(prior, u.reshape(1))[0] for u in few])


def test_scipy_agrees() -> None:
    a, b = beta_shape(Beta(mean=0.3, sd=0.12))
    assert (stats.beta(a, b).mean(), stats.beta(a, b).std()) == pytest.approx((0.3, 0.12))
    prior = Prior.model_validate({"lognormal": {"median": 1.2, "sigma": 0.5}}).distribution()
    assert ppf(prior, np.array([0.1, 0.9])) == pytest.approx(stats.lognorm(0.5, scale=1.2).ppf([0.1, 0.9]))
    assert cdf(prior, np.array([-1.0, 0.0])).tolist() == [0.0, 0.0]


def test_an_uncertainty_more_changes_no_other() -> None:
    many = range(40)
    both = draw(base(), 1, many)
    assert len(both) == 2
    for path in both:
        (other,) = set(both) - {path}
        alone = draw(base(), 1, many, fixed=(other,))
        assert list(alone) == [path]
        assert np.array_equal(alone[path], both[path])
    some = draw(base(), 1, many[7:9])
    assert all(np.array_equal(some[path], both[path][7:9]) for path in both)
    assert not np.array_equal(draw(base(), 2, many)[path], both[path])
