"""From noted steps to a tape: equal steps shared, constants folded, what nobody needs left out, rows used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.jit import inlined, kernel
from wargame.taping.codes import (
    AND,
    ARITY,
    CHOOSE,
    CONSTANT,
    LOAD,
    LOOKUP,
    MULTIPLY,
    OR,
    STORE,
    SUBTRACT,
    UNIFORM,
)  # fmt: skip
from wargame.taping.machine import number_of
from wargame.taping.steps import Steps, Stream

Code = NDArray[np.int32]
_arity = np.array(ARITY, dtype=np.int32)


@dataclass(frozen=True)
class Tape:
    """Instructions ``(n, 5)`` of op, row, operands; the constants (tables at the end) and the streams they name; how many rows
    they need.
    """

    code: Code
    constants: NDArray[np.float64]
    streams: tuple[Stream, ...]
    rows: int
    gates: tuple[tuple[int, int], ...] = ()  # spans of slots: where all are 0 in a run, the tape changes nothing there


def trim(steps: Steps, *, in_place: bool = True) -> Tape:
    """Return the tape of the noted steps. ``in_place``: it writes to the state it reads, so what stays needs no store."""
    code, value = steps.code.copy(), steps.value.copy()
    _share(code, value, _arity)
    kept = _needed(code, _arity, in_place)
    out = np.zeros((int(kept.sum()) + 1, 5), dtype=np.int32)
    length, rows = _lay(code, kept, _arity, out)
    tape = out[:length]
    numbers = np.flatnonzero(tape[:, 0] == CONSTANT)
    constants = value[tape[numbers, 2]]
    tape[numbers, 2] = np.arange(len(numbers))
    looked = np.flatnonzero(tape[:, 0] == LOOKUP)
    starts = len(constants) + np.cumsum([0, *(len(table) for table in steps.tables)])
    tape[looked, 3] = starts[tape[looked, 3]]
    constants = np.concatenate([constants, *(np.array(table) for table in steps.tables)])
    return Tape(tape.copy(), constants, tuple(steps.streams), rows)


@inlined
def _shorter(op: int, a: int, b: int, c: int, code: Code, value: NDArray[np.float64]) -> int:
    """Return an earlier step with the value of this one, -1 where there is none. No rule changes a bit of the result."""
    if op == CHOOSE:
        if b == c:
            return b
        if code[a, 0] == CONSTANT:
            return b if value[a] != 0.0 else c
    if op in (AND, OR):
        if a == b:
            return a
        for one, other in ((a, b), (b, a)):
            if code[one, 0] == CONSTANT:
                decides = (value[one] == 0.0) == (op == AND)
                return one if decides else other
    if op == MULTIPLY:
        if code[b, 0] == CONSTANT and value[b] == 1.0:
            return a
        if code[a, 0] == CONSTANT and value[a] == 1.0:
            return b
    if op == SUBTRACT and code[b, 0] == CONSTANT and value[b] == 0.0:
        return a
    return -1


@kernel
def _share(code: Code, value: NDArray[np.float64], arity: NDArray[np.int32]) -> None:
    """Point every operand at the first step with the same value; return that step for every step."""
    n = code.shape[0]
    same = np.empty(n, dtype=np.int32)
    size = 16
    while size < 2 * n:
        size *= 2
    table = np.full(size, -1, dtype=np.int32)
    for i in range(n):
        op = code[i, 0]
        count = arity[op]
        for k in range(count):
            code[i, k + 1] = same[code[i, k + 1]]
        if op == STORE:
            same[i] = i
            continue
        a, b, c = code[i, 1], code[i, 2], code[i, 3]
        found = -1
        if count > 0:
            found = _shorter(op, a, b, c, code, value)
            if found < 0:
                constant = op != LOOKUP
                for k in range(count):
                    constant = constant and code[code[i, k + 1], 0] == CONSTANT
                if constant:
                    value[i] = number_of(op, value[a], value[b] if count > 1 else 0.0, value[c] if count > 2 else 0.0)
                    code[i, 0], code[i, 1], code[i, 2], code[i, 3] = CONSTANT, 0, 0, 0
                    op, a, b, c = CONSTANT, 0, 0, 0
        if found >= 0:
            same[i] = found
            continue
        bits = np.float64(value[i]).view(np.int64) if op == CONSTANT else np.int64(0)
        key = np.int64(op) * 1000003 + a
        key = key * np.int64(1000003) + b
        key = key * np.int64(1000003) + c
        key = (key ^ (bits >> 17)) * np.int64(-7046029254386353131) + bits
        place = (key ^ (key >> 29)) & (size - 1)
        while True:
            j = table[place]
            if j < 0:
                table[place] = i
                same[i] = i
                break
            equal = code[j, 0] == op and code[j, 1] == a and code[j, 2] == b and code[j, 3] == c
            if equal and (op != CONSTANT or np.float64(value[j]).view(np.int64) == bits):
                same[i] = j
                break
            place = (place + 1) & (size - 1)


@kernel
def _needed(code: Code, arity: NDArray[np.int32], in_place: bool) -> NDArray[np.bool_]:
    """Return which steps the stores rest on; what is stored where it came from needs no store."""
    n = code.shape[0]
    kept = np.zeros(n, dtype=np.bool_)
    for i in range(n - 1, -1, -1):
        op = code[i, 0]
        if op == STORE:
            source = code[i, 1]
            kept[i] = not (in_place and code[source, 0] == LOAD and code[source, 1] == code[i, 2])
        if kept[i]:
            for k in range(arity[op]):
                kept[code[i, k + 1]] = True
    return kept


@kernel
def _lay(code: Code, kept: NDArray[np.bool_], arity: NDArray[np.int32], out: Code) -> tuple[int, int]:
    """Write the tape: loads and constants just before their first use, rows free after the last. Return length and rows."""
    n = code.shape[0]
    uses = np.zeros(n, dtype=np.int32)
    for i in range(n):
        if kept[i]:
            for k in range(arity[code[i, 0]]):
                uses[code[i, k + 1]] += 1
    row = np.full(n, -1, dtype=np.int32)
    free = np.empty(n + 1, dtype=np.int32)
    spare, rows, length = 0, 0, 0
    stores_reached = n
    for i in range(n):
        op = code[i, 0]
        if not kept[i] or op in (LOAD, CONSTANT):
            continue
        if op == STORE and stores_reached == n:
            stores_reached = i
        last = n if stores_reached == i else i + 1  # before the first store, all that stores need is read
        for s in range(i, last):
            if not kept[s]:
                continue
            for k in range(arity[code[s, 0]]):
                j = code[s, k + 1]
                if row[j] >= 0:
                    continue
                if spare > 0:
                    spare -= 1
                    row[j] = free[spare]
                else:
                    row[j] = rows
                    rows += 1
                out[length, 0], out[length, 1] = code[j, 0], row[j]
                out[length, 2] = code[j, 1] if code[j, 0] == LOAD else j
                length += 1
        if op == STORE:
            out[length, 0], out[length, 1], out[length, 2] = STORE, code[i, 2], row[code[i, 1]]
        else:
            if spare > 0:
                spare -= 1
                row[i] = free[spare]
            else:
                row[i] = rows
                rows += 1
            out[length, 0], out[length, 1] = op, row[i]
            if op == UNIFORM:
                out[length, 2] = code[i, 1]
            elif op == LOOKUP:
                out[length, 3] = code[i, 2]
            for k in range(arity[op]):
                out[length, k + 2] = row[code[i, k + 1]]
        length += 1
        for k in range(arity[op]):
            j = code[i, k + 1]
            uses[j] -= 1
            if uses[j] == 0:
                free[spare] = row[j]
                spare += 1
                row[j] = -2
    return length, rows


def splice(tapes: Sequence[Tape], slots: int) -> Tape:
    """Return one tape that does what several do one after another: what one stores the next need not load.

    None of them may have gates, because a gate is about a whole tape.
    """
    lengths = [len(tape.code) for tape in tapes]
    whole = np.concatenate([tape.code for tape in tapes])
    constants = np.concatenate([tape.constants for tape in tapes])
    code = np.zeros((int(sum(lengths)) + slots, 4), dtype=np.int32)
    value = np.zeros(len(code))
    starts = np.cumsum([0, *lengths]).astype(np.int32)
    shifts = np.array(
        [np.cumsum([0, *(len(t.constants) for t in tapes)])[:-1], np.cumsum([0, *(len(t.streams) for t in tapes)])[:-1]],
        dtype=np.int32,
    )
    rows = max(tape.rows for tape in tapes)
    count = _follow(whole, starts, shifts, constants, _arity, slots, rows, code, value)
    code, value = code[:count], value[:count]
    tables = len(constants)
    _share(code, value, _arity)
    kept = _needed(code, _arity, True)
    out = np.zeros((int(kept.sum()) + 1, 5), dtype=np.int32)
    length, rows = _lay(code, kept, _arity, out)
    tape = out[:length].copy()
    numbers = np.flatnonzero(tape[:, 0] == CONSTANT)
    own = value[tape[numbers, 2]]
    tape[numbers, 2] = tables + np.arange(len(numbers))
    streams = tuple(stream for one in tapes for stream in one.streams)
    return Tape(tape, np.concatenate([constants, own]), streams, rows)


@kernel
def _follow(
    whole: Code,
    starts: Code,
    shifts: Code,
    constants: NDArray[np.float64],
    arity: Code,
    slots: int,
    rows: int,
    code: Code,
    value: NDArray[np.float64],
) -> int:
    """Turn the instructions of several tapes back into steps, following what lies in every row and slot; return their number."""
    now = np.full(slots, -1, dtype=np.int32)  # the step that stands in a slot
    stored = np.zeros(slots, dtype=np.bool_)
    row = np.full(rows, -1, dtype=np.int32)
    count = 0
    for k in range(len(starts) - 1):
        for i in range(starts[k], starts[k + 1]):
            op, d, a = whole[i, 0], whole[i, 1], whole[i, 2]
            if op == STORE:
                now[d], stored[d] = row[a], True
                continue
            if op == LOAD and now[a] >= 0:
                row[d] = now[a]
                continue
            code[count, 0] = op
            if op == LOAD:
                code[count, 1] = a
                now[a] = count
            elif op == CONSTANT:
                value[count] = constants[shifts[0, k] + a]
            elif op == UNIFORM:
                code[count, 1] = shifts[1, k] + a
            else:
                for j in range(arity[op]):
                    code[count, j + 1] = row[whole[i, j + 2]]
                if op == LOOKUP:
                    code[count, 2] = shifts[0, k] + whole[i, 3]
            row[d] = count
            count += 1
    for slot in range(slots):
        if stored[slot]:
            code[count, 0], code[count, 1], code[count, 2] = STORE, now[slot], slot
            count += 1
    return count


def counted(tape: Tape) -> dict[str, Any]:
    """Return how often a tape uses each instruction, for those who want to know what it costs."""
    from wargame.taping.codes import NAMES

    return {NAMES[op]: int(n) for op, n in enumerate(np.bincount(tape.code[:, 0], minlength=len(NAMES))) if n}
