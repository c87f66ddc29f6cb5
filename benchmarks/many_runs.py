"""A sweep of very many runs: ``python benchmarks/many_runs.py [SCENARIO] [RUNS] [PROCESSES]`` (Linux).

It is ``wargame sweep --no-report`` from nothing (processes started, scenario loaded, programs made) to the result folder. Seconds
by the clock, and the memory of all its processes together, looked at twice a second: highest in the first tenth of the time,
highest in all, and at which stage.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOOKS = 0.5  # seconds between looks at the memory


def children(process: int) -> list[int]:
    """Return a process and everything it has started."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [grandchild for child in task.read_text().split() for grandchild in children(int(child))]
    return found


def resident(process: int) -> float:
    """Return the memory of a process and its children in MiB; pages that they share count once for each."""
    total = 0.0
    for one in children(process):
        try:
            lines = Path(f"/proc/{one}/status").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    return total


def main() -> None:
    """Measure and print."""
    scenario = sys.argv[1] if len(sys.argv) > 1 else "zapad_2021"
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    looks: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sweep"
        command = ["sweep", scenario, "--runs", str(runs), "--workers", str(processes), "--no-report", "--out", str(out)]
        start = time.perf_counter()
        sweep = subprocess.Popen([sys.executable, "-m", "wargame", *command], stdout=subprocess.DEVNULL)
        while sweep.poll() is None:
            looks.append((time.perf_counter() - start, resident(sweep.pid)))
            time.sleep(LOOKS)
        seconds = time.perf_counter() - start
        if sweep.returncode:
            raise SystemExit(f"wargame {' '.join(command)} failed with {sweep.returncode}")
        size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 2**20
    early = max(memory for at, memory in looks if at <= max(seconds / 10, looks[0][0]))
    when, most = max(looks, key=lambda look: look[1])
    usage, share = resource.getrusage(resource.RUSAGE_CHILDREN), when / seconds
    spent = usage.ru_utime + usage.ru_stime
    each = 1e3 * spent / runs
    print(
        f"{scenario}: {runs:,} runs in {seconds:.1f} s on {processes} processes, {spent:.1f} s of processors, {each:.3f} ms a run"
    )
    print(f"memory of all: {early:.0f} MiB in the first tenth, {most:.0f} MiB at most, at {share:.0%} of the time")
    print(f"result folder: {size:.0f} MiB")


if __name__ == "__main__":
    main()
