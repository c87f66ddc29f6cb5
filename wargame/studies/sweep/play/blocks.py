"""Playing one block: the measures of every run, and what is kept of its days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.simulation.play import play_columns
from wargame.studies.sweep.plan.designs import Block
from wargame.studies.sweep.plan.study import Study, pieces
from wargame.studies.sweep.play.histograms import Counts, counts_of

_CLASSES = re.compile(r"[A-Z]?0-[A-Z]?(?P<top>[2-9])")
LEVELS = 10  # levels 0 .. 9


@dataclass(frozen=True)
class Days:
    """What is kept of the days of a block.

    ``values`` (exact bands): ``(variables, days, runs)``; ``counts`` (streamed bands): histograms of each group of runs;
    ``levels``: how many runs of each group stood on each level, ``(groups, graded, days, levels)``. Groups are those of
    ``Design.parts``, in their order;
    ``kept``: values of the runs whose trajectory is kept, ``(variables, days, kept runs)``, with their columns in ``columns``.
    """

    levels: np.ndarray[Any, np.dtype[np.int64]]
    kept: Array
    columns: tuple[int, ...]
    values: Array | None = None
    counts: tuple[Counts, ...] = ()


@dataclass(frozen=True)
class PlayedBlock:
    """A block that has been played: measures and uncertainties of every run, each ``(runs,)``, and its days."""

    block: Block
    measures: Mapping[str, Array]
    uncertain: Mapping[str, Array]
    days: Days


@dataclass
class Graded:
    """The variables that stand on levels: watched ones with such a unit, and measures that are classes or 0/1."""

    watched: list[int] = field(default_factory=list)
    measured: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def graded(bound: Bound) -> Graded:
    """Return what stands on levels from 0 to at most 9 in a scenario, watched variables first."""
    found = Graded()
    for i, name in enumerate(bound.watch_names):
        if _CLASSES.fullmatch(bound.scenario.watch[name].unit):
            found.watched.append(i)
            found.names.append(name)
    for i, measure in enumerate(bound.measures):
        spec = measure.spec
        classes = _CLASSES.fullmatch(spec.unit) and spec.over in ("end", "max")
        ever = spec.over == "ever" or (spec.unit == "0/1" and spec.over in ("end", "max", "min"))
        if (classes or ever) and measure.name not in found.names and measure.last == bound.scenario.horizon - 1:
            found.measured.append(i)
            found.names.append(measure.name)
    return found


def play(study: Study, block: Block) -> PlayedBlock:
    """Play a block. The same runs give the same bits in whatever block they are played."""
    cases, replications = block.cases(), block.replications()
    bound = study.bound(int(cases[0]))
    overrides, uncertain = _overrides(study, block, bound, replications)
    spec = graded(bound)
    outcome = play_columns(
        bound, seed=study.design.seed, replications=replications.tolist(), overrides=overrides or None, watch=True,
        standing=spec.measured,
    )  # fmt: skip
    return PlayedBlock(block, outcome.measures, uncertain, _days(study, block, spec, outcome.series))


def _overrides(
    study: Study, block: Block, bound: Bound, replications: np.ndarray[Any, np.dtype[np.int64]]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the overrides of a block's runs, and the uncertainties among them (a case that sets one has its own value)."""
    plain = {given.path: given.quantity.value for given in bound.givens}
    found: dict[str, Array] = {}
    for case, columns in pieces(block):
        for path, values in study.overrides(case, replications[columns]).items():
            found.setdefault(path, np.full(block.runs, plain[path]))[columns] = values
    gone = np.full(block.runs, np.nan)  # a number that plays no part in this case
    return found, {path: found.get(path, gone) for path in study.uncertain_paths}


def _days(study: Study, block: Block, spec: Graded, series: Array) -> Days:
    """Return what is kept of the days: the first rows of ``series`` are the watched variables, the last graded measures."""
    design = study.design
    kept = tuple(
        i for i, (case, replication) in enumerate(zip(block.cases(), block.replications(), strict=True))
        if replication < design.kept(int(case))
    )  # fmt: skip
    parts = design.parts(block)
    watched = len(series) - len(spec.measured)
    values, standing = series[:watched], series[watched:]
    levels = np.zeros((len(parts), len(spec.names), series.shape[1], LEVELS), dtype=np.int64)
    for day in range(series.shape[1]):
        _count_levels(levels[:, :, day], values[spec.watched, day], standing[:, day], parts)
    trajectories = values[:, :, list(kept)]
    if design.exact:
        return Days(levels, trajectories, kept, values=values)
    counts = tuple(counts_of(values[:, :, columns]) for _, columns in parts)
    return Days(levels, trajectories, kept, counts=counts)


def _count_levels(
    out: np.ndarray[Any, np.dtype[np.int64]], watched: Array, standing: Array, parts: list[tuple[int, slice]]
) -> None:
    """Add to ``(groups, graded, levels)`` how many runs stand on each level today; a run that has none stands on none."""
    rows = np.concatenate([watched, standing])
    known = np.isfinite(rows)
    rows = np.where(known, np.clip(np.rint(np.where(known, rows, 0.0)), 0, LEVELS - 1), LEVELS).astype(np.int64)
    names = np.arange(len(rows))[:, None] * (LEVELS + 1)
    for group, (_, columns) in enumerate(parts):
        found = np.bincount((rows[:, columns] + names).ravel(), minlength=len(rows) * (LEVELS + 1))
        out[group] += found.reshape(len(rows), LEVELS + 1)[:, :LEVELS]
