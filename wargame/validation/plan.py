"""What has to be simulated for many questions at once: every distinct setting once, as often as its greediest question asks.

Settings that differ only in numbers of the scenario are columns of the same blocks: what a day costs besides its columns is
paid once for all of them, and by law no column changes another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.binding.opening import open_scenario
from wargame.binding.priors import draw
from wargame.engine.types import Array
from wargame.scenario.load import load
from wargame.scenario.measure import Measure
from wargame.simulation.play import play_columns
from wargame.studies.processes import in_processes
from wargame.validation.facts import Setting, canonical

BLOCK = 500
_BLOCKS_A_TASK = 4
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_NUMBERS = re.compile(r"(parameters|sensors|initial|actors\.[^.]+\.initial|sites\.[^.]+\.initial)\.")
Values = Mapping[str, Array]  # measure -> (runs,)


@dataclass(frozen=True)
class Piece:
    """Some runs of a setting: replications ``first`` to ``first + runs - 1``."""

    setting: Setting
    first: int
    runs: int


@dataclass(frozen=True)
class Task:
    """Pieces whose settings differ in numbers alone, for one process.

    ``frame`` is what they share (changes as JSON); ``measures`` are further ones as JSON, ``wanted`` those to bring back.
    """

    scenario: str
    frame: str
    uncertain: bool
    measures: str
    wanted: tuple[str, ...]
    seed: int
    pieces: tuple[Piece, ...]

    @property
    def runs(self) -> int:
        """Number of runs in all."""
        return sum(piece.runs for piece in self.pieces)


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
        """Return what has to be simulated, the scenarios in the order of their names."""
        frames: dict[tuple[str, str, bool], list[Setting]] = {}
        for setting in sorted(self.needs, key=lambda one: (one.scenario, one.sets, one.uncertain)):
            frames.setdefault((setting.scenario, frame_of(setting), setting.uncertain), []).append(setting)
        found: list[Task] = []
        for (scenario, frame, uncertain), settings in frames.items():
            words = set().union(*(self.needs[setting].words for setting in settings))
            extra = {
                name: measure.model_dump(mode="json", exclude_defaults=True)
                for name, measure in self.measures.items()
                if name in words
            }
            shared = (scenario, frame, uncertain, json.dumps(extra, sort_keys=True), tuple(sorted(words)), seed)
            found += [Task(*shared, tuple(pieces)) for pieces in _portions(self._pieces(settings))]
        return found

    def _pieces(self, settings: Iterable[Setting]) -> Iterator[Piece]:
        for setting in settings:
            runs = self.needs[setting].runs
            yield from (Piece(setting, first, min(BLOCK, runs - first)) for first in range(0, runs, BLOCK))

    def play(
        self, *, seed: int, workers: int, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> dict[Setting, Values]:
        """Simulate everything and return the measures of every setting. ``progress`` is told runs done and runs in all."""
        tasks = self.tasks(seed)
        total, done = sum(task.runs for task in tasks), 0

        def tell(index: int, found: object) -> None:
            nonlocal done
            done += tasks[index].runs
            progress(done, total)

        progress(0, total)
        parts: dict[Setting, list[Values]] = {}
        for task, values in zip(tasks, in_processes(simulate, tasks, workers=workers, done=tell), strict=True):
            for piece, one in zip(task.pieces, values, strict=True):
                parts.setdefault(piece.setting, []).append(one)
        return {setting: _joined(found) for setting, found in parts.items()}


def _joined(parts: Sequence[Values]) -> Values:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _portions(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield pieces in portions of a few blocks."""
    portion: list[Piece] = []
    for piece in pieces:
        if portion and sum(one.runs for one in portion) + piece.runs > BLOCK * _BLOCKS_A_TASK:
            yield portion
            portion = []
        portion.append(piece)
    if portion:
        yield portion


def frame_of(setting: Setting) -> str:
    """Return the changes of a setting that are not plain numbers, as JSON."""
    numbers = numbers_of(setting)
    return canonical({path: value for path, value in setting.changes.items() if path not in numbers})


def numbers_of(setting: Setting) -> dict[str, float]:
    """Return the changes of a setting that give a number of the scenario another value."""
    return {
        path: float(value)
        for path, value in setting.changes.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _NUMBERS.match(path)
    }


@lru_cache(maxsize=2)
def _bound(scenario: str, changes: str, measures: str) -> Bound:
    made: dict[str, Any] = json.loads(changes)
    gone = tuple(path.removesuffix("enabled") for path, value in made.items() if path.endswith(".enabled") and value is False)
    kept = [path for path in _uncertainties(scenario) if path not in made and not path.startswith(gone)] if made else None
    extra = {f"measures.{name}": spec for name, spec in json.loads(measures).items()}
    sets = {**extra, **made, **({} if kept is None else {"uncertainties": kept})}
    return open_scenario(scenario, sets, spares=False).bound


@lru_cache(maxsize=32)
def _uncertainties(scenario: str) -> tuple[str, ...]:
    return load(scenario).scenario.uncertainties


def simulate(task: Task) -> list[dict[str, Array]]:
    """Return the wanted measures of every piece, each ``(runs,)``; names that are no measures are left out."""
    bound = _bound(task.scenario, task.frame, task.measures)
    given = {one.path for one in bound.givens}
    found: dict[int, dict[str, Array]] = {}
    together: list[int] = []
    for index, piece in enumerate(task.pieces):
        if not set(numbers_of(piece.setting)) <= given:  # a number that the scenario does not have yet: it is set in the file
            own = _bound(task.scenario, piece.setting.sets, task.measures)
            found[index] = _play(own, task, [Piece(Setting(task.scenario), piece.first, piece.runs)])[0]
        elif sum(task.pieces[i].runs for i in together) + piece.runs > BLOCK:
            found |= dict(zip(together, _play(bound, task, [task.pieces[i] for i in together]), strict=True))
            together = [index]
        else:
            together.append(index)
    found |= dict(zip(together, _play(bound, task, [task.pieces[i] for i in together]), strict=True))
    return [found[index] for index in range(len(task.pieces))]


def _play(bound: Bound, task: Task, pieces: Sequence[Piece]) -> list[dict[str, Array]]:
    """Return the wanted measures of pieces that are played side by side."""
    if not pieces:
        return []
    replications = [r for piece in pieces for r in range(piece.first, piece.first + piece.runs)]
    overrides = draw(bound, task.seed, replications) if task.uncertain else {}
    value = {one.path: one.quantity.value for one in bound.givens}
    ends = np.cumsum([piece.runs for piece in pieces])
    for piece, end in zip(pieces, ends, strict=True):
        for path, number in numbers_of(piece.setting).items():
            row = overrides.setdefault(path, np.full(len(replications), value[path]))
            row[end - piece.runs : end] = number
    values = play_columns(bound, seed=task.seed, replications=replications, overrides=overrides).measures
    names = [name for name in values if name in set(task.wanted)]
    return [{name: values[name][end - piece.runs : end] for name in names} for piece, end in zip(pieces, ends, strict=True)]
