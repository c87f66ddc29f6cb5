"""An executable: many programs, laid out end to end in one memory when they are first run, to be run in any order by one call."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.draws import Draws, counter_of, name_key
from wargame.engine.native import Pack
from wargame.engine.program import kernel as machine
from wargame.engine.program.instructions import LANES
from wargame.engine.program.kernel import Code, Plan, Rolls, Words
from wargame.engine.program.layout import NUMBER, SCRATCH, SLOT, lay
from wargame.engine.program.opcodes import LOOKUP, UNIFORM
from wargame.engine.program.passes import Program
from wargame.engine.program.steps import Stream
from wargame.engine.types import Array

Order = NDArray[np.int32]
_NOBODY = np.zeros(1, dtype=np.uint64)
_NOTHING = np.zeros(0, dtype=np.int32)
_BLANK, _NO_ROWS = np.zeros((1, 0)), np.zeros((0, 1, 0))
_NO_MORE, _NO_ROOM = Pack(_BLANK), Pack(_NO_ROWS, np.zeros((0, LANES), dtype=np.uint64))


class _Scratch(threading.local):
    """The memory of a thread: that of a run alone, and of many; and the run alone that it was last played on."""

    def __init__(self) -> None:
        self.kept: dict[bool, Pack] = {}
        self._counter = np.zeros(1, dtype=np.uint64)
        self._last = Pack(self._counter, _NOBODY, _NOTHING)

    def day(self, tick: int, keys: Words, state: Array) -> Pack:
        """Return a day of a run alone: it is mostly the same run again, looked at once."""
        self._counter[0] = counter_of(tick)
        _, before, on = self._last.arguments
        if before is not keys or on is not state:
            self._last = Pack(self._counter, keys, state)
        return self._last


class Memory:
    """Where slots, scratch and numbers lie in the machine's memory: rows are added, never moved."""

    def __init__(self) -> None:
        self.rows = 0
        self._slots: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._scratch: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._numbers: dict[int, int] = {}  # the bits of a number -> its row
        self.own = _Scratch()

    def _new(self, count: int) -> Code:
        self.rows += count
        return np.arange(self.rows - count, self.rows, dtype=np.int32)

    def slots(self, wanted: NDArray[np.integer[Any]]) -> Code:
        """Return the rows of slots."""
        more = int(wanted.max(initial=-1)) + 1 - len(self._slots)
        self._slots = np.concatenate([self._slots, np.full(max(more, 0), -1, dtype=np.int32)])
        new = np.unique(wanted[self._slots[wanted] < 0])
        self._slots[new] = self._new(len(new))
        return self._slots[wanted]

    def scratch(self, count: int) -> Code:
        """Return at least so many rows of scratch, the same for all programs."""
        self._scratch = np.concatenate([self._scratch, self._new(max(count - len(self._scratch), 0))])
        return self._scratch

    def numbers(self, values: Array) -> Code:
        """Return the rows of numbers."""
        different, which = np.unique(values.view(np.int64), return_inverse=True)  # -0.0 is not 0.0, and NaN is itself
        for bits in different.tolist():
            if bits not in self._numbers:
                self._numbers[bits] = int(self._new(1)[0])
        return np.array([self._numbers[bits] for bits in different.tolist()], dtype=np.int32)[which]

    def of_this_thread(self, alone: bool) -> Pack:
        """Return the memory, its numbers in place, ``LANES`` columns wide or one."""
        kept = self.own.kept.get(alone)
        if kept is None or len(kept.arguments[0]) < self.rows:
            memory = np.zeros((self.rows, 1 if alone else LANES))
            bits = np.array(list(self._numbers), dtype=np.int64)
            memory[list(self._numbers.values())] = bits.view(np.float64)[:, np.newaxis]
            kept = self.own.kept[alone] = Pack(memory)
        return kept


@dataclass(frozen=True)
class Outline:
    """What is still asked of a program that has been laid out, when nobody wants its steps any more."""

    stored: Code
    loaded: Code
    streams: tuple[Stream, ...]
    gates: tuple[tuple[int, int], ...]


