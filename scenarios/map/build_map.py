"""Build the base map: the countries of a window of Europe, from the public-domain Natural Earth outlines.

    npm pack world-atlas@2.0.2 && tar xf world-atlas-2.0.2.tgz
    python scenarios/map/build_map.py package/countries-50m.json

writes ``eastern_europe.geojson`` beside this script. The input is TopoJSON and is decoded here; no other
program is needed. The same input gives the same bytes. What is decided on the way (Crimea) is told
in ``README.md``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]  # closed implicitly: the last point joins the first
Arcs: TypeAlias = list[int]  # a ring as indices of arcs; ~i is arc i backwards

WEST, SOUTH, EAST, NORTH = 12.0, 44.0, 45.0, 61.5
DECIMALS = 3  # about 100 m, finer than the input's grid
SMALLEST = 2e-4  # square degrees, about 1.3 km2 here: slivers left by the rounding are dropped
CRIMEA: Point = (34.1, 45.0)
CRIMEA_FROM, CRIMEA_TO = "643", "804"

ISO_A3 = {
    "040": "AUT", "070": "BIH", "100": "BGR", "112": "BLR", "191": "HRV", "203": "CZE", "208": "DNK",
    "233": "EST", "246": "FIN", "248": "ALA", "276": "DEU", "348": "HUN", "380": "ITA", "428": "LVA",
    "440": "LTU", "498": "MDA", "578": "NOR", "616": "POL", "642": "ROU", "643": "RUS", "688": "SRB",
    "703": "SVK", "705": "SVN", "752": "SWE", "804": "UKR",
}  # fmt: skip
FULL_NAMES = {"070": "Bosnia and Herzegovina"}


def decode(topology: dict[str, Any]) -> list[Ring]:
    """Return the arcs of a quantised TopoJSON topology in degrees (longitude, latitude)."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc: Ring = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((x * kx + x0, y * ky + y0))
        arcs.append(arc)
    return arcs


def stitch(ring: Arcs, arcs: list[Ring]) -> Ring:
    """Return the points of a ring of arcs; neighbouring arcs share an end, which is kept once."""
    points: Ring = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[:-1])
    return points


def area(ring: Ring) -> float:
    """Return the signed area in square degrees; positive when the ring runs anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring)) / 2.0


def edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    """Yield the edges of a ring, the closing one last."""
    return zip(ring, ring[1:] + ring[:1], strict=True)


def contains(ring: Ring, point: Point) -> bool:
    """Return whether the point lies inside the ring (even-odd rule)."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in edges(ring):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def dissolve(first: Arcs, second: Arcs) -> Arcs:
    """Return the ring around two neighbouring rings: the one stretch of arcs that they share is left out."""
    shared = {index for index in first if ~index in second}
    if not shared:
        raise ValueError("the two rings do not share a border")
    backwards = {~index for index in shared}

    def after(ring: Arcs, gone: set[int]) -> Arcs:
        start = next(i for i, index in enumerate(ring) if index in gone and ring[(i + 1) % len(ring)] not in gone)
        turned = ring[start + 1 :] + ring[: start + 1]
        rest = [index for index in turned if index not in gone]
        if turned[: len(rest)] != rest:
            raise ValueError("the two rings share more than one stretch of border")
        return rest

    return after(first, shared) + after(second, backwards)


def give_crimea(countries: dict[str, list[list[Arcs]]], arcs: list[Ring]) -> None:
    """Move the ring around the middle of Crimea from one country to the other, joined at the isthmus."""
    holding = [p for p in countries[CRIMEA_FROM] if contains(stitch(p[0], arcs), CRIMEA)]
    if len(holding) != 1 or len(holding[0]) != 1:
        raise ValueError(f"expected one polygon without holes around {CRIMEA} in {CRIMEA_FROM}, found {len(holding)}")
    peninsula = holding[0]
    countries[CRIMEA_FROM].remove(peninsula)
    for polygon in countries[CRIMEA_TO]:
        if any(~index in polygon[0] for index in peninsula[0]):
            polygon[0] = dissolve(polygon[0], peninsula[0])
            return
    raise ValueError(f"the ring around {CRIMEA} does not touch {CRIMEA_TO}")


def clip(rings: list[Ring], axis: int, limit: float, keep_above: bool) -> list[Ring]:
    """Return the part of a polygon (outer ring and holes) on one side of a meridian or a parallel.

    Unlike Sutherland and Hodgman's method this leaves no doubled edges along the line: the places where the
    outline crosses it, sorted, bound two by two the stretches of the line inside the polygon, and the
    pieces are joined there.
    """

    def kept(point: Point) -> bool:
        return point[axis] >= limit if keep_above else point[axis] <= limit

    whole: list[Ring] = []
    pieces: list[Ring] = []  # each begins and ends on the line
    for ring in rings:
        inside = [kept(point) for point in ring]
        if all(inside):
            whole.append(ring)
        elif any(inside):
            pieces.extend(inner_pieces(ring, inside, axis, limit))
    ends = sorted((piece[end][1 - axis], number, end) for number, piece in enumerate(pieces) for end in (0, -1))
    mate: dict[tuple[int, int], tuple[int, int]] = {}
    for (_, a, a_end), (_, b, b_end) in zip(ends[::2], ends[1::2], strict=True):
        mate[a, a_end], mate[b, b_end] = (b, b_end), (a, a_end)
    return whole + join(pieces, mate)


