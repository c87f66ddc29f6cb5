"""Programs: compiled days give the bits of NumPy's; what is asked of the day is remembered; what cannot be traced says so."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import wargame as wg
from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.engine import numeric
from wargame.engine.draws import Draws
from wargame.engine.elementary import ARRAYS
from wargame.engine.jit import compiles
from wargame.engine.program.executable import Executable
from wargame.engine.program.layout import lay
from wargame.engine.program.opcodes import ARITY, CONSTANT, LOAD, LOOKUP, NAMES, STORE, UNIFORM
from wargame.engine.program.passes import Program, counted, trim
from wargame.engine.program.questions import Questions, Tick
from wargame.engine.program.steps import NotTraceable, Steps
from wargame.engine.program.symbols import Symbol
from wargame.engine.program.twin import play_plain
from wargame.engine.types import Array
from wargame.simulation.batch import play_on
from wargame.simulation.first_morning import first_morning
from wargame.simulation.model import WargameModel
from wargame.simulation.play import play_block
from wargame.simulation.programs import hooks_of, programs_of, trace_hook
from wargame.simulation.record import Recorder, fingerprint

compiled_only = pytest.mark.skipif(not compiles(), reason="no compiler here")


@cache
def flagship() -> Bound:
    return wg.load("zapad_2021", set={"horizon": "5 weeks"})


def scenarios() -> list[Any]:
    return [pytest.param(strait, id="strait"), pytest.param(flagship, id="zapad_2021")]


def final_state(bound: Bound, runs: int, *, plain: bool) -> Array:
    model = WargameModel(bound, runs=runs, replication=3)
    if plain:
        model._programs = None
    return model.play().world.state


@compiled_only
@pytest.mark.parametrize("make", scenarios())
@pytest.mark.parametrize("runs", [1, 3, 130])
def test_a_day_from_program_gives_the_bits_of_numpy(make: Callable[[], Bound], runs: int) -> None:
    """Every slot of the state, at one run, at a few, and across the machine's lanes."""
    bound = make()
    traced, plain = final_state(bound, runs, plain=False), final_state(bound, runs, plain=True)
    names = bound.layout.row_names()
    assert [name for name, a, b in zip(names, traced, plain, strict=True) if not np.array_equal(a, b, equal_nan=True)] == []


@compiled_only
@pytest.mark.parametrize("make", scenarios())
@pytest.mark.parametrize("runs", [1, 3, 130])
def test_days_played_straight_through_are_those_played_one_by_one(make: Callable[[], Bound], runs: int) -> None:
    """Every slot at the end; every watched variable and every measure so far at the end of every day."""
    bound = make()
    programs = programs_of(bound)
    assert programs is not None
    world, recorder = first_morning(bound, seed=0, replications=range(3, 3 + runs)), Recorder(bound, runs)
    series = play_on(programs, world, recorder, watch=True, standing=range(len(bound.measures)))
    assert series is not None
    model, watched = WargameModel(bound, runs=runs, replication=3), len(bound.watch_names)
    model._programs = None
    for today in series.transpose(1, 0, 2):
        model.step()
        assert np.array_equal(today[:watched], bound.watch(model.world.state), equal_nan=True)
        assert np.array_equal(today[watched:], model.recorder.values[: len(bound.measures)], equal_nan=True)
    assert np.array_equal(world.state, model.world.state, equal_nan=True)
    assert world.tick == model.world.tick
    assert fingerprint([recorder.result()]) == fingerprint([model.measures])


@compiled_only
def test_played_scenarios_travel_to_other_processes() -> None:
    """What was played in one process says nothing in another, and cannot be pickled."""
    bound = strait()
    here = play_block(bound, seed=0, runs=2)
    there = play_block(pickle.loads(pickle.dumps(bound)), seed=0, runs=2)
    assert fingerprint([here]) == fingerprint([there])


@compiled_only
def test_every_hook_of_the_flagship_is_traced() -> None:
    """A mechanism that cannot be traced runs, and slows every run down: write ``w.zeros(n)`` for what is written into, no
    ``np.asarray``, no value of one run (see ``wargame.engine.program``)."""
    bound = flagship()
    world = first_morning(bound, seed=0, replications=range(1))
    for tick in range(bound.scenario.horizon):
        world.tick = tick
        for hook in hooks_of(bound):
            trace_hook(hook, world)


