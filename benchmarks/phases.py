"""Processor time per phase and mechanism: ``python benchmarks/phases.py [SCENARIO] [RUNS]``."""

from __future__ import annotations

import sys
import time
from collections import defaultdict

import wargame as wg
from wargame.simulation.simulation import PHASES, Simulation


def main() -> None:
    """Measure and print, the dearest first."""
    scenario = sys.argv[1] if len(sys.argv) > 1 else "zapad_2021"
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    bound = wg.load(scenario)
    model = Simulation(bound, replications=range(runs))
    spent: dict[str, float] = defaultdict(float)
    for _ in range(bound.scenario.horizon):
        for phase in PHASES:
            start = time.process_time()
            phase.act(model)
            spent[f"{phase.name}: engine"] += time.process_time() - start
            for mechanism in bound.mechanisms:
                if phase.name in mechanism.phases:
                    start = time.process_time()
                    mechanism.phases[phase.name](model.world)
                    spent[f"{phase.name}: {mechanism.name}"] += time.process_time() - start
        model._close_day()
    total = sum(spent.values())
    print(f"{scenario}, {runs} runs: {total:.3f} s of processor time")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{name:<28} {seconds * 1000:9.1f} ms {seconds / total:6.1%}")


if __name__ == "__main__":
    main()
