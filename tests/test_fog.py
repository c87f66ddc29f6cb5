"""Law 6 by arithmetic: nobody works out from what he sees what he may not see."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

import wargame as wg
from tests.amount import LONG, amount
from tests.fog import Influence, Theatre, near
from tests.strait import STRAIT
from wargame.engine.types import Array

SHIPPED = "zapad_2021", "allied_resolve_2022"
FURTHER = (
    "border_accident", "drone_false_flag", "early_chapter_iii", "loan_for_signature", "migrant_crisis_2021", "norm_erosion",
    "open_west_window", "regime_collapse", "regime_crisis_2020", "spring_2021_buildup", "strait", "ukraine_nato_leap",
    "zapad_2017",
)  # fmt: skip
EACH = [str(STRAIT), *SHIPPED, *(FURTHER if LONG else ())]
FEW = [str(STRAIT), SHIPPED[0], *((*SHIPPED[1:], *FURTHER) if LONG else ())]
LUCK = 300  # histories by which two distributions are told apart
APART = 0.68  # the most by which a tenth of a hidden quantity may move what a morning shows: by two of its spreads


@cache
def theatre(name: str) -> Theatre:
    return Theatre(wg.load(name))


@cache
def influences(name: str) -> tuple[Influence, ...]:
    """Every influence of a hidden element on a visible one: of each pair of fields in each mechanism the strongest."""
    here = theatre(name)
    found: dict[tuple[str, str, str, bool], Influence] = {}
    rows = here.hidden(amount(3, 12))
    days = here.days()
    for moment in here.moments(days[:: amount(3, 1)] + days[-1:]):
        for one in here.influences(moment, rows):
            key = (moment.mechanism, here.field_of[one.hidden].name, here.field_of[one.visible].name, here.is_inside(one))
            if key not in found or one.moved > found[key].moved:
                found[key] = one
    return tuple(found.values())


@pytest.mark.parametrize("name", EACH)
def test_what_is_computed_from_hidden_things_says_so(name: str) -> None:
    here = theatre(name)
    leaks = [
        here.says(one) for one in influences(name) if not here.declares(here.field_of[one.visible], here.field_of[one.hidden])
    ]
    assert leaks == []


@pytest.mark.parametrize("name", EACH)
def test_luck_stands_before_what_is_said_to_be_hidden_by_luck(name: str) -> None:
    """A tenth of a hidden quantity's range moves what a morning shows by less than two of its own spreads."""
    here, plain = theatre(name), []
    for one in influences(name):
        hidden, now = here.field_of[one.hidden], float(one.moment.state[one.hidden, 0])
        nothing = now == 0.0 and hidden.unit != "0/1"
        if nothing or not is_by_luck(here, one):  # that something begins where there was nothing may be seen
            continue
        before, after = (sample(here, one, value) for value in (None, near(hidden, now)))
        if before.any() and (gap := apart(before, after)) > APART:
            plain.append(f"{here.says(one)}: {gap:.2f}")
    assert plain == []


def is_by_luck(here: Theatre, one: Influence) -> bool:
    """Return whether nothing but luck keeps those who see the one from working out the other."""
    visible, hidden = here.field_of[one.visible], here.field_of[one.hidden]
    known = here.is_inside(one) and here.declares(visible, hidden, "own")
    shown = any(here.declares(visible, hidden, how) for how in ("deed", "coarse"))
    return here.declares(visible, hidden, "luck") and not known and not shown


def sample(here: Theatre, one: Influence, value: float | None) -> Array:
    """Return what a visible element becomes in many histories' luck, the hidden one being as it is or as given."""
    world = here.world(one.moment.state, LUCK, range(LUCK))
    world.tick = one.moment.tick
    if value is not None:
        world.state[one.hidden] = value
    one.moment.hook(world)
    shown: Array = world.state[one.visible].copy()
    return shown


def apart(x: Array, y: Array) -> float:
    """Return the largest distance between two distributions (Kolmogorov and Smirnov's)."""
    places = np.concatenate([x, y])
    below = [np.searchsorted(np.sort(sample), places, side="right") / len(sample) for sample in (x, y)]
    return float(np.abs(below[0] - below[1]).max())


@pytest.mark.parametrize("name", EACH)
def test_the_first_morning_gives_nothing_away_that_the_file_hides(name: str) -> None:
    """Numbers of the file that fill hidden rows reach what others see on the first morning as declared, and not exactly."""
    here = theatre(name)
    found = here.beginnings()  # over several steps: what is hidden moves other hidden things, of which one is declared
    assert [here.says(one) for one in found if not here.field_of[one.visible].tells] == []
    by_luck = [
        one for one in found if not here.is_inside(one) and "luck" in {how.how for how in here.field_of[one.visible].tells}
    ]
    pairs = [(one, here.first_mornings(one, LUCK)) for one in by_luck]
    assert [here.says(one) for one, (before, after) in pairs if before.any() and apart(before, after) > APART] == []


@pytest.mark.parametrize("name", FEW)
def test_what_people_and_programs_are_shown_does_not_move_with_what_they_may_not_see(name: str) -> None:
    """Every hidden element of an actor's morning is changed: its view, cards, map, dials and seminar page stay as they are."""
    here = theatre(name)
    days = here.days()
    for day in days if amount(0, 1) else (days[0], days[len(days) // 2]):
        for actor in here.bound.cast.actors:
            shown = here.shown(day, actor)
            assert len(json.dumps(shown)) > 2_000
            for part in here.parts(actor, amount(1, 30)):
                assert here.shown(day, actor, part) == shown, (day, actor, [here.names[row] for row in part][:40])


@pytest.mark.parametrize("name", FEW)
def test_nobody_is_told_what_he_cannot_see(name: str) -> None:
    here = theatre(name)
    rows, days = here.hidden(amount(1, 12)), here.days()
    days = days if amount(0, 1) else [days[0], days[len(days) // 2], days[-1]]
    told = {line for moment in here.moments(days) for line in here.overheard(moment, rows)}
    assert sorted(told) == []
