"""Which values may be missing, and why: worked out from the text alone, so that a guard before a division is understood.

A *risk* of a step is one way in which it can be missing: a value that it rests on is missing, or a value that it is divided by
is 0, and the like. ``a if c else b`` has the risks of ``a`` less those that ``c`` rules out where it holds, and those of ``b``
less those that it rules out where it does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Why = Literal["missing", "zero", "negative", "not positive"]
NONE: frozenset[Risk] = frozenset()
Some: TypeAlias = "frozenset[Risk]"


@dataclass(frozen=True)
class Step:
    """One value: a number (``kind`` "number"), a row of the state ("slot") or an operation."""

    kind: str
    operands: tuple[int, ...] = ()
    number: float = 0.0


@dataclass(frozen=True)
class Risk:
    """A step is missing where the value at ``place`` is ``why``."""

    why: Why
    place: int


class Risks:
    """The risks of steps, worked out when they are asked for."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._known: dict[int, Some] = {}
        self._lows: dict[int, float] = {}
        self._meaning: dict[int, tuple[str, tuple[int, ...]]] = {}

    def __getitem__(self, place: int) -> Some:
        if place not in self._known:
            self._known[place] = self._found(place)
        return self._known[place]

    def add(self, place: int, risks: Some) -> None:
        """Say what a step risks that cannot be seen from it."""
        self._known[place] = self[place] | risks

    def means(self, place: int, kind: str, operands: tuple[int, ...]) -> None:
        """Say that a step stands for an operation, of which it is made so as to carry what is missing."""
        if self._steps[place].kind != "number":
            self._meaning[place] = kind, operands
            self._known[place] = self._of(kind, operands)

    def _what(self, place: int) -> tuple[str, tuple[int, ...]]:
        step = self._steps[place]
        return self._meaning.get(place, (step.kind, step.operands))

    def _found(self, place: int) -> Some:
        step = self._steps[place]
        if step.kind == "number":
            return frozenset({Risk("missing", place)}) if step.number != step.number else NONE
        return self._of(*self._what(place))

    def _of(self, kind: str, operands: tuple[int, ...]) -> Some:
        """Return the risks of an operation."""
        if kind == "equal" and operands[0] == operands[1]:  # whether it is there at all
            return NONE
        if kind == "choose":
            condition, then, otherwise = operands
            return (
                self[condition]
                | (self[then] - self.ruled_out(condition, True))
                | (self[otherwise] - self.ruled_out(condition, False))
            )
        if kind in ("and", "or"):
            first, second = operands
            return self[first] | (self[second] - self.ruled_out(first, kind == "and"))
        own = frozenset(risk for risk in self._own(kind, operands) if not self._cannot_be(risk))
        return own.union(*(self[operand] for operand in operands))

    def _own(self, kind: str, operands: tuple[int, ...]) -> tuple[Risk, ...]:
        if kind == "divide":
            return (Risk("zero", operands[1]),)
        if kind == "sqrt":
            return (Risk("negative", operands[0]),)
        if kind == "log":
            return (Risk("not positive", operands[0]),)
        if kind == "power":
            exponent = self._steps[operands[1]]
            if exponent.kind == "number" and exponent.number > 0.0:
                whole = exponent.number == math.floor(exponent.number)
                return () if whole else (Risk("negative", operands[0]),)
            return (Risk("not positive", operands[0]),)
        return ()

    def _cannot_be(self, risk: Risk) -> bool:
        low = self._low(risk.place)
        if low > 0.0 or (low == 0.0 and risk.why == "negative"):
            return True
        step = self._steps[risk.place]
        return risk.why == "zero" and step.kind == "number" and step.number != 0.0

    def _low(self, place: int) -> float:
        """Return a number that a step's value, where it is there, is never below."""
        if place not in self._lows:
            kind, operands = self._what(place)
            low = self._steps[place].number if kind == "number" else -math.inf
            if kind in LOWS:
                low = LOWS[kind]([self._low(operand) for operand in operands])
            self._lows[place] = low if low == low else -math.inf
        return self._lows[place]

    def ruled_out(self, place: int, holds: bool) -> Some:
        """Return the risks that there are not where a condition holds (or, certainly, does not)."""
        kind, operands = self._what(place)
        if kind == "not":
            return self.ruled_out(operands[0], not holds)
        if kind in ("and", "or"):
            both = self.ruled_out(operands[0], holds), self.ruled_out(operands[1], holds)
            return both[0] | both[1] if holds == (kind == "and") else both[0] & both[1]
        if kind == "equal" and operands[0] == operands[1]:
            return self[operands[0]] if holds else NONE
        if kind in ("equal", "unequal"):
            return self._apart(*operands) if holds == (kind == "unequal") else NONE
        if kind in ("less", "at_most"):
            low, high = operands if holds else operands[::-1]
            return self._ordered(low, high, strictly=holds == (kind == "less"))
        return NONE if not holds else frozenset({Risk("zero", place)})  # a bare number holds where it is not 0

    def _apart(self, a: int, b: int) -> Some:
        zeros = [one for one, other in ((a, b), (b, a)) if self._number(other) == 0.0]
        return frozenset(Risk("zero", one) for one in zeros)

    def _ordered(self, low: int, high: int, *, strictly: bool) -> Some:
        """Return what ``low < high`` (or, not strictly, ``low <= high``) rules out where one of them is a number."""
        found = NONE
        least, most = self._number(low), self._number(high)
        if least is not None and (least > 0.0 or (strictly and least == 0.0)):
            found |= {Risk("zero", high), Risk("negative", high), Risk("not positive", high)}
        elif least is not None and least == 0.0:
            found |= {Risk("negative", high)}
        if most is not None and (most < 0.0 or (strictly and most == 0.0)):
            found |= {Risk("zero", low)}
        return found

    def _number(self, place: int) -> float | None:
        step = self._steps[place]
        return step.number if step.kind == "number" else None


def _product(lows: list[float]) -> float:
    return lows[0] * lows[1] if min(lows) >= 0.0 else -math.inf


LOWS: dict[str, Callable[[list[float]], float]] = {
    "hold": lambda lows: min(lows[0], lows[1]),
    "add": sum,
    "multiply": _product,
    "min": min,
    "max": max,
    "choose": lambda lows: min(lows[1], lows[2]),
    "floor": lambda lows: float(math.floor(lows[0])) if math.isfinite(lows[0]) else lows[0],
    "abs": lambda lows: max(lows[0], 0.0),
    **dict.fromkeys(
        ("less", "at_most", "equal", "unequal", "and", "or", "not", "sqrt", "exp", "logistic"), lambda lows: 0.0
    ),
}  # fmt: skip
