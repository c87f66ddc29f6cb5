"""Validation: statistics against known answers, verdicts that can fail, the file of facts, and the command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import wargame as wg
from wargame.cli import main
from wargame.engine.draws import Draws
from wargame.errors import InputError
from wargame.report.study.validation import render
from wargame.scenario.evidence import catalogue
from wargame.scenario.layers import shipped
from wargame.studies.statistics import estimates, summaries
from wargame.validation import base_rates, cards, facts, levers
from wargame.validation.facts import Check, Facts, Setting
from wargame.validation.known_answers import play
from wargame.validation.plan import Piece, Plan, Task, simulate
from wargame.validation.validate import Results, validate
from wargame.validation.verdicts import holds

# The stylised facts of the reference, all of them; the numbers that are missing are not in it.
IDS = [
    *range(1, 6), 7, *range(9, 13), *range(14, 24), 25, *range(27, 31), *range(32, 41), 42, 43, *range(45, 52), *range(53, 57),
    58,
]  # fmt: skip
CHAIN = "birth_death_ladder"
ODDS = "parameters.escalation.odds_up"
TOP_DAY = {"measures.top_day": {"value": "esc.chain >= 6", "over": "first", "judgement": "a test"}}
TOP = 0.5073854  # chance of the top, by the formula of the scenario


def planted(**checks: Mapping[str, Any]) -> Facts:
    """Facts about the birth-death chain, whose chances a formula gives."""
    entry = {"statement": "The chain ends at the top as often as the formula says.", "strength": "C", "evidence": []}
    return Facts.model_validate({
        "arms": {"chain": {"scenario": CHAIN}, "calm": {"scenario": CHAIN, "set": {ODDS: 0.3}}},
        "measures": {
            "x_high": {"value": "esc.chain >= 5", "over": "ever"},
            "top_day": {"value": "esc.chain >= 6", "over": "first"},
            "mars_day": {"value": "esc.chain >= 9", "over": "first"},
        },
        "facts": {name: {**entry, "checks": [{"says": name, **check}]} for name, check in checks.items()},
    })  # fmt: skip


def look(facts_: Facts, *, runs: int = 400, workers: int = 1) -> Results:
    nothing = base_rates.BaseRates(scenarios=(), scales={})
    return validate(facts_, nothing, runs=runs, workers=workers)


# --- statistics -----------------------------------------------------------------------------------------------------


def test_wilson_intervals_known_answers() -> None:
    seven = estimates.wilson(7, 200)  # docking D34
    assert (round(seven.low, 6), round(seven.high, 6)) == (0.017056, 0.070471)
    assert estimates.most_if_none(1000) == pytest.approx(0.0029912, abs=5e-8)  # docking D34; the rule of three says 0.003
    wars = estimates.wilson(6, 75), estimates.wilson(2, 56)  # docking D28: 3.7 to 16.4 %, and 1.0 to 12.1 %
    assert [(round(100 * one.low, 1), round(100 * one.high, 1)) for one in wars] == [(3.7, 16.4), (1.0, 12.1)]


def test_wilson_intervals_end_at_what_was_never_or_always_seen() -> None:
    assert estimates.wilson(0, 50).low == 0.0
    assert estimates.wilson(50, 50).high == 1.0
    assert not estimates.wilson(0, 0).known


def test_the_bootstrap_covers_the_truth_as_often_as_it_says() -> None:
    luck = Draws(7, range(80))
    covered = [
        one.low <= 0.5 <= one.high
        for k in range(100)
        for one in [estimates.bootstrap([luck.uniform(f"sample {k}", 0)], lambda s: summaries.mean(s[0]), paired=True)]
    ]
    assert 88 <= sum(covered) <= 100  # 95 of 100, give or take three standard errors


def test_pairing_narrows_a_difference_of_samples_that_share_their_luck() -> None:
    base = Draws(1, range(300)).normal("x", 0)
    shifted = base + 0.05 + 0.01 * Draws(1, range(300)).normal("y", 0)

    def difference(paired: bool) -> estimates.Estimate:
        return estimates.bootstrap([shifted, base], lambda s: summaries.mean(s[0]) - summaries.mean(s[1]), paired=paired)

    paired, apart = difference(True), difference(False)
    assert paired.low > 0.0 > apart.low
    assert paired.value == apart.value == pytest.approx(0.05, abs=0.003)


def test_statistics_by_hand() -> None:
    one, two = np.array([1.0, 2.0, 2.0, 5.0]), np.array([2.0, 4.0, 4.0, 10.0])
    assert summaries.mode(one) == 2.0
    assert summaries.ratio(two, one, "mean") == 2.0
    assert summaries.slope([one, two], [0.0, 5.0], "mean") == pytest.approx(0.5)
    assert summaries.spread([one, two, one], "median") == 2.0
    assert summaries.spearman(one, -two) == pytest.approx(-1.0)
    assert summaries.spearman(one, np.ones(4)) == 0.0
    zeros, ones = np.zeros(9), np.ones(9)
    assert summaries.ratio(ones, zeros, "share") == pytest.approx(19.0)  # (9 + 1/2) / (0 + 1/2): half a count keeps it finite


def test_equal_pairs_have_a_difference_without_any_width() -> None:
    same = estimates.bootstrap([np.full(50, 0.1) - np.full(50, 0.3)], lambda s: summaries.mean(s[0]), paired=True)
    assert same.low == same.value == same.high


# --- verdicts -------------------------------------------------------------------------------------------------------


def test_bounds_bind_the_estimate_and_signs_bind_the_whole_interval() -> None:
    estimate = estimates.Estimate(0.4, -0.1, 0.9, 100)

    def check(**bounds: float) -> Check:
        return Check.model_validate({"says": "", "statistic": "mean", "arm": "a", "value": "x", **bounds})

    assert holds(check(at_least=0.4, at_most=0.4), estimate)
    assert not holds(check(at_least=0.41), estimate)
    assert holds(check(above=-0.2, below=1.0), estimate)
    assert not holds(check(above=0.0), estimate)
    assert not holds(check(below=0.9), estimate)


def test_a_planted_fact_that_is_wrong_fails_and_a_right_one_holds() -> None:
    results = look(planted(
        right={"statistic": "share", "arm": "chain", "value": "reached_top", "at_least": TOP - 0.1, "at_most": TOP + 0.1},
        wrong={"statistic": "share", "arm": "chain", "value": "reached_top", "at_least": 0.9},
        calmer={"statistic": "difference", "arms": ["calm", "chain"], "value": "reached_top", "below": 0},
        reversed={"statistic": "difference", "arms": ["calm", "chain"], "value": "reached_top", "above": 0},
        rises={
            "statistic": "trend", "value": "x_high", "above": 0,
            "sweep": {"arm": "chain", "path": ODDS, "values": [0.2, 0.4, 0.6]},
        },
        never={"statistic": "share", "arm": "chain", "value": "reached_top", "given": "ended > 1", "at_least": 0},
    ))  # fmt: skip
    assert results.failed == ("wrong", "reversed", "never")
    told = {one["id"]: one for one in results.as_json()["facts"]}
    assert told["never"]["checks"][0]["why"] == "no run meets the condition"
    assert told["never"]["value"] is None
    assert told["right"]["low"] < TOP < told["right"]["high"]
    assert results.settings == 5  # the chain, the calm one, and three odds: every setting once


def test_runs_that_cannot_tell_are_neither_for_nor_against_and_are_counted() -> None:
    late = {"statistic": "mean", "arm": "chain", "value": "top_day", "at_least": 0}
    results = look(planted(
        late=late,
        late_of_some={**late, "given": "top_day > 5"},
        pairs={"statistic": "difference", "arms": ["calm", "chain"], "value": "top_day", "at_least": -99},
        never={**late, "value": "mars_day"},
        not_never={"statistic": "share", "arm": "chain", "value": "not defined(mars_day)", "at_least": 1},
    ))  # fmt: skip
    assert results.failed == ("never",)
    checks = {one["id"]: one["checks"][0] for one in results.as_json()["facts"]}
    chain, calm = (play(CHAIN, 400, {**TOP_DAY, **sets})["top_day"] for sets in ({}, {ODDS: 0.3}))
    reached = int((~np.isnan(chain)).sum())
    assert (checks["late"]["n"], checks["late"]["value"]) == (reached, pytest.approx(np.nanmean(chain)))
    assert checks["late"]["why"] == f"{400 - reached} runs that cannot tell are left out"
    assert checks["late_of_some"]["n"] == (chain > 5).sum()
    assert checks["late_of_some"]["why"] == f"{400 - reached} runs that cannot tell are left out"
    both = ~np.isnan(chain) & ~np.isnan(calm)
    assert checks["pairs"]["n"] == both.sum()
    assert checks["pairs"]["value"] == pytest.approx((calm - chain)[both].mean())
    assert checks["never"]["why"] == "in no run can it be told; 400 runs that cannot tell are left out"
    assert (checks["never"]["value"], checks["not_never"]["value"]) == (None, 1.0)


def test_a_fact_about_a_number_that_never_varies_has_no_interval_and_is_judged_by_the_number() -> None:
    ended = {"statistic": "mean", "arm": "chain", "value": "ended"}
    results = look(planted(holds={**ended, "above": 0.9}, fails={**ended, "above": 1.1}))
    assert results.failed == ("fails",)
    told = results.as_json()["facts"][0]
    assert (told["value"], told["low"], told["high"]) == (1.0, None, None)


def test_numbers_do_not_depend_on_processes() -> None:
    plan = Plan({})
    plan.need(Setting(CHAIN), 60, ["end_day"])
    plan.need(Setting("richardson_race"), 2, ["x_end"])
    alone, together = plan.play(seed=1, workers=1), plan.play(seed=1, workers=2)
    for setting, values in alone.items():
        for name, own in values.items():
            assert np.array_equal(own, together[setting][name])


def test_settings_that_differ_in_numbers_share_blocks_and_get_the_numbers_of_a_set() -> None:
    plan = Plan({})
    for odds in (0.2, 0.3):
        plan.need(Setting(CHAIN, facts.canonical({ODDS: odds}), uncertain=False), 30, ["end_day"])
    assert len(plan.tasks(0)) == 1
    for setting, values in plan.play(seed=3, workers=1).items():
        alone = wg.sweep(wg.load(CHAIN, set=setting.changes), runs=30, seed=3)
        assert np.array_equal(alone.values["end_day"], values["end_day"], equal_nan=True)


def test_a_name_that_is_no_measure_is_an_error_with_its_fact() -> None:
    with pytest.raises(InputError, match=r'typo\.checks\[0\]: unknown name "reached_topp"') as caught:
        look(planted(typo={"statistic": "share", "arm": "chain", "value": "reached_topp", "at_least": 0}), runs=2)
    assert "reached_top" in str(caught.value)


def test_an_error_in_another_process_comes_back_as_the_error_it_is() -> None:
    plan = Plan({})
    plan.need(Setting(CHAIN, facts.canonical({"actors.nobody.name": 3})), 1, [])
    plan.need(Setting("richardson_race"), 1, [])
    with pytest.raises(InputError, match=r"--set actors\.nobody\.name: expected text"):
        plan.play(seed=0, workers=2)


# --- the shipped files ----------------------------------------------------------------------------------------------


def test_every_stylised_fact_of_the_reference_is_there_once_and_nothing_in_the_files_is_unknown() -> None:
    found = facts.load()  # a key that is given twice, an unknown arm, source or scenario would raise
    assert list(found.facts) == [f"SF{number:02}" for number in IDS]
    assert len(IDS) == len(set(IDS)) == 48
    assert all(fact.evidence for fact in (*found.facts.values(), *found.hindcasts.values()))
    assert all(fact.disagreement for fact in found.facts.values() if fact.strength == "X")


def test_no_arm_and_no_measure_of_the_file_is_idle() -> None:
    found = facts.load()
    checks = [check for fact in (*found.facts.values(), *found.hindcasts.values()) for check in fact.checks]
    assert set(found.arms) == {name for check in checks for name in check.arm_names()}
    text = " ".join(str(formula) for check in checks for formula in check.formulas())
    assert [name for name in found.measures if name not in text] == []


def test_a_scenario_that_is_missing_is_an_error_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text("arms:\n  a: {scenario: zapad_2020}\nfacts: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r'2:17: arms\.a\.scenario: no scenario "zapad_2020"; did you mean "zapad_2021"\?'):
        facts.load(file)


def test_a_check_says_what_its_statistic_needs(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    check = "{says: x, statistic: difference, arm: a, value: x}"
    file.write_text(
        f"arms:\n  a: {{scenario: zapad_2021}}\nfacts:\n  F: {{statement: s, strength: C, evidence: [], checks: [{check}]}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="difference needs two arms, two values or two conditions and a bound"):
        facts.load(file)


def test_counts_of_real_cases_give_the_published_shares() -> None:
    scales = base_rates.load().scales
    icb, mid = scales["icb"].compare, scales["mid"].compare
    published = {
        "military_1945": [57.1, 21.4, 17.9, 3.6], "military_all": [50.7, 24.0, 17.3, 8.0], "all": [25.7, 29.2, 23.9, 21.2],
    }  # docking D28  # fmt: skip
    for name, shares in published.items():
        total = sum(icb[name].counts)
        assert [round(100 * count / total, 1) for count in icb[name].counts] == shares
    since = mid["since_1992"].counts, mid["since_1946"].counts  # docking D29
    assert [round(100 * count / sum(since[0]), 1) for count in since[0]] == [1.8, 37.6, 59.9, 0.7]
    assert [round(100 * count / sum(since[1]), 1) for count in since[1]] == [2.1, 27.1, 69.2, 1.7]
    assert set(base_rates.load().scenarios) <= set(shipped())


def test_a_card_puts_model_and_history_side_by_side() -> None:
    rates = base_rates.load()
    values = {scale.value: np.array([0.0] * 90 + [1.0] * 10) for scale in rates.scales.values()}
    card = next(base_rates.cards(rates, "somewhere", values, 100))
    told = card.as_json()
    assert [round(row["share"], 2) for row in told["classes"]] == [0.9, 0.1, 0.0, 0.0]
    assert told["classes"][0]["historical"]["military_1945"]["share"] == pytest.approx(32 / 56)
    assert told["classes"][0]["historical"]["military_1945"]["apart"] is True
    assert told["classes"][3]["historical"]["military_1945"]["apart"] is False  # 0 of 100 against 2 of 56
    assert told["means"]
    assert told["means_not"]


def test_a_card_is_of_the_runs_that_can_tell() -> None:
    rates = base_rates.load()
    values = {scale.value: np.array([0.0] * 45 + [1.0] * 5 + [np.nan] * 50) for scale in rates.scales.values()}
    card = next(base_rates.cards(rates, "somewhere", values, 100))
    assert [row.simulated.n for row in card.rows] == [50] * len(card.rows)
    assert [round(row.simulated.value, 2) for row in card.rows] == [0.9, 0.1, 0.0, 0.0]
    assert card.remark == "of 100 runs 50 cannot tell and are left out"
    nothing = {name: np.full(100, np.nan) for name in values}
    assert list(base_rates.cards(rates, "somewhere", nothing, 100)) == []


# --- levers ---------------------------------------------------------------------------------------------------------


def test_a_number_that_changes_nothing_is_named_and_one_that_does_is_not() -> None:
    found = levers.look_closer(levers.CloserLook(cards.Task("richardson_race", 2, 0), frozenset(), frozenset(), frozenset()))
    assert "parameters.race.reaction_patron" in found.felt
    assert "parameters.threat.war" in found.tried - found.felt  # there is no war in it
    assert not [path for path in found.tried if path.startswith("parameters.regime.")]  # without a client that one does not act


def test_a_rule_that_is_never_chosen_is_named() -> None:
    found = levers.look(cards.Task("inspection_game", 40, 0))
    assert found.rules == ()
    assert len(found.used_rules) == 2
    seldom = levers.look(cards.Task("inspection_game", 1, 0))
    never = {one.partition(": ")[2] for one in seldom.rules}  # told with the actor that never chose it
    assert never | set(seldom.used_rules) == set(found.used_rules)
    assert levers.unchosen([found, seldom]) == set()


# --- the command and the page ---------------------------------------------------------------------------------------


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command with two planted facts, one of them wrong, and no base rates."""
    asked = planted(
        right={"statistic": "share", "arm": "chain", "value": "reached_top", "at_least": 0.3, "at_most": 0.7},
        wrong={"statistic": "share", "arm": "chain", "value": "reached_top", "at_least": 0.99, "judged": True},
    )
    monkeypatch.setattr(facts, "load", lambda: asked)
    monkeypatch.setattr(base_rates, "load", lambda: base_rates.BaseRates(scenarios=(), scales={}))


