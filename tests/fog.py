"""What comes to be seen of what is hidden: one hidden element is changed at a time, and what moves is held against what is declared.

A hidden element is a row of the state that some actor may not see. Luck is the same before and after the change, and so are the
orders of the day: what is left is what the mechanisms themselves make visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.agents.view import view_of
from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.mechanisms.base import Hook
from wargame.seminar.views.cards import cards
from wargame.seminar.views.picture import picture, visible_state
from wargame.seminar.views.visibility import OWN_FORCES
from wargame.simulation.first_morning import first_morning
from wargame.simulation.record import Trace
from wargame.simulation.simulation import PHASES, Simulation
from wargame.world.fields import Field
from wargame.world.imagined import visible_rows
from wargame.world.view import View
from wargame.world.world import World

# Numbers of the scenario's file and of the day's orders, which are no state of the world that anybody hides.
NO_STATE = ("parameter.", "push.", "let.", "impulse.", "choice.", "clock.", "temperature", "fired", "firing", "urgent", "since")
OWN_NEWS = ("forces", "lingering")  # of the patron's troops in the client's country, of which both know by themselves
CHUNK = 80  # elements changed at once, a column each


@dataclass(frozen=True)
class Moment:
    """A mechanism's hook on one day, with the state just before it."""

    mechanism: str
    hook: Hook
    tick: int
    state: Array  # (slots, 1)


@dataclass(frozen=True)
class Influence:
    """A visible element that moved when a hidden one was changed."""

    moment: Moment
    hidden: int
    visible: int
    changed: float  # the value the hidden one was given
    moved: float


