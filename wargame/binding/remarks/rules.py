"""Remarks about expressions: conditions that always or never hold, weights beyond any other, measures that never change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wargame.binding.checker import Path
from wargame.binding.remarks.subject import Remark, Subject
from wargame.expressions import Expression
from wargame.expressions.ranges import FALSE, TRUE, truth
from wargame.scenario.values import CHANNELS

ODDS = 20.0  # temperatures below another order: a chance of 1 in 500 million
HEAVY = 50.0  # weights are of the size of 1: what weighs more than this is chosen whatever else there is


def _meant(written: Any) -> bool:
    """Return whether a constant condition is one on purpose: ``true``, ``false``."""
    return isinstance(written, bool) or str(written).strip() in ("true", "false")


def _condition(subject: Subject, path: Path, expression: Expression, always: str, never: str, off: str = "") -> Iterator[Remark]:
    """``off`` is the better way to say that it never holds; without one, ``true`` and ``false`` are."""
    written = subject.raw(path)
    if off and str(written).strip().lower() == "false":
        yield (path,), f"can never hold{never}; {off}"
        return
    if written is None or _meant(written):
        return
    sure = truth(subject.range(expression))
    hint = "; write true or false if that is meant" if expression.is_constant else ""
    if sure == TRUE:
        yield (path,), f"always holds{always}{hint} (in: {written})"
    elif sure == FALSE:
        yield (path,), f"can never hold{never}{hint} (in: {written})"


def conditions(subject: Subject) -> Iterator[Remark]:
    """Conditions of events, rungs, actions and alarms that always or never hold."""
    bound, scenario = subject.bound, subject.scenario
    for inject in bound.injects:
        if inject.when is not None:
            path: Path = ("injects", inject.name, "when")
            first = ", so the event happens on its date" if inject.tick is not None else ", so the event happens on the first day"
            yield from _condition(
                subject, path, inject.when, first, ", so the event never happens", "to switch it off say enabled: false"
            )
    for level, expression in zip(sorted(scenario.ladder), bound.rungs.expressions, strict=True):
        yield from _condition(
            subject, ("ladder", level, "when"), expression, ", so the rung is never left", ", so the rung is never reached"
        )
    for name, action in bound.actions.items():
        yield from _condition(subject, ("actions", name, "legal"), action.legal, "", ", so the action never takes effect")
    for actor, expression in zip(bound.cast.actors, bound.urgent.expressions, strict=True):
        yield from _condition(subject, ("actors", actor, "urgent"), expression, ", so it decides every morning", "")


def rules(subject: Subject) -> Iterator[Remark]:
    """Rules that can never be chosen, or always are."""
    for menu, joined in zip(subject.bound.menus, subject.bound.joined, strict=True):
        for candidate in menu.candidates:
            key = (CHANNELS[candidate.channel], candidate.rule)
            if key not in joined.rules:
                continue
            at = joined.place(key)
            yield from _condition(subject, at("when"), candidate.when, "", ", so the rule is never chosen")
            yield from _weight(subject, at("weight"), candidate.weight)
            held = subject.range(menu.hold[candidate.channel])[0]
            yield from _hopeless(subject, at("weight"), candidate.weight, held, joined.choice["temperature"][1].value)
        for channel, (origin, _) in joined.hold.items():
            yield from _weight(subject, ("policies", origin, "hold", channel), menu.hold[CHANNELS.index(channel)])


def _weight(subject: Subject, path: Path, expression: Expression) -> Iterator[Remark]:
    low, high = subject.range(expression)
    written = subject.raw(path)
    if low > HEAVY:
        yield (
            (path,),
            f"weighs at least {low:g}, far more than any other (they are of the size of 1): it is always chosen (in: {written})",
        )
    elif high < -HEAVY:
        yield (path,), f"weighs at most {high:g}, far less than holding (0): it is never chosen (in: {written})"


def _hopeless(subject: Subject, path: Path, expression: Expression, held: float, temperature: float) -> Iterator[Remark]:
    high = subject.range(expression)[1]
    if -HEAVY <= high < held - ODDS * temperature:
        yield (
            (path,),
            (
                f"weighs at most {high:g}, and holding at least {held:g} at a temperature of {temperature:g}: "
                f"it is never chosen (in: {subject.raw(path)})"
            ),
        )


def written_rules(subject: Subject) -> Iterator[Remark]:
    """Conditions and weights that are bare numbers, of policies that nobody follows too."""
    followed = {name for joined in subject.bound.joined for name in joined.names}
    for name, policy in subject.scenario.policies.items():
        for channel in CHANNELS:
            for key, rule in getattr(policy, channel).items() if name not in followed else ():
                if rule is not None:
                    yield from _bare_rule(subject, ("policies", name, channel, key))


def _bare_rule(subject: Subject, base: Path) -> Iterator[Remark]:
    when, weight = _number(subject.raw((*base, "when"))), _number(subject.raw((*base, "weight")))
    if when is not None:
        holds = "always holds" if when else "can never hold, so the rule is never chosen"
        yield ((*base, "when"),), f"{holds}; write true or false if that is meant (in: {subject.raw((*base, 'when'))})"
    if weight is not None and abs(weight) > HEAVY:
        what = "far more than any other (weights are of the size of 1)" if weight > 0 else "far less than holding (0)"
        yield ((*base, "weight"),), f"weighs {weight:g}, {what}"


def _number(written: Any) -> float | None:
    if isinstance(written, bool) or written is None:
        return None
    try:
        return float(written)
    except (TypeError, ValueError):
        return None


def measures(subject: Subject) -> Iterator[Remark]:
    """Measures and watched variables that are the same in every run, and yes-or-no questions whose answer is another number."""
    for measure in subject.bound.measures:
        name = next((one for one in subject.scenario.measures if one == measure.name), None)
        if name is None:
            continue
        low, high = subject.range(measure.value)
        if low == high:
            yield (("measures", name, "value"),), f"is {low:g} in every run, whatever happens (in: {measure.spec.value})"
        elif (
            (measure.spec.asks or measure.spec.unit == "0/1")
            and measure.spec.over not in ("ever", "first")
            and (low > 1 or high < 0)
        ):
            yield (
                (("measures", name, "value"),),
                f"is meant to be 0 or 1, and lies between {low:g} and {high:g} (in: {measure.spec.value})",
            )
    for name, expression in zip(subject.bound.watch_names, subject.bound.watch.expressions, strict=True):
        low, high = subject.range(expression)
        if low == high:
            yield (
                (("watch", name, "value"),),
                f"is {low:g} on every day, whatever happens (in: {subject.scenario.watch[name].value})",
            )


RULES = (conditions, rules, written_rules, measures)
