"""One history from start to end, and one block of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.draws import luck_of
from wargame.engine.types import Array
from wargame.errors import mistake
from wargame.simulation.batch import Outcome, play_batch
from wargame.simulation.record import Record, alone, fingerprint
from wargame.simulation.simulation import Simulation

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
    seed, replications = luck_of(seed, replication, 1)
    model = Simulation(bound, seed=seed, replications=replications, overrides=overrides, trace=(0,))
    try:
        model.play()
        measures = model.measures
        trace = model.trace
        assert trace is not None
        return Record(
            bound=bound,
            seed=seed,
            replication=replication,
            measures=alone(measures),
            events=tuple(trace.events),
            days=trace.hand_over()[:, :, 0],
            fingerprint=fingerprint([measures]),
        )
    finally:
        model.forget()


def play_block(
    bound: Bound, *, seed: int, runs: int, first: int = 0, overrides: Mapping[str, Array] | None = None
) -> dict[str, Array]:
    """Return the measures of a block of runs, each ``(runs,)``, without any trace."""
    seed, replications = luck_of(seed, first, runs)
    return play_columns(bound, seed=seed, replications=replications, overrides=overrides).measures


def play_columns(
    bound: Bound, *, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None = None, watch: bool = False,
    standing: Sequence[int] = (),
) -> Outcome:  # fmt: skip
    """Return what comes of columns with any replications, among them the same one several times.

    Its days are those of the watched variables (with ``watch``), then of the measures numbered ``standing`` as if the scenario
    ended that day.
    """
    found = play_batch(bound, seed=seed, replications=replications, overrides=overrides, watch=watch, standing=standing)
    if found is None:
        found = _day_by_day(bound, seed, replications, overrides, watch, list(standing))
    return found


def _day_by_day(
    bound: Bound, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None, watch: bool,
    standing: list[int],
) -> Outcome:  # fmt: skip
    model = Simulation(bound, seed=seed, replications=replications, overrides=overrides)
    watched = len(bound.watch_names) if watch else 0
    series = np.empty((watched + len(standing), bound.scenario.horizon, model.runs))
    try:
        while model.running:
            today = series[:, model.world.tick]
            model.step()
            if watched:
                today[:watched] = bound.watch(model.world.state)
            today[watched:] = model.recorder.values[standing]
        return Outcome(model.measures, series)
    finally:
        model.forget()
