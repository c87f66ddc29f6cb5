"""An ensemble in short: every kind of measure is told by what says most about it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from wargame.report.study.measures import MeasureSummary, measure_summaries
from wargame.studies.sweep.find.results import Results


@dataclass
class Told:
    """One measure of an ensemble that was never played."""

    says: str
    unit: str
    rows: list[list[float]]
    absent: str = "undefined"


def _short(**told: Told) -> dict[str, MeasureSummary]:
    specs = [
        SimpleNamespace(name=name, spec=SimpleNamespace(unit=one.unit, over="end", says=one.says, absent=one.absent))
        for name, one in told.items()
    ]
    results: Any = SimpleNamespace(
        main=tuple(told), table=lambda name: np.array(told[name].rows, dtype=float), says=lambda name: told[name].says,
        study=SimpleNamespace(base=SimpleNamespace(measures=specs)),
    )  # fmt: skip
    return {one.measure: one for one in measure_summaries(cast("Results", results))}


def test_a_share_is_told_with_its_wilson_interval() -> None:
    fell = _short(fell=Told("whether the ruler fell", "0/1", [[1.0] * 10 + [0.0] * 90]))["fell"]
    assert (fell.says, fell.figure) == ("the ruler fell", "10 %")
    assert fell.texts == ("10 % of the runs (6 to 17 %)",)  # Wilson's interval of 10 in 100: 0.055 to 0.174


def test_a_scale_is_told_by_its_commonest_steps_and_the_highest() -> None:
    row = [4.0] * 800 + [5.0] * 150 + [3.0] * 47 + [2.0] * 2 + [9.0]
    one = _short(top=Told("highest level", "0-9", [row]))["top"]
    assert one.figure == "4"
    assert one.texts == ("4 in 80 %, 5 in 15 %, 3 in 5 %; at most 9",)


def test_a_scale_keeps_the_letter_of_its_classes() -> None:
    one = _short(kind=Told("class of openness, from T0 (full) to T5 (concealed)", "T0-T5", [[2.0, 2.0, 2.0], [1.0, 2.0, 2.0]]))[
        "kind"
    ]
    assert (one.says, one.figure) == ("class of openness", "T2")
    assert one.texts == ("always T2", "T2 in 67 %, T1 in 33 %")


@pytest.mark.parametrize("unit", ["0-1", "persons"])
def test_other_numbers_are_told_by_their_median_and_nine_runs_in_ten(unit: str) -> None:
    row = [float(i) for i in range(101)]
    assert _short(stock=Told("stock", unit, [row]))["stock"].texts == ("50 (5 to 95)",)


def test_large_numbers_have_three_figures_that_count() -> None:
    row = [100.0 * (123.4 + i / 10) for i in range(-50, 51)]
    assert _short(men=Told("men", "persons", [row]))["men"].texts == ("12,300 (11,900 to 12,800)",)


def test_runs_that_have_no_such_number_are_counted_apart() -> None:
    found = _short(lag=Told("days to public knowledge", "days", [[nan, nan, 3.0, 3.0], [nan] * 4], "never"))["lag"]
    assert found.figure == "3"
    assert found.texts == ("always 3; never in 50 %", "never in all runs")


def test_shares_come_first_then_scales_then_numbers() -> None:
    found = _short(
        a=Told("stock", "persons", [[1.0, 2.0]]), b=Told("level", "0-9", [[1.0, 2.0]]), c=Told("fell", "0/1", [[0.0, 1.0]])
    )
    assert list(found) == ["c", "b", "a"]
