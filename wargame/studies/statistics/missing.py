"""Means, shares and paired differences with their 95 % intervals, of those runs in which a measure is there.

A number that is missing in a run (NaN) is in no mean: what is told is the mean of the others, how many they are, and what share
of the runs they are, with its interval. Two cases in which something happens more or less often are compared twice: by the
difference of the shares, and among the pairs of runs in which it happened on both sides; of a day, also by the restricted mean,
in which "never" counts as the last day that was looked at.

A share has Wilson's interval, a difference of shares Newcombe's, a mean that of :mod:`wargame.studies.statistics.means`. A sample
of numbers in which nothing varies has no interval.

Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); Newcombe, "Improved
confidence intervals for the difference between binomial proportions based on paired data", Statistics in Medicine 17 (1998),
method 10; Royston & Parmar, "Restricted mean survival time", BMC Medical Research Methodology 13 (2013); Korn & Graubard,
"Confidence intervals for proportions with small expected number of positive counts", Survey Methodology 24 (1998), for shares
over cases that share their luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array, Mask
from wargame.results.files import finite
from wargame.studies.statistics import means
from wargame.studies.statistics.estimates import Estimate, wilson
from wargame.studies.statistics.summaries import mean as mean_of


@dataclass(frozen=True)
class Interval:
    """A mean, the standard deviation of the sample, the 95 % interval of the mean (not-a-number where none can be had), and n.

    They are those of the runs in which there is a number; ``share`` is of how many, None where it cannot be missing.
    """

    mean: float
    sd: float
    low: float
    high: float
    n: int
    share: Estimate | None = None

    def as_json(self) -> dict[str, float | int | None]:
        """Return the numbers by name; what is no number becomes null."""
        found: dict[str, float | int] = {name: getattr(self, name) for name in ("mean", "sd", "low", "high", "n")}
        if self.share is not None:
            found |= {"share": self.share.value, "share_low": self.share.low, "share_high": self.share.high}
        return dict(finite(found))

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.high - self.low) / 2

    @property
    def constant(self) -> bool:
        """Whether there are several values, and all are the same."""
        return self.n > 1 and self.sd == 0.0

    @property
    def sign(self) -> int:
        """1 or -1 where the mean clearly lies above or below 0, otherwise 0."""
        return means.sign(self.mean, self.low, self.high, self.n)


def there(sample: Array) -> Mask:
    """Return in which runs there is a number."""
    found: Mask = ~np.isnan(sample)
    return found


def share_of(known: Mask) -> Estimate:
    """Return the share of runs in which something is so, with its Wilson interval."""
    return wilson(float(np.count_nonzero(known)), known.size)


def _sd(sample: Array) -> float:
    return means.sd(sample) if len(sample) else math.nan


def of_mean(sample: Array, *, may: bool = False, signed: bool = False) -> Interval:
    """Return the mean of independent numbers with its interval; ``may``: be missing; ``signed``: they are differences."""
    known = there(sample)
    own = sample[known]
    low, high = means.interval(own, signed=signed)
    share = share_of(known) if may or len(own) < len(sample) else None
    return Interval(float(mean_of(own)) if len(own) else math.nan, _sd(own), low, high, len(own), share)


def of_share(sample: Array, *, may: bool = False) -> Interval:
    """Return the share of ones with its Wilson interval."""
    known = there(sample)
    own = sample[known]
    found = wilson(float(np.count_nonzero(own)), len(own))
    share = share_of(known) if may or len(own) < len(sample) else None
    return Interval(found.value, _sd(own), found.low, found.high, len(own), share)


def of_cases(samples: Array, *, share: bool, may: bool = False) -> Interval:
    """Return the mean over cases that share their luck, ``(cases, replications)``: what is independent are the replications.

    The interval is that of the replications' parts in the mean. For shares it is Wilson's, with as many trials as would vary by
    as much: no fewer than there are replications, no more than there are runs.
    """
    cases, _ = samples.shape
    if cases == 1:
        return of_share(samples[0], may=may) if share else of_mean(samples[0], may=may)
    known = there(samples)
    everything = samples[known]
    told = _share_over(known) if may or everything.size < samples.size else None
    if not everything.size:
        return Interval(math.nan, math.nan, math.nan, math.nan, 0, told)
    mean = float(mean_of(everything))
    parts = _parts(samples, known, mean)
    low, high = _of_parts(parts, mean, everything.size) if share else means.interval(parts)
    return Interval(mean, _sd(everything), low, high, everything.size, told)


def _share_over(known: Mask) -> Estimate:
    found = of_cases(known.astype(np.float64), share=True)
    return Estimate(found.mean, found.low, found.high, known.size)


def _parts(samples: Array, known: Mask, mean: float) -> Array:
    """Return each replication's part in a mean over cases, shape ``(replications,)``: their mean is the mean."""
    if known.all():
        return np.asarray(samples.mean(axis=0))
    away = np.where(known, samples - mean, 0.0).sum(axis=0)
    return np.asarray(mean + away / known.sum(axis=0).mean())


def _of_parts(parts: Array, share: float, most: int) -> tuple[float, float]:
    spread = means.sd(parts) ** 2
    trials = len(parts) * share * (1 - share) / spread if spread > 0 else 0.0
    trials = min(max(trials, float(len(parts))), float(most))
    found = wilson(share * trials, trials)
    return found.low, found.high


def pairs_there(a: Array, b: Array) -> Mask:
    """Return in which pairs of runs there is a number on both sides."""
    found: Mask = there(a) & there(b)
    return found


def of_difference(a: Array, b: Array, *, share: bool) -> Interval:
    """Return the mean of ``b - a`` over the pairs that have both, with its interval; for shares by Newcombe's method 10."""
    both = pairs_there(a, b)
    a, b = a[both], b[both]
    found = of_mean(b - a, signed=True)
    if not share or not len(a):
        return found
    low, high = _newcombe(np.asarray(b != 0), np.asarray(a != 0))
    return Interval(found.mean, found.sd, low, high, found.n)


def of_shares(a: Array, b: Array) -> Interval:
    """Return by how much the share of runs in which there is a number differs, ``b - a``, with Newcombe's interval."""
    return of_difference(there(a).astype(np.float64), there(b).astype(np.float64), share=True)


def of_restricted(a: Array, b: Array, horizon: float) -> Interval:
    """Return the difference ``b - a`` of the restricted mean times to an event: where it never came it counts as the horizon."""
    a, b = (np.minimum(np.where(there(row), row, horizon), horizon) for row in (a, b))
    return of_mean(b - a, signed=True)


def _newcombe(one: Mask, two: Mask) -> tuple[float, float]:
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

    Infinite when every pair differs by the same amount. Pairs in which one side is missing are left out.
    """
    both = pairs_there(a, b)
    if not both.any():
        return math.nan
    a, b = a[both], b[both]
    paired = means.sd(b - a) ** 2
    apart = means.sd(a) ** 2 + means.sd(b) ** 2
    if apart == 0.0:
        return math.nan
    return apart / paired if paired > 0.0 else math.inf
