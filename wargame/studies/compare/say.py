"""A comparison in words for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wargame.scenario.words import percent
from wargame.studies.compare.find import Pair, Robustness, pairs, robustness
from wargame.studies.sweep.find.results import Results
from wargame.studies.words import ALIKE, between, number, points

_DUST = 0.5e-6  # a difference that is told as 0


def lines(results: Results) -> Iterator[str]:
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
        yield from _pair(pair, results.spec(pair.measure).absent, results.replications)
    yield from _robust(results)


def _pair(pair: Pair, absent: str, runs: int) -> Iterator[str]:
    """Yield what differs between two cases; of a measure that may be missing first how often it is there."""
    told = difference(pair)
    if pair.presence is None:
        yield f"  {pair.name:<40} {told}"
        return
    here = pair.presence
    first, second = percent(here.first.value), percent(here.second.value)
    yield f"  {pair.name:<40} there in {second} of the runs against {first}: {points(here.difference)}"
    both = "" if pair.difference.n == runs else f", of {pair.difference.n:,} pairs of runs that have both"
    yield f"  {'':<40} {told}{both}" if pair.difference.n else f"  {'':<40} no pair of runs has it on both sides"
    if here.restricted is not None and pair.difference.n != runs:
        mean = f"{number(here.restricted.mean)}  {between(here.restricted)}"
        yield f'  {"":<40} restricted mean, "{absent}" counted as day {here.horizon:,}: {mean}'


def difference(pair: Pair) -> str:
    """Return the mean difference of a pair with its interval, what pairing saves, and whether it may be nothing."""
    one = pair.difference
    if not one.constant and max(abs(one.low), abs(one.high)) < _DUST:
        return f"{'0':>9}  {ALIKE}, but for the last digits"
    mark = "" if one.sign or one.constant else "   (may be nothing)"
    saving = f"   pairing: variance / {number(pair.ratio)}" if math.isfinite(pair.ratio) else ""
    return f"{number(one.mean):>9}  {between(one)}{saving}{mark}"


def _robust(results: Results) -> Iterator[str]:
    """Yield how far each case is from the best of each run."""
    yield ""
    yield "How far a case is from the best one of each run, on average, and in which share of the runs it is the best"
    yield f"{'':<50} {'if less is better':>20} {'if more is better':>20}"
    found: dict[str, list[Robustness]] = {}
    for one in robustness(results):
        found.setdefault(one.measure, []).append(one)
    untold = [name for name, cases in found.items() if not cases[0].n]
    alike = [name for name, cases in found.items() if not any(one.regret_less or one.regret_more for one in cases)]
    for name, cases in found.items():
        for one in cases if name not in (*alike, *untold) else ():
            less, more = f"{number(one.regret_less)}  {one.best_less:4.0%}", f"{number(one.regret_more)}  {one.best_more:4.0%}"
            some = f"   of {one.n:,} replications, which all cases have" if one.n < results.replications else ""
            yield f"{name if one is cases[0] else '':<26} {one.case.name[:23]:<23} {less:>20} {more:>20}{some}"
    if alike:
        yield f"{ALIKE}: {', '.join(alike)}"
    if untold:
        yield f"in no replication there in all cases: {', '.join(untold)}"
