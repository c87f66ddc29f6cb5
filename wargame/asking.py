"""The Python interface to what is stored and to studies: each function does what the command of its name does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wargame.api import Ensemble, Sensitivity, opener_of
from wargame.binding.bound import Bound
from wargame.record import Record
from wargame.shown import Facts, Shown, counted, listed, number
from wargame.sweeps.designs import BLOCK

if TYPE_CHECKING:
    import pandas as pd

    from wargame.analysis.validate import Results as Validation
    from wargame.discovery.discovering import Discovery
    from wargame.proving.proof import Proof
    from wargame.sweeps.results import Results
    from wargame.sweeps.tournament import Tournament


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
        from wargame.sweeps.folder import results_of

        return _ensemble(results_of(place))
    if kind == STUDY:
        from wargame.influence.folder import read

        return Sensitivity(read(place))
    from wargame.proving.runs import history

    return history(place)


def _ensemble(results: Results) -> Ensemble:
    values = {name: np.asarray(column, dtype=np.float64) for name, column in results.read(results.measures).items()}
    return Ensemble(results.study.base, results.study.design.seed, values, results)


def verify(folder: str | Path, *, runs: int | None = None, workers: int = 1) -> Proof:
    """Make a result again from its folder alone and compare everything the folder states; return what was compared.

    ``runs``: of a sweep play only so many again. Raises :class:`wargame.errors.CheckFailed` on a difference.
    """
    from wargame.proving.verifying import verify as prove

    return prove(Path(folder), runs=runs, workers=workers)


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Cases compared run by run, on the same luck."""

    ensemble: Ensemble

    @property
    def differences(self) -> dict[str, dict[str, Any]]:
        """Of every measure what ``wargame compare --json`` prints: differences by pair, intervals, variance saved."""
        from wargame.sweeps.compare import as_json

        return as_json(self.ensemble.results)

    def _facts(self) -> Facts:
        from wargame.sweeps.compare import pairs

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
    from wargame.sweeps.planning import plan_comparison
    from wargame.sweeps.sweeping import How, in_memory

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

        from wargame.sweeps.tournament_words import table

        return pd.DataFrame(dict(table(self.tournament)))

    def as_json(self) -> dict[str, Any]:
        """Return what ``wargame tournament --json`` prints of the game."""
        from wargame.sweeps.tournament_words import as_json

        return as_json(self.tournament)

    def _facts(self) -> Facts:
        from wargame.sweeps.tournament_words import finding

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
    from wargame.sweeps.profiles import plan_tournament
    from wargame.sweeps.sweeping import How, in_memory
    from wargame.sweeps.tournament import tournament_of

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
    from wargame.discovery.discovering import discover as find
    from wargame.discovery.table import table_of
    from wargame.sweeps.folder import results_of

    results = source.results if isinstance(source, Ensemble) else results_of(Path(source))
    told = "ensemble" if isinstance(source, Ensemble) else str(source)
    return find(table_of(results, measure, where, told), boxes=boxes, step=step, seed=seed)


def validate(*scenarios: str, quick: bool = False, runs: int | None = None, seed: int = 0, workers: int = 1) -> Validation:
    """Return how the simulated ensemble stands against the stylised facts of the sources and against base rates.

    Without a name every fact is looked at. Raises :class:`wargame.errors.InputError` for a name that is none.
    """
    from wargame.analysis import base_rates, facts
    from wargame.analysis.validate import validate as check
    from wargame.errors import allowed, did_you_mean, mistake
    from wargame.scenario.layers import shipped

    known = shipped()
    for name in scenarios:
        if name not in known:
            hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
            raise mistake(f"no shipped scenario of that name{hint}", file=name)
    return check(facts.load(), base_rates.load(), [*scenarios], quick=quick, runs=runs, seed=seed, workers=workers)
