"""Threat: opacity, surprise, distance, erraticism, both directions of the spiral (stylised facts 07, 40, 48, 51, 53)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.marches import GROUP, Told, play, push, row, scenario, world_of
from wargame.mechanisms import threat
from wargame.world.world import World

ONLY = [threat.MECHANISM]
OBSERVERS = ("isles", "league", "north", "south", "steppe")


def _after(days: int = 30, parameters: dict[str, dict[str, float]] | None = None, **fields: float) -> World:
    w = world_of(scenario(parameters), mechanisms=ONLY)
    for name, value in fields.items():
        w[name][:] = value
    play(w, days, ONLY)
    return w


def test_opacity_raises_threat_with_identical_forces() -> None:
    clear, dim = _after(90, opacity=0.1), _after(90, opacity=0.8)
    for name in OBSERVERS:
        assert row(dim, "threat", name)[0] > row(clear, "threat", name)[0] + 0.02
    for name in ("north", "south", "steppe"):
        assert row(dim, "threat", name)[0] > row(clear, "threat", name)[0] + 0.06


def test_a_base_alarms_those_next_to_it_most_and_nobody_is_left_untouched() -> None:
    """`cbc-training-centre-distances`: how near it stands is part of what it means."""
    none, based = (world_of(scenario(), mechanisms=ONLY) for _ in range(2))
    for w in (none, based):
        w["proximity"][:] = 0.0
        w["proximity"][:, w.cast.actors.index("north")] = 0.9
        w["proximity"][:, w.cast.actors.index("south")] = 0.1
    based["basing_public"][0] = 4.0
    for w in (none, based):
        play(w, 14, ONLY)
    north, south, isles = (row(based, "threat", name)[0] - row(none, "threat", name)[0] for name in ("north", "south", "isles"))
    assert north > south > 0
    assert isles > 0


def test_an_exercise_next_door_rattles_by_being_held() -> None:
    """`ft-neighbours-rattled`: with the same known force, and the more the nearer it is."""
    far, near = (world_of(scenario(), mechanisms=ONLY) for _ in range(2))
    far["exercise_near"][:], near["exercise_near"][:] = 0.1, 0.8
    for w in (far, near):
        play(w, 14, ONLY)
    assert row(near, "threat", "north")[0] > row(far, "threat", "north")[0]


def test_false_numbers_found_out_alarm_with_identical_forces() -> None:
    fooled, trusting = (world_of(scenario(), mechanisms=ONLY) for _ in range(2))
    fooled["trust"][:], trusting["trust"][:] = 0.1, 0.5
    for w in (fooled, trusting):
        play(w, 60, ONLY)
    assert row(fooled, "threat", "north")[0] > row(trusting, "threat", "north")[0]


def test_the_front_line_is_more_alarmed_than_distant_capitals() -> None:
    w = _after(90, opacity=0.6)
    near = [row(w, "threat", name)[0] for name in ("north", "south")]
    assert min(near) > row(w, "threat", "isles")[0] + 0.05


def test_an_unscheduled_exercise_alarms_more_than_a_scheduled_one_of_the_same_force() -> None:
    scheduled, unscheduled = _after(exercise_level=1.0, indicators=1.0), _after(exercise_level=1.0, indicators=2.0)
    for name in OBSERVERS:
        assert row(unscheduled, "threat", name)[0] > row(scheduled, "threat", name)[0]
        assert row(unscheduled, "memory", name)[0] > row(scheduled, "memory", name)[0]


def test_an_erratic_client_alarms_the_front_line_only() -> None:
    calm, mad = world_of(scenario()), world_of(scenario(actors={"vale": {"erraticism": 0.9}}))
    for w in (calm, mad):
        play(w, 1, ONLY)
    assert row(mad, "threat", "north")[0] > row(calm, "threat", "north")[0]
    assert row(mad, "threat", "isles")[0] == row(calm, "threat", "isles")[0]


def test_doubt_about_intent_alarms_and_the_two_groups_may_move_apart() -> None:
    # the earlier edition: intent unknown, the surprise fresh in memory, a calculating client; the later one the reverse
    def edition(doubt: float, memory: float, erratic: float) -> World:
        w = world_of(scenario({"threat": {"intent_doubt": doubt}}), mechanisms=GROUP)
        w["memory"][:], w["erraticism"][:] = memory, erratic
        play(w, 40, ONLY)
        return w

    earlier, later = edition(0.8, 0.35, 0.2), edition(0.4, 0.35, 0.7)
    assert row(later, "threat", "north")[0] > row(earlier, "threat", "north")[0]
    assert row(later, "threat", "isles")[0] < row(earlier, "threat", "isles")[0]


def test_pressure_alarms_the_pressed_state_without_any_attack() -> None:
    quiet, pressed = world_of(scenario(), mechanisms=ONLY), world_of(scenario(), mechanisms=ONLY)
    row(pressed, "pressure", "steppe")[:] = 0.7
    for w in (quiet, pressed):
        play(w, 20, ONLY)
    assert row(pressed, "threat", "steppe")[0] > row(quiet, "threat", "steppe")[0] + 0.05
    assert row(pressed, "threat", "north")[0] == row(quiet, "threat", "north")[0]


def test_threat_rises_faster_than_it_falls() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    play(w, 400, ONLY)
    rest = row(w, "threat", "north")[0]
    w["opacity"][:] = 1.0
    play(w, 10, ONLY)
    risen = row(w, "threat", "north")[0] - rest
    w["opacity"][:] = 0.4
    play(w, 10, ONLY)
    fallen = rest + risen - row(w, "threat", "north")[0]
    assert risen > 0.03
    assert 0.0 < fallen < risen / 2


@pytest.mark.parametrize(("gain", "actor"), [("spiral_to_alliance", "north"), ("spiral_to_patron", "ostmark")])
def test_the_spiral_has_a_gain_in_each_direction(gain: str, actor: str) -> None:
    low, high = (_after(60, {"threat": {gain: value}}) for value in (0.5, 1.5))
    assert row(high, "threat", actor)[0] > row(low, "threat", actor)[0] + 0.05


def test_the_patron_s_threat_follows_the_dated_columns() -> None:
    # (relations, posture, target's progress) -> (threat, tolerance): the order of the dates is the documents'
    values = []
    for relations, posture, progress in ((-0.5, 0.45, 0.20), (-0.75, 0.55, 0.25), (-0.9, 0.65, 0.25)):
        w = world_of(scenario(world={"relations": relations, "target_progress": progress}), mechanisms=ONLY)
        w["posture"][:], w["vigilance"][:] = posture, 0.4
        play(w, 300, ONLY)
        values.append(row(w, "threat", "ostmark")[0])
    assert values == pytest.approx([0.45, 0.70, 0.80], abs=0.08)
    assert values == sorted(values)


def test_a_clash_shocks_at_once_and_is_remembered() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    play(w, 5, ONLY)
    before = row(w, "threat", "north").copy()
    row(w, "clash", "north")[:] = 1.0
    play(w, 1, ONLY)
    assert row(w, "threat", "north")[0] > before[0] + 0.08
    assert row(w, "memory", "north")[0] > row(w, "memory", "south")[0] + 0.2


def test_memory_halves_in_its_half_life() -> None:
    w = world_of(scenario({"threat": {"memory_half_life": 100.0}}), mechanisms=ONLY)
    w["memory"][:] = 0.6
    play(w, 100, ONLY)
    assert row(w, "memory", "north")[0] == pytest.approx(0.3, abs=1e-9)


def test_a_threshold_passed_is_told_once() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    play(w, 200, ONLY)
    row(w, "threat", "north")[:] = 0.49
    row(w, "opacity", "north")[:] = 1.0
    row(w, "seen_force", "north")[:] = 60000.0
    told = Told(w)
    play(w, 4, ONLY)
    assert [fact for fact in told.facts("belief") if "North" in fact] == ["The sense of threat of North passes 0.50"]


def test_an_actor_without_a_role_changes_nothing() -> None:
    alone, joined = world_of(scenario(), 3), world_of(scenario(extra_actor=True), 3)
    for w in (alone, joined):
        push(w, "rhetoric", 0.3, "vale")
        play(w, 60)
    for name in (*OBSERVERS, "ostmark", "vale"):
        for field in ("threat", "memory", "posture", "rhetoric", "incident_rate"):
            assert np.array_equal(row(alone, field, name), row(joined, field, name))
    for field in ("tension", "relations", "anomaly", "incidents", "esc"):
        assert np.array_equal(alone[field], joined[field])
