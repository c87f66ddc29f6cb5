"""Suppression: what tightens it, what eases it, whom it silences."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.saltmarsh import HIGHLAND, SALTMARSH, Told, play, scenario, seen, world_of


def test_it_is_higher_in_a_secret_than_in_a_declared_exercise() -> None:
    """Stylised fact 14: in at least 95 % of runs."""
    secret, declared = seen("snap", 60, 300)["suppression"], seen("autumn", 26, 300)["suppression"]
    assert np.mean(secret[SALTMARSH] > declared[SALTMARSH]) >= 0.95


def test_it_tightens_fast_and_eases_slowly() -> None:
    w = world_of(scenario(None))
    start = float(w["suppression"][SALTMARSH, 0])
    assert start == pytest.approx(0.05 + 0.25 * 0.8)  # floor and habit
    w.impulse("suppress")[SALTMARSH] = 0.5
    play(w, 1)
    high = float(w["suppression"][SALTMARSH, 0])
    assert high == pytest.approx(start + 0.5 * (1 - start), abs=0.01)
    play(w, 10)
    assert start < w["suppression"][SALTMARSH, 0] < high
    w.impulse("suppress")[SALTMARSH] = -1.0
    play(w, 1)
    assert w["suppression"][SALTMARSH, 0] < 0.1


def test_it_never_leaves_its_bounds() -> None:
    w = world_of(scenario("snap"), 20)
    for _ in range(70):
        w.impulse("suppress")[:] = 5.0
        play(w, 1)
        assert w["suppression"].max() <= 1.0
    w.impulse("suppress")[:] = -5.0
    play(w, 1)
    assert w["suppression"].min() >= 0.0


def test_blocking_follows_publication_and_does_not_undo_it() -> None:
    w = world_of(scenario("snap"))
    told = Told(w)
    play(w, 60)
    (found, _), (blocked, _) = told.facts("which no declaration lists")[0], told.facts("blocks outlets")[0]
    assert blocked == found
    assert w["public_site"][w.cast.sites.index("causeway"), 0] == 1
    assert w["known"][0, w.cast.sites.index("causeway"), 0] == 1


def test_the_patrons_own_country_keeps_its_habit() -> None:
    w = seen(None, 400)
    assert w["suppression"][HIGHLAND, 0] == pytest.approx(0.4, abs=0.01)


def test_repression_raises_it() -> None:
    calm, harsh = seen(None, 100, repression=0.2), seen(None, 100, repression=0.9)
    assert harsh["suppression"][SALTMARSH, 0] - calm["suppression"][SALTMARSH, 0] > 0.1
