"""Sanctions: delay, relief, bite."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, client, listen, play, world
from wargame.mechanisms.sanctions import MECHANISM

ONLY = (MECHANISM,)


def test_a_decision_comes_into_force_at_the_rate_of_the_law() -> None:
    w = world(sanctions=0.2)
    w.impulse("sanctions")[actor(w, "lowland")] = 0.1
    play(w, 20, ONLY)
    # pending measures shrink by exp(-1/20) a day, so after 20 days a share 1 - 1/e of the 0.1 is in force
    assert client(w, "sanctions")[0] == pytest.approx(0.2 + 0.1 * (1 - math.exp(-1)), abs=1e-12)
    assert client(w, "sanctions_pending")[0] == pytest.approx(0.1 * math.exp(-1), abs=1e-12)


def test_relief_cancels_what_is_pending_before_what_is_in_force() -> None:
    w = world(sanctions=0.5, sanctions_pending=0.1)
    w.impulse("sanctions")[actor(w, "lowland")] = -0.3
    play(w, 1, ONLY)
    assert client(w, "sanctions_pending")[0] == 0.0
    assert client(w, "sanctions")[0] == pytest.approx(0.3, abs=1e-12)  # 0.5 - (0.3 - 0.1)


def test_bite_starts_in_balance_and_lags_behind() -> None:
    w = world(sanctions=0.4)
    assert client(w, "bite")[0] == 0.4
    w.impulse("sanctions")[actor(w, "lowland")] = 0.3
    play(w, 30, ONLY)
    assert 0.4 < client(w, "bite")[0] < client(w, "sanctions")[0] - 0.1
    play(w, 600, ONLY)
    assert client(w, "bite")[0] == pytest.approx(0.7, abs=1e-3)


def test_a_given_bite_is_kept() -> None:
    assert client(world(sanctions=0.4, bite=0.1), "bite")[0] == 0.1


def test_nothing_changes_without_a_decision_and_nobody_else_is_touched() -> None:
    w = world()
    before = w.state.copy()
    play(w, 98, ONLY)
    assert np.array_equal(w.state, before, equal_nan=True)


def test_thresholds_are_told_once() -> None:
    w = world(sanctions=0.45)
    heard = listen(w)
    w.impulse("sanctions")[actor(w, "lowland")] = 0.2
    play(w, 120, ONLY)
    assert [e["fact"] for e in heard] == [
        "Sanctions in force against Lowland reach 50% of the full range.",
        "The economy of Lowland now feels 50% of the harshest sanctions.",
    ]
