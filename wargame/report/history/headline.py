"""The head of the report: the whole in a few sentences, and the few numbers that stand for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wargame.plots import basing, vienna
from wargame.plots.reading import BASING, RUNGS, TRANSPARENCY, date_of, exercise_days, has, of_actor, role, scalar
from wargame.scenario.words import count, count_word, long_date
from wargame.simulation.record import Record


@dataclass(frozen=True)
class Card:
    """One number at the head of the page."""

    value: str
    label: str


def bottom_line(record: Record) -> str:
    """Return the whole in a few sentences: war or not, the highest rung, what was declared, what stayed."""
    parts = [_war_line(record), _top_line(record), *(_exercise_line(record, one) for one in vienna.judged(record)[:3])]
    guests = scalar(record, "guest_troops")
    if guests is not None and guests.max() > 0:
        parts.append(
            f"At the end {count(guests[-1])} guest troops were in the host country, of {count(guests.max())} at the peak."
        )
    increment = scalar(record, "basing_increment")
    if increment is not None and basing.sites(record):
        grown = round(float(increment[-1]))
        parts.append(f"Basing rose by {count_word(grown, 'rung')}." if grown > 0 else "The highest rung of basing did not rise.")
    return " ".join(part for part in parts if part)


def _war_line(record: Record) -> str:
    if not has(record, "attack_alliance", "invasion"):
        return ""
    invaded = of_actor(record, "invasion", role(record, "target"))
    attack = scalar(record, "attack_alliance")
    hit = (invaded is not None and invaded.max() > 0, attack is not None and attack.max() > 0)
    return "" if any(hit) else "No state was attacked."


def _top_line(record: Record) -> str:
    top = top_of(record)
    if top is None or top[1] == 0:
        return ""
    track, level, day = top
    when = "from the first day" if day == 0 else f"on {long_date(date_of(record, day))}"
    return f"The crisis peaked at rung {level} of 9 ({RUNGS[level]}; {record.bound.scenario.tracks[track]}), {when}."


def _exercise_line(record: Record, one: vienna.Judged) -> str:
    host = host_numbers(record, one.id)
    if host is None:
        return ""
    kept = {True: "kept", False: "did not keep"}
    good = [reading not in ("late", "breached", "evaded") for reading in (one.letter, one.substance)]
    norm = (
        f"{kept[good[0]]} the Vienna Document in letter and substance"
        if good[0] == good[1]
        else f"{kept[good[0]]} the letter of the Vienna Document but {'not its substance' if good[0] else 'kept its substance'}"
    )
    said = f"was declared at {count(host[0])} troops in the host country" if host[0] > 0 else "had no declared number"
    return f"{one.name} {said}, had {count(host[1])} there and {norm}."


def cards(record: Record) -> list[Card]:
    """Return the few numbers that stand for the whole."""
    found = []
    top = top_of(record)
    if top:
        found.append(Card(f"{top[1]} of 9", f"highest rung reached: {RUNGS[top[1]]}"))
    for one in vienna.judged(record)[:1]:
        host = host_numbers(record, one.id)
        if host and host[0] > 0:
            found.append(Card(f"{count(host[0])} / {count(host[1])}", f"declared / true in the host country, {one.name}"))
    guests = scalar(record, "guest_troops")
    if guests is not None and guests.max() > 0:
        found.append(Card(count(guests.max()), f"guest troops at the peak; {count(guests[-1])} on the last day"))
    state = scalar(record, "transparency_class")
    if state is not None and not np.isnan(state[-1]) and vienna.judged(record):
        level = round(float(state[-1]))
        found.append(Card(f"T{level}", f"transparency: {TRANSPARENCY[level]}"))
    built = scalar(record, "basing_state")
    if built is not None:
        found.append(Card(f"B{round(float(built[-1]))}", f"basing at the end: {BASING[round(float(built[-1]))]}"))
    incidents = scalar(record, "incidents")
    if incidents is not None:
        found.append(Card(f"{incidents[-1]:.0f}", "incidents at the borders"))
    return found


def top_of(record: Record) -> tuple[str, int, int] | None:
    """Return the track that went highest, its level and the first day of it."""
    if not has(record, "esc"):
        return None
    found: list[tuple[int, int, str]] = []
    for track in record.bound.cast.tracks:
        level = record.series("esc", track)
        found.append((-round(float(level.max())), int(level.argmax()), track))
    below, day, track = min(found)
    return track, -below, day


def host_numbers(record: Record, exercise: str) -> tuple[float, float] | None:
    """Return declared and true strength in the host's country on the last day of an exercise."""
    if not has(record, "declared_host", "true_host"):
        return None
    day = min(max(exercise_days(record, exercise)[1], 0), len(record.days) - 1)
    return float(record.series("declared_host", exercise)[day]), float(record.series("true_host", exercise)[day])
