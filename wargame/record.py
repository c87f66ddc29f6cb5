"""What is kept of play: measures of every run, and for traced runs the event log and the state of every day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wargame.binding.bound import Bound, CompiledMeasure
from wargame.expressions import Tape
from wargame.types import Array, Mask
from wargame.world.world import World

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


class Recorder:
    """Computes the measures of every run of a block, day by day, in arrays allocated beforehand."""

    def __init__(self, bound: Bound, runs: int) -> None:
        self.measures = bound.measures
        self.tape = Tape([measure.value for measure in self.measures])
        self.values = np.zeros((len(self.measures), runs))
        self._days = np.zeros(len(self.measures))
        for row, measure in zip(self.values, self.measures, strict=True):
            row[:] = {"max": -np.inf, "min": np.inf, "first": -1.0}.get(measure.spec.over, 0.0)

    def observe(self, world: World) -> None:
        """Take the day's values into account."""
        if not self.measures:
            return
        today = self.tape(world.state)
        for i, measure in enumerate(self.measures):
            if measure.first <= world.tick <= measure.last:
                self._days[i] += 1
                _take(self.values[i], today[i], measure, world.tick)

    def result(self) -> dict[str, Array]:
        """Return every measure, shape ``(runs,)``, by name; 0 for a window that has not begun."""
        found: dict[str, Array] = {}
        for i, measure in enumerate(self.measures):
            row = self.values[i]
            if measure.spec.over == "mean":
                row = row / max(self._days[i], 1.0)
            found[measure.name] = np.where(np.isfinite(row), row, 0.0)
        return found


def _take(row: Array, value: Array, measure: CompiledMeasure, tick: int) -> None:
    match measure.spec.over:
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
