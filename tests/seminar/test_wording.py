"""What the pages say in words: titles of orders, the first morning, true values beside beliefs, policies that can be followed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.seminar.invented import loaded
from wargame.errors import InputError
from wargame.plots.ensemble_base import percent
from wargame.seminar.game.export import followable
from wargame.seminar.game.game import Game
from wargame.seminar.views.groups import channels
from wargame.studies.words import number


@cache
def opened() -> Game:
    return Game(loaded("strait"), seed=1)


def card(title: str, number: int) -> dict[str, Any]:
    return {
        "id": f"ask|{number}", "action": "ask", "channel": "diplomatic", "title": title, "legal": True, "why": "", "consent": "",
        "advice": None, "occasion": True, "sized": False, "cost": (),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["Asks for a loan"], "Asks for a loan"),
        (["Asks for a loan", "Asks for a base at Ferrol"], "Asks for a …"),
        (["Asks Torvane for an answer", "Asks Karsia for an answer"], "Asks … for an answer"),
        (["Asks for it", "Asks for it"], "Asks for it"),
    ],
)
def test_the_orders_of_an_action_stand_under_the_words_that_they_share(titles: list[str], name: str) -> None:
    view = {"orders": [], "cards": [card(title, i) for i, title in enumerate(titles)]}
    groups = channels(view)[0]["first"]
    assert [(group["name"], len(group["cards"])) for group in groups] == [(name, len(titles))]


def test_before_the_first_day_everybody_sees_its_own_garrisons_and_nobody_anything_else_as_its_own() -> None:
    game = opened()
    layout, cast, state = game.bound.layout, game.bound.cast, game.model.world.state
    assert state[layout.span("troops")].max() == 0.0, "the engine has not yet counted them"
    stationed = 0
    for actor in game.actors:
        me = cast.actors.index(actor)
        for place in game.picture(actor)["map"]:
            site = cast.sites.index(place["site"])
            sent, stayed, home = (
                float(state[layout.row(name, site, me), 0]) for name in ("contingent", "linger", "garrison")
            )  # fmt: skip
            assert place["own"] == round(max(sent, stayed) + home)
            stationed += place["own"]
    assert 0 < stationed <= sum(place["own"] for place in game.truth()["map"])


def test_the_truth_has_the_value_of_everything_that_a_seat_believes() -> None:
    game = opened()
    true = {gauge["id"]: gauge for gauge in game.truth()["gauges"]}
    held = [gauge for actor in game.actors for gauge in game.picture(actor)["gauges"] if gauge["id"].startswith("belief.")]
    assert held
    for gauge in held:
        _, field, subject = gauge["id"].split(".")
        row = game.bound.layout.row(field, game.bound.cast.actors.index(subject))
        assert true[gauge["id"]]["value"] == pytest.approx(float(game.model.world.state[row, 0]), rel=1e-5)
        assert true[gauge["id"]]["spread"] is None


def test_a_policy_is_offered_to_those_who_can_follow_it() -> None:
    game = Game(loaded("strait"), seed=1)
    offered = {actor: followable(game.bound, actor) for actor in game.actors}
    for actor, names in offered.items():
        assert set(game.policies(actor)) <= set(names)
        for name in names:
            game.set_policy(actor, [name])  # raises InputError for one that does not fit
    others = [name for name, policy in game.bound.scenario.policies.items() if policy.kind != "human"]  # those are no advice
    refused = [(actor, name) for actor in game.actors for name in others if name not in offered[actor]]
    assert refused
    for actor, name in refused:
        with pytest.raises(InputError):
            game.set_policy(actor, [name])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0042, "0.0042"),
        (-0.00042, "-0.00042"),
        (1e-9, "0"),
        (0.0634, "0.063"),
        (12.345, "12.35"),
        (15900.4, "15,900"),
    ],
)
def test_a_small_number_keeps_two_digits_that_count(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.004, "< 1 %"), (0.3, "30 %"), (0.999, "> 99 %"), (1.0, "100 %")]
)  # fmt: skip
def test_what_happens_in_some_runs_is_neither_none_nor_all_of_them(share: float, text: str) -> None:
    assert percent(share) == text
