"""From noted steps to a program: equal steps shared, constants folded, what nobody needs left out; several programs made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wargame.engine.jit import inlined, kernel
from wargame.engine.program.instructions import number_of
from wargame.engine.program.opcodes import (
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
from wargame.engine.program.steps import Steps, Stream

T = TypeVar("T")
Code = NDArray[np.int32]
_arity = np.array(ARITY, dtype=np.int32)


@dataclass(frozen=True)
class Program:
    """Steps ``code`` ``(n, 4)`` of op and operands (earlier steps, a load's slot, a uniform's stream, a lookup's table), stores
    last; the numbers of its constants ``value`` ``(n,)``, its streams and its tables.
    """

    code: Code
    value: NDArray[np.float64]
    streams: tuple[Stream, ...]
    tables: tuple[tuple[float, ...], ...]
    gates: tuple[tuple[int, int], ...] = ()  # spans of slots: where all are 0 in a run, the program changes nothing there

    @property
    def stored(self) -> Code:
        """The slots it changes."""
        return self.code[self.code[:, 0] == STORE, 2]

    @property
    def loaded(self) -> Code:
        """The slots it reads."""
        return self.code[self.code[:, 0] == LOAD, 1]


def trim(steps: Steps) -> Program:
    """Return the program of the noted steps. It writes to the state it reads, so what stays needs no store."""
    return _trimmed(steps.code.copy(), steps.value.copy(), tuple(steps.streams), tuple(steps.tables))


def _trimmed(
    code: Code, value: NDArray[np.float64], streams: tuple[Stream, ...], tables: tuple[tuple[float, ...], ...]
) -> Program:
    n = len(code)
    size = 1 << max(4, (2 * n - 1).bit_length())
    _share(code, value, _arity, np.zeros(n, dtype=np.int32), np.full(size, -1, dtype=np.int32))
    kept = np.zeros(n, dtype=np.bool_)
    _needed(code, _arity, kept)
    number = np.cumsum(kept, dtype=np.int32) - 1  # of a step among those that are kept
    code = code[kept]
    for k in range(3):
        refers = _arity[code[:, 0]] > k
        code[refers, k + 1] = number[code[refers, k + 1]]
    return Program(code, value[kept], streams, tables)


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


@inlined
def _place(op: int, a: int, b: int, c: int, bits: Any) -> Any:
    """Return where to look for a step in the table of steps."""
    key = np.int64(op) * 1000003 + a
    key = key * np.int64(1000003) + b
    key = key * np.int64(1000003) + c
    key = (key ^ (bits >> 17)) * np.int64(-7046029254386353131) + bits
    return key ^ (key >> 29)


@kernel
def _share(code: Code, value: NDArray[np.float64], arity: Code, same: Code, table: Code) -> None:
    """Point every operand at the first step with the same value, and enter that step into ``same`` for every step.

    ``table`` is filled with -1, and at least twice as long as there are steps: a power of two.
    """
    size = len(table)
    for i in range(len(code)):
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
        place = _place(op, a, b, c, bits) & (size - 1)
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
def _needed(code: Code, arity: Code, kept: NDArray[np.bool_]) -> None:
    """Mark which steps the stores rest on; what is stored where it came from needs no store."""
    for i in range(len(code) - 1, -1, -1):
        op = code[i, 0]
        if op == STORE:
            source = code[i, 1]
            kept[i] = code[source, 0] != LOAD or code[source, 1] != code[i, 2]
        if kept[i]:
            for k in range(arity[op]):
                kept[code[i, k + 1]] = True


def splice(programs: Sequence[Program], slots: int) -> Program:
    """Return one program that does what several do one after another: what one stores the next need not load.

    None of them may have gates, because a gate is about a whole program.
    """
    whole, given = np.concatenate([program.code for program in programs]), np.concatenate([program.value for program in programs])
    starts = np.cumsum([0, *(len(program.code) for program in programs)]).astype(np.int32)
    streams: dict[Stream, int] = {}
    tables: dict[tuple[float, ...], int] = {}
    for program, first, last in zip(programs, starts[:-1], starts[1:], strict=True):
        _renumber(whole[first:last], UNIFORM, 1, program.streams, streams)
        _renumber(whole[first:last], LOOKUP, 2, program.tables, tables)
    code, value = np.zeros((len(whole) + slots, 4), dtype=np.int32), np.zeros(len(whole) + slots)
    held, number = np.full((2, slots), -1, dtype=np.int32), np.full(len(whole), -1, dtype=np.int32)
    count = _follow(whole, given, starts, _arity, held, number, code, value)
    return _trimmed(code[:count], value[:count], tuple(streams), tuple(tables))


def _renumber(code: Code, op: int, column: int, names: Sequence[T], known: dict[T, int]) -> None:
    """Number streams or tables anew, as those that are ``known`` and new ones after them."""
    where = code[:, 0] == op
    numbers = np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int32)
    code[where, column] = numbers[code[where, column]]


@kernel
def _follow(
    whole: Code,
    given: NDArray[np.float64],
    starts: Code,
    arity: Code,
    held: Code,
    number: Code,
    code: Code,
    value: NDArray[np.float64],
) -> Any:
    """Join the steps of several programs, following what stands in every slot; return their number.

    ``held`` ``(2, slots)`` and ``number`` ``(steps,)`` are filled with -1; into ``number`` goes that of every step among those
    joined.
    """
    now, stored = held[0], held[1]  # the step that stands in a slot; whether a store put it there
    count = 0
    for k in range(len(starts) - 1):
        first = starts[k]
        for i in range(first, starts[k + 1]):
            op, a = whole[i, 0], whole[i, 1]
            if op == STORE:
                slot = whole[i, 2]
                now[slot], stored[slot] = number[first + a], 1
                continue
            if op == LOAD and now[a] >= 0:
                number[i] = now[a]
                continue
            code[count, 0], value[count] = op, given[i]
            for j in range(1, 4):
                code[count, j] = number[first + whole[i, j]] if j <= arity[op] else whole[i, j]
            if op == LOAD:
                now[a] = count
            number[i] = count
            count += 1
    for slot in range(len(now)):
        if stored[slot] == 1:
            code[count, 0], code[count, 1], code[count, 2] = STORE, now[slot], slot
            count += 1
    return count


def counted(program: Program) -> dict[str, Any]:
    """Return how often a program uses each instruction, for those who want to know what it costs."""
    from wargame.engine.program.opcodes import NAMES

    return {NAMES[op]: int(n) for op, n in enumerate(np.bincount(program.code[:, 0], minlength=len(NAMES))) if n}
