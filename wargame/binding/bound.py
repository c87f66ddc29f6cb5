"""A scenario bound to the engine, as plain data: everything compiled, nothing left to look up during play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.binding.inherit import HUMAN, Joined
from wargame.engine.types import Array
from wargame.expressions import Expression, Formulas
from wargame.mechanisms.base import Mechanism
from wargame.policies.base import Policy
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.measure import Measure
from wargame.scenario.schema import Scenario
from wargame.world.cast import Cast
from wargame.world.fields import Layout
from wargame.world.given import GivenQuantity
from wargame.world.injects import CompiledInject
from wargame.world.menu import Menu
from wargame.world.orders import CompiledAction


@dataclass(frozen=True)
class CompiledMeasure:
    """A measure with its expression over the truth and its window in ticks (inclusive)."""

    name: str
    spec: Measure
    value: Expression
    first: int
    last: int


@dataclass(frozen=True, repr=False, eq=False)
class Bound(Display):
    """What a simulation plays: plain data, immutable, shared by every block. Made by :func:`wargame.binding.bind.bind`."""

    scenario: Scenario
    cast: Cast
    layout: Layout
    mechanisms: tuple[Mechanism, ...]  # those that act, in their order
    menus: tuple[Menu, ...]
    policies: tuple[Policy, ...]
    joined: tuple[Joined, ...]
    actions: Mapping[str, CompiledAction]
    injects: tuple[CompiledInject, ...]
    rungs: Formulas
    measures: tuple[CompiledMeasure, ...]
    watch: Formulas
    watch_names: tuple[str, ...]
    urgent: Formulas  # one per actor
    givens: tuple[GivenQuantity, ...]
    parameter_names: Mapping[str, tuple[str, ...]]
    resolved: Mapping[str, object] = field(default_factory=dict)
    text_hash: str = ""
    changed: tuple[str, ...] = ()  # paths of what ``--set`` changed
    payoffs: tuple[Expression | None, ...] = ()  # by actor: what one that looks ahead wants
    programs: dict[str, Any] = field(default_factory=dict)  # what a simulation has made of it, to be used again in this process

    def _facts(self) -> Facts:
        scenario, cast = self.scenario, self.cast
        lists = {
            "actors": cast.actors, "sites": cast.sites, "exercises": cast.exercises, "policies": scenario.policies,
            "measures": [one.name for one in self.measures], "uncertainties": scenario.uncertainties, "levers": scenario.levers,
        }  # fmt: skip
        days = f"{scenario.start} to {scenario.end}, {counted(scenario.horizon, 'day')}"
        told = {"plays": days, **{name: listed(found) for name, found in lists.items()}, "hash": self.text_hash[:16]}
        return f"Scenario {scenario.name}: {scenario.title}", told

    def __getstate__(self) -> dict[str, object]:
        """Leave behind, on the way to another process, what it is played from here: programs do not travel."""
        return self.__dict__ | {"programs": {}}

    @cached_property
    def given_values(self) -> tuple[NDArray[np.intp], Array]:
        """The rows of the scenario's own numbers and their values; of two for one row, the later stands."""
        last = {given.row: given.quantity.value for given in self.givens}
        return np.array(list(last), dtype=np.intp), np.array(list(last.values()), dtype=np.float64)

    @cached_property
    def hand_days(self) -> tuple[tuple[int, ...], ...]:
        """The days, of every actor, that people have decided: each a decision day of its own."""
        start = self.scenario.start
        return tuple(
            tuple(sorted((date - start).days for date in joined.turns)) if joined.kind == HUMAN else () for joined in self.joined
        )

    @cached_property
    def measuring(self) -> Formulas:
        """The values of the measures as one program."""
        return Formulas([measure.value for measure in self.measures])

    @cached_property
    def impulses(self) -> slice:
        """The rows of all impulses: neighbours, because fields lie sorted by name."""
        names = [name for name in self.layout.fields if name.startswith("impulse.")]
        return slice(self.layout.span(names[0]).start, self.layout.span(names[-1]).stop) if names else slice(0, 0)
