"""From played blocks to tables: bands, levels and trajectories over the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.results.columns import QUANTILE_NAMES, QUANTILES
from wargame.studies.sweep.plan.designs import Block
from wargame.studies.sweep.plan.study import Study
from wargame.studies.sweep.play.blocks import LEVELS, Days, graded
from wargame.studies.sweep.play.histograms import ERROR, Counts, missing_of, quantiles_of

__all__ = ["ERROR", "Course", "course", "dates", "from_tables", "tables"]
DaysOf = Callable[[Block], Days]


@dataclass(frozen=True)
class Course:
    """How the runs of an ensemble went day by day, by group of runs (a case, or -1 for all cases together).

    ``bands`` ``(groups, variables, quantiles, days)`` are of the runs in which a variable is there on a day; ``shares``
    ``(groups, variables, days)`` is how many of all these are. ``levels`` ``(groups, graded, days, levels)`` counts runs;
    ``kept`` ``(variables, days, trajectories)`` with ``kept_runs``.
    """

    groups: tuple[int, ...]
    variables: tuple[str, ...]
    bands: Array
    graded: tuple[str, ...]
    levels: np.ndarray[Any, np.dtype[np.int64]]
    kept: Array
    kept_runs: tuple[int, ...]
    shares: Array


@dataclass(frozen=True)
class _Histograms:
    """The histograms of one group, read anew each time."""

    places: Sequence[tuple[Block, int]]
    days_of: DaysOf

    def __iter__(self) -> Iterator[Counts]:
        for block, place in self.places:
            yield self.days_of(block).counts[place]


def course(study: Study, blocks: Sequence[Block], days_of: DaysOf, replications: int) -> Course:
    """Return the course of an ensemble from its blocks in run order, reading each block's days as often as needed."""
    design, bound = study.design, study.base
    groups, days = design.groups, bound.scenario.horizon
    names = tuple(graded(bound).names)
    levels = np.zeros((len(groups), len(names), days, LEVELS), dtype=np.int64)
    kept: list[Array] = []
    runs: list[int] = []
    for block in blocks:
        found = days_of(block)
        for place, (group, _) in enumerate(design.parts(block)):
            levels[group] += found.levels[place]
        if found.columns:
            kept.append(found.kept)
            cases, own = block.cases(), block.replications()
            runs += [int(cases[i] * replications + own[i]) for i in found.columns]
    bands, shares = _bands(study, blocks, days_of)
    shape = (len(bound.watch_names), days, 0)
    trajectories = np.concatenate(kept, axis=-1) if kept else np.empty(shape)
    return Course(groups, bound.watch_names, bands, names, levels, trajectories, tuple(runs), shares)


def _bands(study: Study, blocks: Sequence[Block], days_of: DaysOf) -> tuple[Array, Array]:
    """Return the quantiles of every watched variable over the days, and in which share of the runs it is there."""
    design, bound = study.design, study.base
    variables, days = len(bound.watch_names), bound.scenario.horizon
    found = np.zeros((len(design.groups), variables, len(QUANTILES), days))
    shares = np.ones((len(design.groups), variables, days))
    places: dict[int, list[tuple[Block, int]]] = {}
    for block in blocks:
        for place, (group, _) in enumerate(design.parts(block)):
            places.setdefault(group, []).append((block, place))
    for group, own in places.items():
        if design.exact:
            values = np.concatenate([_values(days_of(b), design.parts(b)[place][1]) for b, place in own], axis=-1)
            found[group] = np.moveaxis(_quantiles(values), 0, 1)
            shares[group] = 1.0 - np.isnan(values).mean(axis=-1)
        else:
            histograms = _Histograms(own, days_of)
            flat = quantiles_of(histograms, variables * days, QUANTILES)
            found[group] = np.moveaxis(flat.reshape(len(QUANTILES), variables, days), 0, 1)
            runs = sum(design.parts(block)[place][1].stop - design.parts(block)[place][1].start for block, place in own)
            shares[group] = 1.0 - missing_of(histograms, variables * days).reshape(variables, days) / runs
    return found, shares


