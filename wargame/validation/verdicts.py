"""From simulated measures to verdicts: one check's number with its interval, held against its bounds.

A run in which a value or a condition is missing is neither for nor against: it is left out, of pairs with its partner, and
counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wargame.engine.types import Array, Mask
from wargame.expressions import ExpressionError, compile_expression
from wargame.studies.scope import MeasureScope
from wargame.studies.statistics import estimates, means, summaries
from wargame.studies.statistics.means import ALIKE
from wargame.validation.facts import SINGLE, SPANS, Check, Facts, Runs, Setting, Sweep
from wargame.validation.plan import Plan, Values


@dataclass(frozen=True)
class Sample:
    """Where a sample comes from: a setting, a value of its runs, and which of its runs count."""

    setting: Setting
    value: object
    given: object | None = None


@dataclass(frozen=True)
class CheckResult:
    """A check with its number. ``why`` says in words why there is none; ``gone``: runs that cannot tell, of its samples."""

    check: Check
    scenarios: tuple[str, ...]
    estimate: estimates.Estimate
    passed: bool
    why: str = ""
    gone: int = 0

    @property
    def remark(self) -> str:
        """Why there is no number, how rare a thing may be that never happened, how many runs cannot tell; empty otherwise."""
        parts = [self.why] if self.why else []
        if not self.why and self.check.statistic == "share" and not self.estimate.value > 0:
            most = estimates.most_if_none(self.estimate.n)
            parts.append(f"none in {self.estimate.n:,} runs: at most {most:.2g}, with 95 % confidence")
        if self.gone:
            parts.append(f"{self.gone:,} runs that cannot tell are left out")
        return "; ".join(parts)

    @property
    def numbers(self) -> str:
        """The number with its interval in brackets; of a sample in which nothing varies there is none."""
        one = self.estimate
        if not one.known:
            return "–"
        return (
            f"{short(one.value)} [{short(one.low)}, {short(one.high)}]" if math.isfinite(one.low) else f"{short(one.value)} [–]"
        )

    @property
    def open(self) -> bool:
        """Whether it fails and the interval still reaches every bound: more runs may show that it holds."""
        c, e = self.check, self.estimate
        low = max([bound for bound in (c.at_least, c.above) if bound is not None], default=-math.inf)
        high = min([bound for bound in (c.at_most, c.below) if bound is not None], default=math.inf)
        return not self.passed and e.known and e.high >= low and e.low <= high

    def bounds(self) -> str:
        """Return the bounds as text: ``≥ 0.8 (m)``."""
        c = self.check
        parts = [
            *([f"= {c.at_least:g}"] if c.at_least is not None and c.at_least == c.at_most else _limits(c)),
            *([f"interval > {c.above:g}"] if c.above is not None else ()),
            *([f"interval < {c.below:g}"] if c.below is not None else ()),
        ]
        return ", ".join(parts) + (" (m)" if c.judged else "")


def short(value: float) -> str:
    """Return a number of a check as short text."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _limits(check: Check) -> list[str]:
    pairs = ((check.at_least, "≥"), (check.at_most, "≤"))
    return [f"{sign} {bound:g}" for bound, sign in pairs if bound is not None]


def runs_of(check: Check, runs: Runs, quick: bool, most: int | None) -> int:
    """Return how many runs a check takes: more for a probability than for a paired difference."""
    shares = check.summary == "share" and check.statistic in ("difference", "ratio")
    probability = shares or check.statistic in (*SINGLE, "wins")
    usual = runs.quick if quick else runs.probability if probability else runs.paired
    return usual if most is None else most


def ask(plan: Plan, facts: Facts, check: Check, runs: int) -> None:
    """Ask the plan for all that a check needs."""
    for sample in (one for group in samples(facts, check) for one in group):
        plan.need(sample.setting, runs, [sample.value, *([] if sample.given is None else [sample.given])])


