"""The theatre on a day: the patron's forces as the observer believes them, beside as they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from wargame.engine.types import Array
from wargame.plots.chart import Chart
from wargame.plots.geography import Window, outlines, window
from wargame.plots.placing import Block, crowded, place
from wargame.plots.reading import date_of, group, has, named, observer, peak_day, role
from wargame.plots.style import BORDER, CAST_LAND, INK, LAND, SEA, SOFT, WIDTH, actor_colours, panels, tint, wrap
from wargame.scenario.words import brief, count, long_date
from wargame.simulation.record import Record

TOO_FEW = 50.0  # troops at a place below which a map says nothing
ECHELONS = ((250.0, "I"), (1_200.0, "II"), (2_800.0, "III"), (8_000.0, "X"), (math.inf, "XX"))  # company to division


@dataclass(frozen=True)
class Force:
    """Troops at a place as somebody has them: the middle, a range (or none), and the age of the report in days."""

    site: str
    actor: str
    troops: float
    low: float | None = None
    high: float | None = None
    age: float | None = None


def truth(record: Record, day: int) -> list[Force]:
    """Return all forces on a day as they are."""
    cast = record.bound.cast
    troops = record.series("troops")[day]
    return [
        Force(site, actor, float(troops[i, j]))
        for i, site in enumerate(cast.sites)
        for j, actor in enumerate(cast.actors)
        if troops[i, j] >= TOO_FEW
    ]


def belief(record: Record, day: int, who: str) -> list[Force]:
    """Return the patron's forces on a day as an actor believes them (middle and 10 to 90% range), the others as they are."""
    cast, patron = record.bound.cast, role(record, "patron")
    row = cast.actors.index(who)
    known, mean, sd = (record.series(name)[day, row] for name in ("known", "belief_mean", "belief_sd"))
    age = record.series("report_age")[day, row] if has(record, "report_age") else np.full(len(cast.sites), np.nan)
    found = [force for force in truth(record, day) if force.actor in _western(record)]
    for i, site in enumerate(cast.sites):
        middle = math.exp(mean[i])
        if known[i] > 0 and middle >= TOO_FEW and patron:
            low, high = middle * math.exp(-1.2816 * sd[i]), middle * math.exp(1.2816 * sd[i])
            found.append(Force(site, patron, middle, low, high, float(age[i])))
    return found


def _western(record: Record) -> tuple[str, ...]:
    return group(record, "alliance", "members", "distant", "target")


def _applies(record: Record) -> bool:
    fields = ("troops", "known", "belief_mean", "belief_sd")
    return has(record, *fields) and observer(record) is not None and role(record, "patron") is not None


def _size(record: Record) -> tuple[float, float]:
    wide = (WIDTH - 0.2) / 2
    return WIDTH, min(max(wide * window(record).ratio, 2.0), 6.0) + 0.62


def draw_map(record: Record, ax: Axes, day: int) -> Axes:
    """Draw both maps of a day."""
    view, colours, who = window(record), actor_colours(record), observer(record) or ""
    left, right = panels(ax, 1, 2, margins=(0.0, 0.34, 0.0, 0.28), gaps=(0.2, 0.0))
    patron = role(record, "patron")
    theirs = [f for f in belief(record, day, who) if f.actor in (patron, *_western(record))]
    truly = [f for f in truth(record, day) if f.actor in (patron, *_western(record))]
    for plot, forces, title in (
        (left, theirs, f"As {named(record, who)} believes them"),
        (right, truly, "As they are"),
    ):
        _ground(plot, record, view)
        _forces(plot, record, view, forces, colours)
        _beyond(plot, record, view, forces, patron)
        plot.set_title(title)
        plot.title.set_position((0.0, 1.0))
    _unknown(right, record, truly, patron, unknown(record, day, who))
    _key(ax, record, colours, list(dict.fromkeys(force.actor for force in truly)))
    return ax


