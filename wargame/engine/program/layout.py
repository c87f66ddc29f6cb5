"""From a program's steps to the machine's instructions: what belongs together made one, results computed where they are kept, and
scratch rows used again.

An instruction is ``(op, place, places a, b, c)``. A *place* is a number times four, plus its kind: scratch, a slot of the state,
or one of the program's numbers. No instruction writes to a place that it reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.jit import inlined, kernel
from wargame.engine.program.opcodes import (
    ADD,
    ARITY,
    CLIP,
    CONSTANT,
    GUMBEL,
    HIGHER,
    LOAD,
    LOG,
    LOOKUP,
    LOWER,
    MULTIPLY,
    MULTIPLY_ADD,
    NEGATE,
    STORE,
    UNIFORM,
)  # fmt: skip
from wargame.engine.program.passes import Program

SCRATCH, SLOT, NUMBER = 0, 1, 2  # kinds of places
Code = NDArray[np.int32]
_arity = np.array(ARITY, dtype=np.int32)


@dataclass(frozen=True)
class Laid:
    """Instructions ``(n, 5)`` over places, and how many scratch rows they need."""

    code: Code
    scratch: int


def lay(program: Program) -> Laid:
    """Return a program's instructions."""
    code = program.code.copy()
    n, slots = len(code), 1 + max(int(program.stored.max(initial=0)), int(program.loaded.max(initial=0)))
    _join(code, _arity, np.zeros(n, dtype=np.int32))
    out, top = np.zeros((2 * n, 5), dtype=np.int32), np.zeros(2, dtype=np.int32)
    steps, held = np.zeros((5, n + 1), dtype=np.int32), np.zeros((2, slots), dtype=np.int32)
    length = _lay(code, _arity, steps, held, top, out)
    return Laid(out[:length].copy(), int(top[1]))


@inlined
def _once(i: int, op: int, code: Code, uses: Code) -> bool:
    """Return whether a step is of a kind, and used by one other alone."""
    return code[i, 0] == op and uses[i] == 1


@inlined
def _rewrite(code: Code, i: int, op: int, a: int, b: int, c: int) -> None:
    code[i, 0], code[i, 1], code[i, 2], code[i, 3] = op, a, b, c


@kernel
def _join(code: Code, arity: Code, uses: Code) -> None:
    """Make one step of several where only the last is needed. Every one of them rounds as before. ``uses`` are zeros."""
    n = len(code)
    for i in range(n):
        for k in range(arity[code[i, 0]]):
            uses[code[i, k + 1]] += 1
    for i in range(n):
        op, a, b = code[i, 0], code[i, 1], code[i, 2]
        if op == ADD and _once(a, MULTIPLY, code, uses):
            uses[a] = 0
            _rewrite(code, i, MULTIPLY_ADD, code[a, 1], code[a, 2], b)
        elif op == ADD and _once(b, MULTIPLY, code, uses):
            uses[b] = 0
            _rewrite(code, i, MULTIPLY_ADD, code[b, 1], code[b, 2], a)
        elif op == LOWER and _once(a, HIGHER, code, uses):
            uses[a] = 0
            _rewrite(code, i, CLIP, code[a, 1], code[a, 2], b)
        elif op == NEGATE and _once(a, LOG, code, uses):
            negated = code[a, 1]
            log = code[negated, 1]
            drawn = _once(negated, NEGATE, code, uses) and _once(log, LOG, code, uses) and code[code[log, 1], 0] == UNIFORM
            if drawn:
                uses[a] = uses[negated] = uses[log] = 0
                _rewrite(code, i, GUMBEL, code[log, 1], 0, 0)
    for i in range(n):
        if uses[i] == 0 and code[i, 0] != STORE:  # a part of another now
            code[i, 0] = CONSTANT


