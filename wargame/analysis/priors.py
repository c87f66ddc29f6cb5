"""What nobody knows, drawn from its prior: one value per run, the same for the same replication whatever the arm."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from scipy.special import betaincinv

from wargame.binding.bound import Bound
from wargame.draws import Draws
from wargame.numeric import exp, normal_ppf
from wargame.scenario.values import Beta, Lognormal, Normal, Prior, Triangular, Uniform
from wargame.types import Array


def quantile(prior: Prior, u: Array) -> Array:
    """Return the values of a prior at probabilities ``u`` strictly between 0 and 1."""
    kind = prior.normal or prior.lognormal or prior.uniform or prior.triangular or prior.beta
    match kind:
        case Normal():
            return np.asarray(kind.mean + kind.sd * normal_ppf(u))
        case Lognormal():
            return np.asarray(kind.median * exp(kind.sigma * normal_ppf(u)))
        case Uniform():
            return np.asarray(kind.low + (kind.high - kind.low) * u)
        case Triangular():
            return _triangular(kind, u)
        case Beta():
            weight = kind.mean * (1 - kind.mean) / kind.sd**2 - 1
            return np.asarray(betaincinv(kind.mean * weight, (1 - kind.mean) * weight, np.ascontiguousarray(u)))
        case _:
            raise ValueError("a prior names one distribution")


def _triangular(kind: Triangular, u: Array) -> Array:
    width = kind.high - kind.low
    turn = (kind.mode - kind.low) / width
    rising = kind.low + np.sqrt(u * width * (kind.mode - kind.low))
    falling = kind.high - np.sqrt((1 - u) * width * (kind.high - kind.mode))
    return np.asarray(np.where(u < turn, rising, falling))


def draw(bound: Bound, seed: int, replications: Sequence[int], *, fixed: Collection[str] = ()) -> dict[str, Array]:
    """Return the scenario's declared uncertainties as overrides: quantity path -> one value per run, shape ``(runs,)``.

    Paths in ``fixed`` keep the value they were given. Values are held within the bounds of what they are values of.
    """
    given = {one.path: one for one in bound.givens}
    wanted = [path for path in bound.scenario.uncertainties if path in given and path not in set(fixed)]
    if not wanted:
        return {}
    limits = {row: (f.low, f.high) for n, f in bound.layout.fields.items() for row in _rows(bound.layout.span(n))}
    luck = Draws(seed, replications).uniforms([f"prior.{path}" for path in wanted], 0)
    found: dict[str, Array] = {}
    for path, u in zip(wanted, luck, strict=True):
        prior = given[path].quantity.prior
        if prior is not None:
            found[path] = np.clip(quantile(prior, u), *limits[given[path].row])
    return found


def _rows(span: slice) -> range:
    return range(span.start, span.stop)
