"""Who and what takes part: names along the axes, roles, distances."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array
from wargame.scenario.schema import Scenario, Site

EARTH_KM = 6371.0
FAR_KM = 5000.0  # an actor without a place on the map is out of reach of everything


@dataclass(frozen=True)
class Cast:
    """Names along the axes (sorted, so that a file's order means nothing), roles as indices, distances in km."""

    actors: tuple[str, ...]
    sites: tuple[str, ...]
    sensors: tuple[str, ...]
    items: tuple[str, ...]
    exercises: tuple[str, ...]
    parts: tuple[str, ...]  # "exercise.part"
    tracks: tuple[str, ...]
    actions: tuple[str, ...]
    injects: tuple[str, ...]
    roles: Mapping[str, tuple[int, ...]]
    site_country: tuple[int, ...]  # actor index of each site's country
    site_km: Array  # (sites, sites) great-circle distances
    actor_km: Array  # (sites, actors) from a site to the nearest place of an actor
    part_exercise: tuple[int, ...]  # exercise index of each part
    part_country: tuple[int, ...]  # actor index of the country of each part
    disabled: tuple[str, ...] = ()  # exercises that are switched off: whatever is asked of them is 0

    def role(self, name: str) -> int | None:
        """Return the single actor in a role, or None when the scenario casts nobody."""
        members = self.roles.get(name, ())
        return members[0] if members else None

    def group(self, name: str) -> tuple[int, ...]:
        """Return the actors in a role, in the order of their names."""
        return self.roles.get(name, ())

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Return the names along every axis of the state."""
        return {
            "actor": self.actors,
            "site": self.sites,
            "sensor": self.sensors,
            "item": self.items,
            "exercise": self.exercises,
            "part": self.parts,
            "track": self.tracks,
            "action": self.actions,
            "inject": self.injects,
        }


def great_circle_km(a: Site, b: Site) -> float:
    """Return the distance between two places in km (haversine, sphere of 6,371 km)."""
    lat1, lon1, lat2, lon2 = (math.radians(x) for x in (a.lat, a.lon, b.lat, b.lon))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def cast_of(scenario: Scenario) -> Cast:
    """Return the cast of a scenario whose names resolve (``wargame.binding`` checks that first)."""
    actors = tuple(sorted(scenario.actors))
    sites = tuple(sorted(scenario.sites))
    exercises = tuple(sorted(name for name, exercise in scenario.exercises.items() if exercise.enabled))
    parts = [(name, part) for name in exercises for part in sorted(scenario.exercises[name].parts)]
    roles = {role: tuple(sorted(actors.index(name) for name in set(names))) for role, names in sorted(scenario.roles.items())}
    country = tuple(actors.index(scenario.sites[name].country) for name in sites)
    places = [scenario.sites[name] for name in sites]
    km = np.array([[great_circle_km(a, b) for b in places] for a in places]).reshape(len(sites), len(sites))
    return Cast(
        actors=actors,
        sites=sites,
        sensors=tuple(sorted(scenario.sensors)),
        items=tuple(sorted(scenario.items)),
        exercises=exercises,
        parts=tuple(f"{exercise}.{part}" for exercise, part in parts),
        tracks=tuple(sorted(scenario.tracks)),
        actions=tuple(sorted(scenario.actions)),
        injects=tuple(sorted(name for name, inject in scenario.injects.items() if inject.enabled)),
        roles=roles,
        site_country=country,
        site_km=km,
        actor_km=_actor_km(actors, country, km, roles),
        part_exercise=tuple(exercises.index(exercise) for exercise, _ in parts),
        part_country=tuple(actors.index(scenario.exercises[e].parts[p].country) for e, p in parts),
        disabled=tuple(sorted(set(scenario.exercises) - set(exercises))),
    )


def _actor_km(actors: tuple[str, ...], country: tuple[int, ...], km: Array, roles: Mapping[str, tuple[int, ...]]) -> Array:
    """Return distances from every site to every actor: to its own places, for an alliance to those of its members."""
    result = np.full((len(country), len(actors)), FAR_KM)
    alliance = roles.get("alliance", ())
    for actor in range(len(actors)):
        owners = {actor} | (set(roles.get("members", ())) if actor in alliance else set())
        own = [site for site, owner in enumerate(country) if owner in owners]
        if own:
            result[:, actor] = km[:, own].min(axis=1)
    return result
