"""Indices from the values at a design's points, with 95 % intervals by bootstrap over its independent groups.

``y`` holds one value per point and replication, ``(points, replications)``; every point has the same luck, replication by
replication. Indices are those of the mean over the replications, as a function of the factors.

* Morris: ``mu_star`` is the mean size of a factor's effects, ``mu`` their mean, ``sigma`` their standard deviation. An effect
  is the change of the measure when the factor makes its step; Morris' own effects of a number are twice as large, for he
  divides by the step, which is half the range.
* Sobol': ``first`` is the share of the variance that a factor causes alone, ``total`` with all its interactions. First order
  after Saltelli (2010), ``mean(B (AB - A)) / V``, total after Jansen (1999), ``mean((A - AB)^2) / 2 V``, with values centred
  first.

Intervals are expanded percentile intervals: percentiles taken a little further out, so that they cover what they should when
groups are few.

Source: Campolongo, Cariboni & Saltelli, "An effective screening design", Environmental Modelling & Software 22 (2007); Saltelli
et al., Computer Physics Communications 181 (2010); Jansen, Computer Physics Communications 117 (1999); Hesterberg, "What
teachers should know about the bootstrap", The American Statistician 69 (2015), section 3.3; Searle, Casella & McCulloch,
"Variance Components" (1992), chapter 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wargame.analysis.statistics import Z95, Estimate
from wargame.draws import Draws
from wargame.influence.designs import MORRIS, OTHER, START, Design
from wargame.types import Array

RESAMPLES = 1000


@dataclass(frozen=True)
class Luck:
    """How much of a measure's variance is luck: ``share`` of the variance of a single run, ``left`` of the variance of the means
    over the replications, ``sd`` of a single run. Not-a-number where there is one replication, or nothing varies.
    """

    share: float
    left: float
    sd: float


@dataclass(frozen=True)
class Indices:
    """The indices of every factor on one measure, in the factors' order; ``noise`` is the ``mu_star`` that luck alone, which
    all points share, would exceed once in twenty studies.
    """

    numbers: dict[str, tuple[Estimate, ...]]
    noise: tuple[float, ...] = ()


def indices(design: Design, y: Array, ordered: Array) -> Indices:
    """Return the indices of one measure; ``ordered`` ``(factors, points)`` says on which side of its values a factor stands, so
    that effects are those of more of it.
    """
    return _morris(design, y, ordered) if design.method == MORRIS else _sobol(design, y)


def luck_of(y: Array) -> Luck:
    """Return the share of luck in the values of all points, by analysis of variance: points times replications."""
    points, replications = y.shape
    sd = float(np.std(y))
    if replications < 2 or points < 2 or sd == 0:
        return Luck(math.nan, math.nan, sd)
    centred = y - y.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    rest = float(((centred - rows[:, None] - columns) ** 2).sum()) / ((points - 1) * (replications - 1))
    between = float((rows**2).sum()) * replications / (points - 1)
    of_points = max(between - rest, 0.0) / replications
    of_luck = max(float((columns**2).sum()) * points / (replications - 1) - rest, 0.0) / points
    whole = of_points + of_luck + rest
    left = rest / between if between > 0 else math.nan
    return Luck((of_luck + rest) / whole if whole > 0 else math.nan, min(left, 1.0), sd)


@lru_cache(maxsize=4)
def _weights(groups: int) -> Array:
    """Return resamples of the groups as weights that sum to 1, ``(RESAMPLES, groups)``; the first row is the sample itself."""
    luck = Draws(0, range(groups))
    found = np.empty((RESAMPLES + 1, groups))
    found[0] = 1 / groups
    for b in range(RESAMPLES):
        drawn = np.floor(luck.uniform("bootstrap.sensitivity", b) * groups).astype(np.int64)
        found[b + 1] = np.bincount(drawn, minlength=groups) / groups
    return found


def _estimates(resampled: Array, groups: int) -> tuple[Estimate, ...]:
    """Return estimates with intervals from ``(1 + RESAMPLES, factors)``, the first row being the values themselves."""
    from scipy.special import ndtr, stdtrit

    tail = float(ndtr(math.sqrt(groups / (groups - 1)) * stdtrit(groups - 1, 0.025)))
    low, high = np.quantile(resampled[1:], [tail, 1 - tail], axis=0)
    ends = zip(resampled[0].tolist(), low.tolist(), high.tolist(), strict=True)
    return tuple(Estimate(value, least, most, groups) for value, least, most in ends)


def _morris(design: Design, y: Array, ordered: Array) -> Indices:
    before, after = design.pairs()
    factors = np.arange(design.u.shape[1])
    sign = np.sign(ordered[factors, after] - ordered[factors, before])
    changes = (y[after] - y[before]) * np.where(sign == 0, 1.0, sign)[:, :, None]  # (groups, factors, replications)
    effects = changes.mean(axis=2)
    weights = _weights(design.groups)
    mean, size, square = (weights @ one for one in (effects, np.abs(effects), effects**2))
    bessel = design.groups / (design.groups - 1)
    sigma = np.sqrt(np.maximum(square - mean**2, 0.0) * bessel)
    several = y.shape[1] > 1
    noise = changes.std(axis=2, ddof=1) / math.sqrt(y.shape[1]) if several else np.full(effects.shape, math.nan)
    numbers = {"mu_star": size, "mu": mean, "sigma": sigma}
    return Indices(
        {name: _estimates(values, design.groups) for name, values in numbers.items()},
        tuple(float(one) for one in Z95 * noise.mean(axis=0)),
    )


def _sobol(design: Design, y: Array) -> Indices:
    values = y.mean(axis=1).reshape(design.groups, design.each)
    kinds = design.moved[: design.each]
    a, b = values[:, kinds == START], values[:, kinds == OTHER]
    mixed = values[:, kinds >= 0]
    middle = float(np.concatenate([a, b]).mean())
    a, b, mixed = a - middle, b - middle, mixed - middle
    weights = _weights(design.groups)
    mean = weights @ ((a + b) / 2)
    variance = weights @ ((a**2 + b**2) / 2) - mean**2
    first, total = weights @ (b * (mixed - a)), weights @ ((a - mixed) ** 2) / 2
    numbers = {"first": _shares(first, variance), "total": _shares(total, variance)}
    return Indices({name: _estimates(values, design.groups) for name, values in numbers.items()})


def _shares(parts: Array, variance: Array) -> Array:
    """Return parts ``(resamples, factors)`` of a variance ``(resamples, 1)`` as shares; 0 where nothing varies."""
    varies = np.broadcast_to(variance > 1e-12 * variance[0], parts.shape)
    return np.divide(parts, variance, out=np.zeros_like(parts), where=varies)
