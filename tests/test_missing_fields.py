"""No field and no measure holds a number that stands for "never", "none" or "not yet": what is not there is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from tests.strait import strait
from tests.update import TRANSCRIPTS, open_scenario
from wargame.agents.view import view_of
from wargame.binding.bound import Bound
from wargame.mechanisms import registry
from wargame.report.history.tables import measure_rows
from wargame.scenario.load import shipped
from wargame.simulation.model import WargameModel
from wargame.simulation.play import play_one
from wargame.world.fields import Field

SHORT = (
    "zapad_2021",
    "regime_crisis_2020",
    "allied_resolve_2022",
)  # with an exercise, without one, with one of which nothing is said
CODE = re.compile(r"-1\b[^;]*\b(none|never|before|not)\b|9,?999|\(0: (none|never|not)\b")


def declared() -> Iterator[Field]:
    """Yield every field of every mechanism and of the engine."""
    for mechanism in registry().values():
        yield from mechanism.fields
    yield from strait().layout.fields.values()


def test_no_field_says_that_a_number_stands_for_none() -> None:
    assert [field.name for field in declared() if CODE.search(field.says) and not field.name.startswith("choice.")] == []


def test_days_are_not_negative_and_begin_as_never() -> None:
    """But for those until a start, which go on counting when it is past. A default out of bounds is missing, or a mistake."""
    for field in declared():
        if (
            field.unit in ("day", "days")
            and field.name != "days_to_start"
            and not field.name.startswith(("impulse.", "parameter."))
        ):
            assert field.low >= 0.0, field.name
        assert field.name.startswith("parameter.") or field.holds(np.array([field.default])), field.name


@pytest.mark.parametrize(
    "name", [*SHORT, *(pytest.param(one, marks=pytest.mark.long) for one in sorted({*shipped()} - {*SHORT}))]
)
def test_every_field_is_within_its_bounds_or_missing_where_it_may_be(name: str) -> None:
    """On every day of several histories, and every measure of which nothing says that it may be missing is there at the end."""
    bound: Bound = open_scenario(name)
    layout = bound.layout
    model = WargameModel(bound, seed=11, runs=6)
    while model.running:
        model.step()
        for one, field in layout.fields.items():
            assert field.holds(model.world[one], 1e-9), (one, model.world.tick)
    for measure, values in zip(bound.measures, model.recorder.so_far(), strict=True):
        gone = np.isnan(values)
        assert measure.spec.missing or not gone.any(), measure.name
        if measure.spec.unit == "days":
            assert (values[~gone] >= 0.0).all(), measure.name
        if measure.spec.unit == "0/1":
            assert np.isin(values[~gone], (0.0, 1.0)).all(), measure.name
    model.forget()


def test_measures_that_are_a_field_say_what_it_means_there() -> None:
    words = {measure.name: measure.spec.missing for measure in open_scenario("zapad_2021").measures}
    told = {
        "detect_lag": "none", "linger_share_90": "not yet", "debunked_day": "never", "est_spread": "no estimate",
        "transparency_index": "none yet", "stayed_month": "not yet", "esc_max": "", "threat_poland": "", "signature": "",
    }  # fmt: skip
    assert {name: words[name] for name in told} == told


def test_a_month_after_an_exercise_is_missing_where_the_run_ends_before() -> None:
    record = play_one(open_scenario("allied_resolve_2022"), seed=0)
    assert np.isnan([record.measures[name] for name in ("linger_share_30", "lingered_30", "stayed_month")]).all()
    rows = {row.name: row.value for row in measure_rows(record)}
    assert (rows["linger_share_30"], rows["stayed_month"]) == ("not yet", "not yet")
    assert not [row for row, value in rows.items() if "nan" in value.lower()]


def test_no_history_tells_of_nan() -> None:
    told = {path.name: path.read_text(encoding="utf-8") for path in TRANSCRIPTS.iterdir()}
    assert len(told) > 20
    assert [name for name, text in told.items() if re.search(r"\bnan\b|\bNone\b", text)] == []


def test_programs_see_null_and_no_code() -> None:
    """What a program is shown is JSON: what is missing is null, and what was never done is not there."""
    model = WargameModel(open_scenario("zapad_2021"), seed=0, trace=(0,))
    for _ in range(3):
        model.step()
    actor = model.bound.cast.actors.index("poland")
    seen = view_of(model, model.this_morning(), actor, ())["sees"]
    assert seen["belarus.claim_days"] is None
    assert "days_since(own.embargo)" not in seen
    assert not [name for name, value in seen.items() if value is not None and (np.isnan(value) or value in (9999.0, -1.0))]
    model.forget()
