"""Processor time of one history: whole commands, the simulation alone, and what a run costs alone and in a block.

Run it with ``python benchmarks/one_history.py [SCENARIO]``; figures are medians of five rounds, ratios are taken round by round.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import wargame as wg
from wargame.simulation.play import play_block, play_one

ROUNDS = 5
BLOCK = 1000


def command_seconds(*arguments: str) -> float:
    """Return user plus system seconds of one whole ``wargame`` process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "wargame", *arguments], stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"wargame {' '.join(arguments)} failed with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    scenario = sys.argv[1] if len(sys.argv) > 1 else "zapad_2021"
    bound = wg.load(scenario)
    play_block(bound, seed=0, runs=2)  # warm
    play_one(bound, seed=0)
    alone, traced, block, bare, full = [], [], [], [], []
    for number in range(ROUNDS):
        start = time.process_time()
        play_block(bound, seed=number, runs=1)
        alone.append(time.process_time() - start)
        start = time.process_time()
        play_one(bound, seed=number)
        traced.append(time.process_time() - start)
        start = time.process_time()
        play_block(bound, seed=number, runs=BLOCK)
        block.append((time.process_time() - start) / BLOCK)
        with tempfile.TemporaryDirectory() as folder:
            bare.append(command_seconds("run", scenario, "--no-report", "--out", str(Path(folder) / "a")))
            full.append(command_seconds("run", scenario, "--out", str(Path(folder) / "b")))
    days = bound.scenario.horizon
    print(
        f"{scenario}: {len(bound.cast.actors)} actors, {days} days, {bound.layout.slots} slots; CPU seconds, median of {ROUNDS}"
    )
    print(f"whole command with report       {statistics.median(full):8.2f}   (goal: under 10)")
    print(f"whole command, --no-report      {statistics.median(bare):8.2f}   (goal: under 4)")
    print(f"simulation, one run with trace  {statistics.median(traced):8.3f}   (goal: under 1)")
    print(f"simulation, one run             {statistics.median(alone):8.3f}")
    print(f"a run in a block of {BLOCK}        {statistics.median(block):8.5f}")
    told = [a / b for a, b in zip(traced, block, strict=True)]
    span = f"{min(told):.0f} to {max(told):.0f}"
    print(f"one history / a run in a block  {statistics.median(told):8.0f}   ({span}; 388 while histories were played in NumPy)")
    bare_runs = [a / b for a, b in zip(alone, block, strict=True)]
    print(f"one run untraced / in a block   {statistics.median(bare_runs):8.0f}   (compiled, so cheap alone as well)")


if __name__ == "__main__":
    main()
