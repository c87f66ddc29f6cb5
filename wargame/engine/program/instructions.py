"""The machine's instructions: on single numbers, and on rows of ``LANES`` numbers. Both give the same bits.

In compiled code the row loops become vector instructions; a row is never written while it is read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wargame.engine.elementary import numbers
from wargame.engine.jit import inlined
from wargame.engine.program.opcodes import (
    ADD,
    AND,
    AT_MOST,
    CHOOSE,
    CLIP,
    DIVIDE,
    EQUAL,
    EXP,
    FLOOR,
    GUMBEL,
    HIGHER,
    LESS,
    LOG,
    LOG1P,
    LOGISTIC,
    LOWER,
    MULTIPLY,
    MULTIPLY_ADD,
    NEGATE,
    NOT,
    OR,
    PPF,
    RINT,
    SIZE,
    SQRT,
    STORE,
    SUBTRACT,
    TANH,
    UNEQUAL,
)  # fmt: skip
from wargame.engine.types import Array

LANES = 128

_of = numbers()
_exp, _log, _gumbel, _log1p, _tanh, _logistic, _ppf, _power = (
    _of.exp, _of.log, _of.gumbel, _of.log1p, _of.tanh, _of.logistic, _of.normal_ppf, _of.power,
)  # fmt: skip
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_ONE = np.uint64(0x3FF0000000000000)  # the bits of 1.0
_GAMMA = np.uint64(0x9E3779B97F4A7C15)  # of :mod:`wargame.engine.draws`
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)


@inlined
def _mix(x: Any) -> Any:
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@inlined
def word_of(key: Any, stream: Any) -> Any:
    """Return what a stream's numbers are made of in one run, on whatever day."""
    return _mix(key ^ stream)


@inlined
def uniform_of(word: Any, counter: Any) -> Any:
    """Return a stream's uniform number of one day: (m + 1/2) / 2^52 of :mod:`wargame.engine.draws`, made of its bits."""
    bits = (_mix(word + counter) >> _S12) | _ONE
    return np.uint64(bits).view(np.float64) - 0.9999999999999998889776975  # 1 - 2^-53, exactly


@inlined
def counter_in(day: Any) -> Any:
    """Return the counter of a day that stands in a row: that of :func:`wargame.engine.draws.counter_of`."""
    return np.uint64(np.int64(day) + np.int64(1)) * _GAMMA


@inlined
def _lower(a: Any, b: Any) -> Any:
    return a if a < b or a != a else b


@inlined
def _higher(a: Any, b: Any) -> Any:
    return a if a > b or a != a else b


@inlined
def number_of(op: int, a: float, b: float, c: float) -> Any:
    """Return the result of an instruction on single numbers."""
    if op == ADD:
        return a + b
    elif op == MULTIPLY:
        return a * b
    elif op == MULTIPLY_ADD:
        return a * b + c
    elif op == SUBTRACT:
        return a - b
    elif op == CHOOSE:
        return b if a != 0.0 else c
    elif op == CLIP:
        return _lower(_higher(a, b), c)
    elif op == DIVIDE:
        return a / b
    elif op == LOWER:
        return _lower(a, b)
    elif op == HIGHER:
        return _higher(a, b)
    elif op == LESS:
        return 1.0 if a < b else 0.0
    elif op == AT_MOST:
        return 1.0 if a <= b else 0.0
    elif op == EQUAL:
        return 1.0 if a == b else 0.0
    elif op == UNEQUAL:
        return 1.0 if a != b else 0.0
    elif op == AND:
        return 1.0 if a != 0.0 and b != 0.0 else 0.0
    elif op == OR:
        return 1.0 if a != 0.0 or b != 0.0 else 0.0
    elif op == NOT:
        return 1.0 if a == 0.0 else 0.0
    elif op == NEGATE:
        return -a
    elif op == STORE:
        return a
    elif op == SIZE:
        return abs(a)
    elif op == FLOOR:
        return np.floor(a)
    elif op == RINT:
        return np.rint(a)
    elif op == SQRT:
        return np.sqrt(a)
    return _dear_number(op, a, b)


@inlined
def _dear_number(op: int, a: float, b: float) -> Any:
    if op == GUMBEL:
        return _gumbel(a)
    elif op == EXP:
        return _exp(a)
    elif op == LOG:
        return _log(a)
    elif op == LOG1P:
        return _log1p(a)
    elif op == TANH:
        return _tanh(a)
    elif op == LOGISTIC:
        return _logistic(a)
    elif op == PPF:
        return _ppf(a)
    return _power(a, b)


