"""One history in which programs play some of the actors."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wargame.agents.answers import orders_of, plain
from wargame.agents.view import view_of
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.hands import order_by_hand
from wargame.binding.menus import hand_rule
from wargame.errors import InputError, Mistake, WargameError, allowed, did_you_mean, mistake
from wargame.scenario.load import dump
from wargame.scenario.schema import HandOrder
from wargame.seminar.game.export import as_played, load_kept
from wargame.simulation.play import play_one
from wargame.simulation.record import Record, fingerprint
from wargame.simulation.simulation import Simulation
from wargame.studies.sweep.plan.study import drawn

Agent = Callable[[dict[str, Any]], Any]  # from a view to orders: ids of the view, or mappings
Hands = dict[int, dict[str, tuple[HandOrder, ...]]]


class AgentError(InputError):
    """An agent did what it may not; ``record`` is the history up to the morning on which it did (None: no day was played)."""

    def __init__(self, mistakes: Sequence[Mistake], record: Record | None) -> None:
        super().__init__(mistakes)
        self.record = record


class AgentsStopped(KeyboardInterrupt):
    """Somebody interrupted a history in which agents play; ``record`` is what had been played (None: no day)."""

    def __init__(self, record: Record | None) -> None:
        super().__init__()
        self.record = record


def play_with_agents(
    bound: Bound, agents: Mapping[str, Agent], *, seed: int = 0, replication: int = 0, uncertain: bool = False
) -> Record:
    """Return one history in which ``agents`` (actor -> agent) decide for their actors on all of their decision mornings.

    The record's scenario holds their orders as given by hand, and is the same history to the bit without them. Raises
    :class:`AgentError` for an answer that cannot be used, :class:`AgentsStopped` when somebody interrupts, and
    :class:`InputError` for an actor that there is not; what an agent itself raises is passed on.
    """
    for actor in agents:
        if actor not in bound.cast.actors:
            near = did_you_mean(actor, bound.cast.actors) or f"; allowed: {allowed(bound.cast.actors)}"
            raise mistake(f'unknown actor "{actor}"{near}', file="agents")
    if not bound.resolved:
        raise mistake("a scenario made in memory cannot keep the orders of agents; load it from a file", file="agents")
    overrides = drawn(bound, seed, replication) if uncertain else None
    model = Simulation(bound, seed=seed, replications=[replication], overrides=overrides, trace=(0,)).in_numpy()
    table = _Mornings(model, agents)
    try:
        while model.running:
            table.decide()
            model.step()
    except (InputError, KeyboardInterrupt) as error:
        days = model.world.tick
        record = _replay_orders(bound, table.hands, seed, replication, uncertain, days=days) if days else None
        if isinstance(error, InputError):
            raise AgentError(error.mistakes, record) from None
        raise AgentsStopped(record) from None
    finally:
        model.forget()
    record = _replay_orders(bound, table.hands, seed, replication, uncertain)
    if record.fingerprint != fingerprint([model.measures]):
        raise WargameError("the orders of the agents do not give their history again: a bug in wargame")
    return record


class _Mornings:
    """The mornings of a history: who is asked, and what was answered."""

    def __init__(self, model: Simulation, agents: Mapping[str, Agent]) -> None:
        self.model = model
        self.agents = {model.bound.cast.actors.index(actor): agent for actor, agent in agents.items()}
        self.hands: Hands = {}
        self._told = dict.fromkeys(self.agents, 0)
        self._asked = dict.fromkeys(self.agents, 0)

    def decide(self) -> None:
        """Ask every agent whose actor is due this morning; all of them see the same morning."""
        model, bound = self.model, self.model.bound
        due = [index for index in sorted(self.agents) if model.due(index)[0]]
        if not due:
            return
        morning = model.this_morning()
        given = {index: self._ask(index, morning) for index in due}
        date, tick = model.world.date, model.world.tick
        names = bound.cast.actors
        model.hands = {
            index: tuple(order_by_hand(bound, names[index], order, hand_rule(date, i)) for i, order in enumerate(orders))
            for index, orders in given.items()
        }
        self.hands[tick] = {names[index]: orders for index, orders in given.items()}

    def _ask(self, index: int, morning: Simulation) -> tuple[HandOrder, ...]:
        trace = self.model.trace
        assert trace is not None
        view = view_of(self.model, morning, index, trace.events[self._told[index] :])
        self._told[index] = len(trace.events)
        self._asked[index] += 1
        shown = copy.deepcopy(view)  # what an agent does to its view changes nothing of what it may order
        return orders_of(plain(self.agents[index](shown)), view, f"agent {view['actor']}", self._asked[index])


def _replay_orders(bound: Bound, hands: Hands, seed: int, replication: int, uncertain: bool, days: int | None = None) -> Record:
    """Return the history that orders give, or its first ``days``: a run of a scenario that holds them."""
    given = {tick: orders for tick, orders in hands.items() if days is None or tick < days}
    data = as_played(bound.resolved, bound.scenario.start, given, {})
    if days is not None:
        data["horizon"] = days
    stored = bind(load_kept(bound.scenario.name, dump(data), Path("agents")))
    overrides = drawn(stored, seed, replication) if uncertain else None
    return play_one(stored, seed=seed, replication=replication, overrides=overrides)
