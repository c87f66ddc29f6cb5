"""What some runs do not have is in no mean, and everything that is said of it says of how many runs it speaks."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from wargame.api import load, sweep
from wargame.cli import main
from wargame.errors import InputError
from wargame.plots.outcomes import happened_by, telling_events
from wargame.report.notebook import Ensemble
from wargame.report.study.ensemble import render
from wargame.report.study.measures import measure_summaries
from wargame.studies.compare import say as comparison
from wargame.studies.compare.find import pairs, robustness
from wargame.studies.compare.plan import plan_comparison
from wargame.studies.statistics.missing import Interval, of_cases, of_difference, of_mean
from wargame.studies.sweep.find.effects import effects, notable_runs
from wargame.studies.sweep.find.results import Results, summary
from wargame.studies.sweep.plan.openers import opener_of
from wargame.studies.sweep.plan.until import Kind, parse_until, reached
from wargame.studies.sweep.play.histograms import counts_of, missing_of, quantiles_of
from wargame.studies.sweep.run.sweeping import Execution, in_memory
from wargame.studies.sweep.say import lines
from wargame.studies.tournament.find import tournament_of
from wargame.studies.tournament.plan import Player
from wargame.studies.words import ALIKE, between

DAYS = 40
ODD = {"judgement": "for a test"}
SETS: dict[str, Any] = {
    "horizon": f"{DAYS} days",
    "measures.top_day": {
        "says": "first day at the top", "value": "esc.chain >= 6", "over": "first", "unit": "days", "main": True, **ODD,
    },
    "measures.mars_day": {"says": "first day on Mars", "value": "esc.chain >= 9", "over": "first", "unit": "days", "main": True, **ODD},
    "measures.low_end": {
        "says": "level at the end, of chains below the top", "value": "esc.chain if esc.chain < 6 else undefined", "unit": "0-9",
        "main": True, **ODD,
    },
    "watch.early": {"value": "esc.chain if esc.chain < 4 else undefined", "label": "Level below 4", "unit": "level"},
}  # fmt: skip
UP = "parameters.escalation.odds_up"


@cache
def base() -> Any:
    return load("birth_death_ladder", SETS)


@cache
def ensemble() -> Ensemble:
    return sweep(base(), runs=300, vary={UP: [0.45, 0.35]})


@cache
def compared() -> Results:
    """Two cases on the same luck: the chain as it is, and one that seldom gets to the top."""
    study = plan_comparison(base(), opener_of(base()), runs=200, cases=["high:", f"low:{UP}=0.25"])
    return in_memory(study, Execution())


def test_a_mean_is_of_the_runs_that_have_the_measure_and_their_share_stands_beside_it() -> None:
    results = ensemble().results
    told = summary(results)["top_day"]
    column = results.column("top_day")
    there = column[~np.isnan(column)]
    assert 0 < len(there) < len(column)
    assert (told["mean"], told["n"]) == (pytest.approx(there.mean()), len(there))
    assert told["share"] == pytest.approx(len(there) / len(column))
    for case, row in zip(told["cases"], results.table("top_day"), strict=True):
        known = int((~np.isnan(row)).sum())
        ends = proportion_confint(known, len(row), method="wilson")
        assert (case["n"], case["share"]) == (known, known / len(row))
        assert (case["share_low"], case["share_high"]) == pytest.approx(ends)


def test_a_measure_that_no_run_has_has_no_mean_and_a_share_of_nought() -> None:
    told = summary(ensemble().results)["mars_day"]
    assert {key: told[key] for key in ("mean", "sd", "low", "high", "n", "share", "share_low")} == {
        "mean": None, "sd": None, "low": None, "high": None, "n": 0, "share": 0.0, "share_low": 0.0,
    }  # fmt: skip
    assert told["share_high"] == pytest.approx(proportion_confint(0, 300, method="wilson")[1])  # 300 replications, shared


def test_two_cases_differ_in_how_often_it_is_there_and_in_what_it_is_where_both_have_it() -> None:
    a, b = compared().table("top_day")
    both = ~np.isnan(a) & ~np.isnan(b)
    (pair,) = pairs(compared(), ("top_day",))
    told = pair.as_json()
    assert told["n"] == both.sum() < 200
    assert told["difference"] == pytest.approx((b - a)[both].mean())
    shares = [(~np.isnan(row)).mean() for row in (a, b)]
    assert told["shares"] == shares
    assert told["share"] == pytest.approx(shares[1] - shares[0])
    assert told["share_low"] < told["share"] < told["share_high"] < 0
    restricted = [np.where(np.isnan(row), DAYS, row) for row in (a, b)]
    assert told["restricted_mean"]["difference"] == pytest.approx((restricted[1] - restricted[0]).mean())
    assert (told["restricted_mean"]["horizon"], told["restricted_mean"]["n"]) == (DAYS, 200)
    (level,) = pairs(compared(), ("low_end",))
    assert "share" in level.as_json()
    assert "restricted_mean" not in level.as_json()  # no time
    (always,) = pairs(compared(), ("end_day",))
    assert {"difference", "low", "high", "n", "variance_ratio"} <= set(always.as_json())


def test_the_words_of_a_comparison_say_how_often_before_they_say_how_much() -> None:
    text = "\n".join(comparison.lines(compared()))
    about = text[text.index("top_day: ") :].split("\n\n")[0].splitlines()
    assert "there in" in about[1]
    assert "percentage points" in about[1]
    assert "pairs of runs that have both" in about[2]
    assert f'restricted mean, "never" counted as day {DAYS}' in about[3]
    mars = text[text.index("mars_day: ") :].split("\n\n")[0].splitlines()
    assert "there in 0 % of the runs against 0 %" in mars[1]
    assert mars[2].strip() == "no pair of runs has it on both sides"
    assert "in no replication there in all cases: mars_day" in text


def test_regret_is_of_the_replications_that_all_cases_have() -> None:
    table = compared().table("top_day")
    n = int((~np.isnan(table).any(axis=0)).sum())
    found = list(robustness(compared(), ("top_day", "mars_day")))
    assert [one.n for one in found] == [n, n, 0, 0]
    assert all(math.isfinite(one.regret_less) for one in found[:2])
    assert found[2].as_json()["regret_less"] is None
    json.dumps([one.as_json() for one in found], allow_nan=False)


def test_nothing_in_words_or_page_is_a_code_for_never() -> None:
    results = ensemble().results
    text = "\n".join(lines(results))
    page = render(results, {}, {})
    gone = int(np.isnan(results.column("top_day")).sum())
    assert f"of the other {600 - gone:,} runs" in text
    assert f"of the other {600 - gone:,} runs" in page
    assert "never in all of them" in text
    told = {one.measure: one for one in measure_summaries(results)}
    assert "never in" in told["top_day"].texts[0]
    assert told["mars_day"].texts == ("never in all runs",) * 2
    assert "undefined in" in told["low_end"].texts[0]
    assert not re.search(r"\bnan\b|-1 to -1|(?<![\d.,])0 to 0(?![\d.,])", text + page)


def test_levers_runs_and_quantiles_are_of_what_is_there() -> None:
    (lever,) = effects(ensemble().results)
    assert not lever.dead
    assert 0 < lever.sizes["top_day"] < 3
    assert lever.sizes["mars_day"] == 0.0
    assert all(math.isfinite(one.distance) for group in notable_runs(ensemble().results) for one in group)
    column = ensemble().values["top_day"]
    assert np.array_equal(ensemble().bands("top_day", (0.5,)), np.nanquantile(column, [0.5]))
    assert np.isnan(ensemble().bands("mars_day")).all()


@pytest.mark.parametrize("exact", [True, False])
def test_bands_are_of_the_runs_that_have_the_variable_that_day(exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not exact:
        monkeypatch.setattr("wargame.studies.sweep.plan.planning.EXACT", 1)
    results = sweep(base(), runs=120, keep=120).results
    assert results.study.design.exact is exact
    place = results.course.variables.index("early")
    days = results.course.kept[place]  # every run is kept
    assert results.course.shares[0, place] == pytest.approx((~np.isnan(days)).mean(axis=1))
    assert results.course.shares[0, place].min() < 1
    bands = results.bands("early")
    some = ~np.isnan(days).all(axis=1)
    wanted = np.nanquantile(days[some], (0.05, 0.25, 0.5, 0.75, 0.95), axis=1, method="linear" if exact else "lower")
    assert bands[:, some] == pytest.approx(wanted, rel=0.0 if exact else 0.011)


def test_histograms_leave_out_what_is_missing_and_count_it() -> None:
    rng = np.random.default_rng(2)
    values = rng.exponential(5.0, (2, 3, 500))
    gone = rng.random(values.shape) < 0.3
    gone[1, 2] = True
    holed = np.where(gone, np.nan, values)
    parts = [counts_of(holed[..., :200]), counts_of(holed[..., 200:])]
    found = quantiles_of(parts, 6, (0.5,))[0].reshape(2, 3)
    assert np.array_equal(missing_of(parts, 6), gone.sum(axis=-1).ravel())
    for place in np.ndindex(2, 3):
        own = values[place][~gone[place]]
        assert (
            math.isnan(found[place])
            if not len(own)
            else found[place] == pytest.approx(np.quantile(own, 0.5, method="lower"), rel=0.011)
        )


def test_the_curve_of_an_event_ends_at_the_share_of_the_runs_in_which_it_came() -> None:
    event = next(one for one in telling_events(ensemble().results) if one.name == "top_day")
    for row, days in zip(ensemble().results.table("top_day"), event.days, strict=True):
        _, share, low, high = happened_by(days, DAYS)
        assert share[0] == 0
        assert share[-1] == (~np.isnan(row)).mean()
        assert (low[-1], high[-1]) == pytest.approx(proportion_confint((~np.isnan(row)).sum(), len(row), method="wilson"))
        assert (np.diff(share) >= 0).all()


def test_a_payoff_that_some_run_does_not_have_is_refused_with_its_share() -> None:
    results = ensemble().results
    gone = np.isnan(results.table("top_day"))
    players = (Player("nobody", "Nobody", ("a", "b"), "top_day"),)
    with pytest.raises(InputError) as caught:
        tournament_of(results, players)
    assert str(caught.value) == (
        f"--payoff nobody: top_day is never in {100 * gone.mean():.0f} % of the runs ({100 * gone[1].mean():.0f} % with odds_up=0.35), and a "
        "payoff must be a number in every run; say in the scenario what it is worth there, or take another measure"
    )


def test_the_mean_over_cases_weighs_every_run_that_has_the_measure_alike() -> None:
    rows = np.array([[1.0, 2.0, np.nan, 4.0, 6.0], [np.nan, 3.0, np.nan, np.nan, 8.0]])
    found = of_cases(rows, share=False)
    assert found.n == 6
    assert found.mean == pytest.approx(24 / 6)
    assert found.share is not None
    assert found.share.value == 0.6
    assert found.low < found.mean < found.high


values = st.lists(st.sampled_from([0.0, 1.0, 2.5, -3.0, math.nan]), min_size=2, max_size=30)


@given(values, values)
def test_no_number_is_made_of_what_is_missing(a: list[float], b: list[float]) -> None:
    n = min(len(a), len(b))
    first, second = np.array(a[:n]), np.array(b[:n])
    own = first[~np.isnan(first)]
    found = of_mean(first)
    assert found.n == len(own)
    assert (found.share is None) == (len(own) == n)
    assert math.isnan(found.mean) if not len(own) else found.mean == pytest.approx(own.mean())
    both = ~np.isnan(first) & ~np.isnan(second)
    difference = of_difference(first, second, share=False)
    assert difference.n == both.sum()
    assert math.isnan(difference.mean) if not both.any() else difference.mean == pytest.approx((second - first)[both].mean())
    for one in (found, difference):
        json.dumps(one.as_json(), allow_nan=False)
        assert math.isnan(one.low) == (one.n < 2 or one.sd == 0)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6), st.floats(0, 1e6))
@example(2.28e-85, 0.0, 1e-88)  # told apart in the fourth digit
@settings(max_examples=300)
def test_an_interval_in_words_never_has_two_ends_that_are_the_same(mean: float, below: float, above: float) -> None:
    low, high = mean - below, mean + above
    text = between(Interval(mean, 1.0, low, high, 10))
    first, _, last = text.partition(" to ")
    assert first != last or low == high
    assert between(Interval(mean, 0.0, math.nan, math.nan, 10)) == ALIKE
    assert between(Interval(mean, 0.0, math.nan, math.nan, 1)) == "-"


def test_a_sample_in_which_nothing_varies_is_never_narrow_enough() -> None:
    target = [parse_until("m±0.05")]
    (found,) = reached(target, [{"m": np.zeros(1_000_000)}], {})
    assert (found.met, found.as_json()["reached"]) == (False, None)
    assert found.why == "it is 0 in all 1,000,000 runs, which tells nothing of rarer ones"
    (found,) = reached([parse_until("m±5%")], [{"m": np.zeros(1000)}], {})
    assert not found.met
    scaled = {"m": Kind(scale=(0.0, 9.0))}  # fewer than 3.7 in 1,000 are otherwise, and by no more than 9
    (found,) = reached(target, [{"m": np.zeros(1000)}], scaled)
    assert found.met
    assert found.width == pytest.approx(9 * 3.6889 / 1000, rel=1e-4)
    (found,) = reached([parse_until("m±0.02")], [{"m": np.zeros(1000)}], scaled)
    assert not found.met
    (found,) = reached([parse_until("m±0.01")], [{"m": np.zeros(1000)}], {"m": Kind(share=True)})
    assert found.met  # Wilson: 0 to 0.0038


def test_one_large_value_does_not_stop_a_sweep() -> None:
    sample = np.zeros(100_000)
    sample[:3] = 1000.0
    (found,) = reached([parse_until("m±1")], [{"m": sample}], {})
    assert found.width < 1
    assert (found.met, found.why) == (False, "its variance rests on 3 of 100,000 runs")
    sample[:12] = 1000.0
    assert reached([parse_until("m±1")], [{"m": sample}], {})[0].met


def test_a_target_of_a_measure_that_may_be_missing_is_of_the_runs_that_have_it() -> None:
    rng = np.random.default_rng(1)
    sample = np.where(rng.random(4000) < 0.9, np.nan, rng.normal(5.0, 1.0, 4000))
    own = sample[~np.isnan(sample)]
    (found,) = reached([parse_until("m±0.15")], [{"m": sample}], {})
    assert (found.met, found.n, found.width) == (True, len(own), of_mean(own).half)
    few = np.where(np.arange(4000) < 20, 5.0 + rng.normal(0, 0.01, 4000), np.nan)
    (found,) = reached([parse_until("m±0.15")], [{"m": few}], {})
    assert (found.met, found.why) == (False, "it is there in 20 of 4,000 runs")
    (found,) = reached([parse_until("m±0.15")], [{"m": np.full(1000, np.nan)}], {})
    assert (found.met, found.as_json()["wanted"]) == (False, 0.15)


def test_a_rare_cost_is_not_told_as_none(tmp_path: Path) -> None:
    cost = "measures.cost={says: cost, value: 1000 if esc.chain >= 6 else 0, unit: EUR, judgement: test}"
    sets = ["parameters.escalation.odds_up=0.1", "parameters.escalation.odds_down=0.5", "horizon=90 days", cost]
    asked = [
        "sweep",
        "birth_death_ladder",
        "--runs",
        "2000",
        "--seed",
        "5",
        "--until",
        "cost±0.05",
        "--no-report",
        "--workers",
        "1",
    ]
    done = CliRunner().invoke(
        main, [*asked, *(part for one in sets for part in ("--set", one)), "--out", str(tmp_path / "a"), "--json"]
    )
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["runs"], told["cost"]["met"]) == (2000, False)  # at 1,000 no run has cost anything
    assert done.stderr.splitlines()[-1].endswith("--runs allows no more")
    assert "not narrow enough after 2,000 of 2,000 replications: cost ±" in done.stderr
    found = told["measures"]["cost"]
    assert found["low"] <= 1.536 <= found["high"]
