"""A small invented theatre for the tests of what happens between a patron and its client.

Other names, another map, the same laws: Highmark is the patron, Lowland the client, Fenmark and Saltmark its western
neighbours. Numbers start at the column of dated initial values that a test asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.still import STILL
from wargame.engine.types import Array
from wargame.mechanisms import bargaining, basing, collapse, dependence, integration, migration, regime, sanctions
from wargame.mechanisms.base import Mechanism
from wargame.scenario.schema import Scenario
from wargame.simulation.isolated import advance, build_world
from wargame.world.fields import Field
from wargame.world.world import World

GROUP: tuple[Mechanism, ...] = tuple(
    module.MECHANISM for module in (sanctions, dependence, bargaining, integration, basing, regime, collapse, migration)
)
STAND_INS = (
    Field("tension", "", ()),
    Field("guarantee", ""),
    Field("resolve", "", default=0.7),
    Field("buffer_value", "", default=0.7),
    Field("hedging", "", default=0.3),
    Field("suppression", ""),
    Field("exercise_near", ""),
    Field("exercise_active", "", ("exercise",)),
    Field("exercise_level", "", ("exercise",)),
    Field("exercise_reach", "", ("exercise", "actor")),
    Field("guest_troops", "", (), "persons", 0, 1e6),
    Field("linger", "", ("site", "actor"), "persons", 0, 1e6),
)
COLUMNS: dict[str, dict[str, float]] = {
    "jan_2020": {"dependence": 0.50, "alignment": 0.40, "stability": 0.70, "legitimacy": 0.45, "repression": 0.35,
                 "sanctions": 0.10, "integ_mil": 0.50, "integ_econ": 0.35, "protest": 0.08},
    "aug_2020": {"dependence": 0.65, "alignment": 0.55, "stability": 0.30, "legitimacy": 0.20, "repression": 0.85,
                 "sanctions": 0.20, "integ_mil": 0.52, "integ_econ": 0.35, "protest": 0.90},
    "mar_2021": {"dependence": 0.75, "alignment": 0.65, "stability": 0.50, "legitimacy": 0.20, "repression": 0.80,
                 "sanctions": 0.40, "integ_mil": 0.58, "integ_econ": 0.38, "protest": 0.10},
    "sep_2021": {"dependence": 0.80, "alignment": 0.70, "stability": 0.55, "legitimacy": 0.20, "repression": 0.85,
                 "sanctions": 0.60, "integ_mil": 0.65, "integ_econ": 0.42, "protest": 0.05},
    "feb_2022": {"dependence": 0.92, "alignment": 0.90, "stability": 0.60, "legitimacy": 0.22, "repression": 0.90,
                 "sanctions": 0.70, "integ_mil": 0.82, "integ_econ": 0.48, "protest": 0.05},
}  # fmt: skip
SLOW = ("dependence", "alignment", "stability", "legitimacy", "repression", "sanctions", "integ_mil", "integ_econ")


def scenario(column: str = "sep_2021", **client: float) -> Scenario:
    """Return the theatre with the client's initial values at a column, some of them changed."""
    site = {"military": True, "kind": "town"}
    item = {"value": 0.5, "cost": 0.3, "step": 0.05}
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "lowlands",
            "title": "Lowlands",
            "start": "2021-08-30",
            "horizon": 400,
            "roles": {
                "patron": "highmark",
                "client": "lowland",
                "frontline": ["fenmark", "saltmark"],
                "members": ["fenmark", "saltmark"],
            },
            "actors": {
                "highmark": {"name": "Highmark", "short": "HIG"},
                "lowland": {"name": "Lowland", "short": "LOW", "initial": {**COLUMNS[column], **client}},
                "fenmark": {"name": "Fenmark", "short": "FEN", "initial": {"border_share": 3.0}},
                "saltmark": {"name": "Saltmark", "short": "SAL", "initial": {"border_share": 1.0}},
            },
            "sites": {
                "mill": {**site, "name": "Mill", "lat": 53.7, "lon": 23.8, "country": "lowland", "initial": {"basing": 2}},
                "brook": {**site, "name": "Brook", "lat": 53.1, "lon": 26.0, "country": "lowland", "initial": {"basing": 1}},
                "heath": {**site, "name": "Heath", "lat": 52.1, "lon": 23.7, "country": "lowland"},
                "summit": {**site, "name": "Summit", "lat": 55.7, "lon": 37.6, "country": "highmark"},
                "fen": {**site, "name": "Fen", "lat": 52.2, "lon": 21.0, "country": "fenmark"},
            },
            "items": {
                "package": {**item, "name": "trade package", "kind": "economic", "level": 1},
                "command": {**item, "name": "joint command", "kind": "military", "level": 2},
                "rotation": {**item, "name": "rotation at Brook", "kind": "basing", "level": 3, "site": "brook",
                             "troops": 1500, "disguise": True},
                "fortress": {**item, "name": "base at Brook", "kind": "basing", "level": 4, "site": "brook", "troops": 4000},
                "cheap_gas": {**item, "name": "cheap gas", "kind": "economic", "level": 0, "value": -0.6, "cost": -0.6},
            },
            "exercises": {
                "joint": {"name": "Joint", "host": "lowland", "guest": "highmark", "start": "2021-09-10",
                          "end": "2021-09-16", "margin": 0.02,
                          "parts": {"west": {"country": "lowland", "troops": 12800}}},
                "mirror": {"name": "Mirror", "host": "fenmark", "guest": "saltmark", "start": "2021-09-10",
                           "end": "2021-09-16", "margin": 0.02,
                           "parts": {"east": {"country": "fenmark", "troops": 5000}}},
            },
        }
    )  # fmt: skip


def world(
    column: str = "sep_2021",
    *,
    runs: int = 1,
    seed: int = 1,
    overrides: Mapping[str, Array] | None = None,
    tension: float = 0.35,
    guarantee: float = 0.7,
    **client: float,
) -> World:
    """Return the first morning at a column; tension and guarantee, which others own, stay where they are put."""
    w = build_world(
        scenario(column, **client),
        GROUP,
        seed=seed,
        replications=range(runs),
        overrides={**STILL, **(overrides or {})},
        stand_ins=STAND_INS,
    )
    w["tension"][:] = tension
    w["guarantee"][actor(w, "lowland")] = guarantee
    return w


def actor(w: World, name: str) -> int:
    """Return an actor's index."""
    return w.cast.actors.index(name)


def item(w: World, name: str) -> int:
    """Return an item's index."""
    return w.cast.items.index(name)


def site(w: World, name: str) -> int:
    """Return a site's index."""
    return w.cast.sites.index(name)


def client(w: World, field: str) -> Array:
    """Return the client's row of a field, a copy, shape ``(runs,)``."""
    row: Array = w[field][actor(w, "lowland")].copy()
    return row


def play(w: World, days: int, mechanisms: Sequence[Mechanism] = GROUP) -> World:
    """Play days without orders; return the world."""
    for _ in range(days):
        advance(w, mechanisms)
    return w


def listen(w: World) -> list[dict[str, Any]]:
    """Collect what is said from now on, one entry per run and event, with its text filled in."""
    heard: list[dict[str, Any]] = []

    def hear(kind: str, where: Any, fact: str, **rest: Any) -> None:
        for run in range(w.runs):
            if where is True or where[run]:
                values = {k: (float(v[run]) if hasattr(v, "shape") else v) for k, v in rest["values"].items()}
                said = {"kind": kind, "day": w.tick, "run": run, "fact": fact.format(**values)}
                heard.append(said | {"reason": rest["reason"].format(**values), "sources": rest["sources"]})

    w.listener = hear
    return heard
