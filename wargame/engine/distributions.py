"""The distributions that a prior may name: inverse and plain distribution functions, and their declared moments.

Everything is drawn by inversion of one uniform number, so that the same luck gives a larger value wherever the distribution
puts it higher: pairing (law 5) survives a changed prior. Every function works element by element and gives the same bits at
any width.

A normal distribution is given by its mean and standard deviation, a lognormal one by its median and the standard deviation of
its logarithm, a beta distribution by the mean and standard deviation of the share. Moments of the triangular distribution:
mean ``(a + c + b) / 3``, variance ``(a^2 + b^2 + c^2 - ab - ac - bc) / 18``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wargame.engine.numeric import exp, log, normal_ppf
from wargame.engine.types import Array


@dataclass(frozen=True)
class Normal:
    """By its mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Lognormal:
    """By its median and the standard deviation of its logarithm."""

    median: float
    sigma: float


@dataclass(frozen=True)
class Uniform:
    """Between two numbers."""

    low: float
    high: float


@dataclass(frozen=True)
class Triangular:
    """Between two numbers, likeliest at ``mode``."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True)
class Beta:
    """A share by its mean and standard deviation."""

    mean: float
    sd: float


Distribution: TypeAlias = Normal | Lognormal | Uniform | Triangular | Beta


def ppf(of: Distribution, u: Array) -> Array:
    """Return the values of a distribution at probabilities ``u`` strictly between 0 and 1, any shape."""
    match of:
        case Normal(mean=centre, sd=spread):
            return np.asarray(centre + spread * normal_ppf(u))
        case Lognormal(median=middle, sigma=spread):
            return np.asarray(middle * exp(spread * normal_ppf(u)))
        case Uniform(low=low, high=high):
            return np.asarray(low + (high - low) * u)
        case Triangular() as kind:
            return _triangular_ppf(kind, u)
        case Beta() as kind:
            from scipy.special import betaincinv  # loads slowly, and most priors are not of this kind

            return np.asarray(betaincinv(*beta_shape(kind), np.ascontiguousarray(u)))


def cdf(of: Distribution, x: Array) -> Array:
    """Return the probability of values of at most ``x``, any shape."""
    from scipy.special import betainc, ndtr

    match of:
        case Normal(mean=centre, sd=spread):
            return np.asarray(ndtr((x - centre) / spread))
        case Lognormal(median=middle, sigma=spread):
            positive = np.maximum(x, np.finfo(np.float64).tiny)
            return np.asarray(np.where(np.asarray(x) > 0, ndtr(log(positive / middle) / spread), 0.0))
        case Uniform(low=low, high=high):
            return np.asarray(np.clip((x - low) / (high - low), 0.0, 1.0))
        case Triangular() as kind:
            return _triangular_cdf(kind, x)
        case Beta() as kind:
            return np.asarray(betainc(*beta_shape(kind), np.ascontiguousarray(np.clip(x, 0.0, 1.0))))


def mean(of: Distribution) -> float:
    """Return the mean of a distribution."""
    match of:
        case Normal(mean=centre) | Beta(mean=centre):
            return centre
        case Lognormal(median=middle, sigma=spread):
            return middle * math.exp(spread**2 / 2)
        case Uniform(low=low, high=high):
            return (low + high) / 2
        case Triangular(low=low, mode=mode, high=high):
            return (low + mode + high) / 3


def sd(of: Distribution) -> float:
    """Return the standard deviation of a distribution."""
    match of:
        case Normal(sd=spread) | Beta(sd=spread):
            return spread
        case Lognormal(sigma=spread):
            return mean(of) * math.sqrt(math.expm1(spread**2))
        case Uniform(low=low, high=high):
            return (high - low) / math.sqrt(12)
        case Triangular(low=a, mode=c, high=b):
            return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18)


def beta_shape(kind: Beta) -> tuple[float, float]:
    """Return the two shape parameters of a beta distribution with a given mean and standard deviation."""
    weight = kind.mean * (1 - kind.mean) / kind.sd**2 - 1
    return kind.mean * weight, (1 - kind.mean) * weight


def _triangular_ppf(kind: Triangular, u: Array) -> Array:
    width = kind.high - kind.low
    turn = (kind.mode - kind.low) / width
    rising = kind.low + np.sqrt(u * width * (kind.mode - kind.low))
    falling = kind.high - np.sqrt((1 - u) * width * (kind.high - kind.mode))
    return np.asarray(np.where(u < turn, rising, falling))


def _triangular_cdf(kind: Triangular, x: Array) -> Array:
    width = kind.high - kind.low
    left, right = kind.mode - kind.low, kind.high - kind.mode
    below = np.clip(x - kind.low, 0.0, None) ** 2 / (width * left) if left > 0 else np.zeros_like(x)
    above = 1 - np.clip(kind.high - x, 0.0, None) ** 2 / (width * right) if right > 0 else np.ones_like(x)
    return np.asarray(np.where(np.asarray(x) < kind.mode, below, above))
