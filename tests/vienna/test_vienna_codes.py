"""The arrays give the rulings of the scalar path, at any width, shape and order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wargame.vienna import CODE, DEFAULT, VERDICTS, Activity, Forces, Part, Rules, adjudicate, codes, readings
from wargame.vienna.activity import Kind, Notice, Observers
from wargame.vienna.cases import Case, read_cases
from wargame.vienna.rule import LAND, LANDING

START = date(2021, 9, 10)
LEVELS = {
    "troops": (9_000, 13_000),
    "tanks": (250, 300),
    "acv": (500,),
    "artillery": (250,),
    "airborne": (3_000, 3_500),
    "amphibious": (3_000, 3_500),
}


def near(quantity: str) -> st.SearchStrategy[float]:
    """Numbers around the levels of a quantity, where verdicts change, and some far off."""
    edges = [float(level + step) for level in LEVELS[quantity] for step in (-1, 0, 1)]
    return st.sampled_from([0.0, 0.0, *edges, edges[0] / 2.0, edges[0] / 2.0 + 1.0, 200_000.0])


def forces(kind: Kind) -> st.SearchStrategy[Forces]:
    names = LAND if kind == "transfer" else (*LAND, *LANDING)
    return st.builds(Forces, **{name: near(name) for name in names})


@st.composite
def situations(draw: st.DrawFn) -> tuple[Activity, Rules, date | None]:
    """Activities whose parts share notice, observers, label and dates: what the arrays cover."""
    kind: Kind = draw(st.sampled_from(("land", "land", "transfer")))
    snap = draw(st.booleans())
    lead = draw(st.sampled_from((None, inf, 41, 42, 43, 0, 1, -1, -2, -3, -4, 7)))
    notified: Notice = None if lead is None else "never" if lead == inf else START - timedelta(days=int(lead))
    observers: Observers | None = draw(st.sampled_from((None, "invited", "voluntary", "none")))
    hours = draw(st.sampled_from((24.0, 71.0, 72.0, 73.0, 168.0)))
    truly_snap = draw(st.sampled_from((None, True, False)))
    parts = tuple(
        Part(
            f"part {i}",
            START,
            START + timedelta(days=6),
            draw(st.none() | forces(kind)),
            kind=kind,
            notified=notified,
            observers=observers,
            snap=snap,
            truly_snap=truly_snap,
            hours=hours,
        )
        for i in range(draw(st.integers(1, 3)))
    )
    true = draw(st.none() | forces(kind))
    rules = replace(DEFAULT, inequality=draw(st.sampled_from((">=", ">"))), scope=draw(st.sampled_from(("part", "whole"))))
    if draw(st.booleans()):
        rules = rules.replaced({"observe.troops": draw(st.sampled_from((9_000.0, 10_000.0, 18_000.0)))})
    judged_on = draw(st.sampled_from((None, START - timedelta(days=50), START - timedelta(days=1), START)))
    return Activity("whole", parts, true), rules, judged_on


def as_arrays(activity: Activity, rules: Rules, judged_on: date | None, start: date = START) -> tuple[int, int, int]:
    """Return letter, substance and overall codes of the arrays for one activity."""
    part = activity.parts[0]
    names = LAND if part.kind == "transfer" else (*LAND, *LANDING)
    declared = [one.declared for one in activity.parts]
    largest = {name: max((one.of(name) for one in declared if one is not None), default=nan) for name in names}
    whole = {name: sum(one.of(name) for one in declared if one is not None) if any(declared) else nan for name in names}
    total = activity.true if activity.true is not None else part.true  # a part's own only where it is alone
    true = {name: total.of(name) for name in names} if total is not None else whole
    given_on = part.notified if isinstance(part.notified, date) else None
    hidden = given_on is not None and judged_on is not None and given_on > judged_on
    lead = nan if part.notified is None or hidden else -inf if given_on is None else float((start - given_on).days)
    watched = nan if part.observers is None else float(part.observers == "invited")
    got = readings(
        {name: np.array([value]) for name, value in largest.items()},
        {name: np.array([value]) for name, value in true.items()},
        declared_whole={name: np.array([value]) for name, value in whole.items()},
        notice_days=lead, observers=watched, snap=part.snap,
        true_snap=part.snap if part.truly_snap is None else part.truly_snap,
        hours=part.lasts, started=judged_on is None or judged_on >= start, kind=part.kind, rules=rules,
    )  # fmt: skip
    return int(got.letter[0]), int(got.substance[0]), int(got.overall[0])


def covered(case: Case) -> bool:
    """Whether the arrays can express a case: parts that share everything but their numbers, no names."""
    if case.activity is None or not case.activity.one_command:
        return False
    parts = case.activity.parts
    shared = {(p.start, p.end, p.kind, p.notified, p.observers, p.snap, p.truly_snap, p.hours) for p in parts}
    alone = len(parts) == 1 or all(p.true is None for p in parts)
    return len(shared) == 1 and alone and not any(p.senders or p.air_listed is not None for p in parts)


NUMBERED = [case for file in sorted(Path(__file__).parent.glob("cases_*.yaml")) for case in read_cases(file) if covered(case)]


@pytest.mark.parametrize("case", NUMBERED, ids=lambda case: case.id)
def test_arrays_give_the_expected_verdicts_of_the_numbered_cases(case: Case) -> None:
    assert case.activity is not None
    activity, start = case.activity, case.activity.parts[0].start
    letter, substance, overall = as_arrays(activity, case.rules, case.judged_on, start)
    assert VERDICTS[overall] == case.expect.verdict
    assert case.expect.letter in (None, VERDICTS[letter])
    assert case.expect.substance in (None, VERDICTS[substance])


def test_most_numbered_cases_can_be_said_in_arrays() -> None:
    assert len(NUMBERED) > 100


@settings(max_examples=600, deadline=None)
@given(situations())
def test_arrays_equal_the_scalar_ruling(situation: tuple[Activity, Rules, date | None]) -> None:
    activity, rules, judged_on = situation
    ruling = adjudicate(activity, rules, judged_on)
    expected = (CODE[ruling.letter.verdict], CODE[ruling.substance.verdict], CODE[ruling.verdict])
    assert as_arrays(activity, rules, judged_on) == expected


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            near("troops"),
            near("troops"),
            st.sampled_from((nan, -inf, -1.0, 0.0, 41.0, 42.0)),
            st.sampled_from((nan, 0.0, 1.0)),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_a_column_is_the_same_alone_and_among_others(rows: list[tuple[float, float, float, float]]) -> None:
    declared, true, lead, watched = (np.array(column) for column in zip(*rows, strict=True))
    together = codes({"troops": declared}, {"troops": true}, notice_days=lead, observers=watched)
    alone = [int(codes({"troops": d}, {"troops": t}, notice_days=n, observers=o)) for d, t, n, o in rows]
    assert together.tolist() == alone


def test_codes_follow_the_order_of_the_verdicts_and_shapes_broadcast() -> None:
    assert VERDICTS == ("below", "notifiable", "observable", "met", "late", "evaded", "breached")
    declared = {"troops": np.array([[8_999.0], [9_000.0], [12_800.0]])}  # (3, 1) against four notices
    got = codes(declared, {"troops": 12_800.0}, notice_days=np.array([nan, -inf, 41.0, 42.0]), observers=0.0)
    assert got.dtype == np.int8
    assert [[VERDICTS[code] for code in row] for row in got.tolist()] == [
        ["notifiable", "evaded", "evaded", "evaded"],  # below by the letter; the whole owed a notice
        ["notifiable", "breached", "late", "met"],
        ["notifiable", "breached", "late", "met"],
    ]


def test_withheld_numbers_are_nan_and_below_by_the_letter() -> None:
    got = readings({"troops": nan}, {"troops": np.array([8_999.0, 30_000.0])}, notice_days=-inf, observers=0.0)
    assert [VERDICTS[code] for code in got.letter.tolist()] == ["below", "below"]
    assert [VERDICTS[code] for code in got.overall.tolist()] == ["below", "evaded"]
    assert got.substance_duties.tolist() == [0, 2]


def test_the_result_does_not_share_memory_with_the_input_and_can_be_written() -> None:
    got = codes({"troops": np.full(3, 9_000.0)}, {"troops": np.full(3, 9_000.0)}, notice_days=42.0, observers=0.0)
    got[0] = 0
    assert got.tolist() == [0, CODE["met"], CODE["met"]]


def test_a_quantity_that_is_no_trigger_is_an_error() -> None:
    with pytest.raises(ValueError, match="sorties is no trigger of a land activity; triggers are troops, tanks"):
        codes({"sorties": 200.0}, {"troops": 0.0}, notice_days=0.0, observers=0.0)
    with pytest.raises(ValueError, match="airborne is no trigger of a transfer activity"):
        codes({"airborne": 200.0}, {"troops": 0.0}, notice_days=0.0, observers=0.0, kind="transfer")
