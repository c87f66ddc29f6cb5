"""What ensembles come to: measures by case, times to events, convergence, what the levers do, paired differences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from wargame.analysis.statistics import Z95
from wargame.plots.ensemble import base
from wargame.plots.reading import listed
from wargame.plots.style import FAINT, GRID, INK, SOFT, light_grid, panels, wrap
from wargame.sweeps.compare import pairs
from wargame.sweeps.effects import Effect, effects
from wargame.sweeps.results import Results, intervals
from wargame.sweeps.study import shares
from wargame.types import Array

COLUMNS = 3
MOST_ROWS = 16  # cases in a dot plot
_CURVES = 6
_STRONGEST = 20


def lively(results: Results) -> tuple[str, ...]:
    """Return the main measures that differ between runs."""
    return tuple(name for name in results.main if float(np.ptp(results.column(name))) > 0)


def _rows(results: Results) -> int:
    return -(-len(lively(results)) // COLUMNS)


def _dots(results: Results, ax: Axes) -> Axes:
    names = lively(results)
    plots = panels(
        ax, _rows(results), COLUMNS, margins=(1.35 if len(results.cases) > 1 else 0.3, 0.3, 0.2, 0.45), gaps=(0.35, 0.7)
    )
    binary, cases = shares(results.study), results.cases[:MOST_ROWS]
    for i, (plot, (name, _, each)) in enumerate(zip(plots, intervals(results, names), strict=False)):
        table = results.table(name)
        for case, one in zip(cases, each, strict=False):
            y = len(cases) - 1 - case.index
            if name not in binary:
                low, quarter, middle, three, high = np.quantile(table[case.index], [0.05, 0.25, 0.5, 0.75, 0.95])
                plot.plot([low, high], [y, y], color=FAINT, linewidth=1)
                plot.plot([quarter, three], [y, y], color=base.hue(case.index), linewidth=5, alpha=0.35, solid_capstyle="butt")
                plot.plot(middle, y, "|", color=base.hue(case.index), markersize=9)
            plot.plot([one.low, one.high], [y, y], color=INK, linewidth=2.2)
            plot.plot(one.mean, y, "o", color=INK, markersize=3.4)
        plot.set_ylim(-0.6, len(cases) - 0.4)
        labels = [wrap(case.name, 24, 2) for case in reversed(cases)] if len(results.cases) > 1 and i % COLUMNS == 0 else []
        plot.set_yticks(range(len(cases)) if labels else [], labels, fontsize=6.5)
        plot.set_title(base.heading(results, name), fontsize=7.5, pad=4, fontweight="normal", color=INK)
        plot.grid(True, axis="x")
        plot.spines["left"].set_visible(False)
        plot.locator_params(axis="x", nbins=4)
        base.counts(plot.xaxis, plot.get_xlim()[1])
    for plot in plots[len(names) :]:
        plot.set_axis_off()
    return ax


def _dot_caption(results: Results) -> str:
    more = f" The first {MOST_ROWS} of {len(results.cases)} cases." if len(results.cases) > MOST_ROWS else ""
    return (
        "Black dot and bar: mean with its 95 % interval (for 0/1 measures the share, by Wilson). Coloured bar: the middle half "
        f"of the runs, tick the median; grey line: 5 to 95 %. The black bar shrinks with more runs, the others do not.{more}"
    )


def _dot_size(results: Results) -> tuple[float, float]:
    from wargame.plots.style import WIDTH

    high = 0.55 + 0.24 * min(len(results.cases), MOST_ROWS)
    return WIDTH, _rows(results) * (high + 0.7) + 0.3


@dataclass(frozen=True)
class Event:
    """Something that may happen in a run: its name, and by group the days on which it did, ``-1`` where it never did."""

    name: str
    says: str
    days: list[Array]


def events(results: Results) -> Iterator[Event]:
    """Yield events that happen in some runs but not in all: first days that are measured, and measures that become 1."""
    scenario, course = results.study.base.scenario, results.course
    for measure in results.study.base.measures:
        if measure.spec.over == "first" and measure.last == scenario.horizon - 1:
            table = np.nan_to_num(results.table(measure.name), nan=-1.0)
            if course.groups == (-1,):
                table = table.reshape(1, -1)
            yield Event(measure.name, results.says(measure.name), list(table))
        elif measure.spec.over == "ever" and measure.name in course.graded:
            ones = course.levels[:, course.graded.index(measure.name), :, 1]
            runs = course.levels[:, course.graded.index(measure.name)].sum(axis=-1)[:, 0]
            found = []
            for own, total in zip(ones, runs, strict=True):
                new = np.diff(np.concatenate([[0], own]))
                happened = np.repeat(np.arange(len(new)), np.maximum(new, 0))
                found.append(np.concatenate([happened, np.full(total - len(happened), -1.0)]))
            yield Event(measure.name, results.says(measure.name), found)


def telling_events(results: Results) -> list[Event]:
    """Return the events that are drawn: those that happen in some runs and not in others, the most open ones first."""

    def openness(event: Event) -> float:
        share = float(np.mean([np.mean(own >= 0) for own in event.days]))
        return min(share, 1 - share)

    found = [event for event in events(results) if openness(event) > 0]
    main = set(results.main)
    kept: list[Event] = []
    for event in sorted(found, key=lambda event: (event.name not in main, -openness(event), event.name)):
        if not any(_alike(event, other) for other in kept):
            kept.append(event)
    return kept[:_CURVES]


def _alike(one: Event, other: Event) -> bool:
    """Return whether two events come on the same days as often: the same thing measured twice."""
    return all(np.array_equal(np.sort(a), np.sort(b)) for a, b in zip(one.days, other.days, strict=True))


def _event_rows(results: Results) -> int:
    return -(-len(telling_events(results)) // COLUMNS)


def _events(results: Results, ax: Axes) -> Axes:
    from scipy import stats

    found = telling_events(results)
    plots = panels(ax, _event_rows(results), COLUMNS, margins=(0.45, 0.55, 0.2, 0.4), gaps=(0.4, 0.65))
    end = base.days(results)
    edge = end * 1.02  # what happens on the last day is seen
    for plot, event in zip(plots, found, strict=False):
        for place in base.groups(results):
            own = event.days[place]
            sample = stats.CensoredData(uncensored=own[own >= 0] + 1.0, right=np.full(int((own < 0).sum()), float(end)))
            curve = stats.ecdf(sample)
            x = np.concatenate([[0.0], curve.cdf.quantiles, [edge]])
            y = np.concatenate([[0.0], curve.cdf.probabilities, curve.cdf.probabilities[-1:]])
            if np.any(own >= 0):
                _band(plot, curve, edge, base.hue(place))
            plot.step(x, y, where="post", color=base.hue(place), linewidth=1.4)
        base.calendar(plot, results, most=4)
        plot.set_xlim(0, edge)
        plot.set_ylim(0, 1)
        plot.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        plot.set_title(base.heading(results, event.name), fontsize=7.5, pad=4, fontweight="normal", color=INK)
        light_grid(plot)
    for plot in plots[len(found) :]:
        plot.set_axis_off()
    base.key(ax, base.group_names(results))
    return ax


def _band(plot: Axes, curve: object, end: float, colour: str) -> None:
    """Draw the 95 % interval of a curve by the log-log transform, where it can be had."""
    import warnings

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        interval = curve.cdf.confidence_interval(method="log-log")  # type: ignore[attr-defined]
    x = np.append(interval.low.quantiles, end)
    low, high = (np.append(side.probabilities, side.probabilities[-1:]) for side in (interval.low, interval.high))
    known = np.isfinite(low) & np.isfinite(high)
    if known.any():
        plot.fill_between(x[known], low[known], high[known], step="post", color=colour, alpha=0.18, linewidth=0)


def _event_caption(results: Results) -> str:
    said = [f"{e.name.replace('_', ' ')} {base.percent(float(np.mean(e.days[0] >= 0)))}" for e in telling_events(results)]
    where = f" in {base.group_name(results, 0)}" if len(results.course.groups) > 1 else ""
    return (
        f"Share of the runs in which it has happened by each day (Kaplan-Meier, with 95 % interval); runs in which it has not "
        f"happened by the last day are censored there. By the end{where}: {listed(said)}.{base.left_out(results)}"
    )


def _convergence(results: Results, ax: Axes) -> Axes:
    names = lively(results)
    plots = panels(ax, _rows(results), COLUMNS, margins=(0.5, 0.55, 0.2, 0.45), gaps=(0.5, 0.7))
    for plot, name in zip(plots, names, strict=False):
        table = results.table(name)
        for case in results.cases[: base.MOST_CASES]:
            at, mean, low, high = _running(table[case.index], name in shares(results.study))
            plot.fill_between(at, low, high, color=base.hue(case.index), alpha=0.18, linewidth=0)
            plot.plot(at, mean, color=base.hue(case.index), linewidth=1.3)
        plot.set_xscale("log")
        marks = [10**k for k in range(1, 10) if 10**k <= results.replications] or [results.replications]
        plot.set_xticks(marks, [f"{mark:,}" for mark in marks])
        plot.set_xticks([], minor=True)
        plot.set_title(base.heading(results, name), fontsize=7.5, pad=4, fontweight="normal", color=INK)
        light_grid(plot)
        plot.locator_params(axis="y", nbins=4)
        base.counts(plot.yaxis, plot.get_ylim()[1])
    for plot in plots[len(names) :]:
        plot.set_axis_off()
    base.key(ax, [case.name for case in results.cases[: base.MOST_CASES]])
    return ax


def _running(row: Array, share: bool) -> tuple[Array, Array, Array, Array]:
    """Return numbers of replications, and the mean of the first so many with its 95 % interval."""
    at = np.unique(np.geomspace(min(10, len(row)), len(row), 60).astype(int)).astype(np.float64)
    own = row - row[0]
    mean = np.cumsum(own)[at.astype(int) - 1] / at
    if share:
        p, z2 = mean + row[0], Z95 * Z95
        middle = (p + z2 / (2 * at)) / (1 + z2 / at)
        half = Z95 / (1 + z2 / at) * np.sqrt(p * (1 - p) / at + z2 / (4 * at * at))
        return at, p, middle - half, middle + half
    sd = np.sqrt(np.maximum(np.cumsum(own**2)[at.astype(int) - 1] / at - mean**2, 0))
    half = Z95 * sd / np.sqrt(at)
    return at, mean + row[0], mean + row[0] - half, mean + row[0] + half


def _convergence_caption(results: Results) -> str:
    some = f" The first {base.MOST_CASES} cases." if len(results.cases) > base.MOST_CASES else ""
    return (
        "Mean over the first replications with its 95 % interval, against how many there are. A line that still wanders outside "
        f"later bands would mean too few runs.{some}"
    )


def _found(results: Results) -> list[Effect]:
    """Return the levers, and the uncertainties with the strongest effects."""
    found = effects(results)
    drawn = sorted((e for e in found if e.kind != "lever"), key=lambda e: (-max(e.sizes.values(), default=0.0), e.path))
    return [e for e in found if e.kind == "lever"] + drawn[:_STRONGEST]


def _effect_rows(results: Results) -> int:
    return len(_found(results))


def _effects(results: Results, ax: Axes) -> Axes:
    found, names = _found(results), lively(results)
    (plot,) = panels(ax, 1, 1, margins=(2.6, 0.15, 0.65, 1.15))
    table = np.array([[one.sizes.get(name, 0.0) for name in names] for one in found])
    plot.imshow(np.minimum(table, 1.0), aspect="auto", cmap="Blues", vmin=0, vmax=1)
    plot.set_yticks(range(len(found)), [wrap(one.path[-48:], 48, 1) for one in found], fontsize=6.5)
    plot.set_xticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=6.5, rotation=45, ha="left")
    plot.xaxis.tick_top()
    for (row, column), value in np.ndenumerate(table):
        if value >= 0.005:
            plot.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=6, color="white" if value > 0.6 else INK)
    for side in plot.spines.values():
        side.set_visible(False)
    plot.tick_params(length=0, color=GRID, labelcolor=SOFT)
    return ax


def _effect_caption(results: Results) -> str:
    dead = [one.path for one in _found(results) if one.dead]
    text = (
        "For a lever: how far apart the means of its values lie, in standard deviations of the runs (on the same luck). "
        f"For an uncertainty: the size of its rank correlation with the measure, the {_STRONGEST} strongest. Empty: no more than "
        "chance gives, or below 0.005."
    )
    return text + (f" Nothing at all changes with {listed(dead)}." if dead else "")


def _pair_rows(results: Results) -> int:
    return -(-len(lively(results)) // COLUMNS)


def _differences(results: Results, ax: Axes) -> Axes:
    names = lively(results)
    found = {name: list(pairs(results, (name,))) for name in names}
    plots = panels(ax, _pair_rows(results), COLUMNS, margins=(1.35, 0.3, 0.2, 0.45), gaps=(0.35, 0.7))
    for i, (plot, name) in enumerate(zip(plots, names, strict=False)):
        rows = list(reversed(found[name]))
        for y, pair in enumerate(rows):
            colour = INK if pair.clear else FAINT
            plot.plot([pair.difference.low, pair.difference.high], [y, y], color=colour, linewidth=2.2)
            plot.plot(pair.difference.mean, y, "o", color=colour, markersize=3.6)
        plot.axvline(0, color=SOFT, linewidth=0.8)
        plot.set_ylim(-0.6, len(rows) - 0.4)
        labels = [wrap(pair.name, 24, 2) for pair in rows] if i % COLUMNS == 0 else []
        plot.set_yticks(range(len(labels)), labels, fontsize=6.5)
        plot.set_title(base.heading(results, name), fontsize=7.5, pad=4, fontweight="normal", color=INK)
        plot.grid(True, axis="x")
        plot.spines["left"].set_visible(False)
        plot.locator_params(axis="x", nbins=4)
        base.counts(plot.xaxis, plot.get_xlim()[1])
    for plot in plots[len(names) :]:
        plot.set_axis_off()
    return ax


def _difference_caption(results: Results) -> str:
    return (
        "Mean difference over paired runs with its 95 % interval (the second case minus the first, as written); grey where the "
        "interval holds 0. The cases share their luck run by run: a difference is an effect of the case."
    )


def _difference_size(results: Results) -> tuple[float, float]:
    from wargame.plots.style import WIDTH
    from wargame.sweeps.compare import pairs_of

    return WIDTH, _pair_rows(results) * (0.5 + 0.24 * len(pairs_of(results)) + 0.7) + 0.3


DOTS = base.EnsembleChart("Main measures", _dot_caption, _dots, lambda r: len(lively(r)) > 0, _dot_size)
EVENTS = base.EnsembleChart(
    "When it happens", _event_caption, _events, lambda r: len(telling_events(r)) > 0, base.tall(_event_rows, 1.75, 0.55)
)
CONVERGENCE = base.EnsembleChart("Convergence: are there enough runs", _convergence_caption, _convergence,
                            lambda r: len(lively(r)) > 0 and r.replications >= 20, base.tall(_rows, 1.6, 0.55))  # fmt: skip
EFFECTS = base.EnsembleChart(
    "What moves the outcome", _effect_caption, _effects, lambda r: len(_found(r)) > 0 and len(lively(r)) > 0,
    base.tall(_effect_rows, 0.24, 1.5),
)  # fmt: skip
DIFFERENCES = base.EnsembleChart("Differences between cases", _difference_caption, _differences,
                            lambda r: r.study.design.named and len(lively(r)) > 0, _difference_size)  # fmt: skip
