"""How ensembles go day by day: fans of the watched variables, shares of classes, the ladder as a heat map."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from wargame.engine.types import Array
from wargame.plots import ensemble_base as base
from wargame.plots.chart import Chart
from wargame.plots.reading import BASING, RUNGS
from wargame.plots.style import FAINT, INK, SOFT, band, light_grid, panels, wrap
from wargame.scenario.words import enumerated
from wargame.studies.sweep.find.results import Results

COLUMNS = 3
MOST = 24
_HEAT = LinearSegmentedColormap.from_list("share", ["#ffffff", "#dfeaf3", "#7aa0c4", "#0b3c5d"])


def moving(results: Results) -> list[int]:
    """Return the watched variables that move or spread in some case, the widest first within what the page holds."""
    bands = np.nan_to_num(results.course.bands)
    scale = np.abs(bands).max(axis=(0, 2, 3)) + 1e-12
    spread = (bands[:, :, -1] - bands[:, :, 0]).max(axis=(0, 2)) / scale
    move = np.ptp(bands[:, :, 2], axis=(0, 2)) / scale
    lively = [i for i in range(len(scale)) if spread[i] > 1e-6 or move[i] > 1e-6]
    best = sorted(lively, key=lambda i: (-(spread[i] + 0.25 * move[i]), i))[:MOST]
    return sorted(best)


def _fan_rows(results: Results) -> int:
    return -(-len(moving(results)) // COLUMNS)


def _fans(results: Results, ax: Axes) -> Axes:
    shown = moving(results)
    plots = panels(ax, _fan_rows(results), COLUMNS, margins=(0.5, 0.45, 0.15, 0.35), gaps=(0.55, 0.55))
    watch = results.study.base.scenario.watch
    kept_of = {i: [k for k, run in enumerate(results.course.kept_runs) if results.at(run)[0] == i] for i in base.groups(results)}
    for plot, i in zip(plots, shown, strict=False):
        for place in base.groups(results):
            low, quarter, middle, three, high = results.course.bands[place, i]
            x, colour = np.arange(base.days(results)), base.hue(place)
            band(plot, x, quarter, three, colour, 0.26)
            if len(base.groups(results)) > 1:
                plot.plot(x, low, color=colour, linewidth=0.5, alpha=0.8)
                plot.plot(x, high, color=colour, linewidth=0.5, alpha=0.8)
            else:
                band(plot, x, low, high, colour, 0.16)
                for k in kept_of[place][:4]:
                    plot.plot(x, results.course.kept[i, :, k], color=FAINT, linewidth=0.5)
            plot.plot(x, middle, color=colour, linewidth=1.5)
        base.calendar(plot, results, most=4)
        name = results.course.variables[i]
        unit = f" ({watch[name].unit})" if watch[name].unit else ""
        plot.set_title(wrap(f"{watch[name].label}{unit}", 40, 2), fontsize=7.5, pad=4, fontweight="normal", color=INK)
        if float(np.nan_to_num(results.course.bands[:, i]).max()) > 2000:
            plot.yaxis.set_major_formatter(lambda value, position: f"{value:,.0f}")
        light_grid(plot)
        plot.locator_params(axis="y", nbins=4)
    for plot in plots[len(shown) :]:
        plot.set_axis_off()
    base.key(ax, base.group_names(results))
    return ax


def _fan_caption(results: Results) -> str:
    method = "exact" if results.study.design.exact else "from streamed histograms, within 1 % of the value"
    total = len(results.course.variables)
    lines = " Thin grey lines are single histories." if len(results.course.groups) == 1 and results.course.kept_runs else ""
    some = f" The {len(moving(results))} of {total} watched variables that spread most." if len(moving(results)) < total else ""
    outer = "thin lines" if len(results.course.groups) > 1 else "light band"
    return (
        f"Line: median over the runs of each day; band: the middle half; {outer}: 5 to 95 %. A band is made day by day: "
        f"no single history need follow its edge.{lines} Quantiles are {method}.{some}{_absent(results)}{base.left_out(results)}"
    )


def _absent(results: Results) -> str:
    """Return a sentence about variables that some runs do not have on some days, with the smallest share of those that do."""
    course, watch = results.course, results.study.base.scenario.watch
    least = {course.variables[i]: float(course.shares[:, i].min()) for i in moving(results)}
    told = [f"{watch[name].label} (at least {base.percent(share)})" for name, share in least.items() if share < 1]
    return f" Of the runs that have it on the day alone: {enumerated(told)}." if told else ""


def _shares(results: Results, name: str) -> Array:
    """Return the share of runs on each level, ``(groups, days, levels)``."""
    found = results.course.levels[:, results.course.graded.index(name)].astype(np.float64)
    return np.asarray(found / np.maximum(found.sum(axis=-1, keepdims=True), 1))


def stacked(results: Results) -> list[str]:
    """Return the graded variables with more than two levels on which some run moves: classes and the basing ladder."""
    watch = results.study.base.scenario.watch
    units = {m.name: m.spec.unit for m in results.study.base.measures} | {name: one.unit for name, one in watch.items()}
    wanted = [n for n in results.course.graded if units[n] not in ("0/1", "0-9")]
    lively = [n for n in wanted if (results.course.levels[:, results.course.graded.index(n)].sum(axis=(0, 1)) > 0).sum() > 1]
    order = sorted(lively, key=lambda n: (n != "esc_class", n != "basing_state", n))
    labels = {n: _label(results, n) for n in order}
    return [n for i, n in enumerate(order) if labels[n] not in [labels[o] for o in order[:i]]][:4]


def _label(results: Results, name: str) -> str:
    watch = results.study.base.scenario.watch
    return watch[name].label if name in watch else results.says(name)


def _stack_rows(results: Results) -> int:
    return len(stacked(results))


def _stacks(results: Results, ax: Axes) -> Axes:
    names, places = stacked(results), base.groups(results)
    plots = panels(ax, len(names), len(places), margins=(0.45, 0.3, 1.95, 0.4), gaps=(0.25, 0.68))
    for row, name in enumerate(names):
        shares = _shares(results, name)
        used = [level for level in range(shares.shape[-1]) if shares[..., level].max() > 0]
        named = _level_names(results, name)
        top = max([*named, *used])  # colours are those of the whole ladder, however little of it is climbed
        for place in places:
            plot = plots[row * len(places) + place]
            colours = [_hue_of(level, top) for level in used]
            plot.stackplot(
                np.arange(base.days(results)), [shares[place, :, level] for level in used], colors=colours, linewidth=0
            )
            base.calendar(plot, results, most=4 if len(places) < 3 else 2)
            plot.set_ylim(0, 1)
            plot.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"] if place == 0 else [])
            title = _stack_title(results, name) if place == 0 else ""
            case = base.group_name(results, place) if len(places) > 1 else ""
            plot.set_title(title if not case else f"{title}\n{case[:28]}" if title else case[:28], fontsize=7.5, pad=4)
        last = plots[row * len(places) + len(places) - 1]
        _legend(last, named, used, top)
    return ax


def _stack_title(results: Results, name: str) -> str:
    watch = results.study.base.scenario.watch
    return wrap(watch[name].label, 40, 2) if name in watch else base.heading(results, name)


def _level_names(results: Results, name: str) -> dict[int, str]:
    """Return what the levels of a variable are called, as its own sentence says: ``0 calm, 1 managed tension``."""
    if name.startswith("basing"):
        return dict(enumerate(BASING))
    own = {measure.name: measure.spec.says for measure in results.study.base.measures}.get(name, "")
    return {int(level): word.strip() for level, word in re.findall(r"\b(\d) ([^,;()\d]+)", own)}


def _hue_of(level: int, top: int) -> str:
    return base.LADDER[min(level * (9 if top < 4 else 8) // max(top, 1), 9)]


def _legend(plot: Axes, names: dict[int, str], used: list[int], top: int) -> None:
    """Name the levels beside the last plot of a row, in two lines each where there is room for them."""
    crowded = len(used) > 4
    size = 6.2 if crowded else 6.5
    for i, level in enumerate(used):
        word = f"{level}  {names.get(level, '')}".strip()
        at = (1.0, (i + 0.5) / max(len(used), 1))
        beside: dict[str, Any] = {
            "xycoords": "axes fraction",
            "textcoords": "offset points",
            "va": "center",
            "annotation_clip": False,
        }
        plot.annotate("■", at, (6, 0), color=_hue_of(level, top), fontsize=10, **beside)
        plot.annotate(wrap(word, 42, 1) if crowded else wrap(word, 34, 2), at, (18, 0), color=SOFT, fontsize=size, **beside)


def _stack_caption(results: Results) -> str:
    return (
        "Share of the runs that stood on each level, day by day; darker and redder is further up. Measures that are maxima "
        f"can only rise.{base.left_out(results)}"
    )


def tracks(results: Results) -> list[str]:
    """Return the watched variables that are levels of the escalation ladder and leave its ground."""
    watch = results.study.base.scenario.watch
    return [
        n for n in results.course.graded
        if n in watch and watch[n].unit == "0-9" and results.course.levels[:, results.course.graded.index(n), :, 1:].sum() > 0
    ]  # fmt: skip


def _track(results: Results, name: str) -> str:
    """Return the label of a track without the word that they all begin with."""
    return _label(results, name).removeprefix("Ladder: ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _track_rows(results: Results) -> int:
    return len(tracks(results))


def _heat(results: Results, ax: Axes) -> Axes:
    names, places = tracks(results), base.groups(results)
    plots = panels(ax, len(names), len(places), margins=(0.45 if len(places) > 1 else 1.7, 0.3, 0.3, 0.4), gaps=(0.25, 0.58))
    for row, name in enumerate(names):
        shares = _shares(results, name)
        for place in places:
            plot = plots[row * len(places) + place]
            plot.imshow(shares[place].T ** 0.5, origin="lower", aspect="auto", cmap=_HEAT, vmin=0, vmax=1,
                        extent=(-0.5, base.days(results) - 0.5, -0.5, 9.5), interpolation="nearest")  # fmt: skip
            base.calendar(plot, results, most=5 if len(places) < 3 else 2)
            words = [f"{RUNGS[i]} {i}" for i in range(10)] if len(places) == 1 else [str(i) for i in range(10)]
            plot.set_yticks(range(10), words if place == 0 else [], fontsize=6.5)
            label = _capital(_track(results, name)) if place == 0 else ""
            case = base.group_name(results, place)[:28] if len(places) > 1 else ""
            plot.set_title("\n".join(part for part in (label, case) if part), fontsize=7.5, pad=4)
    return ax


def _heat_caption(results: Results) -> str:
    said = []
    for name in tracks(results):
        high = _shares(results, name)[0][:, 4:].sum(axis=-1)
        said.append(f"{_track(results, name)} {base.percent(float(high.max()))}")
    where = f" in {base.group_name(results, 0)}" if len(results.course.groups) > 1 else ""
    return (
        "Share of the runs on each rung of the ladder, day by day; the darker the more (by the square root: rare rungs show)."
        f" At 4 or above on the worst day{where}: {enumerated(said)}.{base.left_out(results)}"
    )


FANS = Chart(
    "How it goes: medians and bands", _fan_caption, _fans, lambda r: len(moving(r)) > 0, base.tall(_fan_rows, 1.45, 0.75)
)
STACKS = Chart(
    "Classes of outcome and the basing ladder over time", _stack_caption, _stacks, lambda r: len(stacked(r)) > 0,
    base.tall(_stack_rows, 1.8, 0.5),
)  # fmt: skip
HEAT = Chart("Escalation over time", _heat_caption, _heat, lambda r: len(tracks(r)) > 0, base.tall(_track_rows, 2.18, 0.4))
