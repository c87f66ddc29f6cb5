"""Laws of the session over random games: same commands same state, nothing leaks, a refusal changes nothing."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seminar.fake import foreign
from tests.seminar.games import GAMES, OPENING, everything, fresh, leaks, play, run
from wargame.seminar.host.log import Log, LoggedSession
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.session import Session

Game = list[tuple[str, dict[str, Any]]]
LONG = settings(max_examples=80, deadline=None)


@LONG
@given(GAMES)
def test_the_same_commands_give_the_same_pages(game: Game) -> None:
    session = fresh()
    accepted = play(session, game)
    again = fresh()
    run(again, json.loads(json.dumps(accepted)))
    assert everything(again) == everything(session)
    assert again.game.scenario() == session.game.scenario()


@settings(max_examples=40, deadline=None)
@given(GAMES)
def test_looking_changes_nothing(game: Game) -> None:
    """Pictures are made when somebody looks, and kept: a session that nobody looked at shows the same ones in the end."""
    seen, unseen = fresh(), fresh()
    for number, command in enumerate(play(fresh(), game)):
        seen.apply(command, float(number))
        everything(seen)
        unseen.apply(command, float(number))
    assert everything(unseen) == everything(seen)


@settings(max_examples=30, deadline=None)
@given(GAMES, st.data())
def test_a_session_killed_after_any_command_is_resumed_from_its_log(game: Game, data: st.DataObject) -> None:
    accepted = play(fresh(), game)
    cut = data.draw(st.integers(1, len(accepted)))
    live, again = fresh(), fresh()
    with tempfile.TemporaryDirectory() as folder:
        log = Log.create(Path(folder) / "game.wargame")
        kept = LoggedSession(live, log)
        for number, command in enumerate(accepted[:cut]):
            kept.apply(command, float(number))
        log.close()
        with Log.open(Path(folder) / "game.wargame") as log:
            assert log.replay(again) == cut
    assert everything(again) == everything(live)
    run(live, accepted, start=cut)
    run(again, accepted, start=cut)
    assert everything(again) == everything(live)


@LONG
@given(GAMES)
def test_nobody_is_sent_what_he_may_not_know(game: Game) -> None:
    def look(session: Session, errors: list[tuple[str, str, str]]) -> None:
        assert leaks(session, errors) == []
        errors.clear()

    play(fresh(), game, look)


@LONG
@given(GAMES)
def test_a_refusal_changes_nothing_and_a_repetition_neither(game: Game) -> None:
    session = fresh()
    accepted = play(session, game)
    before = everything(session)
    counted = copy.deepcopy(session.room.counted)
    for command in accepted:
        assert session.apply(command, 1e6) == []
    for by, says in game:
        person = session.room.people.get(by)
        wrong = {**says, "by": by, "id": "again", "turn": -1, "nothing": 1}
        if person is not None:
            with pytest.raises(Refusal):
                session.apply(wrong, 1e6)
    assert everything(session) == before
    assert session.room.counted == counted


@settings(max_examples=60, deadline=None)
@given(GAMES)
def test_every_page_is_json_and_every_refusal_a_sentence(game: Game) -> None:
    def look(session: Session, errors: list[tuple[str, str, str]]) -> None:
        for _, _, words in errors:
            assert not words or (words[0].isupper() or words.startswith("expected ") or words[0] in "'\""), words
            assert "Traceback" not in words
        errors.clear()

    session = fresh()
    play(session, game, look)
    assert json.loads(everything(session))["white"]["phase"] == session.phase


def test_the_search_for_canaries_finds_them() -> None:
    assert foreign("x CANARY(reed) CANARY() CANARY(all) CANARY(highland+reed)", "highland") == ["CANARY(reed)", "CANARY()"]
    assert foreign("CANARY(reed) CANARY()", "facilitator") == []


def test_random_games_get_somewhere() -> None:
    """The laws above would hold of games in which nothing happens: these play turns, rewind, override and practise."""
    reached: set[str] = set()

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(GAMES)
    def look(game: Game) -> None:
        session = fresh()
        accepted = play(session, game)
        reached.update(one["do"] for one in accepted[len(OPENING) :])
        reached.add(f"turn {session.game.turn}")

    look()
    assert {
        "order",
        "message",
        "inject",
        "override",
        "rewind",
        "policy",
        "control",
        "forecast",
        "note",
        "finish",
        "turn 3",
    } <= reached
