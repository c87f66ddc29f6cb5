"""Plays what an actor imagines: short futures of a world of its own making, in which the others follow their policies."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.expressions import Expression
from wargame.policies.base import Policy
from wargame.policies.human import Human
from wargame.policies.rollout import Rollout
from wargame.scenario.values import CHANNELS
from wargame.simulation import day
from wargame.world.orders import adjudicate
from wargame.world.view import View
from wargame.world.world import World

WIDTH = 512  # columns played at once; changes no number
MORNING, REST = ("inject", "move", "detect"), ("adjudicate", "friction", "drift", "record")


class Ahead:
    """What an actor gets on average, ``horizon`` days from now, over ``futures`` imagined futures of each order that it tries.

    No list of events is known to those who imagine: injects happen in no future. Nobody in a future looks ahead himself: there,
    who does otherwise follows his rules, and a seat that people hold its staff.
    """

    def __init__(self, bound: Bound, actor: int, payoff: Expression, declare: Callable[[], Array]) -> None:
        self.bound, self.actor, self.payoff, self._declare = bound, actor, payoff, declare
        self.horizon, self.futures = bound.joined[actor].ahead.horizon, bound.joined[actor].ahead.futures
        self._policies = tuple(_documented(policy) for policy in bound.policies)

    @cached_property
    def declared(self) -> Array:
        """The first morning as the scenario's file has it, shape ``(slots,)``."""
        return self._declare()

    def __getstate__(self) -> dict[str, Any]:
        """TracedHook along, on the way to another process, the morning and no function that makes it."""
        return self.__dict__ | {"declared": self.declared, "_declare": None}

    def __call__(self, view: View, columns: NDArray[np.intp], orders: NDArray[np.int64]) -> Array:
        """Return the mean payoff of every try, shape ``(tries,)``; see :class:`wargame.policies.rollout.Imagination`.

        Futures in which the payoff is missing are passed over; it is missing of a try of which none is left.
        """
        found = np.empty(len(columns))
        each = max(WIDTH // self.futures, 1)
        for first in range(0, len(columns), each):
            part = slice(first, first + each)
            world = view.imagined(self.declared, columns[part], self.futures)
            self._play(world, np.repeat(orders[:, part], self.futures, axis=1))
            got = np.broadcast_to(self.payoff(world.state), (world.runs,)).reshape(-1, self.futures)
            found[part] = _mean(got)
        return found

    def _play(self, world: World, orders: NDArray[np.int64]) -> None:
        """Play from this morning, when signals have come in, with these orders of the actor."""
        last = min(world.tick + self.horizon, self.bound.scenario.horizon)
        for channel, chosen in zip(CHANNELS, orders, strict=True):
            world[f"choice.{channel}"][self.actor] = chosen + 1.0
        first = True
        while world.tick < last:
            if not first:
                day.dawn(self.bound, world)
                self._hooks(world, MORNING)
            for index, menu in enumerate(self.bound.menus):
                if menu.candidates and not (first and index == self.actor):
                    self._decide(world, index)
            adjudicate(world, [one for who in range(len(self.bound.menus)) for one in day.orders_of(self.bound, world, who)],
                       self.bound.actions)  # fmt: skip
            self._hooks(world, REST)
            day.alarm(self.bound, world)
            world.tick += 1
            first = False

    def _decide(self, world: World, index: int) -> None:
        every = self.bound.scenario.interval(self.bound.cast.actors[index])  # not day.due: it knows on which days people will act
        due = (world["urgent"][index] != 0.0) | (world.tick % every == 0)
        if not due.any():
            return
        choice = self._policies[index].choose(View(world, self.bound.menus[index]))
        for channel, chosen in zip(CHANNELS, choice.chosen, strict=True):
            world[f"choice.{channel}"][index] = np.where(due, chosen + 1.0, 0.0)

    def _hooks(self, world: World, phases: tuple[str, ...]) -> None:
        for phase in phases:
            for mechanism in self.bound.mechanisms:
                if phase in mechanism.phases:
                    mechanism.phases[phase](world)


def _documented(policy: Policy) -> Policy:
    """Return what an actor does in a future that somebody imagines."""
    if isinstance(policy, Human):
        return _documented(policy.staff)
    return policy.rules if isinstance(policy, Rollout) else policy


def _mean(values: Array) -> Array:
    """Return the mean of each row, added up in a fixed order: the same bits at any width. What is missing is passed over."""
    total, count = np.zeros(len(values)), np.zeros(len(values))
    for column in values.T:
        there = ~np.isnan(column)
        total += np.where(there, column, 0.0)
        count += there
    return np.where(count > 0.0, total / np.maximum(count, 1.0), np.nan)


def look_ahead(bound: Bound, declare: Callable[[], Array]) -> None:
    """Give the policies that look ahead what they imagine with. ``declare`` makes the first morning, when it is asked for."""
    for actor, (policy, payoff) in enumerate(zip(bound.policies, bound.payoffs, strict=True)):
        own = policy.staff if isinstance(policy, Human) else policy
        if payoff is not None and isinstance(own, Rollout) and own.imagination is None:
            own.imagination = Ahead(bound, actor, payoff, declare)
