"""The Rosetta table: one history scored on several published scales of escalation, and where conclusions flip with the scale.

Source: levels of Militarized Interstate Disputes and International Crisis Behavior as in their codebooks; Goldstein 1992
(`F-F4-goldstein`); Rivera and others, arXiv 2401.03408; the values of Payne's tournament after Kahn. Which act and which state of
the world has which value is data (``validation/scales.yaml``), with its judgements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path as FilePath
from typing import Any, Literal

import numpy as np
from pydantic import Field

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.priors import draw
from wargame.engine.types import Array
from wargame.expressions import ExpressionError, Formulas, compile_expression
from wargame.results.files import finite
from wargame.scenario.files.resources import data_file
from wargame.scenario.load import load as load_scenario
from wargame.scenario.values import Flag, Formula, Name, Names, Real, Shape, Sourced, Text, Whole
from wargame.simulation.record import Record
from wargame.simulation.simulation import Simulation
from wargame.studies.processes import in_processes
from wargame.studies.statistics import estimates, summaries
from wargame.studies.statistics.means import estimate
from wargame.studies.statistics.means import sign as sign_of
from wargame.validation.facts import FOLDER, Arm, read
from wargame.world.scope import Names as Truth

SCALES = ("ladder", "mid", "icb", "goldstein", "rivera", "payne")
_HIGHEST = ("mid", "icb", "payne")
_LEAST = {"mid": 1.0, "icb": 1.0, "payne": 0.0}


class Scale(Sourced):
    """What a scale is and how a run is made of its parts."""

    says: Text
    unit: Text
    over: Literal["max", "acts", "acts_per_actor"]


class Class(Sourced):
    """Actions that score alike."""

    points: Real
    mid: Real
    payne: Real
    actions: Names


class State(Sourced):
    """A state of the world and its value on each scale; ``each_day``: what it adds to sums is added on every day it holds."""

    when: Formula
    mid: Real | None = None
    icb: Real | None = None
    payne: Real | None = None
    goldstein: Real = 0.0
    rivera: Real = 0.0
    each_day: Flag = False


class Scales(Shape):
    """The file of scales."""

    schema_: Whole = Field(alias="schema", default=1)
    scales: dict[Literal["ladder", "mid", "icb", "goldstein", "rivera", "payne"], Scale]
    classes: dict[Name, Class]
    states: dict[Name, State]
    cases: dict[Name, Arm]

    def of_action(self) -> dict[str, Class]:
        """Return the class of every action that is in one."""
        return {action: one for one in self.classes.values() for action in one.actions}


def load(path: FilePath | None = None) -> Scales:
    """Return the shipped file of scales (or another). Raises :class:`InputError`."""
    return read(path or data_file(FOLDER, "scales.yaml"), Scales)[0]


class Scorer:
    """Scores runs day by day. A state that a scenario cannot speak of (it has no such role) scores nothing."""

    def __init__(self, bound: Bound, scales: Scales, runs: int) -> None:
        self.bound, self.runs, self.days = bound, runs, 0
        truth = Truth(bound.layout, bound.cast)
        found = [(one, expression) for one in scales.states.values() if (expression := _known(one.when, truth)) is not None]
        self.states = [one for one, _ in found]
        self.program = Formulas([expression for _, expression in found])
        self.held = np.zeros((len(self.states), runs), dtype=bool)
        classes, actions = scales.of_action(), bound.scenario.actions
        none = Class(points=0.0, mid=1.0, payne=0.0, actions=())
        rows = [classes.get(name, none) for name in bound.cast.actions]
        self.weights = {
            "goldstein": np.array([-(actions[name].goldstein or 0.0) for name in bound.cast.actions]),
            "rivera": np.array([one.points for one in rows]),
        }
        self.levels = {"mid": np.array([one.mid for one in rows]), "payne": np.array([one.payne for one in rows])}
        self.sums = {name: np.zeros(runs) for name in self.weights}
        self.tops = {name: np.full(runs, _LEAST[name]) for name in _HIGHEST} | {"ladder": np.zeros(runs)}

    def observe(self, state: Array) -> None:
        """Take the state at the end of a day into account, shape ``(slots, runs)``."""
        self.days += 1
        layout = self.bound.layout
        done = layout.view(state, "since") == 0.0  # (actors, actions, runs): acts of today
        for action in np.flatnonzero(done.any(axis=(0, 2))):
            acts = done[:, action].sum(axis=0)
            for name, weights in self.weights.items():
                self.sums[name] += weights[action] * acts
            for name, levels in self.levels.items():
                self.tops[name] = np.where(acts > 0, np.maximum(self.tops[name], levels[action]), self.tops[name])
        if self.bound.cast.tracks:
            self.tops["ladder"] = np.maximum(self.tops["ladder"], layout.view(state, "esc").max(axis=0))
        if self.states:
            self._observe_states(self.program(state) != 0.0)

    def _observe_states(self, holds: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
        for i, one in enumerate(self.states):
            counted = holds[i] if one.each_day else holds[i] & ~self.held[i]
            self.sums["goldstein"] -= one.goldstein * counted
            self.sums["rivera"] += one.rivera * counted
            for name, level in (("mid", one.mid), ("icb", one.icb), ("payne", one.payne)):
                if level is not None:
                    self.tops[name] = np.where(holds[i], np.maximum(self.tops[name], level), self.tops[name])
        self.held |= holds

    def result(self) -> dict[str, Array]:
        """Return every scale, each ``(runs,)``; on all of them more is worse."""
        days = max(self.days, 1)
        return {
            "ladder": self.tops["ladder"], "mid": self.tops["mid"], "icb": self.tops["icb"],
            "goldstein": self.sums["goldstein"] / days,
            "rivera": self.sums["rivera"] / days / len(self.bound.cast.actors), "payne": self.tops["payne"],
        }  # fmt: skip


def _known(formula: Formula, truth: Truth) -> Any:
    try:
        return compile_expression(formula, truth)
    except ExpressionError:
        return None


def score(record: Record, scales: Scales | None = None) -> dict[str, float]:
    """Return one history on every scale; on all of them more is worse."""
    scorer = Scorer(record.bound, scales or load(), 1)
    for day in record.days:
        scorer.observe(np.ascontiguousarray(day[:, None]))
    return {name: float(values[0]) for name, values in scorer.result().items()}


def score_runs(
    bound: Bound, *, runs: int, seed: int = 0, uncertain: bool = True, scales: Scales | None = None
) -> dict[str, Array]:
    """Return ``runs`` histories on every scale, each ``(runs,)``."""
    replications = range(runs)
    model = Simulation(
        bound, seed=seed, replications=replications, overrides=draw(bound, seed, replications) if uncertain else {}
    )
    scorer = Scorer(bound, scales or load(), runs)
    while model.running:
        model.step()
        scorer.observe(model.world.state)
    return scorer.result()


@dataclass(frozen=True)
class Flip:
    """Two cases that change places: the first is worse on one scale, the second on the other, both surer than chance."""

    worse_on: str
    better_on: str
    first: str
    second: str


@dataclass(frozen=True)
class ScaleComparison:
    """Cases on every scale."""

    cases: tuple[str, ...]
    values: Mapping[str, Mapping[str, Array]]  # case -> scale -> (runs,)
    means: Mapping[str, Mapping[str, estimates.Estimate]]
    agreement: Mapping[tuple[str, str], float]  # rank correlation of the cases' means on two scales
    within: Mapping[tuple[str, str], float]  # rank correlation over the runs of the first case
    flips: tuple[Flip, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the table as JSON values."""
        return {
            "cases": {
                case: {
                    scale: {"mean": e.value, "low": finite(e.low), "high": finite(e.high), "n": e.n} for scale, e in row.items()
                }
                for case, row in self.means.items()
            },
            "rank_correlation_of_cases": [{"scales": list(pair), "value": value} for pair, value in self.agreement.items()],
            "rank_correlation_of_runs": [{"scales": list(pair), "value": value} for pair, value in self.within.items()],
            "flips": [vars(flip) for flip in self.flips],
        }


