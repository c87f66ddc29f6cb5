"""The laws of the engine on the mechanisms of force and knowledge together: width, inert actors, the order of a file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import GROUP, play, scenario, world_of
from wargame.mechanisms.base import Mechanism


@pytest.mark.parametrize("exercise", ["autumn", "snap", "spring"])
@pytest.mark.parametrize("width", [1, 2, 7])
def test_a_run_is_the_same_alone_and_in_a_batch(exercise: str, width: int) -> None:
    batch = play(world_of(scenario(exercise), 33), 70)
    for first in (0, 33 - width):
        part = play(world_of(scenario(exercise), width, first=first), 70)
        assert np.array_equal(part.state, batch.state[:, first : first + width], equal_nan=True)


@pytest.mark.parametrize("exercise", ["autumn", "snap"])
def test_an_inert_actor_and_an_idle_place_change_no_other_number(exercise: str) -> None:
    def more(data: dict[str, Any]) -> None:
        data["actors"] = {"aardvark": {"name": "Aardvark", "short": "AAR"}, **data["actors"]}
        data["sites"]["aardvark_town"] = {"name": "A", "lat": 10, "lon": 10, "country": "aardvark", "kind": "town"}

    plain, padded = play(world_of(scenario(exercise), 3), 70), play(world_of(scenario(exercise, more), 3), 70)
    rows = dict(zip(padded.layout.row_names(), padded.state, strict=True))
    for name, values in zip(plain.layout.row_names(), plain.state, strict=True):
        assert np.array_equal(values, rows[name], equal_nan=True), name


def test_the_order_of_the_file_and_of_the_registry_means_nothing() -> None:
    def reversed_file(data: dict[str, Any]) -> None:
        for key in ("actors", "sites", "sensors", "roles"):
            data[key] = dict(reversed(list(data[key].items())))

    forwards = play(world_of(scenario("snap"), 3), 60)
    mechanisms: list[Mechanism] = list(reversed(GROUP))
    backwards = play(world_of(scenario("snap", reversed_file), 3, mechanisms=mechanisms), 60, mechanisms)
    assert np.array_equal(forwards.state, backwards.state, equal_nan=True)


def test_every_field_stays_within_its_bounds() -> None:
    for exercise in ("autumn", "snap", "spring"):
        w = world_of(scenario(exercise), 40)
        for _ in range(12):
            play(w, 10)
            for name, field in w.layout.fields.items():
                assert field.holds(w[name], 1e-9), name


def test_a_world_without_patron_client_or_watchers_still_turns() -> None:
    def nobody(data: dict[str, Any]) -> None:
        data["roles"] = {}

    w = play(world_of(scenario("autumn", nobody), 2), 40)
    assert all(field.missing or np.isfinite(w[name]).all() for name, field in w.layout.fields.items())
    assert np.all(w["guest_troops"] == 0)
