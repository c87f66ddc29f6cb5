"""Forecasts scored: Brier's score, Murphy's decomposition, calibration, by person and by seat.

A forecast is a probability that something would be the case at the end; the outcome is 1 if it was and 0 if not. A question that
the history does not answer (the outcome is not-a-number) is in no score.

Source: Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950); Murphy, "A new
vector partition of the probability score", Journal of Applied Meteorology 12 (1973).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array
from wargame.studies.statistics.estimates import Estimate, wilson

COIN = 0.25  # Brier's score of someone who always says one half


@dataclass(frozen=True)
class Forecast:
    """What somebody said on some turn: a probability from 0 to 1; ``outcome`` is 1 or 0."""

    person: str
    seat: str
    turn: int
    question: str
    chance: float
    outcome: float


@dataclass(frozen=True)
class Decomposition:
    """Brier's score in Murphy's three parts: ``brier = reliability - resolution + uncertainty``, exactly.

    ``reliability``: how far what was said lies from what then happened (0 is best). ``resolution``: how well cases are told
    apart (high is best). ``uncertainty``: how hard the questions were, whoever answers. Not-a-number without forecasts.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    n: int


@dataclass(frozen=True)
class Bin:
    """Forecasts of about the same probability: their mean, and how often it then happened (95 % Wilson interval)."""

    low: float
    high: float
    said: float
    happened: Estimate


@dataclass(frozen=True)
class Score:
    """The forecasts of one person or one seat: their score, and the score of the coin on the same questions beside it."""

    who: str
    seat: str
    parts: Decomposition
    skill: float  # 1 is perfect, 0 is as good as always saying one half, below that worse
    bias: float  # mean of what was said less the share that happened: above 0 said too much


def brier(chances: Sequence[float] | Array, outcomes: Sequence[float] | Array) -> float:
    """Return the mean squared error of probabilities against outcomes of 0 or 1; not-a-number without any.

    Raises ValueError when the two differ in length, a probability lies outside 0 to 1 or an outcome is neither 0 nor 1.
    """
    said, was = _checked(chances, outcomes)
    return float(((said - was) ** 2).mean()) if len(said) else math.nan


def murphy(chances: Sequence[float] | Array, outcomes: Sequence[float] | Array) -> Decomposition:
    """Return Brier's score in its three parts, grouped by the distinct probabilities that were said. Raises ValueError."""
    said, was = _checked(chances, outcomes)
    if not len(said):
        return Decomposition(math.nan, math.nan, math.nan, math.nan, 0)
    values, group = np.unique(said, return_inverse=True)
    counts = np.bincount(group).astype(np.float64)
    shares = np.bincount(group, weights=was) / counts
    rate = float(was.mean())
    reliability = float((counts * (values - shares) ** 2).sum()) / len(said)
    resolution = float((counts * (shares - rate) ** 2).sum()) / len(said)
    return Decomposition(brier(said, was), reliability, resolution, rate * (1.0 - rate), len(said))


def calibration(chances: Sequence[float] | Array, outcomes: Sequence[float] | Array, bins: int = 5) -> list[Bin]:
    """Return forecasts in ``bins`` equal intervals of probability; empty ones are left out. Raises ValueError."""
    said, was = _checked(chances, outcomes)
    place = np.minimum((said * bins + 1e-9).astype(np.int64), bins - 1)  # 0.6 * 5 falls short of 3 by a rounding
    found = []
    for i in range(bins):
        mine = place == i
        if mine.any():
            happened = wilson(float(was[mine].sum()), int(mine.sum()))
            found.append(Bin(i / bins, (i + 1) / bins, float(said[mine].mean()), happened))
    return found


def scores(forecasts: Iterable[Forecast], *, by: str = "person") -> list[Score]:
    """Return the score of every person (``by="person"``) or of every seat (``by="seat"``), the best first.

    Raises ValueError for another ``by``, or for a forecast that is none.
    """
    keys: dict[str, Callable[[Forecast], tuple[str, str]]] = {
        "person": lambda one: (one.person, one.seat),
        "seat": lambda one: (one.seat, one.seat),
    }
    if by not in keys:
        raise ValueError(f'by is "person" or "seat" (got {by!r})')
    groups: dict[tuple[str, str], list[Forecast]] = {}
    for one in forecasts:
        if math.isnan(one.outcome):
            continue
        groups.setdefault(keys[by](one), []).append(one)
    found = [_score(who, seat, own) for (who, seat), own in groups.items()]
    return sorted(found, key=lambda score: (score.parts.brier, score.who, score.seat))


def _score(who: str, seat: str, own: Sequence[Forecast]) -> Score:
    said, was = [one.chance for one in own], [one.outcome for one in own]
    parts = murphy(said, was)
    return Score(who, seat, parts, 1.0 - parts.brier / COIN, float(np.mean(said) - np.mean(was)))


def _checked(chances: Sequence[float] | Array, outcomes: Sequence[float] | Array) -> tuple[Array, Array]:
    said, was = np.asarray(chances, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if said.shape != was.shape or said.ndim != 1:
        raise ValueError(f"as many outcomes as probabilities (got {len(was)} and {len(said)})")
    said, was = said[~np.isnan(was)], was[~np.isnan(was)]
    if not bool(np.all((said >= 0.0) & (said <= 1.0))):
        raise ValueError("a probability lies from 0 to 1")
    if not bool(np.all((was == 0.0) | (was == 1.0))):
        raise ValueError("an outcome is 0 or 1")
    return said, was
