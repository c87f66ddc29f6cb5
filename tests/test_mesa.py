"""The model is a Mesa model: what a Mesa user expects works at one run, and Mesa's known traps are stepped around.

Traps of Mesa 3.3 that the tests state: ``max_steps=n`` of ``batch_run`` is no bound of n steps (``running`` ends the run);
every model stays alive in ``Agent._ids`` until it is let go; ``iterations`` repeats a given seed (so they are replications);
importing ``batch_run`` sets multiprocessing to spawn; a reporter that returns a view of an array shows the last day in every
row, so attributes are floats at one run.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Sequence
from functools import cache
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run
from mesa.datacollection import DataCollector

import wargame as wg
from tests.strait import STRAIT
from wargame.binding.bound import Bound
from wargame.errors import InputError
from wargame.simulation.actors import Actor
from wargame.simulation.play import play_block, play_one

HORIZON = 42  # six weeks, as the scenario says


@cache
def bound() -> Bound:
    return wg.load(STRAIT)


@pytest.fixture
def model() -> wg.WargameModel:
    return wg.WargameModel(bound(), seed=5)


def test_it_is_a_mesa_model_with_an_agent_for_every_actor(model: wg.WargameModel) -> None:
    assert isinstance(model, mesa.Model)
    assert {agent.name for agent in model.agents} == {"empire", "league", "port"}
    assert all(isinstance(agent, mesa.Agent) and agent.model is model for agent in model.agents)
    assert [type(agent) for agent in model.agents] == [Actor] * 3
    assert sorted(agent.unique_id for agent in model.agents) == [1, 2, 3]


@pytest.mark.parametrize("runs", [1, 4])
def test_it_plays_exactly_the_horizon(runs: int) -> None:
    model = wg.WargameModel(bound(), runs=runs)
    days = 0
    while model.running:
        assert isinstance(model.running, bool)
        model.step()
        days += 1
    assert days == model.steps == model.world.tick == HORIZON


@pytest.mark.parametrize("runs", [1, 4])
def test_stepping_by_hand_is_playing(runs: int) -> None:
    stepped = wg.WargameModel(bound(), seed=5, runs=runs)
    while stepped.running:
        stepped.step()
    played = wg.WargameModel(bound(), seed=5, runs=runs).play()
    assert np.array_equal(stepped.world.state, played.world.state, equal_nan=True)
    assert all(np.array_equal(stepped.measures[name], played.measures[name], equal_nan=True) for name in played.measures)


def test_attributes_are_plain_floats_at_one_run(model: wg.WargameModel) -> None:
    league = next(agent for agent in model.agents if agent.name == "league")
    assert type(league.threat) is float
    assert league.threat == 0.4
    league.threat = 0.7
    assert model.world["threat"][league.index, 0] == 0.7


def test_attributes_are_writable_rows_at_many_runs() -> None:
    model = wg.WargameModel(bound(), runs=4)
    league = next(agent for agent in model.agents if agent.name == "league")
    assert league.threat.shape == (4,)
    league.threat = np.arange(4) / 10
    league.threat[0] = 0.9
    assert model.world["threat"][league.index].tolist() == [0.9, 0.1, 0.2, 0.3]


def test_an_attribute_that_no_mechanism_declares_is_an_attribute_error(model: wg.WargameModel) -> None:
    league = next(iter(model.agents))
    with pytest.raises(AttributeError, match="Actor has no attribute 'treat'"):
        _ = league.treat
    league.treat = 3  # as of any Python object
    assert league.treat == 3


def test_no_field_hides_a_name_of_mesa_s_or_of_the_actor(model: wg.WargameModel) -> None:
    agent = next(iter(model.agents))
    fields = [name for name, field in bound().layout.fields.items() if field.axes == ("actor",) and name.isidentifier()]
    assert "threat" in fields
    assert [name for name in fields if name in dir(Actor) or name in agent.__dict__] == []


def test_mesa_s_own_tools_on_agents_work(model: wg.WargameModel) -> None:
    for _ in range(20):
        model.step()
    agents = model.agents
    threats = {agent.name: agent.threat for agent in agents}
    assert {agent.name for agent in agents.select(lambda agent: agent.threat > 0.3)} == {
        name for name, threat in threats.items() if threat > 0.3
    }
    assert [agent.name for agent in agents.sort("threat", ascending=True)] == sorted(threats, key=lambda name: threats[name])
    assert agents.agg("threat", max) == max(threats.values())
    assert agents.get("threat") == [threats[agent.name] for agent in agents]
    groups = agents.groupby("threat")
    assert len(groups) == len(set(threats.values()))
    assert agents.shuffle_do("view") is not None
    agents.set("threat", 0.25)
    assert model.world["threat"][:, 0].tolist() == [0.25] * 3


def test_the_data_collector_holds_every_measure_of_every_day(model: wg.WargameModel) -> None:
    model.play()
    table = model.datacollector.get_model_vars_dataframe()
    assert table.shape == (HORIZON, len(bound().measures))
    assert set(table.dtypes) == {np.dtype(float)}
    last = {name: float(row[0]) for name, row in model.measures.items()}
    assert table.iloc[-1].to_dict() == last
    assert table["tension_mean"].nunique() > HORIZON / 2  # each day its own value, not the last one in every row


class Collecting(wg.WargameModel):
    """A user's own model: agent reporters by the name of an attribute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.datacollector = DataCollector(agent_reporters={"threat": "threat", "who": "name"})


