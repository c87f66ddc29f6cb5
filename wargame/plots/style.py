"""One look for every figure, and drawing that gives the same bytes every time."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from wargame.engine.types import Array
from wargame.plots.reading import exercise_days, exercises
from wargame.scenario.words import MONTHS
from wargame.simulation.record import Record

WIDTH = 9.2  # inches; every figure is as wide as the page's column

INK, SOFT, FAINT, GRID = "#1f2933", "#5b6770", "#9aa5ad", "#e3e7ea"
LAND, CAST_LAND, SEA, BORDER = "#f4f1ea", "#e9e4d6", "#dfe9f0", "#b9b3a4"
SHADE = "#eef1f3"
TRUE, DECLARED, BELIEVED = "#1f2933", "#B8860B", "#0072B2"
# Okabe and Ito's palette for the roles, then hues by Paul Tol that stay apart from it.
ROLES = {"patron": "#D55E00", "client": "#E69F00", "alliance": "#0072B2", "target": "#009E73", "opposition": "#CC79A7"}
OTHERS = ("#56B4E9", "#882255", "#332288", "#999933", "#AA4499", "#661100", "#44AA99", "#6699CC", "#117733", "#555555")
CHANNEL = {"diplomatic": "#0072B2", "informational": "#CC79A7", "military": "#D55E00", "economic": "#009E73"}

BADGE = {"boxstyle": "circle,pad=0.22", "edgecolor": "white", "linewidth": 0.5}  # a number on a spot of colour
_LOCK = threading.Lock()  # matplotlib's settings are global
RC: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "wargame", "path.simplify": True, "path.simplify_threshold": 0.3,
    "font.family": "DejaVu Sans", "font.size": 8.0, "text.color": INK, "text.usetex": False, "text.parse_math": False,
    "axes.titlesize": 9.0, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 8.0,
    "axes.edgecolor": FAINT, "axes.linewidth": 0.7, "axes.labelcolor": SOFT, "axes.labelsize": 8.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.facecolor": "none", "axes.axisbelow": True,
    "axes.grid": False, "grid.color": GRID, "grid.linewidth": 0.6,
    "xtick.color": FAINT, "xtick.labelcolor": SOFT, "xtick.labelsize": 7.5, "xtick.major.size": 3.0, "xtick.major.width": 0.7,
    "ytick.color": FAINT, "ytick.labelcolor": SOFT, "ytick.labelsize": 7.5, "ytick.major.size": 0.0,
    "lines.linewidth": 1.6, "lines.solid_capstyle": "round", "hatch.linewidth": 0.5, "hatch.color": FAINT,
}  # fmt: skip
# What matplotlib is shipped with, but for what concerns windows and clocks of the process, which a figure does not feel.
_APART = (
    "backend",
    "interactive",
    "toolbar",
    "webagg",
    "tk.",
    "keymap",
    "timezone",
    "date.epoch",
    "docstring",
    "figure.raise",
    "savefig.dir",
)
_SHIPPED: dict[Any, Any] = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith(_APART)}
_SCREEN_FONTS = "'Source Sans 3', 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


@contextmanager
def styled() -> Iterator[None]:
    """Hold the house style while drawing; one thread at a time, for matplotlib keeps its settings in one place."""
    with _LOCK, mpl.rc_context(_SHIPPED | RC):  # whatever a matplotlibrc says, in the working folder say
        yield


_HALO = ".halo text{paint-order:stroke;stroke:#fff;stroke-width:2.2px;stroke-linejoin:round}"
_OWN_IDS = re.compile(r' id="(?:[a-z]+[0-9]*d?|matplotlib\.axis|[A-Za-z]*Collection)_\d+"')
_LONG = re.compile(r"(-?\d+\.\d\d)\d+")


def tidy(text: str, name: str) -> str:
    """Return SVG fit for a page: ids of its own, coordinates of two decimals, fonts that screens have, halos by CSS."""
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'id="(halo|mark)[^"]*"', r'class="\1"', text)
    text = _OWN_IDS.sub("", text)
    text = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{name}-", text)
    text = re.sub(r"<[^>]+>", lambda tag: _LONG.sub(r"\1", tag[0]), text)
    text = text.replace("'DejaVu Sans'", _SCREEN_FONTS)
    text = text.replace("</style>", _HALO + "</style>", 1)
    return re.sub(r"\n\s*", "\n", text).strip()


def actor_colours(record: Record) -> dict[str, str]:
    """Return one colour per actor: by its role where it has one, else by its place among the others, neighbours first."""
    cast = record.bound.cast
    found: dict[str, str] = {}
    for name, colour in ROLES.items():
        index = cast.role(name)
        if index is not None:
            found.setdefault(cast.actors[index], colour)
    near = [cast.actors[i] for i in sorted({i for name in ("members", "frontline") for i in cast.group(name)})]
    rest = [actor for actor in dict.fromkeys([*near, *cast.actors]) if actor not in found]
    return found | {actor: OTHERS[i % len(OTHERS)] for i, actor in enumerate(rest)}


def panel(ax: Axes, left: float, bottom: float, right: float, top: float) -> Axes:
    """Return a plot within a figure, from margins in inches measured from the figure's edges."""
    width, height = ax.figure.get_size_inches()  # type: ignore[union-attr]
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    ax.set_axis_off()
    return ax.inset_axes(box)


