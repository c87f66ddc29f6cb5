"""Figures of a debrief: the course of the game with its episodes, truth beside each team's belief, forecasts, other histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from wargame.engine.types import Array
from wargame.plots.chart import Chart, svg
from wargame.plots.reading import day_of, events, group, has, named, of_actor, role, scalar
from wargame.plots.style import (
    BADGE,
    BELIEVED,
    CHANNEL,
    FAINT,
    GRID,
    INK,
    SOFT,
    TRUE,
    WIDTH,
    actor_colours,
    band,
    date_axis,
    end_labels,
    light_grid,
    panel,
    panels,
    shade_exercises,
    spread,
    thousands,
    tint,
    wrap,
)
from wargame.scenario.words import percent
from wargame.simulation.record import Record
from wargame.studies.statistics.scoring import Bin

TRACKS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#882255")
ROW = 0.2  # inches of an episode's bar


class Span(Protocol):
    """Days of a history that have a title, and the actors who had part in them."""

    @property
    def title(self) -> str: ...

    @property
    def first(self) -> dt.date: ...

    @property
    def last(self) -> dt.date: ...

    @property
    def who(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Place:
    """Where a game's outcome for a seat lies among other histories ``(runs,)``; ``below`` is the share that did worse."""

    actor: str
    value: float
    others: Array
    below: float


def _svg(record: Record, name: str, size: tuple[float, float], fill: Callable[[Axes], None]) -> str:
    """Return a figure as SVG text, the same bytes for the same content."""

    def drawing(record: Record, ax: Axes) -> Axes:
        del record
        fill(ax)
        return ax

    return svg(Chart(name, lambda r: "", drawing, lambda r: True, lambda r: size), record, name)


def course(record: Record, episodes: Sequence[Span]) -> str:
    """Return the ladders of escalation and tension over the days, with the numbered episodes below."""
    rows = max(len(episodes), 1)
    height = 2.35 + ROW * rows + 0.35

    def fill(ax: Axes) -> None:
        plot = panel(ax, 0.62, 0.75 + ROW * rows, 1.5, 0.45)
        below = ax.inset_axes((0.62 / WIDTH, 0.42 / height, 1 - 2.12 / WIDTH, ROW * rows / height))
        _ladders(record, plot)
        below.set_ylim(rows - 0.4, -0.6)
        below.set_yticks([])
        date_axis(below, record)
        for name in ("left", "top", "right"):
            below.spines[name].set_visible(False)
        last = len(record.days) - 1
        for i, one in enumerate(episodes):
            first, end = day_of(record, one.first), max(day_of(record, one.last), day_of(record, one.first) + 0.6)
            below.barh(i, end - first, left=first, height=0.55, color=tint(BELIEVED, 0.35), linewidth=0)
            below.text(first, i, str(i + 1), fontsize=6.5, ha="center", va="center", color="white", fontweight="bold",
                       bbox=BADGE | {"facecolor": BELIEVED})  # fmt: skip
            right = end < 0.66 * last
            place, gap, side = (end, 5, "left") if right else (first, -9, "right")
            below.annotate(one.title, (place, i), (gap, 0), textcoords="offset points", fontsize=7, va="center", ha=side,
                           color=INK, annotation_clip=False)  # fmt: skip
        if not episodes:
            below.text(0.0, 0.0, "no rule found an episode", fontsize=7, va="center", color=SOFT)

    return _svg(record, "course", (WIDTH, height), fill)


def _ladders(record: Record, plot: Axes) -> None:
    plot.set_ylim(0, 9.4)
    plot.set_yticks(range(0, 10, 3))
    date_axis(plot, record, labels=False)
    shade_exercises(plot, record)
    light_grid(plot)
    labels: list[tuple[float, str, str]] = []
    tracks = record.bound.cast.tracks
    levels = record.series("esc") if has(record, "esc") else np.zeros((len(record.days), 0))
    for i, track in enumerate(tracks[: levels.shape[1]]):
        colour = TRACKS[i % len(TRACKS)]
        plot.plot(levels[:, i], color=colour, drawstyle="steps-post", linewidth=1.8)
        labels.append((float(levels[-1, i]), wrap(record.bound.scenario.tracks[track], 22, 1), colour))
    tension = scalar(record, "tension")
    if tension is not None:
        plot.plot(9 * tension, color=FAINT, linewidth=1.2)
        labels.append((9 * float(tension[-1]), "tension (0 to 1, grey)", SOFT))
    end_labels(plot, labels, size=7)
    plot.set_title("Level of escalation, 0 to 9", pad=18)


