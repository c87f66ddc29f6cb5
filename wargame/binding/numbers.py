"""Numbers outside what they are numbers of: shares, chances, strengths, temperatures; and priors that lie outside it whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from wargame.binding.checker import Checker, Path
from wargame.scenario.schema import Exercise, Rule, Scenario
from wargame.scenario.values import CHANNELS, Prior, Quantity

Limits: TypeAlias = tuple[float, float]
SHARE: Limits = (0.0, 1.0)
AMOUNT: Limits = (0.0, math.inf)
AT_LEAST_A_DAY: Limits = (1.0, math.inf)
_SENSOR = {"rate": AMOUNT, "noise": AMOUNT, "floor": AMOUNT, "suppressible": SHARE, "finds_sites": AMOUNT}
_STRENGTHS = ("troops", "tanks", "acv", "artillery", "airborne")
_SIZE: Limits = (0.0, 100.0)  # times what the menu says


def check_numbers(scenario: Scenario, check: Checker) -> None:
    """Note every number that cannot be what it is said to be."""
    for path, quantity, limits in _limited(scenario):
        if quantity is not None:
            check_within(path, quantity, limits, check)


def check_within(path: Path, quantity: Quantity, limits: Limits, check: Checker) -> None:
    """Note a number outside its limits, or a prior of which no draw could lie within them."""
    low, high = limits
    allowed = f"must lie between {low:g} and {high:g}" if math.isfinite(high) else f"must be at least {low:g}"
    if not low <= quantity.value <= high:
        check.wrong(path, f"{allowed} (got {quantity.value:g})")
    if quantity.prior is not None:
        least, most = support(quantity.prior)
        if most < low or least > high:
            check.wrong((*path, "prior"), f"{allowed}, and every draw of this prior lies outside ({least:g} to {most:g})")


def support(prior: Prior) -> Limits:
    """Return between which values a prior lies."""
    if prior.uniform is not None:
        return prior.uniform.low, prior.uniform.high
    if prior.triangular is not None:
        return prior.triangular.low, prior.triangular.high
    if prior.beta is not None:
        return SHARE
    return AMOUNT if prior.lognormal is not None else (-math.inf, math.inf)


def _limited(scenario: Scenario) -> Iterator[tuple[Path, Quantity | None, Limits]]:
    for name, sensor in scenario.sensors.items():
        for key, limits in _SENSOR.items():
            yield ("sensors", name, key), getattr(sensor, key), limits
    for name, site in scenario.sites.items():
        yield from _each(("sites", name, "garrison"), site.garrison, AMOUNT)
    for name, item in scenario.items.items():
        yield ("items", name, "troops"), item.troops, AMOUNT
    for name, exercise in scenario.exercises.items():
        yield from _exercise(("exercises", name), exercise)
    for name, action in scenario.actions.items():
        yield ("actions", name, "quorum"), action.quorum, SHARE
    for name, actor in scenario.actors.items():
        yield ("actors", name, "temperature"), actor.temperature, AMOUNT
        yield ("actors", name, "persistence"), actor.persistence, AT_LEAST_A_DAY
    for name, policy in scenario.policies.items():
        yield ("policies", name, "temperature"), policy.temperature, AMOUNT
        yield ("policies", name, "persistence"), policy.persistence, AT_LEAST_A_DAY
        for channel in CHANNELS:
            rules: dict[str, Rule | None] = getattr(policy, channel)
            for key, rule in rules.items():
                yield ("policies", name, channel, key, "size"), rule.size if rule is not None else None, _SIZE


def _exercise(base: Path, exercise: Exercise) -> Iterator[tuple[Path, Quantity | None, Limits]]:
    yield (*base, "margin"), exercise.margin, SHARE
    yield (*base, "headline"), exercise.headline, AMOUNT
    for key, part in exercise.parts.items():
        path: Path = (*base, "parts", key)
        for what in _STRENGTHS:
            yield (*path, what), getattr(part, what), AMOUNT
        yield from _each((*path, "contingents"), part.contingents, SHARE)
        yield from _each((*path, "sites"), part.sites, SHARE)


def _each(base: Path, numbers: Mapping[str, Quantity], limits: Limits) -> Iterator[tuple[Path, Quantity | None, Limits]]:
    for name, quantity in numbers.items():
        yield (*base, name), quantity, limits
