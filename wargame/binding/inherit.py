"""Policies joined with what they extend, key by key: every part is as the last policy that says something about it has it.

A rule or a number that a later policy names again keeps every key that this one leaves out; ``null`` takes a key, a rule or a
number away. Where something comes from is one key: who states a ``judgement`` does not keep the ``source`` of what is overridden.
A bare number takes the place of a whole number, its prior and its source with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from wargame.binding.checker import At, Checker, Path
from wargame.scenario.schema import HandOrder, Policy, Rule, Scenario, ScriptedOrder
from wargame.scenario.values import CHANNELS, Channel, Quantity

DEFAULT = {
    "temperature": Quantity(value=0.3, judgement="calculating, not mechanical: the design's default noise of a choice"),
    "persistence": Quantity.model_validate({
        "value": 42.0, "prior": {"lognormal": {"median": 42.0, "sigma": 0.4}},
        "judgement": "governments keep a line for some weeks, until a season, a report or a summit changes it",
    }),
}  # fmt: skip
HUMAN, ROLLOUT = "human", "rollout"
_ORIGIN = {"source", "judgement"}
RuleKey: TypeAlias = tuple[Channel, str]


@dataclass(frozen=True)
class Ahead:
    """How a policy of kind ``rollout`` looks ahead, and which policy its ``payoff`` comes from."""

    horizon: int = 14
    futures: int = 16
    payoff: tuple[str, str | float] | None = None


@dataclass(frozen=True)
class Joined:
    """A policy with everything it extends, and the policy each of its parts came from."""

    names: tuple[str, ...]
    kind: str
    says: str
    choice: Mapping[str, tuple[str, Quantity]]  # of ``temperature`` and ``persistence``: path, number
    lets: Mapping[str, tuple[str, Quantity]]
    rules: Mapping[RuleKey, tuple[str, Rule]]  # with the last policy that names the rule
    hold: Mapping[Channel, tuple[str, str | float]]
    orders: tuple[tuple[Path, ScriptedOrder], ...]  # with the path of each
    spec: Policy
    staff: str = "logit"  # kind of the policy that a human's extends: it decides where no orders are given by hand
    turns: Mapping[dt.date, tuple[HandOrder, ...]] = field(default_factory=dict)
    ahead: Ahead = Ahead()
    origins: Mapping[RuleKey, Mapping[str, str]] = field(default_factory=dict)  # rule -> key -> the policy that says it

    def place(self, rule: RuleKey) -> At:
        """Return what gives the path at which a key of a rule is written; of "", the path of the rule."""
        channel, name = rule
        last, own = self.rules[rule][0], self.origins.get(rule, {})

        def at(key: str) -> Path:
            path: Path = ("policies", own.get(key, last), channel, name)
            return (*path, key) if key else path

        return at


def chain_of(names: tuple[str, ...], scenario: Scenario, check: Checker) -> list[str]:
    """Return policies and all they extend, each with what it extends before it; a circle is noted."""
    chain: list[str] = []

    def add(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            check.wrong(("policies", name, "extends"), f"policies extend each other in a circle: {' -> '.join((*trail, name))}")
            return
        for base in scenario.policies[name].extends:
            if base in scenario.policies:
                add(base, (*trail, name))
        if name not in chain:
            chain.append(name)  # a base that two policies share keeps its first place: it undoes neither
        elif not trail:
            chain.append(chain.pop(chain.index(name)))  # a policy that is named itself comes where it is named

    for name in names:
        if name in scenario.policies:
            add(name, ())
    return chain


class _Parts:
    """What a chain of policies comes to; each is laid over those before it."""

    def __init__(self) -> None:
        self.kind, self.staff, self.says = "logit", "logit", ""
        self.orders: tuple[tuple[Path, ScriptedOrder], ...] = ()
        self.turns: dict[dt.date, tuple[HandOrder, ...]] = {}
        self.choice: dict[str, tuple[str, Quantity]] = {}
        self.lets: dict[str, tuple[str, Quantity]] = {}
        self.rules: dict[RuleKey, tuple[str, Rule]] = {}
        self.origins: dict[RuleKey, dict[str, str]] = {}
        self.hold: dict[Channel, tuple[str, str | float]] = {}
        self.ahead = Ahead()

    def add(self, name: str, policy: Policy) -> None:
        """Lay a policy over what there is."""
        self.ahead = Ahead(
            policy.horizon or self.ahead.horizon,
            policy.futures or self.ahead.futures,
            self.ahead.payoff if policy.payoff is None else (name, policy.payoff),
        )
        self.kind = policy.kind if "kind" in policy.model_fields_set else self.kind
        self.staff = self.kind if self.kind != HUMAN else self.staff
        self.says = policy.says or self.says
        self.turns |= policy.turns
        self.orders += tuple((("policies", name, "orders", number), order) for number, order in enumerate(policy.orders))
        for number in policy.model_fields_set & set(DEFAULT):
            own: Quantity | None = getattr(policy, number)
            if own is None:
                self.choice.pop(number, None)
            else:
                self.choice[number] = (f"policies.{name}.{number}", own)
        for key, quantity in policy.let.items():
            self._let(name, key, quantity)
        for channel in CHANNELS:
            for key, rule in getattr(policy, channel).items():
                self._rule(name, (channel, key), rule)
        for held, formula in policy.hold.items():
            if formula is None:
                self.hold.pop(held, None)
            else:
                self.hold[held] = (name, formula)

    def _let(self, name: str, key: str, quantity: Quantity | None) -> None:
        if quantity is None:
            self.lets.pop(key, None)
            return
        below = self.lets.get(key)
        if below is not None and quantity.model_fields_set != {"value"}:  # a bare number stands alone
            quantity = below[1].model_copy(update=_stated(quantity))
        self.lets[key] = (f"policies.{name}.let.{key}", quantity)

    def _rule(self, name: str, key: RuleKey, rule: Rule | None) -> None:
        if rule is None:
            self.rules.pop(key, None)
            self.origins.pop(key, None)
            return
        below = self.rules.get(key)
        said = dict.fromkeys(_stated(rule), name)
        if below is not None:
            rule = below[1].model_copy(update=_stated(rule))
        self.rules[key] = (name, rule)
        self.origins[key] = self.origins.get(key, {}) | said


def _stated(part: Rule | Quantity) -> dict[str, Any]:
    """Return what a rule or a number states. One that says itself where it comes from does not lean on what it overrides."""
    keys = part.model_fields_set | (_ORIGIN if part.model_fields_set & _ORIGIN else set())
    return {key: getattr(part, key) for key in keys}


def join(names: tuple[str, ...], scenario: Scenario, check: Checker, owner: str | None = None) -> Joined:
    """Return the policies of a list as one: each with what it extends before it, later ones win."""
    chain, parts = chain_of(names, scenario, check), _Parts()
    for name in chain:
        parts.add(name, scenario.policies[name])
    last = f"policies.{chain[-1]}." if chain else ""
    choice = {number: parts.choice.get(number, (last and f"{last}{number}", default)) for number, default in DEFAULT.items()}
    for number in DEFAULT if owner is not None else ():
        own: Quantity | None = getattr(scenario.actors[owner], number) if owner is not None else None
        if own is not None:
            choice[number] = (f"actors.{owner}.{number}", own)
    spec = scenario.policies[chain[-1]] if chain else Policy()
    return Joined(
        tuple(chain), parts.kind, parts.says, choice, parts.lets, parts.rules, parts.hold, parts.orders, spec, parts.staff,
        parts.turns, parts.ahead, parts.origins,
    )  # fmt: skip
