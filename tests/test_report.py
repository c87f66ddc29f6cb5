"""The report of one history: self-contained, safe, accessible, the same bytes every time, and true to the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.histories import bare, changed, full, ramp, renamed, told, without
from tests.strait import strait
from wargame.plots import figures, save_figures
from wargame.report.citing import Bibliography
from wargame.report.history.assumptions import assumptions
from wargame.report.history.headline import bottom_line, cards
from wargame.report.history.page import render, write_report
from wargame.report.history.summary import findings
from wargame.report.history.tables import (
    deciders,
    measure_rows,
    seen_by_date,
    seen_by_observer,
    story,
    turning_points,
    verdict_rows,
)
from wargame.report.writing import provenance
from wargame.scenario.measure import Measure
from wargame.scenario.values import Prior
from wargame.scenario.words import measured, off_by, plain, prior_words, ratio_words, span
from wargame.simulation.play import play_one
from wargame.simulation.record import Event, Record

VERSIONS = {"wargame": "1.2.3", "made": "on a <Tuesday>"}
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page: tags with attributes, ids, links, and whether every tag is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def text() -> str:
    return render(full(), VERSIONS)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def said_under(record: Record, heading: str) -> str:
    return {one.heading: one.text for one in findings(record)}[heading]


def test_the_page_needs_nothing_from_outside(text: str, page: Page) -> None:
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("img")
    assert not page.all("iframe")
    assert "@import" not in text
    for _, attributes in page.tags:
        for key, value in attributes.items():
            if key in {"src", "href", "xlink:href", "action", "data"}:
                assert value.startswith("#")
            assert not key.startswith("on")
    assert "url(http" not in text


def test_every_tag_is_closed_and_every_link_has_its_target(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {attributes["href"][1:] for attributes in page.all("a")}
    assert wanted <= set(ids)
    assert "sources" in wanted


def test_the_page_can_be_read_without_seeing_it(page: Page) -> None:
    assert len(page.all("h1")) == 1
    pictures = page.all("svg")
    assert len(pictures) == len(figures(full())) == len(page.all("figcaption"))
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 40
    tables = len(page.all("table"))
    assert tables > 5
    assert len(page.all("caption")) == tables
    assert all(cell.get("scope") in {"col", "row"} for cell in page.all("th"))
    assert page.all("html")[0]["lang"] == "en"


def test_text_from_scenario_events_and_provenance_is_escaped_everywhere() -> None:
    word = "<script>alert(1)</script>"
    found = render(renamed(full(), word, word), {"<b>": "<i>"})
    assert "<script" not in found.lower()
    assert f"<h1>{escape(word)}</h1>" in found
    assert '<th scope="row">&lt;b&gt;</th><td><code>&lt;i&gt;</code></td>' in found
    assert Page(found).open == []


def test_the_same_record_gives_the_same_bytes(text: str, tmp_path: Path) -> None:
    assert render(full(), VERSIONS) == text
    again = play_one(strait(), seed=7)
    write_report(again, tmp_path / "deep" / "report.html", provenance=VERSIONS)
    assert (tmp_path / "deep" / "report.html").read_text("utf-8") == text
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["report.html"]


def test_the_page_is_small(text: str) -> None:
    assert len(text.encode()) < 1_500_000


def test_a_bare_history_has_a_report_too() -> None:
    found = render(bare(), {})
    page = Page(found)
    assert page.open == []
    assert len(page.all("svg")) == 1
    for absent in ("escalation", "transparency", "basing", "border", "decisions", "sources"):
        assert f'id="{absent}"' not in found
        assert f'href="#{absent}"' not in found


def test_a_history_without_any_field_has_a_report_that_says_so() -> None:
    record = told(without(full(), *full().bound.layout.fields))
    found = render(record, {})
    assert "holds nothing that this summary knows how to tell" in found
    assert "<svg" not in found


def test_the_page_says_that_one_history_is_no_forecast(text: str) -> None:
    assert "one history, not a forecast" in text
    assert "seed 7, replication 0" in text


def test_provenance_is_shown_and_what_is_ours_cannot_be_overwritten(text: str) -> None:
    assert "on a &lt;Tuesday&gt;" in text
    assert full().fingerprint in text
    assert "made by hand" not in render(bare(), {"seed": "made by hand"})


def test_figures_are_offered_by_name(tmp_path: Path) -> None:
    assert set(figures(bare())) == {"climate"}
    assert [path.name for path in save_figures(bare(), tmp_path)] == ["climate.svg"]


def test_every_order_is_in_the_table_of_decisions() -> None:
    books = Bibliography()
    rows = [row for actor in deciders(full(), books) for row in actor.decisions]
    assert len(rows) == sum(event.kind == "order" for event in full().events) > 5


def test_the_chance_and_the_next_best_order_follow_from_the_weights() -> None:
    """Weights 0.5, 0.2 and 0 at temperature 0.3: chances exp(w/0.3) over their sum are 64%, 24% and 12%."""
    weights = {"ask_depot": 0.5, "hold": 0.2, "threaten": 0.0}
    more = {"channel": "diplomatic", "rule": "ask_depot", "weights": weights, "chance": 0.6438, "temperature": 0.3}
    event = Event(dt.date(2031, 3, 1), 0, "decide", "empire", "order", "asks", "the moment is good", ("no-such-source",), more)
    decider = deciders(told(full(), event), Bibliography())[0]
    assert decider.decisions[0].chance == "64%"
    assert decider.decisions[0].instead == "does nothing (24%)"
    assert decider.surprising == 0
    swapped = replace(event, more={**more, "rule": "hold", "chance": 0.2368})
    decider = deciders(told(full(), swapped), Bibliography())[0]
    assert decider.decisions[0].instead == "asks for a depot on the Quay (64%)"
    assert decider.surprising == 1
    strict = replace(event, more={**more, "temperature": 0.0, "chance": 1.0})
    assert deciders(told(full(), strict), Bibliography())[0].decisions[0].instead == "does nothing"


def test_sources_are_numbered_once_and_unknown_ones_are_shown_as_they_are() -> None:
    books = Bibliography()
    assert [number for number, _, _ in books.cite(["X-VD-OBS", "somewhere", "X-VD-OBS"])] == [1, 2]
    assert [number for number, _, _ in books.cite(["somewhere", "X-VD-NOTIFY"])] == [2, 3]
    entries = books.entries()
    assert [entry.id for entry in entries] == ["X-VD-OBS", "somewhere", "X-VD-NOTIFY"]
    assert "13,000" in entries[0].claim
    assert entries[1].citation == "somewhere"


def test_every_cited_source_is_in_the_list_at_the_end(text: str) -> None:
    cited = {source for event in full().events for source in event.sources}
    assert cited
    for source in cited:
        assert f'<code class="id">{escape(source)}</code>' in text


def test_the_tables_of_events_hold_every_event_but_orders_and_notes() -> None:
    books = Bibliography()
    told_of = len(turning_points(full(), books)) + len(story(full(), books))
    assert told_of == sum(event.kind not in {"order", "note"} for event in full().events)


def test_the_highest_rung_its_day_and_its_cause_are_told() -> None:
    level = np.zeros(42)
    level[9:14] = 4
    event = Event(dt.date(2031, 3, 10), 0, "drift", "", "rung", "Harbour: level 4, a brawl on the quay")
    record = told(changed(full(), {"esc[harbour]": level}), event)
    said = said_under(record, "How far it escalated")
    assert said.startswith(
        "The highest rung was 4 of 9 (contained incident) on the track “Harbour”, first on 10 March 2031: a brawl on the quay. "
        "The track stood there on five of 42 days and ended on 0."
    )
    assert "The crisis peaked at rung 4 of 9 (contained incident; Harbour), on 10 March 2031." in bottom_line(record)
    assert cards(record)[0].value == "4 of 9"


def test_a_calm_history_is_told_as_calm() -> None:
    said = said_under(changed(full(), {"esc[harbour]": 0.0}), "How far it escalated")
    assert said == "No track left the ground: relations stayed as routine as they began. The alliance was not attacked."


def test_war_is_told_as_war() -> None:
    record = changed(full(), {"attack_alliance": np.where(ramp(full(), 0, 41) > 30, 1.0, 0.0)})
    assert "No state was attacked" not in bottom_line(record)
    assert "No state was attacked." in bottom_line(full())
    assert "The alliance was attacked." in said_under(record, "How far it escalated")


def test_what_stayed_is_counted_from_the_record() -> None:
    troops = np.where(ramp(full(), 0, 41) < 40, 4_812.0, 1_203.0)
    said = said_under(changed(full(), {"guest_troops": troops}), "What stayed behind")
    assert said.startswith(
        "On the last day 1,200 troops of The Empire were in The Free Port, 25% of the peak; "
        "on the first day there had been 4,800."
    )


def test_what_was_believed_is_held_against_the_truth() -> None:
    record = changed(full(), {
        "guest_troops": np.where(ramp(full(), 0, 41) == 10, 5_000.0, 4_000.0),
        "seen_guest[league]": 3_000.0, "seen_low[league]": 2_000.0, "seen_high[league]": 4_500.0,
    })  # fmt: skip
    said = said_under(record, "What was believed")
    assert said.startswith(
        "When most troops were in the country, on 11 March 2031, The League put them at 3,000 (10 to 90% range 2,000 to 4,500); "
        "in truth there were 5,000: 40% too low. Its range held the truth on 98% of the days."
    )
    row = next(row for row in seen_by_date(record) if "most guest troops" in row.label)
    assert (row.true, row.believed, row.reach, row.error, row.held) == ("5,000", "3,000", "2,000 to 4,500", "40% too low", "no")
    assert [row.label for row in seen_by_observer(record)] == ["The League"]


def test_an_exercise_is_told_with_both_verdicts() -> None:
    record = changed(full(), {
        "declared_host[autumn]": 12_800.0, "true_host[autumn]": 25_600.0,
        "verdict_letter[autumn]": 3, "verdict_substance[autumn]": 6,
    })  # fmt: skip
    assert (
        "Autumn Tide was declared at 12,800 troops in the host country, had 25,600 there and kept the letter of the Vienna "
        "Document but not its substance." in bottom_line(record)
    )
    row = verdict_rows(record, Bibliography())[0]
    assert (row.letter, row.substance) == ("met", "breached")
    assert any("paragraph numbers" in doubt for doubt in row.doubts)


def test_numbers_withheld_places_missed_and_slips_are_told() -> None:
    record = changed(full(), {
        "declared_host[autumn]": 0.0, "true_host[autumn]": 25_600.0, "unintended": 2.0,
        "guest_troops": np.where(ramp(full(), 0, 41) == 10, 5_000.0, 400.0),
        "troops[quay,empire]": 900.0, "troops[moor,empire]": 900.0, "known[league,quay]": 0.0, "known[league,moor]": 1.0,
    })  # fmt: skip
    assert "No number was given; 25,600 troops took part in the host country." in said_under(
        record, "What was declared and what was true"
    )
    assert "Autumn Tide had no declared number, had 25,600 there" in bottom_line(record)
    assert "Of two places that held troops it did not know The Quay." in said_under(record, "What was believed")
    assert said_under(record, "How far it escalated").endswith("The crisis slipped a rung upwards without anybody's order twice.")


def test_the_fall_of_the_regime_and_the_ladder_of_bases_are_told() -> None:
    late = np.where(ramp(full(), 0, 41) > 30, 1.0, 0.0)
    record = changed(full(), {
        "collapsed[port]": late, "takeover[port]": late, "basing[quay]": 1.0 + 3.0 * late, "basing_increment": 3.0 * late,
        "dependence[port]": 0.5 + 0.2 * late, "basing[moor]": 0.0,
    })  # fmt: skip
    said = said_under(record, "The host and its patron")
    assert said.startswith("The Free Port: dependence on the patron rose from 0.5 to 0.7")
    assert said.endswith("The regime fell. The patron took control.")
    assert said_under(record, "Basing and bargaining").startswith(
        "The Quay went from technical facilities to permanent base, beginning on 1 Apr."
    )
    assert "Basing rose by three rungs." in bottom_line(record)


def test_emergencies_migrants_and_clashes_are_counted() -> None:
    first = np.bincount([4], minlength=42) * 1.0
    record = changed(full(), {
        "migrant_flow[league]": 100.0, "emergency[league]": np.where(ramp(full(), 0, 41) >= 40, 1.0, 0.0),
        "clash[league]": first,
    })  # fmt: skip
    record = told(record, Event(dt.date(2031, 3, 5), 0, "friction", "league", "incident", "Shots fall at the quay"))
    assert said_under(record, "The border") == (
        "Attempts to cross: 4,200 at the border of The League. States of emergency: The League on 2 days. "
        "There was one incident, with casualties."
    )


def test_uncertainties_are_told_with_prior_judgement_and_the_value_of_this_run() -> None:
    def name_three(data: dict[str, Any]) -> None:
        data["actors"]["port"]["initial"]["dependence"] = {"value": 0.6, "prior": {"beta": {"mean": 0.6, "sd": 0.1}}}
        data["uncertainties"] = [
            "policies.imperial.temperature", "parameters.exercises.reach", "actors.port.initial.dependence"
        ]  # fmt: skip

    record = play_one(strait(name_three), seed=0)
    rows = assumptions(record, Bibliography())
    assert [row.path for row in rows] == list(record.bound.scenario.uncertainties)
    assert (rows[0].value, rows[0].judgement) == ("0.3", "Invented.")
    assert rows[0].prior.startswith("log-normal around 0.3; 90%: ")
    assert "km" in rows[1].value
    assert rows[2].value == "0.6"  # the first day's value, not what it became
    row = next(given.row for given in record.bound.givens if given.path == rows[0].path)
    drawn = record.days.copy()
    drawn[:, row] = 0.45
    assert assumptions(replace(record, days=drawn), Bibliography())[0].value == "0.45"
    assert "The scenario names 3 as the uncertainties" in render(record, {})


def test_key_measures_come_first_and_name_their_actor() -> None:
    rows = measure_rows(full())
    assert rows[0].name == "esc_max"
    assert rows[0].key
    assert {row.name for row in rows} == set(full().measures)


@pytest.mark.parametrize(
    ("value", "over", "unit", "says", "words"),
    [
        (3.0, "first", "days", "", "4 March 2031"),
        (nan, "first", "", "", "never"),
        (nan, "end", "0/1", "", "undefined"),
        (1.0, "ever", "", "", "yes"),
        (0.0, "max", "0/1", "", "no"),
        (2.0, "end", "T0-T5", "", "T2"),
        (4.0, "max", "0-9", "", "4 of 9"),
        (0.25, "mean", "0-1", "", "0.25"),
        (-0.5, "mean", "-1 to 1", "", "−0.5"),
        (12_345.6, "end", "persons", "", "12,346 persons"),
        (-1.0, "end", "days", "", "−1 days"),
    ],
)
def test_measures_are_told_in_their_own_terms(value: float, over: str, unit: str, says: str, words: str) -> None:
    spec = Measure.model_validate({"value": 0, "over": over, "unit": unit, "says": says})
    assert measured(value, spec, dt.date(2031, 3, 1)) == words


@pytest.mark.parametrize(
    ("prior", "words"),
    [
        (None, "fixed"),
        ({"uniform": {"low": 1, "high": 2}}, "anywhere from 1 to 2"),
        ({"triangular": {"low": 1, "mode": 1.5, "high": 2}}, "from 1 to 2, likeliest 1.5"),
        ({"normal": {"mean": 10, "sd": 1}}, "normal around 10; 90%: 8.36 to 11.6"),
        ({"lognormal": {"median": 100, "sigma": 0.5}}, "log-normal around 100; 90%: 43.9 to 228"),
        # a beta of mean 1/2 and variance 1/12 is uniform on 0 to 1
        ({"beta": {"mean": 0.5, "sd": 12**-0.5}}, "share around 0.5; 90%: 0.05 to 0.95"),
    ],
)
def test_priors_are_told_with_the_range_that_holds_nine_tenths(prior: dict[str, dict[str, float]] | None, words: str) -> None:
    assert prior_words(Prior.model_validate(prior) if prior else None) == words


def test_comparisons_read_as_english() -> None:
    assert ratio_words(15_900, 12_800) == "1.2 times as many"
    assert ratio_words(12_900, 12_800) == "as many"
    assert ratio_words(11_000, 12_800) == "14% fewer"
    assert ratio_words(100, 0) == ""
    assert off_by(1_200, 1_000) == "20% too high"
    assert off_by(1_010, 1_000) == "right to within 3%"
    assert off_by(50, 0) == "nothing was there"


def test_numbers_and_dates_read_as_english() -> None:
    assert (plain(12_345.6), plain(-0.777), plain(3.0), plain(float("nan"))) == ("12,346", "−0.777", "3", "–")
    assert span(dt.date(2031, 3, 15), dt.date(2031, 3, 22)) == "15 to 22 March 2031"
    assert span(dt.date(2031, 3, 1), dt.date(2031, 4, 11)) == "1 Mar to 11 April 2031"
    assert span(dt.date(2031, 3, 1), dt.date(2032, 4, 11)) == "1 March 2031 to 11 April 2032"
    assert span(dt.date(2031, 3, 1), dt.date(2031, 3, 1)) == "1 March 2031"


def test_what_made_a_page_is_told_once_and_nothing_is_lost_because_numbers_are_alike() -> None:
    digest = "ab" * 32
    own = [("seed", "1"), ("scenario hash (SHA-256)", digest)]
    given = {"seed": "1", "replication": "1", "scenario_hash": digest, "numpy": "2.0"}
    assert provenance(own, given) == [*own, ("replication", "1"), ("numpy", "2.0")]