@pytest.mark.usefixtures("chain")
def test_the_command_shows_what_fails_and_exits_with_three() -> None:
    done = CliRunner().invoke(main, ["validate", "--runs", "100", "--workers", "1"])
    assert done.exit_code == 3
    assert "pass  right" in done.stdout
    assert "FAIL  wrong" in done.stdout
    assert "≥ 0.99 (m)" in done.stdout
    assert done.stderr.endswith("1 of 2 facts fail: wrong\n")


@pytest.mark.usefixtures("chain")
def test_json_has_the_shape_of_the_contract() -> None:
    done = CliRunner().invoke(main, ["validate", "--quick", "--json", "--workers", "1"])
    told = json.loads(done.stdout)
    assert {"facts", "base_rates"} <= set(told)
    assert {"id", "statement", "scenario", "value", "low", "high", "verdict", "sources"} <= set(told["facts"][0])
    assert [one["verdict"] for one in told["facts"]] == ["pass", "fail"]
    assert told["quick"] is True
    assert told["runs"] == 100  # both facts ask for the same arm
    assert done.stderr.startswith("quick: few runs, so intervals are wide")


def test_an_unknown_scenario_is_an_input_error() -> None:
    done = CliRunner().invoke(main, ["validate", "zapad_2020"])
    assert done.exit_code == 2
    assert done.stderr == 'zapad_2020: no shipped scenario of that name; did you mean "zapad_2021"?\n'


