"""Do the names of a scenario exist, and do its parts fit together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from wargame.binding.checker import At, Checker, Path, below
from wargame.binding.numbers import check_within
from wargame.errors import InputError, got
from wargame.mechanisms.base import Mechanism
from wargame.policies import KINDS
from wargame.scenario.evidence import identities
from wargame.scenario.schema import Exercise, Inject, InjectOrder, Lever, Scenario
from wargame.scenario.schema_paths import model_at, type_at
from wargame.scenario.sets import parse_path
from wargame.scenario.values import Quantity
from wargame.world.fields import Layout


def check_cast(scenario: Scenario, check: Checker) -> None:
    """Note unknown actors, sites, items and policies: what must hold before anything can be laid out."""
    actors = list(scenario.actors)
    for role, names in scenario.roles.items():
        check.all_known(("roles", role), names, "actor", actors)
        if role in scenario.actors and tuple(names) != (role,):
            check.wrong(("roles", role), f'"{role}" is an actor; a role of that name can only be cast with it')
    if scenario.observer is not None:
        check.known(("observer",), scenario.observer, "actor", actors)
    for name, site in scenario.sites.items():
        check.known(("sites", name, "country"), site.country, "actor", actors)
        for owner in site.garrison:
            check.known(("sites", name, "garrison", owner), owner, "actor", actors)
    for name, item in scenario.items.items():
        if item.site is not None:
            check.known(("items", name, "site"), item.site, "site", scenario.sites)
        elif item.kind == "basing":
            check.wrong(("items", name), "a basing item needs a site")
    for name, exercise in scenario.exercises.items():
        _check_exercise(name, exercise, scenario, check)
    for name, actor in scenario.actors.items():
        policies = [policy.replace("-", "_") for policy in actor.policy]
        check.all_known(("actors", name, "policy"), policies, "policy", scenario.policies)
    for name, sensor in scenario.sensors.items():
        check.all_known(("sensors", name, "seen_by"), sensor.seen_by, "actor or role", [*actors, *scenario.roles])
    for name, rung in scenario.ladder.items():
        check.known(("ladder", name, "track"), rung.track, "track", scenario.tracks)


def _check_exercise(name: str, exercise: Exercise, scenario: Scenario, check: Checker) -> None:
    base: Path = ("exercises", name)
    check.known((*base, "host"), exercise.host, "actor", scenario.actors)
    check.known((*base, "guest"), exercise.guest, "actor", scenario.actors)
    if exercise.announced is not None and exercise.announced > exercise.end:
        check.wrong((*base, "announced"), f"announced after its end (got {exercise.announced}, end {exercise.end})")
    for key, part in exercise.parts.items():
        path = (*base, "parts", key)
        check.known((*path, "country"), part.country, "actor", scenario.actors)
        for owner in part.contingents:
            check.known((*path, "contingents", owner), owner, "actor", scenario.actors)
        for site in part.sites:
            check.known((*path, "sites", site), site, "site", scenario.sites)
        check.all_known((*path, "undeclared_sites"), part.undeclared_sites, "site of this part", part.sites)
        for what, shares in (("contingents", part.contingents), ("sites", part.sites)):
            total = sum(share.value for share in shares.values())
            if total > 1.0 + 1e-6:
                check.wrong((*path, what), f"shares add up to {total:.3g}; at most 1 is allowed")


def check_fields(scenario: Scenario, layout: Layout, mechanisms: Mapping[str, Mechanism], check: Checker) -> None:
    """Note initial values and parameters that belong to nothing, and numbers outside a field's bounds."""

    def initial(path: Path, field: str, axes: tuple[str, ...], quantity: Quantity) -> None:
        fields = [name for name, f in layout.fields.items() if f.axes == axes and "." not in name]
        if check.known(path, field, "state field" if axes else "world field", fields):
            check_within(path, quantity, (layout.fields[field].low, layout.fields[field].high), check)

    for field, quantity in scenario.initial.items():
        initial(("initial", field), field, (), quantity)
    for name, actor in scenario.actors.items():
        for field, quantity in actor.initial.items():
            initial(("actors", name, "initial", field), field, ("actor",), quantity)
    for name, site in scenario.sites.items():
        for field, quantity in site.initial.items():
            initial(("sites", name, "initial", field), field, ("site",), quantity)
    for name, item in scenario.items.items():
        for field, quantity in item.initial.items():
            initial(("items", name, "initial", field), field, ("item",), quantity)
    for name in scenario.mechanisms:
        check.known(("mechanisms", name), name, "mechanism", mechanisms)
    for name, values in scenario.parameters.items():
        if check.known(("parameters", name), name, "mechanism", mechanisms):
            known = {parameter.name: parameter for parameter in mechanisms[name].parameters}
            for key, quantity in values.items():
                if check.known(("parameters", name, key), key, "parameter", known):
                    check_within(("parameters", name, key), quantity, (known[key].low, known[key].high), check)


