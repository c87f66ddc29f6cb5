"""The splitting detector finds the smallest merge: on known answers and against trying every merge."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wargame.vienna import DEFAULT, Forces, Part, detect, smallest_merge
from wargame.vienna.rules import trigger_ids
from wargame.vienna.splitting import MOST_PARTS

START = date(2021, 9, 10)


def part(name: str, troops: float = 0, *, tanks: float = 0, first: int = 0, days: int = 7, area: str = "") -> Part:
    start = START + timedelta(days=first)
    return Part(name, start, start + timedelta(days=days - 1), Forces(troops=troops, tanks=tanks), area=area)


def test_two_declared_parts_of_zapad_2021_cross_observation_together() -> None:
    found = detect([part("host", 12_800), part("guest", 6_400)])
    assert [(merge.chapter, merge.parts, merge.rule, merge.total) for merge in found] == [
        ("observe", ("guest", "host"), "observe.troops", 19_200)
    ]


def test_nothing_is_found_where_a_part_crosses_alone_or_all_together_stay_below() -> None:
    assert detect([part("a", 13_000), part("b", 5_000)]) == ()
    assert detect([part("a", 4_000), part("b", 4_999)]) == ()


def test_one_part_that_crosses_is_the_smallest_merge_and_no_split() -> None:
    merge = smallest_merge([part("a", 9_500), part("b", 5_000)], "notify")
    assert merge is not None
    assert (merge.parts, merge.split) == (("a",), False)


def test_fewest_parts_first_then_least_excess() -> None:
    # Pairs over 9,000: a+b 11,000, a+c 10,000, a+d 9,500 (b+c is 9,000 and crosses by nothing at all).
    parts = [part("a", 6_000), part("b", 5_000), part("c", 4_000), part("d", 3_500)]
    merge = smallest_merge(parts, "notify")
    assert merge is not None
    assert (merge.parts, merge.total, merge.excess) == (("b", "c"), 9_000, 0.0)
    above = smallest_merge(parts, "notify", DEFAULT.replaced({"notify.troops": 9_001}))
    assert above is not None
    assert above.parts == ("a", "d")


def test_equipment_can_cross_with_fewer_parts_than_troops() -> None:
    parts = [part("a", 4_000, tanks=130), part("b", 4_000, tanks=130), part("c", 4_000)]
    merge = smallest_merge(parts, "notify")
    assert merge is not None
    assert (merge.parts, merge.rule, merge.total) == (("a", "b"), "notify.tanks", 260)


def test_parts_count_together_only_while_they_run_at_once_or_within_the_gap() -> None:
    parts = [part("a", 5_000), part("b", 5_000, first=10)]  # a ends on day 6, b starts on day 10
    assert detect(parts) == ()
    assert detect(parts, gap_days=3) == ()
    assert [merge.parts for merge in detect(parts, gap_days=4)] == [("a", "b")]


def test_areas_can_be_kept_apart() -> None:
    parts = [part("a", 5_500, area="west"), part("b", 5_000, area="south"), part("c", 4_500, area="west")]
    assert detect(parts)[0].parts == ("b", "c")
    assert [merge.parts for merge in detect(parts, same_area=True)] == [("a", "c")]


def test_transfers_are_not_merged_with_exercises() -> None:
    move = Part("move", START, START, Forces(troops=5_000), kind="transfer")
    assert detect([part("a", 5_000), move]) == ()
    again = Part("again", START, START, Forces(troops=5_000), kind="transfer")
    assert [merge.rule for merge in detect([move, again])] == ["transfer.troops"]


def test_true_numbers_and_withheld_ones() -> None:
    hidden = [Part(name, START, START, None, Forces(troops=7_000)) for name in "ab"]
    assert detect(hidden) == ()
    assert [merge.total for merge in detect(hidden, basis="true")] == [14_000, 14_000]


def test_more_parts_than_can_be_merged_are_an_error() -> None:
    with pytest.raises(ValueError, match="17 parts are too many to merge; at most 16 are allowed"):
        detect([part(str(i)) for i in range(MOST_PARTS + 1)])
    assert detect([part(str(i), 700) for i in range(MOST_PARTS)])[0].parts == tuple(sorted(map(str, range(MOST_PARTS)))[:13])


@st.composite
def many_parts(draw: st.DrawFn) -> list[Part]:
    numbers = st.sampled_from((0.0, 2_000.0, 3_000.0, 4_500.0, 6_000.0, 8_999.0))
    tanks = st.sampled_from((0.0, 0.0, 60.0, 125.0, 249.0))
    return [
        part(
            f"p{i}",
            draw(numbers),
            tanks=draw(tanks),
            first=draw(st.integers(0, 4)),
            days=draw(st.integers(1, 5)),
        )
        for i in range(draw(st.integers(1, 6)))
    ]


@settings(max_examples=150, deadline=None)
@given(many_parts(), st.sampled_from(("notify", "observe")))
def test_no_smaller_merge_exists(parts: list[Part], chapter: str) -> None:
    """Every subset on every day, tried one by one, gives the same size and the same excess."""
    best: tuple[int, float] | None = None
    for count in range(1, len(parts) + 1):
        for chosen in combinations(parts, count):
            for day in {one.start for one in chosen}:
                if not all(one.start <= day <= one.end for one in chosen):
                    continue
                for name, id in trigger_ids("land", chapter).items():
                    total = sum(one.declared.of(name) for one in chosen if one.declared is not None)
                    if total >= DEFAULT.level(id):
                        rank = (count, total / DEFAULT.level(id) - 1.0)
                        best = rank if best is None else min(best, rank)
    found = smallest_merge(parts, chapter)
    assert (None if found is None else (len(found.parts), found.excess)) == best
    assert smallest_merge(parts[::-1], chapter) == found
