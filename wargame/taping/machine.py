"""The machine that plays tapes: one function for many runs, one for a single run, one in plain NumPy. All give the same bits.

A tape's instruction is ``(op, row, a, b, c)`` over *rows*, the machine's scratch memory; ``load`` and ``store`` go between rows
and the state. Many runs are played ``LANES`` at a time, so that the rows stay in the processor's cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.elementary import ARRAYS, numbers
from wargame.jit import inlined, kernel
from wargame.taping.codes import (
    ADD,
    AND,
    AT_MOST,
    CHOOSE,
    CONSTANT,
    DIVIDE,
    EQUAL,
    EXP,
    FLOOR,
    HIGHER,
    LESS,
    LOAD,
    LOG,
    LOG1P,
    LOGISTIC,
    LOOKUP,
    LOWER,
    MULTIPLY,
    NEGATE,
    NOT,
    OR,
    POWER,
    PPF,
    RINT,
    SIZE,
    SQRT,
    STORE,
    SUBTRACT,
    TANH,
    UNEQUAL,
    UNIFORM,
)  # fmt: skip
from wargame.types import Array

LANES = 128
Code = NDArray[np.int32]
Words = NDArray[np.uint64]

_of = numbers()
_exp, _log, _log1p, _tanh, _logistic, _ppf, _power = (
    _of.exp, _of.log, _of.log1p, _of.tanh, _of.logistic, _of.normal_ppf, _of.power,
)  # fmt: skip
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)


@inlined
def _mix(x: Any) -> Any:
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@inlined
def uniform_of(key: Any, stream: Any, counter: Any) -> Any:
    """Return the uniform number of one run (see :mod:`wargame.draws`)."""
    bits = _mix(_mix(key ^ stream) + counter)
    return (np.float64(bits >> _S12) + 0.5) * 2.220446049250313e-16


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
    elif op == SUBTRACT:
        return a - b
    elif op == CHOOSE:
        return b if a != 0.0 else c
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
    elif op == SIZE:
        return abs(a)
    elif op == FLOOR:
        return np.floor(a)
    elif op == RINT:
        return np.rint(a)
    elif op == SQRT:
        return np.sqrt(a)
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
def _wanted(first: int, last: int, gates: Code, state: Array, low: int, here: int) -> bool:
    """Return whether any of a tape's gates is open in some run; a tape without gates is always wanted."""
    if first == last:
        return True
    for gate in range(first, last):
        for slot in range(gates[gate, 0], gates[gate, 1]):
            for j in range(here):
                if state[slot, low + j] != 0.0:
                    return True
    return False


@kernel
def play_one(
    code: Code,
    spans: Code,
    order: Code,
    gates: Code,
    constants: Array,
    streams: Words,
    counter: Any,
    keys: Words,
    state: Array,
    out: Array,
    rows: Array,
) -> None:
    """Play the tapes of ``order`` on a state of one run; results go to ``out``, which may be the state itself.

    ``spans``: of every tape its first and last instruction, first constant and stream, first and last of its
    ``gates``: spans of rows all of which are 0 in runs that the tape would not change. ``streams``: key, and the counter of a
    fixed day (0: today's ``counter``).
    """
    for number in order:
        if not _wanted(spans[number, 4], spans[number, 5], gates, state, 0, 1):
            continue
        first, last, constant, stream = spans[number, 0], spans[number, 1], spans[number, 2], spans[number, 3]
        for i in range(first, last):
            op, d, a = code[i, 0], code[i, 1], code[i, 2]
            if op == LOAD:
                rows[d] = state[a, 0]
            elif op == CONSTANT:
                rows[d] = constants[constant + a]
            elif op == STORE:
                out[d, 0] = rows[a]
            elif op == UNIFORM:
                at = stream + a
                rows[d] = uniform_of(keys[0], streams[at, 0], streams[at, 1] if streams[at, 1] else counter)
            elif op == LOOKUP:
                rows[d] = constants[constant + code[i, 3] + np.int64(rows[a])]
            else:
                rows[d] = number_of(op, rows[a], rows[code[i, 3]], rows[code[i, 4]])


