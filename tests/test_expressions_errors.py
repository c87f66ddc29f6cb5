"""What is not an expression: the exact sentence and column for each mistake, and no text that does worse."""

from __future__ import annotations

import ast
import pickle
import time
import warnings
from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wargame.engine.types import Array
from wargame.errors import WargameError
from wargame.expressions import BUILTINS, Const, Expression, ExpressionError, Ref, Slot, compile_expression
from wargame.expressions.tokens import HINTS


class Desk:
    """Two fields, one hidden, a constant gone wrong, two symbolic functions."""

    def name(self, dotted: str) -> Ref | None:
        if dotted == "patron.intent":
            raise ExpressionError('"patron.intent" is hidden from this actor; use believed(patron.intent)')
        known: dict[str, Ref] = {
            "dependence": Slot(0),
            "own.stability": Slot(1),
            "endless": Const(float("inf")),
        }
        return known.get(dotted)

    def names(self) -> Iterable[str]:
        return ["dependence", "own.stability"]

    def call(self, function: str, arguments: tuple[str, ...]) -> Ref | None:
        if arguments == ("patron.intent",):
            raise ExpressionError('nobody was ever asked for "patron.intent"')
        return Slot(0) if arguments == ("training_centre",) else None

    def functions(self) -> Mapping[str, str]:
        return {"asked": "asked(action): 1 if the patron asked for it", "min": "never reached"}


def compiled(text: str | float) -> Expression:
    return compile_expression(text, Desk())


POWER = "write power(x, y), x * x or sqrt(x)"
QUOTES = "names are written without quotes: asked(training_centre)"
DEEP = "the expression is nested more than 32 levels deep; split it"
LETTER = "each part of a name starts with a letter"
NUMBERS = "numbers are written like 9000, 0.25 or 1e-3"
COMMA = "a comma stands only between the arguments of a function; write 20000, not 20,000"
LETTERS = "names use the letters a-z and A-Z, digits and _"
FUNCTIONS = (
    "abs, asked, between, clip, defined, exp, floor, holds, log, logistic, max, min, power, sign, sqrt, step, tanh, within"
)