def check_menu(scenario: Scenario, impulses: Mapping[str, tuple[str, ...]], check: Checker) -> None:
    """Note actions, policies and injects that name what does not exist. ``impulses`` gives each impulse's axes."""
    people = [*scenario.actors, *scenario.roles]
    for name, action in scenario.actions.items():
        base: Path = ("actions", name)
        check.all_known((*base, "by"), action.by, "actor or role", people)
        if action.consent is not None:
            check.known((*base, "consent"), action.consent, "role", scenario.roles)
            if action.agrees is None:
                check.wrong((*base, "consent"), "consent needs an agrees expression: when does a member agree?")
        for impulse, push in action.impulses.items():
            if check.known((*base, "impulses", impulse), impulse, "impulse", impulses):
                _check_push((*base, "impulses", impulse), impulse, push.to, impulses[impulse], check)
            if push.track is not None:
                check.known((*base, "impulses", impulse, "track"), push.track, "track", scenario.tracks)
                if push.to != "track":
                    check.wrong((*base, "impulses", impulse, "track"), f"only a push to track names a track (got to: {push.to})")
        _check_words((*base, "says"), action.says, check)
    for name, policy in scenario.policies.items():
        check.known(("policies", name, "kind"), policy.kind, "kind of policy", KINDS)
        check.all_known(("policies", name, "extends"), policy.extends, "policy", scenario.policies)
    for name, inject in scenario.injects.items():
        check_inject(name, inject, scenario, impulses, check)


def check_inject(name: str, inject: Inject, scenario: Scenario, impulses: Mapping[str, tuple[str, ...]], check: Checker) -> None:
    """Note what an inject names that does not exist."""
    base: Path = ("injects", name)
    people = [*scenario.actors, *scenario.roles]
    if inject.actor is not None:
        check.known((*base, "actor"), inject.actor, "actor", scenario.actors)
    check.all_known((*base, "urgent"), inject.urgent, "actor or role", people)
    check.all_known((*base, "seen_by"), inject.seen_by or (), "actor or role", people)
    for impulse, rows in inject.impulses.items():
        if check.known((*base, "impulses", impulse), impulse, "impulse", impulses):
            for row in rows:
                choices = _rows(scenario, impulses[impulse])
                check.known((*base, "impulses", impulse, row), row, "row of this impulse", choices)
    for i, order in enumerate(inject.orders):
        path = (*base, "orders", i)
        check.known((*path, "actor"), order.actor, "actor", scenario.actors)
        if check.known((*path, "action"), order.action, "action", scenario.actions):
            _check_needs(path, order, scenario, check)
        check_aims(below(path), order, scenario, check)


def _check_needs(path: Path, order: InjectOrder, scenario: Scenario, check: Checker) -> None:
    for need in scenario.actions[order.action].needs:
        given = {"target": order.target, "item": order.item, "site": order.site}[need]
        own = need == "site" and order.item in scenario.items and scenario.items[order.item].site is not None
        if given is None and not own:
            check.wrong(path, f'"{order.action}" needs a {need}')


