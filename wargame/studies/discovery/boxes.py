"""A found box: its limits, how it does on the runs held out, and what it says in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wargame.scenario.words import enumerated, percent
from wargame.studies.discovery.judgement import LEAST_LIFT, Judgement
from wargame.studies.discovery.prim import Box, Input, Limit, Step
from wargame.studies.discovery.table import Table
from wargame.studies.statistics.estimates import Estimate
from wargame.studies.words import number


@dataclass(frozen=True)
class Restriction:
    """One limit of a found box. ``chance`` is its quasi-p-value on the held-out half, ``repeated`` the share of
    half-samples in which the search restricts the same input.
    """

    place: int
    limit: Limit
    chance: float
    repeated: float


@dataclass(frozen=True)
class FoundBox:
    """A box with how it does on the held-out runs; ``base`` is the share of interest among all of them, ``number`` its step."""

    box: Box
    restrictions: tuple[Restriction, ...]
    judgement: Judgement
    mass: float
    base: float
    number: int
    trajectory: tuple[Step, ...]

    @property
    def coverage(self) -> Estimate:
        """The share of what is of interest that lies in it."""
        return self.judgement.coverage

    @property
    def density(self) -> Estimate:
        """The share of the runs in it that are of interest."""
        return self.judgement.density

    @property
    def lift(self) -> Estimate:
        """How many times as often as among all runs it happens in it."""
        return self.judgement.lift

    @property
    def holds(self) -> bool:
        """Whether it means something on the held-out half."""
        return self.judgement.means and bool(self.box.limits)


def words(one: Input, limit: Limit) -> str:
    """Return one limit in words."""
    if limit.kept is not None:
        names = [one.names[i] for i in sorted(limit.kept)]
        return f"{one.path} {enumerated(names, 'or')}"
    low, high = number(limit.low), number(limit.high)
    if limit.low == limit.high:
        return f"{one.path} {low}"
    if np.isfinite(limit.low) and np.isfinite(limit.high):
        return f"{one.path} from {low} to {high}"
    return f"{one.path} of at least {low}" if np.isfinite(limit.low) else f"{one.path} of at most {high}"


def joined(table: Table, box: Box) -> str:
    """Return a box in words."""
    return enumerated(words(table.inputs[place], limit) for place, limit in box.limits.items())


def sentence(table: Table, one: FoundBox) -> str:
    """Return what a box says: coverage, limits, density, lift, and the share among all runs; all from the held-out half."""
    return (
        f"Of the runs in which {table.condition.text}, {_percent(one.coverage)} (coverage) have {joined(table, one.box)}; "
        f"of the runs in that box {_percent(one.density)} (density) do, {_times(one.lift)} (lift) as often as the "
        f"{_share(one.base)} of all."
    )


def _percent(one: Estimate) -> str:
    """Return a share with its interval, in whole per cent; what is not all, or not none, is not called so."""
    return f"{_share(one.value)} [{_share(one.low).removesuffix(' %')} to {_share(one.high).removesuffix(' %')}]"


def _share(value: float) -> str:
    return percent(value, "1 %", "99 %")


def _times(one: Estimate) -> str:
    return f"{one.value:.2f} times [{one.low:.2f} to {one.high:.2f}]"


def verdict(table: Table, tried: FoundBox) -> str:
    """Return what is said where no box means something."""
    text, one = table.condition.text, tried
    if not one.box.limits:
        inputs = "what was varied is what it reads itself" if not table.open else (
            f"no box of the inputs holds more of the runs in which {text} than chance would put there"
        )  # fmt: skip
        return f"Nothing found: {inputs}."
    full = table.base > 1 / LEAST_LIFT
    hint = f"; of so many a box cannot hold {LEAST_LIFT:g} times as many: ask for the runs in which it is not so" if full else ""
    return (
        f"Nothing found that means something: the best box of one half ({joined(table, one.box)}) has {_percent(one.density)} of "
        f"runs in which {text} on the other half, {_times(one.lift)} (lift) as often as the {_share(one.base)} of all: "
        f"{one.judgement.weak}{hint}."
    )


def condition(table: Table) -> str:
    """Return what was looked for, how often it holds, and in how many runs nobody can say."""
    why = f" ({table.condition.why})" if table.condition.why else ""
    share = f"{int(table.interest.sum()):,} of {len(table.interest):,} runs, {100 * table.base:.0f} %"
    gone = f"; in {table.missing:,} more it is missing, and they are neither" if table.missing else ""
    return f"of interest: {table.condition.text}{why}: {share}{gone}"


def named_again(table: Table) -> str:
    """Return which inputs were left out, for a box on them would name the input again; empty where none was."""
    names = [table.inputs[place].path for place in table.again]
    return f"left out, for the condition reads what it sets: {', '.join(names)}" if names else ""
