"""The scripted policy: a list of dated orders, given whatever the circumstances."""

from __future__ import annotations

import datetime as dt

import numpy as np

from wargame.policies.base import Traits
from wargame.scenario.schema import Policy as PolicySpec
from wargame.scenario.values import CHANNELS
from wargame.world.menu import HOLD, Choice
from wargame.world.view import View


class Scripted:
    """Gives each order of its list on the decision day that falls on the order's date or next after it."""

    traits = Traits("follows a list of dated orders", stochastic=False, needs_rules=False)

    def __init__(self, spec: PolicySpec) -> None:
        self.spec = spec

    def choose(self, view: View) -> Choice:
        """Return the orders of the list that fall on today; the last of the list in a channel stands."""
        count = len(view.menu.candidates)
        chosen = np.full((len(CHANNELS), view.runs), HOLD, dtype=np.int64)
        allowed = np.zeros((count, view.runs), dtype=np.bool_)
        due = []
        for index, candidate in enumerate(view.menu.candidates):
            day, _, number = candidate.rule.partition("@")
            if view.is_on(dt.date.fromisoformat(day)):
                due.append((int(number), index))
        for _, index in sorted(due):
            chosen[view.menu.candidates[index].channel] = index
            allowed[index] = True
        return Choice(chosen, np.zeros((count + len(CHANNELS), view.runs)), allowed)
