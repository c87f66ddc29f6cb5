"""What happened when: exercises, injects and every actor's orders in lanes."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from wargame.plots.reading import (
    day_of, events, exercise_days, exercises, named, short_date,
)  # fmt: skip
from wargame.plots.style import CHANNEL, FAINT, GRID, INK, SHADE, SOFT, WIDTH, Chart, date_axis, panel, wrap
from wargame.record import Event, Record

LANE, KEY_LINE = 0.4, 0.165  # inches
MOST_KEYED = 28
ROWS = tuple(CHANNEL)


def lanes(record: Record) -> list[str]:
    """Return the actors that gave orders: those with a role first, in the order of the roles."""
    ordering = ("patron", "client", "target", "alliance", "members", "frontline", "distant", "opposition")
    cast = record.bound.cast
    ranked = [cast.actors[i] for name in ordering for i in cast.group(name)]
    busy = {event.actor for event in events(record, "order")}
    return [actor for actor in dict.fromkeys([*ranked, *cast.actors]) if actor in busy]


def keyed(record: Record) -> list[Event]:
    """Return the injects, as many as fit."""
    return events(record, "inject")[:MOST_KEYED]


def _size(record: Record) -> tuple[float, float]:
    plans = 0.24 * len(exercises(record))
    return WIDTH, 0.95 + plans + 0.3 + LANE * len(lanes(record)) + _key_height(record)


def _key_height(record: Record) -> float:
    return KEY_LINE * -(-len(keyed(record)) // 2) + (0.2 if keyed(record) else 0.0)


def _draw(record: Record, ax: Axes) -> Axes:
    below = _key_height(record)
    plot = panel(ax, 1.25, 0.72 + below, 0.15, 0.1)
    actors, plans = lanes(record), exercises(record)
    date_axis(plot, record)
    head = 0.24 * len(plans) + 0.3
    plot.set_ylim(LANE * len(actors), -head)
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    plot.set_yticks([LANE * (i + 0.5) for i in range(len(actors))], [named(record, a) for a in actors], color=INK, fontsize=8)
    _plans(plot, record)
    _injects(plot, record, LANE * len(actors))
    for i, actor in enumerate(actors):
        plot.axhline(LANE * i, color=GRID, linewidth=0.7)
        _orders(plot, record, actor, LANE * i)
    plot.legend(
        handles=[Patch(color=colour, label=name) for name, colour in CHANNEL.items()], loc="upper left", ncols=4, frameon=False,
        bbox_to_anchor=(0.0, -0.36 / _inches(plot)), fontsize=7, handlelength=0.9, handleheight=0.9, borderpad=0, labelcolor=SOFT,
    )  # fmt: skip
    plot.annotate("solid: a new course    pale: the same order again", (1, 0), (0, -32), xycoords="axes fraction",
                  textcoords="offset points", ha="right", fontsize=7, color=SOFT, annotation_clip=False)  # fmt: skip
    _key(ax, record)
    return ax


def _inches(plot: Axes) -> float:
    return float(plot.get_window_extent().transformed(plot.figure.dpi_scale_trans.inverted()).height)  # type: ignore[union-attr]


def _plans(plot: Axes, record: Record) -> None:
    plans = exercises(record)
    for row, (name, exercise) in enumerate(plans):
        first, last = exercise_days(record, name)
        first, last = max(first, 0), min(last, len(record.days) - 1)
        if last < first:
            continue
        y = -0.24 * (len(plans) - row) - 0.02
        plot.axvspan(first, last + 1, color=SHADE, linewidth=0, zorder=0)
        plot.barh(y, last + 1 - first, left=first, height=0.17, color=INK, linewidth=0)
        room = len(record.days) - last > 0.35 * len(record.days)
        plot.annotate(exercise.name, (last + 1 if room else first, y), (4 if room else -4, 0), textcoords="offset points",
                      va="center", ha="left" if room else "right", fontsize=7.5, fontweight="bold")  # fmt: skip


def _injects(plot: Axes, record: Record, bottom: float) -> None:
    found = keyed(record)
    same: dict[int, int] = {}
    for number, event in enumerate(found, 1):
        day = day_of(record, event.date)
        level = sum(1 for other in same if 0 <= day - other < 2) + same.get(day, 0)
        same[day] = same.get(day, 0) + 1
        plot.plot([day, day], [0, bottom], color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0.6)
        y = -0.14 - 0.0 * level
        plot.annotate(str(number), (day, y), (0, 9.5 * level), textcoords="offset points", ha="center", va="center", fontsize=6,
                      color="white", fontweight="bold", annotation_clip=False, zorder=7 - 0.01 * level,
                      bbox={"boxstyle": "circle,pad=0.22", "facecolor": SOFT, "edgecolor": "white", "linewidth": 0.5})  # fmt: skip


def _orders(plot: Axes, record: Record, actor: str, top: float) -> None:
    before: dict[str, tuple[int, str]] = {}
    wide = max(len(record.days) / 130, 0.75)
    for event in events(record, "order"):
        if event.actor != actor:
            continue
        channel = str(event.more.get("channel", ROWS[0]))
        day = day_of(record, event.date)
        again = before.get(channel, (-99, ""))[1] == event.fact
        before[channel] = (day, event.fact)
        row = ROWS.index(channel) if channel in ROWS else 0
        y = top + LANE * (0.16 + 0.225 * row)
        plot.barh(y, wide, left=day - wide / 2, height=0.07, color=CHANNEL[ROWS[row]], alpha=0.3 if again else 1.0, linewidth=0)


def _key(ax: Axes, record: Record) -> None:
    found = keyed(record)
    rows = -(-len(found) // 2)
    height = ax.figure.get_size_inches()[1]  # type: ignore[union-attr]
    for i, event in enumerate(found):
        x = (0.12 + (i // rows) * (WIDTH - 0.2) / 2) / WIDTH
        y = (_key_height(record) - 0.08 - KEY_LINE * (i % rows)) / height
        ax.text(x, y, f"{i + 1}", fontsize=6.5, color=SOFT, fontweight="bold", va="top")
        words = wrap(f"{short_date(event.date)}  {event.fact}", 74, 1)
        ax.text(x + 0.022, y, words, fontsize=6.5, color=INK, va="top")


def _caption(record: Record) -> str:
    orders, injects = events(record, "order"), events(record, "inject")
    busiest = max(lanes(record), key=lambda a: (sum(e.actor == a for e in orders), a))
    text = (
        f"{len(orders)} orders, most of them ({sum(e.actor == busiest for e in orders)}) by {named(record, busiest)}; "
        f"{len(injects)} event{'' if len(injects) == 1 else 's'} came from the scenario (numbered). "
        "Within a lane the four channels stand one above the other: diplomatic, informational, military, economic."
    )
    if len(injects) > MOST_KEYED:
        text += f" Only the first {MOST_KEYED} events are numbered."
    return text


TIMELINE = Chart("What happened when", _caption, _draw, lambda r: bool(lanes(r)), _size)
