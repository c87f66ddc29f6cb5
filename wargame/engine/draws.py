"""Named luck: every stochastic decision has its own stream, a pure function of (seed, replication, name, tick).

The bits are a SplitMix64 finaliser over keyed counters. Because nothing is consumed, the laws hold by construction: a run is
the same alone and in a batch, adding a draw changes no other, and two cases that share replications share their luck.

Source: SplitMix64 finaliser, Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from operator import index

import numpy as np
from numpy.typing import NDArray

from wargame.engine.numeric import exp, log, normal_ppf
from wargame.engine.types import Array, Words
from wargame.errors import got, mistake

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_MASK = (1 << 64) - 1


def mix(x: Words) -> Words:
    """Return the SplitMix64 finaliser of every word."""
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@lru_cache(maxsize=65536)
def name_key(name: str) -> int:
    """Return the 64-bit key of a stream's name (BLAKE2b, the same on every machine)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def counter_of(tick: int) -> np.uint64:
    """Return the counter of a day."""
    return np.uint64(((tick + 1) * int(_GAMMA)) & _MASK)


def counters_of(days: Array) -> Words:
    """Return the counters of days, whole numbers of any shape."""
    return np.asarray((days.astype(np.int64) + 1).astype(np.uint64) * _GAMMA)


@lru_cache(maxsize=4096)
def _streams(names: tuple[str, ...]) -> Words:
    return np.array([name_key(name) for name in names], dtype=np.uint64)


def luck_of(seed: int, replication: int, runs: int) -> tuple[int, range]:
    """Return the seed and the replications of a block. Raises :class:`InputError` for numbers that name no luck."""
    first, count = index(replication), index(runs)
    for name, value, low, high in (
        ("seed", index(seed), 0, 2**64 - 1), ("replication", first, 0, 2**62), ("runs", count, 1, 2**31 - 1),
    ):  # fmt: skip
        if not low <= value <= high:
            raise mistake(f"expected a whole number from {low} to {high} (got {got(value)})", file=name)
    return index(seed), range(first, first + count)


class Draws:
    """The luck of a block of runs: ``replications`` are the global indices of its columns.

    Every method takes a stream's name and a tick and returns one number per run, shape ``(runs,)``; the plural forms take
    ``k`` names and return ``(k, runs)``. Uniforms lie strictly between 0 and 1.
    """

    def __init__(self, seed: int, replications: Sequence[int] | Words) -> None:
        runs = np.asarray(replications, dtype=np.uint64)
        start = np.uint64(seed & _MASK)
        self.seed = seed
        self._keys: Words = mix(mix(np.full_like(runs, start) + _GAMMA) + (runs + np.uint64(1)) * _GAMMA)

    @property
    def keys(self) -> Words:
        """One word per run, from which all its luck comes."""
        return self._keys

    def split(self, name: str, tick: int, columns: NDArray[np.intp], count: int) -> Draws:
        """Return luck for ``count`` futures of each of some columns: ``len(columns) * count`` in all, column by column.

        It is a function of the column's own luck, the name, the tick and the future's number: the same whatever the other
        columns are, the same for a column that is named twice, and apart from all luck that the column itself draws.
        """
        start = mix(mix(self._keys[columns] ^ np.uint64(name_key(name))) + counter_of(tick))
        future = (np.arange(count, dtype=np.uint64) + np.uint64(1)) * _GAMMA
        found = object.__new__(Draws)
        found.seed, found._keys = self.seed, mix(mix(start[:, None] + future)).reshape(-1)
        return found

    def uniform(self, name: str, tick: int | Array) -> Array:
        """Return one uniform number per run; ``tick`` may be each run's own, shape ``(runs,)``."""
        return self.uniforms((name,), tick).reshape(-1)

    def uniforms(self, names: Sequence[str], tick: int | Array) -> Array:
        """Return uniform numbers, shape ``(len(names), runs)``."""
        streams = _streams(tuple(names))
        counter = counters_of(tick) if isinstance(tick, np.ndarray) else counter_of(tick)
        bits = mix(mix(self._keys[None, :] ^ streams[:, None]) + counter)
        return np.asarray(((bits >> _S12).astype(np.float64) + 0.5) * 2.0**-52)  # exact: neither 0 nor 1 can come out

    def normal(self, name: str, tick: int) -> Array:
        """Return one standard normal number per run, by inversion."""
        return normal_ppf(self.uniform(name, tick))

    def normals(self, names: Sequence[str], tick: int) -> Array:
        """Return standard normal numbers by inversion, shape ``(len(names), runs)``."""
        return normal_ppf(self.uniforms(names, tick))

    def gumbels(self, names: Sequence[str], tick: int | Array) -> Array:
        """Return standard Gumbel numbers by inversion, shape ``(len(names), runs)``."""
        return -log(-log(self.uniforms(names, tick)))

    def happens(self, name: str, tick: int, probability: Array | float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return for each run whether an event of the given probability happens, shape ``(runs,)``."""
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = self.uniform(name, tick) < probability
        return found

    def poisson(self, name: str, tick: int, rate: Array, most: int = 20) -> Array:
        """Return a Poisson count per run by inversion; counts above ``most`` are cut to ``most``."""
        u = self.uniform(name, tick)
        term = exp(-rate)
        below = term.copy()
        count = np.zeros_like(u)
        for k in range(1, most + 1):
            count += u > below
            term = term * rate / k
            below = below + term
        return count
