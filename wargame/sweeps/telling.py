"""A sweep in words for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wargame.sweeps.compare import Robust, pairs, robustness
from wargame.sweeps.intervals import Interval
from wargame.sweeps.results import Results, intervals

_CASES = 24  # shown in the terminal
_DUST = 0.5e-6  # a difference that is told as 0


def number(value: float) -> str:
    """Return a number as short text: as many decimals as it needs, thousands with commas."""
    if not math.isfinite(value):
        return "-"
    size = abs(value)
    if value == round(value) and size < 1000:
        return f"{value:.0f}"
    if size < 0.5e-6:
        return "0"
    small = min(6, 1 - math.floor(math.log10(size)))  # of what is below 0.01: two digits that count
    return f"{value:,.{0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3 if size >= 0.01 else small}f}"


def between(interval: Interval) -> str:
    """Return an interval as text."""
    return f"{number(interval.low)} to {number(interval.high)}"


def lines(results: Results) -> Iterator[str]:
    """Yield heading, cases, and the main measures with their intervals, by case."""
    scenario = results.study.base.scenario
    luck = ", uncertainties drawn" if results.study.design.uncertain else ""
    cases = f"{len(results.cases):,} cases of {results.replications:,} replications, " if len(results.cases) > 1 else ""
    yield scenario.title
    yield f"{cases}{results.runs:,} runs, seed {results.study.design.seed}{luck}"
    yield ""
    yield "Means over runs, with the 95 % interval of the mean: where it may lie, not where runs lie"
    shown = results.cases[:_CASES]
    for name, whole, each in intervals(results, results.main):
        yield f"{name:<24} {number(whole.mean):>9}  {between(whole):<20}  {results.says(name)}"
        if len(each) > 1:
            for case, one in zip(shown, each, strict=False):
                yield f"  {case.name[:44]:<44} {number(one.mean):>9}  {between(one)}"
    if len(results.cases) > _CASES:
        yield f"and {len(results.cases) - _CASES:,} more cases in the result folder"
    if len(results.main) < len(results.measures):
        yield f"and {len(results.measures) - len(results.main)} more measures in the result folder"


def comparison(results: Results) -> Iterator[str]:
    """Yield the paired differences of the main measures, and the robustness of the cases."""
    scenario = results.study.base.scenario
    yield scenario.title
    yield f"{len(results.cases)} cases on the same luck, {results.replications:,} replications of each"
    yield "Mean differences with 95 % intervals; pairing: by how much it divides their variance, against luck of its own"
    last = ""
    for pair in pairs(results, results.main):
        if pair.measure != last:
            yield ""
            yield f"{pair.measure}: {results.says(pair.measure)}"
            last = pair.measure
        saving = f"   pairing: variance / {number(pair.ratio)}" if math.isfinite(pair.ratio) else ""
        constant = max(abs(pair.difference.low), abs(pair.difference.high)) < _DUST
        saving = "   the same in every run" if constant else saving
        mark = "" if pair.clear or constant else "   (may be nothing)"
        yield f"  {pair.name:<40} {number(pair.difference.mean):>9}  {between(pair.difference)}{saving}{mark}"
    yield ""
    yield "How far a case is from the best one of each run, on average, and in which share of the runs it is the best"
    yield f"{'':<50} {'if less is better':>20} {'if more is better':>20}"
    found: dict[str, list[Robust]] = {}
    for one in robustness(results):
        found.setdefault(one.measure, []).append(one)
    alike = [name for name, cases in found.items() if not any(one.regret_less or one.regret_more for one in cases)]
    for name, cases in found.items():
        for one in cases if name not in alike else ():
            less, more = f"{number(one.regret_less)}  {one.best_less:4.0%}", f"{number(one.regret_more)}  {one.best_more:4.0%}"
            yield f"{name if one is cases[0] else '':<26} {one.case.name[:23]:<23} {less:>20} {more:>20}"
    if alike:
        yield f"the same in every run: {', '.join(alike)}"
