"""Worlds whose answer a formula gives. Shares lie within four standard errors, everything else agrees in its digits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wargame.validation.known_answers import ANSWERS, Answer, play, quantal_response, ruin, selftest


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: a.__name__)
def test_every_known_answer_holds(answer: object) -> None:
    assert callable(answer)
    for result in answer():
        assert result.passed, result.says


def test_the_selftest_reports_all_of_them() -> None:
    names = [result.name for result in selftest()]
    assert len(names) == len(set(names)) >= 9


@pytest.mark.parametrize(
    ("p", "q", "start", "top", "reached", "steps"),
    [(0.4, 0.6, 3, 10, 0.0419130, 12.904352), (0.45, 0.35, 2, 6, 0.5073854, 10.443121), (0.3, 0.5, 2, 4, 0.2647059, 4.705882)],
)
def test_the_formula_of_the_chain_gives_the_published_digits(
    p: float, q: float, start: int, top: int, reached: float, steps: float
) -> None:
    """Docking D3: three cases with seven digits each."""
    assert ruin(p, q, start, top) == pytest.approx((reached, steps), abs=5e-7)


@pytest.mark.parametrize(("p", "q", "start", "top"), [(0.3, 0.5, 2, 4), (0.4, 0.6, 3, 9)])
def test_other_odds_of_the_ladder(p: float, q: float, start: int, top: int) -> None:
    runs = 6000
    sets: dict[str, object] = {f"parameters.escalation.{name}": value for name, value in
            {"odds_up": p, "odds_down": q, "start": start, "top": top}.items()}  # fmt: skip
    sets |= {
        "measures.reached_top.value": f"esc.chain >= {top}",
        "measures.end_day.value": f"esc.chain <= 0 or esc.chain >= {top}",
    }
    found = play("birth_death_ladder", runs, sets, seed=1)
    reached, steps = ruin(p, q, start, top)
    assert abs(found["reached_top"].mean() - reached) < 4 * math.sqrt(reached * (1 - reached) / runs)
    days = found["end_day"] + 1
    assert abs(days.mean() - steps) < 4 * days.std() / math.sqrt(runs)


def test_the_race_runs_away_where_the_formula_says_so() -> None:
    """Docking D1: with k = l = 0.9, ab - kl = -0.51 and the eigenvalue is +0.351388."""
    sets: dict[str, object] = {
        "parameters.race.reaction_patron": 0.9,
        "parameters.race.reaction_alliance": 0.9,
        "horizon": "20 days",
    }
    found = play("richardson_race", 1, sets)
    assert found["x_end"][0] > 100 * 4.1666667
    longer = play("richardson_race", 1, sets | {"horizon": "21 days"})
    assert longer["x_end"][0] / found["x_end"][0] == pytest.approx(1.351388, abs=1e-3)


@pytest.mark.parametrize("temperature", [1.0, 0.5, 0.25])
def test_logit_players_choose_as_the_quantal_response_equilibrium_says(temperature: float) -> None:
    """Beliefs go in as the equilibrium's chances, and the same shares come out."""
    runs = 6000
    inspect, violate = quantal_response(temperature)
    sets: dict[str, object] = {
        "policies.inspector_logit.temperature": temperature,
        "policies.inspectee_logit.temperature": temperature,
        "policies.inspector_logit.let.violation": violate,
        "policies.inspectee_logit.let.inspection": inspect,
    }
    found = play("inspection_game", runs, sets, seed=2)
    for name, expected in (("inspected", inspect), ("violated", violate)):
        assert abs(found[name].mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / runs)


def test_the_equilibrium_with_noise_goes_to_the_mixed_one_without() -> None:
    """Docking D11: inspect with 0.4, violate with 0.125; at T = 1 the fixed point of the scenario file."""
    assert quantal_response(1.0) == pytest.approx((0.5668488835, 0.1586257604), abs=1e-8)
    assert quantal_response(0.05) == pytest.approx((0.4, 0.125), abs=0.02)


def test_a_wrong_answer_is_told() -> None:
    """The check can fail: a ladder with other odds does not give this answer."""
    found = play("birth_death_ladder", 2000, {"parameters.escalation.odds_up": 0.40})
    reached, _ = ruin(0.45, 0.35, 2, 6)
    assert abs(np.mean(found["reached_top"]) - reached) > 4 * math.sqrt(reached * (1 - reached) / 2000)
    assert not Answer("x", False, "").passed
