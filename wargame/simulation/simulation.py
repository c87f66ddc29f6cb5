"""Histories played day by day: one definition for every width. A day is the visible list ``PHASES``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.simulation import day
from wargame.simulation.block import Block
from wargame.simulation.deciding import Decider
from wargame.simulation.history import HistoryPlayer, history_programs_of
from wargame.simulation.programs import DayPrograms, programs_of
from wargame.world.fields import carry
from wargame.world.menu import Choice
from wargame.world.orders import adjudicate


@dataclass(frozen=True)
class Phase:
    """A phase of the day: its name, what happens in it, and the engine's own part (mechanisms' hooks come after)."""

    name: str
    says: str
    act: Callable[[Simulation], None]


class Simulation(Block):
    """A block of runs of a bound scenario, played day by day: the same numbers at every width, to the bit.

    Traced runs keep their events and daily states. Nothing here needs Mesa; :class:`wargame.simulation.model.WargameModel` is
    the face that its users know.
    """

    def __init__(
        self, bound: Bound, *, seed: int = 0, replications: Sequence[int] = (0,), overrides: Mapping[str, Array] | None = None,
        trace: Sequence[int] = (), state: Array | None = None,
    ) -> None:  # fmt: skip
        super().__init__(bound, seed, replications, overrides, trace, state)
        self.running = True
        self.actors: Sequence[Decider] = self._deciders()
        self._tidy = False  # no impulse of yesterday stands but where a program writes one
        self._programs, self._player = self._players()

    def step(self) -> None:
        """Play one day; ``running`` turns false after the last."""
        if self.trace is not None:
            self.trace.date = self.world.date
        self._tidy = not (self.table or self.hands or self.unplanned) and self._played_by_program()
        if self._tidy:
            _observe(self)
        else:
            for phase in PHASES:
                self._act(phase)
        self._close_day()

    def play(self) -> Simulation:
        """Play to the end of the scenario and return the simulation."""
        while self.running:
            self.step()
        return self

    def forget(self) -> None:
        """Let go of the state, whose memory the next block traced over. Measures stay."""
        self.world.replace_state(np.empty((self.bound.layout.slots, 0)))

    def in_numpy(self) -> Simulation:
        """Have all days played in NumPy, without programs, and return the simulation: quicker for a few days now and then."""
        self._programs, self._player = None, None
        return self

    def branch(
        self, runs: int = 1, *, replication: int | None = None, bound: Bound | None = None, trace: Sequence[int] = ()
    ) -> Simulation:
        """Return a simulation that goes on from here in ``runs`` columns, with the luck of replications from ``replication`` (of
        its own first one, if left out). State, day and measures are those of here; of one run, they are repeated.

        With another ``bound`` (the same theatre with other policies, say) state and measures go by their names; what a policy
        brings with it, its numbers and its temperature, is the new one's. Raises ValueError for many runs that are not
        ``runs``.
        """
        if self.runs not in (1, runs):
            raise ValueError(f"expected 1 or {self.runs} runs (got {runs})")
        first = int(self.replications[0]) if replication is None else replication
        same = bound is None or bound is self.bound
        state = self.world.state if same else None
        lucks = range(first, first + runs)
        other = Simulation(bound or self.bound, seed=self.seed, replications=lucks, trace=trace, state=state)
        if not same:
            carry(self.bound.layout, self.world.state, other.bound.layout, other.world.state)
        other.world.tick = self.world.tick
        other.recorder.go_on(self.recorder)
        other.running = self.running
        return other

    def this_morning(self) -> Simulation:
        """Return a branch of today at the moment when signals have come in and nobody has decided yet: what policies look at."""
        other = self.branch(self.runs)
        for phase in PHASES:
            if phase.name == "decide":
                break
            other._act(phase)
        return other

    def _act(self, phase: Phase) -> None:
        """Play a phase: the engine's own part, then that of every mechanism."""
        if self.trace is not None:
            self.trace.phase = phase.name
        phase.act(self)
        for mechanism in self.bound.mechanisms:
            if phase.name in mechanism.phases:
                mechanism.phases[phase.name](self.world)

    def _deciders(self) -> Sequence[Decider]:
        """Return who decides for every actor."""
        return [Decider(self, index) for index in range(len(self.bound.menus))]

    def _players(self) -> tuple[DayPrograms | None, HistoryPlayer | None]:
        """Return what plays whole days: the programs of a day where there is no trace, else what tells too; or neither."""
        if any(type(actor).decide is not Decider.decide for actor in self.actors):
            return None, None
        if self.trace is None:
            return programs_of(self.bound), None
        programs = history_programs_of(self.bound)
        return None, None if programs is None else HistoryPlayer(programs, self.world, self.trace, self._decided)

    def _decided(self, actor: int, candidate: int, column: int, choice: Choice) -> None:
        self.actors[actor].tell(candidate, column, choice)

    def _played_by_program(self) -> bool:
        if self._programs is not None:
            self._programs.play(self.world, tidy=self._tidy)
            return True
        return self._player is not None and self._player.play(tidy=self._tidy)

    def _close_day(self) -> None:
        self.hands, self.unplanned = {}, ()
        self.world.tick += 1
        self.running = self.world.tick < self.bound.scenario.horizon


def _inject(run: Simulation) -> None:
    day.dawn(run.bound, run.world)
    day.inject(run.bound, run.world, run.unplanned)


def _decide(run: Simulation) -> None:
    run.table += day.forced(run.bound, run.world, run.unplanned)
    for actor in run.actors:
        actor.decide()


def _adjudicate(run: Simulation) -> None:
    adjudicate(run.world, run.table, run.bound.actions)
    run.table = []


def _record(run: Simulation) -> None:
    day.alarm(run.bound, run.world, run.unplanned)
    _observe(run)


def _observe(run: Simulation) -> None:
    run.recorder.observe(run.world)
    if run.trace is not None:
        run.trace.keep_day(run.world)


def _nothing(run: Simulation) -> None:
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