def _ground(ax: Axes, record: Record, view: Window) -> None:
    ax.set_axis_on()
    ax.set_xlim(view.west, view.east)
    ax.set_ylim(view.south, view.north)
    ax.set_aspect(view.stretch, adjustable="box")
    ax.set_xticks([])
    ax.set_yticks([])
    ground = [(name, shown) for name, rings in outlines() if (shown := [ring for ring in rings if _touches(ring, view)])]
    ax.set_facecolor(SEA if ground else LAND)
    for spine in ax.spines.values():
        spine.set_visible(True)
    host = named(record, role(record, "client"))
    for name, shown in ground:
        colour = CAST_LAND if name == host else LAND
        ax.add_collection(PolyCollection(shown, facecolor=colour, edgecolor=BORDER, linewidth=0.5))


def _touches(ring: Array, view: Window) -> bool:
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(low[0] <= view.east and high[0] >= view.west and low[1] <= view.north and high[1] >= view.south)


def _forces(ax: Axes, record: Record, view: Window, forces: Sequence[Force], colours: dict[str, str]) -> None:
    sites, patron = record.bound.scenario.sites, role(record, "patron")
    shown = [f for f in forces if view.holds(sites[f.site].lon, sites[f.site].lat)]
    shown.sort(key=lambda f: (-f.troops, f.site, f.actor))
    taken = {f.site for f in shown if f.actor == patron}
    capitals = [
        name for name, site in sorted(sites.items())
        if site.kind == "capital" and view.holds(site.lon, site.lat) and name not in taken
    ]  # fmt: skip
    inch = _degrees_per_inch(ax, view)
    spots = [(sites[f.site].lon / inch[0], sites[f.site].lat / inch[1]) for f in shown]
    left = [flip and spot[0] - 1.1 > view.west / inch[0] for flip, spot in zip(crowded(spots), spots, strict=True)]
    blocks = [_block(record, f, f.actor == patron, flip) for f, flip in zip(shown, left, strict=True)]
    blocks += [Block(LETTER * len(sites[name].name) + 0.1, 0.12, (sites[name].name,), fixed=True) for name in capitals]
    names = [*(f.site for f in shown), *capitals]
    anchors = [(sites[name].lon / inch[0], sites[name].lat / inch[1]) for name in names]
    frame = (view.west / inch[0], view.south / inch[1], view.east / inch[0], view.north / inch[1])
    corners = place(blocks, anchors, frame)
    for name in capitals:
        ax.plot(sites[name].lon, sites[name].lat, "s", markersize=3, color=SOFT, markeredgewidth=0)
        ax.annotate(sites[name].name, (sites[name].lon, sites[name].lat), (4, 0), textcoords="offset points", fontsize=6.5,
                    color=SOFT, gid="halo", fontstyle="italic", va="center")  # fmt: skip
    for force, block, anchor, corner in zip(shown, blocks, anchors, corners, strict=False):
        at = (corner[0] * inch[0], corner[1] * inch[1])
        site = sites[force.site]
        middle = (corner[0] + (block.width - SYMBOL[0] / 2 if block.flip else SYMBOL[0] / 2), corner[1] + block.height / 2)
        if math.dist(anchor, middle) > 0.12:
            ax.plot([site.lon, middle[0] * inch[0]], [site.lat, middle[1] * inch[1]], color=INK, linewidth=0.5, zorder=3)
            ax.plot(site.lon, site.lat, "o", markersize=2.4, color=INK, markeredgewidth=0, zorder=3)
        _symbol(ax, force, block, at, inch, colours[force.actor])


SYMBOL = (0.22, 0.145)  # inches: the frame of a unit
LETTER = 0.052  # inches: the mean width of a letter at 6.5 points, on the safe side


def _degrees_per_inch(ax: Axes, view: Window) -> tuple[float, float]:
    box = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return (view.east - view.west) / box.width, (view.north - view.south) / box.height


