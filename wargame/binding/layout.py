"""Where everything lies in the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wargame.mechanisms.base import Mechanism
from wargame.scenario.schema import Scenario
from wargame.scenario.values import CHANNELS
from wargame.world.cast import Cast
from wargame.world.fields import Axis, Disclosure, Field, Layout
from wargame.world.given import given_fields

if TYPE_CHECKING:
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
        *(
            Field(
                f"leaning.{channel}",
                "Day on which the actor's leaning was drawn anew.",
                ("actor",),
                "",
                -1e6,
                1e6,
                0.0,
                "nobody",
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
