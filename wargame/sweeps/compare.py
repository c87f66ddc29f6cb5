"""Paired comparison: cases that share their luck differ by what they are, not by chance.

For every pair of cases and every measure: the mean of the differences run by run with its 95 % interval, and how many times
larger the variance of the difference would have been with independent luck. Over all cases: how robust each is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from wargame.errors import InputError, Mistake
from wargame.sweeps.designs import Case
from wargame.sweeps.intervals import Interval, of_difference, saved
from wargame.sweeps.results import Results
from wargame.sweeps.study import shares
from wargame.types import Array

ALL_PAIRS = 6  # cases up to which every pair is compared; of more, each is compared with the first
BASE = "base"


@dataclass(frozen=True)
class Pair:
    """Two cases on one measure: the mean of ``second - first``, run by run."""

    measure: str
    first: Case
    second: Case
    difference: Interval
    ratio: float  # variance with independent luck over the paired one; infinite: nothing varies; not-a-number: neither case does

    @property
    def name(self) -> str:
        """What is subtracted from what."""
        return f"{self.second.name} - {self.first.name}"

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.difference.low > 0 or self.difference.high < 0

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        found = self.difference.as_json()
        ratio = self.ratio if math.isfinite(self.ratio) else None
        return {"difference": found["mean"], **{k: found[k] for k in ("low", "high", "n")}, "variance_ratio": ratio}


@dataclass(frozen=True)
class Robust:
    """How a case does on a measure against the best of all cases, run by run, if less is better and if more is better.

    ``regret_*`` is the mean distance from the best case, ``worst_*`` its 95 % quantile, ``best_*`` the share of the runs in which
    the case is the best (or one of them).
    """

    measure: str
    case: Case
    mean: float
    regret_less: float
    worst_less: float
    best_less: float
    regret_more: float
    worst_more: float
    best_more: float

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return {"case": self.case.name, **{name: value for name, value in vars(self).items() if name not in ("case", "measure")}}


def named_cases(cases: list[Case]) -> tuple[Case, ...]:
    """Return cases to compare; a single one is compared with the scenario as it is. Raises :class:`InputError`."""
    names = [case.name for case in cases]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError([Mistake(f"--case {name}", 0, 0, "", "given twice") for name in twice])
    if len(cases) == 1:
        if names[0] == BASE:
            raise InputError([Mistake(f"--case {BASE}", 0, 0, "", "is what a single case is compared with; choose another name")])
        cases = [Case(0, BASE), *cases]
    return tuple(Case(i, case.name, case.settings) for i, case in enumerate(cases))


def pairs_of(results: Results) -> list[tuple[Case, Case]]:
    """Return which cases are compared: every pair, or each with the first when there are many."""
    cases = results.cases
    return list(combinations(cases, 2)) if len(cases) <= ALL_PAIRS else [(cases[0], case) for case in cases[1:]]


def pairs(results: Results, names: tuple[str, ...] = ()) -> Iterator[Pair]:
    """Yield the comparison of every pair on every measure (or some), by measure."""
    binary = shares(results.study)
    for name in names or results.measures:
        table = results.table(name)
        for first, second in pairs_of(results):
            a, b = table[first.index], table[second.index]
            yield Pair(name, first, second, of_difference(a, b, share=name in binary), saved(a, b))


def as_json(results: Results) -> dict[str, dict[str, Any]]:
    """Return the comparison by measure and pair (``second - first``)."""
    found: dict[str, dict[str, Any]] = {}
    for pair in pairs(results):
        found.setdefault(pair.measure, {})[pair.name] = pair.as_json()
    return found


def robustness(results: Results, names: tuple[str, ...] = ()) -> Iterator[Robust]:
    """Yield how every case does on every measure (or some) against the best case of each run."""
    for name in names or results.main:
        table = results.table(name)
        less, more = table - table.min(axis=0), table.max(axis=0) - table
        for case in results.cases:
            yield Robust(
                name, case, float(table[case.index].mean()), *_against(less[case.index]), *_against(more[case.index])
            )  # fmt: skip


def _against(regret: Array) -> tuple[float, float, float]:
    return float(regret.mean()), float(np.quantile(regret, 0.95)), float((regret == 0).mean())
