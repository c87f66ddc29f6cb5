"""The face that Mesa's users know: a simulation as a ``mesa.Model``, its actors as agents, its measures in a data collector."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature
from pathlib import Path
from types import FrameType
from typing import Any

import mesa

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.opening import open_scenario
from wargame.engine.draws import luck_of
from wargame.engine.types import Array
from wargame.errors import mistake
from wargame.scenario.load import Loaded
from wargame.scenario.schema import Scenario
from wargame.simulation.actors import Actor
from wargame.simulation.simulation import Simulation


class WargameModel(Simulation, mesa.Model):  # type: ignore[misc]
    """A block of runs of a scenario, played day by day.

    ``scenario`` is a path, the name of a shipped scenario, a loaded or a bound scenario. ``runs`` columns are played at once;
    column ``k`` is replication ``replication + k`` of ``seed``, the same whatever the width. ``set`` overrides fields of the
    scenario as ``--set`` does. ``overrides`` gives a quantity of the scenario (by its path) one value per run.
    ``trace`` lists the columns whose events and daily states are kept. ``rng`` is the seed by the name newer Mesas call it.
    Within Mesa's ``batch_run``, iteration ``k`` of a seed is its replication ``k``.
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
    ) -> None:
        first = _replication(replication, repeated=rng is None)
        seed, replications = luck_of(seed if rng is None else rng, first, runs)
        mesa.Model.__init__(self, rng=seed)  # Mesa's own luck, which nothing here draws from
        Simulation.__init__(
            self, _bound(scenario, set), seed=seed, replications=replications, overrides=overrides, trace=trace
        )  # fmt: skip
        self.datacollector: mesa.DataCollector = Daily(self) if self.runs == 1 else mesa.DataCollector()

    def play(self) -> WargameModel:
        """Play to the end of the scenario and return the model."""
        super().play()
        return self

    def release(self) -> None:
        """Let go of the model: Mesa 3.3 keeps every model alive for ever otherwise. Played to the end, a model does it itself."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def forget(self) -> None:
        """Let go of the model and of its state, whose memory the next block takes over. Measures stay."""
        self.release()
        super().forget()

    def _deciders(self) -> Sequence[Actor]:
        return [Actor(self, index) for index in range(len(self.bound.menus))]

    def _close_day(self) -> None:
        if self.runs == 1:
            self.datacollector.collect(self)
        super()._close_day()
        if not self.running:
            self.release()

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
