"""Names get their meaning, trees become steps, steps become something that can be called."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from wargame.engine.types import Array
from wargame.errors import allowed, did_you_mean
from wargame.expressions.formulas import Program
from wargame.expressions.functions import FUNCTIONS
from wargame.expressions.graph import Graph
from wargame.expressions.operations import LIMIT
from wargame.expressions.risks import Step
from wargame.expressions.scope import Const, ExpressionError, Many, Ref, Scope, Slot
from wargame.expressions.syntax import Call, Chain, Choice, Name, Node, Number, Prefix, parse
from wargame.expressions.tokens import shown

# operator -> (operation, whether its operands change places)
OPERATORS = {
    "+": ("add", False),
    "-": ("subtract", False),
    "*": ("multiply", False),
    "/": ("divide", False),
    "<": ("less", False),
    "<=": ("at_most", False),
    ">": ("less", True),
    ">=": ("at_most", True),
    "==": ("equal", False),
    "!=": ("unequal", False),
    "and": ("and", False),
    "or": ("or", False),
}
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


@dataclass(frozen=True)
class Expression:
    """A checked expression: calling it gives its value in every run. It pickles, and threads may share it."""

    text: str
    references: tuple[tuple[str, Ref], ...]
    steps: tuple[Step, ...]
    result: int
    may_be_missing: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names used, sorted; a symbolic function is a name with its arguments: ``asked(arms)``."""
        return tuple(name for name, _ in self.references)

    @property
    def slots(self) -> tuple[int, ...]:
        """The rows of the state that are read, ascending."""
        own = {ref.index for _, ref in self.references if isinstance(ref, Slot)}
        return tuple(sorted(own.union(*(ref.slots for _, ref in self.references if isinstance(ref, Many)))))

    @property
    def is_constant(self) -> bool:
        """Whether the value is the same in every run and on every day."""
        return self.steps[self.result].kind == "number"

    def is_row_of(self, rows: slice) -> bool:
        """Return whether it is nothing but one of these rows of the state."""
        step = self.steps[self.result]
        return step.kind == "slot" and rows.start <= step.number < rows.stop

    @cached_property
    def _program(self) -> Program:
        return Program(self.steps, (self.result,))

    def __call__(self, state: Array) -> Array:
        """Return the value in every run: a new array of shape (runs,), within ±1e12, NaN where it is missing.

        ``state`` has shape (slots, runs), any strides, and NaN only in slots whose values may be missing. Raises
        ValueError when it has another shape or too few slots.
        """
        found: Array = self._program(state)[0]
        return found

    def or_else(self, value: float) -> Expression:
        """Return the expression with a number in the place of what is missing: itself, if it never is."""
        if not self.may_be_missing:
            return self
        graph = Graph()
        own = graph.merge(self.steps)[self.result]
        result = graph.plain("choose", graph.plain("equal", own, own), own, graph.number(value))
        return replace(self, steps=tuple(graph.steps), result=result, may_be_missing=False)

    def where_defined(self, other: Expression) -> Expression:
        """Return the expression, 0 where another one is missing."""
        return self._beside(other, "equal") if other.may_be_missing else self

    def where_missing(self, other: Expression) -> Expression:
        """Return the expression, 0 where another one is not missing."""
        return self._beside(other, "unequal")

    def _beside(self, other: Expression, kind: str) -> Expression:
        graph = Graph()
        own, there = graph.merge(self.steps)[self.result], graph.merge(other.steps)[other.result]
        result = graph.plain("choose", graph.plain(kind, there, there), own, graph.number(0.0))
        references = tuple(sorted({*self.references, *other.references}, key=lambda item: item[0]))
        return replace(self, references=references, steps=tuple(graph.steps), result=result)


class Formulas:
    """Many expressions as one list of instructions: what they have in common is computed once."""

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self.expressions = tuple(expressions)
        graph = Graph()
        results = [graph.merge(expression.steps)[expression.result] for expression in self.expressions]
        self.program = Program(graph.steps, results)

    def __len__(self) -> int:
        return len(self.expressions)

    def __call__(self, state: Array) -> Array:
        """Return every expression's value, a new array (len(program), runs): the bits each gives alone."""
        return self.program(state)


def compile_expression(text: str | float | bool, scope: Scope) -> Expression:
    """Return the expression with every name resolved in the scope.

    A number or a truth value is an expression too. Raises :class:`ExpressionError`, always with a column.
    """
    if isinstance(text, str):
        compiler = _Compiler(scope)
        result = compiler.graph.held(compiler.lower(parse(text)), LIMIT)
        references = tuple(sorted(compiler.references.items(), key=lambda item: item[0]))
        return Expression(text, references, tuple(compiler.graph.steps), result, bool(compiler.graph.risks[result]))
    if not isinstance(text, bool | int | float):
        raise ExpressionError(f"an expression is text or a number (got {type(text).__name__})", 1)
    if not abs(text) <= LIMIT:
        raise ExpressionError("the number is not finite or too large; at most 1e12 in size is allowed", 1)
    graph = Graph()
    result = graph.number(float(text))
    return Expression(str(text).lower(), (), tuple(graph.steps), result)


def values(expression: Expression, state: Array, run: int) -> dict[str, float]:
    """Return the value of every name the expression uses, as it is read in one run: for the reason trace."""
    return {name: _read(ref, state, run) for name, ref in expression.references}


