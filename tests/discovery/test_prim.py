"""Boxes: planted ones are found, noise gives nothing, and the parts of the search do what they say."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from tests.amount import amount
from tests.covering_boxes import WORLDS, coverage
from wargame.engine.types import Array, Mask
from wargame.errors import InputError
from wargame.studies.discovery.boxes import sentence, verdict
from wargame.studies.discovery.find import Discovery, discover
from wargame.studies.discovery.judgement import judged
from wargame.studies.discovery.prim import FEWEST, Box, Input, Limit, chances, matters, measured, paste, peel, tidied
from wargame.studies.discovery.say import lines
from wargame.studies.discovery.table import Condition, Table
from wargame.studies.statistics.estimates import wilson

RUNS = 4000
NAMES = ("calm", "tense", "hot")


def inputs(seed: int = 0, runs: int = RUNS) -> tuple[Input, ...]:
    """Six numbers from 0 to 1, one text of three values, one number of four."""
    rng = np.random.default_rng(seed)
    numbers = [Input(f"x{i}", rng.random(runs)) for i in range(6)]
    text = Input("mood", rng.integers(0, 3, runs).astype(np.float64), NAMES)
    return (*numbers, text, Input("steps", rng.integers(0, 4, runs).astype(np.float64)))


def table(own: tuple[Input, ...], interest: Mask) -> Table:
    return Table(own, interest, np.arange(len(interest)), "m", Condition("m == 1"), "a measure", "replication")


def found(own: tuple[Input, ...], interest: Mask, **more: int) -> Discovery:
    return discover(table(own, interest), **more)


def values(own: tuple[Input, ...]) -> dict[str, Array]:
    return {one.path: one.values for one in own}


def test_a_planted_box_is_found_with_coverage_and_density_near_1() -> None:
    own = inputs()
    x = values(own)
    told = found(own, (x["x1"] > 0.6) & (x["x3"] < 0.5) & (x["x3"] > 0.1))
    assert len(told.boxes) == 1
    box = told.boxes[0]
    assert {own[place].path for place in box.box.limits} == {"x1", "x3"}
    assert box.coverage.value > 0.93
    assert box.density.value > 0.93
    one, three = box.box.limits[1], box.box.limits[3]
    assert one.low == pytest.approx(0.6, abs=0.03)
    assert one.high == math.inf
    assert [three.low, three.high] == pytest.approx([0.1, 0.5], abs=0.03)
    assert all(r.chance < 0.001 and r.repeated == 1.0 for r in box.restrictions)


def test_a_text_and_a_number_of_few_values_are_restricted_to_values() -> None:
    own = inputs()
    x = values(own)
    told = found(own, (x["mood"] == 1) & (x["steps"] >= 2))
    box = told.boxes[0]
    assert box.box.limits[6] == Limit(kept=frozenset({1}))
    assert box.box.limits[7] == Limit(low=2.0)
    assert (box.coverage.value, box.density.value) == (1.0, 1.0)
    assert "have mood tense and steps of at least 2;" in sentence(told.table, box).replace(
        "steps of at least 2 and mood tense", "mood tense and steps of at least 2"
    )


def test_two_planted_boxes_are_found_one_after_the_other() -> None:
    own = inputs()
    x = values(own)
    told = found(own, ((x["x0"] > 0.75) & (x["x1"] > 0.5)) | ((x["x2"] < 0.2) & (x["x3"] < 0.5)))
    assert [set(box.box.limits) for box in told.boxes] == [{0, 1}, {2, 3}]
    assert sum(box.coverage.value for box in told.boxes) > 0.9
    assert min(box.density.value for box in told.boxes) > 0.9


def test_noisy_interest_in_a_box_gets_the_density_that_it_has() -> None:
    """Within the box 70 %, elsewhere 10 %: the density on the held-out half is about 0.7, and its interval says so."""
    own = inputs(3)
    x = values(own)
    inside = (x["x0"] > 0.5) & (x["mood"] != 0)
    luck = np.random.default_rng(5).random(RUNS)
    told = found(own, luck < np.where(inside, 0.7, 0.1))
    box = told.boxes[0]
    assert set(box.box.limits) == {0, 6}
    assert box.density.value == pytest.approx(0.7, abs=0.06)
    assert box.density.low <= 0.7 <= box.density.high
    assert box.coverage.value == pytest.approx(0.7 / (0.7 + 0.1 * 2), abs=0.06)


def test_nothing_is_found_in_noise_and_it_says_so() -> None:
    """Of sixty ensembles of noise hardly one gives a box."""
    told = [found(inputs(seed, 800), np.random.default_rng(1000 + seed).random(800) < 0.3) for seed in range(60)]
    assert sum(bool(one.boxes) for one in told) <= 1
    nothing = next(one for one in told if not one.boxes)
    assert verdict(nothing.table, nothing.tried).startswith("Nothing found: ")
    assert verdict(nothing.table, nothing.tried) in list(lines(nothing))
    assert nothing.as_json()["found"] is False


def test_half_of_the_units_is_held_back_and_no_unit_is_torn() -> None:
    own = inputs(0, 400)
    units = np.arange(400) // 4
    told = discover(Table(own, own[0].values > 0.5, units, "m", Condition("m"), "", "replication"))
    assert set(units[told.search].tolist()).isdisjoint(units[told.held].tolist())
    assert len(told.search) == len(told.held) == 200


def test_the_same_table_gives_the_same_boxes_and_another_seed_other_halves() -> None:
    own = inputs()
    interest = own[0].values > 0.8
    assert found(own, interest).as_json() == found(own, interest).as_json()
    assert found(own, interest).search.tolist() != found(own, interest, seed=1).search.tolist()


def test_a_step_may_be_chosen_and_must_be_there() -> None:
    own = inputs()
    interest = (own[0].values > 0.5) & (own[1].values > 0.5)
    told = found(own, interest, step=3)
    assert told.shown.box == told.shown.trajectory[3].box
    with pytest.raises(InputError) as caught:
        found(own, interest, step=999)
    last = len(told.shown.trajectory) - 1
    assert str(caught.value) == f"--step: there is no step 999; the trajectory has steps 0 to {last}"


def test_density_rises_and_coverage_falls_on_the_way_down() -> None:
    own = inputs()
    steps = peel(own, (own[0].values > 0.7) & (own[1].values < 0.4))
    assert steps[0].box == Box()
    assert (steps[0].coverage, steps[0].mass) == (1.0, 1.0)
    for before, after in pairwise(steps):
        assert after.density > before.density
        assert after.coverage <= before.coverage
        assert after.mass < before.mass
        assert after == measured(after.box, own, (own[0].values > 0.7) & (own[1].values < 0.4))


def test_what_has_nothing_to_do_with_interest_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    often = []
    for _ in range(400):
        values = np.sort(rng.random(500))
        often.append(matters(Input("x", values), values, rng.random(500) < 0.3, 0.05))
    assert np.mean(often) <= 0.08
    values = np.sort(rng.random(500))
    middle = (values > 0.4) & (values < 0.6)
    assert matters(Input("x", values), values, middle, 1e-6)  # neither rising nor falling, and yet it matters
    assert not matters(Input("x", values), values, np.ones(500, dtype=np.bool_), 0.5)


def test_pasting_takes_back_what_was_peeled_too_far() -> None:
    own = inputs()
    interest = own[0].values > 0.5
    pasted = paste(Box({0: Limit(low=0.8)}), own, interest)
    assert pasted.limits[0].low == pytest.approx(0.5, abs=0.03)
    assert measured(pasted, own, interest).density == 1.0
    assert paste(Box({6: Limit(kept=frozenset({1}))}), own, own[6].values > 0).limits[6].kept == frozenset({1, 2})


def test_a_limit_that_chance_may_have_made_is_taken_away() -> None:
    own = inputs()
    interest = own[0].values > 0.5
    box = Box({0: Limit(low=0.5), 4: Limit(high=0.9)})
    p = chances(box, own, interest)
    assert p[0] < 1e-6
    assert p[4] > 0.3
    assert tidied(box, own, interest) == Box({0: Limit(low=0.5)})


def drawn(seed: int, runs: int, inside: float, outside: float) -> tuple[tuple[Input, ...], Mask]:
    """Something happens with one chance where ``x0 > 0.5``, and with another elsewhere."""
    own = inputs(seed, runs)
    chance = np.where(own[0].values > 0.5, inside, outside)
    return own, np.asarray(np.random.default_rng(seed + 1).random(runs) < chance)


def test_a_box_with_hardly_any_lift_is_no_finding() -> None:
    """43 % against 40 % of all is sure in so many runs, and means nothing; the sentence says so."""
    told = found(*drawn(1, 20_000, 0.43, 0.37))
    assert told.boxes == ()
    assert told.tried.lift.value == pytest.approx(0.43 / 0.40, abs=0.05)
    assert told.tried.lift.low > 1.0
    assert verdict(told.table, told.tried).startswith("Nothing found that means something: ")
    assert verdict(told.table, told.tried).endswith(": a lift below 1.25 hardly means anything.")
    tried = told.as_json()["tried"]
    assert tried["why"] == "a lift below 1.25 hardly means anything"
    assert tried["lift"]["value"] == pytest.approx(told.tried.density.value / told.tried.base)


def test_where_nearly_all_is_of_interest_the_opposite_is_the_question() -> None:
    told = found(*drawn(2, 8000, 0.98, 0.82))
    assert told.boxes == ()
    assert "of so many a box cannot hold 1.25 times as many: ask for the runs in which it is not so" in verdict(
        told.table, told.tried
    )


def test_few_runs_are_no_finding_however_dense() -> None:
    unit = np.arange(400)
    interest = unit < 60
    one = judged(unit < 9, interest, unit, FEWEST)
    assert (one.density.value, one.means, one.weak) == (1.0, False, "it holds 9 of the runs held out, too few")
    assert judged(unit < 40, interest, unit, FEWEST).means


def test_a_share_of_all_or_none_is_not_called_certain() -> None:
    unit = np.arange(400)
    one = judged(unit < 40, unit < 60, unit, FEWEST)
    assert one.density.low == wilson(40, 40).low < 1.0 == one.density.high
    assert one.lift.low < one.lift.value == pytest.approx(1 / 0.15)
    assert one.lift.high > one.lift.value


def test_runs_that_share_their_luck_are_one_witness() -> None:
    """Every run ten times over, as cases of one replication, tells no more than once."""
    rng = np.random.default_rng(0)
    inside, interest = rng.random(300) < 0.4, rng.random(300) < 0.3
    once = judged(inside, interest, np.arange(300), FEWEST)
    often = judged(np.repeat(inside, 10), np.repeat(interest, 10), np.repeat(np.arange(300), 10), FEWEST)
    for name in ("coverage", "density", "lift"):
        one, ten = getattr(once, name), getattr(often, name)
        assert ten.value == pytest.approx(one.value)
        assert (ten.low, ten.high) == pytest.approx((one.low, one.high), rel=0.03)


@pytest.mark.parametrize(("name", "runs"), [("planted", 800), ("sharp", 800), ("shared", 4000)])
def test_intervals_on_the_half_held_out_cover(name: str, runs: int) -> None:
    studies = amount(60, 300)
    held = coverage(WORLDS[name], runs, studies)
    error = 0.0 if studies >= 300 else 0.02
    assert 0.92 - error <= np.mean(list(held.values())) <= 0.98 + error


def test_a_few_runs_of_interest_never_break_the_search() -> None:
    """Twenty of a thousand: whichever half they fall into, there is an answer."""
    for seed in range(8):
        told = discover(table(inputs(0, 1000), np.arange(1000) % 50 == 0), seed=seed)
        assert told.boxes == ()
        assert verdict(told.table, told.tried).startswith("Nothing found")
