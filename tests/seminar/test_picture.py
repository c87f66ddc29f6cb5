"""Fog: a seat's picture and cards are made of what its actor may see; whatever is hidden leaves no trace in them, to the bit."""

from __future__ import annotations

import ast
import datetime as dt
import json
import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import wargame
from tests.seminar.invented import loaded, play_some
from wargame.binding.bound import Bound
from wargame.seminar.game.game import Game
from wargame.simulation.record import Event

CANARY = "canary-7f3a"
ACTORS = ("compact", "ilmeria", "karsia", "selmora", "torvane")


@cache
def game_after(turns: int, seed: int) -> Game:
    game = Game(loaded("strait"), seed=seed)
    play_some(game, turns, random.Random(seed))
    return game


def hidden_rows(bound: Bound, actor: str) -> NDArray[np.intp]:
    """Rows of the state that an actor may not see, by the declarations of the fields and the rules of the language of policies.

    Beside what ``Field.seen`` says, an actor knows its own forces, its own policy's numbers, when it took an action itself and
    when others took a public one.
    """
    me, layout, cast = bound.cast.actors.index(actor), bound.layout, bound.cast
    party = me in (*cast.group("patron"), *cast.group("client"))
    seen = np.zeros(layout.slots, dtype=np.bool_)
    public = [cast.actions.index(name) for name, action in bound.scenario.actions.items() if action.public]
    for name, field in layout.fields.items():
        rows = np.arange(layout.slots)[layout.span(name)].reshape(layout.shape(name))
        if field.seen == "all" or (field.seen == "parties" and party) or name.startswith(f"let.{actor}."):
            seen[rows] = True
        elif field.seen in ("owner", "belief"):
            seen[rows[me]] = True
        elif name in ("troops", "en_route", "linger", "contingent", "garrison"):
            seen[rows[:, me]] = True
        elif name == "since":
            seen[rows[me]] = True
            seen[rows[:, public]] = True
    return np.flatnonzero(~seen)


