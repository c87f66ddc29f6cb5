"""Means with their 95 % intervals: Student's t for numbers, Wilson's for shares, and both for paired differences.

Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); Newcombe, "Improved
confidence intervals for the difference between binomial proportions based on paired data", Statistics in Medicine 17 (1998),
method 10; Student (1908).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from wargame.analysis.statistics import mean as mean_of
from wargame.analysis.statistics import wilson
from wargame.elementary import ARRAYS
from wargame.types import Array

LEVEL = 0.95
_MANY = 1000  # degrees of freedom from which the series of Student's quantile is as good as its inverse


@dataclass(frozen=True)
class Interval:
    """A mean, the standard deviation of the sample, the 95 % interval of the mean (not-a-number where none can be had), and n."""

    mean: float
    sd: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, float | int | None]:
        """Return the numbers by name; what is no number becomes null."""
        return {name: value if math.isfinite(value) else None for name, value in vars(self).items()}

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.high - self.low) / 2


def _sd(sample: Array) -> float:
    return float(np.std(sample - sample[0], ddof=1)) if len(sample) > 1 else 0.0


def of_mean(sample: Array) -> Interval:
    """Return the mean of independent numbers with its interval by Student's t."""
    n, sd = len(sample), _sd(sample)
    mean = float(mean_of(sample))
    if n < 2:
        return Interval(mean, sd, math.nan, math.nan, n)
    half = student(n - 1) * sd / math.sqrt(n)
    return Interval(mean, sd, mean - half, mean + half, n)


@cache
def student(freedom: int) -> float:
    """Return the quantile of Student's distribution that cuts off a 95 % interval on one side.

    With many degrees of freedom by the series of Cornish and Fisher, exact there to the last bits. Source: Abramowitz & Stegun,
    Handbook of Mathematical Functions (1964), 26.7.5.
    """
    if freedom < _MANY:
        from scipy.special import stdtrit  # loads slowly

        return float(stdtrit(freedom, (1 + LEVEL) / 2))
    z = float(ARRAYS.normal_ppf(np.float64((1 + LEVEL) / 2)))
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return float(z + sum(term / freedom**power for power, term in enumerate(terms, 1)))


def of_share(sample: Array) -> Interval:
    """Return the share of ones with its Wilson interval."""
    found = wilson(float(np.count_nonzero(sample)), len(sample))
    return Interval(found.value, _sd(sample), found.low, found.high, len(sample))


def of_cases(samples: Array, *, share: bool) -> Interval:
    """Return the mean over cases that share their luck, ``(cases, replications)``: what is independent are the replications.

    For shares it is Wilson's interval with as many trials as there are replications, which is too wide rather than too narrow.
    """
    cases, n = samples.shape
    if cases == 1:
        return of_share(samples[0]) if share else of_mean(samples[0])
    everything = samples.ravel()
    if share:
        found = wilson(float(np.count_nonzero(samples)) / cases, n)
        return Interval(found.value, _sd(everything), found.low, found.high, samples.size)
    middle = of_mean(np.asarray(samples.mean(axis=0)))
    return Interval(float(mean_of(everything)), _sd(everything), middle.low, middle.high, samples.size)


def of_difference(a: Array, b: Array, *, share: bool) -> Interval:
    """Return the mean of ``b - a`` over paired runs with its interval; for shares by Newcombe's method 10."""
    found = of_mean(b - a)
    if not share or len(a) < 1:
        return found
    low, high = _newcombe(np.asarray(b != 0), np.asarray(a != 0))
    return Interval(found.mean, found.sd, low, high, found.n)


def _newcombe(
    one: np.ndarray[tuple[int], np.dtype[np.bool_]], two: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[float, float]:
    n = len(one)
    both, first, second = int((one & two).sum()), int((one & ~two).sum()), int((~one & two).sum())
    neither = n - both - first - second
    p1, p2 = wilson(both + first, n), wilson(both + second, n)
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    phi = 0.0
    if margins > 0:
        product = both * neither - first * second
        corrected = max(product - n / 2, 0.0) if product > 0 else float(product)
        phi = corrected / math.sqrt(margins)
    difference = p1.value - p2.value
    l1, u1, l2, u2 = p1.value - p1.low, p1.high - p1.value, p2.value - p2.low, p2.high - p2.value
    low = difference - math.sqrt(max(l1 * l1 - 2 * phi * l1 * u2 + u2 * u2, 0.0))
    high = difference + math.sqrt(max(u1 * u1 - 2 * phi * u1 * l2 + l2 * l2, 0.0))
    return max(low, -1.0), min(high, 1.0)


def saved(a: Array, b: Array) -> float:
    """Return how many times the variance of the difference would be larger without pairing; not-a-number if nothing varies.

    Infinite when every pair differs by the same amount.
    """
    paired = _sd(b - a) ** 2
    apart = _sd(a) ** 2 + _sd(b) ** 2
    if apart == 0.0:
        return math.nan
    return apart / paired if paired > 0.0 else math.inf
