"""The Vienna Document: every exercise, part by part and as a whole, against the two levels of troops."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from wargame.plots.chart import Chart
from wargame.plots.reading import exercise_days, exercises, has, scalar
from wargame.plots.style import DECLARED, INK, SOFT, TRUE, WIDTH, panel, wrap
from wargame.scenario.words import count, enumerated
from wargame.simulation.record import Record
from wargame.vienna.adjudicate import VERDICTS
from wargame.vienna.rules import DEFAULT

MEANS = {
    "below": "nothing was due",
    "notifiable": "notification due, open",
    "observable": "observation due, open",
    "met": "duties met",
    "late": "notified late",
    "evaded": "kept by the letter, not in substance",
    "breached": "a duty was not fulfilled",
}


@dataclass(frozen=True)
class Bar:
    """A part of an exercise, or an exercise as a whole, with its troops; declared None: withheld or never declared."""

    name: str
    declared: float | None
    true: float
    whole: bool
    withheld: bool = False


@dataclass(frozen=True)
class Judged:
    """An exercise with its numbers and both verdicts on its last day (or the last day played)."""

    id: str
    name: str
    bars: tuple[Bar, ...]
    letter: str
    substance: str
    notice: float
    observers: bool
    obligatory: bool


def levels(record: Record) -> tuple[float, float]:
    """Return the levels of troops for notification and observation in this run."""
    own = [scalar(record, f"parameter.declaration.{name}_level") for name in ("notify", "observe")]
    rules = (DEFAULT.level("notify.troops"), DEFAULT.level("observe.troops"))
    first, second = (float(v[0]) if v is not None else rule for v, rule in zip(own, rules, strict=True))
    return first, second


def judged(record: Record) -> list[Judged]:
    """Return every exercise that has begun, in order of its start."""
    if not has(record, "declared_troops", "part_troops", "verdict_letter", "verdict_substance"):
        return []
    return [_judged(record, name) for name, _ in exercises(record) if exercise_days(record, name)[0] < len(record.days)]


def _judged(record: Record, name: str) -> Judged:
    exercise, cast = record.bound.scenario.exercises[name], record.bound.cast
    day = min(max(exercise_days(record, name)[1], 0), len(record.days) - 1)

    def flag(field: str) -> bool:
        return has(record, field) and bool(record.series(field, name)[day] > 0)

    quiet, bars = flag("withheld"), []
    for part in (p for p in cast.parts if p.partition(".")[0] == name):
        plan = exercise.parts[part.partition(".")[2]]
        said = float(record.series("declared_troops", part)[day])
        country = record.bound.scenario.actors[plan.country].name
        label = f"{country}: {_words(part)}" if _shared(record, name, plan.country) else country
        true = float(record.series("part_troops", part)[day])
        bars.append(Bar(label, None if quiet or said <= 0 else said, true, False, quiet and plan.declared))
    bars.sort(key=lambda bar: (-bar.true, bar.name))
    told = [bar.declared for bar in bars if bar.declared is not None]
    if len(bars) > 1:
        bars.append(Bar("all parts together", sum(told) if told else None, sum(bar.true for bar in bars), True, quiet))
    notice = float(record.series("notice_days", name)[day]) if has(record, "notice_days") else float("nan")
    letter, substance = (
        VERDICTS[round(float(record.series(f"verdict_{which}", name)[day]))] for which in ("letter", "substance")
    )
    return Judged(name, exercise.name, tuple(bars), letter, substance, notice, flag("observers"), flag("obs_obligatory"))


def _words(part: str) -> str:
    words = part.partition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def _shared(record: Record, exercise: str, country: str) -> bool:
    parts = record.bound.scenario.exercises[exercise].parts.values()
    return sum(part.country == country for part in parts) > 1


def _rows(record: Record) -> int:
    return sum(len(one.bars) for one in judged(record)) + len(judged(record))


def _size(record: Record) -> tuple[float, float]:
    return WIDTH, 0.27 * max(_rows(record), 5) + 0.95


def _draw(record: Record, ax: Axes) -> Axes:
    found, (notify, observe) = judged(record), levels(record)
    plot = panel(ax, 1.75, 0.42, 2.1, 0.45)
    biggest = max(bar.true for one in found for bar in one.bars)
    said = [bar.declared or 0.0 for one in found for bar in one.bars if not bar.whole]
    edge = max(observe * 2.2, 1.35 * max(said, default=0.0))
    edge = min(edge, 1.08 * biggest) if biggest > observe else observe * 1.25
    plot.set_xlim(0, edge)
    row, ticks, labels = 0.0, [], []
    for one in found:
        plot.annotate(one.name, (0, row), (-1.7 * 72, 0), textcoords="offset points", xycoords=("axes fraction", "data"),
                      va="center", fontsize=8, fontweight="bold", annotation_clip=False)  # fmt: skip
        _verdict(plot, one, row + len(one.bars) / 2 + 0.35)
        for bar in one.bars:
            row += 1
            _bar(plot, bar, row, edge)
            ticks.append(row)
            labels.append(bar.name)
        row += 1
    plot.set_ylim(row - 0.3, -0.6)
    plot.set_yticks(ticks, [wrap(name, 28, 1) for name in labels], fontsize=7, color=INK)
    plot.xaxis.set_major_formatter(lambda value, position: f"{value:,.0f}")
    for level, words, side in ((notify, "notify", "right"), (observe, "observe", "left")):
        plot.axvline(level, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
        plot.annotate(f"{words} {level:,.0f}", (level, 1.0), (-3 if side == "right" else 3, 4), textcoords="offset points",
                      xycoords=("data", "axes fraction"), ha=side, fontsize=7, color=INK, annotation_clip=False)  # fmt: skip
    plot.spines["left"].set_visible(False)
    plot.set_title("Troops: declared (wide bar) and true (thin bar)", pad=18)
    return ax


def _bar(plot: Axes, bar: Bar, row: float, edge: float) -> None:
    if bar.declared is not None:
        plot.barh(row, min(bar.declared, edge), height=0.62, color=DECLARED, alpha=0.35 if bar.whole else 0.6, linewidth=0)
    plot.barh(row, min(bar.true, edge), height=0.2, color=TRUE, alpha=0.55 if bar.whole else 1.0, linewidth=0)
    said = "number withheld" if bar.withheld else "not declared"
    if bar.declared is not None:
        said = f"declared {count(bar.declared)}"
    beyond = bar.true > edge
    words = f"{said}, true {count(bar.true)}{' ►' if beyond else ''}"
    longest = min(max(bar.declared or 0.0, bar.true), edge)
    inside = longest > 0.68 * edge  # no room for words after the bar
    place = (longest, row)
    plot.annotate(words, place, (-4 if inside else 5, -8.5 if inside else 0), textcoords="offset points", va="center",
                  ha="right" if inside else "left", fontsize=6.5, color=INK, gid="halo", zorder=6)  # fmt: skip


def notice_words(one: Judged) -> str:
    """Return notice and observers in words."""
    notice = "no notice" if not one.notice > 0 else f"notice {one.notice:.0f} days ahead ({DEFAULT.level('notify.days'):.0f} due)"
    return f"{notice}, observers {'let in' if one.observers else 'not let in'}"


def _verdict(plot: Axes, one: Judged, row: float) -> None:
    plot.annotate(wrap(notice_words(one), 40), (1, row - 1.1), (10, 0), xycoords=("axes fraction", "data"), va="center",
                  textcoords="offset points", fontsize=6.5, annotation_clip=False, color=SOFT)  # fmt: skip
    for shift, which, verdict in ((-0.5, "letter", one.letter), (0.5, "substance", one.substance)):
        plot.annotate(f"{which}: {verdict}", (1, row + shift * 0.9), (10, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", fontsize=8, fontweight="bold", annotation_clip=False,
                      color="#a3341f" if verdict in ("evaded", "breached", "late") else SOFT)  # fmt: skip
        plot.annotate(MEANS[verdict], (1, row + shift * 0.9 + 0.42), (10, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", fontsize=6.5, annotation_clip=False, color=SOFT)  # fmt: skip


def _caption(record: Record) -> str:
    notify, observe = levels(record)
    split = [
        one.name
        for one in judged(record)
        if any(b.whole and b.declared and b.declared >= observe for b in one.bars)
        and all(b.declared is None or b.declared < observe for b in one.bars if not b.whole)
    ]
    text = (
        f"From {notify:,.0f} troops an activity is to be notified, from {observe:,.0f} opened to observers. The letter holds "
        "each declared part against these levels, the substance the true numbers of what stands under one command. "
    )
    return text + (
        f"Every declared part stays below the observation level and all together do not: {enumerated(split)}." if split else ""
    )


VIENNA = Chart("Exercises against the thresholds of the Vienna Document", _caption, _draw, lambda r: bool(judged(r)), _size)
