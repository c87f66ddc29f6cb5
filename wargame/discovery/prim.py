"""PRIM, the patient rule induction method: peel a box off the inputs, bit by bit, that holds ever more of what is of interest.

A box restricts some inputs: a number to a range, a text to some of its values. From the box of everything each step takes away the
thinnest slice (about ``ALPHA`` of the runs left, or one value of a text) whose loss raises the density most per run lost. What is left
of every step is a candidate, from large coverage and low density to small coverage and high density. *Coverage* is the share of the
runs of interest that lie in the box, *density* the share of the box's runs that are of interest.

Source: Friedman & Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9 (1999); Bryant & Lempert, "Thinking
inside the box", Technological Forecasting and Social Change 77 (2010); the objective per run lost: Kwakkel & Jaxa-Rozen, "Improving
scenario discovery for handling heterogeneous uncertainties and multinomial classified outcomes", Environmental Modelling & Software 79
(2016).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from wargame.types import Array, Mask

ALPHA = 0.05  # share of the runs in the box that a step peels off a number
LEAST = 0.02  # share of all runs that a box must hold
FEWEST = 10  # runs that a box must hold


@dataclass(frozen=True)
class Input:
    """A column of inputs over runs: numbers, or places ``0, 1 …`` in ``names`` where it is a text. ``(runs,)``, no gaps."""

    path: str
    values: Array
    names: tuple[str, ...] = ()

    @property
    def span(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        return float(self.values.min()), float(self.values.max())


@dataclass(frozen=True)
class Limit:
    """What a box allows of one input: values from ``low`` to ``high``, both allowed, or the places in ``kept`` of a text."""

    low: float = -math.inf
    high: float = math.inf
    kept: frozenset[int] | None = None

    def holds(self, values: Array) -> Mask:
        """Return which values it allows, ``(runs,)``."""
        if self.kept is not None:
            return np.isin(values, list(self.kept))
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True)
class Box:
    """Limits by the place of the input they restrict."""

    limits: Mapping[int, Limit] = field(default_factory=dict)

    def holds(self, inputs: Sequence[Input]) -> Mask:
        """Return which runs lie in the box, ``(runs,)``."""
        inside: Mask = np.ones(len(inputs[0].values), dtype=np.bool_)
        for place, limit in self.limits.items():
            inside &= limit.holds(inputs[place].values)
        return inside

    def without(self, place: int) -> Box:
        """Return the box without its limit on one input."""
        return Box({p: limit for p, limit in self.limits.items() if p != place})

    def with_limit(self, place: int, limit: Limit) -> Box:
        """Return the box with a limit in place of the one on an input."""
        return Box({**self.limits, place: limit})


@dataclass(frozen=True)
class Step:
    """A box on the way down, with how it does on the runs it was peeled from."""

    box: Box
    coverage: float
    density: float
    mass: float  # share of all runs in it

    @property
    def score(self) -> float:
        """The harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both > 0 else 0.0


def measured(box: Box, inputs: Sequence[Input], interest: Mask) -> Step:
    """Return how a box does on some runs."""
    inside = box.holds(inputs)
    caught, held = int((inside & interest).sum()), int(inside.sum())
    return Step(box, caught / max(int(interest.sum()), 1), caught / held if held else 0.0, held / len(interest))


def peel(inputs: Sequence[Input], interest: Mask) -> list[Step]:
    """Return the peeling trajectory: the box of everything, and what is left after each step. ``interest`` is ``(runs,)``."""
    rows: NDArray[np.intp] = np.arange(len(interest))
    box, found = Box(), []
    least = max(LEAST * len(interest), FEWEST)
    total = max(int(interest.sum()), 1)
    while True:
        own = interest[rows]
        caught = int(own.sum())
        found.append(Step(box, caught / total, caught / len(rows), len(rows) / len(interest)))
        best: tuple[float, int, Limit, Mask] | None = None
        for place, one in enumerate(inputs):
            for limit, stays in _slices(one, one.values[rows], box.limits.get(place, Limit())):
                left = int(stays.sum())
                if left < least or left == len(rows):
                    continue
                gain = (float(own[stays].mean()) - caught / len(rows)) / (len(rows) - left)
                if gain > 0 and (best is None or gain > best[0]):
                    best = gain, place, limit, stays
        if best is None:
            return found
        _, place, limit, stays = best
        box, rows = box.with_limit(place, limit), rows[stays]


