"""A second opinion: SALib on the design and the results that a study exports, to stated tolerances."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from SALib.analyze import morris, sobol

import wargame as wg
from wargame.report.notebook import Sensitivity
from wargame.studies.sensitivity.folder import read, write
from wargame.studies.sensitivity.plan import Question, plan
from wargame.studies.sensitivity.play import study

RACE = {
    "parameters.race.fatigue_patron": "0.4..0.8",
    "parameters.race.grievance_patron": "0.5..2",
    "parameters.race.reaction_patron": "0.1..0.3",
}
LADDER = {"parameters.escalation.odds_up": "0.3..0.6", "parameters.escalation.odds_down": "0.2..0.4"}
STEP = 2 / 3  # SALib divides a change by its step over four levels; here a change is the effect, over half of the range


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """SALib warns of its own use of pandas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def raw(told: Sensitivity, measure: str, index: str) -> np.ndarray[Any, Any]:
    table = told.indices
    own = table[(table["measure"] == measure) & (table["index"] == index)].set_index("factor")["raw"]
    return np.array([own[name] for name in told.problem["names"]])


def test_sobol_indices_are_those_of_salib() -> None:
    """The arms race has no luck: totals are the same but for rounding, first orders but for the value on which they are centred."""
    told = wg.sensitivity(wg.load("richardson_race"), method="sobol", samples=512, replications=2, vary=RACE, seed=3)
    assert told.X.shape == (512 * 5, 3)
    for measure in ("x_end", "y_end", "x_3"):
        theirs = sobol.analyze(told.problem, told.Y[measure], calc_second_order=False, num_resamples=2)
        assert raw(told, measure, "total") == pytest.approx(theirs["ST"], abs=1e-12)
        assert raw(told, measure, "first") == pytest.approx(theirs["S1"], abs=0.02)


def test_morris_effects_are_those_of_salib_but_for_the_step() -> None:
    told = wg.sensitivity(wg.load("richardson_race"), samples=12, replications=2, vary=RACE, seed=3)
    for measure in ("x_end", "y_end", "x_3"):
        theirs = morris.analyze(told.problem, told.X, told.Y[measure], num_levels=4, num_resamples=2)
        for ours, name in (("mu", "mu"), ("mu_star", "mu_star"), ("sigma", "sigma")):
            assert raw(told, measure, ours) == pytest.approx(np.asarray(theirs[name]) * STEP, abs=1e-12)


def test_luck_in_the_means_is_what_makes_salib_differ() -> None:
    """Of the ladder, most of whose variance is luck, shares of the variance of means over ten replications are too small."""
    told = wg.sensitivity(wg.load("birth_death_ladder"), method="sobol", samples=256, replications=10, vary=LADDER, seed=1)
    theirs = sobol.analyze(told.problem, told.Y["reached_top"], calc_second_order=False, num_resamples=2)
    assert np.sum(raw(told, "reached_top", "total")) == pytest.approx(1.0, abs=0.2)  # hardly any interaction
    assert np.sum(theirs["ST"]) < 0.9


def test_a_stored_study_exports_the_same(tmp_path: Path) -> None:
    ladder = wg.load("birth_death_ladder")
    question = Question("sobol", 4, 2, vary=tuple(f"{path}={span}" for path, span in LADDER.items()))
    own = study(plan(ladder, question))
    write(own, question, tmp_path / "s", command="", started=dt.datetime.now(dt.UTC), report=None, beside=False)
    first, stored = Sensitivity(own), Sensitivity(read(tmp_path / "s"))
    assert first.problem == stored.problem
    assert (first.X == stored.X).all()
    assert all(np.array_equal(first.Y[name], stored.Y[name]) for name in first.Y)
    assert (first.X[0] == own.design.u[0]).all()
    assert (first.X[3] == own.design.u[1]).all()  # B comes last in a row of SALib's
