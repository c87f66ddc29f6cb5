"""What expressions mean: Python's order of operations, the documented functions, no infinity, and what is missing."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wargame.engine import numeric
from wargame.engine.jit import compiles
from wargame.engine.types import Array
from wargame.expressions import (
    BUILTINS,
    Const,
    Expression,
    ExpressionError,
    Many,
    Ref,
    Slot,
    compile_expression,
    formulas,
    values,
)

NAMES: dict[str, Ref] = {
    "x": Slot(0),
    "y": Slot(1),
    "z": Slot(2, missing=True),
    "dependence": Slot(3),
    "stability": Slot(4),
    "training_centre": Const(2.0),
}
CALLS: dict[str, Ref] = {
    "asked(training_centre)": Slot(5),
    "asked(military_integration)": Slot(6),
    "basing(here)": Slot(7),
    "days_since(own.announce_arms_order)": Slot(8),
    "believed(patron.patience)": Slot(9),
    "sovereignty_cost(training_centre)": Const(0.25),
    **{f"{how}(neighbours)": Many(how, (2, 0, 1)) for how in ("total", "mean", "highest", "lowest")},
}
SLOTS = 10


class Desk:
    """A small scope: five fields, a rung of the basing ladder, five symbolic functions."""

    def name(self, dotted: str) -> Ref | None:
        return NAMES.get(dotted)

    def names(self) -> Iterable[str]:
        return NAMES

    def call(self, function: str, arguments: tuple[str, ...]) -> Ref | None:
        return CALLS.get(f"{function}({', '.join(arguments)})")

    def functions(self) -> Mapping[str, str]:
        return {call.split("(")[0]: f"write {call}" for call in CALLS}


def compiled(text: str | float) -> Expression:
    return compile_expression(text, Desk())


def one(text: str | float, **fields: float) -> float:
    """Return the value of an expression in a single run."""
    state = np.zeros((SLOTS, 1))
    for name, value in fields.items():
        ref = NAMES[name]
        assert isinstance(ref, Slot)
        state[ref.index] = value
    return float(compiled(text)(state)[0])


# Semantics against plain Python on scalars


def alone(function: Callable[[Array], Array], value: float) -> float:
    return float(function(np.array([value]))[0])


def power(base: float, exponent: float) -> float:
    if base == 0.0:
        return 0.0 if exponent > 0.0 else 1.0 if exponent == 0.0 else nan
    if base < 0.0 and exponent != math.floor(exponent):
        return nan
    with np.errstate(over="ignore", under="ignore"):
        size = float(numeric.power(np.full(3, abs(base)), np.full(3, exponent))[0])
    return -size if base < 0.0 and exponent % 2.0 == 1.0 else size


REFERENCE: dict[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "clip": lambda x, low, high: min(max(x, low), high),
    "between": lambda x, a, b: kleene(ast.And(), [truth(a <= x, a, x), truth(x <= b, x, b)]),
    "defined": lambda x: float(x == x),
    "holds": lambda x: float(x == x and x != 0),
    "within": lambda x, a: float(x <= a),  # nothing compares with NaN
    "step": lambda x: float(x > 0),
    "sign": lambda x: float(x > 0) - float(x < 0),
    "abs": abs,
    "floor": lambda x: float(math.floor(x)),
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else nan,
    "exp": lambda x: alone(numeric.exp, min(x, 700.0)),
    "log": lambda x: alone(numeric.log, max(x, 1e-300)) if x > 0 else nan,
    "tanh": lambda x: alone(numeric.tanh, x),
    "logistic": lambda x: alone(numeric.logistic, x),
    "power": power,
}
COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b if b else nan,
}
THREE = ("between", "defined", "holds", "within")  # functions that know what to do with what is missing


def held(value: float, limit: float) -> float:
    return value if isnan(value) else max(-limit, min(limit, value))


def truth(holds: bool, *numbers: float) -> float:
    return nan if any(isnan(number) for number in numbers) else float(holds)


def kleene(op: ast.boolop, truths: list[float]) -> float:
    """Return ``and`` or ``or`` of three truths by Kleene's tables: the least, the greatest of false < unknown < true."""
    ranks = [0.5 if isnan(one) else float(one != 0.0) for one in truths]
    rank = min(ranks) if isinstance(op, ast.And) else max(ranks)
    return nan if rank == 0.5 else rank


def called(function: str, arguments: list[float]) -> float:
    if function not in THREE and any(isnan(argument) for argument in arguments):
        return nan
    return held(REFERENCE[function](*arguments), 1e100)


