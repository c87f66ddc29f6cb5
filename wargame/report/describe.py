"""A scenario in plain words: turn order, actors, policies, parameters with prior and source. Tables of what there is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from wargame.binding.bound import Bound
from wargame.binding.inherit import Joined
from wargame.binding.remarks.cast import off_because
from wargame.binding.remarks.places import Places
from wargame.errors import did_you_mean, mistake
from wargame.mechanisms import registry
from wargame.policies import KINDS
from wargame.scenario.evidence import catalogue
from wargame.scenario.load import load, shipped
from wargame.scenario.measure import Measure
from wargame.scenario.schema import Action, Policy
from wargame.scenario.values import Quantity

WIDTH = 110


def explain(bound: Bound, path: str = "", places: Places | None = None) -> Iterator[str]:
    """Yield the explanation of a scenario, or of one path in it (``actors.NAME``, ``policies.hedger``, ``parameters.regime``).

    With ``places``, what is explained of a path says where each of its keys was written. Raises
    :class:`wargame.errors.InputError` for a path that is not in the scenario.
    """
    if path:
        yield from _narrow(bound, path, places or Places())
        return
    scenario = bound.scenario
    yield scenario.title
    yield from _para(scenario.question)
    yield from _para(scenario.summary)
    yield ""
    yield from _phases(bound)
    yield ""
    yield "Actors"
    for i, name in enumerate(bound.cast.actors):
        actor = scenario.actors[name]
        roles = ", ".join(role for role, members in bound.cast.roles.items() if i in members)
        yield f"  {actor.name} ({roles or 'no role'}): {' + '.join(bound.joined[i].names) or 'no policy'}"
        yield from _para(bound.joined[i].says, "    ")
    yield ""
    yield "Uncertainties (drawn by a sweep with --uncertain)"
    known = {given.path: given.quantity for given in bound.givens}
    for item in scenario.uncertainties:
        yield f"  {item} = {_quantity(known[item]) if item in known else 'plays no part now'}"
    yield ""
    yield from _off(bound)
    yield "Levers"
    for name, lever in scenario.levers.items():
        values = f" in {{{', '.join(str(value) for value in lever.values)}}}" if lever.values else ""
        yield f"  {name}: {lever.path}{values}  {lever.says}"
    yield ""
    yield f"Narrow with a path: wargame explain SCENARIO actors.{bound.cast.actors[0]}"


def _phases(bound: Bound) -> Iterator[str]:
    from wargame.simulation.simulation import PHASES

    yield "A day"
    for phase in PHASES:
        acting = ", ".join(m.name for m in bound.mechanisms if phase.name in m.phases)
        yield f"  {phase.name:<11} {phase.says}" + (f" [{acting}]" if acting else "")


def _off(bound: Bound) -> Iterator[str]:
    off = off_because(bound.scenario.mechanisms, bound.cast)
    if off:
        yield "Mechanisms that are off"
        for name, why in off.items():
            yield f"  {name:<13} {why}"
        yield ""


def _narrow(bound: Bound, path: str, places: Places) -> Iterator[str]:
    head, _, rest = path.partition(".")
    scenario = bound.scenario
    if head == "actors" and rest in scenario.actors:
        yield from _actor(bound, rest, places)
    elif head == "policies" and rest in scenario.policies:
        from wargame.binding.checker import Checker, NoMarks
        from wargame.binding.inherit import join

        yield from _policy(join((rest,), scenario, Checker(NoMarks())), places)
    elif head in ("parameters", "mechanisms") and rest in _mechanism_paths():
        yield from _mechanism(bound, rest, places)
    elif written := list(places.below(path)):
        numbers = {given.path: given.quantity for given in bound.givens}
        if path in numbers:
            yield f"{path} = {_quantity(numbers[path])}"
        yield from written
    else:
        found = [given for given in bound.givens if given.path == path or given.path.startswith(f"{path}.")]
        if not found:
            known = [f"actors.{name}" for name in scenario.actors] + [f"policies.{name}" for name in scenario.policies]
            known += [f"{head}.{name}" for name in _mechanism_paths()] if head in ("parameters", "mechanisms") else []
            hint = did_you_mean(path, [*known, *(given.path for given in bound.givens)])
            ways = "; try actors.NAME, policies.NAME, parameters.MECHANISM"
            raise mistake(f'nothing to explain at "{path}"{hint or ways}', file=scenario.name)
        for given in dict.fromkeys((g.path, g.quantity) for g in found):
            yield f"{given[0]} = {_quantity(given[1])}"


def _mechanism_paths() -> set[str]:
    """Return what may be explained of mechanisms: each as a whole, and each of its parameters."""
    return {f"{name}.{p.name}" for name, mechanism in registry().items() for p in mechanism.parameters} | set(registry())


def _actor(bound: Bound, name: str, places: Places) -> Iterator[str]:
    actor = bound.scenario.actors[name]
    yield f"{actor.name} ({actor.short})"
    yield from _para(actor.says, "  ")
    for title, lines in (("Goals", actor.goals), ("Constraints", actor.constraints)):
        if lines:
            yield f"  {title}"
            for line in lines:
                yield from _para(f"- {line}", "    ")
    yield "  Initial values"
    for field, quantity in sorted(actor.initial.items()):
        yield f"    {field} = {_quantity(quantity)}{places.at(('actors', name, 'initial', field))}"
    yield ""
    yield from _policy(bound.joined[bound.cast.actors.index(name)], places)


def _policy(joined: Joined, places: Places) -> Iterator[str]:
    yield f"Policy {' + '.join(joined.names)} ({joined.kind}, temperature {joined.temperature[1].value:g})"
    yield from _para(joined.says, "  ")
    for name, (path, quantity) in sorted(joined.lets.items()):
        yield f"  let {name} = {_quantity(quantity)}{places.at(tuple(path.split('.')))}"
    for (channel, key), (origin, rule) in sorted(joined.rules.items()):
        at, own = joined.place((channel, key)), joined.origins[channel, key]
        yield f"  {channel}: {key.replace('_', ' ')} (from {origin}){places.at(at(''))}"
        for what in ("action", "target", "item", "site"):
            if places.known and what in own and getattr(rule, what) is not None:
                yield from _para(f"{what:<6} {getattr(rule, what)}{places.at(at(what))}", "      ")
        if rule.says:
            yield from _para(f"because {rule.says}{places.at(at('says'))}", "      ")
        yield from _para(f"when   {rule.when}{places.at(at('when')) if 'when' in own else ''}", "      ")
        yield from _para(f"weight {rule.weight}{places.at(at('weight'))}", "      ")
        yield from _cited(rule.source, rule.judgement, "      ", (places.at(at("source")), places.at(at("judgement"))))


def _mechanism(bound: Bound, name: str, places: Places) -> Iterator[str]:
    key, _, single = name.partition(".")
    mechanism = registry()[key]
    yield f"{key} ({', '.join(mechanism.systems)}): {mechanism.says}"
    if why := off_because(bound.scenario.mechanisms, bound.cast).get(key):
        yield f"  It is off here: {why}{places.at(('mechanisms', key)) if key in bound.scenario.mechanisms else ''}"
    for parameter in mechanism.parameters:
        if single in ("", parameter.name):
            own = bound.scenario.parameters.get(key, {}).get(parameter.name, parameter.quantity())
            given = parameter.name in bound.scenario.parameters.get(key, {})
            yield f"  {parameter.name} = {_quantity(own)}{places.at(('parameters', key, parameter.name)) if given else ''}"
            yield from _para(parameter.says, "      ")
            yield from _cited(own.source, own.judgement, "      ")
    if not single:
        for field in mechanism.fields:
            head = f"field {field.name} [{', '.join(field.axes)}] {field.unit}, seen by {field.seen}"
            yield from _para(f"{head}: {field.says}{_or(field.missing)}", "  ")


def _or(missing: str) -> str:
    """Return what it means that there is no value, after what is said of it where there is one."""
    return f" (or missing: {missing})" if missing else ""


def _quantity(quantity: Quantity) -> str:
    text = f"{quantity.value:g}"
    if quantity.unit:
        text += f" {quantity.unit}"
    if quantity.prior is not None:
        shape: dict[str, dict[str, float]] = quantity.prior.model_dump(exclude_none=True)
        kind, values = next(iter(shape.items()))
        text += f"  ~ {kind}({', '.join(f'{k} {v:g}' for k, v in values.items())})"
    return text


def _cited(source: tuple[str, ...], judgement: str, lead: str, places: tuple[str, str] = ("", "")) -> Iterator[str]:
    for identifier in source:
        yield from _para(f"source {identifier}: {catalogue().cite(identifier)}{places[0]}", lead)
    if judgement:
        yield from _para(f"judgement {judgement}{places[1]}", lead)


def _para(text: str, lead: str = "") -> Iterator[str]:
    if text.strip():
        yield from textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=lead, subsequent_indent=f"{lead}  ")


def listing(what: str) -> list[tuple[str, str]]:
    """Return names and one line about each of the ``scenarios``, ``policies``, ``mechanisms``, ``actions`` or ``measures``."""
    if what == "scenarios":
        return [(name, _question(name)) for name in sorted(shipped())]
    if what == "mechanisms":
        return [(name, f"{', '.join(m.systems)}: {m.says}") for name, m in registry().items()]
    found: dict[str, str] = {}
    if what == "policies":
        found = {f"kind: {name}": maker.traits.says for name, maker in sorted(KINDS.items())}
    for name in sorted(shipped()):
        scenario = load(name).scenario
        parts: dict[str, Mapping[str, Policy | Action | Measure]] = {
            "policies": scenario.policies, "actions": scenario.actions, "measures": scenario.measures,
        }  # fmt: skip
        for key, entry in sorted(parts[what].items()):
            says = with_sides(key, entry) if isinstance(entry, Policy) else " ".join(entry.says.split())
            found[key] = says + _or(entry.missing) if isinstance(entry, Measure) else says
    return sorted(found.items())


def with_sides(name: str, policy: Policy) -> str:
    """Return what a policy says of itself, and the sides it takes where the documents disagree, or the questions it bears on."""
    from wargame.validation.disagreements import sides_of

    says, taken = " ".join(policy.says.split()), sides_of(name)
    if taken:
        return f"{says} [takes side {', '.join(f'{letter} of {number}' for number, letter in taken)}]"
    return f"{says} [bears on {', '.join(policy.disagreement)}]" if policy.disagreement else says


def _question(name: str) -> str:
    scenario = load(name).scenario
    return scenario.question or scenario.title
