"""Figures of a tournament: payoffs with best replies, and what it costs to take another policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from wargame.plots.chart import Chart
from wargame.plots.ensemble_base import hue
from wargame.plots.style import FAINT, INK, SOFT, WIDTH, panels, tint, wrap
from wargame.studies.tournament.find import Tournament
from wargame.studies.tournament.games import Profile
from wargame.studies.words import ends, number

MOST_COLUMNS = 24  # of a panel: more cells than that nobody reads
_WRITTEN = 12  # columns up to which a cell holds its interval
_SHADE = "#0072B2"
_LINE = 0.135  # inches that a policy takes in the figure of changes


@dataclass(frozen=True)
class Grid:
    """How one player's payoffs lie in a panel: whose policies go down and across, and which profile a cell is."""

    player: int
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, int], Profile]
    down: str
    across: str

    @property
    def head(self) -> float:
        """Inches that the names of the columns and the title above them take."""
        return 0.34 + 0.125 * max(name.count("\n") + 1 for name in self.columns)


def grids(t: Tournament) -> list[Grid]:
    """Return the panels: of two players both with the first down and the second across, of more each with its own down."""
    names = [player.name for player in t.players]
    if len(t.players) == 2:
        cells = {(profile[0], profile[1]): profile for profile in t.profiles()}
        first, second = (player.alternatives for player in t.players)
        across = tuple(wrap(name.replace("_", " "), 13) for name in second)
        return [Grid(i, first, across, cells, names[0], names[1]) for i in (0, 1)]
    found = []
    for i, player in enumerate(t.players):
        rest = [j for j in range(len(t.players)) if j != i]
        choices = list(product(*(range(t.shape[j]) for j in rest)))
        cells = {}
        for column, others in enumerate(choices):
            for row in range(t.shape[i]):
                cells[row, column] = (*others[:i], row, *others[i:])
        labels = tuple(
            "\n".join(wrap(t.players[j].alternatives[k].replace("_", " "), 13) for j, k in zip(rest, others, strict=True))
            for others in choices
        )
        found.append(Grid(i, player.alternatives, labels, cells, player.name, ", ".join(names[j] for j in rest)))
    return found


def _payoffs(t: Tournament, ax: Axes) -> Axes:
    found = grids(t)
    two = len(found) == 2 and len(found[0].columns) <= 5
    plots = panels(
        ax, 1 if two else len(found), 2 if two else 1, margins=(1.3, 0.3, 0.15, _head(found)), gaps=(1.35, 0.35 + _head(found))
    )  # fmt: skip
    for plot, grid in zip(plots, found, strict=True):
        _panel(t, plot, grid)
    return ax


def _panel(t: Tournament, plot: Axes, grid: Grid) -> None:
    own = t.means[grid.player]
    low, span = float(own.min()), float(own.max() - own.min()) or 1.0
    for (row, column), profile in grid.cells.items():
        strength = 0.06 + 0.6 * (float(own[profile]) - low) / span
        plot.add_patch(Rectangle((column, row), 1, 1, facecolor=tint(_SHADE, strength), edgecolor="white", linewidth=1.2))
        _write(t, plot, grid, row, column, profile)
    for (row, column), profile in grid.cells.items():
        if t.replies[grid.player][profile]:
            plot.add_patch(Rectangle((column + 0.035, row + 0.05), 0.93, 0.9, fill=False, edgecolor=INK, linewidth=1.5, zorder=4))
    plot.set_xlim(0, len(grid.columns))
    plot.set_ylim(len(grid.rows), 0)
    small = 6.2 if len(grid.columns) > 6 else 7.2
    plot.set_xticks(
        [i + 0.5 for i in range(len(grid.columns))],
        grid.columns, fontsize=small, linespacing=1.05,
    )  # fmt: skip
    plot.set_yticks(
        [i + 0.5 for i in range(len(grid.rows))], [wrap(name.replace("_", " "), 16) for name in grid.rows], fontsize=7.2
    )
    plot.xaxis.tick_top()
    plot.tick_params(length=0)
    for side in plot.spines.values():
        side.set_visible(False)
    own_rows = grid.down == t.players[grid.player].name
    where = "column" if own_rows else "row"
    plot.set_title(f"What {t.players[grid.player].name} gets", pad=6)
    plot.annotate(
        f"{grid.down} down, {grid.across} across; framed: its best reply in each {where}", (0, 0), (0, -5), va="top",
        xycoords="axes fraction", textcoords="offset points", fontsize=6.8, color=SOFT, annotation_clip=False,
    )  # fmt: skip


def _write(t: Tournament, plot: Axes, grid: Grid, row: int, column: int, profile: Profile) -> None:
    """Write a cell: the mean, its interval where there is room, and a star where the profile is stable."""
    one = t.payoff(grid.player, profile)
    stable = bool(t.replies[(slice(None), *profile)].all())
    narrow = len(grid.columns) > 8
    roomy = len(grid.columns) <= _WRITTEN
    text = ("★ " if stable else "") + number(one.mean)
    plot.text(column + 0.5, row + (0.38 if roomy else 0.5), text, ha="center", va="center", fontsize=7.2 if narrow else 8.6,
              fontweight="bold" if stable else "normal", color=INK, zorder=5)  # fmt: skip
    if roomy:
        joint = "\n" if narrow else "–"
        span = joint.join(ends(one.low, one.high)) if isfinite(one.low) else "in every run" if one.constant else "one run"
        plot.text(column + 0.5, row + 0.72, span, ha="center", va="center", fontsize=5.4 if narrow else 6.2, color=INK,
                  alpha=0.75, linespacing=0.95, zorder=5)  # fmt: skip


