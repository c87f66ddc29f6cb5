"""The pages' pictures: geometry of the theatre map, small lines and fans (templates write the SVG), and QR codes."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import segno
from markupsafe import Markup

from wargame.scenario.files.resources import data_file

WIDTH = 760.0  # of the map, in the units of its viewBox
LARGEST = 34.0  # radius of the strongest force on the map
LETTER = 6.3  # mean width of a letter of the map's labels
LINE = 14.0
LEAST = 50  # troops that are worth a mark
GREAT = 4000.0  # troops that are drawn large however few others there are
STALE = 14  # days after which a report is drawn as old


@dataclass(frozen=True)
class Frame:
    """The part of the world a map shows: degrees, and its size on the page."""

    west: float
    south: float
    east: float
    north: float

    @property
    def height(self) -> float:
        """Height of the map in the units of its viewBox."""
        return WIDTH * (_mercator(self.north) - _mercator(self.south)) / math.radians(self.east - self.west)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is drawn."""
        scale = WIDTH / math.radians(self.east - self.west)
        return round(math.radians(lon - self.west) * scale, 1), round((_mercator(self.north) - _mercator(lat)) * scale, 1)


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def frame_of(sites: Iterable[Mapping[str, Any]]) -> Frame:
    """Return the frame that holds the places given, in whole degrees, at least six wide and four high."""
    places = [(float(site["lon"]), float(site["lat"])) for site in sites] or [(24.0, 53.0)]
    lons, lats = sorted(lon for lon, _ in places), sorted(lat for _, lat in places)
    west, east = math.floor(lons[0] - 0.8), math.ceil(lons[-1] + 0.8)
    south, north = math.floor(lats[0] - 0.5), math.ceil(lats[-1] + 0.5)
    wide, high = max(6 - (east - west), 0), max(4 - (north - south), 0)
    return Frame(west - wide / 2, max(south - high / 2, -80.0), east + wide / 2, min(north + high / 2, 80.0))


@cache
def _countries() -> tuple[tuple[str, tuple[tuple[tuple[float, float], ...], ...]], ...]:
    features = json.loads(data_file("map", "eastern_europe.geojson").read_text("utf-8"))["features"]
    found = []
    for feature in features:
        rings = tuple(tuple((float(x), float(y)) for x, y in polygon[0]) for polygon in feature["geometry"]["coordinates"])
        found.append((str(feature["properties"]["name"]), rings))
    return tuple(found)


@lru_cache(maxsize=16)
def land(frame: Frame) -> tuple[tuple[str, str], ...]:
    """Return the countries in a frame: name and the path of its outlines."""
    drawn = []
    for name, rings in _countries():
        paths = [path for ring in rings if _touches(frame, ring) and (path := _path(frame, ring))]
        if paths:
            drawn.append((name, "".join(paths)))
    return tuple(drawn)


def _touches(frame: Frame, ring: Sequence[tuple[float, float]]) -> bool:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return max(lons) > frame.west and min(lons) < frame.east and max(lats) > frame.south and min(lats) < frame.north


def _path(frame: Frame, ring: Sequence[tuple[float, float]]) -> str:
    """Return a ring as a path, points nearer than a pixel left out."""
    points = [frame.point(lon, lat) for lon, lat in ring]
    kept = points[:1]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= 1.2:
            kept.append(point)
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in kept) + "Z" if len(kept) > 2 else ""


def theatre(sites: Sequence[Mapping[str, Any]], frame: Frame | None = None) -> dict[str, Any]:
    """Return what the map's template draws: size, land, and a mark for every site with its label where it fits.

    ``sites`` are those of a picture: ``own`` is exact (a filled disc), ``estimate`` is a median with a spread (a ring between low
    and high) and an age in days; a site with neither is a dot.
    """
    frame = frame or frame_of(sites)
    strongest = max([GREAT, *(_strength(site) for site in sites)])
    marks = [_mark(site, frame, strongest) for site in sites]
    marks.sort(key=lambda mark: -mark["weight"])
    taken = [
        (mark["x"] - mark["core"], mark["y"] - mark["core"], mark["x"] + mark["core"], mark["y"] + mark["core"]) for mark in marks
    ]
    for mark in marks:
        mark["label"] = _label(mark, taken, frame)
    return {"width": WIDTH, "height": round(frame.height, 1), "land": land(frame), "marks": marks}


def _strength(site: Mapping[str, Any]) -> float:
    estimate = site.get("estimate") or {}
    return max(float(site.get("own") or 0.0), float(estimate.get("high") or 0.0))


