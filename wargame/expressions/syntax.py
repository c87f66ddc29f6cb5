"""From words to a tree. The order of operations is Python's; no text is ever given to Python's own parser.

The parser is its own (precedence climbing) and not Python's ``ast``: so messages and columns are the same
under every version of Python, and no text can bring about a warning, a ``RecursionError`` or a
``MemoryError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from wargame.expressions.scope import ExpressionError
from wargame.expressions.tokens import Token, shown, tokenise

DEEPEST = 32
MOST_PARTS = 200
OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN = 1, 2, 3, 4, 5, 6, 7
RANKS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARE),
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/"), PRODUCT),
}


@dataclass(frozen=True)
class Number:
    """A number, ``true`` or ``false``."""

    column: int
    value: float


@dataclass(frozen=True)
class Name:
    """A dotted name: one name, never attribute access."""

    column: int
    text: str


@dataclass(frozen=True)
class Prefix:
    """``-x``, ``+x`` or ``not x``."""

    column: int
    operator: str
    operand: Node


@dataclass(frozen=True)
class Chain:
    """Operators of one rank from left to right: ``a - b + c``, ``a < b <= c``, ``a and b``."""

    column: int
    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Choice:
    """``then if condition else otherwise``."""

    column: int
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Call:
    """``function(argument, ...)``."""

    column: int
    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Name | Prefix | Chain | Choice | Call


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """Return the tree of an expression of at most 500 characters, 200 parts and 32 levels.

    Raises :class:`ExpressionError` with a column for everything else. Names have no meaning yet, so that a formula that stands
    in many orders is read once.
    """
    return _Parser(tokenise(text)).whole()


def divides_by_nought(text: str) -> int:
    """Return the column of a division by a number that is 0 in an expression, or 0 where there is none."""
    return _nought(parse(text))


def _nought(node: Node) -> int:
    """Return the column of the first division by 0 in a tree, or 0."""
    match node:
        case Chain():
            for operator, operand in node.rest:
                if operator == "/" and isinstance(operand, Number) and operand.value == 0.0:
                    return operand.column
            inside: tuple[Node, ...] = (node.first, *(operand for _, operand in node.rest))
        case Prefix():
            inside = (node.operand,)
        case Choice():
            inside = (node.condition, node.then, node.otherwise)
        case Call():
            inside = node.arguments
        case _:
            return 0
    return next(filter(None, map(_nought, inside)), 0)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._parts = 0

    def whole(self) -> Node:
        tree = self._expression(1)
        if self._token.kind != "end":
            raise self._unexpected()
        return tree

    @property
    def _token(self) -> Token:
        return self._tokens[self._place]

    def _at(self, *texts: str) -> bool:
        return self._token.kind == "symbol" and self._token.text in texts

    def _take(self) -> Token:
        token = self._token
        self._place += 1
        return token

    def _part(self, token: Token) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise ExpressionError(
                f"the expression has more than {MOST_PARTS} names, numbers and operators; split it",
                token.column,
            )

    def _expression(self, depth: int) -> Node:
        then = self._operators(OR, depth)
        if not self._at("if"):
            return then
        word = self._take()
        self._part(word)
        condition = self._operators(OR, depth + 1)
        if not self._at("else"):
            raise ExpressionError('an "if" needs its "else": a if condition else b', word.column)
        self._take()
        return Choice(word.column, condition, then, self._expression(depth + 1))

    def _operators(self, lowest: int, depth: int) -> Node:
        left = self._prefix(lowest, depth)
        while (rank := self._rank()) >= lowest:
            column = self._token.column
            rest: list[tuple[str, Node]] = []
            while self._rank() == rank:
                operator = self._take()
                self._part(operator)
                rest.append((operator.text, self._operators(rank + 1, depth + 1)))
            left = Chain(column, left, tuple(rest))
        return left

    def _rank(self) -> int:
        return RANKS.get(self._token.text, 0) if self._token.kind == "symbol" else 0

    def _prefix(self, lowest: int, depth: int) -> Node:
        if depth > DEEPEST:
            raise ExpressionError(f"the expression is nested more than {DEEPEST} levels deep; split it", self._token.column)
        if self._at("+", "-"):
            sign = self._take()
            self._part(sign)
            return Prefix(sign.column, sign.text, self._operators(SIGN, depth + 1))
        if self._at("not"):
            if lowest > NOT:
                raise ExpressionError('"not" needs parentheses here: (not x)', self._token.column)
            word = self._take()
            self._part(word)
            return Prefix(word.column, word.text, self._operators(NOT, depth + 1))
        return self._atom(depth)

    def _atom(self, depth: int) -> Node:
        token = self._token
        if self._at("("):
            self._take()
            inside = self._expression(depth + 1)
            self._close(token)
            return inside
        if token.kind not in ("number", "name"):
            raise self._missing()
        self._take()
        self._part(token)
        if token.kind == "number":
            return Number(token.column, token.value)
        if self._at("("):
            return self._call(token, depth)
        return Name(token.column, token.text)

    def _call(self, function: Token, depth: int) -> Call:
        bracket = self._take()
        arguments: list[Node] = []
        if not self._at(")"):
            arguments.append(self._expression(depth + 1))
            while self._at(","):
                self._take()
                arguments.append(self._expression(depth + 1))
        self._close(bracket)
        return Call(function.column, function.text, tuple(arguments))

    def _close(self, bracket: Token) -> None:
        if self._token.kind == "end":
            raise ExpressionError('this "(" is never closed', bracket.column)
        if not self._at(")"):
            raise self._unexpected()
        self._take()

    def _missing(self) -> ExpressionError:
        before = self._tokens[self._place - 1] if self._place else None
        if before is None or (before.text == "(" and self._token.kind != "end"):
            return ExpressionError(f"a value is missing before {shown(self._token.text)}", self._token.column)
        if before.text == "(":
            return ExpressionError('this "(" is never closed', before.column)
        return ExpressionError(f"a value is missing after {shown(before.text)}", self._token.column)

    def _unexpected(self) -> ExpressionError:
        token = self._token
        if token.text == ")":
            return ExpressionError('this ")" closes nothing', token.column)
        if token.text == ",":
            return ExpressionError(
                "a comma stands only between the arguments of a function; write 20000, not 20,000",
                token.column,
            )
        if token.text == "else":
            return ExpressionError('this "else" has no "if"', token.column)
        return ExpressionError(f"an operator is missing before {shown(token.text)}", token.column)
