"""Levers that move nothing: rules never chosen, conditional events that never happen, numbers whose change changes nothing.

Each scenario is looked at by itself first. Rules that nobody chose in any are then looked for in more runs and under the other
policies that the scenario cards offer, and numbers (:mod:`wargame.validation.numbers`) until some scenario feels them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import chain, repeat
from typing import Any

import numpy as np

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.priors import draw
from wargame.engine.types import Array
from wargame.scenario.files.resources import data_file
from wargame.scenario.load import load
from wargame.scenario.values import CHANNELS, Shape, Text
from wargame.simulation.batch import play_on
from wargame.simulation.first_morning import first_morning
from wargame.simulation.programs import programs_of
from wargame.simulation.record import Recorder
from wargame.simulation.simulation import Simulation
from wargame.studies.processes import in_processes
from wargame.validation.cards import DAYS, FEW, LONG, Task, idle_levers, layers, rules_of, with_value
from wargame.validation.facts import FOLDER, read
from wargame.validation.numbers import felt, tried

BATCHES = (2, 4, 8)  # scenarios looked at closer before what they moved is dropped from the search; the last for all the rest
CLOSER = 5  # as many times more runs for rules that nobody chose


@dataclass(frozen=True)
class IdleParts:
    """What moves nothing in one scenario, and what does."""

    scenario: str
    runs: int
    rules: tuple[str, ...]  # rules in play that no run ever chose: actor: policies.POLICY.CHANNEL.RULE
    injects: tuple[str, ...]  # conditional events that never happened
    levers: tuple[str, ...]  # levers of the scenario card with a value that changes no measure: name=value
    used_rules: tuple[str, ...] = ()  # policies.POLICY.CHANNEL.RULE
    other_rules: tuple[str, ...] = ()  # rules that come into play with another policy that the card offers
    used_injects: tuple[str, ...] = ()
    horizon: int = 0  # days
    in_play: int = 0  # rules

    def as_json(self) -> dict[str, Any]:
        """Return what moves nothing as JSON values."""
        return {
            "scenario": self.scenario, "runs": self.runs, "rules": list(self.rules), "injects": list(self.injects),
            "levers": list(self.levers),
        }  # fmt: skip


@dataclass(frozen=True)
class IdleEverywhere:
    """What does nothing in any of the scenarios that were looked at; ``stands``: of these, what does so for a stated reason."""

    rules: tuple[str, ...]
    injects: tuple[str, ...]
    numbers: tuple[str, ...]
    levers: tuple[str, ...]  # scenario.lever=value
    stands: Mapping[str, str]

    @property
    def unexplained(self) -> int:
        """Number of findings that no reason is given for."""
        return len(self.rules) + len(self.injects) + len(self.numbers) + len(self.levers)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "rules": list(self.rules), "injects": list(self.injects), "numbers": list(self.numbers),
            "levers": list(self.levers), "stands": dict(self.stands),
        }  # fmt: skip


@dataclass(frozen=True)
class CloserLook:
    """One scenario to look at again, for these rules, and for the numbers that no other has or felt."""

    task: Task
    rules: frozenset[str]
    known: frozenset[str]  # numbers that were tried before
    silent: frozenset[str]  # of these, the ones that nothing felt


@dataclass(frozen=True)
class Movements:
    """What one scenario moved on the closer look, and the numbers that it has."""

    chosen: frozenset[str]
    tried: frozenset[str]
    felt: frozenset[str]


class AcceptedFindings(Shape):
    """Findings that are right to stand, each with its reason."""

    stands: dict[str, Text]


def stands() -> Mapping[str, str]:
    """Return what may do nothing in the shipped scenarios, by name or pattern (``*`` for any text), with the reason."""
    found, _ = read(data_file(FOLDER, "idle.yaml"), AcceptedFindings)
    return found.stands


def search(
    scenarios: Iterable[str], *, runs: int, seed: int = 0, workers: int = 1,
    done: Callable[[IdleParts], None] = lambda idle: None,
    again: Callable[[int, int, int], None] = lambda looked, rules, silent: None,
) -> tuple[list[IdleParts], IdleEverywhere]:  # fmt: skip
    """Return what moves nothing in each scenario, with uncertainties drawn in ``runs`` runs, and what does so in none of them.

    ``done`` is told what was found in a scenario as soon as it is done; ``again``, while rules and numbers are looked for, in how
    many scenarios that has been done and how many of both have done nothing so far.
    """
    tasks = [Task(name, runs, seed) for name in scenarios]
    found = in_processes(look, tasks, workers=workers, done=lambda index, idle: done(idle))
    rules = frozenset(unchosen(found))
    known, silent = frozenset[str](), frozenset[str]()
    waiting = [task for _, task in sorted(zip(found, tasks, strict=True), key=lambda pair: (pair[0].horizon, pair[0].scenario))]
    again(0, len(rules), 0)
    for size in chain(BATCHES, repeat(BATCHES[-1])):
        batch, waiting = waiting[:size], waiting[size:]
        if not batch:
            break
        results = in_processes(look_closer, [CloserLook(task, rules, known, silent) for task in batch], workers=workers)
        felt_here = frozenset[str]().union(*(one.felt for one in results))
        fresh = frozenset[str]().union(*(one.tried for one in results)) - known
        known, silent = known | fresh, (silent | fresh) - felt_here
        rules = rules.difference(*(one.chosen for one in results))
        again(len(tasks) - len(waiting), len(rules), len(silent))
    return found, everywhere(found, rules, silent, stands())


def unchosen(found: Iterable[IdleParts]) -> set[str]:
    """Return the rules that are chosen in none of some scenarios, as they stand or as their levers could have them."""
    rules = {one.partition(": ")[2] for idle in found for one in idle.rules} | {one for idle in found for one in idle.other_rules}
    return rules - {one for idle in found for one in idle.used_rules}


def everywhere(
    found: Sequence[IdleParts], rules: Collection[str], numbers: Collection[str], standing: Mapping[str, str]
) -> IdleEverywhere:
    """Return, with rules and numbers that do nothing, the events and levers that do nothing in any of the scenarios they occur
    in; without what stands for a reason.
    """
    injects = {one for idle in found for one in idle.injects} - {one for idle in found for one in idle.used_injects}
    levers = {f"{idle.scenario}.{one}" for idle in found for one in idle.levers}
    idle = sorted({*rules, *injects, *numbers, *levers})
    explained = {name: why for name in idle for like, why in standing.items() if fnmatchcase(name, like)}

    def left(part: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted(set(part) - set(explained)))

    return IdleEverywhere(left(rules), left(injects), left(numbers), left(levers), explained)


def look(task: Task) -> IdleParts:
    """Return what moves nothing in one scenario."""
    whole = bound = bind(load(layers(task.scenario)))
    if whole.scenario.horizon > DAYS:
        bound = with_value(task, whole, "horizon", DAYS)
    task = replace(task, runs=max(FEW, min(task.runs, LONG // bound.scenario.horizon)))
    chosen, happened = _plays(bound, task.seed, task.runs)
    rules = rules_of(bound)
    conditional = {inject.name for inject in bound.injects if inject.when is not None}
    idle, others = idle_levers(task, bound)
    if idle and whole is not bound:
        idle, _ = idle_levers(replace(task, runs=FEW), whole, {name.partition("=")[0] for name in idle})
    return IdleParts(
        scenario=task.scenario, runs=task.runs,
        rules=tuple(sorted({f"{bound.cast.actors[actor]}: {rules[actor, i]}" for actor, i in rules.keys() - chosen})),
        injects=tuple(sorted(conditional - happened)),
        levers=tuple(idle),
        used_rules=tuple(sorted({rules[one] for one in chosen})),
        other_rules=tuple(sorted(others - set(rules.values()))),
        used_injects=tuple(sorted(happened)),
        horizon=whole.scenario.horizon, in_play=len(rules),
    )  # fmt: skip


def look_closer(asked: CloserLook) -> Movements:
    """Return which of some rules are chosen in a scenario, with more runs and under other policies that bring them in, and which
    of its numbers are felt.
    """
    task = asked.task
    bound = bind(load(layers(task.scenario)), spares=False)
    numbers = {given.path for given in tried(bound)}
    felt_here = felt(bound, task.seed, numbers - asked.known, asked.silent)
    runs = max(FEW, min(CLOSER * task.runs, LONG // bound.scenario.horizon))
    own, rest, chosen = set(rules_of(bound).values()), set(asked.rules), set[str]()
    for variant in _variants(task, bound) if rest else ():
        rules = rules_of(variant)
        if rest & set(rules.values()) - (set() if variant is bound else own):
            picked, _ = _plays(variant, task.seed, runs)
            chosen |= {rules[one] for one in picked} & rest
            rest -= chosen
    return Movements(frozenset(chosen), frozenset(numbers), frozenset(felt_here))


def _variants(task: Task, bound: Bound) -> Iterator[Bound]:
    """Yield the scenario as it stands, then with each other policy that its card offers."""
    yield bound
    for lever in bound.scenario.levers.values():
        if lever.path.endswith(".policy"):
            yield from (with_value(task, bound, lever.path, value) for value in lever.values)


def _plays(bound: Bound, seed: int, runs: int) -> tuple[set[tuple[int, int]], set[str]]:
    """Return the rules chosen in some run, by actor and place in its menu, and the conditional events that happened."""
    rules = rules_of(bound).keys()
    rows = [bound.layout.row(f"choice.{channel}", actor) for channel in CHANNELS for actor in range(len(bound.cast.actors))]
    days, fired = _daily(bound, seed, runs, rows)
    chosen = set[tuple[int, int]]()
    for i, choices in enumerate(days):
        chosen |= {(i % len(bound.cast.actors), int(choice) - 1) for choice in np.unique(choices).tolist() if choice}
    happened = {inject.name for inject in bound.injects if inject.when is not None and fired[inject.index] != 0.0}
    return chosen & rules, happened


def _daily(bound: Bound, seed: int, runs: int, rows: Sequence[int]) -> tuple[Array, Array]:
    """Return rows of the state at the end of every day, ``(rows, days, runs)``, and which events ever happened."""
    replications = range(runs)
    overrides = draw(bound, seed, replications)
    span, programs = bound.layout.span("fired"), programs_of(bound)
    world = first_morning(bound, seed=seed, replications=replications, overrides=overrides)
    if programs is not None and (days := play_on(programs, world, Recorder(bound, runs), rows=rows)) is not None:
        return days, world.state[span].max(axis=1, initial=0.0)
    model = Simulation(bound, seed=seed, replications=replications, overrides=overrides)
    kept = np.empty((len(rows), bound.scenario.horizon, runs))
    try:
        while model.running:
            tick = model.world.tick
            model.step()
            kept[:, tick] = model.world.state[rows]
        return kept, model.world.state[span].max(axis=1, initial=0.0)
    finally:
        model.forget()
