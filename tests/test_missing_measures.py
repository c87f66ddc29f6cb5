"""What never came, was never defined or has not begun is missing, and no number: in measures, in JSON, in fingerprints."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.cli import main
from wargame.engine.jit import compiles
from wargame.engine.types import Array
from wargame.scenario.measure import Measure
from wargame.simulation.model import WargameModel
from wargame.simulation.play import play_block, play_one
from wargame.simulation.record import OVER, Recorder, fingerprint, or_null

DAYS = 5
VALUES = st.sampled_from([nan, 0.0, 1.0, -1.0, 2.5, -7.0])


def expected(over: str, days: Sequence[tuple[int, float]]) -> float:
    """Return a measure of one run by the book: of (tick, value) within its window, those that are there."""
    there = [(tick, value) for tick, value in days if not isnan(value)]
    if over == "end":
        return days[-1][1] if days else nan
    if over == "first":
        return next((float(tick) for tick, value in there if value != 0.0), nan)
    if not there:
        return nan
    values = [value for _, value in there]
    ways = {"max": max, "min": min, "sum": sum, "mean": lambda v: sum(v) / len(v), "ever": lambda v: float(any(v))}
    return float(cast("Any", ways[over])(values))


def recorder(windows: Sequence[tuple[int, int]], today: Array) -> Recorder:
    """Return a recorder with a measure of every kind in every window, whose values of the day are ``today``."""
    measures = [
        SimpleNamespace(name=f"{over}_{i}", spec=Measure(value=0, over=cast("Any", over)), first=first, last=last)
        for i, (first, last) in enumerate(windows)
        for over in OVER
    ]
    return Recorder(cast("Bound", SimpleNamespace(measures=measures, measuring=lambda state: today)), today.shape[1])


@pytest.mark.parametrize("plain", [True, pytest.param(False, marks=pytest.mark.skipif(not compiles(), reason="no compiler"))])
@given(rows=st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=DAYS, max_size=DAYS))
def test_a_day_without_a_value_is_passed_over(plain: bool, rows: list[list[float]]) -> None:
    """By whatever way a measure is made of the days, in a window, before it has begun and at every day's end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wargame.simulation.record.compiles", lambda: not plain)
        windows = [(0, DAYS - 1), (1, 3), (4, 2)]
        today = np.empty((len(windows) * len(OVER), 3))
        own = recorder(windows, today)
        for tick, row in enumerate(rows):
            today[:] = row
            own.observe(cast("Any", SimpleNamespace(state=None, tick=tick)))
            found = own.result()
            for i, (first, last) in enumerate(windows):
                for over in OVER:
                    for run in range(3):
                        days = [(t, rows[t][run]) for t in range(tick + 1) if first <= t <= last]
                        assert found[f"{over}_{i}"][run] == pytest.approx(expected(over, days), nan_ok=True, abs=1e-12)


def test_a_fingerprint_knows_one_missing_only() -> None:
    """Whatever bits made it, what is missing is one thing; and it is neither -1 nor 0."""
    quiet, other = np.array([nan, 1.0]), np.array([nan, 1.0])
    other.view(np.uint64)[0] ^= np.uint64(1 << 63 | 5)
    assert quiet.tobytes() != other.tobytes()
    assert fingerprint([{"a": quiet}]) == fingerprint([{"a": other}])
    assert len({fingerprint([{"a": np.array([x, 1.0])}]) for x in (nan, -1.0, 0.0)}) == 3


def test_numbers_that_are_there_have_the_fingerprint_they_had() -> None:
    """SHA-256 over the name and the little-endian doubles, worked out by hand."""
    raw = b"a\nb" + struct.pack("<4d", 1.0, -2.0, 0.0, 3.5)
    measures = {"b": np.array([-2.0, 3.5]), "a": np.array([1.0, -0.0])}
    assert fingerprint([measures]) == hashlib.sha256(raw).hexdigest()


def test_of_a_first_day_one_says_never_unless_the_author_has_another_word() -> None:
    assert Measure(value=0, over="first").missing == "never"
    assert (
        Measure.model_validate({"value": 0, "over": "first", "missing": "not within the year"}).missing == "not within the year"
    )
    assert (Measure(value=0).missing, Measure(value=0).absent) == ("", "undefined")


def scenario_with_never() -> Bound:
    """Return the theatre of the tests with a measure that never comes and one whose window lies in the last week."""

    def change(data: dict[str, Any]) -> None:
        data["measures"] |= {
            "doom_day": {"value": "day > 100000", "over": "first", "judgement": "never"},
            "late": {"value": 1, "over": "mean", "since": "2031-04-01", "judgement": "a window that begins late"},
        }

    return strait(change)


def test_what_has_not_begun_is_missing_on_the_first_days() -> None:
    model = WargameModel(scenario_with_never(), seed=0)
    assert all(isnan(value) for value in model.today.values())
    model.step()
    assert isnan(model.today["doom_day"])
    assert isnan(model.today["late"])
    assert not isnan(model.today["esc_max"])


def test_json_has_null_for_what_is_missing() -> None:
    record = play_one(scenario_with_never(), seed=0)
    assert or_null(record.measures)["doom_day"] is None
    assert "NaN" not in json.dumps(or_null(record.measures), allow_nan=False)
    alone = play_block(scenario_with_never(), seed=0, runs=1)
    assert fingerprint([alone]) == record.fingerprint


def test_a_run_prints_null_and_is_replayed_to_the_bit(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    told = CliRunner().invoke(main, ["run", "loan_for_signature", "--json", "--no-report", "--out", str(folder)])
    assert told.exit_code == 0, told.output
    measures = json.loads(told.stdout)["measures"]
    assert [name for name, value in measures.items() if value is None]
    assert json.loads((folder / "manifest.json").read_text())["measures"] == measures
    again = CliRunner().invoke(main, ["verify", str(folder)])
    assert again.exit_code == 0, again.output