def shown(game: Game, actor: str) -> str:
    return json.dumps([game.picture(actor), game.cards(actor)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actor=st.sampled_from(ACTORS), turns=st.sampled_from([0, 1, 4, 9]), luck=st.integers(0, 2**32 - 1))
def test_hidden_state_leaves_no_trace_in_what_a_seat_is_shown(actor: str, turns: int, luck: int) -> None:
    game = game_after(turns, seed=turns)
    before = shown(game, actor)
    rows, rng = hidden_rows(game.bound, actor), np.random.default_rng(luck)
    assert len(rows) > 500
    trace, state = game.trace, game.model.world.state
    kept, days, events = state.copy(), trace.days.copy(), list(trace.events)
    try:
        state[rows] = rng.choice([0.0, 1.0, 2.0, 777.0, 123456.0], size=(len(rows), 1))
        if len(days):
            trace.days[:, rows] = rng.choice([0.0, 1.0, 3.0, 999.0], size=(len(trace.days), len(rows), 1))
        trace.events = [_otherwise(event, actor) for event in events if event.told(actor) is not None or rng.random() < 0.5]
        assert shown(game, actor) == before
    finally:
        state[:] = kept
        trace.days[:] = days
        trace.events = events


def _otherwise(event: Event, actor: str) -> Event:
    """An event that an actor cannot tell from the given one: what it is not told of it reads otherwise."""
    event = replace(event, more={"weights": {CANARY: 1.0}})
    if event.told(actor) is None:
        return replace(event, fact=CANARY, reason=CANARY, actor=actor, sources=(CANARY,))
    if actor not in event.seen and "all" not in event.seen:
        return replace(event, fact=CANARY, reason=CANARY, sources=(CANARY,))
    if event.kind == "order" and event.actor != actor:
        return replace(event, reason=CANARY, sources=(CANARY,))
    return event


def test_the_canaries_would_be_seen_if_the_fog_leaked() -> None:
    """The same change of the state does show in the truth: the test above can fail."""
    game = game_after(4, seed=4)
    before = json.dumps(game.truth())
    kept = game.model.world.state.copy()
    game.model.world.state[hidden_rows(game.bound, "compact")] = 777.0
    assert json.dumps(game.truth()) != before
    game.model.world.state[:] = kept


def test_own_forces_are_exact_and_others_are_estimates() -> None:
    game = game_after(4, seed=4)
    cast, troops = game.bound.cast, game.model.world["troops"][:, :, 0]
    for actor in ACTORS:
        me = cast.actors.index(actor)
        for place in game.picture(actor)["map"]:
            site = cast.sites.index(place["site"])
            assert place["own"] == round(float(troops[site, me]))
            if place["estimate"] is not None:
                assert place["estimate"]["low"] <= place["estimate"]["median"] <= place["estimate"]["high"]
                assert actor != "karsia"


def test_unknown_places_are_absent_until_they_are_known() -> None:
    game = game_after(0, seed=0)
    cast, known = game.bound.cast, game.model.world["known"]
    me = cast.actors.index("compact")
    parties = {cast.actors.index(name) for name in ("karsia", "selmora")}
    scenario = game.bound.scenario
    secret = [
        name for i, name in enumerate(cast.sites)
        if cast.site_country[i] in parties and scenario.sites[name].military and known[me, i, 0] == 0.0
        and game.model.world["basing_public"][i, 0] == 0.0 and game.model.world["public_site"][i, 0] == 0.0
    ]  # fmt: skip
    shown_sites = {place["site"] for place in game.picture("compact")["map"]}
    assert shown_sites.isdisjoint(secret)
    assert {place["site"] for place in game.picture("karsia")["map"]} == set(cast.sites)
    if secret:
        known[me, cast.sites.index(secret[0]), 0] = 1.0
        assert secret[0] in {place["site"] for place in game.picture("compact")["map"]}
        known[me, cast.sites.index(secret[0]), 0] = 0.0


def test_beliefs_are_shown_with_their_spread_and_never_the_truth() -> None:
    game = Game(loaded("strait"), seed=1)
    world, cast = game.model.world, game.bound.cast
    me, client = cast.actors.index("compact"), cast.actors.index("selmora")
    world["believed.stability"][me, client] = 0.4321
    world["unsure.stability"][me, client] = 0.05
    world["stability"][client] = 0.9876
    dials = {dial["id"]: dial for dial in game.picture("compact")["gauges"]}
    dial = dials["belief.stability.selmora"]
    assert (dial["value"], dial["spread"], dial["of"], dial["belief"]) == (0.4321, 0.05, "Selmora", True)
    assert dial["low"] == pytest.approx(0.4321 - 1.2816 * 0.05, abs=1e-4)  # 80 % of a normal distribution
    assert "0.9876" not in json.dumps(game.picture("compact"))
    assert "0.9876" in json.dumps(game.picture("selmora"))


def test_what_is_declared_is_public_and_what_is_true_is_not() -> None:
    game = game_after(4, seed=4)
    for actor in ACTORS:
        (one,) = [entry for entry in game.picture(actor)["declarations"] if entry["exercise"] == "grey_gull"]
        assert one["declared"] == round(float(game.model.world["declared_host"][game.bound.cast.exercises.index("grey_gull"), 0]))
        assert one["verdict"] in ("below", "met", "late", "notifiable", "observable", "breached", "evaded")
        assert one["paragraphs"]
        assert one["clause"]
        assert dt.date.fromisoformat(one["start"]) <= dt.date.fromisoformat(one["end"])


def test_a_picture_is_plain_data_and_its_numbers_count_only_what_was_told() -> None:
    game = game_after(9, seed=9)
    for actor in ACTORS:
        picture = game.picture(actor)
        assert json.loads(json.dumps(picture)) == picture
        numbers = [report["id"] for report in picture["reports"]]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers == list(range(numbers[0], numbers[0] - len(numbers), -1))
        for dial in picture["gauges"]:
            assert len(dial["series"]) == len(game.trace.days)
            assert dial["label"]
    truth = game.truth()
    assert {one["track"] for one in truth["tracks"]} == set(game.bound.cast.tracks)
    assert len(truth["reports"]) == min(len(game.events), 120)


def test_everybody_hears_of_a_public_order_and_only_its_giver_why() -> None:
    game = game_after(9, seed=9)
    public = [e for e in game.events if e.kind == "order" and e.seen == ("all",) and e.reason]
    assert public
    for event in public:
        for actor in ("", *ACTORS):
            assert event.told(actor) == (event.fact, event.reason if actor == event.actor else "")
            assert event.cited(actor) == (event.sources if actor == event.actor else ())
    for event in [e for e in game.events if e.kind == "order" and not game.bound.scenario.actions[e.more["action"]].public]:
        assert event.told("") is None


def test_the_truth_of_a_declaration_is_told_to_host_and_guest_only() -> None:
    game = Game(loaded("zapad_2021"), seed=1)
    while game.date <= dt.date(2021, 9, 17):
        game.play({})
    (verdict,) = [event for event in game.events if event.kind == "verdict" and "Vienna Document on" in event.fact]
    assert verdict.seen == ("belarus", "russia")
    told = verdict.told("poland")
    assert told is not None
    assert "by the declared numbers" in told[0]
    assert told[1] == ""
    assert "in truth" in verdict.reason


def _says() -> list[tuple[str, Any]]:
    found = []
    root = Path(wargame.__file__).parent
    for path in [*sorted((root / "mechanisms").glob("*.py")), root / "simulation" / "day.py", root / "world" / "orders.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                found.append((f"{path.name}:{node.lineno}", node))
    return found


@pytest.mark.parametrize(("place", "call"), _says(), ids=[place for place, _ in _says()])
def test_everything_that_is_said_says_who_may_know_it(place: str, call: Any) -> None:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    assert "seen" in keywords, place
    everybody = isinstance(keywords["seen"], ast.Constant) and keywords["seen"].value == "all"
    if everybody and len(call.args) > 2:
        words = ast.unparse(call.args[2]) + ast.unparse(keywords["reason"]) if "reason" in keywords else ast.unparse(call.args[2])
        assert not any(word in words for word in ("{true", "in truth", "{threat", "{stability", "{loyalty", "{force"))
