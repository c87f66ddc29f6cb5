"""Guest troops in the host country: declared, believed and true, day by day."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from wargame.engine.types import Array
from wargame.plots.chart import Chart, fixed
from wargame.plots.reading import date_of, exercises, has, named, observer, of_actor, peak_day, role, scalar
from wargame.plots.style import (
    BELIEVED,
    DECLARED,
    TRUE,
    band,
    date_axis,
    end_labels,
    light_grid,
    panel,
    shade_exercises,
    thousands,
)
from wargame.scenario.words import brief, count, short_date
from wargame.simulation.record import Record


def declared_guests(record: Record) -> Array | None:
    """Return the guest's declared troops in the host country over the days ``(days,)``: 0 while no exercise is on foot.

    The declared strength of every part in the client's country times the patron's share in it; withheld numbers count as
    nothing declared. None without exercises between patron and client.
    """
    cast = record.bound.cast
    patron, client = cast.role("patron"), cast.role("client")
    if patron is None or client is None or not has(record, "declared_troops", "part_share", "exercise_level"):
        return None
    said, share, level = (record.series(name) for name in ("declared_troops", "part_share", "exercise_level"))
    total = np.zeros(len(record.days))
    for part, (exercise, country) in enumerate(zip(cast.part_exercise, cast.part_country, strict=True)):
        if country == client:
            total += said[:, part] * share[:, part, patron] * (level[:, exercise] > 0)
    return total


def _applies(record: Record) -> bool:
    guests = scalar(record, "guest_troops")
    return guests is not None and float(guests.max()) > 0 and role(record, "client") is not None


def _draw(record: Record, ax: Axes) -> Axes:
    plot = panel(ax, 0.62, 0.42, 1.75, 0.5)
    true = scalar(record, "guest_troops")
    assert true is not None
    days, who = np.arange(len(true)), observer(record)
    low, middle, high = (of_actor(record, name, who) for name in ("seen_low", "seen_guest", "seen_high"))
    said = declared_guests(record)
    seen = float(middle.max()) if middle is not None else 0.0
    top = 1.6 * max(float(true.max()), seen)
    top = min(top, 1.12 * float(high.max())) if high is not None and high.max() > true.max() else 1.15 * float(true.max())
    plot.set_ylim(0, top)
    date_axis(plot, record)
    shade_exercises(plot, record)
    light_grid(plot)
    thousands(plot)
    labels = [(float(true[-1]), f"true {count(true[-1])}", TRUE)]
    if low is not None and high is not None and middle is not None:
        band(plot, days, low, np.minimum(high, top), BELIEVED)
        plot.plot(days, middle, color=BELIEVED, linewidth=1.4)
        labels.append((float(middle[-1]), f"believed by {named(record, who)} {count(middle[-1])}", BELIEVED))
    plot.plot(days, true, color=TRUE, linewidth=2.0)
    if said is not None and said.max() > 0:
        shown = np.where(said > 0, said, np.nan)
        plot.plot(days, shown, color=DECLARED, linewidth=1.8, linestyle=(0, (4, 2)), drawstyle="steps-mid")
        last = int(np.flatnonzero(said)[-1])
        late = last > 0.8 * len(days)
        plot.annotate(
            f"declared {count(said[last])}", (last, said[last]), (0, 6) if late else (4, 0), textcoords="offset points",
            ha="right" if late else "left", va="center", color=DECLARED, fontsize=7.5, fontweight="bold", gid="halo",
        )  # fmt: skip
    peak = peak_day(record)
    plot.plot(peak, true[peak], "o", color=TRUE, markersize=4)
    side = 1 if peak < 0.75 * len(days) else -1
    plot.annotate(f"{count(true[peak])} on {short_date(date_of(record, peak))}", (peak, true[peak]), (5 * side, 5),
                  textcoords="offset points", fontsize=7.5, ha="left" if side > 0 else "right", gid="halo")  # fmt: skip
    end_labels(plot, labels)
    plot.set_title(f"Troops of {named(record, role(record, 'patron'))} in {named(record, role(record, 'client'))}", pad=22)
    return ax


def _caption(record: Record) -> str:
    true, said, who = scalar(record, "guest_troops"), declared_guests(record), observer(record)
    assert true is not None
    peak = peak_day(record)
    text = f"Black: what was there, {count(true[peak])} at the peak ({short_date(date_of(record, peak))}) and " \
           f"{count(true[-1])} on the last day. "  # fmt: skip
    if said is not None and said.max() > 0:
        text += f"Dashed: the guest's share of the declared total, at most {count(said.max())}. "
    low, high = of_actor(record, "seen_low", who), of_actor(record, "seen_high", who)
    if low is not None and high is not None:
        inside = np.mean((low <= true) & (true <= high))
        text += f"Blue: what {named(record, who)} believed; the band is its 10 to 90% range " \
                f"({brief(low[peak])} to {brief(high[peak])} at the peak) and held the truth on {inside:.0%} of "  # fmt: skip
        text += "the days. "
    return text + ("Shaded: the exercises." if exercises(record) else "")


TROOPS = Chart("Declared, believed and true", _caption, _draw, _applies, fixed(3.45))
