"""The engine's own part of a day: injects, decisions, orders, alarms. Functions of a bound scenario and its world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.types import RunMask
from wargame.scenario.schema import Inject
from wargame.scenario.values import CHANNELS
from wargame.world.injects import CompiledInject, UnplannedInject, actors_of
from wargame.world.menu import Choice
from wargame.world.orders import Order, adjudicate
from wargame.world.view import View
from wargame.world.world import Audience, World


def dawn(bound: Bound, world: World, pushed: NDArray[np.intp] | None = None) -> None:
    """Begin the day: no impulses and no orders, the clock a day on. ``pushed``: the only impulses that are not 0, if known."""
    world.state[bound.impulses if pushed is None else pushed] = 0.0
    world["clock.day"][:] = world.tick
    world["clock.week"][:] = world.tick / 7.0
    world["since"][:] += 1.0
    for channel in CHANNELS:
        world[f"choice.{channel}"][:] = 0.0


def inject(bound: Bound, world: World, unplanned: Sequence[UnplannedInject] = ()) -> None:
    """Let the entries of the MSEL happen that happen today, and with them what nobody had planned, by the order of names."""
    for entry in _by_name(bound, unplanned):
        if isinstance(entry, UnplannedInject):
            for row, add in entry.pushes:
                world.state[row] += add
            _announce(bound, world, entry.spec, np.ones(world.runs, dtype=np.bool_))
            continue
        where = _happens(world, entry)
        world["firing"][entry.index] = where
        if not np.any(where):
            continue
        fired = world["fired"][entry.index]
        fired[:] = np.where(where, 1.0, fired)
        for row, amount in entry.pushes:
            world.state[row] += np.where(where, world.state[amount], 0.0)
        _announce(bound, world, entry.spec, where)


def _by_name(bound: Bound, unplanned: Sequence[UnplannedInject]) -> Sequence[CompiledInject | UnplannedInject]:
    return sorted((*bound.injects, *unplanned), key=lambda entry: entry.name) if unplanned else bound.injects


def _announce(bound: Bound, world: World, spec: Inject, where: RunMask) -> None:
    actor = bound.cast.actors.index(spec.actor) if spec.actor else None
    heard: Audience = "all" if spec.seen_by is None else actors_of(spec.seen_by, bound.cast)
    world.say("inject", where, "{title}", actor=actor, reason="{text}", sources=spec.source, seen=heard,
              title=spec.title, text=spec.text)  # fmt: skip


def _happens(world: World, entry: CompiledInject) -> RunMask:
    """Return the runs in which an inject happens today: on its date, once its condition holds, or both."""
    if entry.tick is not None and entry.tick != world.tick:
        return np.zeros(world.runs, dtype=np.bool_)
    due: RunMask = world["fired"][entry.index] == 0.0
    return due if entry.when is None else due & (entry.when(world.state) != 0.0)


def is_own_day(bound: Bound, world: World, actor: int) -> bool:
    """Return whether today is an actor's decision day."""
    every = bound.scenario.interval(bound.cast.actors[actor])
    return world.tick % every == 0 or any(world.tick == tick for tick in bound.hand_days[actor])


def due(bound: Bound, world: World, actor: int) -> RunMask:
    """Return the runs in which an actor decides this morning: its decision day, or it has been alarmed."""
    if is_own_day(bound, world, actor):
        return np.ones(world.runs, dtype=np.bool_)
    alarmed: RunMask = world["urgent"][actor] != 0.0
    return alarmed


def choose(bound: Bound, world: World, actor: int) -> Choice:
    """Return an actor's choice of the morning, and note it in the runs in which the actor is due."""
    when = due(bound, world, actor)
    choice = bound.policies[actor].choose(View(world, bound.menus[actor]))
    for channel, chosen in zip(CHANNELS, choice.chosen, strict=True):
        world[f"choice.{channel}"][actor] = np.where(when, chosen + 1.0, 0.0)
    return choice


def orders_of(bound: Bound, world: World, actor: int) -> Iterator[Order]:
    """Yield the orders that an actor gives today."""
    for index, candidate in enumerate(bound.menus[actor].candidates):
        where = world[f"choice.{CHANNELS[candidate.channel]}"][actor] == index + 1.0
        if np.any(where):
            yield Order(actor, candidate, where)


def forced(bound: Bound, world: World, unplanned: Sequence[UnplannedInject] = ()) -> Iterator[Order]:
    """Yield the orders that today's injects force on actors."""
    for entry in _by_name(bound, unplanned):
        where: RunMask = (
            np.ones(world.runs, np.bool_) if isinstance(entry, UnplannedInject) else world["firing"][entry.index] != 0.0
        )
        if entry.orders and np.any(where):
            for actor, candidate in entry.orders:
                yield Order(actor, candidate, where)


def carry_out(bound: Bound, world: World) -> None:
    """Let today's orders take effect, those that injects force first."""
    table = list(forced(bound, world))
    for actor in range(len(bound.menus)):
        table += orders_of(bound, world, actor)
    adjudicate(world, table, bound.actions)


def alarm(bound: Bound, world: World, unplanned: Sequence[UnplannedInject] = ()) -> None:
    """Say who decides again tomorrow morning: those whose alarm has gone off, and those an inject of today has called."""
    world["urgent"][:] = bound.urgent(world.state) != 0.0
    for entry in bound.injects:
        for actor in entry.urgent:
            called = world["urgent"][actor]
            called[:] = np.maximum(called, world["firing"][entry.index])
    for one in unplanned:
        world["urgent"][list(one.urgent)] = 1.0
