"""A reel: many tapes in one, ready to be played in any order by one call."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.draws import Draws, counter_of, name_key
from wargame.jit import announce
from wargame.taping.machine import LANES, play_many, play_one
from wargame.taping.trimming import Tape
from wargame.types import Array

_NOBODY = np.zeros(1, dtype=np.uint64)


class _Own(threading.local):
    """The scratch rows of a thread: those of a run alone, and of many."""

    def __init__(self) -> None:
        self._kept = {True: np.zeros(0), False: np.zeros((0, LANES))}

    def rows(self, need: int, alone: bool) -> Array:
        """Return at least so many rows."""
        if len(self._kept[alone]) < need:
            self._kept[alone] = np.zeros(need) if alone else np.zeros((need, LANES))
        return self._kept[alone]


class Reel:
    """Tapes joined end to end; ``play`` takes the numbers that ``add`` gave."""

    def __init__(self) -> None:
        self._tapes: list[Tape] = []
        self._joined = 0
        self._code = np.zeros((0, 5), dtype=np.int32)
        self._spans = np.zeros((0, 6), dtype=np.int32)
        self._gates = np.zeros((0, 2), dtype=np.int32)
        self._constants = np.zeros(0)
        self._streams = np.zeros((0, 2), dtype=np.uint64)
        self._need = 0
        self._own = _Own()
        self._lock = threading.Lock()

    def add(self, tape: Tape) -> int:
        """Add a tape and return its number."""
        with self._lock:
            self._tapes.append(tape)
            return len(self._tapes) - 1

    def __getitem__(self, number: int) -> Tape:
        return self._tapes[number]

    def __len__(self) -> int:
        return len(self._tapes)

    def play(self, order: NDArray[np.int32], draws: Draws | None, tick: int, state: Array, out: Array) -> None:
        """Play tapes one after another on a state ``(slots, runs)``; results go to ``out``, which may be the state."""
        if self._joined < len(self._tapes):
            with self._lock:
                self._join()
        keys = _NOBODY if draws is None else draws.keys
        alone = state.shape[1] == 1
        function: Any = play_one if alone else play_many
        rows = self._own.rows(self._need, alone)
        counter = counter_of(tick)
        function(self._code, self._spans, order, self._gates, self._constants, self._streams, counter, keys, state, out, rows)

    def _join(self) -> None:
        announce(play_many)
        new = self._tapes[self._joined :]
        code, constants, streams = len(self._code), len(self._constants), len(self._streams)
        spans = []
        gates = len(self._gates)
        for tape in new:
            spans.append((code, code + len(tape.code), constants, streams, gates, gates + len(tape.gates)))
            gates += len(tape.gates)
            code, constants, streams = code + len(tape.code), constants + len(tape.constants), streams + len(tape.streams)
        keys = [(name_key(name), 0 if tick is None else int(counter_of(tick))) for tape in new for name, tick in tape.streams]
        self._code = np.concatenate([self._code, *(tape.code for tape in new)])
        self._spans = np.concatenate([self._spans, np.array(spans, dtype=np.int32)])
        self._gates = np.concatenate([self._gates, *(np.array(t.gates, dtype=np.int32).reshape(-1, 2) for t in new)])
        self._constants = np.concatenate([self._constants, *(tape.constants for tape in new)])
        self._streams = np.concatenate([self._streams, np.array(keys, dtype=np.uint64).reshape(-1, 2)])
        self._need = max(tape.rows for tape in self._tapes)
        self._joined = len(self._tapes)
