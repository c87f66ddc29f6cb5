"""How an actor decides on a morning: what it sees, what is ordered in its place by hand, and what is told of it, with reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wargame.expressions import values
from wargame.scenario.values import CHANNELS
from wargame.simulation.block import Block
from wargame.simulation.day import choose, orders_of
from wargame.world.menu import Candidate, Choice
from wargame.world.orders import Order, describe
from wargame.world.view import View

AGAINST = "against its own weighing, by luck"  # of an order that is worth less to its actor than doing nothing


class Decider:
    """Decides for one actor of a block, by its policy or by hand."""

    def __init__(self, block: Block, index: int) -> None:
        self.block, self.index, self.name = block, index, block.bound.cast.actors[index]
        self.menu, self.policy = block.bound.menus[index], block.bound.policies[index]

    def view(self) -> View:
        """Return what this actor may see this morning."""
        return View(self.block.world, self.menu)

    def decide(self) -> None:
        """Choose orders in the runs in which this actor is due, and put them on the table; orders given by hand stand."""
        if self.index in self.block.hands:
            self._by_hand(self.block.hands[self.index])
            return
        due = self.block.due(self.index)
        if not due.any() or not self.menu.candidates:
            return
        choice = choose(self.block.bound, self.block.world, self.index)
        for order in orders_of(self.block.bound, self.block.world, self.index):
            self.block.table.append(order)
            trace = self.block.trace
            for column in trace.columns if trace is not None else ():
                if order.where[column]:
                    self.tell(self.menu.candidates.index(order.candidate), column, choice)

    def tell(self, index: int, column: int, choice: Choice) -> None:
        """Tell the trace of an order that this actor gives in one run, and why."""
        trace = self.block.trace
        if trace is None:
            return
        candidate = self.menu.candidates[index]
        action = self.block.bound.actions[candidate.action]
        fact = describe(self.block.world, action, candidate)
        more = self._reasons(index, column, choice)
        why = f"{AGAINST}{f'; for it: {candidate.says}' if candidate.says else ''}" if more.get("against") else candidate.says
        sources = tuple(dict.fromkeys((*candidate.sources, *action.sources)))
        trace.add(column, "order", fact, self.index, why, sources, more, seen=self._heard(candidate))

    def _by_hand(self, orders: Sequence[Candidate]) -> None:
        """Put orders given by hand on the table, in every run, by channel as a policy's are."""
        everywhere, trace = np.ones(self.block.runs, dtype=np.bool_), self.block.trace
        for candidate in sorted(orders, key=lambda one: one.channel):
            self.block.table.append(Order(self.index, candidate, everywhere))
            action = self.block.bound.actions[candidate.action]
            for column in trace.columns if trace is not None else ():
                if trace is not None:
                    fact = describe(self.block.world, action, candidate)
                    trace.add(column, "order", fact, self.index, candidate.says, action.sources, _told(candidate),
                              seen=self._heard(candidate))  # fmt: skip

    def _heard(self, candidate: Candidate) -> tuple[str, ...]:
        """Return who hears of an order when it is given: all of a public one that nothing stops, else those it needs."""
        action = self.block.bound.actions[candidate.action]
        sure = candidate.granted or (action.legal.is_constant and not action.agrees)
        if action.public and sure:
            return ("all",)
        asked = () if candidate.granted else tuple(action.agrees or ())
        return tuple(self.block.bound.cast.actors[i] for i in sorted({self.index, *asked}))

    def _reasons(self, index: int, column: int, choice: Choice) -> dict[str, Any]:
        """Return what is behind a choice in one run: its rule and, of a policy that weighs, the weights and the chance it had."""
        candidate = self.menu.candidates[index]
        if candidate.by_hand:
            return _told(candidate)
        policies, names = self.block.bound.scenario.policies, self.block.bound.joined[self.index].names
        told = _told(candidate, "+".join(name for name in names if policies[name].kind != "human"))
        if not self.policy.traits.weighs:
            return told
        world = self.block.world
        count = len(self.menu.candidates)
        rivals = [i for i in self.menu.by_channel[candidate.channel] if choice.allowed[i, column]]
        weights = {self.menu.candidates[i].rule: float(choice.weights[i, column]) for i in rivals}
        unweighed = [self.menu.candidates[i] for i in self.menu.by_channel[candidate.channel]]
        undefined = [one.rule for one in unweighed if one.unweighed is not None and one.unweighed(world.state)[column] != 0.0]
        weights["hold"] = float(choice.weights[count + candidate.channel, column])
        temperature = float(world["temperature"][self.index, column])
        seen = values(candidate.weight, world.state, column) | values(candidate.when, world.state, column)
        return (
            told
            | {
                "weights": {name: round(weight, 4) for name, weight in weights.items()},
                "chance": round(_chance(weights, candidate.rule, temperature), 4),
                "temperature": temperature,
                "saw": {name: None if math.isnan(value) else round(value, 4) for name, value in seen.items()},
            }
            | ({"undefined": undefined} if undefined else {})
            | ({"against": True} if weights[candidate.rule] < weights["hold"] else {})  # luck alone speaks for it
        )


def _told(candidate: Candidate, policy: str = "by hand") -> dict[str, Any]:
    channel = CHANNELS[candidate.channel]
    return {"channel": channel, "rule": candidate.rule, "action": candidate.action, "policy": policy}


def _chance(weights: Mapping[str, float], rule: str, temperature: float) -> float:
    """Return the probability of a choice under quantal response."""
    top = max(weights.values())
    if temperature <= 0.0:
        return 1.0 if weights[rule] >= top else 0.0
    odds = {name: math.exp((weight - top) / temperature) for name, weight in weights.items()}
    return odds[rule] / sum(odds.values())
