"""What plays no part is read too: policies that nobody follows, rules that others override, events that are switched off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wargame.binding.checker import Checker, Path
from wargame.binding.inherit import Joined, join
from wargame.binding.menus import make_menu, may_order
from wargame.errors import Mistake
from wargame.scenario.schema import Policy, Scenario
from wargame.scenario.values import CHANNELS
from wargame.world.cast import Cast
from wargame.world.fields import Layout
from wargame.world.scope import Names


@dataclass(frozen=True)
class _Stage:
    scenario: Scenario
    joined: Mapping[str, Joined]  # what each actor follows
    layout: Layout
    cast: Cast
    alone: Mapping[str, Joined]  # every policy with what it extends


def check_spares(scenario: Scenario, joined: Mapping[str, Joined], layout: Layout, cast: Cast, check: Checker) -> None:
    """Check whatever is not in play now, for whoever might follow it, and note each mistake once."""
    alone = {name: join((name,), scenario, check) for name in scenario.policies}
    stage = _Stage(scenario, joined, layout, cast, alone)
    truth = Names(layout, cast)
    for name, inject in scenario.injects.items():
        if name not in cast.injects and inject.when is not None:
            check.formula(("injects", name, "when"), inject.when, truth)
    read = _read(joined)
    for name, policy in sorted(scenario.policies.items()):
        if unread := _said(name, policy) - read:
            _check_policy(name, unread, stage, check)
        if policy.payoff is not None and policy.payoff not in scenario.measures:
            _check_payoff(name, policy.payoff, stage, truth, check)


def _read(joined: Mapping[str, Joined]) -> set[Path]:
    """Return the path of everything that actors' menus were made of."""
    found: set[Path] = set()
    for one in joined.values():
        found |= {one.place(rule)(key) for rule in one.rules for key in one.origins[rule]}
        found |= {("policies", origin, "hold", channel) for channel, (origin, _) in one.hold.items()}
        found |= {path for path, _ in one.orders}
    return found


def _said(name: str, policy: Policy) -> set[Path]:
    """Return the path of everything in a policy that a menu is made of."""
    base: Path = ("policies", name)
    found: set[Path] = {(*base, "hold", channel) for channel, formula in policy.hold.items() if formula is not None}
    found |= {(*base, "orders", number) for number in range(len(policy.orders))}
    for channel in CHANNELS:
        for key, rule in getattr(policy, channel).items():
            found |= {(*base, channel, key, one) for one in rule.model_fields_set} if rule is not None else set()
    return found


def _check_policy(name: str, unread: set[Path], stage: _Stage, check: Checker) -> None:
    spare = stage.alone[name]
    lets = {key: let for heir in stage.alone.values() if name in heir.names for key, let in heir.lets.items()}
    rules = {path[2:4] for path in unread}
    part = replace(
        spare,
        lets={**lets, **spare.lets},  # a base may leave numbers to those who extend it
        rules={key: rule for key, rule in spare.rules.items() if key in rules},
        hold={channel: held for channel, held in spare.hold.items() if ("hold", channel) in rules},
        orders=tuple(order for order in spare.orders if order[0] in unread),
    )
    found = _fewest(part, stage, check)
    places = {(one.file, one.line, one.column, one.path) for one in check.mistakes}
    check.mistakes += [one for one in found if (one.file, one.line, one.column, one.path) not in places]


def _fewest(spare: Joined, stage: _Stage, check: Checker) -> list[Mistake]:
    """Return what is wrong with a policy for the actor that it suits best."""
    best: list[Mistake] | None = None
    for actor in sorted(stage.cast.actors, key=lambda actor: _strangeness(actor, spare, stage)):
        own = Checker(check.marks)
        make_menu(actor, spare, stage.scenario, stage.layout, stage.cast, own)
        if best is None or len(own.mistakes) < len(best):
            best = own.mistakes
        if not best:
            break
    return best or []


def _strangeness(actor: str, spare: Joined, stage: _Stage) -> tuple[bool, int]:
    """Return how little a policy seems meant for an actor: it follows none of its kin, orders are not its to give."""
    actions = [stage.scenario.actions.get(rule.action or key[1]) for key, (_, rule) in spare.rules.items()]
    barred = [one for one in actions if one is not None and not may_order(actor, one, stage.scenario)]
    return not set(spare.names) & set(stage.joined[actor].names), len(barred)


def _check_payoff(name: str, payoff: str | float, stage: _Stage, truth: Names, check: Checker) -> None:
    measures = {one.replace("{actor}", actor) for one in stage.scenario.measures for actor in stage.cast.actors}
    if payoff not in measures and not any(joined.ahead.payoff == (name, payoff) for joined in stage.joined.values()):
        check.formula(("policies", name, "payoff"), payoff, truth)
