"""Base-rate cards: how runs of a scenario ended, beside how often crises ended that way, with intervals on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from wargame.errors import InputError
from wargame.scenario.evidence import catalogue
from wargame.scenario.files.resources import data_file
from wargame.scenario.values import Name, Names, Shape, Sources, Text, Whole
from wargame.studies.statistics.estimates import Estimate, wilson
from wargame.validation.facts import FOLDER, Setting, read
from wargame.validation.plan import Plan, Values


class Reference(Shape):
    """What is known of real cases: how many ended in each class. ``source`` cites the catalogue, ``where`` the data set."""

    says: Text
    counts: tuple[Whole, ...]
    where: Text
    source: Sources = ()
    classes: Names = ()


class Scale(Shape):
    """Classes of outcome: each with the measure that is 1 in the runs that end in it (the first that is so counts)."""

    says: Text
    classes: dict[Name, Text] = Field(min_length=2)
    value: Name  # the measure that gives the class of a run: 0 for the first, missing where the run cannot tell
    compare: dict[Name, Reference]
    means: Text
    means_not: Text

    @model_validator(mode="after")
    def _matched(self) -> Scale:
        for name, reference in self.compare.items():
            if len(reference.counts) != len(self.classes):
                raise ValueError(f"{name} needs one count for each of the {len(self.classes)} classes")
        return self


class BaseRates(Shape):
    """The file of base rates."""

    schema_: Whole = Field(alias="schema", default=1)
    scenarios: Names
    scales: dict[Name, Scale]


@dataclass(frozen=True)
class Row:
    """One class of outcome: its simulated share, and its share among real cases by data set."""

    label: str
    simulated: Estimate
    real: Mapping[str, Estimate]

    def apart(self, name: str) -> bool:
        """Return whether the two intervals do not touch."""
        other = self.real[name]
        return self.simulated.low > other.high or self.simulated.high < other.low


@dataclass(frozen=True)
class Card:
    """One scenario on one scale."""

    scenario: str
    scale: str
    says: str
    rows: tuple[Row, ...]
    references: Mapping[str, Reference]
    means: str
    means_not: str
    untold: int = 0  # runs that end too early to tell

    @property
    def remark(self) -> str:
        """Of how many runs the card does not speak; empty when it speaks of all."""
        n = self.rows[0].simulated.n + self.untold
        return f"of {n:,} runs {self.untold:,} cannot tell and are left out" if self.untold else ""

    def as_json(self) -> dict[str, Any]:
        """Return the card as JSON values."""
        return {
            "scenario": self.scenario, "scale": self.scale, "says": self.says, "means": self.means, "means_not": self.means_not,
            "untold": self.untold,
            "references": {
                name: {"says": one.says, "n": sum(one.counts), "where": one.where, "sources": list(one.source)}
                for name, one in self.references.items()
            },
            "classes": [
                {
                    "class": row.label, **_numbers(row.simulated),
                    "historical": {name: {**_numbers(other), "apart": row.apart(name)} for name, other in row.real.items()},
                }
                for row in self.rows
            ],
        }  # fmt: skip


def _numbers(estimate: Estimate) -> dict[str, float | int]:
    return {"share": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def load(path: FilePath | None = None) -> BaseRates:
    """Return the shipped file of base rates (or another). Raises :class:`InputError`."""
    rates, marks = read(path or data_file(FOLDER, "base_rates.yaml"), BaseRates)
    wrong = [
        marks.mistake(("scales", scale, "compare", name, "source"), what)
        for scale, one in rates.scales.items()
        for name, reference in one.compare.items()
        for what in catalogue().resolve(reference.source)
    ]
    if wrong:
        raise InputError(wrong)
    return rates


def ask(plan: Plan, rates: BaseRates, scenario: str, runs: int) -> None:
    """Ask the plan for all that the cards of a scenario need."""
    plan.need(Setting(scenario), runs, [scale.value for scale in rates.scales.values()])


def cards(rates: BaseRates, scenario: str, values: Values, runs: int) -> Iterator[Card]:
    """Yield the cards of a scenario; none for a scale on which no run of it can be told, or whose measure it does not have."""
    for name, scale in rates.scales.items():
        if scale.value not in values:
            continue
        every = values[scale.value][:runs]
        found = np.rint(every[~np.isnan(every)]).astype(int)  # a run that ends too early to tell counts nowhere
        if len(found) == 0:
            continue
        rows = tuple(
            Row(
                label,
                wilson(int((found == i).sum()), len(found)),
                {key: wilson(one.counts[i], sum(one.counts)) for key, one in scale.compare.items()},
            )
            for i, label in enumerate(scale.classes.values())
        )
        yield Card(scenario, name, scale.says, rows, scale.compare, scale.means, scale.means_not, len(every) - len(found))
