"""The programs of a day: mechanisms and the engine's own steps are traced for a bound scenario, and whole days run as programs.

Every step of the day is a *hook*, a function of the world. Its program is made on the first day that asks for it and serves all
days that answer its questions alike. A hook that cannot be traced is called as it is, between the programs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.jit import compiles
from wargame.engine.program.executable import Executable
from wargame.engine.program.notes import Note, Notes
from wargame.engine.program.passes import Program, splice, trim
from wargame.engine.program.steps import NotTraceable
from wargame.mechanisms.base import ConditionalHook, HookSequence
from wargame.scenario.values import CHANNELS
from wargame.simulation import day
from wargame.world.symbolic import symbolic
from wargame.world.world import World

Hook = Callable[[Any], None]
ACTING = ("move", "detect", "adjudicate", "friction", "drift")  # the phases in which mechanisms have hooks


@dataclass(frozen=True)
class WeighedRows:
    """Where a program with notes leaves what an actor weighed: the rows of :class:`~wargame.world.menu.Choice`'s arrays."""

    actor: int
    weights: NDArray[np.intp]
    allowed: NDArray[np.intp]


@dataclass(frozen=True)
class TracedHook:
    """What one play on symbols gave: the program, and the questions of the day it rests on; of one with notes also what is said,
    what an actor weighed, and how many rows it needs for both.
    """

    program: Program
    asked: tuple[tuple[Callable[[int], Any], Any], ...]
    notes: tuple[Note, ...] = ()
    weighed: WeighedRows | None = None
    rows: int = 0

    def serves(self, tick: int) -> bool:
        """Whether the program is that of another day too."""
        return all(question(tick) == answer for question, answer in self.asked)


def trace_hook(hook: Hook, world: World, first: int | None = None) -> TracedHook:
    """Return the program of a hook on the world's present day: one with notes, in rows from ``first``, if that is
    given. Raises :class:`NotTraceable`.
    """
    stage = symbolic(world)
    notes = Notes(stage.steps, 0 if first is None else first)
    stage.listener = None if first is None else notes
    gates: tuple[tuple[int, int], ...] = ()
    if isinstance(hook, ConditionalHook):
        spans = [world.layout.span(name) for name in hook.fields]
        hook, gates = hook.hook, tuple((span.start, span.stop) for span in spans)
    elif isinstance(hook, Decision):
        gates = hook.gates(world)
    weighed = None
    if isinstance(hook, Decision) and first is not None:
        weighed = hook.weigh(stage, notes)
    else:
        hook(stage)
    stage.store()
    notes.store()
    program = replace(trim(stage.steps), gates=gates)
    return TracedHook(program, tuple(stage.questions.asked), tuple(notes.found), weighed, len(notes.outputs))


@dataclass(frozen=True)
class Decision:
    """An actor's decision: on days that are not its own, it decides only in runs where it has been alarmed."""

    bound: Bound
    actor: int

    def __call__(self, world: World) -> None:
        day.choose(self.bound, world, self.actor)

    def weigh(self, world: World, notes: Notes) -> WeighedRows | None:
        """Decide, and note what was weighed by a policy that weighs."""
        choice = day.choose(self.bound, world, self.actor)
        if not self.bound.policies[self.actor].traits.weighs:
            return None
        return WeighedRows(self.actor, notes.keep_all(list(choice.weights)), notes.keep_all(list(choice.allowed)))

    def gates(self, world: World) -> tuple[tuple[int, int], ...]:
        """Return the row of its alarm, or nothing on its own days."""
        row = world.layout.row("urgent", self.actor)
        return () if day.is_own_day(self.bound, world, self.actor) else ((row, row + 1),)


def hooks_by_phase(bound: Bound) -> list[tuple[str, Hook]]:
    """Return the steps of a day in their order, each with its phase, but for what is only recorded."""
    hooks: list[tuple[str, Hook]] = [("inject", partial(day.inject, bound))]
    for phase in ACTING:
        if phase == "adjudicate":
            hooks += [("decide", Decision(bound, actor)) for actor, menu in enumerate(bound.menus) if menu.candidates]
            fields = (*(f"choice.{channel}" for channel in CHANNELS), "firing")
            hooks.append((phase, ConditionalHook(fields, partial(day.carry_out, bound))))
        for mechanism in bound.mechanisms:
            if phase in mechanism.phases:
                hook = mechanism.phases[phase]
                hooks += [(phase, one) for one in (hook.hooks if isinstance(hook, HookSequence) else (hook,))]
    return [*hooks, ("record", partial(day.alarm, bound))]


