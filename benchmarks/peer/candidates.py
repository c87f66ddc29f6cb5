"""What is compared, each as a function and as a program: ``python benchmarks/peer/candidates.py engine|peer RUNS NUMBERS.json``.

Each imports what it needs itself, so that a whole process costs what its candidate costs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from wargame.binding.bound import Bound

BLOCK = 1024
SUBSET = Path(__file__).parent / "subset.yaml"
NAMES = (
    "tension_end", "tension_mean", "tension_max", "threat_poland", "threat_russia", "threat_mean", "rhetoric_belarus",
    "vigilance_nato", "guests_max", "guests_mean", "incidents", "esc_max", "border_mean", "unintended",
)  # fmt: skip
Table = np.ndarray[Any, np.dtype[np.float64]]


@cache
def subset() -> Bound:
    """Return the subset, bound once."""
    import wargame as wg

    return wg.load(SUBSET)


def engine(runs: int, first: int = 0) -> Table:
    """Return the measures of some runs by this engine, ``(measures, runs)``."""
    from wargame.simulation.play import play_block

    last = first + runs
    blocks = [play_block(subset(), seed=0, runs=min(BLOCK, last - k), first=k) for k in range(first, last, BLOCK)]
    return np.array([np.concatenate([block[name] for block in blocks]) for name in NAMES])


def peer(runs: int, numbers: Mapping[str, Any]) -> Table:
    """Return the same by ``mesa.batch_run``, in this process."""
    import mesa
    import mesa_model

    parameters = {"seed": list(range(runs)), "numbers": [numbers]}
    rows = mesa.batch_run(
        mesa_model.Subset, parameters, number_processes=1, data_collection_period=-1, display_progress=False, max_steps=10_000
    )
    return np.array([[row[name] for row in rows] for name in NAMES])


def main() -> None:
    """Play one candidate and forget the result."""
    which, runs = sys.argv[1], int(sys.argv[2])
    if which == "engine":
        engine(runs)
    else:
        peer(runs, json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