@kernel
def play_many(
    code: Code,
    spans: Code,
    order: Code,
    gates: Code,
    constants: Array,
    streams: Words,
    counter: Any,
    keys: Words,
    state: Array,
    out: Array,
    rows: Array,
) -> None:
    """Play the tapes of ``order`` on a state of any width; ``rows`` has ``LANES`` columns."""
    width = state.shape[1]
    for low in range(0, width, LANES):
        here = min(LANES, width - low)
        for number in order:
            if not _wanted(spans[number, 4], spans[number, 5], gates, state, low, here):
                continue
            first, last, constant, stream = spans[number, 0], spans[number, 1], spans[number, 2], spans[number, 3]
            for i in range(first, last):
                op, d, a = code[i, 0], code[i, 1], code[i, 2]
                if op == LOAD:
                    for j in range(here):
                        rows[d, j] = state[a, low + j]
                elif op == CONSTANT:
                    x = constants[constant + a]
                    for j in range(LANES):
                        rows[d, j] = x
                elif op == STORE:
                    for j in range(here):
                        out[d, low + j] = rows[a, j]
                elif op == UNIFORM:
                    key = streams[stream + a, 0]
                    then = streams[stream + a, 1] if streams[stream + a, 1] else counter
                    for j in range(here):
                        rows[d, j] = uniform_of(keys[low + j], key, then)
                elif op == LOOKUP:
                    base = constant + code[i, 3]
                    for j in range(here):
                        rows[d, j] = constants[base + np.int64(rows[a, j])]
                elif op < EXP:
                    _cheap(op, rows, d, a, code[i, 3], code[i, 4])
                else:
                    _dear(op, rows, d, a, code[i, 3])


@inlined
def _cheap(op: int, rows: Array, d: int, a: int, b: int, c: int) -> None:
    """Write row ``d`` from rows ``a``, ``b``, ``c``, which are other rows than ``d``."""
    if op == ADD:
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
            rows[d, j] = rows[b, j] if rows[a, j] != 0.0 else rows[c, j]
    elif op == DIVIDE:
        for j in range(LANES):
            rows[d, j] = rows[a, j] / rows[b, j]
    elif op == LOWER:
        for j in range(LANES):
            rows[d, j] = _lower(rows[a, j], rows[b, j])
    elif op == HIGHER:
        for j in range(LANES):
            rows[d, j] = _higher(rows[a, j], rows[b, j])
    elif op == LESS:
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
    elif op == NEGATE:
        for j in range(LANES):
            rows[d, j] = -rows[a, j]
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
    if op == EXP:
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


PLAIN: dict[int, Any] = {
    ADD: np.add, SUBTRACT: np.subtract, MULTIPLY: np.multiply, DIVIDE: np.divide, NEGATE: np.negative, LESS: np.less,
    AT_MOST: np.less_equal, EQUAL: np.equal, UNEQUAL: np.not_equal, AND: np.logical_and, OR: np.logical_or, NOT: np.logical_not,
    CHOOSE: lambda a, b, c: np.where(a != 0.0, b, c), LOWER: np.minimum, HIGHER: np.maximum, SIZE: np.abs, FLOOR: np.floor,
    RINT: np.rint, SQRT: np.sqrt, EXP: ARRAYS.exp, LOG: ARRAYS.log, LOG1P: ARRAYS.log1p, TANH: ARRAYS.tanh,
    LOGISTIC: ARRAYS.logistic, PPF: ARRAYS.normal_ppf, POWER: ARRAYS.power,
}  # fmt: skip


def play_plain(tape: Any, uniforms: Array, state: Array, out: Array) -> None:
    """Play one tape in NumPy, whole rows at a time: the twin that the tests hold the compiled ones to.

    ``uniforms`` ``(streams, runs)`` are today's numbers of the tape's streams.
    """
    from wargame.taping.codes import ARITY

    rows = np.zeros((tape.rows, state.shape[1]))
    with np.errstate(all="ignore"):
        for op, d, *operands in tape.code.tolist():
            if op == LOAD:
                rows[d] = state[operands[0]]
            elif op == CONSTANT:
                rows[d] = tape.constants[operands[0]]
            elif op == STORE:
                out[d] = rows[operands[0]]
            elif op == UNIFORM:
                rows[d] = uniforms[operands[0]]
            elif op == LOOKUP:
                rows[d] = tape.constants[operands[1] + rows[operands[0]].astype(np.int64)]
            else:
                rows[d] = PLAIN[op](*(rows[x] for x in operands[: ARITY[op]]))
