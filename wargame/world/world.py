"""The world of a block of runs on one day: what mechanisms read and write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from wargame.engine.draws import Draws
from wargame.engine.types import Array, Mask
from wargame.scenario.schema import Scenario
from wargame.world.cast import Cast
from wargame.world.fields import Layout

Audience = Literal["all", "own", "parties"] | Sequence[int | None]


@dataclass
class World:
    """State, luck and scenario of a block; the only thing a mechanism's functions are given.

    ``w["stability"]`` is a writable view ``(actors, runs)``; ``w.parameters("regime")["rally"]`` is a row ``(runs,)``;
    ``w.impulse("loan")`` is today's push. ``w.tick`` counts days from 0, ``w.date`` is the calendar day.
    """

    layout: Layout
    state: Array
    draws: Draws
    scenario: Scenario
    cast: Cast
    parameter_names: Mapping[str, tuple[str, ...]]
    ladder: Callable[[Array], Array]  # (slots, runs) -> (rungs, runs): which rungs' conditions hold
    tick: int = 0
    listener: Callable[..., None] | None = None
    _views: dict[str, Array] = field(default_factory=dict)
    _parameters: dict[str, dict[str, Array]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Array:
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = self.layout.view(self.state, name)
        return view

    @property
    def runs(self) -> int:
        """Number of runs in the block."""
        return int(self.state.shape[1])

    @property
    def date(self) -> dt.date:
        """Today."""
        return self.scenario.start + dt.timedelta(days=self.tick)

    @property
    def new_years(self) -> tuple[int, ...]:
        """The ticks of the first of January of every year played."""
        first = self.scenario.start
        years = range(first.year, (first + dt.timedelta(days=self.scenario.horizon)).year + 1)
        return tuple(self.day_of(dt.date(year, 1, 1)) for year in years)

    def day_of(self, date: dt.date) -> int:
        """Return the tick of a calendar day (negative before the start)."""
        return (date - self.scenario.start).days

    def impulse(self, name: str) -> Array:
        """Return today's push on a mechanism, shape ``(*axes, runs)``."""
        return self[f"impulse.{name}"]

    def parameters(self, mechanism: str) -> Mapping[str, Array]:
        """Return a mechanism's parameters, each a row ``(runs,)``."""
        found = self._parameters.get(mechanism)
        if found is None:
            found = {name: self[f"parameter.{mechanism}.{name}"] for name in self.parameter_names[mechanism]}
            self._parameters[mechanism] = found
        return found

    def zeros(self, *axes: int) -> Array:
        """Return zeros of shape ``(*axes, runs)``, to be written into."""
        return np.zeros((*axes, self.runs))

    def replace_state(self, state: Array) -> None:
        """Put another state of the same layout in place (a restored snapshot, a fork)."""
        if state.shape[0] != self.layout.slots:
            raise ValueError(f"expected {self.layout.slots} slots, got {state.shape[0]}")
        self.state = state
        self._views.clear()
        self._parameters.clear()

    def say(
        self,
        kind: str,
        where: Mask | bool,
        fact: str,
        *,
        actor: int | None = None,
        reason: str = "",
        sources: Sequence[str] = (),
        seen: Audience = (),
        public: str | bool = "",
        **values: Any,
    ) -> None:
        """Report an event in the runs where ``where`` holds; nothing in the world changes.

        ``kind`` is one of the contract's event kinds. ``fact`` and ``reason`` are format strings over ``values``; a value
        may be a number or an array ``(runs,)``, of which each run's own element is used.

        ``seen`` says who may know the fact and its reason: ``all``, ``own`` (the actor), ``parties`` (the patron and the
        client), or indices of actors; nobody unless it is said, because a fact may hold the truth. ``public`` is what
        everybody else is told: nothing, if it is empty; True: the fact without its reason.
        """
        if self.listener is not None and np.any(where):
            audience = self._audience(seen, actor)
            others = fact if public is True else public or ""
            self.listener(kind, where, fact, actor=actor, reason=reason, sources=tuple(sources), values=values,
                          seen=audience, public=others)  # fmt: skip

    def _audience(self, seen: Audience, actor: int | None) -> tuple[str, ...]:
        """Return the names of those who may know an event, or ``("all",)``."""
        if seen == "all":
            return ("all",)
        if seen == "own":
            who = {actor}
        elif seen == "parties":
            who = {*self.cast.group("patron"), *self.cast.group("client")}
        else:
            who = {index for index in seen if not isinstance(index, str)}
        return tuple(self.cast.actors[index] for index in sorted(index for index in who if index is not None))