def samples(facts: Facts, check: Check) -> list[list[Sample]]:
    """Return the samples of a check in groups: one group, or one for every sweep (those against last)."""
    if check.statistic in SPANS or check.statistic == "trend":
        return [_swept(facts, check, sweep) for sweep in check.all_sweeps()]
    arms = check.arms or (check.arm,)
    values = check.values or (check.value,)
    givens = check.givens or (check.given,)
    n = 1 if check.statistic in SINGLE else 2
    picked = [[row[i % len(row)] for i in range(n)] for row in (list(arms), list(values), list(givens))]
    return [[
        Sample(facts.arms[str(arm)].setting(), value, given) for arm, value, given in zip(*picked, strict=True)
    ]]  # fmt: skip


def _swept(facts: Facts, check: Check, sweep: Sweep) -> list[Sample]:
    base = facts.arms[sweep.arm].setting()
    return [Sample(base.with_set({sweep.path: value}), check.value, check.given) for value in sweep.values]


def judge(facts: Facts, check: Check, results: Mapping[Setting, Values], runs: int) -> CheckResult:
    """Return a check with its number and its verdict."""
    scenarios = tuple(dict.fromkeys(facts.arms[name].scenario for name in check.arm_names()))
    asked = _groups(facts, check, results, runs)
    paired = _paired(check, asked)
    groups = _there(asked, paired)
    gone = sum(len(one) for group in asked for one in group) - sum(len(one) for group in groups for one in group)
    if any(len(sample) == 0 for group in groups for sample in group):
        none = "in no run can it be told" if gone else "no run meets the condition"
        return CheckResult(check, scenarios, estimates.NOTHING, False, none, gone)
    estimate = estimated(check, groups, paired)
    if not estimate.known:
        return CheckResult(check, scenarios, estimate, False, "nothing to compare with", gone)
    return CheckResult(check, scenarios, estimate, holds(check, estimate), "", gone)


def _paired(check: Check, groups: Sequence[Sequence[Array]]) -> bool:
    """Return whether the samples are the same runs on the same luck."""
    if check.statistic in ("wins", "correlation"):
        return True
    return check.given is None and not check.givens and len({len(sample) for group in groups for sample in group}) == 1


def _there(groups: Sequence[Sequence[Array]], paired: bool) -> list[list[Array]]:
    """Return the samples without the runs in which a value is missing, of pairs on either side."""
    if paired and len({len(sample) for group in groups for sample in group}) == 1:
        gone = np.any([np.isnan(sample) for group in groups for sample in group], axis=0)
        return [[sample[~gone] for sample in group] for group in groups]
    return [[sample[~np.isnan(sample)] for sample in group] for group in groups]


def holds(check: Check, estimate: estimates.Estimate) -> bool:
    """Return whether an estimate keeps the bounds of a check.

    Where nothing varies there is no interval to bind, and the estimate itself must lie within, if it is of more runs than chance.
    """
    sure = math.isnan(estimate.low) and estimate.n >= ALIKE
    low, high = (estimate.value, estimate.value) if sure else (estimate.low, estimate.high)
    return all((
        check.at_least is None or estimate.value >= check.at_least,
        check.at_most is None or estimate.value <= check.at_most,
        check.above is None or low > check.above,
        check.below is None or high < check.below,
    ))  # fmt: skip


def _groups(facts: Facts, check: Check, results: Mapping[Setting, Values], runs: int) -> list[list[Array]]:
    found = samples(facts, check)
    if check.statistic != "wins" or check.given is None:
        return [[_values(sample, results, runs) for sample in group] for group in found]
    first = found[0][0]  # pairs stay pairs: the condition is that of the first of each
    where = _true(evaluate(check.given, results[first.setting])[:runs])
    return [[evaluate(sample.value, results[sample.setting])[:runs][where] for sample in group] for group in found]


def _values(sample: Sample, results: Mapping[Setting, Values], runs: int) -> Array:
    measures = results[sample.setting]
    value = evaluate(sample.value, measures)[:runs]
    if sample.given is None:
        return value
    given = evaluate(sample.given, measures)[:runs]
    kept = _true(given) | np.isnan(given)
    return np.where(np.isnan(given), np.nan, value)[kept]  # a run that cannot tell whether it counts is counted as missing


