"""Beliefs about the hidden inner state of patron and client."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.mechanisms.saltmarsh import ACTORS, COMPACT, FAR, HIGHLAND, REED, SALTMARSH, play, scenario, seen, world_of
from wargame.engine.types import Array


def _weeks(w: Any, field: str, subject: int, value: float, days: int) -> None:
    for _ in range(days):
        w[field][subject] = value
        play(w, 1)


def test_everybody_knows_himself() -> None:
    w = seen(None, 9, 20)
    for i in range(len(ACTORS)):
        assert np.array_equal(w["believed.stability"][i, i], w["stability"][i])
        assert np.all(w["unsure.stability"][i, i] == 0)


def test_opening_beliefs_are_wrong_in_no_direction() -> None:
    w = world_of(scenario(None), 2_000)
    error = w["believed.stability"][COMPACT, SALTMARSH] - 0.5
    assert abs(np.mean(error)) < 0.03
    assert 0.08 < np.std(error) < 0.16


def _gain(observer: int, field: str, subject: int, low: float, high: float) -> Array:
    """Return how far a belief follows when the truth is high rather than low for half a year."""
    w = [world_of(scenario(None), 300) for _ in range(2)]
    for one, value in zip(w, (low, high), strict=True):
        _weeks(one, field, subject, value, 180)
    return np.asarray(
        (w[1][f"believed.{field}"][observer, subject] - w[0][f"believed.{field}"][observer, subject]) / (high - low)
    )


def test_a_patron_reads_its_client_better_than_outsiders_do() -> None:
    near, far = _gain(HIGHLAND, "stability", SALTMARSH, 0.3, 0.7), _gain(COMPACT, "stability", SALTMARSH, 0.3, 0.7)
    assert np.median(near) > 1.5 * np.median(far) > 0.2


def test_intent_stays_dark_even_to_the_client() -> None:
    for observer in (SALTMARSH, COMPACT):
        assert np.median(_gain(observer, "intent", HIGHLAND, 0.0, 2.0)) < 0.25


def test_doubt_never_falls_below_its_floor_nor_leaves_the_range() -> None:
    w = world_of(scenario(None), 100)
    _weeks(w, "stability", SALTMARSH, 0.99, 200)
    assert np.all(w["unsure.stability"][COMPACT, SALTMARSH] >= 0.1)
    assert np.all(w["unsure.stability"][COMPACT, SALTMARSH] < 0.3)
    assert w["believed.stability"].min() >= 0
    assert w["believed.stability"].max() <= 1


def test_only_patron_and_client_are_riddles() -> None:
    w = world_of(scenario(None), 5)
    opening = w["believed.stability"][FAR, REED].copy()
    _weeks(w, "stability", REED, 0.9, 20)
    assert np.array_equal(w["believed.stability"][FAR, REED], opening)
