"""The live game: a history played turn by turn, with people's orders in the place of their policies. No HTTP, no files, no clock.

A game is what was put into it: the scenario, the seed, the orders given by hand and the events made up, each on its day. All else
follows from these by the engine, so that going back and changing a policy is playing them again.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.hands import order_by_hand, unplanned_inject
from wargame.binding.menus import hand_rule
from wargame.engine.types import Array
from wargame.errors import InputError, allowed, did_you_mean, mistake
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.load import Loaded
from wargame.scenario.schema import HandOrder
from wargame.scenario.values import CHANNELS
from wargame.seminar.game import export, free_injects, futures
from wargame.seminar.game.free_injects import FreeInject
from wargame.seminar.views import cards, picture
from wargame.simulation.record import Event, Record, Trace, alone, fingerprint
from wargame.simulation.simulation import Simulation
from wargame.world.fields import carry
from wargame.world.menu import HOLD, Candidate
from wargame.world.view import View

Json = dict[str, Any]

__all__ = ["FreeInject", "Game"]


class Game(Display):
    """A game in progress. ``turn`` counts the turns played; ``seats`` are the actors that people may play (all that have a
    policy, if left out); a turn has ``turn_days`` days (those between decisions, if left out).

    ``hands`` name, for every actor whose people have decided, the orders of this turn's first morning: none means that it holds.
    An actor that is left out is played by its policy.
    """

    def __init__(self, source: Loaded, seed: int = 0, turn_days: int | None = None, seats: Sequence[str] = ()) -> None:
        self.source = source
        self.seed = seed
        self.bound = self._start = bind(source)
        self.turn_days = turn_days or self.bound.scenario.decide_every
        if self.turn_days < 1:
            raise mistake(f"a turn has at least 1 day (got {self.turn_days})", file="turn_days")
        playable = [name for name, joined in zip(self.bound.cast.actors, self.bound.joined, strict=True) if joined.names]
        for name in seats:
            self._actor(name)
        self.actors: tuple[str, ...] = tuple(seats) or tuple(playable)
        self._hands: dict[int, dict[str, tuple[HandOrder, ...]]] = {}
        self._injects: dict[int, tuple[FreeInject, ...]] = {}
        self._policies: list[tuple[int, str, tuple[str, ...]]] = []  # day from which, actor, policies
        self._mornings: dict[int, tuple[Array, int]] = {}  # of every turn played: measures and events on its morning
        self.model = self._new()

    def _facts(self) -> Facts:
        seats = {"seats": listed(self.actors), "turn": f"{self.turn} (of {counted(self.turn_days, 'day')} each)"}
        return f"Game of {self.bound.scenario.name}: seed {self.seed}", {**seats, "date": self.date, "over": self.over}

    @property
    def turn(self) -> int:
        """Turns played."""
        return math.ceil(self.model.world.tick / self.turn_days)

    @property
    def turns(self) -> int:
        """Turns of the whole game."""
        return math.ceil(self.bound.scenario.horizon / self.turn_days)

    @property
    def date(self) -> dt.date:
        """The morning of the turn to be played; after the last, the last day."""
        return min(self.model.world.date, self.bound.scenario.end)

    @property
    def over(self) -> bool:
        """Whether the last day has been played."""
        return self.model.world.tick >= self.bound.scenario.horizon

    @property
    def trace(self) -> Trace:
        """Events and daily states so far."""
        assert self.model.trace is not None
        return self.model.trace

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that has happened."""
        return tuple(self.trace.events)

    def policies(self, actor: str) -> tuple[str, ...]:
        """Return the documented policies that an actor follows now where its people do not decide."""
        self._actor(actor)
        changed = [names for _, who, names in self._policies if who == actor]
        return changed[-1] if changed else tuple(self._start.scenario.actors[actor].policy)

    def play(self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[FreeInject] = ()) -> tuple[Event, ...]:
        """Play one turn and return what happened. Raises :class:`InputError`, with nothing played, for an order or an event that
        cannot be given, and when the game is over.
        """
        if self.over:
            raise mistake("the game is over: its last day has been played", file="game")
        self._compile(hands, injects, self.model.world.tick)
        tick = self.model.world.tick
        self._hands[tick] = {actor: tuple(orders) for actor, orders in hands.items()}
        self._hands |= self._between(hands, tick)
        self._injects[tick] = tuple(injects)
        before = len(self.trace.events)
        self._advance(self.model, tick + self.turn_days)
        return tuple(self.trace.events[before:])

    def _between(self, actors: Iterable[str], tick: int) -> dict[int, dict[str, tuple[HandOrder, ...]]]:
        """Return the decision days that fall within a turn, on which those whose people decide by the turn hold.

        Their staff answers on the other mornings, when something is urgent.
        """
        found: dict[int, dict[str, tuple[HandOrder, ...]]] = {}
        for later in range(tick + 1, min(tick + self.turn_days, self.bound.scenario.horizon)):
            held = [name for name in actors if later % self.bound.scenario.interval(name) == 0]
            if held:
                found[later] = dict.fromkeys(held, ())
        return found

    def rewind(self, turn: int) -> None:
        """Go back to the morning before a turn (0: the first); what was decided before it stands."""
        if not 0 <= turn <= self.turn:
            raise mistake(f"expected a turn from 0 to {self.turn} (got {turn})", file="turn")
        tick = min(turn * self.turn_days, self.bound.scenario.horizon)
        self._hands = {day: hands for day, hands in self._hands.items() if day < tick}
        self._injects = {day: injects for day, injects in self._injects.items() if day < tick}
        kept = [one for one in self._policies if one[0] <= tick]
        if len(kept) < len(self._policies):
            self._policies = kept
            self.bound = self._rebound()
            self._again(tick)
        elif tick < self.model.world.tick:
            self._back_to(tick)

    def set_policy(self, actor: str, names: Sequence[str]) -> None:
        """Have an actor follow other policies from now on where its people do not decide; what it has ordered so far stands.

        Raises :class:`InputError` for an unknown policy, or one that this actor cannot follow.
        """
        index, tick = self._actor(actor), self.model.world.tick
        for name in names:
            if name.replace("-", "_") not in self.bound.scenario.policies:
                near = did_you_mean(name, self.bound.scenario.policies) or f"; allowed: {allowed(self.bound.scenario.policies)}"
                raise mistake(f'unknown policy "{name}"{near}', file="policy")
        before = self._policies
        self._policies = [*before, (tick, actor, tuple(names))]
        frozen = dict(export.orders_decided(self.bound, index, self.trace.days[:, :, 0].T, tick))
        frozen |= export.before_start(self.bound, index, self.seed)
        hands = {moment: dict(given) for moment, given in self._hands.items()}
        for moment, orders in frozen.items():
            hands.setdefault(moment, {}).setdefault(actor, orders)
        old, self._hands = self._hands, hands
        try:
            self.bound = self._rebound()
        except InputError:
            self._policies, self._hands = before, old
            raise
        self._again(tick)

    def staff(self, actor: str) -> tuple[HandOrder, ...]:
        """Return what an actor's documented policy would order this morning, with the luck of this game."""
        index = self._actor(actor)
        if self.over or not self.bound.menus[index].candidates:
            return ()
        model = self.model.this_morning()
        choice = model.bound.policies[index].choose(View(model.world, model.bound.menus[index]))
        chosen = [int(row[0]) for row in choice.chosen]
        return tuple(export.as_order(self.bound, self.bound.menus[index].candidates[i]) for i in chosen if i != HOLD)

    def cards(self, actor: str) -> list[Json]:
        """Return the orders that an actor may give (see :mod:`wargame.seminar.views.cards`)."""
        index = self._actor(actor)
        return cards.cards(picture.visible_state(self.model, index), View(self.model.world, self.bound.menus[index]))

    def check_order(self, actor: str, order: HandOrder) -> None:
        """Raise :class:`InputError` for an order that an actor cannot give."""
        order_by_hand(self.bound, actor, order)

    def picture(self, actor: str) -> Json:
        """Return what an actor knows (see :mod:`wargame.seminar.views.picture`)."""
        self._actor(actor)
        return picture.picture(self.model, actor)

    def truth(self) -> Json:
        """Return what is true, for the facilitator."""
        return picture.truth(self.model)

    def news(self, events: Sequence[Event], actor: str = "") -> list[Json]:
        """Return what an actor was told of some events, as its reports are; without one, what everybody was told."""
        return picture.news(self.bound, events, actor)

    def cone(self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[FreeInject] = (), runs: int = 1000) -> Json:
        """Return ``runs`` futures of the present under these orders: ``odds`` of every measure and the ``fan`` of everything
        watched (see :mod:`wargame.seminar.game.futures`).
        """
        return self.cone_later(hands, injects, runs)()

    def cone_later(
        self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[FreeInject] = (), runs: int = 1000
    ) -> Callable[[], Json]:
        """Return a function that computes the cone of the present: it may be called in another thread while the game goes on."""
        if self.over:
            raise mistake("the game is over: it has no futures", file="game")
        if runs < 1:
            raise mistake(f"expected at least 1 future (got {runs})", file="runs")
        ready, happens = self._compile(hands, injects, self.model.world.tick)
        start = self.model.branch()

        def prepare(model: Simulation) -> None:
            model.hands, model.unplanned = dict(ready), happens

        return lambda: futures.cone(start, prepare, runs)

    def warm(self) -> None:
        """Have everything that is made once per scenario made now: the programs of all days."""
        Simulation(self.bound, seed=self.seed).play().forget()

    def safe_pushes(self) -> list[Json]:
        """Return what an event of the facilitator may push (see :mod:`wargame.seminar.game.free_injects`)."""
        return free_injects.safe_pushes(self.bound)

    def measures(self) -> dict[str, float]:
        """Return every measure as it stands."""
        return alone(self.model.measures)

    def scenario(self) -> Json:
        """Return the game as a resolved scenario: loaded and run with the same seed, it gives the same history."""
        return export.as_played(self._documented(), self.bound.scenario.start, self._hands, self._injects)

    def as_played(self) -> Loaded:
        """Return the game so far as a scenario; of a game that is not over, one that ends here.

        Raises :class:`InputError` when no day has been played.
        """
        days = len(self.trace.days)
        if not days:
            raise mistake("no day has been played", file="game")
        return export.with_data(self.source, self.scenario() | ({} if self.over else {"horizon": days}))

    def to_be_played_on(self) -> Loaded | None:
        """Return the game so far as a scenario with all of its days; None when they have been played."""
        return None if self.over else export.with_data(self.source, self.scenario())

    @property
    def fingerprint(self) -> str:
        """That of the history so far."""
        return fingerprint([self.model.measures])

    def record(self) -> Record:
        """Return the history so far as one run of :meth:`as_played`."""
        days = len(self.trace.days)
        bound = bind(self.as_played())
        states = np.zeros((bound.layout.slots, days))
        states[:] = bound.layout.defaults[:, np.newaxis]
        rows, values = bound.given_values
        states[rows] = values[:, np.newaxis]
        carry(self.bound.layout, self.trace.days[:, :, 0].T, bound.layout, states)
        return Record(
            bound=bound, seed=self.seed, replication=0, measures=self.measures(), events=self.events,
            days=np.ascontiguousarray(states.T), fingerprint=self.fingerprint,
        )  # fmt: skip

    def _actor(self, name: str) -> int:
        actors = self.bound.cast.actors
        if name not in actors:
            raise mistake(f'unknown actor "{name}"{did_you_mean(name, actors) or f"; allowed: {allowed(actors)}"}', file="actor")
        return actors.index(name)

    def _new(self) -> Simulation:
        return Simulation(self.bound, seed=self.seed, trace=(0,)).in_numpy()

    def _documented(self) -> Json:
        """Return the scenario's data with the policies that are followed now."""
        return export.with_policies(self._start.resolved, {actor: names for _, actor, names in self._policies})

    def _rebound(self) -> Bound:
        """Return the scenario with the policies of now; what an actor had done before the start, under its first one, stands."""
        if not self._policies:
            return self._start
        past = {tick: given for tick, given in self._hands.items() if tick < 0}
        return bind(export.with_data(self.source, export.as_played(self._documented(), self._start.scenario.start, past, {})))

    def _again(self, tick: int) -> None:
        """Play everything before a day again."""
        self.model.forget()
        self.model = self._new()
        self._mornings = {}
        while self.model.world.tick < tick:
            self._advance(self.model, self.model.world.tick + self.turn_days)

    def _back_to(self, tick: int) -> None:
        """Take up the history where it stood on the morning of a turn that has been played."""
        values, events = self._mornings[tick]
        old, model = self.model, self._new()
        if tick:
            model.world.state[:] = self.trace.days[tick - 1]
            model.world.tick = tick
            model.recorder.taken(values, tick - 1)
            assert model.trace is not None
            model.trace.go_on(self.trace, tick, events)
        self.model = model
        self._mornings = {morning: kept for morning, kept in self._mornings.items() if morning < tick}
        old.forget()

    def _advance(self, model: Simulation, tick: int) -> None:
        """Play to the morning of a day, with the orders by hand and the events of the days before it."""
        self._mornings[model.world.tick] = (model.recorder.values.copy(), len(self.trace.events))
        while model.running and model.world.tick < tick:
            now = model.world.tick
            if now in self._hands or now in self._injects:
                model.hands, model.unplanned = self._compile(self._hands.get(now, {}), self._injects.get(now, ()), now)
            model.step()

    def _compile(
        self, hands: Mapping[str, Sequence[HandOrder]], injects: Sequence[FreeInject], tick: int
    ) -> tuple[dict[int, tuple[Candidate, ...]], tuple[Any, ...]]:
        """Return orders and events of a morning as the model takes them. Raises :class:`InputError` for those it cannot take."""
        date = self.bound.scenario.start + dt.timedelta(days=tick)
        ready: dict[int, tuple[Candidate, ...]] = {}
        for actor, orders in hands.items():
            made = [order_by_hand(self.bound, actor, order, hand_rule(date, i)) for i, order in enumerate(orders)]
            for channel, name in enumerate(CHANNELS):
                if sum(candidate.channel == channel for candidate in made) > 1:
                    raise mistake(f"{actor}: one {name} order a turn is allowed", file="order")
            ready[self._actor(actor)] = tuple(made)
        for free in injects:
            free_injects.check_free(self.bound, free)
        happens = tuple(
            unplanned_inject(self.bound, export.inject_name(tick, i), free.spec(date)) for i, free in enumerate(injects)
        )
        return ready, happens