@compiled_only
def test_a_program_serves_the_days_that_answer_alike() -> None:
    bound = strait()
    play_block(bound, seed=0, runs=2)
    programs = programs_of(bound)
    assert programs is not None
    assert programs.live == set()
    assert sum(len(traced) for traced in programs.traced_hooks) < len(programs.hooks) * bound.scenario.horizon / 8


@compiled_only
def test_plain_python_gives_the_same_fingerprint() -> None:
    """With the compiler switched off by the environment, as for debugging and coverage."""
    code = (
        "from tests.strait import strait; from wargame.simulation.play import play_block; from wargame.simulation.record import fingerprint;"
        "print(fingerprint([play_block(strait(), seed=2, runs=5)]))"
    )
    prints = {
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "WARGAME_PLAIN": value}, capture_output=True, text=True,
                       check=True).stdout
        for value in ("0", "1")
    }  # fmt: skip
    assert len(prints) == 1
    assert len(prints.pop().strip()) == 64


def random_program(seed: int, length: int = 400) -> tuple[Program, int]:
    """Return a program that uses every instruction, on a state of 6 slots, and the number of its slots."""
    rng = np.random.default_rng(seed)
    steps, slots = Steps(6), 6
    known = [*range(6), *(steps.number(x) for x in (0.0, 1.0, -2.5, 0.3, 1e-9, 700.0))]
    known += [steps.uniform("a", None), steps.uniform("b", 4)]
    ops = [op for op in range(len(ARITY)) if op not in (LOAD, CONSTANT, UNIFORM, STORE)]
    for n in range(length):
        op = ops[n % len(ops)]
        if op == LOOKUP:
            whole = steps.add(NAMES.index("less"), *(np.array([x], dtype=np.int32) for x in rng.choice(known, 2)))
            known.append(int(steps.lookup(whole, np.array([4.0, -1.5]))[0]))
            continue
        chosen = [np.array([x], dtype=np.int32) for x in rng.choice(known, ARITY[op])]
        known.append(int(steps.add(op, *chosen)[0]))
    steps.store(np.arange(slots), np.array(known[-slots:], dtype=np.int32))
    return trim(steps), slots


def machines_agree(seed: int, runs: int) -> bool:
    """Return whether the machine and its twin in NumPy give the same bits on a random program."""
    program, slots = random_program(seed)
    grid = np.sin(np.arange(slots)[:, np.newaxis] * 7.31 + np.arange(runs) * 12.9)
    state = grid * np.exp(4 * np.sin(grid * 5))
    draws, tick = Draws(5, range(runs)), 9
    plain, played = state.copy(), state.copy()
    uniforms = np.array([draws.uniform(name, tick if day is None else day) for name, day in program.streams])
    play_plain(program, uniforms, plain)
    executable = Executable()
    executable.play(np.array([executable.add(program)], dtype=np.int32), draws, tick, played)
    return bool(np.array_equal(plain, played, equal_nan=True))


@compiled_only
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("runs", [1, 7, 128, 300])
def test_the_machines_agree_to_the_bit_on_random_programs(seed: int, runs: int) -> None:
    assert machines_agree(seed, runs)


def test_the_machine_runs_as_plain_python() -> None:
    """With the compiler switched off every line of it can be stepped through, and gives the same bits."""
    code = (
        "import numpy as np; from tests.test_programs import machines_agree; np.seterr(all='ignore');"
        "print([machines_agree(seed, runs) for seed in range(3) for runs in (1, 3)])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "WARGAME_PLAIN": "1"}, capture_output=True, text=True, check=True
    )
    assert found.stdout == f"{[True] * 6}\n"


def test_a_result_is_computed_where_it_is_kept() -> None:
    """No copy for the first slot that keeps it, one for the second; the old value of a slot is not overwritten while needed."""
    x = symbols(4)
    x[1] = x[2] = x[0] + x[3]
    x[3] = x[3] * x[0]
    after = x.ids[:, 0]
    x.tracing.store(np.array([1, 2, 3]), after[1:])
    assert [NAMES[op] for op in lay(trim(x.tracing)).code[:, 0]] == ["add", "multiply", "store", "store"]


