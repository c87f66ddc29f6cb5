"""A sweep in words for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from wargame.studies.statistics.missing import Interval
from wargame.studies.sweep.find.results import Results, intervals
from wargame.studies.words import between, number, present

_CASES = 24  # shown in the terminal


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
        absent = results.spec(name).absent
        yield f"{name:<24} {number(whole.mean):>9}  {between(whole):<21}  {results.says(name)}{_of(whole, absent, results.runs)}"
        if len(each) > 1:
            for case, one in zip(shown, each, strict=False):
                of = _of(one, absent, results.replications)
                yield f"  {case.name[:44]:<44} {number(one.mean):>9}  {between(one)}{of}"
    if len(results.cases) > _CASES:
        yield f"and {len(results.cases) - _CASES:,} more cases in the result folder"
    if len(results.main) < len(results.measures):
        yield f"and {len(results.measures) - len(results.main)} more measures in the result folder"


def _of(interval: Interval, absent: str, runs: int) -> str:
    said = present(interval, absent, runs)
    return f" ({said})" if said else ""
