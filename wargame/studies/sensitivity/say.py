"""A sensitivity study in words for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from wargame.scenario import words
from wargame.scenario.words import enumerated
from wargame.studies.sensitivity.designs import MORRIS
from wargame.studies.sensitivity.factors import Factor
from wargame.studies.sensitivity.find import RANKED_BY, Entry, Finding
from wargame.studies.statistics.estimates import Estimate
from wargame.studies.statistics.missing import Interval
from wargame.studies.sweep.find.tautologies import is_tautology
from wargame.studies.words import number

FEW_NAMED = 3  # factors without an interval that are named; of more, how many they are
FEW = 5  # factors shown of each measure when nobody asked for it


def lines(found: Finding) -> Iterator[str]:
    """Yield heading, the strongest factors of each measure, and what does nothing."""
    scenario = found.base.scenario
    yield scenario.title
    yield heading(found)
    yield how_to_read(found)
    for measure in found.lively:
        yield ""
        yield f"{measure}: {found.says(measure)}"
        yield f"  {luck_line(found, measure)}"
        ranked = [one for one in found.ranked(measure) if not one.idle] if measure in found.told else []
        shown = ranked if found.asked else ranked[:FEW]
        width = max((len(one.factor.path) for one in shown), default=0)
        for one in shown:
            yield f"  {one.factor.path:<{width}}  {_numbers(one, found)}{_mark(one)}"
        yield from needed(found, measure)
        yield f"  {_rest(len(ranked) - len(shown), sum(one.idle for one in found.of(measure)))}"
    still = [name for name in found.measures if name not in found.lively]
    if still:
        yield ""
        yield f"the same in every run: {', '.join(still)}"
    yield ""
    yield from nothing(found)


def _mark(one: Entry) -> str:
    return "" if one.clear else "   (no interval: see below)" if one.need and not one.known else "   (may be nothing)"


def needed(found: Finding, measure: str) -> Iterator[str]:
    """Yield why factors have no interval on a measure, and what it would take, a line for each reason."""
    lacking: dict[tuple[str, str], list[Entry]] = {}
    for one in found.ranked(measure):
        if one.need:
            lacking.setdefault((one.need.what, one.need.why), []).append(one)
    moving = sum(not one.idle for one in found.of(measure))
    for (what, why), entries in lacking.items():
        names = _names([one.factor for one in entries]) if len(entries) <= FEW_NAMED else f"{len(entries)} factors"
        whose = "" if len(entries) == moving else f" for {names}"
        count = max(one.need.count for one in entries if one.need)
        yield f"  no interval{whose}: {why}; it would take about --{what} {count:,}"


def heading(found: Finding) -> str:
    """Return how much was played, in a line."""
    what = "trajectories" if found.method == MORRIS else "rows"
    method = "Morris' elementary effects" if found.method == MORRIS else "Sobol' indices"
    return (
        f"{method}: {len(found.factors)} factors, {found.design.groups} {what}, {len(found.design.u):,} points of "
        f"{found.replications} replications, {found.runs:,} runs, seed {found.seed}"
    )


def how_to_read(found: Finding) -> str:
    """Return what the ranking number means, in a line."""
    if found.method == MORRIS:
        return (
            "mu*: how far the expected value of the measure moves, in its own unit, when the factor moves by half of its range "
            "or to another of its values; mu: with its sign; sigma: how much that differs from place to place; [95 % interval]"
        )
    return (
        "total: share of the variance of the measure's expected value that would be gone if the factor were known, with all its "
        "interactions; first: what it causes alone; [95 % interval]"
    )


def luck_line(found: Finding, measure: str) -> str:
    """Return how much of a measure's variance is luck, in words."""
    luck, whole = found.luck(measure), found.interval(measure)
    text = f"mean {number(whole.mean)}{_around(whole)}, standard deviation of a run {number(luck.sd)}"
    if found.missing(measure):
        there = f"it is there in {percent(float(found.there(measure).mean()))} of the runs"
        text = f"{there}, with the mean {number(whole.mean)}{_around(whole)}" if whole.n else there
    if math.isnan(luck.share):
        return f"{text}; with one replication nobody can tell what is luck: --replications 2 or more"
    left = f", {percent(luck.left)} after {found.replications} replications are averaged"
    of = "whether it is there" if found.missing(measure) else "a run"
    return f"{text}; {percent(luck.share)} of the variance of {of} is luck{left}"


