"""Left alone, the late summer of 2021 stays as it is: what happens in a scenario is due to orders and injects."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import GROUP, SLOW, client, play, world


@pytest.mark.parametrize("field", [*SLOW, "elite_loyalty", "instrument", "loan_need", "west_option"])
def test_fourteen_weeks_without_orders_change_nothing_much(field: str) -> None:
    w = world("sep_2021", runs=300)
    start = client(w, field)
    change = client(play(w, 98), field) - start
    assert abs(float(change.mean())) < 0.06
    assert float((np.abs(change) < 0.08).mean()) >= 0.99


def test_basing_and_migration_rest_too() -> None:
    w = world("sep_2021", runs=300)
    basing, massed = w["basing"].copy(), w["massed"].copy()
    play(w, 98)
    assert (w["basing"] == basing).all()
    assert massed == pytest.approx(w["massed"], rel=0.1)


@pytest.mark.parametrize("runs", [1, 2, 7, 33])
def test_a_run_is_the_same_alone_and_in_a_batch(runs: int) -> None:
    alone = world(runs=1, seed=5)
    batch = world(runs=runs, seed=5)
    for w in (alone, batch):
        w.impulse("protest")[:] = 0.5
        play(w, 60)
    assert np.array_equal(alone.state[:, 0], batch.state[:, 0], equal_nan=True)


def test_every_mechanism_writes_its_own_fields_only() -> None:
    for mechanism in GROUP:
        w = world(runs=3, protest=0.8, stability=0.1)
        for impulse in mechanism.impulses:
            w.impulse(impulse.name)[:] = 1.0
        before = w.state.copy()
        for hook in mechanism.phases.values():
            hook(w)
        owned = {field.name for field in mechanism.fields}
        for name in w.layout.fields:
            if name not in owned:
                rows = w.layout.span(name)
                assert np.array_equal(w.state[rows], before[rows], equal_nan=True), (mechanism.name, name)
        for field in mechanism.fields:
            assert field.holds(w[field.name])