def _mark(site: Mapping[str, Any], frame: Frame, strongest: float) -> dict[str, Any]:
    x, y = frame.point(float(site["lon"]), float(site["lat"]))

    def radius(troops: float) -> float:
        return round(max(3.5, LARGEST * math.sqrt(max(troops, 0.0) / strongest)), 1)

    own, estimate = float(site.get("own") or 0.0), site.get("estimate") or {}
    mark: dict[str, Any] = {
        "site": site,
        "x": x,
        "y": y,
        "own": radius(own) if own >= 1 else 0.0,
        "ring": None,
        "weight": _strength(site),
    }
    if float(estimate.get("high") or 0.0) >= LEAST:
        low, median, high = (radius(float(estimate.get(key) or 0.0)) for key in ("low", "median", "high"))
        middle = (low + high) / 2
        mark["ring"] = {"radius": round(middle, 2), "wide": round(max(high - low, 2.0), 2), "median": median,
                        "old": int(estimate.get("age") or 0) > STALE}  # fmt: skip
    mark["core"] = max(mark["own"], mark["ring"]["median"] if mark["ring"] else 0.0, 2.5)
    mark["figure"] = _figure(own, estimate)
    return mark


def _figure(own: float, estimate: Mapping[str, Any]) -> str:
    if own >= 1:
        return f"{own:,.0f}"
    median = float(estimate.get("median") or 0.0)
    return f"≈ {median:,.0f}" if median >= LEAST else ""


def _label(mark: Mapping[str, Any], taken: list[tuple[float, float, float, float]], frame: Frame) -> dict[str, Any] | None:
    """Return where a label fits beside its mark without covering another; None when it fits nowhere."""
    name = str(mark["site"]["label"])
    wide = LETTER * max(len(name), len(mark["figure"]))
    high = LINE * (2 if mark["figure"] else 1)
    x, y, gap = mark["x"], mark["y"], mark["core"] + 4
    places = (
        (x + gap, y - high / 2, "start", x + gap),
        (x - gap - wide, y - high / 2, "end", x - gap),
        (x - wide / 2, y - gap - high, "middle", x),
        (x - wide / 2, y + gap, "middle", x),
    )
    for left, top, anchor, at in places:
        box = (left, top, left + wide, top + high)
        inside = box[0] > 2 and box[1] > 2 and box[2] < WIDTH - 2 and box[3] < frame.height - 2
        own = (x - mark["core"], y - mark["core"], x + mark["core"], y + mark["core"])
        if inside and not any(_overlap(box, other) for other in taken if other != own):
            taken.append(box)
            return {"x": round(at, 1), "y": round(top + LINE * 0.8, 1), "anchor": anchor, "name": name}
    return None


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def line(values: Sequence[float | None], low: float | None = None, high: float | None = None, *, width: float = 120.0,
         height: float = 28.0) -> dict[str, Any] | None:  # fmt: skip
    """Return a small line: its path and last point; None when there are fewer than two values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return None
    least = min(known) if low is None else low
    most = max(known) if high is None else high
    reach = most - least or 1.0
    step = (width - 6) / (len(known) - 1)
    points = [
        (round(2 + i * step, 1), round(height - 3 - (value - least) / reach * (height - 6), 1)) for i, value in enumerate(known)
    ]
    path = "M" + "L".join(f"{x:g},{y:g}" for x, y in points)
    return {"path": path, "x": points[-1][0], "y": points[-1][1], "width": width, "height": height}


def fan(data: Mapping[str, Sequence[Any]], *, width: float = 340.0, height: float = 120.0) -> dict[str, Any]:
    """Return a fan of futures: the 5-95 % band, the 25-75 % band, the median, and the ends of both axes."""
    left, bottom = 4.0, 16.0
    least, most = min(map(float, data["q05"])), max(map(float, data["q95"]))
    reach = most - least or 1.0
    count = len(data["dates"])
    step = (width - left - 44) / max(count - 1, 1)

    def points(key: str) -> list[str]:
        return [
            f"{left + i * step:.1f},{height - bottom - (float(value) - least) / reach * (height - bottom - 8):.1f}"
            for i, value in enumerate(data[key])
        ]

    def band(low: str, high: str) -> str:
        return "M" + "L".join([*points(low), *reversed(points(high))]) + "Z"

    return {
        "outer": band("q05", "q95"), "inner": band("q25", "q75"), "median": "M" + "L".join(points("q50")), "width": width,
        "height": height, "least": least, "most": most, "from": data["dates"][0], "to": data["dates"][-1],
        "right": width - 40, "base": height - bottom,
    }  # fmt: skip


@lru_cache(maxsize=256)
def qr(text: str) -> Markup:
    """Return a QR code as inline SVG; none of what is no address that a phone could open."""
    if not text.startswith("http"):
        return Markup()
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        scale=1,
        border=2,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        dark="#1f2933",
    )
    return Markup(out.getvalue().decode())  # squares made by segno, never anybody's text
