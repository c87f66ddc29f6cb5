"""The program: what is shared and folded; the same bits at every width, in every layout and in company."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wargame.engine.types import Array
from wargame.expressions import BUILTINS, Const, Expression, Formulas, Ref, Slot, compile_expression
from wargame.expressions.operations import OPERATIONS

NAMES: dict[str, Ref] = {"x": Slot(0), "y": Slot(1), "z": Slot(4), "m": Slot(5, missing=True), "training_centre": Const(2.0)}
SLOTS = 6
WIDTHS = (1, 2, 7, 8, 9, 33, 1000)
EVERYTHING = (
    "x + y - z * x / y",
    "-x",
    "not x or y and z",
    "x < y <= z",
    "x > y >= z",
    "x == y",
    "x != y",
    "x if y > 0 else z",
    "min(x, y, z) + max(x, y) - clip(z, -1, 1)",
    "min(x, 0) * max(0, y)",
    "between(x, 0, 1) + step(y) + sign(z)",
    "abs(x) + floor(y) + sqrt(z)",
    "exp(x) - exp(-y)",
    "log(x) + log(abs(y))",
    "tanh(x) + logistic(y)",
    "power(x, y)",
    "power(x, 2) + power(y, 0.5) + power(z, -1)",
    "x * y * z * x * y * z * x * y * z * x * y * z",
    "1.787 * x - 0.3 * y + 0.8 * z * x - 4.03",
    "x",
    "2.5",
    "defined(m) + within(m, 0.2) + holds(m)",
    "m < y or not m and x / y > m",
    "exp(m) * power(m, y) if m > x else log(m)",
)


class Desk:
    """A scope of three fields, one that may be missing and a constant, without symbolic functions."""

    def name(self, dotted: str) -> Ref | None:
        return NAMES.get(dotted)

    def names(self) -> Iterable[str]:
        return NAMES

    def call(self, function: str, arguments: tuple[str, ...]) -> Ref | None:
        return None

    def functions(self) -> Mapping[str, str]:
        return {}


def compiled(text: str | float) -> Expression:
    return compile_expression(text, Desk())


def varied(runs: int) -> Array:
    """Return a state with ordinary, huge, tiny and (signed) zero values in every row."""
    grid = np.arange(SLOTS)[:, np.newaxis] * 7.31 + np.arange(runs)
    state: Array = np.sin(grid * 12.9898) * np.exp(3.0 * np.sin(grid * 0.7))
    for step, value in ((11, 0.0), (13, -0.0), (17, 1e12), (19, -1e12), (23, 1e-310)):
        state.flat[::step] = value
    state[5, ::3] = np.nan
    return state


def test_constants_are_folded_and_equal_steps_shared() -> None:
    assert compiled("training_centre * 3 + 1").is_constant
    assert len(Formulas([compiled("2 * 3 * x")]).program.code) == 1 + 1  # one product, one hold at 1e12
    twice = Formulas([compiled("logistic(x - y) < 0.5"), compiled("logistic(x - y) < 0.5"), compiled("logistic(x - y)")])
    assert [OPERATIONS[code].name for code in twice.program.code[:, 0]] == ["subtract", "logistic", "less"]
    assert twice.program.slots.tolist() == [0, 1]


def test_scratch_rows_are_reused() -> None:
    chain = " + ".join(f"x * {k}.5" for k in range(40))
    assert Formulas([compiled(chain)]).program.scratch <= 3


def layouts(state: Array, width: int) -> dict[str, Array]:
    """Return the first columns of the state in every memory layout an engine might hand over."""
    gaps = np.zeros((2 * SLOTS, 3 * width))
    gaps[::2, ::3] = state[:, :width]
    return {
        "view": state[:, :width],
        "copy": state[:, :width].copy(),
        "fortran": np.asfortranarray(state[:, :width]),
        "strided": gaps[::2, ::3],
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bits_do_not_depend_on_width_or_layout(width: int) -> None:
    state = varied(1000)
    expressions = [compiled(text) for text in EVERYTHING]
    whole = Formulas(expressions)(state)
    for layout, part in layouts(state, width).items():
        for expression, row in zip(expressions, whole, strict=True):
            assert expression(part).tobytes() == row[:width].tobytes(), (expression.text, layout)
        assert Formulas(expressions)(part).tobytes() == whole[:, :width].tobytes(), layout


def test_every_run_alone_has_the_bits_it_has_among_a_thousand() -> None:
    state = varied(1000)
    program = Formulas([compiled(text) for text in EVERYTHING])
    together = program(state)
    alone = np.concatenate([program(state[:, [run]]) for run in range(1000)], axis=1)
    assert alone.tobytes() == together.tobytes()


JOINED = st.lists(st.sampled_from(EVERYTHING), min_size=1, max_size=6).flatmap(
    lambda parts: st.sampled_from([" + ", " * ", " < ", " and "]).map(lambda operator: f"({f'){operator}('.join(parts)})")
)


@given(st.lists(JOINED, min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_program_gives_the_bits_of_its_expressions(texts: list[str]) -> None:
    expressions = [compiled(text) for text in texts]
    state = varied(33)
    together = Formulas(expressions)(state)
    assert together.shape == (len(expressions), 33)
    for expression, row in zip(expressions, together, strict=True):
        assert expression(state).tobytes() == row.tobytes(), expression.text


def test_the_texts_above_use_every_operation_and_every_function() -> None:
    used = {int(code) for text in EVERYTHING for code in Formulas([compiled(text)]).program.code[:, 0]}
    assert {OPERATIONS[code].name for code in used} == {operation.name for operation in OPERATIONS}
    assert {name for name in BUILTINS if not any(f"{name}(" in text for text in EVERYTHING)} == set()


def test_a_result_is_new_and_the_state_untouched() -> None:
    state = varied(7)
    before = state.copy()
    state.flags.writeable = False
    expression, program = compiled("x"), Formulas([compiled("x"), compiled("y + 1")])
    first, first_rows = expression(state), program(state)
    kept, kept_rows = first.copy(), first_rows.copy()
    first_again, rows_again = expression(before * 2), program(before * 2)
    assert (first.tobytes(), first_rows.tobytes()) == (kept.tobytes(), kept_rows.tobytes())
    assert not np.shares_memory(first, first_again)
    assert not np.shares_memory(first_rows, rows_again)
    assert state.tobytes() == before.tobytes()


def test_threads_and_processes_may_share_a_program() -> None:
    program = Formulas([compiled(text) for text in EVERYTHING])
    states = [varied(500) * k for k in range(16)]
    expected = [program(state).tobytes() for state in states]
    with ThreadPoolExecutor(4) as pool:
        assert [result.tobytes() for result in pool.map(program, states)] == expected
    copy = pickle.loads(pickle.dumps(program))
    assert copy(states[3]).tobytes() == expected[3]
    assert pickle.loads(pickle.dumps(program.expressions)) == program.expressions


def test_many_widths_in_turn() -> None:
    """More widths than registers are kept for: the oldest are dropped and made again."""
    program = Formulas([compiled("x * 2 + y")])
    for width in (*WIDTHS, *WIDTHS):
        assert program(np.ones((SLOTS, width))).tolist() == [[3.0] * width]


def test_an_empty_program_and_no_runs() -> None:
    assert Formulas([])(np.zeros((SLOTS, 5))).shape == (0, 5)
    assert len(Formulas([])) == 0
    assert compiled("x + y")(np.zeros((SLOTS, 0))).shape == (0,)


def test_a_state_of_the_wrong_shape_is_refused() -> None:
    expression = compiled("x + z")
    for state in (np.zeros((2, 4)), np.zeros(4)):
        with pytest.raises(ValueError, match=r"shape \(slots, runs\) with at least 5 slots"):
            expression(state)


def test_a_slot_counts_from_zero() -> None:
    with pytest.raises(ValueError, match=r"a slot is a row counted from 0 \(got -1\)"):
        Slot(-1)
