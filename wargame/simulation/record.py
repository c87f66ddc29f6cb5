"""What is kept of play: measures of every run, and for traced runs the event log and the state of every day."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.jit import compiles, kernel
from wargame.engine.types import Array, Mask
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.display import number as short
from wargame.world.world import World

Ticks = NDArray[np.int64]
KINDS = (
    "inject", "order", "consent", "move", "signal", "belief", "verdict", "incident", "rung", "outcome", "message", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One thing that happened in one run; ``more`` holds numbers for those who want them (weights of a choice, say).

    ``seen`` names the actors that may know the fact and its reason (``("all",)``: everybody; empty: nobody who plays);
    ``public`` is what the others are told. :meth:`told` is what one of them gets.
    """

    date: dt.date
    run: int
    phase: str
    actor: str
    kind: str
    fact: str
    reason: str = ""
    sources: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    public: str = ""

    def told(self, actor: str = "") -> tuple[str, str] | None:
        """Return the text and the reason that an actor may know, or None; ``""`` is anybody who plays no part.

        Everybody may know a public order; why it was given is known to the one who gave it.
        """
        if self._reaches(actor):
            return self.fact, self.reason if self._in_full(actor) else ""
        return (self.public, "") if self.public else None

    def cited(self, actor: str = "") -> tuple[str, ...]:
        """Return the sources that an actor may know: those of what it knows with its reason."""
        return self.sources if self._in_full(actor) else ()

    def _reaches(self, actor: str) -> bool:
        return "all" in self.seen or (actor != "" and actor in self.seen)

    def _in_full(self, actor: str) -> bool:
        return self._reaches(actor) and (self.kind != "order" or (actor != "" and actor == self.actor))

    def as_json(self) -> dict[str, Any]:
        """Return the event as one line of ``events.jsonl``."""
        line: dict[str, Any] = {
            "date": self.date.isoformat(), "run": self.run, "phase": self.phase, "actor": self.actor, "kind": self.kind,
            "fact": self.fact, "reason": self.reason, "sources": list(self.sources),
            "seen": list(self.seen),
        }  # fmt: skip
        return line | ({"public": self.public} if self.public else {}) | ({"more": dict(self.more)} if self.more else {})


class Trace:
    """Listens to the world in some columns of a block and keeps events and daily states of these runs."""

    def __init__(self, columns: Sequence[int], replications: Sequence[int]) -> None:
        self.columns = tuple(columns)
        self.replications = tuple(int(r) for r in replications)
        self.events: list[Event] = []
        self._days = np.empty((0, 0, len(self.columns)))  # with room for more days than were played
        self._played = 0
        self.date = dt.date.min
        self.phase = ""
        self.actors: tuple[str, ...] = ()

    def __call__(
        self, kind: str, where: Mask | bool, fact: str, *, actor: int | None, reason: str, sources: tuple[str, ...],
        values: Mapping[str, Any], seen: tuple[str, ...] = (), public: str = "",
    ) -> None:  # fmt: skip
        """Keep an event in every traced run in which it happened."""
        if kind not in KINDS:
            raise ValueError(f"unknown kind of event {kind!r}")
        for column in self.columns:
            if np.ndim(where) == 0 or np.asarray(where)[column]:
                own = {k: v[column] if isinstance(v, np.ndarray) and v.ndim else v for k, v in values.items()}
                why = reason.format(**own) if own else reason
                others = public.format(**own) if own else public
                self.add(column, kind, fact.format(**own), actor, why, sources, seen=seen, public=others)

    def add(
        self, column: int, kind: str, fact: str, actor: int | None, reason: str = "", sources: tuple[str, ...] = (),
        more: Mapping[str, Any] | None = None, seen: tuple[str, ...] = (), public: str = "",
    ) -> None:  # fmt: skip
        """Keep one event of one traced run."""
        who = self.actors[actor] if actor is not None else ""
        run = self.replications[column]
        self.events.append(Event(self.date, run, self.phase, who, kind, fact, reason, sources, more or {}, seen, public))

    @property
    def days(self) -> Array:
        """The state at the end of every day so far, shape ``(days, slots, traced runs)``."""
        return self._days[: self._played]

    def go_on(self, other: Trace, days: int, events: int) -> None:
        """Go on from the first days and events that another trace of as many runs has kept."""
        self.events = other.events[:events]
        self._days = other.days[:days].copy()
        self._played = days

    def hand_over(self) -> Array:
        """Return the days and let go of them: a model dies late, because its agents know it and it knows its agents."""
        days, self._days, self._played = self.days, np.empty((0, 0, len(self.columns))), 0
        return days

    def keep_day(self, world: World) -> None:
        """Keep the state at the end of the day."""
        if self._played == len(self._days):
            room = np.empty((max(world.scenario.horizon, 2 * self._played), world.layout.slots, len(self.columns)))
            if self._played:
                room[: self._played] = self.days
            self._days = room
        for k, column in enumerate(self.columns):
            self._days[self._played, :, k] = world.state[:, column]
        self._played += 1


