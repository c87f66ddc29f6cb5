"""The engine against its peer and its limit: ``python benchmarks/peer/run.py [--runs N] [--quick]``.

The peer is the same content as idiomatic Mesa (``mesa_model.py``, ``mesa.batch_run``), the limit the same as a plain loop in C
(``limit.c``, needs gcc). First the distributions of all measures are compared; nothing is timed unless they agree. Then all are
timed in turn, round by round, and ratios are taken within a round, so that a busy machine hurts all alike.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import candidates
import limit
import numpy as np
from candidates import Table, engine, peer
from figures import numbers
from scipy import stats

ROUNDS = 5


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


def whole(*arguments: str) -> tuple[float, float]:
    """Return the seconds of a program as a process of its own: by the clock, and of the processor.

    Python may keep what it has compiled of a module, as it has for every installed package.
    """
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=given)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_processes(act: Callable[[int, int], object], runs: int, workers: int) -> float:
    """Return wall-clock seconds for runs shared out to processes that have played as many before."""
    parts = 4 * workers
    shares, firsts = [runs // parts] * parts, [k * (runs // parts) for k in range(parts)]
    with ProcessPoolExecutor(workers) as pool:
        for _ in range(2):
            start = time.perf_counter()
            list(pool.map(act, shares, firsts))
        return time.perf_counter() - start


def report(name: str, values: list[float], goal: str) -> None:
    """Print the median of some ratios with their range."""
    print(f"{name:<56}{statistics.median(values):8.2f}   ({min(values):.2f} to {max(values):.2f}; goal {goal})", flush=True)


def whole_processes(runs: int, given: Mapping[str, Any]) -> None:
    """Compare whole processes: the engine, and the command that also stores, before and after the peer, which takes long."""
    found: dict[str, list[tuple[float, float]]] = {"engine": [], "wargame sweep": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "numbers.json"
        file.write_text(json.dumps(given), encoding="utf-8")
        places = (str(Path(folder) / f"sweep-{number}") for number in itertools.count())
        sweep = ("-m", "wargame", "sweep", str(candidates.SUBSET), "--runs", str(runs), "--workers", "1", "--no-report", "--out")

        def ours() -> None:
            found["engine"].append(whole(candidates.__file__, "engine", str(runs)))
            found["wargame sweep"].append(whole(*sweep, next(places)))

        ours()  # compiles if need be
        found = {name: [] for name in found}
        for _ in range(3):
            ours()
        long = whole(candidates.__file__, "peer", str(runs), str(file))
        for _ in range(3):
            ours()
    for number, clock in enumerate(("by the clock", "of the processor")):
        print(f"whole process, {runs:,} runs, seconds {clock}: peer {long[number]:.1f}")
        for name, times in found.items():
            print(f"    {name} {statistics.median(each[number] for each in times):.2f}")
            report(f"times the peer, {name}, {clock}", [long[number] / each[number] for each in times], "at least 60")


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="runs of the comparison of whole processes")
    parser.add_argument("--quick", action="store_true", help="leave out the whole processes")
    options = parser.parse_args()
    given = numbers()
    with tempfile.TemporaryDirectory() as folder:
        c = limit.build(given, Path(folder))
        ours, theirs, lowest = engine(8 * 1024), peer(1_000, given), c(1, 0, 20_000)
        for name, other in (("peer", theirs), ("limit", lowest)):
            apart, p = agree(ours, other)
            print(f"engine and {name}: means at most {apart:.2f} standard errors apart, smallest p of {len(ours)} tests {p:.3f}")
            if apart > 4.5 or p < 1e-4:
                raise SystemExit("the distributions differ: nothing is timed")
        rounds = []
        for _ in range(ROUNDS):
            times = (
                seconds(lambda: engine(4_096)) / 4_096,
                seconds(lambda: peer(100, given)) / 100,
                seconds(lambda: c(2, 0, 20_000)),
            )
            rounds.append((times[0], times[1], times[2] / 20_000))
    us, mesa_, c_ = (statistics.median(column) * 1e6 for column in zip(*rounds, strict=True))
    print(f"processor time per run: engine {us:.0f} us, peer {mesa_:.0f} us, limit {c_:.0f} us")
    report("times the peer, per core in one process", [m / e for e, m, _ in rounds], "at least 100")
    report("time as a multiple of the limit's, per core", [e / x for e, _, x in rounds], "at most 2")
    two = [in_processes(engine, 32_768, 1) / in_processes(engine, 32_768, 2) for _ in range(3)]
    report("times one process, with two (32,768 runs)", two, "at least 1.8")
    if not options.quick:
        whole_processes(options.runs, given)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
