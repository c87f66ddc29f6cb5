"""Charts of a few lines with their names at the end: regime and dependence, tension and relations, the answers of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from wargame.engine.types import Array
from wargame.plots.chart import Chart, fixed
from wargame.plots.reading import date_of, group, has, named, of_actor, role, scalar
from wargame.plots.style import INK, actor_colours, date_axis, end_labels, light_grid, panels, shade_exercises, wrap
from wargame.scenario.words import enumerated, short_date
from wargame.simulation.record import Record

HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#882255", "#999933", "#332288", "#56B4E9")


@dataclass(frozen=True)
class Line:
    """One line: its name, its values over the days ``(days,)`` and its colour."""

    name: str
    values: Array
    colour: str


def client_lines(record: Record, fields: Sequence[tuple[str, str]]) -> list[Line]:
    """Return the client's rows of some fields (field, name), as far as they exist."""
    client = role(record, "client")
    rows = [(name, of_actor(record, field, client), i) for i, (field, name) in enumerate(fields)]
    return [Line(name, values, HUES[i % len(HUES)]) for name, values, i in rows if values is not None]


def _plot(plot: Axes, record: Record, lines: Sequence[Line], title: str, limits: tuple[float, float], names: bool) -> None:
    plot.set_ylim(*limits)
    date_axis(plot, record, most=4)
    shade_exercises(plot, record, names=names)
    light_grid(plot)
    for line in lines:
        plot.plot(np.arange(len(line.values)), line.values, color=line.colour)
    end_labels(
        plot,
        [
            (float(line.values[-1]), f"{wrap(line.name, 22, 1)} {line.values[-1]:.2f}".replace("-", "−"), line.colour)
            for line in lines
        ],
        size=7,
    )
    if limits in ((0, 1), (-1, 1)):
        plot.set_yticks([limits[0], (limits[0] + limits[1]) / 2, limits[1]])
        plot.yaxis.set_major_formatter(lambda value, position: f"{value:g}".replace("-", "−"))
    plot.set_title(title, pad=16 if names else 8)


def moved(lines: Sequence[Line], most: int = 3) -> str:
    """Return how the lines that moved most went: ``dependence from 0.55 to 0.61``."""
    order = sorted(lines, key=lambda line: (-abs(float(line.values[-1] - line.values[0])), line.name))
    said = [
        f"{line.name} from {line.values[0]:.2f} to {line.values[-1]:.2f}"
        for line in order[:most]
        if abs(float(line.values[-1] - line.values[0])) >= 0.01
    ]
    return enumerated(said)


_AT_HOME = (
    ("stability", "stability"),
    ("legitimacy", "legitimacy"),
    ("protest", "protest"),
    ("repression", "repression"),
    ("elite_loyalty", "elite loyalty"),
)
_TIES = (
    ("dependence", "dependence"),
    ("alignment", "alignment"),
    ("integ_mil", "military integration"),
    ("integ_econ", "economic integration"),
    ("west_option", "way to the West"),
)


def _regime(record: Record, ax: Axes) -> Axes:
    left, right = panels(ax, 1, 2, margins=(0.35, 0.42, 1.55, 0.4), gaps=(1.55, 0.0))
    _plot(left, record, client_lines(record, _AT_HOME), "At home", (0, 1), True)
    _plot(right, record, client_lines(record, _TIES), "Ties to the patron", (0, 1), True)
    return ax


def _regime_caption(record: Record) -> str:
    said = moved(client_lines(record, (*_AT_HOME, *_TIES)), 4)
    who = named(record, role(record, "client"))
    return f"{who}, all on a scale from 0 to 1. " + (f"Over the period: {said}." if said else "Nothing moved by as much as 0.01.")


def _climate_lines(record: Record) -> list[Line]:
    fields = (("tension", "tension"), ("norm_strength", "openness norm"), ("anomaly", "oddity of drills"))
    rows = [(name, scalar(record, field), i) for i, (field, name) in enumerate(fields)]
    return [Line(name, values, HUES[i]) for name, values, i in rows if values is not None and values.max() > 0]


def _climate(record: Record, ax: Axes) -> Axes:
    left, middle, right = panels(ax, 1, 3, margins=(0.3, 0.42, 0.98, 0.4), gaps=(1.36, 0.0))
    _plot(left, record, _climate_lines(record), "Tension", (0, 1), True)
    relations = scalar(record, "relations")
    lines = [Line("relations", relations, INK)] if relations is not None else []
    _plot(middle, record, lines, "Relations of the blocs (−1 to 1)", (-1, 1), False)
    middle.axhline(0, color=INK, linewidth=0.6)
    _plot(right, record, answer_lines(record, "rhetoric", ("patron", "client", "target", "alliance")), "Hostile rhetoric", (0, 1),
          False)  # fmt: skip
    return ax


def _climate_caption(record: Record) -> str:
    tension = scalar(record, "tension")
    assert tension is not None
    day = int(tension.argmax())
    said = moved(_climate_lines(record))
    return f"Tension was highest on {short_date(date_of(record, day))} ({tension[day]:.2f} of 1). " \
           + (f"Over the period: {said}." if said else "")  # fmt: skip


def answer_lines(record: Record, field: str, roles: Sequence[str]) -> list[Line]:
    """Return a field of the actors in some roles, where it moved or is not nought."""
    colours = actor_colours(record)
    if not has(record, field):
        return []
    rows = {actor: record.series(field, actor) for actor in group(record, *roles)}
    return [Line(named(record, a), v, colours[a]) for a, v in rows.items() if v.max() > 1e-9]


def _answers(record: Record, ax: Axes) -> Axes:
    plots = panels(ax, 1, 2, margins=(0.35, 0.42, 1.25, 0.4), gaps=(1.35, 0.0))
    posture = answer_lines(record, "posture", ("alliance", "members", "target"))
    low, high = (f(float(f(line.values)) for line in posture) for f in (min, max))
    spare = max(0.05, 0.5 * (0.3 - (high - low)))
    _plot(plots[0], record, posture, "Military posture (1: war readiness)", (max(low - spare, 0.0), high + spare), False)
    pressed = answer_lines(record, "sanctions", ("patron", "client"))
    _plot(plots[1], record, pressed, "Sanctions (1: the full range)", (0, 1), False)
    return ax


def _answers_caption(record: Record) -> str:
    said = moved(answer_lines(record, "posture", ("alliance", "members", "target")))
    pressed = moved(answer_lines(record, "sanctions", ("patron", "client")))
    text = f"Posture: {said}. " if said else "No posture changed by as much as 0.01. "
    return text + (f"Sanctions: {pressed}." if pressed else "Sanctions did not change.")


REGIME = Chart("The host: at home and towards its patron", _regime_caption, _regime,
               lambda r: bool(client_lines(r, _AT_HOME) and client_lines(r, _TIES)), fixed(2.9))  # fmt: skip
CLIMATE = Chart("Tension and relations", _climate_caption, _climate,
                lambda r: has(r, "tension", "relations"), fixed(2.7))  # fmt: skip
ANSWERS = Chart("How others answered", _answers_caption, _answers,
                lambda r: bool(answer_lines(r, "posture", ("alliance", "members", "target"))) and has(r, "sanctions"),
                fixed(2.7))  # fmt: skip
