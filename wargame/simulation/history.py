"""Histories played from programs: the same days as in NumPy, to the bit, and the same events in the same order.

These programs leave notes, in rows after those of the state: the conditions of everything that a mechanism would say, the
numbers in its words, and what actors weighed. When the programs of a morning or of the rest of a day have run, what holds is
told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.program.notes import Note
from wargame.engine.types import Array
from wargame.scenario.values import CHANNELS
from wargame.simulation import day
from wargame.simulation.programs import DayPrograms, Hook, TracedHook, WeighedRows, hooks_by_phase, trace_hook, traceable
from wargame.world.menu import Choice
from wargame.world.world import World

WORTH_TRACING = 45  # days of play in NumPy cost about as much as making the programs (a second of a scenario's first history)
MORNING = ("inject", "move", "detect", "decide")  # what happens before orders are told


class Listener(Protocol):
    """Whom events are told to: in which columns it listens, and what phase it is."""

    columns: tuple[int, ...]
    phase: str

    def __call__(self, *heard: Any, **more: Any) -> None: ...


_NONE = np.zeros(0, dtype=np.intp)
Decided = Callable[[int, int, int, Choice], None]  # actor, candidate, column, what was weighed


@dataclass(frozen=True)
class DayPart:
    """Programs to be played in turn, what is then to be told (each with its phase), and what actors weighed."""

    order: NDArray[np.int32]
    notes: tuple[tuple[str, Note], ...]
    where: NDArray[np.intp]  # the row of every note's condition
    weighed: Mapping[int, WeighedRows]


class HistoryPrograms(DayPrograms):
    """The programs of a bound scenario that leave notes. ``rows``: those of the state, and those that notes lie in."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self._phases = [phase for phase, _ in hooks_by_phase(bound)]
        self._hooks_by_program: dict[int, TracedHook] = {}
        self._parts: dict[tuple[int, ...], DayPart] = {}
        self._days: dict[int, list[DayPart]] = {}

    def parts(self, world: World) -> list[DayPart]:
        """Return the morning and the rest of the day; nothing if something of it cannot be traced."""
        if world.tick not in self._days:
            programs = [self._program(number, hook, world) for number, hook in enumerate(self.hooks)]
            if self.live:
                return []
            parts: list[list[tuple[str, int]]] = [[], []]
            for phase, program in zip(self._phases, programs, strict=True):
                parts[phase not in MORNING].append((phase, int(program or 0)))
            self._days[world.tick] = [self._part(part) for part in parts]
        return self._days[world.tick]

    def _part(self, part: Sequence[tuple[str, int]]) -> DayPart:
        programs = tuple(program for _, program in part)
        if programs not in self._parts:
            hooks = [(phase, self._hooks_by_program[program]) for phase, program in part]
            notes = tuple((phase, note) for phase, hook in hooks for note in hook.notes)
            where = np.array([note.where for _, note in notes], dtype=np.intp)
            weighed = {hook.weighed.actor: hook.weighed for _, hook in hooks if hook.weighed is not None}
            self._parts[programs] = DayPart(self.order(list(programs)), notes, where, weighed)
        return self._parts[programs]

    def _trace(self, hook: Hook, world: World) -> TracedHook:
        traced = trace_hook(hook, world, self.rows)
        self.rows += traced.rows
        self._hooks_by_program[len(self.executable)] = traced  # the number that its program will have
        return traced


class HistoryPlayer:
    """Plays a block's days from programs with notes, and tells ``listener`` what happens and ``decided`` what actors order."""

    def __init__(self, programs: HistoryPrograms, world: World, listener: Listener, decided: Decided) -> None:
        self._programs, self._world, self._listener, self._decided = programs, world, listener, decided
        self._stage: Array = np.zeros((0, world.runs))
        spans = [world.layout.span(f"choice.{channel}") for channel in CHANNELS]
        self._choices = np.concatenate([np.arange(span.start, span.stop) for span in spans])

    def play(self, *, tidy: bool) -> bool:
        """Play a whole day, but for what is only recorded; return False, and do nothing, where programs cannot."""
        world, programs = self._world, self._programs
        parts = programs.parts(world)
        if not parts:
            return False
        self._set_stage()
        day.dawn(programs.bound, world, programs.pushed if tidy else None)
        morning, rest = parts
        self._play(morning)
        self._listener.phase = "decide"
        self._tell_orders(morning)
        self._play(rest)
        self._listener.phase = "record"
        return True

    def _set_stage(self) -> None:
        """Have the state lie at the beginning of an array with room for what programs leave."""
        if self._world.state.base is not self._stage or len(self._stage) < self._programs.rows:
            slots = self._world.layout.slots
            self._stage = np.zeros((self._programs.rows, self._world.runs))
            self._stage[:slots] = self._world.state
            self._world.replace_state(self._stage[:slots])

    def _play(self, part: DayPart) -> None:
        stage, world, listener = self._stage, self._world, self._listener
        stage[part.where] = 0.0  # a program whose gates are shut says nothing
        self._programs.executable.play(part.order, world.draws, world.tick, stage)
        told = stage[part.where][:, list(listener.columns)].any(axis=1)
        for number in np.flatnonzero(told).tolist():
            listener.phase, note = part.notes[number]
            note.tell(listener, stage, world.tick)

    def _tell_orders(self, part: DayPart) -> None:
        columns, actors = list(self._listener.columns), len(self._world.cast.actors)
        choices = self._stage[self._choices]
        places, columns_at = np.nonzero(choices[:, columns])
        numbers = choices[places, np.array(columns)[columns_at]].astype(np.int64) - 1
        given = zip((places % actors).tolist(), numbers.tolist(), columns_at.tolist(), strict=True)
        weighed: dict[int, Choice] = {}
        for actor, candidate, k in sorted(given):
            if actor not in weighed:
                chosen = choices.reshape(len(CHANNELS), actors, -1)[:, actor].astype(np.int64) - 1
                weighed[actor] = self._choice(chosen, part.weighed.get(actor))
            self._decided(actor, candidate, columns[k], weighed[actor])

    def _choice(self, chosen: NDArray[np.int64], weighed: WeighedRows | None) -> Choice:
        """Return an actor's choice of today; without weights where its policy has none."""
        rows = (_NONE, _NONE) if weighed is None else (weighed.weights, weighed.allowed)
        return Choice(chosen, self._stage[rows[0]], self._stage[rows[1]] != 0.0)


def history_programs_of(bound: Bound) -> HistoryPrograms | None:
    """Return the programs that leave notes; None where they can play no day, and for the first history of a short
    scenario, which costs less in NumPy than its programs would.
    """
    if not traceable(bound):
        return None
    kept = bound.programs.get("history")
    if kept is None:
        wait = bound.scenario.horizon < WORTH_TRACING and "history" not in bound.programs
        kept = bound.programs["history"] = None if wait else HistoryPrograms(bound)
    found: HistoryPrograms | None = kept
    return None if found is not None and found.live else found
