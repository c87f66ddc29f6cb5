"""The program: expressions as a list of vector instructions over registers, run by one function.

A register number below ``len(constants)`` is a constant; the next ``len(slots)`` are rows of the state,
read once per evaluation; the rest are scratch rows, reused as soon as their value is no longer needed. No
instruction writes to a row that it reads. Constants have width 1 and are broadcast; all other rows have the
width of the runs axis.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.jit import compiles
from wargame.engine.types import Array
from wargame.expressions.operations import CODES, LIMIT, OPERATIONS
from wargame.expressions.risks import Step

if TYPE_CHECKING:
    from wargame.engine.program.executable import Executable

WIDTHS_KEPT = 4
TRIALS = 8  # evaluations before a program is handed to the machine
_FIRST = np.zeros(1, dtype=np.int32)


class Registers:
    """The rows one thread computes in, for one number of runs."""

    def __init__(self, program: Program, runs: int) -> None:
        self.slots = np.empty((len(program.slots), runs))
        scratch = np.empty((program.scratch, runs))
        self.rows = [*program.constants[:, np.newaxis], *self.slots, *scratch]


class _Scratch(threading.local):
    def __init__(self) -> None:
        self.kept: dict[int, Registers] = {}


class Program:
    """A program: ``code`` (instructions, 5) of op, dst, a, b, c; its ``constants`` and the ``slots`` it reads.

    ``outputs`` are registers and ``scratch`` is the number of scratch rows. Threads may share a program: each
    computes in rows of its own.
    """

    def __init__(self, steps: Sequence[Step], outputs: Sequence[int]) -> None:
        needed = _needed(steps, outputs)
        numbers = [place for place in needed if steps[place].kind == "number"]
        slots = [place for place in needed if steps[place].kind == "slot"]
        self.constants: Array = np.array([steps[place].number for place in numbers], dtype=np.float64)
        self.slots: NDArray[np.intp] = np.array([int(steps[place].number) for place in slots], dtype=np.intp)
        register = {place: number for number, place in enumerate([*numbers, *slots])}
        code, self.scratch = _allocate(steps, needed, outputs, register)
        self.code: NDArray[np.int32] = np.array(code, dtype=np.int32).reshape(-1, 5)
        self.outputs: NDArray[np.int32] = np.array([register[place] for place in outputs], dtype=np.int32)
        self._prepare()

    def _prepare(self) -> None:
        self._calls = [(OPERATIONS[op].kernel, dst, a, b, c) for op, dst, a, b, c in self.code.tolist()]
        self._results = self.outputs.tolist()
        self._split = int(self.slots.max(initial=-1)) + 1
        self._own = _Scratch()
        self._used = 0
        self._executable: Executable | None = None

    def __getstate__(self) -> dict[str, object]:
        kept = ("constants", "slots", "code", "outputs", "scratch")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, kept: dict[str, object]) -> None:
        self.__dict__.update(kept)
        self._prepare()

    def __call__(self, state: Array) -> Array:
        """Return the outputs, a new array (outputs, runs), for the state (slots, runs).

        Raises ValueError when the state has another shape or too few slots.
        """
        if hasattr(state, "tracing"):
            noted: Array = self._on_symbols(state)
            return noted
        if state.ndim != 2 or (self.slots.size and state.shape[0] <= self.slots.max()):
            least = int(self.slots.max(initial=-1)) + 1
            raise ValueError(f"the state must have shape (slots, runs) with at least {least} slots (got {state.shape})")
        out = np.empty((len(self._results), state.shape[1]))
        executable = self._compiled(state)
        if executable is not None:
            executable.play(_FIRST, None, 0, state, out, self._split)
            return out
        run_formulas(self, state, self._registers(state.shape[1]), out)
        return out

    def _compiled(self, state: Array) -> Executable | None:
        """Return its program, if the kernel takes over: one that is used again and again, on a state that lies as it expects."""
        self._used += 1
        if self._used <= TRIALS or not compiles() or not len(self._results) or not state.shape[1]:
            return None
        flags = state.flags
        if not (flags.c_contiguous and flags.writeable and state.dtype == np.float64):
            return None
        if self._executable is None:
            from wargame.engine.program.executable import Executable
            from wargame.engine.program.passes import trim
            from wargame.engine.program.steps import Steps
            from wargame.engine.program.symbols import Symbol

            steps = Steps(self._split)
            outputs = self._on_symbols(Symbol(steps, steps.morning.reshape(-1, 1)))
            steps.store(self._split + np.arange(len(self._results)), outputs.ids[:, 0])  # rows of ``out``
            executable = Executable()
            executable.add(trim(steps), last=True)
            self._executable = executable
        return self._executable

    def _on_symbols(self, state: Any) -> Any:
        """Note the instructions as steps of a mechanism's program, and return symbols of the outputs."""
        constants = state.numbers(self.constants[:, np.newaxis])
        slots = np.maximum(np.minimum(state[self.slots], LIMIT), -LIMIT)
        rows = [*constants, *slots, *state.numbers(np.zeros((self.scratch, 1)))]
        for kernel, dst, a, b, c in self._calls:
            kernel(rows[dst], rows[a], rows[b], rows[c])
        return np.stack([rows[result] for result in self._results]) if self._results else state[:0]

    def _registers(self, runs: int) -> Registers:
        """Return this thread's registers for the width; those of at most four widths are kept."""
        kept = self._own.kept
        if runs not in kept:
            if len(kept) >= WIDTHS_KEPT:
                del kept[next(iter(kept))]
            kept[runs] = Registers(self, runs)
        return kept[runs]


