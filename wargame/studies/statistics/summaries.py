"""What a sample comes to in one number, and what several samples say together; all along the last axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from wargame.engine.types import Array


def mean(sample: Array) -> Array:
    """Return the mean along the last axis; exact for a sample of equal values, unlike a sum divided by their number."""
    first = sample[..., :1]
    return np.asarray((sample - first).mean(axis=-1) + first[..., 0])


def median(sample: Array) -> Array:
    """Return the median along the last axis."""
    return np.asarray(np.median(sample, axis=-1))


def share(sample: Array) -> Array:
    """Return the share of values that are not zero, along the last axis."""
    return np.asarray((sample != 0).mean(axis=-1))


SUMMARIES: dict[str, Callable[[Array], Array]] = {"mean": mean, "median": median, "share": share}


def mode(sample: Array) -> Array:
    """Return the most frequent whole number along the last axis (the smallest of several)."""
    whole = np.rint(sample).astype(np.int64)
    values = np.unique(whole)
    counts = np.stack([(whole == value).sum(axis=-1) for value in values])
    return np.asarray(values[counts.argmax(axis=0)], dtype=np.float64)


def ratio(a: Array, b: Array, summary: str) -> Array:
    """Return the ratio of two summaries; for shares half a count is added to both, so that no ratio is infinite."""
    if summary != "share":
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(SUMMARIES[summary](a) / SUMMARIES[summary](b))
    above = ((a != 0).sum(axis=-1) + 0.5) / (a.shape[-1] + 1)
    below = ((b != 0).sum(axis=-1) + 0.5) / (b.shape[-1] + 1)
    return np.asarray(above / below)


def slope(samples: Sequence[Array], at: Sequence[float], summary: str) -> Array:
    """Return the least-squares slope of the samples' summaries against the values ``at`` which they were taken."""
    x = np.asarray(at, dtype=np.float64) - float(np.mean(at))
    heights = [SUMMARIES[summary](sample) for sample in samples]
    total = np.zeros_like(heights[0])
    for weight, height in zip(x, heights, strict=True):
        total = total + weight * height
    return np.asarray(total / float((x * x).sum()))


def spread(samples: Sequence[Array], summary: str) -> Array:
    """Return the distance from the lowest to the highest of the samples' summaries."""
    heights = np.stack([SUMMARIES[summary](sample) for sample in samples])
    return np.asarray(heights.max(axis=0) - heights.min(axis=0))


def spearman(a: Array, b: Array) -> Array:
    """Return the rank correlation along the last axis, ties at their mean rank; 0 where one side does not vary."""
    from scipy.stats import rankdata

    ranks = [np.asarray(rankdata(x, axis=-1), dtype=np.float64) for x in (a, b)]
    centred = [x - x.mean(axis=-1, keepdims=True) for x in ranks]
    size = np.sqrt((centred[0] ** 2).sum(axis=-1) * (centred[1] ** 2).sum(axis=-1))
    product = (centred[0] * centred[1]).sum(axis=-1)
    return np.asarray(np.divide(product, size, out=np.zeros_like(product), where=size > 0))
