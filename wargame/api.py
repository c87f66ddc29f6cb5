"""The Python interface: load a scenario, run one history, sweep many in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wargame.binding.bound import Bound, bind
from wargame.errors import allowed, did_you_mean, got, mistake
from wargame.play import play_block, play_one
from wargame.record import Record, fingerprint
from wargame.scenario.load import load as load_file
from wargame.types import Array

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 500  # runs played at once: wide enough to be cheap, narrow enough for the cache


def load(source: str | Path, set: Mapping[str, object] | None = None) -> Bound:
    """Return a scenario, checked and ready to play: a path or the name of a shipped one.

    ``set`` overrides fields as ``--set`` does: ``{"actors.NAME.policy": "hedger"}``. Raises
    :class:`wargame.errors.InputError` with every mistake in the file.
    """
    return bind(load_file(source, sets=set or {}))


def run(scenario: Bound, *, seed: int = 0, replication: int = 0) -> Record:
    """Return one history with its full trace: measures, events with reasons, the state of every day."""
    return play_one(scenario, seed=seed, replication=replication)


@dataclass(frozen=True)
class Ensemble:
    """Many histories of one scenario: the measures of every run, and any run again in full."""

    bound: Bound
    seed: int
    values: Mapping[str, Array]  # measure -> (runs,)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(next(iter(self.values.values()))) if self.values else 0

    @property
    def measures(self) -> pd.DataFrame:
        """One row per run, one column per measure."""
        import pandas as pd

        return pd.DataFrame(dict(self.values)).rename_axis("run")

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every run's measures in run order."""
        return fingerprint([self.values])

    def bands(self, name: str, quantiles: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> Array:
        """Return quantiles of a measure over the runs, shape ``(len(quantiles),)``.

        Raises :class:`wargame.errors.InputError` for a measure that the scenario does not have.
        """
        if name not in self.values:
            hint = did_you_mean(name, self.values) or f"; allowed: {allowed(self.values)}"
            raise mistake(f'unknown measure "{name}"{hint}', file="measure")
        return np.quantile(self.values[name], quantiles)

    def replay(self, index: int) -> Record:
        """Return one run again with its full trace; its measures are the same to the bit."""
        if not 0 <= index < self.runs:
            raise IndexError(f"run {index} of {self.runs}")
        return play_one(self.bound, seed=self.seed, replication=index)


def sweep(scenario: Bound, *, runs: int, seed: int = 0, block: int = BLOCK) -> Ensemble:
    """Return ``runs`` replications, played block by block in this process; the block width changes no number.

    Raises :class:`wargame.errors.InputError` for fewer than one run, and for a seed that is none.
    """
    for name, value in (("runs", runs), ("block", block)):
        if value < 1:
            raise mistake(f"expected a whole number of at least 1 (got {got(value)})", file=name)
    parts = [play_block(scenario, seed=seed, runs=min(block, runs - first), first=first) for first in range(0, runs, block)]
    values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Ensemble(scenario, seed, values)
