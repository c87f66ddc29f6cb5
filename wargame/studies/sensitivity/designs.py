"""Designs: the points of the unit cube at which the scenario is played, in groups that are independent of each other.

*Morris*: each group is a trajectory of ``k + 1`` points, along which every factor moves once, in random order. A number starts in
the middle of one of four equal parts of its distribution and moves by half of it; a lever moves from one of its values to
another. *Sobol'*: each group is a row of Saltelli's design, ``k + 2`` points: ``A``, ``B``, and ``A`` with each factor in turn
taken from ``B``. ``A`` and ``B`` are Sobol' points, scrambled anew for each of ``BLOCKS`` equal parts of the rows.

*Luck*: the points of a group are played in the same replications, so that a change within a group is an effect and no noise;
every group has replications of its own, so that the means over groups lose luck and the unevenness of the points together. What
is independent, a *unit*, holds both sources of error: a trajectory, or a part of the rows with its own scrambling. (With the same
ten replications at every point, the luck of these ten would stay in every index, however many points there were.)

Source: Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33 (1991); Saltelli et al.,
"Variance based sensitivity analysis of model output", Computer Physics Communications 181 (2010); independent scramblings as
units: Owen, "Monte Carlo variance of scrambled net quadrature", SIAM J. Numerical Analysis 34 (1997); L'Ecuyer, Nakayama, Owen &
Tuffin, "Confidence intervals for randomized quasi-Monte Carlo estimators", Winter Simulation Conference (2023).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.draws import Draws
from wargame.engine.types import Array
from wargame.errors import mistake
from wargame.studies.sensitivity.factors import LEVER, TOGETHER, Factor

MORRIS, SOBOL = "morris", "sobol"
METHODS = (MORRIS, SOBOL)
SAMPLES = {MORRIS: 10, SOBOL: 128}
LEVELS = 4  # parts of a distribution in whose middles a number may stand
BLOCKS = 16  # parts of the rows of a Sobol' design that are scrambled each by itself
MOST_SETTINGS = 32  # settings of levers that make scenarios of their own, in a Sobol' design
MOST_POINTS = 200_000
START, OTHER = -1, -2  # what a point is where no factor has moved: the start of a group (A), and B


@dataclass(frozen=True)
class Design:
    """Points ``u`` ``(points, factors)`` in the unit cube; ``group`` ``(points,)`` numbers the trajectory or row that each
    belongs to, ``moved`` ``(points,)`` the factor that has moved, or ``START`` or ``OTHER``. Groups lie one after the other.
    """

    method: str
    u: Array
    group: NDArray[np.int64]
    moved: NDArray[np.int64]

    @property
    def groups(self) -> int:
        """Number of trajectories or rows."""
        return int(self.group[-1]) + 1

    @property
    def units(self) -> int:
        """Number of parts that are independent of each other: trajectories, or parts of the rows with a scrambling each."""
        return self.groups if self.method == MORRIS else min(BLOCKS, self.groups)

    @property
    def each(self) -> int:
        """Points of a group."""
        return len(self.u) // self.groups

    def replications(self, count: int) -> NDArray[np.int64]:
        """Return the replications in which every point is played, ``(points, count)``: those of its group."""
        return self.group[:, None] * count + np.arange(count, dtype=np.int64)

    def elsewhere(self) -> NDArray[np.int64]:
        """Return the places of the points in the order in which SALib has them: ``B`` after the others of its row."""
        places = np.arange(len(self.u), dtype=np.int64).reshape(self.groups, self.each)
        if self.method == SOBOL:
            places = np.concatenate([places[:, :1], places[:, 2:], places[:, 1:2]], axis=1)
        return places.ravel()

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return, ``(groups, factors)`` each, the points before and after each factor has moved."""
        factors = self.u.shape[1]
        before, after = (np.empty((self.groups, factors), dtype=np.int64) for _ in range(2))
        for point, (group, moved) in enumerate(zip(self.group.tolist(), self.moved.tolist(), strict=True)):
            if moved >= 0:
                after[group, moved] = point
                before[group, moved] = point - 1 if self.method == MORRIS else group * self.each
        return before, after


def make_design(factors: Sequence[Factor], method: str, samples: int, seed: int) -> Design:
    """Return the design of a method with ``samples`` groups. Raises :class:`wargame.errors.InputError`."""
    if method == SOBOL and (samples < 2 or samples & (samples - 1)):
        near = max(2, 2 ** round(math.log2(max(samples, 1))))
        raise mistake(f"sobol takes a power of two (got {samples}); the nearest is {near}", file="--samples")
    if method == MORRIS and samples < 2:
        raise mistake(f"morris takes at least 2 trajectories (got {samples})", file="--samples")
    each = len(factors) + (1 if method == MORRIS else 2)
    what = "trajectories" if method == MORRIS else "rows"
    if samples * each > MOST_POINTS:
        raise mistake(
            f"makes {samples * each:,} points, {each:,} for each of {samples:,} {what}; "
            f"at most {MOST_POINTS:,} are allowed; take at most {_most(method, each):,}, or fewer factors (--factor)",
            file="--samples",
        )
    return _morris(factors, samples, seed) if method == MORRIS else _sobol(len(factors), samples, seed)


