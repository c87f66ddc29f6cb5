"""Figures of many runs: facts with their intervals and bounds, base rates, and cases on several scales of escalation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wargame.engine.types import Array
from wargame.plots.chart import svg_of
from wargame.plots.ensemble_base import hue
from wargame.plots.style import INK, OTHERS, SHADE, SOFT, WIDTH, spread, styled, tint, wrap
from wargame.validation.base_rates import Card
from wargame.validation.scales import SCALES, ScaleComparison
from wargame.validation.validate import Verdict
from wargame.validation.verdicts import CheckResult, short

HOLDS, FAILS, REAL = "#0072B2", "#D55E00", "#9aa5ad"
_ROW = 0.24  # inches a line
_STRIP, _WIDE, _NUMBERS = 0.57, 0.24, 0.825  # where the strip of an estimate begins, how wide it is, where its numbers begin
__all__ = ["base_rate_bars", "forest", "scales_figure"]


def _figure(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.add_axes((0.0, 0.0, 1.0, 1.0))


def forest(verdicts: Sequence[Verdict], name: str = "forest") -> str:
    """Return a picture of every check as SVG: its interval, on a scale of its own, and the bounds it must keep (shaded)."""
    rows = [(one, check) for one in verdicts for check in one.checks]
    with styled():
        figure, ax = _figure(_ROW * (len(rows) + 2))
        ax.set_xlim(0, 1)
        ax.set_ylim(len(rows) + 0.5, -1.2)
        ax.set_axis_off()
        ax.text(_STRIP, -0.8, "estimate, 95 % interval; shaded: what must hold", fontsize=7, color=SOFT, ha="left")
        before = ""
        for y, (one, check) in enumerate(rows):
            if one.id != before:
                ax.axhline(y - 0.5, color=SHADE, linewidth=0.8)
                ax.text(0.0, y, one.id, fontsize=7.5, fontweight="bold", va="center", color=HOLDS if one.passed else FAILS)
                before = one.id
            ax.text(0.05, y, wrap(check.check.says, 78, 1), fontsize=6.8, va="center", color=INK)
            _interval(ax, y, check)
        return svg_of(figure, name)


def _interval(ax: Axes, y: int, check: CheckResult) -> None:
    """Draw one estimate in its strip with its numbers beside it."""
    left, width = _STRIP, _WIDE
    own, c = check.estimate, check.check
    if not own.known:
        ax.text(left, y, check.why, fontsize=6.5, va="center", color=FAILS)
        return
    floors = [bound for bound in (c.at_least, c.above) if bound is not None]
    tops = [bound for bound in (c.at_most, c.below) if bound is not None]
    points = [value for value in (own.value, own.low, own.high, *floors, *tops) if np.isfinite(value)]
    low, high = min(points), max(points)
    pad = 0.12 * (high - low) or max(abs(high), 1.0) * 0.12
    low, high = low - pad, high + pad

    def at(value: float) -> float:
        return left + width * min(max((value - low) / (high - low), 0.0), 1.0)

    start, end = at(max(floors, default=low)), at(min(tops, default=high))
    ax.fill_between([start, max(end, start + 0.002)], y - 0.36, y + 0.36, color=tint(HOLDS, 0.16), linewidth=0)
    colour = HOLDS if check.passed else FAILS
    if np.isfinite(own.low):
        ax.plot([at(own.low), at(own.high)], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
    ax.plot([at(own.value)], [y], "o", color=colour, markersize=3.4)
    ax.text(_NUMBERS, y, check.numbers, fontsize=6.3, va="center", color=SOFT)


def base_rate_bars(cards: Sequence[Card], name: str = "base-rates") -> str:
    """Return a picture of the cards of one scale as SVG: simulated shares of each class beside those of real cases."""
    first = cards[0]
    labels = [row.label for row in first.rows]
    series = [*(card.scenario for card in cards), *first.references]
    with styled():
        high = 0.55 + len(labels) * (0.14 * len(series) + 0.22)
        figure = Figure(figsize=(WIDTH, high))
        ax = figure.add_axes((0.16, 0.45 / high, 0.62, 1 - 0.53 / high))
        ax.grid(True, axis="x")
        ax.set_xlim(0, 1)
        height = 0.84 / len(series)
        for i in range(len(labels)):
            for k, one in enumerate(series):
                real = k >= len(cards)
                estimate = first.rows[i].real[one] if real else cards[k].rows[i].simulated
                y = i - 0.42 + (k + 0.5) * height
                ax.barh(y, estimate.value, height * 0.8, color=_shade(k - len(cards)) if real else hue(k), linewidth=0)
                ax.plot([estimate.low, estimate.high], [y, y], color=INK, linewidth=0.8)
        ax.set_yticks(range(len(labels)), labels)
        ax.invert_yaxis()
        ax.set_xticks(np.arange(0, 1.01, 0.2), [f"{tenth * 20} %" for tenth in range(6)])
        ax.set_xlabel("share of runs, or of real cases, with 95 % intervals")
        step = 0.28 / (high - 0.53)  # room for two lines
        for k, one in enumerate(series):
            real = k >= len(cards)
            said = f"{first.references[one].says} (n = {sum(first.references[one].counts):,})" if real else f"model: {one}"
            ax.text(1.02, 1 - k * step, "■", transform=ax.transAxes, fontsize=9, va="top",
                    color=_shade(k - len(cards)) if real else hue(k))  # fmt: skip
            ax.text(1.045, 1 - k * step, wrap(said, 37, 2), transform=ax.transAxes, fontsize=6.5, color=SOFT, va="top")
        return svg_of(figure, name)


def _shade(index: int) -> str:
    """Return the grey of a set of real cases: the first is the darkest."""
    return tint(INK, (0.5, 0.32, 0.2, 0.12)[min(index, 3)])


def _ranks(values: Array) -> list[float]:
    """Return the rank of every value from 0, ties at their mean rank."""
    return [float((values < value).sum() + ((values == value).sum() - 1) / 2) for value in values]


def scales_figure(result: ScaleComparison, name: str = "scales") -> str:
    """Return a picture of the ranks of the cases on every scale as SVG; lines that cross are conclusions that differ."""
    means = np.array([[result.means[case][scale].value for scale in SCALES] for case in result.cases])
    ranks = np.array([_ranks(column) for column in means.T]).T
    with styled():
        figure = Figure(figsize=(WIDTH, 0.42 * len(result.cases) + 0.9))
        ax = figure.add_axes((0.04, 0.12, 0.72, 0.82))
        ax.set_xlim(-0.2, len(SCALES) - 0.8)
        ax.set_ylim(-0.6, len(result.cases) - 0.4)
        ax.set_xticks(range(len(SCALES)), list(SCALES))
        ax.set_yticks([0, len(result.cases) - 1], ["mildest", "worst"])
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        for i in range(len(result.cases)):
            colour = OTHERS[i % len(OTHERS)]
            shift = (i - (len(result.cases) - 1) / 2) * 0.05  # ties stay readable
            ax.plot(range(len(SCALES)), ranks[i] + shift, "-o", color=colour, markersize=4, linewidth=1.6)
        _case_names(ax, result, ranks[:, -1])
        for k, scale in enumerate(SCALES):
            for rank in np.unique(ranks[:, k]):  # cases that share a rank share their number
                tied = np.flatnonzero(ranks[:, k] == rank)
                top = rank + (tied[-1] - (len(result.cases) - 1) / 2) * 0.05
                ax.annotate(short(result.means[result.cases[tied[0]]][scale].value), (k, top), (0, 5),
                            textcoords="offset points", fontsize=6.2, color=SOFT, ha="center", gid="halo")  # fmt: skip
        return svg_of(figure, name)


def _case_names(ax: Axes, result: ScaleComparison, ends: Array) -> None:
    """Write the names of the cases beside the ends of their lines, apart from each other."""
    last, count = len(SCALES) - 1, len(result.cases)
    shifts = (np.arange(count) - (count - 1) / 2) * 0.05
    heights = spread([float(y) for y in ends + shifts], 0.36, -0.4, count - 0.6)
    for i, (case, y) in enumerate(zip(result.cases, heights, strict=True)):
        colour = OTHERS[i % len(OTHERS)]
        ax.plot([last, last + 0.14], [ends[i] + shifts[i], y], color=colour, linewidth=0.6, clip_on=False)
        ax.annotate(case.replace("_", " "), (last + 0.14, y), (3, 0), textcoords="offset points", fontsize=7.5, color=colour,
                    va="center", annotation_clip=False)  # fmt: skip