def _payoff_caption(t: Tournament) -> str:
    return (
        f"Mean payoff of {t.replications:,} replications, with its 95 % interval; darker is more. Each actor is shaded on its "
        "own scale: the numbers of two actors cannot be compared. Frame: best reply, on the means, to what the others do. Star: "
        "stable, because it is framed for everybody. The intervals are those of each mean; whether two policies differ is told "
        "by the next figure, for they share their luck."
    )


def _payoff_size(t: Tournament) -> tuple[float, float]:
    found = grids(t)
    rows = [0.52 * len(grid.rows) for grid in found]
    if len(found) == 2 and len(found[0].columns) <= 5:
        return WIDTH, max(rows) + 0.3 + _head(found)
    return WIDTH, (max(rows) + 0.35 + _head(found)) * len(rows)


def _head(found: list[Grid]) -> float:
    return max(grid.head for grid in found)


def _few(t: Tournament) -> bool:
    return max(len(grid.columns) for grid in grids(t)) <= MOST_COLUMNS


def _groups(t: Tournament, player: int) -> list[tuple[Profile, int]]:
    """Return for every combination of the others' policies a profile with the player's best reply, and that reply."""
    found = []
    rest = [range(count) if j != player else range(1) for j, count in enumerate(t.shape)]
    for others in product(*rest):
        best = max(range(t.shape[player]), key=lambda i: float(t.means[player][(*others[:player], i, *others[player + 1 :])]))
        found.append(((*others[:player], best, *others[player + 1 :]), best))
    return found


def _changes(t: Tournament, ax: Axes) -> Axes:
    plots = panels(ax, 1, len(t.players), margins=(1.35, _foot(t), 0.2, 0.42), gaps=(1.5, 0.5))
    for i, plot in enumerate(plots):
        _changes_of(t, plot, i)
    return ax


def _changes_of(t: Tournament, plot: Axes, player: int) -> None:
    groups, count = _groups(t, player), t.shape[player]
    for place, (profile, best) in enumerate(groups):
        base = place * (count + 0.8)
        if place % 2 == 0:
            plot.axhspan(base - 0.9, base + count - 0.1, color="#f6f8f9", linewidth=0, zorder=0)
        for i in range(count):
            gain = t.change(profile, player, i).gain
            if i == best:
                plot.plot(0, base + i, "D", color=hue(i), markersize=4.2, zorder=4)
                continue
            clear = gain.sign < 0
            plot.plot([gain.low, gain.high], [base + i, base + i], color=hue(i), linewidth=1.8, zorder=3)
            plot.plot(
                gain.mean, base + i, "o", markersize=4, zorder=4, color=hue(i), markerfacecolor=hue(i) if clear else "white"
            )
    plot.axvline(0, color=FAINT, linewidth=0.8, zorder=1)
    plot.set_ylim(len(groups) * (count + 0.8) - 0.9, -0.9)
    names = [
        "\n".join(
            wrap(other.alternatives[k].replace("_", " "), 18)
            for j, (other, k) in enumerate(zip(t.players, profile, strict=True))
            if j != player
        )
        for profile, _ in groups
    ]
    plot.set_yticks([i * (count + 0.8) + (count - 1) / 2 for i in range(len(groups))], names, fontsize=6.6, linespacing=1.05)
    plot.tick_params(axis="y", length=0)
    plot.spines["left"].set_visible(False)
    plot.grid(True, axis="x")
    plot.locator_params(axis="x", nbins=4)
    plot.set_title(
        t.players[player].name if len(t.players) > 2 else f"{t.players[player].name}: change against its best reply", pad=6
    )
    _names(plot, t.players[player].alternatives, 3 if len(t.players) == 2 else 1)


def _names(plot: Axes, names: tuple[str, ...], across: int) -> None:
    """Write the policies in their colours below a panel, so many to a line."""
    for i, name in enumerate(names):
        plot.annotate(
            "■ " + wrap(name.replace("_", " "), 20, 1), ((i % across) / across, 0), (0, -20 - 10 * (i // across)),
            xycoords="axes fraction",
            textcoords="offset points", fontsize=6.6, color=hue(i), va="top", annotation_clip=False,
        )  # fmt: skip


def _change_caption(t: Tournament) -> str:
    return (
        "Each band is one choice of the others (named at its left). The diamond is the actor's best reply to it, the dots are "
        "its other policies: mean of the paired differences with its 95 % interval. Filled: clearly worse. Hollow: luck may "
        "hide that it is as good."
    )


def _change_size(t: Tournament) -> tuple[float, float]:
    rows = max(len(_groups(t, i)) * (t.shape[i] + 0.8) for i in range(len(t.players)))
    return WIDTH, max(rows * _LINE, 1.5) + 0.42 + _foot(t)


def _foot(t: Tournament) -> float:
    """Return the inches that the names of the policies take below the panels."""
    lines = max(-(-count // (3 if len(t.players) == 2 else 1)) for count in t.shape)
    return 0.4 + 0.14 * lines


def _readable(t: Tournament) -> bool:
    return len(t.players) <= 3 and max(len(_groups(t, i)) for i in range(len(t.players))) <= MOST_COLUMNS


TOURNAMENT: Mapping[str, Chart[Tournament]] = {
    "payoffs": Chart("Payoffs and best replies", _payoff_caption, _payoffs, _few, _payoff_size),
    "changes": Chart("What another policy costs", _change_caption, _changes, _readable, _change_size),
}
