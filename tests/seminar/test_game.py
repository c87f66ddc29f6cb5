"""The live game is the same history as the scenario it is stored as; going back, swapping policies and looking ahead change nothing."""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.seminar.invented import SMALL, loaded, play_some
from wargame.api import run
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.errors import InputError
from wargame.report.proof.runs import compare
from wargame.results.folder import open_folder
from wargame.results.run import write_run
from wargame.scenario.load import dump, load
from wargame.scenario.schema import HandOrder, InjectOrder
from wargame.seminar.game import futures
from wargame.seminar.game.export import with_data
from wargame.seminar.game.free_injects import SAFE_PUSHES
from wargame.seminar.game.game import FreeInject, Game
from wargame.simulation.record import Record

DEPOT = HandOrder(action="ask", item="depot")


def small(seed: int = 3) -> Game:
    return Game(loaded(), seed=seed)


def with_second_policy() -> Game:
    """The small theatre with another policy that the port may follow: it never accepts, and threatens instead."""
    data = copy.deepcopy(loaded().resolved)
    data["policies"]["stubborn"] = {  # type: ignore[index]
        "says": "Holds out.", "judgement": "x", "temperature": 0,
        "informational": {"threaten": {"weight": 1, "says": "it holds out", "judgement": "x"}},
    }  # fmt: skip
    return Game(with_data(loaded(), data), seed=3)


def known(measures: Mapping[str, float]) -> dict[str, float | None]:
    """Return measures with nothing in the place of what is missing: that is equal to itself."""
    return {name: None if math.isnan(value) else value for name, value in measures.items()}


def assert_same(live: Record, other: Record) -> None:
    """Measures, events and everything that mechanisms keep are equal to the bit."""
    assert known(other.measures) == known(live.measures)
    assert other.fingerprint == live.fingerprint
    assert other.events == live.events
    assert other.bound.text_hash == live.bound.text_hash
    for mechanism in other.bound.mechanisms:
        for field in mechanism.fields:
            assert np.array_equal(live.series(field.name), other.series(field.name), equal_nan=True), field.name


def stored(game: Game, live: Record, tmp_path: Path) -> Bound:
    """The scenario of a game, written to a file and loaded again."""
    file = tmp_path / "game.yaml"
    file.write_text(dump(game.scenario() if game.over else dict(live.bound.resolved)), encoding="utf-8")
    return bind(load(file))


@pytest.mark.parametrize(("name", "seed"), [(SMALL, 1), (SMALL, 2), ("strait", 3)])
def test_a_game_is_the_history_of_its_stored_scenario(name: str | Path, seed: int, tmp_path: Path) -> None:
    game, luck = Game(loaded(name), seed=seed), random.Random(seed)
    play_some(game, game.turns, luck)
    live = game.record()
    assert_same(live, run(stored(game, live, tmp_path), seed=seed))


def test_verify_accepts_the_folder_of_a_game_that_is_not_over(tmp_path: Path) -> None:
    game = small()
    play_some(game, 3, random.Random(5))
    live = game.record()
    folder = write_run(live, tmp_path / "out", command="seminar", started=dt.datetime.now(dt.UTC), report=None)
    again = run(bind(load(open_folder(folder).scenario_file)), seed=3)
    compare(open_folder(folder), again)  # raises where anything differs
    assert len(again.days) == 3 * game.turn_days


def test_without_people_it_is_the_scenario_itself() -> None:
    game = small(seed=9)
    while not game.over:
        game.play({})
    assert_same(game.record(), run(bind(loaded()), seed=9))


def test_orders_by_hand_take_the_place_of_the_policy_for_that_morning_only() -> None:
    game = small()
    game.play({"empire": [DEPOT], "league": []})
    first = [event for event in game.events if event.kind == "order" and event.date == dt.date(2031, 3, 1)]
    assert [(event.actor, event.more["rule"]) for event in first] == [("empire", "2031-03-01@hand0")]
    game.play({})
    assert all(event.more["policy"] != "by hand" for event in game.events if event.kind == "order" and event not in first)


def test_a_granted_order_takes_effect_whatever_its_conditions() -> None:
    data = copy.deepcopy(loaded().resolved)
    data["actions"]["ask"]["legal"] = "tension > 2"  # type: ignore[index]
    for granted, done in ((False, 0.0), (True, 1.0)):
        game = Game(with_data(loaded(), data))
        game.play({"empire": [DEPOT.model_copy(update={"granted": granted})], "port": [], "league": []})
        assert game.trace.days[0][game.bound.layout.row("asked", 0), 0] == done


