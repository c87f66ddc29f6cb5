"""The sense of threat of every actor: small panels that share a scale."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from wargame.plots.chart import Chart
from wargame.plots.reading import date_of, group, has, named
from wargame.plots.style import FAINT, INK, SOFT, WIDTH, actor_colours, band, date_axis, panels, shade_exercises
from wargame.scenario.words import enumerated, short_date
from wargame.simulation.record import Record

COLUMNS = 4


def shown(record: Record) -> list[str]:
    """Return the actors whose threat moves, those of the front line first, then by the height it reached."""
    if not has(record, "threat"):
        return []
    front = group(record, "frontline")
    moving = [a for a in record.bound.cast.actors if float(np.ptp(record.series("threat", a))) > 1e-3]
    return sorted(moving, key=lambda a: (a not in front, -float(record.series("threat", a).max()), a))


def _size(record: Record) -> tuple[float, float]:
    return WIDTH, 1.25 * -(-len(shown(record)) // COLUMNS) + 0.45


def _draw(record: Record, ax: Axes) -> Axes:
    actors, colours = shown(record), actor_colours(record)
    rows = -(-len(actors) // COLUMNS)
    plots = panels(ax, rows, COLUMNS, margins=(0.32, 0.3, 0.38, 0.24), gaps=(0.32, 0.36))
    all_of_them = np.array([record.series("threat", actor) for actor in actors])
    low, high = all_of_them.min(axis=0), all_of_them.max(axis=0)
    days = np.arange(len(low))
    for i, plot in enumerate(plots):
        if i >= len(actors):
            plot.set_axis_off()
            continue
        actor, last_row = actors[i], i + COLUMNS >= len(actors)
        values = all_of_them[i]
        plot.set_ylim(0, 1)
        date_axis(plot, record, labels=last_row, most=4, years=False)
        shade_exercises(plot, record, names=False)
        plot.set_yticks([0, 0.5, 1], ["0", "0.5", "1"] if i % COLUMNS == 0 else [])
        plot.grid(True, axis="y")
        plot.spines["left"].set_visible(False)
        band(plot, days, low, high, FAINT, 0.22)
        plot.plot(days, values, color=colours[actor], linewidth=1.9)
        peak = int(values.argmax())
        plot.plot(peak, values[peak], "o", color=colours[actor], markersize=3.5)
        plot.annotate(f"{values[peak]:.2f}", (peak, values[peak]), (0, 4), textcoords="offset points", fontsize=7,
                      ha="left" if peak < 8 else "center", color=INK, gid="halo")  # fmt: skip
        plot.annotate(f"{values[-1]:.2f}", (days[-1], values[-1]), (2, 0), textcoords="offset points", va="center",
                      fontsize=6.5, color=SOFT, annotation_clip=False)  # fmt: skip
        plot.set_title(named(record, actor), fontsize=8, pad=4, color=colours[actor])
    return ax


def _caption(record: Record) -> str:
    actors = shown(record)
    tops = sorted(actors, key=lambda a: (-float(record.series("threat", a).max()), a))[:2]
    said = [
        f"{named(record, a)} ({record.series('threat', a).max():.2f} on "
        f"{short_date(date_of(record, int(record.series('threat', a).argmax())))})"
        for a in tops
    ]
    return (
        f"Highest in {enumerated(said)}. Every panel has the same scale, 0 to 1; grey is the range over all actors shown, the "
        "dot the actor's own peak, shaded days those of exercises. Threat is what an actor feels, from what it sees and from "
        "what it cannot see; it is no measure of danger."
    )


THREAT = Chart("Sense of threat by actor", _caption, _draw, lambda r: len(shown(r)) > 0, _size)
