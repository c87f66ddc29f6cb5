"""Basing: consent, time, disguise, lingering, takeover (stylised facts 19, 20, 23, 56)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.mechanisms.lowlands import actor, item, listen, play, site, world
from wargame.mechanisms import bargaining
from wargame.mechanisms.basing import MECHANISM
from wargame.world.world import World

ONLY = (MECHANISM,)
TALKS = (bargaining.MECHANISM, MECHANISM)


def _rung(w: World, place: str) -> float:
    return float(w["basing"][site(w, place), 0])


def test_it_starts_where_the_scenario_says() -> None:
    w = world()
    assert (_rung(w, "mill"), _rung(w, "brook"), _rung(w, "heath")) == (2.0, 1.0, 0.0)
    assert (w["basing_state"][0], w["basing_increment"][0]) == (2.0, 0.0)
    assert (w["basing_public"][:, 0] == w["basing"][:, 0]).all()
    assert w["contingent"][site(w, "mill"), actor(w, "highmark"), 0] == 400.0


def test_an_ask_alone_builds_nothing() -> None:
    w = world()
    w.impulse("ask")[item(w, "rotation")] = 1.0
    play(w, 90, TALKS)
    assert _rung(w, "brook") == 1.0


def test_an_accepted_step_is_built_up_rung_by_rung() -> None:
    w = world()
    w.impulse("ask")[item(w, "rotation")] = 1.0
    w.impulse("accept")[item(w, "rotation")] = 1.0
    reached: dict[float, int] = {}
    for day in range(1, 91):
        play(w, 1, TALKS)
        reached.setdefault(_rung(w, "brook"), day)
    # 28 days from facilities to a centre, 35 more to rotation
    assert reached == {1.0: 1, 2.0: 28, 3.0: 63}
    assert w["contingent"][site(w, "brook"), actor(w, "highmark"), 0] == 1500.0  # the item's troops
    assert (w["basing_state"][0], w["basing_increment"][0]) == (3.0, 1.0)


def test_a_permanent_base_takes_half_a_year() -> None:
    w = world()
    w["agreed"][item(w, "fortress")] = 1.0
    assert _rung(play(w, 180, ONLY), "brook") == 3.0
    assert _rung(play(w, 5, ONLY), "brook") == 4.0


def test_lingering_troops_become_a_disguised_rotation_after_three_months() -> None:
    w = world()
    mill, patron = site(w, "mill"), actor(w, "highmark")
    w["linger"][mill, patron] = 800.0
    play(w, 89, ONLY)
    assert _rung(w, "mill") == 2.0
    play(w, 1, ONLY)
    assert _rung(w, "mill") == 3.0
    assert w["disguised"][mill, 0] == 1.0
    assert w["contingent"][mill, patron, 0] == 400.0  # 1,200 of a rotation, 800 of whom linger there anyway


def test_troops_that_leave_in_time_leave_no_rotation() -> None:
    w = world()
    mill, patron = site(w, "mill"), actor(w, "highmark")
    w["linger"][mill, patron] = 800.0
    play(w, 80, ONLY)
    w["linger"][mill, patron] = 0.0
    play(w, 100, ONLY)
    assert _rung(w, "mill") == 2.0


def test_a_disguised_rung_is_seen_one_lower_until_it_is_seen_through() -> None:
    w = world(runs=400)
    brook = site(w, "brook")
    w["agreed"][item(w, "rotation")] = 1.0
    play(w, 63, ONLY)
    assert (w["basing"][brook] == 3.0).all()
    known = [float((w["basing_public"][brook] == 3.0).mean())]
    assert (w["basing_public"][brook] >= 2.0).all()
    play(w, 45, ONLY)
    known.append(float((w["basing_public"][brook] == 3.0).mean()))
    assert known[0] < 0.75 < known[1] <= 1.0


def test_who_sees_through_a_label_does_not_end_it() -> None:
    w = world(runs=400)
    brook = site(w, "brook")
    w["agreed"][item(w, "rotation")] = 1.0
    play(w, 120, ONLY)
    seen = w["seen_through"][brook] == 1.0
    assert 0.5 < seen.mean() < 1.0
    assert (w["disguised"][brook] == 1.0).all()
    assert (w["basing_covert"] == 1.0).all()
    assert np.array_equal(w["basing_public"][brook] == 3.0, seen)


def test_a_base_with_a_flag_is_no_covert_step() -> None:
    w = world()
    w["agreed"][item(w, "fortress")] = 1.0
    play(w, 200, ONLY)
    assert (w["basing_state"][0], w["basing_covert"][0]) == (4.0, 0.0)


def test_suppression_keeps_a_disguise_longer() -> None:
    def seen(suppression: float) -> float:
        w = world(runs=500)
        w["suppression"][actor(w, "lowland")] = suppression
        w["basing"][site(w, "heath")] = 3.0
        w["basing_build"][site(w, "heath")] = 3.0
        w["basing_goal"][site(w, "heath")] = 3.0
        w["disguised"][site(w, "heath")] = 1.0
        play(w, 30, ONLY)
        return float((w["basing_public"][site(w, "heath")] == 3.0).mean())

    assert seen(1.0) < seen(0.0)


def test_a_withdrawn_goal_is_not_taken_up_again() -> None:
    w = world()
    w["agreed"][item(w, "rotation")] = 1.0
    play(w, 63, ONLY)
    w.impulse("basing")[site(w, "brook")] = -2.0
    play(w, 61, ONLY)
    assert _rung(w, "brook") == 1.0


def test_a_takeover_raises_every_place_where_the_patron_stands_or_wanted_to() -> None:
    taken, sent = world(), world()
    taken["takeover"][actor(taken, "lowland")] = 1.0
    sent["intervention"][actor(sent, "lowland")] = 1.0
    for w in (taken, sent):
        play(w, 60, ONLY)
    assert (_rung(taken, "mill"), _rung(taken, "brook"), _rung(taken, "heath")) == (5.0, 5.0, 0.0)
    assert (_rung(sent, "mill"), _rung(sent, "brook"), _rung(sent, "heath")) == (4.0, 4.0, 0.0)


def test_sites_abroad_are_left_alone() -> None:
    w = world()
    w.impulse("basing")[:] = 5.0
    play(w, 200, ONLY)
    assert _rung(w, "fen") == 0.0
    assert _rung(w, "summit") == 0.0


def test_rungs_and_unmasked_disguises_are_told() -> None:
    w = world()
    w["agreed"][item(w, "rotation")] = 1.0
    heard = listen(w)
    play(w, 400, ONLY)
    assert [e["fact"] for e in heard if e["kind"] == "outcome"] == [
        "At Brook Highmark now has a joint training centre.",
        "At Brook Highmark now has a near-permanent rotation of troops.",
    ]
    unmasked = [e["fact"] for e in heard if e["kind"] == "belief"]
    assert len(unmasked) == 1
    assert unmasked[0].startswith("It becomes known that Highmark has ")


@pytest.mark.parametrize("runs", [1, 7])
def test_levels_are_whole_numbers(runs: int) -> None:
    w = world(runs=runs)
    w["agreed"][item(w, "fortress")] = 1.0
    play(w, 100, ONLY)
    assert np.array_equal(w["basing"], np.floor(w["basing"]))