def run_formulas(program: Program, state: Array, registers: Registers, out: Array) -> None:
    """Run every instruction over all runs and write the results into ``out`` (outputs, runs)."""
    rows = registers.rows
    with np.errstate(all="ignore"):
        if registers.slots.size:
            if state.flags.c_contiguous:
                np.take(state, program.slots, axis=0, out=registers.slots, mode="clip")
            else:  # of any other array, ``take`` would first copy the whole
                registers.slots[:] = state[program.slots]
            np.minimum(registers.slots, LIMIT, out=registers.slots)
            np.maximum(registers.slots, -LIMIT, out=registers.slots)
        for kernel, dst, a, b, c in program._calls:
            kernel(rows[dst], rows[a], rows[b], rows[c])
    for place, result in enumerate(program._results):
        out[place] = rows[result]


def _needed(steps: Sequence[Step], outputs: Sequence[int]) -> list[int]:
    """Return the places of the steps that the outputs rest on, in order."""
    wanted = set(outputs)
    for place in range(len(steps) - 1, -1, -1):
        if place in wanted:
            wanted.update(steps[place].operands)
    return sorted(wanted)


def _allocate(
    steps: Sequence[Step], needed: Sequence[int], outputs: Sequence[int], register: dict[int, int]
) -> tuple[list[tuple[int, ...]], int]:
    """Give every operation a scratch row (added to ``register``); return the code and the number of rows."""
    operations = [place for place in needed if steps[place].kind in CODES]
    last_use = {operand: place for place in operations for operand in steps[place].operands}
    fixed, kept = len(register), set(outputs)
    free: list[int] = []
    rows = 0
    code: list[tuple[int, ...]] = []
    for place in operations:
        if not free:
            free.append(fixed + rows)
            rows += 1
        register[place] = free.pop()
        operands = steps[place].operands
        used = [register[operand] for operand in operands]
        code.append((CODES[steps[place].kind], register[place], *used, *[used[0]] * (3 - len(used))))
        ended = {register[o] for o in operands if last_use[o] == place and o not in kept}
        free.extend(sorted(row for row in ended if row >= fixed))
    return code, rows