def test_the_page_needs_nothing_else_and_shows_every_fact(tmp_path: Path) -> None:
    results = look(planted(
        right={"statistic": "share", "arm": "chain", "value": "reached_top", "at_least": 0.3},
        wrong={"statistic": "share", "arm": "chain", "value": "reached_top", "at_least": 0.99},
        never={"statistic": "share", "arm": "chain", "value": "reached_top", "given": "ended > 1", "at_least": 0},
    ), runs=50)  # fmt: skip
    page = render(results)
    assert page.count("<svg ") == 1
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert all(f"<th>{name}</th>" in page for name in ("right", "wrong", "never"))
    assert "1 of 3 stylised facts hold; 2 do not" in " ".join(page.split())


def test_simulate_leaves_out_names_that_are_no_measures() -> None:
    values = simulate(Task(CHAIN, "{}", False, "{}", ("and", "reached_top"), 0, (Piece(Setting(CHAIN, uncertain=False), 0, 3),)))
    assert set(values[0]) == {"reached_top"}
    assert len(values[0]["reached_top"]) == 3


def test_evidence_of_the_facts_is_in_the_catalogue() -> None:
    cited = {one for fact in facts.load().facts.values() for one in fact.evidence}
    assert catalogue().resolve(sorted(cited)) == []
