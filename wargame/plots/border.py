"""Migrants at the borders, emergencies and incidents."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from wargame.engine.types import Array
from wargame.plots.chart import Chart
from wargame.plots.reading import date_of, group, has, named, scalar
from wargame.plots.style import INK, SOFT, WIDTH, actor_colours, date_axis, light_grid, shade_exercises, thousands
from wargame.scenario.words import count, enumerated, short_date, times
from wargame.simulation.record import Record


def states(record: Record) -> list[str]:
    """Return the states whose border saw migrants, an emergency or an incident, the busiest first."""
    if not has(record, "migrant_flow"):
        return []

    def busy(actor: str) -> float:
        return float(sum(record.series(f, actor).sum() for f in ("migrant_flow", "emergency", "incident") if has(record, f)))

    actors = group(record, "frontline", "target", "members")
    return sorted((a for a in actors if busy(a) > 0), key=lambda a: (-busy(a), a))


def week_mean(values: Array) -> Array:
    """Return the mean over the week that ends on each day, shape ``(days,)``."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    days = np.arange(1, len(values) + 1)
    first = np.maximum(days - 7, 0)
    return np.asarray((sums[days] - sums[first]) / (days - first))


def _size(record: Record) -> tuple[float, float]:
    return WIDTH, 3.1 + 0.2 * len(states(record))


def _draw(record: Record, ax: Axes) -> Axes:
    found, colours = states(record), actor_colours(record)
    height = ax.figure.get_size_inches()[1]  # type: ignore[union-attr]
    low = 0.2 * len(found) + 0.08
    ax.set_axis_off()
    wide = (WIDTH - 0.95 - 0.7) / WIDTH
    flow = ax.inset_axes((0.95 / WIDTH, (low + 0.72) / height, wide, 1 - (low + 0.72 + 0.42) / height))
    lanes = ax.inset_axes((0.95 / WIDTH, 0.42 / height, wide, low / height))
    date_axis(flow, record, labels=False)
    base = np.zeros(len(record.days))
    days = np.arange(len(base))
    for actor in found:
        values = week_mean(record.series("migrant_flow", actor))
        if values.max() > 0:
            flow.fill_between(days, base, base + values, color=colours[actor], alpha=0.85, linewidth=0)
            _name(flow, record, actor, base, values, base + values)
            base = base + values
    flow.set_ylim(0, max(float(base.max()) * 1.15, 1.0))
    shade_exercises(flow, record)
    light_grid(flow)
    thousands(flow)
    flow.set_title("Attempts to cross a day, mean of the last seven days", pad=16)
    _lanes(lanes, record, found, colours)
    return ax


def _name(plot: Axes, record: Record, actor: str, base: Array, values: Array, top: Array) -> None:
    room = max(1, round(0.06 * len(values)))  # days that half a name takes: it stays within the picture
    inside = np.arange(len(values))
    day = int(np.argmax(values * (inside > 6) * (inside >= room) * (inside < len(values) - room)))
    if values[day] > 0.15 * float(top.max()):
        plot.annotate(named(record, actor), (day, base[day] + values[day] / 2), ha="center", va="center", fontsize=7.5,
                      color="white", fontweight="bold")  # fmt: skip


def _lanes(plot: Axes, record: Record, found: list[str], colours: dict[str, str]) -> None:
    date_axis(plot, record)
    plot.set_ylim(len(found) - 0.5, -0.5)
    plot.set_yticks(range(len(found)), [named(record, a) for a in found], color=INK, fontsize=7)
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    for row, actor in enumerate(found):
        if has(record, "emergency"):
            on = record.series("emergency", actor) > 0
            edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                plot.barh(row, end - start, left=start, height=0.55, color=colours[actor], alpha=0.35, linewidth=0)
        for field, mark, size in (("incident", "o", 4.0), ("unauthorised", "D", 5.0), ("clash", "X", 7.0)):
            if has(record, field):
                on_days = np.flatnonzero(record.series(field, actor) > 0)
                plot.plot(on_days, np.full(len(on_days), row), mark, color=INK, markersize=size, linestyle="none",
                          markeredgecolor="white", markeredgewidth=0.4)  # fmt: skip
    plot.set_title("bar: state of emergency\u2003● incident\u2003◆ unauthorised act\u2003✖ clash with casualties", fontsize=7,
                   fontweight="normal", color=SOFT, pad=4)  # fmt: skip


def _caption(record: Record) -> str:
    found = states(record)
    flows = {a: record.series("migrant_flow", a) for a in found}
    total = {a: float(v.sum()) for a, v in flows.items() if v.sum() >= 1}
    said = [f"{named(record, a)} {count(v)}" for a, v in sorted(total.items(), key=lambda p: (-p[1], p[0]))]
    text = f"Attempts over the whole period: {enumerated(said)}. " if said else "There were no attempts to cross. "
    massed = scalar(record, "massed")
    if massed is not None and massed.max() > 0:
        day = int(massed.argmax())
        text += f"At most {count(massed[day])} people were massed at the borders ({short_date(date_of(record, day))}). "
    incidents = scalar(record, "incidents")
    if incidents is not None:
        total_incidents = round(float(incidents[-1]))
        text += f"Incidents were counted {times(total_incidents)}." if total_incidents else "There were no incidents."
    return text


BORDER = Chart("The border: migrants, emergencies, incidents", _caption, _draw, lambda r: bool(states(r)), _size)