def _slices(one: Input, values: Array, limit: Limit) -> Iterator[tuple[Limit, Mask]]:
    """Yield the ways to take a thin slice off an input, with the runs that stay."""
    if one.names:
        present = np.unique(values).astype(int).tolist()
        for value in present:
            yield Limit(kept=frozenset(present) - {value}), np.asarray(values != value)
        return
    ordered = np.sort(values)
    count = max(int(ALPHA * len(values)), 1)
    if ordered[0] == ordered[-1]:
        return
    low = ordered[count] if ordered[count] > ordered[0] else ordered[np.searchsorted(ordered, ordered[0], side="right")]
    yield replace(limit, low=float(low)), np.asarray(values >= low)
    high = ordered[-1 - count]
    if high == ordered[-1]:
        high = ordered[np.searchsorted(ordered, ordered[-1], side="left") - 1]
    yield replace(limit, high=float(high)), np.asarray(values <= high)


def paste(box: Box, inputs: Sequence[Input], interest: Mask) -> Box:
    """Return a box whose limits are moved out again where that raises the density or leaves it: peeling sometimes goes too far."""
    while True:
        now = measured(box, inputs, interest)
        best, wider = now.density, None
        for place in box.limits:
            for limit in _wider(inputs[place], box, place, inputs):
                other = box.with_limit(place, limit)
                tried = measured(other, inputs, interest)
                if tried.mass > now.mass and tried.density >= best:
                    best, wider = tried.density, other
        if wider is None:
            return box
        box = wider


def _wider(one: Input, box: Box, place: int, inputs: Sequence[Input]) -> Iterator[Limit]:
    """Yield the limits a slice wider than a box's on one input."""
    limit = box.limits[place]
    rest = box.without(place).holds(inputs)
    values = one.values[rest]
    if limit.kept is not None:
        for value in sorted(set(np.unique(values).astype(int).tolist()) - limit.kept):
            yield replace(limit, kept=limit.kept | {value})
        return
    count = max(int(ALPHA * int((limit.holds(values)).sum())), 1)
    below, above = np.sort(values[values < limit.low]), np.sort(values[values > limit.high])
    if len(below):
        yield replace(limit, low=float(below[-count]) if count < len(below) else -math.inf)
    if len(above):
        yield replace(limit, high=float(above[count - 1]) if count < len(above) else math.inf)


def chances(box: Box, inputs: Sequence[Input], interest: Mask) -> dict[int, float]:
    """Return a quasi-p-value for each limit: the chance that as many runs drawn at random from the box without that limit would hold
    as many of interest. *Quasi*, because the limit was looked for.
    """
    from scipy.special import bdtrc

    inside = box.holds(inputs)
    held, caught = int(inside.sum()), int((inside & interest).sum())
    found = {}
    for place in box.limits:
        rest = box.without(place).holds(inputs)
        density = float(interest[rest].mean()) if rest.any() else 0.0
        found[place] = float(bdtrc(caught - 1, held, density)) if caught else 1.0
    return found


def tidied(box: Box, inputs: Sequence[Input], interest: Mask, most: float = 0.05) -> Box:
    """Return a box without the limits that chance alone may have made: those with a quasi-p-value above ``most``, worst first."""
    while box.limits:
        found = chances(box, inputs, interest)
        worst = max(found, key=lambda place: (found[place], place))
        if found[worst] <= most:
            return box
        box = box.without(worst)
    return box
