"""Symbols: arrays of steps that take part in NumPy's arithmetic as if they were numbers, and note what is done to them.

A symbol stands for an array ``(*axes, runs)`` and behaves as one of a single run: its last axis has length 1. Views, slices and
assignments work as in NumPy, because the numbers of the steps lie in a NumPy array. What depends on the value in one run cannot
be asked: ``any`` answers True and ``all`` False, because the model may skip work that changes nothing but never skips it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from wargame.engine.program import opcodes as codes
from wargame.engine.program.functions import FUNCTIONS
from wargame.engine.program.steps import Ids, NotTraceable, Steps

_TWO = {
    np.add: codes.ADD, np.subtract: codes.SUBTRACT, np.multiply: codes.MULTIPLY, np.divide: codes.DIVIDE,
    np.minimum: codes.LOWER, np.maximum: codes.HIGHER,
}  # fmt: skip
_ONE = {
    np.negative: codes.NEGATE, np.absolute: codes.SIZE, np.floor: codes.FLOOR, np.rint: codes.RINT, np.sqrt: codes.SQRT,
}  # fmt: skip
_COMPARE = {
    np.less: (codes.LESS, False), np.less_equal: (codes.AT_MOST, False), np.greater: (codes.LESS, True),
    np.greater_equal: (codes.AT_MOST, True), np.equal: (codes.EQUAL, False), np.not_equal: (codes.UNEQUAL, False),
}  # fmt: skip
_LOGIC = {
    np.logical_and: codes.AND, np.bitwise_and: codes.AND, np.logical_or: codes.OR, np.bitwise_or: codes.OR,
    np.bitwise_xor: codes.UNEQUAL, np.logical_xor: codes.UNEQUAL,
}  # fmt: skip
_OF_TRUTHS = {np.add: codes.OR, np.multiply: codes.AND, np.maximum: codes.OR, np.minimum: codes.AND}


class Symbol(NDArrayOperatorsMixin):
    """An array of steps; ``truth`` says whether they are truth values."""

    __array_priority__ = 1000

    def __init__(self, tracing: Steps, ids: Ids, truth: bool = False) -> None:
        self.tracing = tracing
        self.ids = ids
        self.truth = truth

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, the runs axis (of length 1) last."""
        return self.ids.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.ids.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.ids.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """bool or float64."""
        return np.dtype(np.bool_ if self.truth else np.float64)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Symbol]:
        for row in self.ids:
            if row.ndim == 0:
                raise NotTraceable("a symbol has no runs to go through one by one")
            yield Symbol(self.tracing, row, self.truth)

    def __getitem__(self, key: Any) -> Symbol:
        found = self.ids[plain_key(key)]
        if not isinstance(found, np.ndarray):
            raise NotTraceable("a single run of a symbol cannot be looked at")
        return Symbol(self.tracing, found, self.truth)

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, Symbol):
            self.ids[...] = self.choose(key, value, self).ids
            return
        new = symbol(self.tracing, value)
        if self.truth and not new.truth:
            raise NotTraceable("a number cannot be put in the place of a truth value")
        self.ids[plain_key(key)] = new.ids

    def __bool__(self) -> bool:
        raise NotTraceable("a symbol is neither true nor false")

    def __float__(self) -> float:
        raise NotTraceable("a symbol has no single value")

    def __format__(self, how: str) -> str:
        raise NotTraceable("a symbol has no value to put into words; give it to w.say as a value")

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        raise NotTraceable("a symbol cannot become an array of numbers (np.asarray, np.array, or putting it into such an array)")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **more: Any) -> Any:
        if method != "__call__" or more:
            raise NotTraceable(f"np.{ufunc.__name__}.{method} with {', '.join(more) or 'reduction'}")
        result = apply(self.tracing, ufunc, [symbol(self.tracing, x) for x in inputs])
        if out is None:
            return result
        target = out[0]
        if not isinstance(target, Symbol):
            raise NotTraceable(f"np.{ufunc.__name__} cannot write a symbol into an array of numbers: make it with w.zeros")
        if target.truth and not result.truth:
            raise NotTraceable("a number cannot be put in the place of a truth value")
        target.ids[...] = result.ids
        return target

    def __array_function__(self, function: Any, types: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if function not in FUNCTIONS:
            raise NotTraceable(f"np.{function.__name__} is not among the functions of symbols")
        return FUNCTIONS[function](*args, **kwargs)

    def like(self, ids: Ids, truth: bool) -> Symbol:
        """Return a symbol of the same program for some steps."""
        return Symbol(self.tracing, ids, truth)

    def symbol(self, x: Any) -> Symbol:
        """Return a number, an array or a symbol as a symbol of the same program."""
        return symbol(self.tracing, x)

    def choose(self, condition: Any, then: Any, otherwise: Any) -> Symbol:
        """Return ``then`` where a condition holds and ``otherwise`` elsewhere."""
        where, a, b = self.symbol(condition).truths(), self.symbol(then), self.symbol(otherwise)
        return self.like(self.tracing.add(codes.CHOOSE, where.ids, a.ids, b.ids), a.truth and b.truth)

    def truths(self) -> Symbol:
        """Return where a symbol is not 0."""
        if self.truth:
            return self
        zero = np.full(self.shape, self.tracing.number(0.0), dtype=np.int32)
        return self.like(self.tracing.add(codes.UNEQUAL, self.ids, zero), True)

    def reshape(self, *shape: Any) -> Symbol:
        """Return the same steps in another shape."""
        return Symbol(self.tracing, self.ids.reshape(*shape), self.truth)

    def copy(self) -> Symbol:
        """Return a symbol of its own with the same steps."""
        return Symbol(self.tracing, self.ids.copy(), self.truth)

    def astype(self, kind: Any) -> Symbol:
        """Return it as truth values or numbers; numbers made integers are taken to be whole already."""
        if np.dtype(kind) == np.bool_:
            return self.truths()
        return Symbol(self.tracing, self.ids.copy(), False)

    def any(self, axis: int | None = None) -> Any:
        """Return where any is true along an axis; without one or over runs, True: work is not skipped."""
        if axis is not None and axis % self.ndim == self.ndim - 1:
            return np.ones(self.shape[:-1], dtype=np.bool_)
        return True if axis is None else self._along(axis, codes.OR)

    def all(self, axis: int | None = None) -> Any:
        """Return where all are true along an axis; without one, False: work is not skipped."""
        return False if axis is None else self._along(axis, codes.AND)

    def sum(self, axis: int) -> Symbol:
        """Return how many are true along an axis."""
        if not self.truth:
            raise NotTraceable("numbers are summed by wargame.engine.numeric.total, in a stated order")
        return self._along(axis, codes.ADD, truth=False)

    def max(self, axis: int, initial: float | None = None) -> Symbol:
        """Return the maximum along an axis, at least ``initial``."""
        return self._along(axis, codes.HIGHER, truth=False, initial=initial)

    def _along(self, axis: int, op: int, truth: bool = True, initial: float | None = None) -> Symbol:
        if axis % self.ndim == self.ndim - 1:
            raise NotTraceable("nothing is gathered over runs")
        rows = np.moveaxis(self.ids, axis, 0)
        if not len(rows):
            return symbol(self.tracing, np.full(rows.shape[1:], initial or 0.0)).as_truth(truth)
        result = (
            rows[0] if initial is None else self.tracing.add(op, np.full_like(rows[0], self.tracing.number(initial)), rows[0])
        )
        for row in rows[1:]:
            result = self.tracing.add(op, result, row)
        return Symbol(self.tracing, result, truth)

    def as_truth(self, truth: bool) -> Symbol:
        """Return the same steps, taken for truth values or for numbers."""
        return Symbol(self.tracing, self.ids, truth)

    def one(self, op: int) -> Symbol:
        """Return the result of an operation on one number."""
        return Symbol(self.tracing, self.tracing.add(op, self.ids))

    def numbers(self, values: NDArray[np.float64]) -> Symbol:
        """Return an array of constants as a symbol of the same program, in steps of its own."""
        return Symbol(self.tracing, self.tracing.numbers(values))

    def looked_up(self, table: NDArray[np.float64]) -> Symbol:
        """Return the entries of a table at the whole numbers this stands for."""
        return Symbol(self.tracing, self.tracing.lookup(self.ids, table))

    def exp(self) -> Symbol:
        """Return e^x."""
        return self.one(codes.EXP)

    def log(self) -> Symbol:
        """Return ln x."""
        return self.one(codes.LOG)

    def log1p(self) -> Symbol:
        """Return ln(1 + x)."""
        return self.one(codes.LOG1P)

    def tanh(self) -> Symbol:
        """Return the hyperbolic tangent."""
        return self.one(codes.TANH)

    def logistic(self) -> Symbol:
        """Return 1 / (1 + e^-x)."""
        return self.one(codes.LOGISTIC)

    def normal_ppf(self) -> Symbol:
        """Return the quantile of the standard normal distribution."""
        return self.one(codes.PPF)

    def power(self, base: Any, exponent: Any) -> Symbol:
        """Return ``base ** exponent`` for a non-negative base."""
        pair = [symbol(self.tracing, x).ids for x in (base, exponent)]
        return Symbol(self.tracing, self.tracing.add(codes.POWER, *pair))


def plain_key(key: Any) -> Any:
    """Return an index that NumPy understands; a symbol in it cannot be one."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(isinstance(part, Symbol) for part in parts):
        raise NotTraceable("a symbol cannot be an index")
    return key


def symbol(tracing: Steps, x: Any) -> Symbol:
    """Return ``x`` as a symbol: it is one, knows its own (a tick), or is a number or an array of numbers."""
    if isinstance(x, Symbol):
        return x
    if hasattr(x, "as_symbol"):
        own: Symbol = x.as_symbol()
        return own
    values = np.asarray(x)
    if values.dtype == object:
        raise NotTraceable("an array of objects")
    return Symbol(tracing, tracing.numbers(values.astype(np.float64)), values.dtype == np.bool_)


def apply(tracing: Steps, ufunc: np.ufunc, given: list[Symbol]) -> Symbol:
    """Note one of NumPy's elementwise operations on symbols."""
    ids = [x.ids for x in given]
    if ufunc in _COMPARE:
        op, turned = _COMPARE[ufunc]
        return Symbol(tracing, tracing.add(op, *(reversed(ids) if turned else ids)), True)
    if ufunc in _LOGIC:
        return Symbol(tracing, tracing.add(_LOGIC[ufunc], *(x.truths().ids for x in given)), True)
    if ufunc in (np.invert, np.logical_not):
        return Symbol(tracing, tracing.add(codes.NOT, given[0].truths().ids), True)
    if ufunc in _OF_TRUTHS and all(x.truth for x in given):
        return Symbol(tracing, tracing.add(_OF_TRUTHS[ufunc], *ids), True)
    if ufunc in _TWO:
        return Symbol(tracing, tracing.add(_TWO[ufunc], *ids))
    if ufunc in _ONE:
        return given[0].one(_ONE[ufunc])
    return _composed(tracing, ufunc, given)


def _composed(tracing: Steps, ufunc: np.ufunc, given: list[Symbol]) -> Symbol:
    x = given[0]
    if ufunc is np.square:
        return x * x
    if ufunc is np.power:
        exponents = {float(tracing.value[i]) for i in given[1].ids.reshape(-1) if tracing.code[i, 0] == codes.CONSTANT}
        if exponents == {2.0}:
            return x * x
        if exponents == {0.5}:
            return x.one(codes.SQRT)
        raise NotTraceable("powers are taken by wargame.engine.numeric.power")
    if ufunc is np.sign:
        return (x > 0.0) * 1.0 - (x < 0.0) * 1.0
    if ufunc is np.isnan:
        return x != x
    if ufunc is np.isneginf:
        return x == -np.inf
    if ufunc is np.positive:
        return x.copy()
    raise NotTraceable(f"np.{ufunc.__name__} is not among the operations of symbols")