def check_measures(scenario: Scenario, check: Checker) -> None:
    """Note windows that never open, and levers of what is not there."""
    for name, measure in scenario.measures.items():
        if measure.since is not None and measure.until is not None and measure.since > measure.until:
            check.wrong(("measures", name, "until"), f"until must not come before since (got {measure.since} to {measure.until})")
    for name, lever in scenario.levers.items():
        try:
            known = type_at(parse_path(lever.path)) is not None
        except InputError:
            known = False
        if not known:
            check.wrong(("levers", name, "path"), f"no path of a scenario (got {got(lever.path)})")
        else:
            _check_values(name, lever, scenario, check)


def _check_values(name: str, lever: Lever, scenario: Scenario, check: Checker) -> None:
    """Note policies that do not exist, and values of another kind, among those that a lever may have."""
    path = parse_path(lever.path)
    flag, number = type_at(path) is bool, model_at(path) is Quantity
    for i, value in enumerate(lever.values):
        if path[0] == "actors" and path[2:] == ("policy",):
            for policy in [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else [got(value)]:
                check.known(("levers", name, "values", i), str(policy).replace("-", "_"), "policy", scenario.policies)
        elif flag != isinstance(value, bool) and (flag or number):
            check.wrong(("levers", name, "values", i), f"expected {'true or false' if flag else 'a number'} (got {got(value)})")
        elif number and not isinstance(value, (int, float, dict)):
            check.wrong(("levers", name, "values", i), f"expected a number (got {got(value)})")


def _check_push(path: Path, impulse: str, to: str, axes: tuple[str, ...], check: Checker) -> None:
    fits = {"own": ("actor",), "target": ("actor",), "item": ("item",), "site": ("site",), "world": (), "track": ("track",)}
    if fits[to] != axes:
        kinds = [key for key, value in fits.items() if value == axes]
        check.wrong(path, f'impulse "{impulse}" does not go to {to}; allowed: {", ".join(kinds) or "none"}')


def _check_words(path: Path, text: str, check: Checker) -> None:
    """Note anything in braces but the bare words that an action may be told with."""
    try:
        fields = [piece[1:] for piece in Formatter().parse(text) if piece[1] is not None]
    except ValueError:
        fields = [("?", "", None)]
    if any(name not in ("target", "item", "site") or spec or conversion for name, spec, conversion in fields):
        check.wrong(path, f"only {{target}}, {{item}} and {{site}} may stand in braces (got {text!r})")


def _rows(scenario: Scenario, axes: tuple[str, ...]) -> list[str]:
    if axes == ():
        return ["world"]
    names: dict[str, list[str]] = {
        "actor": [*scenario.actors, *scenario.roles],
        "item": list(scenario.items),
        "site": list(scenario.sites),
        "track": list(scenario.tracks),
        "exercise": list(scenario.exercises),
    }
    return names.get(axes[0], [])


def check_aims(at: At, order: Any, scenario: Scenario, check: Checker) -> None:
    """Note a target, item or site, of a rule or of an order, that does not exist; ``at`` gives the path of each."""
    if order.target is not None:
        check.known(at("target"), order.target, "actor or role", [*scenario.actors, *scenario.roles])
    if order.item is not None:
        check.known(at("item"), order.item, "item", scenario.items)
    if order.site is not None:
        check.known(at("site"), order.site, "site", scenario.sites)


def sourced_paths(data: object, path: Path = ()) -> Iterator[tuple[Path, list[str]]]:
    """Yield every ``source`` of a resolved scenario with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "source":
                yield (*path, key), [value] if isinstance(value, str) else list(value or [])
            else:
                yield from sourced_paths(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from sourced_paths(value, (*path, i))


def check_sources(resolved: object, check: Checker) -> None:
    """Note evidence ids that are in no catalogue."""
    known = identities()
    for path, ids in sourced_paths(resolved):
        for identifier in ids:
            if identifier not in known:
                check.known(path, identifier, "evidence id", known)
