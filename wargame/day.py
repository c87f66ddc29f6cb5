"""The engine's own part of a day: injects, decisions, orders, alarms. Functions of a bound scenario and its world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wargame.binding.bound import Bound, CompiledInject
from wargame.types import RunMask
from wargame.world.menu import Choice
from wargame.world.orders import Order, adjudicate
from wargame.world.view import View
from wargame.world.world import World


def dawn(bound: Bound, world: World) -> None:
    """Begin the day: no impulses, the clock a day on."""
    world.state[bound.impulses] = 0.0
    world["clock.day"][:] = world.tick
    world["clock.week"][:] = world.tick / 7.0
    world["since"][:] += 1.0


def inject(bound: Bound, world: World) -> None:
    """Let the entries of the MSEL happen that happen today."""
    for entry in bound.injects:
        where = _happens(world, entry)
        world["firing"][entry.index] = where
        if not np.any(where):
            continue
        fired = world["fired"][entry.index]
        fired[:] = np.where(where, 1.0, fired)
        for row, amount in entry.pushes:
            world.state[row] += np.where(where, world.state[amount], 0.0)
        actor = bound.cast.actors.index(entry.spec.actor) if entry.spec.actor else None
        world.say("inject", where, "{title}", actor=actor, reason="{text}", sources=entry.spec.source,
                  title=entry.spec.title, text=entry.spec.text)  # fmt: skip


def _happens(world: World, entry: CompiledInject) -> RunMask:
    """Return the runs in which an inject happens today: on its date, once its condition holds, or both."""
    if entry.tick is not None and entry.tick != world.tick:
        return np.zeros(world.runs, dtype=np.bool_)
    due: RunMask = world["fired"][entry.index] == 0.0
    return due if entry.when is None else due & (entry.when(world.state) != 0.0)


def due(bound: Bound, world: World, actor: int) -> RunMask:
    """Return the runs in which an actor decides this morning: its decision day, or it has been alarmed."""
    scenario = bound.scenario
    if world.tick % (scenario.actors[bound.cast.actors[actor]].decide_every or scenario.decide_every) == 0:
        return np.ones(world.runs, dtype=np.bool_)
    alarmed: RunMask = world["urgent"][actor] != 0.0
    return alarmed


def choose(bound: Bound, world: World, actor: int, when: RunMask) -> tuple[list[Order], Choice]:
    """Return the orders that an actor gives in the runs of ``when``, and the choice behind them."""
    menu = bound.menus[actor]
    choice = bound.policies[actor].choose(View(world, menu))
    orders = []
    for index, candidate in enumerate(menu.candidates):
        where = when & (choice.chosen[candidate.channel] == index)
        if np.any(where):
            orders.append(Order(actor, candidate, where))
    return orders, choice


def forced(bound: Bound, world: World) -> Iterator[Order]:
    """Yield the orders that today's injects force on actors."""
    for entry in bound.injects:
        where = world["firing"][entry.index] != 0.0
        if entry.orders and np.any(where):
            for actor, candidate in entry.orders:
                yield Order(actor, candidate, where)


def decide_and_adjudicate(bound: Bound, world: World) -> None:
    """Let every actor that is due decide on what it sees this morning, and the orders take effect."""
    table = list(forced(bound, world))
    for actor, menu in enumerate(bound.menus):
        when = due(bound, world, actor)
        if menu.candidates and np.any(when):
            table += choose(bound, world, actor, when)[0]
    adjudicate(world, table, bound.actions)


def alarm(bound: Bound, world: World) -> None:
    """Say who decides again tomorrow morning: those whose alarm has gone off, and those an inject of today has called."""
    world["urgent"][:] = bound.urgent(world.state) != 0.0
    for entry in bound.injects:
        for actor in entry.urgent:
            called = world["urgent"][actor]
            called[:] = np.maximum(called, world["firing"][entry.index])
