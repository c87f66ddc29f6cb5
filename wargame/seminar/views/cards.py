"""Order cards: what an actor may order, to what end, at what cost, and whether its documents would have it do so now.

Only expressions over the actor's own view are evaluated: a condition that rests on what it cannot see is unknown,
neither true nor false.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.binding.menus import may_order
from wargame.expressions import Expression
from wargame.scenario.schema import Action, Policy, Push, Rule, Scenario
from wargame.scenario.values import CHANNELS
from wargame.seminar.views.answers import Aim, aim_of, is_its_own, nothing_to_answer
from wargame.seminar.views.places import knows
from wargame.seminar.views.visibility import VisibleState
from wargame.world.orders import CompiledAction
from wargame.world.view import View

Json = dict[str, Any]
SWITCHES = frozenset({"0/1", "-1/+1", "-1 to 1", "0-2", "levels"})  # units of pushes that are given or not, whatever the size


def cards(visible: VisibleState, view: View) -> list[Json]:
    """Return every order that an actor may give, by channel and action.

    ``legal`` is null where it rests on what the actor cannot see; ``occasion`` says whether a rule of its documented policies
    for this order holds now (or there is no rule); ``advice`` is the place of the order among those its policies would rather
    give than hold in that channel (1: first), else null.
    """
    bound, actor = visible.bound, view.actor
    rules = _rules(visible, view)
    found = []
    for name in sorted(bound.actions, key=lambda key: (CHANNELS.index(bound.scenario.actions[key].channel), key)):
        spec = bound.scenario.actions[name]
        if may_order(actor, spec, bound.scenario):
            possible = _legality(visible, bound.actions[name])
            aims = [aim for aim in _aims(visible, name, spec) if is_its_own(bound, actor, spec, aim[1])]
            found += [_card(visible, name, spec, aim, *_answering(visible, spec, aim, possible), rules) for aim in aims]
    _advise(found)
    for card in found:
        del card["weight"]
    return found


def _card(
    visible: VisibleState,
    name: str,
    spec: Action,
    aim: Aim,
    legal: bool | None,
    why: str,
    rules: dict[tuple[str | None, ...], Json],
) -> Json:
    scenario, (target, item, site) = visible.bound.scenario, aim
    rule = rules.get((name, *aim))
    words = {
        "target": scenario.actors[target].name if target else "", "item": scenario.items[item].name if item else "",
        "site": scenario.sites[site].name if site else "",
    }  # fmt: skip
    title = spec.says.format(**words)
    return {
        "id": "|".join(part or "" for part in (name, *aim)), "action": name, "channel": spec.channel,
        "title": title[:1].upper() + title[1:], "target": target, "item": item, "site": site,
        "sized": _sized(visible.bound, spec),
        "cost": list(_cost(visible.bound, spec, words)), "legal": legal, "why": why,
        "occasion": rule is None or rule["holds"], "consent": _consent(scenario, spec), "public": spec.public,
        "sources": list(dict.fromkeys((*(rule["sources"] if rule else ()), *spec.source))),
        "reason": rule["says"] if rule else "", "advice": None, "weight": rule["weight"] if rule else None,
    }  # fmt: skip


def _rules(visible: VisibleState, view: View) -> dict[tuple[str | None, ...], Json]:
    """Return what an actor's rules say of every order they may give: does one hold, how attractive is it above holding?"""
    menu, count = view.menu, len(view.menu.candidates)
    values = view.options()[:, 0] if count else np.zeros(0)
    found: dict[tuple[str | None, ...], Json] = {}
    for index, candidate in enumerate(menu.candidates):
        if candidate.by_hand:
            continue
        holds = bool(values[index] != 0.0)
        weight = float(values[count + index] - values[2 * count + candidate.channel]) if holds else None
        key = (candidate.action, *aim_of(visible.bound, candidate))
        before = found.get(key, {"holds": False, "weight": None, "says": candidate.says, "sources": ()})
        best = weight is not None and (before["weight"] is None or weight > before["weight"])
        found[key] = {
            "holds": holds or before["holds"], "weight": weight if best else before["weight"],
            "says": candidate.says if best else before["says"],
            "sources": tuple(dict.fromkeys((*before["sources"], *candidate.sources))),
        }  # fmt: skip
    return found


def _advise(found: list[Json]) -> None:
    """Number the orders that the rules prefer to holding, the most attractive of each channel first."""
    for channel in CHANNELS:
        liked = [c for c in found if c["channel"] == channel and c["legal"] is not False and (c["weight"] or 0.0) > 0.0]
        for rank, card in enumerate(sorted(liked, key=lambda c: (-c["weight"], c["id"])), 1):
            card["advice"] = rank


