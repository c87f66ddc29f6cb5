"""How often the 95 % intervals that the package prints hold the truth: a register of estimators on processes whose truth is known.

An entry names an estimator, what it is an estimator of, the truth, and a function that makes so many studies and returns the
interval of each. To add one, write the function and its line in ``ENTRIES``. ``tests/test_intervals_coverage.py`` looks at three
hundred studies of each, ``benchmarks/coverage.py`` at more.

What no interval can do is left out here and said in ``benchmarks/README.md``: to speak of what a sample does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from wargame.engine.types import Array
from wargame.plots.outcomes import happened_by
from wargame.seminar.debrief import impact
from wargame.studies.statistics.estimates import Estimate
from wargame.studies.statistics.missing import Interval, of_cases, of_difference, of_mean, of_restricted, of_share, of_shares
from wargame.studies.sweep.plan.until import STEP, Kind, parse_until, reached
from wargame.validation.base_rates import cards
from wargame.validation.base_rates import load as load_rates
from wargame.validation.facts import Check, Sweep
from wargame.validation.known_answers import play, ruin
from wargame.validation.verdicts import estimated

Ends = tuple[float, float]
Studies = Callable[[np.random.Generator, int], Iterator[Interval | Estimate | Ends]]
Draw = Callable[[np.random.Generator, tuple[int, int]], Array]  # generator and (studies, runs) -> numbers
LEAST, MOST = 0.92, 0.98
SEED = 20_210_916


@dataclass(frozen=True)
class Entry:
    """An estimator on something whose truth is known; ``wide`` says why it covers more than 98 %, where it does by intent."""

    estimator: str
    of: str
    truth: float
    studies: Studies
    wide: str = ""


@dataclass(frozen=True)
class Covered:
    """How many studies had an interval, and the share of these that held the truth."""

    entry: Entry
    studies: int
    told: int
    share: float

    @property
    def good(self) -> bool:
        """Whether it is what 95 % promise, or more where that is said."""
        return self.share >= LEAST and (self.share <= MOST or bool(self.entry.wide))


def covered(entry: Entry, studies: int) -> Covered:
    """Return how often an estimator's interval holds the truth in so many studies."""
    rng = np.random.default_rng([SEED, sum(map(ord, entry.estimator + entry.of))])
    ends = [one if isinstance(one, tuple) else (one.low, one.high) for one in entry.studies(rng, studies)]
    told = [(low, high) for low, high in ends if math.isfinite(low)]
    slack = 1e-12 * max(abs(entry.truth), 1.0)
    inside = sum(low - slack <= entry.truth <= high + slack for low, high in told)
    return Covered(entry, len(ends), len(told), inside / len(told) if told else math.nan)


# The ladder, played by the engine: a chain from 2 that ends at 0 or 6.
RUNS = 200
_UP, _DOWN, _START, _TOP, _DAYS = 0.45, 0.35, 2, 6, 365


@cache
def ladder(up: float, runs: int) -> dict[str, Array]:
    """Return the measures of so many runs of the birth-death ladder, with the day of the top, which some never reach."""
    top = {"says": "first day at the top", "value": "esc.chain >= 6", "over": "first", "unit": "days", "judgement": "as end_day"}
    sets = {"horizon": "120 days", "parameters.escalation.odds_up": up, "measures.top_day": top}
    return play("birth_death_ladder", runs, sets)


@cache
def walk(up: float) -> tuple[Array, Array]:
    """Return the chance that the chain comes to the bottom, and to the top, on each day (Feller, volume 1, chapter XIV)."""
    chance = np.zeros(_TOP + 1)
    chance[_START] = 1.0
    ends = np.zeros((2, 120))
    for day in range(120):
        moved = np.zeros_like(chance)
        moved[1:-1] = chance[1:-1] * (1 - up - _DOWN)
        moved[2:] += chance[1:-1] * up
        moved[:-2] += chance[1:-1] * _DOWN
        ends[:, day] = moved[0], moved[-1]
        moved[0] = moved[-1] = 0.0
        chance = moved
    return ends[0], ends[1]


def _rows(values: Array, studies: int) -> Array:
    return values[: studies * RUNS].reshape(studies, RUNS)


def _ladder(name: str, estimate: Callable[[Array], Interval | Estimate | Ends], up: float = _UP) -> Studies:
    def studies(rng: np.random.Generator, count: int) -> Iterator[Interval | Estimate | Ends]:
        yield from map(estimate, _rows(ladder(up, count * RUNS)[name], count))

    return studies


