"""What a decision was worth: a morning gone on from many times, once with what was ordered and once with what the documented
policy would have ordered, with the same luck in both.

Everything comes from the record of a game: the state on the morning of a decision is that of the evening before. From the next
day on all seats follow their documented policies in both arms, so that a difference is the decision's own, and not that of what
its author did later. Events that the facilitator added happen in both arms.

A measure that may be missing in a future changes in two ways: how often it is there, and what it is in those pairs of futures
that have it in both arms.

Source: differences of shares in pairs with half a count added, Agresti and Min, Statistics in Medicine 24 (2005); of means by the
interval of the paired differences (:mod:`wargame.studies.statistics.means`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.hands import order_by_hand
from wargame.engine.types import Array
from wargame.scenario.measure import scale_of
from wargame.scenario.schema import HandOrder, Scenario
from wargame.seminar.game.export import as_order
from wargame.simulation.record import Record
from wargame.simulation.simulation import Simulation
from wargame.studies.statistics import means
from wargame.studies.statistics.estimates import NOTHING, Z95, Estimate
from wargame.studies.statistics.summaries import mean
from wargame.world.fields import carry
from wargame.world.menu import HOLD
from wargame.world.view import View

RUNS = 200  # futures of each arm
HISTORIES = 1000
BLOCK = 250
LEAST = 0.05  # of a measure's scale: smaller differences hardly count, however rarely others occur
HUMAN = "human"
Progress = Callable[[float], None]  # is told the share that is done, 0 to 1

_STILL: Progress = lambda share: None  # noqa: E731


@dataclass(frozen=True)
class Decision:
    """What a seat ordered by hand on a morning, and what its documented policy would have ordered then, with the game's luck."""

    tick: int
    actor: str
    given: tuple[HandOrder, ...]
    staff: tuple[HandOrder, ...]

    @property
    def differs(self) -> bool:
        """Whether the two are different orders; reasons do not count."""
        return _plain(self.given) != _plain(self.staff)


@dataclass(frozen=True)
class Impact:
    """A decision and what it changed: measure -> difference of its mean at the end (as given, less by the policy) with the 95 %
    interval, over the pairs of futures that have it. ``presence``, of measures that some future does not have: the difference of
    the shares of futures that do. ``weight`` is the largest clear difference in units of its measure, of shares in parts of one;
    0 where no interval leaves out nought.
    """

    decision: Decision
    differences: Mapping[str, Estimate]
    weight: float
    by_hand: Mapping[str, float] = field(default_factory=dict)  # mean of every measure in the arm as it was ordered
    presence: Mapping[str, Estimate] = field(default_factory=dict)

    def clear(self) -> list[str]:
        """Return the measures whose interval leaves out nought."""
        return [name for name, one in self.differences.items() if clear(one)]


def clear(one: Estimate) -> bool:
    """Return whether a difference is one that chance does not make."""
    return means.sign(one.value, one.low, one.high, one.n) != 0


def documented_policies(record: Record) -> Bound:
    """Return the scenario of a game bound anew with its documented policies in all seats: no orders by hand.

    A record of a scenario that knows none is bound as it is. Raises :class:`wargame.errors.InputError`.
    """
    data: Any = copy.deepcopy(dict(record.bound.resolved))
    by_hand = {name for name, policy in (data.get("policies") or {}).items() if policy.get("kind") == HUMAN}
    if not by_hand:
        return record.bound
    for actor in data["actors"].values():
        own = actor.get("policy") or []
        actor["policy"] = [name for name in ([own] if isinstance(own, str) else own) if name.replace("-", "_") not in by_hand]
    data["policies"] = {name: policy for name, policy in data["policies"].items() if name not in by_hand}
    return bind(Scenario.model_validate(data))


def by_hand(record: Record) -> dict[int, dict[str, tuple[HandOrder, ...]]]:
    """Return the orders that a history holds as given by hand: day -> actor -> orders (none: it held)."""
    start, horizon = record.bound.scenario.start, len(record.days)
    found: dict[int, dict[str, tuple[HandOrder, ...]]] = {}
    for actor, joined in zip(record.bound.cast.actors, record.bound.joined, strict=True):
        for date, orders in joined.turns.items() if joined.kind == HUMAN else ():
            if 0 <= (date - start).days < horizon:
                found.setdefault((date - start).days, {})[actor] = tuple(orders)
    return dict(sorted(found.items()))