@compiled_only
@pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh", "logistic", "normal_ppf"])
def test_an_elementary_function_is_the_same_compiled_and_plain_and_nearly_exact(name: str) -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(size=3000) * size for size in (1e-6, 1.0, 30.0, 600.0)])
    odd = np.array([0.0, -0.0, 1.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310, 709.7, -745.0, 0.5, 0.425, 1 - 2**-53])
    x = np.concatenate([x, odd])
    x = {"log": np.abs(x), "log1p": np.abs(x), "normal_ppf": numeric.logistic(x)}.get(name, x)
    with np.errstate(all="ignore"):
        plain = getattr(ARRAYS, name)(x)
        compiled = getattr(numeric, name)(x)
        assert np.array_equal(plain, compiled, equal_nan=True)
        from scipy.special import expit, ndtri

        exact = {"logistic": expit, "normal_ppf": ndtri}.get(name, getattr(np, name, np.exp))(x)
    assert np.array_equal(np.isfinite(plain), np.isfinite(exact), equal_nan=True)
    fine = np.isfinite(exact)
    assert np.max(np.abs(plain[fine] - exact[fine]) / np.maximum(np.abs(exact[fine]), 1e-300)) < 5e-15


def test_powers_of_few_are_multiplied_out() -> None:
    assert numeric.power(2.0, 3.0) == 8.0
    assert numeric.power(np.array([3.0, 9.0, 0.0, 0.0, 4.0]), np.array([-1.0, 0.5, 0.0, 2.5, 0.5])).tolist() == [
        1 / 3,
        3,
        1,
        0,
        2,
    ]


def symbols(rows: int) -> Symbol:
    steps = Steps(rows)
    return Symbol(steps, steps.morning.copy().reshape(-1, 1))


def test_equal_steps_are_shared_and_idle_ones_left_out() -> None:
    x = symbols(3)
    assert (x[0] * 17.0).shape == (1,)  # noted, and needed by nobody
    x[2] = (x[0] + x[1]) * (x[0] + x[1])
    x.tracing.store(np.array([2]), x.ids[2])
    assert counted(trim(x.tracing)) == {"load": 2, "store": 1, "add": 1, "multiply": 1}


def test_two_rows_may_change_places() -> None:
    """Everything is read before anything is stored."""
    x = symbols(2)
    x[0], x[1] = x[1].copy(), x[0].copy()
    x.tracing.store(np.array([0, 1]), x.ids[:, 0])
    state = np.array([[1.0, 2.0], [10.0, 20.0]])
    play_plain(trim(x.tracing), np.zeros((0, 2)), state)
    assert state.tolist() == [[10.0, 20.0], [1.0, 2.0]]


def test_views_of_symbols_write_through() -> None:
    x = symbols(4)
    view = x[1:3]
    view += 1.0
    view[view > 2.0] = 0.0
    assert (x.ids[[0, 3], 0] == [0, 3]).all()
    assert (x.ids[[1, 2], 0] > 3).all()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda x: bool(x[0] > 0), "neither true nor false"),
        (lambda x: float(x[0]), "no single value"),
        (lambda x: np.asarray(x), "cannot become an array of numbers"),
        (lambda x: np.add(x[0], 1.0, out=np.zeros(1)), "make it with w.zeros"),
        (lambda x: x[0][0], "a single run"),
        (lambda x: np.zeros(3)[x[0]], "cannot become an array|only integers"),
        (lambda x: x.sum(axis=0), "wargame.engine.numeric.total"),
        (lambda x: np.linalg.norm(x), "not among the functions|cannot become"),
    ],
)
def test_what_depends_on_one_run_cannot_be_traced(act: Callable[[Symbol], object], words: str) -> None:
    with pytest.raises((NotTraceable, IndexError), match=words):
        act(symbols(2))


def test_the_day_remembers_what_it_was_asked() -> None:
    x = symbols(1)
    questions = Questions(10, x[0])
    today: Any = Tick(questions, lambda t: t, (1, 0, 1))
    assert today % 7 == 3
    assert 5 <= today < 12
    assert max(0.0, (today - 4) / 3) is not None
    assert [question(10) == answer for question, answer in questions.asked] == [True] * len(questions.asked)
    assert not all(question(11) == answer for question, answer in questions.asked)
    assert isinstance(today - x[0], Symbol)
