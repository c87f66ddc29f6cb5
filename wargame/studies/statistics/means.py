"""The interval of a mean that also holds where a sample is skewed or few runs carry it.

Student's interval of a mean leans on the sample being nearly normal. Of a cost that occurs once in two thousand runs, or of a
log-normal quantity, it covers the truth in 50 to 85 % of studies instead of 95, and always on the same side. Hall's interval
takes the skewness of the sample into account: with ``T`` Student's ratio, ``g`` the sample's skewness and ``a = g / sqrt(n)``,

    T + a T^2 / 3 + a^2 T^3 / 27 + a / 6

is nearly normal, and rises with T, so that it can be solved for T. Samples of heavy tails look less skewed than what they come
from: their skewness is taken ``MORE`` times. What is told is the interval that holds both Hall's and Student's: of a difference
that is rare in both directions, and was seen in one, Hall's alone is far too sure. Of a sample of two values alone (an event and
what it costs) it is the interval of a share, by Jeffreys, on their scale.

Nothing can be said of what a sample does not hold: where all values are the same there is no interval.

Source: Hall, "On the removal of skewness by transformation", JRSS B 54 (1992); Brown, Cai & DasGupta, "Interval estimation for a
binomial proportion", Statistical Science 16 (2001); Student (1908). How often they cover: ``benchmarks/coverage.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from wargame.engine.elementary import ARRAYS
from wargame.engine.numeric import exp, log
from wargame.engine.types import Array
from wargame.studies.statistics.estimates import Estimate
from wargame.studies.statistics.summaries import mean

LEVEL = 0.95
MORE = 1.1  # times the skewness of the sample; measured on log-normal and Pareto samples
ALIKE = 6  # values that are all the same, from which on their sign is no chance: 2 / 2**6 is less than 5 %
_MANY = 1000  # degrees of freedom from which the series of Student's quantile is as good as its inverse
_STRAIGHT = 1e-6  # skewness over sqrt(n) below which Hall's interval is Student's to the last bits that matter


@dataclass(frozen=True)
class Moments:
    """What an interval takes of a sample, or of many: their sizes, means, and mean squares and cubes about the mean."""

    n: Array
    mean: Array
    square: Array
    cube: Array


def varies(sample: Array) -> bool:
    """Return whether a sample has two different values or more."""
    return len(sample) > 1 and bool(np.any(sample != sample[0]))


def sign(value: float, low: float, high: float, n: int) -> int:
    """Return 1 or -1 where a mean clearly lies above or below 0, otherwise 0.

    Where nothing varies, and so there is no interval, it is the sign of all the values, if they are too many for chance.
    """
    if math.isnan(low) and n >= ALIKE:
        low = high = value
    return 1 if low > 0 else -1 if high < 0 else 0


def sd(sample: Array) -> float:
    """Return the standard deviation of a sample, exactly 0 where all its values are the same."""
    return float(np.std(sample - sample[0], ddof=1)) if len(sample) > 1 else 0.0


def interval(sample: Array, *, signed: bool = False) -> tuple[float, float]:
    """Return the 95 % interval of a mean; not-a-number where the sample does not vary.

    ``signed``: a sample of differences, whose other direction may not have been seen yet.
    """
    if not varies(sample):
        return math.nan, math.nan
    low, high = float(sample.min()), float(sample.max())
    top = sample == high
    if not signed and bool(np.all(top | (sample == low))):
        first, last = jeffreys(int(np.count_nonzero(top)), len(sample))
        return low + (high - low) * first, low + (high - low) * last
    sides = bounds(_moments(sample))
    return float(sides[0]), float(sides[1])


def estimate(sample: Array, *, signed: bool = False) -> Estimate:
    """Return the mean of a sample that is not empty, with its interval."""
    low, high = interval(sample, signed=signed)
    return Estimate(float(mean(sample)), low, high, len(sample))


def jeffreys(successes: int, n: int) -> tuple[float, float]:
    """Return the ends of Jeffreys' 95 % interval of a share that is neither none nor all."""
    from scipy.special import betaincinv  # loads slowly

    a, b = successes + 0.5, n - successes + 0.5
    return float(betaincinv(a, b, (1 - LEVEL) / 2)), float(betaincinv(a, b, (1 + LEVEL) / 2))


def _moments(sample: Array) -> Moments:
    away = sample - sample[0]
    mean = away.mean()
    away = away - mean
    square = away * away
    return Moments(np.float64(len(sample)), mean + sample[0], square.mean(), (square * away).mean())  # type: ignore[arg-type]


def bounds(of: Moments) -> tuple[Array, Array]:
    """Return the ends of the 95 % intervals of means; those of a sample that does not vary are its mean."""
    u = np.array([student(max(int(n) - 1, 1)) for n in np.atleast_1d(of.n)]).reshape(np.shape(of.n))
    error = np.sqrt(of.square / np.maximum(of.n - 1, 1))
    sized = np.where(of.square > 0, of.square, 1.0)
    a = MORE * of.cube / (sized * np.sqrt(sized)) / np.sqrt(of.n)
    up, down = np.maximum(halls(u, a), u), np.minimum(halls(-u, a), -u)
    return of.mean - up * error, of.mean - down * error


def halls(u: Array, a: Array) -> Array:
    """Return Student's ratio that Hall's transformation takes to ``u``."""
    safe = np.where(np.abs(a) > _STRAIGHT, a, 1.0)
    inner = 1 + safe * (u - safe / 6)
    root = np.sign(inner) * exp(log(np.abs(inner)) / 3)  # of the machine's own cube root the last bits differ
    return np.where(np.abs(a) > _STRAIGHT, 3 / safe * (root - 1), u)


def carried_by(sample: Array) -> float:
    """Return how many runs the variance of a sample rests on: its size over its kurtosis.

    Of an event that occurred in k of many runs it is k, of a normal sample a third of its size; 0 where nothing varies.
    """
    if not varies(sample):
        return 0.0
    away = sample - sample.mean()
    square = away * away
    square = square / square.max()
    return float(square.sum() ** 2 / (square * square).sum())


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
