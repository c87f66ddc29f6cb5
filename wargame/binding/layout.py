"""Where everything lies in the state, and the world on the first morning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wargame.engine.draws import Draws
from wargame.engine.types import Array
from wargame.errors import InputError, Mistake, did_you_mean
from wargame.mechanisms import in_order, registry
from wargame.mechanisms.base import Mechanism
from wargame.scenario.schema import Scenario
from wargame.scenario.values import CHANNELS
from wargame.simulation.lead_in import lead_in
from wargame.world.cast import Cast, cast_of
from wargame.world.fields import Axis, Disclosure, Field, Layout
from wargame.world.given import given_fields, givens
from wargame.world.world import World

if TYPE_CHECKING:
    from wargame.binding.bound import Bound
    from wargame.binding.inherit import Joined


def engine_fields(scenario: Scenario, joined: Mapping[str, Joined]) -> list[Field]:
    """Return the fields that the engine itself keeps: the clock, memory of orders, alarms, and numbers of the file."""
    fields = [
        Field("clock.day", "Days since the start.", (), "days", 0, 1e6, 0.0, "all"),
        Field("clock.week", "Weeks since the start.", (), "weeks", 0, 1e6, 0.0, "all"),
        Field(
            "since", "Days since an actor last took an action.", ("actor", "action"), "days", 0, 1e6, np.nan, "nobody", "never"
        ),
        Field("urgent", "Must the actor decide again this morning?", ("actor",), "0/1", 0, 1, 0.0, "nobody"),
        Field("fired", "Has the inject happened?", ("inject",), "0/1", 0, 1, 0.0, "nobody"),
        *(
            Field(
                f"choice.{channel}", "Which rule its order of today comes from (0: none).", ("actor",), "", 0, 1e6, 0.0, "nobody"
            )
            for channel in CHANNELS
        ),
        Field("firing", "Does the inject happen today?", ("inject",), "0/1", 0, 1, 0.0, "nobody"),
    ]
    for actor, policy in joined.items():
        fields += [_number(f"let.{actor}.{name}", "A number of the actor's policy.") for name in policy.lets]
    for name, action in scenario.actions.items():
        fields += [_number(f"push.{name}.{impulse}", "What the action adds.") for impulse in action.impulses]
    for name, inject in scenario.injects.items():
        for impulse, rows in inject.impulses.items():
            fields += [_number(f"push.{name}.{impulse}.{row}", "What the inject adds.") for row in rows]
    return fields


def _number(name: str, says: str) -> Field:
    return Field(name, says, (), "", -1e12, 1e12, 0.0, "nobody")


def make_layout(cast: Cast, mechanisms: Sequence[Mechanism], others: Sequence[Field] = ()) -> Layout:
    """Return where everything lies: the scenario's own numbers, every mechanism's fields, impulses and parameters.

    ``others`` are further fields; one whose name a mechanism has declared is left out.
    """
    fields = {field.name: field for field in given_fields()}
    for mechanism in mechanisms:
        fields |= {field.name: field for field in mechanism.fields}
        fields |= {f"impulse.{impulse.name}": impulse.field() for impulse in mechanism.impulses}
        for parameter in mechanism.parameters:
            name = f"parameter.{mechanism.name}.{parameter.name}"
            fields[name] = Field(name, parameter.says, (), parameter.unit, parameter.low, parameter.high, 0.0, "nobody")
    for field in others:
        fields.setdefault(field.name, field)
    for field in list(fields.values()):
        if field.seen == "belief":
            fields |= {belief.name: belief for belief in _beliefs(field)}
    return Layout(fields.values(), cast.labels())


def _beliefs(field: Field) -> tuple[Field, Field]:
    """Return where every actor's belief about every actor's hidden field lies: its mean and its spread."""
    two: tuple[Axis, Axis] = ("actor", "actor")
    width = field.high - field.low
    return (
        replace(
            field,
            name=f"believed.{field.name}",
            says=f"Belief about: {field.says}",
            axes=two,
            seen="owner",
            tells=(Disclosure((field.name,), "luck", "an impression a week, with an error of its own and one that lasts"),),
        ),
        Field(
            f"unsure.{field.name}",
            f"Spread of the belief about: {field.says}",
            two,
            field.unit,
            0.0,
            width,
            0.25 * width,
            "owner",
        ),
    )


def make_world(
    bound: Bound, *, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None = None,
    state: Array | None = None,
) -> World:  # fmt: skip
    """Return the first morning of a bound scenario, or another in ``state``; see :meth:`Bound.world`."""
    if state is not None:
        taken = bound.layout.new(len(replications))
        taken[:] = state
        return World(
            bound.layout, taken, Draws(seed, replications), bound.scenario, bound.cast, bound.parameter_names, bound.rungs
        )
    rows, values = bound.given_values
    known = {given.path: given.row for given in bound.givens} if overrides else {}
    unknown = [path for path in overrides or {} if path not in known]
    if unknown:
        raise InputError(Mistake("", 0, 0, path, f"no number of the scenario{did_you_mean(path, known)}") for path in unknown)
    state = bound.layout.new(len(replications))
    state[rows] = values[:, np.newaxis]
    for given in bound.givens if overrides else ():
        if given.path in (overrides or {}):
            state[given.row] = (overrides or {})[given.path]
    world = World(bound.layout, state, Draws(seed, replications), bound.scenario, bound.cast, bound.parameter_names, bound.rungs)
    for mechanism in bound.mechanisms:
        if mechanism.begin is not None:
            mechanism.begin(world)
    if overrides and bound.scenario.lead_in:  # runs that differ in a number share their past, so that pairs stay pairs
        world["since"][:] = make_world(bound, seed=seed, replications=replications)["since"]
    else:
        lead_in(bound, world)
    return world


def build_world(
    scenario: Scenario,
    mechanisms: Sequence[Mechanism] | None = None,
    *,
    seed: int = 0,
    replications: Sequence[int] = range(1),
    overrides: Mapping[str, Array] | None = None,
    stand_ins: Sequence[Field] = (),
) -> World:
    """Return a world of some mechanisms alone, without policies, injects and ladder: for tests of mechanisms."""
    used = in_order(list(registry().values() if mechanisms is None else mechanisms))
    cast = cast_of(scenario)
    layout = make_layout(cast, used, stand_ins)
    state = layout.new(len(replications))
    defaults = {m.name: {p.name: p.quantity() for p in m.parameters} for m in used}
    for given in givens(scenario, cast, layout, defaults):
        state[given.row] = (overrides or {}).get(given.path, given.quantity.value)
    names = {m.name: tuple(p.name for p in m.parameters) for m in used}
    silent = len(scenario.ladder)
    world = World(layout, state, Draws(seed, replications), scenario, cast, names, lambda s: np.zeros((silent, s.shape[1])))
    for mechanism in used:
        if mechanism.begin is not None:
            mechanism.begin(world)
    return world


def advance(world: World, mechanisms: Sequence[Mechanism]) -> None:
    """Play one day without injects and orders: every mechanism's hooks, then the next morning with no impulses left."""
    for phase in ("move", "detect", "adjudicate", "friction", "drift"):
        for mechanism in in_order(list(mechanisms)):
            if phase in mechanism.phases:
                mechanism.phases[phase](world)
    for name in world.layout.fields:
        if name.startswith("impulse."):
            world[name][:] = 0.0
    world.tick += 1
