"""Episodes: planted histories in which one is there, and the same without one thing that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.histories import bare, changed
from wargame.api import load
from wargame.scenario.evidence import catalogue
from wargame.seminar.debrief import episode_beliefs as beliefs
from wargame.seminar.debrief import episode_rules as rules
from wargame.seminar.debrief.episode_concepts import CONCEPTS
from wargame.seminar.debrief.episodes import RULES, episodes
from wargame.seminar.debrief.histories import Episode
from wargame.simulation.play import play_one
from wargame.simulation.record import Record


@cache
def full() -> Record:
    """The shipped invented theatre: its menu has all the actions that the rules look at."""
    return play_one(load("strait"), seed=3)


@cache
def quiet() -> Record:
    """That theatre with nothing moving: every day as the first, nobody has ever acted, what is held is true."""
    record = full()
    days = np.repeat(record.days[:1], len(record.days), axis=0)
    still = replace(record, days=days, events=())
    layout, labels = record.bound.layout, record.bound.layout.labels
    values: dict[str, Any] = {f"since[{actor},{action}]": 500.0 for actor in labels["actor"] for action in labels["action"]}
    for site in labels["site"]:
        values |= {f"basing[{site}]": 0.0, f"basing_public[{site}]": 0.0}
        values |= {f"troops[{site},{actor}]": 0.0 for actor in labels["actor"]}
    for actor in labels["actor"]:
        values |= {f"{name}[{actor}]": 3000.0 for name in ("seen_guest", "seen_low", "seen_high")}
        for name in ("intent", "stability", "resolve"):
            values |= {f"{name}[{actor}]": 0.5 if name != "intent" else 0.0}
            values |= {f"believed.{name}[{actor},{other}]": 0.5 if name != "intent" else 0.0 for other in labels["actor"]}
    assert layout.fields["since"].axes == ("actor", "action")
    return changed(still, values | {"guest_troops": 3000.0, "attack_alliance": 0.0})


def on(day: int | Sequence[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Days since an act that was done on these days, at the end of every day."""
    done = [day] if isinstance(day, int) else list(day)
    found = np.full(len(quiet().days), 500.0)
    for one in sorted(done):
        found[one:] = np.arange(len(found) - one)
    return found


