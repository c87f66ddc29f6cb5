"""Sensitivity studies of processes whose indices are known: NumPy plays them, the estimators of the package find the indices.

A study of the ladder as a birth-death chain takes milliseconds here, so that hundreds show how often a 95 % interval holds the
truth. Draws are shared as in the package: the same luck at all points of a group, other luck in every group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from tests.covering import Entry
from wargame.studies.sensitivity.designs import LEVELS, MORRIS, SOBOL, make_design
from wargame.studies.sensitivity.estimators import Indices, indices
from wargame.studies.sensitivity.factors import VARIED, Factor

START, TOP = 2, 6  # of the chain in scenarios/analytic/birth_death_ladder.yaml
Expected = Callable[[Any, Any], Any]
Play = Callable[[Any, Any, Any, Any], Any]  # values of two factors, number of the luck of each run, generator -> (runs,)


@dataclass(frozen=True)
class Process:
    """A measure of two factors: how it is drawn, and what is expected of it."""

    name: str
    low: tuple[float, float]
    high: tuple[float, float]
    expected: Expected
    play: Play


def reached(up: Any, down: Any) -> Any:
    """Return the chance that the chain ends at the top (Feller, volume 1, chapter XIV)."""
    odds = down / up
    odds = np.where(np.abs(odds - 1) < 1e-9, 1 + 1e-9, odds)
    return (1 - odds**START) / (1 - odds**TOP)


def end_day(up: Any, down: Any) -> Any:
    """Return the mean day on which the chain ends, counted from 0."""
    drift = np.where(np.abs(down - up) < 1e-9, 1e-9, down - up)
    return START / drift - TOP / drift * reached(up, down) - 1


def chain(up: Any, down: Any, luck: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    """Return day and place of the end of chains, one per run; runs of the same ``luck`` share their draws."""
    level, day = np.full(len(up), START), np.full(len(up), np.nan)
    live, streams = np.arange(len(up)), int(luck.max()) + 1
    for t in range(3000):
        u = rng.random(streams)[luck[live]]
        level[live] += (u < up[live]).astype(int) - (u >= 1 - down[live]).astype(int)
        done = (level[live] <= 0) | (level[live] >= TOP)
        day[live[done]] = t
        live = live[~done]
        if not len(live):
            break
    return day, level >= TOP


def lognormal(a: Any, b: Any, luck: Any, rng: np.random.Generator) -> Any:
    """Return log-normal numbers whose logarithm has the standard deviation 1.5; their mean is ``exp(a + b / 2)``."""
    normal = rng.standard_normal(int(luck.max()) + 1)[luck]
    return np.exp(a + b / 2 + 1.5 * normal - 1.5**2 / 2)


def rare(a: Any, b: Any, luck: Any, rng: np.random.Generator) -> Any:
    """Return 1 where something happens, with a chance of ``a b`` and otherwise 0."""
    return (rng.random(int(luck.max()) + 1)[luck] < a * b).astype(float)


Size = tuple[int, int]  # samples and replications
SIZES: dict[str, tuple[Size, ...]] = {
    MORRIS: ((10, 10), (10, 40), (40, 40), (100, 20)),
    SOBOL: ((128, 10), (128, 40), (512, 50)),
}
LADDER = ((0.3, 0.2), (0.6, 0.4))
PROCESSES = {
    one.name: one
    for one in (
        Process("end_day", *LADDER, end_day, lambda a, b, luck, rng: chain(a, b, luck, rng)[0]),
        Process("reached_top", *LADDER, reached, lambda a, b, luck, rng: chain(a, b, luck, rng)[1].astype(float)),
        Process("lognormal", (0.0, 0.0), (1.0, 1.0), lambda a, b: np.exp(a + b / 2), lognormal),
        Process("rare", (0.1, 0.1), (0.4, 0.3), lambda a, b: a * b, rare),
    )
}


def factors(process: Process) -> tuple[Factor, ...]:
    """Return the two factors of a process."""
    ends = zip(process.low, process.high, strict=True)
    return tuple(Factor(f"x{i}", VARIED, True, low=low, high=high) for i, (low, high) in enumerate(ends))


def study(process: Process, method: str, samples: int, replications: int, seed: int) -> Indices:
    """Return what one study of a process finds."""
    own = factors(process)
    design = make_design(own, method, samples, seed)
    a, b = (np.repeat(one.numbers(design.u[:, i]), replications) for i, one in enumerate(own))
    luck = design.replications(replications).ravel()
    y = process.play(a, b, luck, np.random.default_rng([seed, 1])).reshape(-1, replications)
    return indices(design, y, np.array([one.place(design.u[:, i]) for i, one in enumerate(own)]))


def truths(process: Process, method: str) -> Mapping[str, tuple[float, ...]]:
    """Return the known indices of both factors."""
    return _morris(process) if method == MORRIS else _sobol(process)


def _at(process: Process, a: Any, b: Any) -> Any:
    values = [low + (high - low) * u for low, high, u in zip(process.low, process.high, (a, b), strict=True)]
    return process.expected(*values)


def _morris(process: Process) -> Mapping[str, tuple[float, ...]]:
    places = (np.arange(LEVELS) + 0.5) / LEVELS
    table = _at(process, places[:, None], places[None, :])
    half = LEVELS // 2
    effects = [table[half:] - table[:half], table[:, half:] - table[:, :half]]
    return {
        "mu": tuple(float(one.mean()) for one in effects),
        "mu_star": tuple(float(np.abs(one).mean()) for one in effects),
    }


def _sobol(process: Process) -> Mapping[str, tuple[float, ...]]:
    x, w = np.polynomial.legendre.leggauss(64)
    x, w = (x + 1) / 2, w / 2
    table = _at(process, x[:, None], x[None, :])
    mean = float(w @ table @ w)
    variance = float(w @ (table - mean) ** 2 @ w)
    alone = [float(w @ (table @ w - mean) ** 2) / variance, float(w @ (w @ table - mean) ** 2) / variance]
    return {"first": (alone[0], alone[1]), "total": (1 - alone[1], 1 - alone[0])}


def intervals(process: Process, method: str, size: Size, seed: int) -> Iterator[tuple[str, float, float, float]]:
    """Yield name, truth and ends of every index of a study; the ends are not-a-number where the study gives no interval."""
    found = study(process, method, *size, seed)
    for name, known in truths(process, method).items():
        for i, (truth, one) in enumerate(zip(known, found.numbers[name], strict=True)):
            yield f"{name} of x{i}", truth, one.low, one.high


@cache
def _studies(name: str, method: str, size: Size, count: int) -> dict[str, list[tuple[float, float, float]]]:
    """Return truth and ends of every index in studies number 0 … ``count - 1``."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for seed in range(count):
        for index, *numbers in intervals(PROCESSES[name], method, size, seed):
            found.setdefault(index, []).append(tuple(numbers))  # type: ignore[arg-type]
    return found


def coverage(process: Process, method: str, size: Size, studies: int = 300) -> dict[str, tuple[float, float]]:
    """Return for every index how often its interval holds the truth, where there is one, and how often there is one."""
    found = {}
    for index, rows in _studies(process.name, method, size, studies).items():
        held = [low <= truth <= high for truth, low, high in rows if np.isfinite(low)]
        found[index] = (float(np.mean(held)) if held else float("nan"), len(held) / studies)
    return found


def _entry(process: Process, method: str, size: Size, index: str, truth: float) -> Entry:
    def studies(rng: np.random.Generator, count: int) -> Iterator[tuple[float, float]]:
        del rng  # each study has its own seed
        for _, low, high in _studies(process.name, method, size, count)[index]:
            yield low, high

    wide = "where few runs decide it errs on the wide side" if process.name == "rare" and size == (10, 40) else ""
    return Entry(f"{method}, {index}", f"{process.name}, {size[0]} times {size[1]} replications", truth, studies, wide)


ENTRIES = tuple(
    _entry(process, method, size, f"{name} of x{i}", truth)
    for method, sizes in SIZES.items()
    for process in PROCESSES.values()
    for size in sizes
    for name, known in truths(process, method).items()
    for i, truth in enumerate(known)
)
