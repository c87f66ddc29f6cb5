"""The machine's twin in plain NumPy: a program's steps in turn, whole rows at a time, the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from wargame.engine.elementary import ARRAYS
from wargame.engine.program.opcodes import (
    ADD,
    AND,
    ARITY,
    AT_MOST,
    CHOOSE,
    CLIP,
    CONSTANT,
    DIVIDE,
    EQUAL,
    EXP,
    FLOOR,
    GUMBEL,
    HIGHER,
    LESS,
    LOAD,
    LOG,
    LOG1P,
    LOGISTIC,
    LOOKUP,
    LOWER,
    MULTIPLY,
    MULTIPLY_ADD,
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
from wargame.engine.program.passes import Program
from wargame.engine.types import Array

PLAIN: dict[int, Any] = {
    ADD: np.add, SUBTRACT: np.subtract, MULTIPLY: np.multiply, DIVIDE: np.divide, NEGATE: np.negative, LESS: np.less,
    AT_MOST: np.less_equal, EQUAL: np.equal, UNEQUAL: np.not_equal, AND: np.logical_and, OR: np.logical_or, NOT: np.logical_not,
    CHOOSE: lambda a, b, c: np.where(a != 0.0, b, c), LOWER: np.minimum, HIGHER: np.maximum, SIZE: np.abs, FLOOR: np.floor,
    RINT: np.rint, SQRT: np.sqrt, EXP: ARRAYS.exp, LOG: ARRAYS.log, LOG1P: ARRAYS.log1p, TANH: ARRAYS.tanh,
    LOGISTIC: ARRAYS.logistic, PPF: ARRAYS.normal_ppf, POWER: ARRAYS.power, CLIP: lambda a, b, c: np.minimum(np.maximum(a, b), c),
    MULTIPLY_ADD: lambda a, b, c: a * b + c, GUMBEL: ARRAYS.gumbel,
}  # fmt: skip


def play_plain(program: Program, uniforms: Array, state: Array) -> None:
    """Play one program in NumPy on a state ``(slots, runs)``: the twin that the tests hold the compiled machine to.

    ``uniforms`` ``(streams, runs)`` are today's numbers of the program's streams.
    """
    found: list[Array] = []
    with np.errstate(all="ignore"):
        for (op, *operands), number in zip(program.code.tolist(), program.value, strict=True):
            first = operands[0]
            if op == LOAD:
                found.append(state[first].copy())
            elif op == CONSTANT:
                found.append(np.full(state.shape[1], number))
            elif op == UNIFORM:
                found.append(uniforms[first])
            elif op == STORE:
                state[operands[1]] = found[first]
            elif op == LOOKUP:
                found.append(np.array(program.tables[operands[1]])[found[first].astype(np.int64)])
            else:
                found.append(np.asarray(PLAIN[op](*(found[x] for x in operands[: ARITY[op]])), dtype=np.float64))
