"""The model: one definition for every width. A day is the visible list ``PHASES``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from wargame.actors import Actor
from wargame.binding.bound import Bound, CompiledInject, bind
from wargame.errors import got, mistake
from wargame.record import Recorder, Trace
from wargame.scenario.load import Loaded, load
from wargame.scenario.schema import Scenario
from wargame.types import Array, RunMask
from wargame.world.orders import Order, adjudicate


@dataclass(frozen=True)
class Phase:
    """A phase of the day: its name, what happens in it, and the engine's own part (mechanisms' hooks come after)."""

    name: str
    says: str
    act: Callable[[WargameModel], None]


class WargameModel(mesa.Model):  # type: ignore[misc]
    """A block of runs of a scenario, played day by day.

    ``scenario`` is a path, the name of a shipped scenario, a loaded or a bound scenario. ``runs`` columns are played at once;
    column ``k`` is replication ``replication + k`` of ``seed``, the same whatever the width. ``set`` overrides fields of the
    scenario as ``--set`` does. ``overrides`` gives a quantity of the scenario (by its path) one value per run.
    ``trace`` lists the columns whose events and daily states are kept.
    """

    def __init__(
        self,
        scenario: str | Path | Loaded | Scenario | Bound,
        seed: int = 0,
        runs: int = 1,
        replication: int = 0,
        set: Mapping[str, object] | None = None,
        overrides: Mapping[str, Array] | None = None,
        trace: Sequence[int] = (),
    ) -> None:
        self.seed, self.replications = _luck(seed, replication, runs)
        super().__init__(rng=self.seed)  # Mesa's own luck, which nothing here draws from
        self.bound = _bound(scenario, set)
        self.world = self.bound.world(seed=self.seed, replications=self.replications, overrides=overrides)
        self.recorder = Recorder(self.bound, len(self.replications))
        self.table: list[Order] = []
        self.alarmed: list[tuple[int, RunMask]] = []
        self.trace: Trace | None = Trace(trace, self.replications) if trace else None
        self.actors = [
            Actor(self, i, menu, policy)
            for i, (menu, policy) in enumerate(zip(self.bound.menus, self.bound.policies, strict=True))
        ]
        layout = self.bound.layout
        impulses = [name for name in layout.fields if name.startswith("impulse.")]  # neighbours: fields lie sorted by name
        self._impulses = slice(layout.span(impulses[0]).start, layout.span(impulses[-1]).stop) if impulses else slice(0, 0)
        if self.trace is not None:
            self.trace.actors = self.bound.cast.actors
            self.world.listener = self.trace
        self.today: dict[str, float] = {}
        self.datacollector = DataCollector(model_reporters=self._reporters())
        self.running = True

    @property
    def runs(self) -> int:
        """Number of columns."""
        return len(self.replications)

    @property
    def measures(self) -> dict[str, Array]:
        """The measures of every run so far, each ``(runs,)``."""
        return self.recorder.result()

    def step(self) -> None:
        """Play one day; ``running`` turns false after the last."""
        for phase in PHASES:
            if self.trace is not None:
                self.trace.date, self.trace.phase = self.world.date, phase.name
            phase.act(self)
            for mechanism in self.bound.mechanisms:
                if phase.name in mechanism.phases:
                    mechanism.phases[phase.name](self.world)
        self._close_day()

    def play(self) -> WargameModel:
        """Play to the end of the scenario and return the model."""
        while self.running:
            self.step()
        return self

    def release(self) -> None:
        """Let go of the model: Mesa 3.3 keeps every model alive for ever otherwise. Played to the end, a model does it itself."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def due(self, actor: Actor) -> RunMask:
        """Return the runs in which the actor decides this morning: its decision day, or it has been alarmed."""
        scenario = self.bound.scenario
        every = scenario.actors[actor.name].decide_every or scenario.decide_every
        if self.world.tick % every == 0:
            return np.ones(self.runs, dtype=np.bool_)
        return np.asarray(self.world["urgent"][actor.index] != 0.0)

    def _close_day(self) -> None:
        if self.runs == 1:
            self.today = {name: float(row[0]) for name, row in self.measures.items()}
            self.datacollector.collect(self)
        self.world.tick += 1
        if self.world.tick >= self.bound.scenario.horizon:
            self.running = False
            self.release()

    def _reporters(self) -> dict[str, Callable[[Any], float]]:
        def of(name: str) -> Callable[[Any], float]:
            return lambda model: float(model.today[name])

        return {measure.name: of(measure.name) for measure in self.bound.measures} if self.runs == 1 else {}


