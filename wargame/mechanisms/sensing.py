"""What sensors, visitors and declarations say about places on one day: part of the mechanism *detection*, whose docstring defines
it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wargame.engine.numeric import exp, highest, log
from wargame.engine.types import Array, Mask
from wargame.mechanisms.estimates import EMPTY, log_strength, pooled, split
from wargame.mechanisms.tables import STRIDE, Indices, Tables, indices, places, shares
from wargame.world.world import World

VISITS = 0.4  # chance a day that visitors see a given place


@dataclass(frozen=True)
class Observations:
    """A day's signals about the places looked at (g of them), by set of sensors (v), shape ``(v, g, runs)``, and by sensor."""

    sites: Indices
    precision: Array
    score: Array
    found: Array  # (v, g, runs) 0/1: would such an observer find the place today?
    finds: Mask  # (sensors, g, runs)


def observe(w: World, t: Tables, patron: int, sites: Indices) -> Observations:
    """Return what the sensors report about ``sites`` today."""
    cast, sensors = w.cast, len(w.cast.sensors)
    shape = (len(t.viewers), len(sites), w.runs)
    if not sensors:
        nothing = np.zeros(shape)
        return Observations(sites, nothing, nothing, nothing, np.zeros((0, len(sites), w.runs), dtype=np.bool_))
    troops = w["troops"][sites, patron]
    countries = indices([cast.site_country[site] for site in sites])
    names = [f"detection.{sensor}.{cast.sites[site]}" for sensor in cast.sensors for site in sites]
    chance, error = split(w.draws.uniforms(names, w.tick).reshape(sensors, len(sites), w.runs))
    thin = 1.0 - _row(w, "suppressible") * w["suppression"][countries]
    finds = chance < 1.0 - exp(-STRIDE * _row(w, "finds_sites") * thin * np.minimum(troops / 1_000.0, 5.0))
    reports = finds | (chance < 1.0 - exp(-STRIDE * _row(w, "rate") * thin))
    noise, floor = np.maximum(_row(w, "noise"), 0.05), _row(w, "floor")
    above = troops >= floor
    lasting = _row(w, "bias") + w["sensor_error"][:, None, :]
    nothing = log(np.maximum(0.25 * floor, EMPTY)) + 2.0 * noise * error
    value = np.where(above, log_strength(troops) + lasting + noise * error, nothing)
    weight = reports / (noise * noise * np.where(above, 1.0, 4.0))
    zero = np.zeros(shape[1:])
    return Observations(
        sites=sites,
        precision=np.stack([pooled([weight[k] for k in seen]) if seen else zero for seen in t.viewers]),
        score=np.stack([pooled([weight[k] * value[k] for k in seen]) if seen else zero for seen in t.viewers]),
        found=np.stack([highest(finds[list(seen)]) if seen else zero for seen in t.viewers]),
        finds=finds,
    )


def claims(w: World, t: Tables, patron: int, sites: Indices) -> tuple[Array, Array]:
    """Return the logarithm of what declarations say stands at ``sites``, and whether they say it today (0/1).

    A claim counts once: at the first look after its exercise opens.
    """
    said, now = w.zeros(len(sites)), w.zeros(len(sites))
    position = {int(site): i for i, site in enumerate(sites)}
    for exercise in t.exercises:
        if not 0 <= w.tick - exercise.start < STRIDE:
            continue
        for part in exercise.parts:
            own = [i for i, owner in enumerate(part.owners) if owner == patron]
            here = [i for i, site in enumerate(part.sites) if int(site) in position and part.listed[i]]
            if own and here:
                rows = indices([position[int(part.sites[i])] for i in here])
                sent = w["declared_troops"][part.index] * shares(w, part)[own[0]]
                said[rows] += places(w, part)[here] * sent
                now[rows] = np.maximum(now[rows], sent > 0.0)
    return log_strength(said + w["garrison"][sites, patron]), now


def visits(w: World, t: Tables, patron: int, sites: Indices) -> tuple[Array, Array]:
    """Return what observers on a visit see of ``sites``, and whether they see it today (0/1)."""
    open_to = w.zeros(len(sites))
    for exercise in t.exercises:
        welcome = w["observers"][exercise.index] * w["exercise_active"][exercise.index]
        for i, site in enumerate(sites):
            if site in exercise.listed_sites:
                open_to[i] = np.maximum(open_to[i], welcome)
    if not open_to.any():
        return open_to, open_to
    chance, error = split(w.draws.uniforms([f"detection.visit.{w.cast.sites[s]}" for s in sites], w.tick))
    seen = open_to * (chance < 1.0 - (1.0 - VISITS) ** STRIDE)
    return log_strength(w["troops"][sites, patron]) + w.parameters("detection")["visit"] * error, seen


def _row(w: World, key: str) -> Array:
    return w[f"sensor_{key}"][:, None, :]