def _ladders(name: str, estimate: Callable[[Array, Array], Interval | Estimate | Ends]) -> Studies:
    """Return studies of pairs on the same luck: with odds of 0.4 upwards, and as it is."""

    def studies(rng: np.random.Generator, count: int) -> Iterator[Interval | Estimate | Ends]:
        found = (_rows(ladder(up, count * RUNS)[name], count) for up in (0.4, _UP))
        yield from map(estimate, *found)

    return studies


def _mean_day(up: float) -> float:
    """Return the mean day on which the top is reached, of the chains that reach it."""
    top = walk(up)[1]
    return float((top * np.arange(120)).sum() / top.sum())


def _restricted(up: float) -> float:
    top = walk(up)[1]
    return float((top * np.arange(120)).sum() + (1 - top.sum()) * 120)


def _drawn(draw: Draw, runs: int, estimate: Callable[[Array], Interval | Estimate | Ends]) -> Studies:
    def studies(rng: np.random.Generator, count: int) -> Iterator[Interval | Estimate | Ends]:
        for _ in range(count):
            yield estimate(draw(rng, (1, runs))[0])

    return studies


def rare(chance: float, size: float = 1000.0) -> Draw:
    """Return draws of a cost that occurs with some chance."""
    return lambda rng, shape: np.where(rng.random(shape) < chance, size, 0.0)


def lognormal(sigma: float) -> Draw:
    """Return draws of a log-normal quantity of median 1."""
    return lambda rng, shape: rng.lognormal(0.0, sigma, shape)


def pareto(tail: float) -> Draw:
    """Return draws of a quantity with a Pareto tail."""
    return lambda rng, shape: rng.pareto(tail, shape)


def damage(chance: float) -> Draw:
    """Return draws of a cost that occurs with some chance and has an exponential size of mean 1,000."""
    return lambda rng, shape: (rng.random(shape) < chance) * rng.exponential(1000.0, shape)


def _pairs(make: Callable[[np.random.Generator], tuple[Array, Array]], estimate: Callable[..., Interval | Estimate]) -> Studies:
    def studies(rng: np.random.Generator, count: int) -> Iterator[Interval | Estimate | Ends]:
        for _ in range(count):
            yield estimate(*make(rng))

    return studies


def _costs(rng: np.random.Generator) -> tuple[Array, Array]:
    """Return costs of 1,000 that two cases rarely have, each by luck of its own: their difference is 0 in the mean."""
    return rare(0.002)(rng, (1, 1000))[0], rare(0.002)(rng, (1, 1000))[0]


