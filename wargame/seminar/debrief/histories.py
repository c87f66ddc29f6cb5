"""One history as rules want to read it: who acted on which day, what a field was, who plays which role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from wargame.engine.types import Array, Mask
from wargame.simulation.record import Record


@dataclass(frozen=True)
class Episode:
    """A textbook episode found in a history.

    ``rule`` says in words which rule fired and with which numbers (``numbers`` holds them again); ``reading`` explains what
    one may see in it; ``idea`` is the concept in general. ``weight`` orders episodes of one kind, the gravest first.
    """

    kind: str
    title: str
    first: dt.date
    last: dt.date
    who: tuple[str, ...]  # actors, by their names in the scenario
    rule: str
    reading: str
    idea: str
    reference: str
    sources: tuple[str, ...]
    weight: float
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """A record with the questions that rules ask of it. Fields and actions that a scenario lacks count as nothing."""

    record: Record

    @property
    def days(self) -> int:
        """Days played."""
        return len(self.record.days)

    @cached_property
    def done(self) -> Mask:
        """What took effect when: shape ``(days, actors, actions)``."""
        if "since" not in self.record.bound.layout.fields:
            return np.zeros((self.days, len(self.record.bound.cast.actors), 0), dtype=np.bool_)
        return np.asarray(self.record.series("since") == 0.0)

    def date(self, day: int) -> dt.date:
        """Return the date of a day counted from 0."""
        return self.record.bound.scenario.start + dt.timedelta(days=day)

    def name(self, actor: str) -> str:
        """Return an actor's display name."""
        return self.record.bound.scenario.actors[actor].name

    def role(self, *roles: str) -> tuple[str, ...]:
        """Return the actors in any of some roles, each once, in the order of the cast."""
        cast = self.record.bound.cast
        return tuple(cast.actors[i] for i in sorted({i for role in roles for i in cast.group(role)}))

    def of(self, name: str, *labels: str) -> Array:
        """Return one element of a field over the days ``(days,)``; zeros where the scenario has no such field or label."""
        layout = self.record.bound.layout
        if name not in layout.fields or len(layout.fields[name].axes) != len(labels):
            return np.zeros(self.days)
        if any(label not in layout.labels[axis] for axis, label in zip(layout.fields[name].axes, labels, strict=True)):
            return np.zeros(self.days)
        return self.record.series(name, *labels)

    def acts(self, actor: str, actions: Iterable[str]) -> list[tuple[int, str]]:
        """Return the days on which an actor's actions took effect: (day, action), in order."""
        cast = self.record.bound.cast
        known = [action for action in dict.fromkeys(actions) if action in cast.actions]
        found = self.done[:, cast.actors.index(actor)]
        return sorted((int(day), a) for a in known for day in np.flatnonzero(found[:, cast.actions.index(a)]))

    def pushing(self, *impulses: str) -> tuple[str, ...]:
        """Return the actions of the menu that push any of some impulses upwards."""
        menu = self.record.bound.scenario.actions
        return tuple(
            name for name, action in menu.items() if any(i in impulses and p.add.value > 0 for i, p in action.impulses.items())
        )

    def words(self, actor: str, day: int, action: str) -> str:
        """Return what an actor did that day, in words: as it was told, else what the action says without naming whom or what."""
        told = self._told.get((self.date(day), actor, action))
        if told:
            return told
        said = self.record.bound.scenario.actions[action].says
        for part, word in (("{target}", "another"), ("{item}", "what was on the table"), ("{site}", "a place there")):
            said = said.replace(part, word)
        return said

    @cached_property
    def _told(self) -> dict[tuple[dt.date, str, str], str]:
        orders = (event for event in self.record.events if event.kind == "order")
        return {(event.date, event.actor, str(event.more.get("action", ""))): event.fact for event in orders}

    def windows(self, length: int) -> Iterator[tuple[int, int]]:
        """Yield every window of ``length`` days as (first day, last day)."""
        yield from ((first, first + length) for first in range(max(self.days - length, 0)))


def times(count: int) -> str:
    """Return how often: ``once``, ``twice``, ``7 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