def test_the_size_of_an_order_multiplies_what_it_pushes() -> None:
    level = {}
    for size in (0.5, 1.0, 2.0):
        game = small()
        game.play({"empire": [HandOrder(action="threaten", size=size)], "port": [], "league": []})
        row = game.bound.layout.row("rhetoric", game.bound.cast.actors.index("empire"))
        level[size] = float(game.trace.days[0][row, 0])
    assert level[0.5] < level[1.0] < level[2.0]


def test_going_back_and_playing_the_same_again_is_the_same_game() -> None:
    game = small()
    play_some(game, 2, random.Random(1))
    there = game.measures()
    play_some(game, 3, random.Random(2))
    whole = game.record()
    game.rewind(2)
    assert game.turn == 2
    assert known(game.measures()) == known(there)
    play_some(game, 3, random.Random(2))
    assert_same(game.record(), whole)
    game.rewind(0)
    assert game.events == ()
    assert game.date == dt.date(2031, 3, 1)


def test_after_going_back_the_old_future_is_forgotten(tmp_path: Path) -> None:
    game = small()
    play_some(game, 4, random.Random(1))
    game.rewind(1)
    play_some(game, game.turns - 1, random.Random(8))
    live = game.record()
    assert_same(live, run(stored(game, live, tmp_path), seed=3))


def test_a_new_policy_leaves_the_past_as_it_was_and_decides_from_now_on(tmp_path: Path) -> None:
    game = with_second_policy()
    for _ in range(3):
        game.play({})
    before, days = game.measures(), game.trace.days.copy()
    game.set_policy("port", ["stubborn"])
    assert known(game.measures()) == known(before)
    assert game.policies("port") == ("stubborn",)
    own = [field.name for mechanism in game.bound.mechanisms for field in mechanism.fields]
    assert all(
        np.array_equal(days[:, game.bound.layout.span(name)], game.trace.days[:, game.bound.layout.span(name)], equal_nan=True)
        for name in own
    )
    game.play({})
    late = [e for e in game.events if e.actor == "port" and e.kind == "order" and e.date == dt.date(2031, 3, 22)]
    assert [event.more["policy"] for event in late] == ["stubborn"]
    play_some(game, 2, random.Random(4))
    live = game.record()
    assert_same(live, run(stored(game, live, tmp_path), seed=3))


def test_what_was_done_before_the_start_stands_under_a_new_policy(tmp_path: Path) -> None:
    """In a theatre with weeks of lead-in, others remember what an actor did then, under the policy that it followed then."""
    data = copy.deepcopy(loaded("strait").resolved)
    old = list(bind(loaded("strait")).scenario.actors["selmora"].policy)
    data["policies"]["coin"] = {"kind": "random", "extends": old, "judgement": "x"}  # type: ignore[index]
    game = Game(with_data(loaded("strait"), data), seed=2)
    game.play({})
    since = game.model.world["since"].copy()
    game.set_policy("selmora", ["coin"])
    assert np.array_equal(game.model.world["since"], since, equal_nan=True)
    game.play({})
    live = game.record()
    assert_same(live, run(stored(game, live, tmp_path), seed=2))


def test_going_back_before_a_new_policy_undoes_it() -> None:
    game = with_second_policy()
    game.play({})
    game.play({})
    there = game.measures()
    game.set_policy("port", ["stubborn"])
    game.play({})
    game.rewind(1)
    assert game.policies("port") == ("merchant",)
    game.play({})
    assert known(game.measures()) == known(there)


def test_an_event_is_heard_by_those_it_is_for() -> None:
    game = small()
    happened = game.play({}, [FreeInject("A ship burns", "at the quay", to=("port",)), FreeInject("A bell rings")])
    told = {name: [one["text"] for one in game.news(happened, name) if one["kind"] == "inject"] for name in (*game.actors, "")}
    assert told["port"] == ["A ship burns", "A bell rings"]
    assert told["league"] == told["empire"] == told[""] == ["A bell rings"]


def test_an_event_may_force_orders() -> None:
    game = small()
    free = FreeInject("An envoy speaks out of turn", orders=(InjectOrder(actor="empire", action="ask", item="depot"),))
    game.play({"empire": [], "port": [], "league": []}, [free])
    assert game.trace.days[0][game.bound.layout.row("asked", 0), 0] == 1.0


