"""How good a box is on runs that had no say in it: coverage, density and lift, each with a 95 % interval.

Runs of a *unit* (a replication) share their luck, so units are what is independent. Shares have Wilson's interval with as many
trials as would vary by as much (Korn & Graubard). *Lift* is the density over the share among all runs. Its interval is made of
those of both on the scale of the logarithm, with the correlation that they have over the units (Zou & Donner): near Katz'
interval of a ratio in large samples, and with limits where a density is none or all, which his has not.

Source: Korn & Graubard, "Confidence intervals for proportions with small expected number of positive counts", Survey Methodology
24 (1998); Katz, Baptista, Azen & Pike, "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34
(1978); Zou & Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27
(2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array, Mask
from wargame.studies.statistics.estimates import NOTHING, Z95, Estimate, wilson

LEAST_LIFT = 1.25  # a box in which it happens less than a quarter more often than anywhere is not worth knowing
SURE = 2.576  # standard errors: a chance of 1 in 200 that a box without any lift is told, for up to three are looked at


@dataclass(frozen=True)
class Judgement:
    """Coverage, density and lift of a box, and whether it means something: ``means``. ``weak`` says why it does not."""

    coverage: Estimate
    density: Estimate
    lift: Estimate
    weak: str = ""

    @property
    def means(self) -> bool:
        """Whether it is a finding."""
        return not self.weak


def judged(inside: Mask, interest: Mask, unit: NDArray[np.int64], least: int) -> Judgement:
    """Return how a box does on some runs; ``inside`` ``(runs,)`` are those in it, of which a finding has ``least`` or more."""
    _, place = np.unique(unit, return_inverse=True)
    count = int(place.max()) + 1 if len(place) else 0
    both, box, wanted, whole = (
        np.asarray(np.bincount(place, weights=mask.astype(np.float64), minlength=count), dtype=np.float64)
        for mask in (inside & interest, inside, interest, np.ones(len(inside), dtype=np.bool_))
    )
    coverage, density = _ratio(both, wanted), _ratio(both, box)
    lift, errors = _lift(both, box, wanted, whole, density)
    weak = ""
    if box.sum() < least:
        weak = f"it holds {int(box.sum())} of the runs held out, too few"
    elif not errors > SURE:
        weak = "chance alone may give as much"
    elif lift.value < LEAST_LIFT:
        weak = f"a lift below {LEAST_LIFT:g} hardly means anything"
    return Judgement(coverage, density, lift, weak)


def _ratio(part: Array, whole: Array) -> Estimate:
    """Return a share over units, ``part`` of ``whole`` of each, with its interval."""
    total = float(whole.sum())
    if total == 0:
        return NOTHING
    share, here = float(part.sum()) / total, int(np.count_nonzero(whole))
    spread = _spread(part - share * whole) / total**2
    trials = share * (1 - share) / spread if spread > 0 else float(here)
    trials = min(max(trials, min(float(here), total)), total)
    found = wilson(share * trials, trials)
    return Estimate(share, found.low, found.high, int(total))


def _spread(away: Array) -> float:
    """Return the variance of a sum over units, each away from what is expected of it."""
    count = len(away)
    return float((away**2).sum()) * count / (count - 1) if count > 1 else 0.0


def _lift(both: Array, box: Array, wanted: Array, whole: Array, density: Estimate) -> tuple[Estimate, float]:
    """Return the lift with its interval, and how many standard errors its logarithm lies above 0."""
    base = _ratio(wanted, whole)
    if not density.known or not base.value > 0:
        return NOTHING, 0.0
    value = density.value / base.value
    inner, outer = _logs(density), _logs(base)
    middle = inner[0] - outer[0]
    shared = _shared(both - density.value * box, wanted - base.value * whole)
    low = middle - _joint(inner[0] - inner[1], outer[2] - outer[0], shared)
    high = middle + _joint(inner[2] - inner[0], outer[0] - outer[1], shared)
    errors = Z95 * middle / (middle - low) if middle > low else 0.0
    return Estimate(value, min(math.exp(low), value), max(math.exp(high), value), density.n), errors


def _logs(share: Estimate) -> tuple[float, float, float]:
    """Return the logarithms of a share, half a count added, and of its limits."""
    value = (share.value * share.n + 0.5) / (share.n + 1.0)
    low = max(share.low, 0.02 / (share.n + 1.0))
    return math.log(value), math.log(min(low, value)), math.log(max(share.high, value))


def _joint(one: float, other: float, shared: float) -> float:
    return math.sqrt(max(one**2 + other**2 - 2 * shared * one * other, 0.0))


def _shared(inner: Array, outer: Array) -> float:
    """Return the correlation of density and overall share over the units, from what each is away from what is expected."""
    size = math.sqrt(float((inner**2).sum()) * float((outer**2).sum()))
    return float((inner * outer).sum()) / size if size > 0 else 0.0
