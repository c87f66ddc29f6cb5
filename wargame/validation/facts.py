"""The shape of the file of stylised facts: what is claimed, in which arms it is looked at, by which statistic, in what bounds.

Statistics are a closed set and values are expressions over measures: the file holds no code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from wargame.errors import InputError, Mistake, allowed, did_you_mean
from wargame.scenario.evidence import catalogue
from wargame.scenario.files.marks import Marks, Path, plain
from wargame.scenario.files.resources import data_file
from wargame.scenario.files.strict_yaml import read_file
from wargame.scenario.layers import display_path, shipped
from wargame.scenario.measure import Measure
from wargame.scenario.values import Flag, Formula, Name, Names, Real, Shape, Sources, Text, Whole

FOLDER = "validation"
SINGLE = ("share", "mean", "median", "mode")
TWO = ("difference", "ratio", "wins", "correlation")
SPANS = ("span", "span_difference", "span_ratio")
Statistic = Literal[
    "share", "mean", "median", "mode", "difference", "ratio", "wins", "correlation", "trend", "span", "span_difference",
    "span_ratio",
]  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What is simulated: a scenario, what is changed in it (canonical JSON), and whether its uncertainties are drawn."""

    scenario: str
    sets: str = "{}"
    uncertain: bool = True

    @property
    def changes(self) -> dict[str, Any]:
        """The changes, path -> value."""
        found: dict[str, Any] = json.loads(self.sets)
        return found

    def with_set(self, changes: Mapping[str, Any]) -> Setting:
        """Return the setting with further changes."""
        return Setting(self.scenario, canonical({**self.changes, **changes}), self.uncertain)


def canonical(changes: Mapping[str, Any]) -> str:
    """Return changes as text that is the same for the same changes."""
    return json.dumps(dict(changes), sort_keys=True, ensure_ascii=False)


class Arm(Shape):
    """A named setting."""

    scenario: Name
    set: dict[str, Any] = {}
    uncertain: Flag = True

    def setting(self) -> Setting:
        """Return what is simulated."""
        return Setting(self.scenario, canonical(self.set), self.uncertain)


class Sweep(Shape):
    """One path of an arm set to several values in turn."""

    arm: Name
    path: str
    values: tuple[Any, ...] = Field(min_length=2)


class Check(Shape):
    """One number of a fact and the bounds it must keep.

    ``at_least`` and ``at_most`` bind the estimate, ``above`` and ``below`` the whole 95 % interval. ``judged`` marks bounds that
    no source gives. Values and conditions are expressions over measures of a run.
    """

    says: Text
    statistic: Statistic
    summary: Literal["mean", "median", "share"] = "mean"
    arm: Name | None = None
    arms: tuple[Name, ...] = ()
    sweep: Sweep | None = None
    sweeps: tuple[Sweep, ...] = ()
    against: tuple[Sweep, ...] = ()
    value: Formula | None = None
    values: tuple[Formula, ...] = ()
    given: Formula | None = None
    givens: tuple[Formula, ...] = ()
    at_least: Real | None = None
    at_most: Real | None = None
    above: Real | None = None
    below: Real | None = None
    judged: Flag = False

    @model_validator(mode="after")
    def _whole(self) -> Check:
        arms = 1 if self.arm else len(self.arms)
        values = 1 if self.value is not None else len(self.values)
        wanted: dict[str, bool] = {
            "one arm and one value": self.statistic not in SINGLE or (arms == 1 and values == 1),
            "two arms, two values or two conditions": self.statistic not in TWO or max(arms, values, len(self.givens)) == 2,
            "an arm": self.statistic not in TWO or arms > 0,
            "a sweep over numbers": self.statistic != "trend" or (self.sweep is not None and _numbers(self.sweep)),
            "sweeps": self.statistic not in SPANS or bool(self.sweeps),
            "sweeps against which": self.statistic not in SPANS[1:] or bool(self.against),
            "a value": values > 0,
            "a bound": any(bound is not None for bound in (self.at_least, self.at_most, self.above, self.below)),
        }
        missing = [what for what, there in wanted.items() if not there]
        if missing:
            raise ValueError(f"the statistic {self.statistic} needs {' and '.join(missing)}")
        return self

    def all_sweeps(self) -> Iterator[Sweep]:
        """Yield every sweep of the check."""
        yield from (*((self.sweep,) if self.sweep else ()), *self.sweeps, *self.against)

    def arm_names(self) -> list[str]:
        """Return every arm that the check names, each once."""
        own = (self.arm,) if self.arm else self.arms
        return list(dict.fromkeys([*own, *(sweep.arm for sweep in self.all_sweeps())]))

    def formulas(self) -> list[Formula]:
        """Return values and conditions."""
        bare = [one for one in (self.value, self.given) if one is not None]
        return [*bare, *self.values, *self.givens]


