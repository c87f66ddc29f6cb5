"""A small invented theatre for the tests of exercises, forces, lingering, declarations, suppression, detection and belief.

Highland is the patron, Saltmarsh the client; Reed is a front-line member of the Compact, Far a distant one, Dune the target, the
Exiles speak for those who watch with open sources. Three exercises can be played, one at a time: *autumn*, in the calendar and
declared; *snap*, unscheduled, large, with numbers withheld and a place off the list; *spring*, a build-up on the patron's own
soil of which nothing is said.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tests.still import STILL
from wargame.engine.types import Array
from wargame.mechanisms import belief, declaration, detection, exercises, forces, lingering, suppression
from wargame.mechanisms.base import Mechanism
from wargame.scenario.schema import Scenario
from wargame.simulation.isolated import advance, build_world
from wargame.world.fields import Field
from wargame.world.world import World

GROUP: tuple[Mechanism, ...] = tuple(
    module.MECHANISM for module in (exercises, forces, lingering, declaration, suppression, detection, belief)
)
STAND_INS = (
    Field("hedging", "", default=0.4),
    Field("relations", "", (), "-1..1", -1.0, 1.0, -0.75),
    Field("tension", "", (), default=0.4),
    Field("dependence", "", default=0.8),
    Field("repression", "", default=0.8),
    Field("consultation_breach", ""),
    Field("consultation_kept", ""),
    Field("consultation_visit", ""),
    Field("explained", ""),
    Field("stonewalled", ""),
    Field("inspection_refused", ""),
    Field("inspecting", "", ()),
    Field("verified", "", ()),
    Field("basing_public", "", ("site",), "0-5", high=5.0),
    Field("contingent", "", ("site", "actor"), "persons", high=1e6),
    Field("stability", "", default=0.55, seen="belief"),
    Field("intent", "", unit="0-2", high=2.0, seen="belief"),
)
ACTORS = ("compact", "dune", "exiles", "far", "highland", "reed", "saltmarsh")
DUNE, EXILES, HIGHLAND, REED, SALTMARSH = 1, 2, 4, 5, 6
COMPACT, FAR = 0, 3
ROLES = {
    "patron": ["highland"], "client": ["saltmarsh"], "alliance": ["compact"], "members": ["far", "reed"],
    "frontline": ["reed"], "distant": ["far"], "target": ["dune"], "opposition": ["exiles"],
}  # fmt: skip
PLACES = {
    "bay": (54.2, 25.8, "saltmarsh", "range"), "causeway": (52.3, 31.0, "saltmarsh", "staging"),
    "dike": (53.0, 26.0, "saltmarsh", "range"), "dune_town": (50.4, 30.5, "dune", "capital"),
    "far_town": (40.0, -70.0, "far", "capital"), "reed_town": (54.7, 25.3, "reed", "capital"),
    "ridge": (53.2, 34.4, "highland", "range"), "summit": (55.8, 37.6, "highland", "capital"),
}  # fmt: skip
SENSORS: dict[str, dict[str, Any]] = {
    "pictures": {"rate": 0.5, "noise": 0.35, "bias": -0.1, "floor": 200, "suppressible": 0.0, "finds_sites": 0.05,
                 "public": True},
    "papers": {"rate": 0.5, "noise": 0.5, "bias": -0.4, "floor": 50, "suppressible": 0.9, "finds_sites": 0.05, "public": True},
    "service": {"rate": 0.6, "noise": 0.35, "bias": 0.35, "floor": 100, "suppressible": 0.1, "finds_sites": 0.1,
                "seen_by": ["alliance", "members", "target"]},
}  # fmt: skip
EXERCISES: dict[str, dict[str, Any]] = {
    "autumn": {
        "name": "Autumn", "host": "saltmarsh", "guest": "highland", "start": "2021-09-10", "end": "2021-09-16",
        "announced": "2021-07-20", "margin": 0.015, "headline": 200_000, "deploy": 14, "withdraw": 14, "one_command": True,
        "purposes": {"readiness": 0.6, "foothold": 0.4, "pressure": 0.3},
        "parts": {
            "home": {"country": "saltmarsh", "troops": 16_500, "contingents": {"highland": 0.2},
                     "sites": {"bay": 0.5, "dike": 0.5}},
            "away": {"country": "highland", "troops": 40_000, "sites": {"ridge": 1.0}},
        },
    },
    "snap": {
        "name": "Snap", "host": "saltmarsh", "guest": "highland", "start": "2021-10-10", "end": "2021-10-20",
        "announced": "2021-09-17", "margin": 0.015, "deploy": 24, "withdraw": 14, "scheduled": False, "declaration": "withheld",
        "one_command": True, "purposes": {"pressure": 0.9, "foothold": 0.4, "cover": 0.6},
        "markers": ["far_units", "southern_axis", "crisis_link"],
        "parts": {
            "all": {"country": "saltmarsh", "troops": 30_000, "contingents": {"highland": 0.65},
                    "sites": {"bay": 0.2, "causeway": 0.5, "dike": 0.3}, "undeclared_sites": ["causeway"]},
        },
    },
    "spring": {
        "name": "Spring", "host": "highland", "guest": "highland", "start": "2021-09-10", "end": "2021-09-20",
        "margin": 0.015, "deploy": 10, "withdraw": 10, "scheduled": False, "purposes": {"pressure": 0.8, "foothold": 0.3},
        "parts": {"all": {"country": "highland", "troops": 60_000, "declared": False, "sites": {"ridge": 1.0}}},
    },
}  # fmt: skip


def scenario(exercise: str | None = "autumn", change: Callable[[dict[str, Any]], None] | None = None) -> Scenario:
    """Return the theatre with one exercise, after ``change`` has edited its plain data."""
    data: dict[str, Any] = {
        "schema": 1, "name": "saltmarsh", "title": "Saltmarsh", "start": "2021-08-20", "horizon": 200, "roles": dict(ROLES),
        "actors": {name: {"name": name.title(), "short": name[:6]} for name in ACTORS},
        "sites": {
            name: {"name": name.title(), "lat": lat, "lon": lon, "country": country, "kind": kind,
                   "military": kind not in ("capital", "town")}
            for name, (lat, lon, country, kind) in PLACES.items()
        },
        "sensors": {name: {"name": name.title(), **values} for name, values in SENSORS.items()},
        "exercises": {exercise: EXERCISES[exercise]} if exercise else {},
    }  # fmt: skip
    data = copy.deepcopy(data)
    for planned in data["exercises"].values():
        planned["source"] = ["cling-zapad-functions"]
    if change is not None:
        change(data)
    return Scenario.model_validate(data)


def world_of(
    made: Scenario, runs: int = 1, *, seed: int = 1, mechanisms: Sequence[Mechanism] = GROUP,
    overrides: Mapping[str, Array] | None = None, first: int = 0,
) -> World:  # fmt: skip
    """Return the first morning, with stand-ins for what other groups' mechanisms would hold."""
    replications = range(first, first + runs)
    return build_world(made, mechanisms, seed=seed, replications=replications, stand_ins=STAND_INS,
                       overrides={**STILL, **(overrides or {})})  # fmt: skip


