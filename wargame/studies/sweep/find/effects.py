"""What the levers and the uncertainties do, which runs are typical, and which are extreme."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array
from wargame.studies.statistics.estimates import Z95
from wargame.studies.statistics.summaries import spearman
from wargame.studies.sweep.find.results import Results
from wargame.studies.words import number

MOST_RUNS = 50_000  # looked at for typical runs and rank correlations


@dataclass(frozen=True)
class Effect:
    """How much a lever or an uncertainty moves each measure that varies; ``dead``: no measure changes at all."""

    path: str
    kind: str  # "lever" or "uncertainty"
    sizes: Mapping[str, float]
    dead: bool


@dataclass(frozen=True)
class NotableRun:
    """A run to look at: its distance from the middle of the ensemble, and what is special about it."""

    run: int
    case: int
    replication: int
    distance: float
    why: str


def effects(results: Results) -> list[Effect]:
    """Return what each lever and each uncertainty does to the measures, levers first.

    A lever's size is the spread of the means over its values in standard deviations of all runs; where its values are many (a
    range), the rank correlation. An uncertainty's size is its rank correlation, 0 where chance alone may give as much. Both are
    of the runs in which the measure is there. A lever is dead when all measures are the same, run by run, whatever its value.
    """
    found = []
    tables = {name: results.table(name) for name in results.measures}
    for path in results.study.design.paths():
        values = [str(case.changes.get(path, "")) for case in results.cases]
        found.append(_of_lever(results, path, values, tables))
    for path in results.study.uncertain_paths:
        x = _thinned(results.column(path))
        sizes = {name: _correlation(x, _thinned(tables[name].ravel())) for name in results.main if varies(x)}
        found.append(Effect(path, "uncertainty", sizes, False))
    return found


def _correlation(x: Array, y: Array) -> float:
    """Return the size of the rank correlation over the runs that have both; 0 where chance alone may give as much."""
    known = np.isfinite(x) & np.isfinite(y)
    if not (varies(x[known]) and varies(y[known])):
        return 0.0
    size = abs(float(spearman(x[known], y[known])))
    return size if size > Z95 / math.sqrt(int(known.sum())) else 0.0


def varies(values: Array) -> bool:
    """Return whether numbers differ, those that are there."""
    own = values[~np.isnan(values)]
    return len(own) > 1 and float(np.ptp(own)) > 0


def _of_lever(results: Results, path: str, values: list[str], tables: Mapping[str, Array]) -> Effect:
    groups = {value: [i for i, own in enumerate(values) if own == value] for value in dict.fromkeys(values)}
    sizes: dict[str, float] = {}
    numeric = len(groups) > 8
    for name in results.main:
        table = tables[name]
        if not varies(table.ravel()):
            sizes[name] = 0.0
        elif numeric:
            means = np.array([_mean(row) for row in table])
            known = ~np.isnan(means)
            x = np.array([float(value) for value in values])[known]
            sizes[name] = abs(float(spearman(x, means[known]))) if known.sum() > 1 else 0.0
        else:
            middles = [one for own in groups.values() if not math.isnan(one := _mean(table[own]))]
            sizes[name] = (max(middles) - min(middles)) / float(np.nanstd(table))
    return Effect(path, "lever", sizes, _dead(results, path, tables))


def _dead(results: Results, path: str, tables: Mapping[str, Array]) -> bool:
    """Return whether cases that differ in one lever alone are the same in every measure of every run."""
    first: dict[str, int] = {}
    compared = False
    for case in results.cases:
        rest = str([(p, v) for p, v in case.settings if p != path])
        if rest not in first:
            first[rest] = case.index
            continue
        compared = True
        if any(not np.array_equal(table[first[rest]], table[case.index], equal_nan=True) for table in tables.values()):
            return False
    return compared


def _mean(values: Array) -> float:
    """Return the mean of those numbers that are there; not-a-number without any."""
    own = values[~np.isnan(values)]
    return float(own.mean()) if len(own) else math.nan


def _thinned(values: Array) -> Array:
    step = -(-len(values) // MOST_RUNS)
    return values[::step]


def notable_runs(results: Results, count: int = 10) -> tuple[list[NotableRun], list[NotableRun]]:
    """Return the most typical and the most extreme runs: nearest to and farthest from the medians of the main measures.

    Distances are in standard deviations of each measure, averaged over those that a run has; of very large ensembles every k-th
    run is looked at.
    """
    step = -(-results.runs // MOST_RUNS)
    found = {name: column for name in results.main if varies(column := results.column(name)[::step])}
    if not found:
        return [], []
    names, columns = list(found), np.stack(list(found.values()))
    spread = np.nanstd(columns, axis=1, keepdims=True)
    away = (columns - np.nanmedian(columns, axis=1, keepdims=True)) / spread
    there = ~np.isnan(away)
    away = np.where(there, away, 0.0)
    distance = np.sqrt((away**2).sum(axis=0) / np.maximum(there.sum(axis=0), 1))
    order = np.argsort(distance, kind="stable")

    def tell(place: int) -> NotableRun:
        run = int(place) * step
        case, replication = results.at(run)
        strong = sorted(range(len(names)), key=lambda i: (-abs(away[i, place]), names[i]))[:3]
        why = ", ".join(f"{names[i]} {_in_words(results, names[i], columns[i, place])}" for i in strong)
        return NotableRun(run, case, replication, float(distance[place]), why)

    return [tell(place) for place in order[:count]], [tell(place) for place in order[::-1][:count]]


def _in_words(results: Results, name: str, value: float) -> str:
    return results.spec(name).absent if math.isnan(value) else number(value)