@inlined
def _new(free: Code, top: Code) -> int:
    """Return a scratch place that is free. ``top``: how many lie free, and how many there are."""
    if top[0] > 0:
        top[0] -= 1
        return free[top[0]]
    top[1] += 1
    return 4 * (top[1] - 1) + SCRATCH


@inlined
def _instruct(out: Code, at: int, op: int, d: int, a: int, b: int, c: int) -> int:
    out[at, 0], out[at, 1], out[at, 2], out[at, 3], out[at, 4] = op, d, a, b, c
    return at + 1


@inlined
def _homes(code: Code, arity: Code, last: Code, loaded: Code, home: Code) -> None:
    """Find for every step the slot it is computed in (-1: none), and mark what needs no store of its own.

    A result may be computed in the slot that keeps it if the slot's old value is not needed from then on.
    """
    n = len(code)
    last[:], home[:], loaded[:] = -1, -1, -1
    for i in range(n):
        if code[i, 0] == LOAD:
            loaded[code[i, 1]] = i
        for k in range(arity[code[i, 0]]):
            last[code[i, k + 1]] = i
    for i in range(n):
        if code[i, 0] == STORE:
            source, slot = code[i, 1], code[i, 2]
            free = loaded[slot] < 0 or last[loaded[slot]] < source
            if free and home[source] < 0 and code[source, 0] != LOAD and code[source, 0] != CONSTANT:
                home[source], home[i] = slot, slot


@inlined
def _keep(code: Code, home: Code, place: Code, changed: Code, free: Code, top: Code, out: Code, length: int) -> int:
    """Write the stores that are left. A slot that another slot still needs is copied before it changes."""
    for i in range(len(code)):
        if code[i, 0] == STORE and home[i] < 0:
            changed[code[i, 2]] = 1
    for i in range(len(code)):
        source = code[i, 1]
        if code[i, 0] == STORE and code[source, 0] == LOAD and place[source] % 4 == SLOT and changed[code[source, 1]] != 0:
            copy = _new(free, top)
            length = _instruct(out, length, STORE, copy, place[source], place[source], place[source])
            place[source] = copy
    for i in range(len(code)):
        if code[i, 0] == STORE and home[i] < 0:
            a = place[code[i, 1]]
            length = _instruct(out, length, STORE, 4 * code[i, 2] + SLOT, a, a, a)
    return length


@kernel
def _lay(code: Code, arity: Code, steps: Code, held: Code, top: Code, out: Code) -> Any:
    """Write the instructions and return how many they are; ``top[1]`` is how many scratch rows they need.

    ``steps`` ``(5, steps + 1)``, ``held`` ``(2, slots)`` and ``top`` ``(2,)`` are zeros to work with.
    """
    n = len(code)
    home, uses, place, last, free = steps[0], steps[1], steps[2], steps[3], steps[4]
    _homes(code, arity, last, held[0], home)
    for i in range(n):
        for k in range(arity[code[i, 0]]):
            uses[code[i, k + 1]] += 1
    length: Any = np.int64(0)  # of one type from the start, so that what it is given to is compiled once
    for i in range(n):
        op = code[i, 0]
        count = arity[op]
        if op == LOAD:
            place[i] = 4 * code[i, 1] + SLOT
        elif op == CONSTANT:
            place[i] = 4 * i + NUMBER
        elif op != STORE:
            place[i] = 4 * home[i] + SLOT if home[i] >= 0 else _new(free, top)
            a = place[code[i, 1]] if count > 0 else code[i, 1]
            b = place[code[i, 2]] if count > 1 else code[i, 2] if op == LOOKUP else a
            c = place[code[i, 3]] if count > 2 else a
            length = _instruct(out, length, op, place[i], a, b, c)
            for k in range(count):
                j = code[i, k + 1]
                uses[j] -= 1
                if uses[j] == 0 and place[j] % 4 == SCRATCH:
                    free[top[0]] = place[j]
                    top[0] += 1
    return _keep(code, home, place, held[1], free, top, out, length)
