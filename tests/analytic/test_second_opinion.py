"""Second opinions: statsmodels on shares and paired means, nashpy on equilibria, each to its stated tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from nashpy import Game
from scipy.stats import ttest_rel
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from wargame.studies.statistics.estimates import wilson
from wargame.studies.statistics.missing import of_difference, of_share
from wargame.studies.tournament.games import mixed_equilibria, pure_equilibria


@pytest.mark.parametrize("n", [1, 7, 40, 1000])
def test_shares_have_the_wilson_interval_of_statsmodels(n: int) -> None:
    for count in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        low, high = proportion_confint(count, n, method="wilson")
        found = wilson(count, n)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
        sample = np.repeat([1.0, 0.0], [count, n - count])
        assert (of_share(sample).low, of_share(sample).high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("n", [30, 400])
def test_paired_means_have_the_interval_of_statsmodels(n: int) -> None:
    """Of differences that are hardly skewed: where they are, ours is wider (Hall's) and never narrower."""
    rng = np.random.default_rng(n)
    shared = rng.normal(size=n)
    a, b = shared + rng.normal(size=n), shared + 0.5 + rng.normal(size=n)
    low, high = DescrStatsW(b - a).tconfint_mean()
    assert ttest_rel(b, a).confidence_interval() == pytest.approx((low, high), abs=1e-12)
    found = of_difference(a, b, share=False)
    assert found.mean == pytest.approx(float(DescrStatsW(b - a).mean), abs=1e-12)
    assert found.low <= low + 1e-12
    assert found.high >= high - 1e-12
    assert found.high - found.low <= 1.15 * (high - low)


def equilibria(first: np.ndarray, second: np.ndarray) -> set[tuple[float, ...]]:
    found = mixed_equilibria(first, second)
    assert found is not None
    return {tuple(round(share, 6) + 0.0 for own in one.shares for share in own) for one in found}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # nashpy's search over supports misses some, and says so
@pytest.mark.parametrize("shape", [(2, 2), (2, 4), (3, 3), (4, 3)])
def test_equilibria_are_those_of_nashpy(shape: tuple[int, int]) -> None:
    """Random games have no ties: the vertices give the same set, and all that nashpy finds over supports is in it."""
    rng = np.random.default_rng(shape[0] * 10 + shape[1])
    for _ in range(20):
        first, second = 1 + rng.random(size=(2, *shape))
        game, ours = Game(first, second), equilibria(first, second)
        vertices, supports = (
            {tuple(round(float(share), 6) + 0.0 for own in pair for share in own) for pair in pairs}
            for pairs in (game.vertex_enumeration(), game.support_enumeration())
        )
        assert vertices == ours
        assert supports <= ours
        pure = {one for one in ours if all(share in (0.0, 1.0) for share in one)}
        assert len(pure_equilibria(np.stack([first, second]))) == len(pure)
