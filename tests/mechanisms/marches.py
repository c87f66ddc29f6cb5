"""A small invented theatre for the tests of threat, talk, posture, incidents, pressure, commitment and escalation.

Other names, another map, the same laws: Ostmark is the patron, Vale the client; North and South are front-line members of the
League, the Isles a distant one; Steppe is the target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tests.still import STILL
from wargame.engine.types import Array
from wargame.mechanisms import (
    buffer,
    commitment,
    escalation,
    incidents,
    posture,
    pressure,
    race,
    rhetoric,
    threat,
    traits,
)
from wargame.mechanisms.base import Mechanism
from wargame.scenario.schema import Scenario
from wargame.simulation.isolated import advance, build_world
from wargame.world.fields import Field
from wargame.world.world import World

GROUP: tuple[Mechanism, ...] = tuple(
    module.MECHANISM for module in (traits, buffer, rhetoric, threat, race, posture, incidents, pressure, commitment, escalation)
)
STAND_INS = (
    Field("alignment", "", default=0.5),
    Field("consultation_breach", ""),
    Field("turmoil", "", ()),
    Field("staying_out", "", ()),
    Field("spillover", ""),
    Field("solidarity", "", ()),
    Field("battalions_arriving", "", unit="battalions", high=80.0),
    Field("legitimacy", "", default=0.2),
    Field("sanctions", ""),
    Field("dependence", "", default=0.8),
    Field("integ_mil", "", default=0.65),
    Field("integ_econ", "", default=0.42),
    Field("suppression", ""),
    Field("opacity", "", default=0.4),
    Field("trust", "", default=0.5),
    Field("seen_force", "", unit="persons", high=1e7, default=8000.0),
    Field("force_near", "", unit="persons", high=1e7, default=8000.0),
    Field("exercise_near", ""),
    Field("proximity", "", ("site", "actor"), default=1.0),
    Field("migrant_flow", "", unit="persons/day", high=1e6),
    Field("massed", "", (), "persons", high=1e6),
    Field("fortification", ""),
    Field("emergency", "", unit="0/1"),
    Field("guest_troops", "", (), "persons", high=1e6),
    Field("exercise_level", "", ("exercise",)),
    Field("indicators", "", ("exercise",), "count", high=20.0),
    Field("basing_public", "", ("site",), "0-5", high=5.0),
    Field("troops", "", ("site", "actor"), "persons", high=1e6),
)
NAMES = {
    "isles": "Isles", "league": "League", "north": "North", "ostmark": "Ostmark", "south": "South", "steppe": "Steppe",
    "vale": "Vale",
}  # fmt: skip
ROLES = {
    "patron": ["ostmark"], "client": ["vale"], "alliance": ["league"], "members": ["north", "south"],
    "frontline": ["north", "south"], "distant": ["isles"], "target": ["steppe"],
}  # fmt: skip
BASE = {name: {"posture": 0.55} for name in ("league", "north", "ostmark", "south")}
PLACES = {
    "north_town": (55.0, 24.0, "north"), "south_town": (52.0, 22.0, "south"), "steppe_town": (50.5, 30.5, "steppe"),
    "vale_south": (51.6, 30.5, "vale"), "vale_west": (53.0, 25.0, "vale"), "isles_town": (51.0, -3.0, "isles"),
}  # fmt: skip


def scenario(
    parameters: Mapping[str, Mapping[str, float]] | None = None,
    *,
    actors: Mapping[str, Mapping[str, float]] | None = None,
    world: Mapping[str, float] | None = None,
    ladder: Mapping[str, Any] | None = None,
    extra_actor: bool = False,
    roles: Mapping[str, Sequence[str]] | None = None,
) -> Scenario:
    """Return the theatre, with parameters, actors' initial values and the world's initial values as given."""
    names = {**NAMES, **({"atoll": "Atoll"} if extra_actor else {})}
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "marches",
            "title": "Marches",
            "start": "2021-08-30",
            "horizon": 98,
            "roles": dict(ROLES if roles is None else roles),
            "tracks": {"border": "Border", "south": "South"},
            "actors": {
                name: {"name": label, "short": label[:6], "initial": {**BASE.get(name, {}), **(actors or {}).get(name, {})}}
                for name, label in names.items()
            },
            "sites": {
                name: {"name": name, "lat": lat, "lon": lon, "country": country, "kind": "town"}
                for name, (lat, lon, country) in PLACES.items()
            },
            "sensors": {
                "pictures": {
                    "name": "Pictures", "rate": 0.3, "noise": 0.3, "bias": 0, "floor": 100, "suppressible": 0,
                    "finds_sites": 0.1, "public": True,
                },
            },
            "exercises": {
                "shield": {
                    "name": "Shield", "host": "vale", "guest": "ostmark", "start": "2021-09-10", "end": "2021-09-16",
                    "margin": 0.02, "purposes": {"pressure": 0.6}, "parts": {"main": {"country": "vale", "troops": 12000}},
                },
            },
            "parameters": {name: dict(values) for name, values in (parameters or {}).items()},
            "initial": dict(world or {}),
            "ladder": dict(ladder or {}),
        }
    )  # fmt: skip


def world_of(made: Scenario, runs: int = 1, *, seed: int = 1, mechanisms: Sequence[Mechanism] = GROUP, first: int = 0) -> World:
    """Return the first morning of a scenario with all the fields of the group."""
    return build_world(
        made,
        mechanisms,
        seed=seed,
        replications=range(first, first + runs),
        overrides=STILL,
        stand_ins=[*STAND_INS, *_all_fields()],
    )


def _all_fields() -> list[Field]:
    return [field for mechanism in GROUP for field in (*mechanism.fields, *(i.field() for i in mechanism.impulses))]


def row(world: World, field: str, actor: str) -> Array:
    """Return an actor's row of a field, a view."""
    found: Array = world[field][world.cast.actors.index(actor)]
    return found


def push(world: World, impulse: str, amount: float, actor: str | None = None) -> None:
    """Give a push today, on an actor's row or on the world."""
    view = world.impulse(impulse)
    if actor is None:
        view[:] = amount
    else:
        view[world.cast.actors.index(actor)] = amount


def play(world: World, days: int, mechanisms: Sequence[Mechanism] = GROUP) -> None:
    """Play some days without orders."""
    for _ in range(days):
        advance(world, mechanisms)


class Told:
    """Keeps what the mechanisms report: kind, fact and reason filled in for the first run in which it holds."""

    def __init__(self, world: World) -> None:
        self.events: list[tuple[int, str, str, str, tuple[str, ...]]] = []
        self._world = world
        world.listener = self.hear

    def hear(
        self, kind: str, where: Any, fact: str, *, actor: int | None, reason: str, sources: tuple[str, ...],
        values: Mapping[str, Any], **_: Any,
    ) -> None:  # fmt: skip
        run = int(np.flatnonzero(np.broadcast_to(where, (self._world.runs,)))[0])
        filled = {k: float(v[run]) if isinstance(v, np.ndarray) else v for k, v in values.items()}
        self.events.append((self._world.tick, kind, fact.format(**filled), reason.format(**filled), sources))

    def facts(self, kind: str) -> list[str]:
        """Return the facts of one kind in the order in which they were told."""
        return [fact for _, told, fact, _, _ in self.events if told == kind]