@dataclass
class Theatre:
    """A bound scenario with what each of its actors may see, element by element."""

    bound: Bound
    _days: dict[int, tuple[Simulation, Simulation]] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        """The names of the rows."""
        return self.bound.layout.row_names()

    @cached_property
    def field_of(self) -> NDArray[np.object_]:
        """The field of every row."""
        found = np.empty(self.bound.layout.slots, dtype=object)
        for name, one in self.bound.layout.fields.items():
            found[self.bound.layout.span(name)] = one
        return found

    @cached_property
    def sees(self) -> NDArray[np.bool_]:
        """Which actor sees which row, ``(actors, slots)``; an actor sees its own forces."""
        layout, cast = self.bound.layout, self.bound.cast
        found = np.zeros((len(cast.actors), layout.slots), dtype=np.bool_)
        world = self.world(None, 1)
        for actor in range(len(cast.actors)):
            found[actor, visible_rows(world, actor)] = True
            for name in OWN_FORCES & layout.fields.keys():
                found[actor, [layout.row(name, site, actor) for site in range(len(cast.sites))]] = True
        return found

    @cached_property
    def state_rows(self) -> NDArray[np.bool_]:
        """Which rows are states of the world."""
        return np.array([not one.name.startswith(NO_STATE) for one in self.field_of])

    def hidden(self, most: int) -> NDArray[np.intp]:
        """Return rows that somebody may not see: of every field at most so many, spread evenly."""
        rows = np.flatnonzero(self.state_rows & ~self.sees.all(axis=0))
        kept: list[int] = []
        for name in sorted({self.field_of[row].name for row in rows}):
            own = [int(row) for row in rows if self.field_of[row].name == name]
            kept += [own[int(i)] for i in np.unique(np.linspace(0, len(own) - 1, min(most, len(own))).astype(int))]
        return np.array(sorted(kept), dtype=np.intp)

    def world(self, state: Array | None, runs: int, seeds: Sequence[int] | None = None) -> World:
        """Return a world of so many columns with the same luck, or the luck of so many replications."""
        return first_morning(self.bound, seed=0, replications=list(seeds) if seeds is not None else [0] * runs, state=state)

    def days(self) -> list[int]:
        """Return the days worth a look: the first ones, and those on which something about an exercise is settled."""
        start, found = self.bound.scenario.start, {0, 10}
        for name in self.bound.cast.exercises:
            plan = self.bound.scenario.exercises[name]
            first, last = (plan.start - start).days, (plan.end - start).days
            found |= {first - 5, first + 1, last + 1, last + 2, last + 30, last + 31, last + 90, last + 91}
            if plan.announced is not None:
                found.add((plan.announced - start).days)
        return sorted(day for day in found if 0 <= day < self.bound.scenario.horizon)

    def moments(self, days: Sequence[int]) -> Iterator[Moment]:
        """Yield every hook of these days with the state before it, in a history played to there."""
        model = Simulation(self.bound).in_numpy()
        while model.running and model.world.tick <= max(days):
            if model.world.tick not in days:
                model.step()
                continue
            for phase in PHASES:
                phase.act(model)
                for mechanism in self.bound.mechanisms:
                    if phase.name in mechanism.phases:
                        hook = mechanism.phases[phase.name]
                        yield Moment(mechanism.name, hook, model.world.tick, model.world.state.copy())
                        hook(model.world)
            model._close_day()

    def influences(self, moment: Moment, rows: NDArray[np.intp]) -> Iterator[Influence]:
        """Yield what a hook makes visible of hidden elements, each changed by itself, to those who may not see them."""
        for begin in range(0, len(rows), CHUNK):
            part = rows[begin : begin + CHUNK]
            world = self.world(moment.state, len(part) + 1)
            world.tick = moment.tick
            given = [other(self.field_of[row], float(world.state[row, 0])) for row in part]
            world.state[part, np.arange(len(part))] = given
            moment.hook(world)
            after = world.state
            moved = differ(after) & self.state_rows[:, np.newaxis]
            moved[part, np.arange(len(part))] = False
            for visible, k in np.argwhere(moved):
                if np.any(self.sees[:, visible] & ~self.sees[:, part[k]]):
                    by = float(np.nan_to_num(abs(after[visible, k] - after[visible, -1]), nan=1.0))
                    yield Influence(moment, int(part[k]), int(visible), given[k], by)

    def overheard(self, moment: Moment, rows: NDArray[np.intp]) -> Iterator[str]:
        """Yield what actors are told otherwise because something hidden was changed, although nothing that they see is."""
        cast, actors = self.bound.cast, self.bound.cast.actors
        parties = {*cast.group("patron"), *cast.group("client")}
        for begin in range(0, len(rows), CHUNK):
            part = rows[begin : begin + CHUNK]
            world = self.world(moment.state, len(part) + 1)
            world.tick, width = moment.tick, len(part) + 1
            world.listener = trace = Trace(range(width), range(width))
            trace.actors, trace.date = actors, world.date
            for k, row in enumerate(part):
                world.state[row, k] = other(self.field_of[row], float(world.state[row, k]))
            moment.hook(world)
            heard = {(event.run, actor): [] for event in trace.events for actor in actors}  # type: ignore[var-annotated]
            for event in trace.events:
                for actor in actors:
                    if (words := event.told(actor)) is not None:
                        heard[event.run, actor].append(words)
            seen = differ(world.state) & self.state_rows[:, np.newaxis]
            for k, row in enumerate(part):
                for i, actor in enumerate(actors):
                    own = moment.mechanism in OWN_NEWS and i in parties
                    if own or self.sees[i, row] or np.any(seen[self.sees[i], k]):
                        continue
                    if heard.get((k, actor), []) != heard.get((width - 1, actor), []):
                        mine, usual = ({one[0] for one in heard.get((run, actor), [])} for run in (k, width - 1))
                        yield f"{moment.mechanism}: {self.names[row]} changes what {actor} is told: {sorted(mine ^ usual)}"

    def declares(self, visible: Field, hidden: Field, how: str | None = None) -> bool:
        """Return whether a field declares that it tells of another (and how)."""
        return any(("*" in one.of or hidden.name in one.of) and how in (None, one.how) for one in visible.tells)

    def beginnings(self) -> list[Influence]:
        """Return what numbers of the file, which fill hidden rows, make visible on the first morning: the strongest of each kind."""
        rows = self.givens()
        columns = np.arange(len(rows) + 1)
        values = {
            path: np.where(columns == k, other(self.field_of[row], value), value) for k, (path, row, value) in enumerate(rows)
        }
        world = self.first_morning(columns * 0, values)
        found: dict[tuple[str, str, bool], Influence] = {}
        moved = differ(world.state) & self.state_rows[:, np.newaxis]
        for visible, k in np.argwhere(moved):
            path, row, _ = rows[k]
            if visible != row and np.any(self.sees[:, visible] & ~self.sees[:, row]):
                by = float(np.nan_to_num(abs(world.state[visible, k] - world.state[visible, -1]), nan=1.0))
                one = Influence(Moment(path, lambda w: None, 0, world.state[:, -1:]), row, int(visible), 0.0, by)
                key = (self.field_of[row].name, self.field_of[visible].name, self.is_inside(one))
                if key not in found or found[key].moved < by:
                    found[key] = one
        return list(found.values())

    def givens(self) -> list[tuple[str, int, float]]:
        """Return path, row and value of every number of the file that fills a row of the world which somebody may not see."""
        hidden = self.state_rows & ~self.sees.all(axis=0)
        return [(one.path, one.row, float(one.quantity.value)) for one in self.bound.givens if hidden[one.row]]

    def first_morning(self, replications: Sequence[int] | NDArray[np.int_], values: Mapping[str, Array]) -> World:
        """Return the first morning when signals have come in, with these numbers of the file."""
        world = first_morning(self.bound, seed=0, replications=[int(one) for one in replications], overrides=values)
        for phase in ("move", "detect"):
            for mechanism in self.bound.mechanisms:
                if phase in mechanism.phases:
                    mechanism.phases[phase](world)
        return world

    def first_mornings(self, one: Influence, luck: int) -> tuple[Array, Array]:
        """Return what a visible element is on many first mornings, with a number of the file as it is and as another near it."""
        path, row, value = next(given for given in self.givens() if given[0] == one.moment.mechanism)
        values = (value, near(self.field_of[row], value))
        worlds = [self.first_morning(range(luck), {path: np.full(luck, given)}) for given in values]
        return worlds[0].state[one.visible].copy(), worlds[1].state[one.visible].copy()

    def shown(self, day: int, actor: str, rows: NDArray[np.intp] | None = None) -> dict[str, Any]:
        """Return all that a person or a program in a seat is shown on a day's morning, after some rows have been changed."""
        model, morning = self._at(day)
        states = [model.world.state, morning.world.state, *(model.trace.days if model.trace is not None else ())]
        kept = [state.copy() for state in states]
        if rows is not None:
            for state in states:
                state[rows, 0] = [other(self.field_of[row], float(state[row, 0])) for row in rows]
        index = self.bound.cast.actors.index(actor)
        events = () if model.trace is None else model.trace.events
        found = {
            "program": view_of(model, morning, index, events), "picture": picture(model, actor),
            "cards": cards(visible_state(model, index), View(model.world, self.bound.menus[index])),
        }  # fmt: skip
        for state, before in zip(states, kept, strict=True):
            state[:] = before
        return found

    def parts(self, actor: str, count: int) -> list[NDArray[np.intp]]:
        """Return the rows that an actor may not see, in so many parts; numbers of the model itself are nobody's secret."""
        model = np.array([one.name.startswith(("parameter.", "push.")) for one in self.field_of])
        hidden = np.flatnonzero(~self.sees[self.bound.cast.actors.index(actor)] & ~model)
        return [part for part in np.array_split(hidden, count) if len(part)]

    def _at(self, day: int) -> tuple[Simulation, Simulation]:
        """Return a history played to the evening before a day, and its branch on that morning."""
        if day not in self._days:
            model = Simulation(self.bound, trace=(0,)).in_numpy()
            while model.running and model.world.tick < day:
                model.step()
            morning = model.this_morning()
            self._days.clear()  # one at a time: a trace is large
            self._days[day] = model, morning
        return self._days[day]

    def watching(self, found: Influence) -> list[int]:
        """Return who sees what moved and not what was changed."""
        return [int(i) for i in np.flatnonzero(self.sees[:, found.visible] & ~self.sees[:, found.hidden])]

    def is_inside(self, found: Influence) -> bool:
        """Return whether only patron and client see what moved."""
        cast = self.bound.cast
        return set(self.watching(found)) <= {*cast.group("patron"), *cast.group("client")}

    def says(self, found: Influence) -> str:
        """Return an influence in words."""
        names, watching = self.names, [self.bound.cast.actors[i] for i in self.watching(found)]
        return (
            f"{found.moment.mechanism}, day {found.moment.tick}: {names[found.hidden]} moves {names[found.visible]} by "
            f"{found.moved:.3g}, which {', '.join(watching[:3])} may see"
        )


