"""Levers that move nothing: rules never chosen, conditional events that never happen, numbers whose change changes no state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wargame.analysis.plan import columns
from wargame.analysis.priors import draw
from wargame.analysis.processes import in_processes
from wargame.binding.bound import Bound, bind
from wargame.model import WargameModel
from wargame.scenario.load import load
from wargame.types import Array, Mask
from wargame.world.given import Given

STEP = 0.2  # every number is raised and lowered by this share of itself
LUCKS = 4  # replications in which a changed number is compared with the unchanged one
WIDTH = 480


@dataclass(frozen=True)
class Idle:
    """What moves nothing in one scenario."""

    scenario: str
    runs: int
    rules: tuple[str, ...]  # rules in play that no run ever chose: actor.policy.rule
    injects: tuple[str, ...]  # conditional events that never happened
    numbers: tuple[str, ...]  # quantities whose change left every state of every day as it was
    levers: tuple[str, ...]  # levers of the scenario card with a value that changes no measure: name=value
    used_rules: tuple[str, ...]
    live_numbers: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what moves nothing as JSON values."""
        return {
            "scenario": self.scenario, "runs": self.runs, "rules": list(self.rules), "injects": list(self.injects),
            "numbers": list(self.numbers), "levers": list(self.levers),
        }  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One scenario to look at."""

    scenario: str
    runs: int
    seed: int


def search(scenarios: Iterable[str], *, runs: int, seed: int = 0, workers: int = 1) -> list[Idle]:
    """Return what moves nothing in each scenario, with its uncertainties drawn in ``runs`` runs."""
    return in_processes(look, [Task(name, runs, seed) for name in scenarios], workers=workers)


def everywhere(found: Sequence[Idle]) -> dict[str, list[str]]:
    """Return the rules never chosen and the numbers that change nothing in any of the scenarios they occur in."""
    rules = {one for idle in found for one in idle.rules} - {one for idle in found for one in idle.used_rules}
    numbers = {one for idle in found for one in idle.numbers} - {one for idle in found for one in idle.live_numbers}
    return {"rules": sorted(rules), "numbers": sorted(numbers)}


def look(task: Task) -> Idle:
    """Return what moves nothing in one scenario."""
    bound = bind(load(task.scenario))
    used, rules, injects = _plays(bound, task)
    live = _live(bound, task.seed)
    tried = [given.path for given in _tried(bound) if given.path not in live]
    return Idle(
        scenario=task.scenario, runs=task.runs,
        rules=tuple(sorted(rules - used)), injects=injects, numbers=tuple(sorted(tried)),
        levers=tuple(idle_levers(task, bound)), used_rules=tuple(sorted(used)), live_numbers=tuple(sorted(live)),
    )  # fmt: skip


def _plays(bound: Bound, task: Task) -> tuple[set[str], set[str], tuple[str, ...]]:
    """Return the rules chosen in some run, all rules in play, and the conditional events that never happened."""
    unknowns = draw(bound, task.seed, range(task.runs))
    model = WargameModel(bound, seed=task.seed, runs=task.runs, overrides=unknowns, trace=range(task.runs))
    try:
        model.play()
    finally:
        model.release()
    assert model.trace is not None
    chosen = {(event.actor, str(event.more.get("rule"))) for event in model.trace.events if event.kind == "order"}
    label = {name: f"{name}.{'+'.join(joined.names)}" for name, joined in zip(bound.cast.actors, bound.joined, strict=True)}
    known = {(bound.cast.actors[menu.actor], candidate.rule) for menu in bound.menus for candidate in menu.candidates}
    used, every = ({f"{label[who]}.{rule.rpartition('.')[2]}" for who, rule in rules} for rules in (chosen & known, known))
    fired = model.world["fired"]
    never = tuple(
        inject.name for inject in bound.injects if inject.when is not None and not bool((fired[inject.index] != 0).any())
    )
    return used, every, never


def _tried(bound: Bound) -> list[Given]:
    """Return the quantities worth changing: a fifth of nothing is nothing, and a mechanism that does not act has no say."""
    acting = {mechanism.name for mechanism in bound.mechanisms}
    return [
        given
        for given in bound.givens
        if given.quantity.value != 0.0 and (not given.path.startswith("parameters.") or given.path.split(".")[1] in acting)
    ]


def _live(bound: Bound, seed: int) -> set[str]:
    """Return the quantities whose change by a fifth, up or down, is felt anywhere but in the quantity itself."""
    found: set[str] = set()
    for share in (1.0 + STEP, 1.0 - STEP):
        rest = [given for given in _tried(bound) if given.path not in found]
        room = WIDTH // LUCKS - 1
        for first in range(0, len(rest), room):
            portion = rest[first : first + room]
            replications = [k for _ in range(len(portion) + 1) for k in range(LUCKS)]
            overrides: dict[str, Array] = {}
            for i, given in enumerate(portion, 1):
                row = np.full(len(replications), given.quantity.value)
                row[i * LUCKS : (i + 1) * LUCKS] *= share
                overrides[given.path] = row
            felt = _felt(bound, seed, replications, overrides, [given.row for given in portion])
            found |= {given.path for given, yes in zip(portion, felt, strict=True) if yes}
    return found


def _felt(bound: Bound, seed: int, replications: Sequence[int], overrides: Mapping[str, Array], rows: Sequence[int]) -> Mask:
    """Return for each changed quantity whether any state of any day differs from the unchanged columns."""
    model = columns(bound, seed, replications, overrides)
    own = np.zeros((model.world.state.shape[0], len(rows)), dtype=bool)
    own[rows, np.arange(len(rows))] = True
    felt = np.zeros(len(rows), dtype=bool)
    while model.running:
        model.step()
        state = model.world.state.reshape(model.world.state.shape[0], -1, LUCKS)
        differs = (state[:, 1:] != state[:, :1]).any(axis=2)
        felt |= (differs & ~own).any(axis=0)
    return felt


def idle_levers(task: Task, bound: Bound) -> list[str]:
    """Return the values of the card's levers that change no measure against the scenario as it stands."""
    from wargame.play import play_block

    runs = min(task.runs, 40)
    base = play_block(bound, seed=task.seed, runs=runs)
    found = []
    for name, lever in bound.scenario.levers.items():
        idle = []
        for value in lever.values:
            sets = {lever.path: value}
            gone = f"{lever.path.removesuffix('enabled')}" if value is False and lever.path.endswith(".enabled") else None
            kept = [path for path in bound.scenario.uncertainties if path != lever.path and not (gone and path.startswith(gone))]
            other = play_block(bind(load(task.scenario, sets={**sets, "uncertainties": kept})), seed=task.seed, runs=runs)
            if all(key in other and np.array_equal(base[key], other[key]) for key in base):
                idle.append(f"{name}={str(value).lower() if isinstance(value, bool) else value}")
        if len(idle) > 1 or (idle and len(idle) == len(lever.values)):  # one value is the scenario's own
            found += idle
    return found
