"""Relations, worth of the buffers, progress of the target."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import buffer

ONLY = [buffer.MECHANISM]


def test_relations_approach_what_threat_and_pressure_make_of_them() -> None:
    w = world_of(scenario(world={"relations": -0.5}), mechanisms=ONLY)
    w["threat"][:] = 0.5
    row(w, "pressure", "steppe")[:] = 0.25
    row(w, "sanctions", "vale")[:] = 0.6
    p = {q.name: q.value for q in buffer.MECHANISM.parameters}
    aim = p["relations_at_peace"] - 0.5 * (p["patron_threat"] + p["member_threat"]) - 0.25 * p["pressure"] - 0.6 * p["sanctions"]
    play(w, 180, ONLY)
    expected = aim + (-0.5 - aim) * np.exp(-1.0)  # one time constant of 180 days
    assert w["relations"][0] == pytest.approx(expected, abs=1e-9)


def test_war_drives_relations_to_the_floor_and_not_below() -> None:
    w = world_of(scenario(world={"relations": -0.7}), mechanisms=ONLY)
    w["threat"][:] = 0.9
    row(w, "pressure", "steppe")[:] = 1.0
    row(w, "invasion", "steppe")[:] = 2.0
    told = Told(w)
    play(w, 2000, ONLY)
    assert w["relations"][0] == pytest.approx(-1.0, abs=1e-3)
    assert w["relations"][0] >= -1.0
    assert told.facts("note") == ["Relations between the patron and the West fall to -0.90 on a scale from -1 to 1"]


def test_losing_the_target_raises_the_worth_of_the_client() -> None:
    held, lost = world_of(scenario()), world_of(scenario())
    row(held, "alignment", "steppe")[:] = 0.9
    row(lost, "alignment", "steppe")[:] = 0.1
    for w in (held, lost):
        play(w, 200, ONLY)
    assert row(lost, "buffer_value", "vale")[0] > row(held, "buffer_value", "vale")[0] + 0.1


def test_progress_of_the_target_moves_only_by_decision() -> None:
    w = world_of(scenario(world={"target_progress": 0.25}))
    told = Told(w)
    play(w, 30)
    assert w["target_progress"][0] == 0.25
    push(w, "target_progress", 0.5)
    play(w, 1)
    assert w["target_progress"][0] == 0.75
    assert "The target's progress towards the alliance now stands at 0.75" in told.facts("note")


def test_a_world_without_members_and_target_has_relations_too() -> None:
    alone = {"patron": ["ostmark"], "client": ["vale"]}
    w = world_of(scenario(roles=alone, world={"relations": 0.0}), mechanisms=ONLY)
    play(w, 10, ONLY)
    assert -1.0 < w["relations"][0] < 0.2