def _read(ref: Ref, state: Array, run: int) -> float:
    if isinstance(ref, Const):
        return ref.value
    if isinstance(ref, Slot):
        return min(max(float(state[ref.index, run]), -LIMIT), LIMIT)
    rows = [min(max(float(state[slot, run]), -LIMIT), LIMIT) for slot in ref.slots]
    if any(math.isnan(row) for row in rows):
        return math.nan
    joined = {"highest": max, "lowest": min}.get(ref.how, sum)(rows)
    return joined / len(rows) if ref.how == "mean" else joined


class _Compiler:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.graph = Graph()
        self.references: dict[str, Ref] = {}
        self.since: set[int] = set()  # steps that read days since something

    def lower(self, node: Node) -> int:
        """Return the step that holds the node's value."""
        match node:
            case Number():
                return self.graph.number(node.value)
            case Name():
                return self._reference(node.text, self._resolve(node), node.column)
            case Prefix():
                return self._prefix(node)
            case Chain():
                return self._chain(node)
            case Choice():
                parts = [self.lower(part) for part in (node.condition, node.then, node.otherwise)]
                return self.graph.apply("choose", *parts)
            case _:
                return self._call(node)

    def _prefix(self, node: Prefix) -> int:
        operand = self.lower(node.operand)
        if node.operator == "+":
            return operand
        return self.graph.apply("negate" if node.operator == "-" else "not", operand)

    def _chain(self, node: Chain) -> int:
        """Return the step for a chain; ``a < b < c`` is ``a < b and b < c``."""
        left = self.lower(node.first)
        result: int | None = None
        for operator, operand in node.rest:
            right = self.lower(operand)
            operation, swapped = OPERATORS[operator]
            made = self.graph.apply(operation, *((right, left) if swapped else (left, right)))
            if operator in COMPARISONS:
                made = self._long_ago(operator, left, right, made)
                left, result = right, made if result is None else self.graph.apply("and", result, made)
            else:
                left = result = made
        return left if result is None else result

    def _long_ago(self, operator: str, left: int, right: int, made: int) -> int:
        """Return the comparison, decided where one side is the days since what never was: longer than any number of days."""
        risks = self.graph.risks
        if left in self.since and not risks[right]:
            return self.graph.or_else(made, float(operator in (">", ">=", "!=")))
        if right in self.since and not risks[left]:
            return self.graph.or_else(made, float(operator in ("<", "<=", "!=")))
        return made

    def _call(self, node: Call) -> int:
        function = FUNCTIONS.get(node.function)
        if function is None:
            return self._symbolic(node)
        if not function.least <= len(node.arguments) <= function.most:
            raise ExpressionError(
                f"{node.function} takes {function.arguments}: {function.usage} (got {len(node.arguments)})",
                node.column,
            )
        return function.lower(self.graph, [self.lower(argument) for argument in node.arguments])

    def _symbolic(self, node: Call) -> int:
        known = self.scope.functions()
        if node.function not in known:
            every = {*FUNCTIONS, *known}
            near = did_you_mean(node.function, every) or f"; known functions: {allowed(every, 40)}"
            raise ExpressionError(f"unknown function {shown(node.function)}{near}", node.column)
        arguments: list[str] = []
        for argument in node.arguments:
            if not isinstance(argument, Name):
                raise ExpressionError(f"{node.function} takes bare names, not values, as arguments", argument.column)
            arguments.append(argument.text)
        name = f"{node.function}({', '.join(arguments)})"
        try:
            ref = self.scope.call(node.function, tuple(arguments))
        except ExpressionError as error:
            raise ExpressionError(error.message, error.column or node.column) from None
        if ref is None:
            raise ExpressionError(f"{shown(name)} means nothing here; {known[node.function]}", node.column)
        return self._reference(name, ref, node.column)

    def _resolve(self, node: Name) -> Ref:
        try:
            ref = self.scope.name(node.text)
        except ExpressionError as error:
            raise ExpressionError(error.message, error.column or node.column) from None
        if ref is not None:
            return ref
        if node.text in FUNCTIONS:
            raise ExpressionError(f"{node.text} is a function: {FUNCTIONS[node.text].usage}", node.column)
        names = list(self.scope.names())
        near = did_you_mean(node.text, names) or (f"; known names: {allowed(names)}" if names else "")
        raise ExpressionError(f"unknown name {shown(node.text)}{near}", node.column)

    def _reference(self, name: str, ref: Ref, column: int) -> int:
        if isinstance(ref, Slot):
            self.references[name] = ref
            step = self.graph.slot(ref.index, ref.missing)
            if ref.since:
                self.since.add(step)
            return step
        if isinstance(ref, Many):
            self.references[name] = ref
            return self._joined(ref)
        if abs(ref.value) > LIMIT:
            raise ExpressionError(f"the value of {shown(name)} is not finite or beyond 1e12 (got {ref.value})", column)
        self.references[name] = Const(float(ref.value))
        return self.graph.number(ref.value)

    def _joined(self, ref: Many) -> int:
        """Return the step that joins several rows, first to last."""
        operation = {"highest": "max", "lowest": "min"}.get(ref.how, "add")
        result = self.graph.slot(ref.slots[0], ref.missing)
        for slot in ref.slots[1:]:
            result = self.graph.apply(operation, result, self.graph.slot(slot, ref.missing))
        if ref.how == "mean":
            result = self.graph.apply("divide", result, self.graph.number(float(len(ref.slots))))
        return result
