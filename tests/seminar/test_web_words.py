"""Numbers and shapes on the seminar's pages: known answers for the map, the small lines, the fans and the words."""

from __future__ import annotations

from typing import Any

import pytest

from wargame.seminar.server import drawing, pages
from wargame.seminar.server.drawing import qr
from wargame.seminar.server.forms import SEAT, WHITE, command
from wargame.seminar.views import words


def site(**more: Any) -> dict[str, Any]:
    return {"site": "a", "label": "Alpha", "lat": 53.0, "lon": 24.0, "own": None, "estimate": None, **more}


def test_the_map_is_mercator() -> None:
    """A degree of latitude is drawn 1 / cos(latitude) times as long as one of longitude."""
    frame = drawing.Frame(20.0, 50.0, 30.0, 58.0)
    x0, y0 = frame.point(25.0, 53.9)
    x1, y1 = frame.point(25.2, 54.1)
    assert (y0 - y1) / (x1 - x0) == pytest.approx(1 / 0.5878, rel=0.02)  # cos 54 degrees = 0.5878
    assert frame.point(20.0, 58.0) == (0.0, 0.0)
    right, bottom = frame.point(30.0, 50.0)
    assert right == drawing.WIDTH
    assert bottom == pytest.approx(frame.height, abs=0.1)


def test_own_troops_are_a_disc_estimates_a_ring_and_the_rest_dots() -> None:
    own = site(own=4000)
    guess = site(site="b", label="Beta", lat=54.0, estimate={"median": 1000, "low": 250, "high": 4000, "age": 3})
    old = site(site="c", label="Gamma", lat=55.0, estimate={"median": 1000, "low": 250, "high": 4000, "age": 15})
    few = site(site="d", label="Delta", lat=56.0, estimate={"median": 9, "low": 2, "high": 49, "age": 1})
    marks = {mark["site"]["label"]: mark for mark in drawing.theatre([own, guess, old, few])["marks"]}
    assert (marks["Alpha"]["own"], marks["Alpha"]["ring"], marks["Alpha"]["figure"]) == (drawing.LARGEST, None, "4,000")
    ring = marks["Beta"]["ring"]
    assert ring["median"] == drawing.LARGEST / 2, "areas are as troops: a quarter of them, half the radius"
    assert (ring["radius"] - ring["wide"] / 2, ring["radius"] + ring["wide"] / 2) == (drawing.LARGEST / 4, drawing.LARGEST)
    assert (ring["old"], marks["Gamma"]["ring"]["old"]) == (False, True)
    assert marks["Beta"]["figure"] == "≈ 1,000"
    assert (marks["Delta"]["own"], marks["Delta"]["ring"], marks["Delta"]["figure"]) == (0.0, None, ""), "a handful is no force"


def test_labels_never_cover_each_other() -> None:
    crowd = [site(site=str(i), label=f"Place number {i}", lat=53 + i * 0.03, lon=24 + (i % 3) * 0.05, own=500) for i in range(12)]
    labels = [mark["label"] for mark in drawing.theatre(crowd)["marks"]]
    assert 1 <= sum(label is not None for label in labels) < 12
    rows = [(label["y"], label["anchor"]) for label in labels if label]
    assert len(rows) == len(set(rows))


def test_a_map_shows_land_where_there_is_some() -> None:
    assert dict(drawing.land(drawing.Frame(20.0, 52.0, 30.0, 56.0)))["Belarus"].startswith("M")
    assert drawing.theatre([site(lat=-40.0, lon=-120.0)])["land"] == ()


def test_a_small_line_goes_from_the_least_to_the_most() -> None:
    drawn = drawing.line([0.0, 1.0, 0.5], width=26.0, height=26.0)
    assert drawn is not None
    assert drawn["path"] == "M2,23L12,3L22,13"
    assert (drawn["x"], drawn["y"]) == (22.0, 13.0)
    assert drawing.line([1.0]) is None
    assert drawing.line([None, 2.0]) is None


def test_a_fan_has_its_median_within_its_bands() -> None:
    bands = {f"q{q:02d}": [q / 100, q / 100] for q in (5, 25, 50, 75, 95)}
    drawn = drawing.fan({"dates": ["2021-01-04", "2021-01-05"], **bands})
    heights = {
        name: [float(point.split(",")[1]) for point in drawn[name].strip("MZ").split("L")]
        for name in ("outer", "inner", "median")
    }
    assert min(heights["outer"]) < min(heights["inner"]) < heights["median"][0] < max(heights["inner"]) < max(heights["outer"])
    assert (drawn["least"], drawn["most"]) == (0.05, 0.95)


@pytest.mark.parametrize(("value", "unit", "expected"), [
    (0.5, "0-1", "0.50"), (12800, "persons", "12,800 persons"), (-0.75, "-1 to 1", "−0.75"), (3, "0-9", "3"), (1, "0/1", "yes"),
    (0, "0/1", "no"), (None, "", "unknown"), (15.26, "days", "15.3 days"), (1234.5, "ratio", "1,234"), ("T2", "", "T2"),
])  # fmt: skip
def test_numbers_are_written_as_people_write_them(value: Any, unit: str, expected: str) -> None:
    assert words.amount(value, unit) == expected


@pytest.mark.parametrize(("value", "expected"), [
    (0.0, "0 %"), (0.001, "< 1 %"), (0.374, "37 %"), (0.999, "> 99 %"), (1.0, "100 %"), (None, "unknown"),
])  # fmt: skip
def test_what_is_not_certain_is_not_written_as_certain(value: float | None, expected: str) -> None:
    assert words.chance(value) == expected


def test_words_around_places_dates_and_seats() -> None:
    known = site(estimate={"median": 900, "low": 300, "high": 2500, "age": 1})
    assert words.site_words(known) == "Alpha: about 900 (300 to 2,500), report 1 day old"
    assert words.site_words(site()) == "Alpha: nothing known"
    assert words.day("2021-09-09") == "9 September 2021"
    assert words.seat_words({"control": "staff", "ready": True}) == "played by its staff (documented policy), ready"
    assert pages.clock({"ends": 1000.0, "paused": False}, 910.0)["text"] == "1:30"
    assert pages.clock({"ends": 1000.0, "paused": False}, 1001.0)["text"] == "time is up"
    assert pages.clock({"ends": None, "left": None, "paused": False}, 5.0)["text"] == ""


def test_a_form_says_only_what_stands_in_it() -> None:
    assert command(SEAT, "order", {"id": ["n"], "card": ["a|b||"], "size": [""]}, "ada") == {
        "do": "order", "by": "ada", "id": "n", "card": "a|b||",
    }  # fmt: skip
    assert command(SEAT, "order", {"channel": ["military"]}, "ada")["card"] == "hold"
    assert command(WHITE, "rewind", {"to_turn": ["2"], "by": ["eve"]}, "facilitator") == {
        "do": "rewind", "by": "facilitator", "id": "", "turn": 2, "keep": False,
    }  # fmt: skip


def test_a_qr_code_is_an_image_without_a_script() -> None:
    drawn = str(qr("http://192.0.2.7:8000/j/ABCDEFGH"))
    assert drawn.startswith("<svg")
    assert "<script" not in drawn
    assert "192.0.2.7" not in drawn