def _aims(visible: VisibleState, name: str, spec: Action) -> Iterator[Aim]:
    """Yield what an order may be aimed at: what the scenario's policies aim it at, or everything that it could be aimed at."""
    written = _written(visible.bound.scenario, name)
    me = visible.bound.cast.actors[visible.actor] if visible.actor is not None else ""
    cast, items = visible.bound.cast, visible.bound.scenario.items
    targets = [t for t in cast.actors if t != me] if "target" in spec.needs else [None]
    things = list(cast.items) if "item" in spec.needs else [None]
    sites = [cast.sites[i] for i in range(len(cast.sites)) if knows(visible, i)] if "site" in spec.needs else [None]
    military = [s for s in sites if s is None or visible.bound.scenario.sites[s].military]
    for target in targets:
        for item in things:
            for site in [None] if item is not None and items[item].site else military:
                aim = (target, item, site)
                if not written or aim in written:
                    yield aim


def _written(scenario: Scenario, name: str) -> set[Aim]:
    """Return what the rules of the scenario's policies aim an action at."""
    found: set[Aim] = set()
    for policy in scenario.policies.values():
        for channel in CHANNELS:
            for key, rule in getattr(policy, channel).items():
                if rule is not None and (rule.action or key) == name and not _aimless(rule, policy):
                    target = _single(rule.target, scenario)
                    own = scenario.items[rule.item].site if rule.item in scenario.items else None
                    found.add((target, rule.item, None if rule.item and rule.site in (None, own) else rule.site))
    return found


def _aimless(rule: Rule, policy: Policy) -> bool:
    """Return whether a rule only says more about one that is inherited, which has an aim of its own."""
    return bool(policy.extends) and not rule.model_fields_set & {"action", "target", "item", "site"}


def _single(name: str | None, scenario: Scenario) -> str | None:
    """Return the actor that a target is: itself, or the only one in a role."""
    members = scenario.roles.get(name or "", ())
    return name if name in scenario.actors else members[0] if len(members) == 1 else None


def _legality(visible: VisibleState, action: CompiledAction) -> tuple[bool | None, str]:
    if action.legal.is_constant:
        return True, ""
    own = visible.compiled(action.legal.text)
    if own is None:
        return None, "Whether it can take effect depends on things that cannot be known from here."
    if own.or_else(0.0)(visible.now)[0] != 0.0:
        return True, ""
    return False, f"Not possible as things stand: {_condition(visible, own)}"


def _answering(visible: VisibleState, spec: Action, aim: Aim, possible: tuple[bool | None, str]) -> tuple[bool | None, str]:
    """Return legality and reason of an order with this aim, given those of its action."""
    nothing = "" if possible[0] is False else nothing_to_answer(visible, spec, aim)
    return (False, f"Not possible as things stand: {nothing}.") if nothing else possible


def value_words(value: float) -> str:
    """Return how a name of a condition stands."""
    return "missing" if math.isnan(value) else f"{value:g}"


def _condition(visible: VisibleState, expression: Expression) -> str:
    """Return a condition in words: as it is written, with what its names mean and how they stand."""
    from wargame.expressions import values

    stand = values(expression, visible.now, 0)
    names = "; ".join(f"{name} is {value_words(value)}{_means(visible.bound, name)}" for name, value in stand.items())
    return f"it needs {expression.text}. At present {names}." if names else f"it needs {expression.text}."


def _means(bound: Bound, name: str) -> str:
    declared = bound.layout.fields.get(name.rpartition(".")[2].partition(")")[0])
    return f" ({declared.says.rstrip('.')})" if declared is not None else ""


def _consent(scenario: Scenario, spec: Action) -> str:
    if spec.consent is None:
        return ""
    names = [scenario.actors[name].name for name in scenario.roles.get(spec.consent, ())]
    if len(names) == 1:
        return names[0]
    share = 1.0 if spec.quorum is None else spec.quorum.value
    return f"{'all of' if share >= 1.0 else f'{share:.0%} of'} {', '.join(names)}"


def _sized(bound: Bound, spec: Action) -> bool:
    return any(bound.layout.fields[f"impulse.{impulse}"].unit not in SWITCHES for impulse in spec.impulses)


def _cost(bound: Bound, spec: Action, words: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for everything that the order pushes, in the words of the declarations."""
    for impulse, push in spec.impulses.items():
        declared = bound.layout.fields[f"impulse.{impulse}"]
        says = declared.says.rstrip(".")
        unit = "" if declared.unit in SWITCHES or declared.unit in ("0-1", "index") else f" {declared.unit}"
        yield f"{says[:1].upper()}{says[1:]}: {push.add.value:+g}{unit}{_whose(bound, push, words)}."


def _whose(bound: Bound, push: Push, words: dict[str, str]) -> str:
    if push.to == "own":
        return " for ourselves"
    if push.to == "track":
        return f" on the track {bound.scenario.tracks[push.track]}" if push.track else " on every track"
    return "" if push.to == "world" else f" for {words[push.to]}"