def play(w: World, days: int, mechanisms: Sequence[Mechanism] = GROUP) -> World:
    """Play some days without orders."""
    for _ in range(days):
        advance(w, mechanisms)
    return w


def seen(
    exercise: str | None, days: int, runs: int = 1, change: Callable[[dict[str, Any]], None] | None = None, **initial: float
) -> World:
    """Return the theatre after some days; ``initial`` sets whole fields on the first morning."""
    w = world_of(scenario(exercise, change), runs)
    for name, value in initial.items():
        w[name][:] = value
    return play(w, days)


def open_book(data: dict[str, Any]) -> None:
    """Make the exercise fully transparent with the same forces: honest, early, observers, every place listed."""
    for exercise in data["exercises"].values():
        exercise |= {"declaration": "honest", "observers_invited": True, "scheduled": True, "announced": "2021-07-01"}
        for part in exercise["parts"].values():
            part["undeclared_sites"] = []
            part["declared"] = True


class Told:
    """Keeps what the mechanisms report, filled in for the first run in which it holds."""

    def __init__(self, w: World) -> None:
        self.events: list[tuple[int, str, str, str]] = []
        self._world = w
        w.listener = self.hear

    def hear(
        self, kind: str, where: Any, fact: str, *, actor: int | None, reason: str, sources: tuple[str, ...],
        values: Mapping[str, Any], **_: Any,
    ) -> None:  # fmt: skip
        run = int(np.flatnonzero(np.broadcast_to(where, (self._world.runs,)))[0])
        filled = {k: float(v[run]) if isinstance(v, np.ndarray) else v for k, v in values.items()}
        assert sources, fact
        self.events.append((self._world.tick, kind, fact.format(**filled), reason.format(**filled)))

    def facts(self, part: str) -> list[tuple[int, str]]:
        """Return day and text of the facts that contain some words."""
        return [(day, fact) for day, _, fact, _ in self.events if part in fact]
