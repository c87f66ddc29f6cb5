"""A study: a design with every case bound to the engine, ready to be played anywhere.

Settings of numbers become overrides of the state, so that thousands of cases share one bound scenario; everything else
(policies, switches, dates) is bound anew for each combination that occurs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.binding.priors import draw
from wargame.engine.types import Array
from wargame.errors import InputError, Mistake, allowed, did_you_mean
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.measure import scale_of
from wargame.studies.sweep.plan.designs import Block, Case, Design, relabelled
from wargame.studies.sweep.plan.until import Kind

MOST_SCENARIOS = 200
MOST_WRONG = 20  # mistakes of cases after which no further case is tried
Opener = Callable[[Mapping[str, Any]], Bound]  # settings -> the scenario with these settings, bound


@dataclass(frozen=True, repr=False)
class Study(Display):
    """A design with its scenarios. ``kin[case]`` is the key in ``bounds`` of the scenario that a case is played with."""

    base: Bound
    design: Design
    bounds: Mapping[str, Bound]
    kin: tuple[str, ...]
    fixed: tuple[tuple[str, ...], ...]  # per case: paths of its settings
    numbers: tuple[tuple[tuple[str, float], ...], ...]  # per case: settings that are overrides of the state

    def _facts(self) -> Facts:
        cases = listed([case.name for case in self.design.cases])
        return f"Study of {self.base.scenario.name}: {counted(self.design.runs, 'replication')} of each case", {"cases": cases}

    def bound(self, case: int) -> Bound:
        """Return the scenario that a case is played with (without its overrides)."""
        return self.bounds[self.kin[case]]

    def overrides(self, case: int, replications: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, Array]:
        """Return what the state of a case starts with instead of the scenario's numbers: path -> one value per run."""
        found = {path: np.full(len(replications), value) for path, value in self.numbers[case]}
        if self.design.uncertain:
            found |= draw(self.bound(case), self.design.seed, replications.tolist(), fixed=self.fixed[case])
        return found

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, sorted."""
        return tuple(measure.name for measure in self.base.measures)

    @property
    def uncertain_paths(self) -> tuple[str, ...]:
        """Paths of the uncertainties that some case draws, in the scenario's order."""
        if not self.design.uncertain:
            return ()
        known = {given.path for bound in self.bounds.values() for given in bound.givens}
        always = set(self.fixed[0]).intersection(*self.fixed)
        return tuple(path for path in self.base.scenario.uncertainties if path in known and path not in always)

    def with_runs(self, runs: int, *, until: tuple[str, ...] = ()) -> Study:
        """Return the same study with another number of replications."""
        return replace(self, design=replace(self.design, runs=runs, until=until))


def drawn(bound: Bound, seed: int, replication: int) -> dict[str, Array]:
    """Return the uncertainties of one replication as overrides."""
    return draw(bound, seed, [replication])


def make_study(base: Bound, design: Design, open_with: Opener) -> Study:
    """Return a design with every case bound. Raises :class:`InputError` with what is wrong with any of its cases."""
    bounds: dict[str, Bound] = {_key({}): base}
    rest: dict[str, frozenset[str]] = {}
    kin, numbers = [], []
    wrong: list[Mistake] = []
    for case in design.cases:
        try:
            apart, free = _parted(case, bounds, rest, partial(_opened, case=case, design=design, open_with=open_with))
        except InputError as error:
            wrong += error.mistakes
            if len(wrong) > MOST_WRONG:
                break
            continue
        kin.append(_key(apart))
        numbers.append(tuple(free.items()))
        if len(bounds) > MOST_SCENARIOS:
            what = f"makes more than {MOST_SCENARIOS} different scenarios; vary fewer switches and policies at once"
            raise InputError([Mistake("--vary", 0, 0, "", what)])
    if wrong:
        raise InputError(wrong)
    study = Study(base, design, bounds, tuple(kin), tuple(tuple(case.changes) for case in design.cases), tuple(numbers))
    _check_alike(study)
    _check_numbers(study, open_with)
    return study


