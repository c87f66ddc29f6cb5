"""The model: one definition for every width. A day is the visible list ``PHASES``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.binding.bound import Bound, bind
from wargame.binding.opening import open_scenario
from wargame.engine.draws import luck_of
from wargame.engine.types import Array, RunMask
from wargame.errors import mistake
from wargame.lean import mesa
from wargame.scenario.load import Loaded
from wargame.scenario.schema import Scenario
from wargame.simulation import day
from wargame.simulation.actors import Actor
from wargame.simulation.record import Recorder, Trace, alone
from wargame.world.fields import carry
from wargame.world.injects import AdHocInject
from wargame.world.menu import Candidate, Choice
from wargame.world.orders import Order, adjudicate

if TYPE_CHECKING:
    from wargame.simulation.history import Teller
    from wargame.simulation.programs import Studio


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
    Within Mesa's ``batch_run``, iteration ``k`` of a seed is its replication ``k``.
    ``state`` is begun with in the place of the first morning (see :meth:`branch`).
    """

    # Mesa 3.5's batch_run looks for a parameter "seed" and, finding one, puts its own (None) in the place of the caller's.
    __signature__ = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("scenario", "rng")])

    def __init__(
        self,
        scenario: str | Path | Loaded | Scenario | Bound,
        seed: int = 0,
        runs: int = 1,
        replication: int | None = None,
        set: Mapping[str, object] | None = None,
        overrides: Mapping[str, Array] | None = None,
        trace: Sequence[int] = (),
        rng: int | None = None,
        state: Array | None = None,
    ) -> None:
        first = _replication(replication, repeated=rng is None)
        self.seed, self.replications = luck_of(seed if rng is None else rng, first, runs)
        super().__init__(rng=self.seed)  # Mesa's own luck, which nothing here draws from
        self.bound = _bound(scenario, set)
        self.world = self.bound.world(seed=self.seed, replications=self.replications, overrides=overrides, state=state)
        self.recorder = Recorder(self.bound, len(self.replications))
        self.table: list[Order] = []
        self.hands: dict[int, tuple[Candidate, ...]] = {}  # by actor: for one morning, what is ordered by hand in its place
        self.sudden: tuple[AdHocInject, ...] = ()  # for one morning: what happens that no list of events has
        self.trace: Trace | None = Trace(trace, self.replications) if trace else None
        self.actors = [
            Actor(self, i, menu, policy)
            for i, (menu, policy) in enumerate(zip(self.bound.menus, self.bound.policies, strict=True))
        ]
        if self.trace is not None:
            self.trace.actors = self.bound.cast.actors
            self.world.listener = self.trace
        self._tidy = False  # no impulse of yesterday stands but where a tape writes one
        self._studio, self._teller = self._players()
        self.datacollector: mesa.DataCollector = Daily(self) if self.runs == 1 else mesa.DataCollector()
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
        if self.trace is not None:
            self.trace.date = self.world.date
        self._tidy = not (self.table or self.hands or self.sudden) and self._played_from_tape()
        if self._tidy:
            _observe(self)
            self._close_day()
            return
        for phase in PHASES:
            if self.trace is not None:
                self.trace.phase = phase.name
            phase.act(self)
            for mechanism in self.bound.mechanisms:
                if phase.name in mechanism.phases:
                    mechanism.phases[phase.name](self.world)
        self._close_day()

    def _players(self) -> tuple[Studio | None, Teller | None]:
        """Return what plays days from tape: the studio where there is no trace, else a teller; or neither."""
        from wargame.simulation.history import Teller, traced_studio_of
        from wargame.simulation.programs import studio_of  # loads the compiler, which checking a scenario does not need

        if any(type(actor) is not Actor for actor in self.actors):
            return None, None
        if self.trace is None:
            return studio_of(self.bound), None
        studio = traced_studio_of(self.bound)
        return None, None if studio is None else Teller(studio, self.world, self.trace, self._decided)

    def _decided(self, actor: int, candidate: int, column: int, choice: Choice) -> None:
        self.actors[actor].tell(candidate, column, choice)

    def _played_from_tape(self) -> bool:
        if self._studio is not None:
            self._studio.play(self.world, tidy=self._tidy)
            return True
        return self._teller is not None and self._teller.play(tidy=self._tidy)

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

    def untaped(self) -> WargameModel:
        """Have this model play all its days in NumPy, without tapes, and return it: quicker for a few days now and then."""
        self._studio, self._teller = None, None
        return self

    def branch(
        self, runs: int = 1, *, replication: int | None = None, bound: Bound | None = None, trace: Sequence[int] = ()
    ) -> WargameModel:
        """Return a model that goes on from here in ``runs`` columns, with the luck of replications from ``replication`` (of this
        model's own first one, if left out). State, day and measures are this model's; of one run, they are repeated.

        With another ``bound`` (the same theatre with other policies, say) state and measures go by their names; what a policy
        brings with it, its numbers and its temperature, is the new one's. Raises ValueError for many runs that are not
        ``runs``.
        """
        if self.runs not in (1, runs):
            raise ValueError(f"expected 1 or {self.runs} runs (got {runs})")
        first = self.replications[0] if replication is None else replication
        same = bound is None or bound is self.bound
        state = self.world.state if same else None
        other = WargameModel(bound or self.bound, seed=self.seed, runs=runs, replication=first, trace=trace, state=state)
        if not same:
            carry(self.bound.layout, self.world.state, other.bound.layout, other.world.state)
        other.world.tick = self.world.tick
        other.recorder.go_on(self.recorder)
        other.running = self.running
        return other

    def this_morning(self) -> WargameModel:
        """Return a branch of today at the moment when signals have come in and nobody has decided yet: what policies look at."""
        other = self.branch(self.runs)
        for phase in PHASES:
            if phase.name == "decide":
                break
            phase.act(other)
            for mechanism in other.bound.mechanisms:
                if phase.name in mechanism.phases:
                    mechanism.phases[phase.name](other.world)
        return other

    def due(self, actor: Actor) -> RunMask:
        """Return the runs in which the actor decides this morning: its decision day, or it has been alarmed."""
        return day.due(self.bound, self.world, actor.index)

    def _close_day(self) -> None:
        self.hands, self.sudden = {}, ()
        if self.runs == 1:
            self.datacollector.collect(self)
        self.world.tick += 1
        if self.world.tick >= self.bound.scenario.horizon:
            self.running = False
            self.release()

    @property
    def today(self) -> dict[str, float]:
        """The measures of a single run as of the end of the last day played."""
        return alone(self.measures)

    def _reporters(self) -> dict[str, Callable[[Any], float]]:
        def of(name: str) -> Callable[[Any], float]:
            return lambda model: float(model.today[name])

        return {measure.name: of(measure.name) for measure in self.bound.measures} if self.runs == 1 else {}


