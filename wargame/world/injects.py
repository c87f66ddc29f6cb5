"""Entries of the master scenario events list as they are played; and events that nobody had planned, for one morning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wargame.expressions import Expression
from wargame.scenario.schema import Inject
from wargame.world.cast import Cast
from wargame.world.menu import Candidate


@dataclass(frozen=True)
class CompiledInject:
    """An entry of the MSEL: its day or condition, pushes as (impulse row, amount row), forced orders, who is alarmed."""

    name: str
    index: int
    spec: Inject
    tick: int | None
    when: Expression | None
    pushes: tuple[tuple[int, int], ...]
    orders: tuple[tuple[int, Candidate], ...]
    urgent: tuple[int, ...]


@dataclass(frozen=True)
class UnplannedInject:
    """An inject that no list of events has, for one morning: rows of impulses with what is added, forced orders, alarms."""

    name: str
    spec: Inject
    pushes: tuple[tuple[int, float], ...]
    orders: tuple[tuple[int, Candidate], ...]
    urgent: tuple[int, ...]


def actors_of(names: Iterable[str], cast: Cast) -> tuple[int, ...]:
    """Return the actors that actors and roles stand for, in the order of their names."""
    found = {index for name in names for index in ([cast.actors.index(name)] if name in cast.actors else cast.group(name))}
    return tuple(sorted(found))