def reference(node: ast.AST, fields: Mapping[str, float]) -> float:
    """Return what the documented rules say, one number at a time, on the tree that Python itself reads."""

    def of(part: ast.AST) -> float:
        return reference(part, fields)

    match node:
        case ast.Constant(value=number):
            assert isinstance(number, int | float)
            return float(number)
        case ast.Name(id="undefined"):
            return nan
        case ast.Name(id=name):
            return held(fields[name], 1e12)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return truth(of(operand) == 0, of(operand))
        case ast.UnaryOp(op=sign, operand=operand):
            return -of(operand) if isinstance(sign, ast.USub) else of(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return held(ARITHMETIC[type(op)](of(left), of(right)), 1e100)
        case ast.BoolOp(op=op, values=parts):
            return kleene(op, [of(part) for part in parts])
        case ast.Compare(left=left, ops=ops, comparators=others):
            numbers = [of(part) for part in (left, *others)]
            pairs = list(pairwise(numbers))
            return kleene(ast.And(), [truth(COMPARE[type(o)](*two), *two) for o, two in zip(ops, pairs, strict=True)])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return nan if isnan(of(test)) else of(body) if of(test) else of(orelse)
        case ast.Call(func=ast.Name(id=function), args=args):
            return called(function, [of(argument) for argument in args])
    raise AssertionError(ast.dump(node))


LEAVES = st.sampled_from(["x", "y", "z", "undefined", "0", "1", "2", "0.5", "3.25", "1e12", "1e-9", ".75", "1e-300"])
OPERATORS = st.sampled_from(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or"])


def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def calls(name: str) -> st.SearchStrategy[str]:
        count = {"min": 3, "max": 2, "clip": 3, "between": 3, "power": 2, "within": 2}.get(name, 1)
        return st.tuples(*[parts] * count).map(lambda arguments: f"{name}({', '.join(arguments)})")

    return st.one_of(
        st.tuples(parts, OPERATORS, parts).map(" ".join),
        st.tuples(parts, OPERATORS, parts, OPERATORS, parts).map(" ".join),
        parts.map(lambda part: f"({part})"),
        st.tuples(st.sampled_from(["-", "+", "not "]), parts).map("".join),
        st.tuples(parts, parts, parts).map(lambda p: f"{p[0]} if {p[1]} else {p[2]}"),
        st.sampled_from(sorted(BUILTINS)).flatmap(calls),
    )


TEXTS = st.recursive(LEAVES, larger, max_leaves=12).filter(lambda text: len(text) <= 500)
FIELD = st.one_of(st.floats(-5, 5), st.floats(allow_nan=False), st.sampled_from([0.0, -0.0, 1.0, 1e12, -1e300]))
GAPPED = st.one_of(FIELD, st.just(nan))
RUNS = st.lists(st.tuples(FIELD, FIELD, GAPPED), min_size=1, max_size=9)
either_machine = pytest.mark.parametrize(
    "plain", [True, pytest.param(False, marks=pytest.mark.skipif(not compiles(), reason="no compiler"))]
)


@either_machine
@given(TEXTS, RUNS)
@settings(max_examples=600, deadline=None)
def test_an_expression_means_what_python_means(plain: bool, text: str, fields: list[tuple[float, float, float]]) -> None:
    """Same tree as Python reads, same numbers as the rules say, missing where they say so; in NumPy and in machine code.

    What Python cannot read is refused too.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        with pytest.raises(ExpressionError):
            compiled(text)
        return
    expression = compiled(text)
    state = np.zeros((SLOTS, len(fields)))
    state[:3] = np.array(fields).T
    expected = [held(reference(tree, dict(zip("xyz", row, strict=True))), 1e12) for row in fields]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formulas, "TRIALS", 10**9 if plain else 0)
        result = expression(state)
    assert np.array_equal(result, expected, equal_nan=True)
    assert expression.may_be_missing or not np.isnan(result).any()
    assert np.array_equal(expression.or_else(-3.0)(state), np.nan_to_num(result, nan=-3.0))


@pytest.mark.parametrize(
    "text",
    [
        "x / y if y > 0 else 0", "0 if y <= 0 else x / y", "x / y if y else 2", "x / max(y, 1)", "x / (1 + abs(y))", "x / 4",
        "sqrt(y) if y >= 0 else 0", "sqrt(abs(x))", "log(y) if y > 0 else 0", "log(1 + exp(x))", "power(x, 2)",
        "power(max(x, 0), 0.5)", "z if defined(z) else 0", "defined(z) and z > 2", "within(z, 3)", "not within(z, 3)",
        "y != 0 and x / y > 2", "y == 0 or x / y > 2", "x if defined(z) and z > 0 else 1", "1 if y > 0 and x / y > 1 else 0",
        "x / y if not (y == 0) else 0", "defined(x / y)", "x + y * 2 > 3 and not x", "x / exp(2)",
    ],
)  # fmt: skip
def test_what_is_guarded_is_never_missing(text: str) -> None:
    """The guard is understood, so that nothing is carried, and nobody has to say what it means that it is missing."""
    assert not compiled(text).may_be_missing


@pytest.mark.parametrize(
    "text",
    [
        "x / y", "z", "z > 1", "not z", "z and x", "x or z", "1 if z else 2", "log(x)", "sqrt(x)", "power(x, y)", "power(x, -1)",
        "power(x, 0.5)", "undefined", "x / y if y >= 0 else 0", "x / y if y > -1 else 0", "x / y if x > 0 else 0",
        "x / y if z > 0 or y > 0 else 0", "z if defined(x) else 0", "x / y if y > 0 else x / y", "max(x, z)", "x / exp(y)",
        "log(x) if x >= 0 else 0", "x / (y - 1) if y > 0 else 0",
    ],
)  # fmt: skip
def test_what_is_not_guarded_may_be_missing(text: str) -> None:
    assert compiled(text).may_be_missing


@pytest.mark.parametrize(("and_", "or_", "a", "b"), [
    ("0", "0", "0", "0"), ("0", "undefined", "0", "undefined"), ("0", "1", "0", "1"), ("0", "undefined", "undefined", "0"),
    ("undefined", "undefined", "undefined", "undefined"), ("undefined", "1", "undefined", "1"), ("0", "1", "1", "0"),
    ("undefined", "1", "1", "undefined"), ("1", "1", "1", "1"),
])  # fmt: skip
def test_and_and_or_are_those_of_kleene(and_: str, or_: str, a: str, b: str) -> None:
    """Kleene, Introduction to Metamathematics (1952), section 64."""
    number = {"0": 0.0, "1": 1.0, "undefined": nan}
    assert [one(f"{a} and {b}"), one(f"{a} or {b}")] == pytest.approx([number[and_], number[or_]], nan_ok=True)
    assert [one(f"z and {b}", z=number[a]), one(f"z or {b}", z=number[a])] == pytest.approx(
        [number[and_], number[or_]], nan_ok=True
    )


def test_what_rests_on_another_that_is_missing_can_be_told_apart() -> None:
    """``where_defined`` is 0 where the other one is missing, and leaves what is never missing as it is."""
    when, weight = compiled("x > 0"), compiled("1 / z")
    state = np.zeros((SLOTS, 3))
    state[0], state[2] = 1.0, [2.0, 0.0, nan]
    assert when.where_defined(weight)(state).tolist() == [1.0, 0.0, 0.0]
    assert when.where_defined(compiled("y")) is when
    assert when.or_else(0.0) is when


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exp(1)", math.e),
        ("log(exp(2))", 2.0),
        ("logistic(0)", 0.5),
        ("logistic(log(3))", 0.75),
        ("tanh(1)", math.tanh(1)),
        ("power(2, 10)", 1024.0),
        ("power(9, 0.5)", 3.0),
        ("sqrt(2) * sqrt(2)", 2.0),
        ("2 + 3 * 4 - 6 / 3", 12.0),
        ("-2 * -3", 6.0),
        ("1 < 2 < 3", 1.0),
        ("3 > 2 > 2", 0.0),
        ("not 1 == 2", 1.0),
        ("not (1 and 0) or 0", 1.0),
        ("5 and 7", 1.0),
        ("0 or -0.1", 1.0),
        ("true + True + false + False", 2.0),
        ("1 if 0 else 2 if 0 else 3", 3.0),
        ("floor(-0.5)", -1.0),
        ("clip(5, 2, 1)", 1.0),
        ("between(1, 1, 2) + between(2, 1, 2) + between(2.1, 1, 2)", 2.0),
        ("step(0) + step(1e-9)", 1.0),
        ("sign(-3) + sign(0) + sign(2)", 0.0),
    ],
)
def test_known_answers(text: str, expected: float) -> None:
    assert one(text) == pytest.approx(expected, rel=1e-15)
    assert compiled(text).is_constant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x / 0", nan),
        ("0 / 0", nan),
        ("x / (y - y)", nan),
        ("log(0)", nan),
        ("log(-x)", nan),
        ("log(1e-305)", math.log(1e-300)),
        ("sqrt(-x)", nan),
        ("power(-x, 0.5)", nan),
        ("power(-2 * x, 3)", -8.0),
        ("power(-2 * x, 2)", 4.0),
        ("power(0, 0)", 1.0),
        ("power(0, 2)", 0.0),
        ("power(0, -1)", nan),
        ("defined(undefined) + defined(x)", 1.0),
        ("within(3, 4) + within(undefined, 4) + within(3, undefined)", 1.0),
        ("exp(x * 1e6)", 1e12),
        ("exp(-x * 1e6)", 0.0),
        ("-exp(x * 1e6)", -1e12),
        ("1e12 + x", 1e12),
        ("exp(1000) - exp(1000) * x", 0.0),  # both are 1e100, so never infinity - infinity
        ("(1e12 * 1e12) / 1e12", 1e12),  # a step in between may pass 1e12, only results are held there
        ("1 / 1e-300 / 1e-300", 1e12),
        ("logistic(1e12 * x)", 1.0),
    ],
)
def test_every_result_is_finite_or_missing(text: str, expected: float) -> None:
    assert one(text, x=1.0, y=1.0) == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_the_reference_knows_every_function() -> None:
    assert set(BUILTINS) == set(REFERENCE)


def test_names_are_read_within_the_limit() -> None:
    assert one("x", x=math.inf) == 1e12
    assert one("x", x=-1e300) == -1e12
    assert one("x - 1e12", x=math.inf) == 0.0


# What an expression knows of itself


def test_the_policy_example_of_the_design() -> None:
    state = np.zeros((SLOTS, 3))
    state[5] = [1, 1, 0]  # asked for a training centre
    state[7] = [1, 2, 1]  # basing here
    state[6], state[8] = [1, 1, 0], [61, 60, 90]
    state[3], state[4], state[9] = 0.8, 0.5, [0.0, 0.5, 1.0]
    when = compiled("asked(training_centre) and basing(here) < training_centre")
    weight = compiled("1.2 * dependence - 0.8 * stability - sovereignty_cost(training_centre)")
    again = compiled("asked(military_integration) and not within(days_since(own.announce_arms_order), 60)")
    patience = compiled("0.9 - 0.5 * believed(patron.patience)")
    assert when(state).tolist() == [1.0, 0.0, 0.0]
    assert weight(state) == pytest.approx([0.31] * 3)
    assert again(state).tolist() == [1.0, 0.0, 0.0]
    assert patience(state) == pytest.approx([0.9, 0.65, 0.4])
    assert when.names == ("asked(training_centre)", "basing(here)", "training_centre")
    assert when.slots == (5, 7)
    assert values(when, state, 1) == {
        "asked(training_centre)": 1.0,
        "basing(here)": 2.0,
        "training_centre": 2.0,
    }
    assert values(weight, state, 0)["sovereignty_cost(training_centre)"] == 0.25
    assert not when.is_constant


@pytest.mark.parametrize(("how", "expected"), [("total", 7.5), ("mean", 2.5), ("highest", 5.0), ("lowest", -1.5)])
def test_several_rows_may_be_joined_under_one_name(how: str, expected: float) -> None:
    expression = compiled(f"{how}(neighbours) * 2")
    state = np.zeros((SLOTS, 2))
    state[:3, 1] = [4.0, 5.0, -1.5]
    assert expression(state).tolist() == [0.0, 2 * expected]
    assert values(expression, state, 1) == {f"{how}(neighbours)": expected}
    assert (expression.slots, expression.names) == ((0, 1, 2), (f"{how}(neighbours)",))


@pytest.mark.parametrize(
    ("given_value", "text", "expected"),
    [
        (True, "true", 1.0),
        (False, "false", 0.0),
        (3, "3", 3.0),
        (0.25, "0.25", 0.25),
        (-1e12, "-1000000000000.0", -1e12),
    ],
)
def test_numbers_and_truths_are_expressions(given_value: float, text: str, expected: float) -> None:
    expression = compiled(given_value)
    assert (expression.text, expression.is_constant, expression.names, expression.slots) == (
        text,
        True,
        (),
        (),
    )
    assert expression(np.zeros((0, 4))).tolist() == [expected] * 4


def test_space_and_lines_do_not_matter() -> None:
    assert one("  x\n  + \ty *\r\n 2 ", x=1.0, y=3.0) == 7.0