@inlined
def row_of(op: int, rows: Array, d: int, a: int, b: int, c: int) -> None:
    """Write row ``d`` from rows ``a``, ``b``, ``c``, which are other rows than ``d``."""
    if op == MULTIPLY_ADD:
        for j in range(LANES):
            rows[d, j] = rows[a, j] * rows[b, j] + rows[c, j]
    elif op == ADD:
        for j in range(LANES):
            rows[d, j] = rows[a, j] + rows[b, j]
    elif op == MULTIPLY:
        for j in range(LANES):
            rows[d, j] = rows[a, j] * rows[b, j]
    elif op == SUBTRACT:
        for j in range(LANES):
            rows[d, j] = rows[a, j] - rows[b, j]
    elif op == CHOOSE:
        for j in range(LANES):
            then, otherwise = rows[b, j], rows[c, j]
            rows[d, j] = then if rows[a, j] != 0.0 else otherwise
    elif op == CLIP:
        for j in range(LANES):
            rows[d, j] = _lower(_higher(rows[a, j], rows[b, j]), rows[c, j])
    elif op == DIVIDE:
        for j in range(LANES):
            rows[d, j] = rows[a, j] / rows[b, j]
    elif op == LOWER:
        for j in range(LANES):
            rows[d, j] = _lower(rows[a, j], rows[b, j])
    elif op == HIGHER:
        for j in range(LANES):
            rows[d, j] = _higher(rows[a, j], rows[b, j])
    elif op == STORE:
        for j in range(LANES):
            rows[d, j] = rows[a, j]
    elif op == NEGATE:
        for j in range(LANES):
            rows[d, j] = -rows[a, j]
    elif op < EXP:
        _truth(op, rows, d, a, b)
    else:
        _dear(op, rows, d, a, b)


@inlined
def _truth(op: int, rows: Array, d: int, a: int, b: int) -> None:
    if op == LESS:
        for j in range(LANES):
            rows[d, j] = 1.0 if rows[a, j] < rows[b, j] else 0.0
    elif op == AT_MOST:
        for j in range(LANES):
            rows[d, j] = 1.0 if rows[a, j] <= rows[b, j] else 0.0
    elif op == EQUAL:
        for j in range(LANES):
            rows[d, j] = 1.0 if rows[a, j] == rows[b, j] else 0.0
    elif op == UNEQUAL:
        for j in range(LANES):
            rows[d, j] = 1.0 if rows[a, j] != rows[b, j] else 0.0
    elif op == AND:
        for j in range(LANES):
            rows[d, j] = 1.0 if (rows[a, j] != 0.0) & (rows[b, j] != 0.0) else 0.0
    elif op == OR:
        for j in range(LANES):
            rows[d, j] = 1.0 if (rows[a, j] != 0.0) | (rows[b, j] != 0.0) else 0.0
    elif op == NOT:
        for j in range(LANES):
            rows[d, j] = 1.0 if rows[a, j] == 0.0 else 0.0
    elif op == SIZE:
        for j in range(LANES):
            rows[d, j] = abs(rows[a, j])
    elif op == FLOOR:
        for j in range(LANES):
            rows[d, j] = np.floor(rows[a, j])
    elif op == RINT:
        for j in range(LANES):
            rows[d, j] = np.rint(rows[a, j])
    else:
        for j in range(LANES):
            rows[d, j] = np.sqrt(rows[a, j])


@inlined
def _dear(op: int, rows: Array, d: int, a: int, b: int) -> None:
    if op == GUMBEL:
        for j in range(LANES):
            rows[d, j] = _gumbel(rows[a, j])
    elif op == EXP:
        for j in range(LANES):
            rows[d, j] = _exp(rows[a, j])
    elif op == LOG:
        for j in range(LANES):
            rows[d, j] = _log(rows[a, j])
    elif op == LOG1P:
        for j in range(LANES):
            rows[d, j] = _log1p(rows[a, j])
    elif op == TANH:
        for j in range(LANES):
            rows[d, j] = _tanh(rows[a, j])
    elif op == LOGISTIC:
        for j in range(LANES):
            rows[d, j] = _logistic(rows[a, j])
    elif op == PPF:
        for j in range(LANES):
            rows[d, j] = _ppf(rows[a, j])
    else:
        for j in range(LANES):
            rows[d, j] = _power(rows[a, j], rows[b, j])
