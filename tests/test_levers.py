"""Every lever that a scenario card names can be set, and moves something. ``wargame validate --levers`` looks at all values."""

from __future__ import annotations

from fnmatch import filter as filter_names
from typing import Any

import pytest

from tests.amount import amount
from wargame.binding.bind import bind
from wargame.scenario.layers import shipped
from wargame.scenario.load import load
from wargame.scenario.schema import Scenario
from wargame.scenario.values import CHANNELS
from wargame.validation import cards, levers, numbers

NAMES = sorted(shipped())


def _value(scenario: Scenario, path: str) -> Any:
    """Return what a scenario holds at a path; a number without its source; None where it leaves it to a mechanism."""
    found: Any = scenario.model_dump(mode="json")
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict) and "value" in found:
        found = found["value"]
    return found[0] if isinstance(found, list) and len(found) == 1 else found


@pytest.mark.parametrize("name", NAMES)
def test_every_lever_of_a_card_offers_another_value_and_can_be_set(name: str) -> None:
    scenario = load(name).scenario
    others: dict[str, Any] = {}
    for lever in scenario.levers.values():
        own = _value(scenario, lever.path)
        other = [value for value in lever.values if value != own]
        assert len(lever.values) >= 2, lever.path
        assert other, lever.path
        others.setdefault(lever.path, other[0])
    gone = {path.removesuffix("enabled") for path, value in others.items() if value is False}
    kept = [u for u in scenario.uncertainties if u not in others and not any(u.startswith(path) for path in gone)]
    set_all = load(name, sets={**others, "uncertainties": kept})
    bind(set_all)  # all of them at once, and every one means something to the engine
    for path, value in others.items():
        assert _value(set_all.scenario, path) == value, path


def test_every_lever_of_the_fictional_strait_moves_a_measure() -> None:
    bound = bind(load("strait"))
    idle, _ = cards.idle_levers(cards.Task("strait", 12, 0), bound)
    assert idle == []


def _idle(scenario: str, *, rules: tuple[str, ...] = (), used: tuple[str, ...] = (), **more: tuple[str, ...]) -> levers.IdleParts:
    empty: dict[str, tuple[str, ...]] = {"injects": (), "levers": ()}
    return levers.IdleParts(scenario=scenario, runs=1, rules=rules, used_rules=used, **{**empty, **more})  # type: ignore[arg-type]


def test_what_does_nothing_anywhere_is_what_no_scenario_moves() -> None:
    here = _idle("here", rules=("a: policies.p.military.go", "a: policies.p.military.stay"), injects=("storm", "calm"))
    there = _idle(
        "there",
        used=("policies.p.military.go",),
        used_injects=("calm",),
        levers=("knob=2",),
        other_rules=("policies.q.military.go",),
    )
    rules = levers.unchosen([here, there])
    assert rules == {"policies.p.military.stay", "policies.q.military.go"}
    found = levers.everywhere([here, there], rules, ["x.a", "z"], {"x.*": "a guard", "y": "not even idle"})
    assert found.rules == ("policies.p.military.stay", "policies.q.military.go")
    assert found.injects == ("storm",)
    assert found.numbers == ("z",)
    assert found.levers == ("there.knob=2",)
    assert found.stands == {"x.a": "a guard"}
    assert found.unexplained == 5


def test_the_search_looks_on_until_a_scenario_feels_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of the first batch that nothing felt are asked for again with the next, together; what is felt is asked for no more."""
    asked: list[levers.CloserLook] = []
    of = {"a": ("x", "y"), "b": ("y", "z"), "c": ("x", "y", "w")}

    def closer(one: levers.CloserLook) -> levers.Movements:
        asked.append(one)
        felt_here = {"a": {"x"}, "b": set[str](), "c": {"y"}}[one.task.scenario]
        return levers.Movements(
            frozenset({"policies.p.military.go"} & one.rules), frozenset(of[one.task.scenario]), frozenset(felt_here)
        )

    monkeypatch.setattr(
        levers, "look", lambda task: _idle(task.scenario, rules=("a: policies.p.military.go", "a: policies.q.military.no"))
    )
    monkeypatch.setattr(levers, "look_closer", closer)
    monkeypatch.setattr(levers, "stands", dict)
    told: list[tuple[int, int, int]] = []
    _, nowhere = levers.search(["a", "b", "c"], runs=4, again=lambda *said: told.append(said))
    assert [(set(one.known), set(one.silent)) for one in asked] == [(set(), set()), (set(), set()), ({"x", "y", "z"}, {"y", "z"})]
    assert nowhere.rules == ("policies.q.military.no",)
    assert nowhere.numbers == ("w", "z")
    assert told == [(0, 2, 0), (2, 1, 2), (3, 1, 2)]


def test_rules_chosen_are_read_alike_from_program_and_day_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = bind(load("strait", sets={"horizon": "40 days"}))
    traced = levers._plays(bound, 0, 8)
    monkeypatch.setattr(levers, "programs_of", lambda bound: None)
    assert levers._plays(bound, 0, 8) == traced
    assert traced[0]


def test_numbers_are_felt_alone_or_screened_together() -> None:
    """Screening in groups finds what stands alone: a group that is felt is halved until single numbers are left."""
    bound = bind(load("strait", sets={"horizon": "40 days"}))
    every = sorted(given.path for given in numbers.tried(bound))[: 160 : amount(8, 4)]
    alone = numbers.felt(bound, 0, every)
    assert 0 < len(alone) < len(every)
    screened = numbers.felt(bound, 0, (), every)  # in more replications
    assert alone <= screened < set(every)
    assert numbers.felt(bound, 0, (), sorted(set(every) - screened)) == set()


def test_what_may_stand_is_in_some_shipped_scenario_and_has_a_reason() -> None:
    known: set[str] = set()
    for name in NAMES:
        bound = bind(load(name))
        known |= {given.path for given in bound.givens} | {inject.name for inject in bound.injects}
        known |= {f"policies.{policy}.{channel}.{rule}" for policy, spec in bound.scenario.policies.items()
                  for channel in CHANNELS for rule in getattr(spec, channel)}  # fmt: skip
        known |= {f"{name}.{lever}={value}".lower() for lever, spec in bound.scenario.levers.items() for value in spec.values}
    assert [name for name in levers.stands() if not filter_names(known, name)] == []
    assert all(len(reason) > 20 for reason in levers.stands().values())