def test_the_staff_orders_what_the_policy_would_have_ordered() -> None:
    game = small()
    for _ in range(game.turns):
        date = game.date
        staff = {actor: game.staff(actor) for actor in game.actors}
        orders = [event for event in game.play({}) if event.kind == "order" and event.date == date]
        for actor, given in staff.items():
            assert [event.more["action"] for event in orders if event.actor == actor] == [order.action for order in given]
    assert game.staff("empire") == ()


def test_giving_the_staff_s_orders_by_hand_changes_nothing() -> None:
    alone, led = small(), small()
    for _ in range(alone.turns):
        alone.play({})
        led.play({actor: led.staff(actor) for actor in led.actors})
    assert known(alone.measures()) == known(led.measures())


def test_the_futures_are_what_branches_with_other_luck_come_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(futures, "BLOCK", 5)  # so that three blocks are needed
    game = small()
    play_some(game, 2, random.Random(1))
    found = game.cone({"port": []}, runs=12)
    ends = []
    for k in range(12):
        model = game.model.branch(replication=1 + k)
        model.hands = {game.bound.cast.actors.index("port"): ()}
        ends.append({name: float(row[0]) for name, row in model.in_numpy().play().measures.items()})
    assert found["runs"] == 12
    for name, odds in found["odds"].items():
        values = [end[name] for end in ends]
        assert odds["mean"] == pytest.approx(float(np.mean(values)), rel=1e-5, abs=1e-6), name
        assert odds["now"] == pytest.approx(game.measures()[name], rel=1e-5, abs=1e-6)
    assert found["fan"]["tension"]["dates"] == [(dt.date(2031, 3, 15) + dt.timedelta(days=i)).isoformat() for i in range(28)]


def test_before_the_first_day_nothing_stands_at_any_value_yet() -> None:
    assert {odds["now"] for odds in small().cone({}, runs=2)["odds"].values()} == {None}


def test_looking_ahead_changes_nothing_and_may_be_done_later() -> None:
    game = small()
    play_some(game, 2, random.Random(1))
    before = game.measures()
    later = game.cone_later({"empire": [DEPOT]}, [FreeInject("x", pushes={"tension": {"world": 0.1}})], runs=20)
    at_once = later()
    assert known(game.measures()) == known(before)
    game.play({})
    assert later() == at_once
    assert json.loads(json.dumps(at_once)) == at_once


def test_a_branch_goes_on_as_the_history_does() -> None:
    game = small()
    play_some(game, 2, random.Random(1))
    branch = game.model.branch(trace=(0,))
    while not game.over:
        game.play({})
    branch.play()
    assert {name: float(row[0]) for name, row in branch.measures.items()} == game.measures()


def test_a_branch_into_a_scenario_with_more_in_it_goes_by_names() -> None:
    game = small()
    play_some(game, 2, random.Random(1))
    data = copy.deepcopy(loaded().resolved)
    data["injects"]["another"] = {"title": "Another", "date": "2031-04-10", "judgement": "x"}  # type: ignore[index]
    branch = game.model.branch(bound=bind(with_data(loaded(), data)))
    while not game.over:
        game.play({})
    branch.play()
    assert {name: float(row[0]) for name, row in branch.measures.items()} == game.measures()


def test_a_branch_has_one_run_or_as_many() -> None:
    game = small()
    with pytest.raises(ValueError, match=r"expected 1 or 2 runs \(got 3\)"):
        game.model.branch(2).branch(3)


@pytest.mark.parametrize(
    ("order", "what"),
    [
        (HandOrder(action="aks"), 'order.action: unknown action "aks"; did you mean "ask"?'),
        (HandOrder(action="ask"), 'order: "ask" needs a item'),
        (HandOrder(action="ask", item="depo"), 'order.item: unknown item "depo"; did you mean "depot"?'),
        (HandOrder(action="accept", item="depot"), 'order: empire may not order "accept"; allowed: client'),
        (HandOrder(action="watch", target="nobody"), 'order.target: unknown actor or role "nobody"'),
    ],
)
def test_an_order_that_cannot_be_given_is_refused_and_nothing_happens(order: HandOrder, what: str) -> None:
    game = small()
    with pytest.raises(InputError) as refused:
        game.play({"empire": [order]})
    assert what in str(refused.value)
    assert game.turn == 0


