"""Binding: from a scenario's names to things that can be played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wargame.binding.bound import Bound, CompiledMeasure
from wargame.binding.checker import Checker, Marks, NoMarks, Path
from wargame.binding.inherit import ROLLOUT, Joined, join
from wargame.binding.injects import compile_inject, condition
from wargame.binding.layout import engine_fields, make_layout
from wargame.binding.menus import make_menu
from wargame.binding.numbers import check_numbers
from wargame.binding.references import check_cast, check_fields, check_measures, check_menu, check_sources
from wargame.binding.spares import check_spares
from wargame.expressions import Expression, Formulas
from wargame.mechanisms import in_order, registry
from wargame.mechanisms.base import Mechanism
from wargame.policies import make_policy
from wargame.policies.base import Policy
from wargame.scenario.load import Loaded
from wargame.scenario.measure import Measure
from wargame.scenario.schema import Scenario
from wargame.world.cast import Cast, cast_of
from wargame.world.fields import Layout
from wargame.world.given import GivenQuantity, givens
from wargame.world.orders import CompiledAction, CompiledPush
from wargame.world.scope import Names


def bind(source: Loaded | Scenario, *, spares: bool = True) -> Bound:
    """Return a scenario bound to the engine. Raises :class:`InputError` with every mistake of meaning in it.

    ``spares`` False leaves policies unread that nobody follows: for many settings of a scenario that was read before.
    """
    if isinstance(source, Loaded):
        return replace(_bind(source.scenario, source.marks, source.resolved, source.text_hash, spares), changed=source.changed)
    return _bind(source, NoMarks(), {}, "", spares)


def _bind(scenario: Scenario, marks: Marks, resolved: Mapping[str, object], text_hash: str, spares: bool) -> Bound:
    check = Checker(marks)
    check.cast = {role for role, names in scenario.roles.items() if names} | set(scenario.actors)
    everything = registry()
    _check_names(scenario, resolved, everything, check)
    cast = cast_of(scenario)
    joined = {name: join(_policy_names(scenario, name), scenario, check, name) for name in cast.actors}
    layout = make_layout(cast, list(everything.values()), engine_fields(scenario, joined))
    check_fields(scenario, layout, everything, check)
    unfit = bool(check.mistakes)
    menus = tuple(make_menu(name, joined[name], scenario, layout, cast, check) for name in cast.actors)
    if spares:
        check_spares(scenario, joined, layout, cast, check)
    truth = Names(layout, cast)
    whens = {name: condition(name, scenario, truth, check) for name in cast.injects}
    rungs = Formulas([check.condition(("ladder", n, "when"), scenario.ladder[n].when, truth) for n in sorted(scenario.ladder)])
    measures = tuple(_measures(scenario, cast, truth, check))
    watch = Formulas([check.formula(("watch", n, "value"), scenario.watch[n].value, truth) for n in sorted(scenario.watch)])
    urgent = Formulas([
        check.condition(("actors", name, "urgent"), scenario.actors[name].urgent, Names(layout, cast, i))
        for i, name in enumerate(cast.actors)
    ])  # fmt: skip
    if unfit:  # names that do not exist and expressions that are wrong are told together
        check.refuse()
    nothing = check.formula((), 0.0, truth)
    defaults = {m.name: {p.name: p.quantity() for p in m.parameters} for m in everything.values()}
    rows = (*givens(scenario, cast, layout, defaults), *_own_givens(scenario, joined, layout, cast))
    payoffs = tuple(
        _payoff(name, joined[name], measures, truth, check) if ROLLOUT in (joined[name].kind, joined[name].staff) else None
        for name in cast.actors
    )
    bound = Bound(
        scenario=scenario,
        cast=cast,
        layout=layout,
        mechanisms=tuple(_active(scenario, cast, everything, check)),
        menus=menus,
        policies=tuple(_policy(joined[name]) for name in cast.actors),
        joined=tuple(joined[name] for name in cast.actors),
        actions={name: _action(name, scenario, layout, cast, truth, check) for name in cast.actions},
        injects=tuple(compile_inject(name, scenario, layout, cast, whens[name], nothing) for name in cast.injects),
        rungs=rungs,
        measures=measures,
        watch=watch,
        watch_names=tuple(sorted(scenario.watch)),
        urgent=urgent,
        givens=rows,
        parameter_names={m.name: tuple(p.name for p in m.parameters) for m in everything.values()},
        resolved=resolved,
        text_hash=text_hash,
        payoffs=payoffs,
    )  # fmt: skip
    _check_uncertainties(scenario, rows, check)
    check.refuse()
    return bound


def _check_names(scenario: Scenario, resolved: Mapping[str, object], everything: Mapping[str, Mechanism], check: Checker) -> None:
    """Note what can be told before anything is laid out; raise where it cannot be."""
    check_sources(resolved, check)
    unsourced = len(check.mistakes)
    impulses = {i.name: i.axes for mechanism in everything.values() for i in mechanism.impulses}
    check_cast(scenario, check)
    uncast = len(check.mistakes) > unsourced
    check_menu(scenario, impulses, check)
    check_numbers(scenario, check)
    check_measures(scenario, check)
    if uncast:
        check.refuse()


def _policy(joined: Joined) -> Policy:
    return make_policy(joined.kind, joined.staff, joined.spec, joined.turns)


def _policy_names(scenario: Scenario, actor: str) -> tuple[str, ...]:
    return tuple(name.replace("-", "_") for name in scenario.actors[actor].policy)


def _own_givens(scenario: Scenario, joined: Mapping[str, Joined], layout: Layout, cast: Cast) -> list[GivenQuantity]:
    """Return the numbers of policies, actions and injects with their rows."""
    found: list[GivenQuantity] = []
    for i, actor in enumerate(cast.actors):
        path, quantity = joined[actor].temperature
        found.append(GivenQuantity(path, layout.row("temperature", i), quantity))
        found += [
            GivenQuantity(path, layout.row(f"let.{actor}.{name}"), quantity)
            for name, (path, quantity) in joined[actor].lets.items()
        ]
    for name, action in scenario.actions.items():
        for impulse, push in action.impulses.items():
            row = layout.row(f"push.{name}.{impulse}")
            found.append(GivenQuantity(f"actions.{name}.impulses.{impulse}.add", row, push.add))
    for name in cast.injects:
        for impulse, rows in scenario.injects[name].impulses.items():
            for target, quantity in rows.items():
                row = layout.row(f"push.{name}.{impulse}.{target}")
                found.append(GivenQuantity(f"injects.{name}.impulses.{impulse}.{target}", row, quantity))
    return found


def _active(scenario: Scenario, cast: Cast, everything: Mapping[str, Mechanism], check: Checker) -> list[Mechanism]:
    found: list[Mechanism] = []
    for name, mechanism in everything.items():
        missing = [role for role in mechanism.needs if not cast.group(role)]
        wanted = scenario.mechanisms.get(name)
        if wanted and missing:
            check.wrong(("mechanisms", name), f"needs the roles {', '.join(missing)}, which nobody is cast in")
        if not missing and wanted is not False:
            found.append(mechanism)
    return in_order(found)


def _action(name: str, scenario: Scenario, layout: Layout, cast: Cast, truth: Names, check: Checker) -> CompiledAction:
    spec = scenario.actions[name]
    agrees = {}
    for who in cast.group(spec.consent) if spec.consent else ():
        scope = Names(layout, cast, who, public=frozenset(n for n, a in scenario.actions.items() if a.public))
        agrees[who] = check.condition(("actions", name, "agrees"), 0.0 if spec.agrees is None else spec.agrees, scope)
    return CompiledAction(
        name=name,
        index=cast.actions.index(name),
        says=spec.says,
        public=spec.public,
        sources=spec.source,
        legal=check.condition(("actions", name, "legal"), spec.legal, truth),
        pushes=tuple(
            CompiledPush(
                impulse,
                push.to,
                layout.row(f"push.{name}.{impulse}"),
                cast.tracks.index(push.track) if push.track in cast.tracks else None,
            )
            for impulse, push in sorted(spec.impulses.items())
        ),
        consent=spec.consent or "",
        agrees=agrees,
        quorum=spec.quorum.value if spec.quorum is not None else 1.0,
    )


def _measures(scenario: Scenario, cast: Cast, truth: Names, check: Checker) -> list[CompiledMeasure]:
    found: list[CompiledMeasure] = []
    for name, spec in scenario.measures.items():
        path: Path = ("measures", name, "value")
        first = max((spec.since - scenario.start).days, 0) if spec.since else 0
        last = min((spec.until - scenario.start).days, scenario.horizon - 1) if spec.until else scenario.horizon - 1
        if spec.each is None:
            found.append(_measure(name, spec, check.formula(path, spec.value, truth), first, last, truth.layout))
            continue
        if "{actor}" not in name or "{actor}" not in str(spec.value):
            check.wrong(("measures", name), "a measure for each actor has {actor} in its name and in its value")
            continue
        for actor in cast.actors:
            value = check.formula(path, str(spec.value).replace("{actor}", actor), truth)
            own = spec.model_copy(update={"says": spec.says.replace("{actor}", scenario.actors[actor].name)})
            found.append(_measure(name.replace("{actor}", actor), own, value, first, last, truth.layout))
    return sorted(found, key=lambda measure: measure.name)


def _measure(name: str, spec: Measure, value: Expression, first: int, last: int, layout: Layout) -> CompiledMeasure:
    """Return a measure; one that may be missing says what that means: of a field what the field says, in the end "undefined"."""
    if not spec.missing and (value.may_be_missing or last < first):  # or no day of it is played
        word = next((field.missing for field in layout.fields.values() if value.is_row_of(layout.span(field.name))), "")
        spec = spec.model_copy(update={"missing": word or ("undefined" if value.may_be_missing else "not yet")})
    return CompiledMeasure(name, spec, value, first, last)


def _payoff(name: str, joined: Joined, measures: Sequence[CompiledMeasure], truth: Names, check: Checker) -> Expression:
    """Return what an actor that looks ahead wants: a measure by its name, or an expression over the world that it imagines."""
    origin, text = joined.ahead.payoff or (joined.names[-1], f"payoff_{name}")
    path: Path = ("policies", origin, "payoff")
    for measure in measures:
        if measure.name == text:
            return measure.value
    if joined.ahead.payoff is None:
        check.wrong(path[:2], f"looks ahead and does not say what for; there is no measure {text}: give it a payoff")
        return check.formula(path, 0.0, truth)
    return check.formula(path, text, truth)


def _check_uncertainties(scenario: Scenario, rows: Sequence[GivenQuantity], check: Checker) -> None:
    known = {given.path: given.quantity for given in rows}
    for i, path in enumerate(scenario.uncertainties):
        if pinned(scenario, path) or (path not in known and idle(scenario, path)):
            continue
        if check.known(("uncertainties", i), path, "number of the scenario", known) and known[path].prior is None:
            check.wrong(("uncertainties", i), f"{path} has no prior; give it one where it is declared")


def pinned(scenario: Scenario, path: str) -> bool:
    """Return whether a path is a mechanism's parameter that was set to a bare number: set, and so no longer uncertain."""
    parts = path.split(".")
    own = scenario.parameters.get(parts[1], {}).get(parts[2]) if parts[0] == "parameters" and len(parts) == 3 else None
    return own is not None and own.prior is None and not own.source and not own.judgement


def idle(scenario: Scenario, path: str) -> bool:
    """Return whether a path that is no number now belongs to what plays no part: an exercise or an inject switched off, a
    policy that nobody follows."""
    parts = path.split(".")
    if parts[0] == "exercises" and len(parts) > 2 and parts[1] in scenario.exercises:
        return not scenario.exercises[parts[1]].enabled
    if parts[0] == "injects" and len(parts) > 2 and parts[1] in scenario.injects:
        return not scenario.injects[parts[1]].enabled
    if parts[0] == "policies" and len(parts) == 4 and parts[2] == "let" and parts[1] in scenario.policies:
        return parts[3] in scenario.policies[parts[1]].let
    return False
