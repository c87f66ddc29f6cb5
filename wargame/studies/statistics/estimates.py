"""Estimates with their intervals: Wilson for shares, order statistics for medians, percentile bootstrap for what has no better.

Samples are compared run by run where they share their luck: replication ``k`` of one arm and replication ``k`` of another have
drawn the same numbers, so a resample takes the same runs from both. The draws of the bootstrap are named luck: the same samples
give the same interval, to the bit, wherever it is computed.

Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); Efron & Tibshirani,
"An Introduction to the Bootstrap" (1993), chapter 13; half a count added to both shares of a ratio: Haldane (1956), Anscombe
(1956).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from wargame.engine.draws import Draws
from wargame.engine.types import Array

Z95 = 1.959963984540054  # the 97.5 % point of the standard normal distribution
RESAMPLES = 1000
Reduce: TypeAlias = Callable[[Sequence[Array]], Array]  # samples, each (..., n) -> (...)


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval and the number of runs behind it; not-a-number where no run could tell."""

    value: float
    low: float
    high: float
    n: int

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return not math.isnan(self.value)


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


def wilson(successes: float, n: float) -> Estimate:
    """Return a share with its 95 % Wilson interval; ``n`` need not be whole: as many trials as would vary by as much."""
    if n <= 0:
        return NOTHING
    share, z2 = successes / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if successes <= 0 else max(middle - half, 0.0)
    high = 1.0 if successes >= n else min(middle + half, 1.0)
    return Estimate(share, low, high, int(n))


def most_if_none(n: int) -> float:
    """Return the exact one-sided 95 % upper bound of a share that never occurred in ``n`` runs."""
    return 1.0 - math.exp(math.log(0.05) / n)


@lru_cache(maxsize=8)
def _resamples(n: int, stream: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    luck = Draws(0, range(n))
    rows = [luck.uniform(f"bootstrap.{stream}", b) for b in range(RESAMPLES)]
    return np.asarray(np.floor(np.array(rows) * n), dtype=np.int64)


def bootstrap(samples: Sequence[Array], reduce: Reduce, *, paired: bool) -> Estimate:
    """Return ``reduce`` of the samples with its 95 % percentile interval.

    ``paired`` samples have the same length, and a resample takes the same runs from all of them; others are resampled each by
    itself. ``reduce`` works along the last axis.
    """
    if not samples or any(len(sample) == 0 for sample in samples):
        return NOTHING
    if paired and len({len(sample) for sample in samples}) != 1:
        raise ValueError("paired samples have the same length")
    value = float(reduce(samples))
    if math.isnan(value):
        return NOTHING
    again = [sample[_resamples(len(sample), "paired" if paired else f"sample {i}")] for i, sample in enumerate(samples)]
    low, high = np.quantile(reduce(again), [0.025, 0.975], method="inverted_cdf")
    return Estimate(value, float(low), float(high), min(len(sample) for sample in samples))


def median_of(sample: Array) -> Estimate:
    """Return the median of a sample that is not empty with its 95 % interval between two order statistics.

    It holds for any distribution: how many values lie below the median is binomial. Source: Conover, Practical Nonparametric
    Statistics (1999), 3.2.
    """
    n = len(sample)
    half = Z95 * math.sqrt(n)
    first, last = math.floor((n - half) / 2), math.ceil((n + half) / 2 + 1)  # ranks from 1
    if first < 1:
        return Estimate(float(np.median(sample)), math.nan, math.nan, n)
    ranked = np.sort(sample)
    return Estimate(float(np.median(sample)), float(ranked[first - 1]), float(ranked[last - 1]), n)
