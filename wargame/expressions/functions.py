"""The documented functions of the language, made of the operations of the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from wargame.expressions.graph import Graph

Lowering: TypeAlias = Callable[[Graph, list[int]], int]
MANY = 200


@dataclass(frozen=True)
class Function:
    """A function of values: how it is written, what it means, how many arguments it takes, how it is made."""

    usage: str
    help: str
    least: int
    most: int
    lower: Lowering

    @property
    def arguments(self) -> str:
        """The number of arguments in words."""
        if self.most == MANY:
            return f"{self.least} or more arguments"
        return "1 argument" if self.most == 1 else f"{self.most} arguments"


def _operation(kind: str) -> Lowering:
    return lambda graph, arguments: graph.apply(kind, *arguments)


def _pairwise(kind: str) -> Lowering:
    return lambda graph, arguments: reduce(lambda a, b: graph.apply(kind, a, b), arguments)


def _clip(graph: Graph, arguments: list[int]) -> int:
    value, low, high = arguments
    return graph.apply("min", graph.apply("max", value, low), high)


def _between(graph: Graph, arguments: list[int]) -> int:
    value, low, high = arguments
    return graph.apply("and", graph.apply("at_most", low, value), graph.apply("at_most", value, high))


def _holds(graph: Graph, arguments: list[int]) -> int:
    return graph.or_else(graph.apply("unequal", arguments[0], graph.number(0.0)), 0.0)


def _within(graph: Graph, arguments: list[int]) -> int:
    return graph.or_else(graph.apply("at_most", *arguments), 0.0)


def _step(graph: Graph, arguments: list[int]) -> int:
    return graph.apply("less", graph.number(0.0), arguments[0])


def _sign(graph: Graph, arguments: list[int]) -> int:
    negative = graph.apply("less", arguments[0], graph.number(0.0))
    return graph.apply("subtract", _step(graph, arguments), negative)


FUNCTIONS: Mapping[str, Function] = {
    "min": Function("min(a, b, ...)", "the smallest of two or more values", 2, MANY, _pairwise("min")),
    "max": Function("max(a, b, ...)", "the largest of two or more values", 2, MANY, _pairwise("max")),
    "clip": Function("clip(x, low, high)", "x held between low and high; high wins where low > high", 3, 3, _clip),
    "between": Function("between(x, a, b)", "1 where a <= x <= b, otherwise 0", 3, 3, _between),
    "defined": Function(
        "defined(x)", "1 where x is there, 0 where it is missing", 1, 1, lambda graph, arguments: graph.defined(arguments[0])
    ),
    "holds": Function("holds(x)", "1 where x is there and not 0, otherwise 0", 1, 1, _holds),
    "within": Function("within(x, a)", "1 where x is there and x <= a, otherwise 0: never is within no time", 2, 2, _within),
    "step": Function("step(x)", "1 where x > 0, otherwise 0", 1, 1, _step),
    "sign": Function("sign(x)", "1 where x > 0, -1 where x < 0, otherwise 0", 1, 1, _sign),
    "abs": Function("abs(x)", "x without its sign", 1, 1, _operation("abs")),
    "floor": Function("floor(x)", "the largest whole number not above x", 1, 1, _operation("floor")),
    "sqrt": Function("sqrt(x)", "the square root; undefined where x < 0", 1, 1, _operation("sqrt")),
    "exp": Function("exp(x)", "e to the power x, held below 1e100", 1, 1, _operation("exp")),
    "log": Function("log(x)", "the natural logarithm, at least -690.8; undefined where x <= 0", 1, 1, _operation("log")),
    "tanh": Function("tanh(x)", "the hyperbolic tangent, from -1 to 1", 1, 1, _operation("tanh")),
    "logistic": Function("logistic(x)", "1 / (1 + exp(-x)), from 0 to 1", 1, 1, _operation("logistic")),
    "power": Function(
        "power(x, y)",
        "x to the power y; undefined for 0 to a negative power and for x < 0 to one that is not whole",
        2,
        2,
        _operation("power"),
    ),
}
BUILTINS: Mapping[str, str] = {name: f"{f.usage}: {f.help}" for name, f in FUNCTIONS.items()}
