"""Figures of a discovery: what a box costs and gains, where it lies, and how narrow it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from wargame.engine.draws import Draws
from wargame.engine.types import Array
from wargame.plots.chart import Chart
from wargame.plots.sensitivity import short
from wargame.plots.style import FAINT, GRID, INK, SHADE, SOFT, WIDTH, light_grid, panels, tint
from wargame.studies.discovery.find import Discovery
from wargame.studies.discovery.prim import Input, Limit
from wargame.studies.words import number

HIT, BOX = "#D55E00", "#0072B2"
STEPS = ("#9aa5ad", "#56B4E9", "#0072B2", "#009E73", "#E69F00", "#D55E00", "#882255")  # by number of restricted inputs
_POINTS = 2500
_LEVELS = np.arange(0, 1.01, 0.25)
_TEXTS = [f"{share} %" for share in (0, 25, 50, 75, 100)]


def _trade(found: Discovery, ax: Axes) -> Axes:
    own = panels(ax, 1, 1, margins=(0.75, 0.5, 2.3, 0.2))[0]
    light_grid(own, "both")
    steps = found.shown.trajectory
    own.plot([one.coverage for one in steps], [one.density for one in steps], color=GRID, linewidth=1.0)
    for one in steps:
        own.plot([one.coverage], [one.density], "o", markersize=4.5, color=_colour(len(one.box.limits)), clip_on=False)
    chosen = steps[found.shown.number]
    own.plot([chosen.coverage], [chosen.density], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK, clip_on=False)
    judged = found.shown
    if judged.box.limits:
        x, y = judged.coverage, judged.density
        own.plot([x.low, x.high], [y.value, y.value], color=INK, linewidth=1.0)
        own.plot([x.value, x.value], [y.low, y.high], color=INK, linewidth=1.0)
        own.plot([x.value], [y.value], "D", color=INK, markersize=5)
    own.axhline(found.base, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)))
    own.set_xlim(0, 1)
    own.set_ylim(0, 1)
    own.set_xticks(_LEVELS, _TEXTS)
    own.set_yticks(_LEVELS, _TEXTS)
    own.set_xlabel("coverage: share of the runs of interest that lie in the box")
    own.set_ylabel("density: share of the box that is of interest")
    _trade_key(own, found)
    return ax


def _trade_key(own: Axes, found: Discovery) -> None:
    counts = sorted({min(len(one.box.limits), len(STEPS) - 1) for one in found.shown.trajectory})
    rows = [
        ("●", _colour(n), f"{n}{' or more' if n == len(STEPS) - 1 else ''} {'input' if n == 1 else 'inputs'} restricted")
        for n in counts
    ]
    rows += [("○", INK, "the step that was chosen"), ("┄", SOFT, f"all runs: {100 * found.base:.0f} %")]
    if found.shown.box.limits:
        rows.insert(-1, ("◆", INK, "its box, tidied, on the other half"))
    for k, (sign, colour, text) in enumerate(rows):
        own.text(1.03, 0.98 - 0.075 * k, sign, transform=own.transAxes, color=colour, fontsize=9, va="top")
        own.text(1.075, 0.98 - 0.075 * k, text, transform=own.transAxes, color=SOFT, fontsize=7.5, va="top")


def _colour(count: int) -> str:
    return STEPS[min(count, len(STEPS) - 1)]


def _two(found: Discovery) -> tuple[int, int]:
    """Return the places of the two inputs that a box restricts most surely."""
    ranked = sorted(found.shown.restrictions, key=lambda one: (one.chance, -one.repeated, one.place))
    return ranked[0].place, ranked[1].place


def _plane(found: Discovery, ax: Axes) -> Axes:
    x, y = (found.table.inputs[place] for place in _two(found))
    own = panels(ax, 1, 1, margins=(1.6, 0.55, 1.2, 0.35))[0]
    rows = np.arange(0, len(found.table.interest), -(-len(found.table.interest) // _POINTS))
    luck = Draws(0, range(len(rows)))
    left, high = (_jittered(one, rows, luck.uniform(f"plot.jitter.{axis}", 0)) for axis, one in (("x", x), ("y", y)))
    hit = found.table.interest[rows]
    own.plot(left[~hit], high[~hit], "o", markersize=2.4, color=tint(INK, 0.28), markeredgewidth=0)
    own.plot(left[hit], high[hit], "o", markersize=2.8, color=HIT, markeredgewidth=0)
    limits = found.shown.box.limits
    (x0, x1), (y0, y1) = (_edges(one, limits[place]) for one, place in zip((x, y), _two(found), strict=True))
    own.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor=tint(BOX, 0.1), edgecolor=BOX, linewidth=1.6, zorder=0.5))
    own.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor="none", edgecolor=BOX, linewidth=1.6))
    for axis, one, label in ((own.xaxis, x, own.set_xlabel), (own.yaxis, y, own.set_ylabel)):
        label(short(one.path, 60))
        if one.names:
            axis.set_ticks(range(len(one.names)), [name.replace("_", " ") for name in one.names])
    own.annotate("● of interest", (0.0, 1.02), xycoords="axes fraction", color=HIT, fontsize=7.5)
    own.annotate("● not", (0.16, 1.02), xycoords="axes fraction", color=SOFT, fontsize=7.5)
    own.annotate("□ the box", (0.24, 1.02), xycoords="axes fraction", color=BOX, fontsize=7.5)
    return ax


def _jittered(one: Input, rows: NDArray[np.intp], luck: Array) -> Array:
    """Return the values of some runs, those that are few spread a little."""
    values = one.values[rows]
    distinct = np.unique(values)
    if len(distinct) > 12:
        return values
    step = float(np.diff(distinct).min()) if len(distinct) > 1 else 1.0
    return values + (luck - 0.5) * 0.6 * step


def _edges(one: Input, limit: Limit) -> tuple[float, float]:
    if limit.kept is not None:
        return min(limit.kept) - 0.42, max(limit.kept) + 0.42
    low, high = one.span
    pad = 0.015 * (high - low)
    return max(limit.low, low - pad), min(limit.high, high + pad)


def _bars(found: Discovery, ax: Axes) -> Axes:
    rows = sorted(found.shown.restrictions, key=lambda one: (one.chance, -one.repeated, one.place))
    own = panels(ax, 1, 1, margins=(2.6, 0.12, 1.75, 0.32))[0]
    own.set_xlim(0, 1)
    own.set_ylim(len(rows) - 0.5, -0.5)
    for y, row in enumerate(rows):
        one = found.table.inputs[row.place]
        own.barh(y, 1, 0.5, color=SHADE, linewidth=0)
        if row.limit.kept is not None:
            _values(own, y, one, row.limit.kept)
        else:
            _range(own, y, one, row.limit)
        text = f"{'p < 0.001' if row.chance < 0.001 else f'p = {row.chance:.3f}'}, again in {100 * row.repeated:.0f} %"
        own.text(1.02, y, text, fontsize=6.8, color=SOFT, va="center")
    own.set_yticks(range(len(rows)), [short(found.table.inputs[row.place].path, 40) for row in rows])
    own.tick_params(axis="y", labelsize=7.5)
    own.set_xticks([])
    for side in ("left", "bottom"):
        own.spines[side].set_visible(False)
    return ax


def _range(own: Axes, y: float, one: Input, limit: Limit) -> None:
    low, high = one.span
    at = [(max(limit.low, low) - low) / (high - low), (min(limit.high, high) - low) / (high - low)]
    own.barh(y, at[1] - at[0], 0.5, left=at[0], color=BOX, linewidth=0)
    own.text(0, y + 0.43, number(low), fontsize=6, color=SOFT, va="center")
    own.text(1, y + 0.43, number(high), fontsize=6, color=SOFT, va="center", ha="right")
    for place, value, bound in ((at[0], limit.low, low), (at[1], limit.high, high)):
        if np.isfinite(value) and value != bound:
            own.text(place, y - 0.37, number(value), fontsize=7, color=BOX, va="center", ha="center", fontweight="bold")


def _values(own: Axes, y: float, one: Input, kept: frozenset[int]) -> None:
    width = 1 / len(one.names)
    for i, name in enumerate(one.names):
        if i in kept:
            own.barh(y, width * 0.98, 0.5, left=i * width, color=BOX, linewidth=0)
        own.text((i + 0.5) * width, y, name.replace("_", " "), fontsize=6.3, ha="center", va="center",
                 color="white" if i in kept else SOFT)  # fmt: skip


def _bars_caption(found: Discovery) -> str:
    del found
    return (
        "Each input that the box restricts: what it allows (blue) of what was played (grey), the surest limit first; beside it "
        "the quasi-p-value on the held-out half, and how often the search restricts the same input on half-samples."
    )


def _plane_caption(found: Discovery) -> str:
    del found
    return (
        "The two inputs with the surest limits: a dot is a run, orange where it is of interest. Limits on other inputs are not "
        "to be seen here, so that some runs within the frame are not in the box. Values that are few are spread a little."
    )


def _trade_caption(found: Discovery) -> str:
    del found
    return (
        "Every step of the peeling, from all runs (right) to the densest box (left), on the half that was searched. A box that "
        "holds more of what is of interest holds more of the rest too; the one chosen has the best balance of both. The cross is "
        "its 95 % interval on the other half: far below the circle means that the search saw what was only luck."
    )


def _bars_size(found: Discovery) -> tuple[float, float]:
    return WIDTH, 0.5 * len(found.shown.restrictions) + 0.5


DISCOVERY: Mapping[str, Chart[Discovery]] = {
    "box": Chart("What the box allows", _bars_caption, _bars, lambda f: bool(f.shown.restrictions), _bars_size),
    "plane": Chart("Where it lies", _plane_caption, _plane, lambda f: len(f.shown.restrictions) > 1, lambda f: (WIDTH, 4.4)),
    "trade": Chart(
        "Coverage against density", _trade_caption, _trade, lambda f: len(f.shown.trajectory) > 1, lambda f: (WIDTH, 4.0)
    ),
}
