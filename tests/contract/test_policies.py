"""What every kind of policy promises, tested over the registry: legal choices, no side effects, one run at a time, its traits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.policies import KINDS
from wargame.scenario.values import CHANNELS
from wargame.simulation.deciding import Decider
from wargame.simulation.model import WargameModel
from wargame.world.menu import HOLD, Choice

NAMES = sorted(KINDS)
RUNS = 50
WEIGHTS = {"alpha": 0.4, "beta": 0.1, "gamma": -0.3}  # and holding at 0.2


def theatre(kind: str, temperature: float | None = None) -> Bound:
    """The theatre of the tests with everybody following one kind of policy: its rules, or a list of orders for scripted."""

    def change(data: dict[str, Any]) -> None:
        for policy in data["policies"].values():
            policy["kind"] = kind
            if kind == "rollout":
                policy |= {"payoff": "client.dependence - tension", "horizon": "9 days", "futures": 3}
            if temperature is not None:
                policy["temperature"] = {"value": temperature, "judgement": "For the test."}
        if not KINDS[kind].traits.needs_rules:
            for name, orders in SCRIPTS.items():
                data["policies"][name] = {"kind": kind, "judgement": "x", "orders": orders}

    return strait(change)


SCRIPTS: Mapping[str, list[dict[str, str]]] = {
    "imperial": [{"date": "2031-03-01", "action": "ask", "item": "depot"}, {"date": "2031-03-05", "action": "threaten"}],
    "merchant": [{"date": "2031-03-08", "action": "accept", "item": "depot"}],
    "watchful": [{"date": "2031-03-01", "action": "watch", "target": "port"}],
}


def actors(model: WargameModel) -> list[Decider]:
    return [actor for actor in model.actors if actor.menu.candidates]


def morning(kind: str, *, runs: int = RUNS, replication: int = 0, seed: int = 0, days: int = 7) -> WargameModel:
    """A model on the morning of a decision day, one week in by default."""
    model = WargameModel(theatre(kind), runs=runs, replication=replication, seed=seed)
    for _ in range(days):
        model.step()
    return model


def choices(model: WargameModel) -> list[Choice]:
    return [actor.policy.choose(actor.view()) for actor in actors(model)]


@pytest.mark.parametrize("kind", NAMES)
def test_it_gives_legal_orders_of_the_right_shape(kind: str) -> None:
    model = morning(kind)
    for actor, choice in zip(actors(model), choices(model), strict=True):
        menu = actor.menu
        count = len(menu.candidates)
        assert choice.chosen.shape == (len(CHANNELS), RUNS)
        assert choice.chosen.dtype == np.int64
        assert choice.weights.shape == (count + len(CHANNELS), RUNS)
        assert choice.weights.dtype == np.float64
        assert np.isfinite(choice.weights).all()
        assert choice.allowed.shape == (count, RUNS)
        assert choice.allowed.dtype == np.bool_
        for channel, row in enumerate(choice.chosen):
            taken = row[row != HOLD]
            assert set(taken.tolist()) <= set(menu.by_channel[channel])
            for column in np.flatnonzero(row != HOLD):
                assert choice.allowed[row[column], column]


@pytest.mark.parametrize("kind", NAMES)
def test_it_takes_an_order_only_where_the_rule_s_when_holds(kind: str) -> None:
    if not KINDS[kind].traits.needs_rules:
        return
    model = morning(kind)
    port = next(actor for actor in model.actors if actor.name == "port")
    asked = np.arange(RUNS) % 2 == 0
    model.world["asked"][0] = asked
    choice = port.policy.choose(port.view())
    assert (choice.chosen[CHANNELS.index("diplomatic")][~asked] == HOLD).all()
    assert np.array_equal(choice.allowed[0], asked, equal_nan=True)


@pytest.mark.parametrize("kind", NAMES)
def test_it_changes_nothing_and_chooses_the_same_again(kind: str) -> None:
    model = morning(kind)
    before = model.world.state.copy()
    once, twice = choices(model), choices(model)
    assert np.array_equal(model.world.state, before, equal_nan=True)
    for one, two in zip(once, twice, strict=True):
        assert np.array_equal(one.chosen, two.chosen)
        assert np.array_equal(one.weights, two.weights, equal_nan=True)
        assert np.array_equal(one.allowed, two.allowed, equal_nan=True)


@pytest.mark.parametrize("kind", NAMES)
def test_what_it_is_given_cannot_be_written(kind: str) -> None:
    for actor in actors(morning(kind)):
        view = actor.view()
        with pytest.raises(ValueError, match="read-only"):
            view["threat"][0] = 1.0
        with pytest.raises(ValueError, match="read-only"):
            view.temperature[0] = 1.0


@pytest.mark.parametrize("kind", NAMES)
def test_a_choice_stays_what_it_was_when_the_world_moves_on(kind: str) -> None:
    model = morning(kind)
    kept = choices(model)
    copies = [(choice.chosen.copy(), choice.weights.copy(), choice.allowed.copy()) for choice in kept]
    model.step()
    for choice, (chosen, weights, allowed) in zip(kept, copies, strict=True):
        assert np.array_equal(choice.chosen, chosen, equal_nan=True)
        assert np.array_equal(choice.weights, weights, equal_nan=True)
        assert np.array_equal(choice.allowed, allowed, equal_nan=True)


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("column", [0, 3, RUNS - 1])
def test_a_run_s_choice_is_its_own(kind: str, column: int) -> None:
    """It is the same alone as in the block, and whatever the other runs look like."""
    model = morning(kind)
    whole = choices(model)
    alone = choices(morning(kind, runs=1, replication=column))
    others = np.arange(RUNS) != column
    model.world.state[:, others] *= 0.5
    mixed = choices(model)
    for a, b, c in zip(whole, alone, mixed, strict=True):
        assert np.array_equal(a.chosen[:, column], b.chosen[:, 0], equal_nan=True)
        assert np.array_equal(a.weights[:, column], b.weights[:, 0], equal_nan=True)
        assert np.array_equal(a.chosen[:, column], c.chosen[:, column], equal_nan=True)
        assert np.array_equal(a.allowed[:, column], c.allowed[:, column], equal_nan=True)


@pytest.mark.parametrize("kind", NAMES)
def test_it_has_luck_exactly_when_it_says_so(kind: str) -> None:
    """On the first morning all runs are alike, so that only luck can tell them apart."""
    here, there = (choices(morning(kind, days=0, seed=seed)) for seed in (0, 1))
    pairs = list(zip(here, there, strict=True))
    if KINDS[kind].traits.stochastic:
        assert any(len(np.unique(choice.chosen, axis=1).T) > 1 for choice in here)
        assert any(not np.array_equal(a.chosen, b.chosen, equal_nan=True) for a, b in pairs)
    else:
        assert all(np.array_equal(a.chosen, b.chosen, equal_nan=True) for a, b in pairs)
        assert all(len(np.unique(choice.chosen, axis=1).T) == 1 for choice in here)


@pytest.mark.parametrize("kind", NAMES)
def test_it_needs_rules_exactly_when_it_says_so(kind: str) -> None:
    """With no rules, one that needs them can only hold; one that does not acts all the same."""

    def bare(data: dict[str, Any]) -> None:
        for name in data["policies"]:
            data["policies"][name] = {"kind": kind, "judgement": "x", "orders": SCRIPTS[name]}
            if KINDS[kind].traits.needs_rules:
                del data["policies"][name]["orders"]
            if kind == "rollout":
                data["policies"][name]["payoff"] = 1

    model = WargameModel(strait(bare), runs=2, trace=(0,))
    model.play()
    assert model.trace is not None
    orders = [event for event in model.trace.events if event.kind == "order"]
    assert bool(orders) == (not KINDS[kind].traits.needs_rules)


@pytest.mark.parametrize("kind", NAMES)
def test_it_says_what_it_does(kind: str) -> None:
    assert KINDS[kind].traits.says
    assert len(KINDS[kind].__doc__ or "") > 20


# --- the logit policy -----------------------------------------------------------------------------------------------


def chooser(temperature: float, kind: str = "logit", hold: float = 0.2, runs: int = 20_000) -> Choice:
    """Return the choice of an actor with three orders of constant weight against holding, on the first morning."""

    def change(data: dict[str, Any]) -> None:
        data["actions"] |= {
            name: {"channel": "informational", "says": name, "judgement": "x"} for name in (*WEIGHTS, "never")
        }  # fmt: skip
        data["policies"]["watchful"] = {
            "kind": kind,
            "judgement": "x",
            "temperature": {"value": temperature, "judgement": "x"},
            "informational": {name: {"weight": weight, "judgement": "x"} for name, weight in WEIGHTS.items()}
            | {"never": {"when": False, "weight": 99, "judgement": "x"}},
            "hold": {"informational": hold},
        }  # fmt: skip

    model = WargameModel(strait(change), runs=runs)
    league = next(actor for actor in model.actors if actor.name == "league")
    return league.policy.choose(league.view())


def shares(choice: Choice) -> Array:
    """Return how often each of alpha, beta, gamma and holding was chosen; what may never be chosen was not."""
    row = choice.chosen[CHANNELS.index("informational")]
    counts = np.array([(row == index).sum() for index in (0, 1, 2)] + [(row == HOLD).sum()])
    assert counts.sum() == row.size
    return np.asarray(counts / row.size)


@pytest.mark.parametrize("temperature", [0.1, 0.3, 1.0, 5.0])
def test_logit_frequencies_are_the_softmax(temperature: float) -> None:
    """Docking: exp(w / T) over its sum, within four standard errors at 20,000 runs."""
    odds = np.exp(np.array([*WEIGHTS.values(), 0.2]) / temperature)
    expected = odds / odds.sum()
    error = np.sqrt(expected * (1 - expected) / 20_000)
    assert (np.abs(shares(chooser(temperature)) - expected) <= 4 * error + 1e-12).all()


def test_logit_at_temperature_zero_is_strict_preference() -> None:
    assert shares(chooser(0.0)).tolist() == [1.0, 0.0, 0.0, 0.0]
    assert shares(chooser(0.0, hold=0.5)).tolist() == [0.0, 0.0, 0.0, 1.0]


def test_logit_at_temperature_zero_holds_on_a_tie() -> None:
    assert shares(chooser(0.0, hold=0.4)).tolist() == [0.0, 0.0, 0.0, 1.0]


def test_logit_at_a_large_temperature_is_uniform() -> None:
    """Chi-square over the four choices at a fixed seed: 20,000 runs, not rejected at 0.1 %."""
    counts = shares(chooser(1e6)) * 20_000
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize("temperature", [0.0, 0.3, 100.0])
def test_random_is_uniform_whatever_the_weights_and_the_temperature(temperature: float) -> None:
    counts = shares(chooser(temperature, kind="random")) * 20_000
    assert stats.chisquare(counts).pvalue > 0.001


def test_the_chance_told_of_an_order_is_the_softmax() -> None:
    model = WargameModel(theatre("logit"), trace=(0,))
    model.play()
    assert model.trace is not None
    orders = [event.more for event in model.trace.events if event.kind == "order"]
    assert len(orders) > 5
    for more in orders:
        odds = {name: np.exp(weight / more["temperature"]) for name, weight in more["weights"].items()}
        assert more["chance"] == pytest.approx(odds[more["rule"]] / sum(odds.values()), abs=2e-3)  # weights have 4 digits


def test_the_same_rule_in_two_channels_has_luck_of_its_own_in_each() -> None:
    """With one stream for both, the two choices would be the same in every run."""

    def change(data: dict[str, Any]) -> None:
        data["actions"]["signal"] = {"channel": "informational", "says": "signals", "judgement": "x"}
        rule = {"weight": 0, "judgement": "x"}
        data["policies"]["watchful"] = {
            "judgement": "x",
            "informational": {"move": rule | {"action": "signal"}},
            "military": {"move": rule | {"action": "watch", "target": "port"}},
        }  # fmt: skip

    model = WargameModel(strait(change), runs=4_000)
    league = next(actor for actor in model.actors if actor.name == "league")
    chosen = league.policy.choose(league.view()).chosen != HOLD
    both = np.corrcoef(chosen[CHANNELS.index("informational")], chosen[CHANNELS.index("military")])[0, 1]
    assert abs(both) < 4 / np.sqrt(4_000)


# --- the scripted policy --------------------------------------------------------------------------------------------


def script(orders: list[dict[str, str]], change: Callable[[dict[str, Any]], None] | None = None) -> list[tuple[str, str]]:
    """Return date and fact of every order of the league, which follows the list."""

    def follow(data: dict[str, Any]) -> None:
        data["actions"] |= {
            f"cry_{n:02}": {"channel": "informational", "says": f"cries {n}", "judgement": "x"} for n in range(12)
        }
        data["policies"]["watchful"] = {"kind": "scripted", "judgement": "x", "orders": orders}
        if change is not None:
            change(data)

    model = WargameModel(strait(follow), trace=(0,))
    model.play()
    assert model.trace is not None
    return [
        (event.date.isoformat(), event.fact) for event in model.trace.events if event.kind == "order" and event.actor == "league"
    ]


def test_scripted_gives_an_order_on_the_decision_day_on_or_after_its_date() -> None:
    given = [{"date": f"2031-03-{day:02}", "action": "cry_01"} for day in (1, 2, 22)]
    assert script(given) == [(f"2031-03-{day:02}", "cries 1") for day in (1, 8, 22)]


def test_scripted_never_gives_an_order_after_the_end() -> None:
    assert script([{"date": "2031-04-11", "action": "cry_01"}, {"date": "2099-01-01", "action": "cry_02"}]) == []


def test_scripted_gives_the_last_of_the_list_in_a_channel_and_all_channels() -> None:
    """Twelve orders of one day: the twelfth stands, though its number sorts before the third as text."""
    given = [{"date": "2031-03-08", "action": f"cry_{n:02}"} for n in range(12)]
    given.insert(3, {"date": "2031-03-08", "action": "watch", "target": "port"})
    assert script(given) == [("2031-03-08", "cries 11"), ("2031-03-08", "watches The Free Port")]


def test_scripted_follows_the_actor_s_own_rhythm() -> None:
    def daily(data: dict[str, Any]) -> None:
        data["actors"]["league"]["decide_every"] = "1 day"

    assert script([{"date": "2031-03-05", "action": "cry_01"}], daily) == [("2031-03-05", "cries 1")]


def test_scripted_is_not_shaken_by_an_alarm() -> None:
    """An actor that is alarmed decides again the next morning, but its list has nothing for that day."""

    def alarm(data: dict[str, Any]) -> None:
        data["injects"]["festival"]["urgent"] = ["league"]

    given = [{"date": "2031-03-08", "action": "cry_01"}]
    assert script(given, alarm) == script(given) == [("2031-03-08", "cries 1")]
