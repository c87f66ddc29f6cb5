"""A storm of mutated scenario files: ``python benchmarks/mutants.py [HOW MANY] [FIRST] [PROCESSES]``.

Every mutant is read; what is accepted is played, in compiled code and again in plain NumPy, and the bits are compared. Prints
its counts: tracebacks, hangs, unclean messages and different bits should all be 0.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.storm import Fate, counted, fates  # noqa: E402

CHUNK = 250


def chunk(numbers: list[int]) -> None:
    """Play a part of the storm and print each fate as a line of JSON."""
    for one in fates(numbers, trace_every=10):
        print(json.dumps([one.number, one.kind, one.seen]), flush=True)


def begun(numbers: list[int], *, plain: bool) -> subprocess.Popen[str]:
    """Begin a part of the storm in a process of its own."""
    env = {**os.environ, **({"WARGAME_PLAIN": "1"} if plain else {})}
    command = [sys.executable, __file__, "--chunk", ",".join(map(str, numbers))]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def gathered(process: subprocess.Popen[str], numbers: list[int]) -> dict[int, Fate]:
    """Return the fates of a part; of one that a signal ended, the mutant that did it is a traceback."""
    out, _ = process.communicate()
    found = {number: Fate(number, kind, seen) for number, kind, seen in map(json.loads, out.splitlines())}
    missing = [number for number in numbers if number not in found]
    return found | ({missing[0]: Fate(missing[0], "traceback", f"ended with {process.returncode}")} if missing else {})


def played(numbers: list[int]) -> tuple[dict[int, Fate], dict[int, Fate]]:
    """Return the fates of a part, and those of its accepted mutants in plain NumPy."""
    found = gathered(begun(numbers, plain=False), numbers)
    accepted = [number for number, one in found.items() if one.kind == "played"]
    return found, gathered(begun(accepted, plain=True), accepted) if accepted else {}


def main() -> None:
    """Run the storm and print what came of it."""
    given = [int(one) for one in sys.argv[1:4]]
    many, start, processes = [*given, *(10_000, 0, 2)[len(given) :]]
    began = time.monotonic()
    found: dict[int, Fate] = {}
    plain: dict[int, Fate] = {}
    parts = [[*range(n, min(n + CHUNK, start + many))] for n in range(start, start + many, CHUNK)]
    with ThreadPoolExecutor(processes) as pool:
        for own, again in pool.map(played, parts):
            found |= own
            plain |= again
            faults = counted(found, plain)["faults"]
            done = f"{len(found):,} of {many:,} after {time.monotonic() - began:.0f} s, {len(faults)} faults"
            print(done, *faults[-3:], sep="\n  ", file=sys.stderr, flush=True)
    result = counted(found, plain)
    for one in result.pop("faults"):
        print(f"{one.number}: {one.kind}: {one.seen}")
    print(", ".join(f"{count:,} {what}" for what, count in result.items()) + f", {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--chunk"]:
        chunk([int(one) for one in sys.argv[2].split(",")])
    else:
        main()
