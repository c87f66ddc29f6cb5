"""What an undefined value does where an expression stands: a condition does not hold, an order is not considered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.simulation.play import play_block, play_one
from wargame.simulation.record import Record

Change = Callable[[dict[str, Any]], None]
UNDEFINED = ["undefined", "1 / (day - day)", "undefined and day >= 0", "undefined > 0", "not undefined", "log(-1) + tension"]


def orders(record: Record, action: str) -> list[dict[str, Any]]:
    return [dict(event.more) for event in record.events if event.kind == "order" and event.more["action"] == action]


def played(change: Change) -> Record:
    return play_one(strait(change), seed=0)


def test_where_a_condition_or_a_weight_is_undefined_nothing_happens() -> None:
    """No event, no rung, no order; with a condition that holds in its place, each of them would."""

    def change(text: str) -> Change:
        def edit(data: dict[str, Any]) -> None:
            rules = data["policies"]["watchful"]["economic"]
            del rules["embargo"]
            rule = {"action": "embargo", "target": "port", "judgement": "invented"}
            for i, one in enumerate(UNDEFINED if text == "undefined" else [text]):
                data["injects"][f"alarm_{i}"] = {**data["injects"]["alarm"], "when": one, "title": "The odd bell rings"}
                data["ladder"][f"odd_{i}"] = {**data["ladder"]["brawl"], "when": one, "level": 9}
                rules[f"when_{i}"] = {**rule, "when": one, "weight": 9}
                rules[f"weight_{i}"] = {**rule, "weight": one if text == "undefined" else 9}

        return edit

    for text, count in (("undefined", 0), ("true", 1)):
        record = played(change(text))
        assert len([event for event in record.events if "odd bell" in event.fact]) == count
        assert (record.measures["esc_max"] == 9.0) == bool(count)
        assert bool(orders(record, "embargo")) == bool(count)


def test_what_decides_by_itself_decides() -> None:
    """Kleene's ``or``: on the fourth day the condition holds, be the other half undefined."""

    def change(data: dict[str, Any]) -> None:
        data["injects"]["alarm"]["when"] = "undefined or day >= 3"

    record = played(change)
    assert [event.date for event in record.events if "alarm bells" in event.fact] == [record.dates[3]]


@pytest.mark.parametrize("more", [">", ">=", "!="])
@pytest.mark.parametrize("less", ["<", "<=", "=="])
def test_never_is_longer_ago_than_any_number_of_days(more: str, less: str) -> None:
    """A comparison with the days since what never was is decided, on either side of the sign, and so is its negation."""

    def change(data: dict[str, Any]) -> None:
        turned = {">": "<", ">=": "<=", "!=": "!=", "<": ">", "<=": ">=", "==": "=="}
        since = "days_since(league.threaten)"  # which it does not do
        for name, text in (
            ("more", f"{since} {more} 30"), ("turned", f"30 {turned[more]} {since}"), ("not_less", f"not {since} {less} 30"),
            ("never", f"{since} {less} 30 or 30 {turned[less]} {since}"), ("chain", f"20 < {since} < 30"),
            ("two", f"{since} > {since}"), ("sum", f"{since} + 1 > 30"),
        ):  # fmt: skip
            data["measures"][name] = {"says": "for a test", "value": text, "missing": "undefined"}
        data["policies"]["watchful"]["informational"] = {}

    measures = played(change).measures
    assert [measures[name] for name in ("more", "turned", "not_less", "never", "chain")] == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert np.isnan([measures["two"], measures["sum"]]).all()


def test_the_trace_names_the_rules_whose_weight_was_undefined() -> None:
    """Only those that might have been considered but for that."""

    def change(data: dict[str, Any]) -> None:
        rules = data["policies"]["watchful"]["economic"]
        rules["embargo"] |= {"when": True, "weight": 9}
        rules["lost"] = {"action": "embargo", "target": "port", "weight": "1 / (day - day)", "judgement": "invented"}
        rules["off"] = {**rules["lost"], "when": "day < 0"}

    found = orders(played(change), "embargo")
    assert found
    assert all(order["undefined"] == ["lost"] for order in found)
    assert all("lost" not in order["weights"] for order in found)


