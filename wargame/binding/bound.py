"""A scenario bound to the engine: everything compiled, nothing left to look up during play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wargame.binding.checker import Checker, Marks, NoMarks, Path
from wargame.binding.hands import order_by_hand
from wargame.binding.inherit import HUMAN, ROLLOUT, Joined, join
from wargame.binding.injects import compile_inject, condition
from wargame.binding.layout import engine_fields, make_layout, make_world
from wargame.binding.menus import make_menu
from wargame.binding.numbers import check_numbers
from wargame.binding.references import check_cast, check_fields, check_measures, check_menu, check_sources
from wargame.binding.spares import check_spares
from wargame.engine.types import Array
from wargame.expressions import Expression, Tape
from wargame.mechanisms import in_order, registry
from wargame.mechanisms.base import Mechanism
from wargame.policies import make_policy
from wargame.policies.base import Policy
from wargame.scenario.load import Loaded
from wargame.scenario.measure import Measure
from wargame.scenario.schema import HandOrder, Scenario
from wargame.scenario.shown import Facts, Shown, counted, listed
from wargame.simulation.ahead import look_ahead
from wargame.world.cast import Cast, cast_of
from wargame.world.fields import Layout
from wargame.world.given import GivenQuantity, givens
from wargame.world.injects import CompiledInject
from wargame.world.menu import Candidate, Menu
from wargame.world.orders import CompiledAction, CompiledPush
from wargame.world.scope import Names
from wargame.world.world import World


@dataclass(frozen=True)
class CompiledMeasure:
    """A measure with its expression over the truth and its window in ticks (inclusive)."""

    name: str
    spec: Measure
    value: Expression
    first: int
    last: int


@dataclass(frozen=True, repr=False)
class Bound(Shown):
    """What the model runs. Made by :func:`bind`; immutable, shared by every block."""

    scenario: Scenario
    cast: Cast
    layout: Layout
    mechanisms: tuple[Mechanism, ...]  # those that act, in their order
    menus: tuple[Menu, ...]
    policies: tuple[Policy, ...]
    joined: tuple[Joined, ...]
    actions: Mapping[str, CompiledAction]
    injects: tuple[CompiledInject, ...]
    rungs: Tape
    measures: tuple[CompiledMeasure, ...]
    watch: Tape
    watch_names: tuple[str, ...]
    urgent: Tape  # one per actor
    givens: tuple[GivenQuantity, ...]
    parameter_names: Mapping[str, tuple[str, ...]]
    resolved: Mapping[str, object] = field(default_factory=dict)
    text_hash: str = ""
    changed: tuple[str, ...] = ()  # paths of what ``--set`` changed

    def _facts(self) -> Facts:
        scenario, cast = self.scenario, self.cast
        lists = {
            "actors": cast.actors, "sites": cast.sites, "exercises": cast.exercises, "policies": scenario.policies,
            "measures": [one.name for one in self.measures], "uncertainties": scenario.uncertainties, "levers": scenario.levers,
        }  # fmt: skip
        days = f"{scenario.start} to {scenario.end}, {counted(scenario.horizon, 'day')}"
        told = {"plays": days, **{name: listed(found) for name, found in lists.items()}, "hash": self.text_hash[:16]}
        return f"Scenario {scenario.name}: {scenario.title}", told

    def __getstate__(self) -> dict[str, object]:
        """Leave behind, on the way to another process, what it was played from here: tapes do not travel."""
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}

    @cached_property
    def given_values(self) -> tuple[NDArray[np.intp], Array]:
        """The rows of the scenario's own numbers and their values; of two for one row, the later stands."""
        last = {given.row: given.quantity.value for given in self.givens}
        return np.array(list(last), dtype=np.intp), np.array(list(last.values()), dtype=np.float64)

    @cached_property
    def hand_days(self) -> tuple[tuple[int, ...], ...]:
        """The days, of every actor, that people have decided: each a decision day of its own."""
        start = self.scenario.start
        return tuple(
            tuple(sorted((date - start).days for date in joined.turns)) if joined.kind == HUMAN else () for joined in self.joined
        )

    @cached_property
    def measuring(self) -> Tape:
        """The values of the measures as one tape."""
        return Tape([measure.value for measure in self.measures])

    @cached_property
    def impulses(self) -> slice:
        """The rows of all impulses: neighbours, because fields lie sorted by name."""
        names = [name for name in self.layout.fields if name.startswith("impulse.")]
        return slice(self.layout.span(names[0]).start, self.layout.span(names[-1]).stop) if names else slice(0, 0)

    def candidate(self, actor: str, order: HandOrder, rule: str = "by hand") -> Candidate:
        """Return the candidate that an order given by hand is. Raises :class:`InputError` for an unknown actor, action or aim, an
        action that the actor may not order, and a missing target, item or site.
        """
        return order_by_hand(self, actor, order, rule)

    def world(
        self, *, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None = None, state: Array | None = None
    ) -> World:
        """Return the world on the first morning. ``overrides``: quantity path -> one value per run, shape ``(runs,)``. With
        ``state``, ``(slots, runs)`` or ``(slots, 1)``, it is that world instead, which begins with nothing but a copy of it.

        Raises :class:`InputError` for a path that is no quantity of the scenario.
        """
        return make_world(self, seed=seed, replications=replications, overrides=overrides, state=state)


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
    rungs = Tape([check.condition(("ladder", n, "when"), scenario.ladder[n].when, truth) for n in sorted(scenario.ladder)])
    measures = tuple(_measures(scenario, cast, truth, check))
    watch = Tape([check.formula(("watch", n, "value"), scenario.watch[n].value, truth) for n in sorted(scenario.watch)])
    urgent = Tape([
        check.condition(("actors", name, "urgent"), scenario.actors[name].urgent, Names(layout, cast, i))
        for i, name in enumerate(cast.actors)
    ])  # fmt: skip
    if unfit:  # names that do not exist and expressions that are wrong are told together
        check.refuse()
    nothing = check.formula((), 0.0, truth)
    defaults = {m.name: {p.name: p.quantity() for p in m.parameters} for m in everything.values()}
    rows = (*givens(scenario, cast, layout, defaults), *_own_givens(scenario, joined, layout, cast))
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
    )  # fmt: skip
    _check_uncertainties(scenario, rows, check)
    for i, own in enumerate(bound.joined):
        if ROLLOUT in (own.kind, own.staff):
            look_ahead(bound, i, _payoff(bound, i, truth, check))
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


def _payoff(bound: Bound, actor: int, truth: Names, check: Checker) -> Expression:
    """Return what an actor that looks ahead wants: a measure by its name, or an expression over the world that it imagines."""
    name, joined = bound.cast.actors[actor], bound.joined[actor]
    origin, text = joined.ahead.payoff or (joined.names[-1], f"payoff_{name}")
    path: Path = ("policies", origin, "payoff")
    for measure in bound.measures:
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
