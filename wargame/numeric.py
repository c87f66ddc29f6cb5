"""Arithmetic that gives the same bits at any width of the runs axis.

Two things in NumPy depend on the shape of an array: reductions over an axis (pairwise summation, BLAS kernels) and
transcendental functions on strided input (which fall back to another implementation). Everything in the model that sums
over actors or sites, or takes an exponential, does it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from scipy.special import expit, ndtr, ndtri

from wargame.types import Array


def _flat(function: Callable[[Array], Array]) -> Callable[[Array | float], Array]:
    def applied(x: Array | float) -> Array:
        return np.asarray(function(np.ascontiguousarray(x, dtype=np.float64)), dtype=np.float64)

    applied.__doc__ = f"Return ``{getattr(function, '__name__', 'f')}`` of every element; the same bits at any width."
    return applied


exp = _flat(np.exp)
log = _flat(np.log)
log1p = _flat(np.log1p)
tanh = _flat(np.tanh)
logistic = _flat(expit)
normal_cdf = _flat(ndtr)
normal_ppf = _flat(ndtri)


def power(base: Array | float, exponent: Array | float) -> Array:
    """Return ``base ** exponent`` for a non-negative base; the same bits at any width."""
    b, e = np.broadcast_arrays(np.asarray(base, dtype=np.float64), np.asarray(exponent, dtype=np.float64))
    if b.size == 1:  # NumPy takes short cuts (x*x for x**2) for a single exponent, with other last bits
        pair: Array = np.power(np.repeat(b.ravel(), 2), np.repeat(e.ravel(), 2))
        return pair[:1].reshape(b.shape)
    result: Array = np.power(np.ascontiguousarray(b), np.ascontiguousarray(e))
    return result


def total(x: Array | Iterable[Array]) -> Array:
    """Return the sum over the first axis, term by term in index order, so that zero terms and width change no bit."""
    terms = iter(x)
    try:
        result = np.array(next(terms), dtype=np.float64, copy=True)
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
    result = np.array(rows[0], dtype=np.float64, copy=True)
    for row in rows[1:]:
        np.maximum(result, row, out=result)
    return result


def clip01(x: Array) -> Array:
    """Return ``x`` held within [0, 1]."""
    return np.clip(x, 0.0, 1.0)


def relax(value: Array, target: Array | float, rate_per_day: Array | float) -> Array:
    """Return ``value`` moved towards ``target`` over one day: ``value + (1 - e^-rate) (target - value)``.

    ``rate_per_day`` is 1/(time constant in days); the exact solution of ``dx/dt = rate (target - x)`` over a day.
    """
    return value + (1.0 - exp(-np.asarray(rate_per_day, dtype=np.float64))) * (target - value)