def panels(
    ax: Axes, rows: int, columns: int, *, margins: tuple[float, float, float, float] = (0.5, 0.35, 0.2, 0.3),
    gaps: tuple[float, float] = (0.4, 0.5), widths: Sequence[float] | None = None,
) -> list[Axes]:  # fmt: skip
    """Return a grid of plots, row by row from the top; margins (left, bottom, right, top) and gaps (x, y) in inches."""
    width, height = ax.figure.get_size_inches()  # type: ignore[union-attr]
    left, bottom, right, top = margins
    room = width - left - right - gaps[0] * (columns - 1)
    shares = widths or [1.0] * columns
    wide = [room * share / sum(shares) for share in shares]
    high = (height - bottom - top - gaps[1] * (rows - 1)) / rows
    ax.set_axis_off()
    made = []
    for row in range(rows):
        for column in range(columns):
            x = left + sum(wide[:column]) + gaps[0] * column
            y = height - top - high * (row + 1) - gaps[1] * row
            made.append(ax.inset_axes((x / width, y / height, wide[column] / width, high / height)))
    return made


def date_axis(ax: Axes, record: Record, labels: bool = True, most: int = 9, years: bool = True) -> None:
    """Set the days of play as the horizontal axis, with at most about ``most`` dates at sensible places."""
    days, start = len(record.days), record.bound.scenario.start
    ax.set_xlim(0, max(days - 1, 1))
    marks = _marks(start, days, most)
    texts, year = [], None
    for day in marks:
        date = start + dt.timedelta(days=day)
        month = f"{date.day} {MONTHS[date.month - 1]}"
        texts.append(f"{month}\n{date.year}" if years and date.year != year else month)
        year = date.year
    ax.set_xticks(marks, texts if labels else [])


def _marks(start: dt.date, days: int, most: int) -> list[int]:
    dates = [start + dt.timedelta(days=i) for i in range(days)]
    tests: tuple[Callable[[dt.date], bool], ...] = (
        lambda d: d.weekday() == 0,
        lambda d: d.day in (1, 15),
        lambda d: d.day == 1,
        lambda d: d.day == 1 and d.month in (1, 4, 7, 10),
        lambda d: d.day == 1 and d.month == 1,
    )
    for test in tests:
        found = [i for i, date in enumerate(dates) if test(date)]
        if len(found) <= most:
            return found or [0]
    return found[:: len(found) // most + 1]


def shade_exercises(ax: Axes, record: Record, names: bool = True, where: float = 1.0) -> None:
    """Shade the days on which exercises ran, with their names at the top."""
    for i, (name, exercise) in enumerate(exercises(record)):
        first, last = exercise_days(record, name)
        if last < 0 or first > len(record.days) - 1:
            continue
        first, last = max(first, 0), min(last, len(record.days) - 1)
        ax.axvspan(first, last, color=SHADE, linewidth=0, zorder=0)
        if names:
            ax.annotate(exercise.name, (first, where), (2, 3 + 9 * (i % 2)), xycoords=("data", "axes fraction"),
                        textcoords="offset points", fontsize=7, color=SOFT, annotation_clip=False)  # fmt: skip


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places moved apart to at least ``gap``, in the same order, within low and high where they fit."""
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    moved = list(places)
    for before, now in pairwise(order):
        moved[now] = max(moved[now], moved[before] + gap)
    if order and moved[order[-1]] > high:
        moved[order[-1]] = high
        for now, before in zip(reversed(order[:-1]), reversed(order[1:]), strict=True):
            moved[now] = min(moved[now], moved[before] - gap)
    if order and moved[order[0]] < low:
        lift = low - moved[order[0]]
        moved = [place + lift for place in moved]
    return moved


def end_labels(ax: Axes, lines: Sequence[tuple[float, str, str]], size: float = 7.5, gap: float | None = None) -> None:
    """Label lines at their right ends: (height, text, colour), moved apart so that none overlap."""
    low, high = ax.get_ylim()
    inches = _inches_high(ax)
    step = gap if gap is not None else (high - low) * (size + 2.5) / 72 / inches
    right = ax.get_xlim()[1]
    for (value, text, colour), place in zip(lines, spread([line[0] for line in lines], step, low, high), strict=True):
        ax.annotate(text, (right, value), (right + (right - ax.get_xlim()[0]) * 0.012, place), textcoords="data", color=colour,
                    fontsize=size, va="center", annotation_clip=False, fontweight="bold")  # fmt: skip


def _inches_high(ax: Axes) -> float:
    transform = ax.figure.dpi_scale_trans.inverted()
    return float(ax.get_window_extent().transformed(transform).height)


def band(ax: Axes, x: ArrayLike, low: Array, high: Array, colour: str, strength: float = 0.18, *, steps: bool = False) -> None:
    """Shade what lies between two lines: an interval, or the range of a belief; ``steps``: each value holds until the next."""
    ax.fill_between(x, low, high, color=colour, alpha=strength, linewidth=0, step="post" if steps else None)


def light_grid(ax: Axes, axis: str = "y") -> None:
    """Draw faint lines across and take away the frame on that side."""
    ax.grid(True, axis=axis)  # type: ignore[arg-type]
    ax.spines["left"].set_visible(False)


def tint(colour: str, strength: float) -> str:
    """Return a colour mixed with white: strength 1 is the colour, 0 is white."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - part)):02x}" for part in (red, green, blue))


def wrap(text: str, width: int, lines: int = 0) -> str:
    """Return text broken into lines of at most ``width`` letters, cut with an ellipsis after ``lines`` of them (0: never)."""
    if lines:
        return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))
    return "\n".join(textwrap.wrap(text, width))


def thousands(ax: Axes) -> None:
    """Write the vertical axis as counts: 0, 5,000, 10,000."""
    ax.yaxis.set_major_formatter(lambda value, position: f"{value:,.0f}")


def step_points(values: Array) -> list[int]:
    """Return the days on which a series changes, the first and the last."""
    return [i for i in range(len(values)) if i in (0, len(values) - 1) or values[i] != values[i - 1]]
