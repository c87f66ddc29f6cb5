"""What is kept of play: measures of every run, and for traced runs the event log and the state of every day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.jit import compiler, kernel
from wargame.types import Array, Mask
from wargame.world.world import World

Ticks = NDArray[np.int64]
KINDS = (
    "inject", "order", "consent", "move", "signal", "belief", "verdict", "incident", "rung", "outcome", "message", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One thing that happened in one run; ``more`` holds numbers for those who want them (weights of a choice, say)."""

    date: dt.date
    run: int
    phase: str
    actor: str
    kind: str
    fact: str
    reason: str = ""
    sources: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the event as one line of ``events.jsonl``."""
        line: dict[str, Any] = {
            "date": self.date.isoformat(), "run": self.run, "phase": self.phase, "actor": self.actor, "kind": self.kind,
            "fact": self.fact, "reason": self.reason, "sources": list(self.sources),
        }  # fmt: skip
        return line | ({"more": dict(self.more)} if self.more else {})


class Trace:
    """Listens to the world in some columns of a block and keeps events and daily states of these runs."""

    def __init__(self, columns: Sequence[int], replications: Sequence[int]) -> None:
        self.columns = tuple(columns)
        self.replications = tuple(int(r) for r in replications)
        self.events: list[Event] = []
        self.days: list[Array] = []  # one (slots, traced runs) per day, at the day's end
        self.date = dt.date.min
        self.phase = ""
        self.actors: tuple[str, ...] = ()

    def __call__(
        self, kind: str, where: Mask | bool, fact: str, *, actor: int | None, reason: str, sources: tuple[str, ...],
        values: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Keep an event in every traced run in which it happened."""
        if kind not in KINDS:
            raise ValueError(f"unknown kind of event {kind!r}")
        for column in self.columns:
            if np.ndim(where) == 0 or np.asarray(where)[column]:
                own = {k: v[column] if isinstance(v, np.ndarray) and v.ndim else v for k, v in values.items()}
                self.add(column, kind, fact.format(**own), actor, reason.format(**own) if own else reason, sources)

    def add(
        self, column: int, kind: str, fact: str, actor: int | None, reason: str = "", sources: tuple[str, ...] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Keep one event of one traced run."""
        who = self.actors[actor] if actor is not None else ""
        run = self.replications[column]
        self.events.append(Event(self.date, run, self.phase, who, kind, fact, reason, sources, more or {}))

    def keep_day(self, world: World) -> None:
        """Keep the state at the end of the day."""
        self.days.append(world.state[:, list(self.columns)].copy())


OVER = ("end", "max", "min", "mean", "sum", "ever", "first")


class Recorder:
    """Computes the measures of every run of a block, day by day, in arrays allocated beforehand."""

    def __init__(self, bound: Bound, runs: int) -> None:
        self.measures = bound.measures
        self.tape = bound.measuring
        self.values = np.zeros((len(self.measures), runs))
        self._over = np.array([OVER.index(measure.spec.over) for measure in self.measures], dtype=np.int64)
        self._first = np.array([measure.first for measure in self.measures], dtype=np.int64)
        self._last = np.array([measure.last for measure in self.measures], dtype=np.int64)
        for row, measure in zip(self.values, self.measures, strict=True):
            row[:] = {"max": -np.inf, "min": np.inf, "first": -1.0}.get(measure.spec.over, 0.0)
        self._tick = -1

    def observe(self, world: World) -> None:
        """Take the day's values into account."""
        if self.measures:
            take = _take_plain if compiler() is None else _compiled_take()
            take(self.values, self.tape(world.state), self._over, self._first, self._last, world.tick)
        self._tick = world.tick

    def so_far(self) -> Array:
        """Return every measure so far, shape ``(measures, runs)``; 0 for a window that has not begun."""
        days = np.maximum(np.minimum(self._last, self._tick) - self._first + 1, 1)
        values = np.where((self._over == OVER.index("mean"))[:, np.newaxis], self.values / days[:, np.newaxis], self.values)
        return np.where(np.isfinite(values), values, 0.0)

    def result(self) -> dict[str, Array]:
        """Return every measure, shape ``(runs,)``, by name; 0 for a window that has not begun."""
        return {measure.name: row for measure, row in zip(self.measures, self.so_far(), strict=True)}


def _take_plain(values: Array, today: Array, over: Ticks, first: Ticks, last: Ticks, tick: int) -> None:
    """Enter the values of a day into the measures whose window is open, a measure at a time."""
    for i in np.flatnonzero((first <= tick) & (tick <= last)):
        row, value = values[i], today[i]
        match OVER[over[i]]:
            case "end":
                row[:] = value
            case "max":
                np.maximum(row, value, out=row)
            case "min":
                np.minimum(row, value, out=row)
            case "mean" | "sum":
                row += value
            case "ever":
                np.maximum(row, value != 0.0, out=row)
            case "first":
                row[(row < 0) & (value != 0.0)] = tick


def _take(values: Array, today: Array, over: Ticks, first: Ticks, last: Ticks, tick: int) -> None:
    """Do the same, compiled."""
    for i in range(len(over)):
        if tick < first[i] or tick > last[i]:
            continue
        how = over[i]
        for j in range(values.shape[1]):
            x = today[i, j]
            if how == 0:
                values[i, j] = x
            elif how == 1:
                values[i, j] = max(values[i, j], x)
            elif how == 2:
                values[i, j] = min(values[i, j], x)
            elif how <= 4:
                values[i, j] += x
            elif how == 5:
                if x != 0.0:
                    values[i, j] = 1.0
            elif values[i, j] < 0.0 and x != 0.0:
                values[i, j] = tick


@cache
def _compiled_take() -> Callable[..., None]:
    return kernel(_take)


def fingerprint(blocks: Iterable[Mapping[str, Array]]) -> str:
    """Return the SHA-256 over every run's measures in run order (names sorted, little-endian doubles).

    It does not depend on how the runs were cut into blocks.
    """
    digest = hashlib.sha256()
    for number, block in enumerate(blocks):
        names = sorted(block)
        if number == 0:
            digest.update("\n".join(names).encode())
        table = np.column_stack([block[name] for name in names]) if names else np.empty((0, 0))
        digest.update(np.ascontiguousarray(table + 0.0, dtype="<f8").tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Record:
    """One history: a single run with its full trace.

    ``days`` has shape ``(days, slots)``: the state at the end of every day, laid out as ``bound.layout`` says.
    """

    bound: Bound
    seed: int
    replication: int
    measures: Mapping[str, float]
    events: tuple[Event, ...]
    days: Array
    fingerprint: str

    @property
    def dates(self) -> list[dt.date]:
        """The calendar days played."""
        return [self.bound.scenario.start + dt.timedelta(days=i) for i in range(len(self.days))]

    def series(self, name: str, *labels: str) -> Array:
        """Return a field over the days: all its elements ``(days, *axes)``, or one element ``(days,)`` by its labels."""
        layout = self.bound.layout
        if labels:
            field = layout.fields[name]
            index = [layout.labels[axis].index(label) for axis, label in zip(field.axes, labels, strict=True)]
            return self.days[:, layout.row(name, *index)]
        return self.days[:, layout.span(name)].reshape(len(self.days), *layout.shape(name))

    def watched(self) -> dict[str, Array]:
        """Return the scenario's watched variables over the days, each ``(days,)``."""
        values = self.bound.watch(np.ascontiguousarray(self.days.T)) if self.bound.watch_names else np.empty((0, 0))
        return dict(zip(self.bound.watch_names, values, strict=True))
