"""The Python interface: load a scenario, run one history, sweep many in memory or into a folder.

What only sweeps need is loaded by the first sweep.
"""

from __future__ import annotations

import datetime as dt
import gc
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.binding.bound import Bound, bind
from wargame.errors import allowed, did_you_mean, mistake
from wargame.play import play_one
from wargame.record import Record, fingerprint
from wargame.scenario.load import dump
from wargame.scenario.load import load as load_file
from wargame.sweeps.designs import BLOCK, KEPT, Case
from wargame.types import Array

if TYPE_CHECKING:
    import pandas as pd

    from wargame.agents.playing import Agent
    from wargame.sweeps.planning import Vary
    from wargame.sweeps.results import Results

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def load(source: str | Path, set: Mapping[str, object] | None = None) -> Bound:
    """Return a scenario, checked and ready to play: a path or the name of a shipped one.

    ``set`` overrides fields as ``--set`` does: ``{"actors.NAME.policy": "hedger"}``. Raises
    :class:`wargame.errors.InputError` with every mistake in the file.
    """
    collecting = gc.isenabled()
    gc.disable()  # what is made here stays: looking through it again and again takes a fifth of the time
    try:
        return bind(load_file(source, sets=set or {}))
    finally:
        if collecting:
            gc.enable()


def run(
    scenario: Bound, *, seed: int = 0, replication: int = 0, uncertain: bool = False, agents: Mapping[str, Agent] | None = None
) -> Record:
    """Return one history with its full trace: measures, events with reasons, the state of every day.

    ``uncertain`` draws the scenario's declared uncertainties, as a sweep with ``uncertain`` does in that replication.
    ``agents`` are functions that decide for actors, from a view (plain data) to a list of orders; the record's scenario holds
    what they ordered. Raises :class:`wargame.agents.playing.AgentError` for an answer that is none.
    """
    if agents:
        from wargame.agents.playing import play_with_agents

        return play_with_agents(scenario, agents, seed=seed, replication=replication, uncertain=uncertain)
    from wargame.sweeps.study import drawn

    overrides = drawn(scenario, seed, replication) if uncertain else None
    return play_one(scenario, seed=seed, replication=replication, overrides=overrides)


@dataclass(frozen=True)
class Ensemble:
    """Many histories of one scenario: the measures of every run, bands over time, and any run again in full."""

    bound: Bound
    seed: int
    values: Mapping[str, Array]  # measure -> (runs,)
    results: Results

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.results.runs

    @property
    def cases(self) -> tuple[Case, ...]:
        """The settings of the levers that were played; run ``i`` is replication ``i % replications`` of its case."""
        return self.results.cases

    @property
    def replications(self) -> int:
        """Replications of every case."""
        return self.results.replications

    @property
    def measures(self) -> pd.DataFrame:
        """One row per run, one column per measure; with several cases also ``case``, ``replication`` and every lever, and with
        uncertainties their values.
        """
        import pandas as pd

        from wargame.sweeps.results import case_table

        study = self.results.study
        columns: dict[str, Any] = {}
        if len(self.cases) > 1:
            case, replication = np.divmod(np.arange(self.runs), self.replications)
            table = case_table(study)
            columns = {"case": case, "replication": replication}
            columns |= {name: np.asarray(values, dtype=None)[case] for name, values in table.items() if name != "case"}
        columns |= self.results.read(study.uncertain_paths) if study.uncertain_paths else {}
        return pd.DataFrame({**columns, **self.values}).rename_axis("run")

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every run's measures in run order."""
        return self.results.fingerprint or fingerprint([self.values])

    def bands(self, name: str, quantiles: tuple[float, ...] = QUANTILES, *, case: int = 0) -> Array:
        """Return quantiles of a measure over all runs, shape ``(quantiles,)``, or of a watched variable over the runs of a case
        day by day, shape ``(5, days)`` (5, 25, 50, 75 and 95 %).

        Raises :class:`wargame.errors.InputError` for a name that is neither.
        """
        if name in self.values:
            return np.quantile(self.values[name], quantiles)
        if name in self.results.course.variables:
            return self.results.bands(name, case)
        known = [*self.values, *self.results.course.variables]
        hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
        raise mistake(f'unknown measure "{name}"{hint}', file="measure")

    def replay(self, index: int) -> Record:
        """Return one run again with its full trace; its measures are the same to the bit."""
        from wargame.sweeps.results import replayed

        return replayed(self.results.study, *self.results.at(index))


def sweep(
    scenario: Bound, *, runs: int, seed: int = 0, block: int = BLOCK, vary: Vary = (), design: str = "full",
    samples: int | None = None, uncertain: bool = False, until: Sequence[str] = (), workers: int = 1,
    out: str | Path | None = None, keep: int = KEPT,
) -> Ensemble:  # fmt: skip
    """Return ``runs`` replications of every case that ``vary`` makes; the block width and the workers change no number.

    ``vary`` is path -> list of values or ``"lo..hi"``; ``design``, ``samples``, ``uncertain`` and ``until`` are those of
    ``wargame sweep``. With ``out`` the result is also written there, as a folder. Scripts with several workers need
    ``if __name__ == "__main__":``. Raises :class:`wargame.errors.InputError` for what cannot be played.
    """
    from wargame.sweeps.folder import begin, results_of
    from wargame.sweeps.planning import plan_sweep
    from wargame.sweeps.sweeping import How, in_folder, in_memory

    study = plan_sweep(
        scenario, _opener(scenario), runs=runs, seed=seed, vary=vary, method=design, samples=samples, uncertain=uncertain,
        until=until, block=block, keep=keep,
    )  # fmt: skip
    how = How(workers=workers)
    if out is None:
        results = in_memory(study, how)
    else:
        started = dt.datetime.now(dt.UTC)
        folder = begin(Path(out), study, kind="sweep", command="wg.sweep", started=started, shard="", beside=False)
        results = results_of(in_folder(study, folder, how).path, study)
    values = {name: np.asarray(column, dtype=np.float64) for name, column in results.read(results.measures).items()}
    return Ensemble(scenario, seed, values, results)


def _opener(scenario: Bound) -> Any:
    """Return what binds the scenario with further settings, from its own resolved text."""

    def opened(settings: Mapping[str, Any]) -> Bound:
        if not scenario.resolved:
            raise mistake("a scenario made in memory can only vary its numbers; load it from a file", file="vary")
        with tempfile.TemporaryDirectory(prefix="wargame-") as place:
            file = Path(place) / f"{scenario.scenario.name}.yaml"
            file.write_text(dump(dict(scenario.resolved)), encoding="utf-8")
            return bind(load_file(file, sets=settings))

    return opened
