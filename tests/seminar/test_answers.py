"""Orders that answer something: offered where there is something to answer, greyed out with the reason where there is not."""

from __future__ import annotations

from typing import Any

import pytest

from wargame.scenario.load import load
from wargame.scenario.schema import HandOrder
from wargame.seminar.game.game import Game
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.session import Session

PATRON, CLIENT = "karsia", "selmora"
ASK = HandOrder(action="ask_item", item="joint_watch")
NOTHING = "Not possible as things stand: "


def cards(game: Game, actor: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in game.cards(actor)}


@pytest.fixture
def game() -> Game:
    return Game(load("strait"), seed=1)


def test_what_nobody_asked_for_can_be_neither_signed_nor_refused_and_what_somebody_asked_for_can(game: Game) -> None:
    before = cards(game, CLIENT)["accept_item||joint_watch|"]
    assert (before["legal"], before["why"]) == (False, f"{NOTHING}nobody asks for this now.")
    assert cards(game, PATRON)["ask_item||joint_watch|"]["legal"] is True
    game.play({PATRON: [ASK], CLIENT: ()})
    assert (after := cards(game, CLIENT))["accept_item||joint_watch|"]["legal"] is True
    assert after["accept_item||naval_base|"]["legal"] is False
    again = cards(game, PATRON)["ask_item||joint_watch|"]
    assert (again["legal"], again["why"]) == (False, f"{NOTHING}it has been asked for already, or is agreed.")


def test_nobody_signs_for_the_other_side(game: Game) -> None:
    """What the patron asks for is the client's to sign or refuse, and the patron's to drop; never the other way round."""
    asker, asked = ({one["action"] for one in game.cards(who) if one["item"]} for who in (PATRON, CLIENT))
    assert "ask_item" in asker
    assert not {"accept_item", "accept_under_label", "refuse_item"} & asker
    assert {"accept_item", "accept_under_label"} <= asked
    assert not {"ask_item", "drop_item"} & asked


def test_an_explanation_is_given_when_one_is_asked_for(game: Game) -> None:
    quiet = cards(game, PATRON)["give_full_explanation|||"]
    assert (quiet["legal"], quiet["why"]) == (False, f"{NOTHING}no request for an explanation waits for a reply.")
    assert cards(game, PATRON)["attend_explanation_meeting|||"]["why"] == f"{NOTHING}no meeting has been called."
    asks = next(one for one in game.cards("torvane") if one["action"] == "ask_explanation" and one["target"] == PATRON)
    assert asks["legal"] is True
    late = Game(load("strait"), seed=1, turn_days=1)
    late.play({"torvane": [HandOrder(action="ask_explanation", target=PATRON)], PATRON: ()})
    assert cards(late, PATRON)["give_full_explanation|||"]["legal"] is True


def test_a_drill_is_prolonged_while_it_runs(game: Game) -> None:
    assert cards(game, PATRON)["extend_exercise|||"]["why"] == f"{NOTHING}no drill of ours is running."
    while game.date.isoformat() < "2041-05-27":
        game.play({})
    assert cards(game, PATRON)["extend_exercise|||"]["legal"] is True


def test_what_also_does_something_by_itself_stands(game: Game) -> None:
    """Denying is empty without an accusation; publishing what one knows, or brushing talk of war aside, is not."""
    assert cards(game, "torvane")["deny_accusation|||"]["legal"] is False
    assert cards(game, PATRON)["dismiss_war_talk|||"]["legal"] is True


def test_an_empty_order_is_refused_with_the_reason() -> None:
    session = Session(lambda _: Game(load("strait"), seed=1))
    for number, command in enumerate(
        [{"do": "open", "by": "f"}, {"do": "join", "by": "p", "seat": CLIENT, "name": "Ada"}, {"do": "next", "by": "f"},
         {"do": "next", "by": "f"}]
    ):  # fmt: skip
        session.apply({**command, "id": str(number)}, float(number))
    with pytest.raises(
        Refusal, match=r"^This order is not possible now: Not possible as things stand: nobody asks for this now\.$"
    ):
        session.apply({"do": "order", "by": "p", "id": "x", "card": "accept_item||joint_watch|"}, 9.0)


@pytest.mark.parametrize("name", ["strait", pytest.param("zapad_2021", marks=pytest.mark.long)])
def test_no_documented_policy_gives_an_order_that_people_are_not_offered(name: str) -> None:
    game = Game(load(name), seed=0)
    while not game.over:
        for actor in game.actors:
            offered = {(one["action"], one["target"], one["item"], one["site"]): one for one in game.cards(actor)}
            for order in game.staff(actor):
                assert offered[order.action, order.target, order.item, order.site]["legal"] is not False
        game.play({})
