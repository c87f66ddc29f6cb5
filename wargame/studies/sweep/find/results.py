"""The result of a sweep, wherever it lies: measures of every run, the course over the days, and statements about both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wargame.engine.types import Array
from wargame.errors import allowed, did_you_mean, mistake
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.measure import Measure
from wargame.simulation.play import play_one
from wargame.simulation.record import Record
from wargame.studies.statistics.missing import Interval, of_cases, of_mean, of_share
from wargame.studies.sweep.find.courses import Course
from wargame.studies.sweep.plan.designs import Case
from wargame.studies.sweep.plan.study import Study, may_miss, shares

Read = Callable[[Sequence[str]], Mapping[str, Any]]  # names of columns -> (runs,) each


@dataclass(frozen=True, repr=False)
class Results(Display):
    """An ensemble. Columns are read when they are asked for; ``run = case * replications + replication``."""

    study: Study
    replications: int
    fingerprint: str
    read: Read
    course: Course
    facts: Mapping[str, Any] = field(default_factory=dict)  # what the manifest says

    def _facts(self) -> Facts:
        title = f"Results of {self.study.base.scenario.name}: {counted(self.runs, 'run')}"
        return title, {"cases": listed([case.name for case in self.cases]), "measures": listed(self.measures)}

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases."""
        return self.study.design.cases

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.replications * len(self.cases)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, sorted."""
        return self.study.measures

    @property
    def main(self) -> tuple[str, ...]:
        """The measures that the scenario calls its main ones; all when it names none."""
        main = tuple(m.name for m in self.study.base.measures if m.spec.main)
        return main or self.measures

    def spec(self, measure: str) -> Measure:
        """Return how a measure is declared."""
        return next(m.spec for m in self.study.base.measures if m.name == measure)

    def says(self, measure: str) -> str:
        """Return what a measure means."""
        return self.spec(measure).says or measure.replace("_", " ")

    def column(self, name: str) -> Array:
        """Return a measure or an uncertainty of every run, shape ``(runs,)``."""
        return np.asarray(self.read([name])[name], dtype=np.float64)

    def table(self, name: str) -> Array:
        """Return a measure by case and replication, shape ``(cases, replications)``."""
        return self.column(name).reshape(len(self.cases), self.replications)

    def at(self, run: int) -> tuple[int, int]:
        """Return case and replication of a run. Raises IndexError."""
        if not 0 <= run < self.runs:
            raise IndexError(f"run {run} of {self.runs}")
        return divmod(run, self.replications)

    def values_of(self, run: int) -> dict[str, float]:
        """Return the stored measures of one run."""
        return {name: float(values[run]) for name, values in self.read(self.measures).items()}

    def replay(self, run: int) -> Record:
        """Return one run again with its full trace; its measures are the same to the bit. Raises IndexError."""
        return replayed(self.study, *self.at(run))

    def bands(self, name: str, case: int = 0) -> Array:
        """Return quantiles of a watched variable of a case over the days, shape ``(quantiles, days)``.

        Raises :class:`wargame.errors.InputError` for a variable that is not watched.
        """
        variables = self.course.variables
        if name not in variables:
            hint = did_you_mean(name, variables) or f"; allowed: {allowed(variables)}"
            raise mistake(f'unknown variable "{name}"{hint}', file="variable")
        return np.asarray(self.course.bands[self.study.design.group(case), variables.index(name)])


def replayed(study: Study, case: int, replication: int) -> Record:
    """Return one run with its full trace: the same numbers, to the bit, as in any batch."""
    overrides = study.overrides(case, np.array([replication]))
    return play_one(study.bound(case), seed=study.design.seed, replication=replication, overrides=overrides or None)


def intervals(results: Results, names: Sequence[str] = ()) -> Iterator[tuple[str, Interval, list[Interval]]]:
    """Yield each measure with the interval of its mean over everything, and with those of the cases.

    All of them are of the runs in which the measure is there; where it may be missing they have the share of these.
    """
    binary, missing = shares(results.study), may_miss(results.study)
    wanted = list(names or results.measures)
    for start in range(0, len(wanted), 8):
        columns = results.read(wanted[start : start + 8])
        for name in wanted[start : start + 8]:
            table = np.asarray(columns[name], dtype=np.float64).reshape(len(results.cases), results.replications)
            share = name in binary
            may = name in missing or bool(np.isnan(table).any())
            each = [(of_share if share else of_mean)(row, may=may) for row in table]
            yield name, of_cases(table, share=share, may=may), each


def summary(results: Results) -> dict[str, Any]:
    """Return mean, standard deviation and 95 % interval of every measure, by case where there are several.

    Of one that may be missing they are those of the runs in which it is there, and their share is told too.
    """
    found: dict[str, Any] = {}
    for name, whole, each in intervals(results):
        entry: dict[str, Any] = whole.as_json()
        if len(each) > 1:
            entry["cases"] = [
                {"case": case.index, "name": case.name, "levers": case.changes, **one.as_json()}
                for case, one in zip(results.cases, each, strict=True)
            ]
        found[name] = entry
    return found


def case_table(study: Study) -> dict[str, Any]:
    """Return a table with one row per case: its index, its name where the user gave it, and the value of every lever."""
    design = study.design
    found: dict[str, Any] = {"case": np.arange(len(design.cases), dtype=np.int64)}
    if design.named:
        found["name"] = [case.name for case in design.cases]
    for path in design.paths():
        values = [case.changes[path] if path in case.changes else _as_it_is(study, path) for case in design.cases]
        found[lever_column(study, path)] = typed(values)
    return found


def lever_column(study: Study, path: str) -> str:
    """Return the name of a lever's column: its path, unless something else has that name."""
    return f"lever.{path}" if path in {"case", "replication", "run", "name", *study.measures} else path


def _as_it_is(study: Study, path: str) -> Any:
    """Return what the scenario has at a path; None when it says nothing there."""
    for given in study.base.givens:
        if given.path == path:
            return given.quantity.value
    here: Any = study.base.resolved
    for part in path.split("."):
        here = here.get(part) if isinstance(here, Mapping) else None
    return here


def typed(values: Sequence[Any]) -> Any:
    """Return a column of one type: numbers, true or false, or text."""
    present = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in present) and len(present) == len(values):
        return np.array(values, dtype=np.bool_)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in present):
        return np.array([np.nan if value is None else float(value) for value in values])
    return [None if value is None else _text(value) for value in values]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "+".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
