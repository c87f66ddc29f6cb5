"""What a sensitivity study found: indices by measure and factor, the share of luck, and the factors that do nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.types import Array, Mask
from wargame.results.files import finite
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.measure import Measure
from wargame.simulation.record import fingerprint
from wargame.studies.sensitivity.designs import MORRIS, SOBOL, Design
from wargame.studies.sensitivity.estimators import Indices, Luck, Need, indices, luck_of
from wargame.studies.sensitivity.factors import Factor
from wargame.studies.statistics.estimates import Estimate
from wargame.studies.statistics.missing import Interval, of_cases

RANKED_BY = {MORRIS: "mu_star", SOBOL: "total"}
SHARES = ("first", "total")  # indices that are shares of a variance


@dataclass(frozen=True)
class Entry:
    """One factor on one measure. Indices that are shares are held within 0 and 1, where the truth lies; ``raw`` has them as they
    were estimated. ``clear``: more than nothing, as far as points and luck can tell. ``need``: what an interval would take.
    """

    factor: Factor
    numbers: Mapping[str, Estimate]
    raw: Mapping[str, float]
    clear: bool
    idle: bool  # not one bit of this measure changed in any run
    need: Need | None = None

    @property
    def known(self) -> bool:
        """Whether any of its numbers has an interval."""
        return any(math.isfinite(number.low) for number in self.numbers.values())

    def as_json(self) -> dict[str, Any]:
        """Return the numbers by name."""
        found: dict[str, Any] = {
            name: {"value": finite(one.value), "low": finite(one.low), "high": finite(one.high), "raw": finite(self.raw[name])}
            for name, one in self.numbers.items()
        }
        need = {"what": self.need.what, "count": self.need.count, "why": self.need.why} if self.need else None
        return found | {"clear": self.clear, "idle": self.idle, "needs": need}


@dataclass(frozen=True, repr=False)
class Finding(Display):
    """A sensitivity study with the values of every run: ``values[measure]`` is ``(points, replications)``."""

    base: Bound
    design: Design
    factors: tuple[Factor, ...]
    values: Mapping[str, Array]
    seed: int
    asked: tuple[str, ...] = ()  # measures that were asked for

    def _facts(self) -> Facts:
        title = f"Finding on {self.base.scenario.name} ({self.method}): {counted(self.runs, 'run')}"
        return title, {"factors": listed([one.path for one in self.factors]), "measures": listed(self.measures)}

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

    def there(self, measure: str) -> Mask:
        """Return in which runs a measure has a value, ``(points, replications)``."""
        return np.isfinite(self.values[measure])

    def missing(self, measure: str) -> bool:
        """Return whether a measure has no value in some run. Its indices are then those of whether it has one: the values that
        are there are of other runs at one point than at another, and their difference would be no effect.
        """
        return not bool(self.there(measure).all())

    @cached_property
    def _looked_at(self) -> dict[str, Array]:
        return {name: self.there(name).astype(np.float64) if self.missing(name) else self.values[name] for name in self.measures}

    @property
    def lively(self) -> tuple[str, ...]:
        """Those of them that are not the same in every run."""
        return tuple(name for name in self.measures if float(np.ptp(self._looked_at[name])) > 0)

    def _spec(self, measure: str) -> Measure:
        return next(m.spec for m in self.base.measures if m.name == measure)

    def says(self, measure: str) -> str:
        """Return what a measure means, and in how many runs it is there where it is not in all."""
        spec = self._spec(measure)
        says = spec.says or measure.replace("_", " ")
        if not self.missing(measure):
            return says
        return f"whether there is one at all, as in {int(self.there(measure).sum()):,} of {self.runs:,} runs: {says}"

    def share(self, measure: str) -> bool:
        """Return whether a measure is 0 or 1 in every run."""
        spec = self._spec(measure)
        return spec.unit == "0/1" or spec.over == "ever"

    def interval(self, measure: str) -> Interval:
        """Return the mean of a measure over the runs in which it is there, with its interval over the units of the design."""
        spec = self._spec(measure)
        table = self.values[measure].reshape(self.design.units, -1).T
        return of_cases(table, share=self.share(measure), may=bool(spec.missing))

    @cached_property
    def _luck(self) -> dict[str, Luck]:
        return {name: luck_of(self._looked_at[name]) for name in self.measures}

    def luck(self, measure: str) -> Luck:
        """Return how much of a measure's variance is luck."""
        return self._luck[measure]

    @cached_property
    def _found(self) -> dict[str, tuple[Entry, ...]]:
        side = np.array([one.place(self.design.u[:, i]) for i, one in enumerate(self.factors)])
        return {name: self._entries(name, indices(self.design, self._looked_at[name], side)) for name in self.lively}

    def _entries(self, measure: str, found: Indices) -> tuple[Entry, ...]:
        entries = []
        for i, factor in enumerate(self.factors):
            raw = {
                name: values[i] if factor.ordered or name != "mu" else Estimate(math.nan, math.nan, math.nan, 0)
                for name, values in found.numbers.items()
            }
            idle = not self._changes[measure][i]
            numbers = {name: _held(one) if name in SHARES else one for name, one in raw.items()}
            entries.append(
                Entry(factor, numbers, {name: one.value for name, one in raw.items()}, found.moves[i] and not idle, idle,
                      None if idle else found.needs[i])
            )  # fmt: skip
        return tuple(entries)

    @property
    def told(self) -> tuple[str, ...]:
        """The lively measures on which something can be said of some factor; on the others luck is all that shows."""
        return tuple(
            name for name in self.lively if any(not one.idle and (one.need is None or one.known) for one in self.of(name))
        )

    def need(self, measure: str) -> Need | None:
        """Return the most that any factor's interval on a measure would take; none where all have theirs."""
        needs = [one.need for one in self.of(measure) if one.need]
        return max(needs, key=lambda one: one.count, default=None)

    def of(self, measure: str) -> tuple[Entry, ...]:
        """Return the factors on a measure, in their own order; empty where the measure never varies."""
        return self._found.get(measure, ())

    def ranked(self, measure: str) -> list[Entry]:
        """Return the factors on a measure, the strongest first."""
        key = RANKED_BY[self.method]
        return sorted(self.of(measure), key=lambda one: (-_rank(one.numbers[key].value), one.factor.path))

    def together(self, measure: str) -> float:
        """Return the share of the variance of the expected value that no factor causes alone; only after Sobol'."""
        return max(1.0 - sum(max(one.numbers["first"].value, 0.0) for one in self.of(measure)), 0.0)

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
            luck, need = self.luck(name), self.need(name)
            yield name, self.interval(name).as_json() | {
                "of": "share" if self.missing(name) else "value",
                "luck": finite(luck.share), "luck_left": finite(luck.left),
                "needs": {"what": need.what, "count": need.count} if need else None,
                "factors": {one.factor.path: one.as_json() for one in self.ranked(name)},
            }  # fmt: skip


def _held(one: Estimate) -> Estimate:
    """Return a share within 0 and 1."""
    value, low, high = (float(np.clip(number, 0.0, 1.0)) for number in (one.value, one.low, one.high))
    return Estimate(value, low, high, one.n)


def index_table(found: Finding) -> dict[str, Any]:
    """Return the indices as a tidy table: one row per measure, factor and index. ``of`` says whether they are those of the
    measure's value or of the share of runs in which it has one.
    """
    of = {name: "share" if found.missing(name) else "value" for name in found.measures}
    rows = [
        (measure, one.factor.path, one.factor.kind, name, *_ends(number), one.raw[name], of[measure])
        for measure in found.measures
        for one in found.of(measure)
        for name, number in one.numbers.items()
    ]
    names = ("measure", "factor", "kind", "index", "value", "low", "high", "raw", "of")
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    numeric = ("value", "low", "high", "raw")
    return {
        name: np.array(column, dtype=np.float64) if name in numeric else [str(text) for text in column]
        for name, column in zip(names, columns, strict=True)
    }


def _ends(one: Estimate) -> tuple[float, float, float]:
    return one.value, one.low, one.high


def _rank(value: float) -> float:
    return value if math.isfinite(value) else -math.inf