def _replication(given: int | None, *, repeated: bool) -> int:
    """Return the first replication. ``batch_run`` tells a model nothing of its iteration, and ``repeated`` ones are to differ:
    it is read off Mesa's own frame. Raises :class:`wargame.errors.InputError` where iterations would all be alike.
    """
    frame: FrameType | None = sys._getframe(1)
    iteration = 0
    while frame is not None and repeated:
        if frame.f_code.co_name == "_model_run_func" and frame.f_globals.get("__name__") == "mesa.batchrunner":
            iteration = int(frame.f_locals.get("iteration", 0))
            break
        frame = frame.f_back
    if given is None:
        return iteration
    if iteration:
        what = "iterations would all be this one; leave it out, or list replications and take one iteration"
        raise mistake(what, file="replication")
    return given


class Daily(mesa.DataCollector):  # type: ignore[misc]
    """Mesa's collector, of the measures of a single run: a row a day, made into Mesa's lists when somebody asks for them."""

    def __init__(self, model: WargameModel) -> None:
        self._names: list[str] = []
        self._rows: list[Array] = []
        super().__init__(model_reporters=model._reporters())  # asks for ``model_vars`` at every name
        self._names = [measure.name for measure in model.bound.measures]

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


def _bound(scenario: str | Path | Loaded | Scenario | Bound, set: Mapping[str, object] | None) -> Bound:
    if isinstance(scenario, Bound | Loaded | Scenario):
        if set:
            raise mistake("belongs where the scenario is loaded; this one is loaded already", file="set")
        return scenario if isinstance(scenario, Bound) else bind(scenario)
    return open_scenario(scenario, set or {}).bound


def _inject(model: WargameModel) -> None:
    day.dawn(model.bound, model.world)
    day.inject(model.bound, model.world, model.sudden)


def _decide(model: WargameModel) -> None:
    model.table += day.forced(model.bound, model.world, model.sudden)
    for actor in model.actors:
        actor.decide()


def _adjudicate(model: WargameModel) -> None:
    adjudicate(model.world, model.table, model.bound.actions)
    model.table = []


def _record(model: WargameModel) -> None:
    day.alarm(model.bound, model.world, model.sudden)
    _observe(model)


def _observe(model: WargameModel) -> None:
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
