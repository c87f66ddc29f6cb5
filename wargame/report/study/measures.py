"""An ensemble in short: what each main measure came to, in words that fit its kind.

A share of runs is told as such, with its 95 % interval; a scale of few steps by the steps that are commonest and the highest one
seen; any other number by its median and the range that holds nine runs in ten. All of them are of the runs that have the measure;
how many do not is said beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from wargame.engine.types import Array
from wargame.plots.ensemble_base import percent
from wargame.studies.statistics.missing import of_share, there
from wargame.studies.sweep.find.results import Results
from wargame.studies.sweep.plan.study import shares
from wargame.studies.words import number

MOST_CASES = 4  # side by side
Wording = Callable[[Array], str]
_SCALE = re.compile(r"([A-Z]?)\d-[A-Z]?(\d)")  # 0-9, T0-T5
_NAMED = 3  # steps of a scale that are named one by one
_RARE = 0.005  # a share below which a step is not worth naming


@dataclass(frozen=True)
class MeasureSummary:
    """One main measure: what it means, what it came to in one figure over all runs, and in words for each case."""

    measure: str
    says: str
    figure: str
    kind: str  # "share", "scale" or "number"
    texts: tuple[str, ...]


def measure_summaries(results: Results) -> list[MeasureSummary]:
    """Return what the main measures came to: shares first, then scales, then other numbers, each by name."""
    binary = shares(results.study)
    specs = {measure.name: measure.spec for measure in results.study.base.measures}
    found = []
    for name in results.main:
        table = results.table(name)
        says, absent = results.says(name), specs[name].absent
        if name in binary:
            found.append(_summary(name, says.removeprefix("whether "), "share", table, _percent, partial(_or, absent, _share)))
            continue
        letter = _letter(specs[name].unit, table)
        if letter is None:
            found.append(_summary(name, says, "number", table, _middle, partial(_or, absent, _number)))
        else:
            tell = partial(_or, absent, partial(_scale, letter))
            found.append(_summary(name, says.partition(", from ")[0], "scale", table, partial(_commonest, letter), tell))
    order = ("share", "scale", "number")
    return sorted(found, key=lambda one: (order.index(one.kind), one.measure))


def _summary(name: str, says: str, kind: str, table: Array, figure: Wording, tell: Wording) -> MeasureSummary:
    own = table[there(table)]
    return MeasureSummary(name, says, figure(own) if len(own) else "–", kind, tuple(tell(row) for row in table[:MOST_CASES]))


def _letter(unit: str, table: Array) -> str | None:
    """Return the letter before the steps of a scale (often none), or None for what is no scale of few whole steps."""
    scale = _SCALE.fullmatch(unit)
    if scale is None or not np.array_equal(table, np.rint(table), equal_nan=True):
        return None
    return scale[1] if int(scale[2]) > 1 else None


def _percent(row: Array) -> str:
    return percent(float(row.mean()))


def _share(row: Array) -> str:
    found = of_share(row)
    low, high = (f"{100 * side:.{1 if found.high - found.low < 0.02 else 0}f}" for side in (found.low, found.high))
    return f"{percent(found.mean)} of the runs ({low} to {high} %)"


def _steps(row: Array) -> list[tuple[int, float]]:
    steps, counts = np.unique(row.astype(int), return_counts=True)
    found = [(int(step), int(count) / len(row)) for step, count in zip(steps, counts, strict=True)]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _commonest(letter: str, row: Array) -> str:
    return f"{letter}{_steps(row)[0][0]}"


def _scale(letter: str, row: Array) -> str:
    found = _steps(row)
    if len(found) == 1:
        return f"always {letter}{found[0][0]}"
    told = [f"{letter}{step} in {percent(share)}" for step, share in found[:_NAMED] if share >= _RARE]
    top = max(step for step, _ in found)
    more = "" if top in [step for step, _ in found[: len(told)]] else f"; at most {letter}{top}"
    return ", ".join(told) + more


def _middle(row: Array) -> str:
    return _rounded([float(np.median(row))])[0]


def _or(absent: str, tell: Wording, row: Array) -> str:
    """Tell what is there, and in how many runs it is missing."""
    own = row[there(row)]
    if not len(own):
        return f"{absent} in all runs"
    return tell(own) + (f"; {absent} in {percent(1 - len(own) / len(row))}" if len(own) < len(row) else "")


def _number(row: Array) -> str:
    low, middle, high = (float(q) for q in np.quantile(row, (0.05, 0.5, 0.95)))
    if low == high:
        return f"always {number(middle)}" if row.min() == row.max() else number(middle)
    first, second, third = _rounded([middle, low, high])
    return f"{first} ({second} to {third})"


def _rounded(values: Sequence[float]) -> list[str]:
    """Return numbers as text, large ones to three figures that count: a median of histories is no exact thing."""
    return [number(value) if abs(value) < 1000 else f"{float(f'{value:.3g}'):,.0f}" for value in values]