OVER = ("end", "max", "min", "mean", "sum", "ever", "first")
_NOTHING = {"max": -np.inf, "min": np.inf, "mean": 0.0}  # in a row that has taken nothing yet; of the others NaN


class Recorder:
    """Computes the measures of every run of a block, day by day, in arrays allocated beforehand.

    A day on which a value is missing (NaN) is passed over, and a measure that has met no value is missing: its window has not
    begun, it never came to pass, or it was undefined on every day. ``end`` is what the last day has, be it missing.
    """

    def __init__(self, bound: Bound, runs: int) -> None:
        self.measures = bound.measures
        self.program = bound.measuring
        self._over = np.array([OVER.index(measure.spec.over) for measure in self.measures], dtype=np.int64)
        self._first = np.array([measure.first for measure in self.measures], dtype=np.int64)
        self._last = np.array([measure.last for measure in self.measures], dtype=np.int64)
        self._means = np.flatnonzero(self._over == OVER.index("mean"))
        self._days = np.full(len(self.measures), -1, dtype=np.int64)  # the row that counts the days of a mean
        self._days[self._means] = len(self.measures) + np.arange(len(self._means))
        self.values = np.zeros((len(self.measures) + len(self._means), runs))
        for row, measure in zip(self.values, self.measures, strict=False):
            row[:] = _NOTHING.get(measure.spec.over, np.nan)
        self._tick = -1

    def go_on(self, other: Recorder) -> None:
        """Go on from what another has taken into account, of one run or of as many; measures go by their names."""
        theirs = {measure.name: i for i, measure in enumerate(other.measures)}
        for i, measure in enumerate(self.measures):
            j = theirs.get(measure.name)
            if j is not None and other._over[j] == self._over[i]:
                self.values[i] = other.values[j]
                if self._days[i] >= 0:
                    self.values[self._days[i]] = other.values[other._days[j]]
        self._tick = other._tick

    def observe(self, world: World) -> None:
        """TracedHook the day's values into account."""
        if self.measures:
            take = _compiled_take() if compiles() else _take_plain
            take(self.values, self.program(world.state), self._over, self._first, self._last, self._days, world.tick)
        self._tick = world.tick

    def note(self, values: Any, today: Any, tick: int, stamp: Any) -> None:
        """Do for one day in symbols what ``observe`` does; ``stamp`` is the tick as a row."""
        _take_plain(values, today, self._over, self._first, self._last, self._days, tick, stamp)

    def open_on(self, tick: int) -> tuple[bool, ...]:
        """Return which measures' windows are open on a day."""
        return tuple(((self._first <= tick) & (tick <= self._last)).tolist())

    def taken(self, values: Array, tick: int) -> None:
        """Go on from values that have been taken elsewhere, up to and with a day."""
        self.values[:] = values
        self._tick = tick

    def so_far(self) -> Array:
        """Return every measure so far, shape ``(measures, runs)``; NaN where there is none."""
        found = self.values[: len(self.measures)].copy()
        days = self.values[len(self.measures) :]
        found[self._means] = np.where(days > 0.0, found[self._means] / np.maximum(days, 1.0), np.nan)
        return np.where(np.isfinite(found), found, np.nan)

    def result(self) -> dict[str, Array]:
        """Return every measure, shape ``(runs,)``, by name; NaN where there is none."""
        return {measure.name: row for measure, row in zip(self.measures, self.so_far(), strict=True)}


