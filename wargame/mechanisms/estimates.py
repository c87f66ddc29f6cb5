"""Arithmetic of belief: how a signal moves a mean and a spread, or the chance of one of two explanations.

Everything is elementwise, so results are the same at any width of the runs axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wargame.engine.numeric import exp, log, normal_ppf
from wargame.engine.types import Array

EMPTY = 10.0  # persons: what "nothing there" means on a logarithmic scale
_FINE = 2.0**20


def revise(chance: Array | float, if_true: Array | float, if_false: Array | float) -> Array:
    """Return the chance of an explanation after a signal, by Bayes' rule.

    ``if_true`` and ``if_false`` are the chances of the signal if the explanation is true and if it is false. Known answer
    (docking D16): a chance of 0.2 and a signal three times in five against once in ten give 0.6, two such signals 0.9.
    """
    a = 1.0 * chance * if_true
    return np.divide(a, a + (1.0 - chance) * if_false)


def combine(mean: Array, sd: Array, precision: Array, score: Array) -> tuple[Array, Array]:
    """Return mean and spread of a normal belief after independent normal signals.

    ``precision`` is the sum of the signals' 1/variance, ``score`` the sum of signal/variance. With none (0, 0) nothing changes.
    """
    prior = 1.0 / (sd * sd)
    after = prior + precision
    return mean + (score - precision * mean) / after, 1.0 / np.sqrt(after)


def expected(mean: Array, sd: Array) -> Array:
    """Return the expected strength (persons) of a log-normal belief: ``exp(mean + sd^2/2)``."""
    return exp(mean + 0.5 * sd * sd)


def log_strength(troops: Array) -> Array:
    """Return the logarithm of a strength, of at least ``EMPTY``."""
    return log(np.maximum(troops, EMPTY))


def split(uniform: Array) -> tuple[Array, Array]:
    """Return two independent numbers from one uniform: a uniform one of 20 bits and a standard normal one of the rest.

    Whether something is seen and how wrong it is are then separate luck, and one draw pays for both.
    """
    scaled = uniform * _FINE
    whole = np.floor(scaled)
    rest = np.clip(scaled - whole, 2.0**-33, 1.0 - 2.0**-33)
    return (whole + 0.5) / _FINE, normal_ppf(rest)


def pooled(parts: Sequence[Array]) -> Array:
    """Return the sum of arrays in the order given, zero terms included."""
    result = parts[0].copy()
    for part in parts[1:]:
        result += part
    return result