def _quantiles(values: Array) -> Array:
    """Return quantiles over the runs in which a variable is there, ``(quantiles, variables, days)``; not-a-number without any."""
    gone = np.isnan(values)
    if not gone.any():
        return np.asarray(np.quantile(values, QUANTILES, axis=-1))
    found = np.full((len(QUANTILES), *values.shape[:-1]), np.nan)
    some = ~gone.all(axis=-1)
    found[:, some] = np.nanquantile(values[some], QUANTILES, axis=-1)
    return found


def _values(days: Days, columns: slice) -> Array:
    assert days.values is not None
    return days.values[:, :, columns]


def dates(bound: Bound) -> list[str]:
    """Return the days played, as ISO dates."""
    start = bound.scenario.start
    return [(start + dt.timedelta(days=i)).isoformat() for i in range(bound.scenario.horizon)]


def tables(study: Study, found: Course) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables of a course, file name and columns, in an order that does not depend on how it was played."""
    when, names = np.array(dates(study.base), dtype=object), np.array(found.variables, dtype=object)
    days, groups, variables, kept = len(when), len(found.groups), len(names), len(found.kept_runs)
    yield (
        "bands.parquet",
        {
            "case": np.repeat(np.array(found.groups, dtype=np.int64), variables * days),
            "variable": np.tile(np.repeat(names, days), groups),
            "date": np.tile(when, groups * variables),
            "share": found.shares.ravel(),
            **{name: found.bands[:, :, i].ravel() for i, name in enumerate(QUANTILE_NAMES)},
        },
    )
    used = np.nonzero(found.levels)
    yield (
        "levels.parquet",
        {
            "case": np.array(found.groups, dtype=np.int64)[used[0]],
            "variable": np.array(found.graded, dtype=object)[used[1]],
            "date": when[used[2]],
            "level": used[3].astype(np.int64),
            "runs": found.levels[used],
        },
    )
    yield (
        "trajectory.parquet",
        {
            "run": np.repeat(np.array(found.kept_runs, dtype=np.int64), days * variables),
            "date": np.tile(np.repeat(when, variables), kept),
            "variable": np.tile(names, days * kept),
            "value": np.transpose(found.kept, (2, 1, 0)).ravel(),
        },
    )


def from_tables(study: Study, read: Callable[[str], Mapping[str, Any]]) -> Course:
    """Return the course that :func:`tables` wrote; ``read`` gives a file's columns. Raises ValueError if it does not fit."""
    design, bound = study.design, study.base
    days, variables, groups = bound.scenario.horizon, len(bound.watch_names), design.groups
    names = tuple(graded(bound).names)
    bands, counted, kept = read("bands.parquet"), read("levels.parquet"), read("trajectory.parquet")
    shape = (len(groups), variables, days)
    quantiles = np.stack([np.asarray(bands[name]).reshape(shape) for name in QUANTILE_NAMES], axis=2)
    levels = np.zeros((len(groups), len(names), days, LEVELS), dtype=np.int64)
    group = {label: i for i, label in enumerate(groups)}
    name = {label: i for i, label in enumerate(names)}
    day = {label: i for i, label in enumerate(dates(bound))}
    at = (
        [group[int(one)] for one in counted["case"]], [name[str(one)] for one in counted["variable"]],
        [day[str(one)] for one in counted["date"]], np.asarray(counted["level"], dtype=np.int64),
    )  # fmt: skip
    levels[at] = counted["runs"]
    runs = np.asarray(kept["run"])[:: max(days * variables, 1)]
    values = np.asarray(kept["value"]).reshape(len(runs), days, variables)
    return Course(
        groups, bound.watch_names, quantiles, names, levels, np.transpose(values, (2, 1, 0)), tuple(int(run) for run in runs),
        np.asarray(bands["share"]).reshape(shape),
    )  # fmt: skip
