"""Actors as Mesa agents: each owns one row of every per-actor field and decides by its policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mesa

from wargame.simulation.deciding import Decider
from wargame.simulation.simulation import Simulation


class Actor(Decider, mesa.Agent):  # type: ignore[misc]
    """A state or bloc. ``actor.dependence`` reads and writes its own row: a float at one run, a view ``(runs,)`` at many."""

    model: Simulation

    def __init__(self, model: Simulation, index: int) -> None:
        self._rows: Mapping[str, int] = {}
        mesa.Agent.__init__(self, model)
        Decider.__init__(self, model, index)
        self._rows = model.bound.layout.own_rows

    def __getattr__(self, name: str) -> Any:
        rows = self.__dict__.get("_rows", {})
        if name not in rows or name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        row = self.model.world.state[rows[name] + self.index]
        return float(row[0]) if len(row) == 1 else row

    def __setattr__(self, name: str, value: Any) -> None:
        rows = self.__dict__.get("_rows", {})
        if name in rows and name not in self.__dict__:
            self.model.world.state[rows[name] + self.index] = value
        else:
            object.__setattr__(self, name, value)
