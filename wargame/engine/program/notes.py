"""What is said while a mechanism is traced: noted instead of told, and told on the days on which it turns out to hold.

A note keeps its words, and the rows in which the program leaves its condition and its numbers. These rows lie after the state's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.program.questions import Tick
from wargame.engine.program.steps import NotTraceable, Steps
from wargame.engine.program.symbols import Symbol, symbol


@dataclass(frozen=True)
class Row:
    """A value that a program leaves in a row; ``truth`` says whether it is a truth value."""

    number: int
    truth: bool

    def read(self, stage: NDArray[np.float64]) -> NDArray[Any]:
        """Return it in every run, shape ``(runs,)``."""
        return stage[self.number] != 0.0 if self.truth else stage[self.number]


@dataclass(frozen=True)
class Daily:
    """A value that depends on nothing but the day."""

    of: Callable[[int], Any]


@dataclass(frozen=True)
class Note:
    """Something that is said in the runs where row ``where`` is not 0. ``said``: the rest of what a listener is given."""

    where: int
    kind: str
    fact: str
    values: Mapping[str, Any]
    said: Mapping[str, Any]

    def tell(self, listener: Callable[..., None], stage: NDArray[np.float64], tick: int) -> None:
        """Tell it as a mechanism would have said it, in NumPy, on that day."""
        own = {name: _value(value, stage, tick) for name, value in self.values.items()}
        listener(self.kind, stage[self.where] != 0.0, self.fact, values=own, **self.said)


def _value(value: Any, stage: NDArray[np.float64], tick: int) -> Any:
    if isinstance(value, Row):
        return value.read(stage)
    return value.of(tick) if isinstance(value, Daily) else value


class Notes:
    """A listener that notes: ``found`` in the order of saying; steps of ``outputs`` come to lie in the rows from ``first``."""

    def __init__(self, steps: Steps, first: int) -> None:
        self._steps = steps
        self._rows: dict[int, int] = {}
        self.first = first
        self.outputs: list[int] = []
        self.found: list[Note] = []

    def __call__(self, kind: str, where: Any, fact: str, *, values: Mapping[str, Any], **said: Any) -> None:
        self.found.append(Note(self.keep(where), kind, fact, {name: self._noted(value) for name, value in values.items()}, said))

    def keep(self, x: Any) -> int:
        """Return the row in which a value of every run will lie."""
        ids = symbol(self._steps, x).ids.reshape(-1)
        if ids.size != 1:
            raise NotTraceable(f"what is said needs one value in every run (got {ids.size})")
        step = int(ids[0])
        if step not in self._rows:
            self._rows[step] = self.first + len(self.outputs)
            self.outputs.append(step)
        return self._rows[step]

    def keep_all(self, rows: Sequence[Any]) -> NDArray[np.intp]:
        """Return the rows in which several values will lie."""
        return np.array([self.keep(row) for row in rows], dtype=np.intp)

    def store(self) -> None:
        """Have the program leave its outputs in their rows."""
        count = len(self.outputs)
        self._steps.store(np.arange(self.first, self.first + count), np.array(self.outputs, dtype=np.int32))

    def _noted(self, value: Any) -> Any:
        if isinstance(value, Symbol):
            return Row(self.keep(value), value.truth)
        if isinstance(value, Tick):
            return Daily(value.on)
        if isinstance(value, np.ndarray) and value.ndim:
            if value.shape != (1,):
                raise NotTraceable(f"what is said needs one value in every run (got shape {value.shape})")
            return value[0]
        return value
