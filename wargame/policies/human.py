"""The policy of a seat that people hold: on the days of its list the orders given by hand, on all others those of its staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from wargame.policies.base import Policy, Traits
from wargame.policies.logit import Logit
from wargame.scenario.schema import Policy as PolicySpec
from wargame.scenario.values import CHANNELS
from wargame.world.menu import HOLD, Choice
from wargame.world.view import View


class Human:
    """Gives exactly the orders of its ``turns`` on their days; on other decision days the policy that it extends decides.

    ``staff`` is that policy. ``days`` are the days decided by hand, those without an order among them.
    """

    traits = Traits("gives the orders that people gave; between them its staff decides", stochastic=True, needs_rules=True)

    def __init__(self, spec: PolicySpec, staff: Policy | None = None, days: Iterable[dt.date] | None = None) -> None:
        self.spec = spec
        self.staff: Policy = Logit(spec) if staff is None else staff
        self.days = tuple(sorted(spec.turns if days is None else days))
        self.traits = replace(Human.traits, traced=self.staff.traits.traced, weighs=self.staff.traits.weighs)

    def choose(self, view: View) -> Choice:
        """Return the orders given by hand, if today is a day of theirs, else what the staff chooses."""
        today = [day for day in self.days if view.is_on(day)]
        if not today:
            return self.staff.choose(view)
        count = len(view.menu.candidates)
        chosen = np.full((len(CHANNELS), view.runs), HOLD, dtype=np.int64)
        allowed = np.zeros((count, view.runs), dtype=np.bool_)
        for index, candidate in enumerate(view.menu.candidates):
            if candidate.by_hand and candidate.rule.partition("@")[0] == today[0].isoformat():
                chosen[candidate.channel] = index
                allowed[index] = True
        return Choice(chosen, np.zeros((count + len(CHANNELS), view.runs)), allowed)
