"""Remarks about who and what takes part: actors that do nothing, orders nobody gives, mechanisms that are off, odd numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wargame.binding.checker import Path
from wargame.binding.inherit import HUMAN
from wargame.binding.menus import may_order
from wargame.binding.numbers import support
from wargame.binding.remarks.subject import Remark, Subject
from wargame.expressions import ExpressionError
from wargame.expressions.tokens import Token, tokenise
from wargame.mechanisms import registry
from wargame.scenario.values import CHANNELS
from wargame.world.cast import Cast

_LABELS = {"actors": ("name", "short"), "sites": ("name",), "items": ("name",), "exercises": ("name",), "sensors": ("name",)}
WARM = 100.0  # a temperature at which weights of the size of 1 no longer matter


def actors(subject: Subject) -> Iterator[Remark]:
    """Actors that never order anything, and roles that exclude each other."""
    scenario = subject.scenario
    if any(actor.policy for actor in scenario.actors.values()):
        for name, actor in scenario.actors.items():
            if not actor.policy and not subject.there(("actors", name, "policy")):
                yield (
                    (("actors", name),),
                    "follows no policy, so it never orders anything unless people or a program decide for it",
                )
    patron, client = scenario.roles.get("patron", ()), scenario.roles.get("client", ())
    if set(patron) & set(client):
        yield (
            (("roles", "client"), ("roles", "patron")),
            f"{', '.join(sorted(set(patron) & set(client)))} is patron and client at once",
        )


def labels(subject: Subject) -> Iterator[Remark]:
    """What two actors, places, items or exercises are both called."""
    for part, keys in _LABELS.items():
        for key in keys:
            seen: dict[str, str] = {}
            for name, entry in sorted(getattr(subject.scenario, part).items()):
                label = getattr(entry, key)
                if label in seen and getattr(entry, "enabled", True):
                    what = f'{seen[label]} and {name} are both called "{label}": pages mix them up'
                    yield ((part, name, key), (part, seen[label], key)), what
                seen.setdefault(label, name)


def policies(subject: Subject) -> Iterator[Remark]:
    """Policies that do not do what they seem to: temperatures, scripts without orders, orders without a script, idle numbers."""
    scenario = subject.scenario
    for i, actor in enumerate(subject.bound.cast.actors):
        joined = subject.bound.joined[i]
        path, quantity = joined.choice["temperature"]
        if quantity.value > WARM:
            parts: Path = tuple(path.split("."))
            yield (
                (parts,),
                f"at a temperature of {quantity.value:g} weights no longer matter: every order is as likely as any other",
            )
        if joined.names and joined.kind == "scripted" and not joined.orders:
            yield (
                (("policies", joined.names[-1], "kind"), ("actors", actor, "policy")),
                "is scripted and has no orders: it does nothing",
            )
    for name, policy in scenario.policies.items():
        heirs = [one for one in scenario.policies.values() if name in one.extends]
        if policy.orders and policy.kind not in ("scripted", HUMAN) and not heirs and "kind" in policy.model_fields_set:
            yield (
                (("policies", name, "orders"),),
                f"dated orders are given by policies of kind scripted; this one is of kind {policy.kind}",
            )


def idle_numbers(subject: Subject) -> Iterator[Remark]:
    """Numbers of a policy that no rule of any policy speaks of."""
    spoken = {token.text for text in _formulas(subject) for token in _tokens(text) if token.kind == "name"}
    for name, policy in subject.scenario.policies.items():
        for key in policy.let:
            if key not in spoken:
                yield (("policies", name, "let", key),), f'no rule speaks of "{key}", so it changes nothing'


def _formulas(subject: Subject) -> Iterator[str]:
    for policy in subject.scenario.policies.values():
        yield from (str(formula) for formula in (*policy.hold.values(), policy.payoff) if formula is not None)
        for channel in CHANNELS:
            for rule in getattr(policy, channel).values():
                yield from (
                    (str(formula) for formula in (rule.when, rule.weight) if formula is not None) if rule is not None else ()
                )


def _tokens(text: str) -> list[Token]:
    try:
        return tokenise(text)
    except ExpressionError:
        return []


def orders(subject: Subject) -> Iterator[Remark]:
    """Actions that nobody can order, and rules that aim at the one who follows them."""
    scenario = subject.scenario
    ordered = {order.action for policy in scenario.policies.values() for order in policy.orders}
    ordered |= {order.action for inject in scenario.injects.values() for order in inject.orders}
    for policy in scenario.policies.values():
        for channel in CHANNELS:
            ordered |= {(rule.action if rule is not None else None) or key for key, rule in getattr(policy, channel).items()}
    for name, action in scenario.actions.items():
        if action.by and not any(may_order(actor, action, scenario) for actor in scenario.actors):
            yield (("actions", name, "by"),), "nobody may order it: the roles are cast with nobody"
        elif scenario.policies and name not in ordered:  # one that is inherited may be meant for people
            yield (("actions", name, "channel"),), f"no rule of any policy orders {name}: only people and programs can"
        for need, there in (("item", scenario.items), ("site", scenario.sites)):
            if need in action.needs and not there:
                yield (("actions", name, "needs"),), f"needs a {need}, and this scenario has none: nobody can order it"
    for menu, joined in zip(subject.bound.menus, subject.bound.joined, strict=True):
        for candidate in menu.candidates:
            key = (CHANNELS[candidate.channel], candidate.rule)
            if candidate.target == menu.actor and key in joined.rules:
                who = subject.bound.cast.actors[menu.actor]
                yield (joined.place(key)("target"),), f"{who} follows this rule and is its target too"


def mechanisms(subject: Subject) -> Iterator[Remark]:
    """Mechanisms that are off because nobody is cast in a role, and numbers given to mechanisms that are off."""
    scenario, cast = subject.scenario, subject.bound.cast
    off = off_because(scenario.mechanisms, cast)
    for name in scenario.parameters:
        if name in off:
            yield (("parameters", name),), f"{name} is off ({off[name]}), so its parameters change nothing"
    unmet: dict[str, list[str]] = {}
    for name, why in off.items():
        if name not in scenario.mechanisms:
            unmet.setdefault(why, []).append(name)
    if any(cast.roles.values()) and any(actor.policy for actor in scenario.actors.values()):
        for why, names in unmet.items():
            yield (("roles",),), f"{why}, so {', '.join(names)} {'is' if len(names) == 1 else 'are'} off"


def off_because(switches: Mapping[str, bool], cast: Cast) -> dict[str, str]:
    """Return the mechanisms that are off, and why each is."""
    found: dict[str, str] = {}
    for name, mechanism in registry().items():
        missing = [role for role in mechanism.needs if not cast.group(role)]
        if switches.get(name) is False:
            found[name] = "switched off"
        elif missing:
            found[name] = f"nobody is cast as {' and '.join(missing)}"
    return found


def exercises(subject: Subject) -> Iterator[Remark]:
    """Parts of exercises whose troops are nowhere."""
    for name, exercise in subject.scenario.exercises.items():
        for key, part in exercise.parts.items() if exercise.enabled else ():
            base: Path = ("exercises", name, "parts", key)
            total = sum(share.value for share in part.sites.values())
            if part.troops.value > 0 and total < 1 - 1e-6:
                much = "its troops" if not part.sites else f"{100 * (1 - total):.0f} % of its troops"
                yield ((*base, "sites"), base), f"{much} are nowhere: the shares of its sites add up to {total:.3g}"


def places(subject: Subject) -> Iterator[Remark]:
    """Sites at 0, 0, which is what a forgotten place looks like, and sites that lie on one another."""
    seen: dict[tuple[float, float], str] = {}
    for name, site in subject.scenario.sites.items():
        where = (site.lat, site.lon)
        if where == (0.0, 0.0):
            yield (("sites", name, "lat"),), "lies at 0, 0: is its place forgotten?"
        elif where in seen:
            yield (("sites", name, "lat"), ("sites", seen[where], "lat")), f"lies where {seen[where]} lies"
        seen.setdefault(where, name)


def priors(subject: Subject) -> Iterator[Remark]:
    """Numbers that their own prior rules out."""
    for given in subject.bound.givens:
        quantity = given.quantity
        low, high = support(quantity.prior) if quantity.prior is not None else (quantity.value, quantity.value)
        if not low <= quantity.value <= high:
            parts: Path = tuple(given.path.split("."))
            yield (
                ((*parts, "prior"), (*parts, "value"), parts),
                f"its prior lies between {low:g} and {high:g}, its value is {quantity.value:g}",
            )


def twice(subject: Subject) -> Iterator[Remark]:
    """What is listed twice."""
    seen: set[str] = set()
    for i, path in enumerate(subject.scenario.uncertainties):
        if path in seen:
            yield (("uncertainties", i),), f"{path} is listed twice"
        seen.add(path)


RULES = (actors, labels, twice, policies, idle_numbers, orders, mechanisms, exercises, places, priors)