def test_agent_reporters_keep_each_day_s_value() -> None:
    table = Collecting(bound(), seed=5).play().datacollector.get_agent_vars_dataframe()
    mine = table[table["who"] == "league"]["threat"].astype(float)
    assert len(mine) == HORIZON
    assert mine.tolist() == play_one(bound(), seed=5).series("threat", "league").tolist()


def test_nothing_is_collected_at_many_runs() -> None:
    model = wg.WargameModel(bound(), runs=3).play()
    assert model.datacollector.model_vars == {}


def _final(rows: Sequence[dict[str, Any]]) -> dict[int, dict[str, float]]:
    names = [measure.name for measure in bound().measures]
    return {row["seed"]: {name: row[name] for name in names} for row in rows}


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_gives_the_numbers_of_our_own_runner(processes: int) -> None:
    seeds = range(4)
    rows = batch_run(
        wg.WargameModel,
        {"scenario": str(STRAIT), "seed": seeds},
        number_processes=processes,
        data_collection_period=-1,
        display_progress=False,
    )
    assert len(rows) == len(seeds)
    own = {seed: {name: float(row[0]) for name, row in play_block(bound(), seed=seed, runs=1).items()} for seed in seeds}
    assert _final(rows) == own
    assert all(type(value) is float for values in _final(rows).values() for value in values.values())


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")  # Mesa 3.5; they still do what they did
def test_iterations_are_as_many_histories(processes: int) -> None:
    rows = batch_run(
        wg.WargameModel,
        {"scenario": str(STRAIT), "seed": [0, 5]},
        number_processes=processes,
        iterations=3,
        display_progress=False,
    )
    own = {(seed, k): play_one(bound(), seed=seed, replication=k).measures for seed in (0, 5) for k in range(3)}
    found = {(row["seed"], row["iteration"]): {name: row[name] for name in own[0, 0]} for row in rows}
    assert found == own
    assert len({tuple(measures.values()) for measures in own.values()}) == 6


@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
def test_iterations_of_one_replication_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        batch_run(
            wg.WargameModel, {"scenario": STRAIT, "replication": 3}, number_processes=1, iterations=2, display_progress=False
        )
    what = "iterations would all be this one; leave it out, or list replications and take one iteration"
    assert str(caught.value) == f"replication: {what}"


