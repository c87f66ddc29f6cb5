"""Numbers of the scenario as rows of the state, so that every one of them may differ from run to run.

A *quantity* is a number of a scenario file at a path (``actors.ACTOR.initial.dependence``,
``parameters.regime.rally``, ``exercises.NAME.parts.PART.troops``). This module says which row each one fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wargame.scenario.schema import Exercise, Scenario
from wargame.scenario.values import Quantity
from wargame.world.cast import Cast
from wargame.world.fields import Axis, Field, Layout

_SENSOR = ("rate", "noise", "bias", "floor", "suppressible", "finds_sites")
_ITEM = ("value", "cost", "step", "troops")
_PART = ("troops", "tanks", "acv", "artillery", "airborne")
_PURPOSES = ("readiness", "pressure", "foothold", "control", "cover")


@dataclass(frozen=True)
class GivenQuantity:
    """A quantity of the scenario and the row it fills."""

    path: str
    row: int
    quantity: Quantity


def _constant(name: str, says: str, *axes: Axis, seen: str = "all") -> Field:
    return Field(name, says, axes, "", -1e12, 1e12, 0.0, "nobody" if seen == "nobody" else "all")


def given_fields() -> list[Field]:
    """Return the fields that hold the scenario's own numbers."""
    return [
        *(_constant(f"sensor_{key}", f"Sensor: {key}.", "sensor") for key in _SENSOR),
        *(_constant(f"item_{key}", f"Item on the agenda: {key}.", "item") for key in (*_ITEM, "level")),
        *(_constant(f"part_{key}", f"True {key} in a part of an exercise.", "part", seen="nobody") for key in _PART),
        _constant("part_share", "Share of a part's troops by owner.", "part", "actor", seen="nobody"),
        _constant("part_place", "Share of a part's troops by site.", "part", "site", seen="nobody"),
        *(_constant(f"exercise_{key}", f"Weight of the purpose {key}.", "exercise", seen="nobody") for key in _PURPOSES),
        _constant("exercise_margin", "Share by which a strategic declaration stays below the level.", "exercise"),
        _constant("exercise_headline", "Total given to the press.", "exercise"),
        _constant("garrison", "Troops permanently at a site.", "site", "actor", seen="nobody"),
        _constant("temperature", "Noise in an actor's choice (0: strict preference).", "actor", seen="nobody"),
    ]


def givens(
    scenario: Scenario, cast: Cast, layout: Layout, parameters: Mapping[str, Mapping[str, Quantity]]
) -> Iterator[GivenQuantity]:
    """Yield every quantity with its row, initial values last.

    ``parameters`` are the mechanisms' defaults; the scenario's own take their place. Initial values of fields that do not
    exist are left out here (``wargame.binding`` reports them).
    """
    for mechanism, defaults in parameters.items():
        own = scenario.parameters.get(mechanism, {})
        for name, quantity in defaults.items():
            yield GivenQuantity(
                f"parameters.{mechanism}.{name}", layout.row(f"parameter.{mechanism}.{name}"), own.get(name, quantity)
            )
    for i, name in enumerate(cast.sensors):
        for key in _SENSOR:
            yield GivenQuantity(f"sensors.{name}.{key}", layout.row(f"sensor_{key}", i), getattr(scenario.sensors[name], key))
    for i, name in enumerate(cast.items):
        item = scenario.items[name]
        yield GivenQuantity(f"items.{name}.level", layout.row("item_level", i), Quantity(value=item.level))
        for key in _ITEM:
            if (quantity := getattr(item, key)) is not None:
                yield GivenQuantity(f"items.{name}.{key}", layout.row(f"item_{key}", i), quantity)
    for i, name in enumerate(cast.exercises):
        yield from _exercise(name, i, scenario.exercises[name], cast, layout)
    for i, name in enumerate(cast.sites):
        for owner, quantity in scenario.sites[name].garrison.items():
            if owner in cast.actors:
                row = layout.row("garrison", i, cast.actors.index(owner))
                yield GivenQuantity(f"sites.{name}.garrison.{owner}", row, quantity)
    yield from _initial(scenario, cast, layout)


def _exercise(name: str, index: int, exercise: Exercise, cast: Cast, layout: Layout) -> Iterator[GivenQuantity]:
    base = f"exercises.{name}"
    yield GivenQuantity(f"{base}.margin", layout.row("exercise_margin", index), exercise.margin)
    if exercise.headline is not None:
        yield GivenQuantity(f"{base}.headline", layout.row("exercise_headline", index), exercise.headline)
    for purpose, quantity in exercise.purposes.items():
        yield GivenQuantity(f"{base}.purposes.{purpose}", layout.row(f"exercise_{purpose}", index), quantity)
    for key, part in exercise.parts.items():
        i = cast.parts.index(f"{name}.{key}")
        for what in _PART:
            if (quantity := getattr(part, what)) is not None:
                yield GivenQuantity(f"{base}.parts.{key}.{what}", layout.row(f"part_{what}", i), quantity)
        for owner, quantity in part.contingents.items():
            if owner in cast.actors:
                row = layout.row("part_share", i, cast.actors.index(owner))
                yield GivenQuantity(f"{base}.parts.{key}.contingents.{owner}", row, quantity)
        for site, quantity in part.sites.items():
            if site in cast.sites:
                row = layout.row("part_place", i, cast.sites.index(site))
                yield GivenQuantity(f"{base}.parts.{key}.sites.{site}", row, quantity)


def _initial(scenario: Scenario, cast: Cast, layout: Layout) -> Iterator[GivenQuantity]:
    for field, quantity in scenario.initial.items():
        if field in layout.fields and layout.fields[field].axes == ():
            yield GivenQuantity(f"initial.{field}", layout.row(field), quantity)
    for i, name in enumerate(cast.actors):
        for field, quantity in scenario.actors[name].initial.items():
            if field in layout.fields and layout.fields[field].axes == ("actor",):
                yield GivenQuantity(f"actors.{name}.initial.{field}", layout.row(field, i), quantity)
    for i, name in enumerate(cast.items):
        for field, quantity in scenario.items[name].initial.items():
            if field in layout.fields and layout.fields[field].axes == ("item",):
                yield GivenQuantity(f"items.{name}.initial.{field}", layout.row(field, i), quantity)
    for i, name in enumerate(cast.sites):
        for field, quantity in scenario.sites[name].initial.items():
            if field in layout.fields and layout.fields[field].axes == ("site",):
                yield GivenQuantity(f"sites.{name}.initial.{field}", layout.row(field, i), quantity)
