"""What happened when: exercises, injects and every actor's orders in lanes."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from wargame.plots.chart import Chart
from wargame.plots.reading import day_of, events, exercise_days, exercises, named
from wargame.plots.style import BADGE, CHANNEL, FAINT, GRID, INK, SHADE, SOFT, WIDTH, date_axis, panel, wrap
from wargame.scenario.words import short_date
from wargame.simulation.record import Event, Record

LANE, KEY_LINE = 0.4, 0.165  # inches
MOST_KEYED, MOST_ROWS = 120, 8
ROWS = tuple(CHANNEL)


def lanes(record: Record) -> list[str]:
    """Return the actors that gave orders: those with a role first, in the order of the roles."""
    ordering = ("patron", "client", "target", "alliance", "members", "frontline", "distant", "opposition")
    cast = record.bound.cast
    ranked = [cast.actors[i] for name in ordering for i in cast.group(name)]
    busy = {event.actor for event in events(record, "order")}
    return [actor for actor in dict.fromkeys([*ranked, *cast.actors]) if actor in busy]


def keyed(record: Record) -> list[tuple[int, list[Event]]]:
    """Return the injects day by day: (day, its events), the first ``MOST_KEYED`` of them."""
    found: dict[int, list[Event]] = {}
    for event in events(record, "inject")[:MOST_KEYED]:
        found.setdefault(day_of(record, event.date), []).append(event)
    return sorted(found.items())


def _key_lines(record: Record) -> list[tuple[str, str]]:
    """Return the lines of the key: (number or nothing, words)."""
    lines = []
    for number, (_, found) in enumerate(keyed(record), 1):
        for i, event in enumerate(found):
            date = f"{short_date(event.date)}\u2002" if i == 0 else ""
            lines.append((str(number) if i == 0 else "", wrap(f"{date}{event.fact}", 78, 1)))
    return lines


def _size(record: Record) -> tuple[float, float]:
    return WIDTH, 0.85 + _head(record) + LANE * (len(lanes(record)) + 1) + _key_height(record)


def _key_height(record: Record) -> float:
    return KEY_LINE * -(-len(_key_lines(record)) // 2) + (0.2 if keyed(record) else 0.0)


def _draw(record: Record, ax: Axes) -> Axes:
    below = _key_height(record)
    plot = panel(ax, 1.25, 0.72 + below, 0.15, 0.1)
    actors = lanes(record)
    date_axis(plot, record)
    plot.set_xlim(-0.8, len(record.days) - 0.2)
    bottom = LANE * (len(actors) + 1)
    plot.set_ylim(bottom, -_head(record))
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    names = ["Rungs, incidents", *(named(record, actor) for actor in actors)]
    plot.set_yticks([LANE * (i + 0.5) for i in range(len(names))], names, color=INK, fontsize=8)
    _plans(plot, record)
    _injects(plot, record, bottom)
    _turns(plot, record)
    for i, actor in enumerate(actors, 1):
        plot.axhline(LANE * i, color=GRID, linewidth=0.7)
        _orders(plot, record, actor, LANE * i)
    plot.legend(
        handles=[Patch(color=colour, label=name) for name, colour in CHANNEL.items()], loc="upper left", ncols=4, frameon=False,
        bbox_to_anchor=(0.0, -0.34 / _inches(plot)), fontsize=7, handlelength=0.9, handleheight=0.9, borderpad=0, labelcolor=SOFT,
    )  # fmt: skip
    plot.annotate("solid: a new course\u2003pale: the same order again", (1, 0), (0, -32), xycoords="axes fraction",
                  textcoords="offset points", ha="right", fontsize=7, color=SOFT, annotation_clip=False)  # fmt: skip
    _key(ax, record)
    return ax


def _inches(plot: Axes) -> float:
    return float(plot.get_window_extent().transformed(plot.figure.dpi_scale_trans.inverted()).height)


def _plans(plot: Axes, record: Record) -> None:
    plans = exercises(record)
    for row, (name, exercise) in enumerate(plans):
        first, last = exercise_days(record, name)
        first, last = max(first, 0), min(last, len(record.days) - 1)
        if last < first:
            continue
        y = -0.24 * (len(plans) - row) - 0.02 - 0.14 * _badge_rows(record)
        plot.axvspan(first, last + 1, color=SHADE, linewidth=0, zorder=0)
        plot.barh(y, last + 1 - first, left=first, height=0.17, color=INK, linewidth=0)
        room = len(record.days) - last > 0.35 * len(record.days)
        plot.annotate(exercise.name, (last + 1 if room else first, y), (4 if room else -4, 0), textcoords="offset points",
                      va="center", ha="left" if room else "right", fontsize=7.5, fontweight="bold")  # fmt: skip


def _badge_days(record: Record) -> float:
    """Return how many days a badge is wide."""
    return len(record.days) * 0.19 / (WIDTH - 1.4)


def _badge_rows(record: Record) -> int:
    """Return in how many rows badges must stand so that none covers another: as many as fall within the width of one
    (at most ``MOST_ROWS``)."""
    days = [day for day, _ in keyed(record)]
    rows = max((sum(0 <= other - day < _badge_days(record) for other in days) for day in days), default=1)
    return min(rows, MOST_ROWS)


def _head(record: Record) -> float:
    """Return the room above the lanes, in inches: exercises, and badges of what the scenario brought."""
    return 0.24 * len(exercises(record)) + 0.22 + 0.14 * _badge_rows(record)


def _injects(plot: Axes, record: Record, bottom: float) -> None:
    last, level, levels = -99.0, 0, _badge_rows(record)
    for number, (day, _) in enumerate(keyed(record), 1):
        level = (level + 1) % levels if day - last < _badge_days(record) else 0
        last = day
        plot.plot([day, day], [0, bottom], color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0.6)
        plot.annotate(str(number), (day, -0.1), (0, 10 * level), textcoords="offset points", ha="center", va="center", fontsize=6,
                      color="white", fontweight="bold", annotation_clip=False, zorder=7,
                      bbox=BADGE | {"facecolor": SOFT})  # fmt: skip


def _turns(plot: Axes, record: Record) -> None:
    """Mark incidents and changes of rung in the first lane."""
    for kind, mark, size, y in (("incident", "o", 4.5, 0.72), ("rung", "^", 5.0, 0.3)):
        for event in events(record, kind):
            down = kind == "rung" and ": down " in event.fact
            plot.plot(day_of(record, event.date), LANE * y, "v" if down else mark, markersize=size, color=FAINT if down else INK,
                      markeredgecolor="white", markeredgewidth=0.4)  # fmt: skip


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
    lines = _key_lines(record)
    rows = -(-len(lines) // 2)
    height = ax.figure.get_size_inches()[1]  # type: ignore[union-attr]
    for i, (number, words) in enumerate(lines):
        x = (0.12 + (i // rows) * (WIDTH - 0.2) / 2) / WIDTH
        y = (_key_height(record) - 0.08 - KEY_LINE * (i % rows)) / height
        if number:
            ax.text(x, y, number, fontsize=6.5, color=SOFT, fontweight="bold", va="top")
        ax.text(x + 0.022, y, words, fontsize=6.5, color=INK, va="top")


def _caption(record: Record) -> str:
    orders, injects = events(record, "order"), events(record, "inject")
    busiest = max(lanes(record), key=lambda a: (sum(e.actor == a for e in orders), a))
    numbered = "numbered" if len(injects) <= MOST_KEYED else f"the first {MOST_KEYED} are numbered"
    return (
        f"{len(orders)} orders, most of them ({sum(e.actor == busiest for e in orders)}) by {named(record, busiest)}; "
        f"{len(injects)} event{'' if len(injects) == 1 else 's'} came from the scenario ({numbered}). "
        "▲ and ▼ are steps up and down a ladder, ● incidents. "
        "Within a lane the four channels stand one above the other: diplomatic, informational, military, economic."
    )


TIMELINE = Chart("What happened when", _caption, _draw, lambda r: bool(lanes(r)), _size)