def mornings(record: Record, policies: Bound, ticks: Sequence[int]) -> Iterator[tuple[int, Simulation]]:
    """Yield the model of one run as it was on the mornings of some days, before anything happens, in order.

    ``policies`` is the scenario that it goes on with. Each model is to be branched from before the next is asked for.
    """
    wanted = sorted({tick for tick in ticks if 0 <= tick < len(record.days)})
    model = Simulation(policies, seed=record.seed, replications=[record.replication])
    for tick in range(wanted[-1] + 1 if wanted else 0):
        if tick in wanted:
            yield tick, model
        carry(record.bound.layout, record.days[tick][:, np.newaxis], policies.layout, model.world.state)
        model.recorder.observe(model.world)
        model.world.tick = tick + 1
    model.forget()


def decisions(record: Record, policies: Bound | None = None) -> list[Decision]:
    """Return every decision of a seat by hand, with what its documented policy would have ordered, in order of time."""
    hands, policies = by_hand(record), policies or documented_policies(record)
    found = []
    for tick, morning in mornings(record, policies, list(hands)):
        model = morning.this_morning()
        for actor, given in hands[tick].items():
            found.append(Decision(tick, actor, given, _staff(model, actor)))
        model.forget()
    return found


def impacts(
    record: Record, *, runs: int = RUNS, scale: Mapping[str, float] | None = None, policies: Bound | None = None,
    of: Sequence[tuple[int, str]] | None = None, progress: Progress = _STILL,
) -> list[Impact]:  # fmt: skip
    """Return what every decision by hand changed, the weightiest first.

    ``scale`` gives the units that differences are weighed in (see :func:`units`); without it each is weighed by the standard
    deviation of its own futures. ``of`` picks decisions as (day, actor). A decision that is what the policy would have done has
    no differences. The luck is that of the replications after the record's own. Raises ValueError for fewer than two runs.
    """
    if runs < 2:
        raise ValueError(f"expected at least 2 runs (got {runs})")
    policies = policies or documented_policies(record)
    wanted = [one for one in decisions(record, policies) if of is None or (one.tick, one.actor) in set(of)]
    hands = by_hand(record)
    todo, done = sum(one.differs for one in wanted), 0
    found = [Impact(one, {}, 0.0) for one in wanted if not one.differs]
    for tick, morning in mornings(record, policies, [one.tick for one in wanted if one.differs]):
        first = _futures(morning, hands[tick], runs)
        for one in (one for one in wanted if one.tick == tick and one.differs):
            other = _futures(morning, hands[tick] | {one.actor: one.staff}, runs)
            found.append(_impact(policies, one, first, other, scale))
            done += 1
            progress(done / todo)
    return sorted(found, key=lambda one: (-one.weight, one.decision.tick, one.decision.actor))


def histories(policies: Bound, *, seed: int, first: int, runs: int = HISTORIES, progress: Progress = _STILL) -> dict[str, Array]:
    """Return every measure of other histories of a scenario, ``(runs,)`` each, with luck from replication ``first`` on."""
    blocks = []
    for begin in range(0, runs, BLOCK):
        width = min(BLOCK, runs - begin)
        model = Simulation(policies, seed=seed, replications=range(first + begin, first + begin + width))
        blocks.append({name: row.copy() for name, row in model.play().measures.items()})
        model.forget()
        progress((begin + width) / runs)
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def units(policies: Bound, measures: Mapping[str, Array]) -> dict[str, float]:
    """Return the unit in which differences of every measure are weighed: its standard deviation over histories, or a twentieth of
    its scale (of its mean size, where it has no scale) if that is more, so that what hardly varies weighs nothing.
    """
    found = {}
    for measure in policies.measures:
        if measure.name in measures:
            row = measures[measure.name]
            row = row[~np.isnan(row)] if not np.isnan(row).all() else np.zeros(1)
            ends = scale_of(measure.spec.unit)
            scale = ends[1] - ends[0] if ends else float(np.abs(row).mean())
            found[measure.name] = max(float(np.std(row)), LEAST * scale)
    return found


