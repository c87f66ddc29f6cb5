"""Phases, orders, injects, overrides, practice and rewinding, over the small game."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.seminar.fake import FakeGame, Table, canary, playing
from tests.seminar.test_session_people import refusal
from wargame.scenario.schema import HandOrder
from wargame.seminar.rules.bounds import PHASES, Refusal
from wargame.seminar.session.session import Session


def hands(table: Table) -> dict[str, list[str]]:
    """Return the actions of the hands that the last turn was played with."""
    return {seat: [one.action for one in orders] for seat, orders in table.game.played[-1][0].items()}


def test_the_phases_follow_each_other_and_end_with_the_debrief() -> None:
    table = Table()
    seen = [table.session.phase]
    while table.session.phase != "debrief":
        seen.append(table.next().session.phase)
    turn = ["orders", "adjudication", "reveal"]
    assert seen == ["lobby", "briefing", *turn, *turn, *turn, *turn, "debrief"]
    assert set(seen) == set(PHASES)
    assert refusal(table, "facilitator", "next") == (
        "The game is over; there is no next phase. Rewind to an earlier turn to play on from there."
    )


@pytest.mark.parametrize(
    ("steps", "by", "do", "words"),
    [
        (1, "anna", "order", "expected phase orders (got briefing)"),
        (3, "anna", "ready", "expected phase orders (got adjudication)"),
        (4, "anna", "forecast", "expected phase orders (got reveal)"),
        (4, "anna", "note", "expected phase orders (got reveal)"),
        (0, "anna", "message", "expected phase briefing, orders, adjudication, reveal or debrief (got lobby)"),
        (0, "facilitator", "practice", "expected phase briefing (got lobby)"),
        (2, "facilitator", "override", "expected phase adjudication (got orders)"),
        (3, "facilitator", "inject", "expected phase briefing or orders (got adjudication)"),
        (3, "facilitator", "finish", "expected phase orders or reveal (got adjudication)"),
        (1, "facilitator", "rewind", "expected phase orders, adjudication, reveal or debrief (got briefing)"),
    ],
)  # fmt: skip
def test_a_request_in_the_wrong_phase_says_which_is_right(steps: int, by: str, do: str, words: str) -> None:
    table = Table().seat(("anna", "highland")).next(steps)
    assert refusal(table, by, do) == words


def test_pressing_next_twice_goes_one_phase() -> None:
    table = playing()
    table.say("facilitator", "next", **{"from": "orders", "turn": 1})
    assert refusal(table, "facilitator", "next", **{"from": "orders", "turn": 1}) == "expected phase orders (got adjudication)"
    table.next(2)
    assert refusal(table, "facilitator", "next", **{"from": "orders", "turn": 1}) == "expected turn 1 (got 2)"


def test_the_same_command_twice_is_acknowledged_and_changes_nothing() -> None:
    table = playing()
    command = {"do": "next", "by": "facilitator", "id": "pressed"}
    assert table.send(command) == [{"n": 8, "what": "phase", "for": ["all"]}]
    before = table.session.white()
    assert table.send(command) == []
    assert table.session.phase == "adjudication"
    assert table.session.white() == before
    table.say("anna", "message", to=["reed"], text="one")
    assert table.send(table.commands[-1]) == []
    assert len(table.session.white()["messages"]) == 1


def test_the_last_order_of_a_channel_stands_and_the_whole_team_sees_it() -> None:
    table = playing()
    assert table.say("anna", "order", card="exercise|||", size=2, rationale="to be seen") == [
        {"n": 8, "what": "orders", "for": ["highland"]}
    ]
    assert table.session.view("ben")["orders"] == [
        {"channel": "military", "card": "exercise|||", "title": "exercise", "hold": False, "size": 2.0, "by": "Anna", "person": "anna",
         "rationale": "to be seen"}
    ]  # fmt: skip
    table.say("ben", "order", channel="military", card="hold", rationale="too soon")
    order = table.session.view("anna")["orders"][0]
    assert (order["hold"], order["by"], order["rationale"]) == (True, "Ben", "too soon")
    table.say("ben", "order", channel="military", card="none")
    assert table.session.view("anna")["orders"] == []


def test_a_changed_order_takes_ready_back() -> None:
    table = playing()
    table.say("anna", "ready")
    assert table.session.wall()["seats"][0]["ready"]
    table.say("ben", "order", card="promise|||")
    assert not table.session.wall()["seats"][0]["ready"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"card": "parade|||"}, "Your seat has no such order card this turn."),
        ({"card": "offer|highland||"}, "Your seat has no such order card this turn."),  # a card of other seats only
        ({"card": "probe|||"}, f"This order is not possible now: not before the thaw {canary('highland')}"),
        ({"card": "exercise|||", "size": 3}, "The field 'size' must be a number from 0.5 to 2 (got the number 3)."),
        ({"card": "exercise|||", "size": 1.5}, "An order is given at half, full or double strength: 0.5, 1 or 2 (got 1.5)."),
        ({"card": "promise|||", "size": 2}, "This order has no strength to choose: it is given or not."),
        ({"card": "exercise|||", "channel": "economic"}, "This order is given in the military channel, not in the economic one."),
        ({"card": "exercise|||", "seat": "reed"}, "You sit with Highland and can act for no other seat."),
        ({"card": "exercise|||", "turn": 7}, "This was written for turn 7, and it is now turn 1. Please look again."),
        ({"card": "hold", "channel": "nautical"}, "The channel must be one of diplomatic, economic, informational, military (got text 'nautical')."),
    ],
)  # fmt: skip
def test_how_an_order_is_refused(fields: dict[str, Any], words: str) -> None:
    assert refusal(playing(), "anna", "order", **fields).startswith(words)


def test_silent_seats_are_left_to_their_staff_and_the_others_give_exactly_their_orders() -> None:
    table = playing()
    table.say("anna", "order", card="promise|||")
    table.next()
    assert hands(table) == {"highland": ["promise"]}
    assert table.session.white()["orders"]["reed"]["staff_decides"]
    assert [one["action"] for one in table.session.white()["orders"]["reed"]["staff"]] == ["exercise", "promise"]
    table.next(2)
    table.say("cleo", "ready")  # ready without an order: hold everywhere
    table.say("anna", "order", channel="economic", card="hold")
    table.next()
    assert hands(table) == {"highland": [], "reed": []}


def test_orders_reach_the_game_with_their_size_aim_and_reason() -> None:
    table = playing()
    table.say("anna", "order", card="offer|reed||", rationale="to divide them")
    table.say("anna", "order", card="exercise|||", size=0.5)
    table.next()
    assert table.game.played[0][0]["highland"] == (
        HandOrder(action="offer", target="reed", reason="to divide them"),
        HandOrder(action="exercise", size=0.5),
    )


def test_a_message_may_carry_the_order_that_it_stands_for() -> None:
    table = playing()
    table.say("anna", "message", to=["reed"], kind="proposal", card="offer|reed||", text="Let us talk.")
    assert table.session.view("ben")["orders"][0]["card"] == "offer|reed||"
    assert table.session.view("ben")["orders"][0]["rationale"] == "Let us talk."
    assert table.session.view("ben")["messages"][0]["order"] == "offer reed"
    assert table.session.view("cleo")["messages"][0]["order"] is None  # words reach Reed; the order itself when it takes effect
    table.say("anna", "message", to=["reed"], kind="demand", card="promise|||")
    assert table.session.view("ben")["orders"][0]["card"] == "promise|||"
    assert refusal(table, "anna", "message", to=["reed"], kind="demand") == (
        "The message says nothing: write a text, or choose the order that it stands for."
    )
    assert refusal(table, "anna", "message", to=["highland"], text="us") == "A message goes to somebody else."
    table.next(2)
    assert (
        refusal(table, "anna", "message", to=["reed"], kind="demand", card="promise|||") == "expected phase orders (got reveal)"
    )


def test_messages_reach_those_they_are_for() -> None:
    table = playing()
    table.say("anna", "message", to=["reed", "saltmarsh"], text="for two")
    table.say("cleo", "message", to=["all"], kind="statement", text="for everybody")
    table.say("cleo", "message", to=["facilitator"], text="a question")
    table.say("facilitator", "message", to=["highland"], text="a hint")
    texts = {who: [one["text"] for one in table.session.view(who)["messages"]] for who in ("anna", "cleo", "olga", "facilitator")}
    assert texts == {
        "anna": ["for two", "for everybody", "a hint"],
        "cleo": ["for two", "for everybody", "a question"],
        "olga": ["for everybody"],
        "facilitator": ["for two", "for everybody", "a question", "a hint"],
    }
    assert [one["text"] for one in table.session.wall()["statements"]] == ["for everybody"]


def test_three_questions_a_turn_each_person_answers_for_himself() -> None:
    table = playing()
    assert [one["id"] for one in table.session.view("anna")["questions"]] == ["q0", "q1", "q2"]
    table.say("anna", "forecast", answers={"q0": 0.25, "q1": 1})
    table.say("anna", "forecast", answers={"q0": 0.75})
    assert [one["mine"] for one in table.session.view("anna")["questions"]] == [0.75, 1.0, None]
    assert [one["mine"] for one in table.session.view("ben")["questions"]] == [None, None, None]
    assert (
        refusal(table, "anna", "forecast", answers={"q0": 1.01}) == "A chance must be a number from 0 to 1 (got the number 1.01)."
    )
    assert refusal(table, "anna", "forecast", answers={"q3": 0.5}) == "This turn does not ask 'q3'."
    table.next(3)
    assert [one["id"] for one in table.session.view("anna")["questions"]] == [
        "q0",
        "q1",
        "q3",
    ]  # the fourth, then from the first on
    assert table.session.view("anna")["history"][0]["forecasts"] == [{"id": "q0", "value": 0.75}, {"id": "q1", "value": 1.0}]
    assert table.session.white()["history"][0]["forecasts"] == {"anna": {"q0": 0.75, "q1": 1.0}}


def test_seats_see_nothing_of_a_turn_that_is_only_tried() -> None:
    table = playing()
    before = table.session.view("anna")
    table.next()
    during = table.session.view("anna")
    assert (during["date"], during["picture"], during["news"]) == (before["date"], before["picture"], before["news"])
    assert table.session.white()["date"] == "2021-01-11"
    assert table.session.white()["events"]
    table.next()
    assert table.session.view("anna")["date"] == "2021-01-11"


def test_a_picture_nobody_looked_at_is_made_again_of_the_morning() -> None:
    looked, late = playing(), playing()
    pictures = [looked.session.view("anna")["picture"], looked.session.view("anna")["cards"]]
    for table in (looked, late):
        table.say("facilitator", "policy", seat="reed", names=["loud"])
        table.say("anna", "message", to=["reed"], text="hello")
        table.next()
        table.say("facilitator", "override", what="strike", seat="reed", channel="military", reason="test")
    assert [late.session.view("anna")[part] for part in ("picture", "cards")] == pictures
    assert late.session.white() == looked.session.white()
    assert (late.game.digest(), late.game.turn) == (looked.game.digest(), 1)


def test_news_reaches_those_who_may_know_and_reasons_only_their_own() -> None:
    table = playing()
    table.say("anna", "order", card="exercise|||", rationale="our secret")
    table.say("anna", "order", card="promise|||", rationale="a promise")
    table.next(2)
    news = {
        who: [(one["text"].partition("CANARY")[0], one["reason"]) for one in table.session.view(who)["news"]]
        for who in ("anna", "cleo", "olga")
    }
    assert news["anna"] == [
        ("Highland highland orders promise", "a promise"),
        ("Highland highland orders exercise", "our secret"),
    ]
    assert news["cleo"] == news["olga"] == [("Highland highland orders exercise", "")]


def test_overrides_play_the_turn_again_and_stay_on_record() -> None:
    table = playing()
    table.say("anna", "order", card="exercise|||")
    table.next()
    for fields in (
        {"what": "strike", "seat": "highland", "channel": "military", "reason": "fuel"},
        {"what": "grant", "seat": "reed", "card": "probe|||", "reason": "a good argument"},
        {"what": "inject", "title": "Fog", "to": ["reed"], "reason": "to slow them"},
    ):
        table.say("facilitator", "override", **fields)
    assert table.game.turn == 1
    assert hands(table) == {"highland": [], "reed": ["promise", "probe"]}  # the staff's order of the same channel gives way
    assert table.game.played[0][0]["reed"][1].granted
    assert [one.title for one in table.game.played[0][1]] == ["Fog"]
    table.say("facilitator", "override", what="lift", number=1, reason="second thoughts")
    assert hands(table)["highland"] == ["exercise"]
    assert [(one["number"], one["reason"]) for one in table.session.white()["overrides"]] == [
        (2, "a good argument"),
        (3, "to slow them"),
    ]
    table.next(2)
    assert [one["what"] for one in table.session.white()["history"][0]["overrides"]] == ["grant", "inject"]


def test_an_override_that_cannot_be_played_leaves_the_turn_as_it_was() -> None:
    table = playing()
    table.next()
    before = table.session.white()
    assert refusal(table, "facilitator", "override", what="inject", title="impossible", reason="try") == (
        "The turn cannot be played like this: event: cannot happen"
    )
    assert refusal(table, "facilitator", "override", what="strike", seat="reed", channel="economic", reason="x") == (
        "Reed has given no economic order that could be struck."
    )
    assert (
        refusal(table, "facilitator", "override", what="strike", seat="reed", channel="military")
        == "The reason must be text (got nothing)."
    )
    assert table.session.white() == before


def test_injects_of_the_list_and_free_ones() -> None:
    table = playing()
    table.say("facilitator", "inject", inject="leaflets")
    table.say(
        "facilitator", "inject", title="Storm", text="The ferry stays in port.", to=["reed"], pushes={"rhetoric": {"reed": 0.2}}
    )
    table.say("facilitator", "inject", title="Never")
    table.say("facilitator", "inject", drop=3)
    assert [one["title"] for one in table.session.white()["injects"]] == [f"leaflets {canary('reed')}", "Storm"]
    table.next(2)
    sent = table.game.played[0][1]
    assert [(one.title[:8], one.to, dict(one.pushes)) for one in sent] == [
        ("leaflets", ("reed",), {}), ("Storm", ("reed",), {"rhetoric": {"reed": 0.2}}),
    ]  # fmt: skip
    assert "Storm" in str(table.session.view("cleo")["news"])
    assert "Storm" not in str(table.session.view("anna")["news"])
    assert [(one["id"], one["state"], one["sent"]) for one in table.session.white()["msel"]] == [
        ("leaflets", "now", [1]),
        ("doom", "off", []),
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "x", "pushes": {"doom": {"reed": 1}}}, "An inject may not push 'doom'; it may push rhetoric"),
        ({"title": "x", "pushes": {"rhetoric": {"moon": 0.1}}}, "'rhetoric' has no row 'moon'; allowed: highland, reed, saltmarsh"),
        ({"title": "x", "pushes": {"rhetoric": {"reed": 9}}}, "A push of its words must be a number from -0.5 to 0.5 (got the number 9)."),
        ({"title": "x", "to": ["moon"]}, "The field 'to' may name all, highland, reed, saltmarsh (got text 'moon')."),
        ({"inject": "leaflet"}, "The field 'inject' must be one of doom, leaflets (got text 'leaflet'); did you mean \"leaflets\"?"),
        ({"drop": 4}, "No inject of that number waits for this turn; waiting: none."),
        ({}, "The title must be text (got nothing)."),
    ],
)  # fmt: skip
def test_how_an_inject_is_refused(fields: dict[str, Any], words: str) -> None:
    assert refusal(playing(), "facilitator", "inject", **fields) == words


def test_the_practice_turn_is_played_and_undone() -> None:
    table = Table().seat(("anna", "highland")).next()
    table.say("facilitator", "practice")
    table.say("anna", "order", card="exercise|||")
    table.say("anna", "forecast", answers={"q0": 0.5})
    table.say("anna", "message", to=["reed"], text="trying")
    view = table.session.view("anna")
    assert (view["practice"], view["turn"], view["phase"]) == (True, 0, "orders")
    assert refusal(table, "facilitator", "finish") == "Finish the practice turn first; it is not debriefed."
    assert refusal(table, "facilitator", "rewind", turn=1).startswith("The practice turn leaves nothing to go back to")
    table.next(2)
    assert table.game.turn == 1
    table.next()
    view = table.session.view("anna")
    assert (view["practice"], view["phase"], table.game.turn) == (False, "briefing", 0)
    assert (view["history"], view["messages"], view["news"], view["orders"]) == ([], [], [], [])
    table.next()
    assert table.session.view("anna")["turn"] == 1


def test_taking_back_next_leaves_what_was_given() -> None:
    table = playing()
    table.say("anna", "order", card="exercise|||")
    table.next()
    table.say("facilitator", "rewind", turn=1)
    assert (table.session.phase, table.game.turn, table.session.branches) == ("orders", 0, [])
    assert table.session.view("anna")["orders"][0]["card"] == "exercise|||"


def test_rewinding_keeps_the_old_future_as_a_branch() -> None:
    table = playing()
    for turn in (1, 2):
        table.say("anna", "order", card="exercise|||", rationale=f"turn {turn}")
        table.say("anna", "message", to=["reed"], text=f"turn {turn}")
        table.next(3)
    future = table.game.digest()
    table.say("facilitator", "rewind", turn=2)
    view = table.session.view("anna")
    assert (view["turn"], view["date"], view["orders"]) == (2, "2021-01-11", [])
    assert [one["turn"] for one in view["history"]] == [1]
    assert [one["text"] for one in view["messages"]] == ["turn 1"]
    branch = table.session.branches[0]
    assert (branch.turn, [one.number for one in branch.turns], branch.scenario["digest"]) == (2, [2], future)
    assert [one.text for one in branch.messages] == ["turn 2"]
    assert table.session.white()["branches"] == [
        {"number": 1, "turn": 2, "at": table.at, "turns": [2], "measures": {"q0": 2.0, "plain": 0.5}}
    ]
    assert refusal(table, "facilitator", "rewind", turn=2) == "You can go back to turn 1 (got 2)."


def test_rewinding_may_let_the_old_orders_stand() -> None:
    table = playing()
    table.say("anna", "order", card="exercise|||", rationale="as before")
    table.next(2)
    old = table.game.digest()
    table.say("facilitator", "rewind", turn=1, keep=True)
    assert table.session.view("anna")["orders"][0]["rationale"] == "as before"
    table.next()
    assert table.game.digest() == old


def test_a_finished_game_may_be_opened_again_from_any_turn() -> None:
    table = playing().next(3)
    table.say("facilitator", "finish")
    assert (table.session.phase, table.session.wall()["turn"]) == ("debrief", 1)
    table.say("facilitator", "rewind", turn=1)
    assert (table.session.phase, table.game.turn) == ("orders", 0)
    fresh = playing()
    assert refusal(fresh, "facilitator", "finish") == "No turn has been played yet: there is nothing to debrief."


def test_clocks_run_pause_and_are_extended() -> None:
    table = Table(timers={"orders": 100}).next(2)  # commands 1 to 3, a second each
    assert table.session.wall()["timer"] == {"ends": 103.0, "paused": False, "left": 100.0}
    table.say("facilitator", "pause")
    assert table.session.wall()["timer"] == {"ends": None, "paused": True, "left": 99.0}
    table.at += 50
    table.say("facilitator", "extend", seconds=60)
    assert table.session.wall()["timer"] == {"ends": None, "paused": True, "left": 159.0}
    table.say("facilitator", "go")
    assert table.session.wall()["timer"] == {"ends": 215.0, "paused": False, "left": 159.0}
    table.at = 300.0
    table.say("facilitator", "extend", seconds=30)  # time that ran out counts from now
    assert table.session.wall()["timer"]["ends"] == 331.0
    table.next()
    assert table.session.wall()["timer"] == {"ends": None, "paused": False, "left": None}
    table.say("facilitator", "go", seconds=10)
    assert table.session.wall()["timer"]["left"] == 10.0


def test_a_clock_that_is_set_back_does_not_turn_the_session_back() -> None:
    table = Table(timers={"orders": 100}).next(2)
    table.at = -1.0
    with pytest.raises(Exception, match="The time must be a number"):
        table.session.apply({"do": "pause", "by": "facilitator", "id": "early"}, -5.0)
    table.say("facilitator", "pause")
    assert table.session.wall()["timer"]["left"] == 100.0


def test_the_journal_tells_the_facilitator_what_happened() -> None:
    table = playing()
    table.say("anna", "order", card="exercise|||")
    table.say("facilitator", "note", text="watch them")
    table.next()
    assert [one["text"] for one in table.session.white()["log"]][-4:] == [
        "Ms Field went on to orders, turn 1", "Anna (Highland) ordered: exercise (military)", "Ms Field made a remark",
        "Ms Field went on to adjudication, turn 1",
    ]  # fmt: skip
    assert table.session.white()["remarks"][0]["text"] == "watch them"


def test_the_game_is_made_from_the_opening_command() -> None:
    asked: list[Any] = []

    def factory(command: Mapping[str, Any]) -> FakeGame:
        asked.append(dict(command))
        return FakeGame()

    session = Session(factory)
    opening = {"do": "open", "by": "lead", "id": "1", "seats": ["reed", "highland"], "seed": 7, "title": "Monday group"}
    session.apply(opening, 0.0)
    assert asked == [opening]
    assert [one["actor"] for one in session.wall()["seats"]] == ["reed", "highland"]
    assert session.wall()["title"] == "Monday group"
    assert session.view("lead")["me"] == {"id": "lead", "name": "Facilitator", "seat": "facilitator"}
    with pytest.raises(Refusal, match="There is no actor 'read'; seats may be highland, reed, saltmarsh; did you mean \"reed\""):
        Session(lambda _: FakeGame()).apply(opening | {"seats": ["read"]}, 0.0)
