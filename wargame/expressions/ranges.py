"""Between which values an expression can lie, from the bounds of the rows that it reads: interval arithmetic over its steps.

The range found holds for every state within the bounds; it may be wider than what really occurs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from wargame.expressions.compiling import Expression
from wargame.expressions.operations import INNER

Range: TypeAlias = tuple[float, float]
ANYTHING: Range = (-INNER, INNER)
FALSE, TRUE, EITHER = (0.0, 0.0), (1.0, 1.0), (0.0, 1.0)


def range_of(expression: Expression, bounds: Callable[[int], Range]) -> Range:
    """Return the lowest and the highest value of an expression; ``bounds`` gives those of a row of the state."""
    found: list[Range] = []
    for step in expression.steps:
        if step.kind == "number":
            found.append((step.number, step.number))
        elif step.kind == "slot":
            found.append(bounds(int(step.number)))
        else:
            operands = [found[operand] for operand in step.operands]
            rule = _RULES.get(step.kind)
            found.append(_finite(rule(operands)) if rule else ANYTHING)
    return found[expression.result]


def truth(span: Range) -> Range:
    """Return whether a value within a range is true: always (1 to 1), never (0 to 0), or either."""
    low, high = span
    if low == high == 0.0:
        return FALSE
    return TRUE if low > 0.0 or high < 0.0 else EITHER


def _finite(span: Range) -> Range:
    low, high = span
    return ANYTHING if math.isnan(low) or math.isnan(high) else (max(low, -INNER), min(high, INNER))


def _corners(of: Callable[[float, float], float]) -> Callable[[Sequence[Range]], Range]:
    def rule(operands: Sequence[Range]) -> Range:
        (a, b), (c, d) = operands
        corners = [of(a, c), of(a, d), of(b, c), of(b, d)]
        return min(corners), max(corners)

    return rule


def _divide(operands: Sequence[Range]) -> Range:
    (a, b), (c, d) = operands
    if c <= 0.0 <= d:
        return ANYTHING
    corners = [a / c, a / d, b / c, b / d]
    return min(corners), max(corners)


def _less(operands: Sequence[Range]) -> Range:
    (a, b), (c, d) = operands
    return TRUE if b < c else FALSE if a >= d else EITHER


def _at_most(operands: Sequence[Range]) -> Range:
    (a, b), (c, d) = operands
    return TRUE if b <= c else FALSE if a > d else EITHER


def _equal(operands: Sequence[Range]) -> Range:
    (a, b), (c, d) = operands
    return TRUE if a == b == c == d else FALSE if b < c or d < a else EITHER


def _not(operands: Sequence[Range]) -> Range:
    low, high = truth(operands[0])
    return 1.0 - high, 1.0 - low


def _and(operands: Sequence[Range]) -> Range:
    (a, b), (c, d) = map(truth, operands)
    return min(a, c), min(b, d)


def _or(operands: Sequence[Range]) -> Range:
    (a, b), (c, d) = map(truth, operands)
    return max(a, c), max(b, d)


def _choose(operands: Sequence[Range]) -> Range:
    condition, then, otherwise = operands
    sure = truth(condition)
    if sure in (TRUE, FALSE):
        return then if sure == TRUE else otherwise
    return min(then[0], otherwise[0]), max(then[1], otherwise[1])


def _abs(operands: Sequence[Range]) -> Range:
    ((low, high),) = operands
    ends = sorted((abs(low), abs(high)))
    return (0.0 if low <= 0.0 <= high else ends[0]), ends[1]


def _hold(operands: Sequence[Range]) -> Range:
    (low, high), (_, limit) = operands
    return min(max(low, -limit), limit), min(max(high, -limit), limit)


def _between(low: float, high: float) -> Callable[[Sequence[Range]], Range]:
    return lambda _: (low, high)


_RULES: Mapping[str, Callable[[Sequence[Range]], Range]] = {
    "hold": _hold,
    "add": lambda o: (o[0][0] + o[1][0], o[0][1] + o[1][1]),
    "subtract": lambda o: (o[0][0] - o[1][1], o[0][1] - o[1][0]),
    "multiply": _corners(lambda a, b: a * b),
    "divide": _divide,
    "negate": lambda o: (-o[0][1], -o[0][0]),
    "less": _less,
    "at_most": _at_most,
    "equal": _equal,
    "unequal": lambda o: _not([_equal(o)]),
    "and": _and,
    "or": _or,
    "not": _not,
    "choose": _choose,
    "min": lambda o: (min(o[0][0], o[1][0]), min(o[0][1], o[1][1])),
    "max": lambda o: (max(o[0][0], o[1][0]), max(o[0][1], o[1][1])),
    "abs": _abs,
    "floor": lambda o: (math.floor(o[0][0]), math.floor(o[0][1])),
    "sqrt": lambda o: (math.sqrt(max(o[0][0], 0.0)), math.sqrt(max(o[0][1], 0.0))),
    "exp": lambda o: (
        0.0 if o[0][0] < -700 else math.exp(min(o[0][0], 700.0)) * (1 - 1e-9),
        math.exp(min(o[0][1], 700.0)) * (1 + 1e-9),
    ),
    "tanh": _between(-1.0, 1.0),
    "logistic": _between(0.0, 1.0),
}
