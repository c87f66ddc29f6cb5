"""Factors and designs: what is moved, from where to where, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import wargame as wg
from wargame.binding.bound import Bound
from wargame.binding.priors import draw
from wargame.errors import InputError
from wargame.studies.sensitivity.designs import MOST_SETTINGS, joined, make_design
from wargame.studies.sensitivity.factors import LEVER, TOGETHER, UNCERTAINTY, VARIED, Factor, factors_of, settings_at
from wargame.studies.sensitivity.plan import Question, plan
from wargame.studies.sweep.plan.designs import parse_vary

NUMBER = Factor("n", VARIED, True, low=10.0, high=20.0)
WORDS = Factor("w", LEVER, False, ("a", "b", "c"))
SWITCH = Factor("s", LEVER, False, (True, False))


@pytest.fixture(scope="module")
def strait() -> Bound:
    return wg.load("strait")


def test_factors_are_the_declared_uncertainties_and_levers(strait: Bound) -> None:
    found = {one.path: one for one in factors_of(strait)}
    assert set(found) == {*strait.scenario.uncertainties, *(lever.path for lever in strait.scenario.levers.values())}
    assert {one.kind for one in found.values()} == {UNCERTAINTY, LEVER}
    fishermen = found["sensors.fishermen.rate"]
    assert (fishermen.free, fishermen.names) == (True, ("fishermen",))
    assert not found["exercises.grey_gull.enabled"].free


def test_an_uncertainty_moves_over_its_prior_by_inverse_cdf(strait: Bound) -> None:
    one = next(one for one in factors_of(strait) if one.path == "initial.tension")
    shares = np.array([0.1, 0.5, 0.9])
    values = [one.at(float(share))["initial.tension"] for share in shares]
    drawn = draw(strait, 0, range(4000))["initial.tension"]
    assert values == pytest.approx(np.quantile(drawn, shares).tolist(), abs=0.02)


def test_levers_of_one_path_are_one_factor_and_a_prior_goes_before_values() -> None:
    found = {one.path: one for one in factors_of(wg.load("zapad_2021"))}
    russia = found["actors.russia.policy"]
    assert russia.names == ("moscow_policy", "moscow_purpose")
    assert russia.values == ("formal_base", "creeping", "framework_suffices", "readiness_first", "coercer")
    assert found["sensors.satellites.rate"].kind == UNCERTAINTY
    assert found["sensors.satellites.rate"].names == ("satellites",)


def test_what_the_user_varies_takes_the_place_of_what_is_declared(strait: Bound) -> None:
    found = {one.path: one for one in factors_of(strait, [parse_vary("initial.tension=0.1..0.2")])}
    assert found["initial.tension"].kind == VARIED
    assert found["initial.tension"].at(0.5) == {"initial.tension": pytest.approx(0.15)}


def test_patterns_choose(strait: Bound) -> None:
    def paths(*patterns: str) -> set[str]:
        return {one.path for one in factors_of(strait, wanted=patterns)}

    assert paths("initial.*") == {"initial.tension", "initial.stay_precedent"}
    assert paths("ferry", "declaration") == {"injects.ferry.enabled", "exercises.grey_gull.declaration"}
    assert paths("uncertainty") == set(strait.scenario.uncertainties)


@pytest.mark.parametrize(
    ("vary", "wanted", "said"),
    [
        ((), ("fery",), '--factor: no uncertainty or lever is called "fery"; did you mean "ferry"?'),
        (("horizon=100..200",), (), "--vary horizon: is no number that a run can start with; give values: PATH=a,b,c"),
        (("initial.tension=0.2",), (), "--vary initial.tension: one value cannot be moved; give at least two"),
    ],
)
def test_a_factor_that_cannot_be_is_said_exactly(
    strait: Bound, vary: tuple[str, ...], wanted: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        factors_of(strait, [parse_vary(one) for one in vary], wanted)
    assert str(caught.value) == said


def test_a_trajectory_moves_every_factor_once() -> None:
    own = (NUMBER, WORDS, SWITCH)
    design = make_design(own, "morris", 12, 5)
    assert (design.groups, design.each, len(design.u)) == (12, 4, 48)
    for group in range(12):
        rows = design.u[design.group == group]
        changed = (rows[1:] != rows[:-1]).sum(axis=1)
        assert changed.tolist() == [1, 1, 1]
    before, after = design.pairs()
    assert np.abs(design.u[after[:, 0], 0] - design.u[before[:, 0], 0]) == pytest.approx(0.5)
    words = {(settings_at(own, design.u[point])[0]["w"]) for point in range(48)}
    assert words == {"a", "b", "c"}


def test_more_of_a_switch_is_on_whatever_the_order_of_its_values() -> None:
    assert SWITCH.at(0.25) == {"s": True}
    assert SWITCH.place(np.array([0.25, 0.75])).tolist() == [1.0, 0.0]
    assert Factor("l", LEVER, True, (0.5, 0, 0.2)).place(np.array([0.1, 0.5, 0.9])).tolist() == [2.0, 0.0, 1.0]


def test_saltelli_takes_one_factor_at_a_time_from_b() -> None:
    design = make_design((NUMBER, WORDS, SWITCH), "sobol", 8, 0)
    rows = design.u.reshape(8, 5, 3)
    for i in range(3):
        assert (rows[:, 2 + i, i] == rows[:, 1, i]).all()
        others = [k for k in range(3) if k != i]
        assert (rows[:, 2 + i, others] == rows[:, 0, others]).all()


def test_many_levers_move_together_in_a_sobol_design(strait: Bound) -> None:
    own = factors_of(strait)
    together = joined(own, "sobol", 0)
    assert [one.path for one in together if not one.free] == [TOGETHER]
    whole = together[-1]
    assert len(whole.values) == MOST_SETTINGS
    assert set(whole.at(0.3)) == set(whole.paths) == {one.path for one in own if not one.free}
    assert joined(own, "morris", 0) == own
    few = factors_of(strait, wanted=("ferry", "declaration"))
    assert joined(few, "sobol", 0) == few


@pytest.mark.parametrize(
    ("method", "samples", "said"),
    [
        ("sobol", 100, "--samples: sobol takes a power of two (got 100); the nearest is 128"),
        ("morris", 1, "--samples: morris takes at least 2 trajectories (got 1)"),
        (
            "morris",
            100_000,
            "--samples: makes 400,000 points, 4 for each of 100,000 trajectories; at most 200,000 are allowed; "
            "take at most 50,000, or fewer factors (--factor)",
        ),
    ],
)
def test_samples_that_cannot_be_are_said_exactly(method: str, samples: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        make_design((NUMBER, WORDS, SWITCH), method, samples, 0)
    assert str(caught.value) == said


def test_trajectories_are_independent_of_each_other() -> None:
    """Starts fall on every place alike, but not one as often as the other: balanced ones would differ less than they say."""
    design = make_design((NUMBER, WORDS, SWITCH), "morris", 4000, 5)
    starts = np.floor(design.u[design.moved == -1] * [4, 3, 2]).astype(int)
    for column, count in zip(starts.T, (4, 3, 2), strict=True):
        assert np.bincount(column) == pytest.approx([4000 / count] * count, rel=0.1)
    assert np.bincount(starts[:, 0]).tolist() != [1000] * 4


def test_points_of_a_group_share_their_luck_and_groups_do_not() -> None:
    for method, each in (("morris", 4), ("sobol", 5)):
        luck = make_design((NUMBER, WORDS, SWITCH), method, 8, 0).replications(3)
        assert luck.shape == (8 * each, 3)
        assert [sorted(set(rows.ravel().tolist())) for rows in luck.reshape(8, each, 3)] == [
            [3 * g, 3 * g + 1, 3 * g + 2] for g in range(8)
        ]


def test_sobol_rows_fall_into_parts_with_a_scrambling_each() -> None:
    """Each part is spread over the cube as evenly as Sobol' points are, and is not like the others."""
    design = make_design((NUMBER, WORDS, SWITCH), "sobol", 128, 0)
    assert design.units == 16
    parts = design.u.reshape(16, 8, 5, 3)[:, :, 0]
    for part in parts:
        assert [sorted(np.floor(column * 8).astype(int).tolist()) for column in part.T] == [list(range(8))] * 3
    assert len({part.tobytes() for part in parts}) == 16
    assert make_design((NUMBER,), "sobol", 4, 0).units == 4


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question("sobol", 2**26), "--samples: makes 268,435,456 points, 4 for each of 67,108,864 rows; at most 200,000 are allowed; "
         "take at most 32,768, or fewer factors (--factor)"),
        (Question("morris", 100_000_000), "--samples: makes 300,000,000 points, 3 for each of 100,000,000 trajectories; at most "
         "200,000 are allowed; take at most 66,666, or fewer factors (--factor)"),
        (Question("morris", 1000, 10_000), "--replications: makes 30,000,000 runs, 10,000 of each of 3,000 points; at most 5,000,000 "
         "are allowed; take at most 1,666 replications"),
    ],
)  # fmt: skip
def test_a_design_that_would_take_for_ever_is_refused_before_it_begins(question: Question, said: str) -> None:
    vary = {"parameters.escalation.odds_up": "0.3..0.6", "parameters.escalation.odds_down": "0.2..0.4"}
    with pytest.raises(InputError) as caught:
        plan(wg.load("birth_death_ladder"), question, vary)
    assert str(caught.value) == said
