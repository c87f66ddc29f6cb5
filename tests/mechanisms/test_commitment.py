"""Resolve, guarantee, authority, and the rule of D10: does the client fight?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.marches import Told, play, push, row, scenario, world_of
from wargame.mechanisms import commitment

ONLY = [commitment.MECHANISM]


def _joined(follows: float, *, attacked: str = "steppe", stance: float = 0.0, days: int = 10, runs: int = 4000) -> float:
    w = world_of(scenario({"commitment": {"follows": follows}}), runs, mechanisms=ONLY)
    row(w, "authority", "vale")[:] = 0.8
    w["dependence"][:], w["integ_mil"][:] = 0.96, 0.8  # keeps the authority at 0.8
    row(w, "invasion", attacked)[:] = 2.0
    push(w, "join", stance, "vale")
    play(w, days, ONLY)
    return float(row(w, "co_belligerent", "vale").mean())


def test_a_client_that_fights_in_defence_only_stays_out_and_one_that_follows_joins_by_authority() -> None:
    assert _joined(0.0) == 0.0
    assert _joined(1.0) == pytest.approx(0.8, abs=0.03)
    assert _joined(0.5) == pytest.approx(0.4, abs=0.03)


def test_waiting_does_not_wear_a_client_down() -> None:
    assert _joined(0.5, days=60) == _joined(0.5, days=1)


def test_a_war_with_the_alliance_is_its_own_war() -> None:
    assert _joined(0.0, attacked="north") == pytest.approx(0.9, abs=0.03)


def test_the_client_may_decide_for_itself() -> None:
    assert _joined(1.0, stance=-1.0) == 0.0
    assert _joined(0.0, stance=1.0) == 1.0


def test_without_a_war_nobody_fights() -> None:
    w = world_of(scenario({"commitment": {"follows": 1.0}}), 100, mechanisms=ONLY)
    play(w, 60, ONLY)
    assert not w["co_belligerent"].any()


def test_a_pledge_raises_resolve_and_is_told() -> None:
    plain, pledged = world_of(scenario(), mechanisms=ONLY), world_of(scenario(), mechanisms=ONLY)
    told = Told(pledged)
    push(pledged, "pledge", 0.8, "vale")
    for w in (plain, pledged):
        play(w, 200, ONLY)
    assert told.facts("message") == ["Vale has its patron's word to defend it"]
    assert row(pledged, "resolve", "ostmark")[0] > row(plain, "resolve", "ostmark")[0] + 0.05
    assert 0.5 < row(pledged, "guarantee", "vale")[0] < 0.8


def test_authority_grows_with_dependence_integration_and_hosted_troops() -> None:
    base = world_of(scenario(), mechanisms=ONLY)
    play(base, 300, ONLY)
    for field in ("dependence", "integ_mil", "guest_troops"):
        w = world_of(scenario(), mechanisms=ONLY)
        w[field][:] = w[field] + (20000 if field == "guest_troops" else 0.15)
        play(w, 300, ONLY)
        assert row(w, "authority", "vale")[0] > row(base, "authority", "vale")[0] + 0.02


def test_authority_of_the_patron_in_the_documents_last_winter_is_near_all() -> None:
    w = world_of(scenario(), mechanisms=ONLY)
    w["dependence"][:], w["integ_mil"][:], w["guest_troops"][:] = 0.92, 0.82, 20000
    play(w, 600, ONLY)
    assert 0.8 < row(w, "authority", "vale")[0] <= 1.0


def test_joining_is_told() -> None:
    w = world_of(scenario({"commitment": {"follows": 1.0}}), 50, mechanisms=ONLY)
    row(w, "invasion", "steppe")[:] = 1.0
    told = Told(w)
    play(w, 1, ONLY)
    assert told.facts("outcome") == ["Vale fights beside its patron"]
    assert np.isin(row(w, "co_belligerent", "vale"), (0.0, 1.0)).all()
