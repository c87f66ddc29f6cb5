"""Levers that move nothing: rules never chosen, conditional events that never happen, numbers whose change changes no state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wargame.analysis.plan import columns
from wargame.analysis.priors import draw
from wargame.analysis.processes import in_processes
from wargame.binding.bound import Bound, bind
from wargame.model import WargameModel
from wargame.play import play_block, play_columns
from wargame.record import Recorder
from wargame.scenario.load import load
from wargame.scenario.values import CHANNELS
from wargame.straight import play_straight
from wargame.studio import studio_of
from wargame.types import Array, Mask
from wargame.world.given import Given

STEP = 0.2  # every number is raised and lowered by this share of itself
LUCKS = 4  # replications in which a changed number is compared with the unchanged one
WIDTH = 480
FEW = 4  # runs in which a lever's value is tried first, in NumPy: tapes of its own would take longer


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


def search(
    scenarios: Iterable[str], *, runs: int, seed: int = 0, workers: int = 1, done: Callable[[int], None] = lambda index: None
) -> list[Idle]:
    """Return what moves nothing in each scenario, with its uncertainties drawn in ``runs`` runs. ``done`` is told the index of
    each scenario that is finished.
    """
    return in_processes(look, [Task(name, runs, seed) for name in scenarios], workers=workers, done=done)


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
    replications = range(task.runs)
    model = columns(bound, task.seed, replications, draw(bound, task.seed, replications))
    label = {name: f"{name}.{'+'.join(joined.names)}" for name, joined in zip(bound.cast.actors, bound.joined, strict=True)}
    chosen: set[tuple[int, int]] = set()  # actor, candidate
    try:
        while model.running:
            model.step()
            for channel in CHANNELS:
                choices = model.world[f"choice.{channel}"]
                for actor in np.flatnonzero(choices.any(axis=1)).tolist():
                    chosen.update((actor, int(choice) - 1) for choice in np.unique(choices[actor]).tolist() if choice)
        fired: Array = model.world["fired"].max(axis=1, initial=0.0)
    finally:
        model.forget()
    rules = {
        (menu.actor, i): f"{label[bound.cast.actors[menu.actor]]}.{candidate.rule.rpartition('.')[2]}"
        for menu in bound.menus
        for i, candidate in enumerate(menu.candidates)
    }
    never = tuple(inject.name for inject in bound.injects if inject.when is not None and fired[inject.index] == 0.0)
    return {rules[one] for one in chosen}, set(rules.values()), never


def _tried(bound: Bound) -> list[Given]:
    """Return the quantities worth changing: a fifth of nothing is nothing, and a mechanism that does not act has no say."""
    acting = {mechanism.name for mechanism in bound.mechanisms}
    return [
        given
        for given in bound.givens
        if given.quantity.value != 0.0 and (not given.path.startswith("parameters.") or given.path.split(".")[1] in acting)
    ]


def _live(bound: Bound, seed: int) -> set[str]:
    """Return the quantities whose change by a fifth, up or down, is felt anywhere but in the quantity itself.

    Nearly all that is felt has left a trace on the last day; what has not is looked for day by day.
    """
    found: set[str] = set()
    for look_for in (_felt_at_the_end, _felt_on_some_day):
        for share in (1.0 + STEP, 1.0 - STEP):
            rest = [given for given in _tried(bound) if given.path not in found]
            room = WIDTH // LUCKS - 1
            for first in range(0, len(rest), room):
                portion = rest[first : first + room]
                felt = look_for(bound, seed, portion, share)
                found |= {given.path for given, yes in zip(portion, felt, strict=True) if yes}
    return found


def _changed(portion: Sequence[Given], share: float) -> tuple[list[int], dict[str, Array]]:
    """Return replications and overrides: ``LUCKS`` columns as they are, then as many with each quantity changed."""
    replications = list(range(LUCKS)) * (len(portion) + 1)
    overrides: dict[str, Array] = {}
    for i, given in enumerate(portion, 1):
        row = np.full(len(replications), given.quantity.value)
        row[i * LUCKS : (i + 1) * LUCKS] *= share
        overrides[given.path] = row
    return replications, overrides


def _differs(state: Array, portion: Sequence[Given]) -> Mask:
    """Return for each changed quantity whether any row but its own differs from the unchanged columns."""
    groups = state.reshape(len(state), -1, LUCKS)
    differs = groups[:, 1:] != groups[:, :1]
    differs[[given.row for given in portion], np.arange(len(portion))] = False
    found: Mask = differs.any(axis=0).any(axis=1)
    return found


def _felt_at_the_end(bound: Bound, seed: int, portion: Sequence[Given], share: float) -> Mask:
    replications, overrides = _changed(portion, share)
    studio = studio_of(bound)
    world = bound.world(seed=seed, replications=replications, overrides=overrides)
    if studio is None or play_straight(studio, world, Recorder(bound, len(replications))) is None:
        return np.zeros(len(portion), dtype=bool)  # played day by day anyway
    return _differs(world.state, portion)


def _felt_on_some_day(bound: Bound, seed: int, portion: Sequence[Given], share: float) -> Mask:
    replications, overrides = _changed(portion, share)
    model = columns(bound, seed, replications, overrides)
    felt = np.zeros(len(portion), dtype=bool)
    try:
        while model.running:
            model.step()
            felt |= _differs(model.world.state, portion)
    finally:
        model.forget()
    return felt


def idle_levers(task: Task, bound: Bound) -> list[str]:
    """Return the values of the card's levers that change no measure against the scenario as it stands."""
    runs = min(task.runs, 40)
    base = play_block(bound, seed=task.seed, runs=runs)
    found = []
    for name, lever in bound.scenario.levers.items():
        idle = [value for value in lever.values if not _moves(task, bound, lever.path, value, base)]
        if len(idle) > 1 or (idle and len(idle) == len(lever.values)):  # one value is the scenario's own
            found += [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for value in idle]
    return found


def _moves(task: Task, bound: Bound, path: str, value: Any, base: Mapping[str, Array]) -> bool:
    """Return whether a lever's value changes a measure in some run; a few runs are nearly always enough to see it."""
    runs = len(next(iter(base.values())))
    gone = path.removesuffix("enabled") if value is False and path.endswith(".enabled") else None
    kept = [one for one in bound.scenario.uncertainties if one != path and not (gone and one.startswith(gone))]
    if any(given.path == path for given in bound.givens) and not isinstance(value, bool):
        other = play_columns(bound, seed=task.seed, replications=range(runs), overrides={path: np.full(runs, float(value))})
        if _apart(base, other.measures):
            return True
    changed = bind(load(task.scenario, sets={path: value, "uncertainties": kept}))
    few = WargameModel(changed, seed=task.seed, runs=min(runs, FEW)).untaped().play().measures
    return _apart(base, few) or (runs > FEW and _apart(base, play_block(changed, seed=task.seed, runs=runs)))


def _apart(base: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    """Return whether a measure differs, in the runs that there are of both, or is there no more."""
    return any(key not in other or not np.array_equal(base[key][: len(other[key])], other[key]) for key in base)
