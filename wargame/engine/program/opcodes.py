"""What a machine that plays programs can do: the codes of its instructions."""

from __future__ import annotations

LOAD, CONSTANT, UNIFORM, STORE = 0, 1, 2, 3  # a slot; a number; a stream's number of today; a value kept in a slot
ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE = 4, 5, 6, 7, 8
LESS, AT_MOST, EQUAL, UNEQUAL = 9, 10, 11, 12
AND, OR, NOT, CHOOSE = 13, 14, 15, 16  # truth is 1.0, falsehood 0.0
LOWER, HIGHER, SIZE, FLOOR, RINT, SQRT = 17, 18, 19, 20, 21, 22
EXP, LOG, LOG1P, TANH, LOGISTIC, PPF, POWER, LOOKUP = 23, 24, 25, 26, 27, 28, 29, 30
CLIP, MULTIPLY_ADD, GUMBEL = 31, 32, 33  # several in one, rounded as one after another: made when a program is laid out

ARITY = (0, 0, 0, 1, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 3, 3, 1)
NAMES = (
    "load", "constant", "uniform", "store", "add", "subtract", "multiply", "divide", "negate", "less", "at most", "equal",
    "unequal", "and", "or", "not", "choose", "lower", "higher", "size", "floor", "rint", "sqrt", "exp", "log", "log1p", "tanh",
    "logistic", "ppf", "power", "lookup", "clip", "multiply-add", "gumbel",
)  # fmt: skip
