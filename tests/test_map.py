"""The base map: valid, inside its window, small, and drawn as its README says."""

from __future__ import annotations

import importlib.util
import json
from itertools import pairwise
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from wargame.scenario.files.resources import data_file

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = list[list[list[float]]]

WEST, SOUTH, EAST, NORTH = 12.0, 44.0, 45.0, 61.5


@pytest.fixture(scope="module")
def countries() -> dict[str, list[Polygon]]:
    """Return each country's polygons by its code."""
    collection: dict[str, Any] = json.loads(data_file("map", "eastern_europe.geojson").read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert collection["bbox"] == [WEST, SOUTH, EAST, NORTH]
    return {each["properties"]["iso_a3"]: each["geometry"]["coordinates"] for each in collection["features"]}


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """Return the build script as a module."""
    spec = importlib.util.spec_from_file_location("build_map", data_file("map", "build_map.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def holders(countries: dict[str, list[Polygon]], north: float, east: float) -> list[str]:
    """Return the codes of the countries that contain a point."""
    return [code for code, polygons in countries.items() if any(holds(each, (east, north)) for each in polygons)]


def holds(polygon: Polygon, point: Point) -> bool:
    x, y = point
    crossings = 0
    for ring in polygon:
        for (ax, ay), (bx, by) in pairwise(ring):
            crossings += (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax)
    return crossings % 2 == 1


def signed_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2.0


@pytest.mark.parametrize(
    ("place", "north", "east", "owner"),
    [
        ("Crimea", 45.0, 34.1, "UKR"),
        ("Sevastopol's hinterland", 44.65, 33.8, "UKR"),
        ("Kerch", 45.3, 36.3, "UKR"),
        ("the isthmus of Perekop", 46.15, 33.75, "UKR"),
        ("Kaliningrad", 54.717, 20.6, "RUS"),
        ("Krasnodar", 45.03, 38.98, "RUS"),
        ("Moscow", 55.756, 37.618, "RUS"),
        ("Minsk", 53.900, 27.567, "BLR"),
        ("Grodno", 53.688, 23.826, "BLR"),
        ("Kyiv", 50.455, 30.524, "UKR"),
        ("Suwalki", 54.103, 22.929, "POL"),
        ("Vilnius", 54.689, 25.280, "LTU"),
        ("Daugavpils", 55.883, 26.533, "LVA"),
        ("Tapa", 59.261, 25.959, "EST"),
    ],
)
def test_a_place_lies_in_one_country(
    countries: dict[str, list[Polygon]], place: str, north: float, east: float, owner: str
) -> None:
    assert holders(countries, north, east) == [owner], place


def test_the_open_sea_lies_in_no_country(countries: dict[str, list[Polygon]]) -> None:
    assert holders(countries, 56.0, 19.5) == []
    assert holders(countries, 44.3, 31.0) == []


def test_crimea_is_joined_to_the_mainland(countries: dict[str, list[Polygon]]) -> None:
    """One polygon holds both Kyiv and the peninsula: no border is drawn across the isthmus."""
    both = [each for each in countries["UKR"] if holds(each, (34.1, 45.0)) and holds(each, (30.524, 50.455))]
    assert len(both) == 1


def test_every_ring_is_closed_simple_enough_and_turned_as_rfc_7946_says(
    countries: dict[str, list[Polygon]],
) -> None:
    for code, polygons in countries.items():
        for polygon in polygons:
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1], code
                assert len(ring) >= 4, code
                assert (signed_area(ring) > 0) == (number == 0), code
                inner = [tuple(point) for point in ring[:-1]]
                assert len(set(inner)) == len(inner), f"{code} passes a point twice"


def test_the_window_is_respected_and_coordinates_are_rounded(countries: dict[str, list[Polygon]]) -> None:
    points = [point for polygons in countries.values() for polygon in polygons for ring in polygon for point in ring]
    assert all(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in points)
    assert all(round(value, 3) == value for point in points for value in point)
    assert min(x for x, _ in points) == WEST
    assert max(x for x, _ in points) == EAST
    assert min(y for _, y in points) == SOUTH
    assert max(y for _, y in points) == NORTH


def test_the_theatre_is_complete_and_the_file_small(countries: dict[str, list[Polygon]]) -> None:
    theatre = {
        "RUS",
        "BLR",
        "UKR",
        "POL",
        "LTU",
        "LVA",
        "EST",
        "FIN",
        "SWE",
        "DEU",
        "SVK",
        "HUN",
        "ROU",
        "MDA",
    }
    assert theatre <= set(countries)
    assert data_file("map", "eastern_europe.geojson").stat().st_size < 150_000


def test_no_edge_leaps_across_the_map(countries: dict[str, list[Polygon]]) -> None:
    """A long straight edge away from the window's frame would be a line left by the cutting."""
    for code, polygons in countries.items():
        for polygon in polygons:
            for ring in polygon:
                for (ax, ay), (bx, by) in pairwise(ring):
                    framed = ax == bx in (WEST, EAST) or ay == by in (SOUTH, NORTH)
                    assert framed or abs(ax - bx) + abs(ay - by) < 2.5, f"{code}: {ax},{ay} to {bx},{by}"


def test_a_shape_cut_into_two_gives_two_rings(builder: ModuleType) -> None:
    """A U standing on the south, cut above its base, leaves its two arms and no edge between them."""
    u = [
        (13.0, 43.0),
        (20.0, 43.0),
        (20.0, 50.0),
        (18.0, 50.0),
        (18.0, 43.5),
        (15.0, 43.5),
        (15.0, 50.0),
        (13.0, 50.0),
    ]
    arms = builder.window([u])
    assert sorted(sorted(polygon[0]) for polygon in arms) == [
        [(13.0, 44.0), (13.0, 50.0), (15.0, 44.0), (15.0, 50.0)],
        [(18.0, 44.0), (18.0, 50.0), (20.0, 44.0), (20.0, 50.0)],
    ]


def test_a_hole_cut_by_the_window_becomes_a_bay(builder: ModuleType) -> None:
    outer = [(11.0, 45.0), (20.0, 45.0), (20.0, 55.0), (11.0, 55.0)]
    hole = [(11.5, 48.0), (11.5, 50.0), (14.0, 50.0), (14.0, 48.0)]
    parts = builder.window([outer, hole])
    assert len(parts) == 1
    assert len(parts[0]) == 1
    assert builder.area(parts[0][0]) == pytest.approx(8 * 10 - 2 * 2)


def test_a_hole_inside_the_window_stays_a_hole(builder: ModuleType) -> None:
    outer = [(11.0, 45.0), (20.0, 45.0), (20.0, 55.0), (11.0, 55.0)]
    hole = [(15.0, 48.0), (15.0, 50.0), (16.0, 50.0), (16.0, 48.0)]
    ((ring, inner),) = builder.window([outer, hole])
    assert builder.area(ring) == pytest.approx(80.0)
    assert builder.area(inner) == pytest.approx(-2.0)


def test_joined_neighbours_lose_their_common_border(builder: ModuleType) -> None:
    """Two unit squares that share arc 1 become one rectangle of area 2."""
    arcs = [[(1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)], [(1.0, 0.0), (1.0, 1.0)]]
    arcs.append([(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)])
    joined = builder.dissolve([0, 1], [2, ~1])
    assert sorted(joined) == [0, 2]
    assert builder.area(builder.stitch(joined, arcs)) == pytest.approx(2.0)


def test_strangers_cannot_be_joined(builder: ModuleType) -> None:
    with pytest.raises(ValueError, match="do not share a border"):
        builder.dissolve([0, 1], [2, 3])
