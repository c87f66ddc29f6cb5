"""Numbers, shares and intervals of studies in words: the same in the terminal, on pages and in figures."""

from __future__ import annotations

import math

from wargame.scenario.words import percent
from wargame.studies.statistics.missing import Interval

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
