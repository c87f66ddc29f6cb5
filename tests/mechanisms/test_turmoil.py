"""What a fall, an intervention and a takeover do to others."""

from __future__ import annotations

import pytest

from tests.mechanisms.lowlands import GROUP, STAND_INS, actor, listen, play, scenario
from wargame.mechanisms import turmoil
from wargame.mechanisms.base import Mechanism
from wargame.simulation.isolated import build_world
from wargame.world.world import World

ONLY: tuple[Mechanism, ...] = (turmoil.MECHANISM,)


def made(column: str = "sep_2021", **client: float) -> World:
    return build_world(scenario(column, **client), (*GROUP, turmoil.MECHANISM), seed=1, stand_ins=STAND_INS)


@pytest.mark.parametrize(("cause", "size"), [("collapsed", 0.6), ("intervention", 0.4), ("takeover", 0.8)])
def test_each_shock_is_counted_once_and_fades_by_half_in_two_months(cause: str, size: float) -> None:
    w = made()
    w[cause][actor(w, "lowland")] = 1.0
    play(w, 1, ONLY)
    assert w["turmoil"][0] == pytest.approx(size)
    play(w, 60, ONLY)
    assert w["turmoil"][0] == pytest.approx(size / 2)


def test_what_was_so_before_the_first_day_is_no_news() -> None:
    w = made(collapsed=1.0)
    play(w, 5, ONLY)
    assert w["turmoil"][0] == 0.0


def test_refugees_go_where_the_border_is_and_fences_stop_half_at_most() -> None:
    w = made()
    w["turmoil"][:] = 1.0
    w["border_share"][:] = 0.0
    w["border_share"][actor(w, "fenmark")] = 0.75
    w["border_share"][actor(w, "saltmark")] = 0.25
    w["fortification"][:] = 0.0
    w["fortification"][actor(w, "saltmark")] = 1.0
    play(w, 1, ONLY)
    left = 0.5 ** (1 / 60)
    assert w["refugee_flow"][actor(w, "fenmark"), 0] == pytest.approx(6000 * left * 0.75)
    assert w["refugee_flow"][actor(w, "saltmark"), 0] == pytest.approx(6000 * left * 0.25 / 2)
    assert w["refugees"][0] == pytest.approx(w["refugee_flow"].sum())


def test_unrest_spills_over_to_the_patron_less_once_it_holds_the_streets() -> None:
    w, held = made(protest=0.8), made(protest=0.8, takeover=1.0)
    for one in (w, held):
        play(one, 90, ONLY)
    patron = actor(w, "highmark")
    assert w["spillover"][patron, 0] == pytest.approx(0.3 * 0.8 * (1 - 2.718281828**-3), rel=1e-6)
    assert held["spillover"][patron, 0] == pytest.approx(0.2 * w["spillover"][patron, 0])


def test_a_word_of_restraint_fades() -> None:
    w = made()
    w.impulse("stay_out")[:] = 0.6
    play(w, 1, ONLY)
    assert w["staying_out"][0] == pytest.approx(0.6)
    play(w, 45, ONLY)
    assert w["staying_out"][0] == pytest.approx(0.3)


def test_a_flight_of_people_is_told() -> None:
    w = made()
    heard = listen(w)
    w["turmoil"][:] = 1.0
    play(w, 3, ONLY)
    assert [one["fact"] for one in heard] == ["More than 10,000 people have fled from Lowland"]
