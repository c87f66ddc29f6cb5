"""Orders: from what actors chose to what takes effect. Legality and consent are adjudicated here, not assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import RunMask
from wargame.expressions import Expression
from wargame.world.menu import Candidate
from wargame.world.world import World


@dataclass(frozen=True)
class CompiledPush:
    """A push of an action: the impulse, where it goes (``own target item site world track``), the row of its amount, and the
    track it goes to (None: every one).
    """

    impulse: str
    to: str
    amount: int
    track: int | None = None


@dataclass(frozen=True)
class CompiledAction:
    """An action with its conditions compiled: legality over the truth, consent over each consenter's view."""

    name: str
    index: int
    says: str
    public: bool
    sources: tuple[str, ...]
    legal: Expression
    pushes: tuple[CompiledPush, ...]
    consent: str = ""
    agrees: Mapping[int, Expression] | None = None  # consenting actor -> expression over its view
    quorum: float = 1.0


@dataclass(frozen=True)
class Order:
    """An order on the table: who, which candidate, in which runs."""

    actor: int
    candidate: Candidate
    where: RunMask


def describe(world: World, action: CompiledAction, candidate: Candidate) -> str:
    """Return what the order does, in words."""
    scenario, cast = world.scenario, world.cast
    names = {
        "target": scenario.actors[cast.actors[candidate.target]].name if candidate.target is not None else "",
        "item": scenario.items[cast.items[candidate.item]].name if candidate.item is not None else "",
        "site": scenario.sites[cast.sites[candidate.site]].name if candidate.site is not None else "",
    }
    return action.says.format(**names)


def adjudicate(world: World, orders: list[Order], actions: Mapping[str, CompiledAction]) -> None:
    """Let every order take effect where it is legal and those whose consent it needs agree.

    Orders are simultaneous: all are judged before any takes effect. Impulses and ``since`` are written.
    """
    judged = [(order, _permitted(world, order, actions[order.candidate.action])) for order in orders]
    for order, done in judged:
        _apply(world, order.actor, order.candidate, actions[order.candidate.action], done)


def _permitted(world: World, order: Order, action: CompiledAction) -> RunMask:
    if order.candidate.granted:
        what = describe(world, action, order.candidate)
        world.say("note", order.where, "granted whatever the conditions: {what}", actor=order.actor, seen="own", what=what)
        return order.where
    legal = action.legal(world.state) != 0.0
    done: RunMask = order.where & legal
    if world.listener is None and not action.agrees:
        return done
    what = describe(world, action, order.candidate)
    world.say("outcome", order.where & ~legal, "{what}: nothing comes of it, the conditions are not met",
              actor=order.actor, what=what, sources=action.sources, seen="own")  # fmt: skip
    if action.agrees:
        done = done & _consent(world, order, action, done, what)
    return done


def _consent(world: World, order: Order, action: CompiledAction, asked: RunMask, what: str) -> RunMask:
    votes = {who: agrees(world.state) != 0.0 for who, agrees in (action.agrees or {}).items()}
    yes = np.zeros(world.runs)
    for who in sorted(votes):
        yes = yes + votes[who]
    quorum = np.minimum(action.quorum, world["council_quorum"]) if len(votes) > 1 else action.quorum
    given: RunMask = yes >= quorum * len(votes) - 1e-9
    if world.listener is not None:
        for who, vote in votes.items():
            name = world.scenario.actors[world.cast.actors[who]].name
            world.say("consent", asked & ~given & ~vote, "{name} does not agree, and consent is needed: {what}",
                      actor=who, name=name, what=what, sources=action.sources, seen=(order.actor, *votes))  # fmt: skip
        giver = world.scenario.actors[world.cast.actors[order.actor]].name
        world.say("consent", asked & given, "consent of all that it needs: {what}", actor=order.actor, what=what, giver=giver,
                  seen=(order.actor, *votes), public="{giver} {what}" if action.public else "")  # fmt: skip
    return given


def _apply(world: World, actor: int, candidate: Candidate, action: CompiledAction, done: RunMask) -> None:
    if not done.any():
        return
    since = world["since"][actor, action.index]
    since[:] = np.where(done, 0.0, since)
    for push in action.pushes:
        rows = world.impulse(push.impulse)
        places = {"own": actor, "target": candidate.target, "item": candidate.item, "site": candidate.site, "track": push.track}
        index = places.get(push.to)
        everywhere = push.to == "world" or (push.to == "track" and index is None)
        row = rows if everywhere else rows[index]
        row += np.where(done, candidate.size * world.state[push.amount], 0.0)