def test_an_order_whose_law_is_undefined_comes_to_nothing() -> None:
    def change(data: dict[str, Any]) -> None:
        data["policies"]["watchful"]["economic"]["embargo"] |= {"when": "day < 14", "weight": 9}
        data["actions"]["embargo"]["legal"] = "undefined"

    record = played(change)
    assert orders(record, "embargo")
    assert np.isnan(record.series("since", "league", "embargo")).all()  # it was never taken


def test_who_looks_ahead_to_what_is_undefined_holds() -> None:
    """No order has a payoff in any future, so none is considered; where half of the futures have one, orders are given."""

    def change(payoff: str) -> Change:
        def edit(data: dict[str, Any]) -> None:
            data["policies"]["imperial"] |= {"kind": "rollout", "payoff": payoff, "temperature": {"value": 0, "judgement": "i"}}
            data["policies"]["imperial"]["informational"]["threaten"]["when"] = "day < 21"

        return edit

    assert [e for e in played(change("empire.rhetoric")).events if e.kind == "order" and e.actor == "empire"]
    assert not [e for e in played(change("undefined")).events if e.kind == "order" and e.actor == "empire"]


def _everywhere(data: dict[str, Any]) -> None:
    """Put what is undefined, on some days, wherever a scenario takes an expression."""
    odd = "1 / (day - 3)"
    data["injects"]["alarm"]["when"] = f"{odd} > 0.2"
    data["ladder"]["words"]["when"] = f"{odd} > 0"
    data["policies"]["watchful"]["military"]["watch_port"]["weight"] = f"threat + {odd}"
    data["policies"]["imperial"]["hold"] = {"diplomatic": odd}
    data["actors"]["league"]["urgent"] = f"{odd} > 0"
    data["measures"] |= {
        f"odd_{over}": {"value": odd, "over": over, "judgement": "invented"}
        for over in ("end", "max", "min", "mean", "sum", "ever", "first")
    }
    data["measures"]["lost"] = {"value": "sqrt(-1 - tension)", "judgement": "invented"}
    data["watch"]["odd"] = {"value": odd, "label": "Odd"}


def test_nothing_undefined_comes_into_the_state() -> None:
    bound = strait(_everywhere)
    record = play_one(bound, seed=0)
    gaps = {name for name, row in zip(bound.layout.row_names(), record.days.T, strict=True) if np.isnan(row).any()}
    assert {name.partition("[")[0] for name in gaps} <= {f.name for f in bound.layout.fields.values() if f.missing}
    assert np.isnan(record.watched()["odd"]).tolist() == [day == 3 for day in range(len(record.days))]


def test_measures_pass_over_the_day_on_which_they_are_undefined() -> None:
    days = [1.0 / (day - 3) for day in range(42) if day != 3]
    found = play_one(strait(_everywhere), seed=0).measures
    told = {"end": days[-1], "max": 1.0, "min": -1.0, "mean": sum(days) / 41, "sum": sum(days), "ever": 1.0, "first": 0.0}
    assert {over: found[f"odd_{over}"] for over in told} == pytest.approx(told)
    assert np.isnan(found["lost"])


def test_a_measure_that_may_be_undefined_says_so_of_itself() -> None:
    words = {measure.name: measure.spec.missing for measure in strait(_everywhere).measures}
    assert (words["lost"], words["odd_end"], words["odd_first"]) == ("undefined", "undefined", "never")
    assert words["tension_mean"] == ""


@pytest.mark.parametrize("runs", [1, 2, 7, 33, 130])
def test_a_run_is_the_same_alone_and_among_others(runs: int) -> None:
    """Laws 1 and 2, of a scenario in which much is undefined: in a block of any width and with the trace."""
    bound: Bound = strait(_everywhere)
    block = play_block(bound, seed=0, runs=runs)
    last = play_one(bound, seed=0, replication=runs - 1).measures
    for name, row in block.items():
        assert np.array_equal(row[-1], last[name], equal_nan=True), name
