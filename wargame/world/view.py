"""What one actor may see: a read-only, fogged window on the world. Policies, seats and programs get this and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array
from wargame.expressions import Formulas
from wargame.world.imagined import imagined
from wargame.world.menu import Menu
from wargame.world.scope import Names
from wargame.world.world import World


class HiddenFieldError(KeyError):
    """The actor asked for something that it cannot see."""


@dataclass(frozen=True)
class View:
    """The morning as one actor sees it, in every run of the block. Arrays are not writeable."""

    _world: World
    menu: Menu

    @property
    def actor(self) -> str:
        """Name of the actor whose view this is."""
        return self._world.cast.actors[self.menu.actor]

    @property
    def tick(self) -> int:
        """Days since the start."""
        return self._world.tick

    @property
    def date(self) -> dt.date:
        """Today."""
        return self._world.date

    def is_on(self, date: dt.date) -> bool:
        """Return whether today is a calendar day."""
        return self._world.tick == self._world.day_of(date)

    @property
    def runs(self) -> int:
        """Number of runs in the block."""
        return self._world.runs

    def __getitem__(self, name: str) -> Array:
        """Return a scalar field or the actor's own row, shape ``(runs,)``, by the name an expression would use.

        Raises :class:`HiddenFieldError` when the actor cannot see it and KeyError when there is no such thing.
        """
        from wargame.expressions import ExpressionError, Slot

        scope = Names(self._world.layout, self._world.cast, self.menu.actor)
        try:
            ref = scope.name(name)
        except ExpressionError as error:
            raise HiddenFieldError(str(error)) from None
        if not isinstance(ref, Slot):
            raise KeyError(name)
        return self._locked(self._world.state[ref.index])

    @property
    def temperature(self) -> Array:
        """Noise in the actor's choice, shape ``(runs,)``."""
        return self._locked(self._world["temperature"][self.menu.actor])

    def options(self) -> Array:
        """Return the menu's expressions, shape ``(2 candidates + channels, runs)``: which orders may be considered, how
        attractive each is, and how attractive it is to hold in each channel."""
        return self._program(self._world.state)

    @property
    def _program(self) -> Formulas:
        return self.menu.program

    def imagined(self, declared: Array, columns: NDArray[np.intp], futures: int) -> World:
        """Return worlds of the actor's own making, to play in: see :func:`wargame.world.imagined.imagined`."""
        return imagined(self._world, self.menu.actor, declared, columns, futures)

    def gumbels(self, names: Sequence[str]) -> Array:
        """Return the actor's own luck of the day, standard Gumbel, shape ``(len(names), runs)``."""
        return self._world.draws.gumbels([f"choice.{self.actor}.{name}" for name in names], self.tick)

    def uniforms(self, names: Sequence[str]) -> Array:
        """Return the actor's own luck of the day, uniform, shape ``(len(names), runs)``."""
        return self._world.draws.uniforms([f"choice.{self.actor}.{name}" for name in names], self.tick)

    @staticmethod
    def _locked(x: Array) -> Array:
        if hasattr(x, "tracing"):
            return x.copy()
        view = x.view()
        view.flags.writeable = False
        return view
