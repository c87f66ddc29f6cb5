"""Equilibria of games whose equilibria are known from the textbook."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wargame.engine.types import Array
from wargame.studies.tournament.games import MixedEquilibrium, best_replies, mixed_equilibria, nfg, pure_equilibria, regrets


def bimatrix(*cells: tuple[tuple[float, float], ...]) -> Array:
    return np.moveaxis(np.array(cells, dtype=np.float64), -1, 0)


PENNIES = bimatrix(((1, -1), (-1, 1)), ((-1, 1), (1, -1)))
PRISONERS = bimatrix(((3, 3), (0, 5)), ((5, 0), (1, 1)))
SEXES = bimatrix(((2, 1), (0, 0)), ((0, 0), (1, 2)))
CHICKEN = bimatrix(((0, 0), (-1, 1)), ((1, -1), (-10, -10)))
DEGENERATE = bimatrix(((1, 1), (1, 1)), ((1, 1), (0, 0)))  # a line of equilibria on two sides of the square
FLAT = bimatrix(((2, 2), (2, 2)), ((2, 2), (2, 2)))


def mixed(game: Array) -> list[MixedEquilibrium]:
    found = mixed_equilibria(game[0], game[1])
    assert found is not None
    return found


def shares(game: Array) -> set[tuple[tuple[float, ...], tuple[float, ...]]]:
    return {tuple(tuple(round(share, 6) for share in own) for own in one.shares) for one in mixed(game)}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("game", "pure", "every"),
    [
        (PENNIES, [], {((0.5, 0.5), (0.5, 0.5))}),
        (PRISONERS, [(1, 1)], {((0, 1), (0, 1))}),
        (SEXES, [(0, 0), (1, 1)], {((1, 0), (1, 0)), ((0, 1), (0, 1)), ((0.666667, 0.333333), (0.333333, 0.666667))}),
        (CHICKEN, [(0, 1), (1, 0)], {((1, 0), (0, 1)), ((0, 1), (1, 0)), ((0.9, 0.1), (0.9, 0.1))}),
        (DEGENERATE, [(0, 0), (0, 1), (1, 0)], {((1, 0), (1, 0)), ((1, 0), (0, 1)), ((0, 1), (1, 0))}),
        (FLAT, [(0, 0), (0, 1), (1, 0), (1, 1)], {(x, y) for x in ((1, 0), (0, 1)) for y in ((1, 0), (0, 1))}),
    ],
    ids=["matching pennies", "prisoner's dilemma", "battle of the sexes", "chicken", "degenerate", "flat"],
)  # fmt: skip
def test_textbook_games(game: Array, pure: list[tuple[int, int]], every: set[object]) -> None:
    assert pure_equilibria(game) == pure
    assert shares(game) == every


def test_rock_paper_scissors_is_mixed_by_thirds_and_worth_nothing() -> None:
    a = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    (one,) = mixed(np.stack([a, -a]))
    assert np.allclose(one.shares, 1 / 3)
    assert np.allclose(one.payoffs, 0.0)
    assert not one.pure


def test_a_support_of_one_against_two_where_a_game_is_degenerate() -> None:
    """The second player is indifferent if the first plays its first row; how far it may mix depends on the second row."""
    game = bimatrix(((2, 1), (2, 1)), ((3, 0), (0, 2)))
    assert shares(game) == {((1, 0), (0, 1)), ((1, 0), (0.666667, 0.333333))}


def test_scale_and_origin_of_payoffs_change_no_equilibrium() -> None:
    for scale, origin in ((1e-4, 0.7), (1e5, -3e6)):
        assert shares(CHICKEN * scale + origin) == shares(CHICKEN)
        assert pure_equilibria(CHICKEN * scale + origin) == pure_equilibria(CHICKEN)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=24, max_size=24))
def test_what_is_found_is_an_equilibrium_and_there_always_is_one(numbers: list[int]) -> None:
    a, b = np.array(numbers[:12], dtype=float).reshape(3, 4), np.array(numbers[12:], dtype=float).reshape(3, 4)
    found = mixed_equilibria(a, b)
    assert found
    for one in found:
        x, y = (np.array(own) for own in one.shares)
        assert math.isclose(x.sum(), 1) and math.isclose(y.sum(), 1)  # noqa: PT018 - one statement about one pair
        assert (a @ y).max() <= one.payoffs[0] + 1e-6
        assert (x @ b).max() <= one.payoffs[1] + 1e-6
    pure = {tuple(int(np.argmax(own)) for own in one.shares) for one in found if one.pure}
    assert pure == set(pure_equilibria(np.stack([a, b])))


def test_a_game_too_large_to_enumerate_says_so() -> None:
    assert mixed_equilibria(np.zeros((20, 20)), np.zeros((20, 20))) is None


def test_three_players_and_regret() -> None:
    """A majority game: each of three gets 1 where it is with the majority; all alike is an equilibrium, nothing else is."""
    payoffs = np.zeros((3, 2, 2, 2))
    for place in np.ndindex(2, 2, 2):
        for player in range(3):
            payoffs[player][place] = float(place.count(place[player]) >= 2)
    assert pure_equilibria(payoffs) == [(0, 0, 0), (1, 1, 1)]
    assert regrets(payoffs)[0][1, 0, 0] == 1.0
    assert not best_replies(payoffs)[0][1, 0, 0]


def test_the_file_for_gambit_lists_outcomes_with_the_first_player_fastest() -> None:
    text = nfg('A "game"', ["Row", "Column"], [["up", "down"], ["left", "mid", "right"]], np.arange(12.0).reshape(2, 2, 3))
    assert text.splitlines() == [
        'NFG 1 R "A \\"game\\"" { "Row" "Column" }',
        "",
        '{ { "up" "down" }',
        '{ "left" "mid" "right" }',
        "}",
        "",
        "{",
        '{ "up, left" 0.0, 6.0 }',
        '{ "down, left" 3.0, 9.0 }',
        '{ "up, mid" 1.0, 7.0 }',
        '{ "down, mid" 4.0, 10.0 }',
        '{ "up, right" 2.0, 8.0 }',
        '{ "down, right" 5.0, 11.0 }',
        "}",
        "1 2 3 4 5 6",
    ]