def _numbers(sweep: Sweep) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in sweep.values)


class Fact(Shape):
    """A statement that a simulated ensemble must bear out, with its sources."""

    statement: Text
    strength: Literal["C", "S", "X"]
    disagreement: Names = ()
    evidence: Sources
    checks: tuple[Check, ...] = Field(min_length=1)
    observed: Text = ""
    note: Text = ""


class Runs(Shape):
    """How many runs each kind of statistic takes."""

    probability: Whole = Field(default=1000, ge=1)
    paired: Whole = Field(default=500, ge=1)
    quick: Whole = Field(default=100, ge=1)


class Facts(Shape):
    """The file of stylised facts."""

    schema_: Whole = Field(alias="schema", default=1)
    runs: Runs = Runs()
    arms: dict[Name, Arm]
    measures: dict[Name, Measure] = {}
    facts: dict[str, Fact]
    hindcasts: dict[str, Fact] = {}

    def scenarios(self, fact: Fact) -> list[str]:
        """Return the scenarios that a fact is looked at in, each once."""
        names = [name for check in fact.checks for name in check.arm_names()]
        return list(dict.fromkeys(self.arms[name].scenario for name in names))


M = TypeVar("M", bound=BaseModel)


def read(path: FilePath, model: type[M]) -> tuple[M, Marks]:
    """Return a data file checked against its shape, with the places of its parts. Raises :class:`InputError`."""
    spot, mistakes = read_file(path, display_path(path))
    marks = Marks(spot)
    try:
        found = model.model_validate(plain(spot))
    except ValidationError as error:
        faults = [marks.mistake(_path(one["loc"], spot), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
        raise InputError([*mistakes, *faults]) from None
    if mistakes:
        raise InputError(mistakes)
    return found, marks


def _path(loc: Sequence[str | int], spot: Any) -> Path:
    """Return the parts of a place that are in the file; the last one too when it is what is missing."""
    path: list[str | int] = []
    here = spot
    for part in loc:
        below = here.child(part)
        path.append(part)
        if below is None:
            break
        here = below
    return tuple(path)


def load(path: FilePath | None = None) -> Facts:
    """Return the shipped file of facts (or another), every name in it checked. Raises :class:`InputError`."""
    file = path or data_file(FOLDER, "facts.yaml")
    facts, marks = read(file, Facts)
    wrong = list(_unknown(facts, marks))
    if wrong:
        raise InputError(wrong)
    return facts


def _unknown(facts: Facts, marks: Marks) -> Iterator[Mistake]:
    known = list(shipped())
    for name, arm in facts.arms.items():
        if arm.scenario not in known:
            near = did_you_mean(arm.scenario, known) or f"; shipped: {allowed(known)}"
            yield marks.mistake(("arms", name, "scenario"), f'no scenario "{arm.scenario}"{near}')
    for group, entries in (("facts", facts.facts), ("hindcasts", facts.hindcasts)):
        for name, fact in entries.items():
            yield from (marks.mistake((group, name, "evidence"), what) for what in catalogue().resolve(fact.evidence))
            for i, check in enumerate(fact.checks):
                yield from _arms(facts.arms, check.arm_names(), marks, (group, name, "checks", i))


def _arms(arms: Iterable[str], names: Iterable[str], marks: Marks, path: Path) -> Iterator[Mistake]:
    for name in names:
        if name not in arms:
            yield marks.mistake(path, f'no arm "{name}"{did_you_mean(name, arms) or f"; allowed: {allowed(arms)}"}')
