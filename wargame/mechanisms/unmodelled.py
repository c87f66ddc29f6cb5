"""What happens that nothing in the model causes: the part of a public quantity by which nobody can work out a hidden one.

A quantity that everybody sees and that follows from hidden ones would tell them exactly. So it moves by itself as well, as such
things do: ``x' = x* + k (x - x*) + s sqrt(1 - k^2) z`` with ``k = e^-rate`` and ``z`` the day's standard normal luck, so that
``s`` is the spread about the level at which it would settle, however fast it settles.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wargame.engine.numeric import exp, log
from wargame.engine.types import Array
from wargame.mechanisms.base import Parameter
from wargame.world.world import World


def shocks(w: World, names: Sequence[str], spread: Array, rate: Array) -> Array:
    """Return what a day adds to quantities that settle at a rate (1/day), shape ``(names, runs)``; each has its own luck."""
    keep = exp(-1.0 * rate)
    return spread * np.sqrt(1.0 - keep * keep) * w.draws.normals(names, w.tick)


def shock(w: World, name: str, spread: Array, rate: Array) -> Array:
    """Return what a day adds to one quantity that settles at a rate (1/day), shape ``(runs,)``."""
    return shocks(w, (name,), spread, rate).reshape(-1)


def bursts(w: World, name: str, spread: Array) -> Array:
    """Return by how much more or less than usual happens on a day: lognormal about a mean of one, shape ``(runs,)``."""
    luck: Array = exp(spread * w.draws.normal(name, w.tick) - 0.5 * spread * spread)
    return luck


def loads(w: World, name: str, mean: Array, size: Array) -> Array:
    """Return how many come on a day if ``mean`` come on average, by loads of a size: the few are as uncertain as they are few.

    Lognormal with the mean, and the variance ``mean * size`` that loads at random have; shape ``(runs,)``.
    """
    spread = np.sqrt(log(1.0 + size / np.maximum(mean, 1e-9)))
    return mean * bursts(w, name, spread)


def unmodelled(value: float, says: str, judgement: str, source: tuple[str, ...] = (), name: str = "noise") -> Parameter:
    """Return the parameter that says how much moves by itself."""
    prior = {"lognormal": {"median": value, "sigma": 0.3}}
    return Parameter(name, value, says, "", prior, source, judgement, 0.0, 10.0)
