"""The model: one definition for every width. A day is the visible list ``PHASES``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from operator import index
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from wargame import day
from wargame.actors import Actor
from wargame.binding.bound import Bound, bind
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
    ``trace`` lists the columns whose events and daily states are kept. ``rng`` is the seed by the name newer Mesas call it.
    """

    # Mesa 3.5's batch_run looks for a parameter "seed" and, finding one, puts its own (None) in the place of the caller's.
    __signature__ = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("scenario", "rng")])

    def __init__(
        self,
        scenario: str | Path | Loaded | Scenario | Bound,
        seed: int = 0,
        runs: int = 1,
        replication: int = 0,
        set: Mapping[str, object] | None = None,
        overrides: Mapping[str, Array] | None = None,
        trace: Sequence[int] = (),
        rng: int | None = None,
    ) -> None:
        self.seed, self.replications = _luck(seed if rng is None else rng, replication, runs)
        super().__init__(rng=self.seed)  # Mesa's own luck, which nothing here draws from
        self.bound = _bound(scenario, set)
        self.world = self.bound.world(seed=self.seed, replications=self.replications, overrides=overrides)
        self.recorder = Recorder(self.bound, len(self.replications))
        self.table: list[Order] = []
        self.trace: Trace | None = Trace(trace, self.replications) if trace else None
        self.actors = [
            Actor(self, i, menu, policy)
            for i, (menu, policy) in enumerate(zip(self.bound.menus, self.bound.policies, strict=True))
        ]
        if self.trace is not None:
            self.trace.actors = self.bound.cast.actors
            self.world.listener = self.trace
        from wargame.studio import studio_of  # loads the compiler, which checking a scenario does not need

        custom = any(type(actor) is not Actor for actor in self.actors)
        self._tidy = False  # no impulse of yesterday stands but where a tape writes one
        self._studio = None if self.trace is not None or custom else studio_of(self.bound)
        self.datacollector: DataCollector = Daily(self) if self.runs == 1 else DataCollector()
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
        studio = self._studio
        if studio is not None and not self.table:
            studio.play(self.world, tidy=self._tidy)
            self._tidy = True
            self.recorder.observe(self.world)
            self._close_day()
            return
        self._tidy = False
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

    def forget(self) -> None:
        """Let go of the model and of its state, whose memory the next block takes over. Measures stay."""
        self.release()
        self.world.replace_state(np.empty((self.bound.layout.slots, 0)))

    def due(self, actor: Actor) -> RunMask:
        """Return the runs in which the actor decides this morning: its decision day, or it has been alarmed."""
        return day.due(self.bound, self.world, actor.index)

    def _close_day(self) -> None:
        if self.runs == 1:
            self.datacollector.collect(self)
        self.world.tick += 1
        if self.world.tick >= self.bound.scenario.horizon:
            self.running = False
            self.release()

    @property
    def today(self) -> dict[str, float]:
        """The measures of a single run as of the end of the last day played."""
        return {name: float(row[0]) for name, row in self.measures.items()}

    def _reporters(self) -> dict[str, Callable[[Any], float]]:
        def of(name: str) -> Callable[[Any], float]:
            return lambda model: float(model.today[name])

        return {measure.name: of(measure.name) for measure in self.bound.measures} if self.runs == 1 else {}


class Daily(DataCollector):  # type: ignore[misc]
    """Mesa's collector, of the measures of a single run: a row a day, made into Mesa's lists when somebody asks for them."""

    def __init__(self, model: WargameModel) -> None:
        self._names = [measure.name for measure in model.bound.measures]
        self._rows: list[Array] = []
        super().__init__(model_reporters=model._reporters())

    def collect(self, model: WargameModel) -> None:
        """Keep today's measures, and when they were taken, for Mesa from 3.4 on asks for that."""
        if hasattr(self, "_collection_steps"):
            self._collection_steps.append(model.time)
        self._rows.append(model.recorder.so_far()[:, 0])

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """Every measure's value at the end of every day."""
        return {name: [float(row[i]) for row in self._rows] for i, name in enumerate(self._names)}

    @model_vars.setter
    def model_vars(self, _: dict[str, list[float]]) -> None:
        """Mesa begins with nothing; so do the rows."""


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


def _inject(model: WargameModel) -> None:
    day.dawn(model.bound, model.world)
    day.inject(model.bound, model.world)


def _decide(model: WargameModel) -> None:
    model.table += day.forced(model.bound, model.world)
    for actor in model.actors:
        actor.decide()


def _adjudicate(model: WargameModel) -> None:
    adjudicate(model.world, model.table, model.bound.actions)
    model.table = []


def _record(model: WargameModel) -> None:
    day.alarm(model.bound, model.world)
    model.recorder.observe(model.world)
    if model.trace is not None:
        model.trace.keep_day(model.world)


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
