"""Figures of a sensitivity study: what moves each measure, all of it at a glance, how evenly, and how much is luck."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from wargame.plots.chart import Chart
from wargame.plots.style import GRID, INK, SOFT, WIDTH, light_grid, panels, spread, tint, wrap
from wargame.studies.sensitivity.designs import MORRIS
from wargame.studies.sensitivity.factors import LEVER, UNCERTAINTY
from wargame.studies.sensitivity.find import RANKED_BY, Entry, Finding
from wargame.studies.statistics.estimates import Estimate

HUES = {UNCERTAINTY: "#0072B2", LEVER: "#D55E00"}
OWN = "#009E73"  # what the user varies
MOST_PANELS = 12
ROWS = 8  # factors of a measure that are drawn
_ROW = 0.21  # inches


def short(path: str, width: int = 34) -> str:
    """Return a path as a label: without what all such paths begin with, cut in the middle where it is long."""
    text = path
    for head in ("parameters.", "actors.", "exercises.", "policies.", "sensors.", "initial.", "injects."):
        text = text.removeprefix(head)
    text = text.replace(".initial.", " ").replace(".", " ").replace("_", " ")
    return text if len(text) <= width else f"{text[: width // 2 - 1].rstrip()} … {text[-(width // 2 - 2) :].lstrip()}"


def _hue(entry: Entry) -> str:
    return HUES.get(entry.factor.kind, OWN)


def _panels(found: Finding) -> list[str]:
    """Return the measures that are drawn: of many those that something moves for sure go first."""
    moved = [name for name in found.told if any(not one.idle for one in found.of(name))]
    sure = {name for name in moved if any(one.clear for one in found.of(name))}
    return sorted(moved, key=lambda name: name not in sure)[:MOST_PANELS]


def _shown(found: Finding, measure: str) -> list[Entry]:
    return [one for one in found.ranked(measure) if not one.idle][:ROWS]


def _heading(found: Finding, measure: str) -> str:
    says = found.says(measure)
    return wrap(says[:1].upper() + says[1:], 52, 1)


def _grid_height(found: Finding) -> tuple[float, float]:
    rows = -(-len(_panels(found)) // 2)
    return WIDTH, rows * (ROWS * _ROW + 0.75) + 0.35


def _dots(found: Finding, ax: Axes) -> Axes:
    names = _panels(found)
    rows = -(-len(names) // 2)
    key = RANKED_BY[found.method]
    for name, own in zip(names, panels(ax, rows, 2, margins=(2.05, 0.55, 0.15, 0.3), gaps=(2.2, 0.75)), strict=False):
        _dot_panel(own, _shown(found, name), key)
        own.set_title(_heading(found, name), fontsize=7.8, x=-0.82, ha="left")
    for place in range(len(names), rows * 2):
        ax.child_axes[place].set_axis_off()
    _kinds(ax, found)
    return ax


def _dot_panel(own: Axes, entries: Sequence[Entry], key: str) -> None:
    light_grid(own, "x")
    own.set_ylim(ROWS - 0.5, -0.5)
    top = max((_top(one.numbers[key]) for one in entries), default=1.0)
    own.set_xlim(0, 1.05 * top if top > 0 else 1.0)
    for y, one in enumerate(entries):
        number, colour = one.numbers[key], _hue(one)
        if math.isfinite(number.low):
            own.plot(
                [max(number.low, 0), max(number.high, 0)], [y, y], color=colour if one.clear else tint(colour, 0.4), linewidth=1.4
            )
        face = colour if one.clear else "white"
        own.plot([max(number.value, 0)], [y], "o", markersize=4.2, markerfacecolor=face, markeredgecolor=colour, clip_on=False)
        if "first" in one.numbers:
            own.plot([max(one.numbers["first"].value, 0)], [y + 0.02], "|", color=INK, markersize=6, clip_on=False)
    own.set_yticks(range(len(entries)), [short(one.factor.path) for one in entries])
    own.tick_params(axis="y", labelsize=7)
    own.locator_params(axis="x", nbins=4)


def _top(number: Estimate) -> float:
    return number.high if math.isfinite(number.high) else number.value


def _kinds(ax: Axes, found: Finding) -> None:
    """Write the kinds of factors that there are in their colours at the foot."""
    said = {UNCERTAINTY: "an uncertainty", LEVER: "a lever"}
    x = 0.0
    for kind in dict.fromkeys(one.kind for one in found.factors):
        text = f"● {said.get(kind, 'varied by the user')}"
        ax.annotate(text, (x, 0.0), xycoords="figure fraction", color=HUES.get(kind, OWN), fontsize=7.5, va="bottom")
        x += 0.16
    ax.annotate("○ its interval does not exclude what is nothing", (x, 0.0), xycoords="figure fraction", color=SOFT,
                fontsize=7.5, va="bottom")  # fmt: skip


def _dots_caption(found: Finding) -> str:
    more = len(found.told) - len(_panels(found))
    rest = f" {more} more measures are in the tables." if more > 0 else ""
    if found.method == MORRIS:
        return (
            "The strongest factors of each measure. A dot is mu*, the mean size of the change of what is expected, in the "
            "measure's own unit, when the factor moves by half of its range, or from one of its values to another; the line is "
            f"its 95 % interval, over trajectories and luck alike. A dot without a line would take more runs.{rest}"
        )
    return (
        "The strongest factors of each measure. A dot is the total index, the share of the variance of what is expected that "
        "goes back to the factor with all its interactions; the line is its 95 % interval, over points and luck alike, the black "
        f"stroke what the factor causes alone.{rest}"
    )


def _strength(found: Finding, measure: str, entry: Entry) -> float:
    """Return how strong a factor is on a scale that all measures share: standard deviations of a run, or share of the
    variance.
    """
    value = entry.numbers[RANKED_BY[found.method]].value
    return max(value / found.luck(measure).sd if found.method == MORRIS else value, 0.0)


def _heat_order(found: Finding) -> list[int]:
    """Return the places of the factors that are clear somewhere, those that move most first; of many the first thirty."""
    names = found.told
    best = {
        i: sum(_strength(found, name, found.of(name)[i]) for name in names if found.of(name)[i].clear)
        for i in range(len(found.factors))
    }  # fmt: skip
    return sorted((i for i in best if best[i] > 0), key=lambda i: (-best[i], found.factors[i].path))[:30]


def _heat(found: Finding, ax: Axes) -> Axes:
    order, names = _heat_order(found), found.told
    own = panels(ax, 1, 1, margins=(2.55, 0.3, 0.75, 1.25))[0]
    top = max((_strength(found, n, found.of(n)[i]) for n in names for i in order), default=1.0)
    own.set_xlim(-0.5, len(names) - 0.5)
    own.set_ylim(len(order) - 0.5, -0.5)
    for y, i in enumerate(order):
        for x, name in enumerate(names):
            entry = found.of(name)[i]
            strength = _strength(found, name, entry)
            if entry.idle:
                continue
            colour = tint(_hue(entry), 0.92 * math.sqrt(strength / top)) if entry.clear else "#f4f6f7"
            own.fill_between([x - 0.47, x + 0.47], y - 0.46, y + 0.46, color=colour, linewidth=0)
            if entry.clear and strength >= 0.05:
                dark = strength / top > 0.4
                own.text(x, y, _two(strength), fontsize=5.8, ha="center", va="center", color="white" if dark else INK)
    for side in ("left", "bottom"):
        own.spines[side].set_visible(False)
    own.set_yticks(range(len(order)), [short(found.factors[i].path, 40) for i in order])
    own.xaxis.tick_top()
    own.set_xticks(range(len(names)), [name.replace("_", " ") for name in names], rotation=55, ha="left", rotation_mode="anchor")
    own.tick_params(length=0, labelsize=7)
    return ax


def _two(value: float) -> str:
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}".removeprefix("0")


def _heat_caption(found: Finding) -> str:
    unit = "mu* in standard deviations of a single run" if found.method == MORRIS else "the total index, a share of the variance"
    gone = len(found.factors) - len(_heat_order(found))
    rest = f" {gone} factors that move no measure for sure are left out." if gone else ""
    return (
        f"Every factor against every measure: {unit}; the darker, the stronger, blue for uncertainties and orange for "
        "levers. Grey: it may "
        f"be nothing. White: not one bit changed.{rest}"
    )


def _scatter(found: Finding, ax: Axes) -> Axes:
    names = _panels(found)[:6]
    rows = -(-len(names) // 3)
    for name, own in zip(names, panels(ax, rows, 3, margins=(0.6, 0.5, 0.4, 0.3), gaps=(0.75, 0.75)), strict=False):
        _scatter_panel(own, [one for one in found.ranked(name) if not one.idle])
        own.set_title(wrap(_heading(found, name), 40, 1), fontsize=7.5)
    for place in range(len(names), rows * 3):
        ax.child_axes[place].set_axis_off()
    return ax


def _scatter_panel(own: Axes, entries: Sequence[Entry]) -> None:
    size = [one.numbers["mu_star"].value for one in entries]
    sigma = [one.numbers["sigma"].value for one in entries]
    top = 1.12 * max([*size, 1e-300])
    high = max(1.12 * max([*sigma, 0.0]), 0.5 * top)
    own.set_xlim(0, top)
    own.set_ylim(0, high)
    own.plot([0, min(top, high)], [0, min(top, high)], color=GRID, linewidth=1.0)
    for one, x, y in zip(entries, size, sigma, strict=True):
        face = _hue(one) if one.clear else "white"
        own.plot([x], [y], "o", markersize=4, markerfacecolor=face, markeredgecolor=_hue(one), clip_on=False)
    named = [i for i, one in enumerate(entries) if one.clear][:4]
    heights = spread([sigma[i] for i in named], 0.1 * high, 0.0, high)
    for i, y in zip(named, heights, strict=True):
        left = size[i] > 0.45 * top
        own.annotate(short(entries[i].factor.path, 24), (size[i], y), (-6 if left else 6, 0), textcoords="offset points",
                     fontsize=6.2, color=_hue(entries[i]), ha="right" if left else "left", va="center", gid="halo",
                     annotation_clip=False)  # fmt: skip
    own.set_xlabel("mu*", fontsize=7)
    own.set_ylabel("sigma", fontsize=7)
    own.locator_params(nbins=4)


def _scatter_caption(found: Finding) -> str:
    return (
        "How evenly the factors act. Far to the right: it moves the measure much. Far below the grey line (sigma = mu*): "
        "it does so by much the "
        "same amount everywhere. On or above it: what it does depends on where the other factors stand, or goes up here "
        "and down there."
    )


def _luck(found: Finding, ax: Axes) -> Axes:
    names = [name for name in found.lively if math.isfinite(found.luck(name).share)]
    own = panels(ax, 1, 1, margins=(3.3, 0.45, 0.2, 0.15))[0]
    own.set_xlim(0, 1)
    own.set_ylim(len(names) - 0.5, -0.5)
    for y, name in enumerate(names):
        share = found.luck(name).share
        own.barh(y, 1 - share, 0.66, color="#0072B2", linewidth=0)
        own.barh(y, share, 0.66, left=1 - share, color=tint(INK, 0.18), linewidth=0)
        inside = share < 0.9
        own.text(1 - share + (-0.008 if inside else 0.008), y, f"{100 * (1 - share):.0f} %", fontsize=6.8, va="center",
                 ha="right" if inside else "left", color="white" if inside else INK)  # fmt: skip
    own.set_yticks(range(len(names)), [wrap(found.says(name), 58, 1) for name in names])
    own.tick_params(axis="y", labelsize=7)
    own.set_xticks(np.arange(0, 1.01, 0.25), [f"{share} %" for share in (0, 25, 50, 75, 100)])
    own.set_xlabel("share of the variance of a single run: what the factors explain (blue), and luck (grey)")
    own.spines["left"].set_visible(False)
    return ax


def _luck_caption(found: Finding) -> str:
    return (
        "How much of each measure the factors could explain at all. Where the blue bar is short, two runs with the same settings "
        f"differ nearly as much as two with other settings; the study plays {found.replications} replications of every point and "
        "takes the luck that is left out of the indices."
    )


SENSITIVITY: Mapping[str, Chart[Finding]] = {
    "strongest": Chart("What moves each measure", _dots_caption, _dots, lambda f: bool(_panels(f)), _grid_height),
    "heat": Chart(
        "Every factor, every measure", _heat_caption, _heat, lambda f: len(f.told) > 1 and bool(_heat_order(f)),
        lambda f: (WIDTH, 0.2 * len(_heat_order(f)) + 1.6),
    ),
    "evenness": Chart(
        "How evenly the factors act", _scatter_caption, _scatter, lambda f: f.method == MORRIS and bool(_panels(f)),
        lambda f: (WIDTH, -(-min(len(_panels(f)), 6) // 3) * 2.7 + 0.3),
    ),
    "luck": Chart(
        "How much is luck", _luck_caption, _luck, lambda f: any(math.isfinite(f.luck(name).share) for name in f.lively),
        lambda f: (WIDTH, 0.23 * len(f.lively) + 0.65),
    ),
}  # fmt: skip
