"""D1 to D15: every question has sides that can be swapped, each with its sources, and a page and a list that say so."""

from __future__ import annotations

import re
from functools import cache

import pytest
from click.testing import CliRunner

from wargame.binding.bind import bind
from wargame.cli import main
from wargame.scenario.evidence import catalogue
from wargame.scenario.load import Loaded, load
from wargame.validation.disagreements import Disagreement, Side, disagreements, sides_of

NUMBERS = [f"D{i}" for i in range(1, 16)]
SIDES = [pytest.param(name, letter, id=f"{name}{letter}") for name, entry in disagreements().items() for letter in entry.sides]


@cache
def played(scenario: str, number: str = "", letter: str = "") -> Loaded:
    return load(scenario, sets=disagreements()[number].sides[letter].set if number else {})


def entry_of(number: str, letter: str) -> tuple[Disagreement, Side]:
    return disagreements()[number], disagreements()[number].sides[letter]


def test_the_register_is_complete() -> None:
    assert list(disagreements()) == NUMBERS
    assert all(list(entry.sides) == ["A", "B", "C"][: len(entry.sides)] for entry in disagreements().values())


@pytest.mark.parametrize(("number", "letter"), SIDES)
def test_a_side_can_be_played_and_differs_from_the_others(number: str, letter: str) -> None:
    entry, _ = entry_of(number, letter)
    own = played(entry.scenario, number, letter)
    bind(own)
    others = [played(entry.scenario, number, other).text_hash for other in entry.sides if other != letter]
    assert own.text_hash not in others


@pytest.mark.parametrize(("number", "letter"), SIDES)
def test_a_side_says_who_holds_it(number: str, letter: str) -> None:
    _, side = entry_of(number, letter)
    assert catalogue().resolve(side.source) == []
    assert all(not catalogue().get(one).external for one in side.source)


@pytest.mark.parametrize(("number", "letter"), SIDES)
def test_a_side_holds_in_a_sweep_with_uncertainties(number: str, letter: str) -> None:
    """Where the scenario draws a number that a side sets, the side gives the prior too, centred on its value."""
    entry, side = entry_of(number, letter)
    for path in set(played(entry.scenario).scenario.uncertainties) & set(side.set):
        given = side.set[path]
        assert isinstance(given, dict), path
        (numbers,) = given["prior"].values()
        assert given["value"] in (numbers.get("mean"), numbers.get("median")), path


@pytest.mark.parametrize("number", NUMBERS)
def test_policies_say_the_same_as_the_register(number: str) -> None:
    entry = disagreements()[number]
    policies = played(entry.scenario).scenario.policies
    for side in entry.sides.values():
        for name in side.policies:
            own = policies[name]
            bases = [policies[base] for base in own.extends]
            assert number in {d.upper() for one in (own, *bases) for d in one.disagreement}, name


def test_a_policy_knows_its_sides() -> None:
    assert sides_of("hedger") == (("D1", "B"),)
    assert sides_of("creeping") == (("D2", "B"), ("D5", "C"))
    assert sides_of("minsk") == ()


def test_the_list_of_policies_names_sides() -> None:
    text = " ".join(CliRunner().invoke(main, ["list", "policies"], catch_exceptions=False).output.split())
    assert "[takes side B of D1]" in text
    assert "[takes side B of D2, C of D5]" in text
    assert "[bears on D1, D9, D10, D13, D14]" in text


def test_the_list_of_scenarios_asks_questions_in_a_column() -> None:
    lines = CliRunner().invoke(main, ["list", "scenarios"], catch_exceptions=False).output.splitlines()
    column = next(line for line in lines if line.startswith("zapad_2021 ")).index("Does Zapad-2021")
    assert max(map(len, lines)) <= 110
    assert all(not line[:column].strip() or re.fullmatch(r"[a-z_0-9]+ +", line[:column]) for line in lines)
    assert all(line[column] != " " for line in lines)
