"""What has to be simulated for many questions at once: every distinct setting once, as often as its greediest question asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from wargame.analysis.facts import Setting
from wargame.analysis.priors import draw
from wargame.analysis.processes import in_processes
from wargame.binding.bound import Bound, bind
from wargame.play import play_block
from wargame.scenario.load import load
from wargame.scenario.schema import Measure
from wargame.types import Array

BLOCK = 500
_WORD = re.compile(r"[a-z][a-z0-9_]*")
Values = Mapping[str, Array]  # measure -> (runs,)


@dataclass(frozen=True)
class Task:
    """One setting to simulate in one process; ``measures`` are further ones as JSON, ``wanted`` those to bring back."""

    setting: Setting
    measures: str
    wanted: tuple[str, ...]
    seed: int
    runs: int


@dataclass
class Need:
    """What is asked of one setting so far."""

    runs: int = 0
    words: set[str] = field(default_factory=set)


class Plan:
    """Collects what is needed of each setting, then plays it all."""

    def __init__(self, measures: Mapping[str, Measure]) -> None:
        self.measures = dict(measures)
        self.needs: dict[Setting, Need] = {}

    def need(self, setting: Setting, runs: int, formulas: Iterable[object]) -> None:
        """Ask for the measures that formulas name, in so many runs of a setting."""
        need = self.needs.setdefault(setting, Need())
        need.runs = max(need.runs, runs)
        for formula in formulas:
            need.words.update(_WORD.findall(str(formula)))

    def tasks(self, seed: int) -> list[Task]:
        """Return what has to be simulated, in the order of the scenarios' names."""
        found = []
        for setting, need in sorted(self.needs.items(), key=lambda entry: (entry[0].scenario, entry[0].sets, entry[0].uncertain)):
            extra = {
                name: measure.model_dump(mode="json", exclude_defaults=True)
                for name, measure in self.measures.items()
                if name in need.words
            }
            found.append(Task(setting, json.dumps(extra, sort_keys=True), tuple(sorted(need.words)), seed, need.runs))
        return found

    def play(
        self, *, seed: int, workers: int, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> dict[Setting, Values]:
        """Simulate everything and return the measures of every setting. ``progress`` is told runs done and runs in all."""
        tasks = self.tasks(seed)
        total, done = sum(task.runs for task in tasks), 0

        def tell(index: int) -> None:
            nonlocal done
            done += tasks[index].runs
            progress(done, total)

        progress(0, total)
        results = in_processes(simulate, tasks, workers=workers, done=tell)
        return {task.setting: values for task, values in zip(tasks, results, strict=True)}


@lru_cache(maxsize=4)
def _bound(setting: Setting, measures: str) -> Bound:
    extra = {f"measures.{name}": spec for name, spec in json.loads(measures).items()}
    return bind(load(setting.scenario, sets={**extra, **setting.changes}))


def simulate(task: Task) -> dict[str, Array]:
    """Return the wanted measures of a task's runs, each ``(runs,)``; names that are no measures are left out."""
    bound = _bound(task.setting, task.measures)
    fixed = tuple(task.setting.changes)
    parts = []
    for first in range(0, task.runs, BLOCK):
        runs = min(BLOCK, task.runs - first)
        unknowns = draw(bound, task.seed, range(first, first + runs), fixed=fixed) if task.setting.uncertain else None
        parts.append(play_block(bound, seed=task.seed, runs=runs, first=first, overrides=unknowns))
    names = [name for name in parts[0] if name in set(task.wanted)]
    return {name: np.concatenate([part[name] for part in parts]) for name in names}
