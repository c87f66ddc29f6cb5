"""Histories for the tests of figures and reports: the fictional theatre played once, and changed copies of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from tests.strait import strait
from wargame.binding.bind import bind
from wargame.engine.types import Array
from wargame.scenario.schema import Scenario
from wargame.simulation.play import play_one
from wargame.simulation.record import Event, Record
from wargame.world.fields import Layout


@cache
def full() -> Record:
    """The theatre of the Strait, played for six weeks."""
    return play_one(strait(), seed=7)  # a history in which there is something for every figure


@cache
def bare() -> Record:
    """A world of one actor who does nothing: no places, exercises, items, tracks, roles or orders."""
    data = {
        "name": "bare", "title": "A bare world", "start": dt.date(2031, 3, 1), "horizon": 5,
        "actors": {"nobody": {"name": "Nobody", "short": "NO", "judgement": "Invented."}}, "judgement": "Invented.",
    }  # fmt: skip
    return play_one(bind(Scenario.model_validate(data)), seed=0)


def without(record: Record, *fields: str) -> Record:
    """Return the record as if it had never had these fields."""
    layout = record.bound.layout
    kept = [field for name, field in layout.fields.items() if name not in fields]
    columns = [row for field in kept for row in range(*layout.span(field.name).indices(layout.slots))]
    smaller = Layout(kept, layout.labels)
    givens = tuple(g for g in record.bound.givens if not any(_within(layout, name, g.row) for name in fields))
    return replace(record, bound=replace(record.bound, layout=smaller, givens=givens), days=record.days[:, columns])


def _within(layout: Layout, name: str, row: int) -> bool:
    span = layout.span(name)
    return bool(span.start <= row < span.stop)


def changed(record: Record, values: Mapping[str, Any]) -> Record:
    """Return the record with other values, by ``field`` or ``field[label,label]``: a number or one per day."""
    days = record.days.copy()
    layout = record.bound.layout
    for where, value in values.items():
        name, _, labels = where.removesuffix("]").partition("[")
        index = [
            layout.labels[axis].index(label)
            for axis, label in zip(layout.fields[name].axes, labels.split(",") if labels else [], strict=True)
        ]
        days[:, layout.row(name, *index)] = value
    return replace(record, days=days)


def renamed(record: Record, title: str, word: str) -> Record:
    """Return the record with hostile or odd text wherever the author of a scenario may write."""
    old = record.bound.scenario
    actors = {k: v.model_copy(update={"name": f"{word} {v.name}", "says": word}) for k, v in old.actors.items()}
    sites = {k: v.model_copy(update={"name": f"{word} {v.name}"}) for k, v in old.sites.items()}
    items = {k: v.model_copy(update={"name": f"{word} {v.name}"}) for k, v in old.items.items()}
    exercises = {k: v.model_copy(update={"name": f"{word} {v.name}"}) for k, v in old.exercises.items()}
    policies = {k: v.model_copy(update={"says": word}) for k, v in old.policies.items()}
    tracks = {k: f"{word} {v}" for k, v in old.tracks.items()}
    update = {
        "title": title, "question": word, "summary": word, "actors": actors, "sites": sites, "items": items,
        "exercises": exercises, "policies": policies, "tracks": tracks,
    }  # fmt: skip
    events = tuple(replace(e, fact=f"{word} {e.fact}", reason=word, sources=(*e.sources, word)) for e in record.events)
    return replace(record, bound=replace(record.bound, scenario=old.model_copy(update=update)), events=events)


def told(record: Record, *events: Event) -> Record:
    """Return the record with these events only."""
    return replace(record, events=events)


def ramp(record: Record, first: float, last: float) -> Array:
    """Return a straight line over the days of a record."""
    return np.linspace(first, last, len(record.days))
