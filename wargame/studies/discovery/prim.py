"""PRIM, the patient rule induction method: peel a box off the inputs, bit by bit, that holds ever more of what is of interest.

A box restricts some inputs: a number to a range, a text to some of its values. From the box of everything each step takes away
the thinnest slice (about ``ALPHA`` of the runs left, or one value of a text) whose loss raises the density most per run lost,
among the inputs that matter in what is left; where none does the search ends. What is left of every step is a candidate, from
large coverage and low density to small coverage and high density. *Coverage* is the share of the runs of interest that lie in
the box, *density* the share of the box's runs that are of interest.

Source: Friedman & Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9 (1999); Bryant & Lempert, "Thinking
inside the box", Technological Forecasting and Social Change 77 (2010); the objective per run lost: Kwakkel & Jaxa-Rozen,
"Improving scenario discovery for handling heterogeneous uncertainties and multinomial classified outcomes", Environmental
Modelling & Software 79 (2016).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array, Mask

ALPHA = 0.05  # share of the runs in the box that a step peels off a number
LEAST = 0.02  # share of all runs that a box must hold
FEWEST = 10  # runs that a box must hold
DOUBT = 0.01  # chance, over all inputs, at which something is peeled off that has nothing to do with what is of interest
FEW_VALUES = 12  # values of a number that are looked at one by one


@dataclass(frozen=True)
class Input:
    """A column of inputs over runs: numbers, or places ``0, 1 …`` in ``names`` where it is a text. ``(runs,)``, no gaps."""

    path: str
    values: Array
    names: tuple[str, ...] = ()

    @property
    def told(self) -> NDArray[Any]:
        """Its values, texts as texts."""
        return np.array(self.names, dtype=object)[self.values.astype(np.intp)] if self.names else self.values

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


def peel(inputs: Sequence[Input], interest: Mask, among: Collection[int] | None = None) -> list[Step]:
    """Return the peeling trajectory: the box of everything, and what is left after each step. ``interest`` is ``(runs,)``;
    ``among`` are the places of the inputs that may be restricted, all without it.
    """
    open_to = range(len(inputs)) if among is None else sorted(among)
    orders = [np.argsort(one.values, kind="stable") for one in inputs]
    inside: Mask = np.ones(len(interest), dtype=np.bool_)
    least = max(LEAST * len(interest), FEWEST)
    box, found = Box(), [measured(Box(), inputs, interest)]
    while True:
        slices: list[_Slice] = []
        for place in open_to:
            one, order = inputs[place], orders[place]
            here = order[inside[order]]
            if matters(one, one.values[here], interest[here], DOUBT / len(open_to)):
                slices += _slices(place, one, one.values[here], interest[here], box.limits.get(place, Limit()))
        open_ = [own for own in slices if own.left >= least and own.gain > 0]
        if not open_:
            return found
        best = max(open_, key=lambda own: own.gain)
        box = box.with_limit(best.place, best.limit)
        inside &= best.limit.holds(inputs[best.place].values)
        found.append(measured(box, inputs, interest))


@dataclass(frozen=True)
class _Slice:
    """A way to take something off: the limit that does it, the runs that are left, and the rise of the density per run lost."""

    place: int
    limit: Limit
    left: int
    gain: float


def matters(one: Input, values: Array, interest: Mask, doubt: float) -> bool:
    """Return whether interest depends on an input, beyond what chance gives in a share ``doubt`` of such looks.

    ``values`` are sorted. Numbers: the rank-sum test and the chi-squared test over fifths; texts and numbers of few values: the
    chi-squared test over the values. Without it a search among many inputs would mostly peel noise.
    """
    from scipy.special import chdtrc, ndtr

    runs, share = len(values), float(interest.mean())
    if share in (0.0, 1.0) or values[0] == values[-1]:
        return False
    cuts = np.flatnonzero(values[1:] != values[:-1]) + 1
    few = bool(one.names) or len(cuts) < FEW_VALUES
    cuts = np.concatenate([[0], cuts]) if few else np.linspace(0, runs, 6).astype(np.intp)[:-1]
    counts = np.diff([*cuts.tolist(), runs])
    caught = np.add.reduceat(interest.astype(np.float64), cuts)
    squared = float(((caught - share * counts) ** 2 / (counts * share * (1 - share))).sum())
    chance = float(chdtrc(len(counts) - 1, squared))
    if few:
        return chance < doubt
    ranks = np.flatnonzero(interest) + 0.5
    spread = math.sqrt(runs * (runs + 1) / 12 * share * (1 - share) * runs)
    z = (float(ranks.sum()) - len(ranks) * runs / 2) / spread
    return min(chance, 2 * float(ndtr(-abs(z)))) < doubt / 2


def _slices(place: int, one: Input, values: Array, interest: Mask, limit: Limit) -> Iterator[_Slice]:
    """Yield the ways to take a thin slice off an input whose values are sorted."""
    runs, total = len(values), int(interest.sum())

    def cut(new: Limit, lost: int, caught: int) -> _Slice:
        left = runs - lost
        return _Slice(place, new, left, ((total - caught) / left - total / runs) / lost if left else 0.0)

    if one.names:
        present, starts, counts = np.unique(values, return_index=True, return_counts=True)
        for value, start, count in zip(present.astype(int).tolist(), starts.tolist(), counts.tolist(), strict=True):
            kept = frozenset(present.astype(int).tolist()) - {value}
            yield cut(Limit(kept=kept), count, int(interest[start : start + count].sum()))
        return
    thin = max(int(ALPHA * runs), 1)
    first = int(np.searchsorted(values, values[min(thin, runs - 1)], side="left"))
    first = first or int(np.searchsorted(values, values[0], side="right"))
    if first < runs:
        yield cut(replace(limit, low=float(values[first])), first, int(interest[:first].sum()))
    last = int(np.searchsorted(values, values[max(runs - 1 - thin, 0)], side="right"))
    last = last if last < runs else int(np.searchsorted(values, values[-1], side="left"))
    if last > 0:
        yield cut(replace(limit, high=float(values[last - 1])), runs - last, int(interest[last:].sum()))


def paste(box: Box, inputs: Sequence[Input], interest: Mask) -> Box:
    """Return a box whose limits are moved out again where that raises the density or leaves it: peeling sometimes goes
    too far.
    """
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
    """Return a quasi-p-value for each limit: the chance that as many runs drawn at random from the box without that limit would
    hold as many of interest. *Quasi*, because the limit was looked for.
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
