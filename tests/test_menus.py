"""Policies joined with what they extend: later ones win, shared bases undo nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.errors import InputError

BASE = {
    "says": "A base.",
    "let": {"a": 1, "b": 1, "c": 1},
    "informational": {"threaten": {"weight": "a + 10 * b + 100 * c", "says": "base"}},
}
ONE = {"extends": "ground", "let": {"a": 2}}
TWO = {"extends": "ground", "let": {"b": 3}}
THREE = {"extends": "ground", "let": {"a": 4}, "informational": {"threaten": {"weight": "a", "says": "three"}}}


def joined(*names: str) -> Bound:
    def change(data: dict[str, Any]) -> None:
        data["policies"] |= {"ground": BASE, "one": ONE, "two": TWO, "three": THREE}
        data["actors"]["empire"]["policy"] = list(names)

    return strait(change)


def empire(bound: Bound) -> tuple[tuple[str, ...], dict[str, float], str]:
    index = bound.cast.actors.index("empire")
    policy = bound.joined[index]
    says = bound.menus[index].candidates[0].says
    return policy.names, {name: quantity.value for name, (_, quantity) in policy.lets.items()}, says


@pytest.mark.parametrize(
    ("names", "chain", "lets", "says"),
    [
        (["ground"], ("ground",), {"a": 1, "b": 1, "c": 1}, "base"),
        (["one"], ("ground", "one"), {"a": 2, "b": 1, "c": 1}, "base"),
        (["one", "two"], ("ground", "one", "two"), {"a": 2, "b": 3, "c": 1}, "base"),
        (["two", "one"], ("ground", "two", "one"), {"a": 2, "b": 3, "c": 1}, "base"),
        (["one", "three"], ("ground", "one", "three"), {"a": 4, "b": 1, "c": 1}, "three"),
        (["three", "one"], ("ground", "three", "one"), {"a": 2, "b": 1, "c": 1}, "three"),
        (["one", "ground"], ("one", "ground"), {"a": 1, "b": 1, "c": 1}, "base"),
        (["two"], ("ground", "two"), {"a": 1, "b": 3, "c": 1}, "base"),
    ],
)
def test_later_policies_win_and_a_shared_base_undoes_nothing(
    names: list[str], chain: tuple[str, ...], lets: dict[str, float], says: str
) -> None:
    assert empire(joined(*names)) == (chain, lets, says)


def test_the_documents_hyphens_are_understood() -> None:
    def change(data: dict[str, Any]) -> None:
        data["policies"]["very_imperial"] = {"extends": "imperial"}
        data["actors"]["empire"]["policy"] = "very-imperial"

    assert empire(strait(change))[0] == ("imperial", "very_imperial")


def test_a_policy_nobody_follows_is_checked_for_those_who_might() -> None:
    def change(data: dict[str, Any]) -> None:
        data["policies"]["spare"] = {"extends": "watchful", "economic": {"embargo": {"target": "port", "weight": "guest_troops"}}}

    with pytest.raises(InputError, match="league cannot see"):
        strait(change)
