"""Statements held back, let through and taken down; how much a seat may say; and that the log has all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.seminar.fake import FakeGame, Table, playing
from tests.seminar.games import everything
from tests.seminar.web import Web, serving
from wargame.seminar.host.log import Log
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.rules.limits import BOUNDS
from wargame.seminar.server.wall import LETTERS, STATEMENTS
from wargame.seminar.session.session import Session


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as made:
        yield made


def texts(table: Table, person: str) -> list[tuple[str, str]]:
    return [(one["text"], one["state"]) for one in table.session.view(person)["messages"]]


def said(table: Table) -> list[str]:
    return [one["text"] for one in table.session.wall()["statements"]]


def test_a_statement_waits_for_the_facilitator_and_is_then_everybody_s() -> None:
    table = playing()
    table.say("facilitator", "hold", on=True)
    table.say("anna", "message", to=["all"], kind="statement", text="We are peaceful.")
    table.say("anna", "message", to=["reed"], text="between us")
    table.say("facilitator", "message", to=["all"], text="five minutes")
    assert said(table) == ["five minutes"]
    assert texts(table, "cleo") == [("between us", ""), ("five minutes", "")], "words to one seat are not held"
    assert texts(table, "anna")[0] == ("We are peaceful.", "held")
    assert texts(table, "olga") == [("five minutes", "")]
    letter = table.session.white()["messages"][0]
    assert (letter["state"], [one["unread"] for one in table.session.white()["people"]]) == ("held", [2, 1, 3, 2, 1]), (
        "only its own team and the facilitator have it"
    )
    with pytest.raises(Refusal, match="There is no such message for you"):
        table.say("cleo", "read", what="messages", ids=[letter["id"]])
    table.say("facilitator", "release", message=letter["id"])
    assert said(table) == ["We are peaceful.", "five minutes"]
    table.say("facilitator", "hold", on=False)
    table.say("anna", "message", to=["all"], text="At once.")
    assert said(table)[-1] == "At once."


def test_what_was_said_is_taken_down_everywhere_and_put_back() -> None:
    table = playing()
    table.say("anna", "message", to=["all"], text="Foul words.")
    letter = table.session.white()["messages"][0]["id"]
    table.say("facilitator", "withdraw", message=letter)
    assert said(table) == []
    for person in ("cleo", "olga"):
        assert texts(table, person) == [("", "down")]
        assert "Foul words." not in repr(table.session.view(person))
    assert texts(table, "ben") == [("Foul words.", "down")], "the team knows what was taken down"
    assert table.session.white()["messages"][0]["text"] == "Foul words."
    with pytest.raises(Refusal, match="has been taken down already"):
        table.say("facilitator", "withdraw", message=letter)
    table.say("facilitator", "release", message=letter)
    assert said(table) == ["Foul words."]
    with pytest.raises(Refusal, match="neither held back nor taken down"):
        table.say("facilitator", "release", message=letter)
    with pytest.raises(Refusal, match="There is no such message"):
        table.say("facilitator", "withdraw", message="nothing")
    with pytest.raises(Refusal, match="No statement is held back"):
        table.say("facilitator", "release", message="all")


def test_all_of_it_is_in_the_log(tmp_path: Path) -> None:
    with Log.create(tmp_path / "game.db") as log:
        table = Table(log).seat(("anna", "highland"), ("cleo", "reed")).next(2)
        table.say("facilitator", "hold", on=True)
        for text in ("one", "two", "three"):
            table.say("anna", "message", to=["all"], text=text)
        letters = [one["id"] for one in table.session.white()["messages"]]
        table.say("facilitator", "release", message=letters[1])
        table.say("facilitator", "withdraw", message=letters[2])
        table.say("facilitator", "show", on=True)
        table.say("facilitator", "leave", person="cleo")
    with Log.open(tmp_path / "game.db") as log:
        again = Session(lambda _: FakeGame())
        log.replay(again)
        assert "three" in "".join(str(command) for _, command in log.commands()), "what was taken down is still in the log"
    assert everything(again) == everything(table.session)
    assert [one["text"] for one in again.wall()["statements"]] == ["two"]


@pytest.mark.parametrize(
    ("to", "text", "name"), [(["reed"], "x", "messages"), (["all"], "x", "statements"), (["reed"], "x" * 2000, "characters")]
)
def test_a_seat_says_so_much_in_a_turn_and_others_are_not_held_up(to: list[str], text: str, name: str) -> None:
    table = playing()
    bound = BOUNDS[name]
    most = bound.most // 2000 if name == "characters" else bound.most
    for number in range(most):
        table.say("anna" if number % 2 else "ben", "message", to=to, text=text)
    for person in ("anna", "ben"):
        with pytest.raises(Refusal, match=f"Your seat has said what it can this turn: at most {bound.most:,} {bound.what}"):
            table.say(person, "message", to=to, text=text)
    table.say("cleo", "message", to=["all"], text=text)
    table.next(3)
    table.say("anna", "message", to=to, text=text)


def test_the_facilitator_holds_back_and_takes_down_on_the_page(web: Web) -> None:
    web.next(2)
    web.post("lead", "/white/do/hold", on="1")
    web.post("anna", "/seat/do/message", to="all", kind="statement", text="We are peaceful.")
    assert "held back: the facilitator reads it first" in web.client("anna").get("/seat").text
    assert "statement is</a>" in web.client("lead").get("/white").text.replace(" held back", "")
    for who, path in (("cleo", "/seat"), ("olga", "/seat"), ("stranger", "/wall"), ("lead", "/wall")):
        assert "peaceful" not in web.client(who).get(path).text
    letter = web.session.room.messages[0].id
    assert "Let it through" in web.client("lead").get("/white?sheet=messages").text
    web.post("lead", "/white/do/release", message=letter)
    for who, path in (("cleo", "/seat"), ("stranger", "/wall")):
        assert "peaceful" in web.client(who).get(path).text
    web.post("lead", "/white/do/withdraw", message=letter)
    assert "taken down by the facilitator" in web.client("cleo").get("/seat").text
    for who, path in (("cleo", "/seat"), ("stranger", "/wall")):
        assert "peaceful" not in web.client(who).get(path).text
    assert "Put it back" in web.client("lead").get("/white?sheet=messages").text


def test_the_wall_shows_the_latest_few_statements_and_of_long_ones_the_beginning(web: Web) -> None:
    web.next(2)
    for number in range(BOUNDS["statements"].most):
        web.say("anna", "message", to=["all"], text=f"Statement {number}: " + "y" * 1900)
    text: Any = web.client("stranger").get("/wall").text
    assert [f"Statement {number}:" in text for number in range(10)] == [False] * 6 + [True] * STATEMENTS
    assert "and 6 more statements, on every team" in text
    assert text.count("y" * LETTERS) == 0
    assert len(text) < 20_000
    assert "y" * 1900 in web.client("cleo").get("/seat").text