def _skewed(rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a log-normal quantity, and one that is larger by a fifth in every run and an exponential number of mean 1."""
    first = lognormal(1.0)(rng, (1, 200))[0]
    return first, 1.2 * first + rng.exponential(1.0, 200)


def _events(rng: np.random.Generator, first: float = 0.3, second: float = 0.5, runs: int = 200) -> tuple[Array, Array]:
    """Return days of an event that comes in some runs only, 12 days later in the second case where it comes in both."""
    u, mood = rng.random(runs), rng.exponential(30.0, runs)
    a = np.where(u < first, mood + rng.normal(0, 5, runs), np.nan)
    b = np.where(u > 1 - second, mood + 12.0 + rng.normal(0, 5, runs), np.nan)
    overlap = rng.random(runs) < 0.2  # some runs have it in both cases, on the same mood
    both = mood + rng.normal(0, 5, (2, runs))
    return np.where(overlap, both[0], a), np.where(overlap, both[1] + 12.0, b)


def _shares_over_cases(rng: np.random.Generator, count: int) -> Iterator[Interval]:
    """Yield the share over five cases on the same luck, each with a chance of its own: 0.3 in the mean."""
    chances = np.array([0.1, 0.2, 0.3, 0.4, 0.5])[:, np.newaxis]
    for _ in range(count):
        shared, own = rng.random((1, 200)), rng.random((5, 200))
        u = np.where(rng.random((5, 200)) < 0.5, shared, own)
        yield of_cases((u < chances).astype(np.float64), share=True)


def _means_over_cases(rng: np.random.Generator, count: int) -> Iterator[Interval]:
    """Yield the mean over three cases on the same luck, of a number that each case lacks in a third of its runs."""
    for _ in range(count):
        luck = rng.exponential(1.0, 200)
        rows = np.stack([luck + shift + rng.normal(0, 1, 200) for shift in (0.0, 1.0, 2.0)])
        yield of_cases(np.where(rng.random(rows.shape) < 1 / 3, np.nan, rows), share=False)


def until(draw: Draw, text: str, kind: Kind, most: int = 400) -> Studies:
    """Return studies that run on until the interval is narrow enough, looked at after every ``STEP`` runs."""
    target = parse_until(f"m{text}")

    def studies(rng: np.random.Generator, count: int) -> Iterator[Interval]:
        for _ in range(count):
            sample = np.empty(0)
            for _ in range(most):
                sample = np.concatenate([sample, draw(rng, (1, STEP))[0]])
                if reached([target], [{"m": sample}], {"m": kind})[0].met:
                    break
            yield of_share(sample) if kind.share else of_mean(sample)

    return studies


def _check(statistic: str, make: Callable[[np.random.Generator], Sequence[Array]], **more: object) -> Studies:
    """Return studies of a statistic of ``wargame validate``."""
    fields = {"says": "", "statistic": statistic, "at_least": 0, "arm": "a", "value": "x", **more}
    check = Check.model_construct(None, **fields)

    def studies(rng: np.random.Generator, count: int) -> Iterator[Estimate]:
        for _ in range(count):
            yield estimated(check, [list(make(rng))], paired=True)

    return studies


def _of_base_rates(rng: np.random.Generator, count: int) -> Iterator[Estimate]:
    """Yield the share of a class that three runs in ten end in, of runs of which a fifth cannot tell."""
    rates = load_rates()
    name, scale = next(iter(rates.scales.items()))
    for _ in range(count):
        ended = np.where(rng.random(250) < 0.2, np.nan, (rng.random(250) < 0.3).astype(np.float64))
        card = next(one for one in cards(rates, "x", {scale.value: ended}, 250) if one.scale == name)
        yield card.rows[1].simulated


def _by_day(day: int) -> Callable[[Array], Ends]:
    def ends(days: Array) -> Ends:
        _, _, low, high = happened_by(days, 120)
        return float(low[day]), float(high[day])

    return ends


def _linear(rng: np.random.Generator, runs: int) -> tuple[Array, ...]:
    """Return a number at three values of something, on the same luck: 2 more at each."""
    noise = rng.exponential(1.0, runs)
    return tuple(noise + 2.0 * x + rng.normal(0, 1, runs) for x in (0.0, 1.0, 2.0))


def of_numbers(a: Array, b: Array) -> Interval:
    """Return the difference of numbers over pairs."""
    return of_difference(a, b, share=False)


_SWEEP = Sweep(arm="a", path="x", values=(0.0, 1.0, 2.0))
_TOP_SHARE = {up: ruin(up, _DOWN, _START, _TOP)[0] for up in (0.4, _UP)}
_STEPS = {up: ruin(up, _DOWN, _START, _TOP)[1] for up in (0.4, _UP)}
_FEW = "few runs, and uneven ones, decide: it errs on the wide side"

ENTRIES: tuple[Entry, ...] = (
    Entry("share", "ladder: reached_top, 200 runs", _TOP_SHARE[_UP], _ladder("reached_top", of_share)),
    Entry("share", "an event of 3 in 1,000, 1,000 runs", 0.003, _drawn(rare(0.003, 1.0), 1000, of_share)),
    Entry("share", "base rates: a class of three in ten", 0.3, _of_base_rates),
    Entry("share", "five cases on the same luck", 0.3, _shares_over_cases),
    Entry("mean", "ladder: end_day, 200 runs", _STEPS[_UP] - 1, _ladder("end_day", of_mean)),
    Entry("mean", "ladder: top_day of those that reach it, 200 runs", _mean_day(_UP), _ladder("top_day", of_mean)),
    Entry("mean", "normal, 20 runs", 0.0, _drawn(lambda rng, shape: rng.normal(size=shape), 20, of_mean)),
    Entry("mean", "exponential, 60 runs", 1.0, _drawn(lambda rng, shape: rng.exponential(size=shape), 60, of_mean)),
    Entry("mean", "log-normal, sigma 1, 100 runs", math.exp(0.5), _drawn(lognormal(1.0), 100, of_mean)),
    Entry("mean", "log-normal, sigma 1.5, 1,000 runs", math.exp(1.125), _drawn(lognormal(1.5), 1000, of_mean)),
    Entry("mean", "Pareto, tail 2.5, 1,000 runs", 1 / 1.5, _drawn(pareto(2.5), 1000, of_mean)),
    Entry("mean", "1,000 once in 2,000 runs, 1,000 runs", 0.5, _drawn(rare(0.0005), 1000, of_mean)),
    Entry("mean", "1,000 in 1.536 of 1,000 runs, 1,000 runs", 1.536, _drawn(rare(0.001536), 1000, of_mean)),
    Entry("mean", "1,000 in 1 of 100 runs, 1,000 runs", 10.0, _drawn(rare(0.01), 1000, of_mean)),
    Entry("mean", "exponential damage in 1 of 50 runs, 1,000 runs", 20.0, _drawn(damage(0.02), 1000, of_mean), _FEW),
    Entry("mean", "three cases on the same luck, a third missing", 2.0, _means_over_cases),
    Entry("difference", "ladder: reached_top", _TOP_SHARE[_UP] - _TOP_SHARE[0.4],
          _ladders("reached_top", lambda a, b: of_difference(a, b, share=True))),
    Entry("difference", "ladder: end_day", _STEPS[_UP] - _STEPS[0.4], _ladders("end_day", of_numbers)),
    Entry("difference", "log-normal, larger by a fifth and more", 0.2 * math.exp(0.5) + 1, _pairs(_skewed, of_numbers)),
    Entry("difference", "costs of 1,000 in 2 of 1,000 runs of either", 0.0, _pairs(_costs, of_numbers)),
    Entry("difference", "a decision's, of shares", _TOP_SHARE[_UP] - _TOP_SHARE[0.4],
          _ladders("reached_top", lambda a, b: impact.difference(b, a, share=True))),
    Entry("difference of shares there", "ladder: top_day", _TOP_SHARE[_UP] - _TOP_SHARE[0.4], _ladders("top_day", of_shares)),
    Entry("difference where both are", "days of an event, 12 later", 12.0, _pairs(_events, of_numbers)),
    Entry("restricted mean", "ladder: top_day, 120 days", _restricted(_UP) - _restricted(0.4), _ladders("top_day", lambda a, b: of_restricted(a, b, 120.0)), _FEW),
    Entry("time to event", "ladder: at the top by day 8", float(walk(_UP)[1][:8].sum()), _ladder("top_day", _by_day(8))),
    Entry("until", "normal, ±0.05", 0.0, until(lambda rng, shape: rng.normal(size=shape), "±0.05", Kind())),
    Entry("until", "1,000 in 1 of 2,000 runs, ±1", 0.5, until(rare(0.0005), "±1", Kind())),
    Entry("until", "1,000 in 1 of 2,000 runs, ±0.25", 0.5, until(rare(0.0005), "±0.25", Kind())),
    Entry("until", "1,000 in 1.536 of 1,000 runs, ±1", 1.536, until(rare(0.001536), "±1", Kind())),
    Entry("until", "an event of 1 in 2,000, ±0.0005", 0.0005, until(rare(0.0005, 1.0), "±0.0005", Kind(share=True))),
    Entry("until", "log-normal, sigma 1.5, ±10%", math.exp(1.125), until(lognormal(1.5), "±10%", Kind())),
    Entry("until", "Pareto, tail 2.5, ±5%", 1 / 1.5, until(pareto(2.5), "±5%", Kind())),
    Entry("validate", "mean, exponential, 500 runs", 1.0, _check("mean", lambda rng: (rng.exponential(size=500),))),
    Entry("validate", "median, exponential, 150 runs", math.log(2), _check("median", lambda rng: (rng.exponential(size=150),))),
    Entry("validate", "ratio of shares 0.4 and 0.2, 500 runs", 2.0,
          _check("ratio", lambda rng: [(u := rng.random(500)), *((u < p).astype(np.float64) for p in (0.4, 0.2))][1:], summary="share")),
    Entry("validate", "rank correlation, 0", 0.0, _check("correlation", lambda rng: (rng.random(60), rng.random(60)))),
    Entry("validate", "difference of medians, 2", 2.0,
          _check("difference", lambda rng: _linear(rng, 100)[1::-1], summary="median")),
    Entry("validate", "span of 4", 4.0, _check("span", lambda rng: _linear(rng, 200), sweeps=(_SWEEP,))),
    Entry("validate", "span of nothing", 0.0,
          _check("span", lambda rng: list(rng.exponential(size=(3, 200))), sweeps=(_SWEEP,))),
    Entry("validate", "trend, 2 for each step", 2.0,
          _check("trend", lambda rng: _linear(rng, 300), sweep=_SWEEP)),
)  # fmt: skip
