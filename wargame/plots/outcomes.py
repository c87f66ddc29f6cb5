"""What ensembles come to: measures by case, times to events, convergence, what the levers do, paired differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from wargame.engine.types import Array
from wargame.plots import ensemble_base as base
from wargame.plots.chart import Chart
from wargame.plots.style import FAINT, GRID, INK, SOFT, band, light_grid, panels, wrap
from wargame.scenario.words import enumerated
from wargame.studies.compare.find import pairs
from wargame.studies.statistics.estimates import wilson
from wargame.studies.statistics.means import Moments, bounds
from wargame.studies.statistics.missing import there
from wargame.studies.sweep.find.effects import Effect, effects, varies
from wargame.studies.sweep.find.results import Results, intervals
from wargame.studies.sweep.plan.study import shares

COLUMNS = 3
MOST_ROWS = 16  # cases in a dot plot
_CURVES = 6
_STRONGEST = 20


def lively(results: Results) -> tuple[str, ...]:
    """Return the main measures that differ between runs."""
    return tuple(name for name in results.main if varies(results.column(name)))


def _rows(results: Results) -> int:
    return -(-len(lively(results)) // COLUMNS)


def _rows_of(plot: Axes, title: str, labels: Sequence[str], count: int) -> None:
    """Finish a small plot of a measure with a row for each case or pair; ``labels`` name the rows, from the lowest."""
    plot.set_ylim(-0.6, count - 0.4)
    plot.set_yticks(range(len(labels)), [wrap(label, 24, 2) for label in labels], fontsize=6.5)
    plot.set_title(title, fontsize=7.5, pad=4, fontweight="normal", color=INK)
    plot.grid(True, axis="x")
    plot.spines["left"].set_visible(False)
    plot.locator_params(axis="x", nbins=4)
    base.counts(plot.xaxis, plot.get_xlim()[1])


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
            own = table[case.index][there(table[case.index])]
            if name not in binary and len(own):
                low, quarter, middle, three, high = np.quantile(own, [0.05, 0.25, 0.5, 0.75, 0.95])
                plot.plot([low, high], [y, y], color=FAINT, linewidth=1)
                plot.plot([quarter, three], [y, y], color=base.hue(case.index), linewidth=5, alpha=0.35, solid_capstyle="butt")
                plot.plot(middle, y, "|", color=base.hue(case.index), markersize=9)
            plot.plot([one.low, one.high], [y, y], color=INK, linewidth=2.2)
            plot.plot(one.mean, y, "o", color=INK, markersize=3.4)
        labels = [case.name for case in reversed(cases)] if len(results.cases) > 1 and i % COLUMNS == 0 else []
        _rows_of(plot, base.heading(results, name), labels, len(cases))
    for plot in plots[len(names) :]:
        plot.set_axis_off()
    return ax


def _dot_caption(results: Results) -> str:
    more = f" The first {MOST_ROWS} of {len(results.cases)} cases." if len(results.cases) > MOST_ROWS else ""
    return (
        "Black dot and bar: mean with its 95 % interval (for 0/1 measures the share, by Wilson). Coloured bar: the middle half "
        f"of the runs, tick the median; grey line: 5 to 95 %. The black bar shrinks with more runs, the others do not.{more}"
        f"{_some_runs(results)}"
    )


def _some_runs(results: Results) -> str:
    """Return a sentence about measures that some runs do not have, with the share of those that do."""
    told = [
        f"{name.replace('_', ' ')} {base.percent(float(there(column).mean()))}"
        for name in lively(results)
        if not there(column := results.column(name)).all()
    ]
    return f" Of the runs that have it alone: {enumerated(told)} of all." if told else ""


def _dot_size(results: Results) -> tuple[float, float]:
    from wargame.plots.style import WIDTH

    high = 0.55 + 0.24 * min(len(results.cases), MOST_ROWS)
    return WIDTH, _rows(results) * (high + 0.7) + 0.3


@dataclass(frozen=True)
class Event:
    """Something that may happen in a run: its name, and by group the days on which it did, not-a-number where it never did."""

    name: str
    says: str
    days: list[Array]


def events(results: Results) -> Iterator[Event]:
    """Yield events that happen in some runs but not in all: first days that are measured, and measures that become 1."""
    scenario, course = results.study.base.scenario, results.course
    for measure in results.study.base.measures:
        if measure.spec.over == "first" and measure.last == scenario.horizon - 1:
            table = results.table(measure.name)
            if course.groups == (-1,):
                table = table.reshape(1, -1)
            yield Event(measure.name, results.says(measure.name), list(table))
        elif measure.spec.over == "ever" and measure.name in course.graded:
            ones = course.levels[:, course.graded.index(measure.name), :, 1]
            runs = results.runs if course.groups == (-1,) else results.replications
            found = []
            for own in ones:
                new = np.diff(np.concatenate([[0], own]))
                happened = np.repeat(np.arange(len(new)), np.maximum(new, 0))
                found.append(np.concatenate([happened, np.full(runs - len(happened), np.nan)]))
            yield Event(measure.name, results.says(measure.name), found)


def telling_events(results: Results) -> list[Event]:
    """Return the events that are drawn: those that happen in some runs and not in others, the most open ones first."""

    def openness(event: Event) -> float:
        share = float(np.mean([np.mean(there(own)) for own in event.days]))
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
    return all(np.array_equal(np.sort(a), np.sort(b), equal_nan=True) for a, b in zip(one.days, other.days, strict=True))


def _event_rows(results: Results) -> int:
    return -(-len(telling_events(results)) // COLUMNS)


def happened_by(days: Array, end: int) -> tuple[Array, Array, Array, Array]:
    """Return days, and the share of the runs in which something has happened by the end of each, with its 95 % interval.

    No run is lost before the last day: Kaplan and Meier's curve is the plain share then, and Wilson's interval that of each of
    its points. A run in which it has not happened by the end is in every share's whole, and in no count.
    """
    at = np.arange(end + 1.0)
    counts = np.searchsorted(np.sort(days[there(days)]), at, side="left")
    shares = [wilson(float(count), len(days)) for count in counts]
    share, low, high = (np.array([getattr(one, side) for one in shares]) for side in ("value", "low", "high"))
    return at, share, low, high


def _events(results: Results, ax: Axes) -> Axes:
    found = telling_events(results)
    plots = panels(ax, _event_rows(results), COLUMNS, margins=(0.45, 0.55, 0.2, 0.4), gaps=(0.4, 0.65))
    end = base.days(results)
    edge = end * 1.02  # what happens on the last day is seen
    for plot, event in zip(plots, found, strict=False):
        for place in base.groups(results):
            at, share, low, high = happened_by(event.days[place], end)
            x = np.append(at, edge)
            share, low, high = (np.append(side, side[-1:]) for side in (share, low, high))
            band(plot, x, low, high, base.hue(place), steps=True)
            plot.step(x, share, where="post", color=base.hue(place), linewidth=1.4)
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


def _event_caption(results: Results) -> str:
    said = [f"{e.name.replace('_', ' ')} {base.percent(float(np.mean(there(e.days[0]))))}" for e in telling_events(results)]
    where = f" in {base.group_name(results, 0)}" if len(results.course.groups) > 1 else ""
    return (
        f"Share of all runs in which it has happened by each day (Kaplan-Meier, with 95 % interval); runs in which it has not "
        f"happened by the last day are censored there. By the end{where}: {enumerated(said)}.{base.left_out(results)}"
    )


def _convergence(results: Results, ax: Axes) -> Axes:
    names = lively(results)
    plots = panels(ax, _rows(results), COLUMNS, margins=(0.5, 0.55, 0.2, 0.45), gaps=(0.5, 0.7))
    for plot, name in zip(plots, names, strict=False):
        table = results.table(name)
        for case in results.cases[: base.MOST_CASES]:
            at, mean, low, high = _running(table[case.index], name in shares(results.study))
            band(plot, at, low, high, base.hue(case.index))
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
    """Return numbers of replications, and the mean of the first so many that have the measure with its 95 % interval."""
    known = there(row)
    at = np.unique(np.geomspace(min(10, len(row)), len(row), 60).astype(int))
    at = at[np.cumsum(known)[at - 1] > 0]
    middle = float(row[known].mean()) if known.any() else 0.0
    own, n = np.where(known, row - middle, 0.0), np.cumsum(known)[at - 1].astype(np.float64)
    first, second, third = (np.cumsum(own**power)[at - 1] / n for power in (1, 2, 3))
    if share:
        found = [wilson(float(p * size), float(size)) for p, size in zip(first + middle, n, strict=True)]
        low, high = (np.array([getattr(one, side) for one in found]) for side in ("low", "high"))
        return at.astype(np.float64), first + middle, low, high
    square = np.maximum(second - first**2, 0.0)
    low, high = bounds(Moments(n, first + middle, square, third - 3 * first * second + 2 * first**3))
    return at.astype(np.float64), first + middle, low, high


def _convergence_caption(results: Results) -> str:
    some = f" The first {base.MOST_CASES} cases." if len(results.cases) > base.MOST_CASES else ""
    return (
        "Mean over the first replications that have the measure, with its 95 % interval, against how many replications there "
        f"are. A line that still wanders outside later bands would mean too few runs.{some}"
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
    return text + (f" Nothing at all changes with {enumerated(dead)}." if dead else "")


def _differences(results: Results, ax: Axes) -> Axes:
    names = lively(results)
    found = {name: list(pairs(results, (name,))) for name in names}
    plots = panels(ax, _rows(results), COLUMNS, margins=(1.35, 0.3, 0.2, 0.45), gaps=(0.35, 0.7))
    for i, (plot, name) in enumerate(zip(plots, names, strict=False)):
        rows = list(reversed(found[name]))
        for y, pair in enumerate(rows):
            colour = INK if pair.clear else FAINT
            plot.plot([pair.difference.low, pair.difference.high], [y, y], color=colour, linewidth=2.2)
            plot.plot(pair.difference.mean, y, "o", color=colour, markersize=3.6)
        plot.axvline(0, color=SOFT, linewidth=0.8)
        _rows_of(plot, base.heading(results, name), [pair.name for pair in rows] if i % COLUMNS == 0 else [], len(rows))
    for plot in plots[len(names) :]:
        plot.set_axis_off()
    return ax


def _difference_caption(results: Results) -> str:
    return (
        "Mean difference over paired runs with its 95 % interval (the second case minus the first, as written); grey where the "
        "interval holds 0. The cases share their luck run by run: a difference is an effect of the case."
        f"{_some_pairs(results)}"
    )


def _some_pairs(results: Results) -> str:
    """Return a sentence about measures that some pairs of runs do not have on both sides."""
    found = {
        name: min(pair.difference.n for pair in pairs(results, (name,)))
        for name in lively(results)
        if not there(results.column(name)).all()
    }
    told = [f"{name.replace('_', ' ')} {n:,}" for name, n in found.items()]
    return f" Of the pairs of runs that have it on both sides alone, at least: {enumerated(told)}." if told else ""


def _difference_size(results: Results) -> tuple[float, float]:
    from wargame.plots.style import WIDTH
    from wargame.studies.compare.find import pairs_of

    return WIDTH, _rows(results) * (0.5 + 0.24 * len(pairs_of(results)) + 0.7) + 0.3


DOTS = Chart("Main measures", _dot_caption, _dots, lambda r: len(lively(r)) > 0, _dot_size)
EVENTS = Chart(
    "When it happens", _event_caption, _events, lambda r: len(telling_events(r)) > 0, base.tall(_event_rows, 1.75, 0.55)
)
CONVERGENCE = Chart("Convergence: are there enough runs", _convergence_caption, _convergence,
                            lambda r: len(lively(r)) > 0 and r.replications >= 20, base.tall(_rows, 1.6, 0.55))  # fmt: skip
EFFECTS = Chart(
    "What moves the outcome", _effect_caption, _effects, lambda r: len(_found(r)) > 0 and len(lively(r)) > 0,
    base.tall(_effect_rows, 0.24, 1.5),
)  # fmt: skip
DIFFERENCES = Chart("Differences between cases", _difference_caption, _differences,
                            lambda r: r.study.design.named and len(lively(r)) > 0, _difference_size)  # fmt: skip
