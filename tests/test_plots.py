"""Figures: each drawn where there is something to draw, absent where not, the same bytes every time, true to the numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.histories import bare, changed, full, ramp, renamed, told, without
from wargame.plots import (
    FIGURES,
    basing,
    figures,
    ladder,
    reading,
    save_figures,
    style,
    theatre,
    threat,
    timeline,
    troops,
    vienna,
)
from wargame.plots.border import week_mean
from wargame.plots.chart import svg
from wargame.plots.geography import outlines
from wargame.plots.placing import Block, crowded, place
from wargame.plots.style import actor_colours, spread, tint
from wargame.scenario import words
from wargame.simulation.record import Event

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return figures(full())


def test_every_registered_figure_is_drawn_from_a_full_history(drawn: dict[str, str]) -> None:
    assert list(drawn) == list(FIGURES)


def test_a_bare_history_has_no_figure_but_the_climate() -> None:
    """Tension and relations belong to the world, not to an actor, so they are there even when nobody else is."""
    assert list(figures(bare())) == ["climate"]


def test_a_history_without_fields_has_no_figures() -> None:
    record = full()
    nothing = told(without(record, *record.bound.layout.fields))
    assert figures(nothing) == {}


def test_a_history_without_days_has_no_figures_of_state() -> None:
    record = replace(full(), days=full().days[:0])
    assert set(figures(told(record))) == set()


@pytest.mark.parametrize(
    "fields",
    [
        ("exercise_active", "exercise_level", "notice_days", "observers", "withheld"),
        ("basing_public", "refused_days", "asked_days"),
        ("declared_troops", "part_share"),
        ("seen_low", "report_age", "unauthorised", "clash"),
        ("emergency", "incident", "incidents", "massed"),
        ("relations", "rhetoric", "norm_strength", "anomaly"),
        ("integ_mil", "integ_econ", "west_option", "protest"),
        ("guest_troops", "tension"),
    ],
)
def test_missing_fields_make_figures_poorer_or_absent_and_never_fail(fields: tuple[str, ...]) -> None:
    drawn = figures(without(full(), *fields))
    assert "ladder" in drawn
    for text in drawn.values():
        ElementTree.fromstring(text)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_the_same_bytes_every_time(name: str, drawn: dict[str, str]) -> None:
    assert svg(FIGURES[name], full(), name) == drawn[name]


def test_a_matplotlibrc_in_the_working_folder_changes_no_figure(drawn: dict[str, str]) -> None:
    import matplotlib as mpl

    odd: dict[Any, Any] = {
        "lines.marker": "o",
        "axes.labelweight": "bold",
        "patch.linewidth": 7.0,
        "image.cmap": "jet",
        "legend.fontsize": 30.0,
        "axes.xmargin": 0.4,
    }
    name = next(iter(FIGURES))
    with mpl.rc_context(odd):
        assert svg(FIGURES[name], full(), name) == drawn[name]


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_well_formed_and_ask_for_nothing_from_outside(name: str, drawn: dict[str, str]) -> None:
    root = ElementTree.fromstring(drawn[name])
    assert root.tag == f"{SVG}svg"
    for node in root.iter():
        assert not node.tag.endswith(("script", "image", "foreignObject", "metadata"))
        for key, value in node.attrib.items():
            if key.endswith("href"):
                assert value.startswith("#")
            assert "url(" not in value or "url(#" in value


def test_ids_are_unique_on_a_page_with_all_figures(drawn: dict[str, str]) -> None:
    ids = [node.attrib["id"] for text in drawn.values() for node in ElementTree.fromstring(text).iter() if "id" in node.attrib]
    assert ids
    assert len(ids) == len(set(ids))
    wanted = {found for text in drawn.values() for found in re.findall(r'(?:url\(#|href="#)([^")]+)', text)}
    assert wanted <= set(ids)


@pytest.mark.parametrize("word", ["<script>alert(1)</script>", "$x_1$ & \\alpha", 'a "quoted" name', "东方"])
def test_odd_names_are_shown_as_they_are(word: str) -> None:
    drawn = figures(renamed(full(), word, word))
    assert set(drawn) == set(FIGURES)
    for text in drawn.values():
        assert "<script" not in text
        ElementTree.fromstring(text)
    assert any(word in text for text in texts(drawn["threat"]))


def test_figures_are_written_as_files_that_stand_alone(tmp_path: Path, drawn: dict[str, str]) -> None:
    paths = save_figures(full(), tmp_path / "figures")
    assert [path.name for path in paths] == [f"{name}.svg" for name in drawn]
    for path in paths:
        assert ElementTree.parse(path).getroot().tag == f"{SVG}svg"


@pytest.mark.parametrize("name", FIGURES)
def test_every_caption_is_whole_sentences(name: str) -> None:
    caption = FIGURES[name].caption(full())
    assert caption.strip().endswith(".")
    assert "nan" not in caption
    assert "  " not in caption


def test_colours_follow_roles_and_order_never_names() -> None:
    """The same cast under other names has the same colours, role by role."""
    record = full()
    found = actor_colours(record)
    assert found["empire"] == style.ROLES["patron"]
    assert found["port"] == style.ROLES["client"]
    assert found["league"] == style.ROLES["alliance"]
    assert actor_colours(renamed(record, "x", "Other")) == found
    assert len(set(found.values())) == len(found)


def test_tint_mixes_with_white() -> None:
    assert tint("#204060", 1.0) == "#204060"
    assert tint("#204060", 0.0) == "#ffffff"
    assert tint("#000000", 0.5) == "#808080"


def test_spread_keeps_the_order_and_the_distance() -> None:
    assert spread([0.5, 0.5, 0.9], 0.2, 0.0, 2.0) == pytest.approx([0.5, 0.7, 0.9])
    assert spread([0.9, 0.95], 0.2, 0.0, 1.0) == pytest.approx([0.8, 1.0])
    assert spread([0.05, 0.0], 0.2, 0.0, 1.0) == pytest.approx([0.2, 0.0])
    assert spread([], 0.2, 0.0, 1.0) == []


def test_labels_on_a_map_do_not_cover_each_other_or_leave_it() -> None:
    blocks = [Block(0.8, 0.25, ("a", "b")) for _ in range(8)]
    anchors = [(2.0 + 0.02 * i, 2.0 + 0.03 * (i % 3)) for i in range(8)]
    corners = place(blocks, anchors, (0.0, 0.0, 4.0, 4.0))
    for i, (x, y) in enumerate(corners):
        assert 0.0 <= x <= 4.0 - 0.8
        assert 0.0 <= y <= 4.0 - 0.25
        for other_x, other_y in corners[:i]:
            assert abs(x - other_x) >= 0.8 - 1e-6 or abs(y - other_y) >= 0.25 - 1e-6
    assert corners == place(blocks, anchors, (0.0, 0.0, 4.0, 4.0))


def test_words_stand_at_the_left_where_only_the_right_is_taken() -> None:
    assert crowded([(0.0, 0.0), (0.5, 0.0), (5.0, 0.0)]) == [True, False, False]
    assert crowded([(0.0, 0.0), (0.5, 1.0)]) == [False, False]


def test_a_fixed_block_stays() -> None:
    fixed, free = Block(1.0, 0.2, ("x",), fixed=True), Block(1.0, 0.2, ("y",))
    corners = place([fixed, free], [(1.0, 1.0), (1.1, 1.0)], (0.0, 0.0, 4.0, 4.0))
    assert corners[0] == (1.0, 0.9)
    assert abs(corners[1][1] - 0.9) >= 0.2


def test_the_guests_share_of_the_declared_total_is_worked_out_from_the_parts() -> None:
    """12,000 declared with 0.3 of them guests make 3,600 while the exercise is on foot, and nothing otherwise."""
    level = np.where(ramp(full(), 0, 41) < 20, 1.0, 0.0)
    record = changed(full(), {"declared_troops[autumn.shore]": 12_000, "exercise_level[autumn]": level})
    said = troops.declared_guests(record)
    assert said is not None
    assert said[:20] == pytest.approx(3_600)
    assert said[20:] == pytest.approx(0)


def test_the_peak_is_the_day_with_most_guests_else_of_highest_tension() -> None:
    record = changed(full(), {"guest_troops": np.bincount([7], minlength=42) * 500.0, "tension": ramp(full(), 0, 1)})
    assert reading.peak_day(record) == 7
    assert reading.peak_day(changed(record, {"guest_troops": 0.0})) == 41
    assert reading.peak_day(changed(record, {"guest_troops": 0.0, "tension": 0.0})) == 41


def test_the_troops_figure_names_the_numbers_it_shows() -> None:
    record = changed(full(), {"guest_troops": np.where(ramp(full(), 0, 41) == 21, 4_321.0, 777.0), "seen_guest[league]": 999.0})
    found = texts(svg(FIGURES["troops"], record, "troops"))
    assert "4,300 on 22 Mar" in found  # day 21 after 1 March, rounded to hundreds
    assert "true 780" in found
    assert "believed by The League 1,000" in found


def test_a_place_the_observer_does_not_know_is_off_its_map_and_told() -> None:
    record = changed(full(), {"known[league,quay]": 0.0, "troops[quay,empire]": 1_400.0})
    assert "quay" not in {force.site for force in theatre.belief(record, 10, "league")}
    assert "quay" in {force.site for force in theatre.truth(record, 10)}
    assert theatre.unknown(record, 10, "league") >= {"quay"}
    assert "Not known to it: The Quay (1,400)" in FIGURES["theatre_end"].caption(record)


def test_a_belief_is_shown_as_its_range() -> None:
    """A median of 1,000 with a spread of ln 2 has 10 to 90% from 1,000/2.431 to 2,431 (2 to the power 1.2816)."""
    record = changed(
        full(), {"known[league,moor]": 1, "belief_mean[league,moor]": np.log(1_000.0), "belief_sd[league,moor]": np.log(2.0)}
    )
    force = next(f for f in theatre.belief(record, 5, "league") if f.site == "moor")
    assert force.troops == pytest.approx(1_000)
    assert (force.low, force.high) == pytest.approx((411.3, 2431.0), rel=1e-3)


def test_the_map_knows_its_countries_and_keeps_them_small() -> None:
    assert len(outlines()) > 20
    assert 1_000 < sum(len(ring) for _, rings in outlines() for ring in rings) < 6_000


def test_rises_are_found_with_the_event_that_explains_them() -> None:
    record = full()
    level = np.zeros(42)
    level[5:], level[9:], level[20:] = 1, 4, 2
    day = reading.date_of(record, 9)
    event = Event(day, 0, "drift", "", "rung", "Harbour: level 4, a brawl on the quay", "somebody's decision")
    moved = told(changed(record, {"esc[harbour]": level}), event)
    assert [(r.day, r.before, r.after) for r in ladder.rises(moved, "harbour")] == [(5, 0, 1), (9, 1, 4)]
    assert ladder.why(moved, ladder.rises(moved, "harbour")[1]) == "a brawl on the quay"
    assert ladder.why(moved, ladder.rises(moved, "harbour")[0]) == reading.RUNGS[1]
    accident = Event(day, 0, "friction", "league", "incident", "Shots fall at the quay; nobody is hurt.")
    assert ladder.why(told(moved, event, accident), ladder.rises(told(moved, event, accident), "harbour")[1]) == (
        "Shots fall at the quay"
    )


def test_the_ladder_explains_the_most_important_rises_when_there_are_too_many() -> None:
    level = np.zeros(42)
    level[1::2] = 1
    level[31] = 7
    record = changed(full(), {"esc[harbour]": level})
    found = ladder.chosen(record, "harbour")
    assert len(found) == ladder.KEYED
    assert [rise.day for rise in found] == sorted(rise.day for rise in found)
    assert 31 in {rise.day for rise in found}
    assert 1 in {rise.day for rise in found}  # the first time on level 1


def test_verdicts_and_levels_are_read_from_the_record() -> None:
    record = changed(
        full(), {"verdict_letter[autumn]": 3, "verdict_substance[autumn]": 6, "parameter.declaration.observe_level": 14_000}
    )
    one = vienna.judged(record)[0]
    assert (one.letter, one.substance) == ("met", "breached")
    assert vienna.levels(record) == (9_000, 14_000)
    assert vienna.levels(without(record, "parameter.declaration.observe_level")) == (9_000, 13_000)


def test_withheld_numbers_are_told_as_not_declared() -> None:
    one = vienna.judged(changed(full(), {"withheld[autumn]": 1.0}))[0]
    assert [(bar.declared, bar.withheld) for bar in one.bars] == [(None, True)]


def test_basing_is_ordered_by_height_and_refusals_are_counted() -> None:
    since = np.full(42, 9_999.0)
    since[10:] = np.arange(32)
    since[30:] = np.arange(12)
    record = changed(full(), {"basing[moor]": 3.0, "basing[quay]": 1.0, "refused_days[depot]": since})
    assert basing.sites(record) == ["moor", "quay"]
    assert basing.refusals(record, "depot") == [10, 30]


def test_actors_whose_threat_never_moves_are_left_out() -> None:
    record = changed(full(), {"threat[port]": 0.2, "threat[league]": ramp(full(), 0, 1), "threat[empire]": ramp(full(), 0.5, 0)})
    assert threat.shown(record) == ["league", "empire"]  # the front line first


def test_the_timeline_puts_roles_first_and_numbers_the_days_of_injects() -> None:
    record = full()
    assert timeline.lanes(record) == ["empire", "port", "league"]
    assert [(day, [e.fact for e in found]) for day, found in timeline.keyed(record)] == [(9, ["The festival of lanterns begins"])]


def test_the_mean_of_a_week_looks_back_seven_days_and_fewer_at_the_start() -> None:
    assert week_mean(np.array([7.0, 1, 1, 1, 1, 1, 1, 1])) == pytest.approx([7, 4, 3, 2.5, 11 / 5, 2, 13 / 7, 1])


@pytest.mark.parametrize(
    ("value", "text", "tight"),
    [(12_812.0, "12,800", "13k"), (9_412.0, "9,400", "9.4k"), (343.0, "340", "340"), (57.4, "57", "57"), (0.0, "0", "0")],
)
def test_counts_are_rounded_to_what_they_are_worth(value: float, text: str, tight: str) -> None:
    assert words.count(value) == text
    assert words.brief(value) == tight


def test_lists_and_sentences_read_as_english() -> None:
    assert words.enumerated(["a", "b", "c"]) == "a, b and c"
    assert words.enumerated(["a"]) == "a"
    assert words.enumerated([]) == ""
    assert words.sentence("it rains") == "It rains."
    assert words.sentence("Does it?") == "Does it?"
    assert words.sentence("  ") == ""
    assert (words.times(1), words.times(2), words.times(3), words.times(12)) == (
        "once",
        "twice",
        "three times",
        "12 times",
    )
