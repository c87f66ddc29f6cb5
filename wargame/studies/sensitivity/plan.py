"""From what a user asks for to a finished study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import InputError, Mistake, allowed, did_you_mean, got, mistake
from wargame.studies.sensitivity import designs
from wargame.studies.sensitivity.designs import Design, make_design
from wargame.studies.sensitivity.factors import Factor, factors_of, scenarios_at
from wargame.studies.sweep.plan.planning import Vary, levers_of

MOST_SCENARIOS = 1000
MOST_RUNS = 5_000_000  # of two milliseconds each: three hours on one processor
MOST_NUMBERS = 250_000_000  # kept in memory: 2 GB
REPLICATIONS = 10


@dataclass(frozen=True)
class Question:
    """What is asked of a scenario: all that decides the numbers, as it is kept in the manifest."""

    method: str = designs.MORRIS
    samples: int = 0  # 0: as many as the method takes by itself
    replications: int = REPLICATIONS
    seed: int = 0
    measures: tuple[str, ...] = ()
    vary: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the question as JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Plan:
    """A question with what it makes of a scenario."""

    base: Bound
    question: Question
    factors: tuple[Factor, ...]
    design: Design

    @property
    def scenarios(self) -> int:
        """How many scenarios must be bound for it."""
        return len(set(scenarios_at(self.factors, self.design.u)))

    @property
    def runs(self) -> int:
        """How many runs it plays."""
        return len(self.design.u) * self.question.replications


def plan(base: Bound, question: Question, vary: Vary = ()) -> Plan:
    """Return the plan of a question. Raises :class:`InputError` for what cannot be asked.

    ``vary`` takes the place of the question's own, for values that are no text.
    """
    if question.method not in designs.METHODS:
        raise mistake(f"expected {' or '.join(designs.METHODS)} (got {got(question.method)})", file="--method")
    if question.replications < 1:
        raise mistake(f"expected a whole number of at least 1 (got {question.replications})", file="--replications")
    if not 0 <= question.seed < 2**64:
        raise mistake(f"expected a whole number from 0 to {2**64 - 1} (got {got(question.seed)})", file="seed")
    _check_measures(base, question.measures)
    found = factors_of(base, levers_of(vary or question.vary), question.factors)
    found = designs.joined(found, question.method, question.seed)
    design = make_design(found, question.method, question.samples or designs.SAMPLES[question.method], question.seed)
    own = Plan(base, question, found, design)
    _check_size(own)
    if own.scenarios > MOST_SCENARIOS:
        what = (
            f"needs {own.scenarios:,} different scenarios; at most {MOST_SCENARIOS:,} are allowed; "
            "take fewer samples, or fewer switches and policies (--factor)"
        )
        raise mistake(what, file="--samples")
    return own


def _check_size(own: Plan) -> None:
    """Raise for more than can be played in hours, or held in memory: every measure of every run is kept."""
    count = len(own.base.measures)
    most = min(MOST_RUNS, MOST_NUMBERS // max(count, 1))
    if own.runs <= most:
        return
    enough = most // len(own.design.u)
    cure = f"take at most {enough:,} replications" if enough else "take fewer samples, or fewer factors (--factor)"
    limit = f"{MOST_RUNS:,}" if most == MOST_RUNS else f"{most:,} of {count} measures each"
    what = (
        f"makes {own.runs:,} runs, {own.question.replications:,} of each of {len(own.design.u):,} points; "
        f"at most {limit} are allowed; {cure}"
    )
    raise mistake(what, file="--replications" if enough else "--samples")


def _check_measures(base: Bound, names: Sequence[str]) -> None:
    known = [measure.name for measure in base.measures]
    wrong = [
        Mistake("--measure", 0, 0, "", f'unknown measure "{name}"{did_you_mean(name, known) or f"; allowed: {allowed(known)}"}')
        for name in names
        if name not in known
    ]
    if wrong:
        raise InputError(wrong)
    if not known:
        raise mistake("has no measures", file=base.scenario.name)
