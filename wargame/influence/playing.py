"""Playing a design: every point in the same replications, points that need the same scenario together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from wargame.analysis.processes import in_processes
from wargame.binding.bound import Bound
from wargame.errors import InputError, Mistake
from wargame.influence.factors import VARIED, Factor, settings_at
from wargame.play import play_columns
from wargame.sweeps.designs import BLOCK
from wargame.sweeps.execute import Progress
from wargame.sweeps.folder import opener
from wargame.types import Array


@dataclass(frozen=True)
class Task:
    """Points that are played together: the scenario's file, the settings that make it another one, and the numbers of
    each point.
    """

    source: str
    apart: str  # settings as JSON
    points: tuple[int, ...]
    numbers: Mapping[str, Array]  # path -> (points,)
    seed: int
    replications: int


def tasks_of(source: str, factors: Sequence[Factor], u: Array, seed: int, replications: int) -> list[Task]:
    """Return the work of a design's points ``u`` ``(points, factors)``, at most ``BLOCK`` runs at once where points allow it."""
    groups: dict[str, list[tuple[int, dict[str, float]]]] = {}
    for point, shares in enumerate(u):
        apart, free = settings_at(factors, shares)
        groups.setdefault(json.dumps(apart), []).append((point, free))
    width = max(BLOCK // replications, 1)
    found = []
    for apart_text, members in groups.items():
        for first in range(0, len(members), width):
            part = members[first : first + width]
            numbers = {path: np.array([free[path] for _, free in part]) for path in part[0][1]}
            found.append(Task(source, apart_text, tuple(point for point, _ in part), numbers, seed, replications))
    return found


def scenarios_of(factors: Sequence[Factor], u: Array) -> int:
    """Return how many different scenarios the points need."""
    return len({json.dumps(settings_at(factors, shares)[0]) for shares in u})


@lru_cache(maxsize=1)
def scenario_of(source: str, apart: str) -> Bound:
    """Return the scenario of a file with settings, bound; the last one is remembered."""
    return opener(source)(json.loads(apart))


def _play(task: Task) -> dict[str, Array]:
    bound = scenario_of(task.source, task.apart)
    known = {given.path for given in bound.givens}
    overrides = {path: np.repeat(values, task.replications) for path, values in task.numbers.items() if path in known}
    replications = list(range(task.replications)) * len(task.points)
    return play_columns(bound, seed=task.seed, replications=replications, overrides=overrides or None).measures


def play(
    source: str, base: Bound, factors: Sequence[Factor], u: Array, *, seed: int, replications: int, workers: int = 1,
    stream: TextIO | None = None,
) -> dict[str, Array]:  # fmt: skip
    """Return every measure at every point, ``(points, replications)``, whoever plays them.

    ``source`` is the file of the scenario ``base``. Raises :class:`InputError` for settings that the scenario refuses, or that
    give it other measures.
    """
    _check_numbers(source, factors)
    tasks = tasks_of(source, factors, u, seed, replications)
    progress = Progress(len(u) * replications, stream)

    def done(index: int, _: dict[str, Array]) -> None:
        progress.add(len(tasks[index].points) * replications)

    try:
        played = in_processes(_play, tasks, workers=workers, done=done)
    except InputError as error:
        raise InputError(_relabelled(error, factors)) from None
    finally:
        progress.close()
    names = sorted(measure.name for measure in base.measures)
    found = {name: np.empty((len(u), replications)) for name in names}
    for task, measures in zip(tasks, played, strict=True):
        if sorted(measures) != names:
            what = "gives the scenario other measures; points must agree in them"
            raise InputError([Mistake(_flag(factors, next(iter(json.loads(task.apart)))), 0, 0, "", what)])
        for name in names:
            found[name][list(task.points)] = measures[name].reshape(len(task.points), replications)
    return found


def _check_numbers(source: str, factors: Sequence[Factor]) -> None:
    """Raise for ends of a range, or numbers of a lever, that the scenario would refuse: as overrides nobody would look
    at them.
    """
    for one in factors:
        if one.free and one.prior is None:
            for value in one.values or (one.low, one.high):
                try:
                    opener(source)({one.path: value})
                except InputError as error:
                    raise InputError(_relabelled(error, factors)) from None


def _relabelled(error: InputError, factors: Sequence[Factor]) -> list[Mistake]:
    return [replace(one, file=_flag(factors, one.path), path="") if one.file == "--set" else one for one in error.mistakes]


def _flag(factors: Sequence[Factor], path: str) -> str:
    """Return where a setting comes from, for a message."""
    varied = any(one.kind == VARIED and path in one.paths for one in factors)
    return f"--vary {path}" if varied else f"lever {path}"


def runs_of(points: int, replications: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return point and replication of every run, ``(runs,)`` each."""
    return np.divmod(np.arange(points * replications, dtype=np.int64), replications)


def settings_of(factors: Sequence[Factor], shares: Array) -> dict[str, Any]:
    """Return all settings of a point: path -> value."""
    apart, free = settings_at(factors, shares)
    return {**apart, **free}
