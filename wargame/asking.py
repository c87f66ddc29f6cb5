"""The Python interface to what is stored and to studies: each function does what the command of its name does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.api import Ensemble, Sensitivity, opener_of
from wargame.binding.bound import Bound
from wargame.scenario.shown import Facts, Shown, counted, listed, number
from wargame.simulation.record import Record
from wargame.studies.sweep.plan.designs import BLOCK

if TYPE_CHECKING:
    import pandas as pd

    from wargame.report.proof.proof import Proof
    from wargame.studies.discovery.discovering import Discovery
    from wargame.studies.sweep.find.results import Results
    from wargame.studies.tournament.payoffs import Tournament
    from wargame.validation.validate import Results as Validation


def open(folder: str | Path) -> Record | Ensemble | Sensitivity:
    """Return what a result folder holds: a history as :class:`Record`, a sweep, comparison or tournament as :class:`Ensemble`, a
    sensitivity study as :class:`Sensitivity`.

    A history is played again, and is the stored one to the bit. Raises :class:`wargame.errors.InputError` for a folder that holds
    no finished result, or is not as it was written, and :class:`wargame.errors.CheckFailed` for a history that is another now.
    """
    from wargame.results.manifest import STUDY, SWEEPS, read_manifest

    place = Path(folder)
    kind = read_manifest(place)["kind"]
    if kind in SWEEPS:
        from wargame.studies.sweep.run.folder import results_of

        return _ensemble(results_of(place))
    if kind == STUDY:
        from wargame.studies.sensitivity.folder import read

        return Sensitivity(read(place))
    from wargame.report.proof.runs import history

    return history(place)


def _ensemble(results: Results) -> Ensemble:
    values = {name: np.asarray(column, dtype=np.float64) for name, column in results.read(results.measures).items()}
    return Ensemble(results.study.base, results.study.design.seed, values, results)


def verify(folder: str | Path, *, runs: int | None = None, workers: int = 1) -> Proof:
    """Make a result again from its folder alone and compare everything the folder states; return what was compared.

    ``runs``: of a sweep play only so many again. Raises :class:`wargame.errors.CheckFailed` on a difference.
    """
    from wargame.report.proof.verifying import verify as prove

    return prove(Path(folder), runs=runs, workers=workers)


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Cases compared run by run, on the same luck."""

    ensemble: Ensemble

    @property
    def differences(self) -> dict[str, dict[str, Any]]:
        """Of every measure what ``wargame compare --json`` prints: differences by pair, intervals, variance saved."""
        from wargame.studies.sweep.find.compare import as_json

        return as_json(self.ensemble.results)

    def _facts(self) -> Facts:
        from wargame.studies.sweep.find.compare import pairs

        results = self.ensemble.results
        told = {
            f"{pair.measure}, {pair.second.name} less {pair.first.name}": number(pair.difference.mean)
            for pair in pairs(results, results.main)
        }
        cases = listed([case.name for case in results.cases])
        return f"Comparison of {results.study.base.scenario.name}: {cases}; {counted(results.replications, 'run')} each", told


def compare(
    scenario: Bound, cases: Sequence[str] | Mapping[str, Mapping[str, object]], *, runs: int, seed: int = 0,
    uncertain: bool = False, block: int = BLOCK, workers: int = 1,
) -> Comparison:  # fmt: skip
    """Return cases compared on the same luck. ``cases``: texts ``NAME:PATH=VALUE,…`` as after ``--case``, or name -> settings.

    Raises :class:`wargame.errors.InputError` for what cannot be played.
    """
    from wargame.studies.sweep.run.planning import plan_comparison
    from wargame.studies.sweep.run.sweeping import How, in_memory

    texts = [f"{name}:{_settings(own)}" for name, own in cases.items()] if isinstance(cases, Mapping) else [*cases]
    study = plan_comparison(scenario, opener_of(scenario), runs=runs, cases=texts, seed=seed, uncertain=uncertain, block=block)
    return Comparison(_ensemble(in_memory(study, How(workers=workers))))


