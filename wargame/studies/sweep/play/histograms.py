"""Quantiles of very many numbers in bounded memory: histograms with bins of a constant relative width.

A number ``x`` falls into bin ``ceil(log |x| / log g)`` of its sign, with ``g = (1 + e) / (1 - e)``; the middle of the bin is
within a share ``e`` of every number in it. Numbers nearer to 0 than ``SMALLEST`` count as 0. What is missing has a bin of its own
and no part in any quantile. Histograms of parts add up to the histogram of the whole, in whatever order.

Source: Masson, Rim & Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", PVLDB 12 (2019).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wargame.engine.numeric import log
from wargame.engine.types import Array

ERROR = 0.01  # largest relative error of a quantile
SMALLEST = 1e-5
LARGEST = 1e9
_GAMMA = (1 + ERROR) / (1 - ERROR)
_STEP = math.log(_GAMMA)
_BELOW = math.ceil(math.log(SMALLEST) / _STEP) - 1  # bins of one sign are numbered from 1
_BINS = math.ceil(math.log(LARGEST) / _STEP) - _BELOW
KEYS = 2 * _BINS + 1  # negative bins, zero, positive bins
GONE = KEYS  # the key of what is missing
_CELLS = 64 * 2**20 // (4 * KEYS)  # cells counted at once: 64 MiB

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Counts:
    """Histograms of many cells, sparse: cell (variable * days + day), key of the bin, how many."""

    cell: Ints
    key: Ints
    count: Ints


def keys_of(values: Array) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Return the key of every number, from 0 to ``KEYS - 1`` in the order of the numbers; ``GONE`` for not-a-number."""
    gone = np.isnan(values)
    if gone.any():
        return np.where(gone, GONE, keys_of(np.where(gone, 0.0, values))).astype(np.int16)
    size = np.clip(np.abs(values), SMALLEST / 2, LARGEST)
    rank = np.clip(np.ceil(log(size) / _STEP) - _BELOW, 0, _BINS)
    return np.asarray(np.where(np.abs(values) < SMALLEST, 0, np.sign(values) * rank) + _BINS, dtype=np.int16)


def middles() -> Array:
    """Return the number that stands for each key, shape ``(KEYS,)``."""
    one_side = 2 * np.exp(_STEP * (np.arange(1, _BINS + 1) + _BELOW)) / (_GAMMA + 1)
    return np.concatenate([-one_side[::-1], [0.0], one_side])


def counts_of(values: Array) -> Counts:
    """Return the histograms of ``(variables, days, runs)`` over the runs."""
    keys = np.sort(keys_of(values).reshape(-1, values.shape[-1]), axis=-1)
    new = np.ones(keys.shape, dtype=np.bool_)
    new[:, 1:] = keys[:, 1:] != keys[:, :-1]
    starts = np.flatnonzero(new)
    count = np.diff(np.append(starts, keys.size))
    return Counts((starts // keys.shape[1]).astype(np.int64), keys.ravel()[starts].astype(np.int64), count.astype(np.int64))


def quantiles_of(parts: Iterable[Counts], cells: int, at: Sequence[float]) -> Array:
    """Return quantiles of every cell over all parts, shape ``(quantiles, cells)``; the relative error is at most ``ERROR``.

    They are of the numbers that are there, not-a-number where none is.

    ``parts`` is gone through more than once where there are many cells, so that memory stays bounded.
    """
    found = np.zeros((len(at), cells))
    means = middles()
    for first in range(0, cells, _CELLS):
        last = min(first + _CELLS, cells)
        table = np.zeros((last - first) * KEYS, dtype=np.int32)
        for part in parts:
            low, high = np.searchsorted(part.cell, [first, last])
            own = slice(low, high) if not np.any(part.key[low:high] == GONE) else low + np.flatnonzero(part.key[low:high] != GONE)
            np.add.at(table, (part.cell[own] - first) * KEYS + part.key[own], part.count[own].astype(np.int32))
        below = table.reshape(-1, KEYS).cumsum(axis=1)
        for i, share in enumerate(at):
            rank = np.floor(share * np.maximum(below[:, -1] - 1, 0))
            place = np.minimum((below <= rank[:, None]).sum(axis=1), KEYS - 1)
            found[i, first:last] = np.where(below[:, -1] > 0, means[place], np.nan)
    return found


def missing_of(parts: Iterable[Counts], cells: int) -> Ints:
    """Return how many numbers of every cell are missing over all parts, shape ``(cells,)``."""
    found = np.zeros(cells, dtype=np.int64)
    for part in parts:
        gone = part.key == GONE
        np.add.at(found, part.cell[gone], part.count[gone])
    return found
