"""Histories in words: golden transcripts and fingerprints of every scenario, and what every timeline promises.

The golden files change only through ``python -m tests.update``.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from tests.strait import strait
from tests.update import FINGERPRINTS, RUNS, TRANSCRIPTS, fingerprint, measures_of, open_scenario, sources, transcript
from wargame.binding.bound import Bound
from wargame.report.history.narrate import MOST_SOURCES, WIDTH, Line, as_text, timeline
from wargame.scenario.load import shipped
from wargame.simulation.play import play_one
from wargame.simulation.record import Record

NAMES = sorted(sources())
TOLD = {"strait", "zapad_2021", *NAMES[::2]}
AGAIN = "the history has changed: python -m tests.update says how"


@cache
def history() -> Record:
    return play_one(strait(), seed=0)


@cache
def told() -> tuple[Line, ...]:
    return tuple(timeline(history()))


def test_a_crisis_that_comes_down_is_not_told_as_one_that_escalates() -> None:
    whole = list(timeline(play_one(open_scenario("border_accident"), seed=0)))
    lines = [line for line in whole if ": down to level" in line.text]
    assert lines
    assert all(line.text.startswith("  eases     ") and line.kind == "plain" for line in lines)
    rising = [line for line in whole if line.text.startswith("  ESCALATES ")]
    assert rising
    assert all(line.kind == "rung" for line in rising)


# --- golden files ---------------------------------------------------------------------------------------------------


def one_or_the_other(*, told: bool) -> list[Any]:
    """Every scenario, but in the short form half of them: each is told, or its runs are played."""
    return [pytest.param(name, marks=() if (name in TOLD) == told else pytest.mark.long) for name in NAMES]


@pytest.mark.parametrize("name", one_or_the_other(told=True))
def test_the_transcript_is_the_history_of_today(name: str) -> None:
    kept = (TRANSCRIPTS / f"{name}.txt").read_text(encoding="utf-8")
    assert transcript(open_scenario(name)).splitlines() == kept.splitlines(), AGAIN


@pytest.mark.parametrize("name", one_or_the_other(told=False))
def test_the_fingerprint_is_that_of_today(name: str) -> None:
    kept = (FINGERPRINTS / f"{name}.json").read_text(encoding="utf-8")
    assert measures_of(fingerprint(open_scenario(name))) == measures_of(kept), AGAIN


def test_every_scenario_has_golden_files_and_no_golden_file_is_without_a_scenario() -> None:
    assert set(shipped()) | {"strait"} == set(NAMES)
    assert "zapad_2021" in NAMES
    assert {path.name for path in TRANSCRIPTS.iterdir()} == {f"{name}.txt" for name in NAMES}
    assert {path.name for path in FINGERPRINTS.iterdir()} == {f"{name}.json" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_no_transcript_is_empty(name: str) -> None:
    lines = (TRANSCRIPTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    bound = open_scenario(name)
    assert lines[0] == bound.scenario.title
    assert "What it came to" in lines
    assert len([line for line in lines if re.fullmatch(r"\w{3} \d\d \w{3} \d{4}  day \d+", line)]) >= 1
    assert sum(line.startswith("  ") for line in lines) >= 5


@pytest.mark.parametrize("name", ["strait", "zapad_2021"])
def test_a_transcript_of_a_game_has_orders_reasons_sources_and_a_picture(name: str) -> None:
    text = (TRANSCRIPTS / f"{name}.txt").read_text(encoding="utf-8")
    assert text.count("\n  order     ") >= 10
    assert text.count(" (chance ") >= 10
    assert len(re.findall(r"\n {12}\[[a-z0-9-]+", text)) >= 3
    assert text.count("\n  picture   ") >= 6


@pytest.mark.parametrize("name", NAMES)
def test_no_fingerprint_is_empty(name: str) -> None:
    kept = json.loads((FINGERPRINTS / f"{name}.json").read_text(encoding="utf-8"))
    assert kept["measures"]
    assert all(len(values) == RUNS for values in kept["measures"].values())
    assert any(value != 0.0 for values in kept["measures"].values() for value in values)


def test_the_runs_of_the_game_differ() -> None:
    """A fingerprint in which every run is the same would guard nothing."""
    for name in ("strait", "zapad_2021"):
        kept = measures_of((FINGERPRINTS / f"{name}.json").read_text(encoding="utf-8"))
        assert sum(len(set(values)) > 1 for values in kept.values()) >= 5


# --- what every timeline promises -----------------------------------------------------------------------------------


def test_every_event_is_told_under_its_day() -> None:
    days: dict[str, list[str]] = {}
    day = ""
    for line in told():
        if line.kind == "day":
            day = line.text
        days.setdefault(day, []).append(line.text)
    flat = {key: " ".join(" ".join(lines).split()) for key, lines in days.items()}
    for event in history().events:
        number = (event.date - history().dates[0]).days + 1
        assert event.fact.lower().rstrip(".") in flat[f"{event.date:%a %d %b %Y}  day {number}"].lower()


def test_no_line_is_too_wide_or_steers_the_terminal() -> None:
    for line in told():
        assert "\n" not in line.text
        if line.kind != "source":
            assert len(line.text) <= WIDTH


def test_an_order_says_who_what_why_and_how_likely_it_was() -> None:
    text = as_text(told())
    assert (
        "  order     The League watches The Free Port.\n"
        "            Because something is going on (chance 79%; 0.40 against 0.00 for holding)\n"
    ) in text  # 1 / (1 + exp(-0.4 / 0.3)) = 0.791: threat 0.4 at temperature 0.3 against holding at 0


def test_the_picture_sets_belief_against_truth_at_the_week_s_end() -> None:
    text = as_text(told())
    record = history()
    week = 13
    true = float(record.series("guest_troops")[week])
    believed = float(record.series("seen_guest", "league")[week])
    flat = " ".join(text.split())
    assert f"The League believes {believed:,.0f} troops of The Empire in The Free Port" in flat
    assert f"there are {true:,.0f} " in flat


def test_a_picture_that_has_not_changed_is_told_once() -> None:
    def quiet(data: dict[str, Any]) -> None:
        data["mechanisms"] = dict.fromkeys(("threat", "escalation", "exercises", "forces", "detection"), False)
        data["policies"] = {name: {"judgement": "x"} for name in data["policies"]}
        data["measures"] = {"one": {"value": 1}}

    record = play_one(strait(quiet), seed=0)
    pictures = [line.text for line in timeline(record) if line.kind == "picture"]
    assert 1 <= len(pictures) <= 3  # six weeks, in which next to nothing moves, and the last day
    assert all(a != b for a, b in pairwise(pictures[:-1]))


def test_the_measures_come_last_with_their_meaning() -> None:
    text = as_text(told()).split("What it came to\n")[1]
    assert len(text.splitlines()) == len(history().measures)
    assert re.search(r"^  threat_league +0\.\d\d  Mean threat\.$", text, re.MULTILINE)


def test_sources_beyond_a_few_are_counted() -> None:
    def cite(data: dict[str, Any]) -> None:
        data["injects"]["festival"]["source"] = [
            "odr-stoltenberg-30000", "cbc-strategic-window", "ft-sign-for-loan", "odr-trains-arrive-same-day",
            "cling-mirror-efp-rotation",
        ]  # fmt: skip

    text = as_text(timeline(play_one(strait(cite), seed=0)))
    assert "[odr-stoltenberg-30000, cbc-strategic-window, ft-sign-for-loan, and 2 more]" in text
    assert MOST_SOURCES == 3


def _renamed(data: dict[str, Any]) -> None:
    data["title"] = "A {title} %s\x1b[31m {0.__class__}"
    data["actors"]["empire"]["name"] = "{x} {0.__class__}"
    data["actors"]["port"]["name"] = "a } b { c"
    data["actors"]["league"]["name"] = "%s\x1b[2J\u0085{league!r:>5}"
    data["sites"]["moor"]["name"] = "{moor"
    data["items"]["depot"]["name"] = "a {depot}"
    data["exercises"]["autumn"]["name"] = "{autumn} \n X"
    data["injects"]["festival"] |= {"title": "{festival}", "text": "{more} \x07"}


def test_names_are_text_and_nothing_else() -> None:
    """No braces are filled in, nothing steers the terminal, and the numbers are those of any other names."""
    record = play_one(strait(_renamed), seed=0)
    assert record.fingerprint == history().fingerprint
    lines = list(timeline(record))
    assert all(line.text.isprintable() for line in lines)
    text = as_text(lines)
    assert "{x} {0.__class__} asks for a {depot}." in text
    assert "{festival}." in text
    assert "A {title} %s [31m {0.__class__}" in text


def _scripted(data: dict[str, Any]) -> None:
    data["policies"]["watchful"] = {
        "kind": "scripted", "judgement": "x", "orders": [{"date": "2031-03-08", "action": "watch", "target": "port"}],
    }  # fmt: skip
    data["policies"]["imperial"] |= {"kind": "random"}


def test_a_choice_without_weights_claims_no_chance() -> None:
    bound: Bound = strait(_scripted)
    orders = [event for event in play_one(bound, seed=0).events if event.kind == "order"]
    by = {who: [event for event in orders if event.actor == who] for who in ("league", "empire", "port")}
    assert [event.date.isoformat() for event in by["league"]] == ["2031-03-08"]
    assert by["empire"]
    assert not any("chance" in event.more or "weights" in event.more for who in ("league", "empire") for event in by[who])
    assert all("chance" in event.more for event in by["port"])
    assert " (chance" not in as_text(timeline(play_one(bound, seed=0))).split("The League watches")[1].split("\n")[1]
