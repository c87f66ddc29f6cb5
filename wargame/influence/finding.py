"""What a sensitivity study found: indices by measure and factor, the share of luck, and the factors that do nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from wargame.analysis.statistics import Estimate
from wargame.binding.bound import Bound
from wargame.influence.designs import MORRIS, Design
from wargame.influence.estimators import Indices, Luck, indices, luck_of
from wargame.influence.factors import Factor
from wargame.record import fingerprint
from wargame.sweeps.intervals import Interval, of_cases
from wargame.types import Array

SMALL = 0.01  # a share of the variance that is not worth a word
RANKED_BY = {MORRIS: "mu_star", "sobol": "total"}


@dataclass(frozen=True)
class Entry:
    """One factor on one measure. ``clear``: more than nothing, as far as the interval (and, after Morris, the luck) can tell."""

    factor: Factor
    numbers: Mapping[str, Estimate]
    noise: float
    clear: bool
    idle: bool  # not one bit of this measure changed in any run

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        found: dict[str, Any] = {
            name: {"value": _plain(one.value), "low": _plain(one.low), "high": _plain(one.high)}
            for name, one in self.numbers.items()
        }
        if not math.isnan(self.noise):
            found["noise"] = self.noise
        return found | {"clear": self.clear, "idle": self.idle}


@dataclass(frozen=True)
class Finding:
    """A sensitivity study with the values of every run: ``values[measure]`` is ``(points, replications)``."""

    base: Bound
    design: Design
    factors: tuple[Factor, ...]
    values: Mapping[str, Array]
    seed: int
    asked: tuple[str, ...] = ()  # measures that were asked for

    @property
    def method(self) -> str:
        """The method."""
        return self.design.method

    @property
    def replications(self) -> int:
        """Replications of every point."""
        return int(next(iter(self.values.values())).shape[1])

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.design.u) * self.replications

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over every run's measures in run order."""
        return fingerprint([{name: table.ravel() for name, table in self.values.items()}])

    @property
    def main(self) -> tuple[str, ...]:
        """The measures that the scenario calls its main ones; all when it names none."""
        found = tuple(m.name for m in self.base.measures if m.spec.main)
        return found or tuple(self.values)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that are told of: those asked for, or the main ones."""
        return self.asked or self.main

    @property
    def lively(self) -> tuple[str, ...]:
        """Those of them that are not the same in every run."""
        return tuple(name for name in self.measures if float(np.ptp(self.values[name])) > 0)

    def says(self, measure: str) -> str:
        """Return what a measure means."""
        spec = next(m.spec for m in self.base.measures if m.name == measure)
        return spec.says or measure.replace("_", " ")

    def share(self, measure: str) -> bool:
        """Return whether a measure is 0 or 1 in every run."""
        spec = next(m.spec for m in self.base.measures if m.name == measure)
        return spec.unit == "0/1" or spec.over == "ever"

    def interval(self, measure: str) -> Interval:
        """Return the mean of a measure over all runs with its interval."""
        return of_cases(self.values[measure], share=self.share(measure))

    @cached_property
    def _luck(self) -> dict[str, Luck]:
        return {name: luck_of(self.values[name]) for name in self.measures}

    def luck(self, measure: str) -> Luck:
        """Return how much of a measure's variance is luck."""
        return self._luck[measure]

    @cached_property
    def _found(self) -> dict[str, tuple[Entry, ...]]:
        side = np.array([one.place(self.design.u[:, i]) for i, one in enumerate(self.factors)])
        return {name: self._entries(name, indices(self.design, self.values[name], side)) for name in self.lively}

    def _entries(self, measure: str, found: Indices) -> tuple[Entry, ...]:
        entries = []
        for i, factor in enumerate(self.factors):
            numbers = {
                name: values[i] if factor.ordered or name != "mu" else Estimate(math.nan, math.nan, math.nan, 0)
                for name, values in found.numbers.items()
            }
            noise = found.noise[i] if found.noise else math.nan
            idle = not self._changed(measure)[i]
            entries.append(Entry(factor, numbers, noise, not idle and self._clear(measure, numbers, noise), idle))
        return tuple(entries)

    def _clear(self, measure: str, numbers: Mapping[str, Estimate], noise: float) -> bool:
        """Return whether a factor does more than nothing: after Morris more than luck would, after Sobol' more than a hundredth
        of the variance alone, or with interactions more than the luck that is left, which interacts with everything.
        """
        if self.method == MORRIS:
            return numbers["mu_star"].low > (noise if noise > 0 else 0.0)
        left = self.luck(measure).left
        return numbers["first"].low > SMALL or numbers["total"].low > max(SMALL, left if math.isfinite(left) else 0.0)

    def of(self, measure: str) -> tuple[Entry, ...]:
        """Return the factors on a measure, in their own order; empty where the measure never varies."""
        return self._found.get(measure, ())

    def ranked(self, measure: str) -> list[Entry]:
        """Return the factors on a measure, the strongest first."""
        key = RANKED_BY[self.method]
        return sorted(self.of(measure), key=lambda one: (-_rank(one.numbers[key].value), one.factor.path))

    def together(self, measure: str) -> float:
        """Return the share of the variance (of means over replications) that no factor causes alone; only after Sobol'."""
        return max(1.0 - sum(max(one.numbers["first"].value, 0.0) for one in self.of(measure)), 0.0)

    def _changed(self, measure: str) -> list[bool]:
        return self._changes[measure]

    @cached_property
    def _changes(self) -> dict[str, list[bool]]:
        """Whether any run of a measure differs in any bit where only one factor has moved, by measure and factor."""
        before, after = self.design.pairs()
        found = {}
        for name, table in self.values.items():
            bits = np.ascontiguousarray(table).view(np.int64)
            found[name] = [bool((bits[before[:, i]] != bits[after[:, i]]).any()) for i in range(len(self.factors))]
        return found

    def inert(self, names: Sequence[str]) -> tuple[Factor, ...]:
        """Return the factors whose moving changed not one bit of these measures in any run."""
        return tuple(one for i, one in enumerate(self.factors) if not any(self._changes[name][i] for name in names))

    @property
    def dead(self) -> tuple[Factor, ...]:
        """The factors that changed no measure at all."""
        return self.inert(tuple(self.values))

    @property
    def idle(self) -> tuple[Factor, ...]:
        """The factors that changed no main measure, though they changed another."""
        dead = {one.path for one in self.dead}
        return tuple(one for one in self.inert(self.main) if one.path not in dead)

    def as_json(self) -> dict[str, Any]:
        """Return all that was found as JSON values."""
        return {
            "method": self.method, "samples": self.design.groups, "points": len(self.design.u),
            "replications": self.replications, "ranked_by": RANKED_BY[self.method],
            "factors": [one.as_json() for one in self.factors],
            "measures": dict(self._measures()),
            "inert": [one.path for one in self.dead], "idle_on_main_measures": [one.path for one in self.idle],
        }  # fmt: skip

    def _measures(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name in self.measures:
            luck = self.luck(name)
            yield name, self.interval(name).as_json() | {
                "luck": _plain(luck.share), "luck_left": _plain(luck.left),
                "factors": {one.factor.path: one.as_json() for one in self.ranked(name)},
            }  # fmt: skip


def index_table(found: Finding) -> dict[str, Any]:
    """Return the indices as a tidy table: one row per measure, factor and index."""
    rows = [
        (measure, one.factor.path, one.factor.kind, name, number.value, number.low, number.high)
        for measure in found.measures
        for one in found.of(measure)
        for name, number in one.numbers.items()
    ]
    names = ("measure", "factor", "kind", "index", "value", "low", "high")
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    numeric = ("value", "low", "high")
    return {
        name: np.array(column, dtype=np.float64) if name in numeric else [str(text) for text in column]
        for name, column in zip(names, columns, strict=True)
    }


def _rank(value: float) -> float:
    return value if math.isfinite(value) else -math.inf


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
