"""Actors as Mesa agents: each owns one row of every per-actor field and decides by its policy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.lean import mesa
from wargame.policies.base import Policy
from wargame.scenario.values import CHANNELS
from wargame.simulation.day import choose, orders_of
from wargame.world.menu import Candidate, Choice, Menu
from wargame.world.orders import Order, describe
from wargame.world.view import View

if TYPE_CHECKING:
    from wargame.simulation.model import WargameModel


class Actor(mesa.Agent):  # type: ignore[misc]
    """A state or bloc. ``actor.dependence`` reads and writes its own row: a float at one run, a view ``(runs,)`` at many."""

    model: WargameModel

    def __init__(self, model: WargameModel, index: int, menu: Menu, policy: Policy) -> None:
        self._rows: Mapping[str, int] = {}
        super().__init__(model)
        self.index = index
        self.name = model.bound.cast.actors[index]
        self.menu = menu
        self.policy = policy
        self._rows = model.bound.layout.own_rows

    def __getattr__(self, name: str) -> Any:
        rows = self.__dict__.get("_rows", {})
        if name not in rows or name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        row = self.model.world.state[rows[name] + self.index]
        return float(row[0]) if len(row) == 1 else row

    def __setattr__(self, name: str, value: Any) -> None:
        rows = self.__dict__.get("_rows", {})
        if name in rows and name not in self.__dict__:
            self.model.world.state[rows[name] + self.index] = value
        else:
            object.__setattr__(self, name, value)

    def view(self) -> View:
        """Return what this actor may see this morning."""
        return View(self.model.world, self.menu)

    def decide(self) -> None:
        """Choose orders in the runs in which this actor is due, and put them on the table; orders given by hand stand."""
        if self.index in self.model.hands:
            self._by_hand(self.model.hands[self.index])
            return
        due = self.model.due(self)
        if not due.any() or not self.menu.candidates:
            return
        choice = choose(self.model.bound, self.model.world, self.index)
        for order in orders_of(self.model.bound, self.model.world, self.index):
            self.model.table.append(order)
            trace = self.model.trace
            for column in trace.columns if trace is not None else ():
                if order.where[column]:
                    self.tell(self.menu.candidates.index(order.candidate), column, choice)

    def tell(self, index: int, column: int, choice: Choice) -> None:
        """Tell the trace of an order that this actor gives in one run, and why."""
        trace = self.model.trace
        if trace is None:
            return
        candidate = self.menu.candidates[index]
        action = self.model.bound.actions[candidate.action]
        fact = describe(self.model.world, action, candidate)
        more = self._reasons(index, column, choice)
        sources = tuple(dict.fromkeys((*candidate.sources, *action.sources)))
        trace.add(column, "order", fact, self.index, candidate.says, sources, more, seen=self._heard(candidate))

    def _by_hand(self, orders: Sequence[Candidate]) -> None:
        """Put orders given by hand on the table, in every run, by channel as a policy's are."""
        everywhere, trace = np.ones(self.model.runs, dtype=np.bool_), self.model.trace
        for candidate in sorted(orders, key=lambda one: one.channel):
            self.model.table.append(Order(self.index, candidate, everywhere))
            action = self.model.bound.actions[candidate.action]
            for column in trace.columns if trace is not None else ():
                if trace is not None:
                    fact = describe(self.model.world, action, candidate)
                    trace.add(column, "order", fact, self.index, candidate.says, action.sources, _told(candidate),
                              seen=self._heard(candidate))  # fmt: skip

    def _heard(self, candidate: Candidate) -> tuple[str, ...]:
        """Return who hears of an order when it is given: all of a public one that nothing stops, else those it needs."""
        action = self.model.bound.actions[candidate.action]
        sure = candidate.granted or (action.legal.is_constant and not action.agrees)
        if action.public and sure:
            return ("all",)
        asked = () if candidate.granted else tuple(action.agrees or ())
        return tuple(self.model.bound.cast.actors[i] for i in sorted({self.index, *asked}))

    def _reasons(self, index: int, column: int, choice: Choice) -> dict[str, Any]:
        """Return what is behind a choice in one run: its rule and, of a policy that weighs, the weights and the chance it had."""
        from wargame.expressions import values

        candidate = self.menu.candidates[index]
        if candidate.by_hand:
            return _told(candidate)
        policies, names = self.model.bound.scenario.policies, self.model.bound.joined[self.index].names
        told = _told(candidate, "+".join(name for name in names if policies[name].kind != "human"))
        if not self.policy.traits.weighs:
            return told
        world = self.model.world
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
        )


def _told(candidate: Candidate, policy: str = "by hand") -> dict[str, Any]:
    channel = CHANNELS[candidate.channel]
    return {"channel": channel, "rule": candidate.rule, "action": candidate.action, "policy": policy}


def _chance(weights: dict[str, float], rule: str, temperature: float) -> float:
    """Return the probability of a choice under quantal response."""
    top = max(weights.values())
    if temperature <= 0.0:
        return 1.0 if weights[rule] >= top else 0.0
    odds = {name: math.exp((weight - top) / temperature) for name, weight in weights.items()}
    return odds[rule] / sum(odds.values())