def _block(record: Record, force: Force, full: bool, flip: bool) -> Block:
    name = short_name(record.bound.scenario.sites[force.site].name)
    lines = (name, _numbers(force)) if full else (brief(force.troops),)
    wide = SYMBOL[0] + 0.05 + LETTER * max(len(line) for line in lines)
    return Block(wide, 0.25 if full else SYMBOL[1] + 0.02, lines, flip=flip and full)


def short_name(name: str) -> str:
    """Return a place's name without what follows its first words: ``Luga and its range`` becomes ``Luga``."""
    for word in (" and ", " (", " at ", " in ", " near "):
        name = name.partition(word)[0]
    return wrap(name, 24, 1)


def _numbers(force: Force) -> str:
    if force.low is None or force.high is None:
        return brief(force.troops)
    old = f" · {force.age:.0f} d" if force.age is not None and force.age >= 1 else ""
    return f"{brief(force.low)}–{brief(force.high)}{old}"


def _symbol(
    ax: Axes, force: Force, block: Block, at: tuple[float, float], inch: tuple[float, float], colour: str
) -> None:  # fmt: skip
    """Draw one unit: frame with crossed lines, marks of its size above, words beside it; fainter the less is known."""
    scale = float(np.clip(0.62 + 0.38 * math.log10(max(force.troops, 100.0) / 100.0) / 2.0, 0.62, 1.0))  # full size from 10,000
    wide, high = scale * SYMBOL[0] * inch[0], scale * SYMBOL[1] * inch[1]
    middle = at[1] + block.height / 2 * inch[1]
    base = at[0] + ((block.width - SYMBOL[0]) * inch[0] if block.flip else 0.0)
    x, y = base + (SYMBOL[0] * inch[0] - wide) / 2, middle - high / 2 - (0.02 * inch[1] if len(block.lines) > 1 else 0.0)
    sure = 1.0
    if force.low is not None and force.high is not None:
        sure = float(np.clip(1.15 - math.log(max(force.high / max(force.low, 1.0), 1.0)) / 4.5, 0.3, 1.0))
        grow = float(np.clip(math.log(force.high / force.low), 0.15, 3.0)) * 0.03
        ax.add_patch(Rectangle((x - grow * inch[0], y - grow * inch[1]), wide + 2 * grow * inch[0], high + 2 * grow * inch[1],
                               facecolor="none", edgecolor=colour, linewidth=0.7, linestyle=(0, (2, 1.5)), zorder=4))  # fmt: skip
    edge = tint(colour, 0.45 + 0.55 * sure)
    ax.add_patch(Rectangle((x, y), wide, high, facecolor=tint(colour, 0.4 * sure), edgecolor=edge, linewidth=1.1, zorder=5))
    for start, end in ((y, y + high), (y + high, y)):
        ax.plot([x, x + wide], [start, end], color=edge, linewidth=0.7, zorder=6, solid_capstyle="butt")
    if len(block.lines) > 1:
        mark = next(mark for limit, mark in ECHELONS if force.troops < limit)
        ax.text(x + wide / 2, y + high + 0.012 * inch[1], mark, fontsize=5, ha="center", va="bottom", color=INK, zorder=6)
    right = base - 0.045 * inch[0] if block.flip else base + (SYMBOL[0] + 0.045) * inch[0]
    side = "right" if block.flip else "left"
    if len(block.lines) == 1:
        ax.text(right, middle, block.lines[0], fontsize=6, va="center", color=colour, gid="halo", zorder=6)
        return
    for words, rise, weight in zip(block.lines, (0.058, -0.058), ("normal", "bold"), strict=True):
        ax.text(right, middle + rise * inch[1], words, fontsize=6.5, va="center", ha=side, color=INK, fontweight=weight,
                gid="halo", zorder=6)  # fmt: skip


