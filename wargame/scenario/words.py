"""Numbers, shares, dates and spans in words, the same in every language setting."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable

from wargame.scenario.measure import Measure
from wargame.scenario.values import Prior

LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS = tuple(month[:3] for month in LONG_MONTHS)
_SCALE = re.compile(r"([A-Z]?)-?\d+(?:-| to )[A-Z]?(\d+)")
_SILENT = ("", "index", "code", "class", "count", "ratio", "share")
Z90 = 1.6448536269514722  # a normal distribution keeps 90% within this many standard deviations


def plain(value: float) -> str:
    """Return a number for reading: ``12,800``, ``0.31``, ``-0.8``, no needless decimals."""
    if not math.isfinite(value):
        return "–"
    if abs(value - round(value)) < 1e-9 or abs(value) >= 1000:
        return f"{round(value):,}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def decimal(value: float, places: int) -> str:
    """Return a number with its thousands apart, and with decimals only where it is not whole."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.{places}f}"


def count(value: float) -> str:
    """Return a count of troops or people, rounded as far as it is worth: ``12,800``, ``340``."""
    step = 100 if abs(value) >= 1000 else 10 if abs(value) >= 100 else 1
    return f"{round(value / step) * step:,.0f}"


def brief(value: float) -> str:
    """Return a count for tight places: ``12.8k``, ``340``."""
    if abs(value) < 995:
        return f"{round(value / 10) * 10 if abs(value) >= 100 else value:,.0f}"
    return f"{value / 1000:.1f}k" if abs(value) < 9_950 else f"{value / 1000:.0f}k"


def percent(share: float, under: str = "under 1 %", over: str = "over 99 %", edge: float = 0.01) -> str:
    """Return a share in per cent; what happens in some runs, but in fewer than ``edge``, is neither none nor all of them."""
    if not math.isfinite(share):
        return "-"
    return under if 0 < share < edge else over if 1 - edge < share < 1 else f"{100 * share:.0f} %"


def short_date(date: dt.date) -> str:
    """Return a date as ``16 Sep``."""
    return f"{date.day} {MONTHS[date.month - 1]}"


def long_date(date: dt.date) -> str:
    """Return a date as ``16 September 2021``."""
    return f"{date.day} {LONG_MONTHS[date.month - 1]} {date.year}"


def span(first: dt.date, last: dt.date) -> str:
    """Return a span of dates: ``10 to 16 September 2021``."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {long_date(last)}" if first != last else long_date(last)
    return f"{short_date(first)} to {long_date(last)}" if first.year == last.year else f"{long_date(first)} to {long_date(last)}"


def capitalised(text: str) -> str:
    """Return text with a capital first letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return text with a capital first letter and a full stop."""
    text = capitalised(text.strip())
    return text if not text or text[-1] in ".!?…" else f"{text}."


def enumerated(words: Iterable[str], last: str = "and") -> str:
    """Return words as an enumeration: ``a, b and c``."""
    words = list(words)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def number_word(value: int) -> str:
    """Return a small count in words, a large one in figures."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[value] if 0 <= value < len(words) else f"{value:,}"


def times(value: int) -> str:
    """Return how often: ``once``, ``twice``, ``three times``."""
    return {1: "once", 2: "twice"}.get(value, f"{number_word(value)} times")


def none_word(value: int) -> str:
    """Return a count as a pronoun: ``none``, ``one``, ``two``."""
    return "none" if value == 0 else number_word(value)


def count_word(value: int, word: str) -> str:
    """Return a count with its noun: ``one rung``, ``two rungs``."""
    return f"{number_word(value)} {word}{'' if value == 1 else 's'}"


def measured(value: float, spec: Measure, start: dt.date) -> str:
    """Return a measure's value as its unit and window ask: a date, yes or no, a place on a scale, or a number with its unit."""
    if math.isnan(value):
        return spec.absent
    if spec.over == "first" and spec.unit in ("", "date", "day", "days"):
        return long_date(start + dt.timedelta(days=round(value)))
    if spec.over == "ever" or spec.unit == "0/1":
        return "yes" if value > 0 else "no"
    scale = _SCALE.fullmatch(spec.unit)
    if scale and scale[1]:
        return f"{scale[1]}{plain(value)}"  # T2 of T0-T5
    if scale:
        return f"{plain(value)} of {scale[2]}" if scale[2] not in ("1", "0") else plain(value)
    unit = "" if spec.unit in _SILENT else f" {spec.unit}"
    return f"{plain(value)}{unit}"


def prior_words(prior: Prior | None) -> str:
    """Return a prior in words, with the range that holds 90% of it."""
    if prior is None:
        return "fixed"
    if prior.lognormal:
        one = prior.lognormal
        low, high = (one.median * math.exp(sign * Z90 * one.sigma) for sign in (-1, 1))
        return f"log-normal around {plain(one.median)}; 90%: {plain(low)} to {plain(high)}"
    if prior.normal:
        low, high = (prior.normal.mean + sign * Z90 * prior.normal.sd for sign in (-1, 1))
        return f"normal around {plain(prior.normal.mean)}; 90%: {plain(low)} to {plain(high)}"
    if prior.uniform:
        return f"anywhere from {plain(prior.uniform.low)} to {plain(prior.uniform.high)}"
    if prior.triangular:
        one_of_three = prior.triangular
        return f"from {plain(one_of_three.low)} to {plain(one_of_three.high)}, likeliest {plain(one_of_three.mode)}"
    if prior.beta:
        from scipy.special import betaincinv  # loads slowly, and most priors are not of this kind

        mean, sd = prior.beta.mean, prior.beta.sd
        weight = mean * (1 - mean) / sd**2 - 1
        low, high = (betaincinv(mean * weight, (1 - mean) * weight, chance) for chance in (0.05, 0.95))
        return f"share around {plain(mean)}; 90%: {low:.2f} to {high:.2f}"
    return "fixed"


def ratio_words(true: float, said: float) -> str:
    """Return how a true number stands to one that was said: ``1.2 times as many``, ``as many``."""
    if said <= 0:
        return ""
    ratio = true / said
    if abs(ratio - 1) < 0.03:
        return "as many"
    return f"{ratio:.1f} times as many" if ratio >= 1.15 else f"{abs(ratio - 1):.0%} {'more' if ratio > 1 else 'fewer'}"


def off_by(believed: float, true: float) -> str:
    """Return how far a belief is off: ``12% too high``, ``right to within 3%``."""
    if true <= 0:
        return "" if believed <= 0 else "nothing was there"
    error = believed / true - 1
    if abs(error) < 0.03:
        return "right to within 3%"
    return f"{abs(error):.0%} too {'high' if error > 0 else 'low'}"
