"""Known answers: small worlds whose result a formula gives, and laws that can be checked in seconds.

Each answer plays a shipped analytic scenario (or reads a shipped case file) and compares with the formula that the file
states. Random shares must lie within four standard errors; everything else must agree to the stated number of digits.

Source: the formulas are in the scenario files under ``analytic/``: Feller (birth-death chain), Richardson (arms race),
McKelvey & Palfrey (quantal response), Bayes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from wargame.binding.bind import bind
from wargame.engine.draws import Draws
from wargame.engine.types import Array
from wargame.scenario.files.resources import data_root
from wargame.scenario.load import load
from wargame.simulation.play import play_block
from wargame.vienna.results import adjudicate_file

RUNS = 4000
BLOCK = 2000
STANDARD_ERRORS = 4.0


@dataclass(frozen=True)
class Answer:
    """A known answer: what was asked, whether it holds, and the numbers."""

    name: str
    passed: bool
    says: str


def play(scenario: str, runs: int, sets: Mapping[str, object] | None = None, seed: int = 0) -> dict[str, Array]:
    """Return the measures of a shipped scenario over many runs, each ``(runs,)``."""
    bound = bind(load(scenario, sets=sets or {}))
    parts = [play_block(bound, seed=seed, runs=min(BLOCK, runs - i), first=i) for i in range(0, runs, BLOCK)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def ruin(p: float, q: float, start: int, top: int) -> tuple[float, float]:
    """Return P(top) and the mean number of steps of a birth-death chain with absorbing ends, ``p != q``."""
    reached = (1 - (q / p) ** start) / (1 - (q / p) ** top)
    return reached, start / (q - p) - top / (q - p) * reached


def quantal_response(temperature: float) -> tuple[float, float]:
    """Return the logit equilibrium (inspect, violate) of the inspection game: the fixed point, by damped iteration."""
    inspect, violate = 0.5, 0.1
    for _ in range(20_000):
        inspect += 0.01 * (1 / (1 + math.exp(-(8 * violate - 1) / temperature)) - inspect)
        violate += 0.01 * (1 / (1 + math.exp(-(4 - 10 * inspect) / temperature)) - violate)
    return inspect, violate


def _share(name: str, values: Array, expected: float, what: str) -> Answer:
    mean, error = float(values.mean()), math.sqrt(expected * (1 - expected) / len(values))
    says = f"{what}: {mean:.4f} of {len(values)} runs, expected {expected:.4f} ± {STANDARD_ERRORS * error:.4f}"
    return Answer(name, abs(mean - expected) <= STANDARD_ERRORS * error, says)


def _equal(name: str, pairs: Mapping[str, tuple[float, float]], tolerance: float) -> Answer:
    says = ", ".join(f"{what} {value:.6g} (expected {expected:.6g})" for what, (value, expected) in pairs.items())
    return Answer(name, all(abs(value - expected) <= tolerance for value, expected in pairs.values()), says)


def luck() -> Iterator[Answer]:
    """Run 4711 has the same luck alone and in a batch."""
    batch, alone = Draws(0, range(4700, 4720)), Draws(0, [4711])
    same = all(batch.normal(name, tick)[11] == alone.normal(name, tick)[0] for name in ("a", "b") for tick in range(50))
    yield Answer("named luck", same, "run 4711 draws the same alone and in a batch")


def ladder(runs: int = RUNS) -> Iterator[Answer]:
    """The ladder with constant odds is a birth-death chain."""
    found = play("birth_death_ladder", runs)
    reached, steps = ruin(0.45, 0.35, 2, 6)
    yield _share("ladder", found["reached_top"], reached, "chain reaches the top")
    days = found["end_day"] + 1
    error = float(days.std()) / math.sqrt(len(days))
    says = f"steps to the end {days.mean():.3f}, expected {steps:.3f} ± {STANDARD_ERRORS * error:.3f}"
    yield Answer("ladder, length", abs(float(days.mean()) - steps) <= STANDARD_ERRORS * error, says)


def race() -> Iterator[Answer]:
    """The security dilemma takes Richardson's steps and comes to his rest point."""
    found = {name: float(row[0]) for name, row in play("richardson_race", 1).items()}
    steps = {"x_1": 1.0, "y_1": 2.0, "x_2": 1.9, "y_2": 3.1, "x_3": 2.57, "y_3": 3.81}
    yield _equal("arms race", {name: (found[name], value) for name, value in steps.items()}, 1e-12)
    k, l_, a, b, g, h = 0.2, 0.3, 0.5, 0.6, 1.0, 2.0
    rest = {"x_end": (k * h + b * g) / (a * b - k * l_), "y_end": (l_ * g + a * h) / (a * b - k * l_)}
    yield _equal("arms race, rest point", {name: (found[name], value) for name, value in rest.items()}, 1e-6)


def inspection(runs: int = RUNS) -> Iterator[Answer]:
    """Logit players of the inspection game, each holding the other's equilibrium chance true, choose with those chances."""
    inspect, violate = quantal_response(1.0)
    found = play("inspection_game", runs)
    yield _share("inspection game", found["inspected"], inspect, "inspections")
    yield _share("inspection game, other side", found["violated"], violate, "violations")


def bayes() -> Iterator[Answer]:
    """Two surprises move trust as Bayes' rule says."""
    found = {name: float(row[0]) for name, row in play("bayesian_update", 1).items()}
    expected = {"deceit_at_first": 0.2, "deceit_after_one": 0.6, "deceit_after_two": 0.9}
    yield _equal("two surprises", {name: (found[name], value) for name, value in expected.items()}, 1e-9)


def adjudication() -> Iterator[Answer]:
    """Shipped cases of the Vienna Document get the verdicts they expect."""
    for path in sorted((data_root() / "vienna").glob("*.yaml")):
        results = adjudicate_file(path)
        wrong = [result.id for result in results if result.differences]
        says = f"{len(results) - len(wrong)} of {len(results)} verdicts as expected"
        yield Answer(f"Vienna Document, {path.stem}", not wrong, says)


ANSWERS: tuple[Callable[[], Iterator[Answer]], ...] = (luck, race, bayes, ladder, inspection, adjudication)


def selftest() -> Iterator[Answer]:
    """Yield every known answer, checked."""
    for answer in ANSWERS:
        yield from answer()