def differ(state: Array) -> NDArray[np.bool_]:
    """Return where columns differ from the last one; what is missing in both does not."""
    first, last = state[:, :-1], state[:, -1:]
    found: NDArray[np.bool_] = (first != last) & ~(np.isnan(first) & np.isnan(last))
    return found


def other(one: Field, value: float) -> float:
    """Return another value that a field may have: not near, and within its bounds; of what is missing, one that is there."""
    if np.isnan(value):
        return min(one.low + 1.0, one.high)
    if one.unit == "0/1":
        return 1.0 - value
    if one.high - one.low <= 10.0:
        step = 0.37 * (one.high - one.low)
        return value + step if value < one.low + 0.5 * (one.high - one.low) else value - step
    return min(value * 1.5 + (300.0 if one.unit == "persons" else 1.0), one.high)


def near(one: Field, value: float) -> float:
    """Return a value a tenth of the range away, or as much again where there is less; of what has no range, a tenth more."""
    if np.isnan(value):
        return other(one, value)
    if one.unit == "0/1":
        return 1.0 - value
    if one.high - one.low <= 10.0:
        step = min(0.1 * (one.high - one.low), abs(value)) or 0.1 * (one.high - one.low)
        return value + step if value < one.low + 0.5 * (one.high - one.low) else value - step
    return min(1.1 * value if value else 0.1 * (100.0 if one.unit == "persons" else 1.0), one.high)
