"""Indices from the values at a design's points, corrected for luck, with 95 % intervals that cover luck and points alike.

``y`` holds one value per point and replication, ``(points, replications)``. The indices are those of the *expected* value of the
measure as a function of the factors, not of the mean over the few replications that were played. The luck that such means still
hold would count as effect: it is taken out by products of *different* replications, ``E over r != s of a_r b_s``, whose
expectation is the product of the expectations.

* Morris: ``mu`` is the mean of a factor's effects, ``sigma`` their standard deviation, ``mu_star`` the mean of their sizes. An
  effect is the change of the measure when the factor makes its step; Morris' own effects of a number are twice as large, for he
  divides by the step, which is half the range. The size of an effect has no unbiased estimate: the size of a trajectory's mean
  change is too large by what luck adds, its changes with the sign that the other replications give them are too small by as
  much, to first order; ``mu_star`` takes the middle. ``sigma`` has no interval: a few trajectories do not bound it.
* Sobol': ``first`` is the share of the variance that a factor causes alone, ``total`` with all its interactions. Total after
  Jansen (1999), ``mean((A - AB)^2) / 2 V``, first order after Saltelli (2010), ``mean(B (AB - A)) / V``, with values centred.
  Luck that all points of a row share cancels in differences: by the share of it the first order is centred on the middle between
  ``A`` and ``AB`` instead, and ``V`` leans on the differences of ``A`` and ``B`` rather than their sums. Without luck both are
  what other programs compute.

Intervals are Student's over the independent units of the design, by the jackknife for ratios, and each holds Hall's too, which
minds skewness: ten trajectories of rare or heavy-tailed changes are skewed. That of ``mu_star`` is wider by what the middle may
still be off, an eighth of what it corrects.

Source: Campolongo, Cariboni & Saltelli, "An effective screening design", Environmental Modelling & Software 22 (2007); Saltelli
et al., Computer Physics Communications 181 (2010); Jansen, Computer Physics Communications 117 (1999); products of different
replications: Hoeffding, "A class of statistics with asymptotically normal distribution", Annals of Mathematical Statistics 19
(1948), and Sun, Apley & Staum, "Efficient nested simulation for estimating the variance of a conditional expectation",
Operations Research 59 (2011); jackknife: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 11; Hall, "On the
removal of skewness by transformation", Journal of the Royal Statistical Society B 54 (1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array
from wargame.studies.sensitivity.designs import MORRIS, OTHER, START, Design
from wargame.studies.statistics.estimates import Z95, Estimate
from wargame.studies.statistics.means import halls, student

FEWEST = 10.0  # runs that a change must show in, in effect, before an interval is believed
LEAST_TRAJECTORIES = 4.0  # of ten or more that it must show in, in effect
FEW_TRAJECTORIES, FEW_RUNS = 4, 40  # with fewer no interval is believed
MOST_SKEW = 1.5  # of a mean that an interval is bent for
MOST_CORRECTED = 2.0  # times half the interval that the correction of mu* may be
UNSURE = 0.2  # standard error of the variance, as a share of it, above which no share of it is told
DUST = 1e-12  # of the largest value: what is nearer is rounding
SMALL = 0.01  # a share of the variance that is not worth a word
LITTLE = 0.1  # of a variance, or of the size of a change: less luck is not what is in the way
REPLICATIONS, SAMPLES = "replications", "samples"


@dataclass(frozen=True)
class Luck:
    """How much of a measure's variance is luck: ``share`` of the variance of a single run, ``left`` of the variance of the means
    over the replications, ``sd`` of a single run. Not-a-number where there is one replication, or nothing varies.
    """

    share: float
    left: float
    sd: float


@dataclass(frozen=True)
class Need:
    """What it would take to give an interval: so many ``replications`` of a point, or ``samples``; and why there is none."""

    what: str
    count: int
    why: str


@dataclass(frozen=True)
class Indices:
    """The indices of every factor on one measure, in the factors' order. An interval that cannot be had is not-a-number, and
    ``needs`` says of each factor what it would take. ``moves``: whether the expected value moves with the factor, for sure.
    """

    numbers: dict[str, tuple[Estimate, ...]]
    moves: tuple[bool, ...]
    needs: tuple[Need | None, ...]


def indices(design: Design, y: Array, ordered: Array) -> Indices:
    """Return the indices of one measure; ``ordered`` ``(factors, points)`` says on which side of its values a factor stands, so
    that effects are those of more of it.
    """
    return _morris(design, y, ordered) if design.method == MORRIS else _sobol(design, y)


def luck_of(y: Array) -> Luck:
    """Return the share of luck in the values: within points against between them."""
    points, replications = y.shape
    sd = float(np.std(y))
    if replications < 2 or points < 2 or sd == 0:
        return Luck(math.nan, math.nan, sd)
    centred = y - y.mean()
    luck = float(centred.var(axis=1, ddof=1).mean())
    means = float(centred.mean(axis=1).var(ddof=1))
    of_points = max(means - luck / replications, 0.0)
    if of_points + luck == 0:
        return Luck(math.nan, math.nan, sd)
    return Luck(luck / (of_points + luck), (luck / replications) / (of_points + luck / replications), sd)


def crossed(a: Array, b: Array) -> Array:
    """Return the mean product of different replications, which lie along the last axis; of one with itself if it is alone."""
    count = a.shape[-1]
    if count < 2:
        return np.asarray((a * b).mean(axis=-1))
    return np.asarray((a.sum(axis=-1) * b.sum(axis=-1) - (a * b).sum(axis=-1)) / (count * (count - 1)))


def _morris(design: Design, y: Array, ordered: Array) -> Indices:
    before, after = design.pairs()
    factors = np.arange(design.u.shape[1])
    sign = np.sign(ordered[factors, after] - ordered[factors, before])
    changes = (y[after] - y[before]) * np.where(sign == 0, 1.0, sign)[:, :, None]
    found = [_effects(changes[:, i]) for i in factors]
    moves = tuple(_moves(changes[:, i], found[i][1], found[i][3]) for i in factors)
    numbers = {
        "mu_star": tuple(_from_nothing(one[0], sure) for one, sure in zip(found, moves, strict=True)),
        "mu": tuple(one[1] for one in found), "sigma": tuple(one[2] for one in found),
    }  # fmt: skip
    needs = tuple(one[3] for one in found)
    return Indices(numbers, moves, needs)


def _from_nothing(size: Estimate, sure: bool) -> Estimate:
    """Return a size whose interval begins at 0 where nobody can say that it is more than nothing."""
    return size if sure or math.isnan(size.low) else Estimate(size.value, 0.0, size.high, size.n)


def _effects(changes: Array) -> tuple[Estimate, Estimate, Estimate, Need | None]:
    """Return ``mu_star``, ``mu`` and ``sigma`` of one factor from its changes ``(trajectories, replications)``, and what an
    interval would take where there is none.
    """
    groups, replications = changes.shape
    effect = changes.mean(axis=1)
    luck = float(changes.var(axis=1, ddof=1).mean()) if replications > 1 else 0.0
    sigma = math.sqrt(max(float(effect.var(ddof=1)) - luck / replications, 0.0))
    size, signed = np.abs(effect), np.sign(effect)[:, None] * changes
    middle, correction = size, 0.0
    if replications > 1:
        others = changes.sum(axis=1, keepdims=True) - changes
        signs = np.where(np.abs(others) > DUST * np.abs(changes).max(), np.sign(others), np.sign(changes))
        middle = (size + (signs * changes).mean(axis=1)) / 2
        correction = float(size.mean() - middle.mean())
    mu, mu_star = _bent(effect, changes), _bent(middle, signed)
    need = _few(changes)
    if need is not None:
        mu, mu_star = _bare(mu), _bare(mu_star)
    elif replications < 2:
        need, mu_star = Need(REPLICATIONS, 2, "with one replication nobody can tell what is luck"), _bare(mu_star)
    elif correction > MOST_CORRECTED * (half := (mu_star.high - mu_star.low) / 2):
        need = Need(REPLICATIONS, _rounded(1.5 * replications * correction / half / MOST_CORRECTED),
                    "luck changes the sign of its effects")  # fmt: skip
        mu_star = _bare(mu_star)
    off = max(correction, 0.0) / 8
    mu_star = Estimate(mu_star.value, max(mu_star.low - off, 0.0), mu_star.high + off, groups)
    return mu_star, mu, Estimate(sigma, math.nan, math.nan, groups), need


def _few(changes: Array) -> Need | None:
    """Return what it takes where changes show in too few runs or trajectories for any interval.

    Counted is the effective number, ``(sum |d|)^2 / sum d^2``, which a few large changes among small ones do not raise.
    """
    groups, replications = changes.shape
    runs, trajectories = _effective(changes.ravel()), _effective(changes.mean(axis=1))
    if runs == 0:
        return None
    luck = float(changes.var(axis=1, ddof=1).mean()) if replications > 1 else 0.0
    lucky = luck > LITTLE**2 * float((changes**2).mean())
    lack = max(LEAST_TRAJECTORIES * min(groups, FEWEST) / FEWEST / max(trajectories, 1.0), FEWEST / runs if lucky else 0.0)
    if groups < FEW_TRAJECTORIES or (lack > 1.0 and not lucky):
        enough = max(_rounded(1.5 * groups * lack), 2 * FEW_TRAJECTORIES)
        return Need(SAMPLES, enough, "it changes the measure in too few trajectories")
    if lack > 1.0 or (lucky and changes.size < FEW_RUNS):
        more = max(1.5 * lack, FEW_RUNS / changes.size)
        return Need(REPLICATIONS, _rounded(replications * more), "it changes the measure in too few runs")
    return None


def _lucky(changes: Array) -> bool:
    """Return whether any change differs from replication to replication."""
    return bool((changes != changes[:, :1]).any())


def _effective(values: Array) -> float:
    square = float((values**2).sum())
    return float(np.abs(values).sum()) ** 2 / square if square > 0 else 0.0


def _moves(changes: Array, mu: Estimate, need: Need | None) -> bool:
    """Return whether effects are more than nothing: their mean leaves out 0, or their mean square does, free of luck."""
    groups, replications = changes.shape
    if replications > 1 and not _lucky(changes):
        return bool((changes != 0).any())
    if need is not None and not math.isfinite(mu.low):
        return False
    if mu.low > 0 or mu.high < 0:
        return True
    if replications < 2:
        return False
    squares = crossed(changes, changes)
    return float(squares.mean()) > student(groups - 1) * float(squares.std(ddof=1)) / math.sqrt(groups)


def _bent(values: Array, changes: Array) -> Estimate:
    """Return the mean of independent values with its interval; its skewness is that of the values, or of the luck within them,
    whichever is more.
    """
    count, replications = changes.shape
    mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(count)
    if error <= DUST * float(np.abs(values).max()):
        return Estimate(mean, math.nan, math.nan, count)
    skews = [_third(values) / error**3]
    if replications > 2:
        within = float(((changes - changes.mean(axis=1, keepdims=True)) ** 3).sum())
        within *= replications / (count * (replications - 1) * (replications - 2)) / (count * replications) ** 2
        skews.append(within / error**3)
    return _around(mean, error, max(skews, key=abs), count)


def _third(values: Array) -> float:
    """Return the third central moment of the mean of independent values."""
    count = len(values)
    return float(((values - values.mean()) ** 3).mean()) / max((count - 1) * (count - 2), 1)


def _around(mean: float, error: float, skew: float, count: int) -> Estimate:
    """Return a mean with the interval that holds both Student's and Hall's, who bends it for the skewness of the mean."""
    reach = student(count - 1)
    up, down = (float(end) for end in halls(np.array([reach, -reach]), np.full(2, min(max(skew, -MOST_SKEW), MOST_SKEW))))
    return Estimate(mean, mean - error * max(up, reach), mean - error * min(down, -reach), count)


def _bare(one: Estimate) -> Estimate:
    return Estimate(one.value, math.nan, math.nan, one.n)


def _sobol(design: Design, y: Array) -> Indices:
    replications = y.shape[1]
    values = y.reshape(design.groups, design.each, replications)
    kinds = design.moved[: design.each]
    values = values - values[:, kinds < 0].mean()
    a, b = values[:, kinds == START], values[:, kinds == OTHER]
    rows = _rows(a, b, values[:, kinds >= 0])
    sums = rows.reshape(design.units, -1, rows.shape[1]).sum(axis=1)
    each = design.groups // design.units
    whole = sums.sum(axis=0)
    weights = _weights(whole / design.groups)
    variance, shares = _shares(whole / design.groups, weights)
    again = [_shares((whole - one) / (design.groups - each), weights) for one in sums]
    luck = float(y.var(axis=1, ddof=1).mean()) if replications > 1 else math.nan
    need = _unsure(design, y, variance, np.array([one[0] for one in again]), luck)
    found = [_jackknifed(value, np.array([one[1][i] for one in again]), need is None) for i, value in enumerate(shares.tolist())]
    half = len(found) // 2
    first, total = tuple(found[:half]), tuple(found[half:])
    moves = tuple(one.low > SMALL or two.low > SMALL for one, two in zip(first, total, strict=True))
    return Indices({"first": first, "total": total}, moves, (need,) * half)


def _error(again: Array) -> float:
    """Return the standard error of a number by the jackknife, from what it is without each of the units in turn."""
    count = len(again)
    return math.sqrt((count - 1) / count * float(((again - again.mean()) ** 2).sum()))


def _jackknifed(value: float, again: Array, told: bool) -> Estimate:
    """Return a number with its interval by the jackknife, skewed as its pseudo-values are."""
    error, count = _error(again), len(again)
    if not told or error <= DUST:
        return Estimate(value, math.nan, math.nan, count)
    return _around(value, error, _third(count * value - (count - 1) * again) / error**3, count)


def _rows(a: Array, b: Array, mixed: Array) -> Array:
    """Return what each row gives to the indices, ``(rows, 5 + 3 factors)``: mean, square and luck of half the sum of ``A`` and
    ``B``, square and luck of half their difference, the parts of total order, and both parts of first order.
    """
    half, apart = ((a + b) / 2)[:, 0], ((a - b) / 2)[:, 0]
    count = a.shape[-1]
    luck = [one.var(axis=-1, ddof=1) / count if count > 1 else np.zeros(len(one)) for one in (half, apart)]
    middle = half.mean(axis=-1)
    columns = np.stack([middle, middle**2, luck[0], apart.mean(axis=-1) ** 2, luck[1]], axis=1)
    total = crossed(a - mixed, a - mixed) / 2
    first = crossed(mixed - a, b)
    between = crossed(mixed - a, (a + mixed) / 2)
    return np.concatenate([columns, total, first, between], axis=1)


def _weights(means: Array) -> tuple[float, float]:
    """Return the weight of what differences say of the variance, and of the middle between two points in the first order, by the
    luck that sums and differences hold: a half and nothing where there is none.
    """
    middle, square, luck_half, apart, luck_apart = means[:5].tolist()
    core = max((square - middle**2 - luck_half + apart - luck_apart) / 2, 0.0)
    noise = (core + luck_half) ** 2, (core + luck_apart) ** 2
    shared = max(luck_half - luck_apart, 0.0)
    return (
        noise[0] / sum(noise) if sum(noise) > 0 else 0.5,
        shared / (2.0 * core + shared) if core + shared > 0 else 0.0,
    )


def _shares(means: Array, weights: tuple[float, float]) -> tuple[float, Array]:
    """Return the variance of the expected value, and the shares of it: first order, then total."""
    middle, square, luck_half, apart, luck_apart = means[:5].tolist()
    of_half, of_apart = square - middle**2 - luck_half, apart - luck_apart
    variance = 2.0 * (weights[0] * of_apart + (1.0 - weights[0]) * of_half)
    total, first, between = means[5:].reshape(3, -1)
    parts = np.concatenate([first - weights[1] * between, total])
    varies = variance > DUST * (square + apart)
    return variance, parts / variance if varies else np.zeros_like(parts)


def _unsure(design: Design, y: Array, variance: float, again: Array, luck: float) -> Need | None:
    """Return what it takes where the variance of the expected value is not known well enough to tell shares of it."""
    replications = y.shape[1]
    if replications < 2:
        return Need(REPLICATIONS, 2, "with one replication nobody can tell what is luck")
    reach = _error(again) * student(design.units - 1) / Z95
    left = luck / replications
    share = left / (max(variance, 0.0) + left) if left > 0 else 0.0
    if variance > 0 and reach <= UNSURE * variance:
        return None
    ratio = min(reach / UNSURE / max(variance, reach), 4.0) if reach > 0 else 4.0
    if share > LITTLE:
        more = 1.2 * replications * max(ratio**2, 1.5)
        return Need(REPLICATIONS, _rounded(more), "too much of the variance of the means is luck")
    return Need(SAMPLES, int(2 ** math.ceil(math.log2(design.groups * max(ratio, 1.5) ** 2))), "too few rows")


def _rounded(count: float) -> int:
    """Return a count rounded up to two digits that count."""
    step = int(10 ** max(math.floor(math.log10(max(count, 1.0))) - 1, 0))
    return math.ceil(count / step) * step
