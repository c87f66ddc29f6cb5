"""What a run costs by the number of runs, days and actors: ``python benchmarks/scaling.py``.

The subset of ``peer/`` with other horizons, and with the front-line state copied until there are as many actors. Processor time
in one process, the making of the programs left out, best of three rounds in which all sizes take turns.
"""

from __future__ import annotations

import copy
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

import wargame as wg
from wargame.binding.bound import Bound
from wargame.simulation.play import play_block

SUBSET = Path(__file__).parent / "peer" / "subset.yaml"
COPIED, PLACE = "lithuania", "vilnius"
BLOCK = 1024
ROUNDS = 3


def enlarged(actors: int) -> Bound:
    """Return the subset with copies of one actor, up to so many actors."""
    table: dict[str, Any] = yaml.safe_load(SUBSET.read_text(encoding="utf-8"))
    for number in range(actors - len(table["actors"])):
        name = f"copy_{number}"
        table["actors"][name] = {**copy.deepcopy(table["actors"][COPIED]), "name": f"Copy {number}", "short": f"C{number}"}
        table["sites"][f"town_{number}"] = {**table["sites"][PLACE], "name": f"Town {number}", "country": name}
        table["roles"]["members"].append(name)
        table["roles"]["frontline"].append(name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "subset.yaml"
        file.write_text(yaml.safe_dump(table, sort_keys=False), encoding="utf-8")
        return wg.load(file)


def seconds(bound: Bound, runs: int) -> float:
    """Return the processor time of some runs, played in blocks."""
    start = time.process_time()
    for first in range(0, runs, BLOCK):
        play_block(bound, seed=0, runs=min(BLOCK, runs - first), first=first)
    return time.process_time() - start


def main() -> None:
    """Measure and print, each size against the first of its row."""
    subset = wg.load(SUBSET)
    rows: dict[str, list[tuple[int, Bound, int]]] = {
        "runs": [(runs, subset, runs) for runs in (4_096, 16_384, 65_536)],
        "days": [(7 * weeks, wg.load(SUBSET, set={"horizon": f"{weeks} weeks"}), 4_096) for weeks in (7, 14, 28, 52)],
        "actors": [(actors, enlarged(actors), 4_096) for actors in (6, 12, 24, 48)],
    }
    best: dict[tuple[str, int], float] = {}
    for turn in range(ROUNDS + 1):
        for name, sizes in rows.items():
            for size, bound, runs in sizes:
                spent = seconds(bound, runs if turn else 1)  # the first turn makes the programs
                best[name, size] = min(best.get((name, size), float("inf")), spent) if turn else float("inf")
    for name, sizes in rows.items():
        for size, _, runs in sizes:
            one = 1e6 * best[name, size] / runs
            each = "" if name == "runs" else f"   {one / size:7.2f} us a run and {name[:-1]}"
            print(f"{name:<8}{size:>8,}   {one:8.1f} us a run{each}")


if __name__ == "__main__":
    main()
