"""The rollout policy: gives the order whose imagined futures end best for the actor.

For every order that its rules allow, and for holding, it plays the next days several times in its head and takes the mean
``u_k`` of what it wants at their end; in every channel it chooses the maximum of ``u_k + T G_k`` with independent standard
Gumbel ``G_k``, as the declarative policy does with its weights. All orders are tried in the same futures. The rules' own
weights count only in the other channels and on the days after: there it does what its rules would do.

What is imagined is built from what the actor may see, what it believes, and what the scenario's file declares; see
:mod:`wargame.world.imagined`. The true state never enters.

Source: Tesauro & Galperin, "On-line policy improvement using Monte-Carlo search", NIPS 9 (1996), for rollouts of a base policy.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array
from wargame.policies.base import Traits
from wargame.policies.logit import Logit, best
from wargame.scenario.schema import Policy as PolicySpec
from wargame.world.menu import HOLD, Choice
from wargame.world.view import View

Columns = NDArray[np.intp]


class Imagination(Protocol):
    """Plays what an actor imagines."""

    def __call__(self, view: View, columns: Columns, orders: NDArray[np.int64]) -> Array:
        """Return what the actor gets on average, shape ``(tries,)``, if it gives some orders today: ``orders`` ``(channels,
        tries)`` are indices of candidates or HOLD, and ``columns`` ``(tries,)`` the run in which each is tried.
        """


class Rollout:
    """Looks ahead through its own beliefs. ``imagination`` is given to it when the scenario is bound; before the first day,
    when there is nothing to imagine yet, it does what its rules say.
    """

    traits = Traits(
        "gives the order that ends best in the futures that it imagines", stochastic=True, needs_rules=True, traced=False,
        weighs=True,
    )  # fmt: skip

    def __init__(self, spec: PolicySpec) -> None:
        self.spec = spec
        self.rules = Logit(spec)
        self.imagination: Imagination | None = None

    def choose(self, view: View) -> Choice:
        """Return the order of each channel that is best by its imagined futures, in every run."""
        plain = self.rules.choose(view)
        if self.imagination is None or view.tick < 0:
            return plain
        places, columns, orders = _tries(view, plain)
        weights = np.zeros_like(plain.weights)
        found = self.imagination(view, columns, orders)
        weights[places, columns] = np.nan_to_num(found, nan=0.0)
        allowed = plain.allowed.copy()  # what has no payoff in any future is not considered
        gone = np.isnan(found) & (places < len(allowed))
        allowed[places[gone], columns[gone]] = False
        noise = view.temperature * view.gumbels(view.menu.luck)
        return Choice(best(view, allowed, weights + noise), weights, allowed)


def _tries(view: View, plain: Choice) -> tuple[Columns, Columns, NDArray[np.int64]]:
    """Return what there is to try: which order (or holding, after the orders), in which run, with what in the other channels.

    Where a channel offers nothing but to hold, there is nothing to try.
    """
    count = len(view.menu.candidates)
    places, columns, orders = [], [], []
    for channel, members in enumerate(view.menu.by_channel):
        allowed = plain.allowed[list(members)]
        open_runs = allowed.any(axis=0)
        for row, place in zip([*allowed, open_runs], [*members, count + channel], strict=True):
            where = np.flatnonzero(row)
            own = plain.chosen[:, where].copy()
            own[channel] = HOLD if place >= count else place
            places.append(np.full(len(where), place, dtype=np.intp))
            columns.append(where)
            orders.append(own)
    return np.concatenate(places), np.concatenate(columns), np.concatenate(orders, axis=1)
