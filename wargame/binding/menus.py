"""Policies: joined with what they extend, and their rules compiled over the view of the actor that follows them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wargame.binding.checker import Checker, Path
from wargame.binding.references import check_rule_aims
from wargame.errors import allowed, did_you_mean
from wargame.expressions import Expression
from wargame.scenario.schema import Action, HandOrder, Policy, Rule, Scenario, ScriptedOrder
from wargame.scenario.values import CHANNELS, Channel, Quantity
from wargame.world.cast import Cast
from wargame.world.fields import Layout
from wargame.world.menu import Candidate, Menu
from wargame.world.scope import Names

DEFAULT_TEMPERATURE = Quantity(value=0.3, judgement="calculating, not mechanical: the design's default noise of a choice")


HUMAN, ROLLOUT = "human", "rollout"


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
    temperature: tuple[str, Quantity]  # path, number
    lets: Mapping[str, tuple[str, Quantity]]
    rules: Mapping[tuple[Channel, str], tuple[str, Rule]]
    hold: Mapping[Channel, tuple[str, str | float]]
    orders: tuple[ScriptedOrder, ...]
    spec: Policy
    staff: str = "logit"  # kind of the policy that a human's extends: it decides where no orders are given by hand
    turns: Mapping[dt.date, tuple[HandOrder, ...]] = field(default_factory=dict)
    ahead: Ahead = Ahead()


def join(names: tuple[str, ...], scenario: Scenario, check: Checker, owner: str | None = None) -> Joined:
    """Return the policies of a list as one: each with what it extends before it, later ones win."""
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
    kind, staff, says, orders = "logit", "logit", "", ()
    turns: dict[dt.date, tuple[HandOrder, ...]] = {}
    temperature = (f"policies.{chain[-1]}.temperature" if chain else "", DEFAULT_TEMPERATURE)
    lets: dict[str, tuple[str, Quantity]] = {}
    rules: dict[tuple[Channel, str], tuple[str, Rule]] = {}
    hold: dict[Channel, tuple[str, str | float]] = {}
    ahead = Ahead()
    for name in chain:
        policy = scenario.policies[name]
        ahead = Ahead(
            policy.horizon or ahead.horizon,
            policy.futures or ahead.futures,
            ahead.payoff if policy.payoff is None else (name, policy.payoff),
        )
        kind = policy.kind if "kind" in policy.model_fields_set else kind
        staff = kind if kind != HUMAN else staff
        says = policy.says or says
        turns |= policy.turns
        orders = orders + policy.orders  # type: ignore[assignment]
        if policy.temperature is not None:
            temperature = (f"policies.{name}.temperature", policy.temperature)
        lets |= {key: (f"policies.{name}.let.{key}", quantity) for key, quantity in policy.let.items()}
        for channel in CHANNELS:
            rules |= {(channel, key): (name, rule) for key, rule in getattr(policy, channel).items()}
        hold |= {channel: (name, formula) for channel, formula in policy.hold.items()}
    if owner is not None and (own := scenario.actors[owner].temperature) is not None:
        temperature = (f"actors.{owner}.temperature", own)
    spec = scenario.policies[chain[-1]] if chain else Policy()
    return Joined(tuple(chain), kind, says, temperature, lets, rules, hold, tuple(orders), spec, staff, turns, ahead)


def make_menu(actor: str, joined: Joined, scenario: Scenario, layout: Layout, cast: Cast, check: Checker) -> Menu:
    """Return an actor's menu; whatever is wrong with a rule is noted where the rule stands."""
    me = cast.actors.index(actor)
    lets = {name: layout.row(f"let.{actor}.{name}") for name in joined.lets}
    public = frozenset(name for name, action in scenario.actions.items() if action.public)
    scope = Names(layout, cast, me, lets, None, public)
    candidates: list[Candidate] = []
    for (channel, key), (origin, rule) in sorted(joined.rules.items()):
        found = _candidate(actor, channel, key, origin, rule, scenario, scope, check)
        if found is not None:
            candidates.append(found)
    candidates += _scripted(actor, joined, scenario, scope, check)
    if joined.kind == HUMAN:
        candidates += _by_hand(actor, joined, scenario, scope, check)
    hold: list[Expression] = []
    for channel in CHANNELS:
        origin, formula = joined.hold.get(channel, ("", 0.0))
        hold.append(check.formula(("policies", origin, "hold", channel), formula, scope))
    candidates.sort(key=lambda c: (c.channel, c.rule))
    return Menu(me, tuple(candidates), tuple(hold))