def _parted(
    case: Case, bounds: dict[str, Bound], rest: dict[str, frozenset[str]], opened: Opener
) -> tuple[dict[str, Any], dict[str, float]]:  # fmt: skip
    """Return the settings of a case in two: those that make another scenario, and numbers that are overrides of its state."""
    number = {path: float(value) for path, value in case.settings if _is_number(value)}
    apart = {path: value for path, value in case.settings if path not in number}
    paths = _paths(apart, bounds, rest, opened)
    if lost := {path: value for path, value in case.settings if path in number and path not in paths}:
        apart = {path: value for path, value in case.settings if path in apart or path in lost}
        paths = _paths(apart, bounds, rest, opened)
    return apart, {path: value for path, value in number.items() if path not in apart}


def _paths(apart: dict[str, Any], bounds: dict[str, Bound], rest: dict[str, frozenset[str]], opened: Opener) -> frozenset[str]:
    key = _key(apart)
    if key not in bounds:
        bounds[key] = opened(apart)
    if key not in rest:
        rest[key] = frozenset(given.path for given in bounds[key].givens)
    return rest[key]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _key(settings: Mapping[str, Any]) -> str:
    return json.dumps(list(settings.items()), default=str, ensure_ascii=False)


def _opened(settings: Mapping[str, Any], case: Case, design: Design, open_with: Opener) -> Bound:
    try:
        return open_with(settings)
    except InputError as error:
        raise InputError(relabelled(error, flag_of(case, design))) from None


def flag_of(case: Case, design: Design) -> str:
    """Return the flag that a mistake in a case belongs to."""
    return f"--case {case.name}" if design.named else "--vary"


def _check_alike(study: Study) -> None:
    """Raise unless all cases have the same measures, watched variables and days: otherwise they cannot be compared."""
    for case in study.design.cases:
        other = study.bound(case.index)
        for what, own, theirs in (
            ("measures", study.measures, tuple(m.name for m in other.measures)),
            ("watched variables", study.base.watch_names, other.watch_names),
            ("start and length", (study.base.scenario.start, study.base.scenario.horizon),
             (other.scenario.start, other.scenario.horizon)),
        ):  # fmt: skip
            if own != theirs:
                flag = flag_of(case, study.design)
                said = f"case {case.name} has other {what} than the scenario; cases must agree in them"
                raise InputError([Mistake(flag, 0, 0, "", said)])


def _check_numbers(study: Study, open_with: Opener) -> None:
    """Raise for numbers that the scenario would refuse: the smallest and the largest value of each path are tried."""
    tried: dict[str, list[tuple[float, Case]]] = {}
    for case, numbers in zip(study.design.cases, study.numbers, strict=True):
        for path, value in numbers:
            tried.setdefault(path, []).append((value, case))
    wrong: list[Mistake] = []
    for path, values in tried.items():
        ends = dict((min(values, key=_first), max(values, key=_first)))
        for value, case in ends.items():
            apart = {p: v for p, v in case.settings if p not in dict(study.numbers[case.index])}
            try:
                _opened({**apart, path: value}, case, study.design, open_with)
            except InputError as error:
                wrong += error.mistakes
    if wrong:
        raise InputError(wrong)


def _first(pair: tuple[float, Case]) -> float:
    return pair[0]


def check_measure(study: Study, name: str, flag: str) -> None:
    """Raise :class:`InputError` for a measure that the scenario does not have."""
    if name not in study.measures:
        hint = did_you_mean(name, study.measures) or f"; allowed: {allowed(study.measures)}"
        raise InputError([Mistake(flag, 0, 0, "", f'unknown measure "{name}"{hint}')])


def shares(study: Study) -> frozenset[str]:
    """Return the measures that are 0 or 1 in every run: their mean is a share."""
    return frozenset(m.name for m in study.base.measures if m.spec.unit == "0/1" or m.spec.over == "ever")


def may_miss(study: Study) -> frozenset[str]:
    """Return the measures that may be missing in a run, as the scenario says."""
    return frozenset(m.name for m in study.base.measures if m.spec.missing)


def kinds(study: Study) -> dict[str, Kind]:
    """Return what is known of every measure before it is played."""
    binary = shares(study)
    return {m.name: Kind(m.name in binary, scale_of(m.spec.unit)) for m in study.base.measures}


def pieces(block: Block) -> Iterator[tuple[int, slice]]:
    """Yield the case of every piece of a block with the columns it has there."""
    start = 0
    for case, _, count in block.pieces:
        yield case, slice(start, start + count)
        start += count
