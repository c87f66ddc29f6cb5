"""A sweep in words for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wargame.studies.intervals import Interval
from wargame.studies.sweep.find.compare import Pair, Robust, pairs, robustness
from wargame.studies.sweep.find.results import Results, intervals

_CASES = 24  # shown in the terminal
_DUST = 0.5e-6  # a difference that is told as 0
_PLACES = 9  # decimals at most
ALIKE = "the same in every run"


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
    """Return an interval as text; of a sample in which nothing varies there is none."""
    if not math.isfinite(interval.low):
        return ALIKE if interval.constant else "-"
    return " to ".join(ends(interval.low, interval.high))


def ends(low: float, high: float) -> tuple[str, str]:
    """Return the ends of an interval as texts that differ, however narrow it is."""
    first, last = number(low), number(high)
    if first != last or low == high:
        return first, last
    places = 1 - math.floor(math.log10(high - low))
    if places <= _PLACES:
        return f"{low:,.{places}f}", f"{high:,.{places}f}"
    digits = next(digits for digits in range(3, 18) if f"{low:.{digits}g}" != f"{high:.{digits}g}")  # 17 tell any two apart
    return f"{low:.{digits}g}", f"{high:.{digits}g}"


def percent(share: float) -> str:
    """Return a share in per cent; what happens in some runs is neither none nor all of them."""
    if not math.isfinite(share):
        return "-"
    return "under 1 %" if 0 < share < 0.01 else "over 99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"


def points(interval: Interval) -> str:
    """Return a difference of shares as text, in percentage points with its interval."""
    sides = " to ".join(f"{side:+.0f}" for side in (100 * interval.low, 100 * interval.high))
    return f"{100 * interval.mean:+.0f} percentage points ({sides})"


def present(interval: Interval, absent: str, runs: int) -> str:
    """Return of how many of some runs an interval speaks, empty where that is all of them: ``never in 40 %``."""
    if interval.share is None or interval.n == runs:
        return ""
    gone = f"{absent} in {percent(1 - interval.share.value)}"
    return f"{gone}; of the other {interval.n:,} runs" if interval.n else f"{absent} in all of them"


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
    found: dict[str, list[Robust]] = {}
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
