"""The one table of operations a program may hold: all that a compiled twin of ``run_formulas`` has to implement.

Each operation writes ``out`` from at most three operands, element by element over the runs axis, with the
same bits at any width. ``bound`` gives the largest size of the result from the largest sizes of the
operands; where it may pass ``INNER`` the compiler adds a ``hold``, so that no step can reach infinity.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wargame.engine import numeric
from wargame.engine.types import Array

LIMIT = 1e12  # names as they are read, and results
INNER = 1e100  # every step in between: the product of two is far from overflow
TINY = 1e-300  # log(x) is log(TINY) for 0 < x <= TINY
NAN = math.nan  # what is missing: undefined, never, not yet

Kernel: TypeAlias = Callable[[Array, Array, Array, Array], object]
Bound: TypeAlias = Callable[[float, float, float], float]


@dataclass(frozen=True)
class Operation:
    """One kind of instruction: ``kernel(out, a, b, c)`` with ``arity`` operands in use."""

    name: str
    arity: int
    kernel: Kernel
    bound: Bound


def _hold(out: Array, a: Array, limit: Array, _: Array) -> None:
    np.minimum(a, limit, out=out)
    np.maximum(out, -limit, out=out)


def _divide(out: Array, a: Array, b: Array, _: Array) -> None:
    np.divide(a, b, out=out)
    np.copyto(out, NAN, where=np.equal(b, 0.0))


def _choose(out: Array, condition: Array, then: Array, otherwise: Array) -> None:
    np.copyto(out, otherwise)
    np.copyto(out, then, where=np.not_equal(condition, 0.0))


def _minimum(out: Array, a: Array, b: Array, _: Array) -> None:
    np.minimum(a, b, out=out)
    out += 0.0  # of 0.0 and -0.0 a vector unit may return either one: make it 0.0


def _maximum(out: Array, a: Array, b: Array, _: Array) -> None:
    np.maximum(a, b, out=out)
    out += 0.0


def _sqrt(out: Array, a: Array, _: Array, __: Array) -> None:
    np.maximum(a, 0.0, out=out)
    np.sqrt(out, out=out)
    out += 0.0
    np.copyto(out, NAN, where=np.less(a, 0.0))


def _exp(out: Array, a: Array, _: Array, __: Array) -> None:
    np.copyto(out, numeric.exp(a))


def _log(out: Array, a: Array, _: Array, __: Array) -> None:
    np.copyto(out, numeric.log(np.maximum(a, TINY)))
    np.copyto(out, NAN, where=np.less_equal(a, 0.0))


def _power(out: Array, base: Array, exponent: Array, _: Array) -> None:
    """As in IEEE 754, but that nothing is infinite: 0 to a negative power is missing."""
    size = np.absolute(base)
    raised = numeric.power(np.where(size > 0.0, size, 1.0), exponent)
    odd = np.not_equal(exponent - 2.0 * np.floor(exponent * 0.5), 0.0)
    turned = np.where(np.equal(exponent, np.floor(exponent)), np.where(odd, -raised, raised), NAN)
    at_nought = np.where(exponent > 0.0, 0.0, np.where(np.equal(exponent, 0.0), 1.0, NAN))
    np.copyto(out, np.where(base > 0.0, raised, np.where(base < 0.0, turned, at_nought)))


def _product(a: float, b: float, _: float) -> float:
    return a * b


def _sum(a: float, b: float, _: float) -> float:
    return a + b


def _same(a: float, _: float, __: float) -> float:
    return a


def _one(_: float, __: float, ___: float) -> float:
    return 1.0


OPERATIONS = (
    Operation("hold", 2, _hold, lambda a, limit, _: min(a, limit)),
    Operation("add", 2, lambda out, a, b, _: np.add(a, b, out=out), _sum),
    Operation("subtract", 2, lambda out, a, b, _: np.subtract(a, b, out=out), _sum),
    Operation("multiply", 2, lambda out, a, b, _: np.multiply(a, b, out=out), _product),
    Operation("divide", 2, _divide, lambda a, b, _: math.inf),
    Operation("negate", 1, lambda out, a, b, _: np.negative(a, out=out), _same),
    Operation("less", 2, lambda out, a, b, _: np.less(a, b, out=out), _one),
    Operation("at_most", 2, lambda out, a, b, _: np.less_equal(a, b, out=out), _one),
    Operation("equal", 2, lambda out, a, b, _: np.equal(a, b, out=out), _one),
    Operation("unequal", 2, lambda out, a, b, _: np.not_equal(a, b, out=out), _one),
    Operation("and", 2, lambda out, a, b, _: np.logical_and(a, b, out=out), _one),
    Operation("or", 2, lambda out, a, b, _: np.logical_or(a, b, out=out), _one),
    Operation("not", 1, lambda out, a, b, _: np.logical_not(a, out=out), _one),
    Operation("choose", 3, _choose, lambda _, then, otherwise: max(then, otherwise)),
    Operation("min", 2, _minimum, lambda a, b, _: max(a, b)),
    Operation("max", 2, _maximum, lambda a, b, _: max(a, b)),
    Operation("abs", 1, lambda out, a, b, _: np.absolute(a, out=out), _same),
    Operation("floor", 1, lambda out, a, b, _: np.floor(a, out=out), lambda a, _, __: a + 1.0),
    Operation("sqrt", 1, _sqrt, lambda a, _, __: max(1.0, a)),
    Operation("exp", 1, _exp, lambda a, _, __: math.exp(min(a, 700.0))),
    Operation("log", 1, _log, lambda a, _, __: 691.0),
    Operation("tanh", 1, lambda out, a, b, _: np.copyto(out, numeric.tanh(a)), _one),
    Operation("logistic", 1, lambda out, a, b, _: np.copyto(out, numeric.logistic(a)), _one),
    Operation("power", 2, _power, lambda a, b, _: math.inf),
)
CODES = {operation.name: code for code, operation in enumerate(OPERATIONS)}
