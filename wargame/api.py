"""The Python interface: each function does what the command of its name does. It computes nothing.

What a function needs is loaded when it is called: who runs one history does not wait for what sweeps need.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wargame.binding.bound import Bound
from wargame.binding.opening import open_scenario
from wargame.report.notebook import Comparison, Ensemble, PlayedTournament, Sensitivity
from wargame.simulation.play import play_one
from wargame.simulation.record import Record
from wargame.studies.sweep.plan.designs import BLOCK, KEPT
from wargame.studies.sweep.plan.openers import opener_of

if TYPE_CHECKING:
    from wargame.agents.playing import Agent
    from wargame.binding.remarks.findings import Findings
    from wargame.report.proof.proof import Proof
    from wargame.studies.discovery.find import Discovery
    from wargame.studies.sweep.plan.planning import Vary
    from wargame.validation.validate import Results as Validation


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
    from wargame.studies.sweep.plan.planning import plan_sweep
    from wargame.studies.sweep.run.sweeping import Execution, in_folder, in_memory
    from wargame.studies.sweep.store.folder import begin, results_of

    study = plan_sweep(
        scenario, opener_of(scenario), runs=runs, seed=seed, vary=vary, method=design, samples=samples, uncertain=uncertain,
        until=until, block=block, keep=keep,
    )  # fmt: skip
    how = Execution(workers=workers)
    if out is None:
        results = in_memory(study, how)
    else:
        started = dt.datetime.now(dt.UTC)
        folder = begin(Path(out), study, kind="sweep", command="wg.sweep", started=started, shard="", beside=False)
        results = results_of(in_folder(study, folder, how).path, study)
    return Ensemble.of(results)


def sensitivity(
    scenario: Bound, *, method: str = "morris", samples: int = 0, replications: int = 10, seed: int = 0,
    measures: Sequence[str] = (), vary: Vary = (), factors: Sequence[str] = (), workers: int = 1,
) -> Sensitivity:  # fmt: skip
    """Return what moves which measures: the scenario's uncertainties and levers, and what ``vary`` adds, as
    ``wargame sensitivity`` does.

    ``samples`` are trajectories (0: 10) or rows (0: 128); ``factors`` are patterns of what is moved, empty for all. Raises
    :class:`wargame.errors.InputError` for what cannot be asked.
    """
    from wargame.studies.sensitivity.plan import Question, plan
    from wargame.studies.sensitivity.play import study

    question = Question(method, samples, replications, seed, tuple(measures), (), tuple(factors))
    return Sensitivity(study(plan(scenario, question, vary), workers=workers))


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
        from wargame.studies.sweep.store.folder import results_of

        return Ensemble.of(results_of(place))
    if kind == STUDY:
        from wargame.studies.sensitivity.folder import read

        return Sensitivity(read(place))
    from wargame.report.proof.runs import history

    return history(place)


def verify(folder: str | Path, *, runs: int | None = None, workers: int = 1) -> Proof:
    """Make a result again from its folder alone and compare everything the folder states; return what was compared.

    ``runs``: of a sweep play only so many again. Raises :class:`wargame.errors.CheckFailed` on a difference.
    """
    from wargame.report.proof.verifying import verify as prove

    return prove(Path(folder), runs=runs, workers=workers)


def compare(
    scenario: Bound, cases: Sequence[str] | Mapping[str, Mapping[str, object]], *, runs: int, seed: int = 0,
    uncertain: bool = False, block: int = BLOCK, workers: int = 1,
) -> Comparison:  # fmt: skip
    """Return cases compared on the same luck. ``cases``: texts ``NAME:PATH=VALUE,…`` as after ``--case``, or name -> settings.

    Raises :class:`wargame.errors.InputError` for what cannot be played.
    """
    from wargame.studies.compare.plan import plan_comparison
    from wargame.studies.sweep.run.sweeping import Execution, in_memory

    texts = [f"{name}:{_settings(own)}" for name, own in cases.items()] if isinstance(cases, Mapping) else [*cases]
    study = plan_comparison(scenario, opener_of(scenario), runs=runs, cases=texts, seed=seed, uncertain=uncertain, block=block)
    return Comparison(Ensemble.of(in_memory(study, Execution(workers=workers))))


def _settings(own: Mapping[str, object]) -> str:
    import json

    return ",".join(f"{path}={json.dumps(value)}" for path, value in own.items())


def tournament(
    scenario: Bound, actors: Sequence[str], *, runs: int, seed: int = 0, policies: Sequence[str] = (),
    payoffs: Sequence[str] = (), uncertain: bool = False, workers: int = 1,
) -> PlayedTournament:  # fmt: skip
    """Return every combination of the actors' policies, played on the same luck, and its equilibria.

    ``policies`` are texts ``ACTOR=p,q``, ``payoffs`` texts ``ACTOR=MEASURE``. Raises :class:`wargame.errors.InputError`.
    """
    from wargame.studies.sweep.run.sweeping import Execution, in_memory
    from wargame.studies.tournament.find import tournament_of
    from wargame.studies.tournament.plan import plan_tournament

    study, players = plan_tournament(
        scenario, opener_of(scenario), actors, runs=runs, seed=seed, policies=policies, payoffs=payoffs, uncertain=uncertain
    )
    results = in_memory(study, Execution(workers=workers))
    return PlayedTournament(Ensemble.of(results), tournament_of(results, players))


def discover(
    source: str | Path | Ensemble, measure: str, *, where: str | None = None, boxes: int = 3, step: int | None = None,
    seed: int = 0,
) -> Discovery:  # fmt: skip
    """Return under which inputs the runs of interest of a sweep lie, of a folder or an ensemble, and write nothing.

    Raises :class:`wargame.errors.InputError` where nothing varies or too few runs are of interest.
    """
    from wargame.studies.discovery.find import discover as find
    from wargame.studies.discovery.table import table_of
    from wargame.studies.sweep.store.folder import results_of

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
