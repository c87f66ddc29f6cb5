"""Quotas and deadlines of inspections and evaluation visits, and every rule that no activity case can
exercise.
"""

from __future__ import annotations

from datetime import date

import pytest

from wargame.vienna.rules import DEFAULT
from wargame.vienna.verification import (
    Visit,
    evaluation_quota,
    evaluation_refusals,
    evaluation_share,
    inspection_refusals,
    late_steps,
)


def day(month: int, year: int = 2021) -> date:
    return date(year, month, 1)


MEASURED = [
    rule.id
    for rule in DEFAULT.table
    if rule.id.startswith(("inspect.", "evaluate.", "ch3.", "observe.per_state", "observe.reply")) and rule.test != "principle"
]


@pytest.mark.parametrize("id", MEASURED)
def test_every_deadline_and_size_below_at_and_above(id: str) -> None:
    level, least = DEFAULT.level(id), DEFAULT[id].test == "at_least"
    assert late_steps({id: level}) == ()
    assert late_steps({id: level - 0.1}) == ((id,) if least else ())
    assert late_steps({id: level + 0.1}) == (() if least else (id,))


def test_the_numbers_of_the_fact_sheet() -> None:
    # Facts A5 and A6.
    levels = {id: DEFAULT.level(id) for id in MEASURED}
    assert levels == {
        "ch3.reply": 48, "ch3.meeting": 48, "ch3.joint": 48, "observe.per_state": 2, "observe.reply": 21,
        "inspect.year": 3, "inspect.same_state": 1, "inspect.lead_min": 36, "inspect.lead_max": 120,
        "inspect.reply": 24,
        "inspect.entry": 36, "inspect.stay": 48, "inspect.team": 4, "inspect.report": 14,
        "evaluate.units": 60, "evaluate.cap": 15, "evaluate.share": 0.2, "evaluate.unit_year": 2,
        "evaluate.unit_state": 1, "evaluate.at_once": 1, "evaluate.lead_min": 5, "evaluate.lead_max": 7,
        "evaluate.answer": 48, "evaluate.hours": 12, "evaluate.team": 3,
    }  # fmt: skip


def test_three_inspections_a_year_and_one_of_each_state() -> None:
    past = [Visit("a", day(1)), Visit("b", day(2))]
    assert inspection_refusals(past, Visit("c", day(3))) == ()
    assert inspection_refusals(past, Visit("a", day(3))) == ("inspect.same_state",)
    full = [*past, Visit("c", day(3))]
    assert inspection_refusals(full, Visit("d", day(4))) == ("inspect.year",)
    assert inspection_refusals(full, Visit("a", day(4))) == ("inspect.year", "inspect.same_state")
    assert inspection_refusals(full, Visit("a", day(1, 2022))) == ()


def test_fifty_seven_states_could_be_inspected_171_times() -> None:
    # Facts A5, implied supply.
    assert 57 * DEFAULT.level("inspect.year") == 171


@pytest.mark.parametrize(
    ("units", "quota"),
    [(0, 0), (1, 1), (59, 1), (60, 1), (61, 2), (120, 2), (839, 14), (840, 14), (841, 15), (5_000, 15)],
)
def test_one_evaluation_visit_per_sixty_units_or_part_of_them_up_to_fifteen(units: int, quota: int) -> None:
    assert evaluation_quota(units) == quota


@pytest.mark.parametrize(("quota", "share"), [(0, 0), (1, 1), (4, 1), (5, 1), (9, 1), (10, 2), (14, 2), (15, 3)])
def test_one_state_may_use_a_fifth_of_the_quota_and_at_least_one(quota: int, share: int) -> None:
    assert evaluation_share(quota) == share


def test_evaluation_visits_are_declined_for_the_reasons_of_the_quota_only() -> None:
    past = [Visit("a", day(1), "1st brigade"), Visit("b", day(2), "1st brigade")]
    assert evaluation_refusals(past, Visit("c", day(3), "2nd brigade"), units=600) == ()
    assert evaluation_refusals(past, Visit("c", day(3), "1st brigade"), units=600) == ("evaluate.unit_year",)
    assert evaluation_refusals(past[:1], Visit("a", day(3), "1st brigade"), units=600) == ("evaluate.unit_state",)
    assert evaluation_refusals(past, Visit("a", day(3), "2nd brigade"), units=300) == ("evaluate.share",)
    assert evaluation_refusals(past, Visit("c", day(3), "2nd brigade"), units=120) == ("evaluate.cap",)
    assert evaluation_refusals(past, Visit("c", day(2), "2nd brigade"), units=600) == ("evaluate.at_once",)
    assert evaluation_refusals(past, Visit("a", day(3, 2022), "1st brigade"), units=60) == ()
