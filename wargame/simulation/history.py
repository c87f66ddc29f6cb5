"""Traced play from tape: the same days as in NumPy, to the bit, and the same events in the same order.

Traced tapes leave, in rows after those of the state, the conditions of everything that a mechanism would say, the numbers in its
words, and what actors weighed. When the tapes of a morning or of the rest of a day have been played, what holds is told.
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
from wargame.simulation.programs import Hook, Studio, Take, Weighed, hooks_by_phase, record, tapeable
from wargame.world.menu import Choice
from wargame.world.world import World

WORTH_TAPING = 45  # days of play in NumPy cost about as much as recording the tapes (a second of a scenario's first history)
MORNING = ("inject", "move", "detect", "decide")  # what happens before orders are told


class Listener(Protocol):
    """Whom events are told to: in which columns it listens, and what phase it is."""

    columns: tuple[int, ...]
    phase: str

    def __call__(self, *heard: Any, **more: Any) -> None: ...


_NONE = np.zeros(0, dtype=np.intp)
Decided = Callable[[int, int, int, Choice], None]  # actor, candidate, column, what was weighed


@dataclass(frozen=True)
class Scene:
    """Tapes to be played in turn, what is then to be told (each with its phase), and what actors weighed."""

    order: NDArray[np.int32]
    notes: tuple[tuple[str, Note], ...]
    where: NDArray[np.intp]  # the row of every note's condition
    weighed: Mapping[int, Weighed]


class TracedStudio(Studio):
    """The traced tapes of a bound scenario. ``rows``: those of the state, and those that tapes leave notes in."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self._phases = [phase for phase, _ in hooks_by_phase(bound)]
        self._recorded: dict[int, Take] = {}
        self._scenes: dict[tuple[int, ...], Scene] = {}
        self._days: dict[int, list[Scene]] = {}

    def scenes(self, world: World) -> list[Scene]:
        """Return the morning and the rest of the day; nothing if something of it cannot be taped."""
        if world.tick not in self._days:
            tapes = [self._take(number, hook, world) for number, hook in enumerate(self.hooks)]
            if self.live:
                return []
            parts: list[list[tuple[str, int]]] = [[], []]
            for phase, tape in zip(self._phases, tapes, strict=True):
                parts[phase not in MORNING].append((phase, int(tape or 0)))
            self._days[world.tick] = [self._scene(part) for part in parts]
        return self._days[world.tick]

    def _scene(self, part: Sequence[tuple[str, int]]) -> Scene:
        tapes = tuple(tape for _, tape in part)
        if tapes not in self._scenes:
            takes = [(phase, self._recorded[tape]) for phase, tape in part]
            notes = tuple((phase, note) for phase, take in takes for note in take.notes)
            where = np.array([note.where for _, note in notes], dtype=np.intp)
            weighed = {take.weighed.actor: take.weighed for _, take in takes if take.weighed is not None}
            self._scenes[tapes] = Scene(self.order(list(tapes)), notes, where, weighed)
        return self._scenes[tapes]

    def _record(self, hook: Hook, world: World) -> Take:
        take = record(hook, world, self.rows)
        self.rows += take.rows
        self._recorded[len(self.reel)] = take  # the number that its tape will have
        return take


class Teller:
    """Plays the days of one block from traced tapes, and tells ``listener`` what happens and ``decided`` what actors order."""

    def __init__(self, studio: TracedStudio, world: World, listener: Listener, decided: Decided) -> None:
        self._studio, self._world, self._listener, self._decided = studio, world, listener, decided
        self._stage: Array = np.zeros((0, world.runs))
        spans = [world.layout.span(f"choice.{channel}") for channel in CHANNELS]
        self._choices = np.concatenate([np.arange(span.start, span.stop) for span in spans])

    def play(self, *, tidy: bool) -> bool:
        """Play a whole day, but for what is only recorded; return False, and do nothing, where it cannot be played from tape."""
        world, studio = self._world, self._studio
        scenes = studio.scenes(world)
        if not scenes:
            return False
        self._set_stage()
        day.dawn(studio.bound, world, studio.pushed if tidy else None)
        morning, rest = scenes
        self._play(morning)
        self._listener.phase = "decide"
        self._tell_orders(morning)
        self._play(rest)
        self._listener.phase = "record"
        return True

    def _set_stage(self) -> None:
        """Have the state lie at the beginning of an array with room for what tapes leave."""
        if self._world.state.base is not self._stage or len(self._stage) < self._studio.rows:
            slots = self._world.layout.slots
            self._stage = np.zeros((self._studio.rows, self._world.runs))
            self._stage[:slots] = self._world.state
            self._world.replace_state(self._stage[:slots])

    def _play(self, scene: Scene) -> None:
        stage, world, listener = self._stage, self._world, self._listener
        stage[scene.where] = 0.0  # a tape whose gates are shut says nothing
        self._studio.reel.play(scene.order, world.draws, world.tick, stage)
        told = stage[scene.where][:, list(listener.columns)].any(axis=1)
        for number in np.flatnonzero(told).tolist():
            listener.phase, note = scene.notes[number]
            note.tell(listener, stage, world.tick)

    def _tell_orders(self, scene: Scene) -> None:
        columns, actors = list(self._listener.columns), len(self._world.cast.actors)
        choices = self._stage[self._choices]
        places, columns_at = np.nonzero(choices[:, columns])
        numbers = choices[places, np.array(columns)[columns_at]].astype(np.int64) - 1
        given = zip((places % actors).tolist(), numbers.tolist(), columns_at.tolist(), strict=True)
        weighed: dict[int, Choice] = {}
        for actor, candidate, k in sorted(given):
            if actor not in weighed:
                chosen = choices.reshape(len(CHANNELS), actors, -1)[:, actor].astype(np.int64) - 1
                weighed[actor] = self._choice(chosen, scene.weighed.get(actor))
            self._decided(actor, candidate, columns[k], weighed[actor])

    def _choice(self, chosen: NDArray[np.int64], weighed: Weighed | None) -> Choice:
        """Return an actor's choice of today; without weights where its policy has none."""
        rows = (_NONE, _NONE) if weighed is None else (weighed.weights, weighed.allowed)
        return Choice(chosen, self._stage[rows[0]], self._stage[rows[1]] != 0.0)


def traced_studio_of(bound: Bound) -> TracedStudio | None:
    """Return the studio of traced play; None where no day can be played from tape, and for the first history of a short
    scenario, which costs less in NumPy than its tapes would.
    """
    if not tapeable(bound):
        return None
    kept = bound.__dict__.get("_traced_studio")
    if kept is None:
        wait = bound.scenario.horizon < WORTH_TAPING and "_traced_studio" not in bound.__dict__
        kept = bound.__dict__["_traced_studio"] = None if wait else TracedStudio(bound)
    found: TracedStudio | None = kept
    return None if found is not None and found.live else found