def _settings(own: Mapping[str, object]) -> str:
    import json

    return ",".join(f"{path}={json.dumps(value)}" for path, value in own.items())


@dataclass(frozen=True, repr=False)
class Played(Shown):
    """A tournament: policy against policy, and the game that it makes."""

    ensemble: Ensemble
    tournament: Tournament

    @property
    def payoffs(self) -> pd.DataFrame:
        """One row per combination of policies and actor: payoff with its interval, regret, whether it is a best reply."""
        import pandas as pd

        from wargame.studies.tournament.telling import table

        return pd.DataFrame(dict(table(self.tournament)))

    def as_json(self) -> dict[str, Any]:
        """Return what ``wargame tournament --json`` prints of the game."""
        from wargame.studies.tournament.telling import as_json

        return as_json(self.tournament)

    def _facts(self) -> Facts:
        from wargame.studies.tournament.telling import finding

        t = self.tournament
        told = {player.actor: f"{listed(player.alternatives)} (wants {player.wants})" for player in t.players}
        said = {f"finding {i}": text for i, text in enumerate(finding(t)[:3], 1)}
        name = self.ensemble.bound.scenario.name
        return f"Tournament of {name}: {counted(t.replications, 'run')} of every combination", {**told, **said}


def tournament(
    scenario: Bound, actors: Sequence[str], *, runs: int, seed: int = 0, policies: Sequence[str] = (),
    payoffs: Sequence[str] = (), uncertain: bool = False, workers: int = 1,
) -> Played:  # fmt: skip
    """Return every combination of the actors' policies, played on the same luck, and its equilibria.

    ``policies`` are texts ``ACTOR=p,q``, ``payoffs`` texts ``ACTOR=MEASURE``. Raises :class:`wargame.errors.InputError`.
    """
    from wargame.studies.sweep.run.sweeping import How, in_memory
    from wargame.studies.tournament.payoffs import tournament_of
    from wargame.studies.tournament.profiles import plan_tournament

    study, players = plan_tournament(
        scenario, opener_of(scenario), actors, runs=runs, seed=seed, policies=policies, payoffs=payoffs, uncertain=uncertain
    )
    results = in_memory(study, How(workers=workers))
    return Played(_ensemble(results), tournament_of(results, players))


def discover(
    source: str | Path | Ensemble, measure: str, *, where: str | None = None, boxes: int = 3, step: int | None = None,
    seed: int = 0,
) -> Discovery:  # fmt: skip
    """Return under which inputs the runs of interest of a sweep lie, of a folder or an ensemble, and write nothing.

    Raises :class:`wargame.errors.InputError` where nothing varies or too few runs are of interest.
    """
    from wargame.studies.discovery.discovering import discover as find
    from wargame.studies.discovery.table import table_of
    from wargame.studies.sweep.run.folder import results_of

    results = source.results if isinstance(source, Ensemble) else results_of(Path(source))
    told = "ensemble" if isinstance(source, Ensemble) else str(source)
    return find(table_of(results, measure, where, told), boxes=boxes, step=step, seed=seed)


def validate(*scenarios: str, quick: bool = False, runs: int | None = None, seed: int = 0, workers: int = 1) -> Validation:
    """Return how the simulated ensemble stands against the stylised facts of the sources and against base rates.

    Without a name every fact is looked at. Raises :class:`wargame.errors.InputError` for a name that is none.
    """
    from wargame.errors import allowed, did_you_mean, mistake
    from wargame.scenario.layers import shipped
    from wargame.validation import base_rates, facts
    from wargame.validation.validate import validate as check

    known = shipped()
    for name in scenarios:
        if name not in known:
            hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
            raise mistake(f"no shipped scenario of that name{hint}", file=name)
    return check(facts.load(), base_rates.load(), [*scenarios], quick=quick, runs=runs, seed=seed, workers=workers)