def percentile(value: float, others: Array) -> float:
    """Return the share of other histories that did worse, those that did the same counted half.

    Those that do not have the number are left out; not-a-number without others, or without a value.
    """
    others = others[~np.isnan(others)]
    if not len(others) or math.isnan(value):
        return math.nan
    close = np.isclose(others, value, rtol=0.0, atol=1e-9)
    return float(((others < value) & ~close).mean() + 0.5 * close.mean())


def difference(first: Array, second: Array, *, share: bool) -> Estimate:
    """Return the mean difference ``first - second`` of the pairs that have both, with its 95 % interval.

    ``share``: of outcomes that are 0 or 1. Where every pair differs by the same there is no interval; without pairs no number.
    """
    gaps = first - second
    gaps = gaps[~np.isnan(gaps)]
    n = len(gaps)
    if not n:
        return NOTHING
    value = float(mean(gaps))
    if share:
        up, down, total = float((gaps > 0).sum()) + 0.5, float((gaps < 0).sum()) + 0.5, n + 2
        middle = (up - down) / total
        half = Z95 * math.sqrt(max(up + down - (up - down) ** 2 / total, 0.0)) / total
        return Estimate(value, max(middle - half, -1.0), min(middle + half, 1.0), n)
    return means.estimate(gaps, signed=True)


def _futures(morning: Simulation, hands: Mapping[str, Sequence[HandOrder]], runs: int) -> dict[str, Array]:
    """Return every measure at the end of ``runs`` futures of a morning on which these orders are given by hand."""
    model = morning.branch(runs, replication=morning.replications[0] + 1)
    model.hands = {
        model.bound.cast.actors.index(actor): tuple(order_by_hand(model.bound, actor, order) for order in orders)
        for actor, orders in hands.items()
    }
    measures = {name: row.copy() for name, row in model.play().measures.items()}
    model.forget()
    return measures


def _impact(policies: Bound, one: Decision, first: Mapping[str, Array], other: Mapping[str, Array],
            scale: Mapping[str, float] | None) -> Impact:  # fmt: skip
    own = f"payoff_{one.actor}"
    shown = [measure for measure in policies.measures if measure.spec.main or measure.name == own]
    found, presence, weight = {}, {}, 0.0
    for measure in shown:
        a, b = first[measure.name], other[measure.name]
        gap = found[measure.name] = difference(a, b, share=measure.spec.unit == "0/1")
        both = np.concatenate([a, b])
        there = ~np.isnan(both)
        width = (scale or {}).get(measure.name, 0.0) or (float(np.std(both[there])) if there.any() else 0.0)
        if width > 0 and clear(gap):
            weight = max(weight, abs(gap.value) / width)
        if not there.all():
            more = presence[measure.name] = difference(*((~np.isnan(arm)).astype(np.float64) for arm in (a, b)), share=True)
            weight = max(weight, abs(more.value) if clear(more) else 0.0)
    return Impact(one, found, weight, {measure.name: _mean(first[measure.name]) for measure in shown}, presence)


def _mean(row: Array) -> float:
    own = row[~np.isnan(row)]
    return float(own.mean()) if len(own) else math.nan


def _staff(model: Simulation, actor: str) -> tuple[HandOrder, ...]:
    """Return what an actor's documented policy orders on this morning."""
    index = model.bound.cast.actors.index(actor)
    menu = model.bound.menus[index]
    if not menu.candidates:
        return ()
    choice = model.bound.policies[index].choose(View(model.world, menu))
    return tuple(as_order(model.bound, menu.candidates[int(row[0])]) for row in choice.chosen if int(row[0]) != HOLD)


def _plain(orders: Sequence[HandOrder]) -> set[tuple[Any, ...]]:
    return {(one.action, one.target, one.item, one.site, one.size) for one in orders}
