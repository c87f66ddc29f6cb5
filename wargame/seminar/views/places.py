"""The map of a seat: places that it knows of, its own forces, what it believes stands there, and the rung of basing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from wargame.seminar.views.gauges import SURE
from wargame.seminar.views.visibility import VisibleState

Json = dict[str, Any]


def places(visible: VisibleState) -> list[Json]:
    """Return the places that an actor knows of; those that it has not heard of are absent."""
    return list(_places(visible))


def knows(visible: VisibleState, site: int) -> bool:
    """Return whether an actor knows of a place: it is no military place of patron or client, or it has become known to it."""
    cast, spec = visible.bound.cast, visible.bound.scenario.sites[visible.bound.cast.sites[site]]
    owner = cast.site_country[site]
    if visible.is_party or owner == visible.actor or owner not in (*cast.group("patron"), *cast.group("client")):
        return True
    if not spec.military or visible.actor is None:
        return True
    public = any(visible.above(0.0, name, site) for name in ("public_site", "basing_public"))
    return public or visible.above(0.0, "known", visible.actor, site)


def _places(visible: VisibleState) -> Iterator[Json]:
    scenario, cast = visible.bound.scenario, visible.bound.cast
    for index, name in enumerate(cast.sites):
        if not knows(visible, index):
            continue
        spec = scenario.sites[name]
        yield {
            "site": name, "label": spec.name, "lat": spec.lat, "lon": spec.lon, "kind": spec.kind,
            "country": scenario.actors[spec.country].name, "own": _own(visible, index), "estimate": _estimate(visible, index),
            "level": _level(visible, index),
        }  # fmt: skip


def _own(visible: VisibleState, site: int) -> int | None:
    """Return the actor's own troops at a place; of the truth, those of everybody."""
    if visible.actor is not None:
        own = _troops(visible, site, visible.actor)
        return None if own is None else round(own)
    every = [_troops(visible, site, actor) for actor in range(len(visible.bound.cast.actors))]
    return None if None in every else round(sum(value for value in every if value is not None))


def _troops(visible: VisibleState, site: int, actor: int) -> float | None:
    """Return an actor's troops at a place; before the first day, which counts them, those that are stationed there."""
    if visible.days.shape[1]:
        return visible.value("troops", site, actor)
    sent, stayed, home = (visible.value(name, site, actor) for name in ("contingent", "linger", "garrison"))
    return None if sent is None or stayed is None or home is None else max(sent, stayed) + home


def _estimate(visible: VisibleState, site: int) -> Json | None:
    """Return what the actor makes of its reports on the patron's strength there, with 80 % bounds and the last report's age."""
    me = visible.actor
    if me is None or me == visible.bound.cast.role("patron"):
        return None
    mean, sd, age = (visible.value(name, me, site) for name in ("belief_mean", "belief_sd", "report_age"))
    if mean is None or sd is None or not visible.above(0.0, "known", me, site):
        return None
    low, median, high = (round(math.exp(mean + shift * sd)) for shift in (-SURE, 0.0, SURE))
    return {"median": median, "low": low, "high": high, "age": None if age is None else round(age)}


def _level(visible: VisibleState, site: int) -> int | None:
    """Return the rung of the basing ladder as far as the actor may know it."""
    found = visible.value("basing", site)
    level = visible.value("basing_public", site) if found is None else found
    return None if level is None else round(level)