HOSTILE = [
    # bombs
    ("9**9**9**9", 2, f'"**" is not part of the language; {POWER}'),
    ("'a'*10**10", 1, f'"\'" is not part of the language; {QUOTES}'),
    ("-" * 20_000 + "1", 1, "the expression has 20001 characters; at most 500 are allowed"),
    ("-" * 499 + "1", 33, DEEP),
    ("not " * 100 + "1", 129, DEEP),
    ("(" * 200 + "1" + ")" * 200, 33, DEEP),
    ("(" * 500, 33, DEEP),
    ("min(1, " * 60, 222, DEEP),
    ("1 if 1 else " * 40 + "1", 378, DEEP),
    ("1<(" * 120 + "1" + ")" * 120, 49, DEEP),
    ("1+" * 249 + "1", 201, "the expression has more than 200 names, numbers and operators; split it"),
    ("9" * 400, 1, f'the number "{"9" * 39}…" is too large; at most 1e12 is allowed'),
    ("1e999", 1, 'the number "1e999" is too large; at most 1e12 is allowed'),
    ("dependence * 1.1e12", 14, 'the number "1.1e12" is too large; at most 1e12 is allowed'),
    ("1 << 99999999", 3, '"<<" is not part of the language'),
    # reaching into Python
    ("__import__('os').system('true')", 1, f'the name "__import__" is not allowed; {LETTER}'),
    ("dependence.__class__", 1, f'the name "dependence.__class__" is not allowed; {LETTER}'),
    ("().__class__", 3, f'"." is not part of the language; {HINTS["."]}'),
    (
        "dependence.tofile(dependence)",
        1,
        f'unknown function "dependence.tofile"; known functions: {FUNCTIONS}',
    ),
    ("open(dependence)", 1, f'unknown function "open"; known functions: {FUNCTIONS}'),
    ("eval(dependence)", 1, f'unknown function "eval"; known functions: {FUNCTIONS}'),
    ("lambda: 1", 1, '"lambda" is not part of the language'),
    ("own.lambda", 1, '"lambda" is not part of the language'),
    ("[x for x in dependence]", 1, '"[" is not part of the language'),
    ("{dependence: 1}", 1, '"{" is not part of the language'),
    ("dependence[0]", 11, '"[" is not part of the language'),
    ("(x := 1)", 4, '":=" is not part of the language; an expression stores nothing'),
    ("f'{dependence}'", 2, f'"\'" is not part of the language; {QUOTES}'),
    ('f"{dependence}"', 2, f"'\"' is not part of the language; {QUOTES}"),
    ("dependence; 1", 11, '";" is not part of the language'),
    ("dependence\x00", 11, '"U+0000" is not part of the language'),
    ("1\\\n+1", 2, '"\\" is not part of the language'),
    ("1 # one", 3, '"#" is not part of the language; comments belong to the YAML around it'),
    ("await dependence", 1, '"await" is not part of the language'),
    ("None", 1, '"None" is not part of the language; write undefined'),
    ("...", 1, '"." is not part of the language; a point joins the parts of a name, without spaces'),
    ("dépendance", 2, f'"é" is not part of the language; {LETTERS}'),
    ("\uff44ependence", 1, f'"\uff44" is not part of the language; {LETTERS}'),
    ("1\u20282", 2, f'"U+2028" is not part of the language; {LETTERS}'),
    ("min(*dependence)", 5, 'a value is missing before "*"'),
    ("min(a=1)", 6, '"=" is not part of the language; write == to compare'),
    ("@dependence", 1, '"@" is not part of the language'),
]
MISTAKES = [
    # operators of other languages
    ("dependence ^ 2", 12, f'"^" is not part of the language; {POWER}'),
    ("dependence // 2", 12, '"//" is not part of the language; write floor(a / b)'),
    ("20 % 3", 4, '"%" is not part of the language; write a - b * floor(a / b); a per cent is 0.01'),
    ("dependence = 1", 12, '"=" is not part of the language; write == to compare'),
    ("dependence && 1", 12, '"&&" is not part of the language; write and'),
    ("dependence | 1", 12, '"|" is not part of the language; write or'),
    ("!dependence", 1, '"!" is not part of the language; write not'),
    ("dependence \u2264 1", 12, '"\u2264" is not part of the language; write <='),
    ("dependence => 1", 12, '"=>" is not part of the language; write >='),
    (
        "dependence in (1, 2)",
        12,
        '"in" is not part of the language; write a <= x and x <= b, between(x, a, b) or x == a or x == b',
    ),
    ("dependence is 1", 12, '"is" is not part of the language; write =='),
    # numbers
    ("1_000", 1, f'cannot read the number "1_000"; {NUMBERS}'),
    ("0x1F", 1, f'cannot read the number "0x1F"; {NUMBERS}'),
    ("2j", 1, f'cannot read the number "2j"; {NUMBERS}'),
    ("2 * 1.2.3", 5, f'cannot read the number "1.2.3"; {NUMBERS}'),
    ("1if dependence else 2", 1, f'cannot read the number "1if"; {NUMBERS}'),
    ("dependence > 20,000", 16, COMMA),
    ("(1, 2)", 3, COMMA),
    # names and functions
    ("1 + dependance", 5, 'unknown name "dependance"; did you mean "dependence"?'),
    ("own.stabilty", 1, 'unknown name "own.stabilty"; did you mean "own.stability"?'),
    ("quagmire", 1, 'unknown name "quagmire"; known names: dependence, own.stability'),
    ("own .stability", 5, f'"." is not part of the language; {HINTS["."]}'),
    ("own.", 1, f'the name "own." is not complete; {HINTS["."]}'),
    ("logistic", 1, "logistic is a function: logistic(x)"),
    ("logistics(1)", 1, 'unknown function "logistics"; did you mean "logistic"?'),
    ("asks(training_centre)", 1, 'unknown function "asks"; did you mean "asked"?'),
    ("clip(1, 2)", 1, "clip takes 3 arguments: clip(x, low, high) (got 2)"),
    ("min(1)", 1, "min takes 2 or more arguments: min(a, b, ...) (got 1)"),
    ("1 + exp()", 5, "exp takes 1 argument: exp(x) (got 0)"),
    ("asked(1 + 2)", 9, "asked takes bare names, not values, as arguments"),
    ("asked(2)", 7, "asked takes bare names, not values, as arguments"),
    ("asked(tea)", 1, '"asked(tea)" means nothing here; asked(action): 1 if the patron asked for it'),
    ("0 + asked()", 5, '"asked()" means nothing here; asked(action): 1 if the patron asked for it'),
    ("1 < patron.intent", 5, '"patron.intent" is hidden from this actor; use believed(patron.intent)'),
    ("1 < asked(patron.intent)", 5, 'nobody was ever asked for "patron.intent"'),
    ("endless", 1, 'the value of "endless" is not finite or beyond 1e12 (got inf)'),
    # order of words
    ("", 1, "the expression is empty"),
    (" \n\t", 1, "the expression is empty"),
    ("dependence >", 13, 'a value is missing after ">"'),
    ("dependence +  * 2", 15, 'a value is missing after "+"'),
    ("()", 2, 'a value is missing before ")"'),
    ("and 1", 1, 'a value is missing before "and"'),
    ("dependence own.stability", 12, 'an operator is missing before "own.stability"'),
    ("2 dependence", 3, 'an operator is missing before "dependence"'),
    ("2 (3)", 3, 'an operator is missing before "("'),
    ("1 not 2", 3, 'an operator is missing before "not"'),
    ("1 + not 2", 5, '"not" needs parentheses here: (not x)'),
    ("(1 + 2", 1, 'this "(" is never closed'),
    ("1 + (", 5, 'this "(" is never closed'),
    ("min (", 5, 'this "(" is never closed'),
    ("1 + 2)", 6, 'this ")" closes nothing'),
    ("min(1, )", 8, 'a value is missing after ","'),
    ("min(1 2)", 7, 'an operator is missing before "2"'),
    ("1 if 2", 3, 'an "if" needs its "else": a if condition else b'),
    ("1 if 2 if 3 else 4 else 5", 3, 'an "if" needs its "else": a if condition else b'),
    ("1 else 2", 3, 'this "else" has no "if"'),
]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [*HOSTILE, *MISTAKES],
    ids=[ascii(case[0][:30]) for case in (*HOSTILE, *MISTAKES)],
)
def test_the_exact_message(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(text)
    assert (caught.value.message, caught.value.column) == (message, column)
    assert str(caught.value) == message


def test_at_least_forty_hostile_texts() -> None:
    assert len({text for text, _, _ in HOSTILE}) >= 40


@pytest.mark.parametrize(
    ("given_value", "message"),
    [
        (float("nan"), "the number is not finite or too large; at most 1e12 in size is allowed"),
        (float("-inf"), "the number is not finite or too large; at most 1e12 in size is allowed"),
        (10**5000, "the number is not finite or too large; at most 1e12 in size is allowed"),
        (-1.01e12, "the number is not finite or too large; at most 1e12 in size is allowed"),
        (None, "an expression is text or a number (got NoneType)"),
        (["dependence"], "an expression is text or a number (got list)"),
        ({"dependence": 1}, "an expression is text or a number (got dict)"),
    ],
    ids=["nan", "infinity", "huge integer", "large", "none", "list", "dict"],
)
def test_what_yaml_may_hand_over_instead_of_text(given_value: float, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(given_value)
    assert (caught.value.message, caught.value.column) == (message, 1)


def test_the_bounds_themselves_are_allowed() -> None:
    state = np.ones((2, 3))
    assert compiled("1" + " " * 499)(state).tolist() == [1.0] * 3
    assert compiled("(" * 31 + "1" + ")" * 31)(state).tolist() == [1.0] * 3
    assert compiled("-" * 30 + "1")(state).tolist() == [1.0] * 3
    assert compiled("1+" * 99 + "dependence")(state).tolist() == [100.0] * 3
    assert compiled("1e12")(state).tolist() == [1e12] * 3
    with pytest.raises(ExpressionError, match="501 characters"):
        compiled("1" + " " * 500)
    with pytest.raises(ExpressionError, match="32 levels"):
        compiled("(" * 32 + "1" + ")" * 32)
    with pytest.raises(ExpressionError, match="200 names"):
        compiled("1+" * 100 + "1")


def test_the_error_is_one_of_ours_and_travels_between_processes() -> None:
    error = ExpressionError("no", 7)
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(error, WargameError)
    assert (copy.message, copy.column, str(copy), error.exit_code) == ("no", 7, "no", 2)


def test_every_function_has_a_line_of_help_that_shows_its_use() -> None:
    for name, line in BUILTINS.items():
        assert line.startswith(f"{name}(")
        assert ": " in line
        assert "\n" not in line


def attempted(text: str) -> tuple[Array, ExpressionError]:
    """Return the result and the error; of the two, the one that did not come about is harmless."""
    try:
        return compiled(text)(np.full((2, 3), 0.5)), ExpressionError("none", 1)
    except ExpressionError as error:
        return np.zeros(3), error


WORDS = "dependence own.stability asked training_centre min exp power undefined 1 0.5 1e9 9999999999999999999 true"
MARKS = "+ - * / ** < >= == ( ( ) ) , and or not if else"
PIECES = st.sampled_from([*WORDS.split(), *MARKS.split()])
SOUP = st.lists(PIECES, max_size=40).map(" ".join)


@given(st.one_of(st.text(max_size=600), SOUP, st.text(alphabet="d+-*/()<>=.,_ 19eifnotr'\"\\\n\x00[]{}:%", max_size=80)))
@example("(" * 499)
@example("-" * 500)
@example("1 if 1 else " * 41)
@settings(max_examples=800, deadline=None)
def test_no_text_does_worse_than_an_expression_error(text: str) -> None:
    """Whatever the text: one error of one line with a column inside the text, or a result, missing or finite; at once."""
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result, failure = attempted(text)
    assert not np.isinf(result).any()
    assert len(failure.message.splitlines()) == 1
    assert 1 <= failure.column <= max(len(text), 1) + 1
    assert time.process_time() - start < 2.0  # a hang or a bomb, not a slow machine


@given(SOUP)
@settings(max_examples=500, deadline=None)
def test_whatever_is_an_expression_is_one_in_python_too(text: str) -> None:
    try:
        compiled(text)
    except ExpressionError:
        return
    ast.parse(text, mode="eval")
