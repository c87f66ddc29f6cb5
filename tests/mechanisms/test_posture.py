"""Vigilance, battalions, counter-exercises, the pull to mirror."""

from __future__ import annotations

import pytest

from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import posture

ONLY = [posture.MECHANISM]


def test_vigilance_settles_where_threat_and_anomaly_put_it() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    w["threat"][:], w["anomaly"][:] = 0.5, 0.5
    play(w, 200, ONLY)
    p = {q.name: q.value for q in posture.MECHANISM.parameters}
    assert row(w, "vigilance", "north")[0] == pytest.approx(
        p["vigilance_base"] + 0.5 * p["vigilance_threat"] + 0.5 * p["vigilance_anomaly"], abs=1e-9
    )
    assert row(w, "vigilance", "ostmark")[0] == 0.0


def test_who_has_been_given_false_numbers_watches_more_closely() -> None:
    """`wapo-stoltenberg-vigilant-undercounts`: earlier editions far above the declared numbers keep the alliance watchful."""
    fooled, trusting = (world_of(scenario(), mechanisms=ONLY) for _ in range(2))
    fooled["trust"][:], trusting["trust"][:] = 0.1, 0.5
    for w in (fooled, trusting):
        w["threat"][:] = 0.3
        play(w, 200, ONLY)
    p = {q.name: q.value for q in posture.MECHANISM.parameters}
    more = row(fooled, "vigilance", "league")[0] - row(trusting, "vigilance", "league")[0]
    assert more == pytest.approx(0.4 * p["vigilance_distrust"], abs=1e-9)


def test_alerts_are_raised_faster_than_lifted() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    w["threat"][:] = 0.8
    play(w, 7, ONLY)
    up = row(w, "vigilance", "north")[0]
    w["threat"][:] = 0.0
    play(w, 7, ONLY)
    assert up > 0.3
    assert row(w, "vigilance", "north")[0] > up / 2


def test_battalions_come_and_go_by_decision_and_never_below_none() -> None:
    w = world_of(scenario(actors={"north": {"battalions": 1}}), mechanisms=ONLY)
    told = Told(w)
    play(w, 10, ONLY)
    assert row(w, "battalions", "north")[0] == 1.0
    push(w, "battalions", 1.0, "north")
    play(w, 1, ONLY)
    assert told.facts("move") == ["North now hosts 2 allied battalions"]
    push(w, "battalions", -9.0, "north")
    play(w, 1, ONLY)
    assert row(w, "battalions", "north")[0] == 0.0


def test_a_counter_exercise_fades_after_its_end() -> None:
    w = world_of(scenario({"posture": {"counter_half_life": 10.0}}), mechanisms=ONLY)
    told = Told(w)
    push(w, "counter_exercise", 0.8, "steppe")
    play(w, 1, ONLY)
    assert told.facts("move") == ["Steppe begins a counter-exercise"]
    play(w, 10, ONLY)
    assert row(w, "counter_exercise", "steppe")[0] == pytest.approx(0.4, abs=1e-12)


def test_battalions_and_posture_pull_the_patron_to_mirror() -> None:
    none, four = world_of(scenario()), world_of(scenario(actors={"north": {"battalions": 2}, "south": {"battalions": 2}}))
    for w in (none, four):
        w["posture"][:] = 0.55
        play(w, 1000, ONLY)
    p = {q.name: q.value for q in posture.MECHANISM.parameters}
    assert none["mirror"][0] == pytest.approx(0.55 * p["mirror_posture"], abs=1e-6)
    assert four["mirror"][0] == pytest.approx(0.55 * p["mirror_posture"] + p["mirror_battalions"], abs=1e-6)
