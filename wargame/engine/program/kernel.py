"""The machine that plays laid programs: one function for many runs, one for a single run. Both give the same bits.

Everything lies in the rows of one *memory*: what programs touch of the state, numbers, and scratch. An instruction is
``(op, row, a, b, c)``, a row made from other rows. Many runs are played ``LANES`` at a time through all the days asked for, so
that the memory stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wargame.engine.jit import call, inlined, kernel
from wargame.engine.native import Pack
from wargame.engine.program.instructions import LANES, number_of, row_of, uniform_of, word_of
from wargame.engine.program.opcodes import LOOKUP, UNIFORM
from wargame.engine.types import Array

Code = NDArray[np.int32]
Words = NDArray[np.uint64]


class Rolls(NamedTuple):
    """Programs end to end. ``spans``: of every program its first and last instruction, first and last of its ``gates``: rows all
    of which are 0 in runs that the program would not change. ``streams``: key, and the counter of a fixed day (0: today's).
    ``tables``: of all lookups.
    """

    code: Code
    spans: Code
    gates: Code
    streams: Words
    tables: Array


class Plan(NamedTuple):
    """Which programs are played on which day: those of day ``k``, whose counter is ``counters[k]``, are
    ``order[starts[k]:starts[k + 1]]``.

    ``into`` and ``back`` are pairs of a row of the memory and a slot, copied before the first and after the last day; slots
    from ``split`` on are rows of a second array. Every morning the rows ``clock`` become the day's ``calendar``; every evening
    the rows ``kept`` are copied into the series. ``drawn``: the streams of all these programs.
    """

    order: Code
    starts: Code
    clock: Code
    calendar: Array
    into: Code
    back: Code
    kept: Code
    drawn: Code
    split: int
    counters: Words


def play(alone: bool, packs: Sequence[Pack]) -> None:
    """Play what is packed: the rolls, a plan without its counters, a memory, and what it is played on.

    That is ``counters`` of the days, ``keys`` of the runs, ``state`` ``(slots, runs)`` and ``more``, changed in place; ``series``
    ``(kept, days, runs)`` and, as room to work in, ``words`` ``(streams, LANES)``. ``alone``: on one run.
    """
    call(play_one if alone else play_many, packs)


@inlined
def _wanted(number: int, spans: Code, gates: Code, memory: Array, here: int) -> bool:
    """Return whether any of a program's gates is open in some run; a program without gates is always wanted."""
    first, last = spans[number, 2], spans[number, 3]
    if first == last:
        return True
    for gate in range(first, last):
        for j in range(here):
            if memory[gates[gate], j] != 0.0:
                return True
    return False


@inlined
def _fetch(into: Code, split: int, state: Array, more: Array, memory: Array, low: int, here: int) -> None:
    for k in range(len(into)):
        row, slot = into[k, 0], into[k, 1]
        for j in range(here):
            memory[row, j] = state[slot, low + j] if slot < split else more[slot - split, low + j]


@inlined
def _bring_back(back: Code, split: int, state: Array, more: Array, memory: Array, low: int, here: int) -> None:
    for k in range(len(back)):
        row, slot = back[k, 0], back[k, 1]
        for j in range(here):
            if slot < split:
                state[slot, low + j] = memory[row, j]
            else:
                more[slot - split, low + j] = memory[row, j]


@kernel
def play_one(
    code: Code,
    spans: Code,
    gates: Code,
    streams: Words,
    tables: Array,
    order: Code,
    starts: Code,
    clock: Code,
    calendar: Array,
    into: Code,
    back: Code,
    kept: Code,
    drawn: Code,
    split: int,
    memory: Array,
    counters: Words,
    keys: Words,
    state: Array,
    more: Array,
    series: Array,
    words: Words,
) -> None:
    """Play a plan on one run; ``memory`` has one column."""
    low: Any = np.int64(0)  # of the types that they have for many runs, so that what they are given to is compiled once
    here: Any = np.int64(1)
    _fetch(into, split, state, more, memory, low, here)
    for day in range(len(counters)):
        for k in range(len(clock)):
            memory[clock[k], 0] = calendar[day, k]
        for at in range(starts[day], starts[day + 1]):
            number = order[at]
            if not _wanted(number, spans, gates, memory, here):
                continue
            for i in range(spans[number, 0], spans[number, 1]):
                op, d, a, b = code[i, 0], code[i, 1], code[i, 2], code[i, 3]
                if op == UNIFORM:
                    then = streams[a, 1] if streams[a, 1] else counters[day]
                    memory[d, 0] = uniform_of(word_of(keys[0], streams[a, 0]), then)
                elif op == LOOKUP:
                    memory[d, 0] = tables[b + np.int64(memory[a, 0])]
                else:
                    memory[d, 0] = number_of(op, memory[a, 0], memory[b, 0], memory[code[i, 4], 0])
        for k in range(len(kept)):
            series[k, day, 0] = memory[kept[k], 0]
    _bring_back(back, split, state, more, memory, low, here)


@kernel
def play_many(
    code: Code,
    spans: Code,
    gates: Code,
    streams: Words,
    tables: Array,
    order: Code,
    starts: Code,
    clock: Code,
    calendar: Array,
    into: Code,
    back: Code,
    kept: Code,
    drawn: Code,
    split: int,
    memory: Array,
    counters: Words,
    keys: Words,
    state: Array,
    more: Array,
    series: Array,
    words: Words,
) -> None:
    """Play a plan on any number of runs; ``memory`` has ``LANES`` columns."""
    width = state.shape[1]
    for low in range(0, width, LANES):
        here = min(LANES, width - low)
        for k in range(len(drawn)):
            stream = drawn[k]
            for j in range(here):
                words[stream, j] = word_of(keys[low + j], streams[stream, 0])
        _fetch(into, split, state, more, memory, low, here)
        for day in range(len(counters)):
            for k in range(len(clock)):
                memory[clock[k]] = calendar[day, k]
            for at in range(starts[day], starts[day + 1]):
                number = order[at]
                if not _wanted(number, spans, gates, memory, here):
                    continue
                for i in range(spans[number, 0], spans[number, 1]):
                    op, d, a, b = code[i, 0], code[i, 1], code[i, 2], code[i, 3]
                    if op == UNIFORM:
                        then = streams[a, 1] if streams[a, 1] else counters[day]
                        for j in range(LANES):
                            memory[d, j] = uniform_of(words[a, j], then)
                    elif op == LOOKUP:
                        for j in range(here):
                            memory[d, j] = tables[b + np.int64(memory[a, j])]
                    else:
                        row_of(op, memory, d, a, b, code[i, 4])
            for k in range(len(kept)):
                for j in range(here):
                    series[k, day, low + j] = memory[kept[k], j]
        _bring_back(back, split, state, more, memory, low, here)
