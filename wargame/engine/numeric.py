"""Arithmetic that gives the same bits at any width of the runs axis, on every machine, compiled or not.

Three things depend on the shape of an array or on the processor: NumPy's reductions over an axis (pairwise summation, BLAS
kernels), its transcendental functions, and the C library's. Everything in the model that sums over actors or sites, or takes an
exponential, does it here. A *symbol* (see ``wargame.engine.program``) has methods of the functions' names, which note the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wargame.engine.elementary import ARRAYS
from wargame.engine.jit import compiles, kernel
from wargame.engine.types import Array, Mask


@cache
def _compiled(name: str) -> Callable[..., Any] | None:
    """Return the compiled loop of a function over flat arrays, None without a compiler."""
    if not compiles():
        return None
    from wargame.engine.loops import LOOPS

    return kernel(LOOPS[name])


def _elementwise(name: str) -> Callable[[Array | float], Array]:
    plain = getattr(ARRAYS, name)

    def applied(x: Array | float) -> Array:
        if hasattr(x, "tracing"):
            noted: Array = getattr(x, name)()
            return noted
        given = np.ascontiguousarray(x, dtype=np.float64)
        loop = _compiled(name)
        if loop is None:
            with np.errstate(all="ignore"):
                return np.asarray(plain(given), dtype=np.float64).reshape(np.shape(x))
        out = np.empty(given.shape)
        loop(given.reshape(-1), out.reshape(-1))
        return out.reshape(np.shape(x))

    applied.__doc__ = f"Return ``{name}`` of every element; the same bits at any width."
    return applied


exp = _elementwise("exp")
log = _elementwise("log")
log1p = _elementwise("log1p")
tanh = _elementwise("tanh")
logistic = _elementwise("logistic")
normal_ppf = _elementwise("normal_ppf")


def or_else(x: Array, value: Array | float) -> Array:
    """Return ``x`` with another number wherever it is missing (NaN)."""
    return np.asarray(np.where(x == x, x, value)) if isinstance(x, np.ndarray) else np.where(x == x, x, value)


def power(base: Array | float, exponent: Array | float) -> Array:
    """Return ``base ** exponent`` for a non-negative base; the same bits at any width."""
    given: Any
    for given in (base, exponent):
        if hasattr(given, "tracing"):
            noted: Array = getattr(given, "power")(base, exponent)  # noqa: B009 - a symbol, not an array
            return noted
    b, e = np.broadcast_arrays(np.asarray(base, dtype=np.float64), np.asarray(exponent, dtype=np.float64))
    loop = _compiled("power")
    if loop is None:
        with np.errstate(all="ignore"):
            return np.asarray(ARRAYS.power(np.ascontiguousarray(b), np.ascontiguousarray(e)), dtype=np.float64).reshape(b.shape)
    out = np.empty(b.shape)
    loop(np.array(b).reshape(-1), np.array(e).reshape(-1), out.reshape(-1))  # copies: a broadcast array is not ours to hand on
    return out


def lookup(table: Array, place: Any) -> Array:
    """Return the entries of a table at places given as whole numbers, an array."""
    if hasattr(place, "tracing"):
        noted: Array = getattr(place, "looked_up")(table)  # noqa: B009 - a symbol, not an array
        return noted
    found: Array = table[np.asarray(place).astype(np.intp)]
    return found


def as_numbers(x: ArrayLike) -> Array:
    """Return anything that NumPy takes for numbers as an array of them."""
    return x if hasattr(x, "tracing") else np.asarray(x, dtype=np.float64)  # type: ignore[return-value]


def as_truths(x: ArrayLike) -> Mask:
    """Return anything that NumPy takes for truth values as an array of them."""
    return x.astype(np.bool_) if hasattr(x, "tracing") else np.asarray(x, dtype=np.bool_)  # type: ignore[union-attr]


def total(x: Array | Iterable[Array]) -> Array:
    """Return the sum over the first axis, term by term in index order, so that zero terms and width change no bit."""
    terms = iter(x)
    try:
        result = 1.0 * next(terms)
    except StopIteration:
        raise ValueError("total of nothing: the first axis is empty") from None
    for term in terms:
        result += term
    return result


def mean(x: Array | Iterable[Array]) -> Array:
    """Return the mean over the first axis, summed in index order."""
    rows = list(x)
    return total(rows) / len(rows)


def highest(x: Array | Iterable[Array]) -> Array:
    """Return the maximum over the first axis."""
    rows = list(x)
    result = 1.0 * rows[0]
    for row in rows[1:]:
        result = np.maximum(result, row)
    return result


def clip01(x: Array) -> Array:
    """Return ``x`` held within [0, 1]."""
    return np.clip(x, 0.0, 1.0)


def relax(value: Array, target: Array | float, rate_per_day: Array | float) -> Array:
    """Return ``value`` moved towards ``target`` over one day: ``value + (1 - e^-rate) (target - value)``.

    ``rate_per_day`` is 1/(time constant in days); the exact solution of ``dx/dt = rate (target - x)`` over a day.
    """
    return value + (1.0 - exp(-1.0 * rate_per_day)) * (target - value)