def _around(whole: Interval) -> str:
    return f" [{number(whole.low)}, {number(whole.high)}]" if math.isfinite(whole.low) else ""


def percent(share: float) -> str:
    """Return a share in per cent; what is more than nothing is not 0 %."""
    return words.percent(share, over="100 %", edge=0.005)


def _numbers(one: Entry, found: Finding) -> str:
    labels = {"mu_star": "mu*"}
    parts = []
    for name, estimate in one.numbers.items():
        if math.isfinite(estimate.value):
            parts.append(f"{labels.get(name, name)} {number(estimate.value):>6}{bracket(estimate)}")
    wide = 34 if RANKED_BY[found.method] == "mu_star" else 26
    return "  ".join(f"{part:<{wide}}" for part in parts).rstrip()


def bracket(one: Estimate) -> str:
    """Return an interval in brackets, with a space before; nothing where there is none."""
    return f" [{number(one.low)}, {number(one.high)}]" if math.isfinite(one.low) else ""


def _rest(more: int, idle: int) -> str:
    """Return how many factors are not shown, and how many change nothing."""
    told = f"{more} more in the result folder; " if more else ""
    return f"{told}{idle} change not one bit of it" if idle else f"{told}every factor changes it in some run"


def nothing(found: Finding) -> Iterator[str]:
    """Yield what the factors that do nothing are called."""
    played = f"in {found.runs:,} runs"
    if found.dead:
        yield f"Do nothing: not one bit of any measure changed {played} when these moved: {_names(found.dead)}"
    if found.idle:
        yield f"Do nothing that counts: not one bit of any main measure changed {played} when these moved: {_names(found.idle)}"
    if not found.dead and not found.idle:
        yield "Every factor changed some main measure in some run."


def _names(factors: Sequence[Factor]) -> str:
    return ", ".join(one.path for one in factors)


def sentence(found: Finding, measure: str) -> str:
    """Return the finding on a measure that a reader takes away."""
    clear = [one for one in found.ranked(measure) if one.clear]
    if not clear:
        need = found.need(measure)
        cure = f"; it would take about --{need.what} {need.count:,}" if need else ""
        return f"{measure} ({found.says(measure)}): no factor moves it by more than luck and the few points allow to say{cure}."
    own = [one for one in clear if not is_tautology(found.base, measure, one.factor.paths)]
    again = _names([one.factor for one in clear if one not in own])
    if not own:
        return (
            f"{measure} ({found.says(measure)}): only {again} for sure, which it reads itself: an input named again, no finding."
        )
    aside = f", besides {again}, which it reads itself" if again else ""
    key = RANKED_BY[found.method]
    if key == "mu_star":
        told = [f"{one.factor.path} (by {number(one.numbers[key].value)}{_between(one.numbers[key])})" for one in own[:3]]
        return f"What moves {measure} most{aside} ({found.says(measure)}): {enumerated(told)}."
    told = [f"{one.factor.path} ({portion(one.numbers[key].value)}{_between(one.numbers[key], 100)})" for one in own[:3]]
    return (
        f"What the variance of {measure} goes back to{aside}, interactions counted ({found.says(measure)}): {enumerated(told)}."
    )


def portion(share: float) -> str:
    """Return a share of a whole in words; what is estimated as more is all of it."""
    return "all of it" if share >= 0.995 else percent(share)


def _between(one: Estimate, scale: float = 1.0) -> str:
    return f" [{number(max(one.low, 0.0) * scale)} to {number(one.high * scale)}]" if math.isfinite(one.low) else ""