@dataclass(frozen=True)
class _Task:
    scenario: str
    sets: Mapping[str, Any]
    uncertain: bool
    runs: int
    seed: int
    scales: Scales


def _scored(task: _Task) -> dict[str, Array]:
    bound = bind(load_scenario(task.scenario, sets=task.sets))
    return score_runs(bound, runs=task.runs, seed=task.seed, uncertain=task.uncertain, scales=task.scales)


def compare(scales: Scales, *, runs: int, seed: int = 0, workers: int = 1) -> ScaleComparison:
    """Return all cases of the file on every scale, how far the scales agree, and where conclusions flip."""
    tasks = [_Task(arm.scenario, arm.set, arm.uncertain, runs, seed, scales) for arm in scales.cases.values()]
    return rosetta(dict(zip(scales.cases, in_processes(_scored, tasks, workers=workers), strict=True)))


def rosetta(values: Mapping[str, Mapping[str, Array]]) -> ScaleComparison:
    """Return the table of cases whose runs have been scored; the runs of all cases share their luck."""
    cases = tuple(values)
    means = {c: {s: estimate(values[c][s]) for s in SCALES} for c in cases}
    table = {s: np.array([means[c][s].value for c in cases]) for s in SCALES}
    pairs = list(combinations(SCALES, 2))
    return ScaleComparison(
        cases=cases, values=values, means=means,
        agreement={pair: float(summaries.spearman(table[pair[0]], table[pair[1]])) for pair in pairs},
        within={pair: float(summaries.spearman(values[cases[0]][pair[0]], values[cases[0]][pair[1]])) for pair in pairs},
        flips=tuple(_flips(values)),
    )  # fmt: skip


def _flips(values: Mapping[str, Mapping[str, Array]]) -> Iterator[Flip]:
    for first, second in combinations(values, 2):
        sign: dict[str, int] = {}
        for scale in SCALES:
            one = estimate(values[first][scale] - values[second][scale], signed=True)
            sign[scale] = sign_of(one.value, one.low, one.high, one.n)
        for a, b in combinations(SCALES, 2):
            if sign[a] * sign[b] < 0:
                yield Flip(*((a, b) if sign[a] > 0 else (b, a)), first, second)


def table(result: ScaleComparison, shorten: Callable[[float], str] = lambda value: f"{value:.3g}") -> Sequence[str]:
    """Return the table, the agreement of the scales and the flips as lines of text."""
    width = max(len(case) for case in result.cases) + 2
    lines = [" " * width + "".join(f"{scale:>12}" for scale in SCALES)]
    lines += [f"{c:<{width}}" + "".join(f"{shorten(result.means[c][s].value):>12}" for s in SCALES) for c in result.cases]
    lines += ["", "rank correlation of the cases between scales"]
    lines += [f"  {a:<10} {b:<10} {value:+.2f}" for (a, b), value in result.agreement.items()]
    lines += ["", f"conclusions that flip with the scale: {len(result.flips)}"]
    lines += [f"  {f.first} is worse than {f.second} on {f.worse_on}, and better on {f.better_on}" for f in result.flips]
    return lines
