"""The ladder, unintended steps, the birth-death chain of constant odds, attack on the alliance (stylised facts 16, 17, 54)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.mechanisms.autumn import autumn
from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import escalation
from wargame.scenario.schema import Rung
from wargame.world.world import World

ONLY = [escalation.MECHANISM]
STILL = {"slip": 0.0}
RUNGS: dict[str, Any] = {
    "b3": {
        "track": "border", "level": 3, "label": "pressure", "when": "true", "hold": 4,
        "source": ["cbc-hybrid-war-as-retribution"],
    },
    "b5": {
        "track": "border", "level": 5, "label": "a clash", "when": "true", "hold": 6, "deliberate": False,
        "judgement": "test",
    },
}  # fmt: skip


def _laddered(runs: int = 1, **parameters: float) -> tuple[World, dict[str, bool]]:
    """Return a world whose two rungs hold when the test says so."""
    w = world_of(scenario({"escalation": {**STILL, **parameters}}, ladder=RUNGS), runs, mechanisms=ONLY)
    holds = {"b3": False, "b5": False}
    w.ladder = lambda state: np.stack([np.full(runs, float(holds[name])) for name in sorted(RUNGS)])
    return w, holds


def _levels(w: World, days: int) -> list[float]:
    found = []
    for _ in range(days):
        play(w, 1, ONLY)
        found.append(float(w["esc"][0, 0]))
    return found


def test_a_track_rises_at_once_stays_for_the_hold_and_comes_down_step_by_step() -> None:
    w, holds = _laddered(step_days=2.0)
    holds["b5"] = True
    assert _levels(w, 2) == [5.0, 5.0]
    holds["b5"] = False
    assert _levels(w, 14) == [5, 5, 5, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0]
    assert w["esc_max"][0] == 5.0


def test_a_standing_lower_cause_stops_the_descent() -> None:
    w, holds = _laddered(step_days=1.0)
    holds["b5"] = True
    play(w, 1, ONLY)
    holds["b5"], holds["b3"] = False, True
    assert _levels(w, 12)[5:] == [4, 3, 3, 3, 3, 3, 3]
    holds["b3"] = False
    assert _levels(w, 6) == [3, 3, 3, 2, 1, 0]


def test_every_rise_is_told_with_its_label_and_source_and_every_step_down() -> None:
    w, holds = _laddered(step_days=1.0)
    told = Told(w)
    holds["b3"] = True
    play(w, 1, ONLY)
    holds["b3"] = False
    play(w, 8, ONLY)
    assert told.facts("rung") == [
        "Border: level 3, pressure", "Border: down to level 2", "Border: down to level 1", "Border: down to level 0",
    ]  # fmt: skip
    assert told.events[0][4] == ("cbc-hybrid-war-as-retribution",)
    assert all(reason for _, _, _, reason, _ in told.events)


def test_in_the_autumn_no_level_is_reached_without_a_word_and_none_left_but_by_one_step() -> None:
    risen = 0
    for seed in range(6):
        seen = autumn(1, seed=seed, listen=True)
        assert seen.told is not None
        before = np.zeros(2)
        for day, levels in enumerate(seen.levels[:, :, 0]):
            assert (levels - before >= -1).all()
            said = [fact for tick, kind, fact, _, _ in seen.told.events if tick == day and kind == "rung"]
            for name, now, was in zip(("Border", "South"), levels, before, strict=True):
                if now != was:
                    assert any(fact.startswith(f"{name}:") and f"level {now:.0f}" in fact for fact in said)
                risen += int(now > was)
            before = levels
    assert risen > 6


def test_a_crisis_often_goes_further_than_anybody_meant() -> None:
    runs = 4000
    tense = {"roe_clarity": 0.7, "hotline": 0.5, "erraticism": 0.6}
    w = world_of(scenario(), runs, mechanisms=ONLY)
    for name, value in tense.items():
        w[name][:] = value
    passed = np.zeros(runs, dtype=bool)
    w["esc"][0], w["rung_left"][0] = 6.0, 100.0
    for _ in range(30):  # a coercive crisis of a month that everybody means to keep at level 6
        play(w, 1, ONLY)
        passed |= w["esc"][0] > 6
        w["esc"][0] = 6.0
    assert passed.mean() >= 0.2 - 4 * np.sqrt(0.2 * 0.8 / runs)
    assert passed.mean() < 0.5


def test_calm_shortens_and_escalate_raises() -> None:
    w, holds = _laddered(step_days=3.0, calm_days=9.0)
    holds["b5"] = True
    play(w, 1, ONLY)
    holds["b5"] = False
    w.impulse("calm")[0] = 1.0
    play(w, 1, ONLY)
    assert w["esc"][0, 0] == 4.0
    w.impulse("escalate")[1] = 2.0
    told = Told(w)
    play(w, 1, ONLY)
    assert w["esc"][1, 0] == 2.0
    assert told.facts("rung") == ["South: raised to level 2"]


def test_a_track_set_high_at_the_start_does_not_fall_on_the_first_day() -> None:
    w = world_of(scenario({"escalation": {**STILL, "start": 3.0}}), mechanisms=ONLY)
    assert _levels(w, 6) == [3, 3, 3, 3, 2, 2]


@pytest.mark.parametrize(
    ("up", "down", "start", "top", "reaches", "days"),
    [(0.45, 0.35, 2, 6, 0.5073854, 10.443121), (0.3, 0.5, 2, 4, 0.2647059, 4.705882)],
)
def test_with_constant_odds_it_is_the_birth_death_chain(
    up: float, down: float, start: int, top: int, reaches: float, days: float
) -> None:
    runs = 20000
    odds = {"slip": 0.0, "odds_up": up, "odds_down": down, "top": float(top), "absorbing": 1.0, "step_days": 1e6}
    w = world_of(scenario({"escalation": {**odds, "start": float(start)}}), runs, mechanisms=ONLY)
    assert (w["esc"] == start).all()
    ended = np.full((2, runs), np.nan)
    for day in range(1, 400):
        play(w, 1, ONLY)
        over = (w["esc"] == 0) | (w["esc"] == top)
        ended[over & np.isnan(ended)] = day
        if over.all():
            break
    assert over.all()
    for k in range(2):
        share = (w["esc"][k] == top).mean()
        assert share == pytest.approx(reaches, abs=4 * np.sqrt(reaches * (1 - reaches) / runs))
        assert ended[k].mean() == pytest.approx(days, abs=4 * ended[k].std() / np.sqrt(runs))


def test_an_unintended_step_is_at_least_twice_as_likely_at_crisis_level() -> None:
    runs, share = 40000, []
    for level in (2.0, 6.0):
        w = world_of(scenario(), runs, mechanisms=ONLY)
        w["esc"][:], w["rung_left"][:] = level, 100.0
        for _ in range(5):
            w["esc"][:] = level
            play(w, 1, ONLY)
        share.append(w["unintended"].mean())
    assert share[1] >= 2 * share[0] > 0


def test_hotlines_clear_rules_and_calm_leaders_make_slips_rarer_and_never_impossible() -> None:
    def slips(hotline: float, clear: float, erratic: float) -> float:
        w = world_of(scenario({"escalation": {"slip": 0.01}}), 20000, mechanisms=ONLY)
        w["hotline"][:], w["roe_clarity"][:], w["erraticism"][:] = hotline, clear, erratic
        play(w, 5, ONLY)
        return float(w["unintended"].mean())

    usual = slips(0.5, 0.5, 0.5)
    assert 0 < slips(1.0, 0.5, 0.5) < usual
    assert 0 < slips(0.5, 1.0, 0.5) < usual
    assert slips(0.5, 0.5, 1.0) > usual
    assert slips(1.0, 1.0, 0.0) > 0


def test_an_accident_is_the_occasion_of_a_slip_on_the_day_after_and_only_then() -> None:
    runs = 20000
    given = {"slip": 0.01, "slip_growth": 1.0, "occasion_gain": 9.0}

    def slips(accident: bool) -> list[float]:
        w, holds = _laddered(runs, **given)
        holds["b3"] = True
        play(w, 1, ONLY)
        holds["b5"] = accident
        found, before = [], w["unintended"].copy()
        for _ in range(3):
            play(w, 1, ONLY)
            found.append(float((w["unintended"] - before).mean()))
            before = w["unintended"].copy()
        return found

    without, with_it = slips(False), slips(True)
    assert with_it[1] == pytest.approx(without[1] + 9.0 * without[1] / 2.0, rel=0.15)  # two tracks, one of which had it
    assert with_it[0] == pytest.approx(without[0], rel=0.15)
    assert with_it[2] == pytest.approx(without[2], rel=0.15)


def test_no_slip_reaches_the_highest_level() -> None:
    w = world_of(scenario({"escalation": {"slip": 1.0, "step_days": 1e6}}), 100, mechanisms=ONLY)
    play(w, 40, ONLY)
    assert (w["esc"] == 8.0).all()
    assert not w["attack_alliance"].any()


def test_attack_on_the_alliance_in_the_autumn_is_rarer_than_one_in_a_hundred() -> None:
    attacked = autumn(3000).world["attack_alliance"]
    # with 3,000 runs and a true share of 0.005 more than 30 would be a 4-sigma event
    assert attacked.sum() <= 30


def test_a_clash_at_a_member_s_border_can_become_war_but_not_one_elsewhere() -> None:
    for where, possible in (("north", True), ("steppe", False)):
        w = world_of(scenario({"escalation": {"war_from_clash": 0.5}}), 2000, mechanisms=ONLY)
        row(w, "clash", where)[:] = 1.0
        told = Told(w)
        play(w, 1, ONLY)
        assert bool(w["attack_alliance"].any()) is possible
        assert ("A clash at the border grows into war with the alliance" in told.facts("outcome")) is possible


def test_an_ordered_attack_on_a_member_is_war_with_the_alliance() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    row(w, "invasion", "south")[:] = 1.0
    told = Told(w)
    play(w, 3, ONLY)
    assert w["attack_alliance"][0] == 1.0
    assert told.facts("outcome") == ["The alliance is attacked"]


def test_tension_adds_up_its_sources_and_fades_slowly() -> None:
    w = world_of(scenario({"escalation": STILL}, world={"tension": 0.0}), mechanisms=ONLY)
    w["threat"][:] = 0.5
    row(w, "rhetoric", "vale")[:] = 0.6
    row(w, "pressure", "steppe")[:] = 0.4
    play(w, 200, ONLY)
    p = {q.name: q.value for q in escalation.MECHANISM.parameters}
    full = 0.5 * p["tension_threat"] + 0.6 * p["tension_rhetoric"] + 0.4 * p["tension_pressure"]
    assert w["tension"][0] == pytest.approx(full, abs=1e-6)
    w["threat"][:], w["rhetoric"][:], w["pressure"][:] = 0.0, 0.0, 0.0
    play(w, 7, ONLY)
    assert w["tension"][0] > 0.6 * full
    push(w, "tension", -0.1)
    before = w["tension"][0]
    play(w, 1, ONLY)
    assert w["tension"][0] < before - 0.1


def test_the_shipped_ladder_has_the_levels_of_the_published_list_on_each_track() -> None:
    path = Path(__file__).parents[2] / "scenarios" / "library" / "ladder.yaml"
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    rungs = {name: Rung.model_validate(rung) for name, rung in text["ladder"].items()}
    levels = {track: sorted(r.level for r in rungs.values() if r.track == track) for track in text["tracks"]}
    first, second, third = levels.values()
    assert first == [0, 1, 2, 3, 4, 5, 9]
    assert second == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert {0, 7} <= set(third)
    assert all((rung.source and rung.judgement) or rung.level == 0 for rung in rungs.values())
    assert [name for name, rung in rungs.items() if not rung.deliberate and "4_incident" in name]
