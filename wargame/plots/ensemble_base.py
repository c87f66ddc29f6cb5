"""What every figure of an ensemble shares: its registered form, drawing, dates, colours of cases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis

from wargame.plots.style import OTHERS, WIDTH, wrap
from wargame.scenario import words
from wargame.scenario.words import MONTHS
from wargame.studies.sweep.find.results import Results

HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#882255")
LADDER = ("#f1f4f6", "#d9e4ec", "#b9cfdf", "#97b8d2", "#7aa0c4", "#e8c07a", "#e09a4f", "#d1702f", "#b2431b", "#7d1a10")
MOST_CASES = 4  # drawn over each other


def tall(rows: Callable[[Results], int], each: float, more: float) -> Callable[[Results], tuple[float, float]]:
    """Return the size of a figure whose height grows with its rows, in inches."""
    return lambda results: (WIDTH, rows(results) * each + more)


def hue(index: int) -> str:
    """Return the colour of a case."""
    return HUES[index] if index < len(HUES) else OTHERS[index % len(OTHERS)]


def days(results: Results) -> int:
    """Return how many days were played."""
    return results.study.base.scenario.horizon


def calendar(ax: Axes, results: Results, labels: bool = True, most: int = 6) -> None:
    """Set the days of play as the horizontal axis, with the first of some months."""
    start, count = results.study.base.scenario.start, days(results)
    ax.set_xlim(0, max(count - 1, 1))
    dates = [start + dt.timedelta(days=i) for i in range(count)]
    marks = [i for i, date in enumerate(dates) if date.day == 1] if count > 45 else list(range(0, count, max(count // 4, 1)))
    marks = (marks or [0])[:: -(-len(marks) // most) or 1]
    long = count > 400
    texts = [
        f"{MONTHS[dates[i].month - 1]} {dates[i].year % 100:02d}" if long else f"{dates[i].day} {MONTHS[dates[i].month - 1]}"
        for i in marks
    ]
    ax.set_xticks(marks, texts if labels else [])


def group_name(results: Results, place: int) -> str:
    """Return the name of a group of runs: its case, or all cases."""
    label = results.course.groups[place]
    return "all cases" if label < 0 else results.cases[label].name


def groups(results: Results) -> range:
    """Return the places of the groups that are drawn."""
    return range(min(len(results.course.groups), MOST_CASES))


def group_names(results: Results) -> list[str]:
    """Return the names of the groups that are drawn."""
    return [group_name(results, place) for place in groups(results)]


def percent(share: float) -> str:
    """Return a share in per cent for tight places; what happens in some runs is neither none nor all of them."""
    return words.percent(share, "< 1 %", "> 99 %")


def heading(results: Results, measure: str) -> str:
    """Return what a measure is, for the top of a small plot: two lines, without what its codes mean."""
    says = results.says(measure) or measure.replace("_", " ")
    says = re.split(r" \((?=-?\d)|:|, as a class", says)[0]
    return wrap(says[:1].upper() + says[1:], 46, 2)


def counts(axis: Axis, top: float) -> None:
    """Write an axis of large numbers with commas."""
    if top >= 10_000:
        axis.set_major_formatter(lambda value, position: f"{value:,.0f}")


def left_out(results: Results) -> str:
    """Return a sentence about cases that are not drawn."""
    more = len(results.course.groups) - MOST_CASES
    return f" The first {MOST_CASES} of {len(results.course.groups)} cases are drawn." if more > 0 else ""


def key(ax: Axes, names: Sequence[str]) -> None:
    """Write the names of the cases, if there are several, in their colours in a line at the foot of the figure."""
    if len(names) < 2:
        return
    parts = [(name, hue(i)) for i, name in enumerate(names)]
    x = 0.0
    for text, colour in parts:
        ax.annotate(
            "■ " + text, (x, 0.0), xycoords="figure fraction", color=colour, fontsize=7.5, annotation_clip=False, va="bottom"
        )
        x += min(0.012 * len(text) * 0.6 + 0.04, 1.0 / len(parts))