def test_batch_run_varies_whatever_set_can() -> None:
    rows = batch_run(
        wg.WargameModel,
        {"scenario": STRAIT, "seed": 0, "set": [None, {"actors.port.initial.dependence": 0.1}]},
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    assert rows[0]["dependence_end"] > rows[1]["dependence_end"]


def test_batch_run_stops_at_the_end_of_the_scenario_and_may_keep_every_day() -> None:
    rows = batch_run(
        wg.WargameModel, {"scenario": STRAIT, "seed": [0]}, number_processes=1, data_collection_period=1,
        display_progress=False, max_steps=1_000,
    )  # fmt: skip
    steps = [row["Step"] - rows[0]["Step"] for row in rows]  # Mesa 3.3 counts collections from 0, 3.5 from 1
    assert steps == list(range(HORIZON))
    assert rows[-1]["tension_mean"] == play_one(bound(), seed=0).measures["tension_mean"]


def test_mesa_keeps_no_model_that_was_played_to_the_end() -> None:
    model = wg.WargameModel(bound())
    gone = weakref.ref(model)
    model.play()
    del model
    gc.collect()
    assert gone() is None


def test_mesa_keeps_no_model_that_was_released_half_way() -> None:
    model = wg.WargameModel(bound(), runs=3)
    model.step()
    gone = weakref.ref(model)
    model.release()
    model.release()  # twice is no fault
    del model
    gc.collect()
    assert gone() is None


def test_batch_run_keeps_no_model() -> None:
    before = len(getattr(mesa.Agent, "_ids", {}))
    batch_run(wg.WargameModel, {"scenario": STRAIT, "seed": range(3)}, number_processes=1, display_progress=False)
    gc.collect()
    assert len(getattr(mesa.Agent, "_ids", {})) == before


@pytest.mark.parametrize("scenario", [STRAIT, str(STRAIT), bound()], ids=["path", "text", "bound"])
def test_any_kind_of_scenario(scenario: Any) -> None:
    assert wg.WargameModel(scenario=scenario, seed=1, runs=2).bound.scenario.name == "strait"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"seed": -1}, "seed: expected a whole number from 0 to 18446744073709551615 (got the number -1)"),
        ({"seed": 2**64}, f"seed: expected a whole number from 0 to 18446744073709551615 (got the number {2**64})"),
        ({"runs": 0}, "runs: expected a whole number from 1 to 2147483647 (got the number 0)"),
        ({"replication": -1}, f"replication: expected a whole number from 0 to {2**62} (got the number -1)"),
        ({"set": {"horizon": 7}}, "set: belongs where the scenario is loaded; this one is loaded already"),
    ],
)
def test_numbers_that_name_no_luck_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        wg.WargameModel(bound(), **given)
    assert str(caught.value) == said


def test_a_seed_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(TypeError):
        wg.WargameModel(bound(), seed=1.5)  # type: ignore[arg-type]


def test_the_largest_seed_and_replication_are_like_any_other() -> None:
    one = play_one(bound(), seed=2**64 - 1, replication=2**62)
    two = play_block(bound(), seed=2**64 - 1, runs=2, first=2**62 - 1)
    assert {name: row[1] for name, row in two.items()} == one.measures


def test_mesa_s_own_luck_is_not_ours() -> None:
    """Nothing in the model draws from Mesa's generators, so that a user may."""
    model = wg.WargameModel(bound(), seed=5)
    while model.running:
        model.random.random()
        model.rng.random()
        model.step()
    assert np.array_equal(model.world.state, wg.WargameModel(bound(), seed=5).play().world.state, equal_nan=True)


def test_what_plays_needs_no_mesa() -> None:
    """Histories, blocks, sweeps and seminars load neither Mesa nor what its grids and tables stand on; its face brings it."""
    code = (
        "import sys, wargame as wg; from wargame.simulation.play import play_block, play_one; import wargame.seminar.server.app;"
        "from wargame.seminar import Game; import wargame.agents.playing, wargame.studies.sweep.run.sweeping;"
        "bound = wg.load('inspection_game'); play_one(bound, seed=1); play_block(bound, seed=1, runs=3);"
        "heavy = {'mesa', 'pandas', 'networkx', 'scipy.spatial', 'matplotlib'} & set(sys.modules); assert not heavy, heavy;"
        "before = dict(sys.modules); model = wg.WargameModel(bound); import mesa; assert isinstance(model, mesa.Model);"
        "assert all(sys.modules[name] is module for name, module in before.items())"  # nobody's modules were put aside
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