@dataclass(frozen=True)
class Look:
    """One thing that a team held true, beside the truth: its title, the truth and the belief over the days, perhaps a range."""

    title: str
    true: Array
    held: Array
    low: Array | None = None
    high: Array | None = None
    top: float | None = None


def looks(record: Record, actor: str, most: int = 3) -> list[Look]:
    """Return what an actor believed of others, as far as the scenario holds a truth to compare it with."""
    found: list[Look] = []
    guests, seen = scalar(record, "guest_troops"), of_actor(record, "seen_guest", actor)
    patron, client = role(record, "patron"), role(record, "client")
    if guests is not None and seen is not None and actor not in (patron, client):
        low, high = of_actor(record, "seen_low", actor), of_actor(record, "seen_high", actor)
        found.append(Look(f"Troops of {named(record, patron)} in {named(record, client)}", guests, seen, low, high))
    for name, subject, words, top in (
        ("intent", patron, "Intent of {} to attack (0 to 2)", 2.0),
        ("stability", client, "Stability of the regime of {}", 1.0),
        ("resolve", patron, "Resolve of {} to honour its guarantee", 1.0),
        ("patience", patron, "Patience of {} with its client", 1.0),
    ):
        field = f"believed.{name}"
        if subject and subject != actor and has(record, field, f"unsure.{name}", name):
            held, unsure = (record.series(f, actor, subject) for f in (field, f"unsure.{name}"))
            true = record.series(name, subject)
            title = words.format(named(record, subject))
            found.append(Look(title, true, held, np.maximum(held - unsure, 0), np.minimum(held + unsure, top), top))
    return found[:most]


def beliefs(record: Record, actor: str, episodes: Sequence[Span]) -> str:
    """Return what a team believed beside what was true, its orders and the episodes it had part in; empty without beliefs."""
    seen = looks(record, actor)
    if not seen:
        return ""
    height = 2.9

    def fill(ax: Axes) -> None:
        plots = panels(ax, 1, len(seen), margins=(0.5, 1.02, 0.25, 0.36), gaps=(0.5, 0.0))
        for i, (plot, look) in enumerate(zip(plots, seen, strict=True)):
            _look(record, plot, look)
            _deeds(record, plot, actor, episodes, names=i == 0)

    return _svg(record, f"beliefs-{actor}", (WIDTH, height), fill)


def _look(record: Record, plot: Axes, look: Look) -> None:
    high = look.high if look.high is not None else look.held
    top = look.top or 1.1 * max(float(look.true.max()), min(float(high.max()), 1.6 * float(look.held.max())), 1.0)
    plot.set_ylim(0, top)
    date_axis(plot, record, labels=False, most=5)
    shade_exercises(plot, record, names=False)
    light_grid(plot)
    if look.top is None:
        thousands(plot)
    days = np.arange(len(look.true))
    if look.low is not None and look.high is not None:
        band(plot, days, look.low, np.minimum(look.high, top), BELIEVED)
    plot.plot(days, look.held, color=BELIEVED, linewidth=1.5)
    plot.plot(days, look.true, color=TRUE, linewidth=1.8)
    plot.set_title(wrap(look.title, 46), fontsize=8, pad=6)


def _deeds(record: Record, plot: Axes, actor: str, episodes: Sequence[Span], *, names: bool) -> None:
    """Mark a team's orders by channel, and the episodes it had part in, in a strip below its axis."""
    strip = plot.inset_axes((0.0, -0.5, 1.0, 0.42))
    date_axis(strip, record, most=5, years=False)
    strip.set_ylim(4.3, -1.9)
    strip.set_yticks([])
    for side in ("left", "top", "right"):
        strip.spines[side].set_visible(False)
    channels = tuple(CHANNEL)
    for event in events(record, "order"):
        channel = str(event.more.get("channel", ""))
        if event.actor == actor and channel in channels:
            strip.plot(day_of(record, event.date), channels.index(channel) + 0.5, "|", color=CHANNEL[channel], markersize=4,
                       markeredgewidth=1.4, clip_on=False)  # fmt: skip
    own = [(float(day_of(record, one.first)), i + 1) for i, one in enumerate(episodes) if actor in one.who]
    last = float(len(record.days))
    gap = last * 0.19 / (plot.get_window_extent().width / plot.figure.dpi)  # as wide as a badge
    for place, (_, number) in zip(spread([day for day, _ in own], gap, 0.0, last), own, strict=True):
        strip.text(place, -1.0, str(number), fontsize=6, ha="center", va="center", color="white", fontweight="bold",
                   bbox=BADGE | {"facecolor": INK})  # fmt: skip
    if names:
        for i, channel in enumerate(channels):
            strip.text(-0.012, i + 0.5, channel[:4], transform=strip.get_yaxis_transform(), fontsize=5.5, ha="right",
                       va="center", color=CHANNEL[channel])  # fmt: skip


