"""The basing ladder: what stands where, and what was asked for and agreed."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from wargame.plots.chart import Chart
from wargame.plots.reading import BASING, date_of, has, named, role
from wargame.plots.style import BELIEVED, FAINT, INK, SOFT, TRUE, WIDTH, date_axis, panel, shade_exercises, step_points
from wargame.scenario.words import enumerated, short_date
from wargame.simulation.record import Record

STEPS = ("#eef1f3", "#cfe0ec", "#9cc3de", "#5a9bc7", "#21689b", "#0b3c5d")  # one hue, darker with every rung


def sites(record: Record) -> list[str]:
    """Return the client's places where the ladder was climbed or stood above the ground, the highest first."""
    if not has(record, "basing"):
        return []
    cast = record.bound.cast
    found = [s for s in cast.sites if record.series("basing", s).max() > 0]
    return sorted(found, key=lambda s: (-float(record.series("basing", s)[-1]), -float(record.series("basing", s).max()), s))


def _size(record: Record) -> tuple[float, float]:
    return WIDTH, 0.3 * len(sites(record)) + 1.05


def _draw(record: Record, ax: Axes) -> Axes:
    plot = panel(ax, 1.3, 0.72, 2.1, 0.34)
    found = sites(record)
    date_axis(plot, record)
    days = len(record.days)
    plot.set_ylim(len(found) - 0.4, -0.6)
    plot.set_yticks(range(len(found)), [record.bound.scenario.sites[s].name for s in found], color=INK)
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    for row, site in enumerate(found):
        level = np.rint(record.series("basing", site)).astype(int)
        points = step_points(level.astype(float))
        starts = [d for d in points if d == 0 or level[d] != level[d - 1]]
        for start, end in zip(starts, [*starts[1:], days - 1], strict=True):
            plot.barh(row, max(end - start, 0.5), left=start, height=0.62, color=STEPS[level[start]], linewidth=0)
            if start > 0:
                plot.annotate(short_date(date_of(record, start)), (start, row), (3, 0), textcoords="offset points", va="center",
                              fontsize=6.5, color="white" if level[start] > 2 else INK)  # fmt: skip
        public = record.series("basing_public", site) if has(record, "basing_public") else level
        hidden = " (not public)" if public[-1] < level[-1] else ""
        plot.annotate(f"{level[-1]}  {BASING[level[-1]]}{hidden}", (days - 1, row), (6, 0), textcoords="offset points",
                      va="center", fontsize=7.5, annotation_clip=False)  # fmt: skip
    height = ax.figure.get_size_inches()[1]  # type: ignore[union-attr]
    x = 1.3
    for i, words in enumerate(BASING):
        ax.text(x / WIDTH, 0.06 / height, "■", color=STEPS[i] if i else FAINT, fontsize=9, va="bottom")
        ax.text((x + 0.14) / WIDTH, 0.07 / height, f"{i} {words}", color=SOFT, fontsize=6.5, va="bottom")
        x += 0.42 + 0.056 * len(words)  # inches: the square, and letters of this size
    plot.set_title("Rung reached at each place")
    return ax


def _caption(record: Record) -> str:
    changed = [
        f"{record.bound.scenario.sites[s].name} from {a} to {b}"
        for s in sites(record)
        for a, b in [(round(float(record.series("basing", s)[0])), round(float(record.series("basing", s)[-1])))]
        if a != b
    ]
    text = f"Changed between the first and the last day: {enumerated(changed)}. " if changed else "No place changed its rung. "
    return text + "Dates within a bar are those of a change. The ladder runs from visits (0) to absorption (5)."


def items(record: Record) -> list[str]:
    """Return the items that were asked for or agreed, in the order in which they came up."""
    if not has(record, "asked", "agreed"):
        return []
    found = []
    for item in record.bound.cast.items:
        busy = np.flatnonzero((record.series("asked", item) > 0) | (record.series("agreed", item) > 0))
        if len(busy):
            found.append((int(busy[0]), item))
    return [item for _, item in sorted(found)]


def _agenda_size(record: Record) -> tuple[float, float]:
    return WIDTH, 0.27 * len(items(record)) + 0.95


def _agenda(record: Record, ax: Axes) -> Axes:
    found = items(record)
    plot = panel(ax, 3.1, 0.62, 1.1, 0.34)
    date_axis(plot, record, most=7)
    shade_exercises(plot, record)
    plot.set_ylim(len(found) - 0.4, -0.6)
    names = [record.bound.scenario.items[i].name for i in found]
    plot.set_yticks(range(len(found)), [n if len(n) < 52 else n[:50] + "…" for n in names], color=INK, fontsize=7)
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    for row, item in enumerate(found):
        asked, agreed = (record.series(name, item) > 0 for name in ("asked", "agreed"))
        for state, colour, edge in ((asked & ~agreed, "white", BELIEVED), (agreed, BELIEVED, BELIEVED)):
            for start, end in _spells(state):
                plot.barh(row, max(end - start, 0.6), left=start, height=0.5, color=colour, edgecolor=edge, linewidth=0.9)
        for day in refusals(record, item):
            plot.plot(day, row, "x", color=TRUE, markersize=5, markeredgewidth=1.3)
        fate = "agreed" if agreed[-1] else "still asked" if asked[-1] else "dropped or refused"
        plot.annotate(fate, (len(asked) - 1, row), (5, 0), textcoords="offset points", va="center", fontsize=7,
                      color=BELIEVED if agreed[-1] else SOFT, annotation_clip=False)  # fmt: skip
    height = ax.figure.get_size_inches()[1]  # type: ignore[union-attr]
    ax.text(3.1 / WIDTH, 0.06 / height, "□ asked\u2003■ agreed\u2003× refused", fontsize=7, color=SOFT, va="bottom")
    return ax


def _spells(state: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Return the spells during which a state held: first day, day after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], state, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def refusals(record: Record, item: str) -> list[int]:
    """Return the days on which an item was refused."""
    if not has(record, "refused_days"):
        return []
    since = record.series("refused_days", item)
    before = np.where(np.isnan(since), np.inf, since)
    return [d for d in range(1, len(since)) if since[d] < before[d - 1]]


def _agenda_caption(record: Record) -> str:
    found = items(record)
    agreed = [i for i in found if record.series("agreed", i)[-1] > 0]
    refused = sum(len(refusals(record, i)) for i in found)
    patron, client = named(record, role(record, "patron")), named(record, role(record, "client"))
    return (
        f"Of {len(found)} items that came up between {patron or 'the patron'} and {client or 'the client'}, "
        f"{len(agreed)} stood agreed at the end; refusals: {refused}. An agreed basing step takes weeks to build up."
    )


LADDER = Chart("Basing: who stands where", _caption, _draw, lambda r: bool(sites(r)), _size)
AGENDA = Chart("Bargaining: asked, refused, agreed", _agenda_caption, _agenda, lambda r: bool(items(r)), _agenda_size)
