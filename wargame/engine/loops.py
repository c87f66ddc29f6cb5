"""The elementary functions as loops over flat arrays, for the compiler."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from wargame.engine.elementary import numbers

Flat = NDArray[np.float64]
_of = numbers()
_exp, _log, _log1p, _tanh, _logistic, _ppf, _power = (
    _of.exp, _of.log, _of.log1p, _of.tanh, _of.logistic, _of.normal_ppf, _of.power,
)  # fmt: skip


def exp(x: Flat, out: Flat) -> None:
    """Write e^x."""
    for i in range(x.size):
        out[i] = _exp(x[i])


def log(x: Flat, out: Flat) -> None:
    """Write ln x."""
    for i in range(x.size):
        out[i] = _log(x[i])


def log1p(x: Flat, out: Flat) -> None:
    """Write ln(1 + x)."""
    for i in range(x.size):
        out[i] = _log1p(x[i])


def tanh(x: Flat, out: Flat) -> None:
    """Write the hyperbolic tangent."""
    for i in range(x.size):
        out[i] = _tanh(x[i])


def logistic(x: Flat, out: Flat) -> None:
    """Write 1 / (1 + e^-x)."""
    for i in range(x.size):
        out[i] = _logistic(x[i])


def normal_ppf(x: Flat, out: Flat) -> None:
    """Write the quantile of the standard normal distribution."""
    for i in range(x.size):
        out[i] = _ppf(x[i])


def power(base: Flat, exponent: Flat, out: Flat) -> None:
    """Write base^exponent."""
    for i in range(base.size):
        out[i] = _power(base[i], exponent[i])


LOOPS: Mapping[str, Callable[..., None]] = {
    function.__name__: function for function in (exp, log, log1p, tanh, logistic, normal_ppf, power)
}