def _candidate(
    actor: str, channel: Channel, key: str, origin: str, rule: Rule, scenario: Scenario, scope: Names, check: Checker,
    where: Path = (),
) -> Candidate | None:  # fmt: skip
    path: Path = where or ("policies", origin, channel, key)
    name = rule.action or key
    action = scenario.actions.get(name)
    if action is None:
        where = (*path, "action") if rule.action else path
        near = did_you_mean(name, scenario.actions) or f"; allowed: {allowed(scenario.actions)}"
        check.wrong(where, f'unknown action "{name}"{near}')
        return None
    before = len(check.mistakes)
    check_rule_aims(path, rule, scenario, check)
    _check_fit(actor, channel, path, name, action, rule, scenario, scope.cast, check)
    if len(check.mistakes) > before:
        return None
    cast = scope.cast
    item = cast.items.index(rule.item) if rule.item is not None else None
    place = rule.site or (scenario.items[rule.item].site if rule.item is not None else None)
    site = cast.sites.index(place) if place is not None else None
    aware = Names(scope.layout, cast, scope.actor, scope.lets, site, scope.public)
    return Candidate(
        rule=key,
        action=name,
        channel=CHANNELS.index(channel),
        when=check.formula((*path, "when"), rule.when, aware),
        weight=check.formula((*path, "weight"), rule.weight, aware),
        target=_single(rule.target, cast),
        item=item,
        site=site,
        size=rule.size.value if rule.size is not None else 1.0,
        says=rule.says,
        sources=rule.source,
    )


def _check_fit(
    actor: str, channel: Channel, path: Path, name: str, action: Action, rule: Rule, scenario: Scenario, cast: Cast,
    check: Checker,
) -> None:  # fmt: skip
    if action.channel != channel:
        check.wrong(path, f'"{name}" is ordered in the {action.channel} channel, not the {channel} one; move the rule there')
    unknown = [who for who in action.by if who not in scenario.actors and who not in scenario.roles]  # a mistake of its own
    if action.by and not unknown and not may_order(actor, action, scenario):
        check.wrong(path, f'{actor} may not order "{name}"; allowed: {allowed(action.by)}')
    given = {"target": rule.target, "item": rule.item, "site": rule.site}
    for need in action.needs:
        if given[need] is None and not (need == "site" and rule.item and scenario.items[rule.item].site):
            check.wrong(path, f'"{name}" needs a {need}')
    if rule.target in scenario.roles and _single(rule.target, cast) is None:
        check.wrong((*path, "target"), f'"{rule.target}" is a group; a target is one actor')


def may_order(actor: str, action: Action, scenario: Scenario) -> bool:
    """Return whether an actor may order an action: it is named in ``by``, itself or through a role."""
    return not action.by or actor in action.by or any(actor in scenario.roles.get(role, ()) for role in action.by)


def _single(name: str | None, cast: Cast) -> int | None:
    if name is None:
        return None
    return cast.actors.index(name) if name in cast.actors else cast.role(name) if len(cast.group(name)) == 1 else None


def _scripted(actor: str, joined: Joined, scenario: Scenario, scope: Names, check: Checker) -> list[Candidate]:
    every = scenario.interval(actor)
    found: list[Candidate] = []
    for number, order in enumerate(joined.orders):
        path: Path = ("policies", joined.names[-1], "orders", number)
        rule = Rule(action=order.action, target=order.target, item=order.item, site=order.site, weight=0)
        action = scenario.actions.get(order.action)
        if action is None:
            near = did_you_mean(order.action, scenario.actions)
            check.wrong((*path, "action"), f'unknown action "{order.action}"{near}')
            continue
        tick = max(math.ceil((order.date - scenario.start).days / every) * every, 0)
        day = scenario.start + dt.timedelta(days=tick)
        made = _candidate(actor, action.channel, f"{day.isoformat()}@{number}", "", rule, scenario, scope, check)
        if made is not None:
            found.append(made)
    return found


def _by_hand(actor: str, joined: Joined, scenario: Scenario, scope: Names, check: Checker) -> list[Candidate]:
    found: list[Candidate] = []
    for date, orders in sorted(joined.turns.items()):
        path: Path = ("policies", joined.names[-1], "turns", date.isoformat())
        first = scenario.start - dt.timedelta(days=scenario.lead_in)
        if not first <= date <= scenario.end:
            check.wrong(path, f"no day of the scenario; allowed: {first} to {scenario.end}")
            continue
        taken: set[int] = set()
        for number, order in enumerate(orders):
            made = hand_candidate(actor, order, hand_rule(date, number), (*path, number), scenario, scope, check)
            if made is not None and made.channel in taken:
                check.wrong((*path, number), f"a second {CHANNELS[made.channel]} order; one a day and channel is allowed")
            elif made is not None:
                taken.add(made.channel)
                found.append(made)
    return found


def hand_rule(date: dt.date, number: int) -> str:
    """Return the name that an order given by hand goes by: the day and its place among the orders of that day."""
    return f"{date.isoformat()}@hand{number}"


def hand_candidate(
    actor: str, order: HandOrder, rule: str, path: Path, scenario: Scenario, scope: Names, check: Checker
) -> Candidate | None:
    """Return the candidate that an order given by hand is; no rule ever chooses it. What is wrong with it is noted."""
    action = scenario.actions.get(order.action)
    if action is None:
        near = did_you_mean(order.action, scenario.actions)
        check.wrong((*path, "action"), f'unknown action "{order.action}"{near}')
        return None
    size = Quantity(value=order.size)
    as_rule = Rule(
        action=order.action, target=order.target, item=order.item, site=order.site, size=size, when=False, weight=0,
        says=order.reason,
    )  # fmt: skip
    made = _candidate(actor, action.channel, rule, "", as_rule, scenario, scope, check, path)
    return None if made is None else replace(made, by_hand=True, granted=order.granted)