def calibrated(record: Record, groups: Mapping[str, Sequence[Bin]]) -> str:
    """Return what was forecast against how often it happened; ``groups``: name of a seat (empty: everybody) -> bins."""

    def fill(ax: Axes) -> None:
        plot = panel(ax, 0.75, 0.5, 4.9, 0.2)
        plot.set_xlim(-0.03, 1.03)
        plot.set_ylim(-0.03, 1.03)
        for axis in (plot.xaxis, plot.yaxis):
            axis.set_major_locator(MultipleLocator(0.2))
            axis.set_major_formatter(lambda value, position: f"{value:.0%}")
        plot.grid(True, color=GRID)
        plot.plot([0, 1], [0, 1], color=FAINT, linewidth=1.0, linestyle=(0, (3, 2)))
        plot.set_xlabel("chance that was given")
        plot.set_ylabel("share that came true")
        colours = actor_colours(record)
        for i, (seat, bins) in enumerate(groups.items()):
            colour = colours.get(seat, INK)
            x = [one.said for one in bins]
            y = [one.happened.value for one in bins]
            if not seat:
                low = [max(one.happened.value - one.happened.low, 0.0) for one in bins]
                high = [max(one.happened.high - one.happened.value, 0.0) for one in bins]
                plot.errorbar(x, y, yerr=(low, high), color=INK, linewidth=1.2, elinewidth=0.8, capsize=2, zorder=3)
            sizes = [18 + 3.0 * one.happened.n for one in bins]
            plot.scatter(x, y, s=sizes, color=colour, alpha=0.9 if not seat else 0.6, linewidth=0, zorder=4 if not seat else 2)
            label = named(record, seat) if seat else "everybody (95% interval)"
            plot.annotate(label, (1.0, 1.0), (14, -8 - 13 * i), xycoords="axes fraction", textcoords="offset points",
                          fontsize=7.5, color=colour, fontweight="bold", annotation_clip=False)  # fmt: skip

    return _svg(record, "calibration", (WIDTH, 3.6), fill)


def among(record: Record, places: Sequence[Place]) -> str:
    """Return each seat's outcome among those of other histories: a histogram, the game's own as a line."""
    rows = -(-len(places) // 3)
    height = 1.35 * rows + 0.75

    def fill(ax: Axes) -> None:
        plots = panels(ax, rows, 3, margins=(0.25, 0.5, 0.25, 0.45), gaps=(0.35, 0.62))
        colours = actor_colours(record)
        for plot, place in zip(plots, places, strict=False):
            _place(record, plot, place, colours[place.actor])
        for plot in plots[len(places) :]:
            plot.set_axis_off()

    return _svg(record, "among", (WIDTH, height), fill)


def _place(record: Record, plot: Axes, place: Place, colour: str) -> None:
    low, high = min(float(place.others.min()), place.value), max(float(place.others.max()), place.value)
    spare = max(0.05 * (high - low), 0.005)
    counts, edges = np.histogram(place.others, bins=32, range=(low - spare, high + spare))
    plot.stairs(counts, edges, fill=True, color=tint(colour, 0.45))
    plot.axvline(place.value, color=INK, linewidth=1.6)
    side = "left" if place.value < (low + high) / 2 else "right"
    plot.annotate(f"this game {place.value:.2f}", (place.value, 1.0), (3 if side == "left" else -3, -6), fontsize=7,
                  xycoords=("data", "axes fraction"), textcoords="offset points", ha=side, gid="halo")  # fmt: skip
    plot.set_yticks([])
    plot.spines["left"].set_visible(False)
    plot.set_ylim(0, 1.3 * max(float(counts.max()), 1.0))
    plot.xaxis.set_major_locator(MaxNLocator(nbins=4))
    plot.set_title(f"{named(record, place.actor)}: better than {share(place.below)}", fontsize=8, pad=4, color=INK)


def share(value: float) -> str:
    """Return a share of other histories in a hundred, nought and all of them only where it is exactly so."""
    return percent(value, "fewer than 1 %", "more than 99 %", 0.005).replace(" %", "%")


def teams(record: Record, seats: Sequence[str]) -> list[str]:
    """Return seats in the order of the figures: by role, then as they came."""
    ranked = [a for r in ("patron", "client", "alliance", "members", "frontline", "target") for a in group(record, r)]
    return [seat for seat in dict.fromkeys([*ranked, *seats]) if seat in seats]
