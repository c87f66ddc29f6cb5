"""The debrief: what the page, the list and the folder hold, for a game with a session, a game alone and a stored game."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wargame.binding.bind import bind
from wargame.errors import InputError
from wargame.report.proof.runs import compare
from wargame.results.folder import note_files, open_folder
from wargame.scenario.load import Loaded, load, text_hash
from wargame.scenario.schema import Scenario
from wargame.seminar.debrief.decision_log import COLUMNS, _safe, decision_log, student_list, words
from wargame.seminar.debrief.findings import played_on
from wargame.seminar.debrief.folder import PAGE, SESSION, STUDENTS, debrief, debrief_again
from wargame.seminar.debrief.impact import by_hand
from wargame.seminar.game.game import Game
from wargame.simulation.play import play_one
from wargame.simulation.record import Record

START = dt.date(2041, 5, 6)
TURNS: dict[str, dict[int, list[dict[str, Any]]]] = {
    "karsia": {0: [{"action": "pressure_target", "target": "ilmeria", "size": 2.0, "reason": "to be seen"}], 7: []},
    "torvane": {0: [{"action": "restrain_forces"}]},
}
NASTY = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def game() -> Record:
    """Six weeks of the shipped invented theatre with a few orders by hand, as a game leaves it."""
    shipped = load("strait")
    data: dict[str, Any] = copy.deepcopy(shipped.resolved) | {"horizon": 42}
    for actor, turns in TURNS.items():
        days = {(START + dt.timedelta(days=tick)).isoformat(): orders for tick, orders in turns.items()}
        data["policies"][f"seat_{actor}"] = {"kind": "human", "turns": days, "judgement": "a test"}
        data["actors"][actor]["policy"] = [*data["actors"][actor]["policy"], f"seat_{actor}"]
    loaded = Loaded(Scenario.model_validate(data), data, shipped.marks, text_hash(data), ())
    return play_one(bind(loaded), seed=3)


def white() -> dict[str, Any]:
    """What the session tells the facilitator of that game: three people, two turns, forecasts of two questions."""

    def order(channel: str, title: str, person: str, why: str) -> dict[str, Any]:
        return {
            "channel": channel,
            "card": "c",
            "title": title,
            "hold": False,
            "size": 1.0,
            "by": person,
            "person": person,
            "rationale": why,
        }

    return {
        "title": "Class of 2041",
        "people": [
            {"id": "p1", "name": "Ada", "seat": "karsia"}, {"id": "p2", "name": "=Bo", "seat": "karsia"},
            {"id": "p3", "name": NASTY, "seat": "torvane"}, {"id": "p4", "name": "Eve", "seat": "observer"},
            {"id": "p5", "name": "Mallory", "seat": "karsia", "out": True},
        ],
        "seats": [{"actor": "karsia"}, {"actor": "torvane"}, {"actor": "compact"}],
        "history": [
            {"turn": 1, "date": "2041-05-06", "staff": {}, "overrides": [], "injects": [],
             "orders": {"karsia": [order("military", "Builds up its forces", "p1", NASTY)],
                        "torvane": [order("military", "Reminds its troops", "p3", "")]},
             "rationale": {"karsia": "We want to be seen."},
             "forecasts": {"p1": {"strait_open": 1.0, "observers_came": 0.5}, "p3": {"strait_open": 0.25}}},
            {"turn": 2, "date": "2041-05-13", "staff": {}, "overrides": [], "injects": [], "orders": {"karsia": []},
             "rationale": {}, "forecasts": {"p2": {"strait_open": 0.0}}},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def written(game: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    told: list[tuple[float, str]] = []
    page = debrief(game, white(), tmp_path_factory.mktemp("debrief") / "game", runs=4, histories=20,
                   progress=lambda share, what: told.append((share, what)))  # fmt: skip
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "done")
    return page


class Page(HTMLParser):
    """Checks that elements are closed in order, and gathers what the page would fetch, its ids and its links."""

    VOID = frozenset({"meta", "br", "link", "img", "path", "use", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.fetched += [tag] if tag in ("script", "link", "img", "iframe", "object") else []
        self.fetched += [value for name, value in attrs if name == "src" and value]
        self.links += [found["href"] or ""] if tag == "a" and "href" in found else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_page_is_one_file_that_fetches_nothing(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert page.fetched == []
    assert not re.search(r"url\((?!#)|@import", text)
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)


def test_what_people_wrote_is_text_and_nothing_else(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    assert NASTY not in text
    assert "&lt;script&gt;alert(" in text
    assert "We want to be seen." in text


def test_the_page_holds_every_part(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    for part in ("course", "beliefs", "decisions", "forecasts", "histories", "questions", "appendix", "sources"):
        assert f'<section id="{part}">' in text
    assert "Class of 2041" in text
    for name in ("Ada", "=Bo"):
        assert name not in text  # persons are named in the teacher's list only
    assert "Your seat in 20 other histories" in text


def test_the_folder_is_a_result_that_can_be_verified(written: Path, game: Record) -> None:
    stored = open_folder(written.parent)
    again = play_one(bind(load(stored.scenario_file)), seed=stored.manifest["seed"])
    compare(stored, again)
    assert again.fingerprint == game.fingerprint  # to the bit, and where a measure is missing too
    assert by_hand(again) == by_hand(game)


def test_who_was_taken_out_and_gave_nothing_is_not_in_the_teacher_s_list(written: Path) -> None:
    assert "Mallory" not in {row["person"] for row in rows(written.parent)}


def rows(folder: Path) -> Iterator[dict[str, str]]:
    text = (folder / STUDENTS).read_text(encoding="utf-8-sig")
    yield from csv.DictReader(io.StringIO(text))


def test_the_teachers_list_has_a_row_for_every_person_and_turn(written: Path, game: Record) -> None:
    found = list(rows(written.parent))
    assert tuple(found[0]) == COLUMNS
    assert [(row["seat"], row["person"], row["turn"]) for row in found] == [
        ("karsia", "'=Bo", "1"), ("karsia", "'=Bo", "2"), ("karsia", "Ada", "1"), ("karsia", "Ada", "2"),
        ("torvane", NASTY, "1"), ("torvane", NASTY, "2"),
    ]  # fmt: skip
    ada, later, other = found[2], found[3], found[5]
    assert (ada["orders"], ada["entered_by_person"]) == ("Builds up its forces", "Builds up its forces")
    assert found[0]["entered_by_person"] == ""
    assert ada["rationale"] == f"We want to be seen. / {NASTY}"
    assert ada["forecasts"] == "strait_open=1; observers_came=0.5"
    outcomes = {name: float(game.measures[name] > 0.5) for name in ("strait_open", "observers_came")}
    expected = ((1.0 - outcomes["strait_open"]) ** 2 + (0.5 - outcomes["observers_came"]) ** 2) / 2
    assert float(ada["brier_of_turn"]) == pytest.approx(expected, abs=1e-4)
    assert (later["orders"], later["forecasts"], later["brier_of_turn"]) == ("held", "", "")
    assert other["orders"] == "played by its policy"
    assert float(ada["payoff"]) == pytest.approx(game.measures["payoff_karsia"], abs=1e-4)


def test_a_stored_game_is_debriefed_again_from_its_folder_alone(written: Path) -> None:
    before = written.read_text(encoding="utf-8")
    (written.parent / PAGE).unlink()
    again = debrief_again(written.parent, runs=4, histories=20)
    assert again == written
    assert again.read_text(encoding="utf-8") == before


def test_a_stored_game_that_was_tampered_with_is_not_debriefed(written: Path, tmp_path: Path) -> None:
    copied = tmp_path / "game"
    copied.mkdir()
    for file in written.parent.iterdir():
        (copied / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    manifest["measures"]["incidents"] += 1.0
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match="seal: it has been changed since it was written"):
        debrief_again(copied)
    with pytest.raises(InputError, match="no result folder"):
        debrief_again(tmp_path)


def test_a_session_file_that_is_broken_is_said_so(written: Path, tmp_path: Path) -> None:
    copied = tmp_path / "game"
    copied.mkdir()
    for file in written.parent.iterdir():
        (copied / file.name).write_bytes(file.read_bytes())
    (copied / SESSION).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"session\.json: has been changed since it was written"):
        debrief_again(copied, runs=4, histories=4)
    note_files(copied, [SESSION])
    with pytest.raises(InputError, match=r"session\.json:1:2: is no JSON"):
        debrief_again(copied, runs=4, histories=4)


def test_a_game_alone_needs_no_session(game: Record, tmp_path: Path) -> None:
    page = debrief(game, {}, tmp_path / "alone", runs=4, histories=8)
    text = page.read_text(encoding="utf-8")
    assert '<section id="forecasts">' not in text
    assert "To be seen" not in text  # reasons stand as they were written
    assert "to be seen" in text
    found = list(rows(page.parent))
    assert [(row["seat"], row["person"], row["orders"]) for row in found] == [
        ("karsia", "", "builds up its forces around Ilmeria, at double strength"), ("karsia", "", "held"),
        ("torvane", "", found[2]["orders"]), ("torvane", "", "played by its policy"),
    ]  # fmt: skip


def test_a_game_that_was_ended_early_is_played_on_and_its_forecasts_are_scored_by_that(tmp_path: Path) -> None:
    """The days played stay as they were; nobody is scored by how things stood when the class ran out of time."""
    live = Game(load("strait"), seed=3)
    live.play({"karsia": ()})
    rest = live.to_be_played_on()
    assert rest is not None
    told = dict(played_on(white(), rest, live.seed))
    whole = play_one(bind(rest), seed=live.seed)
    assert len(whole.days) > len(live.record().days)
    assert np.array_equal(whole.days[: live.turn_days], live.record().days, equal_nan=True)
    assert told["ends"] == {name: whole.measures[name] for name in told["ends"]}
    assert {"strait_open", "observers_came"} <= told["ends"].keys()
    decisions = decision_log(live.record(), told | {"ends": told["ends"] | {"strait_open": 0.0, "observers_came": 1.0}})
    assert {(one.question, one.outcome) for one in decisions.forecasts} == {("strait_open", 0.0), ("observers_came", 1.0)}
    page = debrief(live, told, tmp_path / "early", runs=2, histories=4)
    assert "Forecasts are scored against what comes of it" in page.read_text(encoding="utf-8")
    again = debrief_again(page.parent, runs=2, histories=4)
    assert "Forecasts are scored against what comes of it" in again.read_text(encoding="utf-8")


def test_a_game_played_to_its_end_needs_nothing_played_on() -> None:
    live = Game(load("strait"), seed=3, turn_days=366)
    live.play({})
    assert live.to_be_played_on() is None
    assert played_on(white(), None, 3) == white()


def test_the_same_place_twice_gets_a_number(game: Record, tmp_path: Path) -> None:
    first = debrief(game, {}, tmp_path / "one", runs=2, histories=4)
    second = debrief(game, {}, tmp_path / "one", runs=2, histories=4)
    assert (first.parent.name, second.parent.name) == ("one", "one-2")
    assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")


def test_the_ledger_and_the_words_of_an_order(game: Record) -> None:
    decisions = decision_log(game, white())
    assert decisions.seats == ("karsia", "torvane")
    assert decisions.decided == [(0, "karsia"), (0, "torvane"), (7, "karsia")]
    assert [(one.person, one.seat, one.turn, one.question, one.chance) for one in decisions.forecasts] == [
        ("Ada", "karsia", 1, "strait_open", 1.0), ("Ada", "karsia", 1, "observers_came", 0.5),
        (NASTY, "torvane", 1, "strait_open", 0.25), ("=Bo", "karsia", 2, "strait_open", 0.0),
    ]  # fmt: skip
    (order,) = by_hand(game)[0]["karsia"]
    assert words(game, order) == "builds up its forces around Ilmeria, at double strength"
    assert student_list(game, decisions, {}).splitlines()[1].endswith(",,")  # without payoffs the last two cells are empty


def test_a_number_in_the_teachers_list_stays_a_number() -> None:
    """A spreadsheet runs what begins with a sign, but not a negative number."""
    assert [_safe(cell) for cell in ("-0.1250", "-1", "0.5", "+1", "-1+1", "=1", "@x", "-")] == [
        "-0.1250", "-1", "0.5", "'+1", "'-1+1", "'=1", "'@x", "'-",
    ]  # fmt: skip


def test_a_debrief_that_cannot_be_written_is_said_so(written: Path, tmp_path: Path) -> None:
    place = tmp_path / "game"
    shutil.copytree(written.parent, place)
    (place / "students.csv").unlink()
    (place / "students.csv").mkdir()
    with pytest.raises(InputError) as caught:
        debrief_again(place, runs=4, histories=4)
    assert str(caught.value) == f"{place / 'students.csv'}: cannot be written (Is a directory)"
