"""The Python interface: load a scenario, run one history, sweep many in memory or into a folder, ask what moves what.

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

from wargame.binding.bound import Bound
from wargame.binding.opening import open_scenario
from wargame.engine.types import Array
from wargame.errors import allowed, did_you_mean, mistake
from wargame.scenario.load import dump
from wargame.scenario.shown import Facts, Shown, counted, listed, number
from wargame.simulation.play import play_one
from wargame.simulation.record import Record, fingerprint
from wargame.studies.sweep.plan.designs import BLOCK, KEPT, Case

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from wargame.agents.playing import Agent
    from wargame.binding.remarks.findings import Findings
    from wargame.studies.discovery.discovering import Discovery
    from wargame.studies.sensitivity.finding import Finding
    from wargame.studies.sweep.find.results import Results
    from wargame.studies.sweep.run.planning import Vary

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def load(source: str | Path, set: Mapping[str, object] | None = None) -> Bound:
    """Return a scenario, checked and ready to play: a path or the name of a shipped one.

    ``set`` overrides fields as ``--set`` does: ``{"actors.NAME.policy": "hedger"}``. Raises
    :class:`wargame.errors.InputError` with every mistake in the file.
    """
    collecting = gc.isenabled()
    gc.disable()  # what is made here stays: looking through it again and again takes a fifth of the time
    try:
        return open_scenario(source, set or {}).bound
    finally:
        if collecting:
            gc.enable()


def check(*files: str | Path, set: Mapping[str, object] | None = None) -> Findings:
    """Return what ``wargame check`` says of scenario files: a sequence of mistakes, with ``remarks`` beside them."""
    from wargame.binding.remarks.findings import findings

    return findings(files, set or {})


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
    from wargame.studies.sweep.plan.study import drawn

    overrides = drawn(scenario, seed, replication) if uncertain else None
    return play_one(scenario, seed=seed, replication=replication, overrides=overrides)


@dataclass(frozen=True, repr=False)
class Ensemble(Shown):
    """Many histories of one scenario: the measures of every run, bands over time, and any run again in full."""

    bound: Bound
    seed: int
    values: Mapping[str, Array]  # measure -> (runs,)
    results: Results

    def _facts(self) -> Facts:
        from wargame.studies.sweep.find.results import intervals

        results = self.results
        each = f" ({counted(len(self.cases), 'case')} of {self.replications:,})" if len(self.cases) > 1 else ""
        told = {name: f"mean {number(whole.mean)}" for name, whole, _ in intervals(results, results.main[:8])}
        title = f"Ensemble of {self.bound.scenario.name}: {counted(self.runs, 'run')}{each}, seed {self.seed}"
        return title, {**told, "measures": listed(results.measures), "fingerprint": self.fingerprint[:16]}

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

        from wargame.studies.sweep.find.results import case_table

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
        day by day, shape ``(5, days)`` (5, 25, 50, 75 and 95 %). Runs in which it is missing have no part in them; without any
        other they are not-a-number.

        Raises :class:`wargame.errors.InputError` for a name that is neither.
        """
        if name in self.values:
            own = self.values[name][~np.isnan(self.values[name])]
            return np.quantile(own, quantiles) if len(own) else np.full(len(quantiles), np.nan)
        if name in self.results.course.variables:
            return self.results.bands(name, case)
        known = [*self.values, *self.results.course.variables]
        hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
        raise mistake(f'unknown measure "{name}"{hint}', file="measure")

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the report's figures that this ensemble can fill, for :meth:`plot`."""
        from wargame.plots.ensemble import ENSEMBLE

        return tuple(name for name, chart in ENSEMBLE.items() if chart.applies(self.results))

    def plot(self, name: str) -> Figure:
        """Return a figure of the report as a Matplotlib figure; ``name`` is one of :attr:`figures`.

        Raises :class:`wargame.errors.InputError` for another name.
        """
        from wargame.plots.ensemble import drawn

        known = self.figures
        if name not in known:
            hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
            raise mistake(f'no figure "{name}" of this ensemble{hint}', file="figure")
        return drawn(self.results, name)

    def replay(self, index: int) -> Record:
        """Return one run again with its full trace; its measures are the same to the bit."""
        from wargame.studies.sweep.find.results import replayed

        return replayed(self.results.study, *self.results.at(index))

    def discover_inputs(self, measure: str, *, where: str | None = None) -> tuple[pd.DataFrame, pd.Series[bool]]:
        """Return what :meth:`discover` looks at, for a search elsewhere: the levers and uncertainties that vary, a column each,
        and whether each run is of interest. Both have the numbers of the runs as their index.

        Runs in which nobody can say, for a measure is missing in them, are left out. Raises as :meth:`discover` does.
        """
        import pandas as pd

        from wargame.studies.discovery.table import table_of

        table = table_of(self.results, measure, where, "ensemble")
        runs = pd.Index(table.runs if table.runs is not None else range(len(table.interest)), name="run")
        columns = {one.path: one.told for one in table.inputs}
        return pd.DataFrame(columns, index=runs), pd.Series(table.interest, index=runs, name=table.condition.text)

    def discover(self, measure: str, *, where: str | None = None, boxes: int = 3, seed: int = 0) -> Discovery:
        """Return where among the levers and uncertainties the runs of interest lie: PRIM boxes with coverage, density and lift.

        Of interest are the runs in which ``where``, a condition over the measures, holds; without it those in which a 0/1 measure
        is 1, or another lies above its upper quartile. Raises :class:`wargame.errors.InputError` where nothing varies or too few
        runs are of interest.
        """
        from wargame.studies.discovery.discovering import discover
        from wargame.studies.discovery.table import table_of

        return discover(table_of(self.results, measure, where, "ensemble"), boxes=boxes, seed=seed)


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
    from wargame.studies.sweep.run.folder import begin, results_of
    from wargame.studies.sweep.run.planning import plan_sweep
    from wargame.studies.sweep.run.sweeping import How, in_folder, in_memory

    study = plan_sweep(
        scenario, opener_of(scenario), runs=runs, seed=seed, vary=vary, method=design, samples=samples, uncertain=uncertain,
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


@dataclass(frozen=True, repr=False)
class Sensitivity(Shown):
    """What moves which measures of a scenario."""

    found: Finding

    def _facts(self) -> Facts:
        from wargame.studies.sensitivity.telling import lines

        found = self.found
        title = f"Sensitivity of {found.base.scenario.name} ({found.method}): {counted(found.runs, 'run')}, seed {found.seed}"
        told = {"factors": listed([one.path for one in found.factors]), "measures": listed(found.measures)}
        said = [text.strip() for text in lines(found) if text.strip()][:4]
        return title, {**told, "inert": listed(self.inert), **{f"finding {i}": text for i, text in enumerate(said, 1)}}

    @property
    def indices(self) -> pd.DataFrame:
        """One row per measure, factor and index (``mu_star``, ``mu``, ``sigma``, or ``first`` and ``total``): its value and the
        ends of its 95 % interval, not-a-number where there is none. ``of`` is ``share`` where the measure is missing in some runs
        and the indices are those of whether it is there; ``raw`` is a share before it was held within 0 and 1.
        """
        import pandas as pd

        from wargame.studies.sensitivity.finding import index_table

        return pd.DataFrame(index_table(self.found))

    @property
    def problem(self) -> dict[str, Any]:
        """The factors as SALib takes them: ``num_vars``, ``names`` and ``bounds``, each a share of its distribution, 0 to 1."""
        names = [one.path for one in self.found.factors]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0] for _ in names]}

    @property
    def X(self) -> Array:
        """The design in SALib's order, ``(points, factors)``: trajectories one after the other, or of each row ``A``, ``A`` with
        each factor in turn from ``B``, and ``B`` (``calc_second_order=False``).
        """
        return self.found.design.u[self.found.design.elsewhere()]

    @property
    def Y(self) -> dict[str, Array]:
        """Every measure at the points of :attr:`X`, ``(points,)``: its mean over the replications of a point."""
        order = self.found.design.elsewhere()
        return {name: table.mean(axis=1)[order] for name, table in self.found.values.items()}

    @property
    def luck(self) -> dict[str, float]:
        """The share of the variance of a run that is luck, by measure."""
        return {name: self.found.luck(name).share for name in self.found.measures}

    @property
    def inert(self) -> list[str]:
        """Paths whose moving changed not one bit of any measure in any run."""
        return [one.path for one in self.found.dead]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every run's measures in run order."""
        return self.found.fingerprint


