"""A world of symbols: what mechanisms and policies are played on when they are traced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wargame.engine.draws import Draws
from wargame.engine.program.opcodes import LOAD
from wargame.engine.program.questions import Questions, Tick
from wargame.engine.program.steps import NotTraceable, Steps
from wargame.engine.program.symbols import Symbol
from wargame.world.world import World


class SymbolicDraws(Draws):
    """Luck that is noted instead of drawn. Streams are named as ever; they are drawn for the day that is played."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def uniforms(self, names: Sequence[str], tick: Any) -> Any:
        """Return a step for every stream's number of today, or of a fixed day."""
        if isinstance(tick, Tick) and not tick.is_today:
            raise NotTraceable("luck is that of today, or of a day that is fixed")
        fixed = None if isinstance(tick, Tick) else int(tick)
        ids = np.array([[self._steps.uniform(name, fixed)] for name in names], dtype=np.int32).reshape(-1, 1)
        return Symbol(self._steps, ids)


class SymbolicWorld(World):
    """A world whose state is symbols and whose day is a question."""

    steps: Steps
    questions: Questions

    @property
    def runs(self) -> int:
        """One: a symbol stands for any number of runs."""
        return 1

    def zeros(self, *axes: int) -> Any:
        """Return zeros that symbols may be written into."""
        return Symbol(self.steps, self.steps.numbers(np.zeros((*axes, 1))))

    def store(self) -> None:
        """Note that what has changed is written into the state."""
        state: Any = self.state
        after = state.ids[:, 0]
        changed = np.flatnonzero(after != self.steps.morning)
        self.steps.store(changed, after[changed])


def symbolic(world: World, clock: int | None = None) -> SymbolicWorld:
    """Return the world of symbols that stands for ``world`` on its present day, whose tick stands in row ``clock`` (as a rule
    that of the field ``clock.day``).
    """
    steps = Steps(world.layout.slots)
    state: Any = Symbol(steps, steps.morning.copy().reshape(-1, 1))
    today = (
        steps.morning[world.layout.span("clock.day")].copy() if clock is None else steps.add(LOAD, np.array([clock], np.int32))
    )
    questions = Questions(world.tick, Symbol(steps, today))
    tick: Any = Tick(questions, lambda t: t, (1, 0, 1))
    found = SymbolicWorld(
        world.layout, state, SymbolicDraws(steps), world.scenario, world.cast, world.parameter_names, world.ladder, tick
    )
    found.steps, found.questions = steps, questions
    return found
