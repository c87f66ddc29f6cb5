"""From a stored sweep to inputs and what is of interest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array, Mask
from wargame.errors import InputError, Mistake
from wargame.expressions import ExpressionError, compile_expression
from wargame.studies.discovery.prim import Input
from wargame.studies.scope import MeasureScope
from wargame.studies.sweep.find.results import Results, case_table
from wargame.studies.sweep.find.tautologies import own_inputs
from wargame.studies.sweep.plan.study import check_measure, shares

MOST_RUNS = 20_000  # looked at: of more, every k-th replication or case
UPPER = 0.75


@dataclass(frozen=True)
class Condition:
    """What is of interest, as a condition over the measures, and how it came about."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Table:
    """Inputs and interest of every run that is looked at, and the runs that belong together: ``unit`` ``(runs,)`` is the same for
    runs that share what is drawn or set, so that halves of units share nothing.

    Runs in which nobody can say whether they are of interest, for a measure is ``missing`` in them, are left out and counted.
    ``again`` are the places of inputs that the condition reads itself: a box on them would name the input again.
    """

    inputs: tuple[Input, ...]
    interest: Mask
    unit: NDArray[np.int64]
    measure: str
    condition: Condition
    says: str
    shared: str  # what a unit is: "replication" or "case"
    missing: int = 0
    again: tuple[int, ...] = ()
    runs: NDArray[np.int64] | None = None  # their numbers in the sweep

    @property
    def open(self) -> tuple[int, ...]:
        """The places of the inputs that a box may restrict."""
        return tuple(place for place in range(len(self.inputs)) if place not in self.again)

    @property
    def base(self) -> float:
        """The share of interest among all runs in which that can be said."""
        return float(self.interest.mean())

    def part(self, rows: Any) -> tuple[tuple[Input, ...], Mask]:
        """Return inputs and interest of some runs."""
        return tuple(Input(one.path, one.values[rows], one.names) for one in self.inputs), self.interest[rows]


def table_of(results: Results, measure: str, where: str | None, source: str) -> Table:
    """Return what discovery looks at. ``source`` is the folder, for messages. Raises :class:`InputError`."""
    check_measure(results.study, measure, "--measure")
    rows, unit, shared = _rows(results)
    condition, reads, interest = _interest(results, measure, where, rows)
    known = ~np.isnan(interest)
    rows, unit, hits = rows[known], unit[known], np.asarray(interest[known] != 0)
    inputs = _inputs(results, rows) if len(rows) else ()
    if not inputs and len(rows):
        what = "nothing was varied in it: sweep with --uncertain or --vary, or choose another sweep"
        raise InputError([Mistake(source, 0, 0, "", what)])
    missing = int((~known).sum())
    _check_enough(hits, condition, missing)
    own = own_inputs(results.study.base, reads, [one.path for one in inputs])
    again = tuple(place for place, one in enumerate(inputs) if one.path in own)
    return Table(inputs, hits, unit, measure, condition, results.says(measure), shared, missing, again, rows)


def _rows(results: Results) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Return the runs that are looked at, the unit of each, and what a unit is."""
    case, replication = np.divmod(np.arange(results.runs, dtype=np.int64), results.replications)
    uncertain = bool(results.study.uncertain_paths)
    unit = replication if uncertain or results.replications >= len(results.cases) else case
    step = -(-results.runs // MOST_RUNS)
    rows = np.flatnonzero(unit % step == 0)
    return rows, unit[rows], "replication" if unit is replication else "case"


def _interest(
    results: Results, measure: str, where: str | None, rows: NDArray[np.int64]
) -> tuple[Condition, tuple[str, ...], Array]:
    """Return the condition, the measures it reads, and where it holds: 1, 0, or not-a-number where nobody can say."""
    if where is None:
        values = np.asarray(results.column(measure), dtype=np.float64)[rows]
        condition, line, strict = _quartile(results, measure, values)
        above = values > line if strict else values >= line
        return condition, (measure,), np.where(np.isnan(values), np.nan, above)
    try:
        expression = compile_expression(where, MeasureScope(results.measures))
    except ExpressionError as error:
        raise InputError([Mistake("--where", 1, max(error.column, 1), "", error.message)]) from None
    columns = results.read(results.measures)
    table = np.zeros((len(results.measures), len(rows)))
    for i, name in enumerate(results.measures):
        if name in expression.names:
            table[i] = np.asarray(columns[name], dtype=np.float64)[rows]
    return Condition(where), expression.names, expression(table)


def _quartile(results: Results, measure: str, values: Array) -> tuple[Condition, float, bool]:
    """Return what is of interest of a measure by itself, and the line that its values lie above, or ``not strict``, on."""
    if measure in shares(results.study):
        return Condition(f"{measure} == 1"), 1.0, False
    known = values[~np.isnan(values)]
    quartile = float(np.quantile(known, UPPER)) if len(known) else np.nan
    line = float(f"{quartile:.4g}")
    if bool((known > line).any()):
        return Condition(f"{measure} > {line:g}", "above the upper quartile"), line, True
    return Condition(f"{measure} >= {quartile:g}", "the upper quartile is also the most"), quartile, False


def _check_enough(interest: Mask, condition: Condition, missing: int, least: int = 20) -> None:
    count, runs = int(interest.sum()), len(interest)
    if count < least or runs - count < least:
        gone = f", and nobody can say in {missing:,} more" if missing else ""
        what = f"{condition.text} holds in {count:,} of {runs:,} runs{gone}; at least {least} must be and {least} must not"
        raise InputError([Mistake("--where", 0, 0, "", what)])


def _inputs(results: Results, rows: NDArray[np.int64]) -> tuple[Input, ...]:
    """Return the uncertainties and levers that vary; an uncertainty that plays no part in some case is left out."""
    found = []
    for path in results.study.uncertain_paths:
        values = results.column(path)[rows]
        if np.isfinite(values).all() and float(np.ptp(values)) > 0:
            found.append(Input(path, values))
    case = rows // results.replications
    for name, column in case_table(results.study).items():
        if name in ("case", "name"):
            continue
        own = np.asarray(column, dtype=object)[case]
        if isinstance(column, np.ndarray) and column.dtype.kind == "f" and np.isfinite(column).all():
            found.append(Input(name, own.astype(np.float64)))
        else:
            found.append(_texts(name, own))
    return tuple(one for one in found if float(np.ptp(one.values)) > 0)


def _texts(path: str, values: NDArray[Any]) -> Input:
    texts = [_text(value) for value in values.tolist()]
    names = tuple(dict.fromkeys(texts))
    place = {name: i for i, name in enumerate(names)}
    return Input(path, np.array([place[text] for text in texts], dtype=np.float64), names)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "nothing" if value is None else str(value)
