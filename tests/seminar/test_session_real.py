"""The session over the real engine: a shipped scenario, played by hand and by the staff, with canaries, killed and resumed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.seminar.fake import canary, foreign
from wargame.scenario.load import Loaded, load
from wargame.seminar.game.game import Game
from wargame.seminar.host.log import Log, LoggedSession
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session import rehearsal
from wargame.seminar.session.session import Session
from wargame.simulation.record import Event

LEAD = "facilitator"


@cache
def source() -> Loaded:
    return load("zapad_2021", sets=["horizon=4 weeks"])


def factory(command: Mapping[str, Any]) -> Game:
    return Game(source(), seed=int(command.get("seed", 0)))


class Room:
    """A session over the real game with a log; every page is searched for foreign canaries after every command."""

    def __init__(self, path: Path) -> None:
        self.session = Session(factory)
        self.logged = LoggedSession(self.session, Log.create(path))
        self.n = 0
        self.say(LEAD, "open", seed=11)

    def say(self, by: str, do: str, **fields: Any) -> None:
        self.n += 1
        self.send({"do": do, "by": by, "id": f"r{self.n}", **fields})

    def send(self, command: Mapping[str, Any]) -> None:
        self.logged.apply(command, float(self.n))

    def views(self) -> dict[str, dict[str, Any]]:
        return {one.id: self.session.view(one.id) for one in self.session.room.people.values() if one.here and one.seat != LEAD}

    def leaks(self) -> list[str]:
        found = foreign(json.dumps(self.session.wall()), "wall")
        for view in self.views().values():
            found += foreign(json.dumps(view), view["seat"])
        return found

    def untold(self) -> list[str]:
        """Return facts of the last turn that stand on the page of a seat which was not told them, nor anything with these words."""
        events = self.session.room.shown
        found = []
        for view in self.views().values():
            page = json.dumps(view, ensure_ascii=False)
            known = "\n".join(words[0] for one in events if (words := one.told(view["seat"])) is not None)
            found += [one.fact for one in events if one.told(view["seat"]) is None and one.fact in page and one.fact not in known]
        return found


def pages(session: Session) -> str:
    here = [one.id for one in session.room.people.values() if one.here]
    return json.dumps([session.white(), session.wall(), *(session.view(one) for one in here)], sort_keys=True, allow_nan=False)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A session of three turns: all seats by their staff and by hand, letters, injects, overrides, a rewind, a change of policy."""
    room = Room(tmp_path_factory.mktemp("real") / "game.wargame")
    seats = list(room.session.room.seats)
    for command in rehearsal.joins(room.session):
        room.send(command)
    room.say("olga", "join", name="Olga", seat="observer")
    room.say(LEAD, "next")
    room.say(LEAD, "next")
    for turn in (1, 2):
        _turn(room, seats, turn)
        room.say(LEAD, "next")
        _overrides(room, seats)
        room.say(LEAD, "next")
        assert room.leaks() == []
        assert room.untold() == []
        room.say(LEAD, "next")
    room.say(LEAD, "rewind", turn=2, keep=True)
    room.say(LEAD, "policy", seat="belarus", names=["hedger"])
    room.say(LEAD, "control", seat="belarus", control="policy")
    room.say(LEAD, "next")
    room.say(LEAD, "override", what="inject", title="a parcel that nobody hears of", reason=canary(), to=[])
    room.say(LEAD, "next")
    return room


def _turn(room: Room, seats: list[str], turn: int) -> None:
    """Every seat orders, writes to its neighbour and notes its reasons; half of them as their staff would."""
    for i, seat in enumerate(seats):
        person, other = f"demo-{seat}", seats[(i + 1) % len(seats)]
        cards = [card for card in room.session.view(person)["cards"] if card["legal"] is not False]
        if i % 2 == turn % 2:
            for card in cards[i :: len(cards) // 3 + 1]:
                room.say(person, "order", card=card["id"], rationale=canary(seat), turn=turn)
        room.say(person, "message", to=[other], kind="proposal", text=canary(*sorted({seat, other})))
        room.say(person, "note", text=canary(seat))
        for question in room.session.view(person)["questions"]:
            room.say(person, "forecast", answers={question["id"]: 0.25})
    assert room.leaks() == []
    room.say(LEAD, "note", text=canary())
    room.say(LEAD, "inject", title=canary(), text=canary(), to=[])
    room.say(LEAD, "inject", title=canary(seats[0]), to=[seats[0]], pushes={"tension": {"world": 0.02}})


def _overrides(room: Room, seats: list[str]) -> None:
    """Strike the first order on the table and grant one that its seat did not give."""
    hands = room.session.hands()
    seat = next(name for name in seats if hands.get(name))
    channel = room.session.room.scenario.actions[hands[seat][0].action].channel
    room.say(LEAD, "override", what="strike", seat=seat, channel=channel, reason=canary())
    card = room.session.room.cards(seat)[0]["id"]
    room.say(LEAD, "override", what="grant", seat=seat, card=card, reason=canary())
    assert room.leaks() == []


def test_nothing_leaks_in_a_real_game(played: Room) -> None:
    assert played.leaks() == []
    assert played.untold() == []
    assert json.dumps(played.session.white()).count("CANARY") > 100  # the search above had something to find


def test_the_turns_that_were_committed_are_the_game_that_was_played(played: Room) -> None:
    page = played.session.white()
    assert (page["turn"], page["phase"], [one["turn"] for one in page["history"]]) == (2, "reveal", [1, 2])
    assert [(one["turn"], one["turns"]) for one in page["branches"]] == [(2, [2])]
    assert page["policies"]["belarus"] == ["hedger"]
    assert "belarus" in played.session.room.done[1].staff
    assert played.session.game.turn == 2
    assert all(isinstance(one, Event) for one in played.session.room.shown)


def test_a_killed_session_is_resumed_from_its_log_bit_for_bit(played: Room) -> None:
    played.logged.log.close()
    again = Session(factory)
    with Log.open(played.logged.log.path) as log:
        assert log.replay(again) == log.n
    assert pages(again) == pages(played.session)
    assert again.game.scenario() == played.session.game.scenario()


def test_refusals_by_the_engine_are_sentences_and_change_nothing(played: Room) -> None:
    before = pages(played.session)
    for fields in ({"title": "x", "pushes": {"invasion": {"world": 1.0}}}, {"title": "x", "pushes": {"tension": {"world": 5.0}}}):
        with pytest.raises(Refusal):
            played.session.apply({"do": "inject", "by": LEAD, "id": "bad", **fields}, 1e6)
    with pytest.raises(Refusal, match=r"expected phase orders \(got reveal\)"):
        played.session.apply({"do": "order", "by": "demo-poland", "id": "bad", "card": "annex|||"}, 1e6)
    assert pages(played.session) == before


def test_a_rehearsal_of_a_shipped_scenario(tmp_path: Path) -> None:
    with Log.create(tmp_path / "rehearsal.wargame") as log:
        session = Session(lambda command: Game(source(), seed=3, turn_days=14))
        kept = LoggedSession(session, log)
        kept.apply({"do": "open", "by": LEAD, "id": "o"}, 0.0)
        rehearsal.rehearse(session, lambda command: kept.apply(command, 1.0), runs=20)
    page = session.white()
    assert page["phase"] == "debrief"
    assert [turn["staff"] for turn in page["history"]] == [{}, {}]
    assert sum(len(orders) for turn in page["history"] for orders in turn["orders"].values()) > 20
    assert page["messages"]
    assert {one["kind"] for one in page["messages"]} <= {"demand", "proposal"}