def _luck(seed: int, replication: int, runs: int) -> tuple[int, range]:
    """Return the seed and the replications of a block. Raises :class:`InputError` for numbers that name no luck."""
    first, count = index(replication), index(runs)
    for name, value, low, high in (
        ("seed", index(seed), 0, 2**64 - 1), ("replication", first, 0, 2**62), ("runs", count, 1, 2**31 - 1),
    ):  # fmt: skip
        if not low <= value <= high:
            raise mistake(f"expected a whole number from {low} to {high} (got {got(value)})", file=name)
    return index(seed), range(first, first + count)


def _bound(scenario: str | Path | Loaded | Scenario | Bound, set: Mapping[str, object] | None) -> Bound:
    if isinstance(scenario, Bound | Loaded | Scenario):
        if set:
            raise mistake("belongs where the scenario is loaded; this one is loaded already", file="set")
        return scenario if isinstance(scenario, Bound) else bind(scenario)
    return bind(load(scenario, sets=set or {}))


def _happens(model: WargameModel, inject: CompiledInject) -> RunMask:
    """Return the runs in which an inject happens today: on its date, once its condition holds, or both."""
    world = model.world
    if inject.tick is not None and inject.tick != world.tick:
        return np.zeros(model.runs, dtype=np.bool_)
    due = world["fired"][inject.index] == 0.0
    return np.asarray(due if inject.when is None else due & (inject.when(world.state) != 0.0))


def _inject(model: WargameModel) -> None:
    world = model.world
    world.state[model._impulses] = 0.0
    world["clock.day"][:] = world.tick
    world["clock.week"][:] = world.tick / 7.0
    world["since"][:] += 1.0
    for inject in model.bound.injects:
        where = _happens(model, inject)
        if not where.any():
            continue
        world["fired"][inject.index][where] = 1.0
        for row, amount in inject.pushes:
            world.state[row] += np.where(where, world.state[amount], 0.0)
        model.table += [Order(actor, candidate, where) for actor, candidate in inject.orders]
        model.alarmed += [(actor, where) for actor in inject.urgent]
        actor = model.bound.cast.actors.index(inject.spec.actor) if inject.spec.actor else None
        world.say("inject", where, "{title}", actor=actor, reason="{text}", sources=inject.spec.source,
                  title=inject.spec.title, text=inject.spec.text)  # fmt: skip


def _decide(model: WargameModel) -> None:
    for actor in model.actors:
        actor.decide()


def _adjudicate(model: WargameModel) -> None:
    adjudicate(model.world, model.table, model.bound.actions)
    model.table = []


def _record(model: WargameModel) -> None:
    world = model.world
    alarms = model.bound.urgent(world.state) != 0.0
    for actor, where in model.alarmed:
        alarms[actor] |= where
    model.alarmed = []
    world["urgent"][:] = alarms
    model.recorder.observe(world)
    if model.trace is not None:
        model.trace.keep_day(world)


def _nothing(model: WargameModel) -> None:
    """The engine has no part of its own in this phase."""


PHASES: tuple[Phase, ...] = (
    Phase("inject", "the master scenario events list: dated and conditional events", _inject),
    Phase("move", "forces in transit, exercises starting and ending, withdrawal and lingering", _nothing),
    Phase("detect", "signals reach actors; beliefs are updated", _nothing),
    Phase("decide", "each actor's policy turns its view into orders, all from the same morning", _decide),
    Phase("adjudicate", "orders are checked for legality, capacity and consent, then take effect", _adjudicate),
    Phase("friction", "incidents, accidents, false flags, inadvertent escalation", _nothing),
    Phase("drift", "slow variables: tension, threat, dependence, stability, legitimacy, norms, sanctions", _nothing),
    Phase("record", "measures and the event log, with reasons", _record),
)
