"""Steps noted while a mechanism is played on symbols, before they become a program."""

from __future__ import annotations

from math import prod
from struct import pack

import numpy as np
from numpy.typing import NDArray

from wargame.engine.program.opcodes import CONSTANT, LOAD, LOOKUP, STORE, UNIFORM

Ids = NDArray[np.int32]
Stream = tuple[str, int | None]


class NotTraceable(TypeError):
    """Something was asked of a symbol that depends on its value in one run, or that no program can do."""


class Steps:
    """A growing list of steps: ``code``, three operands (earlier steps) and, for a constant, its ``value``."""

    def __init__(self, slots: int) -> None:
        self.count = 0
        self._code = np.zeros((4096, 4), dtype=np.int32)
        self._value = np.zeros(4096)
        self._numbers: dict[bytes, int] = {}
        self._streams: dict[Stream, int] = {}
        self.streams: list[Stream] = []
        self.tables: list[tuple[float, ...]] = []
        self.morning = self.add(LOAD, np.arange(slots, dtype=np.int32))  # the state as it was: step = slot

    @property
    def code(self) -> NDArray[np.int32]:
        """The steps so far, shape ``(steps, 4)``."""
        return self._code[: self.count]

    @property
    def value(self) -> NDArray[np.float64]:
        """The numbers of the constants among them, shape ``(steps,)``."""
        return self._value[: self.count]

    def _room(self, more: int) -> slice:
        need = self.count + more
        if need > len(self._code):
            size = max(2 * len(self._code), need)
            self._code = np.concatenate([self._code, np.zeros((size - len(self._code), 4), dtype=np.int32)])
            self._value = np.concatenate([self._value, np.zeros(size - len(self._value))])
        rows = slice(self.count, need)
        self.count = need
        return rows

    def add(self, op: int, *operands: Ids) -> Ids:
        """Note one step for every element of the operands, broadcast together; return their numbers in that shape."""
        shape = operands[0].shape
        for operand in operands:
            if operand.shape != shape:
                shape = np.broadcast(*operands).shape
                break
        first = self.count
        rows = self._room(prod(shape))
        code = self._code[rows]
        code[:, 0] = op
        for place, operand in enumerate(operands, start=1):
            code[:, place].reshape(shape)[...] = operand  # a view: one column is evenly strided
        return np.arange(first, self.count, dtype=np.int32).reshape(shape)

    def number(self, value: float) -> int:
        """Return the step of a constant."""
        bits = pack("d", value)  # -0.0 is not 0.0, and NaN is itself
        if bits not in self._numbers:
            row = self._room(1).start
            self._code[row, 0] = CONSTANT
            self._value[row] = value
            self._numbers[bits] = int(row)
        return self._numbers[bits]

    def numbers(self, values: NDArray[np.float64]) -> Ids:
        """Return the steps of an array of constants."""
        flat = [self.number(value) for value in values.reshape(-1).tolist()]
        return np.array(flat, dtype=np.int32).reshape(values.shape)

    def uniform(self, name: str, tick: int | None) -> int:
        """Return the step that draws a stream's uniform number of today (None), or of a fixed day."""
        stream = name, tick
        if stream not in self._streams:
            self._streams[stream] = len(self.streams)
            self.streams.append(stream)
        return int(self.add(UNIFORM, np.array([self._streams[stream]], dtype=np.int32))[0])

    def lookup(self, places: Ids, table: NDArray[np.float64]) -> Ids:
        """Note that entries of a table are looked up at whole numbers."""
        entries = tuple(table.tolist())
        if entries not in self.tables:
            self.tables.append(entries)
        ids = self.add(LOOKUP, places)
        self._code[ids.reshape(-1), 2] = self.tables.index(entries)
        return ids

    def store(self, slots: NDArray[np.intp], ids: Ids) -> None:
        """Note that rows of the state take new values."""
        rows = self._room(len(slots))
        self._code[rows, 0] = STORE
        self._code[rows, 1] = ids
        self._code[rows, 2] = slots
