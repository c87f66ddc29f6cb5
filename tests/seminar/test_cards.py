"""Order cards: everything an actor may order and nothing else, with conditions judged by what it sees."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from tests.seminar.invented import loaded, play_some
from wargame.binding.hands import order_by_hand
from wargame.binding.menus import may_order
from wargame.scenario.schema import HandOrder
from wargame.seminar.game.export import with_data
from wargame.seminar.game.game import Game

KEYS = {
    "id", "action", "channel", "title", "target", "item", "site", "sized", "cost", "legal", "why", "occasion", "consent", "public",
    "sources", "reason", "advice",
}  # fmt: skip


def changed(**actions: dict[str, Any]) -> Game:
    """The small theatre with some of its actions changed or added."""
    data: Any = copy.deepcopy(loaded().resolved)
    for name, more in actions.items():
        data["actions"][name] = data["actions"].get(name, {}) | more
    return Game(with_data(loaded(), data), seed=3)


def card(game: Game, actor: str, identifier: str) -> dict[str, Any]:
    return next(one for one in game.cards(actor) if one["id"] == identifier)


@pytest.mark.parametrize("turns", [0, 5])
def test_every_card_is_an_order_that_the_game_takes(turns: int) -> None:
    game = Game(loaded("strait"), seed=1)
    play_some(game, turns, random.Random(1))
    for actor in game.actors:
        cards = game.cards(actor)
        assert json.loads(json.dumps(cards)) == cards
        assert len({one["id"] for one in cards}) == len(cards)
        for one in cards:
            assert set(one) == KEYS
            order = HandOrder(action=one["action"], target=one["target"], item=one["item"], site=one["site"])
            made = order_by_hand(game.bound, actor, order)
            assert game.bound.scenario.actions[made.action].channel == one["channel"]
            assert one["title"]
            assert "{" not in one["title"]
            assert len(one["cost"]) == len(game.bound.scenario.actions[made.action].impulses)


def test_every_order_that_an_actor_may_give_has_a_card_and_no_other() -> None:
    game = Game(loaded("strait"), seed=1)
    for actor in game.actors:
        may = {name for name, action in game.bound.scenario.actions.items() if may_order(actor, action, game.bound.scenario)}
        assert {one["action"] for one in game.cards(actor)} <= may
        menu = game.bound.menus[game.bound.cast.actors.index(actor)]
        assert {candidate.action for candidate in menu.candidates} <= {one["action"] for one in game.cards(actor)}


def test_a_condition_over_what_the_actor_sees_is_judged_and_explained() -> None:
    game = changed(threaten={"legal": "tension > 0.99"})
    found = card(game, "league", "threaten|||")
    assert found["legal"] is False
    assert found["why"].startswith("Not possible as things stand: it needs tension > 0.99. At present tension is 0.")
    assert "(Tension in the region)" in found["why"]
    assert card(changed(threaten={"legal": "tension < 0.99"}), "league", "threaten|||")["legal"] is True


@pytest.mark.parametrize(
    "legal", ["guest_troops > 10", "port.stability > 0.9", "basing(quay) >= 1", "not within(days_since(empire.ask), 3)"]
)
def test_a_condition_over_what_it_does_not_see_is_neither_true_nor_false(legal: str) -> None:
    game = changed(threaten={"legal": legal}, ask={"public": False})
    found = card(game, "league", "threaten|||")
    assert found["legal"] is None
    assert found["why"] == "Whether it can take effect depends on things that cannot be known from here."


def test_a_condition_over_its_own_secrets_is_known_to_their_owner() -> None:
    game = changed(threaten={"legal": "port.stability > 0.1"})
    assert card(game, "port", "threaten|||")["legal"] is True
    assert card(game, "empire", "threaten|||")["legal"] is None


def test_occasion_and_advice_follow_the_documented_rules() -> None:
    game = changed()
    assert card(game, "empire", "ask||depot|")["occasion"] is True  # nothing has been asked yet
    assert card(game, "empire", "ask||depot|")["advice"] == 1
    assert card(game, "port", "accept||depot|")["occasion"] is False
    assert card(game, "port", "accept||depot|")["advice"] is None
    assert card(game, "port", "threaten|||")["occasion"] is True  # its policy has no rule for it
    game.play({"empire": [HandOrder(action="ask", item="depot")], "port": [], "league": []})
    assert card(game, "empire", "ask||depot|")["occasion"] is False
    assert card(game, "port", "accept||depot|")["occasion"] is True


def test_cost_and_consent_are_told_in_words() -> None:
    game = changed(embargo={"consent": "client", "agrees": "threat > 0", "quorum": 1})
    found = card(game, "league", "embargo|port||")
    assert found["title"] == "Imposes an embargo on The Free Port"
    assert found["cost"] == ["New sanctions against the actor (negative: relief): +0.1 for The Free Port."]
    assert found["consent"] == "The Free Port"
    assert found["sized"] is True
    assert card(game, "empire", "ask||depot|")["sized"] is False
    assert card(game, "empire", "threaten|||")["consent"] == ""


def test_places_that_an_actor_has_not_heard_of_are_on_no_card() -> None:
    game = changed(shell={"channel": "military", "says": "shells {site}", "needs": ["site"], "impulses": {}, "judgement": "x"})
    sites = {actor: {one["site"] for one in game.cards(actor) if one["action"] == "shell"} for actor in game.actors}
    assert sites["port"] == {"citadel", "quay", "moor", "lantern"}
    known = {one["site"] for one in game.picture("league")["map"]}
    assert sites["league"] == known
