"""Levers that move nothing: rules never chosen, conditional events that never happen, numbers whose change changes nothing.

Each scenario is looked at by itself first. Rules that nobody chose in any are then looked for in more runs and under the other
policies that the scenario cards offer, and numbers (:mod:`wargame.analysis.numbers`) until some scenario feels them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

import numpy as np

from wargame.analysis.facts import FOLDER, read
from wargame.analysis.numbers import felt, tried
from wargame.analysis.plan import columns
from wargame.analysis.priors import draw
from wargame.analysis.processes import in_processes
from wargame.binding.bound import Bound, bind
from wargame.model import WargameModel
from wargame.play import play_block, play_columns
from wargame.record import Recorder
from wargame.resources import data_file
from wargame.scenario.layers import Joined, find, join
from wargame.scenario.load import Loaded, load
from wargame.scenario.schema import Scenario
from wargame.scenario.values import CHANNELS, Shape, Text
from wargame.straight import play_straight
from wargame.studio import studio_of
from wargame.types import Array

BATCHES = (2, 4, 8)  # scenarios looked at closer before what they moved is dropped from the search; the last for all the rest
DAYS = 800  # that a first look plays of a scenario that lasts longer; the closer look plays it whole
MANY = 400  # runs in which a number that a card offers is tried where it was not felt in the first 40
FEW = 4  # runs in which a lever's value is tried first, in NumPy: tapes of its own would take longer
CLOSER = 5  # as many times more runs for rules that nobody chose
LONG = 80_000  # days that the runs of a scenario may play in all: a history of many years tries its rules often enough by itself


@dataclass(frozen=True)
class Idle:
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
class Nowhere:
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
class Task:
    """One scenario to look at."""

    scenario: str
    runs: int
    seed: int


@dataclass(frozen=True)
class Closer:
    """One scenario to look at again, for these rules, and for the numbers that no other has or felt."""

    task: Task
    rules: frozenset[str]
    known: frozenset[str]  # numbers that were tried before
    silent: frozenset[str]  # of these, the ones that nothing felt


@dataclass(frozen=True)
class Found:
    """What one scenario moved on the closer look, and the numbers that it has."""

    chosen: frozenset[str]
    tried: frozenset[str]
    felt: frozenset[str]


class Stands(Shape):
    """Findings that are right to stand, each with its reason."""

    stands: dict[str, Text]


def stands() -> Mapping[str, str]:
    """Return what may do nothing in the shipped scenarios, by name or pattern (``*`` for any text), with the reason."""
    found, _ = read(data_file(FOLDER, "idle.yaml"), Stands)
    return found.stands


def search(
    scenarios: Iterable[str], *, runs: int, seed: int = 0, workers: int = 1,
    done: Callable[[Idle], None] = lambda idle: None, again: Callable[[int, int, int], None] = lambda looked, rules, silent: None,
) -> tuple[list[Idle], Nowhere]:  # fmt: skip
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
        results = in_processes(look_closer, [Closer(task, rules, known, silent) for task in batch], workers=workers)
        felt_here = frozenset[str]().union(*(one.felt for one in results))
        fresh = frozenset[str]().union(*(one.tried for one in results)) - known
        known, silent = known | fresh, (silent | fresh) - felt_here
        rules = rules.difference(*(one.chosen for one in results))
        again(len(tasks) - len(waiting), len(rules), len(silent))
    return found, everywhere(found, rules, silent, stands())


def unchosen(found: Iterable[Idle]) -> set[str]:
    """Return the rules that are chosen in none of some scenarios, as they stand or as their levers could have them."""
    rules = {one.partition(": ")[2] for idle in found for one in idle.rules} | {one for idle in found for one in idle.other_rules}
    return rules - {one for idle in found for one in idle.used_rules}


def everywhere(found: Sequence[Idle], rules: Collection[str], numbers: Collection[str], standing: Mapping[str, str]) -> Nowhere:
    """Return, with rules and numbers that do nothing, the events and levers that do nothing in any of the scenarios they occur
    in; without what stands for a reason.
    """
    injects = {one for idle in found for one in idle.injects} - {one for idle in found for one in idle.used_injects}
    levers = {f"{idle.scenario}.{one}" for idle in found for one in idle.levers}
    idle = sorted({*rules, *injects, *numbers, *levers})
    explained = {name: why for name in idle for like, why in standing.items() if fnmatchcase(name, like)}

    def left(part: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted(set(part) - set(explained)))

    return Nowhere(left(rules), left(injects), left(numbers), left(levers), explained)


def look(task: Task) -> Idle:
    """Return what moves nothing in one scenario."""
    whole = bound = bind(load(_layers(task.scenario)))
    if whole.scenario.horizon > DAYS:
        bound = _with(task, whole, "horizon", DAYS)
    task = replace(task, runs=max(FEW, min(task.runs, LONG // bound.scenario.horizon)))
    chosen, happened = _plays(bound, task.seed, task.runs)
    rules = rules_of(bound)
    conditional = {inject.name for inject in bound.injects if inject.when is not None}
    idle, others = idle_levers(task, bound)
    if idle and whole is not bound:
        idle, _ = idle_levers(replace(task, runs=FEW), whole, {name.partition("=")[0] for name in idle})
    return Idle(
        scenario=task.scenario, runs=task.runs,
        rules=tuple(sorted({f"{bound.cast.actors[actor]}: {rules[actor, i]}" for actor, i in rules.keys() - chosen})),
        injects=tuple(sorted(conditional - happened)),
        levers=tuple(idle),
        used_rules=tuple(sorted({rules[one] for one in chosen})),
        other_rules=tuple(sorted(others - set(rules.values()))),
        used_injects=tuple(sorted(happened)),
        horizon=whole.scenario.horizon, in_play=len(rules),
    )  # fmt: skip


def look_closer(asked: Closer) -> Found:
    """Return which of some rules are chosen in a scenario, with more runs and under other policies that bring them in, and which
    of its numbers are felt.
    """
    task = asked.task
    bound = bind(load(_layers(task.scenario)), spares=False)
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
    return Found(frozenset(chosen), frozenset(numbers), frozenset(felt_here))


def _variants(task: Task, bound: Bound) -> Iterator[Bound]:
    """Yield the scenario as it stands, then with each other policy that its card offers."""
    yield bound
    for lever in bound.scenario.levers.values():
        if lever.path.endswith(".policy"):
            yield from (_with(task, bound, lever.path, value) for value in lever.values)


def rules_of(bound: Bound) -> dict[tuple[int, int], str]:
    """Return the rules in play, as the policy that holds each, by actor and place in its menu."""
    found: dict[tuple[int, int], str] = {}
    for menu in bound.menus:
        held = bound.joined[menu.actor].rules
        for i, candidate in enumerate(menu.candidates):
            channel = CHANNELS[candidate.channel]
            if (channel, candidate.rule) in held:
                found[menu.actor, i] = f"policies.{held[channel, candidate.rule][0]}.{channel}.{candidate.rule}"
    return found


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
    span, studio = bound.layout.span("fired"), studio_of(bound)
    world = bound.world(seed=seed, replications=replications, overrides=overrides)
    if studio is not None and (days := play_straight(studio, world, Recorder(bound, runs), rows=rows)) is not None:
        return days, world.state[span].max(axis=1, initial=0.0)
    model = columns(bound, seed, replications, overrides)
    kept = np.empty((len(rows), bound.scenario.horizon, runs))
    try:
        while model.running:
            tick = model.world.tick
            model.step()
            kept[:, tick] = model.world.state[rows]
        return kept, model.world.state[span].max(axis=1, initial=0.0)
    finally:
        model.forget()


def idle_levers(task: Task, bound: Bound, among: Collection[str] | None = None) -> tuple[list[str], set[str]]:
    """Return the values of the card's levers (of those ``among`` them) that change no measure against the scenario as it stands,
    and the rules that come into play with the others.
    """
    runs = min(task.runs, 40)
    base = play_columns(bound, seed=task.seed, replications=range(runs), standing=range(len(bound.measures)))
    own = {given.path: given.quantity.value for given in bound.givens}
    found: list[str] = []
    others = set[str]()
    for name, lever in bound.scenario.levers.items():
        if among is not None and name not in among:
            continue
        idle = []
        for value in lever.values:
            if _number(value) and lever.path in own and _number_moves(task, bound, lever.path, own[lever.path], float(value)):
                continue  # as columns of what is there: a binding of its own takes far longer
            loaded = _loaded(task, bound, lever.path, value)
            if _same(loaded.scenario, bound.scenario):
                idle.append(value)
                continue
            changed = bind(loaded, spares=False)
            others |= set(rules_of(changed).values())
            if not _moves(task, changed, base.measures, base.series):
                idle.append(value)
        if len(idle) > 1 or (idle and len(idle) == len(lever.values)):  # one value is the scenario's own
            found += [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for value in idle]
    return found, others


def _number_moves(task: Task, bound: Bound, path: str, own: float, value: float) -> bool:
    """Return whether a number in place of the scenario's own changes a measure, in few runs or else in many."""
    for runs in (min(task.runs, 40), min(MANY, max(1, LONG // bound.scenario.horizon))) if value != own else ():
        rows = {path: np.repeat([own, value], runs)}
        found = play_columns(bound, seed=task.seed, replications=[*range(runs), *range(runs)], overrides=rows).measures
        if any(not np.array_equal(row[:runs], row[runs:]) for row in found.values()):
            return True
    return False


def _with(task: Task, bound: Bound, path: str, value: Any) -> Bound:
    return bind(_loaded(task, bound, path, value), spares=False)


def _loaded(task: Task, bound: Bound, path: str, value: Any) -> Loaded:
    """Return the scenario with a lever's value, and no longer than it was; what is set is no longer uncertain."""
    gone = path.removesuffix("enabled") if value is False and path.endswith(".enabled") else None
    kept = [one for one in bound.scenario.uncertainties if one != path and not (gone and one.startswith(gone))]
    return load(_layers(task.scenario), sets={"horizon": bound.scenario.horizon, path: value, "uncertainties": kept})


@lru_cache(maxsize=1)
def _layers(scenario: str) -> Joined:
    return join(find(scenario))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Scenario, other: Scenario) -> bool:
    return one.model_copy(update={"uncertainties": other.uncertainties}) == other


def _moves(task: Task, changed: Bound, base: Mapping[str, Array], series: Array) -> bool:
    """Return whether a setting changes a measure in some run; the first days of a few runs are nearly always enough to see it."""
    runs, horizon = series.shape[2], series.shape[1]
    if horizon > DAYS:
        return _apart(base, play_block(changed, seed=task.seed, runs=runs))
    model = WargameModel(changed, seed=task.seed, runs=min(runs, FEW)).untaped()
    alike = [measure.name for measure in changed.measures] == list(base) and changed.scenario.horizon == horizon
    try:
        while model.running:
            tick = model.world.tick
            model.step()
            if not alike or not np.array_equal(model.recorder.values, series[:, tick, : model.runs], equal_nan=True):
                return True
    finally:
        model.forget()
    return runs > FEW and _apart(base, play_block(changed, seed=task.seed, runs=runs))


def _apart(base: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    """Return whether a measure differs, or is there no more."""
    return any(key not in other or not np.array_equal(base[key], other[key]) for key in base)
