"""The random policy: any order that its rules allow, or holding, all equally likely. The benchmark to beat."""

from __future__ import annotations

import numpy as np

from wargame.policies.base import Traits
from wargame.policies.logit import best
from wargame.scenario.schema import Policy as PolicySpec
from wargame.world.menu import Choice
from wargame.world.view import View


class Chance:
    """Chooses uniformly among holding and the orders whose ``when`` holds; weights are ignored."""

    traits = Traits("chooses at random among what its rules allow", stochastic=True, needs_rules=True)

    def __init__(self, spec: PolicySpec) -> None:
        self.spec = spec

    def choose(self, view: View) -> Choice:
        """Return an order of each channel at random in every run."""
        count = len(view.menu.candidates)
        values = view.options()
        allowed = values[:count] != 0.0
        return Choice(best(view, allowed, view.uniforms()), np.zeros_like(values[count:]), allowed)