def inner_pieces(ring: Ring, inside: list[bool], axis: int, limit: float) -> Iterator[Ring]:
    """Yield the stretches of a ring inside the line, with the two points where each crosses it."""
    start = next(i for i in range(len(ring)) if not inside[i - 1] and inside[i])
    order = [(start + i) % len(ring) for i in range(len(ring))]
    piece: Ring = []
    for i in order:
        if inside[i]:
            if not piece:
                piece.append(crossing(ring[i - 1], ring[i], axis, limit))
            piece.append(ring[i])
        elif piece:
            piece.append(crossing(ring[i - 1], ring[i], axis, limit))
            yield piece
            piece = []


def crossing(a: Point, b: Point, axis: int, limit: float) -> Point:
    """Return the point of the edge where the coordinate equals the limit."""
    share = (limit - a[axis]) / (b[axis] - a[axis])
    other = a[1 - axis] + share * (b[1 - axis] - a[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def join(pieces: list[Ring], mate: dict[tuple[int, int], tuple[int, int]]) -> list[Ring]:
    """Return the rings made by walking each piece to its end and on to the piece paired with that end."""
    rings: list[Ring] = []
    left = set(range(len(pieces)))
    while left:
        first = number = min(left)
        ring: Ring = []
        while True:
            left.remove(number)
            ring.extend(pieces[number])
            number, end = mate[number, -1]
            if end != 0:
                raise ValueError("the outline crosses itself at the edge of the window")
            if number == first:
                break
        rings.append(ring)
    return rings


def rounded(ring: Ring) -> Ring:
    """Return the ring on the output's grid, without repeated points."""
    points = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in ring]
    return [point for i, point in enumerate(points) if point != points[i - 1]]


def window(polygon: list[Ring]) -> list[list[Ring]]:
    """Return the polygons inside the window: outer ring first, anticlockwise; holes clockwise."""
    rings = polygon
    for axis, limit, keep_above in ((0, WEST, True), (0, EAST, False), (1, SOUTH, True), (1, NORTH, False)):
        rings = clip(rings, axis, limit, keep_above)
    outward = area(polygon[0]) > 0
    outer: list[list[Ring]] = []
    holes: list[Ring] = []
    for ring in map(rounded, rings):
        size = area(ring)
        if len(ring) < 3 or abs(size) < SMALLEST:
            continue
        if (size > 0) == outward:
            outer.append([ring if size > 0 else ring[::-1]])
        else:
            holes.append(ring if size < 0 else ring[::-1])
    for hole in holes:
        next(p for p in outer if contains(p[0], hole[0])).append(hole)
    return outer


def feature(code: str, name: str, polygons: Iterable[list[Ring]]) -> dict[str, Any] | None:
    """Return one country as a GeoJSON feature, or None when none of it lies in the window."""
    shapes = [part for polygon in polygons for part in window(polygon)]
    if not shapes:
        return None
    closed = [[[list(point) for point in ring + ring[:1]] for ring in shape] for shape in shapes]
    return {
        "type": "Feature",
        "properties": {"iso_a3": ISO_A3[code], "name": FULL_NAMES.get(code, name)},
        "geometry": {"type": "MultiPolygon", "coordinates": closed},
    }


def build(topology: dict[str, Any]) -> dict[str, Any]:
    """Return the map as a GeoJSON feature collection, countries in the order of their codes."""
    arcs = decode(topology)
    names: dict[str, str] = {}
    countries: dict[str, list[list[Arcs]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = geometry.get("id")
        if code in ISO_A3:
            names[code] = geometry["properties"]["name"]
            countries[code] = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    give_crimea(countries, arcs)
    features = [
        feature(code, names[code], ([stitch(ring, arcs) for ring in polygon] for polygon in countries[code]))
        for code in sorted(countries, key=lambda code: ISO_A3[code])
    ]
    return {
        "type": "FeatureCollection",
        "bbox": [WEST, SOUTH, EAST, NORTH],
        "features": [each for each in features if each is not None],
    }


def main() -> None:
    """Read the topology named on the command line and write the map."""
    parser = argparse.ArgumentParser(description="Build eastern_europe.geojson from world-atlas countries-50m.json.")
    parser.add_argument("topology", type=Path, help="path of countries-50m.json (npm package world-atlas 2.0.2)")
    beside = Path(__file__).with_name("eastern_europe.geojson")
    parser.add_argument("--out", type=Path, default=beside, help="file to write (default: beside this script)")
    options = parser.parse_args()
    topology = json.loads(options.topology.read_text(encoding="utf-8"))
    collection = build(topology)
    head = json.dumps({key: collection[key] for key in ("type", "bbox")})[:-1]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in collection["features"])
    options.out.write_text(f'{head}, "features": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{options.out}: {len(collection['features'])} countries, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
