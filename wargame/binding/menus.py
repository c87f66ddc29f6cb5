"""The rules of policies, compiled over the view of the actor that follows them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

from wargame.binding.checker import At, Checker, Path, below
from wargame.binding.inherit import HUMAN, Joined
from wargame.binding.references import check_aims
from wargame.errors import allowed, did_you_mean
from wargame.expressions import Expression
from wargame.scenario.schema import Action, HandOrder, Rule, Scenario
from wargame.scenario.values import CHANNELS, Channel, Quantity
from wargame.world.cast import Cast
from wargame.world.fields import Layout
from wargame.world.menu import Candidate, Menu
from wargame.world.scope import Names


def make_menu(actor: str, joined: Joined, scenario: Scenario, layout: Layout, cast: Cast, check: Checker) -> Menu:
    """Return an actor's menu; whatever is wrong with a rule is noted where the rule stands."""
    me = cast.actors.index(actor)
    known = {name: f"let.{actor}.{name}" for name in joined.lets}  # of a policy that is only looked at, a number has no row
    lets = {name: layout.row(row if row in layout.fields else "clock.day") for name, row in known.items()}
    public = frozenset(name for name, action in scenario.actions.items() if action.public)
    scope = Names(layout, cast, me, lets, None, public)
    candidates: list[Candidate] = []
    for (channel, key), (_, rule) in sorted(joined.rules.items()):
        found = _candidate(actor, channel, key, joined.place((channel, key)), rule, scenario, scope, check)
        if found is not None:
            candidates.append(found)
    candidates += _scripted(actor, joined, scenario, scope, check)
    if joined.kind == HUMAN:
        candidates += _by_hand(actor, joined, scenario, scope, check)
    hold: list[Expression] = []
    for channel in CHANNELS:
        origin, formula = joined.hold.get(channel, ("", 0.0))
        hold.append(check.condition(("policies", origin, "hold", channel), formula, scope))
    candidates.sort(key=lambda c: (c.channel, c.rule))
    return Menu(me, tuple(candidates), tuple(hold))


def _candidate(
    actor: str, channel: Channel, key: str, at: At, rule: Rule, scenario: Scenario, scope: Names, check: Checker
) -> Candidate | None:  # fmt: skip
    name = rule.action or key
    before = len(check.mistakes)
    if (action := scenario.actions.get(name)) is None:
        check.known(at("action" if rule.action else ""), name, "action", scenario.actions)
    check_aims(at, rule, scenario, check)
    fits = len(check.mistakes) == before
    if action is not None and fits:
        _check_fit(actor, channel, at, name, action, rule, scenario, scope.cast, check)
    if rule.weight is None:
        check.wrong(at(""), 'missing key "weight" (a rule needs it, unless it inherits one)')
    cast = scope.cast
    item = cast.items.index(rule.item) if fits and rule.item is not None else None
    place = rule.site or (scenario.items[rule.item].site if item is not None and rule.item is not None else None)
    site = cast.sites.index(place) if fits and place is not None else None
    if not fits and cast.sites and (rule.site or rule.item):
        site = 0  # an aim that does not exist is one mistake, and "here" no second one
    aware = Names(scope.layout, cast, scope.actor, scope.lets, site, scope.public)
    when = check.condition(at("when"), rule.when, aware)
    weight = check.formula(at("weight"), rule.weight or 0.0, aware)
    if len(check.mistakes) > before:
        return None
    return Candidate(
        rule=key,
        action=name,
        channel=CHANNELS.index(channel),
        when=when.where_defined(weight),
        weight=weight.or_else(0.0),
        unweighed=when.where_missing(weight) if weight.may_be_missing else None,
        target=_single(rule.target, cast),
        item=item,
        site=site,
        size=rule.size.value if rule.size is not None else 1.0,
        says=rule.says,
        sources=rule.source,
    )


def _check_fit(
    actor: str, channel: Channel, at: At, name: str, action: Action, rule: Rule, scenario: Scenario, cast: Cast,
    check: Checker,
) -> None:  # fmt: skip
    path = at("")
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
        check.wrong(at("target"), f'"{rule.target}" is a group; a target is one actor')


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
    for number, (path, order) in enumerate(joined.orders):
        rule = Rule(action=order.action, target=order.target, item=order.item, site=order.site, weight=0)
        action = scenario.actions.get(order.action)
        if action is None:
            near = did_you_mean(order.action, scenario.actions)
            check.wrong((*path, "action"), f'unknown action "{order.action}"{near}')
            continue
        tick = max(math.ceil((order.date - scenario.start).days / every) * every, 0)
        day = scenario.start + dt.timedelta(days=tick)
        made = _candidate(actor, action.channel, f"{day.isoformat()}@{number}", below(path), rule, scenario, scope, check)
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
    made = _candidate(actor, action.channel, rule, below(path), as_rule, scenario, scope, check)
    return None if made is None else replace(made, by_hand=True, granted=order.granted)