def test_other_refusals_say_what_is_wrong() -> None:
    game = with_second_policy()
    for what, message in (
        (lambda: game.play({"empire": [DEPOT, DEPOT]}), "order: empire: one diplomatic order a turn is allowed"),
        (lambda: game.play({"empre": []}), 'unknown actor "empre"; did you mean "empire"?'),
        (lambda: game.play({}, [FreeInject("x", pushes={"invade": {"port": 1}})]), 'may not push "invade"'),
        (
            lambda: game.play({}, [FreeInject("x", pushes={"tension": {"world": 5}})]),
            "tension must lie between -0.2 and 0.2 (got 5)",
        ),
        (lambda: game.play({}, [FreeInject("x", pushes={"tension": {"moon": 0.1}})]), 'unknown row of this impulse "moon"'),
        (lambda: game.play({}, [FreeInject("x", to=("moon",))]), 'unknown actor or role "moon"'),
        (lambda: game.set_policy("port", ["stuborn"]), 'unknown policy "stuborn"; did you mean "stubborn"?'),
        (lambda: game.set_policy("port", ["imperial"]), "may not order"),
        (lambda: game.rewind(1), "expected a turn from 0 to 0 (got 1)"),
        (lambda: game.picture("moon"), 'unknown actor "moon"'),
        (lambda: game.record(), "no day has been played"),
        (lambda: game.cone({}, runs=0), "expected at least 1 future (got 0)"),
    ):
        with pytest.raises(InputError) as refused:
            what()
        assert message in str(refused.value)
    assert game.turn == 0
    assert game.policies("port") == ("merchant",)


def test_a_finished_game_is_over() -> None:
    game = small()
    while not game.over:
        game.play({})
    assert game.turn == game.turns == 6
    assert game.date == dt.date(2031, 4, 11)
    for what in (lambda: game.play({}), lambda: game.cone({})):
        with pytest.raises(InputError, match="the game is over"):
            what()


def test_turns_may_be_shorter_or_longer_than_decisions_are_apart(tmp_path: Path) -> None:
    for days, turns in ((3, 14), (10, 5)):
        game = Game(loaded(), seed=3, turn_days=days)
        assert game.turns == turns
        play_some(game, turns, random.Random(2))
        assert game.over
        live = game.record()
        assert_same(live, run(stored(game, live, tmp_path), seed=3))


def test_every_safe_push_is_an_impulse_of_some_mechanism() -> None:
    known = {name.removeprefix("impulse.") for name in bind(loaded("strait")).layout.fields if name.startswith("impulse.")}
    assert set(SAFE_PUSHES) <= known


def test_an_order_of_a_stored_game_off_the_calendar_is_a_mistake(tmp_path: Path) -> None:
    data = copy.deepcopy(dict(loaded().resolved))
    data["policies"]["seat"] = {"kind": "human", "turns": {"2032-01-01": []}, "judgement": "x"}  # type: ignore[index]
    data["actors"]["port"]["policy"] = ["merchant", "seat"]  # type: ignore[index]
    (tmp_path / "game.yaml").write_text(dump(data), encoding="utf-8")
    with pytest.raises(InputError, match=r"turns\.2032-01-01: no day of the scenario; allowed: 2031-03-01 to 2031-04-11"):
        bind(load(tmp_path / "game.yaml"))


def test_two_orders_in_one_channel_of_a_stored_game_are_a_mistake(tmp_path: Path) -> None:
    data = copy.deepcopy(dict(loaded().resolved))
    twice = [{"action": "watch", "target": "port"}] * 2
    data["policies"]["seat"] = {"kind": "human", "turns": {"2031-03-03": twice}, "judgement": "x"}  # type: ignore[index]
    data["actors"]["league"]["policy"] = ["watchful", "seat"]  # type: ignore[index]
    (tmp_path / "game.yaml").write_text(dump(data), encoding="utf-8")
    with pytest.raises(InputError, match="a second military order; one a day and channel is allowed"):
        bind(load(tmp_path / "game.yaml"))


@pytest.mark.parametrize("orders", [(), (DEPOT,)])
def test_in_a_long_turn_people_who_have_decided_hold_on_the_decision_days_within_it(orders: tuple[HandOrder, ...]) -> None:
    """A turn of two weeks is one decision: the staff does not give orders of its own in the second week."""
    week = loaded().scenario.decide_every
    asked, left = Game(loaded(), seed=1, turn_days=2 * week), Game(loaded(), seed=1, turn_days=2 * week)
    seat = asked.actors[0]
    asked.play({seat: orders})
    left.play({})
    second = asked.bound.scenario.start + dt.timedelta(days=week)

    def given(game: Game) -> list[str]:
        return [one.fact for one in game.events if one.kind == "order" and one.actor == seat and one.date == second]

    assert given(asked) == []
    assert given(left) != []
    live = asked.record()
    assert_same(live, run(live.bound, seed=1))
