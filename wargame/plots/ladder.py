"""The escalation ladder: where each track stood day by day, and what moved it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from wargame.plots.chart import Chart
from wargame.plots.reading import RUNGS, date_of, day_of, events, has
from wargame.plots.style import BADGE, GRID, INK, OTHERS, SOFT, WIDTH, date_axis, panels, shade_exercises, wrap
from wargame.scenario.words import enumerated, number_word, short_date
from wargame.simulation.record import Event, Record

INCIDENT_RUNGS = (4, 5)
KEYED = 8  # rises explained per track, the highest first
COLOURS = ("#0072B2", "#D55E00", "#009E73", *OTHERS)


@dataclass(frozen=True)
class Rise:
    """A track's step up: the day, where it came from and went, and the event that tells why (if one does)."""

    track: str
    day: int
    before: int
    after: int
    event: Event | None


def rises(record: Record, track: str) -> list[Rise]:
    """Return every step up of a track after the first day, in order."""
    level = np.rint(record.series("esc", track)).astype(int)
    name = record.bound.scenario.tracks[track]
    told = {day_of(record, e.date): e for e in events(record, "rung") if e.fact.startswith(f"{name}:")}
    days = [d for d in range(len(level)) if level[d] > (level[d - 1] if d else 0)]
    return [Rise(track, d, int(level[d - 1]) if d else 0, int(level[d]), told.get(d)) for d in days]


def why(record: Record, rise: Rise) -> str:
    """Return what put the track there, in a few words: the incident of that day, else the rung's label."""
    if rise.event is None:
        return RUNGS[rise.after]
    incidents = [e.fact for e in events(record, "incident") if e.date == rise.event.date]
    if incidents and rise.after in INCIDENT_RUNGS:
        return incidents[0].partition(";")[0].rstrip(".")
    text = rise.event.fact.partition(": ")[2] or rise.event.fact
    return text.removeprefix(f"level {rise.after}, ").rstrip(".")


def chosen(record: Record, track: str) -> list[Rise]:
    """Return the steps up worth explaining: to a level not reached before first, then the highest, in order of time."""
    found, best = [], 0
    for rise in rises(record, track):
        found.append((rise.after > best, rise.after, -rise.day, rise))
        best = max(best, rise.after)
    return sorted((one[3] for one in sorted(found, key=lambda f: f[:3], reverse=True)[:KEYED]), key=lambda r: r.day)


def shown(record: Record) -> list[str]:
    """Return the tracks that left the ground, all tracks if none did."""
    if not has(record, "esc"):
        return []
    tracks = record.bound.cast.tracks
    return [t for t in tracks if record.series("esc", t).max() > 0] or list(tracks)


def _size(record: Record) -> tuple[float, float]:
    return WIDTH, 2.3 * len(shown(record)) + 0.5


def _draw(record: Record, ax: Axes) -> Axes:
    tracks = shown(record)
    grid = panels(ax, len(tracks), 2, margins=(1.62, 0.42, 0.1, 0.36), gaps=(0.22, 0.42), widths=(1.75, 1.0))
    for i, track in enumerate(tracks):
        plot, key = grid[2 * i], grid[2 * i + 1]
        _track(plot, record, track, COLOURS[i % len(COLOURS)], last=i == len(tracks) - 1, names=i == 0)
        _key(key, record, track, COLOURS[i % len(COLOURS)])
    return ax


def _track(plot: Axes, record: Record, track: str, colour: str, last: bool, names: bool) -> None:
    level = record.series("esc", track)
    days = np.arange(len(level))
    top = len(RUNGS) - 1
    plot.set_ylim(-0.35, top + 0.5)
    date_axis(plot, record, labels=last, most=7)
    shade_exercises(plot, record, names=names)
    plot.set_yticks(range(top + 1), [f"{text}  {n}" for n, text in enumerate(RUNGS[: top + 1])], fontsize=6.5)
    plot.spines["left"].set_visible(False)
    plot.hlines(range(top + 1), 0, max(days[-1], 1), color=GRID, linewidth=0.6, zorder=0.5)
    plot.fill_between(days, 0, level, step="post", color=colour, alpha=0.13, linewidth=0)
    plot.step(days, level, where="post", color=colour, linewidth=1.9)
    for number, rise in enumerate(chosen(record, track), 1):
        plot.annotate(str(number), (rise.day, rise.after), (0, 6), textcoords="offset points", ha="center", va="center",
                      fontsize=6, color="white", fontweight="bold", zorder=6,
                      bbox=BADGE | {"facecolor": colour})  # fmt: skip
    plot.set_title(record.bound.scenario.tracks[track], fontsize=8.5, pad=5 if not names else 16, color=colour)


def _key(key: Axes, record: Record, track: str, colour: str) -> None:
    key.set_axis_off()
    key.set_xlim(0, 1)
    key.set_ylim(0, 1)
    found = chosen(record, track)
    if not found:
        key.text(0, 0.98, "Nothing moved this track.", fontsize=7, color=SOFT, va="top")
        return
    y = 1.0
    for number, rise in enumerate(found, 1):
        start = f"{short_date(date_of(record, rise.day))}, {rise.before} to {rise.after}" if rise.day else "From the first day"
        words = wrap(f"{start}: {why(record, rise)}", 52, 2)
        key.text(0.0, y, f"{number}", fontsize=6.5, color=colour, va="top", fontweight="bold")
        key.text(0.05, y, words, fontsize=6.5, color=INK, va="top", linespacing=1.2)
        y -= 0.061 * (words.count("\n") + 1) + (0.05 if len(found) <= 6 else 0.012)


def _caption(record: Record) -> str:
    said = []
    for track in shown(record):
        level = record.series("esc", track)
        top, day = round(float(level.max())), int(level.argmax())
        said.append(
            f"{record.bound.scenario.tracks[track]}: at most {top} ({RUNGS[top]}), first on {short_date(date_of(record, day))}, "
            f"{round(float(level[-1]))} at the end"
        )
    tracks = record.bound.cast.tracks
    quiet = [record.bound.scenario.tracks[t] for t in tracks if t not in shown(record)]
    text = "; ".join(said) + ". "
    if quiet:
        text += f"Not drawn, for nothing moved there: {enumerated(quiet)}. "
    return text + f"Numbers mark up to {number_word(KEYED)} steps up per track and what caused them."


LADDER = Chart("How far it escalated", _caption, _draw, lambda r: bool(shown(r)), _size)