def hooks_of(bound: Bound) -> list[Hook]:
    """Return the steps of a day in their order."""
    return [hook for _, hook in hooks_by_phase(bound)]


class DayPrograms:
    """The programs of a bound scenario, and the order in which each day plays them."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.hooks = hooks_of(bound)
        self.rows = bound.layout.slots  # of what programs are played on
        self.traced_hooks: list[list[tuple[TracedHook, int]]] = [[] for _ in self.hooks]
        self.live: set[int] = set()  # hooks that cannot be traced
        self.executable = Executable()
        self._pushed = np.zeros(0, dtype=np.intp)  # rows of impulses that some program writes
        self._spliced: dict[tuple[int, ...], int] = {}
        self._orders: dict[int, list[Hook | Any]] = {}

    def play(self, world: World, *, tidy: bool = False) -> None:
        """Play a whole day, but for what is only recorded. ``tidy``: the days before were played here too."""
        todo = self._orders.get(world.tick)
        if todo is None:
            todo = self._orders[world.tick] = self._prepare(world)
        day.dawn(self.bound, world, self._pushed if tidy and not self.live else None)
        for item in todo:
            if isinstance(item, np.ndarray):
                self.executable.play(item, world.draws, world.tick, world.state)
            else:
                item(world)

    def _prepare(self, world: World) -> list[Hook | Any]:
        """Return today's order: arrays of programs, and hooks that are called."""
        items: list[Any] = []
        programs: list[int] = []
        for number, hook in enumerate(self.hooks):
            program = self._program(number, hook, world)
            if program is None:
                items += [self.order(programs)] if programs else []
                items.append(hook)
                programs = []
            else:
                programs.append(program)
        return [*items, *([self.order(programs)] if programs else [])]

    def of_day(self, world: World) -> list[int] | None:
        """Return today's programs in their order; None where something of the day cannot be traced."""
        found = [self._program(number, hook, world) for number, hook in enumerate(self.hooks)]
        return None if self.live else [program for program in found if program is not None]

    @property
    def pushed(self) -> NDArray[np.intp]:
        """Rows of impulses that some program writes."""
        return self._pushed

    def order(self, programs: list[int]) -> NDArray[np.int32]:
        """Return programs to be played in turn, neighbours without gates spliced into one."""
        found: list[int] = []
        for gated, group in groupby(programs, key=lambda number: bool(self.executable[number].gates)):
            numbers = tuple(group)
            if gated or len(numbers) == 1:
                found += numbers
                continue
            if numbers not in self._spliced:
                whole = splice([self.executable[number] for number in numbers], self.rows)
                self._spliced[numbers] = self.executable.add(whole, last=True)
            found.append(self._spliced[numbers])
        return np.array(found, dtype=np.int32)

    def _program(self, number: int, hook: Hook, world: World) -> int | None:
        if number in self.live:
            return None
        for known, program in self.traced_hooks[number]:
            if known.serves(world.tick):
                return program
        try:
            traced = self._trace(hook, world)
        except NotTraceable:
            self.live.add(number)
            return None
        self.traced_hooks[number].append((traced, self.executable.add(traced.program)))
        stored = traced.program.stored
        span = self.bound.impulses
        self._pushed = np.union1d(self._pushed, stored[(stored >= span.start) & (stored < span.stop)]).astype(np.intp)
        return self.traced_hooks[number][-1][1]

    def _trace(self, hook: Hook, world: World) -> TracedHook:
        return trace_hook(hook, world)


def traceable(bound: Bound) -> bool:
    """Return whether there is a compiler, and every policy's choice is a formula."""
    return compiles() and all(policy.traits.traced for policy in bound.policies)


def programs_of(bound: Bound) -> DayPrograms | None:
    """Return the programs of a scenario; None without a compiler, or where a policy's choice is no formula."""
    if not traceable(bound):
        return None
    kept = bound.programs.get("day")
    if kept is None:
        kept = bound.programs["day"] = DayPrograms(bound)
    found: DayPrograms = kept
    return found
