"""The steps of expressions before they become a program: constants folded, equal steps shared, what is missing carried."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wargame.expressions.operations import CODES, INNER, LIMIT, NAN, OPERATIONS
from wargame.expressions.risks import Risk, Risks, Step

COMPARING = frozenset({"less", "at_most", "equal", "unequal", "not"})
CURVES = frozenset({"exp", "log", "tanh", "logistic", "power"})  # made of steps that do not all carry what is missing


class Graph:
    """A growing list of distinct steps; a step's operands stand before it.

    A step that may be missing (NaN) is told from one that cannot be, by ``risks``: comparisons and truth values of the first
    are made so that they carry it, those of the second are what the machine does fastest.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._place: dict[Step, int] = {}
        self._sizes: list[float] = []
        self.risks = Risks(self.steps)

    def number(self, value: float) -> int:
        """Return the step for a number, held within ±1e100 (so finite), or for a missing one."""
        held = NAN if value != value else min(max(float(value), -INNER), INNER) + 0.0  # no -0.0: equal steps, equal bits
        return self._intern(Step("number", number=held), 0.0 if held != held else abs(held))

    def slot(self, index: int, missing: bool = False) -> int:
        """Return the step that reads row ``index`` of the state; ``missing``: which may hold NaN."""
        place = self._intern(Step("slot", number=float(index)), LIMIT)
        if missing:
            self.risks.add(place, frozenset({Risk("missing", place)}))
        return place

    def apply(self, kind: str, *operands: int) -> int:
        """Return the step for an operation, within ±1e100; a number where every operand is one."""
        risky = [operand for operand in operands if self.risks[operand]]
        if not risky:
            return self.plain(kind, *operands)
        if kind in ("and", "or"):
            found = self._joined(kind, *operands)
        elif kind == "choose":
            found = self._carried(self.plain(kind, *operands), operands[:1])
        elif kind in COMPARING:
            found = self._carried(self.plain(kind, *operands), risky)
        elif kind in CURVES:
            found = self._carried(self.plain(kind, *(self.or_else(operand, 1.0) for operand in operands)), risky)
        else:
            return self.plain(kind, *operands)
        self.risks.means(found, kind, operands)
        return found

    def defined(self, operand: int) -> int:
        """Return the step that is 1 where a value is there and 0 where it is missing."""
        return self.plain("equal", operand, operand) if self.risks[operand] else self.number(1.0)

    def or_else(self, operand: int, value: float) -> int:
        """Return the step that is another number where a value is missing."""
        if not self.risks[operand]:
            return operand
        return self.apply("choose", self.defined(operand), operand, self.number(value))

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
            number = NAN if step.number != step.number else step.number  # the one NaN that is equal to itself
            places.append(self._intern(Step(step.kind, operands, number), LIMIT))
        return places

    def plain(self, kind: str, *operands: int) -> int:
        """Return the step for an operation as the machine does it, without regard to what is missing."""
        if all(self.steps[operand].kind == "number" for operand in operands):
            return self.number(_evaluate(kind, [self.steps[operand].number for operand in operands]))
        sizes = [self._sizes[operand] for operand in operands]
        size = OPERATIONS[CODES[kind]].bound(*sizes, *[0.0] * (3 - len(sizes)))
        place = self._intern(Step(kind, operands), size)
        return self.held(place, INNER)

    def _carried(self, place: int, operands: Sequence[int]) -> int:
        """Return the step's value, missing where an operand is: ``x - x`` is 0 of a number and NaN of what is missing."""
        for operand in operands:
            if self.steps[operand].number != self.steps[operand].number:
                return self.number(NAN)
            if self.risks[operand]:
                nought = self._intern(Step("subtract", (operand, operand)), 0.0)
                place = self.plain("add", place, nought)
        return place

    def _joined(self, kind: str, a: int, b: int) -> int:
        """Return ``and`` or ``or`` of three truths (Kleene's): what decides by itself does, be the other missing."""
        if kind == "and":
            decided = self.plain("or", self.plain("not", a), self.plain("not", b))
            return self._decided(decided, 0.0, a, b)
        sure = [self.plain("and", x, self.defined(x)) if self.risks[x] else x for x in (a, b)]
        return self._decided(self.plain("or", *sure), 1.0, a, b)

    def _decided(self, decided: int, truth: float, a: int, b: int) -> int:
        other = self._carried(self.number(1.0 - truth), [a, b])
        return self.plain("choose", decided, self.number(truth), other)

    def _intern(self, step: Step, size: float) -> int:
        if step not in self._place:
            self._place[step] = len(self.steps)
            self.steps.append(step)
            self._sizes.append(size)
        return self._place[step]


def _evaluate(kind: str, numbers: list[float]) -> float:
    """Fold with the very kernels of the program, so that folding changes no bit."""
    a, b, c = (np.array([number]) for number in [*numbers, 0.0, 0.0][:3])
    out = np.empty(1)
    with np.errstate(all="ignore"):
        OPERATIONS[CODES[kind]].kernel(out, a, b, c)
    return float(out[0])
