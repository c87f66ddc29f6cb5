"""Paired comparison: cases that share their luck differ by what they are, not by chance.

For every pair of cases and every measure: the mean of the differences run by run with its 95 % interval, and how many times
larger the variance of the difference would have been with independent luck. Over all cases: how robust each is.

A measure that may be missing in a run is compared twice: how often it is there, and what it is in those pairs of runs that have
it on both sides; the first day of something also by its restricted mean. Nothing is said of a pair in which one side is missing
as if it had a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from wargame.engine.types import Array
from wargame.results.files import finite
from wargame.studies.statistics.estimates import Estimate
from wargame.studies.statistics.missing import Interval, of_difference, of_restricted, of_shares, saved, share_of, there
from wargame.studies.sweep.find.results import Results
from wargame.studies.sweep.plan.designs import Case
from wargame.studies.sweep.plan.study import may_miss, shares

ALL_PAIRS = 6  # cases up to which every pair is compared; of more, each is compared with the first


@dataclass(frozen=True)
class Presence:
    """How often a measure that may be missing is there in two cases, and the difference of the shares (``second - first``).

    ``restricted``, of the first day of something: the difference of the restricted means, in which a run without it counts as
    ``horizon``, the number of days looked at.
    """

    first: Estimate
    second: Estimate
    difference: Interval
    restricted: Interval | None = None
    horizon: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        found = self.difference.as_json()
        told: dict[str, Any] = {
            "share": found["mean"], "share_low": found["low"], "share_high": found["high"],
            "shares": [self.first.value, self.second.value],
        }  # fmt: skip
        if self.restricted is not None:
            own = self.restricted.as_json()
            ends = {key: own[key] for key in ("low", "high", "n")}
            told["restricted_mean"] = {"difference": own["mean"], **ends, "horizon": self.horizon}
        return told


@dataclass(frozen=True)
class Pair:
    """Two cases on one measure: the mean of ``second - first``, run by run, in those pairs of runs that have the measure."""

    measure: str
    first: Case
    second: Case
    difference: Interval
    ratio: float  # variance with independent luck over the paired one; infinite: nothing varies; not-a-number: neither case does
    presence: Presence | None = None  # of a measure that may be missing

    @property
    def name(self) -> str:
        """What is subtracted from what."""
        return f"{self.second.name} - {self.first.name}"

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.difference.sign != 0

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        found = self.difference.as_json()
        ratio = finite(self.ratio)
        told = {"difference": found["mean"], **{k: found[k] for k in ("low", "high", "n")}, "variance_ratio": ratio}
        return told if self.presence is None else told | self.presence.as_json()


@dataclass(frozen=True)
class Robustness:
    """How a case does on a measure against the best of all cases, run by run, if less is better and if more is better.

    ``regret_*`` is the mean distance from the best case, ``worst_*`` its 95 % quantile, ``best_*`` the share of the runs in which
    the case is the best (or one of them). All are of the ``n`` replications in which every case has the measure.
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
    n: int

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name; null where no replication can tell."""
        numbers = {name: value for name, value in vars(self).items() if name not in ("case", "measure")}
        return {"case": self.case.name, **finite(numbers)}


def pairs_of(results: Results) -> list[tuple[Case, Case]]:
    """Return which cases are compared: every pair, or each with the first when there are many."""
    cases = results.cases
    return list(combinations(cases, 2)) if len(cases) <= ALL_PAIRS else [(cases[0], case) for case in cases[1:]]


def pairs(results: Results, names: tuple[str, ...] = ()) -> Iterator[Pair]:
    """Yield the comparison of every pair on every measure (or some), by measure."""
    binary, missing = shares(results.study), may_miss(results.study)
    for name in names or results.measures:
        table = results.table(name)
        may = name in missing or bool(np.isnan(table).any())
        for first, second in pairs_of(results):
            a, b = table[first.index], table[second.index]
            presence = _presence(results, name, a, b) if may else None
            yield Pair(name, first, second, of_difference(a, b, share=name in binary), saved(a, b), presence)


def _presence(results: Results, name: str, a: Array, b: Array) -> Presence:
    measure = next(one for one in results.study.base.measures if one.name == name)
    shares_ = share_of(there(a)), share_of(there(b)), of_shares(a, b)
    if measure.spec.over != "first":
        return Presence(*shares_)
    return Presence(*shares_, of_restricted(a, b, measure.last + 1.0), measure.last + 1)


def as_json(results: Results) -> dict[str, dict[str, Any]]:
    """Return the comparison by measure and pair (``second - first``)."""
    found: dict[str, dict[str, Any]] = {}
    for pair in pairs(results):
        found.setdefault(pair.measure, {})[pair.name] = pair.as_json()
    return found


def robustness(results: Results, names: tuple[str, ...] = ()) -> Iterator[Robustness]:
    """Yield how every case does on every measure (or some) against the best case of each run."""
    for name in names or results.main:
        table = results.table(name)
        table = table[:, ~np.isnan(table).any(axis=0)]
        n = table.shape[1]
        if n == 0:
            nothing = (math.nan, math.nan, math.nan)
            yield from (Robustness(name, case, math.nan, *nothing, *nothing, n) for case in results.cases)
            continue
        less, more = table - table.min(axis=0), table.max(axis=0) - table
        for case in results.cases:
            mean = float(table[case.index].mean())
            yield Robustness(name, case, mean, *_against(less[case.index]), *_against(more[case.index]), n)


def robustness_as_json(results: Results) -> dict[str, list[dict[str, Any]]]:
    """Return the robustness of every case by measure."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in robustness(results):
        found.setdefault(one.measure, []).append(one.as_json())
    return found


def _against(regret: Array) -> tuple[float, float, float]:
    return float(regret.mean()), float(np.quantile(regret, 0.95)), float((regret == 0).mean())
