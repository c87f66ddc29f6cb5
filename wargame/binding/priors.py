"""What nobody knows, drawn from its prior: one value per run, the same for the same replication whatever the arm."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.distributions import ppf
from wargame.engine.draws import Draws
from wargame.engine.types import Array


def draw(bound: Bound, seed: int, replications: Sequence[int], *, fixed: Collection[str] = ()) -> dict[str, Array]:
    """Return the scenario's declared uncertainties as overrides: quantity path -> one value per run, shape ``(runs,)``.

    Paths in ``fixed`` keep the value they were given. Values are held within the bounds of what they are values of. A sweep
    with ``--uncertain`` draws the same numbers for the same replications.
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
            found[path] = np.clip(ppf(prior.distribution(), u), *limits[given[path].row])
    return found


def _rows(span: slice) -> range:
    return range(span.start, span.stop)
