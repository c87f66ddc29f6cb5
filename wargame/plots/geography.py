"""The ground of the maps: which part of the world, and the outlines of its countries."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from wargame.engine.types import Array
from wargame.scenario.files.resources import data_file
from wargame.simulation.record import Record

NEAR_KM = 330.0  # how far beyond the host's places the map reaches for others
GRAIN = 0.03  # degrees: outlines are drawn to this grain, about a quarter of a millimetre


@dataclass(frozen=True)
class Window:
    """The part of the world a map shows, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def stretch(self) -> float:
        """How much longer a degree of latitude is than one of longitude, in its middle."""
        return 1 / math.cos(math.radians((self.south + self.north) / 2))

    @property
    def ratio(self) -> float:
        """Height over width of the map."""
        return (self.north - self.south) * self.stretch / (self.east - self.west)

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a place is on the map."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@cache
def outlines() -> tuple[tuple[str, tuple[Array, ...]], ...]:
    """Return the countries of the shipped map: name and rings, each ``(points, 2)`` of longitude and latitude."""
    features: list[dict[str, Any]] = json.loads(data_file("map", "eastern_europe.geojson").read_text("utf-8"))["features"]
    found = []
    for feature in features:
        rings = tuple(_coarse(np.array(polygon[0])) for polygon in feature["geometry"]["coordinates"])
        found.append((str(feature["properties"]["name"]), tuple(ring for ring in rings if len(ring) > 3)))
    return tuple(found)


def _coarse(ring: Array) -> Array:
    """Return a ring on a grain, so that neighbours keep a common border; points that repeat the one before are left out."""
    snapped = np.round(ring / GRAIN) * GRAIN
    keep = np.ones(len(snapped), dtype=np.bool_)
    keep[1:] = np.any(snapped[1:] != snapped[:-1], axis=1)
    return np.asarray(snapped[keep])


def window(record: Record) -> Window:
    """Return what to show: the host's places and those near them; without a host all places."""
    cast, sites = record.bound.cast, record.bound.scenario.sites
    client = cast.role("client")
    own = [i for i in range(len(cast.sites)) if cast.site_country[i] == client] or list(range(len(cast.sites)))
    near = [i for i in range(len(cast.sites)) if min(cast.site_km[i, j] for j in own) <= NEAR_KM]
    lons, lats = ([getattr(sites[cast.sites[i]], axis) for i in near] for axis in ("lon", "lat"))
    return Window(min(lons) - 0.9, min(lats) - 0.6, max(lons) + 0.9, max(lats) + 0.6)