def _beyond(ax: Axes, record: Record, view: Window, forces: Sequence[Force], patron: str | None) -> None:
    """Say in the corner which of the patron's forces stand off the map."""
    sites = record.bound.scenario.sites
    off = [f for f in forces if f.actor == patron and not view.holds(sites[f.site].lon, sites[f.site].lat)]
    off.sort(key=lambda f: (-f.troops, f.site))
    if off:
        lines = [f"{short_name(sites[f.site].name)} {_numbers(f)}" for f in off[:4]]
        more = f" and {len(off) - 4} more" if len(off) > 4 else ""
        ax.text(0.985, 0.015, "Off the map: " + ", ".join(lines) + more, transform=ax.transAxes, ha="right", va="bottom",
                fontsize=6, color=SOFT, gid="halo", zorder=7)  # fmt: skip


def unknown(record: Record, day: int, who: str) -> set[str]:
    """Return the places that an actor does not know of on a day."""
    cast = record.bound.cast
    known = record.series("known")[day, cast.actors.index(who)]
    return {site for i, site in enumerate(cast.sites) if known[i] <= 0}


def _unknown(ax: Axes, record: Record, truly: Sequence[Force], patron: str | None, hidden: set[str]) -> None:
    """Ring the places of the truth that the observer does not know."""
    for force in truly:
        site = record.bound.scenario.sites[force.site]
        if force.actor == patron and force.site in hidden:
            ax.plot(site.lon, site.lat, "o", markersize=10, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.0,
                    linestyle="none", zorder=8)  # fmt: skip


def _key(ax: Axes, record: Record, colours: dict[str, str], drawn: Sequence[str]) -> None:
    """Write whose forces are drawn, each in its colour, and what the marks mean."""
    height = ax.figure.get_size_inches()[1]  # type: ignore[union-attr]
    patron, x = role(record, "patron") or "", 0.0
    for actor in (patron, *(one for one in drawn if one != patron)):
        said = f"▬ {named(record, actor)}"
        ax.text(x, 0.05 / height, said, color=colours[actor], fontsize=7, va="bottom", fontweight="bold")
        x += (len(said) + 2) * 1.2 * LETTER / WIDTH
    words = (
        "\u2002I company\u2002II battalion\u2002III regiment\u2002X brigade\u2002"
        "XX division +\u2003dashed frame: the wider, the less sure (10 to 90% range · age of the report in days)\u2003"
        "○ unknown to it"
    )
    ax.text(x, 0.05 / height, words, color=SOFT, fontsize=6.5, va="bottom")


def _days(record: Record) -> tuple[int, int]:
    return peak_day(record), len(record.days) - 1


def _caption(record: Record, day: int) -> str:
    who, patron = observer(record) or "", role(record, "patron")
    host = named(record, role(record, "client"))
    theirs = {f.site: f for f in belief(record, day, who) if f.actor == patron}
    truly = {f.site: f for f in truth(record, day) if f.actor == patron}
    missed = sorted(set(truly) & unknown(record, day, who))
    spans = [(f.low, f.high, truly[s].troops) for s, f in theirs.items() if s in truly]
    inside = sum(low <= true <= high for low, high, true in spans if low is not None and high is not None)
    text = f"{long_date(date_of(record, day))}. "
    text += f"{named(record, who)} believes in {len(theirs)} places with troops of {named(record, patron)}; " \
            f"the truth lies within its 10 to 90% range at {inside} of {len(spans)} of them. "  # fmt: skip
    if missed:
        names = [f"{record.bound.scenario.sites[s].name} ({count(truly[s].troops)})" for s in missed[:5]]
        text += f"Not known to it: {', '.join(names)}{' and others' if len(missed) > 5 else ''}. "
    return text + f"The darker ground is {host}." if host in dict(outlines()) else text.strip()


def _peak(record: Record, ax: Axes) -> Axes:
    return draw_map(record, ax, _days(record)[0])


def _last(record: Record, ax: Axes) -> Axes:
    return draw_map(record, ax, _days(record)[1])


PEAK = Chart("Forces at the peak: believed and true", lambda r: _caption(r, _days(r)[0]), _peak, _applies, _size)
LAST = Chart("Forces on the last day: believed and true", lambda r: _caption(r, _days(r)[1]), _last,
             lambda r: _applies(r) and _days(r)[0] != _days(r)[1], _size)  # fmt: skip