def rise(first: float, last: float, start: int, end: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A level until a day, a straight line to another day, a level after it."""
    return np.interp(np.arange(len(quiet().days)), [start, end], [first, last])


def planted(values: Mapping[str, Any]) -> list[Episode]:
    return episodes(changed(quiet(), values))


def kinds(values: Mapping[str, Any]) -> list[str]:
    return [one.kind for one in planted(values)]


def test_a_quiet_history_has_no_episode_and_a_bare_world_none() -> None:
    assert episodes(quiet()) == []
    assert episodes(bare()) == []


SPIRAL: dict[str, Any] = {
    "threat[karsia]": rise(0.4, 0.5, 5, 25),
    "threat[compact]": rise(0.3, 0.45, 5, 25),
    "since[karsia,pressure_target]": on([6, 20]),
    "since[compact,exercise_reinforcement]": on(12),
}  # karsia, compact, karsia: two answers within the window


def test_a_spiral_is_found_with_its_numbers() -> None:
    (one,) = planted(SPIRAL)
    assert (one.kind, one.title, one.who, one.reference) == (
        "spiral",
        "Spiral",
        ("karsia", "compact"),
        "Herz 1950; Jervis 1976, 1978",
    )
    assert one.numbers == pytest.approx({"rise_first": 0.1, "rise_second": 0.15})
    assert "Karsia 0.40 to 0.50, The Compact of Free Ports 0.30 to 0.45 (the rule asks for 0.05)" in one.rule
    assert "Karsia twice, The Compact of Free Ports once" in one.rule


@pytest.mark.parametrize(
    "without",
    [
        {"threat[compact]": 0.3},  # only one side feels threatened
        {"threat[compact]": rise(0.3, 0.34, 5, 25)},  # by too little
        {"since[karsia,pressure_target]": on(6)},  # answered once: no exchange
        {"since[compact,exercise_reinforcement]": on(60)},  # far outside the window
        {"intent[karsia]": 1.0},  # an attack was meant: the threat is no misreading
    ],
    ids=["one side", "too little", "one answer", "too late", "meant"],
)
def test_no_spiral_without_what_it_takes(without: Mapping[str, Any]) -> None:
    assert "spiral" not in kinds(SPIRAL | dict(without))


TRAP: dict[str, Any] = {
    "since[selmora,promise_more]": on(10), "since[selmora,accept_item]": on(30), "threat[selmora]": rise(0.4, 0.5, 12, 25),
}  # fmt: skip


def test_a_commitment_trap_is_a_word_that_is_called_in_when_things_have_turned() -> None:
    (one,) = planted(TRAP)
    assert (one.kind, one.who, one.numbers["days"]) == ("commitment_trap", ("selmora",), 20.0)
    assert one.numbers["worse"] == pytest.approx(0.1)
    assert "its sense of threat went from 0.40 to 0.50" in one.rule
    assert (one.last - one.first).days == 20


@pytest.mark.parametrize(
    "without",
    [
        {"threat[selmora]": 0.4},  # nothing had turned
        {"since[selmora,promise_more]": on(31)},  # the word came after
        {"since[selmora,accept_item]": on(10 + rules.MEMORY + 1)},  # long forgotten
        {"since[selmora,accept_item]": 500.0},  # never called in
    ],
)
def test_no_commitment_trap_without_what_it_takes(without: Mapping[str, Any]) -> None:
    assert kinds(TRAP | dict(without)) == []


def test_a_deterrence_failure_is_an_attack_after_a_show_of_strength() -> None:
    attack = {"invasion[ilmeria]": np.where(np.arange(len(quiet().days)) >= 50, 2.0, 0.0)}
    show = {"since[compact,exercise_with_target]": on(40)}
    assert kinds(attack) == []
    assert kinds(show) == []
    (one,) = planted(attack | show)
    assert (one.kind, one.weight, one.numbers) == ("deterrence_failure", 3.0, {"shows": 1.0, "days": 10.0})
    assert one.who == ("karsia", "ilmeria", "compact")
    assert kinds(attack | {"since[compact,exercise_with_target]": on(50 - rules.MEMORY - 1)}) == []


def test_an_ordered_provocation_after_a_show_of_strength_is_a_small_failure() -> None:
    (one,) = planted({"since[selmora,provoke_at_border]": on(30), "since[compact,reinforce_member]": on(20)})
    assert (one.kind, one.weight, one.who) == ("deterrence_failure", 1.0, ("selmora", "compact"))


def test_a_fait_accompli_is_a_position_that_nobody_outside_knows_of_in_time() -> None:
    there = np.zeros(len(quiet().days))
    there[20:40] = 800.0
    hidden = {f"known[{who},south_mole]": 0.0 for who in quiet().bound.layout.labels["actor"]}
    (one,) = planted({"troops[south_mole,karsia]": there, **hidden})
    assert (one.kind, one.who, one.numbers) == ("fait_accompli", ("karsia", "selmora"), {"days": 20.0, "troops": 800.0})
    assert "For 20 days troops of Karsia stood at South Mole, 800 men at most" in one.rule
    seen = there.copy() * 0 + (np.arange(len(there)) >= 20 + rules.UNSEEN - 1)
    assert kinds({"troops[south_mole,karsia]": there, **hidden, "known[torvane,south_mole]": seen}) == []
    assert kinds({"troops[south_mole,karsia]": np.minimum(there, rules.TROOPS - 1), **hidden}) == []


def test_a_new_step_of_basing_that_the_public_does_not_know_is_a_fait_accompli() -> None:
    built = np.where(np.arange(len(quiet().days)) >= 30, 2.0, 0.0)
    (one,) = planted({"basing[marrow]": built})
    assert one.kind == "fait_accompli"
    assert "and it was not found by the end" in one.rule
    assert kinds({"basing[marrow]": built, "basing_public[marrow]": built}) == []


FEAR: dict[str, Any] = {"since[torvane,consult_allies]": on(20), "threat[torvane]": 0.6}


def test_an_ally_in_need_that_gets_no_answer_fears_abandonment() -> None:
    (one,) = planted(FEAR)
    assert (one.kind, one.who, one.numbers) == ("abandonment_fear", ("torvane", "compact"), {"need": 0.6, "after": 0.6})
    assert (one.last - one.first).days == beliefs.PATIENCE
    answered = on(20 + beliefs.PATIENCE)
    late = on(20 + beliefs.PATIENCE + 1)
    assert kinds(FEAR | {"since[compact,reassure_allies]": answered}) == []
    assert kinds(FEAR | {"since[compact,reassure_allies]": late}) == ["abandonment_fear"]
    assert kinds(FEAR | {"threat[torvane]": 0.3}) == []
    last = len(quiet().days) - 5
    assert kinds(FEAR | {"since[torvane,consult_allies]": on(last)}) == []  # too late to say


MISREAD: dict[str, Any] = {
    "since[ilmeria,warn_of_war]": on(20), "guest_troops": 1000.0, "seen_low[ilmeria]": 1500.0, "seen_guest[ilmeria]": 2000.0,
}  # fmt: skip


def test_a_misread_signal_is_a_wrong_picture_that_is_acted_upon() -> None:
    found = [one for one in planted(MISREAD) if one.who == ("ilmeria",)]
    (one,) = found
    assert (one.kind, one.numbers) == ("misread_signal", {"believed": 2000.0, "true": 1000.0})
    assert "off by a factor of 2.0" in one.rule
    for without in (
        {"seen_low[ilmeria]": 900.0},  # the truth lies within its range
        {"seen_guest[ilmeria]": 1300.0, "seen_low[ilmeria]": 1200.0},  # not far off
        {"since[ilmeria,warn_of_war]": 500.0},  # it did nothing
        {"since[ilmeria,warn_of_war]": 500.0, "since[ilmeria,calm_public]": on(20)},  # it did what fits the truth
    ):
        assert [e for e in planted(MISREAD | without) if e.who == ("ilmeria",)] == []


def test_an_intent_that_is_not_there_is_misread_too() -> None:
    (one,) = planted({"since[compact,publish_estimate]": on(15), "believed.intent[compact,karsia]": 1.2})
    assert (one.kind, one.who) == ("misread_signal", ("compact", "karsia"))
    assert "(0 none, 1 limited, 2 large) of Karsia at 1.20; it was 0.00" in one.rule


def test_of_each_kind_the_gravest_are_told_and_all_in_order_of_time() -> None:
    found = episodes(full(), most=1)
    assert [one.first for one in found] == sorted(one.first for one in found)
    assert len({one.kind for one in found}) == len(found)
    assert {one.kind for one in episodes(full())} == {one.kind for one in found}


def test_every_kind_is_explained_and_its_sources_exist() -> None:
    assert set(CONCEPTS) == set(RULES)
    known = catalogue()
    for idea in CONCEPTS.values():
        assert idea.sources
        assert all(source in known for source in idea.sources)
        assert idea.asks.endswith("?")
