"""The Python interface: load, run, sweep, and what is said when it is used wrongly."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pytest

import wargame as wg
from tests.strait import STRAIT
from wargame.binding.bound import Bound
from wargame.errors import InputError

MEASURES = ["dependence_end", "esc_max", "guests_end", "tension_mean", "threat_empire", "threat_league", "threat_port"]


@cache
def bound() -> Bound:
    return wg.load(STRAIT)


@cache
def ensemble() -> wg.Ensemble:
    return wg.sweep(bound(), runs=40, seed=7)


def test_the_names_of_the_package() -> None:
    assert {"load", "run", "sweep", "Ensemble", "Record", "WargameModel"} <= set(wg.__all__)
    assert all(getattr(wg, name) for name in wg.__all__)
    with pytest.raises(AttributeError, match="module 'wargame' has no attribute 'lode'"):
        _ = wg.lode


def test_load_by_path_by_text_and_by_name() -> None:
    assert wg.load(STRAIT).text_hash == wg.load(str(STRAIT)).text_hash == bound().text_hash
    assert wg.load("zapad_2021").scenario.name == "zapad_2021"


def test_set_changes_a_field_with_values_of_python() -> None:
    changed = wg.load(STRAIT, set={"horizon": 14, "start": dt.date(2031, 3, 2), "actors.port.initial.dependence": 0.25})
    assert (changed.scenario.horizon, changed.scenario.start) == (14, dt.date(2031, 3, 2))
    assert changed.scenario.actors["port"].initial["dependence"].value == 0.25
    assert changed.text_hash != bound().text_hash


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"actors.prt.policy": "merchant"}, '--set actors.prt.policy: unknown "prt"; did you mean "port"?'),
        ({"horizon": "soon"}, '--set horizon: expected a duration such as "14 days" or "2 weeks" (got text \'soon\')'),
        ({"actors.port.policy": "merchnt"}, '--set actors.port.policy: unknown policy "merchnt"; did you mean "merchant"?'),
        ({"": 3}, "--set: expected a path such as parameters.x.y or policies.x.orders[0] (got text '')"),
    ],
)
def test_set_that_does_not_fit_is_said_exactly(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        wg.load(STRAIT, set=given)
    assert str(caught.value) == said


def test_a_scenario_that_is_not_there_is_said_exactly() -> None:
    with pytest.raises(InputError, match=r'^zapad_2012: no such scenario; did you mean "zapad_2021"\?$'):
        wg.load("zapad_2012")


def test_run_gives_one_history_with_measures_events_and_every_day() -> None:
    record = wg.run(bound(), seed=7)
    assert sorted(record.measures) == MEASURES
    assert all(type(value) is float for value in record.measures.values())
    assert len(record.dates) == len(record.days) == 42
    assert record.dates[0] == dt.date(2031, 3, 1)
    assert record.series("threat").shape == (42, 3)
    assert np.array_equal(record.series("threat", "league"), record.series("threat")[:, 1], equal_nan=True)
    assert record.series("threat", "league").mean() == pytest.approx(record.measures["threat_league"], rel=1e-12)
    assert record.series("guest_troops")[-1] == record.measures["guests_end"]


def test_run_of_another_replication_is_another_history() -> None:
    assert wg.run(bound(), seed=7, replication=1).fingerprint != wg.run(bound(), seed=7).fingerprint


def test_the_measures_of_a_sweep_are_a_data_frame() -> None:
    table = ensemble().measures
    assert table.shape == (40, len(MEASURES))
    assert list(table.columns) == MEASURES
    assert table.index.name == "run"
    assert table.index.tolist() == list(range(40))
    assert set(table.dtypes) == {np.dtype(float)}
    assert table["threat_league"].nunique() == 40


@pytest.mark.parametrize("index", [0, 1, 17, 39])
def test_any_run_of_a_sweep_is_replayed_to_the_bit(index: int) -> None:
    record = ensemble().replay(index)
    assert record.measures == ensemble().measures.loc[index].to_dict()
    assert record.replication == index
    assert record.events


@pytest.mark.parametrize("index", [-1, 40])
def test_a_run_that_is_not_there_is_an_index_error(index: int) -> None:
    with pytest.raises(IndexError, match=f"^run {index} of 40$"):
        ensemble().replay(index)


@pytest.mark.parametrize("block", [1, 7, 39, 40, 1000])
def test_the_fingerprint_does_not_depend_on_the_block(block: int) -> None:
    other = wg.sweep(bound(), runs=40, seed=7, block=block)
    assert other.fingerprint == ensemble().fingerprint
    assert other.measures.equals(ensemble().measures)


def test_the_fingerprint_of_one_run_is_that_of_its_record() -> None:
    assert wg.sweep(bound(), runs=1, seed=7).fingerprint == wg.run(bound(), seed=7).fingerprint


@pytest.mark.parametrize("change", [{"seed": 8}, {"runs": 41}])
def test_other_luck_or_more_runs_is_another_fingerprint(change: dict[str, Any]) -> None:
    assert wg.sweep(bound(), **{"runs": 40, "seed": 7, **change}).fingerprint != ensemble().fingerprint


def test_bands_are_quantiles_over_the_runs() -> None:
    values = np.sort(ensemble().values["threat_league"])
    bands = ensemble().bands("threat_league", (0.0, 0.5, 1.0))
    assert bands.tolist() == [values[0], (values[19] + values[20]) / 2, values[-1]]
    assert ensemble().bands("threat_league").shape == (5,)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"runs": 0}, "runs: expected a whole number of at least 1 (got the number 0)"),
        ({"runs": -3}, "runs: expected a whole number of at least 1 (got the number -3)"),
        ({"runs": 3, "block": 0}, "block: expected a whole number of at least 1 (got the number 0)"),
        ({"runs": 3, "seed": -1}, "seed: expected a whole number from 0 to 18446744073709551615 (got the number -1)"),
    ],
)
def test_a_sweep_that_cannot_be_is_said_exactly(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        wg.sweep(bound(), **given)
    assert str(caught.value) == said


def test_a_band_of_no_measure_says_what_there_is() -> None:
    with pytest.raises(InputError, match=r'^measure: unknown measure "threat_leage"; did you mean "threat_league"\?$'):
        ensemble().bands("threat_leage")


def test_every_figure_of_an_ensemble_can_be_drawn_alone() -> None:
    assert {"measures", "fans", "convergence"} <= set(ensemble().figures)
    for name in ensemble().figures:
        (sheet,) = ensemble().plot(name).axes
        assert len(sheet.child_axes) >= 1, name


def test_a_figure_that_is_not_there_says_what_there_is() -> None:
    with pytest.raises(InputError, match=r'^figure: no figure "fan" of this ensemble; did you mean "fans"\?$'):
        ensemble().plot("fan")