def _true(condition: Array) -> Mask:
    """Return where a condition holds: where it is missing it does not."""
    found: Mask = (condition != 0) & ~np.isnan(condition)
    return found


def evaluate(formula: object, measures: Values) -> Array:
    """Return an expression over measures in every run. Raises :class:`ExpressionError` for a name that is none."""
    names = tuple(sorted(measures))
    try:
        expression = compile_expression(formula, MeasureScope(names))  # type: ignore[arg-type]
    except ExpressionError as error:
        raise ExpressionError(f"{error.message} (in: {formula})", error.column) from None
    table = np.ascontiguousarray(np.stack([measures[name] for name in names])) if names else np.zeros((0, 1))
    return expression(table)


def estimated(check: Check, groups: Sequence[Sequence[Array]], paired: bool) -> estimates.Estimate:
    """Return the number of a check; without an interval where all resamples give the same."""
    found = _of_samples(check, groups, paired)
    return replace(found, low=math.nan, high=math.nan) if found.low == found.high else found


def _of_samples(check: Check, groups: Sequence[Sequence[Array]], paired: bool) -> estimates.Estimate:
    flat = [sample for group in groups for sample in group]
    how = check.summary
    match check.statistic:
        case "share":
            return estimates.wilson(int((flat[0] != 0).sum()), len(flat[0]))
        case "mean":
            return means.estimate(flat[0])
        case "median":
            return estimates.median_of(flat[0])
        case "mode":
            return estimates.bootstrap(flat, lambda s: summaries.mode(s[0]), paired=True)
        case "difference":
            if paired and how == "mean":
                return means.estimate(flat[0] - flat[1], signed=True)
            return estimates.bootstrap(
                flat, lambda s: summaries.SUMMARIES[how](s[0]) - summaries.SUMMARIES[how](s[1]), paired=paired
            )
        case "ratio":
            return estimates.bootstrap(flat, lambda s: summaries.ratio(s[0], s[1], how), paired=paired)
        case "wins":
            return estimates.wilson(int((flat[0] > flat[1]).sum()), len(flat[0]))
        case "correlation":
            return estimates.bootstrap(flat, lambda s: summaries.spearman(s[0], s[1]), paired=True)
        case "trend":
            at = [float(value) for value in check.sweep.values] if check.sweep else []
            return estimates.bootstrap(flat, lambda s: summaries.slope(s, at, how), paired=paired)
    return _spans(check, groups, paired)


def _spans(check: Check, groups: Sequence[Sequence[Array]], paired: bool) -> estimates.Estimate:
    """Return the widest span of the sweeps, less or divided by the widest of those against which they are held.

    A span is never below nought, and luck alone makes one: where it is no wider than that, its interval begins at nought.
    """
    sizes = [len(group) for group in groups]
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    own = len(check.sweeps)

    def widest(flat: Sequence[Array], which: range) -> Array:
        spans = [summaries.spread(flat[ends[i] - sizes[i] : ends[i]], check.summary) for i in which]
        return np.asarray(np.max(np.stack(spans), axis=0))

    def reduce(flat: Sequence[Array]) -> Array:
        one = widest(flat, range(own))
        if check.statistic == "span":
            return one
        other = widest(flat, range(own, len(groups)))
        if check.statistic == "span_difference":
            return one - other
        return np.asarray(np.divide(one, other, out=np.full_like(np.atleast_1d(one), np.nan).reshape(one.shape), where=other > 0))

    every = [sample for group in groups for sample in group]
    found = estimates.bootstrap(every, reduce, paired=paired)
    if check.statistic != "span":
        return found
    middle = [summaries.SUMMARIES[check.summary](sample) for sample in every]

    def luck(flat: Sequence[Array]) -> Array:
        around = [summaries.SUMMARIES[check.summary](sample) - at for sample, at in zip(flat, middle, strict=True)]
        spans = [np.ptp(np.stack(around[ends[i] - sizes[i] : ends[i]]), axis=0) for i in range(own)]
        return np.asarray(np.max(np.stack(spans), axis=0))

    return found if found.value > estimates.bootstrap(every, luck, paired=paired).high else replace(found, low=0.0)
