"""The council: members that differ, a quorum that can be loosened, Article 4 and the threshold of Article 5."""

from __future__ import annotations

import numpy as np
import pytest

import wargame as wg
from tests.mechanisms.marches import GROUP, STAND_INS, Told, play, push, row, scenario
from wargame.mechanisms import council
from wargame.mechanisms.base import Mechanism
from wargame.simulation.isolated import build_world
from wargame.simulation.model import WargameModel
from wargame.world.world import World

ONLY: list[Mechanism] = [council.MECHANISM]
FOREIGN = [field for mechanism in GROUP for field in (*mechanism.fields, *(i.field() for i in mechanism.impulses))]


def made(runs: int = 1, **parameters: float) -> World:
    foreign = [*STAND_INS, *(f for f in FOREIGN if f.name not in {s.name for s in STAND_INS})]
    own = scenario({"council": parameters}, actors={"south": {"consent_bar": 0.2}})
    return build_world(own, ONLY, seed=1, replications=range(runs), stand_ins=foreign)


def test_members_differ_about_their_given_bars_and_others_have_none() -> None:
    w = made(20_000, disagreement=0.1)
    north, south = row(w, "consent_bar", "north"), row(w, "consent_bar", "south")
    assert north.mean() == pytest.approx(0.0, abs=0.004)
    assert south.mean() == pytest.approx(0.2, abs=0.004)
    assert north.std() == pytest.approx(0.1, abs=0.003)
    assert abs(np.corrcoef(north, south)[0, 1]) < 0.03
    assert row(w, "consent_bar", "isles").max() == 0.0
    before = w["consent_bar"].copy()
    play(w, 3, ONLY)
    assert np.array_equal(w["consent_bar"], before)


def test_a_call_draws_members_together_and_fades() -> None:
    w = made()
    told = Told(w)
    push(w, "article_4", 1.0, "north")
    play(w, 1, ONLY)
    assert (w["article_4_calls"][0], row(w, "article_4_days", "north")[0]) == (1.0, 0.0)
    assert w["solidarity"][0] == pytest.approx(0.25)
    play(w, 21, ONLY)
    assert w["solidarity"][0] == pytest.approx(0.125)
    assert np.isnan(row(w, "article_4_days", "south")[0])
    assert told.facts("message") == ["North calls the council together under Article 4"]


def test_a_clash_is_grave_and_no_armed_attack_an_invasion_is_one() -> None:
    w = made()
    row(w, "clash", "north")[:] = 1.0
    play(w, 1, ONLY)
    assert row(w, "armed_attack", "north")[0] == pytest.approx(0.4)
    assert w["article_5_ripe"][0] == 0.0
    push(w, "article_5", 1.0)
    play(w, 1, ONLY)
    assert w["article_5"][0] == 0.0  # not ripe
    row(w, "clash", "north")[:] = 0.0
    row(w, "invasion", "south")[:] = 1.0
    play(w, 1, ONLY)
    assert w["article_5_ripe"][0] == 1.0
    push(w, "article_5", 1.0)
    play(w, 1, ONLY)
    assert w["article_5"][0] == 1.0


def test_an_attack_on_the_target_is_none_on_the_alliance() -> None:
    w = made()
    row(w, "invasion", "steppe")[:] = 2.0
    play(w, 5, ONLY)
    assert w["article_5_ripe"][0] == 0.0


def _agreed(quorum: float) -> float:
    """Share of runs in which the alliance raises its posture though one of its four members objects."""
    bars = {f"actors.{who}.initial.consent_bar": bar for who, bar in
            (("estonia", 1.0), ("latvia", -1.0), ("lithuania", -1.0), ("poland", -1.0))}  # fmt: skip
    ordered = {"title": "Ordered", "date": "2021-08-30", "judgement": "a test",
               "orders": [{"actor": "nato", "action": "raise_posture"}]}  # fmt: skip
    council_of = {"parameters.council.quorum": quorum, "parameters.council.disagreement": 0}
    bound = wg.load("zapad_2021", set={"horizon": "1 week", "injects.ordered": ordered, **council_of, **bars})
    model = WargameModel(bound, runs=50)
    model.step()
    since = model.world["since"][bound.cast.actors.index("nato"), bound.cast.actions.index("raise_posture")]
    return float((since == 0.0).mean())


def test_one_member_blocks_a_council_of_consensus_and_not_one_of_majority() -> None:
    assert _agreed(1.0) == 0.0
    assert _agreed(0.5) == 1.0