def _most(method: str, each: int) -> int:
    """Return how many groups of so many points are allowed."""
    most = MOST_POINTS // each
    return most if method == MORRIS or most < 1 else 2 ** (most.bit_length() - 1)


def _morris(factors: Sequence[Factor], samples: int, seed: int) -> Design:
    luck = Draws(seed, range(samples))
    starts, ends = np.empty((samples, len(factors))), np.empty((samples, len(factors)))
    for i, one in enumerate(factors):
        count = len(one.values) or LEVELS
        first = _places(luck.uniform(f"morris.start.{one.path}", 0), count)
        step = np.full(samples, LEVELS // 2)
        if one.values:
            step = 1 + _places(luck.uniform(f"morris.step.{one.path}", 0), count - 1)
        starts[:, i] = (first + 0.5) / count
        ends[:, i] = ((first + step) % count + 0.5) / count
    order = np.argsort(np.array([luck.uniform(f"morris.order.{one.path}", 0) for one in factors]).T, axis=1)
    u, moved = [], []
    for trajectory in range(samples):
        here = starts[trajectory].copy()
        u.append(here.copy())
        moved.append(START)
        for i in order[trajectory].tolist():
            here[i] = ends[trajectory, i]
            u.append(here.copy())
            moved.append(i)
    group = np.repeat(np.arange(samples), len(factors) + 1)
    return Design(MORRIS, np.array(u), group, np.array(moved, dtype=np.int64))


def _places(luck: Array, count: int) -> NDArray[np.int64]:
    """Return whole numbers below ``count``, each of them independent of the others: trajectories that were balanced over the
    places would differ less than they say.
    """
    return np.asarray(np.floor(luck * count), dtype=np.int64)


def _balanced(luck: Array, count: int) -> NDArray[np.int64]:
    """Return whole numbers below ``count`` in random order, each as often as the others (or once more)."""
    found: NDArray[np.int64] = np.argsort(np.argsort(luck, kind="stable"), kind="stable") % count
    return found


def _sobol(count: int, samples: int, seed: int) -> Design:
    from scipy.stats import qmc

    parts = min(BLOCKS, samples)
    seeds = np.random.SeedSequence(seed).spawn(parts)
    pair = np.concatenate([qmc.Sobol(2 * count, seed=np.random.default_rng(one)).random(samples // parts) for one in seeds])
    pair = np.clip(pair, 0.5 / 2**30, 1 - 0.5 / 2**30)  # priors have no value at 0 and 1
    a, b = pair[:, :count], pair[:, count:]
    points = np.empty((samples, count + 2, count))
    points[:, 0], points[:, 1], points[:, 2:] = a, b, a[:, None, :]
    for i in range(count):
        points[:, i + 2, i] = b[:, i]
    moved = np.tile([START, OTHER, *range(count)], samples).astype(np.int64)
    return Design(SOBOL, points.reshape(-1, count), np.repeat(np.arange(samples), count + 2), moved)


def joined(factors: Sequence[Factor], method: str, seed: int) -> tuple[Factor, ...]:
    """Return the factors with the levers as one where a Sobol' design would need too many scenarios for them.

    The one factor has ``MOST_SETTINGS`` settings, drawn evenly from all combinations; its indices are those of the levers
    together. A lever that is a number of the state needs no scenario and stays by itself.
    """
    bound = [one for one in factors if not one.free]
    if method != SOBOL or math.prod(len(one.values) for one in bound) <= MOST_SETTINGS:
        return tuple(factors)
    luck = Draws(seed, range(MOST_SETTINGS))
    places = [_balanced(luck.uniform(f"levers.{one.path}", 0), len(one.values)) for one in bound]
    values: list[dict[str, Any]] = []
    for k in range(MOST_SETTINGS):
        values.append({one.path: one.values[place[k]] for one, place in zip(bound, places, strict=True)})
    names = tuple(itertools.chain.from_iterable(one.names or (one.path,) for one in bound))
    whole = Factor(TOGETHER, LEVER, False, tuple(values), names=names, joined=tuple(one.path for one in bound),
                   says=f"{len(bound)} levers moved at once, {MOST_SETTINGS} settings of "
                        f"{math.prod(len(one.values) for one in bound):,}")  # fmt: skip
    return (*(one for one in factors if one.free), whole)
