"""A tournament says what follows from its payoffs, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

from wargame.engine.types import Array
from wargame.studies.tournament.find import CLEARLY, ON_MEANS, WEAKLY, Tournament
from wargame.studies.tournament.plan import Player
from wargame.studies.tournament.say import as_json, finding, lines, mixture, table

RUNS = 400


def tournament(cells: Array, noise: float = 0.0, own: float = 0.0) -> Tournament:
    """Two players with two policies; ``noise`` is shared by all cells, ``own`` is each cell's."""
    luck = np.random.default_rng(1)
    shared = noise * luck.normal(size=RUNS)
    samples = np.moveaxis(cells, -1, 0)[..., None] + shared + own * luck.normal(size=(2, 2, 2, RUNS))
    players = (Player("row", "Row", ("up", "down"), "payoff_row"), Player("column", "Column", ("left", "right"), "payoff_column"))
    return Tournament(players, samples, (False, False))


PRISONERS = np.array([[[3.0, 3], [0, 5]], [[5, 0], [1, 1]]])
PENNIES = np.array([[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]])
LEVEL = np.array([[[1.0, 1], [0, 0]], [[1, 0.5], [0, 1]]])  # the rows give the first player the same


def test_a_dilemma_is_told_as_one_however_large_the_shared_luck() -> None:
    t = tournament(PRISONERS, noise=50.0)
    (one,) = t.equilibria
    assert (one.profile, one.clear, one.share) == ((1, 1), True, 1.0)
    assert t.dominant(0) == (1, CLEARLY)
    assert t.better_for_all((1, 1)) == [(0, 0)]
    said = " ".join(finding(t))
    assert "One pair of policies is stable: Row down, Column right. Neither gains by changing alone" in said
    assert "with Row up, Column left every one clearly gets more" in said


def test_without_a_stable_pair_the_balance_is_mixed() -> None:
    t = tournament(PENNIES)
    assert t.equilibria == ()
    assert t.none == 1.0
    assert t.mixed is not None
    assert mixture(t, t.mixed[0]) == "Row up 50 %, down 50 %; Column left 50 %, right 50 %"
    assert finding(t)[0].startswith("No pair of policies is stable")


def test_exact_ties_are_told_as_ties() -> None:
    t = tournament(LEVEL)
    best = {one.profile: one for one in t.equilibria}
    assert set(best) == {(0, 0), (1, 1)}
    assert [change.same for change in best[0, 0].rivals] == [True]
    assert "Row down would give the same in every run" in " ".join(finding(t))


def test_near_ties_are_no_findings() -> None:
    """Where luck of its own is larger than what a policy brings, the equilibrium is not clear and others are not ruled out."""
    t = tournament(PRISONERS * 0.001, own=1.0)
    assert all(not one.clear for one in t.stable)
    assert len(t.stable) > 1
    assert all(one.share < 0.95 for one in t.stable)
    assert not [one for one in t.dominated if one.how == CLEARLY]
    assert sum(one.share for one in t.stable) == pytest.approx(float(t.shares.sum()), abs=0.2)


def test_the_share_of_resamples_is_a_probability_of_the_right_size() -> None:
    """Two policies whose difference is one standard error: the better stays the better in about 84 of 100 resamples."""
    luck = np.random.default_rng(3).normal(size=RUNS)
    luck = (luck - luck.mean()) / luck.std(ddof=1)
    row = np.zeros((2, 2, RUNS))
    row[0] = luck + 1 / np.sqrt(RUNS)
    column = np.zeros((2, 2, RUNS))
    column[:, 0] = 1.0
    t = Tournament(tournament(PRISONERS).players, np.stack([row, column]), (False, False))
    assert t.shares[0, 0] == pytest.approx(0.84, abs=0.03)
    assert t.dominant(1) == (0, CLEARLY)
    assert [(one.worse, one.how) for one in t.dominated] == [(1, ON_MEANS), (1, CLEARLY)]
    assert "luck may hide the opposite" in " ".join(finding(t))


def test_weak_dominance_and_regret() -> None:
    t = tournament(np.array([[[1.0, 1], [2, 1]], [[1, 1], [3, 1]]]))
    assert [(one.player, one.worse, one.how) for one in t.dominated] == [(0, 0, WEAKLY)]
    assert [(one.mean, one.worst, one.least) for one in t.regret(0)] == [(0.5, 1.0, 1.0), (0.0, 0.0, 1.0)]


def test_the_same_samples_give_the_same_data_and_every_profile_is_told_once() -> None:
    a, b = (as_json(tournament(PRISONERS, noise=1.0, own=0.5)) for _ in range(2))
    assert a == b
    assert [one["policies"] for one in a["profiles"]] == [
        {"row": row, "column": column} for row in ("up", "down") for column in ("left", "right")
    ]
    columns = table(tournament(PRISONERS))
    assert {len(column) for column in columns.values()} == {8}
    assert list(columns["actors.row.policy"][:4]) == ["up"] * 4
    assert [float(x) for x in columns["mean"][2:4]] == [0.0, 5.0]


def test_more_runs_than_are_resampled_one_by_one_are_grouped() -> None:
    t = tournament(PRISONERS, noise=1.0, own=3.0)
    wide = Tournament(t.players, np.tile(t.samples, 6), t.binary)
    assert wide.replications == 6 * RUNS
    assert abs(wide.shares[1, 1] - 1.0) < 0.02


def test_lines_need_no_results_to_be_read_in_order() -> None:
    from unittest.mock import MagicMock

    results = MagicMock()
    results.study.base.scenario.title, results.cases, results.says = "A game", (0, 1, 2, 3), lambda name: "what it wants"
    told = list(lines(results, tournament(PRISONERS)))
    assert told[0] == "A game"
    assert sum(line.startswith("  = ") for line in told) == 1
