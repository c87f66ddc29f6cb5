"""Results as Python holds them: tables for pandas, figures, a few lines for a notebook. They are what ``wargame`` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.errors import allowed, did_you_mean, mistake
from wargame.results.columns import QUANTILES
from wargame.scenario.display import Display, Facts, counted, listed, number
from wargame.simulation.record import Record, fingerprint
from wargame.studies.sweep.plan.designs import Case

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from wargame.studies.discovery.find import Discovery
    from wargame.studies.sensitivity.find import Finding
    from wargame.studies.sweep.find.results import Results
    from wargame.studies.tournament.find import Tournament


@dataclass(frozen=True, repr=False)
class Ensemble(Display):
    """Many histories of one scenario: the measures of every run, bands over time, and any run again in full."""

    bound: Bound
    seed: int
    values: Mapping[str, Array]  # measure -> (runs,)
    results: Results

    @staticmethod
    def of(results: Results) -> Ensemble:
        """Return the ensemble of a sweep's results."""
        values = {name: np.asarray(column, dtype=np.float64) for name, column in results.read(results.measures).items()}
        return Ensemble(results.study.base, results.study.design.seed, values, results)

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
        from wargame.plots.chart import figure
        from wargame.plots.ensemble import ENSEMBLE

        known = self.figures
        if name not in known:
            hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
            raise mistake(f'no figure "{name}" of this ensemble{hint}', file="figure")
        return figure(ENSEMBLE[name], self.results)

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
        from wargame.studies.discovery.find import discover
        from wargame.studies.discovery.table import table_of

        return discover(table_of(self.results, measure, where, "ensemble"), boxes=boxes, seed=seed)


@dataclass(frozen=True, repr=False)
class Sensitivity(Display):
    """What moves which measures of a scenario."""

    found: Finding

    def _facts(self) -> Facts:
        from wargame.studies.sensitivity.say import lines

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

        from wargame.studies.sensitivity.find import index_table

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


@dataclass(frozen=True, repr=False)
class Comparison(Display):
    """Cases compared run by run, on the same luck."""

    ensemble: Ensemble

    @property
    def differences(self) -> dict[str, dict[str, Any]]:
        """Of every measure what ``wargame compare --json`` prints: differences by pair, intervals, variance saved."""
        from wargame.studies.compare.find import as_json

        return as_json(self.ensemble.results)

    def _facts(self) -> Facts:
        from wargame.studies.compare.find import pairs

        results = self.ensemble.results
        told = {
            f"{pair.measure}, {pair.second.name} less {pair.first.name}": number(pair.difference.mean)
            for pair in pairs(results, results.main)
        }
        cases = listed([case.name for case in results.cases])
        return f"Comparison of {results.study.base.scenario.name}: {cases}; {counted(results.replications, 'run')} each", told


@dataclass(frozen=True, repr=False)
class PlayedTournament(Display):
    """A tournament: policy against policy, and the game that it makes."""

    ensemble: Ensemble
    tournament: Tournament

    @property
    def payoffs(self) -> pd.DataFrame:
        """One row per combination of policies and actor: payoff with its interval, regret, whether it is a best reply."""
        import pandas as pd

        from wargame.studies.tournament.say import table

        return pd.DataFrame(dict(table(self.tournament)))

    def as_json(self) -> dict[str, Any]:
        """Return what ``wargame tournament --json`` prints of the game."""
        from wargame.studies.tournament.say import as_json

        return as_json(self.tournament)

    def _facts(self) -> Facts:
        from wargame.studies.tournament.say import finding

        t = self.tournament
        told = {player.actor: f"{listed(player.alternatives)} (wants {player.wants})" for player in t.players}
        said = {f"finding {i}": text for i, text in enumerate(finding(t)[:3], 1)}
        name = self.ensemble.bound.scenario.name
        return f"Tournament of {name}: {counted(t.replications, 'run')} of every combination", {**told, **said}
