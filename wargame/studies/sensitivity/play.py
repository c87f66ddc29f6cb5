"""Playing a design: every point in the same replications, points that need the same scenario together."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.errors import InputError, Mistake, mistake
from wargame.scenario.load import dump
from wargame.simulation.play import play_columns
from wargame.studies.processes import in_processes
from wargame.studies.progress import Progress
from wargame.studies.sensitivity.designs import Design
from wargame.studies.sensitivity.factors import VARIED, Factor, scenarios_at, settings_at
from wargame.studies.sensitivity.find import Finding
from wargame.studies.sensitivity.plan import Plan
from wargame.studies.sweep.plan.designs import BLOCK
from wargame.studies.sweep.plan.openers import opener


@dataclass(frozen=True)
class Task:
    """Points that are played together: the scenario's file, the settings that make it another one, the numbers of each point,
    and the replications in which each is played, ``(points, replications)``, the ``first`` of which is so far into all of its.
    """

    source: str
    apart: str  # settings as JSON
    points: tuple[int, ...]
    numbers: Mapping[str, Array]  # path -> (points,)
    seed: int
    replications: NDArray[np.int64]
    first: int = 0


def tasks_of(source: str, factors: Sequence[Factor], design: Design, seed: int, replications: int) -> list[Task]:
    """Return the work of a design's points, at most ``BLOCK`` runs at once."""
    groups: dict[str, list[int]] = {}
    for point, apart in enumerate(scenarios_at(factors, design.u)):
        groups.setdefault(apart, []).append(point)
    numbers = {one.path: one.numbers(design.u[:, i]) for i, one in enumerate(factors) if one.free}
    luck = design.replications(replications)
    width = max(BLOCK // replications, 1)
    found = []
    for apart, members in groups.items():
        for first in range(0, len(members), width):
            part = members[first : first + width]
            own = {path: values[part] for path, values in numbers.items()}
            for start in range(0, replications, BLOCK):
                found.append(Task(source, apart, tuple(part), own, seed, luck[part, start : start + BLOCK], start))
    return found


@lru_cache(maxsize=1)
def scenario_of(source: str, apart: str) -> Bound:
    """Return the scenario of a file with settings, bound; the last one is remembered."""
    return opener(source)(json.loads(apart))


def _play(task: Task) -> dict[str, Array]:
    bound = scenario_of(task.source, task.apart)
    known = {given.path for given in bound.givens}
    each = task.replications.shape[1]
    overrides = {path: np.repeat(values, each) for path, values in task.numbers.items() if path in known}
    return play_columns(
        bound, seed=task.seed, replications=task.replications.ravel().tolist(), overrides=overrides or None
    ).measures


def play(
    source: str, base: Bound, factors: Sequence[Factor], design: Design, *, seed: int, replications: int, workers: int = 1,
    stream: TextIO | None = None,
) -> dict[str, Array]:  # fmt: skip
    """Return every measure at every point, ``(points, replications)``, whoever plays them.

    ``source`` is the file of the scenario ``base``. Raises :class:`InputError` for settings that the scenario refuses, or that
    give it other measures.
    """
    _check_numbers(source, factors)
    tasks = tasks_of(source, factors, design, seed, replications)
    progress = Progress(len(design.u) * replications, stream, workers=min(workers, len(tasks)))

    def done(index: int, _: dict[str, Array]) -> None:
        progress.add(tasks[index].replications.size)

    try:
        played = in_processes(_play, tasks, workers=workers, done=done)
    except InputError as error:
        raise InputError(_relabelled(error, factors)) from None
    finally:
        progress.close()
    names = sorted(measure.name for measure in base.measures)
    found = {name: np.empty((len(design.u), replications)) for name in names}
    for task, measures in zip(tasks, played, strict=True):
        if sorted(measures) != names:
            what = "gives the scenario other measures; points must agree in them"
            raise InputError([Mistake(_flag(factors, next(iter(json.loads(task.apart)))), 0, 0, "", what)])
        for name in names:
            part = slice(task.first, task.first + task.replications.shape[1])
            found[name][list(task.points), part] = measures[name].reshape(task.replications.shape)
    return found


def _check_numbers(source: str, factors: Sequence[Factor]) -> None:
    """Raise for ends of a range, or numbers of a lever, that the scenario would refuse: as overrides nobody would look
    at them. All are tried at once; only where that fails, one by one.
    """
    own = [one for one in factors if one.free and one.prior is None]
    ends = [{one.path: value for one, value in zip(own, side, strict=True)} for side in zip(*map(_ends, own), strict=True)]
    try:
        for settings in ends:
            opener(source)(settings)
    except InputError:
        for one in own:
            for value in _ends(one):
                try:
                    opener(source)({one.path: value})
                except InputError as error:
                    raise InputError(_relabelled(error, factors)) from None


def _ends(one: Factor) -> tuple[float, float]:
    values = [float(value) for value in one.values] or [one.low, one.high]
    return min(values), max(values)


def _relabelled(error: InputError, factors: Sequence[Factor]) -> list[Mistake]:
    """Return the mistakes with the factor that brings them; what only follows from others is left out."""
    first = [one for one in error.mistakes if not one.what.startswith("then ")] or error.mistakes
    return [replace(one, file=_flag(factors, one.path), path="") if one.file == "--set" else one for one in first]


def _flag(factors: Sequence[Factor], path: str) -> str:
    """Return where a setting comes from, for a message."""
    varied = any(one.kind == VARIED and path in one.paths for one in factors)
    return f"--vary {path}" if varied else f"lever {path}"


def settings_of(factors: Sequence[Factor], shares: Array) -> dict[str, Any]:
    """Return all settings of a point: path -> value."""
    apart, free = settings_at(factors, shares)
    return {**apart, **free}


def study(own: Plan, *, workers: int = 1, stream: TextIO | None = None, source: Path | None = None) -> Finding:
    """Play a plan and return what it finds; ``source`` is a file of the scenario where there is one already.

    Raises :class:`InputError` for settings that the scenario refuses.
    """
    base, question = own.base, own.question
    if not base.resolved:
        raise mistake("a scenario made in memory cannot be varied; load it from a file", file="scenario")
    with ExitStack() as stack:
        if source is None:
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="wargame-"))
            source = Path(place) / f"{base.scenario.name}.yaml"
            source.write_text(dump(dict(base.resolved)), encoding="utf-8")
        values = play(
            str(source), base, own.factors, own.design, seed=question.seed, replications=question.replications,
            workers=workers, stream=stream,
        )  # fmt: skip
    return Finding(base, own.design, own.factors, values, question.seed, question.measures)