def sensitivity(
    scenario: Bound, *, method: str = "morris", samples: int = 0, replications: int = 10, seed: int = 0,
    measures: Sequence[str] = (), vary: Vary = (), factors: Sequence[str] = (), workers: int = 1,
) -> Sensitivity:  # fmt: skip
    """Return what moves which measures: the scenario's uncertainties and levers, and what ``vary`` adds, as
    ``wargame sensitivity`` does.

    ``samples`` are trajectories (0: 10) or rows (0: 128); ``factors`` are patterns of what is moved, empty for all. Raises
    :class:`wargame.errors.InputError` for what cannot be asked.
    """
    from wargame.studies.sensitivity.studying import Question, plan, study

    question = Question(method, samples, replications, seed, tuple(measures), (), tuple(factors))
    return Sensitivity(study(plan(scenario, question, vary), workers=workers))


def opener_of(scenario: Bound) -> Any:
    """Return what binds the scenario with further settings, from its own resolved text."""

    def opened(settings: Mapping[str, Any]) -> Bound:
        if not scenario.resolved:
            raise mistake("a scenario made in memory can only vary its numbers; load it from a file", file="vary")
        with tempfile.TemporaryDirectory(prefix="wargame-") as place:
            file = Path(place) / f"{scenario.scenario.name}.yaml"
            file.write_text(dump(dict(scenario.resolved)), encoding="utf-8")
            return open_scenario(file, settings).bound

    return opened
