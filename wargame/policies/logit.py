"""Quantal response: the order with the highest weight plus noise, the noise scaled by the actor's temperature.

In every channel the actor takes the maximum of ``weight_k + T G_k`` over the orders whose ``when`` holds and over holding,
with independent standard Gumbel ``G_k``; so order *k* is chosen with probability ``exp(weight_k / T) / sum_j exp(weight_j /
T)``. ``T = 0`` is strict preference (a tie goes to holding, then to the first rule by name), a large ``T`` is noise.

Source: McKelvey & Palfrey, "Quantal response equilibria for normal form games", GEB 10 (1995).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array, Mask
from wargame.policies.base import Traits
from wargame.scenario.schema import Policy as PolicySpec
from wargame.world.menu import HOLD, Choice
from wargame.world.view import View

Chosen = NDArray[np.int64]


class Logit:
    """The declarative policy: candidate orders with ``when`` and ``weight`` as expressions over the actor's view."""

    traits = Traits(
        "chooses by weighted preference with noise (quantal response)", stochastic=True, needs_rules=True, weighs=True
    )

    def __init__(self, spec: PolicySpec) -> None:
        self.spec = spec

    def choose(self, view: View) -> Choice:
        """Return the best order of each channel in every run."""
        count = len(view.menu.candidates)
        values = view.options()
        allowed = values[:count] != 0.0
        weights = values[count:]
        return Choice(best(view, allowed, weights + view.temperature * view.gumbels()), weights, allowed)


def best(view: View, allowed: Mask, scores: Array) -> Chosen:
    """Return per channel and run the allowed candidate with the highest score, or HOLD where holding scores as high."""
    count = len(view.menu.candidates)
    chosen = []
    for channel, members in enumerate(view.menu.by_channel):
        leading, first = scores[count + channel], np.full(view.runs, HOLD, dtype=np.int64)
        for index in members:
            better = allowed[index] & (scores[index] > leading)
            first = np.where(better, index, first)
            leading = np.where(better, scores[index], leading)
        chosen.append(first)
    return np.stack(chosen)