def _take_plain(
    values: Array, today: Array, over: Ticks, first: Ticks, last: Ticks, days: Ticks, tick: int,
    stamp: float | Array | None = None,
) -> None:  # fmt: skip
    """Enter the values of a day into the measures whose window is open, a measure at a time."""
    for i in np.flatnonzero((first <= tick) & (tick <= last)):
        row, x = values[i], today[i]
        there = x == x
        match OVER[over[i]]:
            case "end":
                row[:] = x
            case "max":
                row[:] = np.where(x > row, x, row)
            case "min":
                row[:] = np.where(x < row, x, row)
            case "mean":
                row[:] = np.where(there, row + x, row)
                values[days[i]] += there
            case "sum":
                row[:] = np.where(there, np.where(row == row, row + x, x), row)
            case "ever":
                row[:] = np.where(there & (x != 0.0), 1.0, np.where(there & (row != row), 0.0, row))
            case "first":
                row[(row != row) & there & (x != 0.0)] = tick if stamp is None else stamp


def _take(values: Array, today: Array, over: Ticks, first: Ticks, last: Ticks, days: Ticks, tick: int) -> None:
    """Do the same, compiled."""
    for i in range(len(over)):
        if tick < first[i] or tick > last[i]:
            continue
        how, count = over[i], days[i]
        for j in range(values.shape[1]):
            x = today[i, j]
            before = values[i, j]
            if how == 0:
                values[i, j] = x
            elif x != x:
                continue
            elif how == 1:
                values[i, j] = x if x > before else before
            elif how == 2:
                values[i, j] = x if x < before else before
            elif how == 3:
                values[i, j] = before + x
                values[count, j] += 1.0
            elif how == 4:
                values[i, j] = before + x if before == before else x
            elif how == 5:
                if x != 0.0:
                    values[i, j] = 1.0
                elif before != before:
                    values[i, j] = 0.0
            elif before != before and x != 0.0:
                values[i, j] = tick


@cache
def _compiled_take() -> Callable[..., None]:
    return kernel(_take)


def fingerprint(blocks: Iterable[Mapping[str, Array]]) -> str:
    """Return the SHA-256 over every run's measures in run order (names sorted, little-endian doubles).

    It does not depend on how the runs were cut into blocks. What is missing has one pattern of bits, whatever made it so.
    """
    digest = hashlib.sha256()
    for number, block in enumerate(blocks):
        names = sorted(block)
        if number == 0:
            digest.update("\n".join(names).encode())
        table = np.column_stack([block[name] for name in names]) if names else np.empty((0, 0))
        table = np.where(np.isnan(table), np.nan, table + 0.0)
        digest.update(np.ascontiguousarray(table, dtype="<f8").tobytes())
    return digest.hexdigest()


def alone(measures: Mapping[str, Array]) -> dict[str, float]:
    """Return the measures of a single run as numbers. What is missing is ``math.nan``, so that equal runs compare as equal."""
    return {name: math.nan if np.isnan(row[0]) else float(row[0]) for name, row in measures.items()}


def or_null(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return numbers by name as JSON has them: None where one is missing."""
    return {name: None if np.isnan(value) else float(value) for name, value in values.items()}


@dataclass(frozen=True, repr=False)
class Record(Display):
    """One history: a single run with its full trace.

    ``days`` has shape ``(days, slots)``: the state at the end of every day, laid out as ``bound.layout`` says. A measure that
    is missing is NaN.
    """

    bound: Bound
    seed: int
    replication: int
    measures: Mapping[str, float]
    events: tuple[Event, ...]
    days: Array
    fingerprint: str

    def _facts(self) -> Facts:
        main = [one.name for one in self.bound.measures if one.spec.main] or [*self.measures]
        told = {name: short(self.measures[name]) for name in main[:8]}
        title = f"One history of {self.bound.scenario.name}: seed {self.seed}, replication {self.replication}"
        days = f"{counted(len(self.days), 'day')}, {counted(len(self.events), 'event')}"
        return title, {"plays": days, **told, "measures": listed(self.measures), "fingerprint": self.fingerprint[:16]}

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