class Executable:
    """Programs to be played by the numbers that ``add`` gave."""

    def __init__(self) -> None:
        self._programs: list[Program | Outline] = []
        self._last: set[int] = set()  # programs of which, once they are laid out, only the outline is kept
        self._memory = Memory()
        self._laid: dict[int, int] = {}  # program -> its place among those laid out
        self._streams: dict[Stream, int] = {}
        self._rolls = Rolls(
            np.zeros((0, 5), dtype=np.int32), np.zeros((0, 4), dtype=np.int32), _NOTHING, np.zeros((0, 2), dtype=np.uint64),
            np.zeros(0),
        )  # fmt: skip
        self._packed = Pack(*self._rolls)
        self._orders: dict[tuple[bytes, int], Pack] = {}
        self._lock = threading.RLock()

    def add(self, program: Program, *, last: bool = False) -> int:
        """Add a program and return its number. ``last``: it is only run, so that its steps may go when it has been laid out."""
        with self._lock:
            self._programs.append(program)
            if last:
                self._last.add(len(self._programs) - 1)
            return len(self._programs) - 1

    def __getitem__(self, number: int) -> Program:
        found = self._programs[number]
        if isinstance(found, Outline):
            raise KeyError(f"program {number} has been laid out, and its steps are gone")
        return found

    def __len__(self) -> int:
        return len(self._programs)

    def play(
        self, order: Order, draws: Draws | None, tick: int, state: Array, more: Array = _BLANK, split: int | None = None
    ) -> None:  # fmt: skip
        """Play programs one after another on a state ``(slots, runs)`` in place; slots from ``split`` on are rows of ``more``."""
        name = order.tobytes(), len(state) if split is None else split
        if name not in self._orders:
            with self._lock:
                drawn = self._drawn(self._programs[number] for number in order.tolist())
                own, starts = self._ready(order), np.array([0, len(order)], dtype=np.int32)
                into, back = self._copies([order])
                self._orders[name] = Pack(own, starts, _NOTHING, _BLANK, into, back, _NOTHING, np.unique(drawn), name[1])
        keys, alone = _NOBODY if draws is None else draws.keys, state.shape[1] == 1
        day = self._memory.own.day(tick, keys, state) if alone else Pack(np.array([counter_of(tick)]), keys, state)
        self._play(self._orders[name], day, _NO_MORE if more is _BLANK else Pack(more), alone, _NO_ROWS)

    def plan(self, days: Sequence[tuple[int, Order]], clock: int, kept: Sequence[int], split: int) -> Plan:
        """Return how days ``(tick, programs)`` are played in one call of ``play_days``.

        Slot ``clock`` is every morning set to the tick; slots from ``split`` on are rows of a second array; ``kept`` slots are
        those whose values at every day's end are asked for.
        """
        with self._lock:
            orders = [self._ready(order) for _, order in days]
            own = np.array([clock, *kept], dtype=np.int32)
            into, back = self._copies([order for _, order in days], own, own[:1])
            rows = self._memory.slots(own)
        ticks = [tick for tick, _ in days]
        numbers = {int(number) for _, order in days for number in order}
        return Plan(
            np.concatenate([_NOTHING, *orders]),
            np.cumsum([0, *(len(order) for order in orders)], dtype=np.int32),
            rows[:1],
            np.array(ticks, dtype=np.float64).reshape(-1, 1),
            into,
            back,
            rows[1:],
            np.unique(self._drawn(self._programs[number] for number in numbers)),
            split,
            np.array([counter_of(tick) for tick in ticks], dtype=np.uint64),
        )

    def play_days(self, plan: Plan, draws: Draws, state: Array, more: Array) -> Array:
        """Play whole days on a state in place; return the kept slots at the end of every day, ``(kept, days, runs)``."""
        series = np.empty((len(plan.kept), len(plan.counters), state.shape[1]))
        days = Pack(plan.counters, draws.keys, state)
        self._play(Pack(*plan[:-1]), days, Pack(more), state.shape[1] == 1, series)
        return series

    def _play(self, plan: Pack, days: Pack, more: Pack, alone: bool, series: Array) -> None:
        room = _NO_ROOM
        if series is not _NO_ROWS or not alone:
            room = Pack(series, np.zeros((0 if alone else len(self._rolls.streams), LANES), dtype=np.uint64))
        machine.play(alone, (self._packed, plan, self._memory.of_this_thread(alone), days, more, room))

    def _copies(self, orders: Sequence[Order], read: Code = _NOTHING, written: Code = _NOTHING) -> tuple[Code, Code]:
        """Return what is fetched before programs are played and brought back after, pairs of a row and a slot.

        What a program behind a gate changes is fetched too, because it may not be played.
        """
        programs = [self._programs[number] for number in {int(number) for order in orders for number in order}]
        changed = np.unique(np.concatenate([written, *(program.stored for program in programs)]))
        perhaps = [program.stored for program in programs if program.gates]
        gates = [slot for program in programs for span in program.gates for slot in range(*span)]
        first = np.unique(
            np.concatenate([read, np.array(gates, dtype=np.int32), *perhaps, *(program.loaded for program in programs)])
        )
        into, back = (np.column_stack([self._memory.slots(slots), slots]) for slots in (first, changed))
        return np.ascontiguousarray(into, dtype=np.int32), np.ascontiguousarray(back, dtype=np.int32)

    def _ready(self, order: Order) -> Order:
        """Lay out the programs of an order that have not been played before; return their places."""
        new = [number for number in dict.fromkeys(order.tolist()) if number not in self._laid]
        for number in new:
            program = self[number]
            self._laid[number] = len(self._rolls.spans)
            self._rolls = self._with(program)
            self._packed = Pack(*self._rolls)
            if number in self._last:
                self._programs[number] = Outline(program.stored.copy(), program.loaded.copy(), program.streams, program.gates)
        return np.array([self._laid[number] for number in order.tolist()], dtype=np.int32)

    def _drawn(self, programs: Iterable[Program | Outline]) -> Code:
        """Return the places of programs' streams."""
        streams = [stream for program in programs for stream in program.streams]
        return np.array([self._streams.setdefault(stream, len(self._streams)) for stream in streams], dtype=np.int32)

    def _with(self, program: Program) -> Rolls:
        """Return the rolls with one more program."""
        laid, memory, rolls = lay(program), self._memory, self._rolls
        code, op = laid.code, laid.code[:, 0]
        placed = np.ones((len(code), 4), dtype=np.bool_)
        placed[op == UNIFORM, 1:] = False
        placed[op == LOOKUP, 2] = False
        kind, number = code[:, 1:] % 4, code[:, 1:] // 4
        scratch = memory.scratch(laid.scratch)
        for rows, one in ((memory.slots, SLOT), (lambda steps: memory.numbers(program.value[steps]), NUMBER)):
            code[:, 1:][placed & (kind == one)] = rows(number[placed & (kind == one)])
        code[:, 1:][placed & (kind == SCRATCH)] = scratch[number[placed & (kind == SCRATCH)]]
        drawn = self._drawn([program])
        code[op == UNIFORM, 2] = drawn[code[op == UNIFORM, 2]]
        lengths = np.cumsum([len(rolls.tables), *(len(table) for table in program.tables)])
        code[op == LOOKUP, 3] = lengths[code[op == LOOKUP, 3]]
        gates = memory.slots(np.array([slot for first, last in program.gates for slot in range(first, last)], dtype=np.int32))
        first, gate = len(rolls.code), len(rolls.gates)
        new = list(self._streams)[len(rolls.streams) :]
        keys = [(name_key(name), 0 if tick is None else int(counter_of(tick))) for name, tick in new]
        return Rolls(
            np.concatenate([rolls.code, code]),
            np.concatenate([rolls.spans, np.array([(first, first + len(code), gate, gate + len(gates))], dtype=np.int32)]),
            np.concatenate([rolls.gates, gates]),
            np.concatenate([rolls.streams, np.array(keys, dtype=np.uint64).reshape(-1, 2)]),
            np.concatenate([rolls.tables, *(np.array(table) for table in program.tables)]),
        )
