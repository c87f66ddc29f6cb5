"""One history from start to end, and one block of many."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wargame.binding.bound import Bound
from wargame.errors import mistake
from wargame.model import WargameModel
from wargame.record import Record, fingerprint
from wargame.types import Array

MOST_NUMBERS = 150_000_000  # of a full trace: 1.2 GB in memory, several times that while its table is written


def play_one(bound: Bound, *, seed: int, replication: int = 0, overrides: Mapping[str, Array] | None = None) -> Record:
    """Return one run with its full trace: the same numbers, to the bit, as that run has in any batch.

    Raises :class:`wargame.errors.InputError` when the trace would hold more than ``MOST_NUMBERS``.
    """
    days, slots = bound.scenario.horizon, bound.layout.slots
    if days * slots > MOST_NUMBERS:
        most = f"at most {MOST_NUMBERS // slots:,} days"
        what = f"{days:,} days of {slots:,} numbers each are more than a full history may keep; {most}"
        raise mistake(what, file=bound.scenario.name, path="horizon")
    model = WargameModel(bound, seed=seed, runs=1, replication=replication, overrides=overrides, trace=(0,))
    try:
        model.play()
        measures = model.measures
        trace = model.trace
        assert trace is not None
        return Record(
            bound=bound,
            seed=seed,
            replication=replication,
            measures={name: float(row[0]) for name, row in measures.items()},
            events=tuple(trace.events),
            days=np.array(trace.days)[:, :, 0],
            fingerprint=fingerprint([measures]),
        )
    finally:
        model.release()


def play_block(
    bound: Bound, *, seed: int, runs: int, first: int = 0, overrides: Mapping[str, Array] | None = None
) -> dict[str, Array]:
    """Return the measures of a block of runs, each ``(runs,)``, without any trace."""
    model = WargameModel(bound, seed=seed, runs=runs, replication=first, overrides=overrides)
    try:
        return model.play().measures
    finally:
        model.forget()
