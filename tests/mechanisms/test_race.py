"""The Richardson race: known steps, equilibrium and instability of the textbook pair, gains in both directions."""

from __future__ import annotations

import pytest

from tests.mechanisms.marches import GROUP, Told, play, push, row, scenario, world_of
from wargame.mechanisms import race

BARE = {"fear_patron": 0.0, "fear_alliance": 0.0, "battalion": 0.0}
TEXTBOOK = {
    "reaction_patron": 0.2, "reaction_alliance": 0.3, "fatigue_patron": 0.5, "fatigue_alliance": 0.6,
    "grievance_patron": 1.0, "grievance_alliance": 2.0, **BARE,
}  # fmt: skip
ONLY = [race.MECHANISM]
AT_ZERO = {"ostmark": {"posture": 0.0}, "league": {"posture": 0.0}}


def test_unit_steps_of_the_textbook_pair() -> None:
    w = world_of(scenario({"race": TEXTBOOK}, actors=AT_ZERO), mechanisms=ONLY)
    for expected in ((1.0, 2.0), (1.9, 3.1), (2.57, 3.81)):
        play(w, 1, ONLY)
        assert (row(w, "posture", "ostmark")[0], row(w, "posture", "league")[0]) == pytest.approx(expected, abs=1e-12)


def test_equilibrium_is_the_one_of_the_formula() -> None:
    k, l_, a, b, g, h = 0.2, 0.3, 0.5, 0.6, 1.0, 2.0
    w = world_of(scenario({"race": TEXTBOOK}, actors=AT_ZERO), mechanisms=ONLY)
    play(w, 200, ONLY)
    det = a * b - k * l_
    assert row(w, "posture", "ostmark")[0] == pytest.approx((k * h + b * g) / det, abs=1e-9)
    assert row(w, "posture", "league")[0] == pytest.approx((l_ * g + a * h) / det, abs=1e-9)


def test_a_race_whose_reactions_exceed_fatigue_runs_away() -> None:
    unstable = {**TEXTBOOK, "reaction_patron": 0.9, "reaction_alliance": 0.9}
    w = world_of(scenario({"race": unstable}, actors=AT_ZERO), mechanisms=ONLY)
    play(w, 40, ONLY)
    early = row(w, "posture", "ostmark")[0]
    play(w, 1, ONLY)
    # the leading eigenvalue of the step is 1 + 0.351388
    assert row(w, "posture", "ostmark")[0] / early == pytest.approx(1.351388, abs=1e-3)


@pytest.mark.parametrize(("gain", "other"), [("reaction_patron", "ostmark"), ("reaction_alliance", "league")])
def test_each_side_s_gain_raises_its_own_posture(gain: str, other: str) -> None:
    default = next(p.value for p in race.MECHANISM.parameters if p.name == gain)
    low, high = (world_of(scenario({"race": {gain: value}})) for value in (0.0, 2 * default))
    play(low, 60)
    play(high, 60)
    assert row(high, "posture", other)[0] > row(low, "posture", other)[0] + 0.02


def test_an_order_to_reinforce_moves_posture_at_once_and_the_patron_later() -> None:
    quiet, moved = world_of(scenario()), world_of(scenario())
    push(moved, "posture", 0.2, "league")
    for w in (quiet, moved):
        play(w, 1)
    assert row(moved, "posture", "league")[0] - row(quiet, "posture", "league")[0] == pytest.approx(0.2)
    for w in (quiet, moved):
        play(w, 29)
    assert row(moved, "posture", "ostmark")[0] > row(quiet, "posture", "ostmark")[0] + 0.005


def test_a_posture_of_note_is_told() -> None:
    w = world_of(scenario(actors={"league": {"posture": 0.59}}))
    told = Told(w)
    push(w, "posture", 0.1, "league")
    play(w, 1)
    assert told.facts("note") == ["The military posture of League passes 0.60 of full readiness"]


def test_members_react_like_the_alliance_they_belong_to() -> None:
    same = {name: {"posture": 0.5, "threat": 0.4} for name in ("league", "north", "south")}
    w = world_of(scenario({"race": {"battalion": 0.0}}, actors=same), mechanisms=[race.MECHANISM])
    play(w, 30, [race.MECHANISM])
    assert row(w, "posture", "north")[0] == row(w, "posture", "south")[0] == row(w, "posture", "league")[0]
    assert GROUP[4] is race.MECHANISM
