"""Does the simulated ensemble behave as the sources say that the world behaves? Facts, hindcasts and base rates in one plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wargame.errors import InputError, Mistake
from wargame.expressions import ExpressionError
from wargame.results.files import finite
from wargame.scenario.display import Display, counted, listed
from wargame.scenario.display import Facts as Told
from wargame.studies.statistics.estimates import Estimate
from wargame.validation import base_rates as br
from wargame.validation.facts import Fact, Facts, Setting
from wargame.validation.plan import Plan
from wargame.validation.verdicts import CheckResult, ask, judge, runs_of


@dataclass(frozen=True)
class Verdict:
    """A fact with all its checks."""

    id: str
    fact: Fact
    scenarios: tuple[str, ...]
    checks: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return all(one.passed for one in self.checks)

    @property
    def open(self) -> bool:
        """Whether it fails and more runs may show that it holds: all intervals that fail still reach their bounds."""
        return not self.passed and all(one.open for one in self.checks if not one.passed)

    @property
    def telling(self) -> CheckResult:
        """The check that decides: the first that fails, else the first."""
        return next((one for one in self.checks if not one.passed), self.checks[0])

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as JSON values; the number is that of the telling check."""
        return {
            "id": self.id, "statement": self.fact.statement, "scenario": ", ".join(self.scenarios),
            "strength": self.fact.strength,
            **numbers(self.telling.estimate), "says": self.telling.check.says, "bounds": self.telling.bounds(),
            "verdict": "pass" if self.passed else "fail", "open": self.open,
            "sources": list(self.fact.evidence), "disagreement": list(self.fact.disagreement),
            "observed": self.fact.observed, "note": self.fact.note,
            "checks": [
                {
                    "says": one.check.says, "statistic": one.check.statistic, "scenarios": list(one.scenarios),
                    **numbers(one.estimate), "n": one.estimate.n, "bounds": one.bounds(), "judged": one.check.judged,
                    "verdict": "pass" if one.passed else "fail", "why": one.remark,
                }
                for one in self.checks
            ],
        }  # fmt: skip


def numbers(estimate: Estimate) -> dict[str, float | None]:
    """Return value and interval, with null for what is no finite number."""
    found = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return dict(finite(found))


@dataclass(frozen=True, repr=False)
class Results(Display):
    """Everything that ``wargame validate`` found. ``runs`` is the number simulated in all settings."""

    facts: tuple[Verdict, ...]
    hindcasts: tuple[Verdict, ...]
    cards: tuple[br.Card, ...]
    seed: int
    quick: bool
    runs: int
    settings: int
    notes: tuple[str, ...] = field(default_factory=tuple)

    def _facts(self) -> Told:
        title = f"Validation: {len(self.facts) - len(self.failed)} of {counted(len(self.facts), 'fact')} hold"
        return title, {"failed": listed(self.failed), "open": listed(self.open), "runs": f"{self.runs:,}", "seed": self.seed}

    @property
    def failed(self) -> tuple[str, ...]:
        """Ids of the facts that fail."""
        return tuple(one.id for one in self.facts if not one.passed)

    @property
    def open(self) -> tuple[str, ...]:
        """Ids of those that fail and may hold with more runs."""
        return tuple(one.id for one in self.facts if one.open)

    def as_json(self) -> dict[str, Any]:
        """Return the contract's object, with hindcasts and what it took besides."""
        return {
            "facts": [one.as_json() for one in self.facts],
            "hindcasts": [one.as_json() for one in self.hindcasts],
            "base_rates": [one.as_json() for one in self.cards],
            "seed": self.seed, "quick": self.quick, "runs": self.runs, "settings": self.settings, "notes": list(self.notes),
        }  # fmt: skip


def chosen(facts: Facts, entries: Mapping[str, Fact], scenarios: Sequence[str]) -> dict[str, Fact]:
    """Return the facts that are looked at in one of the scenarios; all of them when none is named."""
    return {name: fact for name, fact in entries.items() if not scenarios or set(scenarios) & set(facts.scenarios(fact))}


def validate(
    facts: Facts, rates: br.BaseRates, scenarios: Sequence[str] = (), *, quick: bool = False, runs: int | None = None,
    seed: int = 0, workers: int = 1, progress: Callable[[int, int], None] = lambda done, total: None,
) -> Results:  # fmt: skip
    """Return the verdict on every fact and hindcast that concerns the scenarios (all when none is named), and their cards.

    Every distinct setting is simulated once. The numbers depend on ``seed`` and on the numbers of runs (``runs`` for all, else
    those of the file, fewer when ``quick``), and on nothing else. Raises :class:`InputError` for a name in a value that is
    no measure.
    """
    own, told = chosen(facts, facts.facts, scenarios), chosen(facts, facts.hindcasts, scenarios)
    carded = list(scenarios or rates.scenarios)
    plan = Plan(facts.measures)
    for fact in (*own.values(), *told.values()):
        for check in fact.checks:
            ask(plan, facts, check, runs_of(check, facts.runs, quick, runs))
    card_runs = runs or (facts.runs.quick if quick else facts.runs.probability)
    for scenario in carded:
        br.ask(plan, rates, scenario, card_runs)
    results = plan.play(seed=seed, workers=workers, progress=progress)

    def verdict(name: str, fact: Fact) -> Verdict:
        checks = []
        for i, check in enumerate(fact.checks):
            try:
                checks.append(judge(facts, check, results, runs_of(check, facts.runs, quick, runs)))
            except ExpressionError as error:
                raise InputError([Mistake("facts.yaml", 0, 0, f"{name}.checks[{i}]", error.message)]) from None
        return Verdict(name, fact, tuple(facts.scenarios(fact)), tuple(checks))

    return Results(
        facts=tuple(verdict(name, fact) for name, fact in own.items()),
        hindcasts=tuple(verdict(name, fact) for name, fact in told.items()),
        cards=tuple(card for one in carded for card in br.cards(rates, one, results[Setting(one)], card_runs)),
        seed=seed, quick=quick, runs=sum(need.runs for need in plan.needs.values()), settings=len(plan.needs),
    )  # fmt: skip
