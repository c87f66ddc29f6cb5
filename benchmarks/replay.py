"""Replaying one run of a sweep with its full trace, in a warm process: ``python benchmarks/replay.py [SCENARIO]``.

From program, and by its NumPy twin; wall-clock and processor milliseconds, medians. Every replay is checked against the sweep.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import wargame as wg
from wargame.simulation.play import play_block
from wargame.simulation.simulation import Simulation

RUNS = 200
REPLAYS = 25
TWINS = 3


def milliseconds(act: Callable[[int], object], numbers: range) -> tuple[float, float]:
    """Return wall-clock and processor time of one call, medians over the numbers it is called with."""
    wall, cpu = [], []
    for number in numbers:
        start, start_cpu = time.perf_counter(), time.process_time()
        act(number)
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - start_cpu))
    return statistics.median(wall), statistics.median(cpu)


def main() -> None:
    """Measure and print."""
    scenario = sys.argv[1] if len(sys.argv) > 1 else "zapad_2021"
    bound = wg.load(scenario)
    swept = wg.sweep(bound, runs=RUNS)

    def replay(run: int) -> None:
        record = swept.replay(run)
        wrong = [name for name, value in record.measures.items() if value != swept.values[name][run]]
        if wrong:
            raise SystemExit(f"run {run} differs from the sweep in {', '.join(wrong)}")

    def twin(run: int) -> None:
        model = Simulation(bound, replications=[run], trace=(0,))
        model._player = None
        model.play()

    first = milliseconds(replay, range(1))
    warm = milliseconds(replay, range(1, 1 + REPLAYS))
    untraced = milliseconds(lambda run: play_block(bound, seed=0, runs=1, first=run), range(1, 1 + REPLAYS))
    plain = milliseconds(twin, range(1, 1 + TWINS))
    events = statistics.mean(len(swept.replay(run).events) for run in range(1, 1 + REPLAYS))
    days, slots = bound.scenario.horizon, bound.layout.slots
    print(f"{scenario}: {days} days, {slots:,} slots, {events:.0f} events a run; wall-clock and processor ms")
    print(f"replay of a run, full trace     {warm[0]:8.1f} {warm[1]:8.1f}   (goal: under 50)")
    print(f"the first one in a process      {first[0]:8.1f} {first[1]:8.1f}   (its programs are recorded)")
    print(f"the same run without trace      {untraced[0]:8.1f} {untraced[1]:8.1f}")
    print(f"traced, played in NumPy         {plain[0]:8.1f} {plain[1]:8.1f}")
    print(f"in NumPy / from programs            {plain[1] / warm[1]:8.0f}")


if __name__ == "__main__":
    main()
