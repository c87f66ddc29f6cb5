"""The engine against its peer and its limit: ``python benchmarks/peer/run.py [--runs N] [--quick]``.

The peer is the same content as idiomatic Mesa (``mesa_model.py``, ``mesa.batch_run``), the limit the same as a plain loop in C
(``limit.c``, needs gcc). First the distributions of all measures are compared; nothing is timed unless they agree. Then all are
timed in turn, round by round, and ratios are taken within a round, so that a busy machine hurts all alike.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import limit
import mesa
import mesa_model
import numpy as np
from figures import SUBSET, numbers
from scipy import stats

import wargame as wg
from wargame.play import play_block

BLOCK = 128
ROUNDS = 5
Table = np.ndarray[Any, np.dtype[np.float64]]


def engine(runs: int, first: int = 0) -> Table:
    """Return the measures of some runs by this engine, ``(measures, runs)``."""
    bound = wg.load(SUBSET)
    blocks = [play_block(bound, seed=0, runs=min(BLOCK, first + runs - k), first=k) for k in range(first, first + runs, BLOCK)]
    return np.array([np.concatenate([block[name] for block in blocks]) for name in mesa_model.MEASURES])


def peer(runs: int, first: int = 0, processes: int | None = 1) -> Table:
    """Return the same by ``mesa.batch_run``."""
    parameters = {"seed": list(range(first, first + runs)), "numbers": [numbers()]}
    rows = mesa.batch_run(
        mesa_model.Subset, parameters, number_processes=processes, data_collection_period=-1, display_progress=False,
        max_steps=10_000,
    )  # fmt: skip
    return np.array([[row[name] for row in rows] for name in mesa_model.MEASURES])


def agree(a: Table, b: Table) -> tuple[float, float]:
    """Return the largest difference of means in standard errors, and the smallest p of a two-sample test per measure."""
    worst, least = 0.0, 1.0
    for x, y in zip(a, b, strict=True):
        error = float(np.sqrt(x.var() / len(x) + y.var() / len(y)))
        close = abs(x.mean() - y.mean()) <= 1e-6 * abs(x.mean()) + 1e-9  # troops hardly vary: equal to a part in a million
        worst = max(worst, 0.0 if close else abs(x.mean() - y.mean()) / max(error, 1e-12))
        values = np.unique(np.concatenate([x, y]))
        if close:
            continue
        if len(values) > 50:
            least = min(least, float(stats.ks_2samp(x, y).pvalue))
            continue
        counts = np.array([[np.sum(z == v) for v in values] for z in (x, y)])
        common = counts[:, counts.sum(axis=0) >= 10]
        least = min(least, float(stats.chi2_contingency(common).pvalue) if common.shape[1] > 1 else 1.0)
    return worst, least


def seconds(act: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    act()
    return time.process_time() - start


def whole(*arguments: str) -> float:
    """Return the wall-clock seconds of this program as a process of its own."""
    start = time.perf_counter()
    subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def in_processes(act: Callable[[int, int], object], runs: int, workers: int) -> float:
    """Return wall-clock seconds for runs shared out to warm processes, four tasks each, so that none waits long."""
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(act, [BLOCK] * workers * 2, [0] * workers * 2))
        parts = 4 * workers
        start = time.perf_counter()
        list(pool.map(act, [runs // parts] * parts, [k * (runs // parts) for k in range(parts)]))
        return time.perf_counter() - start


def report(name: str, values: list[float], goal: str) -> None:
    """Print the median of some ratios with their range."""
    print(f"{name:<56}{statistics.median(values):8.2f}   ({min(values):.2f} to {max(values):.2f}; goal {goal})", flush=True)


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="runs of the comparison of whole processes")
    parser.add_argument("--quick", action="store_true", help="leave out the whole processes")
    parser.add_argument("--alone", choices=("engine", "peer"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        {"engine": engine, "peer": peer}[options.alone](options.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        c = limit.build(numbers(), Path(folder))
        ours, theirs, lowest = engine(8 * 1024), peer(1_000), c(1, 0, 20_000)
        for name, other in (("peer", theirs), ("limit", lowest)):
            apart, p = agree(ours, other)
            print(f"engine and {name}: means at most {apart:.2f} standard errors apart, smallest p of {len(ours)} tests {p:.3f}")
            if apart > 4.5 or p < 1e-4:
                raise SystemExit("the distributions differ: nothing is timed")
        rounds = []
        for _ in range(ROUNDS):
            times = seconds(lambda: engine(4_096)) / 4_096, seconds(lambda: peer(100)) / 100, seconds(lambda: c(2, 0, 20_000))
            rounds.append((times[0], times[1], times[2] / 20_000))
    us, mesa_, c_ = (statistics.median(column) * 1e6 for column in zip(*rounds, strict=True))
    print(f"processor time per run: engine {us:.0f} us, peer {mesa_:.0f} us, limit {c_:.0f} us")
    report("times the peer, per core in one process", [m / e for e, m, _ in rounds], "at least 100")
    report("time as a multiple of the limit's, per core", [e / x for e, _, x in rounds], "at most 2")
    two = [in_processes(engine, 32_768, 1) / in_processes(engine, 32_768, 2) for _ in range(3)]
    report("times one process, with two (32,768 runs)", two, "at least 1.8")
    if not options.quick:
        runs = str(options.runs)
        ratios = [whole("--alone", "peer", "--runs", runs) / whole("--alone", "engine", "--runs", runs)]
        report(f"times the peer, whole process, {options.runs:,} runs", ratios, "at least 60")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
