"""Declarations: bunching below the level, honest ones, verdicts, transparency, the norm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import COMPACT, HIGHLAND, SALTMARSH, Told, open_book, play, scenario, seen, world_of
from wargame.engine.types import Array
from wargame.mechanisms.verdicts import carried_over
from wargame.vienna.codes import CODE

RUNS = 500
TRUE = np.exp(np.log(16_500) + 0.15 * np.linspace(-2, 2, RUNS))  # a spread of true strengths around that of the autumn exercise
MARGIN = np.linspace(0.005, 0.045, RUNS)


def _declared(strategy: str, level: float = 13_000, true: Array = TRUE) -> Array:
    def change(data: dict[str, Any]) -> None:
        data["exercises"]["autumn"]["declaration"] = strategy
        data["parameters"] = {"declaration": {"observe_level": level, "notify_level": 9_000 / 13_000 * level}}

    given = {"exercises.autumn.parts.home.troops": true, "exercises.autumn.margin": MARGIN}
    return np.asarray(world_of(scenario("autumn", change), len(true), overrides=given)["declared_host"][0])


@pytest.mark.parametrize("level", [9_000.0, 11_000.0, 13_000.0])
def test_strategic_declarations_bunch_just_below_the_level_and_move_with_it(level: float) -> None:
    """Stylised fact 01."""
    declared = _declared("strategic", level) / level
    assert np.mean((declared >= 0.95) & (declared < 1.0)) >= 0.8
    assert declared.max() < 1.0


def test_honest_declarations_do_not_bunch() -> None:
    declared = _declared("honest")
    assert np.array_equal(declared, TRUE)
    assert np.mean((declared >= 0.95 * 13_000) & (declared < 13_000)) < 0.1


def _silent(norm: float, strategy: str) -> float:
    """Return the share of runs in which no number is given, with the norm at a strength when the exercise is announced."""

    def change(data: dict[str, Any]) -> None:
        data["exercises"]["autumn"]["declaration"] = strategy
        data.setdefault("initial", {})["norm_strength"] = norm

    w = world_of(scenario("autumn", change), RUNS)
    quiet = w["withheld"][0]
    assert (w["declared_host"][0][quiet > 0.0] == 0.0).all()
    assert (w["declared_total"][0][quiet > 0.0] == 0.0).all()
    return float(quiet.mean())


@pytest.mark.parametrize("strategy", ["strategic", "split"])
def test_the_weaker_the_norm_the_likelier_no_number_is_given(strategy: str) -> None:
    shares = [_silent(norm, strategy) for norm in (0.8, 0.5, 0.4, 0.25, 0.0)]
    assert shares[:2] == [0.0, 0.0]  # always given as long as the norm is heeded
    assert shares[2:4] == pytest.approx([0.2, 0.5], abs=0.08)  # 1 - N/0.5; 3.5 standard errors of 500 runs
    assert shares[4] == 1.0


def test_who_means_to_be_honest_is_so_however_weak_the_norm() -> None:
    assert _silent(0.1, "honest") == 0.0


def test_where_there_is_nothing_to_hide_the_truth_is_told() -> None:
    small = np.linspace(3_000, 12_000, RUNS)
    assert np.array_equal(_declared("strategic", true=small), small)


def test_the_known_case_of_12800() -> None:
    """With a margin of 1.5 % below 13,000 the declared figure is the one declared in 2021 (facts B)."""
    w = seen("autumn", 1)
    assert w["declared_host"][0] == 12_800
    assert w["declared_total"][0] == 200_000
    assert w["declared_total"][0] / w["declared_host"][0] == pytest.approx(15.6, abs=0.1)  # stylised fact 02


def test_declaration_ratio_of_strategic_declarations_is_above_1_2() -> None:
    """Stylised fact 04."""
    given = {"exercises.autumn.parts.home.troops": TRUE}
    assert np.median(world_of(scenario("autumn"), RUNS, overrides=given)["declaration_ratio"][0]) > 1.2


def test_a_part_passed_over_in_silence_counts_in_the_ratio() -> None:
    """Zapad-2017: 12,700 declared for both countries, 60,000 to 70,000 counted, about five times (X-ZAPAD17-RATIO)."""

    def silent(data: dict[str, Any]) -> None:
        exercise = data["exercises"]["autumn"]
        del exercise["headline"]
        exercise["parts"]["away"]["declared"] = False

    w = seen("autumn", 1, change=silent)
    assert w["declared_total"][0] == 12_800
    assert w["declaration_ratio"][0] == pytest.approx(56_500 / 12_800)


def test_splitting_keeps_every_part_below_and_declares_more_in_all() -> None:
    def two(strategy: str) -> Any:
        def change(data: dict[str, Any]) -> None:
            exercise = data["exercises"]["autumn"]
            exercise["declaration"] = strategy
            exercise["parts"]["second"] = {"country": "saltmarsh", "troops": 14_000, "sites": {"dike": 1.0}}

        return change

    split = seen("autumn", 1, change=two("split"))
    together = seen("autumn", 1, change=two("strategic"))
    assert split["declared_troops"].max() < 13_000
    assert split["declared_host"][0] > 13_000 > together["declared_host"][0]


def test_withheld_numbers_are_measured_against_the_limit_they_claim_to_keep() -> None:
    w = seen("snap", 40)
    assert w["withheld"][0] == 1
    assert w["declared_host"][0] == 0
    assert w["declaration_ratio"][0] == pytest.approx(30_000 / 13_000)  # facts B2: more than 2.3


def test_nothing_is_said_before_the_announcement() -> None:
    w = seen("snap", 28)
    assert w["withheld"][0] == 0
    assert np.isnan(w["declaration_ratio"][0])


def _verdicts(change: Any, exercise: str = "autumn", days: int = 35) -> tuple[float, float, float]:
    w = seen(exercise, days, change=change)
    return float(w["verdict_letter"][0, 0]), float(w["verdict_substance"][0, 0]), float(w["obs_obligatory"][0, 0])


def test_verdicts_by_the_letter_and_in_substance() -> None:
    """Docking D21: each part below observation, the whole far above it; stylised fact 03: no observation is owed."""
    assert _verdicts(None) == (CODE["met"], CODE["breached"], 0)
    assert _verdicts(open_book) == (CODE["met"], CODE["met"], 1)
    assert _verdicts(None, "snap", 60) == (CODE["below"], CODE["breached"], 0)


def test_the_two_disputes_about_the_rule_are_parameters() -> None:
    """Disagreement D4: at the level or above it; each part or the whole."""

    def at(strictly_above: int, count_whole: int = 0) -> Any:
        def change(data: dict[str, Any]) -> None:
            data["exercises"]["autumn"] |= {"declaration": "honest"}
            data["exercises"]["autumn"]["parts"]["home"]["troops"] = 13_000
            data["exercises"]["autumn"]["parts"]["away"]["troops"] = 5_000
            data["parameters"] = {"declaration": {"strictly_above": strictly_above, "count_whole": count_whole}}

        return change

    assert _verdicts(at(0))[2] == 1
    assert _verdicts(at(1))[2] == 0
    assert _verdicts(at(1, 1))[2] == 1


def test_levels_carry_over_exactly() -> None:
    level = np.array([9_000.0, 7_000.0, 12_345.0])
    observe = np.array([13_000.0, 17_000.0, 12_346.0])
    none = np.zeros(3)
    assert np.array_equal(carried_over(level, level, observe, none), [9_000] * 3)
    assert np.array_equal(carried_over(observe, level, observe, none), [13_000] * 3)
    assert np.all(carried_over(level - 1, level, observe, none) < 9_000)
    assert np.all(carried_over(observe, level, observe, none + 1) < 13_000)


def test_transparency_falls_from_open_to_gaming_to_withheld_to_concealed() -> None:
    """Stylised fact 05, and the classes of mechanisms 5.3."""
    w = [seen("autumn", 25, change=open_book), seen("autumn", 25), seen("snap", 55), seen("spring", 25)]
    assert [float(one["transparency_class"][0]) for one in w] == [0, 2, 4, 5]
    index = [float(one["transparency_index"][0]) for one in w]
    assert index == sorted(index, reverse=True)
    assert index[0] > 0.9
    assert index[2] < 0.3


def test_an_honest_exercise_without_visitors_is_class_one_and_withholding_alone_class_three() -> None:
    def honest(data: dict[str, Any]) -> None:
        data["exercises"]["autumn"]["declaration"] = "honest"

    def listed(data: dict[str, Any]) -> None:
        data["exercises"]["snap"]["parts"]["all"]["undeclared_sites"] = []

    assert seen("autumn", 25, change=honest)["transparency_class"][0] == 1
    assert seen("snap", 55, change=listed)["transparency_class"][0] == 3


def test_worse_relations_mean_more_secrecy_but_not_for_the_honest() -> None:
    """R3. Details are given on the day of the announcement, so the relations of that day count."""

    def details(relations: float, change: Any = None) -> float:
        w = world_of(scenario("snap", change))
        w["relations"][:] = relations
        play(w, 30)
        return float(w["details"][0, 0])

    def gaming(data: dict[str, Any]) -> None:
        data["exercises"]["snap"]["declaration"] = "strategic"

    def honest(data: dict[str, Any]) -> None:
        data["exercises"]["snap"]["declaration"] = "honest"

    assert details(-0.9, gaming) < details(-0.5, gaming) < details(0.3, gaming) == 0.6
    assert details(-0.9, honest) == 1.0


def test_an_unanswered_evasion_wears_the_norm_and_words_help_little() -> None:
    silent = seen("autumn", 30)["norm_strength"][0]
    w = world_of(scenario("autumn"))
    play(w, 26)
    w.impulse("norm_defence")[COMPACT] = 1.0
    play(w, 4)
    assert silent == pytest.approx(0.5 * (1 - 0.12 * 0.7))
    assert silent < w["norm_strength"][0] < 0.5
    assert seen("autumn", 30, change=open_book)["norm_strength"][0] == pytest.approx(0.5 + 0.02 * 0.5)


def test_host_or_guest_may_invite_observers_later() -> None:
    w = world_of(scenario("autumn"), 2)
    play(w, 10)
    w.impulse("invite_observers")[COMPACT] = 1.0
    w.impulse("invite_observers")[SALTMARSH, 1] = 1.0
    play(w, 1)
    assert w["observers"][0].tolist() == [0, 1]
    before = w["transparency_index"].copy()
    play(w, 1)
    assert w["transparency_index"][1] > before[1] == before[0]


def test_a_breach_outside_exercises_wears_the_norm_too() -> None:
    w = world_of(scenario(None))
    w.impulse("norm_breach")[HIGHLAND] = 1.0
    play(w, 1)
    assert w["norm_strength"][0] == pytest.approx(0.5 * 0.88)


def test_the_timeline_cites_numbers_and_paragraphs() -> None:
    w = world_of(scenario("snap"))
    told = Told(w)
    play(w, 55)
    assert [day for day, _ in told.facts("no number is given")] == [28]
    assert told.facts("Notice of Snap comes 23 days ahead; 42 would be due") != []
    assert told.facts("Vienna Document") == [(51, "Vienna Document on Snap: evaded (para. 40.1, 47.4).")]
