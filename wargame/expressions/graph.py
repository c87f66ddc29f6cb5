"""The steps of expressions before they become a tape: constants folded, equal steps shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wargame.expressions.operations import CODES, INNER, LIMIT, OPERATIONS


@dataclass(frozen=True)
class Step:
    """One value: a number (``kind`` "number"), a row of the state ("slot") or an operation."""

    kind: str
    operands: tuple[int, ...] = ()
    number: float = 0.0


class Graph:
    """A growing list of distinct steps; a step's operands stand before it."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._place: dict[Step, int] = {}
        self._sizes: list[float] = []

    def number(self, value: float) -> int:
        """Return the step for a number, held within ±1e100 (so finite)."""
        held = min(max(float(value), -INNER), INNER) + 0.0  # no -0.0: equal steps must have equal bits
        return self._intern(Step("number", number=held), abs(held))

    def slot(self, index: int) -> int:
        """Return the step that reads row ``index`` of the state."""
        return self._intern(Step("slot", number=float(index)), LIMIT)

    def apply(self, kind: str, *operands: int) -> int:
        """Return the step for an operation, within ±1e100; a number where every operand is one."""
        if all(self.steps[operand].kind == "number" for operand in operands):
            return self.number(_evaluate(kind, [self.steps[operand].number for operand in operands]))
        sizes = [self._sizes[operand] for operand in operands]
        size = OPERATIONS[CODES[kind]].bound(*sizes, *[0.0] * (3 - len(sizes)))
        place = self._intern(Step(kind, operands), size)
        return self.held(place, INNER)

    def held(self, place: int, limit: float) -> int:
        """Return the step's value held within ±limit; the step itself where it cannot pass the limit."""
        if self._sizes[place] <= limit:
            return place
        if self.steps[place].kind == "number":
            return self.number(min(max(self.steps[place].number, -limit), limit))
        return self._intern(Step("hold", (place, self.number(limit))), limit)

    def merge(self, steps: Sequence[Step]) -> list[int]:
        """Add another graph's steps and return where each of them now stands."""
        places: list[int] = []
        for step in steps:
            operands = tuple(places[operand] for operand in step.operands)
            places.append(self._intern(Step(step.kind, operands, step.number), LIMIT))
        return places

    def _intern(self, step: Step, size: float) -> int:
        if step not in self._place:
            self._place[step] = len(self.steps)
            self.steps.append(step)
            self._sizes.append(size)
        return self._place[step]


def _evaluate(kind: str, numbers: list[float]) -> float:
    """Fold with the very kernels of the tape, so that folding changes no bit."""
    a, b, c = (np.array([number]) for number in [*numbers, 0.0, 0.0][:3])
    out = np.empty(1)
    with np.errstate(all="ignore"):
        OPERATIONS[CODES[kind]].kernel(out, a, b, c)
    return float(out[0])
